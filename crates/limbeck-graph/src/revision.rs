//! One revision: what its file says, and its edges.
//!
//! It owns the definitions of head, base, branch point and merge point (alembic script/revision.py, `Revision`). It
//! refuses to know any other revision than by its position.

use limbeck_types::{Few, FileId, RevisionId, Spanned};
use smallvec::SmallVec;

/// Positions of revisions, of which there are rarely more than two: no memory of its own for so few.
pub(crate) type Positions = SmallVec<[usize; 2]>;

/// What one revision file says about its place in the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// `revision`.
    pub id: RevisionId,
    /// `down_revision` as declared; empty is a base.
    pub down: Few<Spanned<RevisionId>>,
    /// `depends_on` as declared: ids or branch labels.
    pub depends_on: Box<[Spanned<String>]>,
    /// `branch_labels` as declared.
    pub labels: Box<[Spanned<String>]>,
    /// The file.
    pub file: FileId,
}

/// A revision in its graph. The graph answers what needs more than one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// What its file says; of several files with one id, the last in load order, as in alembic.
    pub node: Node,
    pub(crate) position: usize,
    /// Positions of the `down_revision`s that exist, each once, in declared order.
    pub(crate) down: Positions,
    /// Who has this as its `down_revision`, in load order.
    pub(crate) next: Positions,
    /// What only revisions have that depend on others, or that others depend on.
    dependency: Option<Box<Dependency>>,
}

/// Where a revision stands among dependencies. Few do, and so it is out of the way of the others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Dependency {
    dependencies: Positions,
    normalized: Positions,
    walk_down: Positions,
    all_next: Positions,
}

impl Revision {
    pub(crate) fn new(node: Node, position: usize) -> Self {
        Self { node, position, down: Positions::new(), next: Positions::new(), dependency: None }
    }

    /// Positions of the dependencies that exist, each once, in declared order.
    pub(crate) fn dependencies(&self) -> &[usize] {
        self.dependency.as_ref().map_or(&[], |dependency| &dependency.dependencies)
    }

    /// The dependencies that no `down_revision`-ancestor has already.
    pub(crate) fn normalized_dependencies(&self) -> &[usize] {
        self.dependency.as_ref().map_or(&[], |dependency| &dependency.normalized)
    }

    /// Those of `down` and the normalized dependencies, each once: what ancestor walks follow.
    pub(crate) fn walk_down(&self) -> &[usize] {
        self.dependency.as_ref().map_or(&self.down, |dependency| &dependency.walk_down)
    }

    /// Who has this as its `down_revision` or dependency, in load order.
    pub(crate) fn all_next(&self) -> &[usize] {
        self.dependency.as_ref().map_or(&self.next, |dependency| &dependency.all_next)
    }

    pub(crate) fn set_down(&mut self, down: Positions) {
        if let Some(dependency) = &mut self.dependency {
            dependency.walk_down.clone_from(&down);
        }
        self.down = down;
    }

    pub(crate) fn set_dependencies(&mut self, dependencies: Positions) {
        if !dependencies.is_empty() {
            self.dependency().dependencies = dependencies;
        }
    }

    /// Sets which of its dependencies ancestor walks follow, and with them the walk. `down` must be known.
    pub(crate) fn set_normalized(&mut self, normalized: Positions) {
        if !normalized.is_empty() {
            let dependency = self.dependency();
            let new = normalized.iter().filter(|position| !dependency.walk_down.contains(position));
            let new: Positions = new.copied().collect();
            dependency.walk_down.extend(new);
            dependency.normalized = normalized;
        }
    }

    /// Adds one that has this as its `down_revision`; they come in load order.
    pub(crate) fn push_next(&mut self, position: usize) {
        self.next.push(position);
        if let Some(dependency) = &mut self.dependency {
            dependency.all_next.push(position);
        }
    }

    /// Adds one that has this as its dependency alone; they come in load order, between those of [`Self::push_next`].
    pub(crate) fn push_dependent(&mut self, position: usize) {
        self.dependency().all_next.push(position);
    }

    fn dependency(&mut self) -> &mut Dependency {
        let (down, next) = (&self.down, &self.next);
        self.dependency.get_or_insert_with(|| {
            Box::new(Dependency { walk_down: down.clone(), all_next: next.clone(), ..Dependency::default() })
        })
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
        self.all_next().is_empty()
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
        self.all_next().len() > 1
    }

    /// Whether it declares several `down_revision`s, even one id twice (alembic script/revision.py,
    /// `Revision.is_merge_point`).
    pub fn is_merge_point(&self) -> bool {
        self.node.down.len() > 1
    }
}
