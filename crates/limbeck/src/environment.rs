//! The process environment, read in one place.

use std::ffi::OsString;
use std::path::PathBuf;

/// A variable that is set and not empty.
pub(crate) fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// `PATH`.
pub(crate) fn search_path() -> OsString {
    variable("PATH").unwrap_or_default()
}

/// `VIRTUAL_ENV`: the active virtual environment.
pub(crate) fn virtual_env() -> Option<PathBuf> {
    variable("VIRTUAL_ENV").map(PathBuf::from)
}

/// `ALEMBIC_CONFIG`: alembic's own substitute for `-c`.
pub(crate) fn alembic_config() -> Option<PathBuf> {
    variable("ALEMBIC_CONFIG").map(PathBuf::from)
}

/// `LIMBECK_DATABASE_URL`, where it does not stand for a flag.
pub(crate) fn database_url() -> Option<String> {
    variable("LIMBECK_DATABASE_URL").and_then(|url| url.into_string().ok())
}

/// `NO_COLOR` (<https://no-color.org>).
pub(crate) fn no_color() -> bool {
    variable("NO_COLOR").is_some()
}
