//! Constructs of SQLAlchemy by name: `column`, `and_`, `cast`, `case`, `any_` and their kin (SQLAlchemy
//! sql/_elements_constructors.py, sql/elements.py).

use limbeck_types::{Expression, ExpressionKind, Opaque, Placeholder, Span, SqlType, SqlTypeKind};

use super::bind::{bindparam, typed, typed_literal};
use super::combine::{conjunction, merged};
use super::element::{Element, Role};
use super::methods;
use super::operator::Op;
use super::read::{condition, element, froms_of, scalar};
use super::typing::{raises, unknown};
use super::{compare, subquery, typing};
use crate::constructs;
use crate::follow::value::{Call, Kind, Value};

/// A construct by its name.
pub(super) fn constructed(value: &Value, call: &Call, name: &str) -> Result<Element, Opaque> {
    let span = call.span;
    let all = || call.positional.iter().map(element).collect::<Result<Vec<_>, _>>();
    let alone = call.keywords.is_empty();
    match name {
        "column" | "literal_column" => {
            let signature = if name == "column" {
                "column(text, type_=, is_literal=)"
            } else {
                "literal_column(text, type_=)"
            };
            let bound = constructs::bind(call, signature)?;
            let type_ = bound.get("type_").map_or_else(typing::null, constructs::sql_type);
            if name == "literal_column" {
                let text = constructs::literal(bound.need("text")?)?;
                return Ok(Element::new(ExpressionKind::Verbatim(text), span, type_));
            }
            if bound.get("is_literal").is_some() {
                return Err(unknown(span, "it is a column with `is_literal`"));
            }
            let name = constructs::name(bound.need("text")?)?;
            let kind = ExpressionKind::Column { table: None, name, type_: type_.clone() };
            Ok(Element::new(kind, span, type_))
        }
        "null" | "true" | "false" if call.positional.is_empty() && alone => {
            let truth = match name {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            };
            Ok(Element::constant(truth, span))
        }
        "literal" => typed_literal(
            call,
            "literal(value, type_=, literal_execute=)",
            Placeholder::Anonymous("param".to_owned()),
        ),
        "bindparam" => bindparam(call).map(|(_, element)| element),
        "and_" | "or_" if alone && !call.positional.is_empty() => {
            let conditions = call.positional.iter().map(condition).collect::<Result<_, _>>()?;
            let op = if name == "and_" { Op::And } else { Op::Or };
            Ok(conjunction(&op, conditions, span))
        }
        "not_" => match call.positional.as_slice() {
            [only] if alone => element(only)?.negated(),
            _ => Err(unknown(span, "it is negated")),
        },
        "cast" | "type_coerce" => {
            let bound = constructs::bind(call, "cast(expression, type_)")?;
            let type_ = constructs::sql_type(bound.need("type_")?);
            let operand = typed(bound.need("expression")?, &type_)?;
            if name == "cast" { Ok(cast(operand, type_, span)) } else { coerced(operand, type_) }
        }
        "case" => case(call),
        "extract" => match call.positional.as_slice() {
            [field, operand] if alone => extract(&constructs::text(field)?, element(operand)?, span),
            _ => Err(unknown(span, "it is an extract of something")),
        },
        "tuple_" if alone => {
            let operands = all()?;
            let froms = froms_of(&operands);
            let list =
                operands.into_iter().map(|operand| operand.self_group(Some(&Op::Comma)).expression).collect();
            let type_ = SqlTypeKind::Opaque(unknown(span, "it is a tuple"));
            Ok(Element::new(ExpressionKind::Tuple(list), span, typing::of(type_))
                .with(Role::Closed)
                .reading(froms))
        }
        "distinct" | "desc" | "asc" | "nulls_first" | "nulls_last" | "nullsfirst" | "nullslast" => {
            match call.positional.as_slice() {
                [only] if alone && !matches!(only.kind, Kind::Text(_)) => {
                    methods::modified(element(only)?, name, span)
                }
                [Value { kind: Kind::Text(literal), span: written, .. }]
                    if alone && name != "distinct" && is_plain_name(&literal.value) =>
                {
                    methods::modified(named(literal, *written), name, span)
                }
                _ => Err(unknown(span, format!("it is `{name}` of something"))),
            }
        }
        "collate" => match call.positional.as_slice() {
            [operand, collation] if alone => collate(element(operand)?, &constructs::text(collation)?, span),
            _ => Err(unknown(span, "it is a collation of something")),
        },
        "between" => match call.positional.as_slice() {
            [operand, lower, upper] if alone => compare::between(element(operand)?, lower, upper, span),
            _ => Err(unknown(span, "it is `between` of something")),
        },
        "any_" | "all_" => match call.positional.as_slice() {
            [only] if alone => aggregate(element(only)?, name, span),
            _ => Err(unknown(span, format!("it is `{name}` of something"))),
        },
        "select" | "exists" => subquery::element_of(value, call, name),
        "array" if alone => match call.positional.as_slice() {
            [items] => array(items, span),
            _ => Err(unknown(span, "it is an array of something")),
        },
        _ => Err(constructs::unknown(value)),
    }
}

