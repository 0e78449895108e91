//! `op.alter_column`: one statement for each attribute, in alembic's order (alembic operations/toimpl.py, ddl/impl.py,
//! ddl/postgresql.py).

use limbeck_types::{
    AlterColumn, Constraint, Identity, Opaque, SequenceOptions, ServerDefault, ServerDefaultChange, SqlType,
};

use super::alter::{added, altered};
use super::column::{default_value, identity_clause, sequence_options};
use super::constraint::{self, Owner, constraint};
use super::context::{Context, raises};
use super::naming::Convention;
use super::output::Output;
use super::sql::Sql;
use super::sql_type::sql_type;
use super::type_check::checks_of;
use super::{comment, drop_constraint, quote};

/// All that one call prints.
pub(crate) fn alter_column(
    output: &mut Output,
    alter: &AlterColumn,
    convention: &Convention,
    context: Context,
) {
    if let (Some(existing), Some(_)) = (&alter.existing_type, &alter.type_) {
        for check in checks(existing, alter, output) {
            let name = constraint::name(&check, owner(alter), convention);
            output.add(
                name.and_then(|name| drop_constraint::named(&alter.table, name.as_ref(), false, context)),
            );
        }
    }
    if alter.using.is_some() && alter.type_.is_none() {
        return output.opaque(raises(context.call, "postgresql_using must be used with the type_ parameter"));
    }
    if let Some(type_) = &alter.type_ {
        output.add(type_change(alter, type_, context));
    }
    if let Some(nullable) = alter.nullable {
        let mut sql = column(alter, context);
        sql.word(if nullable { " DROP NOT NULL" } else { " SET NOT NULL" });
        output.add(Ok(sql));
    }
    if let Some(change) = &alter.server_default {
        output.add(default_change(alter, change, context));
    }
    if let Some(text) = &alter.comment {
        output.add(Ok(comment::on_altered_column(&alter.table, &alter.column, text.as_deref(), context)));
    }
    if let Some(new_name) = &alter.new_name {
        let mut sql = altered(&alter.table, context);
        sql.word(" RENAME ").sourced(&quote::name(&alter.column, context), alter.column.span);
        sql.word(" TO ").sourced(&quote::name(new_name, context), new_name.span);
        output.add(Ok(sql));
    }
    if let Some(type_) = &alter.type_ {
        for check in checks(type_, alter, output) {
            let check = constraint(&check, owner(alter), convention, context);
            output.add(check.map(|check| added(&alter.table, check, context)));
        }
    }
}

fn owner(alter: &AlterColumn) -> Owner<'_> {
    Owner { table: &alter.table, column: Some(&alter.column), sees_referred: false }
}

fn checks(type_: &SqlType, alter: &AlterColumn, output: &mut Output) -> Vec<Constraint> {
    checks_of(type_, &alter.column, type_.span).unwrap_or_else(|opaque| {
        output.opaque(opaque);
        Vec::new()
    })
}

fn column(alter: &AlterColumn, context: Context) -> Sql {
    let mut sql = altered(&alter.table, context);
    sql.word(" ALTER COLUMN ").sourced(&quote::name(&alter.column, context), alter.column.span);
    sql
}

fn type_change(alter: &AlterColumn, type_: &SqlType, context: Context) -> Result<Sql, Opaque> {
    let mut sql = column(alter, context);
    sql.word(" TYPE ").sourced(&sql_type(type_, context)?, type_.span).word(" ");
    if let Some(using) = alter.using.as_ref().filter(|using| !using.value.is_empty()) {
        sql.word("USING ").literal(using);
    }
    Ok(sql)
}

fn default_change(
    alter: &AlterColumn,
    change: &ServerDefaultChange,
    context: Context,
) -> Result<Sql, Opaque> {
    let new = match change {
        ServerDefaultChange::Drop => None,
        ServerDefaultChange::Set(default) => Some(default.as_ref()),
    };
    let existing = match &alter.existing_server_default {
        Some(ServerDefaultChange::Set(default)) => Some(default.as_ref()),
        Some(ServerDefaultChange::Drop) | None => None,
    };
    let is_computed =
        |default: Option<&ServerDefault>| matches!(default, Some(ServerDefault::Computed { .. }));
    if is_computed(new) || is_computed(existing) {
        let error = "Adding or removing a \"computed\" construct, e.g. GENERATED ALWAYS AS, to or from an existing \
                     column is not supported.";
        return Err(raises(context.call, error));
    }
    let mut sql = column(alter, context);
    match (new, existing) {
        (None, Some(ServerDefault::Identity(_))) => sql.word(" DROP IDENTITY"),
        (Some(ServerDefault::Identity(new)), None) => sql.word(" ADD ").word(&identity_clause(new)),
        (Some(ServerDefault::Identity(new)), Some(ServerDefault::Identity(existing))) => {
            sql.word(" ").word(&identity_change(new, existing))
        }
        (Some(ServerDefault::Identity(_)), Some(_)) | (Some(_), Some(ServerDefault::Identity(_))) => {
            return Err(raises(context.call, "AssertionError"));
        }
        (None, _) => sql.word(" DROP DEFAULT"),
        (Some(default), _) => sql.word(" SET DEFAULT ").append(default_value(default, context)?),
    };
    Ok(sql)
}

/// `SET GENERATED ALWAYS SET START WITH 3`: what differs, sorted by attribute (alembic ddl/postgresql.py,
/// `visit_identity_column`; ddl/impl.py, `_compare_identity_options`).
fn identity_change(new: &Identity, existing: &Identity) -> String {
    let (to, from) = (&new.options, &existing.options);
    let mut changes = Vec::new();
    if new.always.unwrap_or(false) != existing.always.unwrap_or(false) {
        changes.push(format!("GENERATED {}", if new.always == Some(true) { "ALWAYS" } else { "BY DEFAULT" }));
    }
    // Only an attribute that the new identity has is a change: without it, Postgres's own default is taken to hold.
    let none = SequenceOptions::default;
    let changed = [
        (to.cache != from.cache, SequenceOptions { cache: to.cache, ..none() }),
        (to.cycle != from.cycle, SequenceOptions { cycle: to.cycle, ..none() }),
        (to.increment != from.increment, SequenceOptions { increment: to.increment, ..none() }),
        (to.maxvalue != from.maxvalue, SequenceOptions { maxvalue: to.maxvalue, ..none() }),
        (to.minvalue != from.minvalue, SequenceOptions { minvalue: to.minvalue, ..none() }),
        (to.nomaxvalue != from.nomaxvalue, SequenceOptions { nomaxvalue: to.nomaxvalue, ..none() }),
        (to.nominvalue != from.nominvalue, SequenceOptions { nominvalue: to.nominvalue, ..none() }),
        (to.start != from.start, SequenceOptions { start: to.start, ..none() }),
    ];
    let changed = changed.iter().filter(|(differs, option)| *differs && *option != none());
    changes.extend(changed.map(|(_, option)| sequence_options(option)));
    changes.iter().map(|change| format!("SET {change} ")).collect()
}
