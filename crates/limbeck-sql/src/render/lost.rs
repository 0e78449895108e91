//! What an online run sends beside the text of a statement, and alembic's offline mode leaves out (alembic
//! runtime/migration.py, `_stdout_connection`).

use limbeck_types::{Action, ActionKind, Execute, Opaque, Operation, SqlStatement};

use super::context::unknown;
use super::statement_text;

/// Why what alembic prints for `action` is not what an online run sends: values of binds that the script does not have.
pub fn lost(action: &Action) -> Option<Opaque> {
    let ActionKind::Operation(operation) = &action.kind else { return None };
    let Operation::Execute(execute) = operation.as_ref() else { return None };
    let Execute { statement, parameters, .. } = execute.as_ref();
    let (names, first) = match statement {
        SqlStatement::Text(text) => statement_text::without_value(text),
        _ => (Vec::new(), None),
    };
    let named = names.iter().map(|name| format!("`:{name}`")).collect::<Vec<_>>().join(", ");
    match (parameters, names.is_empty()) {
        (None, true) => None,
        (Some(passed), true) => Some(unknown(*passed, "what is passed beside it is left out")),
        (Some(passed), false) => Some(unknown(
            first.unwrap_or(*passed),
            format!("what is passed beside it for {named} is left out"),
        )),
        (None, false) => {
            Some(unknown(first.unwrap_or(action.call), format!("nothing gives {named} a value")))
        }
    }
}
