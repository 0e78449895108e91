//! What a dry-run's trace means.

use limbeck_types::{
    Diagnostic, Failure, Frame, Migration, Outcome, OutcomeState, Place, PythonError, Related, RevisionId,
    RevisionRef, Sources, SqlError, StepFailure, Trace, TraceEnd,
};

use crate::header::VERSION_NUM_LENGTH;
use crate::locate::{frame_place, migration_of};
use crate::{advice, pin};

/// How many places a call came through are worth showing.
const CALLERS: usize = 3;

/// The findings of a trace; none where it is clean. `sources` holds the revision files and, where it was read, env.py.
pub fn trace(trace: &Trace, sources: &Sources, migrations: &[Migration]) -> Vec<Diagnostic> {
    let context = Context { sources, migrations, of: trace.outcomes.len() };
    let mut found = Vec::new();
    for (index, outcome) in trace.outcomes.iter().enumerate() {
        if let OutcomeState::Failed(failed) = &outcome.state {
            found.push(context.step(outcome, index + 1, failed));
        }
    }
    match &trace.end {
        TraceEnd::Clean | TraceEnd::StepFailed => {}
        TraceEnd::NotLoaded(error) => found.push(context.not_loaded(error)),
        TraceEnd::WrongHeads { expected, found: rows } => found.push(wrong_heads(expected, rows)),
    }
    found
}

/// A revision file that raised when it was imported for its header alone.
pub fn not_imported(
    migration: &Migration,
    error: &PythonError,
    sources: &Sources,
    migrations: &[Migration],
) -> Diagnostic {
    let context = Context { sources, migrations, of: 0 };
    let mut found = context.not_loaded(error);
    let innermost = context.any_place(&error.frames);
    if let Some(place) = innermost.filter(|place| found.place.is_some_and(|found| found.file != place.file)) {
        found.label = Some("called from here".to_owned());
        found.related.push(Related { place, message: "raised here".to_owned() });
    }
    if found.place.is_none() {
        let header = &migration.header;
        let span = header.down_revision.span().or_else(|| header.revision.span());
        found.place =
            Some(Place { file: migration.file, span: span.unwrap_or(limbeck_types::Span::new(0, 0)) });
    }
    found
}

struct Context<'a> {
    sources: &'a Sources,
    migrations: &'a [Migration],
    of: usize,
}

