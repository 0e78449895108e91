//! Postgres SQL as text with places.
//!
//! It is the only crate that knows the SQL parser, and no type of the parser's leaves it.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod read;
mod render;
mod tokens;

pub use read::read;
pub use render::{Made, Rendered, Renderer, VersionTable, lost};
pub use tokens::{char_offset, token_at, tokens};
