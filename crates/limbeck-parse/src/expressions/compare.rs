//! Python's operators on an expression, `in_`, `between` (SQLAlchemy sql/default_comparator.py).

use limbeck_types::{Expression, ExpressionKind, Opaque, PythonValue, Span};

use super::bind::{expanding_list, operand};
use super::combine::{binary, conjunction, in_list, merged};
use super::element::{Element, Role};
use super::operator::Op;
use super::python;
use super::read::{compared, condition, symbol};
use super::typing;
use super::typing::{adapt, raises, unknown};
use crate::constructs;
use crate::follow::value::{Kind, Value};

/// A Python operator with the construct on its left, or on its right where it is `reversed`.
pub(super) fn operated(
    subject: Element,
    operator: &str,
    other: &Value,
    reversed: bool,
    span: Span,
) -> Result<Element, Opaque> {
    let comparison = match operator {
        "==" => Some(Op::Eq),
        "!=" => Some(Op::Ne),
        "<" => Some(Op::Lt),
        "<=" => Some(Op::Le),
        ">" => Some(Op::Gt),
        ">=" => Some(Op::Ge),
        _ => None,
    };
    if let Some(op) = comparison {
        let op = if reversed { op.mirrored() } else { op };
        return compare_in_python(subject, op, other, !reversed, span);
    }
    if subject.role == Role::Aggregate {
        return Err(raises(span, "ArgumentError: Only comparison operators may be used with ANY/ALL"));
    }
    let op = match operator {
        "&" | "|" if reversed => {
            return Err(raises(span, format!("TypeError: unsupported operand type(s) for {operator}")));
        }
        "&" | "|" => {
            let both = vec![subject, condition(other)?];
            return Ok(conjunction(if operator == "&" { &Op::And } else { &Op::Or }, both, span));
        }
        "+" => Op::Add,
        "-" => Op::Sub,
        "*" => Op::Mul,
        "/" => Op::TrueDiv,
        "//" => Op::FloorDiv,
        "%" => Op::Mod,
        _ => return Err(unknown(span, format!("it is `{operator}` of an expression"))),
    };
    let other = operand(other, &subject)?;
    if other.role == Role::Text || subject.role == Role::Select {
        return Err(unknown(span, "it is an operation on text or on a select"));
    }
    let (left, right) = if reversed { (other, subject) } else { (subject, other) };
    let (op, type_) = adapt(op, &left.type_, &right.type_, span)?;
    Ok(binary(left, op, right, type_, span))
}

/// A comparison (`_boolean_compare`).
pub(super) fn compare(subject: Element, op: Op, other: &Value, span: Span) -> Result<Element, Opaque> {
    compare_in_python(subject, op, other, false, span)
}

/// The same, as one of Python's operators: that gives the word to the more special class of the two. The other side is
/// looked at once, or nested comparisons would take exponential time.
fn compare_in_python(
    subject: Element,
    op: Op,
    other: &Value,
    may_swap: bool,
    span: Span,
) -> Result<Element, Opaque> {
    if subject.role == Role::Select {
        return Err(unknown(span, "it is a comparison of a select"));
    }
    let right = match &other.kind {
        Kind::None => Element::constant(None, other.span),
        Kind::Bool(truth) => Element::constant(Some(*truth), other.span),
        _ => operand(other, &subject)?,
    };
    if subject.role == Role::Aggregate {
        return Ok(compared(right, op.mirrored(), subject, span));
    }
    if may_swap && right.is_more_special(&subject) {
        return Ok(compared(right, op.mirrored(), subject, span));
    }
    let Role::Constant(truth) = right.role else {
        if right.role == Role::Aggregate && !matches!(op, Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Gt | Op::Ge)
        {
            return Err(unknown(span, "it is a comparison with `any_` or `all_`"));
        }
        return Ok(compared(subject, op, right, span));
    };
    match op {
        Op::Eq | Op::Ne if truth.is_some() => Ok(compared(subject, op, right, span)),
        Op::IsDistinct | Op::IsNotDistinct => Ok(compared(subject, op, right, span)),
        Op::Eq | Op::Is => Ok(compared(subject, Op::Is, right, span)),
        Op::Ne | Op::IsNot => Ok(compared(subject, Op::IsNot, right, span)),
        _ => Err(raises(
            span,
            "ArgumentError: Only '=', '!=', 'is_()', 'is_not()', 'is_distinct_from()', 'is_not_distinct_from()' operators can be used with None/True/False",
        )),
    }
}

