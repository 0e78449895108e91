//! What a range of revisions sends to Postgres, line by line: the body of `sql`.
//!
//! It owns the data alone; `script` writes it for people, `json_sql` for machines.

use limbeck_types::{Condition, Direction, FileId, Literal, Opaque, RevisionId, Span, Statement};

/// The SQL of a range.
#[derive(Debug)]
pub struct Sql<'a> {
    /// Which of the revisions' functions it is of.
    pub direction: Direction,
    /// In the order in which alembic prints them.
    pub lines: Vec<SqlLine<'a>>,
    /// How much there is of what.
    pub counts: SqlCounts,
}

/// How much of what a range sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SqlCounts {
    /// Revisions in the plan.
    pub revisions: usize,
    /// Statements, those of alembic's own included, `BEGIN` and `COMMIT` not.
    pub statements: usize,
    /// Those among them of which it is not known whether they are sent.
    pub conditional: usize,
    /// Those among them that lack values which an online run sends.
    pub lost: usize,
    /// What may be sent and is not known.
    pub unknown: usize,
}

/// One statement, or what alembic's script holds between statements.
#[derive(Debug, Clone)]
pub struct SqlLine<'a> {
    /// The revision that it belongs to; none for what stands around all of them.
    pub revision: Option<SqlRevision<'a>>,
    /// What it is.
    pub kind: SqlLineKind,
}

/// The revision of a line.
#[derive(Debug, Clone, Copy)]
pub struct SqlRevision<'a> {
    /// Its id.
    pub id: &'a RevisionId,
    /// Its message.
    pub message: &'a str,
    /// Its file.
    pub file: FileId,
}

/// What an [`SqlLine`] is.
#[derive(Debug, Clone)]
pub enum SqlLineKind {
    /// `BEGIN`.
    Begin,
    /// `COMMIT`.
    Commit,
    /// alembic's comment before a revision, without its dashes: `Running upgrade a -> b`.
    Running(String),
    /// A statement that alembic itself sends, for its version table.
    Own {
        /// Its text.
        sql: String,
        /// What was read in it; empty where nobody asked.
        read: Vec<Statement>,
    },
    /// What the revision sends at once: mostly one statement.
    Sent {
        /// Its text, with the source behind it.
        sql: Literal,
        /// Where it comes from.
        origin: SqlOrigin,
        /// The statements in it; empty where nobody asked.
        read: Vec<Statement>,
        /// What an online run sends with it and the script does not have.
        lost: Option<Opaque>,
    },
    /// The revision surely raises: here what it sends ends, and so does alembic's script.
    Ends {
        /// What it raises.
        opaque: Opaque,
        /// Where it comes from.
        origin: SqlOrigin,
    },
    /// What the revision may send, and cannot be known.
    Unknown {
        /// Why not, and the place to blame.
        opaque: Opaque,
        /// Where it comes from.
        origin: SqlOrigin,
    },
}

/// Where in a revision's file something comes from.
#[derive(Debug, Clone)]
pub struct SqlOrigin {
    /// The innermost call.
    pub call: Span,
    /// The calls of the file's own helpers around it, outermost first.
    pub callers: Vec<Span>,
    /// On what it depends whether it happens, where that is not known.
    pub condition: Option<Condition>,
}
