//! What plain Python value a parameter of alembic or SQLAlchemy was given: text, a number, a truth, a name.

use limbeck_types::{Few, Literal, Name, Opaque, Span};

use super::symbol;
use crate::follow::value::{Kind, Value};

/// The reason why `value` is not known, with the place that is to blame.
pub(crate) fn unknown(value: &Value) -> Opaque {
    if let Kind::Opaque(opaque) | Kind::Several(opaque) = &value.kind {
        return Opaque::clone(opaque);
    }
    let reason = match &value.kind {
        Kind::Path(path) => format!("`{path}` is not part of this file"),
        Kind::Call(call) => match symbol::dotted(&call.callee) {
            Some(path) => format!("it is what `{path}` returns"),
            None => "it is what a call returns".to_owned(),
        },
        Kind::Attribute(attribute) => format!("it is the attribute `{}` of something", attribute.1),
        Kind::Item(_) => "it is an item of something that is not known".to_owned(),
        Kind::Operator(_) | Kind::Unary(..) => "it is computed from what is not known".to_owned(),
        Kind::Function(_) => "it is a function".to_owned(),
        Kind::Class(_) => "it is a class".to_owned(),
        kind => format!("it is {}", type_name(kind)),
    };
    blame(value.span, reason)
}

/// An [`Opaque`] of a place and a reason.
pub(crate) fn blame(span: Span, reason: impl Into<String>) -> Opaque {
    Opaque { span, reason: reason.into(), import: None }
}

/// What Python raises, as a reason.
pub(crate) fn raises(span: Span, error: impl std::fmt::Display) -> Opaque {
    blame(span, format!("it raises `{error}`"))
}

/// How Python calls the type of a value that is its own.
fn type_name(kind: &Kind) -> &'static str {
    match kind {
        Kind::None => "`None`",
        Kind::Bool(_) => "a `bool`",
        Kind::Int(_) => "an `int`",
        Kind::Float(_) => "a `float`",
        Kind::Text(_) => "a `str`",
        Kind::Bytes(_) => "`bytes`",
        Kind::Tuple(_) => "a `tuple`",
        Kind::List(_) => "a `list`",
        Kind::Set(_) => "a `set`",
        Kind::Dict(_) => "a `dict`",
        _ => "of a type that is not known",
    }
}

/// `None` where the parameter is absent or `None`, else what `read` makes of it.
pub(crate) fn optional<T>(
    value: Option<&Value>,
    read: impl FnOnce(&Value) -> Result<T, Opaque>,
) -> Result<Option<T>, Opaque> {
    match value {
        None => Ok(None),
        Some(Value { kind: Kind::None, .. }) => Ok(None),
        Some(value) => read(value).map(Some),
    }
}

/// A `str`, with its source.
pub(crate) fn literal(value: &Value) -> Result<Literal, Opaque> {
    match &value.kind {
        Kind::Text(literal) => Ok(Literal::clone(literal)),
        // What marks a name is a `str` too.
        Kind::Call(_) => match name(value) {
            Ok(name) => Ok(Literal { span: name.span, value: name.text, pieces: Few::default() }),
            Err(opaque) => Err(opaque),
        },
        _ => Err(unknown(value)),
    }
}

/// The text of a `str`.
pub(crate) fn text(value: &Value) -> Result<String, Opaque> {
    match &value.kind {
        Kind::Text(literal) => Ok(literal.value.clone()),
        _ => literal(value).map(|literal| literal.value),
    }
}

/// Whether Python takes the value for true.
pub(crate) fn truth(value: &Value) -> Result<bool, Opaque> {
    match &value.kind {
        Kind::None => Ok(false),
        Kind::Bool(truth) => Ok(*truth),
        Kind::Int(number) => Ok(*number != 0),
        Kind::Text(literal) => Ok(!literal.value.is_empty()),
        _ => Err(unknown(value)),
    }
}

/// Whether a flag is set; `default` where it is not given. `None` is false, as Python sees it.
pub(crate) fn flag(value: Option<&Value>, default: bool) -> Result<bool, Opaque> {
    value.map_or(Ok(default), truth)
}

