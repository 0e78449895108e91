//! Ranges: `a:b`, `:b`, `a:`, `a` alone.
//!
//! It owns their grammar and what the two commands with ranges make of them: `history` includes the lower end (alembic
//! command.py, `history`), `upgrade a:b --sql` does not (alembic command.py, `upgrade`). It refuses to ask a database:
//! who writes `current` brings the rows.

use limbeck_types::RevisionId;

use crate::graph::Graph;
use crate::plan::{PlanError, Target};
use crate::{ResolveError, Revision};

/// A range of revisions, its ends being symbols.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// The lower end; `base` where it is left out.
    pub lower: String,
    /// The upper end; `heads` where it is left out.
    pub upper: String,
}

/// Why a text is no range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RangeError {
    /// Only one colon separates two ends. alembic dies of a `ValueError`.
    #[error("a range is `[lower]:[upper]`, with one colon, but this is `{0}`")]
    SeveralColons(String),
    /// Nothing was given.
    #[error("a range is `[lower]:[upper]`, but this is empty")]
    Empty,
}

impl std::str::FromStr for Range {
    type Err = RangeError;

    /// Reads `[lower]:[upper]`; a symbol alone is the upper end of a range from base, as for `upgrade`.
    fn from_str(text: &str) -> Result<Self, RangeError> {
        let text = text.trim();
        let (lower, upper) = match text.split_once(':') {
            Some((_, upper)) if upper.contains(':') => {
                return Err(RangeError::SeveralColons(text.to_owned()));
            }
            Some(ends) => ends,
            None if text.is_empty() => return Err(RangeError::Empty),
            None => ("", text),
        };
        let or = |end: &str, default: &str| if end.is_empty() { default.to_owned() } else { end.to_owned() };
        Ok(Self { lower: or(lower, "base"), upper: or(upper, "heads") })
    }
}

impl Range {
    /// Whether an end is `current`, so that the rows of a version table are needed.
    pub fn needs_rows(&self) -> bool {
        self.lower == "current" || self.upper == "current"
    }
}

impl Graph {
    /// The revisions of a range with its lower end, newest first, as `history -r` prints them. `rows` stands for
    /// `current`, at the upper end first (alembic command.py, `_display_history_w_current`).
    pub fn history_of(&self, range: &Range, rows: &[RevisionId]) -> Result<Vec<&Revision>, PlanError> {
        let upper = end(&range.upper, rows, "heads");
        // alembic gives the rows to one end only; at both ends, the lower one is looked up as a symbol.
        let lower = if range.upper == "current" {
            Target::Symbol(&range.lower)
        } else {
            end(&range.lower, rows, "base")
        };
        self.walk(upper, lower)
    }

    /// The revisions of a range without its lower end, oldest first, as `upgrade LOWER:UPPER --sql` runs them.
    pub fn upgrade_of(&self, range: &Range) -> Result<Vec<&Revision>, PlanError> {
        let lower: Option<&Revision> = self.resolve_one(&range.lower)?;
        let rows: Vec<RevisionId> = lower.map(|revision| revision.id().clone()).into_iter().collect();
        self.upgrade_plan(range.upper.as_str(), &rows)
    }

    /// The rows of a version table that stands at a symbol: nothing for `base`.
    pub fn rows_at(&self, symbol: &str) -> Result<Vec<RevisionId>, ResolveError> {
        Ok(self.resolve(symbol)?.into_iter().map(|revision| revision.id().clone()).collect())
    }
}

/// An end, `current` being the rows, and no rows being the default.
fn end<'a>(symbol: &'a str, rows: &'a [RevisionId], default: &'a str) -> Target<'a> {
    match (symbol, rows) {
        ("current", []) => Target::Symbol(default),
        ("current", rows) => Target::Revisions(rows),
        _ => Target::Symbol(symbol),
    }
}
