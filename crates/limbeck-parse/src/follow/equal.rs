//! What Python says of known values: equality, order, truth. `None` is what only Python can tell.

use std::cmp::Ordering;
use std::rc::Rc;

use super::value::{Kind, Value};

/// Whether both are known to be the very same: for what two ways leave behind.
pub(super) fn same(one: &Value, other: &Value) -> bool {
    let all = |one: &[Value], other: &[Value]| {
        one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
    };
    match (&one.kind, &other.kind) {
        (Kind::None, Kind::None) => true,
        (Kind::Bool(one), Kind::Bool(other)) => one == other,
        (Kind::Int(one), Kind::Int(other)) => one == other,
        (Kind::Float(one), Kind::Float(other)) => one.to_bits() == other.to_bits(),
        (Kind::Text(one), Kind::Text(other)) => Rc::ptr_eq(one, other) || one.value == other.value,
        (Kind::Bytes(one), Kind::Bytes(other)) => one == other,
        (Kind::Tuple(one), Kind::Tuple(other)) => Rc::ptr_eq(one, other) || all(one, other),
        // Two lists that are equal now may be changed one without the other.
        (Kind::List(one), Kind::List(other))
        | (Kind::Set(one), Kind::Set(other))
        | (Kind::Iterator(one), Kind::Iterator(other)) => Rc::ptr_eq(one, other),
        (Kind::Dict(one), Kind::Dict(other)) => Rc::ptr_eq(one, other),
        (Kind::Function(one), Kind::Function(other)) => Rc::ptr_eq(one, other),
        (Kind::Class(one), Kind::Class(other)) => Rc::ptr_eq(one, other),
        (Kind::Object(one), Kind::Object(other)) => Rc::ptr_eq(one, other),
        (Kind::Path(one), Kind::Path(other)) => one == other,
        (Kind::Call(one), Kind::Call(other)) => Rc::ptr_eq(one, other),
        (Kind::Attribute(one), Kind::Attribute(other)) => {
            Rc::ptr_eq(one, other) || (one.1 == other.1 && same(&one.0, &other.0))
        }
        (Kind::Opaque(one), Kind::Opaque(other)) | (Kind::Several(one), Kind::Several(other)) => {
            Rc::ptr_eq(one, other)
        }
        _ => false,
    }
}

/// `one == other`. `depth` bounds lists that hold themselves.
pub(super) fn equal(one: &Value, other: &Value) -> Option<bool> {
    equal_to_depth(one, other, 50)
}

fn equal_to_depth(one: &Value, other: &Value, depth: u32) -> Option<bool> {
    let depth = depth.checked_sub(1)?;
    if let (Some(one), Some(other)) = (number(one), number(other)) {
        // What is no number is not equal to itself, and yet found where it stands.
        return compare_numbers(one, other).map(|order| order == Ordering::Equal);
    }
    match (&one.kind, &other.kind) {
        (Kind::Text(one), Kind::Text(other)) => Some(one.value == other.value),
        (Kind::Bytes(one), Kind::Bytes(other)) => Some(one == other),
        (Kind::None, Kind::None) => Some(true),
        (Kind::Tuple(one), Kind::Tuple(other)) => sequences(one, other, depth),
        (Kind::List(one), Kind::List(other)) => sequences(&one.borrow(), &other.borrow(), depth),
        (Kind::Set(one), Kind::Set(other)) => {
            let (one, other) = (one.borrow(), other.borrow());
            if one.iter().chain(other.iter()).any(|item| !is_plain(item)) {
                return None;
            }
            Some(one.len() == other.len() && one.iter().all(|item| contains(&other, item) == Some(true)))
        }
        (Kind::Dict(one), Kind::Dict(other)) => {
            let (one, other) = (one.borrow(), other.borrow());
            if one.iter().chain(other.iter()).any(|(key, _)| !is_plain(key)) {
                return None;
            }
            if one.len() != other.len() {
                return Some(false);
            }
            let mut all = Some(true);
            for (key, value) in one.iter() {
                let Some((_, theirs)) = other.iter().find(|(other, _)| equal(key, other) == Some(true))
                else {
                    return Some(false);
                };
                match equal_to_depth(value, theirs, depth) {
                    Some(true) => {}
                    Some(false) => return Some(false),
                    None => all = None,
                }
            }
            all
        }
        (Kind::Function(_) | Kind::Class(_), Kind::Function(_) | Kind::Class(_)) => Some(same(one, other)),
        (one, other) if Kind::is_pythons_own(one) && Kind::is_pythons_own(other) => Some(false),
        (Kind::Path(one), Kind::Path(other)) if one == other => Some(true),
        _ => None,
    }
}

