//! From the follower's values to expressions and statements of SQLAlchemy as plain data.
//!
//! It owns what SQLAlchemy's expression language makes of them: which type a Python value takes, where operands need
//! parentheses. It refuses to guess: what is not known, and what SQLAlchemy raises on, is opaque with the reason.

mod bind;
mod bulk;
mod change;
mod columns;
mod combine;
mod compare;
mod construct;
mod element;
mod function;
mod json;
mod matched;
mod methods;
mod operator;
mod python;
mod read;
mod row;
mod select;
mod source;
mod statement;
mod subquery;
mod typing;
mod whole;

use limbeck_types::{
    BulkInsert, Expression, ExpressionKind, Literal, Opaque, Placeholder, SqlStatement, SqlText,
};

use crate::constructs;
use crate::follow::value::{Kind, Value};

pub(crate) use columns::names_column;
pub(crate) use python::python_value;
pub(crate) use read::is_whole;

/// A construct as an expression, [`ExpressionKind::Opaque`] where it is not known.
pub(crate) fn expression(value: &Value) -> Expression {
    match read::element(value) {
        Ok(found) => read::scalar(found).expression,
        Err(opaque) => Expression { kind: ExpressionKind::Opaque(opaque), span: value.span },
    }
}

/// `text(…)` with its binds, or a plain `str` as text; nothing where it is something else or not known.
pub(crate) fn sql_text(value: &Value) -> Option<SqlText> {
    text(value).and_then(Result::ok)
}

/// What is executed, [`SqlStatement::Opaque`] where it is not known.
pub(crate) fn statement(value: &Value) -> SqlStatement {
    if let Some(text) = text(value) {
        return text.map_or_else(SqlStatement::Opaque, SqlStatement::Text);
    }
    statement::statement(value).unwrap_or_else(SqlStatement::Opaque)
}

/// `op.bulk_insert(table, rows)`.
pub(crate) fn bulk_insert(table: &Value, rows: &Value) -> Result<BulkInsert, Opaque> {
    bulk::bulk_insert(table, rows)
}

fn text(value: &Value) -> Option<Result<SqlText, Opaque>> {
    match &value.kind {
        Kind::Text(literal) => Some(Ok(SqlText { text: Literal::clone(literal), binds: Vec::new() })),
        Kind::Call(call) if constructs::is_call_of(value, &["text"]) => Some(called(call)),
        Kind::Call(call) => match &call.callee.kind {
            Kind::Attribute(parts) if parts.1 == "bindparams" => {
                let inner = text(&parts.0)?;
                Some(inner.and_then(|text| bound(text, call)))
            }
            Kind::Attribute(parts) if parts.1 == "params" => {
                let inner = text(&parts.0)?;
                Some(inner.and_then(|text| given(text, call)))
            }
            Kind::Attribute(parts) if parts.1 == "execution_options" => text(&parts.0),
            _ => None,
        },
        _ => None,
    }
}

fn called(call: &crate::follow::value::Call) -> Result<SqlText, Opaque> {
    let bound = constructs::bind(call, "text(text)")?;
    Ok(SqlText { text: constructs::literal(bound.need("text")?)?, binds: Vec::new() })
}

/// `.bindparams(bindparam(…), name=value)`.
fn bound(mut text: SqlText, call: &crate::follow::value::Call) -> Result<SqlText, Opaque> {
    for given in &call.positional {
        match &given.kind {
            Kind::Call(inner) if constructs::is_call_of(given, &["bindparam"]) => {
                let (name, element) = bind::bindparam(inner)?;
                text.binds.push((name, element.expression));
            }
            _ => return Err(constructs::unknown(given)),
        }
    }
    let names = text.binds.iter().map(|(name, _)| name.as_str());
    let names = names.chain(call.keywords.iter().map(|(name, _)| name.as_str()));
    if let Some(name) = names.into_iter().find(|name| !text.text.value.contains(&format!(":{name}"))) {
        let error =
            format!("ArgumentError: This text() construct doesn't define a bound parameter named '{name}'");
        return Err(typing::raises(call.span, error));
    }
    for (name, given) in &call.keywords {
        let python = python_value(given)?;
        // A bind that was given its type before keeps it.
        let known = text.binds.iter().rev().find(|(known, _)| name == known);
        let type_ = match known.map(|(_, known)| &known.kind) {
            Some(ExpressionKind::Typed(_, type_, _)) if type_.kind != limbeck_types::SqlTypeKind::Null => {
                type_.clone()
            }
            Some(ExpressionKind::Typed(..)) | None => typing::of_value(&python),
            Some(_) => return Err(typing::unknown(given.span, "it is a bind that is given twice")),
        };
        let kind = ExpressionKind::Typed(python, type_, Placeholder::Given(name.to_string()));
        text.binds.push((name.to_string(), Expression { kind, span: given.span }));
    }
    Ok(text)
}

/// `.params(name=value)`: the value that a bind gets when it is executed, which does not change its type.
fn given(mut text: SqlText, call: &crate::follow::value::Call) -> Result<SqlText, Opaque> {
    let given = call.keywords.iter().map(|(name, value)| (name.to_string(), value.clone()));
    let mut values: Vec<(String, Value)> = given.collect();
    for given in &call.positional {
        values.extend(constructs::entries(given)?);
    }
    for (name, given) in values {
        let known = text.binds.iter().rev().find(|(known, _)| *known == name).map(|(_, known)| &known.kind);
        let type_ = match known {
            Some(ExpressionKind::Typed(_, type_, _)) => type_.clone(),
            None => typing::null(),
            Some(_) => return Err(typing::unknown(given.span, "it is a bind that is given twice")),
        };
        let kind = ExpressionKind::Typed(python_value(&given)?, type_, Placeholder::Given(name.clone()));
        text.binds.push((name, Expression { kind, span: given.span }));
    }
    Ok(text)
}
