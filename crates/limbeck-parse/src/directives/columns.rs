//! Directives about a column: `add_column`, `drop_column`, `alter_column` (alembic operations/ops.py, toimpl.py,
//! ddl/postgresql.py).

use limbeck_types::{AddColumn, AlterColumn, Literal, Opaque, Operation, ServerDefaultChange};

use super::place::Place;
use crate::constructs::{bind, column, flag, literal, name, raises, server_default, sql_type, text, truth};
use crate::follow::value::{Call, Kind, Value};

pub(super) fn add_column(call: &Call, place: Place<'_>) -> Result<Operation, Opaque> {
    let bound = bind(
        call,
        match place {
            Place::Op => {
                "add_column(self, table_name, column, *, schema=, if_not_exists=, inline_references=, \
                 inline_primary_key=)"
            }
            Place::Batch(_) => {
                "add_column(self, column, *, insert_before=, insert_after=, if_not_exists=, inline_references=, \
                 inline_primary_key=)"
            }
        },
    )?;
    for keyword in ["insert_before", "insert_after"] {
        if flag(bound.get(keyword), false)? {
            return Err(raises(
                call.span,
                "CommandError: Can't specify insert_before or insert_after when using ALTER; please specify \
                 recreate='always'",
            ));
        }
    }
    Ok(Operation::AddColumn(Box::new(AddColumn {
        table: place.table(&bound)?,
        column: column(bound.need("column")?)?,
        if_not_exists: flag(bound.get("if_not_exists"), false)?,
        inline_references: flag(bound.get("inline_references"), false)?,
        inline_primary_key: flag(bound.get("inline_primary_key"), false)?,
    })))
}

pub(super) fn drop_column(call: &Call, place: Place<'_>) -> Result<Operation, Opaque> {
    let bound = bind(
        call,
        match place {
            Place::Op => "drop_column(self, table_name, column_name, *, schema=, if_exists=, **kw)",
            Place::Batch(_) => "drop_column(self, column_name, *, if_exists=, **kw)",
        },
    )?;
    no_schema(&bound.others, "DropColumnOp")?;
    Ok(Operation::DropColumn {
        table: place.table(&bound)?,
        column: name(bound.need("column_name")?)?,
        if_exists: flag(bound.get("if_exists"), false)?,
    })
}

/// In a batch block, `schema` is the block's own.
pub(super) fn no_schema(others: &[(&str, &Value)], class: &str) -> Result<(), Opaque> {
    match others.iter().find(|(keyword, _)| matches!(*keyword, "schema" | "source_schema")) {
        Some((keyword, value)) => Err(raises(
            value.span,
            format_args!(
                "TypeError: alembic.operations.ops.{class}() got multiple values for keyword argument '{keyword}'"
            ),
        )),
        None => Ok(()),
    }
}

pub(super) fn alter_column(call: &Call, place: Place<'_>) -> Result<Operation, Opaque> {
    let bound = bind(
        call,
        match place {
            Place::Op => {
                "alter_column(self, table_name, column_name, *, nullable=, comment=, server_default=, \
                 new_column_name=, type_=, existing_type=, existing_server_default=, existing_nullable=, \
                 existing_comment=, schema=, postgresql_using=, autoincrement=, **kw)"
            }
            Place::Batch(_) => {
                "alter_column(self, column_name, *, nullable=, comment=, server_default=, new_column_name=, type_=, \
                 existing_type=, existing_server_default=, existing_nullable=, existing_comment=, insert_before=, \
                 insert_after=, postgresql_using=, autoincrement=, **kw)"
            }
        },
    )?;
    no_schema(&bound.others, "AlterColumnOp")?;
    for (keyword, value) in &bound.others {
        if *keyword == "name" || keyword.starts_with("modify_") {
            return Err(raises(
                value.span,
                format_args!("TypeError: got multiple values for keyword argument '{keyword}'"),
            ));
        }
    }
    let using = bound.optional("postgresql_using", using)?;
    let type_ = bound.optional("type_", |value| Ok(sql_type(value)))?;
    if using.is_some() && type_.is_none() {
        return Err(raises(
            call.span,
            "CommandError: postgresql_using must be used with the type_ parameter",
        ));
    }
    Ok(Operation::AlterColumn(Box::new(AlterColumn {
        table: place.table(&bound)?,
        column: name(bound.need("column_name")?)?,
        nullable: bound.optional("nullable", truth)?,
        comment: bound.get("comment").map(comment).transpose()?.flatten(),
        server_default: default_change(bound.get("server_default"))?,
        new_name: bound.optional("new_column_name", name)?,
        type_,
        using: using.filter(|using| !using.value.is_empty()),
        // Only MySQL reads these, so that it does not matter what is not known of them.
        autoincrement: bound.optional("autoincrement", truth).unwrap_or_default(),
        existing_type: bound.optional("existing_type", |value| Ok(sql_type(value)))?,
        existing_nullable: bound.optional("existing_nullable", truth).unwrap_or_default(),
        existing_server_default: existing_default(bound.get("existing_server_default"))?,
        existing_comment: bound.optional("existing_comment", text).unwrap_or_default(),
    })))
}

/// `postgresql_using`: alembic prints whatever it is by `%s`, so a `text(…)` is its text.
fn using(value: &Value) -> Result<Literal, Opaque> {
    match (&value.kind, crate::expressions::sql_text(value)) {
        (Kind::Call(_), Some(text)) if text.binds.is_empty() => Ok(text.text),
        _ => literal(value),
    }
}

/// `comment`: `False` leaves it, `None` takes it away.
fn comment(value: &Value) -> Result<Option<Option<String>>, Opaque> {
    match &value.kind {
        Kind::Bool(false) => Ok(None),
        Kind::None => Ok(Some(None)),
        _ => text(value).map(|text| Some(Some(text))),
    }
}

/// `server_default`: `False` leaves it, `None` takes it away.
fn default_change(value: Option<&Value>) -> Result<Option<ServerDefaultChange>, Opaque> {
    let Some(value) = value else { return Ok(None) };
    Ok(match &value.kind {
        Kind::Bool(false) => None,
        Kind::None => Some(ServerDefaultChange::Drop),
        _ => server_default(value)?.map(|default| ServerDefaultChange::Set(Box::new(default))),
    })
}

/// `existing_server_default`, of which only `Identity` and `Computed` change what is said: what is not known may be one
/// of them, and everything else is the same as none.
fn existing_default(value: Option<&Value>) -> Result<Option<ServerDefaultChange>, Opaque> {
    match value {
        Some(Value { kind: Kind::Opaque(opaque), .. }) => Err(Opaque::clone(opaque)),
        _ => Ok(default_change(value).unwrap_or_default()),
    }
}
