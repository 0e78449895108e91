//! What is wrong with a tree, before anybody decides how bad that is.

use crate::{FileId, Place, RevisionId};

/// One fault of a revision tree, with the place that a person must edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub kind: ProblemKind,
    /// The file at fault; where several are, the last in load order.
    pub file: FileId,
}

/// The faults that the graph of a tree can have. Files are in load order unless said otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProblemKind {
    /// A `down_revision` names a revision that no file has.
    MissingDownRevision {
        /// The id that is not there.
        missing: RevisionId,
        /// The literal that names it.
        place: Place,
    },
    /// A `depends_on` names a revision or label that no file has.
    MissingDependency {
        /// The id or label that is not there.
        missing: String,
        /// The literal that names it.
        place: Place,
    },
    /// Several files have one revision id.
    DuplicateRevision {
        /// The id.
        id: RevisionId,
        /// Every file that has it.
        files: Vec<FileId>,
    },
    /// A revision id holds a character that alembic refuses: `@`, `-`, `+` or `:`.
    IllegalRevisionId {
        /// The id.
        id: RevisionId,
        /// The characters, each once, sorted.
        characters: Vec<char>,
    },
    /// A branch label is taken: by an earlier label or by a revision id.
    LabelClash {
        /// The label.
        label: String,
        /// The literal that takes it a second time.
        place: Place,
        /// The file that had it first; the same file where one file declares a label twice.
        other: FileId,
    },
    /// Following `down_revision` (and, if `dependency`, `depends_on`) leads back to where it began.
    Cycle {
        /// The files of the cycle, each one's down revision or dependency being the next, the last one's the first.
        files: Vec<FileId>,
        /// Whether the cycle closes only through a `depends_on`.
        dependency: bool,
    },
    /// More than one revision is nobody's `down_revision`.
    MultipleHeads {
        /// The head files.
        heads: Vec<FileId>,
        /// The nearest revision that all heads descend from, where there is one.
        branch_point: Option<FileId>,
        /// What would make one line of them without a merge; empty where that is not clear.
        repoints: Vec<Repoint>,
        /// Whether each of them has a branch label that no other has: several lines on purpose.
        labelled: bool,
    },
}

/// One line laid on top of another by one changed `down_revision`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repoint {
    /// The first revision of the line, whose `down_revision` is to change.
    pub first: FileId,
    /// The head that it is to follow.
    pub onto: FileId,
}
