//! limbeck's SQL is that of alembic's offline mode: on generated revisions, on the trees of public packages, and as
//! whole scripts.

mod corpus;
mod dev_trees;
mod whole;
