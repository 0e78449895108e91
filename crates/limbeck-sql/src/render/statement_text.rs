//! `text(…)` and what is executed as a plain `str` (SQLAlchemy sql/compiler.py, `visit_textclause`).
//!
//! `:name` is a bind, also inside quotes; where nothing gives it a value, offline mode prints `NULL`. `\:` is a colon.

use std::ops::Range;

use limbeck_types::{
    Expression, ExpressionKind, Literal, Opaque, Placeholder, Span, SqlText, SqlType, SqlTypeKind,
};

use super::context::unknown;
use super::expression::Pen;
use super::placeholder;

/// A part of a text.
enum Part {
    /// As it stands.
    Plain(Range<usize>),
    /// `:name`.
    Bind(Range<usize>),
}

/// Writes the text with its binds.
pub(crate) fn text(pen: &mut Pen, text: &SqlText) -> Result<(), Opaque> {
    parts(&text.text.value, &mut |part| match part {
        Part::Plain(range) => {
            plain(pen, &text.text, range);
            Ok(())
        }
        Part::Bind(range) => bind(pen, text, range),
    })
}

/// Names to which nothing gives a value, each once, and where the first of them stands.
pub(crate) fn without_value(text: &SqlText) -> (Vec<&str>, Option<Span>) {
    let (mut names, mut first) = (Vec::new(), None);
    let looked = parts(&text.text.value, &mut |part| {
        if let Part::Bind(range) = part {
            let name = &text.text.value[range.start + 1..range.end];
            if !text.binds.iter().any(|(known, _)| known == name) && !names.contains(&name) {
                names.push(name);
                first = first.or(text.text.source_span(range));
            }
        }
        Ok(())
    });
    debug_assert!(looked.is_ok(), "who only looks finds nothing unknown");
    (names, first)
}

/// Hears of each part, in order.
fn parts(value: &str, hear: &mut dyn FnMut(Part) -> Result<(), Opaque>) -> Result<(), Opaque> {
    let mut from = 0;
    let mut at = 0;
    while let Some(found) = value.get(at..).and_then(|rest| rest.find([':', '\\'])) {
        let mark = at + found;
        at = mark + 1;
        let escaped = value[mark..].starts_with("\\:");
        let name = if escaped { mark + 2 } else { mark + 1 };
        let end = name + word_length(&value[name..]);
        if value[end..].starts_with(':') || (!escaped && !value[mark..].starts_with(':')) {
            continue;
        }
        if escaped {
            hear(Part::Plain(from..mark))?;
            from = mark + 1;
            at = end;
            continue;
        }
        let before = value[..mark].chars().next_back();
        if end == name || before.is_some_and(|before| matches!(before, ':' | '\\') || is_word(before)) {
            continue;
        }
        hear(Part::Plain(from..mark))?;
        hear(Part::Bind(mark..end))?;
        (from, at) = (end, end);
    }
    hear(Part::Plain(from..value.len()))
}

/// One bind: what was given for its name.
fn bind(pen: &mut Pen, text: &SqlText, range: Range<usize>) -> Result<(), Opaque> {
    let name = &text.text.value[range.start + 1..range.end];
    let span = text.text.source_span(range).unwrap_or(text.text.span);
    let given = text.binds.iter().rev().find(|(known, _)| known == name).map(|(_, given)| given);
    if !pen.context.literal_binds() {
        let untyped = SqlType { kind: SqlTypeKind::Null, span: Span::default() };
        let given_name = Placeholder::Given(name.to_owned());
        return match given.map(|given| &given.kind) {
            None => placeholder::bind(pen, &given_name, &untyped, span),
            Some(ExpressionKind::Typed(_, type_, placed @ Placeholder::Given(_))) => {
                placeholder::bind(pen, placed, type_, span)
            }
            Some(ExpressionKind::Tuple(values)) if placeholder::is_list(values) => {
                placeholder::list(pen, &values[0], span)
            }
            Some(_) => {
                Err(unknown(span, "env.py does not say `literal_binds`: alembic prints a placeholder"))
            }
        };
    }
    match given {
        None => pen.made("NULL", span),
        Some(given) => value(pen, given)?,
    }
    Ok(())
}

/// A bound value. What it renders to is searched for `\:` as the text around it is.
fn value(pen: &mut Pen, given: &Expression) -> Result<(), Opaque> {
    let before = pen.writer.text().len();
    pen.expression(given)?;
    match pen.writer.text()[before..].contains("\\:") {
        true => Err(unknown(given.span, "it is a value with `\\:` in it, which SQLAlchemy may change")),
        false => Ok(()),
    }
}

/// Text that is no bind, its `%` as the dialect has them.
pub(crate) fn plain(pen: &mut Pen, literal: &Literal, range: Range<usize>) {
    if !pen.context.doubles_percents() {
        pen.writer.copied(literal, range);
        return;
    }
    let mut from = range.start;
    for (percent, _) in literal.value[range.clone()].match_indices('%') {
        let percent = range.start + percent;
        pen.writer.copied(literal, from..percent + 1);
        pen.made("%", literal.source_span(percent..percent + 1).unwrap_or(literal.span));
        from = percent + 1;
    }
    pen.writer.copied(literal, from..range.end);
}

/// Bytes of the word that the text begins with.
fn word_length(text: &str) -> usize {
    text.find(|character| !is_word(character)).unwrap_or(text.len())
}

/// `\w` of Python's `re`.
fn is_word(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}
