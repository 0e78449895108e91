//! Expressions: literals, collections of them, and calls of what is imported.

use std::cell::RefCell;
use std::rc::Rc;

use limbeck_types::{Argument, Span};
use ruff_python_ast::name::Name;

use super::Reader;
use super::names::{Bound, is_plain_attribute, leaves_arguments_alone};
use crate::follow::value::{Call, Event, EventKind, Kind, Value, has_places};
use crate::plain::is_keyword;

/// Keys of a dictionary, which are compared with each other.
const KEYS: usize = 64;
/// Arguments by position for which there is room before they come.
const ARGUMENTS: usize = 4;
/// Calls and attributes that hang on one value.
const CHAIN: usize = 40;

impl<'t> Reader<'t> {
    /// An expression, and where it is written: a value that comes through a name was made elsewhere.
    pub(super) fn expression(&mut self) -> Option<(Value, Span)> {
        self.blanks();
        let start = self.at;
        let value = match self.peek(0) {
            b'"' | b'\'' => self.strings("")?,
            b'(' => return self.within(Self::parenthesized),
            b'[' => {
                let items = self.within(|reader| reader.items(b']'))?;
                Value::new(Kind::List(Rc::new(RefCell::new(items))), self.since(start))
            }
            b'{' => {
                let pairs = self.within(Self::pairs)?;
                Value::new(Kind::Dict(Rc::new(RefCell::new(pairs))), self.since(start))
            }
            b'0'..=b'9' => {
                let kind = self.number()?;
                Value::new(kind, self.since(start))
            }
            b'-' => {
                self.at += 1;
                let kind = match self.number()? {
                    Kind::Int(int) => Kind::Int(-int),
                    Kind::Float(float) => Kind::Float(-float),
                    _ => return None,
                };
                Value::new(kind, self.since(start))
            }
            _ => {
                let word = self.word();
                return self.of_word(word, start);
            }
        };
        let span = value.span;
        Some((value, span))
    }

    fn since(&self, start: usize) -> Span {
        Span::new(start, self.at)
    }

    /// An expression that begins with a word, which was read.
    fn of_word(&mut self, word: &'t str, start: usize) -> Option<(Value, Span)> {
        let kind = match word {
            "None" => Kind::None,
            "True" => Kind::Bool(true),
            "False" => Kind::Bool(false),
            _ if self.is_at_quote() => {
                let text = self.strings(word)?;
                let span = text.span;
                return Some((text, span));
            }
            _ => return self.named(word, start),
        };
        let span = self.since(start);
        Some((Value::new(kind, span), span))
    }

    /// A whole number, or one with a point, in plain digits.
    fn number(&mut self) -> Option<Kind> {
        let start = self.at;
        let digits = |reader: &mut Self| {
            let rest = &reader.bytes[reader.at..];
            let length = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
            reader.at += length;
            length
        };
        let length = digits(self);
        let leads_with_zero = self.bytes.get(start) == Some(&b'0') && length > 1;
        (length > 0 && length <= 18 && !leads_with_zero).then_some(())?;
        let is_whole = self.peek(0) != b'.';
        if !is_whole {
            self.at += 1;
            (digits(self) > 0).then_some(())?;
        }
        let text = &self.text[start..self.at];
        // Anything else that is part of a number ends the reading.
        let next = self.peek(0);
        (!next.is_ascii_alphanumeric() && next != b'_' && next != b'.' && next < 0x80).then_some(())?;
        Some(if is_whole { Kind::Int(text.parse().ok()?) } else { Kind::Float(text.parse().ok()?) })
    }

    /// A tuple, or an expression in brackets, of which the place is without them.
    fn parenthesized(&mut self) -> Option<(Value, Span)> {
        let start = self.at - 1;
        let mut items = Vec::new();
        while !self.eat(b')') {
            let (value, span) = self.expression()?;
            let has_comma = self.eat(b',');
            if !has_comma && items.is_empty() {
                self.need(b')')?;
                return Some((value, span));
            }
            items.push(value);
            if !has_comma {
                self.need(b')')?;
                break;
            }
        }
        let span = self.since(start);
        Some((Value::new(Kind::Tuple(items.into()), span), span))
    }

    /// Expressions with commas between them, up to the closing bracket.
    fn items(&mut self, closing: u8) -> Option<Vec<Value>> {
        let mut items = Vec::new();
        while !self.eat(closing) {
            items.push(self.expression()?.0);
            if !self.eat(b',') {
                self.need(closing)?;
                break;
            }
        }
        Some(items)
    }

