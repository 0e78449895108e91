//! Format specifications: `{:>10}`, `{:05d}`, `%-8s`. `None` is what only Python can format.

use limbeck_types::Literal;

use super::show::{repr, str_of};
use super::text::{self, Builder};
use super::value::{Kind, Value};

/// Wider fields are left to Python.
const WIDEST: usize = 10_000;

/// A specification, taken apart (Python's format mini-language).
#[derive(Debug, Default, Clone, Copy)]
struct Spec {
    fill: Option<char>,
    align: Option<char>,
    sign: Option<char>,
    zero: bool,
    width: usize,
    grouping: Option<char>,
    precision: Option<usize>,
    kind: Option<char>,
}

impl Spec {
    fn parse(text: &str) -> Option<Self> {
        let mut spec = Self::default();
        let mut chars: Vec<char> = text.chars().collect();
        chars.reverse();
        let is_align = |char: Option<&char>| char.is_some_and(|char| matches!(char, '<' | '>' | '^' | '='));
        if chars.len() > 1 && is_align(chars.get(chars.len() - 2)) {
            spec.fill = chars.pop();
            spec.align = chars.pop();
        } else if is_align(chars.last()) {
            spec.align = chars.pop();
        }
        if chars.last().is_some_and(|char| matches!(char, '+' | '-' | ' ')) {
            spec.sign = chars.pop();
        }
        if chars.last() == Some(&'0') {
            spec.zero = true;
            chars.pop();
        }
        spec.width = number(&mut chars)?.unwrap_or(0);
        if chars.last().is_some_and(|char| matches!(char, ',' | '_')) {
            spec.grouping = chars.pop();
        }
        if chars.last() == Some(&'.') {
            chars.pop();
            spec.precision = Some(number(&mut chars)??);
        }
        spec.kind = chars.pop();
        (chars.is_empty() && spec.width <= WIDEST).then_some(spec)
    }
}

fn number(chars: &mut Vec<char>) -> Option<Option<usize>> {
    let mut number = None;
    while let Some(digit) = chars.last().and_then(|char| char.to_digit(10)) {
        chars.pop();
        let sum: usize = number.unwrap_or(0);
        number = Some(sum.checked_mul(10)?.checked_add(digit as usize)?);
        (number? <= WIDEST).then_some(())?;
    }
    Some(number)
}

/// `format(value, spec)`.
pub(super) fn format(value: &Value, spec: &str) -> Option<Literal> {
    if spec.is_empty() {
        return str_of(value);
    }
    let spec = Spec::parse(spec)?;
    match &value.kind {
        Kind::Text(text) => {
            if !matches!(spec.kind, None | Some('s')) || spec.sign.is_some() || spec.grouping.is_some() {
                return None;
            }
            if spec.zero || spec.align == Some('=') {
                return None;
            }
            let length = text.value.chars().count();
            let kept = spec.precision.map_or(length, |precision| precision.min(length));
            let end = text.value.char_indices().nth(kept).map_or(text.value.len(), |(at, _)| at);
            let cut = text::slice(text, 0..end, value.span);
            Some(pad(&cut, kept, spec.width, spec.fill.unwrap_or(' '), spec.align.unwrap_or('<'), value))
        }
        Kind::Int(int) => integer(*int, spec, value),
        Kind::Float(float) => {
            let precision = spec.precision.unwrap_or(6);
            (matches!(spec.kind, Some('f' | 'F')) && float.is_finite() && precision < 300).then_some(())?;
            let digits = format!("{:.precision$}", float.abs());
            let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
            let dot = if fraction.is_empty() { "" } else { "." };
            let digits = format!("{}{dot}{fraction}", grouped(whole, spec.grouping));
            signed(float.is_sign_negative(), &digits, spec, value)
        }
        _ => None,
    }
}

fn integer(int: i128, spec: Spec, value: &Value) -> Option<Literal> {
    let magnitude = int.unsigned_abs();
    let digits = match spec.kind {
        None | Some('d' | 'n') => grouped(&magnitude.to_string(), spec.grouping),
        Some('x') if spec.grouping.is_none() => format!("{magnitude:x}"),
        Some('X') if spec.grouping.is_none() => format!("{magnitude:X}"),
        Some('o') if spec.grouping.is_none() => format!("{magnitude:o}"),
        Some('b') if spec.grouping.is_none() => format!("{magnitude:b}"),
        _ => return None,
    };
    spec.precision.is_none().then_some(())?;
    signed(int < 0, &digits, spec, value)
}

