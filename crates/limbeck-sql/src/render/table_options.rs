//! What stands behind the closing parenthesis of `CREATE TABLE` (SQLAlchemy dialects/postgresql/base.py,
//! `post_create_table`).

use limbeck_types::{CreateTable, Opaque};

use super::context::Context;
use super::sql::Sql;
use super::{options, quote};

/// `PARTITION BY LIST (x)` and its kin, each on a line of its own.
pub(crate) fn suffix(create: &CreateTable, context: Context) -> Result<Sql, Opaque> {
    let given = &create.options;
    let mut sql = Sql::new(context.call);
    if options::value(given, "inherits")?.is_some() {
        let parents = options::texts(given, "inherits")?;
        let parents: Vec<_> = parents.iter().map(|parent| quote::text(&parent.value, context)).collect();
        sql.word("\n INHERITS (").word(&parents.join(", ")).word(")");
    }
    if let Some(text) = options::text(given, "partition_by")? {
        sql.word("\n PARTITION BY ").literal(text);
    }
    if let Some(text) = options::text(given, "using")? {
        sql.word("\n USING ").literal(text);
    }
    if let Some(parameters) = options::with_clause(given)? {
        sql.word("\n WITH (").word(&parameters).word(")");
    }
    match options::flag(given, "with_oids")? {
        Some(true) => sql.word("\n WITH OIDS"),
        Some(false) => sql.word("\n WITHOUT OIDS"),
        None => &mut sql,
    };
    if let Some(text) = options::text(given, "on_commit")? {
        sql.word("\n ON COMMIT ").sourced(&text.value.replace('_', " ").to_uppercase(), text.span);
    }
    if let Some(text) = options::text(given, "tablespace")? {
        sql.word("\n TABLESPACE ").sourced(&quote::text(&text.value, context), text.span);
    }
    Ok(sql)
}
