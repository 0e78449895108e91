//! Pictures of small trees as people see them, and what holds for every picture.

mod formats;
mod properties;
mod sketch;
mod trees;
mod walk;
