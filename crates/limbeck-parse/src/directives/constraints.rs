//! Directives that add a constraint or drop one (alembic operations/ops.py, schemaobj.py, ddl/postgresql.py).

use limbeck_types::{
    Constraint, ConstraintKind, Expression, ExpressionKind, Name, Opaque, Operation, PythonValue, TableName,
};

use super::columns::no_schema;
use super::place::Place;
use crate::constructs::{
    Bound, Target, bind, column_name, exclude_elements, exclude_kind, flag, items, name, named_constraint,
    optional, raises, references, sql_expression, text,
};
use crate::follow::value::{Call, Kind, Value};

/// The operation that adds a constraint to a table.
fn added(
    bound: &Bound<'_>,
    table: TableName,
    kind: ConstraintKind,
    target: Target,
) -> Result<Operation, Opaque> {
    let name = optional(Some(bound.need("constraint_name")?), name)?;
    let constraint = named_constraint(bound, name, kind, target, bound.call.span)?;
    include_is_among(&constraint)?;
    Ok(Operation::AddConstraint { table, constraint: Box::new(constraint) })
}

/// alembic's placeholder table has the constraint's own columns only, so that another one in `postgresql_include` raises.
fn include_is_among(constraint: &Constraint) -> Result<(), Opaque> {
    let (ConstraintKind::Unique { columns } | ConstraintKind::PrimaryKey { columns }) = &constraint.kind
    else {
        return Ok(());
    };
    // Nothing is said of a constraint without columns.
    if columns.is_empty() {
        return Ok(());
    }
    let Some((_, include)) = constraint.options.iter().find(|(option, _)| option == "include") else {
        return Ok(());
    };
    let ExpressionKind::Value(PythonValue::List(items)) = &include.kind else { return Ok(()) };
    for item in items {
        if let PythonValue::Text(text) = item
            && !columns.iter().any(|column| column.text == text.value)
        {
            return Err(raises(include.span, format_args!("KeyError: '{}'", text.value)));
        }
    }
    Ok(())
}

/// The columns that a directive was given by name.
fn columns(value: &Value) -> Result<Vec<Name>, Opaque> {
    items(value)?.iter().map(column_name).collect()
}

pub(super) fn unique(call: &Call, place: Place<'_>) -> Result<Operation, Opaque> {
    let bound = bind(
        call,
        match place {
            Place::Op => {
                "create_unique_constraint(self, constraint_name, table_name, columns, *, schema=, deferrable=, \
                 initially=, info=, comment=, **kw)"
            }
            // Here `schema` is overwritten without a word.
            Place::Batch(_) => {
                "create_unique_constraint(self, constraint_name, columns, *, schema=, deferrable=, initially=, \
                 info=, comment=, **kw)"
            }
        },
    )?;
    let columns = columns(bound.need("columns")?)?;
    added(&bound, place.table(&bound)?, ConstraintKind::Unique { columns }, Target::Unique)
}

pub(super) fn primary_key(call: &Call, place: Place<'_>) -> Result<Operation, Opaque> {
    let bound = bind(
        call,
        match place {
            Place::Op => "create_primary_key(self, constraint_name, table_name, columns, *, schema=)",
            Place::Batch(_) => "create_primary_key(self, constraint_name, columns)",
        },
    )?;
    let columns = columns(bound.need("columns")?)?;
    added(&bound, place.table(&bound)?, ConstraintKind::PrimaryKey { columns }, Target::PrimaryKey)
}

pub(super) fn check(call: &Call, place: Place<'_>) -> Result<Operation, Opaque> {
    let bound = bind(
        call,
        match place {
            Place::Op => {
                "create_check_constraint(self, constraint_name, table_name, condition, *, schema=, deferrable=, \
                 initially=, info=, comment=, **kw)"
            }
            Place::Batch(_) => {
                "create_check_constraint(self, constraint_name, condition, *, deferrable=, initially=, info=, \
                 comment=, **kw)"
            }
        },
    )?;
    no_schema(&bound.others, "CreateCheckConstraintOp")?;
    let condition = sql_expression(bound.need("condition")?);
    added(&bound, place.table(&bound)?, ConstraintKind::Check { condition }, Target::Check)
}

