//! `op.drop_constraint` (alembic operations/schemaobj.py, `generic_constraint`; SQLAlchemy sql/compiler.py,
//! `visit_drop_constraint`).

use limbeck_types::{Name, Opaque, TableName};

use super::context::{Context, raises};
use super::naming::{self, Convention, FinalName, Subject};
use super::quote;
use super::sql::Sql;

/// `ALTER TABLE t DROP CONSTRAINT c`; the naming convention applies as if the constraint had no columns.
pub(crate) fn drop_constraint(
    table: &TableName,
    name: Option<&Name>,
    kind: Option<&str>,
    if_exists: bool,
    convention: &Convention,
    context: Context,
) -> Result<Sql, Opaque> {
    let key = match kind {
        None => None,
        Some("foreignkey") => Some("fk"),
        Some("primary") => Some("pk"),
        Some("unique") => Some("uq"),
        Some("check") => Some("ck"),
        Some(_) => {
            let error = "'type' can be one of 'check', 'foreignkey', 'primary', 'unique', None";
            return Err(raises(context.call, error));
        }
    };
    let subject =
        Subject { table, key, columns: Some(&[]), outside: &[], referred: None, span: context.call };
    named(table, naming::final_name(name, subject, convention)?.as_ref(), if_exists, context)
}

/// The statement, once the name is known.
pub(crate) fn named(
    table: &TableName,
    name: Option<&FinalName>,
    if_exists: bool,
    context: Context,
) -> Result<Sql, Opaque> {
    let Some(name) = name else {
        return Err(raises(context.call, "Can't emit DROP CONSTRAINT for constraint; it has no name"));
    };
    let (name, span) = name.render(context)?;
    let mut sql = Sql::new(context.call);
    sql.word("ALTER TABLE ")
        .sourced(&quote::table(table, context), table.name.span)
        .word(" DROP CONSTRAINT ");
    sql.word(if if_exists { "IF EXISTS " } else { "" }).sourced(&name, span);
    Ok(sql)
}
