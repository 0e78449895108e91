//! A select as an expression or as something to read from: scalar subqueries, `exists`, columns of a named
//! subquery.

use limbeck_types::{ExpressionKind, Name, Opaque, Select, Span, SqlType};

use super::combine::prefixed;
use super::element::{Element, Role};
use super::methods;
use super::operator::Op;
use super::select::{Selected, chained, finished, read};
use super::source::source;
use super::typing;
use super::typing::{raises, unknown};
use crate::constructs;
use crate::follow::value::{Call, Kind, Value};

/// The columns of a select as a subquery has them.
pub(super) fn named_columns(selected: &Selected, span: Span) -> Result<Vec<(String, Name, SqlType)>, Opaque> {
    let name = |element: &Element| match &element.expression.kind {
        ExpressionKind::Column { name, .. } | ExpressionKind::Label(_, name) => {
            Some((name.text.clone(), name.clone(), element.type_.clone()))
        }
        _ => None,
    };
    // What has no name of its own cannot be asked for by one that is written.
    let named: Vec<_> = selected.columns.iter().filter_map(name).collect();
    match named
        .iter()
        .enumerate()
        .any(|(index, (key, ..))| named[..index].iter().any(|(other, ..)| other == key))
    {
        true => Err(unknown(span, "two of its columns have the same name")),
        false => Ok(named),
    }
}

/// `alias.c.x` and `alias.c["x"]` of what `constructs` knows no table behind.
pub(super) fn column_of(value: &Value) -> Result<Option<Element>, Opaque> {
    let (collection, key) = match &value.kind {
        Kind::Attribute(parts) => (&parts.0, parts.1.to_string()),
        Kind::Item(parts) if matches!(parts.1.kind, Kind::Text(_)) => (&parts.0, constructs::text(&parts.1)?),
        _ => return Ok(None),
    };
    let Kind::Attribute(of) = &collection.kind else { return Ok(None) };
    if of.1 == "excluded" {
        return super::row::excluded(&of.0, &key, value.span);
    }
    if !matches!(of.1.as_str(), "c" | "columns") {
        return Ok(None);
    }
    match source(&of.0)? {
        Some(source) => match source.column(&key, value.span) {
            Some(column) => Ok(Some(column)),
            None => Err(unknown(value.span, format!("`{key}` is no column of it"))),
        },
        None => Ok(None),
    }
}

/// `select(…)`, `exists(…)` as an expression.
pub(super) fn element_of(value: &Value, call: &Call, name: &str) -> Result<Element, Opaque> {
    if name == "select" {
        return match read(value)? {
            Some(selected) => Ok(selection(selected, call.span)),
            None => Err(constructs::unknown(value)),
        };
    }
    match call.positional.as_slice() {
        [] => exists(start_everything(call.span), call.span),
        [only] => match read(only)? {
            Some(selected) => exists(selected, call.span),
            None => Err(unknown(call.span, "it is an `exists` of something")),
        },
        _ => Err(unknown(call.span, "it is an `exists` of several things")),
    }
}

/// `exists()` selects everything.
fn start_everything(span: Span) -> Selected {
    let star = Element::verbatim("*", span, typing::null());
    let select = Select {
        columns: vec![star.expression.clone()],
        from: Vec::new(),
        where_: Vec::new(),
        group_by: Vec::new(),
        having: Vec::new(),
        order_by: Vec::new(),
        limit: None,
        offset: None,
        distinct: false,
    };
    Selected { select, columns: vec![star], explicit: Vec::new(), where_: Vec::new() }
}

pub(super) fn exists(selected: Selected, span: Span) -> Result<Element, Opaque> {
    let inner = selection(selected, span).grouped();
    Ok(prefixed(inner, Op::Exists, "EXISTS ", typing::boolean()).reading(Vec::new()))
}

/// A select as an element: one of its first column's type, which reads from nothing outside.
fn selection(selected: Selected, span: Span) -> Element {
    let type_ = selected.columns.first().map_or_else(typing::null, |column| column.type_.clone());
    Element::new(ExpressionKind::Select(Box::new(selected.select)), span, type_).with(Role::Select)
}

/// A method of a select, or of an `exists`, as an expression; nothing where the object is neither.
pub(super) fn method(object: &Value, name: &str, call: &Call) -> Result<Option<Element>, Opaque> {
    if let Some(found) = chained_exists(object, name, call)? {
        return Ok(Some(found));
    }
    let Some(selected) = read(object)? else { return Ok(None) };
    if let Some(chained) = chained(selected.clone(), name, call)? {
        // The chain goes on: its froms are worked out anew.
        let chained = finished(chained, call.span)?;
        return Ok(Some(selection(chained, call.span)));
    }
    match name {
        "scalar_subquery" => Ok(Some(selection(selected, call.span).grouped())),
        "label" => {
            let [label] = call.positional.as_slice() else {
                return Err(unknown(call.span, "it is a label of something"));
            };
            methods::labelled(selection(selected, call.span), constructs::name(label)?, call.span).map(Some)
        }
        "exists" => exists(selected, call.span).map(Some),
        "as_scalar" => Err(raises(call.span, "AttributeError: 'Select' object has no attribute 'as_scalar'")),
        _ => Err(unknown(call.span, format!("it is `{name}` of a select"))),
    }
}

/// `exists(…).where(…)`.
fn chained_exists(object: &Value, name: &str, call: &Call) -> Result<Option<Element>, Opaque> {
    let Kind::Call(inner) = &object.kind else { return Ok(None) };
    if !constructs::is_call_of(object, &["exists"]) {
        return Ok(None);
    }
    let start = match inner.positional.as_slice() {
        [] => start_everything(inner.span),
        [only] => read(only)?.ok_or_else(|| unknown(inner.span, "it is an `exists` of something"))?,
        _ => return Err(unknown(inner.span, "it is an `exists` of several things")),
    };
    match name {
        "where" | "select_from" => match chained(start, name, call)? {
            Some(selected) => exists(finished(selected, call.span)?, call.span).map(Some),
            None => Ok(None),
        },
        _ => Err(unknown(call.span, format!("it is an `exists` with `{name}`"))),
    }
}
