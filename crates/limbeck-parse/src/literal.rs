//! String literals: their value as Python reads it, and the source bytes behind every byte of the value.
//!
//! It owns the decoding of escapes and line ends, which the Python parser does not place: it gives a value without saying
//! where in the source each byte of it stands, and keeps the CRLF that Python reads as a line feed.

use limbeck_types::{Few, Literal, Piece, Span};
use memchr::memchr3;
use ruff_python_ast::{
    ExprFString, ExprStringLiteral, FString, FStringFlags, FStringPart, InterpolatedStringElement,
};
use ruff_python_ast::{InterpolatedStringLiteralElement, StringFlags, StringLiteral};
use ruff_text_size::{Ranged, TextRange};

use crate::span::span_of;

/// A plain literal, all its parts as one.
pub(crate) fn string(expr: &ExprStringLiteral, text: &str) -> Literal {
    let mut decoder = Decoder::new(text);
    for part in &expr.value {
        decoder.part(part);
    }
    decoder.finish(span_of(expr))
}

/// A plain literal of which the parts are known by what stands between their quotes, and by whether they are raw. No part
/// names a character (`\N{…}`), and the parser could read them all.
pub(crate) fn of_sources(text: &str, span: Span, parts: &[(Span, bool)]) -> Literal {
    let mut decoder = Decoder::new(text);
    for (inner, is_raw) in parts {
        let rules = Rules { escapes: !is_raw, braces: false };
        decoder.run(TextRange::new(inner.start.into(), inner.end.into()), &text[inner.range()], rules);
    }
    decoder.finish(span)
}

/// An f-string up to its first field.
pub(crate) fn f_string(expr: &ExprFString, text: &str) -> Literal {
    let mut decoder = Decoder::new(text);
    for part in &expr.value {
        let is_whole = match part {
            FStringPart::Literal(literal) => {
                decoder.part(literal);
                true
            }
            FStringPart::FString(part) => decoder.f_string_part(part),
        };
        if !is_whole {
            break;
        }
    }
    decoder.finish(span_of(expr))
}

/// The value of one part of a concatenation.
pub(crate) fn part(part: &StringLiteral, text: &str) -> String {
    let mut decoder = Decoder::new(text);
    decoder.part(part);
    decoder.value
}

/// The value of a run of text in an f-string.
pub(crate) fn element(element: &InterpolatedStringLiteralElement, flags: FStringFlags, text: &str) -> String {
    let mut decoder = Decoder::new(text);
    decoder.element(element, flags);
    decoder.value
}

/// One part of a concatenation, with the source behind it.
pub(crate) fn placed_part(part: &StringLiteral, text: &str) -> Literal {
    let mut decoder = Decoder::new(text);
    decoder.part(part);
    decoder.finish(span_of(part))
}

/// A run of text in an f-string, with the source behind it.
pub(crate) fn placed_element(
    element: &InterpolatedStringLiteralElement,
    flags: FStringFlags,
    text: &str,
) -> Literal {
    let mut decoder = Decoder::new(text);
    decoder.element(element, flags);
    decoder.finish(span_of(element))
}

struct Decoder<'a> {
    text: &'a str,
    value: String,
    pieces: Few<Piece>,
}

/// Which characters of a literal's source do not stand for themselves.
#[derive(Clone, Copy)]
struct Rules {
    escapes: bool,
    /// Doubled braces are one, in f-strings.
    braces: bool,
}

impl<'a> Decoder<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, value: String::new(), pieces: Few::default() }
    }

    fn finish(self, span: Span) -> Literal {
        Literal { span, value: self.value, pieces: self.pieces }
    }

    fn part(&mut self, part: &StringLiteral) {
        let (start, end) = (part.start() + part.flags.opener_len(), part.end().to_u32());
        let end = end.saturating_sub(part.flags.closer_len().to_u32());
        if start.to_u32() <= end {
            let rules = Rules { escapes: !part.flags.prefix().is_raw(), braces: false };
            self.run(TextRange::new(start, end.into()), part.as_str(), rules);
        }
    }

    /// Whether the part has no field, so that what follows it belongs to the known text.
    fn f_string_part(&mut self, part: &FString) -> bool {
        for element in &part.elements {
            match element {
                InterpolatedStringElement::Literal(literal) => self.element(literal, part.flags),
                InterpolatedStringElement::Interpolation(_) => return false,
            }
        }
        true
    }

    fn element(&mut self, element: &InterpolatedStringLiteralElement, flags: FStringFlags) {
        self.run(element.range(), &element.value, Rules { escapes: !flags.prefix().is_raw(), braces: true });
    }

    /// Decodes the source in `range`, of which the parser says that it is worth `expected`.
    fn run(&mut self, range: TextRange, expected: &str, rules: Rules) {
        // The parser gives a literal that it could not read no value.
        let source = self.text.get(range.start().to_usize()..range.end().to_usize()).unwrap_or_default();
        if expected.is_empty() {
            return;
        }
        if self.value.is_empty() {
            self.value = String::with_capacity(expected.len());
        } else {
            self.value.reserve(expected.len());
        }
        let mut cursor = Cursor { source, start: range.start().to_usize(), at: 0, expected, read: 0 };
        while let Some(length) = cursor.plain_length(rules) {
            self.verbatim(&mut cursor, length);
            match cursor.rest().as_bytes() {
                [b'\r', ..] => self.line_end(&mut cursor),
                [b'\\', ..] => self.escape(&mut cursor),
                [one, two, ..] if one == two => self.replaced(&mut cursor, 2, char::from(*one)),
                _ => self.verbatim(&mut cursor, 1),
            }
        }
        let length = cursor.rest().len();
        self.verbatim(&mut cursor, length);
    }

    fn verbatim(&mut self, cursor: &mut Cursor<'_>, length: usize) {
        if length == 0 {
            return;
        }
        let span = cursor.span(length);
        match self.pieces.last_mut() {
            Some(last) if last.verbatim && last.span.end == span.start => last.span.end = span.end,
            _ => self.piece(span, true),
        }
        self.value.push_str(&cursor.rest()[..length]);
        cursor.step(length, length);
    }

    fn replaced(&mut self, cursor: &mut Cursor<'_>, length: usize, char: char) {
        self.piece(cursor.span(length), false);
        self.value.push(char);
        cursor.step(length, char.len_utf8());
    }

    fn piece(&mut self, span: Span, verbatim: bool) {
        let value_start = Span::new(self.value.len(), self.value.len()).start;
        self.pieces.push(Piece { value_start, span, verbatim });
    }

    /// Python reads every line end as a line feed; the parser keeps it.
    fn line_end(&mut self, cursor: &mut Cursor<'_>) {
        let length = if cursor.rest().starts_with("\r\n") { 2 } else { 1 };
        self.piece(cursor.span(length), false);
        self.value.push('\n');
        cursor.step(length, length);
    }

    fn escape(&mut self, cursor: &mut Cursor<'_>) {
        match Escape::at(cursor) {
            Escape::Char(length, char) => self.replaced(cursor, length, char),
            Escape::Nothing(length) => cursor.step(length, 0),
            Escape::Backslash => self.verbatim(cursor, 1),
        }
    }
}

