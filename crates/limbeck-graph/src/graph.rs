//! The graph as a whole, and the questions that are a look-up.
//!
//! It owns the store: revisions in load order, one per id, and the map from ids and labels to them (alembic
//! script/revision.py, `RevisionMap._revision_map`). It refuses to judge: faults are found by `build`.

use limbeck_types::RevisionId;

use crate::Revision;
use crate::keys::Keys;
use crate::marks::Marks;
use crate::revision::Positions;

/// A tree of revisions, as good as its faults allow. References to what does not exist, and to itself, are no edges.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    pub(crate) revisions: Vec<Revision>,
    /// Branch labels in declared order, each with the revision that declares it.
    pub(crate) labels: Vec<Label>,
    /// The branch labels that hold at each revision, declared or propagated, as indices into the labels. Empty where the
    /// tree has no label.
    pub(crate) held: Vec<Positions>,
    /// Ids and labels.
    pub(crate) keys: Keys,
}

/// A branch label and the position of the revision that declares it.
pub(crate) type Label = (Box<str>, usize);

impl Graph {
    /// Every revision once, in load order; of several files with one id, at the place of the first (alembic
    /// script/revision.py, `RevisionMap._revision_map`).
    pub fn revisions(&self) -> &[Revision] {
        &self.revisions
    }

    /// The revision with exactly this id.
    pub fn get(&self, id: &RevisionId) -> Option<&Revision> {
        let revision = &self.revisions[self.named(id.as_str())?];
        (revision.id() == id).then_some(revision)
    }

    /// The position of the revision that has this id or declares this label.
    pub(crate) fn named(&self, text: &str) -> Option<usize> {
        self.keys.get(text, &self.revisions, &self.labels)
    }

    /// Revisions that are nobody's `down_revision`, in load order (alembic script/revision.py, `RevisionMap.heads`).
    pub fn heads(&self) -> impl Iterator<Item = &Revision> {
        self.revisions.iter().filter(|revision| revision.is_head())
    }

    /// Heads that are nobody's dependency either: what the symbol `heads` names, and what the version table holds after
    /// a full upgrade (alembic script/revision.py, `RevisionMap._real_heads`).
    pub fn real_heads(&self) -> impl Iterator<Item = &Revision> {
        self.revisions.iter().filter(|revision| revision.is_real_head())
    }

    /// Revisions without `down_revision`, in load order (alembic script/revision.py, `RevisionMap.bases`).
    pub fn bases(&self) -> impl Iterator<Item = &Revision> {
        self.revisions.iter().filter(|revision| revision.is_base())
    }

    /// Bases without `depends_on` (alembic script/revision.py, `RevisionMap._real_bases`).
    pub fn real_bases(&self) -> impl Iterator<Item = &Revision> {
        self.revisions.iter().filter(|revision| revision.is_real_base())
    }

    /// The revisions that it names as `down_revision`, in declared order, each once (alembic script/revision.py,
    /// `Revision._versioned_down_revisions`).
    pub fn down(&self, revision: &Revision) -> impl Iterator<Item = &Revision> {
        self.at(&revision.down)
    }

    /// The revisions that its `depends_on` names, in declared order, each once (alembic script/revision.py,
    /// `Revision._resolved_dependencies`).
    pub fn dependencies(&self, revision: &Revision) -> impl Iterator<Item = &Revision> {
        self.at(revision.dependencies())
    }

    /// Its dependencies without those that one of its `down_revision`-ancestors has already, in declared order, where
    /// alembic's are in hash order (alembic script/revision.py, `Revision._normalized_resolved_dependencies`).
    pub fn normalized_dependencies(&self, revision: &Revision) -> impl Iterator<Item = &Revision> {
        self.at(revision.normalized_dependencies())
    }

    /// The revisions that have it as their `down_revision`, in load order, where alembic's are in hash order (alembic
    /// script/revision.py, `Revision.nextrev`).
    pub fn next(&self, revision: &Revision) -> impl Iterator<Item = &Revision> {
        self.at(&revision.next)
    }

    /// The revisions that have it as their `down_revision` or dependency, in load order (alembic script/revision.py,
    /// `Revision._all_nextrev`).
    pub fn all_next(&self, revision: &Revision) -> impl Iterator<Item = &Revision> {
        self.at(revision.all_next())
    }

