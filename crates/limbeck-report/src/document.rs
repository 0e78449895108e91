//! What one run of limbeck has to say, whole.

use limbeck_types::{Diagnostic, RevisionId, Sources, Trace};

use crate::entry::Entry;
use crate::graph::Drawing;
use crate::sql::Sql;

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
    /// Nothing: it could not judge.
    Unable {
        /// What the project printed until then.
        printed: &'a str,
    },
    /// `check`.
    Check {
        /// Revision files that were read.
        files: usize,
    },
    /// `heads`.
    Heads {
        /// In alembic's order.
        heads: Vec<Entry<'a>>,
        /// Whether each is written in full.
        verbose: bool,
    },
    /// `history`.
    History {
        /// Newest first.
        revisions: Vec<Entry<'a>>,
        /// Whether each is written in full.
        verbose: bool,
    },
    /// `branches`.
    Branches {
        /// In the order of `history`.
        points: Vec<BranchPoint<'a>>,
        /// Whether each is written in full.
        verbose: bool,
    },
    /// `show`.
    Show {
        /// In the order in which they were asked for.
        revisions: Vec<Entry<'a>>,
    },
    /// `current`.
    Current(Current<'a>),
    /// `graph`.
    Graph(Drawing<'a>),
    /// `sql`.
    Sql(Sql<'a>),
    /// `dry-run`.
    DryRun(DryRun<'a>),
}

/// A revision that several follow.
#[derive(Debug)]
pub struct BranchPoint<'a> {
    /// The revision itself.
    pub entry: Entry<'a>,
    /// Those that follow it, in load order.
    pub next: Vec<Entry<'a>>,
}

/// Where a database stands.
#[derive(Debug)]
pub struct Current<'a> {
    /// The rows of the version table as they are in it, known to the tree or not.
    pub rows: &'a [RevisionId],
    /// The revisions that the rows stand for: those they imply through dependencies too, in load order.
    pub revisions: Vec<Entry<'a>>,
    /// Which database was asked, its password hidden.
    pub url: &'a str,
    /// Whether the database is named and each revision is written in full.
    pub verbose: bool,
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
