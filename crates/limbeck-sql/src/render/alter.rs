//! What changes a table that is there: columns that come and go, and new names (alembic ddl/base.py, ddl/postgresql.py,
//! operations/toimpl.py).

use limbeck_types::{AddColumn, ConstraintKind, ForeignKey, Name, Opaque, TableName};

use super::column::{self, Place, autoincrement_column};
use super::constraint::{Owner, constraint, references};
use super::context::Context;
use super::naming::Convention;
use super::output::Output;
use super::sql::Sql;
use super::table::{column_index, column_unique};
use super::table_check::is_early;
use super::type_check::type_checks;
use super::{comment, index, named_type, quote};

/// `ALTER TABLE t ADD COLUMN …`, and the constraints, index and comment of the column.
pub(crate) fn add_column(output: &mut Output, add: &AddColumn, convention: &Convention, context: Context) {
    let mut add = add.clone();
    add.column.type_ = named_type::in_schema(&add.column.type_, add.table.schema.as_ref());
    let (table, column) = (&add.table, &add.column);
    if let Err(opaque) = column::check(column) {
        return output.opaque(opaque);
    }
    let keys: Vec<_> = column
        .constraints
        .iter()
        .filter_map(|inner| match &inner.kind {
            ConstraintKind::ForeignKey(key) => Some((inner, key)),
            _ => None,
        })
        .collect();
    let inlines = add.inline_references && keys.len() == 1;
    let owner = Owner { table, column: Some(&column.name), sees_referred: false };
    let constraints: Result<Vec<Sql>, Opaque> = (|| {
        let mut rendered = Vec::new();
        if column.unique && !column.index {
            rendered.push(constraint(&column_unique(column), owner, convention, context)?);
        }
        for check in type_checks(column, context)? {
            rendered.push(constraint(&check, owner, convention, context)?);
        }
        for (inner, _) in &keys {
            // The name is made also where it is not rendered.
            let key = constraint(inner, owner, convention, context)?;
            if !inlines {
                rendered.push(key);
            }
        }
        Ok(rendered)
    })();
    // Names are made before anything is printed.
    if let Err(opaque) = &constraints
        && is_early(opaque)
    {
        return output.opaque(opaque.clone());
    }
    output.add(definition(&add, inlines.then(|| keys[0]), convention, context));
    match constraints {
        Ok(constraints) => {
            constraints.into_iter().for_each(|constraint| output.add(Ok(added(table, constraint, context))))
        }
        Err(opaque) => output.opaque(opaque),
    }
    if column.index {
        output.add(index::create(table, &column_index(column), index::Of::Table, false, convention, context));
    }
    if let Some(text) = &column.comment {
        output.add(Ok(comment::on_column(table, &column.name, text, context)));
    }
}

fn definition(
    add: &AddColumn,
    inlined: Option<(&limbeck_types::Constraint, &ForeignKey)>,
    convention: &Convention,
    context: Context,
) -> Result<Sql, Opaque> {
    let column = &add.column;
    let refers = column.constraints.iter().any(|inner| matches!(inner.kind, ConstraintKind::ForeignKey(_)));
    let counts = column.primary_key && autoincrement_column(&[column], |_| refers)?.is_some();
    let place = Place { in_primary_key: column.primary_key, autoincrements: counts };
    let mut sql = altered(&add.table, context);
    sql.word(" ADD COLUMN ").word(if add.if_not_exists { "IF NOT EXISTS " } else { "" });
    column::specification(&mut sql, column, place, context)?;
    if add.inline_primary_key && column.primary_key {
        sql.word(" PRIMARY KEY");
    }
    if let Some((inner, key)) = inlined {
        let own = [&column.name];
        let referred: Vec<&Name> = if key.referred_columns.is_empty() {
            own.to_vec()
        } else {
            key.referred_columns.iter().collect()
        };
        sql.word(" ");
        references(&mut sql, inner, key, &referred, context)?;
    }
    column::checks(&mut sql, column, &add.table, convention, context)?;
    Ok(sql)
}

/// `ALTER TABLE t ADD` and a constraint.
pub(crate) fn added(table: &TableName, constraint: Sql, context: Context) -> Sql {
    let mut sql = Sql::new(context.call);
    sql.word("ALTER TABLE ")
        .sourced(&quote::table(table, context), table.name.span)
        .word(" ADD ")
        .append(constraint);
    sql
}

/// `ALTER TABLE t DROP COLUMN c`.
pub(crate) fn drop_column(table: &TableName, column: &Name, if_exists: bool, context: Context) -> Sql {
    let mut sql = altered(table, context);
    sql.word(" DROP COLUMN ").word(if if_exists { "IF EXISTS " } else { "" });
    sql.sourced(&quote::name(column, context), column.span);
    sql
}

/// `ALTER TABLE t RENAME TO u`.
pub(crate) fn rename_table(table: &TableName, new_name: &Name, context: Context) -> Sql {
    let mut sql = altered(table, context);
    sql.word(" RENAME TO ").sourced(&quote::name(new_name, context), new_name.span);
    sql
}

/// `DROP TABLE t`.
pub(crate) fn drop_table(table: &TableName, if_exists: bool, context: Context) -> Sql {
    let mut sql = Sql::new(context.call);
    sql.word("\nDROP TABLE ").word(if if_exists { "IF EXISTS " } else { "" });
    sql.sourced(&quote::table(table, context), table.name.span);
    sql
}

/// `ALTER TABLE t`, as alembic's own constructs begin.
pub(crate) fn altered(table: &TableName, context: Context) -> Sql {
    let mut sql = Sql::new(context.call);
    sql.word("ALTER TABLE ").sourced(&quote::altered_table(table, context), table.name.span);
    sql
}
