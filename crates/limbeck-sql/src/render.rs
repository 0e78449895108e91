//! From what a revision does to the statements that alembic's offline mode prints for it on Postgres.
//!
//! Each file of this room owns one kind of thing: `quote` names, `sql_type` types, `expression` and `statement` what is
//! made with SQLAlchemy's expression language. It refuses to guess: what cannot be known, and what alembic itself raises
//! on, is [`Rendered::Opaque`] with the reason.

mod alter;
mod alter_column;
mod column;
mod comment;
mod constraint;
mod context;
mod drop_constraint;
mod expression;
mod index;
mod literal_value;
mod lost;
mod md5;
mod named_type;
mod naming;
mod operation;
mod options;
mod output;
mod phrase;
mod placeholder;
mod primary_key;
mod quote;
mod renderer;
mod sequence;
mod settings;
mod sql;
mod sql_type;
mod statement;
mod statement_select;
mod statement_text;
mod table;
mod table_check;
mod table_options;
mod type_check;
mod version_table;
mod writer;

#[cfg(test)]
mod tests;

pub use lost::lost;
pub use renderer::{Made, Rendered, Renderer};
pub use version_table::VersionTable;
