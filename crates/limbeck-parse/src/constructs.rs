//! SQLAlchemy's constructs as the plain data of limbeck-types: columns, types, constraints, indexes, tables.
//!
//! It owns what their parameters mean, by the signatures of SQLAlchemy 2.1.9. It refuses to guess: what a parameter that
//! changes the SQL is worth must be known, or the construct is opaque with the reason; what only the ORM reads is not looked
//! at. Expressions are the business of `expressions`.

mod column;
mod constraint;
mod create;
mod default;
mod foreign_key;
mod index;
mod options;
mod scalar;
mod signature;
mod symbol;
mod table;
mod types;

use limbeck_types::{Expression, ExpressionKind, SqlText};

pub(crate) use column::{column, key as column_key};
pub(crate) use constraint::{exclude_elements, exclude_kind, made as named_constraint, references};
pub(crate) use create::{create_table, table_create};
pub(crate) use default::{sequence, server_default};
pub(crate) use index::{index, index_call, made as named_index, own_element as index_element};
pub(crate) use options::{Target, postgresql as postgresql_options};
pub(crate) use scalar::{blame, entries, flag, items, literal, name, optional, raises, text, truth, unknown};
pub(crate) use signature::{Bound, bind};
pub(crate) use symbol::{construct, dotted, is_call_of};
pub(crate) use table::{column_name, column_of, table, table_name};
pub(crate) use types::{enum_type, sql_type};

use crate::follow::value::{Kind, Value};

/// An expression where SQLAlchemy takes a `str` for SQL: the condition of a check, what a column is computed from.
pub(crate) fn sql_expression(value: &Value) -> Expression {
    match &value.kind {
        Kind::Text(literal) => {
            let text = SqlText { text: limbeck_types::Literal::clone(literal), binds: Vec::new() };
            Expression { kind: ExpressionKind::Text(text), span: value.span }
        }
        _ => crate::expressions::expression(value),
    }
}
