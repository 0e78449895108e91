//! What the plans in both directions share: what is asked for, and why it cannot be had.
//!
//! It owns the target and the error. It refuses to plan: that is `upgrade` and `downgrade`.

use limbeck_types::RevisionId;

use crate::graph::Graph;
use crate::marks::Marks;
use crate::symbol::{Found, ResolveError, join};

/// One end of a plan or walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'a> {
    /// A symbol, relative ones included.
    Symbol(&'a str),
    /// Several revisions: the rows of a version table, or a tuple of ids as alembic's API takes it.
    Revisions(&'a [RevisionId]),
}

impl<'a> From<&'a str> for Target<'a> {
    fn from(symbol: &'a str) -> Self {
        Self::Symbol(symbol)
    }
}

impl<'a> From<&'a [RevisionId]> for Target<'a> {
    fn from(revisions: &'a [RevisionId]) -> Self {
        Self::Revisions(revisions)
    }
}

impl std::fmt::Display for Target<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Symbol(symbol) => formatter.write_str(symbol),
            Self::Revisions([]) => formatter.write_str("base"),
            Self::Revisions(ids) => {
                let ids: Vec<&str> = ids.iter().map(RevisionId::as_str).collect();
                formatter.write_str(&ids.join(", "))
            }
        }
    }
}

impl<'a> Target<'a> {
    /// The symbols that alembic would look at one by one.
    pub(crate) fn symbols(self) -> Vec<&'a str> {
        match self {
            Self::Symbol(symbol) => vec![symbol],
            Self::Revisions(ids) => ids.iter().map(RevisionId::as_str).collect(),
        }
    }
}

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// A symbol names nothing, or not one thing.
    #[error(transparent)]
    Symbol(#[from] ResolveError),
    /// The lower end is no ancestor of the upper end, or nothing is there to downgrade (alembic script/revision.py,
    /// `RangeNotAncestorError`).
    #[error("`{lower}` is not an ancestor of `{upper}`")]
    NotAncestor {
        /// The lower end as it was asked for.
        lower: String,
        /// The upper end as it was asked for.
        upper: String,
    },
    /// One revision of a target is an ancestor of another of the same target.
    #[error("`{revision}` already includes {}", join(overlaps))]
    Overlap {
        /// The descendant.
        revision: RevisionId,
        /// Its ancestors in the same target.
        overlaps: Vec<RevisionId>,
    },
    /// A step up from several rows.
    #[error("`{symbol}` is ambiguous from several current revisions")]
    AmbiguousUpgrade {
        /// The symbol.
        symbol: String,
    },
    /// A step down on a branch on which not exactly one row stands.
    #[error("`{symbol}` is ambiguous: {} current revisions are on that branch", rows.len())]
    AmbiguousDowngrade {
        /// The symbol.
        symbol: String,
        /// The rows on the branch.
        rows: Vec<RevisionId>,
    },
    /// The branch named before the `@` does not lead up from the target.
    #[error("`{target}` is not a valid downgrade target from the current revisions")]
    NotADowngradeTarget {
        /// The target.
        target: String,
    },
}

impl Graph {
    /// What a target names, each symbol in turn (alembic script/revision.py, `get_revisions`).
    pub(crate) fn find_target(&self, target: Target<'_>) -> Result<Vec<Found>, ResolveError> {
        let mut found = Vec::new();
        for symbol in target.symbols() {
            found.extend(self.find_all(symbol)?);
        }
        Ok(found)
    }

    /// The targets and all their ancestors, unless one of them is an ancestor of another (alembic script/revision.py,
    /// `_get_ancestor_nodes` with `check=True`).
    pub(crate) fn ancestors_apart(&self, targets: &[usize]) -> Result<Marks, PlanError> {
        let asked = Marks::of(self.revisions.len(), targets.iter().copied());
        let mut seen = Marks::none(self.revisions.len());
        for &target in targets {
            let mut overlaps = Marks::none(if targets.len() > 1 { self.revisions.len() } else { 0 });
            let mut stack = vec![target];
            while let Some(position) = stack.pop() {
                if targets.len() > 1 && position != target && asked.contains(position) {
                    overlaps.insert(position);
                }
                if seen.insert(position) {
                    stack.extend(self.revisions[position].walk_down());
                }
            }
            let overlaps: Vec<usize> = overlaps.iter().collect();
            if !overlaps.is_empty() {
                return Err(PlanError::Overlap {
                    revision: self.revisions[target].id().clone(),
                    overlaps: self.at(&overlaps).map(|revision| revision.id().clone()).collect(),
                });
            }
        }
        Ok(seen)
    }
}
