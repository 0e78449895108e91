//! Whether limbeck's SQL of a tree is that of alembic's offline mode, statement by statement.
//!
//! alembic's is made by `sql_oracle.py`, with stand-ins for modules that are not installed. A revision in which alembic
//! raises, or whose SQL depends on a stand-in, is one that alembic cannot render; nothing is compared there.

mod align;
mod figures;
mod ours;
mod theirs;

pub use align::{Finding, Kind, align};
pub use figures::{Counts, Figures, percent, table};
pub use ours::{Entry, Ours, ours};
pub use theirs::{Environment, Revision, Theirs, theirs};

use std::path::Path;

use crate::dev_tree::DevTree;

/// One way through a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From base to the heads.
    Upgrade,
    /// From the heads to base.
    Downgrade,
}

impl Direction {
    /// As the function is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Upgrade => "upgrade",
            Self::Downgrade => "downgrade",
        }
    }
}

/// What was found out about a tree.
#[derive(Debug)]
pub struct Report {
    /// Counts.
    pub figures: Figures,
    /// All that is not equal, in the order in which it runs.
    pub findings: Vec<Finding>,
    /// What alembic cannot render: the revision, the way, and why not.
    pub failed: Vec<(String, Direction, String)>,
}

/// Compares all of a tree that lies in this folder.
pub fn compare(tree: &DevTree, folder: &Path) -> Report {
    let theirs = theirs(tree, folder);
    let mut report = Report { figures: Figures::default(), findings: Vec::new(), failed: Vec::new() };
    let project = tree.project_with_env(folder, &theirs.environment.env_py());
    for direction in [Direction::Upgrade, Direction::Downgrade] {
        let ours = ours(&project, direction);
        for revision in theirs.of(direction) {
            report.figures.revisions += 1;
            if let Some(reason) = &revision.failed {
                report.failed.push((revision.id.clone(), direction, reason.clone()));
                continue;
            }
            let entries = ours.get(&revision.id).map_or(&[][..], Vec::as_slice);
            let (counts, findings) = align(revision, entries, direction);
            report.figures.add(&counts);
            report.findings.extend(findings);
        }
    }
    report
}
