//! One finding, of any command, before it is written for anybody.

use crate::{Place, RevisionId};

/// How bad a finding is. Ordered: a note is less than a warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Worth mending; does not fail a gate by itself.
    Warning,
    /// Fails a gate.
    Error,
}

/// A second place that explains the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub place: Place,
    /// What stands there, as a fragment.
    pub message: String,
}

/// The revision that a finding is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionRef {
    /// Its id.
    pub id: RevisionId,
    /// Its message; may be empty.
    pub message: String,
    /// Which one of how many it is in the plan of a dry-run, 1-based.
    pub number: Option<(usize, usize)>,
}

/// What became of a failed revision's work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateOutcome {
    /// Nothing of it is left.
    RolledBack,
    /// Some of it was committed before it failed.
    PartlyApplied,
    /// The server could not be asked.
    Unknown,
}

/// Where the scratch database stands after a failure, as a second connection saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseState {
    /// What became of the failed revision.
    pub outcome: StateOutcome,
    /// The rows of the version table, sorted; empty before the first revision.
    pub at: Vec<RevisionId>,
}

/// A finding or a reason why limbeck could not judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule's name, in kebab case; it names the bad pattern.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one sentence without a final period. May hold several lines only when a server said so.
    pub message: String,
    /// Where, if it is anywhere.
    pub place: Option<Place>,
    /// What to write at the place, as a short fragment.
    pub label: Option<String>,
    /// Further places, in the order in which a reader wants them.
    pub related: Vec<Related>,
    /// The revision it is about.
    pub revision: Option<RevisionRef>,
    /// The SQLSTATE that Postgres gave, five characters.
    pub sqlstate: Option<String>,
    /// Where the scratch database stands.
    pub state: Option<DatabaseState>,
    /// Further facts as name and text, in reading order (`detail`, `statement`, …).
    pub facts: Vec<(&'static str, String)>,
    /// What to do about it, one way out each.
    pub help: Vec<String>,
}

impl Diagnostic {
    /// An error of this rule that says this, with nothing else filled in yet.
    pub fn error(rule: &'static str, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity: Severity::Error,
            message: message.into(),
            place: None,
            label: None,
            related: Vec::new(),
            revision: None,
            sqlstate: None,
            state: None,
            facts: Vec::new(),
            help: Vec::new(),
        }
    }

    /// A warning of this rule that says this, with nothing else filled in yet.
    pub fn warning(rule: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(rule, message) }
    }

    /// The same, placed in a file.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The same, with a fragment to write at its place.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// The same, with one more way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// The same, with one more fact.
    #[must_use]
    pub fn fact(mut self, name: &'static str, text: impl Into<String>) -> Self {
        self.facts.push((name, text.into()));
        self
    }
}
