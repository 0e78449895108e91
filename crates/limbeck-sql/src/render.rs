//! From what a revision does to the statements that alembic's offline mode prints for it on Postgres.
//!
//! Each file of this room owns one kind of thing: `quote` names, `sql_type` types, `expression` and `statement` what is
//! made with SQLAlchemy's expression language. It refuses to guess: what cannot be known, and what alembic itself raises
//! on, is [`Rendered::Opaque`] with the reason.
// What the rooms offer each other and nobody takes yet.
#![allow(dead_code)]

mod context;
mod expression;
mod literal_value;
mod quote;
mod renderer;
mod sql_type;
mod statement;

pub use renderer::{Rendered, Renderer};
