//! SQL text to classified [`Statement`]s.
//!
//! It owns where a statement begins and ends, what kind it is, what it names, and what of a text is refused. What a
//! statement means, and whether that is wise, is judged elsewhere; the bodies of functions and `DO` stay strings, because
//! Postgres's grammar too leaves them to their language. A text that is no SQL gives statements without kind, with the
//! errors, never a guess.

mod action;
mod bind;
mod clause;
mod depth;
mod kind;
mod name;
mod object;
mod parse;
mod split;
mod walk;

use limbeck_types::Statement;

/// The statements of a text, in order. Empty statements and comments are none.
///
/// Binds of SQLAlchemy's `text()` (`:name`) and of the drivers (`$1`, `%s`, `%(name)s`) stand for values, `%%` for `%`
/// and `\:` for `:`. All ranges are bytes of `sql` itself.
pub fn read(sql: &str) -> Vec<Statement> {
    if u32::try_from(sql.len()).is_err() {
        return vec![parse::refused(0..sql.len(), 0..0, "a text of more than 4 GiB is not read")];
    }
    let mut statements = Vec::new();
    let mut budget = depth::Budget::default();
    split::each(sql, |tokens| statements.push(parse::statement(sql, tokens, &mut budget)));
    statements
}