fn grouped(digits: &str, separator: Option<char>) -> String {
    let Some(separator) = separator else { return digits.to_owned() };
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

fn signed(negative: bool, digits: &str, spec: Spec, value: &Value) -> Option<Literal> {
    let sign = match (negative, spec.sign) {
        (true, _) => "-",
        (false, Some('+')) => "+",
        (false, Some(' ')) => " ",
        _ => "",
    };
    let length = sign.len() + digits.len();
    let after_sign = spec.align == Some('=') || (spec.zero && spec.align.is_none());
    if after_sign {
        // Zeros between groups are Python's to place.
        (spec.grouping.is_none() || spec.width <= length).then_some(())?;
        let fill = spec.fill.unwrap_or(if spec.zero { '0' } else { ' ' });
        let padding: String = std::iter::repeat_n(fill, spec.width.saturating_sub(length)).collect();
        return Some(text::made(&format!("{sign}{padding}{digits}"), value.span));
    }
    let fill = spec.fill.unwrap_or(if spec.zero { '0' } else { ' ' });
    let text = text::made(&format!("{sign}{digits}"), value.span);
    Some(pad(&text, length, spec.width, fill, spec.align.unwrap_or('>'), value))
}

/// Text in a field: `<` left, `>` right, `^` in the middle.
pub(super) fn pad(
    text: &Literal,
    length: usize,
    width: usize,
    fill: char,
    align: char,
    by: &Value,
) -> Literal {
    let missing = width.saturating_sub(length);
    if missing == 0 {
        return text.clone();
    }
    let before = match align {
        '>' => missing,
        '^' => missing / 2,
        _ => 0,
    };
    let fills = |count: usize| std::iter::repeat_n(fill, count).collect::<String>();
    let mut builder = Builder::default();
    builder.made(&fills(before), by.span);
    builder.whole(text);
    builder.made(&fills(missing - before), by.span);
    builder.finish(by.span)
}

/// One directive of `%` formatting: `%s`, `%(name)-8s`, `%05.2f`.
pub(super) struct Directive<'t> {
    pub(super) key: Option<&'t str>,
    flags: &'t str,
    width: usize,
    precision: Option<usize>,
    pub(super) kind: char,
    /// Bytes of it, the `%` included.
    pub(super) length: usize,
}

impl<'t> Directive<'t> {
    /// The directive that `text` begins with.
    pub(super) fn parse(text: &'t str) -> Option<Self> {
        let mut rest = text.strip_prefix('%')?;
        let mut key = None;
        if let Some(inner) = rest.strip_prefix('(') {
            let (name, after) = inner.split_once(')')?;
            (!name.contains('(')).then_some(())?;
            (key, rest) = (Some(name), after);
        }
        let after_flags = rest.trim_start_matches(['-', '+', ' ', '0', '#']);
        let flags = &rest[..rest.len() - after_flags.len()];
        let digits = |text: &'t str| {
            let after = text.trim_start_matches(|char: char| char.is_ascii_digit());
            (&text[..text.len() - after.len()], after)
        };
        let (width, mut rest) = digits(after_flags);
        let mut precision = None;
        if let Some(after) = rest.strip_prefix('.') {
            let (number, after) = digits(after);
            precision = Some(if number.is_empty() { 0 } else { number.parse().ok()? });
            rest = after;
        }
        let kind = rest.chars().next()?;
        let length = text.len() - rest.len() + kind.len_utf8();
        let width = if width.is_empty() { 0 } else { width.parse().ok()? };
        (width <= WIDEST && precision.unwrap_or(0) <= WIDEST).then_some(())?;
        (kind != '%' || length == 2).then_some(Self { key, flags, width, precision, kind, length })
    }

    /// A value as the directive shows it.
    pub(super) fn show(&self, value: &Value) -> Option<Literal> {
        let left = self.flags.contains('-');
        (!self.flags.contains('#')).then_some(())?;
        match self.kind {
            's' | 'r' => {
                let text = match self.kind {
                    's' => str_of(value)?,
                    _ => text::made(&repr(value, 50)?, value.span),
                };
                let length = text.value.chars().count();
                let kept = self.precision.map_or(length, |precision| precision.min(length));
                let end = text.value.char_indices().nth(kept).map_or(text.value.len(), |(at, _)| at);
                let cut = if kept == length { text } else { text::slice(&text, 0..end, value.span) };
                Some(pad(&cut, kept, self.width, ' ', if left { '<' } else { '>' }, value))
            }
            'd' | 'i' | 'u' | 'x' | 'X' | 'o' | 'f' | 'F' => {
                let value = match &value.kind {
                    Kind::Bool(bool) => Value::new(Kind::Int(i128::from(*bool)), value.span),
                    Kind::Int(int) if matches!(self.kind, 'f' | 'F') && int.abs() < 1 << 53 => {
                        Value::new(Kind::Float(*int as f64), value.span)
                    }
                    Kind::Float(_) if !matches!(self.kind, 'f' | 'F') => return None,
                    _ => value.clone(),
                };
                (self.precision.is_none() || matches!(self.kind, 'f' | 'F')).then_some(())?;
                let sign = if self.flags.contains('+') {
                    "+"
                } else if self.flags.contains(' ') {
                    " "
                } else {
                    ""
                };
                let zero = if self.flags.contains('0') && !left { "0" } else { "" };
                let align = if left { "<" } else { "" };
                let kind = if matches!(self.kind, 'i' | 'u') { 'd' } else { self.kind };
                let precision = self.precision.map_or_else(String::new, |precision| format!(".{precision}"));
                let width = if self.width == 0 { String::new() } else { self.width.to_string() };
                format(&value, &format!("{align}{sign}{zero}{width}{precision}{kind}"))
            }
            _ => None,
        }
    }
}
