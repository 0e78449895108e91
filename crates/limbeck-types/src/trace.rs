//! What a dry-run saw, before anybody judges it.

use std::path::PathBuf;

use crate::{DatabaseState, FileId, Place, RevisionId};

/// Which way a revision is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// `upgrade()`.
    Upgrade,
    /// `downgrade()`.
    Downgrade,
}

/// One revision to run, in the order of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The revision, never a symbol.
    pub revision: RevisionId,
    /// Its message, for people.
    pub message: String,
    /// Its file.
    pub file: FileId,
    /// Which of its functions.
    pub direction: Direction,
}

/// A place in running Python code, as the interpreter tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The code's file, as the interpreter names it.
    pub path: PathBuf,
    /// The function.
    pub function: String,
    /// 1-based line of the instruction that was running.
    pub line: u32,
    /// 1-based last line; with Python 3.11 and later only.
    pub end_line: Option<u32>,
    /// 0-based first byte in `line` (UTF-8); with Python 3.11 and later only.
    pub column: Option<u32>,
    /// 0-based end byte in `end_line` (UTF-8, exclusive); with Python 3.11 and later only.
    pub end_column: Option<u32>,
}

/// A statement that the revision sent.
#[derive(Debug, Clone, PartialEq)]
pub struct TracedStatement {
    /// The text as it was handed to the database driver.
    pub sql: String,
    /// Milliseconds until the server had answered.
    pub milliseconds: f64,
    /// The frames of revision files that sent it, innermost first; empty for alembic's own statements.
    pub frames: Vec<Frame>,
    /// The call that sent it, once the frames have been looked up in the sources.
    pub place: Option<Place>,
    /// Whether it ran outside a transaction.
    pub autocommit: bool,
}

/// What Postgres said about a statement it refused.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SqlError {
    /// Five characters.
    pub sqlstate: String,
    /// The primary message.
    pub message: String,
    /// `DETAIL`.
    pub detail: Option<String>,
    /// `HINT`.
    pub hint: Option<String>,
    /// `CONTEXT`.
    pub context: Option<String>,
    /// 1-based character in `sent` at which the error was seen.
    pub position: Option<u32>,
    /// The text as the server got it, or as the driver was given it.
    pub sent: String,
    /// Table that the error is about.
    pub table: Option<String>,
    /// Column that the error is about.
    pub column: Option<String>,
    /// Constraint that the error is about.
    pub constraint: Option<String>,
}

/// An exception that ended a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PythonError {
    /// The class with its module: `sqlalchemy.exc.ProgrammingError`.
    pub class: String,
    /// `str(exception)`, without SQLAlchemy's own appendices.
    pub message: String,
    /// All frames that are the project's own (revision files, env.py, its modules), innermost first.
    pub frames: Vec<Frame>,
    /// What Postgres said, where it was Postgres that refused.
    pub sql: Option<SqlError>,
}

/// Why a step did not end well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// An exception came out of it.
    Raised(Box<PythonError>),
    /// It was still running at the deadline.
    TimedOut {
        /// The deadline in milliseconds.
        after_milliseconds: u64,
        /// Where it was running, innermost first.
        frames: Vec<Frame>,
        /// The statement that the server had not answered.
        statement: Option<String>,
    },
    /// alembic took it for applied, but a second connection does not see its row in the version table.
    NotCommitted {
        /// The rows that alembic believes in, sorted.
        expected: Vec<RevisionId>,
        /// The rows that are there, sorted.
        found: Vec<RevisionId>,
        /// Whether env.py had a transaction open before alembic began.
        external_transaction: bool,
        /// Where the revision's own code ended alembic's transaction, or env.py began its own; innermost first, empty if
        /// neither is known.
        frames: Vec<Frame>,
    },
}

/// A step's failure and what it left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepFailure {
    /// Why it failed.
    pub failure: Failure,
    /// The first statement of the step that the server refused, when the revision caught that error itself and went on.
    pub earlier: Option<PythonError>,
    /// Where the database stands.
    pub database: DatabaseState,
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutcomeState {
    /// Committed, and its row seen from a second connection.
    Applied,
    /// It ran without an error, and was rolled back with a transaction of env.py's that was never committed.
    RolledBack,
    /// It failed, and the run stopped there.
    Failed(Box<StepFailure>),
    /// The run stopped before it.
    NotRun,
}

/// What became of one step of the plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The step.
    pub step: Step,
    /// How it ended.
    pub state: OutcomeState,
    /// Milliseconds from its first instruction to its commit or failure; 0 if not run.
    pub milliseconds: f64,
    /// What it sent, in order.
    pub statements: Vec<TracedStatement>,
    /// What its code printed.
    pub output: String,
}

impl Outcome {
    /// The error of the statement that the server refused and that ended the step.
    pub fn refused(&self) -> Option<&PythonError> {
        let OutcomeState::Failed(failed) = &self.state else { return None };
        match &failed.failure {
            Failure::Raised(error) if error.sql.is_some() => Some(error),
            Failure::Raised(_) | Failure::TimedOut { .. } | Failure::NotCommitted { .. } => None,
        }
    }
}

/// The interpreter that ran the project.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Interpreter {
    /// `3.11.7`.
    pub python: String,
    /// alembic's version.
    pub alembic: String,
    /// SQLAlchemy's version.
    pub sqlalchemy: String,
    /// `dialect+driver` of the connection that alembic used, once it is known.
    pub dialect: String,
}

/// How a run as a whole ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TraceEnd {
    /// Every step was applied and the version table equals the expected heads.
    Clean,
    /// A step failed; its outcome says how.
    StepFailed,
    /// A revision file raised when alembic imported it, so no step was run.
    NotLoaded(Box<PythonError>),
    /// Every step was applied, yet the version table holds other rows at the end.
    WrongHeads {
        /// The rows that should be there, sorted.
        expected: Vec<RevisionId>,
        /// The rows that are there, sorted.
        found: Vec<RevisionId>,
    },
}

/// A whole dry-run.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// Who ran it.
    pub interpreter: Interpreter,
    /// One outcome per step of the plan, in its order.
    pub outcomes: Vec<Outcome>,
    /// How it ended.
    pub end: TraceEnd,
    /// What env.py and the project's modules printed before the first step and after the last.
    pub output: String,
}
