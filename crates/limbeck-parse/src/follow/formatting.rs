//! Text made of values: f-strings, `%` and `str.format`.

use std::rc::Rc;

use limbeck_types::{Literal, Opaque, Span};
use ruff_python_ast::{ConversionFlag, ExprFString, FStringFlags, FStringPart};
use ruff_python_ast::{InterpolatedElement, InterpolatedStringElement, InterpolatedStringElements};

use super::calls::Arguments;
use super::follower::{Follower, Result};
use super::items::position;
use super::show::{repr, str_of};
use super::spec;
use super::text::{Builder, slice};
use super::value::{Kind, Value};
use crate::literal;

/// What is put together, and why it is not known where it is not.
#[derive(Default)]
struct Made {
    builder: Builder,
    unknown: Option<Rc<Opaque>>,
}

impl Made {
    fn value(self, span: Span) -> Value {
        match self.unknown {
            Some(opaque) => Value::new(Kind::Opaque(opaque), span),
            None => Value::text(self.builder.finish(span)),
        }
    }
}

impl<'a> Follower<'a> {
    pub(super) fn f_string(&mut self, string: &'a ExprFString, span: Span) -> Result {
        let mut made = Made::default();
        for part in &string.value {
            match part {
                FStringPart::Literal(part) => {
                    made.builder.whole(&self.at_home(literal::placed_part(part, self.source())))
                }
                FStringPart::FString(part) => self.f_elements(&part.elements, part.flags, &mut made)?,
            }
        }
        self.spend_bytes(made.builder.weight(), span)?;
        Ok(made.value(span))
    }

