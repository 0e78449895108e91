//! limbeck's SQL is that of alembic's offline mode: on the trees of public packages, and as whole scripts.

mod dev_trees;
mod whole;
