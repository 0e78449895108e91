//! What the steps of a plan send, line by line.
//!
//! It owns what alembic's offline mode prints around the statements of a revision: transactions, the comment before it, and
//! what is done to the version table (alembic runtime/migration.py, `run_migrations`). What a revision sends is worked out and
//! written on several threads, unless what was rendered before counts.

use std::collections::HashSet;
use std::ops::Range;

use limbeck_graph::{Revision, RowChange, RowError};
use limbeck_parse::Around;
use limbeck_report::{SqlLine, SqlLineKind, SqlOrigin, SqlRevision};
use limbeck_sql::{Made, Rendered, Renderer, VersionTable};
use limbeck_types::{Action, ActionKind, Diagnostic, Direction, Opaque, ParseError, Span, Statement};

use super::env::Env;
use super::steps::Step;
use crate::imports::Modules;
use crate::in_order;
use crate::question::Asked;

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
    pub(crate) env: &'e Env,
    pub(crate) modules: &'e Modules<'e>,
    /// The statements about alembic's own table.
    pub(crate) table: Result<VersionTable, Opaque>,
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

/// What a file does.
struct Does {
    actions: Vec<Action>,
    errors: Vec<ParseError>,
    /// The actions rendered, unless that depends on what was made before.
    rendered: Option<Vec<Vec<Rendered>>>,
}

/// Some steps one after another.
enum Piece<'a, T> {
    /// What was told of them.
    Told(T),
    /// One that depends on what was made before.
    Waiting(&'a Step<'a>, Does),
}

/// Whether transactions stand around everything, or around each revision.
struct Transactions {
    around_all: bool,
    around_each: bool,
}

