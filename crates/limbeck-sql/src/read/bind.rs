//! What a text holds that is not for Postgres: binds and escapes of SQLAlchemy's `text()` and of the drivers, and the
//! bodies of functions, which are another language.
//!
//! The parser is given a text of the same length in which they are replaced, so that places stay the same.

use std::borrow::Cow;
use std::ops::Range;

use squawk_lexer::{LiteralKind, TokenKind};

use super::split::Token;

/// A replacement of the bytes of the whole text.
#[derive(Debug)]
pub(super) struct Edit {
    range: Range<usize>,
    with: With,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum With {
    /// A value, which is what a bind stands for.
    Value,
    /// This text, filled up with spaces.
    Text(&'static str),
    /// As many colons as fit in half of it, at its end.
    Colons,
    /// Spaces.
    Nothing,
}

impl Edit {
    /// Whether Postgres itself may have meant what is replaced: a slice `[1:n]`, `a % s`.
    pub(super) fn is_doubtful(&self) -> bool {
        self.with != With::Nothing
    }
}

/// What to replace in a statement, in order.
pub(super) fn edits(sql: &str, tokens: &[Token]) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut index = 0;
    // The first token that no bind has taken: `:in` is none of SQL's words.
    let mut free = 0;
    while index < tokens.len() {
        let taken = bind(sql, &tokens[index..]).map(|count| (count, With::Value));
        let taken = taken.or_else(|| colons(sql, &tokens[index..]).map(|count| (count, With::Colons)));
        let taken = taken.or_else(|| percent(sql, &tokens[index..]).map(|count| (count, With::Text(" %"))));
        if let Some((count, with)) = taken {
            if with == With::Value {
                membership(sql, &tokens[free..index], &mut edits);
            }
            edits.push(Edit { range: tokens[index].range.start..tokens[index + count - 1].range.end, with });
            index += count;
            free = index;
            continue;
        }
        if tokens[index].is_word(sql, "as") {
            body(sql, &tokens[index + 1..], &mut edits);
        }
        index += 1;
    }
    edits
}

/// The statement with its edits made, each bind replaced by `value`, which has two bytes.
pub(super) fn apply<'s>(sql: &'s str, span: Range<usize>, edits: &[Edit], value: &str) -> Cow<'s, str> {
    if edits.is_empty() {
        return Cow::Borrowed(&sql[span]);
    }
    let mut text = String::with_capacity(span.len());
    let mut done = span.start;
    for edit in edits {
        text.push_str(&sql[done..edit.range.start]);
        let length = edit.range.len();
        match edit.with {
            With::Value => text.push_str(value),
            With::Text(with) => text.push_str(with),
            With::Colons => {
                text.extend(std::iter::repeat_n(' ', length / 2));
                text.extend(std::iter::repeat_n(':', length / 2));
            }
            With::Nothing => {}
        }
        done = edit.range.end;
        text.extend(std::iter::repeat_n(' ', (done - span.start).saturating_sub(text.len())));
    }
    text.push_str(&sql[done..span.end]);
    Cow::Owned(text)
}

/// A place, widened to the whole of what it begins or ends in.
pub(super) fn whole(edits: &[Edit], place: Range<usize>) -> Range<usize> {
    let overlaps = |edit: &&Edit| edit.range.start < place.end && place.start < edit.range.end;
    let wider =
        |place: Range<usize>, edit: &Edit| place.start.min(edit.range.start)..place.end.max(edit.range.end);
    edits.iter().filter(overlaps).fold(place.clone(), wider)
}

