//! Finding the server's programs on this machine.

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::account::is_open_to_all;

/// The two programs that an embedded server needs, both in one folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programs {
    /// Folder that holds `initdb` and `postgres`.
    pub bin: PathBuf,
    /// What `postgres --version` says.
    pub version: Version,
}

/// A server's version: `17.11`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// The number before the dot, from Postgres 10 on.
    pub major: u32,
    /// The number after the dot; 0 for betas.
    pub minor: u32,
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.major, self.minor)
    }
}

/// Why a folder holds no usable server.
#[derive(Debug, thiserror::Error)]
pub enum ProgramsError {
    /// One of the programs is not in it.
    #[error("there is no `{program}` in `{}`", bin.display())]
    Missing {
        /// The folder.
        bin: PathBuf,
        /// The program.
        program: &'static str,
    },
    /// It does not run here: another machine's, or a shared library is missing.
    #[error("`{}` does not run: {reason}", program.display())]
    DoesNotRun {
        /// The program.
        program: PathBuf,
        /// What the system or the program said.
        reason: String,
    },
}

impl Programs {
    /// The programs in `bin`, after asking for their version.
    pub fn in_folder(bin: &Path) -> Result<Self, ProgramsError> {
        for program in ["initdb", "postgres"] {
            if !bin.join(program).is_file() {
                return Err(ProgramsError::Missing { bin: bin.to_owned(), program });
            }
        }
        let program = bin.join("postgres");
        let failure = |reason: String| ProgramsError::DoesNotRun { program: program.clone(), reason };
        let output =
            Command::new(&program).arg("--version").output().map_err(|error| failure(error.to_string()))?;
        if !output.status.success() {
            return Err(failure(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let version =
            parse_version(&text).ok_or_else(|| failure(format!("it calls itself `{}`", text.trim())))?;
        Ok(Self { bin: bin.to_owned(), version })
    }
}

/// The newest server on this machine that runs, of this major version where one is named.
///
/// Looks in `search_path` (the value of `PATH`), where `pg_config` points, and in the folders where Debian, Red Hat,
/// Homebrew and Postgres.app put them. With `for_other_account`, only where another account can read.
pub fn find(search_path: &OsStr, major: Option<u32>, for_other_account: bool) -> Option<Programs> {
    let mut folders: Vec<PathBuf> = std::env::split_paths(search_path).collect();
    folders.extend(pg_config_folder(search_path));
    folders.extend(usual_folders());
    let mut found: Vec<Programs> = Vec::new();
    for folder in folders {
        let Ok(folder) = folder.canonicalize() else { continue };
        if found.iter().any(|programs| programs.bin == folder) {
            continue;
        }
        if for_other_account && !is_open_to_all(&folder) {
            continue;
        }
        if let Ok(programs) = Programs::in_folder(&folder)
            && major.is_none_or(|major| programs.version.major == major)
        {
            found.push(programs);
        }
    }
    // The first of equals wins: what PATH names first.
    found.into_iter().rev().max_by_key(|programs| programs.version)
}

fn pg_config_folder(search_path: &OsStr) -> Option<PathBuf> {
    let program = std::env::split_paths(search_path)
        .map(|folder| folder.join("pg_config"))
        .find(|path| path.is_file())?;
    let output = Command::new(program).arg("--bindir").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(PathBuf::from(text.trim()))
}

/// Parent folder, what its entries begin with, and where the programs are below an entry.
const USUAL_PLACES: [(&str, &str, &str); 5] = [
    ("/usr/lib/postgresql", "", "bin"),
    ("/usr", "pgsql-", "bin"),
    ("/opt/homebrew/opt", "postgresql", "bin"),
    ("/usr/local/opt", "postgresql", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
];

fn usual_folders() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for (parent, prefix, below) in USUAL_PLACES {
        let Ok(entries) = std::fs::read_dir(parent) else { continue };
        let named = entries
            .filter_map(Result::ok)
            .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
            .map(|entry| entry.path().join(below));
        folders.extend(named);
    }
    folders.sort();
    folders
}

/// Reads `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`, also `18beta1`.
fn parse_version(text: &str) -> Option<Version> {
    let word = text.split("(PostgreSQL)").nth(1)?.split_whitespace().next()?;
    let mut numbers = word.split(|character: char| !character.is_ascii_digit());
    let major = numbers.next()?.parse().ok()?;
    let minor = match word.contains('.') {
        true => numbers.next().and_then(|minor| minor.parse().ok()).unwrap_or(0),
        false => 0,
    };
    Some(Version { major, minor })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_every_packager() {
        let check = |text: &str, major, minor| {
            assert_eq!(parse_version(text), Some(Version { major, minor }), "{text}")
        };
        check("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n", 15, 18);
        check("postgres (PostgreSQL) 17.11", 17, 11);
        check("postgres (PostgreSQL) 18beta1", 18, 0);
        assert_eq!(parse_version("postgres (EnterpriseDB) x"), None);
    }

    #[test]
    fn a_folder_without_a_server_says_what_it_lacks() {
        let folder = tempfile::tempdir().unwrap();
        let error = Programs::in_folder(folder.path()).unwrap_err();
        assert!(error.to_string().starts_with("there is no `initdb` in"), "{error}");
    }
}
