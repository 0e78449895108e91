//! Methods and operators of an expression: comparisons, arithmetic, `in_`, `like`, `desc`, `label` and their kin
//! (SQLAlchemy sql/default_comparator.py, sql/operators.py).

use limbeck_types::{Expression, ExpressionKind, Name, Opaque, Span, SqlTypeKind};

use super::bind::operand;
use super::combine::{binary, prefixed};
use super::compare::{between, compare, within};
use super::construct::{cast, collate};
use super::element::{Element, Role};
use super::matched::{escaped, matched, matched_operand};
use super::operator::{Custom, Op};
use super::read::{compared, element};
use super::typing::{adapt, raises, unknown};
use super::{json, python};
use super::{subquery, typing};
use crate::constructs;
use crate::follow::value::{Call, Kind, Value};

/// A method that is called on what may be an expression, or a statement.
pub(super) fn called(object: &Value, name: &str, call: &Call) -> Result<Element, Opaque> {
    if let Some(found) = subquery::method(object, name, call)? {
        return Ok(found);
    }
    let span = call.span;
    if let (Kind::Call(made), "next_value") = (&object.kind, name)
        && constructs::is_call_of(object, &["Sequence"])
    {
        let kind = ExpressionKind::NextValue(Box::new(constructs::sequence(made)?));
        return Ok(Element::new(kind, span, typing::integer()));
    }
    // `table.c.x.in_(…)`: what is called is a method, unless a column is named so.
    let subject = element(object)?;
    if subject.role == Role::Text {
        return Err(raises(span, format!("AttributeError: 'TextClause' object has no attribute '{name}'")));
    }
    let arguments = call.positional.as_slice();
    let flag = |name: &str| call.keywords.iter().any(|(keyword, _)| keyword == name);
    let one = || match arguments {
        [only] => Ok(only),
        _ => Err(unknown(span, format!("it is `{name}` of something"))),
    };
    match name {
        "is_" | "is_not" | "isnot" | "is_distinct_from" | "isnot_distinct_from" | "is_not_distinct_from" => {
            let op = match name {
                "is_" => Op::Is,
                "is_distinct_from" => Op::IsDistinct,
                "isnot_distinct_from" | "is_not_distinct_from" => Op::IsNotDistinct,
                _ => Op::IsNot,
            };
            compare(subject, op, one()?, span)
        }
        "in_" | "notin_" | "not_in" => within(subject, one()?, name != "in_", span),
        "like" | "ilike" | "notlike" | "not_like" | "notilike" | "not_ilike" => {
            let op = match name {
                "like" => Op::Like,
                "ilike" => Op::ILike,
                "notlike" | "not_like" => Op::NotLike,
                _ => Op::NotILike,
            };
            let bound = constructs::bind(call, "like(other, escape=)")?;
            let escape = bound.optional("escape", constructs::text)?;
            let right = matched_operand(bound.need("other")?, &subject)?;
            Ok(escaped(compared(subject, op, right, span), escape))
        }
        "contains" | "startswith" | "endswith" => matched(subject, name, call),
        "between" if arguments.len() == 2 && call.keywords.is_empty() => {
            between(subject, &arguments[0], &arguments[1], span)
        }
        "op" | "bool_op" => Err(unknown(span, "it is an operator without its operand")),
        "desc" | "asc" | "nulls_first" | "nulls_last" | "nullsfirst" | "nullslast" | "distinct"
            if arguments.is_empty() && call.keywords.is_empty() =>
        {
            modified(subject, name, span)
        }
        "label" if !flag("type_") => {
            let name = constructs::name(one()?)?;
            labelled(subject, name, span)
        }
        "cast" => Ok(cast(subject, constructs::sql_type(one()?), span)),
        "collate" => collate(subject, &constructs::text(one()?)?, span),
        "concat" => {
            let right = operand(one()?, &subject)?;
            let type_ = adapt(Op::Concat, &subject.type_, &right.type_, span)?.1;
            Ok(binary(subject, Op::Concat, right, type_, span))
        }
        "regexp_match" if call.keywords.is_empty() => {
            let right = operand(one()?, &subject)?;
            Ok(binary(subject, Op::Regexp, right, typing::null(), span))
        }
        "self_group" if arguments.is_empty() && call.keywords.is_empty() => Ok(subject.self_group(None)),
        _ => Err(unknown(span, format!("it is `{name}` of an expression"))),
    }
}

