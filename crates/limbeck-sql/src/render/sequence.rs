//! Sequences and schemas (SQLAlchemy sql/compiler.py, `visit_create_sequence`, `visit_create_schema`).

use limbeck_types::{Name, Opaque, Sequence};

use super::column::sequence_options;
use super::context::Context;
use super::quote;
use super::sql::Sql;
use super::sql_type::sql_type;

/// `CREATE SEQUENCE s AS BIGINT START WITH 1`.
pub(crate) fn create(sequence: &Sequence, if_not_exists: bool, context: Context) -> Result<Sql, Opaque> {
    let mut sql = Sql::new(context.call);
    sql.word("CREATE SEQUENCE ").word(if if_not_exists { "IF NOT EXISTS " } else { "" });
    sql.sourced(&name(sequence, context), sequence.name.span);
    if let Some(type_) = &sequence.data_type {
        sql.word(" AS ").word(&sql_type(type_, context)?);
    }
    let options = sequence_options(&sequence.options);
    if !options.is_empty() {
        sql.word(" ").word(&options);
    }
    Ok(sql)
}

/// `DROP SEQUENCE s`.
pub(crate) fn drop(sequence: &Sequence, if_exists: bool, context: Context) -> Sql {
    let mut sql = Sql::new(context.call);
    sql.word("DROP SEQUENCE ").word(if if_exists { "IF EXISTS " } else { "" });
    sql.sourced(&name(sequence, context), sequence.name.span);
    sql
}

/// `CREATE SCHEMA s`.
pub(crate) fn create_schema(schema: &Name, if_not_exists: bool, context: Context) -> Sql {
    let mut sql = Sql::new(context.call);
    sql.word("CREATE SCHEMA ").word(if if_not_exists { "IF NOT EXISTS " } else { "" });
    sql.sourced(&quote::name(schema, context), schema.span);
    sql
}

/// `DROP SCHEMA s CASCADE`.
pub(crate) fn drop_schema(schema: &Name, if_exists: bool, cascade: bool, context: Context) -> Sql {
    let mut sql = Sql::new(context.call);
    sql.word("DROP SCHEMA ").word(if if_exists { "IF EXISTS " } else { "" });
    sql.sourced(&quote::name(schema, context), schema.span).word(if cascade { " CASCADE" } else { "" });
    sql
}

/// The sequence with its schema.
pub(crate) fn name(sequence: &Sequence, context: Context) -> String {
    let name = quote::name(&sequence.name, context);
    match &sequence.schema {
        Some(schema) => format!("{}.{name}", quote::name(schema, context)),
        None => name.into_owned(),
    }
}
