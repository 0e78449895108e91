//! `with op.batch_alter_table(…)`: its directives wait for the end of the block and are then sent in their order
//! (alembic operations/batch.py, `BatchOperationsImpl.flush`); `execute` does not wait.

use limbeck_types::{Action, Condition, Opaque, Operation, TableName};

use super::place::Place;
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

/// The operation of a directive of a block.
pub(super) fn operation(call: &Call, name: &str, table: &TableName) -> Result<Operation, Opaque> {
    match name {
        "create_table" | "drop_table" | "rename_table" | "bulk_insert" => Err(raises(
            call.span,
            format_args!("AttributeError: 'BatchOperations' object has no attribute '{name}'"),
        )),
        _ => super::operation(call, name, Place::Batch(table))
            .unwrap_or_else(|| Err(blame(call.span, format!("`{name}` is {PLUG_IN}")))),
    }
}

const PLUG_IN: &str = "a directive of a plug-in";

/// Errors of directives that are only raised when the block is sent (alembic ddl/impl.py, ddl/postgresql.py).
const WHEN_SENT: [&str; 2] = ["it raises `CommandError: postgresql_using", "it raises `KeyError"];

/// Whether a directive that cannot be rendered ends its block where it stands, so that nothing of the block is sent: surely,
/// or not; nothing where it does not.
pub(super) fn ends_at(opaque: &Opaque) -> Option<bool> {
    let reason = opaque.reason.as_str();
    let raises = reason.starts_with("it raises") && !WHEN_SENT.iter().any(|error| reason.starts_with(error));
    (raises || reason.ends_with(PLUG_IN)).then_some(raises)
}

impl Block {
    /// An error ends the block, so that what waits is not sent, or may not be.
    pub(super) fn end(&mut self, is_sure: bool, condition: Option<&Condition>, opaque: &Opaque) {
        if is_sure {
            return self.waiting.clear();
        }
        let raised =
            || Condition { span: opaque.span, reason: "what stands in the block may raise".to_owned() };
        for action in &mut self.waiting {
            action.condition.get_or_insert_with(|| condition.cloned().unwrap_or_else(raised));
        }
    }
}
