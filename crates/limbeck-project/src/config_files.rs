//! Which configuration files alembic reads, and their text.
//!
//! Source: `CommandLine._inis_from_config` of alembic's `config.py`.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use limbeck_types::{Source, Span};

use crate::paths::{absolute, shown};
use crate::{Blame, Request};

/// Why a configuration file is of no use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// `-c` names two files of one kind.
    #[error("`{second}` is given with `-c` although `{first}` already is")]
    GivenTwice {
        /// The first of them.
        first: String,
        /// The second of them.
        second: String,
    },
    /// The file is there but cannot be read.
    #[error("cannot read `{shown}`: {reason}")]
    Unreadable {
        /// The file, as people see it.
        shown: String,
        /// What the system says.
        reason: String,
    },
    /// The file is not UTF-8, or not ini or TOML.
    #[error("`{}` cannot be read: {message}", place.file.shown)]
    Malformed {
        /// The first thing that is wrong.
        place: Box<Blame>,
        /// A lower-case fragment.
        message: String,
    },
    /// An option has a value that alembic would refuse.
    #[error("`{key}` in `{}` is not usable: {message}", place.file.shown)]
    Value {
        /// The value, or the part of it that is wrong.
        place: Box<Blame>,
        /// The option's name.
        key: String,
        /// A lower-case fragment.
        message: String,
        /// The way out.
        help: String,
    },
}

impl ConfigError {
    /// A stable kebab-case name of the kind of error.
    pub fn rule(&self) -> &'static str {
        match self {
            Self::GivenTwice { .. } => "config-given-twice",
            Self::Unreadable { .. } | Self::Malformed { .. } => "config-unreadable",
            Self::Value { .. } => "bad-config-value",
        }
    }

    /// Ways out.
    pub fn help(&self) -> Vec<String> {
        match self {
            Self::GivenTwice { .. } => {
                vec!["alembic takes one ini file and one `pyproject.toml` at most".to_owned()]
            }
            Self::Value { help, .. } => vec![help.clone()],
            Self::Unreadable { .. } => vec!["let the user that runs limbeck read it".to_owned()],
            Self::Malformed { .. } => {
                vec!["mend the line: nothing of the file is read until then".to_owned()]
            }
        }
    }

    /// The line to blame.
    pub fn place(&self) -> Option<&Blame> {
        match self {
            Self::Malformed { place, .. } | Self::Value { place, .. } => Some(place),
            Self::GivenTwice { .. } | Self::Unreadable { .. } => None,
        }
    }
}

/// The two files that alembic would read, whether or not they are there. Absolute.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ConfigFiles {
    /// `alembic.ini`, or what was said to be it.
    pub(crate) ini: PathBuf,
    /// `pyproject.toml`.
    pub(crate) toml: PathBuf,
}

/// Finds out which two files alembic would read.
pub(crate) fn locate(request: &Request) -> Result<ConfigFiles, ConfigError> {
    let mut ini = PathBuf::from("alembic.ini");
    let mut toml = PathBuf::from("pyproject.toml");
    if let Some(path) = request.alembic_config.as_deref().filter(|path| !path.as_os_str().is_empty()) {
        *if is_pyproject(path) { &mut toml } else { &mut ini } = path.to_path_buf();
    }
    if let Some(path) = only(&request.config, |path| !is_pyproject(path))? {
        ini.clone_from(path);
    }
    if let Some(path) = only(&request.config, is_pyproject)? {
        toml.clone_from(path);
    }
    Ok(ConfigFiles { ini: absolute(&request.directory, &ini), toml: absolute(&request.directory, &toml) })
}

/// The text of a configuration file, or `None` if there is no such file.
pub(crate) fn read_config(path: &Path, shown_from: &Path) -> Result<Option<Source>, ConfigError> {
    let shown = shown(path, shown_from);
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(ConfigError::Unreadable { shown, reason: error.to_string() }),
    };
    let path = path.to_path_buf();
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(Source { path, shown, text })),
        Err(error) => {
            let start = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let replaced = char::REPLACEMENT_CHARACTER.len_utf8();
            let place =
                Blame { file: Source { path, shown, text }, span: Span::new(start, start + replaced) };
            Err(ConfigError::Malformed { place: Box::new(place), message: "it is not UTF-8".to_owned() })
        }
    }
}

fn is_pyproject(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "pyproject.toml")
}

fn only(paths: &[PathBuf], is_wanted: impl Fn(&Path) -> bool) -> Result<Option<&PathBuf>, ConfigError> {
    let mut wanted = paths.iter().filter(|path| is_wanted(path));
    match (wanted.next(), wanted.next()) {
        (Some(first), Some(second)) => {
            let [first, second] = [first, second].map(|path| path.to_string_lossy().into_owned());
            Err(ConfigError::GivenTwice { first, second })
        }
        (first, _) => Ok(first),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[track_caller]
    fn check(config: &[&str], environment: Option<&str>, expected: Option<(&str, &str)>) {
        let request = Request {
            directory: "/p".into(),
            config: config.iter().map(PathBuf::from).collect(),
            alembic_config: environment.map(PathBuf::from),
            ..Request::default()
        };
        let files = locate(&request).ok();
        assert_eq!(files, expected.map(|(ini, toml)| ConfigFiles { ini: ini.into(), toml: toml.into() }));
    }

    /// Expected values come from `CommandLine()._inis_from_config` of alembic 1.20.1.
    #[test]
    fn files_are_chosen_as_alembic_chooses() {
        check(&[], None, Some(("/p/alembic.ini", "/p/pyproject.toml")));
        check(&[], Some(""), Some(("/p/alembic.ini", "/p/pyproject.toml")));
        check(&[], Some("e.ini"), Some(("/p/e.ini", "/p/pyproject.toml")));
        check(&[], Some("e/pyproject.toml"), Some(("/p/alembic.ini", "/p/e/pyproject.toml")));
        check(&["a.ini"], Some("e/pyproject.toml"), Some(("/p/a.ini", "/p/e/pyproject.toml")));
        check(&["a.ini"], Some("e.ini"), Some(("/p/a.ini", "/p/pyproject.toml")));
        check(&["s/pyproject.toml"], Some("e.ini"), Some(("/p/e.ini", "/p/s/pyproject.toml")));
        check(&["x.toml"], None, Some(("/p/x.toml", "/p/pyproject.toml")));
        check(&["s/pyproject.toml", "/a.ini"], None, Some(("/a.ini", "/p/s/pyproject.toml")));
        check(&["a.ini", "b.ini"], None, None);
        check(&["pyproject.toml", "a/pyproject.toml"], None, None);
    }
}
