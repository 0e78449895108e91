//! Whether limbeck's SQL of a tree is that of alembic's offline mode, statement by statement.
//!
//! alembic's is made by `sql_oracle.py`, with stand-ins for modules that are not installed. A revision in which alembic
//! raises, or whose SQL depends on a stand-in, is one that alembic cannot render; nothing is compared there.

mod align;
mod corpus;
mod figures;
mod ours;
mod theirs;

use align::align;
pub use align::{Finding, Kind};
pub use corpus::{Cases, Corpus, corpus};
pub use figures::{Figures, percent, table};
use ours::{Ours, ours};
pub use theirs::scripts;
use theirs::{Theirs, theirs};

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
#[derive(Debug, Default)]
pub struct Report {
    /// Counts.
    pub figures: Figures,
    /// All that is not equal, in the order in which it runs.
    pub findings: Vec<Finding>,
    /// What alembic cannot render: the revision, the way, and why not.
    pub failed: Vec<(String, Direction, String)>,
}

/// What stands before a statement that is sent outside of a transaction.
pub(crate) const AUTOCOMMIT: &str = "autocommit: ";

/// A statement with its white space made one blank.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Compares all of a tree that lies in this folder.
pub fn compare(tree: &DevTree, folder: &Path) -> Report {
    let theirs = theirs(tree, folder);
    let mut report = Report::default();
    let project = tree.project_with_env(folder, &theirs.environment.env_py());
    for direction in [Direction::Upgrade, Direction::Downgrade] {
        report.add(&theirs, &ours(&project, direction), direction);
    }
    report
}

impl Report {
    /// Compares one way through a tree.
    fn add(&mut self, theirs: &Theirs, ours: &Ours, direction: Direction) {
        for revision in theirs.of(direction) {
            self.figures.revisions += 1;
            if let Some(reason) = &revision.failed {
                self.failed.push((revision.id.clone(), direction, reason.clone()));
                continue;
            }
            let entries = ours.get(&revision.id).map_or(&[][..], Vec::as_slice);
            let (counts, findings) = align(revision, entries, direction);
            self.figures.add(&counts);
            self.findings.extend(findings);
        }
    }
}
