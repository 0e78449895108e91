//! `heads` as alembic prints it.

use crate::Head;

/// `c3 (label) (head)`: one line of `alembic heads` (alembic script/base.py, `Script._head_only`), without its end.
pub fn line(head: &Head) -> String {
    let mark = if head.effective { "effective head" } else { "head" };
    match head.labels.as_slice() {
        [] => format!("{} ({mark})", head.id),
        labels => format!("{} ({}) ({mark})", head.id, labels.join(", ")),
    }
}
