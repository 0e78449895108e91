//! The rows of the version table.
//!
//! It owns what each step does to them (alembic runtime/migration.py, `HeadMaintainer` and `RevisionStep`): a
//! dependency's row is consumed by its dependent and may come back. It refuses to talk to a database, and to guess
//! where alembic itself fails.

use std::collections::BTreeSet;

use limbeck_types::{Direction, RevisionId};

use crate::Revision;
use crate::graph::Graph;
use crate::marks::Marks;

/// Why alembic cannot write a step into the version table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RowError {
    /// The tree has no such revision.
    #[error("no revision has the id `{0}`")]
    UnknownRevision(RevisionId),
    /// The step takes away a row that is not there: a `KeyError` in alembic.
    #[error("`{step}` takes the row of `{row}` away, which is not in the version table")]
    MissingRow {
        /// The revision that is run.
        step: RevisionId,
        /// The row.
        row: RevisionId,
    },
    /// The step adds a row that is there already: an `AssertionError` in alembic.
    #[error("`{step}` adds the row of `{row}`, which is in the version table already")]
    RowExists {
        /// The revision that is run.
        step: RevisionId,
        /// The row.
        row: RevisionId,
    },
}

/// One thing that alembic does to the version table for a step (alembic runtime/migration.py, `HeadMaintainer`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowChange {
    /// A row is added.
    Insert(RevisionId),
    /// A row is removed.
    Delete(RevisionId),
    /// A row becomes another one.
    Update {
        /// What it was.
        from: RevisionId,
        /// What it is now.
        to: RevisionId,
    },
}

/// The rows of the version table while steps are run.
#[derive(Debug, Clone)]
pub struct VersionTable<'g> {
    graph: &'g Graph,
    rows: BTreeSet<usize>,
}

impl Graph {
    /// A version table with these rows, which must be full ids.
    pub fn version_table(&self, rows: &[RevisionId]) -> Result<VersionTable<'_>, RowError> {
        let position = |row: &RevisionId| {
            let found = self.get(row).ok_or_else(|| RowError::UnknownRevision(row.clone()))?;
            Ok(found.position)
        };
        Ok(VersionTable { graph: self, rows: rows.iter().map(position).collect::<Result<_, _>>()? })
    }

    /// What the version table holds after exactly these revisions were upgraded to from nothing, in load order: those
    /// on which none of the others stands or depends. Each one's ancestors must be among them.
    pub fn rows_after<'a>(&self, applied: impl IntoIterator<Item = &'a RevisionId>) -> Vec<&Revision> {
        let found = applied.into_iter().filter_map(|id| self.get(id));
        let marks = Marks::of(self.revisions.len(), found.map(|revision| revision.position));
        let covered =
            |position: usize| self.revisions[position].all_next().iter().any(|&next| marks.contains(next));
        let rows: Vec<usize> = marks.iter().filter(|&position| !covered(position)).collect();
        self.at(&rows).collect()
    }
}

impl<'g> VersionTable<'g> {
    /// The rows, in load order.
    pub fn rows(&self) -> impl Iterator<Item = &'g RevisionId> {
        let graph = self.graph;
        self.rows.iter().map(move |&row| graph.revisions[row].id())
    }

    /// Whether there is no row: alembic's offline mode then creates the table before the step.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Runs one step (alembic runtime/migration.py, `HeadMaintainer.update_to_step`), and gives what alembic does for it,
    /// in its order: a merge removes all rows but the last, which becomes its own, and takes the same way back. After an
    /// error the rows are as they were.
    pub fn run(&mut self, id: &RevisionId, direction: Direction) -> Result<Vec<RowChange>, RowError> {
        let revision = self.graph.get(id).ok_or_else(|| RowError::UnknownRevision(id.clone()))?;
        let (taken, added) = match direction {
            Direction::Upgrade => (self.taken_by_upgrade(revision), vec![revision.position]),
            Direction::Downgrade => (vec![revision.position], self.added_by_downgrade(revision)),
        };
        let id_of = |position: usize| self.graph.revisions[position].id().clone();
        let step = || id.clone();
        if let Some(&row) = taken.iter().find(|row| !self.rows.contains(row)) {
            return Err(RowError::MissingRow { step: step(), row: id_of(row) });
        }
        if let Some(&row) = added.iter().find(|row| self.rows.contains(row)) {
            return Err(RowError::RowExists { step: step(), row: id_of(row) });
        }
        self.rows.retain(|row| !taken.contains(row));
        self.rows.extend(added.iter().copied());
        let changes = match (taken.split_last(), added.split_last()) {
            (Some((&from, deleted)), Some((&to, inserted))) => {
                let deleted = deleted.iter().map(|&row| RowChange::Delete(id_of(row)));
                let inserted = inserted.iter().map(|&row| RowChange::Insert(id_of(row)));
                let last = RowChange::Update { from: id_of(from), to: id_of(to) };
                deleted.chain(inserted).chain([last]).collect()
            }
            _ => {
                let deleted = taken.iter().map(|&row| RowChange::Delete(id_of(row)));
                deleted.chain(added.iter().map(|&row| RowChange::Insert(id_of(row)))).collect()
            }
        };
        Ok(changes)
    }

    /// The rows that an upgrade replaces with its own (alembic runtime/migration.py, `should_create_branch`,
    /// `merge_branch_idents`, `update_version_num`).
    fn taken_by_upgrade(&self, revision: &Revision) -> Vec<usize> {
        let down = revision.walk_down();
        let present: Vec<usize> = down.iter().copied().filter(|down| self.rows.contains(down)).collect();
        if present.len() < 2 {
            return present;
        }
        // A merge takes every row below it that no remaining row stands on, even one that was consumed already.
        let others = self.rows.iter().copied().filter(|row| !down.contains(row));
        let implied = self.graph.ancestor_marks(others);
        down.iter().copied().filter(|&down| !implied.contains(down)).collect()
    }

    /// The rows that a downgrade brings back (alembic runtime/migration.py, `should_delete_branch`,
    /// `_unmerge_to_revisions`).
    fn added_by_downgrade(&self, revision: &Revision) -> Vec<usize> {
        let down = revision.walk_down();
        let others: Vec<usize> = self.rows.iter().copied().filter(|&row| row != revision.position).collect();
        let implied = if others.is_empty() {
            let below = down.iter().flat_map(|&down| self.graph.revisions[down].walk_down());
            self.graph.ancestor_marks(below.copied())
        } else {
            self.graph.ancestor_marks(others)
        };
        down.iter().copied().filter(|&down| !implied.contains(down)).collect()
    }
}