/// Text that `desc` and its kin take for a name, which no dialect quotes (SQLAlchemy sql/elements.py,
/// `_textual_label_reference`; sql/compiler.py, `visit_textual_label_reference`).
fn named(literal: &limbeck_types::Literal, span: Span) -> Element {
    Element::new(ExpressionKind::Verbatim(literal.clone()), span, typing::null()).with(Role::Closed)
}

fn is_plain_name(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    !text.is_empty() && text.bytes().all(is_word)
}

/// `CAST(… AS …)`.
pub(super) fn cast(operand: Element, type_: SqlType, span: Span) -> Element {
    let operand = if operand.role == Role::Select { operand.grouped() } else { operand };
    let froms = operand.froms.clone();
    let kind = ExpressionKind::Cast(Box::new(operand.expression), type_.clone());
    Element::new(kind, span, type_).reading(froms)
}

/// `type_coerce(…)`: only the type changes.
pub(super) fn coerced(operand: Element, type_: SqlType) -> Result<Element, Opaque> {
    match (&operand.expression.kind, &operand.role) {
        (ExpressionKind::Typed(python, ..), _) => Ok(Element::bind(python.clone(), type_, operand.span())),
        // Values beside it are not named after the column.
        (_, Role::Plain | Role::Closed) => Ok(Element { type_, is_renamed: true, ..operand }),
        _ => Err(unknown(operand.span(), "it is another type given to an operation")),
    }
}

