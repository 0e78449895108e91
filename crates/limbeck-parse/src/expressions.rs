//! From the follower's values to expressions and statements of SQLAlchemy as plain data.
//!
//! It owns what SQLAlchemy's expression language makes of them: which type a Python value takes, where operands need
//! parentheses. It refuses to guess: what is not known, and what SQLAlchemy raises on, is opaque with the reason.
#![allow(dead_code)]

use limbeck_types::{
    BulkInsert, Expression, ExpressionKind, Opaque, PythonValue, Span, SqlStatement, SqlText,
};

use crate::follow::value::{Kind, Value};

/// A construct as an expression.
pub(crate) fn expression(value: &Value) -> Expression {
    Expression { kind: ExpressionKind::Opaque(not_read(value.span)), span: value.span }
}

/// `text(…)`, or a plain `str` as text.
pub(crate) fn sql_text(value: &Value) -> Option<SqlText> {
    match &value.kind {
        Kind::Text(literal) => {
            Some(SqlText { text: limbeck_types::Literal::clone(literal), binds: Vec::new() })
        }
        _ => None,
    }
}

/// What is executed.
pub(crate) fn statement(value: &Value) -> SqlStatement {
    sql_text(value).map_or_else(|| SqlStatement::Opaque(not_read(value.span)), SqlStatement::Text)
}

/// `op.bulk_insert(table, rows)`.
pub(crate) fn bulk_insert(table: &Value, _rows: &Value) -> Result<BulkInsert, Opaque> {
    Err(not_read(table.span))
}

/// A value of Python.
pub(crate) fn python_value(value: &Value) -> Result<PythonValue, Opaque> {
    Err(not_read(value.span))
}

fn not_read(span: Span) -> Opaque {
    Opaque { span, reason: "it is an expression that is not read yet".to_owned(), import: None }
}