/// `x.op("…")(y)`.
pub(super) fn custom(op_call: &Call, subject: &Value, call: &Call) -> Result<Element, Opaque> {
    let span = call.span;
    let signature = "op(opstring, precedence=, is_comparison=, return_type=, python_impl=)";
    let bound = constructs::bind(op_call, signature)?;
    let text = constructs::text(bound.need("opstring")?)?;
    let precedence = match bound.get("precedence").map(|given| (&given.kind, given.span)) {
        None => 0,
        Some((Kind::Int(number), _)) => *number,
        Some((_, span)) => return Err(unknown(span, "its precedence is not known")),
    };
    let bool_op = matches!(&op_call.callee.kind, Kind::Attribute(parts) if parts.1 == "bool_op");
    let is_comparison = bool_op || constructs::flag(bound.get("is_comparison"), false)?;
    let return_type = bound.get("return_type").filter(|type_| !matches!(type_.kind, Kind::None));
    let [other] = call.positional.as_slice() else {
        return Err(unknown(span, "it is an operator of something"));
    };
    let subject = element(subject)?;
    if subject.role == Role::Text {
        return Err(raises(span, "AttributeError: 'TextClause' object has no attribute 'op'"));
    }
    let right = operand(other, &subject)?;
    let precedence = i32::try_from(precedence).map_err(|_| unknown(span, "its precedence is too large"))?;
    let op = Op::Custom(Custom { text, precedence, is_comparison });
    let type_ = match return_type {
        Some(type_) => constructs::sql_type(type_),
        None if is_comparison => typing::boolean(),
        None => adapt(op.clone(), &subject.type_, &right.type_, span)?.1,
    };
    Ok(binary(subject, op, right, type_, span))
}

/// An attribute of something that is no table.
pub(super) fn attribute(object: &Value, name: &str, span: Span) -> Result<Element, Opaque> {
    if name == "astext"
        && let Kind::Item(parts) = &object.kind
    {
        return json::as_text(element(&parts.0)?, &parts.1, span);
    }
    Err(unknown(span, format!("it is the attribute `{name}` of something")))
}

/// `x[…]`.
pub(super) fn item(subject: &Element, index: &Value, span: Span) -> Result<Element, Opaque> {
    if matches!(subject.type_.kind, SqlTypeKind::Json { .. } | SqlTypeKind::Jsonb { .. }) {
        return json::item(subject.clone(), index, span);
    }
    let SqlTypeKind::Array { item, dimensions } = &subject.type_.kind else {
        return Err(unknown(span, "it is an item of something"));
    };
    let Kind::Int(_) = index.kind else {
        return Err(unknown(span, "it is a slice or an item that is not known"));
    };
    if dimensions.is_some_and(|dimensions| dimensions != 1) {
        return Err(unknown(span, "it is an item of an array of several dimensions"));
    }
    let type_ = limbeck_types::SqlType::clone(item);
    let right = Element::bind(python::python_value(index)?, typing::integer(), index.span);
    let froms = subject.froms.clone();
    let left = subject.clone().self_group(Some(&Op::GetItem));
    let kind = ExpressionKind::Subscript(Box::new(left.expression), Box::new(right.expression));
    Ok(Element::new(kind, span, type_).with(Role::Binary(Op::GetItem, false)).reading(froms))
}

/// `DESC`, `NULLS LAST`, `DISTINCT`.
pub(super) fn modified(subject: Element, name: &str, span: Span) -> Result<Element, Opaque> {
    if name == "distinct" {
        let type_ = subject.type_.clone();
        return Ok(prefixed(subject.self_group(Some(&Op::Distinct)), Op::Distinct, "DISTINCT ", type_));
    }
    let (op, suffix) = match name {
        "desc" => (Op::Desc, " DESC"),
        "asc" => (Op::Asc, " ASC"),
        "nulls_first" | "nullsfirst" => (Op::Nulls, " NULLS FIRST"),
        _ => (Op::Nulls, " NULLS LAST"),
    };
    let froms = subject.froms.clone();
    let operand = subject.self_group(Some(&op));
    let kind = ExpressionKind::Suffix(Box::new(operand.expression), suffix.to_owned());
    Ok(Element::new(kind, span, typing::null()).with(Role::Modified).reading(froms))
}

/// `label(…)`.
pub(super) fn labelled(subject: Element, name: Name, span: Span) -> Result<Element, Opaque> {
    let subject = if subject.role == Role::Select { subject.grouped() } else { subject };
    let kind = ExpressionKind::Label(Box::new(subject.expression.clone()), name);
    Ok(Element { expression: Expression { kind, span }, is_whole: false, ..subject })
}
