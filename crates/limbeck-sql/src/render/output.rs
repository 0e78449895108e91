//! What rendering an action gives, in order.

use limbeck_types::{Literal, Opaque};

use super::context::is_raised;
use super::renderer::Rendered;
use super::sql::Sql;

/// Statements of one action, up to what alembic raises on.
#[derive(Debug, Default)]
pub(crate) struct Output {
    rendered: Vec<Rendered>,
    raised: bool,
}

impl Output {
    /// Adds a statement, or why it is not known; nothing after alembic has raised.
    pub(crate) fn add(&mut self, statement: Result<Sql, Opaque>) {
        match statement {
            Ok(sql) if !self.raised => self.rendered.push(Rendered::Statement(sql.finish())),
            Ok(_) => {}
            Err(opaque) => self.opaque(opaque),
        }
    }

    /// Adds what is not known.
    pub(crate) fn opaque(&mut self, opaque: Opaque) {
        if !self.raised {
            self.raised = is_raised(&opaque);
            self.rendered.push(Rendered::Opaque(opaque));
        }
    }

    /// Adds statements that are whole.
    pub(crate) fn statements(&mut self, statements: Result<Vec<Literal>, Opaque>) {
        match statements {
            Ok(statements) if !self.raised => {
                self.rendered.extend(statements.into_iter().map(Rendered::Statement));
            }
            Ok(_) => {}
            Err(opaque) => self.opaque(opaque),
        }
    }

    /// All of it.
    pub(crate) fn finish(self) -> Vec<Rendered> {
        self.rendered
    }
}
