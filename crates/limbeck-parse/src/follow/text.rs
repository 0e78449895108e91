//! Text put together of other text, every byte of which still leads to the source behind it.

use std::ops::Range;

use limbeck_types::{Few, Literal, Piece, Span};

use super::value::Value;

/// Text that is being put together.
#[derive(Default)]
pub(super) struct Builder {
    value: String,
    pieces: Few<Piece>,
}

/// The offset as a piece has it. Text is shorter than 4 GiB: the budget sees to that.
fn offset(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

impl Builder {
    /// Roughly the bytes that it takes.
    pub(super) fn weight(&self) -> usize {
        self.value.len() + 16 * self.pieces.len()
    }

    /// Adds the bytes `range` of a text.
    pub(super) fn slice(&mut self, literal: &Literal, range: Range<usize>) {
        let Some(added) = literal.value.get(range.clone()) else { return };
        if added.is_empty() {
            return;
        }
        let (start, end) = (offset(range.start), offset(range.end));
        let first = literal.pieces.partition_point(|piece| piece.value_start <= start).saturating_sub(1);
        for (index, piece) in literal.pieces.iter().enumerate().skip(first) {
            if piece.value_start >= end {
                break;
            }
            let piece_end =
                literal.pieces.get(index + 1).map_or(offset(literal.value.len()), |next| next.value_start);
            let (from, to) = (piece.value_start.max(start), piece_end.min(end));
            if from >= to {
                continue;
            }
            let span = if piece.verbatim {
                let start = piece.span.start + (from - piece.value_start);
                Span { start, end: start + (to - from) }
            } else {
                piece.span
            };
            let value_start = offset(self.value.len()) + (from - start);
            self.piece(Piece { value_start, span, verbatim: piece.verbatim });
        }
        if literal.pieces.is_empty() {
            self.piece(Piece { value_start: offset(self.value.len()), span: literal.span, verbatim: false });
        }
        self.value.push_str(added);
    }

    /// Adds a whole text.
    pub(super) fn whole(&mut self, literal: &Literal) {
        self.slice(literal, 0..literal.value.len());
    }

    /// Adds text that stands nowhere in the source; `span` is what makes it.
    pub(super) fn made(&mut self, text: &str, span: Span) {
        if !text.is_empty() {
            self.piece(Piece { value_start: offset(self.value.len()), span, verbatim: false });
            self.value.push_str(text);
        }
    }

    fn piece(&mut self, piece: Piece) {
        match self.pieces.last_mut() {
            Some(last) if last.verbatim && piece.verbatim && last.span.end == piece.span.start => {
                last.span.end = piece.span.end;
            }
            Some(last) if !last.verbatim && !piece.verbatim && last.span == piece.span => {}
            _ => self.pieces.push(piece),
        }
    }

    pub(super) fn finish(self, span: Span) -> Literal {
        Literal { span, value: self.value, pieces: self.pieces }
    }
}

/// Part of a text, by bytes.
pub(super) fn slice(literal: &Literal, range: Range<usize>, span: Span) -> Literal {
    let mut builder = Builder::default();
    builder.slice(literal, range);
    builder.finish(span)
}

/// Text that stands nowhere in the source.
pub(super) fn made(text: &str, span: Span) -> Literal {
    let mut builder = Builder::default();
    builder.made(text, span);
    builder.finish(span)
}

/// The text with each character changed.
pub(super) fn mapped(literal: &Literal, span: Span, change: impl Fn(usize, char) -> String) -> Literal {
    let mut builder = Builder::default();
    for (index, char) in literal.value.char_indices() {
        let after = index + char.len_utf8();
        let changed = change(index, char);
        if changed.len() == char.len_utf8() && changed.starts_with(char) {
            builder.slice(literal, index..after);
        } else {
            let place = literal.source_span(index..after).unwrap_or(literal.span);
            builder.made(&changed, place);
        }
    }
    builder.finish(span)
}

/// `text % {name: value}`: of two percent signs one stays, and the first `%s` is an empty dictionary; `None` where Python
/// raises, or does something else.
pub(crate) fn formatted(literal: &Literal, values: &[(String, Value)]) -> Option<Literal> {
    let mut builder = Builder::default();
    let (mut from, mut is_given) = (0, false);
    while let Some(found) = literal.value[from..].find('%') {
        let at = from + found;
        match literal.value.as_bytes().get(at + 1)? {
            b'%' => {
                builder.slice(literal, from..at + 1);
                from = at + 2;
            }
            b's' if values.is_empty() && !std::mem::replace(&mut is_given, true) => {
                builder.slice(literal, from..at);
                builder.made("{}", literal.source_span(at..at + 2)?);
                from = at + 2;
            }
            b'(' => {
                let (name, _) = literal.value[at + 2..].split_once(")s")?;
                let (_, value) = values.iter().find(|(known, _)| known == name)?;
                builder.slice(literal, from..at);
                builder.whole(&super::show::str_of(value)?);
                from = at + 2 + name.len() + 2;
            }
            _ => return None,
        }
    }
    builder.slice(literal, from..literal.value.len());
    Some(builder.finish(literal.span))
}

/// What Python takes for white space.
pub(super) fn is_space(char: char) -> bool {
    char.is_whitespace() || ('\x1c'..='\x1f').contains(&char)
}

/// `textwrap.dedent` (Python's textwrap.py): lines of only white space become empty, and what all others share before
/// their first other character goes.
/// `None` where a line has white space that Python's versions take differently.
pub(super) fn dedent(literal: &Literal, span: Span) -> Option<Literal> {
    let text = &literal.value;
    let is_blank = |line: &str| line.chars().all(is_space);
    let indentation = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let lines = || {
        text.split_inclusive('\n').scan(0, |start, line| {
            let at = *start;
            *start += line.len();
            Some((at, line))
        })
    };
    let mut margin: Option<&str> = None;
    for (_, line) in lines() {
        let line = line.strip_suffix('\n').unwrap_or(line);
        if is_blank(line) {
            line.bytes().all(|byte| matches!(byte, b' ' | b'\t')).then_some(())?;
            continue;
        }
        let indent = &line[..indentation(line)];
        margin = Some(match margin {
            None => indent,
            Some(margin) => {
                let shared =
                    margin.bytes().zip(indent.bytes()).take_while(|(one, other)| one == other).count();
                &margin[..shared]
            }
        });
    }
    let margin = margin.map_or(0, str::len);
    let mut builder = Builder::default();
    for (start, line) in lines() {
        let end = start + line.len();
        let body = line.strip_suffix('\n').unwrap_or(line);
        if is_blank(body) {
            builder.slice(literal, start + body.len()..end);
        } else {
            builder.slice(literal, start + margin..end);
        }
    }
    Some(builder.finish(span))
}
