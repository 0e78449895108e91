//! What the steps of a plan send, line by line.
//!
//! It owns what alembic's offline mode prints around the statements of a revision: transactions, the comment before it, and
//! what is done to the version table (alembic runtime/migration.py, `run_migrations`). Files are read in parallel, a batch at
//! a time, and rendered in order, as what was rendered before counts.

use std::collections::HashSet;

use limbeck_graph::{Revision, RowChange, RowError};
use limbeck_parse::Around;
use limbeck_report::{SqlLine, SqlLineKind, SqlOrigin, SqlRevision};
use limbeck_sql::{Rendered, Renderer};
use limbeck_types::{Action, Diagnostic, Direction, Environment, Opaque, ParseError, Span, Statement};
use rayon::prelude::*;

use super::steps::Step;
use crate::imports;
use crate::question::Asked;

/// Fewer files than these are read on one thread: starting more takes longer.
const FEW: usize = 8;
/// So many files are read before the first of them is rendered.
const BATCH: usize = 512;

/// Whether somebody wants to know what the statements are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// Their text is enough.
    Text,
    /// Their kinds and objects too.
    Statements,
}

/// How the lines are made.
pub(crate) struct Lines<'a, 'e> {
    pub(crate) asked: &'a Asked,
    pub(crate) environment: &'e Environment,
    /// The same with nothing in it that is not known, for alembic's own statements.
    pub(crate) assumed: Environment,
    pub(crate) direction: Direction,
    pub(crate) reading: Reading,
}

/// What is heard of the plan, in order.
pub(crate) enum Heard<'a> {
    /// A line.
    Line(SqlLine<'a>),
    /// A file that alembic would refuse; nothing of it is among the lines.
    Broken(Diagnostic),
}

impl<'a> Lines<'a, '_> {
    /// Calls with every line, until nobody wants to hear more.
    pub(crate) fn each(&self, steps: &'a [Step<'a>], hear: &mut dyn FnMut(Heard<'a>) -> bool) {
        // Ends early by `None`.
        let _ = self.all(steps, hear);
    }

    fn all(&self, steps: &'a [Step<'a>], hear: &mut dyn FnMut(Heard<'a>) -> bool) -> Option<()> {
        let environment = self.environment;
        let is_known = |field: &limbeck_types::Field<bool>, or: bool| field.known().copied().unwrap_or(or);
        let transactional = is_known(&environment.transactional_ddl, true);
        let per_step = is_known(&environment.transaction_per_migration, false);
        let around_all = transactional && !per_step && environment.begins_transaction;
        let around_each = transactional && per_step;
        let mut renderer = Renderer::new(environment);
        let mut hear = |heard: Heard<'a>| hear(heard).then_some(());
        let bare = |kind| Heard::Line(SqlLine { revision: None, kind });
        if around_all {
            hear(bare(SqlLineKind::Begin))?;
        }
        let project = &self.asked.project;
        let (constants, modules, is_unset) =
            (imports::constants(project), imports::modules(project), imports::is_unset(project));
        let around = Around { constants: &constants, modules: &modules, is_unset: &is_unset };
        for batch in steps.chunks(BATCH) {
            for (step, (actions, errors)) in batch.iter().zip(self.read(batch, &around)) {
                if around_each {
                    hear(bare(SqlLineKind::Begin))?;
                }
                for kind in self.before(step) {
                    hear(self.line(step, kind))?;
                }
                if let Some(found) = limbeck_lint::syntax_error(step.revision.file(), &errors) {
                    hear(self.line(step, broken(&errors)))?;
                    hear(Heard::Broken(found))?;
                } else {
                    // A place that a loop comes by again is not known for the same reason.
                    let mut told = HashSet::new();
                    for action in &actions {
                        for rendered in renderer.render(action) {
                            if is_told(&mut told, &rendered, action) {
                                continue;
                            }
                            hear(self.line(step, self.kind(rendered, action)))?;
                        }
                    }
                }
                for kind in self.after(step) {
                    hear(self.line(step, kind))?;
                }
                if around_each {
                    hear(bare(SqlLineKind::Commit))?;
                }
            }
        }
        if around_all {
            hear(bare(SqlLineKind::Commit))?;
        }
        Some(())
    }

    /// What the files of a batch do, and where they are not Python.
    fn read(&self, batch: &[Step<'_>], around: &Around<'_>) -> Vec<(Vec<Action>, Vec<ParseError>)> {
        let read = |step: &Step<'_>| {
            let text = &self.asked.tree.sources[step.revision.file()].text;
            limbeck_parse::actions(text, self.direction, around)
        };
        if batch.len() < FEW {
            batch.iter().map(read).collect()
        } else {
            batch.par_iter().map(read).collect()
        }
    }

    fn line(&self, step: &Step<'a>, kind: SqlLineKind) -> Heard<'a> {
        let file = step.revision.file();
        let message = self.asked.tree.message(file);
        Heard::Line(SqlLine { revision: Some(SqlRevision { id: step.revision.id(), message, file }), kind })
    }

    /// What stands before the statements of a revision.
    fn before(&self, step: &Step<'_>) -> Vec<SqlLineKind> {
        let create = step.creates_table.then(|| self.own(limbeck_sql::create_version_table(&self.assumed)));
        create.into_iter().chain([SqlLineKind::Running(running(step.revision, self.direction))]).collect()
    }

    /// What is done to the version table.
    fn after(&self, step: &Step<'_>) -> Vec<SqlLineKind> {
        match &step.changes {
            Ok(changes) => changes.iter().map(|change| self.own(row(&self.assumed, change))).collect(),
            Err(error) => vec![unknown(Span::default(), &not_written(error))],
        }
    }

    fn own(&self, sql: Result<String, Opaque>) -> SqlLineKind {
        match sql {
            Ok(sql) => {
                let read = self.statements(&sql);
                SqlLineKind::Own { sql, read }
            }
            // The place to blame is env.py's, and said already.
            Err(opaque) => {
                unknown(Span::default(), &format!("it depends on env.py, of which {}", opaque.reason))
            }
        }
    }

    fn kind(&self, rendered: Rendered, action: &Action) -> SqlLineKind {
        let origin = || SqlOrigin {
            call: action.call,
            callers: action.callers.clone(),
            condition: action.condition.clone(),
        };
        match rendered {
            Rendered::Begin => SqlLineKind::Begin,
            Rendered::Commit => SqlLineKind::Commit,
            Rendered::Statement(sql) => {
                let read = self.statements(&sql.value);
                SqlLineKind::Sent { sql, origin: origin(), read }
            }
            Rendered::Opaque(opaque) => SqlLineKind::Unknown { opaque, origin: origin() },
        }
    }

    fn statements(&self, sql: &str) -> Vec<Statement> {
        match self.reading {
            Reading::Text => Vec::new(),
            Reading::Statements => limbeck_sql::read(sql),
        }
    }
}

