//! `Index(…)` and what stands in one (SQLAlchemy sql/schema.py).

use limbeck_types::{Expression, ExpressionKind, Index, Name, Opaque};

use super::options::{self, Target};
use super::scalar::{flag, name, optional, truth};
use super::signature::{Bound, bind};
use super::{symbol, types};
use crate::follow::value::{Call, Kind, Value};

/// The call that makes an index.
pub(crate) fn index_call(value: &Value) -> Option<&Call> {
    match &value.kind {
        Kind::Call(call) if symbol::is_call_of(value, &["Index"]) => Some(call),
        _ => None,
    }
}

/// The index that a call makes.
pub(crate) fn index(call: &Call) -> Result<Index, Opaque> {
    let bound = bind(
        call,
        "Index.__init__(self, name, *expressions, unique=, quote=, info=, _table=, _column_flag=, **kw)",
    )?;
    let name = optional(Some(bound.need("name")?), name)?;
    let elements = bound.rest.iter().map(|value| own_element(value)).collect();
    made(&bound, name, elements)
}

/// An index of the name and elements given, with what `bound` says of the rest.
pub(crate) fn made(
    bound: &Bound<'_>,
    name: Option<Name>,
    elements: Vec<Expression>,
) -> Result<Index, Opaque> {
    let quote = bound.optional("quote", truth)?;
    Ok(Index {
        name: name.map(|name| Name { quote: quote.or(name.quote), ..name }),
        span: bound.call.span,
        elements,
        unique: flag(bound.get("unique"), false)?,
        options: options::postgresql(&bound.others, Target::Index)?,
    })
}

/// A column by its name, or an expression.
pub(crate) fn element(value: &Value) -> Expression {
    match name(value) {
        Ok(name) => column_expression(name, value.span),
        Err(_) => match super::table::column_name(value) {
            Ok(name) => column_expression(name, value.span),
            Err(_) => crate::expressions::expression(value),
        },
    }
}

/// The same in an index, which tells columns of its table from others.
pub(crate) fn own_element(value: &Value) -> Expression {
    let is_outside = symbol::is_call_of(value, &["column"])
        || (super::table::column_of(value).is_some() && !crate::expressions::is_whole(value));
    match is_outside {
        true => {
            let kind = ExpressionKind::List(vec![crate::expressions::expression(value)]);
            Expression { kind, span: value.span }
        }
        false => element(value),
    }
}

fn column_expression(name: Name, span: limbeck_types::Span) -> Expression {
    let type_ = types::no_type(span);
    Expression { kind: ExpressionKind::Column { table: None, name, type_ }, span }
}
