//! A revision in full, as `show` and every `-v` write it (alembic script/base.py, `Script.log_entry`).

use std::io::{Result, Write};

use crate::entry::{Entry, join};
use crate::revision_line::{current_mark, mark};

/// Writes a revision in full. It ends with a line end, after which alembic prints another.
pub(crate) fn write(out: &mut dyn Write, entry: &Entry<'_>) -> Result<()> {
    writeln!(
        out,
        "Rev: {}{}{}{}{}",
        entry.id,
        // Here an effective head is a head like any other.
        mark(entry.is_head(), " (head)"),
        mark(entry.is_branch_point(), " (branchpoint)"),
        mark(entry.is_merge_point(), " (mergepoint)"),
        current_mark(entry),
    )?;
    let parents = if entry.is_merge_point() { "Merges" } else { "Parent" };
    writeln!(out, "{parents}: {}", entry.parents())?;
    if !entry.depends_on.is_empty() {
        writeln!(out, "Also depends on: {}", entry.dependencies())?;
    }
    if entry.is_branch_point() {
        writeln!(out, "Branches into: {}", join(entry.next.iter().map(|id| id.as_str())))?;
    }
    if !entry.labels.is_empty() {
        writeln!(out, "Branch names: {}", join(entry.labels.iter().copied()))?;
    }
    writeln!(out, "Path: {}", entry.source().path.display())?;
    writeln!(out)?;
    for (number, line) in lines(entry.description).into_iter().enumerate() {
        write!(out, "{}    {line}", mark(number > 0, "\n"))?;
    }
    writeln!(out)
}

/// The lines of a text as Python's `str.splitlines` cuts them.
fn lines(text: &str) -> Vec<&str> {
    const ENDS: [char; 10] =
        ['\n', '\r', '\x0b', '\x0c', '\x1c', '\x1d', '\x1e', '\u{85}', '\u{2028}', '\u{2029}'];
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some(end) = rest.find(ENDS) {
        lines.push(&rest[..end]);
        let after = &rest[end..];
        let end_length =
            if after.starts_with("\r\n") { 2 } else { after.chars().next().map_or(0, char::len_utf8) };
        rest = &after[end_length..];
    }
    if !rest.is_empty() {
        lines.push(rest);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn lines_end_as_python_ends_them() {
        assert_eq!(lines("a\r\nb\rc\x0b\x0cd\u{85}\u{2028}e\n"), ["a", "b", "c", "", "d", "", "e"]);
        assert_eq!(lines("\n\na"), ["", "", "a"]);
        assert!(lines("").is_empty());
    }
}
