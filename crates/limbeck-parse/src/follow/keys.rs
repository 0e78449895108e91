//! Keys of dictionaries and elements of sets, found as Python finds them: `1`, `1.0` and `True` are one key.

use std::rc::Rc;

use super::equal::{Number, number};
use super::value::{Call, Kind, Value};
use hashbrown::HashMap;

/// What tells keys apart.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    None,
    Int(i128),
    Float(u64),
    Text(String),
    Bytes(Rc<[u8]>),
    Tuple(Vec<Key>),
    /// A symbol, by its name or its place in memory.
    Path(Rc<str>),
    Place(usize),
    Member(usize, String),
}

/// Keys and where they stand.
#[derive(Default)]
pub(super) struct Index(HashMap<Key, usize>);

impl Index {
    /// Where an equal key stands; else the key is put in at `index`.
    pub(super) fn find_or_insert(&mut self, value: &Value, index: usize) -> Option<usize> {
        let key = key(value)?;
        match self.0.get(&key) {
            Some(found) => Some(*found),
            None => {
                self.0.insert(key, index);
                None
            }
        }
    }
}

/// The key that a value is; `None` for what is no key, or not known.
fn key(value: &Value) -> Option<Key> {
    if let Some(number) = number(value) {
        return Some(match number {
            Number::Int(int) => Key::Int(int),
            Number::Float(float) if float.fract() == 0.0 && float.abs() < 1e18 => Key::Int(float as i128),
            Number::Float(float) if float.is_nan() => return None,
            Number::Float(float) => Key::Float(float.to_bits()),
        });
    }
    Some(match &value.kind {
        Kind::None => Key::None,
        Kind::Text(text) => Key::Text(text.value.clone()),
        Kind::Bytes(bytes) => Key::Bytes(Rc::clone(bytes)),
        Kind::Tuple(items) => Key::Tuple(items.iter().map(key).collect::<Option<_>>()?),
        Kind::Path(path) => Key::Path(Rc::clone(path)),
        Kind::Call(call) => Key::Place(Rc::as_ptr(call) as usize),
        Kind::Class(class) => Key::Place(Rc::as_ptr(class) as usize),
        Kind::Function(function) => Key::Place(Rc::as_ptr(function) as usize),
        Kind::Attribute(parts) => match &parts.0.kind {
            Kind::Class(class) => Key::Member(Rc::as_ptr(class) as usize, parts.1.to_string()),
            _ => Key::Place(column(value)?),
        },
        Kind::Item(_) => Key::Place(column(value)?),
        _ => return None,
    })
}

/// Whether a value is a column of a table of this file, so that it is a key.
pub(super) fn is_column(value: &Value) -> bool {
    column(value).is_some()
}

/// The place of `table.c.x`: of the very object that the table was given, which is told from others by what it is
/// (SQLAlchemy sql/selectable.py, `TableClause.append_column`).
fn column(value: &Value) -> Option<usize> {
    let (columns, name) = match &value.kind {
        Kind::Attribute(parts) => (&parts.0, parts.1.as_str()),
        Kind::Item(parts) => (&parts.0, parts.1.as_text()?.value.as_str()),
        _ => return None,
    };
    let Kind::Attribute(of_table) = &columns.kind else { return None };
    let Kind::Call(table) = &of_table.0.kind else { return None };
    let is_table = matches!(called(table), Some("table" | "Table"));
    (is_table && matches!(of_table.1.as_str(), "c" | "columns")).then_some(())?;
    let is_named = |call: &&Rc<Call>| {
        matches!(called(call), Some("column" | "Column"))
            && call.positional.first().and_then(Value::as_text).is_some_and(|text| text.value == *name)
    };
    let calls = table.positional.iter().skip(1).filter_map(|argument| match &argument.kind {
        Kind::Call(call) => Some(call),
        _ => None,
    });
    let mut named = calls.filter(is_named);
    let found = named.next()?;
    (named.next().is_none() && found.keyword("key").is_none()).then_some(Rc::as_ptr(found) as usize)
}

/// The last name of what is called.
fn called(call: &Call) -> Option<&str> {
    call.callee.as_path()?.rsplit('.').next()
}

/// Where a key stands among others: `Err` where that is not known.
pub(super) fn find<'v>(keys: impl Iterator<Item = &'v Value>, wanted: &Value) -> Result<Option<usize>, ()> {
    let wanted = key(wanted).ok_or(())?;
    let mut found = None;
    for (index, candidate) in keys.enumerate() {
        // After something unknown, any key may stand.
        if key(candidate).ok_or(())? == wanted {
            found = Some(index);
        }
    }
    Ok(found)
}
