//! The revision DAG of a tree: heads, bases, branch and merge points, walk order, symbols, ranges, plans, and what is
//! wrong with it.
//!
//! It owns the semantics of alembic's `RevisionMap` (alembic script/revision.py) and of the rows of its version table
//! (alembic runtime/migration.py), and is proven equal to them by `tests/oracle/`. Where alembic's answer depends on
//! hash order, ours is in declared order.
//!
//! It knows ids, labels and edges only. It never sees Python or SQL, does no I/O, never recurses, and keeps no set per
//! revision.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod build;
mod cycles;
mod dependencies;
mod downgrade;
mod faults;
mod graph;
mod heads;
mod integer;
mod keys;
mod labels;
mod lineage;
mod marks;
mod order;
mod plan;
mod range;
mod relative;
mod repoint;
mod revision;
mod rows;
mod symbol;
mod upgrade;

pub use build::{build, build_from};
pub use graph::Graph;
pub use plan::{PlanError, Target};
pub use range::{Range, RangeError};
pub use revision::{Node, Revision};
pub use rows::{RowChange, RowError, VersionTable};
pub use symbol::ResolveError;
