//! Identifiers as SQLAlchemy quotes them for Postgres (sql/compiler.py, `IdentifierPreparer`; dialects/postgresql/base.py,
//! `PGIdentifierPreparer` and its reserved words).

use std::borrow::Cow;

use limbeck_types::{Name, TableName};

use super::context::Context;

/// Words that are always quoted (dialects/postgresql/base.py, `RESERVED_WORDS`), sorted.
const RESERVED: &[&str] = &[
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "between",
    "binary",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "column",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "false",
    "fetch",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "group",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "leading",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "natural",
    "new",
    "not",
    "notnull",
    "null",
    "of",
    "off",
    "offset",
    "old",
    "on",
    "only",
    "or",
    "order",
    "outer",
    "over",
    "overlaps",
    "placing",
    "primary",
    "references",
    "returning",
    "right",
    "select",
    "session_user",
    "similar",
    "some",
    "symmetric",
    "table",
    "then",
    "to",
    "trailing",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
];

/// A name, quoted where it must be, or as its `quote` says.
pub(crate) fn name<'n>(name: &'n Name, context: Context) -> Cow<'n, str> {
    match name.quote {
        None => text(&name.text, context),
        Some(true) => quoted(&name.text, context).into(),
        Some(false) => name.text.as_str().into(),
    }
}

/// A name that is no [`Name`]: quoted where it must be.
pub(crate) fn text<'t>(text: &'t str, context: Context) -> Cow<'t, str> {
    if needs_quotes(text) { quoted(text, context).into() } else { text.into() }
}

/// A table with its schema: `"Schema".name`. A dotted schema is one identifier here (`format_table`), as in
/// `CREATE TABLE`, and not two, as in [`altered_table`].
pub(crate) fn table<'n>(table: &'n TableName, context: Context) -> Cow<'n, str> {
    match &table.schema {
        Some(schema) if !schema.text.is_empty() => {
            format!("{}.{}", name(schema, context), name(&table.name, context)).into()
        }
        _ => name(&table.name, context),
    }
}

/// A table as alembic's own constructs spell it (alembic ddl/base.py, `format_table_name`): each part of a dotted schema
/// is quoted by itself, unless the schema says how it is quoted.
pub(crate) fn altered_table<'n>(table: &'n TableName, context: Context) -> Cow<'n, str> {
    match &table.schema {
        Some(schema) if schema.text.is_empty() => name(&table.name, context),
        Some(schema) if schema.quote.is_none() => {
            let parts: Vec<Cow<'_, str>> = schema.text.split('.').map(|part| text(part, context)).collect();
            format!("{}.{}", parts.join("."), name(&table.name, context)).into()
        }
        Some(schema) => format!("{}.{}", name(schema, context), name(&table.name, context)).into(),
        None => name(&table.name, context),
    }
}

/// `"…"` with the quotes inside doubled.
pub(crate) fn quoted(text: &str, context: Context) -> String {
    format!("\"{}\"", context.percents(&text.replace('"', "\"\"")))
}

/// Whether SQLAlchemy quotes this name of itself (`_requires_quotes`).
fn needs_quotes(text: &str) -> bool {
    let Some(first) = text.chars().next() else { return true };
    // As most names are.
    if matches!(first, 'a'..='z' | '_')
        && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
    {
        return RESERVED.binary_search(&text).is_ok();
    }
    let lower = text.to_lowercase();
    // Python's `$` also matches before a last newline, and its `[A-Z]` takes, without regard to case, two small letters
    // outside of ASCII: dotless i and long s.
    let body = text.strip_suffix('\n').unwrap_or(text);
    let is_legal = |character: char| {
        character.is_ascii_alphanumeric() || matches!(character, '_' | '$' | '\u{131}' | '\u{17f}')
    };
    RESERVED.binary_search(&lower.as_str()).is_ok()
        || first.is_ascii_digit()
        || first == '$'
        || body.is_empty()
        || !body.chars().all(is_legal)
        || lower != text
}

#[cfg(test)]
mod tests {
    use limbeck_types::Span;

    use super::*;
    use crate::render::context::{Driver, Paramstyle, Settings};

    fn check(given: &str, expected: &str) {
        let settings =
            Settings { paramstyle: Paramstyle::Named, driver: Driver::Psycopg, literal_binds: true };
        let asked = std::cell::Cell::new(false);
        let context = Context::new(settings, Span::default(), &asked);
        assert_eq!(text(given, context), expected);
    }

    #[test]
    fn quotes_what_postgres_would_not_read_back() {
        check("plain", "plain");
        check("with_$", "with_$");
        check("$first", "\"$first\"");
        check("1st", "\"1st\"");
        check("Camel", "\"Camel\"");
        check("user", "\"user\"");
        check("User", "\"User\"");
        check("a b", "\"a b\"");
        check("a\"b", "\"a\"\"b\"");
        check("", "\"\"");
        check("grün", "\"grün\"");
        check("100%", "\"100%\"");
    }

    #[test]
    fn reserved_words_are_sorted() {
        assert!(RESERVED.is_sorted());
    }
}
