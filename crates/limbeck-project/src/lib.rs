//! Finds an alembic project and reads its files: `alembic.ini` and `pyproject.toml`, the script directory, the version
//! locations, the revision files in alembic's own load order, and limbeck's settings.
//!
//! It is the only crate that reads the user's files. It knows no Python syntax (PEP 263 cookies aside) and no SQL, never
//! prints, never reads the environment, never starts a process and never writes.
//!
//! What is wrong with a single revision file is data ([`ReadProblem`]); only a configuration that leads nowhere is an
//! [`Error`].

mod blame;
mod codec;
mod config_files;
mod decode;
mod error;
mod folder;
mod ini;
mod interpolation;
mod listing;
mod location;
mod nearby;
mod options;
mod package;
mod paths;
mod project;
mod read;
mod reader;
mod request;
mod settings;
mod settings_error;
mod tool_alembic;

pub use blame::Blame;
pub use config_files::ConfigError;
pub use error::Error;
pub use listing::{FileKind, Listing, Met, VersionFile};
pub use location::LocationError;
pub use paths::shown;
pub use project::{Project, module_in, open, packages_in};
pub use read::{ReadFault, ReadFile, ReadProblem, ReadProblemKind, collect, read_source};
pub use reader::Reader;
pub use request::Request;
pub use settings::{RuleLevel, Settings, settings};
pub use settings_error::SettingsError;
