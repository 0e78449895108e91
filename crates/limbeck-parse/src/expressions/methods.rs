//! Methods and operators of an expression: comparisons, arithmetic, `in_`, `like`, `desc`, `label` and their kin
//! (SQLAlchemy sql/default_comparator.py, sql/operators.py).

use limbeck_types::{Expression, ExpressionKind, Name, Opaque, PythonValue, Span, SqlTypeKind};

use super::element::{Element, Role, binary, conjunction, in_list, merged, prefixed};
use super::operator::{Custom, Match, Op};
use super::read::{
    cast, collate, compared, condition, element, expanding_list, made_literal, operand, symbol,
};
use super::typing::{self, adapt, raises, unknown};
use super::{python, select};
use crate::constructs;
use crate::follow::value::{Call, Kind, Value};

/// A method that is called on what may be an expression, or a statement.
pub(super) fn called(object: &Value, name: &str, call: &Call) -> Result<Element, Opaque> {
    if let Some(found) = select::method(object, name, call)? {
        return Ok(found);
    }
    let span = call.span;
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
    let _ = object;
    Err(unknown(span, format!("it is the attribute `{name}` of something")))
}

/// `x[…]`.
pub(super) fn item(subject: &Element, index: &Value, span: Span) -> Result<Element, Opaque> {
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
        if !reversed
            && let Some(right) = symbol(other)?
            && right.is_more_special(&subject)
        {
            return Ok(compared(right, op.mirrored(), subject, span));
        }
        return compare(subject, if reversed { op.mirrored() } else { op }, other, span);
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
fn compare(subject: Element, op: Op, other: &Value, span: Span) -> Result<Element, Opaque> {
    if subject.role == Role::Select {
        return Err(unknown(span, "it is a comparison of a select"));
    }
    let constant = match &other.kind {
        Kind::None => Some(None),
        Kind::Bool(truth) => Some(Some(*truth)),
        _ => match symbol(other)? {
            Some(Element { role: Role::Constant(truth), .. }) => Some(truth),
            _ => None,
        },
    };
    if subject.role == Role::Aggregate {
        let left = match constant {
            Some(truth) => Element::constant(truth, other.span),
            None => operand(other, &subject)?,
        };
        return Ok(compared(left, op.mirrored(), subject, span));
    }
    let Some(truth) = constant else {
        let right = operand(other, &subject)?;
        if right.role == Role::Aggregate && !matches!(op, Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Gt | Op::Ge)
        {
            return Err(unknown(span, "it is a comparison with `any_` or `all_`"));
        }
        return Ok(compared(subject, op, right, span));
    };
    let right = Element::constant(truth, other.span);
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

/// What `like` and its kin take: no constant.
fn matched_operand(value: &Value, subject: &Element) -> Result<Element, Opaque> {
    let constant = match value.kind {
        Kind::None | Kind::Bool(_) => true,
        _ => matches!(symbol(value)?, Some(Element { role: Role::Constant(_), .. })),
    };
    match constant {
        true => Err(raises(
            value.span,
            "ArgumentError: Only '=', '!=', 'is_()', 'is_not()', 'is_distinct_from()', 'is_not_distinct_from()' operators can be used with None/True/False",
        )),
        false => operand(value, subject),
    }
}

/// `in_`, `not_in`.
fn within(subject: Element, list: &Value, negated: bool, span: Span) -> Result<Element, Opaque> {
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
        return Ok(in_list(subject, expanding_list(list, Some(type_))?, negated));
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

/// `contains`, `startswith`, `endswith`.
fn matched(subject: Element, name: &str, call: &Call) -> Result<Element, Opaque> {
    let span = call.span;
    let string = matches!(subject.type_.kind, SqlTypeKind::String { .. } | SqlTypeKind::Null);
    if !string {
        return Err(unknown(span, format!("it is `{name}` of something that is no text")));
    }
    let bound = constructs::bind(call, "contains(other, escape=, autoescape=)")?;
    let mut escape = bound.optional("escape", constructs::text)?;
    let other = bound.need("other")?;
    let right = match constructs::flag(bound.get("autoescape"), false)? {
        false => matched_operand(other, &subject)?,
        true => {
            let text = constructs::text(other)?;
            let mark = escape.get_or_insert_with(|| "/".to_owned()).clone();
            let text =
                if mark == "%" || mark == "_" { text } else { text.replace(&mark, &format!("{mark}{mark}")) };
            let text = text.replace('%', &format!("{mark}%")).replace('_', &format!("{mark}_"));
            let value = PythonValue::Text(made_literal(&text, other.span));
            let type_ = typing::beside(&value, &subject.type_, other.span)?;
            Element::bind(value, type_, other.span)
        }
    };
    let which = match name {
        "contains" => Match::Contains,
        "startswith" => Match::StartsWith,
        _ => Match::EndsWith,
    };
    let op = Op::Match(which, false);
    let froms = merged(subject.froms.clone(), &right.froms);
    let concat = matches!(&right.role, Role::Binary(Op::Concat, _) | Role::Many(Op::Concat));
    let right = if concat { right } else { right.self_group(Some(&op)) };
    let percent = || Element::verbatim("'%'", span, typing::string());
    let joined = |left: Element, right: Element| binary(left, Op::Concat, right, typing::string(), span);
    let pattern = match which {
        Match::Contains => joined(joined(percent(), right), percent()),
        Match::StartsWith => joined(right, percent()),
        Match::EndsWith => joined(percent(), right),
    };
    let left = subject.self_group(Some(&op));
    let kind = ExpressionKind::Binary {
        left: Box::new(left.expression),
        operator: "LIKE".to_owned(),
        right: Box::new(pattern.expression),
    };
    let found = Element::new(kind, span, typing::boolean()).with(Role::Binary(op, true)).reading(froms);
    Ok(escaped(found, escape))
}

/// `… ESCAPE '/'`.
fn escaped(comparison: Element, escape: Option<String>) -> Element {
    let Some(escape) = escape else { return comparison };
    let span = comparison.span();
    let suffix = format!(" ESCAPE '{}'", escape.replace('\'', "''"));
    let kind = ExpressionKind::Suffix(Box::new(comparison.expression.clone()), suffix);
    Element { expression: Expression { kind, span }, ..comparison }
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
