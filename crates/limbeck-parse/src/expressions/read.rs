//! What a value is as an expression: the constructs of SQLAlchemy by name, Python's operators on them.

use limbeck_types::{ExpressionKind, FromItem, Literal, Opaque, Placeholder, Span};

use super::bind::{literal, typed_literal};
use super::combine::{binary, conjunction, merged, prefixed};
use super::construct::constructed;
use super::element::{Element, Reading, Role};
use super::operator::Op;
use super::typing::{raises, unknown};
use super::{compare, subquery, typing};
use super::{function, methods, python};
use crate::constructs;
use crate::follow::value::{Call, Kind, Value};

/// The value as an expression. A Python value stands for a bind of its own type.
pub(super) fn element(value: &Value) -> Result<Element, Opaque> {
    match symbol(value)? {
        Some(element) => Ok(element),
        None => literal(value),
    }
}

/// A condition (`roles.WhereHavingRole`).
pub(super) fn condition(value: &Value) -> Result<Element, Opaque> {
    match &value.kind {
        Kind::None => Ok(Element::constant(None, value.span)),
        Kind::Bool(truth) => Ok(Element::constant(Some(*truth), value.span)),
        _ => match symbol(value)? {
            Some(element) if element.role == Role::Select => {
                Err(unknown(value.span, "it is a select as a condition"))
            }
            Some(element) => Ok(element),
            None => Err(raises(value.span, "ArgumentError: SQL expression for WHERE/HAVING role expected")),
        },
    }
}

/// A construct of SQLAlchemy; nothing where it is a Python value.
pub(super) fn symbol(value: &Value) -> Result<Option<Element>, Opaque> {
    if python::is_python(value) {
        return Ok(None);
    }
    if let Some(column) = column(value)? {
        return Ok(Some(column));
    }
    let found = match &value.kind {
        Kind::Call(call) => called(value, call)?,
        Kind::Operator(parts) => operator(&parts.0, parts.1, &parts.2, value.span)?,
        Kind::Unary(operator, operand) => unary(operator, operand, value.span)?,
        Kind::Item(parts) => methods::item(&element(&parts.0)?, &parts.1, value.span)?,
        Kind::Attribute(parts) => methods::attribute(&parts.0, &parts.1, value.span)?,
        _ => return Err(constructs::unknown(value)),
    };
    Ok(Some(found))
}

/// `table.c.x`, `alias.c.x`.
pub(super) fn column(value: &Value) -> Result<Option<Element>, Opaque> {
    if let Some(found) = constructs::column_of(value) {
        let (table, name, type_) = found?;
        let from = Reading { item: FromItem::Table(table.clone(), None), object: object(value) };
        let kind = ExpressionKind::Column { table: Some(table), name, type_: type_.clone() };
        let is_renamed = match (&value.kind, &kind) {
            (Kind::Attribute(parts), ExpressionKind::Column { name, .. }) => parts.1 != name.text,
            (Kind::Item(parts), ExpressionKind::Column { name, .. }) => {
                !matches!(&parts.1.kind, Kind::Text(key) if key.value == name.text)
            }
            _ => false,
        };
        let column = Element::new(kind, value.span, type_).reading(vec![from]);
        return Ok(Some(Element { is_whole: is_whole(value), is_renamed, ..column }));
    }
    subquery::column_of(value)
}

/// The number of the call that made the table of `table.c.x`.
pub(super) fn object(column: &Value) -> u32 {
    let collection = match &column.kind {
        Kind::Attribute(parts) => &parts.0,
        Kind::Item(parts) => &parts.0,
        _ => return 0,
    };
    match &collection.kind {
        Kind::Attribute(of) => super::source::number(&of.0),
        _ => 0,
    }
}

/// Whether a column is a `sa.Column`, and no `sa.column`.
pub(crate) fn is_whole(column: &Value) -> bool {
    let collection = match &column.kind {
        Kind::Attribute(parts) => &parts.0,
        Kind::Item(parts) => &parts.0,
        _ => return false,
    };
    let Kind::Attribute(of) = &collection.kind else { return false };
    match &of.0.kind {
        Kind::Call(call) => {
            let whole = |argument: &Value| constructs::is_call_of(argument, &["Column"]);
            constructs::is_call_of(&of.0, &["Table"]) || call.positional.iter().any(whole)
        }
        _ => false,
    }
}

