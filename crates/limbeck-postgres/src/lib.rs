//! Postgres for a dry-run: an embedded server or a place on somebody's, a scratch database on it, and the certainty that
//! nothing is left behind.
//!
//! It is the only crate that knows tokio-postgres and the server's programs; it knows nothing of alembic, reads no
//! environment variable and never prints.

pub mod account;
pub mod command;
pub mod embedded;
pub mod fetch;
pub mod folder;
pub mod programs;
pub mod reaper;
pub mod scratch;
pub mod session;
mod tls;
pub mod url;

pub use embedded::Embedded;
pub use folder::TemporaryFolder;
pub use reaper::Reaper;
pub use scratch::{Limits, Scratch};
pub use session::Session;
pub use url::DatabaseUrl;
