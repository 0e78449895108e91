//! The renderer of one run: what env.py says, and what was already made.

use limbeck_types::{Action, ActionKind, Environment, Literal, Opaque, Operation};

use super::context::{Context, Paramstyle, unknown};
use super::statement;

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
}

impl Renderer {
    /// A renderer under the settings of this env.py, for the revisions of one run.
    pub fn new(environment: &Environment) -> Self {
        Self { environment: environment.clone() }
    }

    /// What alembic's offline mode prints for `action`.
    pub fn render(&mut self, action: &Action) -> Vec<Rendered> {
        let transactional = self.environment.transactional_ddl.known().copied().unwrap_or(true);
        match &action.kind {
            ActionKind::AutocommitBegin if transactional => vec![Rendered::Commit],
            ActionKind::AutocommitEnd if transactional => vec![Rendered::Begin],
            ActionKind::AutocommitBegin | ActionKind::AutocommitEnd | ActionKind::EndsTransaction(_) => {
                Vec::new()
            }
            ActionKind::Raise(opaque) | ActionKind::Opaque(opaque) => vec![Rendered::Opaque(opaque.clone())],
            ActionKind::Operation(operation) => {
                let context = Context {
                    paramstyle: Paramstyle::Pyformat,
                    literal_binds: self.environment.literal_binds.known().copied().unwrap_or(false),
                    include_table: true,
                    call: action.call,
                };
                let rendered = match operation.as_ref() {
                    Operation::Execute(execute) => statement::statement(execute, context),
                    _ => Err(unknown(action.call, "the operation is not rendered yet")),
                };
                match rendered {
                    Ok(statements) => statements.into_iter().map(Rendered::Statement).collect(),
                    Err(opaque) => vec![Rendered::Opaque(opaque)],
                }
            }
        }
    }
}
