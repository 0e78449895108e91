//! The JSON of every command: one documented, versioned schema (`docs/limbeck.schema.json`).

use std::io::{Result, Write};

use limbeck_types::{
    Diagnostic, Direction, Failure, Outcome, OutcomeState, RevisionId, StateOutcome, Trace, TraceEnd,
};
use serde::Serialize;

use crate::document::{Body, Document, DryRun, Verdict};
use crate::entry::Entry;
use crate::json_entry::{JsonEntry, JsonHead};
use crate::json_graph::JsonGraph;
use crate::json_place::{JsonPlace, Places};
use crate::json_sql::JsonSql;
use crate::text;

/// The schema's version: raised when a field changes its meaning or goes; new fields do not raise it.
pub const SCHEMA: u32 = 1;

/// Writes the document as one JSON object, indented, with a final line end.
pub fn write(out: &mut dyn Write, document: &Document<'_>) -> Result<()> {
    let places = Places::new(document.sources);
    serde_json::to_writer_pretty(&mut *out, &Root::new(document, &places))?;
    writeln!(out)
}

#[derive(Serialize)]
struct Root<'a> {
    schema: u32,
    command: &'a str,
    verdict: Verdict,
    exit_code: u8,
    diagnostics: Vec<JsonDiagnostic<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    heads: Option<Vec<JsonHead<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_table: Option<&'a [RevisionId]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revisions: Option<Vec<JsonEntry<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    graph: Option<JsonGraph<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sql: Option<JsonSql<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dry_run: Option<JsonDryRun<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<&'a str>,
}

impl<'a> Root<'a> {
    fn new(document: &'a Document<'a>, places: &Places<'a>) -> Self {
        let mut root = Self {
            schema: SCHEMA,
            command: document.command,
            verdict: document.verdict,
            exit_code: match document.verdict {
                Verdict::Pass => 0,
                Verdict::Fail => 1,
                Verdict::Unable => 2,
            },
            diagnostics: document
                .diagnostics
                .iter()
                .map(|found| JsonDiagnostic::new(found, places))
                .collect(),
            files: None,
            heads: None,
            version_table: None,
            revisions: None,
            graph: None,
            sql: None,
            dry_run: None,
            output: None,
        };
        match &document.body {
            Body::None => {}
            Body::Unable { printed } => root.output = Some(*printed).filter(|printed| !printed.is_empty()),
            Body::Check { files } => root.files = Some(*files),
            Body::Heads { heads, .. } => root.heads = Some(heads.iter().map(JsonHead::new).collect()),
            Body::History { revisions, .. } | Body::Show { revisions } => {
                root.revisions = Some(entries(revisions));
            }
            Body::Branches { points, .. } => {
                root.revisions = Some(points.iter().map(|point| JsonEntry::new(&point.entry)).collect());
            }
            Body::Current(current) => {
                root.version_table = Some(current.rows);
                let entry = |entry| JsonEntry::of_current(entry, current);
                root.revisions = Some(current.revisions.iter().map(entry).collect());
            }
            Body::Graph(drawing) => root.graph = Some(JsonGraph::new(&drawing.picture)),
            Body::Sql(sql) => root.sql = Some(JsonSql::new(sql, places)),
            Body::DryRun(dry_run) => root.dry_run = Some(JsonDryRun::new(dry_run, places)),
        }
        root
    }
}

fn entries<'a>(entries: &'a [Entry<'a>]) -> Vec<JsonEntry<'a>> {
    entries.iter().map(JsonEntry::new).collect()
}

#[derive(Serialize)]
struct JsonRelated<'a> {
    #[serde(flatten)]
    place: JsonPlace<'a>,
    message: &'a str,
}

#[derive(Serialize)]
struct JsonRevision<'a> {
    id: &'a RevisionId,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<usize>,
}

#[derive(Serialize)]
struct JsonState<'a> {
    outcome: &'static str,
    at: &'a [RevisionId],
}

#[derive(Serialize)]
struct JsonDiagnostic<'a> {
    rule: &'a str,
    severity: &'static str,
    message: &'a str,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    place: Option<JsonPlace<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<JsonRevision<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sqlstate: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<JsonState<'a>>,
    facts: std::collections::BTreeMap<&'a str, &'a str>,
    related: Vec<JsonRelated<'a>>,
    help: &'a [String],
}

fn state(state: &limbeck_types::DatabaseState) -> JsonState<'_> {
    let outcome = match state.outcome {
        StateOutcome::RolledBack => "rolled-back",
        StateOutcome::PartlyApplied => "partly-applied",
        StateOutcome::Unknown => "unknown",
    };
    JsonState { outcome, at: &state.at }
}

impl<'a> JsonDiagnostic<'a> {
    fn new(found: &'a Diagnostic, places: &Places<'a>) -> Self {
        Self {
            rule: found.rule,
            severity: text::severity(found.severity),
            message: &found.message,
            place: found.place.map(|place| places.place(place)),
            label: found.label.as_deref(),
            revision: found.revision.as_ref().map(|revision| JsonRevision {
                id: &revision.id,
                message: &revision.message,
                number: revision.number.map(|(number, _)| number),
                of: revision.number.map(|(_, of)| of),
            }),
            sqlstate: found.sqlstate.as_deref(),
            state: found.state.as_ref().map(state),
            facts: found.facts.iter().map(|(name, text)| (*name, text.as_str())).collect(),
            related: found
                .related
                .iter()
                .map(|related| JsonRelated { place: places.place(related.place), message: &related.message })
                .collect(),
            help: &found.help,
        }
    }
}

