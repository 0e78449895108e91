//! The renderer of one run: what env.py says, and what was already made.

use limbeck_types::{
    Action, ActionKind, Constraint, ConstraintKind, Environment, Field, Literal, Name, Opaque, Operation,
    Span, SqlStatement, TableName,
};

use super::constraint::{Owner, constraint};
use super::context::{Context, Paramstyle, raises, unknown};
use super::naming::Convention;
use super::output::Output;
use super::{
    alter, alter_column, comment, drop_constraint, index, named_type, options, sequence, statement, table,
};

/// One piece of alembic's output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rendered {
    /// A statement without its `;`. The pieces lead its bytes back to the revision file: to the name or literal where one
    /// is the source, else to the call.
    Statement(Literal),
    /// `BEGIN`, behind an autocommit block.
    Begin,
    /// `COMMIT`, before an autocommit block.
    Commit,
    /// What alembic would print is not known, or alembic raises instead of printing.
    Opaque(Opaque),
}

/// Renders the actions of a run, in order: which types were created before is remembered, as alembic's `impl.memo` does.
#[derive(Debug, Clone)]
pub struct Renderer {
    environment: Environment,
    convention: Convention,
    memo: named_type::Memo,
}

impl Renderer {
    /// A renderer under the settings of this env.py, for the revisions of one run.
    pub fn new(environment: &Environment) -> Self {
        Self {
            environment: environment.clone(),
            convention: convention(environment),
            memo: named_type::Memo::new(),
        }
    }

    /// What alembic's offline mode prints for `action`.
    pub fn render(&mut self, action: &Action) -> Vec<Rendered> {
        match &action.kind {
            ActionKind::AutocommitBegin => self.transaction(Rendered::Commit),
            ActionKind::AutocommitEnd => self.transaction(Rendered::Begin),
            ActionKind::EndsTransaction(_) => Vec::new(),
            ActionKind::Raise(opaque) | ActionKind::Opaque(opaque) => vec![Rendered::Opaque(opaque.clone())],
            ActionKind::Operation(operation) => self.operation(operation, action.call),
        }
    }

    /// An autocommit block ends transactions only where there are any.
    fn transaction(&self, rendered: Rendered) -> Vec<Rendered> {
        match &self.environment.transactional_ddl {
            Field::Opaque(opaque) => vec![Rendered::Opaque(opaque.clone())],
            field if field.known().copied().unwrap_or(true) => vec![rendered],
            _ => Vec::new(),
        }
    }

    /// Renders under every setting that env.py may have, and takes what they agree on.
    fn operation(&mut self, operation: &Operation, call: Span) -> Vec<Rendered> {
        let (contexts, opaque) = contexts(&self.environment, call);
        let mut agreed: Option<Vec<Rendered>> = None;
        let before = self.memo.clone();
        for context in contexts {
            let mut memo = before.clone();
            let mut output = Output::default();
            operate(&mut output, operation, &mut memo, &self.convention, context);
            self.memo = memo;
            let rendered = output.finish();
            match (&agreed, &opaque) {
                (Some(agreed), Some(opaque)) if *agreed != rendered => {
                    let reason = format!("it depends on env.py, of which {}", opaque.reason);
                    return vec![Rendered::Opaque(unknown(call, reason))];
                }
                _ => agreed = Some(rendered),
            }
        }
        agreed.unwrap_or_default()
    }
}

fn convention(environment: &Environment) -> Convention {
    match &environment.naming_convention {
        Field::Known(pairs) if !pairs.value.is_empty() => Convention::Known(pairs.value.clone()),
        // SQLAlchemy sql/schema.py, `DEFAULT_NAMING_CONVENTION`.
        Field::Known(_) | Field::Absent => {
            Convention::Known(vec![("ix".to_owned(), "ix_%(column_0_label)s".to_owned())])
        }
        Field::Opaque(opaque) => Convention::Opaque(opaque.clone()),
    }
}

/// All contexts that env.py may mean, and what of it is not known where there are several.
fn contexts(environment: &Environment, call: Span) -> (Vec<Context>, Option<Opaque>) {
    let paramstyles = match &environment.paramstyle {
        Field::Opaque(_) => vec![Paramstyle::Pyformat, Paramstyle::Named],
        field => vec![paramstyle(field.known().map(String::as_str))],
    };
    let literal_binds = match &environment.literal_binds {
        Field::Opaque(_) => vec![true, false],
        field => vec![field.known().copied().unwrap_or(false)],
    };
    let unknown = [
        match &environment.paramstyle {
            Field::Opaque(opaque) => Some(opaque),
            _ => None,
        },
        match &environment.literal_binds {
            Field::Opaque(opaque) => Some(opaque),
            _ => None,
        },
    ];
    let contexts = paramstyles
        .iter()
        .flat_map(|paramstyle| {
            let paramstyle = *paramstyle;
            literal_binds.iter().map(move |binds| Context {
                paramstyle,
                literal_binds: *binds,
                include_table: true,
                call,
            })
        })
        .collect();
    (contexts, unknown.into_iter().flatten().next().cloned())
}

/// The one context of an env.py that is wholly known.
pub(super) fn context_of(environment: &Environment, call: Span) -> Result<Context, Opaque> {
    let (contexts, opaque) = contexts(environment, call);
    match (contexts.first(), opaque) {
        (_, Some(opaque)) => Err(opaque),
        (Some(context), None) => Ok(*context),
        (None, None) => Err(unknown(call, "env.py says nothing")),
    }
}

fn paramstyle(name: Option<&str>) -> Paramstyle {
    match name {
        Some("named") => Paramstyle::Named,
        Some("format") => Paramstyle::Format,
        Some("qmark") => Paramstyle::Qmark,
        Some("numeric") => Paramstyle::Numeric,
        Some("numeric_dollar") => Paramstyle::NumericDollar,
        _ => Paramstyle::Pyformat,
    }
}

fn operate(
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
            let final_name = index::dropped_name(Some(name), &owner, convention, context.call);
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
                output.add(index::create(table, made, index::Of::Table, false, convention, context));
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
