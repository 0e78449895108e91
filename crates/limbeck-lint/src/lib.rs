//! Judges: what is wrong with a tree, and what a dry-run's trace means, as diagnostics.
//!
//! A pure function of migrations, graph problems, traces and settings. It never starts a process, opens a file or prints.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod advice;
mod bases;
mod docstring;
mod file_name;
mod graph;
mod header;
mod heads;
mod locate;
mod nearest;
mod opaque;
mod pin;
mod redundant;
mod reserved;
mod rules;
mod trace;
mod version_table;

pub use bases::multiple_bases;
pub use docstring::docstring;
pub use file_name::file_names;
pub use graph::graph_problems;
pub use header::{VERSION_NUM_LENGTH, VersionColumn, headers};
pub use locate::{frame_place, locate_statements};
pub use nearest::nearest;
pub use opaque::opaque_headers;
pub use redundant::redundant_down_revisions;
pub use rules::{Levels, RULES, Rule, is_catalogued};
pub use trace::{not_imported, trace};
pub use version_table::{not_at_heads, unknown_rows};

use limbeck_types::{Diagnostic, FileId, Migration, ParseError, Place, RevisionRef};

/// A file that is not Python: one diagnostic for its first error, which is the one that alembic would die of.
pub fn syntax_error(file: FileId, errors: &[ParseError]) -> Option<Diagnostic> {
    let first = errors.first()?;
    let place = Place { file, span: first.span };
    let message = format!("this file is not Python: {}", first.message);
    Some(Diagnostic::error("syntax-error", message).at(place).label(&*first.message).help(
        "alembic imports every file of the versions folder, so every alembic command fails until it parses",
    ))
}

/// The revision of a migration for a diagnostic, where its id is known.
fn revision_of(migration: &Migration) -> Option<RevisionRef> {
    let id = migration.header.revision.known()?.clone();
    Some(RevisionRef { id, message: migration.header.message().to_owned(), number: None })
}
