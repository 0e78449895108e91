//! One revision: what its file says, and its edges.
//!
//! It owns the definitions of head, base, branch point and merge point (alembic script/revision.py, `Revision`). It
//! refuses to know any other revision than by its position.

use std::sync::Arc;

use limbeck_types::{FileId, RevisionId, Spanned};
use smallvec::SmallVec;

/// Positions of revisions, of which there are rarely more than two: no memory of its own for so few.
pub(crate) type Positions = SmallVec<[usize; 2]>;

/// What one revision file says about its place in the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// `revision`.
    pub id: RevisionId,
    /// `down_revision` as declared; empty is a base.
    pub down: Vec<Spanned<RevisionId>>,
    /// `depends_on` as declared: ids or branch labels.
    pub depends_on: Vec<Spanned<String>>,
    /// `branch_labels` as declared.
    pub labels: Vec<Spanned<String>>,
    /// The file.
    pub file: FileId,
}

/// A revision in its graph. The graph answers what needs more than one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// What its file says; of several files with one id, the last in load order, as in alembic.
    pub node: Arc<Node>,
    pub(crate) position: usize,
    /// Positions of the `down_revision`s that exist, each once, in declared order.
    pub(crate) down: Positions,
    /// Positions of the dependencies that exist, each once, in declared order.
    pub(crate) dependencies: Positions,
    /// The dependencies that no `down_revision`-ancestor has already.
    pub(crate) normalized_dependencies: Positions,
    /// `down` and `normalized_dependencies`, each once: what ancestor walks follow.
    pub(crate) walk_down: Positions,
    /// Who has this as its `down_revision`, in load order.
    pub(crate) next: Positions,
    /// Who has this as its `down_revision` or dependency, in load order.
    pub(crate) all_next: Positions,
    /// Branch labels that hold here, declared or propagated, as indices into the graph's labels.
    pub(crate) labels: Positions,
}

impl Revision {
    pub(crate) fn new(node: Arc<Node>, position: usize) -> Self {
        Self {
            node,
            position,
            down: Positions::new(),
            dependencies: Positions::new(),
            normalized_dependencies: Positions::new(),
            walk_down: Positions::new(),
            next: Positions::new(),
            all_next: Positions::new(),
            labels: Positions::new(),
        }
    }

    /// The id.
    pub fn id(&self) -> &RevisionId {
        &self.node.id
    }

    /// The file.
    pub fn file(&self) -> FileId {
        self.node.file
    }

    /// Whether it is nobody's `down_revision` (alembic script/revision.py, `Revision.is_head`).
    pub fn is_head(&self) -> bool {
        self.next.is_empty()
    }

    /// Whether it is nobody's `down_revision` and nobody's dependency (alembic script/revision.py,
    /// `Revision._is_real_head`). A head that is no real head is what alembic prints as "effective head".
    pub fn is_real_head(&self) -> bool {
        self.all_next.is_empty()
    }

    /// Whether it declares no `down_revision` (alembic script/revision.py, `Revision.is_base`).
    pub fn is_base(&self) -> bool {
        self.node.down.is_empty()
    }

    /// Whether it declares neither `down_revision` nor `depends_on` (alembic script/revision.py,
    /// `Revision._is_real_base`).
    pub fn is_real_base(&self) -> bool {
        self.is_base() && self.node.depends_on.is_empty()
    }

    /// Whether it is the `down_revision` of several (alembic script/revision.py, `Revision.is_branch_point`).
    pub fn is_branch_point(&self) -> bool {
        self.next.len() > 1
    }

    /// Whether it is the `down_revision` or dependency of several (alembic script/revision.py,
    /// `Revision._is_real_branch_point`).
    pub fn is_real_branch_point(&self) -> bool {
        self.all_next.len() > 1
    }

    /// Whether it declares several `down_revision`s, even one id twice (alembic script/revision.py,
    /// `Revision.is_merge_point`).
    pub fn is_merge_point(&self) -> bool {
        self.node.down.len() > 1
    }
}
