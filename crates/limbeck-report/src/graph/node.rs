//! What all pictures write beside a revision.

use super::GraphPicture;
use crate::text;

/// A text that is safe in a picture: on one line and without control characters.
pub(super) fn printable(text: &str) -> String {
    // Beside controls, the characters that XML cannot hold.
    let replaced = |character: char| match character {
        '\t' | '\n' | '\r' => ' ',
        '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        control if control.is_control() => '\u{fffd}',
        other => other,
    };
    text.chars().map(replaced).collect()
}

/// The message of a revision, safe and folded onto one line.
pub(super) fn message(picture: &GraphPicture<'_>, node: usize) -> String {
    printable(&text::one_line(picture.nodes[node].entry.message, usize::MAX))
}

/// What kind of revision it is, in words.
pub(super) fn marks(picture: &GraphPicture<'_>, node: usize) -> Vec<String> {
    let entry = &picture.nodes[node].entry;
    let marks = [
        (entry.is_head() && entry.is_real_head, "head"),
        (entry.is_effective_head(), "effective head"),
        (entry.is_current == Some(true), "current"),
        (picture.nodes[node].is_applied == Some(false), "not applied"),
        (entry.is_branch_point(), "branch point"),
        (entry.is_merge_point(), "merge point"),
        (entry.down.is_empty(), "base"),
    ];
    let mut marks: Vec<String> =
        marks.into_iter().filter(|(holds, _)| *holds).map(|(_, mark)| mark.to_owned()).collect();
    let not_drawn: Vec<String> = picture.not_drawn(node).map(|id| printable(id.as_str())).collect();
    if !not_drawn.is_empty() {
        marks.push(format!("not shown: {}", not_drawn.join(", ")));
    }
    marks
}

/// `&`, `<`, `>` and quotes as XML writes them.
pub(super) fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}
