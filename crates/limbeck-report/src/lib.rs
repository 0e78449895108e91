//! Writes what limbeck found: for people (full and concise) and for machines (JSON).
//!
//! It writes to the writer it is given and decides neither severity nor exit code. Line and column are made here and
//! only here.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod concise;
mod document;
pub mod full;
pub mod heads;
pub mod json;
mod lines;
pub mod progress;
pub mod summary;
mod text;

pub use document::{Body, Document, DryRun, Head, Verdict};
pub use lines::{LineColumn, LineIndex};

/// How much a text may use of a terminal's abilities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Escape sequences for colour. Every text is readable without.
    pub color: bool,
}
