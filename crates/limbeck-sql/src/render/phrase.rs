//! Words of SQL that a revision passes through, and which of them SQLAlchemy takes (sql/compiler.py,
//! `validate_sql_phrase`).

use limbeck_types::{Opaque, Span};

use super::context::{raises, unknown};

/// Words and spaces only (sql/compiler.py, `SQL_KEYWORD_PHRASE`).
pub(crate) fn check_phrase(phrase: &str, span: Span) -> Result<(), Opaque> {
    let is_word = |word: &str| {
        !word.is_empty() && word.chars().all(|character| character.is_alphanumeric() || character == '_')
    };
    let mut words = phrase.split_whitespace().peekable();
    let starts = phrase.chars().next().is_some_and(|first| !first.is_whitespace());
    if starts
        && words.peek().is_some()
        && words.all(is_word)
        && !phrase.trim_end_matches('\n').ends_with(char::is_whitespace)
    {
        return Ok(());
    }
    Err(raises(span, format_args!("Unexpected SQL phrase: '{phrase}'")))
}

/// As [`check_phrase`], with a list of columns behind it if need be (dialects/postgresql/base.py, `_fk_ondelete_pattern`).
pub(crate) fn check_deletion(phrase: &str, span: Span) -> Result<(), Opaque> {
    let Some((words, columns)) = phrase.split_once('(') else { return check_phrase(phrase, span) };
    check_phrase(words.trim_end(), span)?;
    let is_plain = |column: &str| {
        let column = column.trim();
        !column.is_empty()
            && column.chars().all(|character| character.is_alphanumeric() || matches!(character, '_' | '$'))
    };
    match columns.strip_suffix(')') {
        Some(columns) if columns.split(',').all(is_plain) => Ok(()),
        _ => Err(unknown(span, format!("it has the unusual `ON DELETE {phrase}`"))),
    }
}

/// One word (dialects/postgresql/base.py, `IDX_USING`).
pub(crate) fn check_index_method(method: &str, span: Span) -> Result<(), Opaque> {
    if !method.is_empty() && method.chars().all(|character| character.is_alphanumeric() || character == '_') {
        return Ok(());
    }
    Err(raises(span, format_args!("Unexpected SQL phrase: '{method}'")))
}
