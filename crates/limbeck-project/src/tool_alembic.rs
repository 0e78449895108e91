//! The table `[tool.alembic]` of a `pyproject.toml`, with the place of every value.
//!
//! It opens no file and interpolates nothing.

use std::collections::BTreeMap;
use std::ops::Range;

use limbeck_types::{Source, Span};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::{Blame, ConfigError};

/// `[tool.alembic]`.
#[derive(Debug)]
pub(crate) struct ToolAlembic {
    /// The file.
    pub(crate) source: Source,
    /// Its header, or a key that makes it.
    pub(crate) span: Span,
    /// Its options, each with the place of its value.
    pub(crate) options: BTreeMap<String, (Item, Span)>,
}

/// The value of an option, as far as limbeck reads it.
#[derive(Debug, PartialEq)]
pub(crate) enum Item {
    /// A string.
    Text(String),
    /// A list of strings, each with its place.
    List(Vec<(String, Span)>),
    /// A boolean.
    Bool(bool),
    /// Anything else, by the name of its type.
    Other(&'static str),
}

impl Item {
    /// The type with its article, for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a string",
            Self::List(_) => "a list of strings",
            Self::Bool(_) => "a boolean",
            Self::Other(kind) => kind,
        }
    }
}

/// Reads the table; `None` if the file has none.
pub(crate) fn read(source: Source) -> Result<Option<ToolAlembic>, ConfigError> {
    let document = parse_toml(&source)?;
    let Some(table) = document.get_ref().get("tool").and_then(|tool| tool.get_ref().get("alembic")) else {
        return Ok(None);
    };
    let span = to_span(table.span());
    let Some(entries) = table.get_ref().as_table() else {
        let message = "`tool.alembic` is not a table".to_owned();
        return Err(ConfigError::Malformed { place: Blame::new(&source, span), message });
    };
    let options = entries
        .iter()
        .map(|(key, value)| (key.get_ref().to_string(), (item(value.get_ref()), to_span(value.span()))))
        .collect();
    Ok(Some(ToolAlembic { source, span, options }))
}

/// Whether a TOML text has the table.
pub(crate) fn has_table(text: &str) -> bool {
    let document = DeTable::parse(text).ok();
    document.is_some_and(|document| {
        let tool = document.get_ref().get("tool");
        tool.and_then(|tool| tool.get_ref().get("alembic")).is_some_and(|table| table.get_ref().is_table())
    })
}

/// The document in a TOML file.
pub(crate) fn parse_toml(source: &Source) -> Result<Spanned<DeTable<'_>>, ConfigError> {
    DeTable::parse(&source.text).map_err(|error| {
        let span = error.span().map_or(Span::default(), to_span);
        ConfigError::Malformed { place: Blame::new(source, span), message: error.message().to_owned() }
    })
}

/// A range of the TOML parser's as a span.
pub(crate) fn to_span(range: Range<usize>) -> Span {
    Span::new(range.start, range.end)
}

/// The type of a TOML value with its article, for messages.
pub(crate) fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a float",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}

fn item(value: &DeValue<'_>) -> Item {
    let other = Item::Other(kind(value));
    match value {
        DeValue::String(text) => Item::Text(text.to_string()),
        DeValue::Boolean(value) => Item::Bool(*value),
        DeValue::Array(items) => items
            .iter()
            .map(|item| Some((item.get_ref().as_str()?.to_owned(), to_span(item.span()))))
            .collect::<Option<_>>()
            .map_or(other, Item::List),
        _ => other,
    }
}
