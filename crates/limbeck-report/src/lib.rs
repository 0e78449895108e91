//! Writes what limbeck found: for people (full and concise) and for machines (JSON).
//!
//! It writes to the writer it is given and decides neither severity nor exit code. Line and column are made here and
//! only here.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod answer;
pub mod concise;
mod document;
mod entry;
mod excerpt;
pub mod full;
pub mod graph;
pub mod json;
mod json_entry;
mod json_graph;
mod json_place;
mod json_sql;
mod lines;
mod log_entry;
pub mod progress;
mod revision_line;
pub mod script;
mod sql;
pub mod summary;
mod text;

pub use document::{Body, BranchPoint, Current, Document, DryRun, Verdict};
pub use entry::Entry;
pub use lines::{LineColumn, LineIndex};
pub use sql::{Sql, SqlCounts, SqlLine, SqlLineKind, SqlOrigin, SqlRevision};

/// How much a text may use of a terminal's abilities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Escape sequences for colour. Every text is readable without.
    pub color: bool,
}
