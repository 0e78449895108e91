//! Names as Postgres stores them.

use std::ops::Range;

use squawk_syntax::{SyntaxKind, SyntaxNode, SyntaxToken};

/// `NAMEDATALEN - 1` (Postgres pg_config_manual.h).
const MAX_BYTES: usize = 63;

/// A dotted name.
#[derive(Debug, Default)]
pub(super) struct Dotted {
    /// Its parts, folded, each with its place in the parsed text.
    pub(super) parts: Vec<(String, Range<usize>)>,
}

impl Dotted {
    /// The names that a node of the tree holds.
    pub(super) fn of(node: &SyntaxNode) -> Self {
        let tokens = node.descendants_with_tokens().filter_map(|element| element.into_token());
        let names = tokens.filter(|token| token.kind() == SyntaxKind::IDENT || is_word(token));
        Self { parts: names.map(|token| (fold(token.text()), range(&token))).collect() }
    }
}

fn is_word(token: &SyntaxToken) -> bool {
    let text = token.text();
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn range(token: &SyntaxToken) -> Range<usize> {
    token.text_range().start().into()..token.text_range().end().into()
}

/// A name as Postgres folds it (parser/scansup.c): only ASCII letters, as it does for a database in UTF-8.
fn fold(text: &str) -> String {
    let inside =
        |text: &str| text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).map(ToOwned::to_owned);
    let mut name = match (inside(text), text.get(..2)) {
        (Some(quoted), _) => quoted.replace("\"\"", "\""),
        (None, Some("U&" | "u&")) => inside(&text[2..])
            .map_or_else(|| text.to_ascii_lowercase(), |quoted| unescape(&quoted.replace("\"\"", "\""))),
        _ => text.to_ascii_lowercase(),
    };
    name.truncate(name.floor_char_boundary(MAX_BYTES));
    name
}

/// The Unicode escapes of `U&"…"`, with the backslash that escapes unless `UESCAPE` says otherwise.
fn unescape(text: &str) -> String {
    let mut name = String::new();
    let take = |_: Range<usize>, character: Result<char, _>| name.extend(character.ok());
    squawk_syntax::unescape::escape_unicode_esc_str(text, '\\', take);
    name
}
