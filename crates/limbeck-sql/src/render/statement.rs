//! What is executed: text, insert, update, delete, select (SQLAlchemy sql/compiler.py, `SQLCompiler`).

use limbeck_types::{BulkInsert, Execute, Literal, Opaque};

use super::context::{Context, unknown};

/// The statements that executing it prints.
pub(crate) fn statement(execute: &Execute, context: Context) -> Result<Vec<Literal>, Opaque> {
    let _ = execute;
    Err(unknown(context.call, "the statement is not rendered yet"))
}

/// `op.bulk_insert` offline.
pub(crate) fn bulk_insert(bulk: &BulkInsert, context: Context) -> Result<Vec<Literal>, Opaque> {
    let _ = bulk;
    Err(unknown(context.call, "the statement is not rendered yet"))
}
