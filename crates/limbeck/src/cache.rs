//! Where limbeck keeps what it fetched and made: servers, template data directories, Python environments.

use std::path::PathBuf;

use limbeck_postgres::account::{Account, is_open_to_all};

use crate::environment::variable;

/// The cache folder: `LIMBECK_CACHE_DIR`, else the platform's.
///
/// As root the server runs under another account, which must be able to read the binaries; root's home is closed to it,
/// so the cache is then `/var/cache/limbeck`, or a folder in `/var/tmp`.
pub(crate) fn folder() -> PathBuf {
    if let Some(folder) = variable("LIMBECK_CACHE_DIR") {
        return PathBuf::from(folder);
    }
    if Account::for_server().is_some() {
        let system = PathBuf::from("/var/cache/limbeck");
        return if is_open_to_all(&system) { system } else { PathBuf::from("/var/tmp/limbeck") };
    }
    if let Some(folder) = variable("XDG_CACHE_HOME") {
        return PathBuf::from(folder).join("limbeck");
    }
    let home = variable("HOME").or_else(|| variable("LOCALAPPDATA")).map(PathBuf::from);
    match home {
        Some(home) if cfg!(target_os = "macos") => home.join("Library/Caches/limbeck"),
        Some(home) if cfg!(windows) => home.join("limbeck").join("cache"),
        Some(home) => home.join(".cache/limbeck"),
        None => std::env::temp_dir().join("limbeck-cache"),
    }
}
