//! Columns and constraints that were given to a table before: alembic gives a copy of them to the next one (alembic
//! operations/schemaobj.py, `table`; SQLAlchemy sql/schema.py, `Column._copy`).

use std::collections::BTreeSet;

use limbeck_types::{Column, Constraint, ConstraintKind, Opaque, Operation, Span, SqlTypeKind};

use crate::constructs::{blame, column_call};
use crate::follow::value::{Call, Kind, Value};

const NAMED: &str = "the first table that it was given to may have named it";

/// The calls whose objects belong to a table by now.
#[derive(Debug, Default)]
pub(super) struct Attached(BTreeSet<u32>);

impl Attached {
    /// Notes what a table is given.
    pub(super) fn add(&mut self, call: &Call) {
        self.0.extend(given(call).map(|(_, given)| given.number));
    }

    /// Makes what a directive is given for a second time the copies that alembic makes of it.
    pub(super) fn copy(&self, operation: Operation, call: &Call) -> Result<Operation, Opaque> {
        if !given(call).any(|(value, _)| self.is_copied(value)) {
            return Ok(operation);
        }
        match operation {
            Operation::CreateTable(mut create) => {
                let columns = call.positional.iter().filter(|value| column_call(value).is_some());
                for (column, value) in create.columns.iter_mut().zip(columns) {
                    if self.is_copied(value) {
                        copy_column(column)?;
                    }
                }
                let copied: Vec<Span> = given(call)
                    .filter(|(value, _)| column_call(value).is_none() && self.is_copied(value))
                    .map(|(_, given)| given.span)
                    .collect();
                let is_copy = |constraint: &Constraint| copied.contains(&constraint.span);
                if let Some(named) =
                    create.constraints.iter().find(|one| is_copy(one) && is_named_by_table(one))
                {
                    return Err(blame(named.span, NAMED));
                }
                if create.constraints.iter().any(is_copy) && create.columns.iter().any(adds_constraint) {
                    let reason = "the table gets copies of constraints behind those of its columns";
                    return Err(blame(call.span, reason));
                }
                // Copies are made when all others are, in the order in which they are given.
                let written: Vec<Span> = given(call).map(|(_, given)| given.span).collect();
                let place = |constraint: &Constraint| match is_copy(constraint) {
                    true => written.iter().position(|span| *span == constraint.span),
                    false => None,
                };
                create.constraints.sort_by_key(place);
                Ok(Operation::CreateTable(create))
            }
            Operation::AddColumn(mut added) => {
                copy_column(&mut added.column)?;
                Ok(Operation::AddColumn(added))
            }
            other => Ok(other),
        }
    }

    fn is_copied(&self, value: &Value) -> bool {
        let inner = column_call(value).map(|call| call.number);
        let own = match &value.kind {
            Kind::Call(call) => Some(call.number),
            _ => None,
        };
        inner.or(own).is_some_and(|number| self.0.contains(&number))
    }
}

/// The objects among the arguments of a call.
fn given(call: &Call) -> impl Iterator<Item = (&Value, &Call)> {
    let values = call.positional.iter().chain(call.keywords.iter().map(|(_, value)| value));
    values.filter_map(|value| match &value.kind {
        Kind::Call(given) => Some((value, &**given)),
        _ => None,
    })
}

/// A foreign key stays with the first table.
fn copy_column(column: &mut Column) -> Result<(), Opaque> {
    column.constraints.retain(|constraint| !matches!(constraint.kind, ConstraintKind::ForeignKey(_)));
    match column.constraints.iter().find(|constraint| is_named_by_table(constraint)) {
        Some(check) => Err(blame(check.span, NAMED)),
        None => Ok(()),
    }
}

/// Whether a naming convention may name a constraint, which it does with the first table.
fn is_named_by_table(constraint: &Constraint) -> bool {
    constraint.name.as_ref().is_none_or(|name| !name.is_final)
}

/// Whether a column brings a constraint into its table.
fn adds_constraint(column: &Column) -> bool {
    let by_type = match &column.type_.kind {
        SqlTypeKind::Enum(enumerated) => enumerated.create_constraint,
        SqlTypeKind::Boolean { create_constraint, .. } => *create_constraint,
        _ => false,
    };
    let refers = |constraint: &Constraint| matches!(constraint.kind, ConstraintKind::ForeignKey(_));
    by_type || (column.unique && !column.index) || column.constraints.iter().any(refers)
}