    fn f_elements(
        &mut self,
        elements: &'a InterpolatedStringElements,
        flags: FStringFlags,
        made: &mut Made,
    ) -> Result<()> {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(text) => {
                    made.builder.whole(&self.at_home(literal::placed_element(text, flags, self.source())));
                }
                InterpolatedStringElement::Interpolation(field) => self.f_field(field, flags, made)?,
            }
        }
        Ok(())
    }

    fn f_field(
        &mut self,
        field: &'a InterpolatedElement,
        flags: FStringFlags,
        made: &mut Made,
    ) -> Result<()> {
        let span = self.place_of(field);
        let value = self.evaluate(&field.expression)?;
        let mut spec = Made::default();
        if let Some(format) = &field.format_spec {
            self.nested(span, |follower| follower.f_elements(&format.elements, flags, &mut spec))?;
        }
        if made.unknown.is_some() {
            return Ok(());
        }
        if field.debug_text.is_some() {
            made.unknown = Some(unknown("it is formatted when the file is run", span));
            return Ok(());
        }
        let conversion = match field.conversion {
            ConversionFlag::None => None,
            ConversionFlag::Str => Some('s'),
            ConversionFlag::Repr => Some('r'),
            ConversionFlag::Ascii => Some('a'),
        };
        match spec.value(span) {
            Value { kind: Kind::Text(spec), .. } => {
                self.field(made, &value, conversion, &spec.value, span);
            }
            other => made.unknown = other.as_opaque().cloned(),
        }
        Ok(())
    }

    /// Adds a value in a format.
    fn field(&self, made: &mut Made, value: &Value, conversion: Option<char>, spec: &str, span: Span) {
        if made.unknown.is_some() {
            return;
        }
        let shown = match conversion {
            _ if self.stands_in(value) => None,
            None => spec::format(value, spec),
            Some('s') => str_of(value).and_then(|text| spec::format(&Value::text(text), spec)),
            Some('r') => repr(value, 50)
                .and_then(|shown| spec::format(&Value::text(super::text::made(&shown, value.span)), spec)),
            Some(_) => None,
        };
        match shown {
            Some(text) => made.builder.whole(&text),
            None => made.unknown = Some(self.unformatted(value, span)),
        }
    }

    /// Why a value cannot be formatted.
    fn unformatted(&self, value: &Value, span: Span) -> Rc<Opaque> {
        match value.is_symbol() || value.as_opaque().is_some() {
            true => self.blame_value(value),
            false => unknown("it is formatted when the file is run", span),
        }
    }

    /// `template % values`.
    pub(super) fn percent(&mut self, template: &Value, values: &Value, span: Span) -> Result {
        let Some(template) = template.as_text() else { return Ok(self.because_of(template, span)) };
        self.spend(template.value.len() / 64, span)?;
        let mut positional: Vec<Value> = match &values.kind {
            Kind::Tuple(items) if !self.stands_in(values) => items.to_vec(),
            _ => vec![values.clone()],
        };
        positional.reverse();
        let mut mapped = matches!(values.kind, Kind::Dict(_));
        let mut made = Made::default();
        let text = template.value.as_str();
        let mut at = 0;
        while let Some(found) = memchr::memchr(b'%', &text.as_bytes()[at..]) {
            let percent = at + found;
            made.builder.slice(template, at..percent);
            let Some(directive) = spec::Directive::parse(&text[percent..]) else {
                return Ok(Value::opaque("it is formatted when the file is run", span));
            };
            at = percent + directive.length;
            if directive.kind == '%' {
                made.builder.slice(template, percent..percent + 1);
                continue;
            }
            let value = match directive.key {
                Some(key) => {
                    mapped = true;
                    let key = Value::text(super::text::made(key, span));
                    self.item(values.clone(), key, span)?
                }
                None => match positional.pop() {
                    Some(value) => value,
                    None => return Err(self.raise("TypeError", "it has not enough values to format", span)),
                },
            };
            if made.unknown.is_some() {
                continue;
            }
            match directive.show(&value).filter(|_| !self.stands_in(&value)) {
                Some(text) => made.builder.whole(&text),
                None => made.unknown = Some(self.unformatted(&value, span)),
            }
        }
        made.builder.slice(template, at..text.len());
        if !positional.is_empty() && !mapped && made.unknown.is_none() {
            if let Some(unknown) =
                positional.iter().find(|value| value.is_symbol() || value.as_opaque().is_some())
            {
                return Ok(self.because_of(unknown, span));
            }
            return Err(self.raise("TypeError", "it has more values than are formatted", span));
        }
        self.spend_bytes(made.builder.weight(), span)?;
        Ok(made.value(span))
    }

    /// `"…".format(…)`.
    pub(super) fn str_format(&mut self, template: &Literal, arguments: &Arguments) -> Result {
        let span = arguments.span;
        self.spend(template.value.len() / 64, span)?;
        let mut made = Made::default();
        let text = template.value.as_str();
        let (mut at, mut next) = (0, 0);
        while let Some(found) = memchr::memchr2(b'{', b'}', &text.as_bytes()[at..]) {
            let brace = at + found;
            made.builder.slice(template, at..brace);
            if text.as_bytes().get(brace + 1) == text.as_bytes().get(brace) {
                made.builder.slice(template, brace..brace + 1);
                at = brace + 2;
                continue;
            }
            let close = text[brace..].find('}').filter(|_| text.as_bytes()[brace] == b'{');
            let Some(close) = close else {
                return Err(self.raise("ValueError", "a brace of the format stands alone", span));
            };
            let field = &text[brace + 1..brace + close];
            at = brace + close + 1;
            if field.contains('{') {
                return Ok(Value::opaque("it is formatted when the file is run", span));
            }
            let (name, spec) = field.split_once(':').unwrap_or((field, ""));
            let (name, conversion) = match name.split_once('!') {
                Some((name, conversion)) => (name, conversion.chars().next()),
                None => (name, None),
            };
            let value = self.format_argument(name, &mut next, arguments)?;
            self.field(&mut made, &value, conversion, spec, span);
        }
        made.builder.slice(template, at..text.len());
        self.spend_bytes(made.builder.weight(), span)?;
        Ok(made.value(span))
    }

    /// `{}`, `{0}`, `{name}`, `{name.attribute[key]}`.
    fn format_argument(&mut self, name: &str, next: &mut usize, arguments: &Arguments) -> Result {
        let span = arguments.span;
        let end = name.find(['.', '[']).unwrap_or(name.len());
        let (first, mut rest) = name.split_at(end);
        let index = match first {
            "" => {
                *next += 1;
                Some(*next - 1)
            }
            digits => digits.parse().ok(),
        };
        let open = arguments.is_open();
        let found = match index {
            Some(index) => arguments.positional.get(index),
            None => arguments.keywords.iter().find(|(known, _)| known == first).map(|(_, value)| value),
        };
        let mut value = match found {
            Some(value) if !open => value.clone(),
            _ if open => return Ok(Value::opaque("it is unpacked from what only Python can tell", span)),
            _ if index.is_some() => return Err(self.raise("IndexError", "it has not so many values", span)),
            _ => return Err(self.raise("KeyError", format!("`{first}` is not given to the format"), span)),
        };
        while !rest.is_empty() {
            if let Some(inner) = rest.strip_prefix('[') {
                let Some((key, after)) = inner.split_once(']') else {
                    return Ok(Value::opaque("it is formatted when the file is run", span));
                };
                let key = match key.parse::<i128>() {
                    Ok(index) if position(index, usize::MAX >> 1).is_some() => {
                        Value::new(Kind::Int(index), span)
                    }
                    _ => Value::text(super::text::made(key, span)),
                };
                value = self.item(value, key, span)?;
                rest = after;
            } else {
                let inner = rest.strip_prefix('.').unwrap_or(rest);
                let end = inner.find(['.', '[']).unwrap_or(inner.len());
                value = self.attribute(value, &inner[..end], span)?;
                rest = if end == 0 { "" } else { &inner[end..] };
            }
        }
        Ok(value)
    }

    /// `separator.join(items)`.
    pub(super) fn join(&mut self, separator: &Literal, items: &[Value], span: Span) -> Result {
        let mut builder = Builder::default();
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                builder.whole(separator);
            }
            match &item.kind {
                Kind::Text(text) => builder.whole(text),
                _ if item.is_symbol() || item.as_opaque().is_some() => return Ok(self.because_of(item, span)),
                Kind::Object(_) | Kind::Class(_) => {
                    return Ok(Value::opaque("it is joined when the file is run", span));
                }
                _ => return Err(self.raise("TypeError", "it joins what is no text", span)),
            }
            self.spend_bytes(
                separator.value.len() + item.as_text().map_or(0, |text| text.value.len()),
                span,
            )?;
        }
        Ok(Value::text(builder.finish(span)))
    }
}

fn unknown(reason: &str, span: Span) -> Rc<Opaque> {
    Rc::new(Opaque { span, reason: reason.to_owned(), import: None })
}

/// Cuts a text where another stands in it, at most `most` times.
pub(super) fn split(text: &Literal, separator: &str, most: usize, span: Span) -> Vec<Literal> {
    let mut parts = Vec::new();
    let mut start = 0;
    while parts.len() < most
        && let Some(found) = text.value[start..].find(separator)
    {
        parts.push(slice(text, start..start + found, span));
        start += found + separator.len();
    }
    parts.push(slice(text, start..text.value.len(), span));
    parts
}
