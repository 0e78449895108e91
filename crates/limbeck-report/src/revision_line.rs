//! A revision on one line, as each of alembic's commands writes it (alembic script/base.py, `Script._head_only`).

use crate::entry::{Entry, join};

/// `c3 (label) (head)`: one line of `heads`.
pub(crate) fn head(entry: &Entry<'_>) -> String {
    format!("{}{}{}", entry.id, labels(entry), head_marks(entry))
}

/// `b2 (a1) -> c3 (label) (head) (mergepoint), message`: one line of `history`.
pub(crate) fn history(entry: &Entry<'_>) -> String {
    let parents = entry.parents();
    let dependencies = match entry.depends_on {
        [] => String::new(),
        _ => format!(" ({})", entry.dependencies()),
    };
    format!("{parents}{dependencies} -> {}, {}", branch(entry), entry.message)
}

/// `a1 (label) (branchpoint)`: a branch point in `branches`, and what follows it.
pub(crate) fn branch(entry: &Entry<'_>) -> String {
    format!("{}{}{}{}", entry.id, labels(entry), head_marks(entry), tree_marks(entry))
}

/// `c3 (head) (mergepoint)`: one line of `current`.
pub(crate) fn current(entry: &Entry<'_>) -> String {
    format!("{}{}{}", entry.id, head_marks(entry), tree_marks(entry))
}

fn labels(entry: &Entry<'_>) -> String {
    match entry.labels.as_slice() {
        [] => String::new(),
        labels => format!(" ({})", join(labels.iter().copied())),
    }
}

fn head_marks(entry: &Entry<'_>) -> String {
    let head = match (entry.is_real_head, entry.is_effective_head()) {
        (true, _) => " (head)",
        (false, true) => " (effective head)",
        (false, false) => "",
    };
    format!("{head}{}", current_mark(entry))
}

fn tree_marks(entry: &Entry<'_>) -> String {
    let branch_point = if entry.is_branch_point() { " (branchpoint)" } else { "" };
    let merge_point = if entry.is_merge_point() { " (mergepoint)" } else { "" };
    format!("{branch_point}{merge_point}")
}

/// The mark of what the version table holds, where the database was asked for it.
pub(crate) fn current_mark(entry: &Entry<'_>) -> &'static str {
    if entry.is_current == Some(true) { " (current)" } else { "" }
}
