//! Support for the end-to-end tests: projects in temporary folders, the built limbeck, databases to look into.
//!
//! The tests speak to the binary only, with a real alembic and a real Postgres; `cargo xtask test` provides both. Here is
//! everything that they share, and what holds for every run of limbeck whatever it is asked ([`limbeck`], [`document`]).

pub mod database;
pub mod dev_tree;
pub mod document;
pub mod limbeck;
pub mod parity;
pub mod processes;
pub mod project;
pub mod python;
pub mod setup;
pub mod text;
pub mod woodpecker;