/// How many tokens a bind at the first one takes: `:name` where `text()` finds one (SQLAlchemy sql/elements.py,
/// `TextClause._bind_params_regex`), `%s` or `%(name)s`.
fn bind(sql: &str, tokens: &[Token]) -> Option<usize> {
    let first = tokens.first()?;
    let joined = |count: usize| {
        tokens.len() >= count
            && tokens[..count].windows(2).all(|pair| pair[0].range.end == pair[1].range.start)
    };
    let is_s = |index: usize| tokens[index].text(sql) == "s";
    match first.kind {
        TokenKind::Colon => {
            let before = sql[..first.range.start].chars().next_back();
            let is_apart =
                before.is_none_or(|before| !before.is_alphanumeric() && !matches!(before, '_' | ':' | '\\'));
            let is_name = |kind| {
                matches!(kind, TokenKind::Ident | TokenKind::Literal { kind: LiteralKind::Int { .. } })
            };
            (is_apart && joined(2) && is_name(tokens[1].kind)).then_some(2)
        }
        TokenKind::Percent if joined(2) && tokens[1].kind == TokenKind::Ident && is_s(1) => Some(2),
        TokenKind::Percent if joined(5) => {
            let shape = [TokenKind::OpenParen, TokenKind::Ident, TokenKind::CloseParen, TokenKind::Ident];
            (tokens[1..5].iter().map(|token| token.kind).eq(shape) && is_s(4)).then_some(5)
        }
        _ => None,
    }
}

/// How many tokens a run of `\:` takes, which is how `text()` is given a colon.
fn colons(sql: &str, tokens: &[Token]) -> Option<usize> {
    let is_escape = |pair: &[Token]| {
        pair[0].text(sql) == "\\"
            && pair[1].kind == TokenKind::Colon
            && pair[0].range.end == pair[1].range.start
    };
    let is_joined = |index: usize| index == 0 || tokens[index - 1].range.end == tokens[index].range.start;
    let pairs = tokens.chunks_exact(2).enumerate();
    let count = pairs.take_while(|(index, pair)| is_escape(pair) && is_joined(2 * index)).count();
    (count > 0).then_some(2 * count)
}

/// `%%` that is no part of a longer operator takes two tokens.
fn percent(sql: &str, tokens: &[Token]) -> Option<usize> {
    let is_percent = |index: usize| tokens.get(index).is_some_and(|token| token.kind == TokenKind::Percent);
    if !is_percent(0) || !is_percent(1) || tokens[0].range.end != tokens[1].range.start {
        return None;
    }
    let is_operator = |character: Option<char>| character.is_some_and(|it| "+-*/<>=~!@#%^&|`?".contains(it));
    let before = sql[..tokens[0].range.start].chars().next_back();
    let after = sql[tokens[1].range.end..].chars().next();
    (!is_operator(before) && !is_operator(after)).then_some(2)
}

/// `IN :ids` and `IN %s` are filled with a list by SQLAlchemy (`expanding`) and psycopg2; the grammar wants parentheses
/// there, so that `IN` is read as `=`, and `NOT IN` as `<>`.
fn membership(sql: &str, before: &[Token], edits: &mut Vec<Edit>) {
    let [rest @ .., last] = before else { return };
    if !last.is_word(sql, "in") {
        return;
    }
    match rest.last() {
        Some(not) if not.is_word(sql, "not") => {
            edits.push(Edit { range: not.range.clone(), with: With::Text("<>") });
            edits.push(Edit { range: last.range.clone(), with: With::Nothing });
        }
        _ => edits.push(Edit { range: last.range.clone(), with: With::Text("=") }),
    }
}

/// Empties the strings that follow an `AS`: the body of a function. The parser would read a body in SQL too, and its
/// errors are not the statement's.
fn body(sql: &str, tokens: &[Token], edits: &mut Vec<Edit>) {
    for token in tokens {
        let TokenKind::Literal { kind } = token.kind else { return };
        let text = token.text(sql);
        let (opening, closing) = match kind {
            LiteralKind::Str { terminated: true } => (1, 1),
            LiteralKind::EscStr { terminated: true } => (2, 1),
            LiteralKind::DollarQuotedString { terminated: true } => {
                let Some(tag) = text[1..].find('$').map(|end| end + 2) else { return };
                (tag, tag)
            }
            _ => return,
        };
        let range = token.range.start + opening..token.range.end - closing;
        if !range.is_empty() {
            edits.push(Edit { range, with: With::Nothing });
        }
    }
}
