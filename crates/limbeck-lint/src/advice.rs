//! The way out for failures that Postgres names: by SQLSTATE, and by what the statement was.

use limbeck_types::{PythonError, SqlError};

/// What to do about a refused statement; empty where nothing general is known.
pub(crate) fn for_sql(error: &SqlError) -> Vec<String> {
    let upper = error.sent.to_uppercase();
    let message = &error.message;
    let is = |sqlstate: &str| error.sqlstate == sqlstate;
    let advice = if is("25001") && upper.contains("CONCURRENTLY") {
        "run it outside the transaction: `with op.get_context().autocommit_block():` around this call"
    } else if is("25001") {
        "this statement cannot run in a transaction: put it into `with op.get_context().autocommit_block():`"
    } else if is("55P04") {
        "a new enum value can be used only after the transaction that added it: add it inside \
         `with op.get_context().autocommit_block():`, or use it in a later deploy"
    } else if is("42804") && message.contains("default") && message.contains("boolean") {
        "Postgres has real booleans: write `server_default=sa.false()` or `sa.true()`"
    } else if is("42804") && (message.contains("cannot be cast automatically") || upper.contains(" TYPE ")) {
        "say how to convert the values: `postgresql_using=\"column::type\"`"
    } else if is("42846") {
        "there is no such cast; convert the values in `postgresql_using=…`, or through a new column"
    } else if is("42710") && message.starts_with("type ") {
        "the type is already there: create it once, and write `postgresql.ENUM(…, create_type=False)` where it is used again"
    } else if is("42704") && message.starts_with("type ") {
        "only `op.create_table` creates enum types; for `add_column` and `alter_column` create the type first"
    } else if is("42P01") {
        "the table is not there when the tree runs from empty: an earlier revision must create it, or the tree needs a \
         baseline"
    } else if is("25P02") {
        "an earlier statement of this revision had failed and its error was caught: use `connection.begin_nested()` \
         around what may fail"
    } else if is("23502") {
        "backfill the column first, or give it a server_default"
    } else if is("23505") {
        "the rows are not unique: clean them up in an earlier revision"
    } else if is("2BP01") {
        "drop what depends on it first"
    } else if is("55P03") {
        "another connection of the same run holds the lock: do all work on alembic's own connection, `op.get_bind()`"
    } else if is("57014") && message.contains("statement timeout") {
        "raise `--statement-timeout` if it is meant to take that long"
    } else if is("42601") && message.contains("multiple commands into a prepared statement") {
        "asyncpg takes one statement at a time: one `op.execute` each"
    } else if is("42883") && ["ifnull(", "datetime(", "strftime("].iter().any(|name| message.contains(name)) {
        "that is a function of SQLite's: Postgres has `coalesce`, `now()` and `to_char`"
    } else if is("42703") && at_position(error) == Some('"') {
        "double quotes name a column in Postgres; a string has single quotes"
    } else if is("42501") {
        "the role of the dry-run may not do this; give it the rights that the deploying role has"
    } else {
        ""
    };
    Some(advice).filter(|advice| !advice.is_empty()).map(ToOwned::to_owned).into_iter().collect()
}

/// The character at the error's position.
fn at_position(error: &SqlError) -> Option<char> {
    let index = usize::try_from(error.position?).ok()?.checked_sub(1)?;
    error.sent.chars().nth(index)
}

/// What to do about an exception that no server raised.
pub(crate) fn for_python(error: &PythonError) -> Vec<String> {
    let advice = match error.class.rsplit('.').next().unwrap_or_default() {
        "ObjectNotExecutableError" => "SQLAlchemy 2 runs no bare strings: wrap it in `sa.text(…)`",
        "IdentifierError" => "Postgres cuts names at 63 bytes: give it a shorter one",
        "NotImplementedError" => "the revision refuses to run",
        "CompileError" if error.message.contains("it has no name") => {
            "a constraint can only be dropped by its name: give it the name that it has in the database"
        }
        "AssertionError" if error.message.is_empty() => {
            "alembic asserts a transaction of its own here; env.py must not open one before `context.configure()`"
        }
        _ => return Vec::new(),
    };
    vec![advice.to_owned()]
}