fn sequences(one: &[Value], other: &[Value], depth: u32) -> Option<bool> {
    if one.iter().chain(other).any(|item| matches!(item.kind, Kind::Several(_))) {
        return None;
    }
    if one.len() != other.len() {
        return Some(false);
    }
    let mut all = Some(true);
    for (one, other) in one.iter().zip(other) {
        match equal_to_depth(one, other, depth) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => all = None,
        }
    }
    all
}

/// A value whose hash and equality are known.
pub(super) fn is_plain(value: &Value) -> bool {
    match &value.kind {
        Kind::Tuple(items) => items.iter().all(is_plain),
        Kind::List(_) | Kind::Set(_) | Kind::Dict(_) => false,
        kind => Kind::is_pythons_own(kind),
    }
}

/// `item in items`.
pub(super) fn contains(items: &[Value], item: &Value) -> Option<bool> {
    let mut found = Some(false);
    for candidate in items {
        match equal(candidate, item) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => found = None,
        }
    }
    found
}

/// `bool(value)`.
pub(super) fn truth(value: &Value) -> Option<bool> {
    let filled = |items: &[Value]| {
        if items.iter().all(|item| matches!(item.kind, Kind::Several(_))) && !items.is_empty() {
            return None;
        }
        Some(!items.is_empty())
    };
    match &value.kind {
        Kind::None => Some(false),
        Kind::Bool(value) => Some(*value),
        Kind::Int(value) => Some(*value != 0),
        Kind::Float(value) => Some(*value != 0.0),
        Kind::Text(text) => Some(!text.value.is_empty()),
        Kind::Bytes(bytes) => Some(!bytes.is_empty()),
        Kind::Tuple(items) => filled(items),
        Kind::List(items) | Kind::Set(items) => filled(&items.borrow()),
        Kind::Dict(pairs) => {
            let pairs = pairs.borrow();
            let unknown = pairs.iter().all(|(key, _)| matches!(key.kind, Kind::Several(_)));
            if unknown && !pairs.is_empty() { None } else { Some(!pairs.is_empty()) }
        }
        Kind::Function(_) | Kind::Method(_) | Kind::Iterator(_) => Some(true),
        Kind::Class(class) => class.is_whole().then_some(true),
        Kind::Path(path) if path.starts_with("builtins.") => Some(true),
        Kind::Object(object) => {
            let own = |name| object.class.attribute(name).is_some();
            (!own("__bool__") && !own("__len__")).then_some(true)
        }
        _ => None,
    }
}

/// An integer or a float.
#[derive(Clone, Copy)]
pub(super) enum Number {
    Int(i128),
    Float(f64),
}

impl Number {
    pub(super) fn as_float(self) -> f64 {
        match self {
            Self::Int(int) => int as f64,
            Self::Float(float) => float,
        }
    }
}

pub(super) fn number(value: &Value) -> Option<Number> {
    match value.kind {
        Kind::Bool(value) => Some(Number::Int(value.into())),
        Kind::Int(value) => Some(Number::Int(value)),
        Kind::Float(value) => Some(Number::Float(value)),
        _ => None,
    }
}

fn compare_numbers(one: Number, other: Number) -> Option<Ordering> {
    match (one, other) {
        (Number::Int(one), Number::Int(other)) => Some(one.cmp(&other)),
        (one, other) => one.as_float().partial_cmp(&other.as_float()),
    }
}

/// The order of two values; `None` where Python alone can tell, or has none.
pub(super) fn order(one: &Value, other: &Value) -> Option<Ordering> {
    if let (Some(one), Some(other)) = (number(one), number(other)) {
        return compare_numbers(one, other);
    }
    match (&one.kind, &other.kind) {
        (Kind::Text(one), Kind::Text(other)) => Some(one.value.cmp(&other.value)),
        (Kind::Bytes(one), Kind::Bytes(other)) => Some(one.cmp(other)),
        (Kind::Tuple(one), Kind::Tuple(other)) => order_of_sequences(one, other),
        (Kind::List(one), Kind::List(other)) => order_of_sequences(&one.borrow(), &other.borrow()),
        _ => None,
    }
}

fn order_of_sequences(one: &[Value], other: &[Value]) -> Option<Ordering> {
    for (one, other) in one.iter().zip(other) {
        if equal(one, other)? {
            continue;
        }
        // Lists in lists in lists are compared by Python alone.
        return match (&one.kind, &other.kind) {
            (Kind::Tuple(_) | Kind::List(_), _) => None,
            _ => order(one, other),
        };
    }
    if one.iter().chain(other).any(|item| matches!(item.kind, Kind::Several(_))) {
        return None;
    }
    Some(one.len().cmp(&other.len()))
}
