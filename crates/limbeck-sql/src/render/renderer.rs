//! The renderer of one run: what env.py says, and what was already made.

use std::cell::Cell;

use limbeck_types::{Action, ActionKind, Environment, Field, Literal, Opaque, Operation, Span};

use super::context::{Context, Settings, unknown};
use super::named_type::Memo;
use super::naming::Convention;
use super::operation::operate;
use super::output::Output;
use super::settings::{convention, settings};

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

/// The types that a run has made so far, as alembic's `impl.memo` remembers them.
#[derive(Debug, Clone, Default)]
pub struct Made(Memo);

/// Renders the actions of a run.
#[derive(Debug, Clone)]
pub struct Renderer {
    environment: Environment,
    convention: Convention,
    /// All that env.py may mean, and what of it is not known where there are several.
    settings: Vec<Settings>,
    opaque: Option<Opaque>,
}

impl Renderer {
    /// A renderer under the settings of this env.py.
    pub fn new(environment: &Environment) -> Self {
        let (settings, opaque) = settings(environment);
        Self { environment: environment.clone(), convention: convention(environment), settings, opaque }
    }

    /// What alembic's offline mode prints for `action`, after what the run has `made`.
    pub fn render(&self, action: &Action, made: &mut Made) -> Vec<Rendered> {
        match &action.kind {
            ActionKind::AutocommitBegin => self.transaction(Rendered::Commit),
            ActionKind::AutocommitEnd => self.transaction(Rendered::Begin),
            ActionKind::EndsTransaction(_) => Vec::new(),
            ActionKind::Raise(opaque) | ActionKind::NoFunction(opaque) | ActionKind::Opaque(opaque) => {
                vec![Rendered::Opaque(opaque.clone())]
            }
            ActionKind::Operation(operation) => self.operation(operation, action.call, &mut made.0),
        }
    }

    /// What alembic's offline mode prints for `action` whatever the run has made before; nothing where that matters.
    pub fn render_alone(&self, action: &Action) -> Option<Vec<Rendered>> {
        let mut made = Made::default();
        let rendered = self.render(action, &mut made);
        // Nothing is looked up without being put in.
        made.0.is_empty().then_some(rendered)
    }

    /// An autocommit block ends transactions only where there are any.
    fn transaction(&self, rendered: Rendered) -> Vec<Rendered> {
        match &self.environment.transactional_ddl {
            Field::Opaque(opaque) => vec![Rendered::Opaque((**opaque).clone())],
            field if field.known().copied().unwrap_or(true) => vec![rendered],
            _ => Vec::new(),
        }
    }

    /// Renders under every setting that env.py may have, where it makes a difference, and takes what they agree on.
    fn operation(&self, operation: &Operation, call: Span, memo: &mut Memo) -> Vec<Rendered> {
        let Some((first, others)) = self.settings.split_first() else { return Vec::new() };
        let before = if others.is_empty() { Memo::new() } else { memo.clone() };
        let asked = Cell::new(false);
        let agreed = self.under(Context::new(*first, call, &asked), operation, memo);
        if !asked.get() {
            return agreed;
        }
        for settings in others {
            memo.clone_from(&before);
            if self.under(Context::new(*settings, call, &asked), operation, memo) != agreed
                && let Some(opaque) = &self.opaque
            {
                let reason = format!("it depends on a setting of env.py: {}", opaque.reason);
                return vec![Rendered::Opaque(unknown(call, reason))];
            }
        }
        agreed
    }

    fn under(&self, context: Context<'_>, operation: &Operation, memo: &mut Memo) -> Vec<Rendered> {
        let mut output = Output::default();
        operate(&mut output, operation, memo, &self.convention, context);
        output.finish()
    }
}
