//! The renderer of one run: what env.py says, and what was already made.

use limbeck_types::{Action, ActionKind, Environment, Field, Literal, Opaque, Operation, Span};

use super::context::unknown;
use super::named_type::Memo;
use super::naming::Convention;
use super::operation::operate;
use super::output::Output;
use super::settings::{contexts, convention};

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
    memo: Memo,
}

impl Renderer {
    /// A renderer under the settings of this env.py, for the revisions of one run.
    pub fn new(environment: &Environment) -> Self {
        Self { environment: environment.clone(), convention: convention(environment), memo: Memo::new() }
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
                    let reason = format!("it depends on a setting of env.py: {}", opaque.reason);
                    return vec![Rendered::Opaque(unknown(call, reason))];
                }
                _ => agreed = Some(rendered),
            }
        }
        agreed.unwrap_or_default()
    }
}
