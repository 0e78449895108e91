//! Items of JSON columns: `t.c.data["x"]` and `t.c.data["x"].astext` (SQLAlchemy dialects/postgresql/json.py;
//! dialects/postgresql/base.py, `visit_json_getitem_op_binary`).

use limbeck_types::{Expression, ExpressionKind, Opaque, Placeholder, Span, SqlTypeKind};

use super::element::{Element, Role};
use super::operator::Op;
use super::{python, typing};
use crate::follow::value::{Kind, Value};

/// `data[key]`: a subscript of JSONB, `->` of JSON.
pub(super) fn item(subject: Element, key: &Value, span: Span) -> Result<Element, Opaque> {
    let (type_, froms) = (subject.type_.clone(), subject.froms.clone());
    let right = bound(key)?;
    let jsonb = matches!(type_.kind, SqlTypeKind::Jsonb { .. });
    let left = subject.self_group(Some(&Op::JsonItem));
    let kind = match jsonb {
        true => {
            let called =
                matches!(left.expression.kind, ExpressionKind::Function { .. } | ExpressionKind::Cast(..));
            let left = if called { left.grouped() } else { left };
            ExpressionKind::Subscript(Box::new(left.expression), Box::new(right.expression))
        }
        false => eager(left, "->", right, span),
    };
    Ok(Element::new(kind, span, type_).with(Role::Binary(Op::JsonItem, false)).reading(froms))
}

/// `data[key].astext`. The generic JSON type has no `astext`, and which of the two it is is not known here.
pub(super) fn as_text(subject: Element, key: &Value, span: Span) -> Result<Element, Opaque> {
    if !matches!(subject.type_.kind, SqlTypeKind::Jsonb { .. }) {
        return Err(typing::unknown(span, "it is `astext` of something that is no JSONB"));
    }
    let froms = subject.froms.clone();
    let right = bound(key)?;
    let right = match (subject.names_binds(), &key.kind) {
        (Placeholder::Anonymous(base), Kind::Text(_)) => right.placed(Placeholder::Key(base)),
        _ => right,
    };
    let left = subject.self_group(Some(&Op::AsText));
    let kind = eager(left, "->>", right, span);
    let type_ = typing::of(SqlTypeKind::String {
        kind: limbeck_types::StringKind::Text,
        length: None,
        collation: None,
    });
    Ok(Element::new(kind, span, type_).with(Role::Binary(Op::AsText, false)).reading(froms))
}

/// A key or an index; a path is something else.
fn bound(key: &Value) -> Result<Element, Opaque> {
    let type_ = match key.kind {
        Kind::Int(_) => typing::integer(),
        Kind::Text(_) => typing::string(),
        _ => return Err(typing::unknown(key.span, "it is a path, or a key that is not known")),
    };
    Ok(Element::bind(python::python_value(key)?, type_, key.span))
}

/// An operator that has parentheses wherever another one is around it.
fn eager(left: Element, operator: &str, right: Element, span: Span) -> ExpressionKind {
    let kind = ExpressionKind::Binary {
        left: Box::new(left.expression),
        operator: operator.to_owned(),
        right: Box::new(right.expression),
    };
    ExpressionKind::Eager(Box::new(Expression { kind, span }))
}
