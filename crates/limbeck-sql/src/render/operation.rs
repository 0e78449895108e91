//! Which file of this room renders which operation.

use limbeck_types::{Constraint, ConstraintKind, Name, Opaque, Operation, Span, SqlStatement, TableName};

use super::constraint::{Owner, constraint};
use super::context::{Context, raises};
use super::naming::Convention;
use super::output::Output;
use super::settings::usual_convention;
use super::{
    alter, alter_column, comment, drop_constraint, index, named_type, options, sequence, statement, table,
};

/// Adds all that an operation prints.
pub(crate) fn operate(
    output: &mut Output,
    operation: &Operation,
    memo: &mut named_type::Memo,
    convention: &Convention,
    context: Context,
) {
    match operation {
        Operation::CreateTable(create) => table::create(output, create, memo, convention, context),
        Operation::DropTable { table, if_exists } => {
            output.add(Ok(alter::drop_table(table, *if_exists, context)))
        }
        Operation::RenameTable { table, new_name } => {
            output.add(Ok(alter::rename_table(table, new_name, context)));
        }
        Operation::AddColumn(add) => alter::add_column(output, add, convention, context),
        Operation::DropColumn { table, column, if_exists } => {
            output.add(Ok(alter::drop_column(table, column, *if_exists, context)));
        }
        Operation::AlterColumn(change) => alter_column::alter_column(output, change, convention, context),
        Operation::CreateIndex { table, index, if_not_exists } => {
            output.add(index::create(
                table,
                index,
                index::Of::Directive,
                *if_not_exists,
                convention,
                context,
            ));
        }
        Operation::DropIndex { name, table, schema, if_exists, concurrently } => {
            let owner = TableName {
                schema: schema.clone(),
                name: table.clone().unwrap_or_else(|| Name::new("no_table", Span::default())),
            };
            let final_name = index::dropped_name(name.as_ref(), &owner, convention, context.call);
            output.add(final_name.and_then(|name| {
                index::drop(name.as_ref(), schema.as_ref(), *if_exists, *concurrently, context)
            }));
        }
        Operation::AddConstraint { table, constraint: added } => {
            let owner = Owner { table, column: None, sees_referred: true };
            let rendered =
                check_columns(table, added).and_then(|()| constraint(added, owner, convention, context));
            output.add(rendered.map(|constraint| alter::added(table, constraint, context)));
        }
        Operation::DropConstraint { table, name, kind, if_exists } => {
            let (name, kind) = (name.as_ref(), kind.as_deref());
            output.add(drop_constraint::drop_constraint(table, name, kind, *if_exists, convention, context));
        }
        Operation::TableComment { table, comment } => {
            output.add(Ok(comment::on_table(table, comment.as_deref(), context)));
        }
        Operation::BulkInsert(insert) => output.statements(statement::bulk_insert(insert, context)),
        Operation::CreateEnum(enum_) if enum_.native => output.add(named_type::create_enum(enum_, context)),
        Operation::DropEnum(enum_) if enum_.native => output.add(named_type::drop_enum(enum_, context)),
        Operation::CreateEnum(_) | Operation::DropEnum(_) => {}
        Operation::Execute(execute) => match &execute.statement {
            SqlStatement::CreateSequence(made, if_not_exists) => {
                output.add(sequence::create(made, *if_not_exists, context));
            }
            SqlStatement::DropSequence(dropped, if_exists) => {
                output.add(Ok(sequence::drop(dropped, *if_exists, context)));
            }
            SqlStatement::CreateSchema(name, if_not_exists) => {
                output.add(Ok(sequence::create_schema(name, *if_not_exists, context)));
            }
            SqlStatement::DropSchema(name, if_exists, cascade) => {
                output.add(Ok(sequence::drop_schema(name, *if_exists, *cascade, context)));
            }
            SqlStatement::CreateIndex(table, made) => {
                let usual = usual_convention();
                output.add(index::create(table, made, index::Of::Table, false, usual, context));
            }
            SqlStatement::CreateTable(create) => output.add(table::alone(create, context)),
            SqlStatement::DropTable(table, if_exists) => {
                output.add(Ok(alter::drop_table(table, *if_exists, context)));
            }
            SqlStatement::Enum(enum_, true) => output.add(named_type::create_enum(enum_, context)),
            SqlStatement::Enum(enum_, false) => output.add(named_type::drop_enum(enum_, context)),
            _ => output.statements(statement::statement(execute, context)),
        },
    }
}

/// What SQLAlchemy refuses while alembic puts together the table of a constraint (alembic operations/schemaobj.py).
fn check_columns(table: &TableName, constraint: &Constraint) -> Result<(), Opaque> {
    let columns = match &constraint.kind {
        ConstraintKind::PrimaryKey { columns } if columns.is_empty() => {
            return Err(raises(constraint.span, "This constraint is not bound to a table."));
        }
        ConstraintKind::ForeignKey(key) if key.columns.is_empty() => {
            return Err(raises(constraint.span, "list index out of range"));
        }
        // It renders nothing, and asks for none of the columns that it includes.
        ConstraintKind::Unique { columns } if columns.is_empty() => return Ok(()),
        ConstraintKind::PrimaryKey { columns } | ConstraintKind::Unique { columns } => columns,
        _ => return Ok(()),
    };
    let again = columns
        .iter()
        .enumerate()
        .find(|(index, name)| columns[..*index].iter().any(|one| one.text == name.text));
    match again {
        Some((_, name)) => Err(raises(
            constraint.span,
            format_args!(
                "A column with name '{}' is already present in table '{}'.",
                name.text, table.name.text
            ),
        )),
        None => check_included(constraint, columns),
    }
}

/// The table of the directive has no column that is only included.
fn check_included(constraint: &Constraint, columns: &[Name]) -> Result<(), Opaque> {
    let included = options::texts(&constraint.options, "include")?;
    match included.iter().find(|column| !columns.iter().any(|name| name.text == column.value)) {
        Some(column) => Err(raises(constraint.span, format_args!("KeyError: '{}'", column.value))),
        None => Ok(()),
    }
}
