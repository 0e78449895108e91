//! What makes a whole table: the arguments of `op.create_table`, and a `sa.Table` that is created through the bind.

use limbeck_types::{
    Column, Constraint, ConstraintKind, CreateTable, ExpressionKind, Index, Name, Opaque, SqlTypeKind,
    TableName,
};

use super::column::{column, column_call, key};
use super::constraint::constraint;
use super::index::{index, index_call};
use super::options::{self, Target};
use super::scalar::{flag, items as list, name, raises, text, unknown};
use super::signature::{Bound, bind};
use super::{symbol, table};
use crate::follow::value::{Call, Kind, Value};

/// What stands in a table.
#[derive(Debug, Default)]
pub(crate) struct Items {
    pub(crate) columns: Vec<Column>,
    pub(crate) constraints: Vec<Constraint>,
    pub(crate) indexes: Vec<Index>,
}

/// The columns, constraints and indexes among a table's arguments (alembic operations/schemaobj.py, `table`).
pub(crate) fn items(values: &[&Value], table: &TableName) -> Result<Items, Opaque> {
    let mut items = Items::default();
    let mut keys: Vec<(String, String)> = Vec::new();
    for value in values {
        if column_call(value).is_some() {
            let column = column(value)?;
            if items.columns.iter().any(|other| other.name.text == column.name.text) {
                let error = format!(
                    "DuplicateColumnError: A column with name '{}' is already present in table '{}'.",
                    column.name.text, table.name.text
                );
                return Err(raises(value.span, error));
            }
            keys.push((key(value)?.unwrap_or_else(|| column.name.text.clone()), column.name.text.clone()));
            items.columns.push(column);
        } else if let Some(constraint) = constraint(value) {
            items.constraints.push(constraint?);
        } else if let Some(call) = index_call(value) {
            items.indexes.push(index(call)?);
        } else {
            match &value.kind {
                // alembic takes what is a column or a constraint and leaves the rest.
                Kind::None
                | Kind::Text(_)
                | Kind::Int(_)
                | Kind::Bool(_)
                | Kind::List(_)
                | Kind::Tuple(_) => {}
                Kind::Call(_) if symbol::of_value(value).is_some() => {}
                _ => return Err(unknown(value)),
            }
        }
    }
    lend_types(&mut items.columns, table);
    resolve(&mut items, &keys, table)?;
    one_primary_key(&mut items);
    Ok(items)
}

/// Gives a column without a type that of the column of the same table that it refers to.
fn lend_types(columns: &mut [Column], table: &TableName) {
    if columns.iter().all(|column| column.type_.kind != SqlTypeKind::Null) {
        return;
    }
    let schema = |table: &TableName| table.schema.as_ref().map(|schema| schema.text.clone());
    let types: Vec<_> =
        columns.iter().map(|column| (column.name.text.clone(), column.type_.clone())).collect();
    for column in columns.iter_mut().filter(|column| column.type_.kind == SqlTypeKind::Null) {
        let referred = column.constraints.iter().find_map(|constraint| match &constraint.kind {
            ConstraintKind::ForeignKey(key) => Some(&key.referred).zip(key.referred_columns.first()),
            _ => None,
        });
        if let Some((other, name)) = referred
            && other.name.text == table.name.text
            && schema(other) == schema(table)
            && let Some((_, type_)) = types.iter().find(|(column, _)| *column == name.text)
        {
            column.type_ = type_.clone();
        }
    }
}

/// The last primary key counts. One without columns has those that were keys before it, and what was once one is not null
/// (SQLAlchemy sql/schema.py, `PrimaryKeyConstraint._set_parent`).
fn one_primary_key(items: &mut Items) {
    let is_key = |constraint: &Constraint| matches!(constraint.kind, ConstraintKind::PrimaryKey { .. });
    let Some(last) = items.constraints.iter().rposition(is_key) else { return };
    if items.constraints.iter().position(is_key) == Some(last) {
        return;
    }
    let mut of_columns: Vec<bool> = items.columns.iter().map(|column| column.primary_key).collect();
    for constraint in &mut items.constraints {
        let ConstraintKind::PrimaryKey { columns } = &mut constraint.kind else { continue };
        if columns.is_empty() {
            let keys = items.columns.iter().zip(&of_columns).filter(|(_, is_key)| **is_key);
            *columns = keys.map(|(column, _)| column.name.clone()).collect();
        }
        for (column, is_key) in items.columns.iter_mut().zip(&mut of_columns) {
            if columns.iter().any(|name| name.text == column.name.text) {
                *is_key = true;
                column.nullable = column.nullable.or(Some(false));
            }
        }
    }
    let mut at = 0;
    items.constraints.retain(|constraint| {
        at += 1;
        !is_key(constraint) || at - 1 == last
    });
}