/// A call of a construct, of `func.…`, or of a method of an expression.
pub(super) fn called(value: &Value, call: &Call) -> Result<Element, Opaque> {
    if let Some(text) = super::text(value) {
        return Ok(Element::new(ExpressionKind::Text(text?), call.span, typing::null()).with(Role::Text));
    }
    if let Some(path) = constructs::dotted(&call.callee) {
        if let Some(names) = function::names(&path) {
            return function::called(names, call);
        }
        if path == "alembic.op.inline_literal" {
            return typed_literal(call, "inline_literal(value, type_=)", Placeholder::Never);
        }
        if let Some(construct) = constructs::construct(&path) {
            return constructed(value, call, construct.name);
        }
        return Err(constructs::unknown(value));
    }
    match &call.callee.kind {
        Kind::Attribute(parts) => methods::called(&parts.0, &parts.1, call),
        // `x.op("…")(y)`.
        Kind::Call(inner) => match &inner.callee.kind {
            Kind::Attribute(parts) if matches!(parts.1.as_str(), "op" | "bool_op") => {
                methods::custom(inner, &parts.0, call)
            }
            _ => Err(constructs::unknown(value)),
        },
        _ => Err(constructs::unknown(value)),
    }
}

/// A select where one value is wanted has parentheses.
pub(super) fn scalar(element: Element) -> Element {
    if element.role == Role::Select { element.grouped() } else { element }
}

pub(super) fn froms_of(elements: &[Element]) -> Vec<Reading> {
    elements.iter().fold(Vec::new(), |froms, element| merged(froms, &element.froms))
}

/// A Python operator of which one side is a construct.
pub(super) fn operator(left: &Value, operator: &str, right: &Value, span: Span) -> Result<Element, Opaque> {
    if matches!(operator, "and" | "or" | "in" | "not in" | "is" | "is not") {
        return Err(unknown(
            span,
            format!("it is Python's `{operator}` of something that is no Python value"),
        ));
    }
    let reversed = python::is_python(left);
    if operator == "%" && matches!(left.kind, Kind::Text(_) | Kind::Bytes(_)) {
        return Err(unknown(span, "it is text that Python formats"));
    }
    let (subject, other) = if reversed { (right, left) } else { (left, right) };
    let subject = element(subject)?;
    if subject.role == Role::Text {
        return match operator {
            "&" if !reversed => Ok(conjunction(&Op::And, vec![subject, condition(other)?], span)),
            _ => Err(raises(span, "TypeError: unsupported operand type for TextClause")),
        };
    }
    compare::operated(subject, operator, other, reversed, span)
}

/// `-x`, `~x`, `not x`.
fn unary(operator: &str, operand: &Value, span: Span) -> Result<Element, Opaque> {
    let operand = element(operand)?;
    if operand.role == Role::Text {
        return Err(raises(span, format!("TypeError: bad operand type for unary {operator}: 'TextClause'")));
    }
    if matches!(operand.expression.kind, ExpressionKind::Label(..)) {
        return Err(unknown(span, format!("it is `{operator}` of a label")));
    }
    match operator {
        "~" => operand.negated(),
        "-" => {
            let type_ = operand.type_.clone();
            Ok(prefixed(operand.self_group(Some(&Op::Neg)), Op::Neg, "-", type_))
        }
        _ => Err(unknown(span, format!("it is Python's `{operator}` of something that is no Python value"))),
    }
}

/// The comparison of two elements, the type of the result being boolean.
pub(super) fn compared(left: Element, op: Op, right: Element, span: Span) -> Element {
    binary(left, op, right, typing::boolean(), span)
}

/// A literal that stands nowhere.
pub(super) fn made_literal(text: &str, span: Span) -> Literal {
    Literal {
        span,
        value: text.to_owned(),
        pieces: std::iter::once(limbeck_types::Piece { value_start: 0, span, verbatim: false }).collect(),
    }
}