impl Context<'_> {
    fn step(&self, outcome: &Outcome, number: usize, failed: &StepFailure) -> Diagnostic {
        let mut found = match &failed.failure {
            Failure::Raised(error) => match &error.sql {
                Some(sql) => self.refused(outcome, error, sql),
                None => self.raised(outcome, error),
            },
            Failure::TimedOut { after_milliseconds, frames, statement } => {
                self.timed_out(outcome, *after_milliseconds, frames, statement.as_deref())
            }
            Failure::NotCommitted { expected, found, external_transaction, frames } => {
                self.not_committed(outcome, (expected, found), *external_transaction, frames)
            }
        };
        if let Some(earlier) = &failed.earlier {
            self.add_earlier(&mut found, earlier);
        }
        found.revision = Some(RevisionRef {
            id: outcome.step.revision.clone(),
            message: outcome.step.message.clone(),
            number: Some((number, self.of)),
        });
        found.state = Some(failed.database.clone());
        found
    }

    /// Postgres refused a statement.
    fn refused(&self, outcome: &Outcome, error: &PythonError, sql: &SqlError) -> Diagnostic {
        let mut found = Diagnostic::error("revision-failed", &*sql.message).label(&*sql.sent);
        found.sqlstate = Some(sql.sqlstate.clone()).filter(|sqlstate| !sqlstate.is_empty());
        let sender = self.revision_place(&error.frames);
        found.place = sender.or_else(|| self.header(outcome));
        if let Some(place) = sender
            && let Some(migration) = migration_of(place.file, self.migrations)
            && let Some(span) = pin::pin(sql, place.span, migration)
        {
            found.place = Some(Place { span, ..place });
            if !place.span.contains(span) {
                found.related.push(Related { place, message: "sent from here".to_owned() });
            }
        }
        self.add_callers(&mut found, &error.frames);
        for (name, text) in [("detail", &sql.detail), ("hint", &sql.hint), ("context", &sql.context)] {
            if let Some(text) = text {
                found = found.fact(name, &**text);
            }
        }
        found.help = advice::for_sql(sql);
        if sender.is_none() {
            explain_version_row(&mut found, outcome, sql);
        }
        found
    }

    /// The revision's own code raised.
    fn raised(&self, outcome: &Outcome, error: &PythonError) -> Diagnostic {
        let text = match error.message.as_str() {
            "" => error.class.clone(),
            message => format!("{}: {message}", error.class),
        };
        let mut found = Diagnostic::error("revision-failed", text).label("raised here");
        let sender = self.revision_place(&error.frames);
        found.place = sender.or_else(|| self.header(outcome)).or_else(|| self.any_place(&error.frames));
        self.add_callers(&mut found, &error.frames);
        found.help = advice::for_python(error);
        if error.class == "AttributeError" && error.message.ends_with("has no attribute 'upgrade'") {
            found.label = Some("this file has no `upgrade`".to_owned());
            found
                .help
                .push("alembic calls `upgrade` of every revision: write one, `pass` will do".to_owned());
        } else if sender.is_none() {
            // The revision's own code was done: alembic's bookkeeping raised.
            found.label =
                Some("its own code is done; alembic raised at its row in the version table".to_owned());
            let place = self.any_place(&error.frames);
            found
                .related
                .extend(place.map(|place| Related { place, message: "alembic was called here".to_owned() }));
            found.help.push("a revision must leave alembic's version table alone".to_owned());
        }
        found
    }

    fn timed_out(
        &self,
        outcome: &Outcome,
        milliseconds: u64,
        frames: &[Frame],
        statement: Option<&str>,
    ) -> Diagnostic {
        let message = format!("the revision was still running after {} s", seconds(milliseconds));
        let mut found = Diagnostic::error("revision-timed-out", message);
        found.place = self.place(frames).or_else(|| self.function(outcome)).or_else(|| self.header(outcome));
        found.label = Some(statement.unwrap_or("running here").to_owned());
        self.add_callers(&mut found, frames);
        found.help(
            "give it longer with `--revision-timeout SECONDS`, or take the slow work out of the revision",
        )
    }

    fn not_committed(
        &self,
        outcome: &Outcome,
        (expected, rows): (&[RevisionId], &[RevisionId]),
        external_transaction: bool,
        frames: &[Frame],
    ) -> Diagnostic {
        let message = format!(
            "alembic reports success, but the version table is at {}, not at {}",
            ids(rows),
            ids(expected)
        );
        let mut found = Diagnostic::error("revision-not-committed", message);
        if external_transaction {
            found.place = self.any_place(frames);
            found.label = found.place.map(|_| "this begins a transaction".to_owned());
            return found
                .help("env.py has begun a transaction on the connection before `context.configure()`, so alembic leaves \
                       the commit to env.py, which does not commit")
                .help("move what runs before it into the transaction, or call `connection.commit()` at the end of env.py");
        }
        found.place = self.place(frames).or_else(|| self.header(outcome));
        if frames.is_empty() {
            return found.help("something outside the revision ended alembic's transaction");
        }
        found
            .label("this ends alembic's transaction")
            .help("leave the commit to alembic: what follows this call, its row in the version table included, is lost")
    }

    fn not_loaded(&self, error: &PythonError) -> Diagnostic {
        let message = format!("a revision file cannot be imported: {}: {}", error.class, error.message);
        let mut found = Diagnostic::error("revision-not-loadable", message);
        found.place = self.place(&error.frames);
        found.label = found.place.map(|_| "raised here".to_owned());
        found.help("alembic imports every revision file before it runs one; code at module level must not need anything")
    }

    /// Something was refused before, and the revision went on.
    fn add_earlier(&self, found: &mut Diagnostic, earlier: &PythonError) {
        let message = earlier.sql.as_ref().map_or(&earlier.message, |sql| &sql.message);
        match self.place(&earlier.frames) {
            Some(place) => {
                found.related.push(Related { place, message: format!("failed first: {message}") });
            }
            None => found.facts.push(("earlier", message.clone())),
        }
    }

    /// The innermost frame that lies in a revision file, else in any file that was read.
    fn place(&self, frames: &[Frame]) -> Option<Place> {
        self.revision_place(frames).or_else(|| self.any_place(frames))
    }

    /// The innermost frame that lies in a revision file.
    fn revision_place(&self, frames: &[Frame]) -> Option<Place> {
        let mut places = frames.iter().filter_map(|frame| frame_place(frame, self.sources, self.migrations));
        places.find(|place| migration_of(place.file, self.migrations).is_some())
    }

    /// The innermost frame that lies in any file that was read.
    fn any_place(&self, frames: &[Frame]) -> Option<Place> {
        frames.iter().find_map(|frame| frame_place(frame, self.sources, self.migrations))
    }

    /// The calls inside the same files that led to the innermost one.
    fn add_callers(&self, found: &mut Diagnostic, frames: &[Frame]) {
        let places = frames.iter().filter_map(|frame| frame_place(frame, self.sources, self.migrations));
        let callers = places.filter(|place| migration_of(place.file, self.migrations).is_some()).skip(1);
        let callers =
            callers.take(CALLERS).map(|place| Related { place, message: "called from here".to_owned() });
        found.related.extend(callers);
    }

    /// Where the revision's id is written.
    fn header(&self, outcome: &Outcome) -> Option<Place> {
        let file = outcome.step.file;
        let span = migration_of(file, self.migrations)?.header.revision.span()?;
        Some(Place { file, span })
    }

    /// The name of the function that was called.
    fn function(&self, outcome: &Outcome) -> Option<Place> {
        let file = outcome.step.file;
        let migration = migration_of(file, self.migrations)?;
        let function = match outcome.step.direction {
            limbeck_types::Direction::Upgrade => migration.upgrade(),
            limbeck_types::Direction::Downgrade => migration.downgrade(),
        };
        Some(Place { file, span: function?.name })
    }
}

