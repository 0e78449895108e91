//! The plain data that every crate of limbeck hands to the next: sources and spans, what a revision file says, what a
//! dry-run saw, and the diagnostics made of it.
//!
//! It imports no workspace crate, does no I/O, and holds no rule and no rendering.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod diagnostic;
mod migration;
mod problem;
mod source;
mod trace;

pub use diagnostic::{DatabaseState, Diagnostic, Related, RevisionRef, Severity, StateOutcome};
pub use migration::{
    Call, Field, Function, Header, Literal, Migration, Opaque, ParseError, Piece, RevisionId, Spanned,
};
pub use problem::{Problem, ProblemKind, Repoint};
pub use source::{FileId, Place, Source, Sources, Span};
pub use trace::{
    Direction, Failure, Frame, Interpreter, Outcome, OutcomeState, PythonError, SqlError, Step, StepFailure,
    Trace, TraceEnd, TracedStatement,
};
