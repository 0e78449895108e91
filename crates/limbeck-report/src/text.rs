//! Small pieces of text that several formats share.

use std::borrow::Cow;

use limbeck_types::{DatabaseState, RevisionId, Severity, StateOutcome};

/// A text on one line, its white space folded, cut to `maximum` characters with an ellipsis.
pub(crate) fn one_line(text: &str, maximum: usize) -> Cow<'_, str> {
    let is_folded = text.is_ascii() && text.len() <= maximum && is_one_line(text.as_bytes());
    if is_folded {
        return text.into();
    }
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    // A character takes a byte at least.
    if folded.len() <= maximum || folded.chars().count() <= maximum {
        return folded.into();
    }
    let cut: String = folded.chars().take(maximum.saturating_sub(1)).collect();
    format!("{}…", cut.trim_end()).into()
}

/// Whether bytes of ASCII are words with one blank between each two.
fn is_one_line(bytes: &[u8]) -> bool {
    let mut is_blank = true;
    for byte in bytes {
        // Other control characters are no white space, but they are rare.
        let is_word = *byte > b' ';
        if !is_word && (is_blank || *byte != b' ') {
            return false;
        }
        is_blank = !is_word;
    }
    bytes.is_empty() || !is_blank
}

/// A text without the characters that a terminal takes for orders, or that end its line.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    // Among bytes of ASCII, this is all that is asked; other control characters have bytes beyond it.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.into();
    }
    if text.contains(char::is_control) { text.replace(char::is_control, "?").into() } else { text.into() }
}

/// What Python's `str.strip` takes away: these four separators as well, unlike Unicode.
pub(crate) fn is_python_space(character: char) -> bool {
    character.is_whitespace() || ('\x1c'..='\x1f').contains(&character)
}

pub(crate) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

pub(crate) fn ids(ids: &[RevisionId]) -> String {
    if ids.is_empty() {
        return "base".to_owned();
    }
    ids.iter().map(RevisionId::as_str).collect::<Vec<_>>().join(", ")
}

pub(crate) fn state(state: &DatabaseState) -> String {
    let at = ids(&state.at);
    match state.outcome {
        StateOutcome::RolledBack => format!("rolled back; the database is at {at}"),
        StateOutcome::PartlyApplied => {
            format!("part of it is committed and stays; the database says it is at {at}")
        }
        StateOutcome::Unknown => "unknown; the server could not be asked".to_owned(),
    }
}

/// `1 statement`, `2 statements`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// Milliseconds for people: `3 ms`, `1.2 s`.
pub(crate) fn duration(milliseconds: f64) -> String {
    if milliseconds < 1000.0 {
        format!("{milliseconds:.0} ms")
    } else {
        format!("{:.1} s", milliseconds / 1000.0)
    }
}

/// A text whose control characters cannot play with a terminal; of the same length in bytes.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    let is_harmful = |byte: u8| byte.is_ascii_control() && !matches!(byte, b'\n' | b'\r' | b'\t' | b'\x0c');
    if !text.bytes().any(is_harmful) {
        return text.into();
    }
    text.replace(|character| u8::try_from(character).is_ok_and(is_harmful), "?").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_folded_and_cut() {
        assert_eq!(one_line("SELECT\n   1", 20), "SELECT 1");
        assert_eq!(one_line("SELECT 123456", 8), "SELECT…");
        for (text, folded) in
            [(" a", "a"), ("a ", "a"), ("a  b", "a b"), ("a\tb", "a b"), ("\u{b}a\u{a0}b", "a b"), ("", "")]
        {
            assert_eq!(one_line(text, 20), folded);
        }
    }
}