/// Where the decoding stands, in the source and in the value that the parser gives.
struct Cursor<'a> {
    source: &'a str,
    start: usize,
    at: usize,
    expected: &'a str,
    read: usize,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a str {
        &self.source[self.at..]
    }

    fn span(&self, length: usize) -> Span {
        Span::new(self.start + self.at, self.start + self.at + length)
    }

    fn step(&mut self, source: usize, expected: usize) {
        self.at += source;
        self.read += expected;
    }

    /// How many bytes stand for themselves before the next that may not.
    fn plain_length(&self, rules: Rules) -> Option<usize> {
        let rest = self.rest().as_bytes();
        let backslash = if rules.escapes { b'\\' } else { b'\r' };
        if !rules.braces {
            return memchr::memchr2(b'\r', backslash, rest);
        }
        let one = memchr3(b'{', b'}', b'\r', rest);
        let two = memchr::memchr(backslash, &rest[..one.unwrap_or(rest.len())]);
        two.or(one)
    }
}

/// What a backslash in a literal means.
enum Escape {
    /// So many bytes are one character.
    Char(usize, char),
    /// So many bytes are nothing: the line goes on.
    Nothing(usize),
    /// It is only a backslash.
    Backslash,
}

impl Escape {
    fn at(cursor: &Cursor<'_>) -> Self {
        let rest = cursor.rest();
        let char = |char| Escape::Char(2, char);
        match rest.as_bytes().get(1) {
            Some(b'\n') => Escape::Nothing(2),
            Some(b'\r') if rest[2..].starts_with('\n') => Escape::Nothing(3),
            Some(b'\r') => Escape::Nothing(2),
            Some(b'\\') => char('\\'),
            Some(b'\'') => char('\''),
            Some(b'"') => char('"'),
            Some(b'a') => char('\x07'),
            Some(b'b') => char('\x08'),
            Some(b'f') => char('\x0c'),
            Some(b'n') => char('\n'),
            Some(b'r') => char('\r'),
            Some(b't') => char('\t'),
            Some(b'v') => char('\x0b'),
            Some(b'0'..=b'7') => {
                let digits =
                    rest[1..].bytes().take(3).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
                Self::number(&rest[1..=digits], 8, 1 + digits)
            }
            Some(b'x') => Self::number(rest.get(2..4).unwrap_or_default(), 16, 4),
            Some(b'u') => Self::number(rest.get(2..6).unwrap_or_default(), 16, 6),
            Some(b'U') => Self::number(rest.get(2..10).unwrap_or_default(), 16, 10),
            Some(b'N') => Self::name(cursor),
            _ => Escape::Backslash,
        }
    }

    fn number(digits: &str, radix: u32, length: usize) -> Self {
        match u32::from_str_radix(digits, radix) {
            // Half of a surrogate pair is no character of ours; the parser gives the same in its place.
            Ok(code) => Escape::Char(length, char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)),
            Err(_) => Escape::Backslash,
        }
    }

    /// `\N{…}`: the table of names is the parser's.
    fn name(cursor: &Cursor<'_>) -> Self {
        let length = cursor.rest().find('}').map(|brace| brace + 1);
        let char = cursor.expected.get(cursor.read..).and_then(|expected| expected.chars().next());
        match (length, char) {
            (Some(length), Some(char)) if cursor.rest()[2..].starts_with('{') => Escape::Char(length, char),
            _ => Escape::Backslash,
        }
    }
}