    /// The rest of a dictionary, whose keys are texts.
    fn pairs(&mut self) -> Option<Vec<(Value, Value)>> {
        let mut pairs: Vec<(Value, Value)> = Vec::new();
        while !self.eat(b'}') {
            self.is_at_quote().then_some(())?;
            let key = self.strings("")?;
            let text = &key.as_text()?.value;
            let is_known =
                |(known, _): &(Value, Value)| known.as_text().is_some_and(|known| known.value == *text);
            // Of equal keys the follower keeps one.
            (pairs.len() < KEYS && !pairs.iter().any(is_known)).then_some(())?;
            self.need(b':')?;
            let value = self.expression()?.0;
            pairs.push((key, value));
            if !self.eat(b',') {
                self.need(b'}')?;
                break;
            }
        }
        Some(pairs)
    }

    /// A name, which was read, with what hangs on it.
    pub(super) fn named(&mut self, name: &str, start: usize) -> Option<(Value, Span)> {
        let (mut node, mut span) = match self.look_up(name)? {
            Bound::Path(node, span) => (node, span),
            Bound::Value(value) => {
                let written = self.since(start);
                return self.hanging(value, written);
            }
            Bound::Import { .. } | Bound::Other => return None,
        };
        let mut written = self.since(start);
        loop {
            self.blanks();
            match self.peek(0) {
                b'.' => {
                    self.at += 1;
                    self.blanks();
                    let name = self.name()?;
                    node = self.member(node, name)?;
                    written = self.since(start);
                    span = written;
                }
                b'(' => {
                    let callee = self.path(node, span);
                    let call = self.call(callee, start)?;
                    let written = call.span;
                    return self.hanging(call, written);
                }
                _ => return Some((self.path(node, span), written)),
            }
        }
    }

    /// Attributes and calls that hang on a value.
    fn hanging(&mut self, mut value: Value, mut written: Span) -> Option<(Value, Span)> {
        let start = written.start as usize;
        for _ in 0..CHAIN {
            self.blanks();
            match (self.peek(0), &value.kind) {
                (b'.', Kind::Call(_) | Kind::Attribute(_)) => {
                    self.at += 1;
                    self.blanks();
                    let name = self.name()?;
                    is_plain_attribute(name).then_some(())?;
                    if let Kind::Call(call) = &value.kind {
                        let used = EventKind::Used(call.number);
                        self.tell(used, value.span);
                    }
                    written = self.since(start);
                    value = Value::new(Kind::Attribute(Rc::new((value, Name::new(name)))), written);
                }
                (b'(', Kind::Attribute(_)) => {
                    value = self.call(value, start)?;
                    written = value.span;
                }
                (b'.' | b'(', _) => return None,
                _ => return Some((value, written)),
            }
        }
        None
    }

    /// A call, from its opening bracket on; all of it begins at `start`.
    fn call(&mut self, callee: Value, start: usize) -> Option<Value> {
        let mut call = Call {
            callee,
            positional: Vec::with_capacity(if self.peek(1) == b')' { 0 } else { ARGUMENTS }),
            keywords: Vec::new(),
            span: Span::default(),
            arguments: Vec::new(),
            number: 0,
        };
        let has_places = has_places(&call.callee);
        self.within(|reader| reader.arguments(&mut call, has_places))?;
        let mut values = call.positional.iter().chain(call.keywords.iter().map(|(_, value)| value));
        let is_given_a_list = values.any(|value| matches!(value.kind, Kind::List(_) | Kind::Dict(_)));
        (!is_given_a_list || leaves_arguments_alone(&call.callee)).then_some(())?;
        self.calls += 1;
        call.number = self.calls;
        call.span = self.since(start);
        let (call, span) = (Rc::new(call), self.since(start));
        if !call.is_silent() {
            self.tell(EventKind::Called(Rc::clone(&call)), span);
        }
        Some(Value::new(Kind::Call(call), span))
    }

    fn arguments(&mut self, call: &mut Call, has_places: bool) -> Option<()> {
        while !self.eat(b')') {
            let start = self.at;
            let word = self.word();
            let end = self.at;
            let is_word = !word.is_empty() && !word.as_bytes()[0].is_ascii_digit();
            if is_word && self.eat_equals() {
                (!is_keyword(word) && call.keyword(word).is_none()).then_some(())?;
                let (value, span) = self.expression()?;
                call.keywords.push((Name::new(word), value));
                if has_places {
                    call.arguments.push(Argument { name: Some(word.to_owned()), span });
                }
            } else {
                call.keywords.is_empty().then_some(())?;
                self.at = if is_word { end } else { start };
                let (value, span) = if is_word { self.of_word(word, start)? } else { self.expression()? };
                call.positional.push(value);
                if has_places {
                    call.arguments.push(Argument { name: None, span });
                }
            }
            if !self.eat(b',') {
                return self.need(b')');
            }
        }
        Some(())
    }

    pub(super) fn tell(&mut self, kind: EventKind, span: Span) {
        let callers = Rc::clone(&self.callers);
        self.events.push(Event { kind, span, callers, condition: None });
    }
}