/// Whether this was already said not to be known, for the same reason.
fn is_told(told: &mut HashSet<(Span, Span, String)>, rendered: &Rendered, action: &Action) -> bool {
    match rendered {
        Rendered::Opaque(opaque) => !told.insert((action.call, opaque.span, opaque.reason.clone())),
        Rendered::Begin | Rendered::Commit | Rendered::Statement(_) => false,
    }
}

/// alembic's comment before a revision (alembic runtime/migration.py, `MigrationStep.short_log`): declared
/// `down_revision`s, no dependencies.
fn running(revision: &Revision, direction: Direction) -> String {
    let down: Vec<&str> = revision.node.down.iter().map(|id| id.value.as_str()).collect();
    let (id, down) = (revision.id(), down.join(", "));
    match direction {
        Direction::Upgrade => format!("Running upgrade {down} -> {id}"),
        Direction::Downgrade => format!("Running downgrade {id} -> {down}"),
    }
}

fn row(environment: &Environment, change: &RowChange) -> Result<String, Opaque> {
    match change {
        RowChange::Insert(row) => limbeck_sql::insert_row(environment, row.as_str()),
        RowChange::Delete(row) => limbeck_sql::delete_row(environment, row.as_str()),
        RowChange::Update { from, to } => limbeck_sql::update_row(environment, from.as_str(), to.as_str()),
    }
}

fn broken(errors: &[ParseError]) -> SqlLineKind {
    let span = errors.first().map_or(Span::default(), |error| error.span);
    unknown(span, "the file is not Python")
}

fn not_written(error: &RowError) -> String {
    format!("alembic cannot write the version table here: {error}")
}

fn unknown(span: Span, reason: &str) -> SqlLineKind {
    let opaque = Opaque { span, reason: reason.to_owned(), import: None };
    SqlLineKind::Unknown { opaque, origin: SqlOrigin { call: span, callers: Vec::new(), condition: None } }
}
