//! Values that are bound: `literal`, `inline_literal`, `bindparam`, the list of an `in_` (SQLAlchemy sql/elements.py,
//! `BindParameter`).

use limbeck_types::{ExpressionKind, Opaque, Placeholder, PythonValue, SqlType, SqlTypeKind};

use super::element::{Element, Role};
use super::python;
use super::read::symbol;
use super::typing;
use super::typing::unknown;
use crate::constructs;
use crate::follow::value::{Call, Kind, Value};

/// A Python value as a bind by itself (`roles.ExpressionElementRole`).
pub(super) fn literal(value: &Value) -> Result<Element, Opaque> {
    match python::python_value(value)? {
        PythonValue::None => Ok(Element::constant(None, value.span)),
        python => {
            let type_ = typing::of_value(&python);
            Ok(Element::bind(python, type_, value.span).placed(Placeholder::Anonymous("param".to_owned())))
        }
    }
}

/// A Python value as a bind of a given type, anything else as it is.
pub(super) fn typed(value: &Value, type_: &SqlType) -> Result<Element, Opaque> {
    match symbol(value)? {
        Some(element) => Ok(element),
        None => match python::python_value(value)? {
            PythonValue::None => Ok(Element::constant(None, value.span)),
            python => Ok(Element::bind(python, type_.clone(), value.span)),
        },
    }
}

/// The other operand of an operator: a Python value takes the type that it meets (`roles.BinaryElementRole`).
pub(super) fn operand(value: &Value, other: &Element) -> Result<Element, Opaque> {
    match symbol(value)? {
        Some(element) if element.role == Role::Select => Ok(element.grouped()),
        // A bind without a type takes that of the other side.
        Some(Element { role: Role::Bind, type_, expression, .. })
            if type_.kind == SqlTypeKind::Null && other.type_.kind != SqlTypeKind::Null =>
        {
            match expression.kind {
                ExpressionKind::Typed(python, _, placeholder) => {
                    Ok(Element::bind(python, other.type_.clone(), value.span).placed(placeholder))
                }
                _ => Err(unknown(value.span, "it is a bind that is not known")),
            }
        }
        Some(element) => Ok(element),
        None => {
            let python = python::python_value(value)?;
            let met = met_type(other);
            let type_ = typing::beside(&python, &met, value.span)?;
            Ok(Element::bind(python, type_, value.span).placed(other.names_binds()))
        }
    }
}

/// The type that a Python value meets: `any_(array)` is met as an item of the array.
fn met_type(other: &Element) -> SqlType {
    match (&other.role, &other.type_.kind) {
        (Role::Aggregate, SqlTypeKind::Array { item, .. }) => SqlType::clone(item),
        _ => other.type_.clone(),
    }
}

/// `literal(value, type)`.
pub(super) fn typed_literal(
    call: &Call,
    signature: &'static str,
    placeholder: Placeholder,
) -> Result<Element, Opaque> {
    let bound = constructs::bind(call, signature)?;
    if bound.get("literal_execute").is_some() {
        return Err(unknown(call.span, "it is a literal with `literal_execute`"));
    }
    let given = bound.need("value")?;
    let python = python::python_value(given)?;
    let type_ = bound.get("type_").filter(|type_| !matches!(type_.kind, Kind::None));
    let type_ = type_.map_or_else(|| typing::of_value(&python), constructs::sql_type);
    Ok(Element::bind(python, type_, given.span).placed(placeholder))
}

/// `bindparam(name, value, type_)`: its name and what it stands for.
pub(super) fn bindparam(call: &Call) -> Result<(String, Element), Opaque> {
    let signature = "bindparam(key, value=, type_=, unique=, required=, quote=, callable_=, expanding=, isoutparam=, literal_execute=)";
    let bound = constructs::bind(call, signature)?;
    let key = constructs::text(bound.need("key")?)?;
    for odd in ["callable_", "isoutparam", "literal_execute"] {
        if bound.get(odd).is_some() {
            return Err(unknown(call.span, format!("it is a bind with `{odd}`")));
        }
    }
    let type_ =
        bound.get("type_").filter(|type_| !matches!(type_.kind, Kind::None)).map(constructs::sql_type);
    let expanding = constructs::flag(bound.get("expanding"), false)?;
    // `unique` adds a number to the name.
    let named = bound.get("unique").is_none() && bound.get("quote").is_none();
    let given_name = |key| if named { Placeholder::Given(key) } else { Placeholder::Unknown };
    let Some(given) = bound.get("value") else {
        if expanding {
            return Err(unknown(call.span, "it is a list that is given later"));
        }
        let bind = Element::bind(PythonValue::None, type_.unwrap_or_else(typing::null), call.span);
        return Ok((key.clone(), bind.placed(given_name(key))));
    };
    if expanding {
        let placeholder = if named { Placeholder::ExpandingGiven(key.clone()) } else { Placeholder::Unknown };
        return Ok((key, expanding_list(given, type_, &placeholder)?));
    }
    let python = python::python_value(given)?;
    let type_ = type_.unwrap_or_else(|| typing::of_value(&python));
    Ok((key.clone(), Element::bind(python, type_, given.span).placed(given_name(key))))
}

/// The values of an expanding bind, all of the type of the first.
pub(super) fn expanding_list(
    given: &Value,
    type_: Option<SqlType>,
    placeholder: &Placeholder,
) -> Result<Element, Opaque> {
    let values = constructs::items(given)?;
    let python = values.iter().map(python::python_value).collect::<Result<Vec<_>, _>>()?;
    if python.is_empty() || python.iter().any(|value| matches!(value, PythonValue::List(_))) {
        return Err(unknown(given.span, "it is an empty list, or a list of lists"));
    }
    let type_ = type_.unwrap_or_else(|| typing::of_value(&python[0]));
    let binds = python
        .into_iter()
        .zip(&values)
        .map(|(python, value)| Element::bind(python, type_.clone(), value.span))
        .map(|bind| bind.placed(placeholder.clone()).expression);
    Ok(Element::new(ExpressionKind::Tuple(binds.collect()), given.span, type_).with(Role::Closed))
}