impl<'a> Lines<'a, '_> {
    /// Tells `tell` every line, on several threads: `T` is what it makes of the lines of one
    /// revision or of several in order. Hands that on in order,
    /// until nobody wants to hear more.
    pub(crate) fn each<T: Default + Send>(
        &self,
        steps: &'a [Step<'a>],
        tell: &(dyn Fn(&mut T, Heard<'a>) + Sync),
        take: &mut dyn FnMut(T) -> Option<()>,
    ) {
        // Ends early by `None`.
        let _ = self.all(steps, tell, take);
    }

    fn all<T: Default + Send>(
        &self,
        steps: &'a [Step<'a>],
        tell: &(dyn Fn(&mut T, Heard<'a>) + Sync),
        take: &mut dyn FnMut(T) -> Option<()>,
    ) -> Option<()> {
        let transactions = self.transactions();
        let renderer = Renderer::new(&self.env.environment);
        let mut made = Made::default();
        let bare = |kind| {
            let mut bare = T::default();
            tell(&mut bare, Heard::Line(SqlLine { revision: None, kind }));
            bare
        };
        if transactions.around_all {
            take(bare(SqlLineKind::Begin))?;
        }
        let is_unset = |name: &str| self.env.is_unset(&self.asked.project, name);
        let around = Around {
            constants: &|module, name| self.modules.text(module, name),
            modules: &|name| self.modules.module(name),
            is_unset: &is_unset,
        };
        let step = |told: &mut T, step: &'a Step<'a>, does: Does, rendered: Vec<Vec<Rendered>>| {
            self.step(step, does, rendered, &transactions, &mut |heard| tell(told, heard));
        };
        let make = |range: Range<usize>| {
            let mut pieces = Vec::with_capacity(1);
            for at in &steps[range] {
                let mut does = self.does(at, &renderer, &around);
                let Some(rendered) = does.rendered.take() else {
                    pieces.push(Piece::Waiting(at, does));
                    continue;
                };
                match pieces.last_mut() {
                    Some(Piece::Told(told)) => step(told, at, does, rendered),
                    _ => {
                        let mut told = T::default();
                        step(&mut told, at, does, rendered);
                        pieces.push(Piece::Told(told));
                    }
                }
            }
            pieces
        };
        in_order::each(steps.len(), &make, &mut |pieces| {
            pieces.into_iter().try_for_each(|piece| match piece {
                Piece::Told(told) => take(told),
                Piece::Waiting(at, does) => {
                    let rendered =
                        does.actions.iter().map(|action| renderer.render(action, &mut made)).collect();
                    let mut told = T::default();
                    step(&mut told, at, does, rendered);
                    take(told)
                }
            })
        })?;
        if transactions.around_all {
            take(bare(SqlLineKind::Commit))?;
        }
        Some(())
    }

    fn transactions(&self) -> Transactions {
        let environment = &self.env.environment;
        let is_known = |field: &limbeck_types::Field<bool>, or: bool| field.known().copied().unwrap_or(or);
        let transactional = is_known(&environment.transactional_ddl, true);
        let per_step = is_known(&environment.transaction_per_migration, false);
        Transactions {
            around_all: transactional && !per_step && environment.begins_transaction,
            around_each: transactional && per_step,
        }
    }

    /// What a file does, and where it is not Python.
    fn does(&self, step: &Step<'_>, renderer: &Renderer, around: &Around<'_>) -> Does {
        let text = &self.asked.tree.sources[step.revision.file()].text;
        let (actions, errors) = limbeck_parse::actions(text, self.direction, around);
        // Most are rendered, of which the iterator knows nothing.
        let mut rendered = Some(Vec::with_capacity(actions.len()));
        for action in &actions {
            match (renderer.render_alone(action), &mut rendered) {
                (Some(one), Some(all)) => all.push(one),
                _ => {
                    rendered = None;
                    break;
                }
            }
        }
        Does { actions, errors, rendered }
    }

    /// Tells the lines of a revision.
    fn step(
        &self,
        step: &'a Step<'a>,
        does: Does,
        rendered: Vec<Vec<Rendered>>,
        transactions: &Transactions,
        tell: &mut dyn FnMut(Heard<'a>),
    ) {
        let bare = |kind| Heard::Line(SqlLine { revision: None, kind });
        if transactions.around_each {
            tell(bare(SqlLineKind::Begin));
        }
        if step.creates_table {
            tell(self.line(step, self.own(|table| table.create())));
        }
        tell(self.line(step, SqlLineKind::Running(running(step.revision, self.direction))));
        if let Some(found) = limbeck_lint::syntax_error(step.revision.file(), &does.errors) {
            tell(self.line(step, broken(&does.errors)));
            tell(Heard::Broken(found));
        } else {
            // A place that a loop comes by again is not known for the same reason.
            let mut told = HashSet::new();
            // A loop sends one text again and again, of which the place may be another each time.
            let mut last: Option<(String, Vec<Statement>)> = None;
            for (action, rendered) in does.actions.iter().zip(rendered) {
                if let Some(opaque) = self.end(action) {
                    return tell(self.line(step, SqlLineKind::Ends { opaque, origin: origin(action) }));
                }
                for rendered in rendered {
                    if !is_told(&mut told, &rendered, action) {
                        tell(self.line(step, self.kind(rendered, action, &mut last)));
                    }
                }
            }
        }
        self.after(step, &mut |kind| tell(self.line(step, kind)));
        if transactions.around_each {
            tell(bare(SqlLineKind::Commit));
        }
    }

    /// Why the script surely ends here: a downgrade raises, or there is no function to run. What an `upgrade()` raises in
    /// alembic's offline mode it may not raise online, and the revisions behind it are wanted all the same.
    fn end(&self, action: &Action) -> Option<Opaque> {
        match (&action.kind, self.direction) {
            (ActionKind::NoFunction(opaque), _) => Some(opaque.clone()),
            (ActionKind::Raise(opaque), Direction::Downgrade) if action.condition.is_none() => {
                Some(opaque.clone())
            }
            _ => None,
        }
    }

    fn line(&self, step: &'a Step<'a>, kind: SqlLineKind) -> Heard<'a> {
        let file = step.revision.file();
        let message = self.asked.tree.message(file);
        Heard::Line(SqlLine { revision: Some(SqlRevision { id: step.revision.id(), message, file }), kind })
    }

    /// What is done to the version table.
    fn after(&self, step: &Step<'_>, tell: &mut dyn FnMut(SqlLineKind)) {
        match &step.changes {
            Ok(changes) => {
                changes.iter().for_each(|change| tell(self.own(|table| row(table, change))));
            }
            Err(error) => tell(unknown(Span::default(), &not_written(error))),
        }
    }

    fn own(&self, sql: impl Fn(&VersionTable) -> Result<String, Opaque>) -> SqlLineKind {
        match self.table.as_ref().map_err(Clone::clone).and_then(sql) {
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

    /// What an action sends. `last` is the text before it and what it says.
    fn kind(
        &self,
        rendered: Rendered,
        action: &Action,
        last: &mut Option<(String, Vec<Statement>)>,
    ) -> SqlLineKind {
        match rendered {
            Rendered::Begin => SqlLineKind::Begin,
            Rendered::Commit => SqlLineKind::Commit,
            Rendered::Statement(sql) => {
                let read = match (self.reading, &*last) {
                    (Reading::Text, _) => Vec::new(),
                    (Reading::Statements, Some((text, read))) if *text == sql.value => read.clone(),
                    (Reading::Statements, _) => {
                        let read = limbeck_sql::read(&sql.value);
                        *last = Some((sql.value.clone(), read.clone()));
                        read
                    }
                };
                SqlLineKind::Sent { sql, origin: origin(action), read, lost: limbeck_sql::lost(action) }
            }
            Rendered::Opaque(opaque) => SqlLineKind::Unknown { opaque, origin: origin(action) },
        }
    }

    fn statements(&self, sql: &str) -> Vec<Statement> {
        match self.reading {
            Reading::Text => Vec::new(),
            Reading::Statements => limbeck_sql::read(sql),
        }
    }
}

fn origin(action: &Action) -> SqlOrigin {
    SqlOrigin { call: action.call, callers: action.callers.clone(), condition: action.condition.clone() }
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

fn row(table: &VersionTable, change: &RowChange) -> Result<String, Opaque> {
    match change {
        RowChange::Insert(row) => table.insert(row.as_str()),
        RowChange::Delete(row) => Ok(table.delete(row.as_str())),
        RowChange::Update { from, to } => Ok(table.update(from.as_str(), to.as_str())),
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
