//! `str(value)` and `repr(value)` of known values.

use std::rc::Rc;

use limbeck_types::Literal;

use super::follower::Follower;
use super::text;
use super::value::{Kind, Value};

impl Follower<'_> {
    /// Whether a list stands for a view of a dictionary, or a tuple for a range: they are shown in another way, and are of
    /// another type.
    pub(super) fn stands_in(&self, value: &Value) -> bool {
        match &value.kind {
            Kind::List(items) => self.lazy.is_view(items),
            Kind::Tuple(items) => self.ranges.iter().any(|range| Rc::ptr_eq(range, items)),
            _ => false,
        }
    }
}

/// `str(value)`.
pub(super) fn str_of(value: &Value) -> Option<Literal> {
    match &value.kind {
        Kind::Text(text) => Some((**text).clone()),
        _ => Some(text::made(&repr(value, 50)?, value.span)),
    }
}

/// `repr(value)`.
pub(super) fn repr(value: &Value, depth: u32) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    let all = |items: &[Value]| -> Option<String> {
        let shown: Option<Vec<_>> = items.iter().map(|item| repr(item, depth)).collect();
        Some(shown?.join(", "))
    };
    Some(match &value.kind {
        Kind::None => "None".to_owned(),
        Kind::Bool(true) => "True".to_owned(),
        Kind::Bool(false) => "False".to_owned(),
        Kind::Int(int) => int.to_string(),
        Kind::Float(float) => float_repr(*float),
        Kind::Text(text) => text_repr(&text.value)?,
        Kind::Tuple(items) if items.len() == 1 => format!("({},)", all(items)?),
        Kind::Tuple(items) => format!("({})", all(items)?),
        Kind::List(items) => format!("[{}]", all(&items.borrow())?),
        Kind::Dict(pairs) => {
            let pair = |(key, value): &(Value, Value)| {
                Some(format!("{}: {}", repr(key, depth)?, repr(value, depth)?))
            };
            let shown: Option<Vec<_>> = pairs.borrow().iter().map(pair).collect();
            format!("{{{}}}", shown?.join(", "))
        }
        _ => return None,
    })
}

/// Python quotes with `'` unless the text has that and no `"`. What is not printable by its tables is left to it.
fn text_repr(text: &str) -> Option<String> {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut shown = String::with_capacity(text.len() + 2);
    shown.push(quote);
    for char in text.chars() {
        match char {
            '\\' => shown.push_str("\\\\"),
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            char if char == quote => {
                shown.push('\\');
                shown.push(char);
            }
            ' '..='~' => shown.push(char),
            '\0'..='\x7f' => shown.push_str(&format!("\\x{:02x}", u32::from(char))),
            char if char.is_alphanumeric() => shown.push(char),
            _ => return None,
        }
    }
    shown.push(quote);
    Some(shown)
}

/// The shortest digits that give the same float, with an exponent where it is under -4 or over 15.
pub(super) fn float_repr(float: f64) -> String {
    if float.is_nan() {
        return "nan".to_owned();
    }
    if float.is_infinite() {
        return if float > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    if float == 0.0 {
        return if float.is_sign_negative() { "-0.0" } else { "0.0" }.to_owned();
    }
    let scientific = format!("{float:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..16).contains(&exponent) {
        let plain = format!("{float}");
        return if plain.contains('.') { plain } else { format!("{plain}.0") };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}
