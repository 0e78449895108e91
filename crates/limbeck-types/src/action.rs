//! What `upgrade()` or `downgrade()` of a revision does, in order, as far as its text tells.

use crate::{Literal, Opaque, Operation, Span};

/// One thing that a revision does.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// What is done.
    pub kind: ActionKind,
    /// The innermost call (or statement) of the revision file that does it: inside a helper, the call in the helper.
    pub call: Span,
    /// The calls of the same file's helpers that lead to it, outermost first; empty where `upgrade()` does it itself.
    pub callers: Vec<Span>,
    /// The arguments of the call, in the order in which they are written.
    pub arguments: Vec<Argument>,
    /// The condition that decides whether it happens, where that cannot be known; `None` is always.
    pub condition: Option<Condition>,
}

/// An argument as it is written in a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// Its keyword; `None` for a positional one.
    pub name: Option<String>,
    /// The value, without the keyword.
    pub span: Span,
}

/// Why it is not known whether, or how often, something happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The test of the `if`, the iterable of the `for`, the `try`.
    pub span: Span,
    /// As a fragment: "it depends on `inspector.has_table`".
    pub reason: String,
}

/// What an [`Action`] does.
#[derive(Debug, Clone, PartialEq)]
pub enum ActionKind {
    /// An operation that sends SQL.
    Operation(Box<Operation>),
    /// `with op.get_context().autocommit_block():` begins: what was done so far is committed.
    AutocommitBegin,
    /// The autocommit block ends: a new transaction begins.
    AutocommitEnd,
    /// The transaction is ended by hand: `op.get_bind().commit()` or `.rollback()`. Sends nothing in alembic's offline mode.
    EndsTransaction(Literal),
    /// `raise`: nothing after it happens.
    Raise(Opaque),
    /// There is no function to run, and alembic raises before it runs any.
    NoFunction(Opaque),
    /// Something that may send SQL, and that cannot be known without running it.
    Opaque(Opaque),
}