pub(super) fn exclude(call: &Call, place: Place<'_>) -> Result<Operation, Opaque> {
    let bound = bind(
        call,
        match place {
            Place::Op => {
                "create_exclude_constraint(self, constraint_name, table_name, *elements, where=, schema=, \
                 deferrable=, initially=, using=, ops=, info=, comment=, **kw)"
            }
            Place::Batch(_) => {
                "create_exclude_constraint(self, constraint_name, *elements, where=, schema=, deferrable=, \
                 initially=, using=, ops=, info=, comment=, **kw)"
            }
        },
    )?;
    let elements = exclude_elements(&bound.rest)?;
    // alembic makes a column of each element, with the name of a column in it.
    if let Some((expression, _)) = elements.iter().find(|(expression, _)| !has_column(expression)) {
        return Err(raises(
            expression.span,
            "ArgumentError: Column must be constructed with a non-blank name or assign a non-blank .name before \
             adding to a Table.",
        ));
    }
    let kind = exclude_kind(&bound, elements)?;
    added(&bound, place.table(&bound)?, kind, Target::Other)
}

/// Whether a column stands in an expression.
fn has_column(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Column { .. } | ExpressionKind::Verbatim(_) => true,
        ExpressionKind::Function { arguments, .. } => arguments.iter().any(has_column),
        ExpressionKind::Cast(inner, _)
        | ExpressionKind::Grouping(inner)
        | ExpressionKind::Collate(inner, _) => has_column(inner),
        ExpressionKind::Binary { left, right, .. } => has_column(left) || has_column(right),
        ExpressionKind::Many { operands, .. } => operands.iter().any(has_column),
        _ => false,
    }
}

pub(super) fn foreign_key(call: &Call, place: Place<'_>) -> Result<Operation, Opaque> {
    let bound = bind(
        call,
        match place {
            Place::Op => {
                "create_foreign_key(self, constraint_name, source_table, referent_table, local_cols, remote_cols, *, \
                 onupdate=, ondelete=, deferrable=, initially=, match=, source_schema=, referent_schema=, \
                 use_alter=, link_to_name=, info=, comment=, **kw)"
            }
            Place::Batch(_) => {
                "create_foreign_key(self, constraint_name, referent_table, local_cols, remote_cols, *, \
                 referent_schema=, onupdate=, ondelete=, deferrable=, initially=, match=, use_alter=, \
                 link_to_name=, info=, comment=, **kw)"
            }
        },
    )?;
    no_schema(&bound.others, "CreateForeignKeyOp")?;
    let table = match place {
        Place::Op => TableName {
            schema: bound.optional("source_schema", name)?,
            name: name(bound.need("source_table")?)?,
        },
        Place::Batch(table) => table.clone(),
    };
    let referred = TableName {
        schema: bound.optional("referent_schema", name)?,
        name: name(bound.need("referent_table")?)?,
    };
    let (local, remote) = (bound.need("local_cols")?, bound.need("remote_cols")?);
    let (local_columns, remote_columns) = (columns(local)?, columns(remote)?);
    if local_columns.len() != remote_columns.len() {
        return Err(raises(
            call.span,
            "ArgumentError: ForeignKeyConstraint number of constrained columns must match the number of referenced \
             columns.",
        ));
    }
    // For a table that refers to itself alembic adds the one to the other.
    let schema = |table: &TableName| table.schema.as_ref().map(|schema| schema.text.clone());
    if table.name.text == referred.name.text
        && schema(&table) == schema(&referred)
        && std::mem::discriminant(&local.kind) != std::mem::discriminant(&remote.kind)
    {
        return Err(raises(local.span, "TypeError: can only concatenate two of one type"));
    }
    let key = references(&bound, local_columns, referred, remote_columns)?;
    added(&bound, table, ConstraintKind::ForeignKey(key), Target::ForeignKey)
}

pub(super) fn drop_constraint(call: &Call, place: Place<'_>) -> Result<Operation, Opaque> {
    let bound = bind(
        call,
        match place {
            Place::Op => "drop_constraint(self, constraint_name, table_name, type_=, *, schema=, if_exists=)",
            Place::Batch(_) => "drop_constraint(self, constraint_name, type_=)",
        },
    )?;
    let kind = bound.optional("type_", text)?;
    if let Some(kind) = &kind
        && !matches!(kind.as_str(), "foreignkey" | "primary" | "unique" | "check")
    {
        return Err(raises(
            bound.get("type_").map_or(call.span, |value: &Value| value.span),
            "TypeError: 'type' can be one of 'check', 'foreignkey', 'primary', 'unique', None",
        ));
    }
    let given = bound.need("constraint_name")?;
    Ok(Operation::DropConstraint {
        table: place.table(&bound)?,
        name: match &given.kind {
            Kind::None => None,
            _ => Some(name(given)?),
        },
        kind,
        if_exists: flag(bound.get("if_exists"), false)?,
    })
}
