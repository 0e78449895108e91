//! The fast path of the header: how much of a file has to be read to know its header.
//!
//! It owns the proof that what is left out cannot change the header. In doubt it says no, which costs time only.

use memchr::{memchr, memchr_iter, memmem};

use crate::plain::WORD;

/// What the rest of a file must not mention anywhere, not even in a comment, for the header to stand.
///
/// The first three are the header's names (`revision` is in `down_revision` too); the others reach a module's names without
/// naming them, or name its docstring.
const REACHES_THE_HEADER: [&str; 10] = [
    "revision",
    "branch_labels",
    "depends_on",
    "globals",
    "locals",
    "vars",
    "setattr",
    "__doc__",
    "__dict__",
    "__getattr__",
];

/// Starts of lines that begin, decorate or close a definition.
const DEFINES: [&str; 8] = ["def ", "class ", "async def ", "@", ")", "]", "}", "#"];

/// Nearly every definition of nearly every file, which need not be searched.
const STOCK: [&str; 4] =
    ["def upgrade() -> None:\n", "def upgrade():\n", "def downgrade() -> None:\n", "def downgrade():\n"];

/// The text before a last `downgrade()` that is surely Python, where nothing before it speaks of it: all that `upgrade()`
/// can do. The text may be broken where the cut is inside of a string; then the caller must read the whole.
pub(crate) fn before_downgrade(text: &str) -> Option<&str> {
    const NAME: &str = "downgrade";
    let at = memmem::rfind(text.as_bytes(), b"\ndef downgrade()")? + 1;
    let (head, tail) = text.split_at_checked(at)?;
    let mut lines = tail.split_inclusive('\n');
    let is_stock = matches!(lines.next()?.trim_end(), "def downgrade():" | "def downgrade() -> None:");
    let is_inside = |line: &str| matches!(line.as_bytes(), [] | [b' ' | b'\t' | b'#' | b'\r' | b'\n', ..]);
    let is_alone = is_stock && lines.all(is_inside) && !tail.contains("compiles(");
    let is_spoken_of = memmem::find(head.as_bytes(), NAME.as_bytes()).is_some() || head.ends_with("\\\n");
    (is_alone && !is_spoken_of && crate::sound::is_python(tail)).then_some(head)
}

/// The text before the first function or class, where the rest cannot change what it says of the header; else `None`.
///
/// The cut may be inside a string or a bracket: then the text that is given is broken, and the caller must read the whole.
pub(crate) fn header_text(text: &str) -> Option<&str> {
    let cut = memchr_iter(b'\n', text.as_bytes())
        .map(|newline| newline + 1)
        .find(|&line| is_definition(text.as_bytes().get(line..).unwrap_or_default()))?;
    let (header, rest) = text.split_at_checked(cut)?;
    leaves_header(rest).then_some(header)
}

/// Whether a line of the module begins or decorates a function or a class.
pub(crate) fn is_definition(line: &[u8]) -> bool {
    match line.first() {
        Some(b'@') => true,
        Some(b'd') => line.starts_with(b"def "),
        Some(b'c') => line.starts_with(b"class "),
        Some(b'a') => line.starts_with(b"async "),
        _ => false,
    }
}

/// Whether what follows the header, from its first definition on, cannot change what it says.
pub(crate) fn leaves_header(rest: &str) -> bool {
    // Python also ends a line at a lone carriage return, and starts one anew at a form feed.
    let is_odd = memchr(b'\x0c', rest.as_bytes()).is_some() || has_lone_return(rest);
    !is_odd && (only_defines(rest) || !mentions_header(rest))
}

/// Whether `rest` is nothing but functions and classes of other names. What is in them is no statement of the module.
///
/// A line of a string may look like one more definition, but no other statement can look like one.
fn only_defines(rest: &str) -> bool {
    (rest.is_empty() || defines(rest)) && unindented(rest.as_bytes()).all(|line| defines(&rest[line..]))
}

/// Where lines begin that are neither empty nor indented, the first line of all left out.
fn unindented(bytes: &[u8]) -> impl Iterator<Item = usize> + '_ {
    let begins = |at: &usize| bytes[at - 1] == b'\n' && !matches!(bytes[*at], b' ' | b'\t' | b'\n' | b'\r');
    let piece_ends = |start: usize| bytes.len().min(start + PIECE);
    let pieces = (1..bytes.len()).step_by(PIECE).filter(|&start| may_begin(bytes, start));
    pieces.flat_map(move |start| (start..piece_ends(start)).filter(begins))
}

/// So many bytes are looked at before anything is decided, which a processor does several at a time.
const PIECE: usize = 32;

/// Whether a line may begin unindented among the bytes from `start` on.
fn may_begin(bytes: &[u8], start: usize) -> bool {
    let piece =
        |from: usize| bytes.get(from..from + PIECE).and_then(|piece| <&[u8; PIECE]>::try_from(piece).ok());
    let (Some(before), Some(here)) = (piece(start - 1), piece(start)) else { return true };
    let mut any = false;
    for (before, here) in before.iter().zip(here) {
        let is_blank = (*here == b' ') | (*here == b'\t') | (*here == b'\n') | (*here == b'\r');
        any |= (*before == b'\n') & !is_blank;
    }
    any
}