/// Turns the keys by which constraints and indexes call their columns into the columns' names.
fn resolve(items: &mut Items, keys: &[(String, String)], table: &TableName) -> Result<(), Opaque> {
    let rename = |column: &mut Name, what: &str| {
        let Some((_, found)) = keys.iter().find(|(key, _)| *key == column.text) else {
            let error = format!(
                "ConstraintColumnNotFoundError: Can't create {what} on table '{}': no column named '{}' is present.",
                table.name.text, column.text
            );
            return Err(raises(column.span, error));
        };
        column.text.clone_from(found);
        Ok(())
    };
    for constraint in &mut items.constraints {
        let (columns, what) = match &mut constraint.kind {
            ConstraintKind::PrimaryKey { columns } => (columns, "PrimaryKeyConstraint"),
            ConstraintKind::Unique { columns } => (columns, "UniqueConstraint"),
            ConstraintKind::ForeignKey(foreign_key) => (&mut foreign_key.columns, "ForeignKeyConstraint"),
            ConstraintKind::Check { .. } | ConstraintKind::Exclude { .. } => continue,
        };
        for column in columns {
            rename(column, what)?;
        }
    }
    for index in &mut items.indexes {
        for element in &mut index.elements {
            if let ExpressionKind::Column { table: None, name, .. } = &mut element.kind {
                rename(name, "Index")?;
            }
        }
    }
    Ok(())
}

/// `op.create_table(table_name, *columns, …)` (alembic operations/ops.py, `CreateTableOp`).
pub(crate) fn create_table(call: &Call) -> Result<CreateTable, Opaque> {
    let bound = bind(
        call,
        "create_table(self, table_name, *columns, if_not_exists=, schema=, comment=, prefixes=, info=, quote=, \
         quote_schema=, keep_existing=, extend_existing=, implicit_returning=, listeners=, **kw)",
    )?;
    let given = name(bound.need("table_name")?)?;
    let quote = bound.optional("quote", super::truth)?;
    let quote_schema = bound.optional("quote_schema", super::truth)?;
    let table = TableName {
        schema: bound
            .optional("schema", name)?
            .map(|schema| Name { quote: quote_schema.or(schema.quote), ..schema }),
        name: Name { quote: quote.or(given.quote), ..given },
    };
    let if_not_exists = flag(bound.get("if_not_exists"), false)?;
    Ok(CreateTable { if_not_exists, through_op: true, ..of_parts(&bound, table)? })
}

/// `sa.Table(…).create(bind)`.
pub(crate) fn table_create(call: &Call) -> Result<CreateTable, Opaque> {
    let bound = bind(
        call,
        "Table(name, metadata, *columns, schema=, comment=, prefixes=, info=, quote=, quote_schema=, \
         keep_existing=, extend_existing=, implicit_returning=, listeners=, **kw)",
    )?;
    of_parts(&bound, table::table_name(call)?)
}

fn of_parts(bound: &Bound<'_>, table: TableName) -> Result<CreateTable, Opaque> {
    let Items { columns, constraints, indexes } = items(&bound.rest, &table)?;
    let prefixes = bound.optional("prefixes", list)?.unwrap_or_default();
    Ok(CreateTable {
        table,
        columns,
        constraints,
        indexes,
        if_not_exists: false,
        through_op: false,
        comment: bound.optional("comment", text)?,
        prefixes: prefixes.iter().map(text).collect::<Result<_, _>>()?,
        options: options::postgresql(&bound.others, Target::Table)?,
    })
}
