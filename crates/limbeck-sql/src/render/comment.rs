//! Comments (SQLAlchemy sql/compiler.py, `visit_set_table_comment`, `visit_set_column_comment`).

use limbeck_types::{Name, TableName};

use super::context::Context;
use super::sql::Sql;
use super::{literal_value, quote};

/// `COMMENT ON TABLE t IS '…'`.
pub(crate) fn on_table(table: &TableName, comment: Option<&str>, context: Context) -> Sql {
    let mut sql = Sql::new(context.call);
    sql.word("COMMENT ON TABLE ").sourced(&quote::table(table, context), table.name.span).word(" IS ");
    sql.word(&value(comment, context));
    sql
}

/// `COMMENT ON COLUMN t.c IS '…'`, as SQLAlchemy says it of a column that it has.
pub(crate) fn on_column(table: &TableName, column: &Name, comment: &str, context: Context) -> Sql {
    with_table(&quote::table(table, context), table, column, Some(comment), context)
}

/// The same as `alter_column` says it, where each part of a dotted schema is quoted by itself (alembic ddl/postgresql.py,
/// `visit_column_comment`).
pub(crate) fn on_altered_column(
    table: &TableName,
    column: &Name,
    comment: Option<&str>,
    context: Context,
) -> Sql {
    with_table(&quote::altered_table(table, context), table, column, comment, context)
}

fn with_table(shown: &str, table: &TableName, column: &Name, comment: Option<&str>, context: Context) -> Sql {
    let mut sql = Sql::new(context.call);
    sql.word("COMMENT ON COLUMN ").sourced(shown, table.name.span).word(".");
    sql.sourced(&quote::name(column, context), column.span).word(" IS ").word(&value(comment, context));
    sql
}

fn value(comment: Option<&str>, context: Context) -> String {
    comment.map_or("NULL".to_owned(), |comment| literal_value::text(comment, context))
}
