//! What one run of limbeck has to say, whole.

use limbeck_types::{Diagnostic, RevisionId, Sources, Trace};

/// The judgement of a run. The exit code says the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing was found that fails the gate (exit code 0).
    Pass,
    /// Something was found (exit code 1).
    Fail,
    /// limbeck could not judge (exit code 2).
    Unable,
}

/// One run's result.
#[derive(Debug)]
pub struct Document<'a> {
    /// The command, as it is typed.
    pub command: &'static str,
    /// The judgement.
    pub verdict: Verdict,
    /// Everything that was read, for places.
    pub sources: &'a Sources,
    /// All findings, and the reason why limbeck could not judge if it could not, in the order to show them.
    pub diagnostics: &'a [Diagnostic],
    /// What is the command's own.
    pub body: Body<'a>,
}

/// What a command has to say beside diagnostics.
#[derive(Debug)]
pub enum Body<'a> {
    /// Nothing: it ended before it could.
    None,
    /// `check`.
    Check {
        /// Revision files that were read.
        files: usize,
    },
    /// `heads`.
    Heads {
        /// In alembic's order.
        heads: Vec<Head>,
    },
    /// `dry-run`.
    DryRun(DryRun<'a>),
}

/// One head, as `alembic heads` would print it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The revision.
    pub id: RevisionId,
    /// Its branch labels.
    pub labels: Vec<String>,
    /// Whether some revision depends on it, so that its row leaves the version table (`(effective head)`).
    pub effective: bool,
    /// The message of the revision.
    pub message: String,
    /// Its file.
    pub file: limbeck_types::FileId,
}

/// A dry-run and where it was made.
#[derive(Debug)]
pub struct DryRun<'a> {
    /// What happened.
    pub trace: &'a Trace,
    /// The server's version: `17.11`.
    pub server_version: &'a str,
    /// Whether the server was our own.
    pub embedded: bool,
    /// Milliseconds of the whole run.
    pub milliseconds: f64,
}