/// The statement was alembic's own: the revision ran, its row could not be written.
fn explain_version_row(found: &mut Diagnostic, outcome: &Outcome, sql: &SqlError) {
    found.label = Some("its row in the version table is refused".to_owned());
    found.facts.push(("statement", sql.sent.clone()));
    let length = outcome.step.revision.as_str().chars().count();
    if sql.sqlstate == "22001" && length > VERSION_NUM_LENGTH {
        found.help.push(format!(
            "the id has {length} characters, alembic's version table has room for {VERSION_NUM_LENGTH}: shorten it, or widen \
             the column before this revision"
        ));
    }
}

fn wrong_heads(expected: &[RevisionId], rows: &[RevisionId]) -> Diagnostic {
    let message = format!("the version table is at {} at the end, not at {}", ids(rows), ids(expected));
    Diagnostic::error("version-table-not-at-heads", message)
        .help("a revision writes to the version table itself, or env.py runs something after its migrations")
}

fn ids(ids: &[RevisionId]) -> String {
    match ids {
        [] => "base".to_owned(),
        ids => ids.iter().map(RevisionId::as_str).collect::<Vec<_>>().join(", "),
    }
}

/// Milliseconds as seconds for people: `1.5`, `120`.
fn seconds(milliseconds: u64) -> String {
    match milliseconds % 1000 {
        0 => (milliseconds / 1000).to_string(),
        rest => format!("{}.{}", milliseconds / 1000, rest / 100),
    }
}