/// `in_`, `not_in`.
pub(super) fn within(subject: Element, list: &Value, negated: bool, span: Span) -> Result<Element, Opaque> {
    if let Kind::List(_) | Kind::Tuple(_) | Kind::Set(_) = &list.kind {
        let items = constructs::items(list)?;
        let mut any_construct = false;
        for item in &items {
            any_construct |= !python::is_python(item);
        }
        if any_construct {
            let mut froms = Vec::new();
            let mut operands = Vec::new();
            for item in &items {
                let item = match item.kind {
                    Kind::List(_) | Kind::Dict(_) | Kind::Set(_) => {
                        return Err(raises(item.span, "TypeError: unhashable type"));
                    }
                    Kind::None => return Err(unknown(span, "it is a list with constructs and `None`")),
                    _ => operand(item, &subject)?,
                };
                if matches!(item.role, Role::Text | Role::Select) {
                    return Err(raises(
                        item.span(),
                        "ArgumentError: IN expression list, SELECT construct, or bound parameter object expected",
                    ));
                }
                froms = merged(froms, &item.froms);
                operands.push(item.self_group(Some(&Op::Comma)).expression);
            }
            let list = Element::new(ExpressionKind::Tuple(operands), list.span, typing::null());
            return Ok(in_list(subject, list.with(Role::Closed).reading(froms), negated));
        }
        let Some(first) = items.first() else {
            let empty = Element::new(ExpressionKind::Tuple(Vec::new()), list.span, typing::null());
            return Ok(in_list(subject, empty.with(Role::Closed), negated));
        };
        let first = python::python_value(first)?;
        if matches!(first, PythonValue::List(_)) {
            return Err(unknown(span, "it is a list of tuples"));
        }
        let type_ = typing::beside(&first, &subject.type_, list.span)?;
        let placeholder = subject.names_list();
        return Ok(in_list(subject, expanding_list(list, Some(type_), &placeholder)?, negated));
    }
    match symbol(list)? {
        Some(found) if found.role == Role::Select => Ok(in_list(subject, found.grouped(), negated)),
        Some(found) if found.role == Role::Text => Ok(in_list(subject, found.grouped(), negated)),
        Some(found)
            if matches!(found.expression.kind, ExpressionKind::Tuple(_)) && found.role == Role::Closed =>
        {
            Ok(in_list(subject, found, negated))
        }
        Some(found) if matches!(found.expression.kind, ExpressionKind::Grouping(_)) => {
            Ok(in_list(subject, found, negated))
        }
        _ => Err(unknown(span, "it is `in_` of something that is no list and no select")),
    }
}

/// `a BETWEEN b AND c`.
pub(super) fn between(subject: Element, lower: &Value, upper: &Value, span: Span) -> Result<Element, Opaque> {
    let (lower, upper) = (operand(lower, &subject)?, operand(upper, &subject)?);
    let froms = merged(merged(subject.froms.clone(), &lower.froms), &upper.froms);
    let left = subject.self_group(Some(&Op::Between));
    let operands = vec![lower.expression, upper.expression];
    let bounds = Expression { kind: ExpressionKind::Many { operator: "AND".to_owned(), operands }, span };
    let kind = ExpressionKind::Binary {
        left: Box::new(left.expression),
        operator: "BETWEEN".to_owned(),
        right: Box::new(bounds),
    };
    Ok(Element::new(kind, span, typing::null()).with(Role::Binary(Op::Between, true)).reading(froms))
}