/// A whole number. Text of digits counts, because SQLAlchemy only ever prints such a parameter.
pub(crate) fn integer(value: &Value) -> Result<i64, Opaque> {
    match &value.kind {
        Kind::Int(number) => i64::try_from(*number).map_err(|_| blame(value.span, "the number is too large")),
        Kind::Text(literal)
            if literal.value.bytes().all(|byte| byte.is_ascii_digit()) && !literal.value.starts_with('0') =>
        {
            literal.value.parse().map_err(|_| unknown(value))
        }
        _ => Err(unknown(value)),
    }
}

/// A name: a `str`, `op.f(…)`, `conv(…)` or `quoted_name(…)`.
pub(crate) fn name(value: &Value) -> Result<Name, Opaque> {
    match &value.kind {
        Kind::Text(literal) => Ok(Name::new(literal.value.clone(), value.span)),
        Kind::Call(call) => {
            let argument = || {
                let given =
                    call.keywords.iter().find(|(keyword, _)| matches!(keyword.as_str(), "name" | "value"));
                call.positional.first().or(given.map(|(_, value)| value)).ok_or_else(|| unknown(value))
            };
            match marker(&call.callee) {
                Some(Marker::Final) => Ok(Name { is_final: true, ..name(argument()?)? }),
                Some(Marker::Quoted) => {
                    let given = call.keywords.iter().find(|(keyword, _)| keyword == "quote");
                    let quote = call.positional.get(1).or(given.map(|(_, value)| value));
                    Ok(Name { quote: optional(quote, truth)?, ..name(argument()?)? })
                }
                None => Err(unknown(value)),
            }
        }
        _ => Err(unknown(value)),
    }
}

/// What a call says of the name that it wraps.
enum Marker {
    /// No naming convention is applied.
    Final,
    /// Whether it is quoted is said.
    Quoted,
}

/// Which marker a callee is: `op.f`, `batch_op.f`, `sqlalchemy.sql.naming.conv`, `sqlalchemy.sql.elements.quoted_name`.
fn marker(callee: &Value) -> Option<Marker> {
    if let Kind::Attribute(attribute) = &callee.kind
        && attribute.1 == "f"
        && let Kind::Call(batch) = &attribute.0.kind
        && symbol::dotted(&batch.callee).is_some_and(|path| path == "alembic.op.batch_alter_table")
    {
        return Some(Marker::Final);
    }
    let path = symbol::dotted(callee)?;
    if path == "alembic.op.f" {
        return Some(Marker::Final);
    }
    match symbol::construct(&path)?.name {
        "conv" => Some(Marker::Final),
        "quoted_name" => Some(Marker::Quoted),
        _ => None,
    }
}

/// The items of a list, tuple or set that Python would iterate over; the characters of a `str`.
pub(crate) fn items(value: &Value) -> Result<Vec<Value>, Opaque> {
    match &value.kind {
        Kind::Tuple(items) => all_known(items.to_vec()),
        Kind::List(items) => all_known(items.borrow().clone()),
        Kind::Set(items) if items.borrow().len() < 2 => all_known(items.borrow().clone()),
        Kind::Set(_) => Err(blame(value.span, "the order of a `set` is not known")),
        Kind::Dict(entries) => all_known(entries.borrow().iter().map(|(key, _)| key.clone()).collect()),
        Kind::Text(literal) => {
            let of_character = |character: char| {
                Value::text(Literal {
                    span: value.span,
                    value: character.to_string(),
                    pieces: Few::default(),
                })
            };
            Ok(literal.value.chars().map(of_character).collect())
        }
        _ => Err(unknown(value)),
    }
}

/// The items, unless there may be more or fewer of them.
fn all_known(items: Vec<Value>) -> Result<Vec<Value>, Opaque> {
    match items.iter().find(|item| matches!(item.kind, Kind::Several(_))) {
        Some(several) => Err(unknown(several)),
        None => Ok(items),
    }
}

/// The entries of a dictionary with text keys.
pub(crate) fn entries(value: &Value) -> Result<Vec<(String, Value)>, Opaque> {
    let Kind::Dict(entries) = &value.kind else { return Err(unknown(value)) };
    entries.borrow().iter().map(|(key, value)| Ok((text(key)?, value.clone()))).collect()
}
