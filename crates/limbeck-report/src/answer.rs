//! The answers of commands that ask about the tree, byte for byte as alembic writes them (alembic command.py), and its
//! picture.

use std::io::{Result, Write};

use crate::document::{Body, BranchPoint, Current};
use crate::entry::Entry;
use crate::revision_line::{self, Line};
use crate::{graph, log_entry};

/// Writes the answer that a body is; nothing for a command that judges.
pub fn write(out: &mut dyn Write, body: &Body<'_>) -> Result<()> {
    match body {
        // The lines of a script are written as they come.
        Body::None | Body::Unable { .. } | Body::Check { .. } | Body::Sql(_) | Body::DryRun(_) => Ok(()),
        Body::Heads { heads, verbose } => each(out, heads, *verbose, revision_line::head),
        Body::History { revisions, verbose } => each(out, revisions, *verbose, revision_line::history),
        Body::Show { revisions } => each(out, revisions, true, revision_line::current),
        Body::Branches { points, verbose } => {
            points.iter().try_for_each(|point| branch_point(out, point, *verbose))
        }
        Body::Current(current) => self::current(out, current),
        Body::Graph(drawing) => graph::write(out, drawing),
    }
}

fn each(out: &mut dyn Write, entries: &[Entry<'_>], verbose: bool, line: Line) -> Result<()> {
    entries.iter().try_for_each(|entry| one(out, entry, verbose, line))
}

/// In full or on one line; alembic ends both with a line end more (alembic script/base.py, `Script.cmd_format`).
fn one(out: &mut dyn Write, entry: &Entry<'_>, verbose: bool, line: Line) -> Result<()> {
    if verbose {
        log_entry::write(out, entry)?;
        return writeln!(out);
    }
    line(out, entry)?;
    out.write_all(b"\n")
}

/// A branch point, and indented below it what follows it (alembic command.py, `branches`).
fn branch_point(out: &mut dyn Write, point: &BranchPoint<'_>, verbose: bool) -> Result<()> {
    one(out, &point.entry, verbose, revision_line::branch)?;
    let indent = " ".repeat(point.entry.id.as_str().chars().count());
    for next in &point.next {
        write!(out, "{indent} -> ")?;
        revision_line::branch(out, next)?;
        if verbose {
            write!(out, ", {}", next.message)?;
        }
        writeln!(out)?;
    }
    writeln!(out)
}

fn current(out: &mut dyn Write, current: &Current<'_>) -> Result<()> {
    if current.verbose {
        writeln!(out, "Current revision(s) for {}:", current.url)?;
    }
    each(out, &current.revisions, current.verbose, revision_line::current)
}