#[derive(Serialize)]
struct JsonDryRun<'a> {
    end: &'static str,
    milliseconds: f64,
    server: JsonServer<'a>,
    python: JsonPython<'a>,
    revisions: Vec<JsonOutcome<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    output: &'a str,
}

#[derive(Serialize)]
struct JsonServer<'a> {
    version: &'a str,
    embedded: bool,
}

#[derive(Serialize)]
struct JsonPython<'a> {
    version: &'a str,
    alembic: &'a str,
    sqlalchemy: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    dialect: &'a str,
}

#[derive(Serialize)]
struct JsonOutcome<'a> {
    id: &'a RevisionId,
    message: &'a str,
    file: &'a str,
    direction: &'static str,
    state: &'static str,
    milliseconds: f64,
    statements: Vec<JsonStatement<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<JsonError<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    output: &'a str,
}

#[derive(Serialize)]
struct JsonStatement<'a> {
    sql: &'a str,
    milliseconds: f64,
    autocommit: bool,
    /// Absent for alembic's own statements.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    place: Option<JsonPlace<'a>>,
}

/// What went wrong in a step, as it was seen; the judgement stands in the diagnostics.
#[derive(Serialize)]
struct JsonError<'a> {
    kind: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sqlstate: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    table: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    constraint: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    statement: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<u32>,
    state: JsonState<'a>,
}

impl<'a> JsonDryRun<'a> {
    fn new(dry_run: &DryRun<'a>, places: &Places<'a>) -> Self {
        let Trace { interpreter, outcomes, end, output } = dry_run.trace;
        Self {
            end: match end {
                TraceEnd::Clean => "clean",
                TraceEnd::StepFailed => "revision-failed",
                TraceEnd::NotLoaded(_) => "not-loaded",
                TraceEnd::WrongHeads { .. } => "wrong-heads",
            },
            milliseconds: rounded(dry_run.milliseconds),
            server: JsonServer { version: dry_run.server_version, embedded: dry_run.embedded },
            python: JsonPython {
                version: &interpreter.python,
                alembic: &interpreter.alembic,
                sqlalchemy: &interpreter.sqlalchemy,
                dialect: &interpreter.dialect,
            },
            revisions: outcomes.iter().map(|outcome| JsonOutcome::new(outcome, places)).collect(),
            output,
        }
    }
}

impl<'a> JsonOutcome<'a> {
    fn new(outcome: &'a Outcome, places: &Places<'a>) -> Self {
        let Outcome { step, state, milliseconds, statements, output } = outcome;
        Self {
            id: &step.revision,
            message: &step.message,
            file: &places.sources[step.file].shown,
            direction: match step.direction {
                Direction::Upgrade => "upgrade",
                Direction::Downgrade => "downgrade",
            },
            state: match state {
                OutcomeState::Applied => "applied",
                OutcomeState::Failed(_) => "failed",
                OutcomeState::RolledBack => "rolled-back",
                OutcomeState::NotRun => "not-run",
            },
            milliseconds: rounded(*milliseconds),
            statements: statements
                .iter()
                .map(|statement| JsonStatement {
                    sql: &statement.sql,
                    milliseconds: rounded(statement.milliseconds),
                    autocommit: statement.autocommit,
                    place: statement.place.map(|place| places.place(place)),
                })
                .collect(),
            error: match state {
                OutcomeState::Failed(failure) => Some(JsonError::new(failure)),
                OutcomeState::Applied | OutcomeState::RolledBack | OutcomeState::NotRun => None,
            },
            output,
        }
    }
}

impl<'a> JsonError<'a> {
    fn new(failed: &'a limbeck_types::StepFailure) -> Self {
        let mut error = Self {
            kind: "",
            message: String::new(),
            class: None,
            sqlstate: None,
            detail: None,
            hint: None,
            context: None,
            table: None,
            column: None,
            constraint: None,
            statement: None,
            position: None,
            state: state(&failed.database),
        };
        match &failed.failure {
            Failure::Raised(raised) => {
                error.kind = "raised";
                error.class = Some(&raised.class);
                error.message.clone_from(&raised.message);
                if let Some(sql) = &raised.sql {
                    error.message.clone_from(&sql.message);
                    error.sqlstate = Some(sql.sqlstate.as_str()).filter(|sqlstate| !sqlstate.is_empty());
                    error.detail = sql.detail.as_deref();
                    error.hint = sql.hint.as_deref();
                    error.context = sql.context.as_deref();
                    error.table = sql.table.as_deref();
                    error.column = sql.column.as_deref();
                    error.constraint = sql.constraint.as_deref();
                    error.statement = Some(&sql.sent);
                    error.position = sql.position;
                }
            }
            Failure::TimedOut { after_milliseconds, statement, .. } => {
                error.kind = "timed-out";
                error.message = format!("still running after {after_milliseconds} ms");
                error.statement = statement.as_deref();
            }
            Failure::NotCommitted { expected, found, .. } => {
                error.kind = "not-committed";
                error.message =
                    format!("the version table is at {}, not at {}", text::ids(found), text::ids(expected));
            }
        }
        error
    }
}

/// Microseconds are as fine as a wall clock is worth here.
fn rounded(milliseconds: f64) -> f64 {
    (milliseconds * 1000.0).round() / 1000.0
}
