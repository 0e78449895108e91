//! Why a dry-run could not judge. What is wrong with a revision is no error: it stands in the trace.

use std::path::PathBuf;
use std::time::Duration;

use limbeck_postgres::session::SessionError;
use limbeck_types::{Frame, PythonError, RevisionId};

/// Why there is no trace.
#[derive(Debug, thiserror::Error)]
pub enum DryRunError {
    /// The interpreter could not be started.
    #[error("cannot start `{}`: {source}", python.display())]
    Spawn {
        /// The interpreter.
        python: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The interpreter has no alembic (or no SQLAlchemy).
    #[error("`{}` cannot import `{module}`", python.display())]
    NoAlembic {
        /// The interpreter.
        python: PathBuf,
        /// The module that it lacks.
        module: String,
    },
    /// alembic itself cannot be imported, or does not take the configuration.
    #[error("alembic does not start: {}: {}", .0.class, .0.message)]
    AlembicBroken(Box<PythonError>),
    /// The project's files import a package that this interpreter lacks.
    #[error("`{}` cannot import `{module}`, which the project needs", python.display())]
    MissingModule {
        /// The interpreter.
        python: PathBuf,
        /// The module that it lacks.
        module: String,
        /// Who imports it, innermost first.
        frames: Vec<Frame>,
    },
    /// env.py raised.
    #[error("env.py raised {}: {}", .0.error.class, .0.error.message)]
    EnvRaised(Box<EnvRaised>),
    /// env.py ended the process.
    #[error("env.py called `sys.exit({status})` before its migrations were run")]
    EnvExited {
        /// What it was given.
        status: String,
        /// Who called it, innermost first.
        frames: Vec<Frame>,
        /// What the project printed.
        output: String,
    },
    /// env.py never called `context.run_migrations()`.
    #[error("env.py ended without running any migration")]
    NothingRun {
        /// What the project printed.
        output: String,
    },
    /// A connection leads to a database that is not the scratch database.
    #[error(
        "the project connects to {database}, not to the scratch database; it was stopped before it ran a statement there"
    )]
    Elsewhere {
        /// The database it found itself in.
        database: String,
        /// Who connected, innermost first.
        frames: Vec<Frame>,
    },
    /// A connection leads to something that is not Postgres.
    #[error("the project connects to {dialect} (`{database}`), not to Postgres; nothing was run")]
    OtherDialect {
        /// SQLAlchemy's name of it.
        dialect: String,
        /// What it would have opened.
        database: String,
        /// Who connected, innermost first.
        frames: Vec<Frame>,
    },
    /// Nothing was heard in time, and no revision was running.
    #[error("the project was still {phase} after {} s", Duration::from_millis(*after_milliseconds).as_secs_f64())]
    Silent {
        /// What it was at: `importing alembic`, `loading its revisions and env.py`, ….
        phase: &'static str,
        /// The deadline in milliseconds.
        after_milliseconds: u64,
        /// Where it was, innermost first.
        frames: Vec<Frame>,
    },
    /// The child ended without saying so.
    #[error("the project's Python ended by itself ({status}){}", during(revision.as_ref()))]
    Died {
        /// How: an exit code or a signal.
        status: String,
        /// The revision that was running.
        revision: Option<RevisionId>,
        /// What the project printed.
        output: String,
    },
    /// The server went away.
    #[error("the server went away: {0}")]
    ServerLost(String),
    /// Our own connection to the scratch database failed.
    #[error("cannot look at the scratch database: {0}")]
    Session(#[from] SessionError),
    /// The driver said something that we do not understand, which is a bug of ours.
    #[error("the driver broke its protocol: {0}")]
    Protocol(String),
    /// The driver cannot be written or watched.
    #[error("cannot {action}: {source}")]
    Io {
        /// What we were at.
        action: &'static str,
        /// Why not.
        source: std::io::Error,
    },
}

impl DryRunError {
    /// The same, with the revision that was running.
    pub(crate) fn in_revision(mut self, id: &RevisionId) -> Self {
        if let DryRunError::Died { revision, .. } = &mut self {
            *revision = Some(id.clone());
        }
        self
    }
}

fn during(revision: Option<&RevisionId>) -> String {
    revision.map(|id| format!(" while revision `{id}` was running")).unwrap_or_default()
}

/// An exception out of env.py, outside any revision.
#[derive(Debug)]
pub struct EnvRaised {
    /// The exception.
    pub error: PythonError,
    /// What the project printed before it.
    pub output: String,
}
