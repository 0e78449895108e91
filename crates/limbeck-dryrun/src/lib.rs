//! Applies revisions for real by driving the project's own alembic, and writes down what happened.
//!
//! It is the only crate that starts Python. It returns a [`limbeck_types::Trace`] or headers, never a diagnostic, and
//! never prints.
//!
//! Where a header is one that only Python can tell, it asks for that alone, and imports no file but those ([`headers`](Driver::headers)).
//!
//! One child, one run of env.py: the function from which alembic takes its steps is a generator in `python/limbeck_driver`, so
//! this side decides one revision at a time what comes next (alembic.md 6.6; 3 to 7 ms a revision instead of 800 ms for a
//! process each).

mod child;
mod conversation;
mod error;
mod headers;
mod observe;
mod output;
mod protocol;
pub mod python;
mod run;

pub use child::{Driver, Settings};
pub use error::DryRunError;
pub use headers::{ImportedFile, ImportedFiles, ImportedHeader};
pub use run::{Deadlines, Event, Plan, Run};