    /// The branch labels that hold at a revision, declared or propagated, in the order in which the tree declares them,
    /// where alembic's are in hash order (alembic script/revision.py, `Revision.branch_labels`).
    pub fn labels(&self, revision: &Revision) -> impl Iterator<Item = &str> {
        self.held(revision.position).iter().map(|&label| &*self.labels[label].0)
    }

    /// The labels that hold at a position, as indices.
    pub(crate) fn held(&self, position: usize) -> &[usize] {
        self.held.get(position).map_or(&[], |held| held)
    }

    /// It and all its ancestors by `down_revision` and dependency, in load order (alembic script/revision.py,
    /// `RevisionMap._get_ancestor_nodes`).
    pub fn ancestors(&self, revision: &Revision) -> impl Iterator<Item = &Revision> {
        let marks = self.ancestor_marks([revision.position]);
        self.revisions.iter().filter(move |other| marks.contains(other.position))
    }

    /// It and all its descendants by `down_revision`, in load order (alembic script/revision.py,
    /// `RevisionMap._get_descendant_nodes`, dependencies left out).
    pub fn descendants(&self, revision: &Revision) -> impl Iterator<Item = &Revision> {
        let marks = self.next_marks([revision.position]);
        self.revisions.iter().filter(move |other| marks.contains(other.position))
    }

    /// Those of its `down_revision`s that are ancestors of another one by `down_revision` alone, each with that other:
    /// to follow the other is to follow both.
    pub fn covered_down(&self, revision: &Revision) -> Vec<(&Revision, &Revision)> {
        let below = |position: usize| self.down_marks([position]);
        let below: Vec<(usize, Marks)> = revision.down.iter().map(|&down| (down, below(down))).collect();
        let mut covered = Vec::new();
        for (down, under) in &below {
            // In a cycle each is below the other, and none is one too many.
            let covers = |(other, marks): &&(usize, Marks)| {
                other != down && marks.contains(*down) && !under.contains(*other)
            };
            if let Some((other, _)) = below.iter().find(covers) {
                covered.push((&self.revisions[*down], &self.revisions[*other]));
            }
        }
        covered
    }

    /// What `alembic current` prints for these rows: their ancestors that have no descendant among them, in load order
    /// (alembic script/revision.py, `RevisionMap._get_all_current`). Rows that the tree does not know are left out.
    pub fn all_current(&self, rows: &[RevisionId]) -> Vec<&Revision> {
        let rows = rows.iter().filter_map(|row| self.get(row)).map(|revision| revision.position);
        self.at(&self.all_current_positions(rows)).collect()
    }

    pub(crate) fn all_current_positions(&self, rows: impl IntoIterator<Item = usize>) -> Vec<usize> {
        let marks = self.ancestor_marks(rows);
        let covered =
            |position: usize| self.revisions[position].next.iter().any(|&next| marks.contains(next));
        marks.iter().filter(|&position| !covered(position)).collect()
    }

    pub(crate) fn at<'g>(&'g self, positions: &[usize]) -> impl Iterator<Item = &'g Revision> {
        positions.iter().map(|&position| &self.revisions[position])
    }

    /// The targets and their ancestors by `down_revision` and normalized dependency.
    pub(crate) fn ancestor_marks(&self, targets: impl IntoIterator<Item = usize>) -> Marks {
        let mut marks = Marks::none(self.revisions.len());
        marks.reach(targets, |position| self.revisions[position].walk_down());
        marks
    }

    /// The targets and their descendants by `down_revision` and dependency.
    pub(crate) fn dependent_marks(&self, targets: impl IntoIterator<Item = usize>) -> Marks {
        let mut marks = Marks::none(self.revisions.len());
        marks.reach(targets, |position| self.revisions[position].all_next());
        marks
    }

    /// The targets and their ancestors by `down_revision` alone.
    pub(crate) fn down_marks(&self, targets: impl IntoIterator<Item = usize>) -> Marks {
        let mut marks = Marks::none(self.revisions.len());
        marks.reach(targets, |position| &self.revisions[position].down);
        marks
    }

    /// The targets and their descendants by `down_revision` alone.
    pub(crate) fn next_marks(&self, targets: impl IntoIterator<Item = usize>) -> Marks {
        let mut marks = Marks::none(self.revisions.len());
        marks.reach(targets, |position| &self.revisions[position].next);
        marks
    }
}