/// Whether `rest` begins with a line of a definition that does not reach the header.
fn defines(rest: &str) -> bool {
    if STOCK.iter().any(|line| rest.starts_with(line)) {
        return true;
    }
    let line = rest.split_inclusive('\n').next().unwrap_or_default();
    DEFINES.iter().any(|start| line.starts_with(start))
        && line.is_ascii()
        && !REACHES_THE_HEADER.iter().any(|name| memmem::find(line.as_bytes(), name.as_bytes()).is_some())
}

/// Whether a piece of a module's text, a whole statement, may reach the header.
pub(crate) fn mentions(statement: &str) -> bool {
    ["exec", "eval"].iter().any(|name| has_word(statement, name))
        || ["modules", "lambda"].iter().any(|name| statement.contains(name))
        // A module that is imported by its name is a value like others.
        || followed(statement, "import", |after| !after.starts_with("_module("))
        || mentions_header(statement)
}

/// Other letters than ASCII count as a mention: Python reads a full-width `revision` as the plain one.
fn mentions_header(rest: &str) -> bool {
    let star = |after: &str| after.trim_start_matches(['\\', '\n', '\r', ' ', '\t', '(']).starts_with('*');
    !rest.is_ascii()
        || REACHES_THE_HEADER.iter().any(|name| memmem::find(rest.as_bytes(), name.as_bytes()).is_some())
        || followed(rest, "import", star)
        // Nearly every file says `op.execute`.
        || followed(rest, "exec", |after| !after.starts_with("ut"))
}

/// Whether a word stands there that is not a part of a longer one.
fn has_word(text: &str, word: &str) -> bool {
    let is_part = |byte: Option<&u8>| byte.is_some_and(|byte| WORD[usize::from(*byte)]);
    memmem::find_iter(text.as_bytes(), word).any(|start| {
        let (before, after) = (&text.as_bytes()[..start], &text.as_bytes()[start + word.len()..]);
        !is_part(before.last()) && !is_part(after.first())
    })
}

/// Whether a text stands there, and behind it what `by` picks.
pub(crate) fn followed(rest: &str, needle: &str, by: impl Fn(&str) -> bool) -> bool {
    memmem::find_iter(rest.as_bytes(), needle).any(|start| by(&rest[start + needle.len()..]))
}

fn has_lone_return(rest: &str) -> bool {
    memchr_iter(b'\r', rest.as_bytes()).any(|at| rest.as_bytes().get(at + 1) != Some(&b'\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(header_text(text), expected, "{text}");
    }

    #[test]
    fn the_cut_is_before_the_first_definition() {
        check("a = 1\ndef upgrade():\n    pass\n", Some("a = 1\n"));
        check("a = 1\n@x\ndef upgrade(): pass\n", Some("a = 1\n"));
        check("a = 1\nclass Upgrade: pass\n", Some("a = 1\n"));
        check("a = 1\n", None);
    }

    #[test]
    fn a_last_downgrade_that_nobody_speaks_of_is_cut_off() {
        let check = |head: &str, tail: &str, is_cut: bool| {
            let text = format!("{head}{tail}");
            assert_eq!(before_downgrade(&text), is_cut.then_some(head), "{text}");
        };
        let (head, tail) = ("def upgrade():\n    pass\n\n", "def downgrade():\n    x(\"(\")\n\n    # end\n");
        check(head, tail, true);
        check("def upgrade():\n    downgrade()\n", tail, false);
        check("'''downgrade'''\n", tail, false);
        check(head, "def downgrade():\n    x(\n", false);
        check(head, "def downgrade():\n    pass\nupgrade = x\n", false);
        check(head, "def downgrade(x=y()):\n    pass\n", false);
        check(head, "def downgrade():\n    @compiles(A)\n    def f(): pass\n", false);
        check("a = 1\\\n", tail, false);
    }

    #[test]
    fn a_cut_inside_of_a_string_leaves_no_trace() {
        let text = "def upgrade():\n    f('''\ndef downgrade():\n    pass\n    # ''')\n";
        let around = crate::Around::default();
        let whole = crate::followed(text, limbeck_types::Direction::Upgrade, &around);
        assert_eq!(crate::actions(text, limbeck_types::Direction::Upgrade, &around), whole);
        assert!(before_downgrade(text).is_some());
    }

    #[test]
    fn what_functions_say_does_not_count() {
        for line in ["'''A revision.'''", "exec(a)", "\u{e9} = 1", "return \"\"\"\ndef x\n\"\"\""] {
            let tail = if line.contains('\n') { "b = 1\n" } else { "" };
            check(&format!("a = 1\ndef f():\n    {line}\n{tail}"), Some("a = 1\n"));
        }
    }

    #[test]
    fn a_rest_that_reaches_the_header_is_read() {
        for line in [
            "revision = 'b'",
            "if b:\n    down_revision = 1",
            "depends_on.append(1)",
            "from x import *",
            "from x import \\\n *",
            "exec(a)",
            "def revision(): pass",
            "class depends_on: pass",
            "def __getattr__(name): pass",
            "\u{ff52}evision = 1",
            "def \u{ff52}evision(): pass",
            "b = 1\rc = 1",
            "  \x0cb = 1",
        ] {
            check(&format!("a = 1\ndef f():\n    pass\n{line}\n"), None);
        }
    }
}