/// `case((condition, result), …, value=, else_=)`.
fn case(call: &Call) -> Result<Element, Opaque> {
    let bound = constructs::bind(call, "case(*whens, value=, else_=)")?;
    let pairs: Vec<(Value, Value)> = match bound.rest.as_slice() {
        [only] if matches!(only.kind, Kind::Dict(_)) => match &only.kind {
            Kind::Dict(entries) => entries.borrow().clone(),
            _ => Vec::new(),
        },
        [only] if matches!(only.kind, Kind::List(_)) => {
            return Err(raises(
                only.span,
                "ArgumentError: The \"whens\" argument to case() is now passed as a series of positional elements, rather than as a list",
            ));
        }
        whens => {
            let pair = |when: &&Value| match constructs::items(when)?.as_slice() {
                [condition, result] if matches!(when.kind, Kind::Tuple(_)) => {
                    Ok((condition.clone(), result.clone()))
                }
                _ => Err(unknown(when.span, "it is no pair of condition and result")),
            };
            whens.iter().map(pair).collect::<Result<_, Opaque>>()?
        }
    };
    let mut froms = Vec::new();
    let value = match bound.get("value").filter(|value| !matches!(value.kind, Kind::None)) {
        Some(value) => Some(element(value)?),
        None => None,
    };
    if let Some(value) = &value {
        froms = merged(froms, &value.froms);
    }
    let mut whens = Vec::new();
    let mut types = Vec::new();
    for (condition, result) in &pairs {
        let condition = element(condition)?.self_group(None);
        let result = scalar(element(result)?);
        froms = merged(merged(froms, &condition.froms), &result.froms);
        types.push(result.type_.clone());
        whens.push((condition.expression, result.expression));
    }
    if whens.is_empty() {
        return Err(unknown(call.span, "it is a case without any"));
    }
    let otherwise = match bound.get("else_").filter(|value| !matches!(value.kind, Kind::None)) {
        Some(value) => Some(scalar(element(value)?)),
        None => None,
    };
    if let Some(otherwise) = &otherwise {
        froms = merged(froms, &otherwise.froms);
    }
    let type_ = types.into_iter().rev().find(|type_| type_.kind != SqlTypeKind::Null);
    let type_ = type_
        .unwrap_or_else(|| otherwise.as_ref().map_or_else(typing::null, |element| element.type_.clone()));
    let kind = ExpressionKind::Case {
        value: value.map(|value| Box::new(value.expression)),
        whens,
        otherwise: otherwise.map(|otherwise| Box::new(otherwise.expression)),
    };
    Ok(Element::new(kind, call.span, type_).reading(froms))
}

pub(super) fn extract(field: &str, operand: Element, span: Span) -> Result<Element, Opaque> {
    if !field.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Err(unknown(span, "it is an extract of a field that is no word"));
    }
    let froms = operand.froms.clone();
    let kind = ExpressionKind::Extract(field.to_owned(), Box::new(operand.expression));
    Ok(Element::new(kind, span, typing::integer()).reading(froms))
}

/// `a COLLATE "b"`.
pub(super) fn collate(operand: Element, collation: &str, span: Span) -> Result<Element, Opaque> {
    let (type_, froms) = (operand.type_.clone(), operand.froms.clone());
    let operand = operand.self_group(Some(&Op::Collate));
    let kind = ExpressionKind::Collate(Box::new(operand.expression), collation.to_owned());
    Ok(Element::new(kind, span, type_).with(Role::Binary(Op::Collate, false)).reading(froms))
}

/// `ANY (…)`.
pub(super) fn aggregate(operand: Element, name: &str, span: Span) -> Result<Element, Opaque> {
    let (type_, froms) = (operand.type_.clone(), operand.froms.clone());
    let word = if name.starts_with("any") { "ANY " } else { "ALL " };
    let operand = scalar(operand).self_group(Some(&Op::AnyAll));
    let kind = ExpressionKind::Prefix(word.to_owned(), Box::new(operand.expression));
    // Its type is boolean; what is kept is the type that values beside it meet.
    Ok(Element::new(kind, span, type_).with(Role::Aggregate).reading(froms))
}

/// `postgresql.array([…])`.
pub(super) fn array(items: &Value, span: Span) -> Result<Element, Opaque> {
    let elements = constructs::items(items)?.iter().map(element).collect::<Result<Vec<_>, _>>()?;
    let Some(first) = elements.first() else { return Err(unknown(span, "it is an array without items")) };
    if matches!(first.type_.kind, SqlTypeKind::Array { .. }) {
        return Err(unknown(span, "it is an array of arrays"));
    }
    let item = Box::new(first.type_.clone());
    let froms = froms_of(&elements);
    let list = elements.into_iter().map(|item| item.self_group(Some(&Op::Comma)).expression).collect();
    let list = Expression { kind: ExpressionKind::List(list), span };
    let array = Element::verbatim("ARRAY", span, typing::null()).expression;
    let kind = ExpressionKind::Subscript(Box::new(array), Box::new(list));
    Ok(Element::new(kind, span, typing::of(SqlTypeKind::Array { item, dimensions: None }))
        .with(Role::Closed)
        .reading(froms))
}
