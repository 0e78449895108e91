//! Which Python runs the project, and the environment of our own for machines where none does.

use std::ffi::OsStr;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use limbeck_postgres::command::{CommandError, run};
use limbeck_postgres::{Reaper, TemporaryFolder};

/// What a managed environment holds before the project's own requirements: what a dry-run cannot do without.
const BASE_REQUIREMENTS: [&str; 3] = ["alembic", "sqlalchemy>=2", "psycopg[binary]"];

/// What is known about where Python might be.
#[derive(Debug, Clone)]
pub struct Search<'a> {
    /// `--python` or the setting, a bare name or an absolute path; nothing else is tried then.
    pub explicit: Option<&'a Path>,
    /// The value of `VIRTUAL_ENV`.
    pub virtual_env: Option<&'a Path>,
    /// The project's directory, in which `.venv` and `venv` are looked for.
    pub directory: &'a Path,
    /// The value of `PATH`.
    pub search_path: &'a OsStr,
}

/// An interpreter to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The program.
    pub python: PathBuf,
    /// Where it was found, for people: "`VIRTUAL_ENV`".
    pub origin: &'static str,
}

impl Search<'_> {
    /// The interpreters to try, best first. The first that can import alembic is the project's; if none can, a managed
    /// environment is the last resort ([`managed`]). With an explicit interpreter it is the only one.
    pub fn candidates(&self) -> Vec<Candidate> {
        if let Some(python) = self.explicit {
            // A bare name is looked up as a shell would.
            let is_bare = python.components().count() == 1;
            let named = is_bare.then(|| self.program(&[&python.to_string_lossy()])).flatten();
            return vec![Candidate {
                python: named.unwrap_or_else(|| python.to_owned()),
                origin: "--python",
            }];
        }
        let mut found = Vec::new();
        let mut add = |python: Option<PathBuf>, origin| {
            if let Some(python) = python
                && !found.iter().any(|candidate: &Candidate| candidate.python == python)
            {
                found.push(Candidate { python, origin });
            }
        };
        add(self.virtual_env.and_then(interpreter_of), "VIRTUAL_ENV");
        add(interpreter_of(&self.directory.join(".venv")), ".venv");
        add(interpreter_of(&self.directory.join("venv")), "venv");
        add(self.on_path(), "PATH");
        found
    }

    /// `python3` (or `python`) as a shell would find it.
    pub fn on_path(&self) -> Option<PathBuf> {
        let names = if cfg!(windows) { ["python.exe", "python3.exe"] } else { ["python3", "python"] };
        self.program(&names)
    }

    /// The first of these programs in `PATH`.
    fn program(&self, names: &[&str]) -> Option<PathBuf> {
        names.iter().find_map(|name| {
            std::env::split_paths(self.search_path)
                .map(|folder| folder.join(name))
                .find(|path| path.is_file())
        })
    }
}

/// The interpreter of a virtual environment.
fn interpreter_of(environment: &Path) -> Option<PathBuf> {
    let below = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };
    Some(environment.join(below)).filter(|path| path.is_file())
}

/// Why there is no managed environment.
#[derive(Debug, thiserror::Error)]
pub enum ManagedError {
    /// The machine has no Python at all.
    #[error("there is no `python3` on PATH")]
    NoPython,
    /// A step of making it failed.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// The cache cannot be written.
    #[error("cannot write the cache `{}`: {source}", path.display())]
    Cache {
        /// The cache folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// An environment of our own in the cache, with alembic, SQLAlchemy 2, psycopg and `requirements`.
#[derive(Debug)]
pub struct Managed {
    folder: PathBuf,
    base: PathBuf,
    requirements: Vec<String>,
}

impl Managed {
    /// The environment for these requirements (pip's, relative paths taken from where pip is run) on top of `base`, the
    /// interpreter to make it with. Nothing is made yet.
    pub fn new(cache: &Path, base: Option<PathBuf>, requirements: &[String]) -> Result<Self, ManagedError> {
        let base = base.ok_or(ManagedError::NoPython)?;
        // Another Python needs other wheels: its own idea of its version is part of the name.
        let probe = "import sys; print(sys.executable, sys.version_info[:3])";
        let version = run(Command::new(&base).args(["-c", probe]))?;
        let mut hasher = DefaultHasher::new();
        (&version.stdout, requirements, BASE_REQUIREMENTS).hash(&mut hasher);
        let folder = cache.join("python").join(format!("{:016x}", hasher.finish()));
        let requirements =
            BASE_REQUIREMENTS.iter().map(ToString::to_string).chain(requirements.iter().cloned());
        Ok(Self { folder, base, requirements: requirements.collect() })
    }

    /// Its interpreter, if an earlier run has made it.
    pub fn ready(&self) -> Option<PathBuf> {
        interpreter_of(&self.folder)
    }

    /// What it will hold, for people.
    pub fn requirements(&self) -> &[String] {
        &self.requirements
    }

    /// Makes it with `venv` and pip, running pip in `directory`. It appears under its name only when it is whole; two
    /// runs at once do not disturb each other.
    pub fn make(&self, directory: &Path, reaper: &Reaper) -> Result<PathBuf, ManagedError> {
        let cache_error = |source| ManagedError::Cache { path: self.folder.clone(), source };
        let parent = self.folder.parent().unwrap_or(&self.folder);
        std::fs::create_dir_all(parent).map_err(cache_error)?;
        let work = TemporaryFolder::create(parent, ".make-", reaper).map_err(cache_error)?;
        let made = work.path().join("environment");
        // Debian's python3 has `venv` but not `ensurepip`; with the base's own pip the environment needs none.
        run(Command::new(&self.base).args(["-m", "venv", "--without-pip"]).arg(&made))?;
        let mut pip = Command::new(&self.base);
        pip.args(["-m", "pip", "--python"]).arg(interpreter_of(&made).ok_or(ManagedError::NoPython)?);
        pip.args(["install", "--quiet", "--disable-pip-version-check"]).args(&self.requirements);
        run(pip.current_dir(directory))?;
        if let Err(source) = std::fs::rename(&made, &self.folder)
            && self.ready().is_none()
        {
            return Err(cache_error(source));
        }
        self.ready().ok_or(ManagedError::NoPython)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn touch(path: &Path) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "").unwrap();
    }

    #[test]
    fn interpreters_are_tried_in_the_documented_order() {
        let root = tempfile::tempdir().unwrap();
        let path = |name: &str| root.path().join(name);
        for name in ["active/bin/python", "p/.venv/bin/python", "p/venv/bin/python", "path/python3"] {
            touch(&path(name));
        }
        let (active, directory, search_path) = (path("active"), path("p"), path("path"));
        let mut search = Search {
            explicit: None,
            virtual_env: Some(&active),
            directory: &directory,
            search_path: search_path.as_os_str(),
        };
        let origins: Vec<_> = search.candidates().iter().map(|candidate| candidate.origin).collect();
        assert_eq!(origins, ["VIRTUAL_ENV", ".venv", "venv", "PATH"]);
        search.explicit = Some(Path::new("/opt/python"));
        assert_eq!(search.candidates(), [Candidate { python: "/opt/python".into(), origin: "--python" }]);
    }
}
