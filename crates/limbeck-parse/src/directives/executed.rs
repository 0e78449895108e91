//! What is executed: through `op.execute`, the bind, a session, alembic's context.

use limbeck_types::{ActionKind, Execute, Few, Literal, Opaque, Operation, Span, SqlStatement};

use super::receiver::Receiver;
use crate::constructs::{bind, blame, literal};
use crate::expressions::statement;
use crate::follow::value::{Call, Kind, Value};

/// `op.execute(sqltext)`, and `execute` of a batch block, which does not wait for the block's end.
pub(super) fn through_op(call: &Call) -> Result<Operation, Opaque> {
    let bound = bind(call, "execute(self, sqltext, *, execution_options=)")?;
    let statement = known(statement(bound.need("sqltext")?))?;
    Ok(executed(statement, None, true, false))
}

/// `execute` of alembic's `MigrationContext` and `EnvironmentContext`.
pub(super) fn through_context(call: &Call) -> Result<Operation, Opaque> {
    let bound = bind(call, "execute(self, sql, execution_options=)")?;
    Ok(executed(known(statement(bound.need("sql")?))?, None, true, false))
}

/// What a method of the connection or of a session does; nothing where it sends nothing by itself.
pub(super) fn through_bind(
    call: &Call,
    receiver: Receiver<'_>,
    method: &str,
    is_used: bool,
) -> Option<Result<ActionKind, Opaque>> {
    let is_session = matches!(receiver, Receiver::Session);
    Some(match method {
        "execute" => executes(call, is_used),
        "scalar" | "scalars" | "exec" | "stream" | "stream_scalars" => executes(call, true),
        "exec_driver_sql" => verbatim(call, is_used),
        "commit" | "rollback" if is_session => return None,
        "commit" | "rollback" => Ok(ActionKind::EndsTransaction(Literal {
            span: call.span,
            value: method.to_owned(),
            pieces: Few::default(),
        })),
        "add"
        | "add_all"
        | "merge"
        | "delete"
        | "get"
        | "refresh"
        | "bulk_save_objects"
        | "bulk_insert_mappings"
        | "bulk_update_mappings"
        | "get_one"
            if is_session =>
        {
            Err(blame(call.span, "what the ORM sends for it is not known"))
        }
        "run_callable" | "run_sync" | "_run_ddl_visitor" => {
            Err(blame(call.span, format!("what `{method}` runs is not known")))
        }
        _ => return None,
    })
}

/// Whether a method of a session asks for a connection.
pub(super) fn needs_a_connection(method: &str) -> bool {
    matches!(
        method,
        "execute"
            | "scalar"
            | "scalars"
            | "exec"
            | "stream"
            | "stream_scalars"
            | "connection"
            | "begin_nested"
            | "get"
            | "get_one"
            | "refresh"
            | "merge"
            | "bulk_save_objects"
            | "bulk_insert_mappings"
            | "bulk_update_mappings"
    )
}

/// `execute(statement, parameters)`.
fn executes(call: &Call, reads_result: bool) -> Result<ActionKind, Opaque> {
    let bound =
        bind(call, "execute(self, statement, parameters=, execution_options=, bind_arguments=, params=)")?;
    let given = bound.get("parameters").or_else(|| bound.get("params"));
    let statement = known(statement(bound.need("statement")?))?;
    Ok(ActionKind::Operation(Box::new(executed(statement, given.and_then(passed), false, reads_result))))
}

/// Where parameters stand, unless there are surely none.
fn passed(given: &Value) -> Option<Span> {
    let are_none = match &given.kind {
        Kind::None => true,
        Kind::Dict(entries) => entries.borrow().is_empty(),
        Kind::List(items) => items.borrow().is_empty(),
        Kind::Tuple(items) => items.is_empty(),
        _ => false,
    };
    (!are_none).then_some(given.span)
}

/// `exec_driver_sql(text)`: no colon is a bind.
fn verbatim(call: &Call, reads_result: bool) -> Result<ActionKind, Opaque> {
    let bound = bind(call, "exec_driver_sql(self, statement, parameters=, execution_options=)")?;
    let statement = SqlStatement::Ddl(literal(bound.need("statement")?)?);
    let parameters = bound.get("parameters").and_then(passed);
    Ok(ActionKind::Operation(Box::new(executed(statement, parameters, false, reads_result))))
}

/// The statement, where it is known at all.
fn known(statement: SqlStatement) -> Result<SqlStatement, Opaque> {
    match statement {
        SqlStatement::Opaque(opaque) => Err(opaque),
        known => Ok(known),
    }
}

/// An execution as an operation.
pub(super) fn executed(
    statement: SqlStatement,
    parameters: Option<Span>,
    through_op: bool,
    reads_result: bool,
) -> Operation {
    Operation::Execute(Box::new(Execute { statement, parameters, through_op, reads_result }))
}

/// Whether a method of a query sends it.
pub(super) fn sends_query(method: &str) -> bool {
    matches!(
        method,
        "all"
            | "first"
            | "one"
            | "one_or_none"
            | "scalar"
            | "count"
            | "get"
            | "update"
            | "delete"
            | "yield_per"
            | "fetchall"
            | "paginate"
    )
}
