//! Whole projects in real folders: what limbeck finds in them, and, where `LIMBECK_TEST_PYTHON` names an interpreter
//! with alembic, that alembic finds the same.
#![cfg(unix)]

mod configuration;
mod errors;
mod listing;
mod settings;
mod tree;
