//! All that [`open`](crate::open) and [`settings`](crate::settings()) can fail with, as one type.

use crate::{Blame, ConfigError, LocationError, SettingsError};

/// Why a project could not be opened. `Display` is a lower-case fragment without a final period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A configuration file cannot be read or says something that alembic would refuse.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The configuration does not lead to a script directory.
    #[error(transparent)]
    Location(#[from] LocationError),
    /// limbeck's own settings are wrong.
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

impl Error {
    /// A stable kebab-case name of the kind of error.
    pub fn rule(&self) -> &'static str {
        match self {
            Self::Config(error) => error.rule(),
            Self::Location(error) => error.rule(),
            Self::Settings(error) => error.rule(),
        }
    }

    /// Ways out, the likeliest first; may be empty.
    pub fn help(&self) -> Vec<String> {
        match self {
            Self::Config(error) => error.help(),
            Self::Location(error) => error.help(),
            Self::Settings(error) => error.help(),
        }
    }

    /// The line to blame, where there is one.
    pub fn place(&self) -> Option<&Blame> {
        match self {
            Self::Config(error) => error.place(),
            Self::Location(error) => error.place(),
            Self::Settings(error) => error.place(),
        }
    }
}
