//! A revision on one line, as each of alembic's commands writes it (alembic script/base.py, `Script._head_only`).

use std::io::{Result, Write};

use crate::entry::{Entry, join};

/// Writes a revision on one line, without its end.
pub(crate) type Line = fn(&mut dyn Write, &Entry<'_>) -> Result<()>;

/// `c3 (label) (head)`: one line of `heads`.
pub(crate) fn head(out: &mut dyn Write, entry: &Entry<'_>) -> Result<()> {
    id(out, entry)?;
    labels(out, entry)?;
    head_marks(out, entry)
}

/// `b2 (a1) -> c3 (label) (head) (mergepoint), message`: one line of `history`.
pub(crate) fn history(out: &mut dyn Write, entry: &Entry<'_>) -> Result<()> {
    match entry.down {
        [only] => text(out, only.value.as_str())?,
        _ => text(out, &entry.parents())?,
    }
    if !entry.depends_on.is_empty() {
        write!(out, " ({})", entry.dependencies())?;
    }
    text(out, " -> ")?;
    branch(out, entry)?;
    text(out, ", ")?;
    text(out, entry.message)
}

/// `a1 (label) (branchpoint)`: a branch point in `branches`, and what follows it.
pub(crate) fn branch(out: &mut dyn Write, entry: &Entry<'_>) -> Result<()> {
    head(out, entry)?;
    tree_marks(out, entry)
}

/// `c3 (head) (mergepoint)`: one line of `current`.
pub(crate) fn current(out: &mut dyn Write, entry: &Entry<'_>) -> Result<()> {
    id(out, entry)?;
    head_marks(out, entry)?;
    tree_marks(out, entry)
}

/// A history may have tens of thousands of lines, for which formatting is slow.
fn text(out: &mut dyn Write, text: &str) -> Result<()> {
    out.write_all(text.as_bytes())
}

fn id(out: &mut dyn Write, entry: &Entry<'_>) -> Result<()> {
    text(out, entry.id.as_str())
}

fn labels(out: &mut dyn Write, entry: &Entry<'_>) -> Result<()> {
    match entry.labels.as_slice() {
        [] => Ok(()),
        labels => write!(out, " ({})", join(labels.iter().copied())),
    }
}

fn head_marks(out: &mut dyn Write, entry: &Entry<'_>) -> Result<()> {
    text(out, mark(entry.is_real_head, " (head)"))?;
    text(out, mark(entry.is_effective_head(), " (effective head)"))?;
    text(out, current_mark(entry))
}

fn tree_marks(out: &mut dyn Write, entry: &Entry<'_>) -> Result<()> {
    text(out, mark(entry.is_branch_point(), " (branchpoint)"))?;
    text(out, mark(entry.is_merge_point(), " (mergepoint)"))
}

/// The mark of what the version table holds, where the database was asked for it.
pub(crate) fn current_mark(entry: &Entry<'_>) -> &'static str {
    mark(entry.is_current == Some(true), " (current)")
}

/// A mark, if it holds.
pub(crate) fn mark(holds: bool, mark: &'static str) -> &'static str {
    if holds { mark } else { "" }
}
