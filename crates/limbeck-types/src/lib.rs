//! The plain data that every crate of limbeck hands to the next: sources and spans, what a revision file says, what a
//! dry-run saw, and the diagnostics made of it.
//!
//! It imports no workspace crate, does no I/O, and holds no rule and no rendering.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod action;
mod diagnostic;
mod environment;
mod expression;
mod few;
mod migration;
mod operation;
mod problem;
mod schema;
mod source;
mod sql_type;
mod statement;
mod trace;

pub use action::{Action, ActionKind, Argument, Condition};
pub use diagnostic::{DatabaseState, Diagnostic, Related, RevisionRef, Severity, StateOutcome};
pub use environment::Environment;
pub use expression::{
    Delete, Expression, ExpressionKind, FromItem, Insert, OnConflict, Placeholder, PythonValue, Select,
    SqlStatement, SqlText, Update,
};
pub use few::Few;
pub use migration::{
    Body, Call, Field, Function, Header, Literal, Migration, Opaque, ParseError, Piece, RevisionId, Spanned,
};
pub use operation::{
    AddColumn, AlterColumn, BulkInsert, CreateTable, Execute, Operation, ServerDefaultChange,
};
pub use problem::{Problem, ProblemKind, Repoint};
pub use schema::{
    Autoincrement, Column, Constraint, ConstraintKind, ForeignKey, Identity, Index, Name, Sequence,
    SequenceOptions, ServerDefault, TableName,
};
pub use source::{FileId, Place, Source, SourceFolder, Sources, Span};
pub use sql_type::{DomainType, EnumType, SqlType, SqlTypeKind, StringKind};
pub use statement::{Clause, ClauseKind, Object, ObjectKind, Statement, TableAction, TableActionKind};
pub use trace::{
    Direction, Failure, Frame, Interpreter, Outcome, OutcomeState, PythonError, SqlError, Step, StepFailure,
    Trace, TraceEnd, TracedStatement,
};
