//! Methods of `str`. Text keeps the source behind it through all of them.

use std::rc::Rc;

use limbeck_types::{Literal, Span};
use ruff_python_ast::name::Name;

use super::calls::Arguments;
use super::follower::{Follower, Result};
use super::formatting::split;
use super::spec::pad;
use super::text::{self, Builder, is_space, slice};
use super::value::{Kind, Value};

impl Follower<'_> {
    pub(super) fn text_method(&mut self, text: &Rc<Literal>, name: &str, arguments: &Arguments) -> Result {
        let span = arguments.span;
        self.spend(text.value.len() / 16, span)?;
        if name == "format" {
            return self.str_format(text, arguments);
        }
        if name == "format_map" {
            let pairs = match arguments.positional.first() {
                Some(mapping) => self.pairs_of(mapping, span)?,
                None => Vec::new(),
            };
            let keywords = pairs
                .into_iter()
                .map(|(key, value)| {
                    (key.as_text().map_or(Name::new_static("**"), |text| Name::new(&text.value)), value)
                })
                .collect();
            return self.str_format(
                text,
                &Arguments { positional: Vec::new(), keywords, written: Vec::new(), span },
            );
        }
        if name == "join" {
            let Some(items) = arguments.positional.first() else {
                return Err(self.raise("TypeError", "it joins nothing", span));
            };
            let items = self.items_of(items, span)?;
            return self.join(text, &items, span);
        }
        let all = arguments.positional.iter().chain(arguments.keywords.iter().map(|(_, value)| value));
        if let Some(unknown) = all.clone().find(|value| value.as_opaque().is_some() || value.is_symbol()) {
            return Ok(self.because_of(unknown, span));
        }
        self.spend_text(text, span)?;
        self.known_text_method(text, name, arguments)
    }

    fn known_text_method(&mut self, text: &Literal, name: &str, arguments: &Arguments) -> Result {
        let span = arguments.span;
        let value = &text.value;
        let positional = arguments.positional.as_slice();
        let made = |literal: Literal| Ok(Value::text(literal));
        let int = |number: Option<usize>| {
            Ok(Value::new(Kind::Int(number.map_or(-1, |number| i128::try_from(number).unwrap_or(-1))), span))
        };
        let chars = |bytes: usize| value[..bytes].chars().count();
        match (name, positional) {
            ("upper", []) => made(text::mapped(text, span, |_, char| char.to_uppercase().collect())),
            ("lower" | "casefold", []) if name == "lower" || value.is_ascii() => {
                if value.contains('\u{3a3}') {
                    return Ok(Value::opaque("it is computed when the file is run", span));
                }
                made(text::mapped(text, span, |_, char| char.to_lowercase().collect()))
            }
            ("title" | "capitalize" | "swapcase", []) if value.is_ascii() => {
                let bytes = value.as_bytes();
                made(text::mapped(text, span, |at, char| {
                    let starts = match name {
                        "title" => at == 0 || !bytes[at - 1].is_ascii_alphabetic(),
                        "capitalize" => at == 0,
                        _ => char.is_ascii_lowercase(),
                    };
                    let changed = if starts { char.to_ascii_uppercase() } else { char.to_ascii_lowercase() };
                    changed.to_string()
                }))
            }
            ("strip" | "lstrip" | "rstrip", rest) if rest.len() < 2 => {
                let set: Option<Vec<char>> = match rest.first().map(|set| &set.kind) {
                    None | Some(Kind::None) => None,
                    Some(Kind::Text(set)) => Some(set.value.chars().collect()),
                    Some(_) => return Err(self.raise("TypeError", "it strips what is no text", span)),
                };
                let is_stripped =
                    |char: char| set.as_ref().map_or_else(|| is_space(char), |set| set.contains(&char));
                let start = match name {
                    "rstrip" => 0,
                    _ => value.len() - value.trim_start_matches(is_stripped).len(),
                };
                let end = match name {
                    "lstrip" => value.len(),
                    _ => start + value[start..].trim_end_matches(is_stripped).len(),
                };
                made(slice(text, start..end, span))
            }
            ("removeprefix", [Value { kind: Kind::Text(prefix), .. }]) => {
                let start = if value.starts_with(&prefix.value) { prefix.value.len() } else { 0 };
                made(slice(text, start..value.len(), span))
            }
            ("removesuffix", [Value { kind: Kind::Text(suffix), .. }]) => {
                let ends = !suffix.value.is_empty() && value.ends_with(&suffix.value);
                let end = if ends { value.len() - suffix.value.len() } else { value.len() };
                made(slice(text, 0..end, span))
            }
            (
                "replace",
                [Value { kind: Kind::Text(old), .. }, Value { kind: Kind::Text(new), .. }, rest @ ..],
            ) if arguments.keywords.is_empty() && !old.value.is_empty() => {
                let most = match rest {
                    [] => usize::MAX,
                    [Value { kind: Kind::Int(most), .. }] => usize::try_from(*most).unwrap_or(usize::MAX),
                    _ => return Ok(Value::opaque("it is replaced when the file is run", span)),
                };
                let parts = split(text, &old.value, most, span);
                let length = parts.len().saturating_mul(new.value.len()).saturating_add(value.len());
                if length > self.bytes_left() {
                    self.spend_bytes(length, span)?;
                }
                self.spend_bytes(length, span)?;
                self.spend(parts.len(), span)?;
                let mut builder = Builder::default();
                for (index, part) in parts.iter().enumerate() {
                    if index > 0 {
                        builder.whole(new);
                    }
                    builder.whole(part);
                }
                made(builder.finish(span))
            }
            ("startswith" | "endswith", [affix]) => {
                let has = |affix: &Value| match &affix.kind {
                    Kind::Text(affix) if name == "startswith" => Some(value.starts_with(&affix.value)),
                    Kind::Text(affix) => Some(value.ends_with(&affix.value)),
                    _ => None,
                };
                let known = match &affix.kind {
                    Kind::Tuple(all) => {
                        let all: Option<Vec<bool>> = all.iter().map(has).collect();
                        all.map(|all| all.contains(&true))
                    }
                    _ => has(affix),
                };
                match known {
                    Some(known) => Ok(Value::bool(known, span)),
                    None => Err(self.raise("TypeError", "it is compared with what is no text", span)),
                }
            }
            ("split" | "rsplit", rest) if rest.len() < 3 => self.split(text, name, arguments),
            ("splitlines", []) if arguments.keywords.is_empty() => self.lines(text, span),
            ("partition" | "rpartition", [Value { kind: Kind::Text(separator), .. }])
                if !separator.value.is_empty() =>
            {
                let found = match name {
                    "partition" => value.find(&separator.value),
                    _ => value.rfind(&separator.value),
                };
                let empty = || slice(text, 0..0, span);
                let parts = match (found, name) {
                    (Some(at), _) => {
                        let end = at + separator.value.len();
                        [
                            slice(text, 0..at, span),
                            slice(text, at..end, span),
                            slice(text, end..value.len(), span),
                        ]
                    }
                    (None, "partition") => [text.clone(), empty(), empty()],
                    (None, _) => [empty(), empty(), text.clone()],
                };
                Ok(Value::new(Kind::Tuple(parts.map(Value::text).into()), span))
            }
            ("find", [Value { kind: Kind::Text(part), .. }]) => int(value.find(&part.value).map(chars)),
            ("rfind", [Value { kind: Kind::Text(part), .. }]) => int(value.rfind(&part.value).map(chars)),
            ("index", [Value { kind: Kind::Text(part), .. }]) => match value.find(&part.value) {
                Some(at) => int(Some(chars(at))),
                None => Err(self.raise("ValueError", "it has no such part", span)),
            },
            ("count", [Value { kind: Kind::Text(part), .. }]) if !part.value.is_empty() => {
                int(Some(value.matches(&part.value).count()))
            }
            ("ljust" | "rjust" | "center", [Value { kind: Kind::Int(width), .. }, rest @ ..]) => {
                let fill = match rest {
                    [] => Some(' '),
                    [fill] => fill.as_text().and_then(|fill| fill.value.chars().next()),
                    _ => None,
                };
                let width = usize::try_from(*width).unwrap_or_default();
                let length = value.chars().count();
                let Some(fill) = fill.filter(|_| width < 10_000) else {
                    return Ok(Value::opaque("it is padded when the file is run", span));
                };
                let align = match name {
                    "ljust" => '<',
                    "rjust" => '>',
                    // Python puts the odd one before or behind by the parity of the width.
                    _ if (width.saturating_sub(length)).is_multiple_of(2) => '^',
                    _ => return Ok(Value::opaque("it is padded when the file is run", span)),
                };
                let by = Value::none(span);
                made(Literal { span, ..pad(text, length, width, fill, align, &by) })
            }
            ("zfill", [Value { kind: Kind::Int(width), .. }]) if *width < 10_000 => {
                let width = usize::try_from(*width).unwrap_or_default();
                let missing = width.saturating_sub(value.chars().count());
                let sign = usize::from(value.starts_with(['+', '-']));
                let mut builder = Builder::default();
                builder.slice(text, 0..sign);
                builder.made(&"0".repeat(missing), span);
                builder.slice(text, sign..value.len());
                made(builder.finish(span))
            }
            ("isdigit" | "isnumeric" | "isdecimal", []) if value.is_ascii() => {
                Ok(Value::bool(!value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()), span))
            }
            ("isalpha", []) if value.is_ascii() => Ok(Value::bool(
                !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_alphabetic()),
                span,
            )),
            ("isalnum", []) if value.is_ascii() => Ok(Value::bool(
                !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_alphanumeric()),
                span,
            )),
            ("isupper" | "islower", []) if value.is_ascii() => {
                let cased = value.bytes().any(|byte| byte.is_ascii_alphabetic());
                let wrong = |byte: u8| match name {
                    "isupper" => byte.is_ascii_lowercase(),
                    _ => byte.is_ascii_uppercase(),
                };
                Ok(Value::bool(cased && !value.bytes().any(wrong), span))
            }
            ("isspace", []) => Ok(Value::bool(!value.is_empty() && value.chars().all(is_space), span)),
            ("encode", rest)
                if rest.iter().all(|name| name.as_text().is_some_and(|name| is_utf8(&name.value))) =>
            {
                if !arguments.keywords.is_empty() {
                    return Ok(Value::opaque("it is encoded when the file is run", span));
                }
                Ok(Value::new(Kind::Bytes(value.as_bytes().into()), span))
            }
            _ => Ok(Value::opaque(format!("it is what `{name}` gives"), span)),
        }
    }

    fn split(&mut self, text: &Literal, name: &str, arguments: &Arguments) -> Result {
        let span = arguments.span;
        let unknown = || Value::opaque("it is split when the file is run", span);
        let most = match arguments.get(1, "maxsplit").map(|most| &most.kind) {
            None => usize::MAX,
            Some(Kind::Int(most)) => usize::try_from(*most).unwrap_or(usize::MAX),
            Some(_) => return Ok(unknown()),
        };
        let separator = match arguments.get(0, "sep").map(|separator| &separator.kind) {
            None | Some(Kind::None) => None,
            Some(Kind::Text(separator)) => Some(separator.value.clone()),
            Some(_) => return Err(self.raise("TypeError", "it is split at what is no text", span)),
        };
        let parts = match separator {
            Some(separator) if separator.is_empty() => {
                return Err(self.raise("ValueError", "it is split at nothing", span));
            }
            Some(separator) if name == "split" || most == usize::MAX => {
                // From the right, the pieces are others where the separator overlaps itself.
                let overlaps = separator.chars().skip(1).any(|char| separator.starts_with(char));
                if name == "rsplit" && overlaps {
                    return Ok(unknown());
                }
                split(text, &separator, most, span)
            }
            Some(separator) => {
                let mut ends = text.value.len();
                let mut parts = Vec::new();
                while parts.len() < most
                    && let Some(at) = text.value[..ends].rfind(&separator)
                {
                    parts.push(slice(text, at + separator.len()..ends, span));
                    ends = at;
                }
                parts.push(slice(text, 0..ends, span));
                parts.reverse();
                parts
            }
            None if most == usize::MAX => {
                let mut parts = Vec::new();
                let mut start = None;
                for (at, char) in text.value.char_indices() {
                    match (is_space(char), start) {
                        (true, Some(from)) => {
                            parts.push(slice(text, from..at, span));
                            start = None;
                        }
                        (false, None) => start = Some(at),
                        _ => {}
                    }
                }
                if let Some(from) = start {
                    parts.push(slice(text, from..text.value.len(), span));
                }
                parts
            }
            None => return Ok(unknown()),
        };
        self.spend(parts.len(), span)?;
        Ok(self.list(parts.into_iter().map(Value::text).collect(), span))
    }

    fn lines(&mut self, text: &Literal, span: Span) -> Result {
        let ends = |char: char| {
            matches!(
                char,
                '\n' | '\r' | '\x0b' | '\x0c' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}'
            )
        };
        let mut lines = Vec::new();
        let mut start = 0;
        let mut chars = text.value.char_indices().peekable();
        while let Some((at, char)) = chars.next() {
            if !ends(char) {
                continue;
            }
            lines.push(slice(text, start..at, span));
            start = at + char.len_utf8();
            if char == '\r' && chars.peek().is_some_and(|(_, next)| *next == '\n') {
                chars.next();
                start += 1;
            }
        }
        if start < text.value.len() {
            lines.push(slice(text, start..text.value.len(), span));
        }
        self.spend(lines.len(), span)?;
        Ok(self.list(lines.into_iter().map(Value::text).collect(), span))
    }
}

fn is_utf8(name: &str) -> bool {
    matches!(name.to_ascii_lowercase().as_str(), "utf-8" | "utf8")
}
