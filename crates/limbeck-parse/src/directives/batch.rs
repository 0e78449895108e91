//! `with op.batch_alter_table(…)`: its directives wait for the end of the block and are then sent in their order
//! (alembic operations/batch.py, `BatchOperationsImpl.flush`); `execute` does not wait.

use limbeck_types::{Action, Opaque, TableName};

use crate::constructs::{bind, blame, name, raises, text};
use crate::follow::value::{Call, Kind};

/// A batch block that has begun.
#[derive(Debug)]
pub(super) struct Block {
    /// The number of the call that made it.
    pub(super) number: u32,
    /// Its table.
    pub(super) table: Result<TableName, Opaque>,
    /// Why it fails at its end.
    pub(super) fails: Option<Opaque>,
    /// What waits for its end.
    pub(super) waiting: Vec<Action>,
}

/// The block that a call of `op.batch_alter_table` begins.
pub(super) fn begin(call: &Call) -> Block {
    let read = || {
        let bound = bind(
            call,
            "batch_alter_table(self, table_name, schema=, recreate=, partial_reordering=, copy_from=, table_args=, \
             table_kwargs=, reflect_args=, reflect_kwargs=, naming_convention=)",
        )?;
        let table =
            TableName { schema: bound.optional("schema", name)?, name: name(bound.need("table_name")?)? };
        let fails = match bound.get("recreate").map(text).transpose()?.as_deref() {
            None | Some("auto" | "never") => None,
            Some("always") if bound.get("copy_from").is_some_and(|from| !matches!(from.kind, Kind::None)) => {
                Some(blame(call.span, "a table that is copied is not rendered"))
            }
            Some("always") => Some(raises(
                call.span,
                format_args!(
                    "CommandError: This operation cannot proceed in --sql mode; batch mode with dialect postgresql \
                     requires a live database connection with which to reflect the table \"{}\"",
                    table.name.text
                ),
            )),
            Some(_) => {
                return Err(raises(
                    call.span,
                    "ValueError: recreate may be one of 'auto', 'always', or 'never'.",
                ));
            }
        };
        Ok((table, fails))
    };
    match read() {
        Ok((table, fails)) => Block { number: call.number, table: Ok(table), fails, waiting: Vec::new() },
        Err(opaque) => Block { number: call.number, table: Err(opaque), fails: None, waiting: Vec::new() },
    }
}
