//! Which construct of SQLAlchemy a path names, whichever of its modules it was imported from.

use std::borrow::Cow;

use crate::follow::value::{Kind, Value};

/// The dotted path of a symbol: a path itself, or attributes of one.
pub(crate) fn dotted(value: &Value) -> Option<Cow<'_, str>> {
    match &value.kind {
        Kind::Path(path) => Some(Cow::Borrowed(path)),
        Kind::Attribute(attribute) => {
            let mut root = &attribute.0;
            while let Kind::Attribute(inner) = &root.kind {
                root = &inner.0;
            }
            let Kind::Path(path) = &root.kind else { return None };
            let mut names = vec![attribute.1.as_str()];
            let mut owner = &attribute.0;
            while let Kind::Attribute(inner) = &owner.kind {
                names.push(&inner.1);
                owner = &inner.0;
            }
            names.push(path);
            names.reverse();
            Some(Cow::Owned(names.join(".")))
        }
        _ => None,
    }
}

/// A construct of SQLAlchemy by its own name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Construct<'p> {
    /// The dialect it belongs to: `postgresql`, `mysql`; `None` for those of all dialects.
    pub(crate) dialect: Option<&'p str>,
    /// Its name: `Column`, `JSONB`, `text`.
    pub(crate) name: &'p str,
}

/// The construct that a path names, if it is one of SQLAlchemy's core: the public modules, the private ones that people
/// import from all the same, and sqlmodel's re-exports.
pub(crate) fn construct(path: &str) -> Option<Construct<'_>> {
    // Nearly all are asked for by the shortest path.
    if let Some(name) = path.strip_prefix("sqlalchemy.")
        && !name.bytes().any(|byte| byte == b'.')
    {
        return Some(Construct { dialect: None, name });
    }
    if let Some(name) = path.strip_prefix("sqlmodel.") {
        return (!name.contains('.')).then_some(Construct { dialect: None, name });
    }
    let (module, name) = crate::path::member(path.strip_prefix("sqlalchemy.")?)?;
    let mut parts = module.split('.');
    match parts.next() {
        Some("types" | "schema") if parts.next().is_none() => Some(Construct { dialect: None, name }),
        Some("sql") if parts.next().is_none_or(|part| part != "functions" && part != "func") => {
            Some(Construct { dialect: None, name })
        }
        Some("dialects") => Some(Construct { dialect: Some(parts.next()?), name }),
        _ => None,
    }
}

/// The construct that a value names or, called, makes.
pub(crate) fn of_value(value: &Value) -> Option<(Option<String>, String)> {
    let callee = match &value.kind {
        Kind::Call(call) => &call.callee,
        _ => value,
    };
    let path = dotted(callee)?;
    let found = construct(&path)?;
    Some((found.dialect.map(str::to_owned), found.name.to_owned()))
}

/// Whether a value is a call of the construct `name` of any dialect.
pub(crate) fn is_call_of(value: &Value, names: &[&str]) -> bool {
    let Kind::Call(call) = &value.kind else { return false };
    dotted(&call.callee)
        .is_some_and(|path| construct(&path).is_some_and(|construct| names.contains(&construct.name)))
}
