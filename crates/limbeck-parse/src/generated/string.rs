//! Strings: where they end, and what they say.

use std::rc::Rc;

use limbeck_types::{Few, Literal, Piece, Span};

use super::Reader;
use crate::follow::value::{Kind, Value};
use crate::literal;

/// What stands between the quotes of a string.
#[derive(Clone, Copy)]
struct Part {
    inner: Span,
    has_escapes: bool,
    is_raw: bool,
}

impl<'t> Reader<'t> {
    /// Whether a string begins here that has no prefix.
    pub(super) fn is_at_quote(&self) -> bool {
        matches!(self.peek(0), b'"' | b'\'')
    }

    /// Steps over strings side by side, whose value is no matter.
    pub(super) fn skip_strings(&mut self) -> Option<()> {
        self.part("")?;
        while let Some(prefix) = self.next_string() {
            self.part(prefix)?;
        }
        Some(())
    }

    /// Strings side by side as one text, the first after `prefix`, which was read.
    pub(super) fn strings(&mut self, prefix: &str) -> Option<Value> {
        let start = self.at - prefix.len();
        let first = self.part(prefix)?;
        let end = self.at;
        let literal = match self.next_string() {
            None if !first.has_escapes => verbatim(self.text, Span::new(start, end), first.inner),
            mut next => {
                let (mut parts, mut end) = (vec![(first.inner, first.is_raw)], end);
                while let Some(prefix) = next {
                    let part = self.part(prefix)?;
                    parts.push((part.inner, part.is_raw));
                    end = self.at;
                    next = self.next_string();
                }
                literal::of_sources(self.text, Span::new(start, end), &parts)
            }
        };
        let span = literal.span;
        Some(Value::new(Kind::Text(Rc::new(literal)), span))
    }

    /// Steps over blanks to one more string, and over its prefix, which it gives.
    fn next_string(&mut self) -> Option<&'t str> {
        self.blanks();
        if self.is_at_quote() {
            return Some("");
        }
        let start = self.at;
        let prefix = if matches!(self.peek(1), b'"' | b'\'') { self.word() } else { "" };
        if prefix.is_empty() {
            self.at = start;
            return None;
        }
        Some(prefix)
    }

    /// One string, after its prefix.
    fn part(&mut self, prefix: &str) -> Option<Part> {
        let is_raw = match prefix {
            "" | "u" | "U" => false,
            "r" | "R" => true,
            _ => return None,
        };
        let quote = self.peek(0);
        let is_triple = self.peek(1) == quote && self.peek(2) == quote;
        let length = if is_triple { 3 } else { 1 };
        self.at += length;
        let (start, mut has_escapes) = (self.at, false);
        loop {
            // A backslash may be the last byte of all.
            let rest = self.bytes.get(self.at..)?;
            self.at += match is_triple {
                true => memchr::memchr2(quote, b'\\', rest)?,
                false => memchr::memchr3(quote, b'\\', b'\n', rest)?,
            };
            match self.peek(0) {
                b'\\' => {
                    has_escapes = true;
                    // What is told by a code or a name is the parser's.
                    let is_code = !is_raw && matches!(self.peek(1), b'N' | b'u' | b'U' | b'x');
                    (!is_code && self.peek(1) < 0x80).then_some(())?;
                    self.at += 2;
                }
                b'\n' => return None,
                _ if is_triple && (self.peek(1) != quote || self.peek(2) != quote) => self.at += 1,
                _ => {
                    let inner = Span::new(start, self.at);
                    self.at += length;
                    return Some(Part { inner, has_escapes, is_raw });
                }
            }
        }
    }
}

/// A string of which every byte stands for itself.
fn verbatim(text: &str, span: Span, inner: Span) -> Literal {
    let piece = Piece { value_start: 0, span: inner, verbatim: true };
    let pieces = Few::from_iter((!inner.is_empty()).then_some(piece));
    Literal { span, value: text[inner.range()].to_owned(), pieces }
}
