//! The options of a project: the ini section first, `[tool.alembic]` second, key by key.
//!
//! Sources: `get_alembic_option`, `get_alembic_boolean_option`, `get_version_locations_list`,
//! `get_prepend_sys_paths_list` and `_get_file_separator_char` of alembic's `config.py`.

use std::path::Path;

use limbeck_types::{Source, Span};

use crate::ini::{Entry, Ini};
use crate::tool_alembic::{Item, ToolAlembic};
use crate::{Blame, ConfigError, interpolation, paths};

/// Both configuration files, parsed.
#[derive(Debug)]
pub(crate) struct Options {
    /// The ini file, if it is there.
    pub(crate) ini: Option<(Source, Ini)>,
    /// `[tool.alembic]`, if it is there.
    pub(crate) toml: Option<ToolAlembic>,
    /// The name of the ini section.
    pub(crate) section: String,
}

/// A value after interpolation, with its place.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Text {
    /// The value.
    pub(crate) value: String,
    /// Where it stands.
    pub(crate) place: Box<Blame>,
}

impl Options {
    /// The string that the option `key` (in lower case) has.
    pub(crate) fn text(&self, key: &str) -> Result<Option<Text>, ConfigError> {
        if let Some(text) = self.ini_text(key)? {
            return Ok(Some(text));
        }
        let Some((source, item, span)) = self.toml_item(key) else { return Ok(None) };
        match item {
            Item::Text(value) => toml_text(source, key, value, span).map(Some),
            other => Err(wrong_type(source, key, span, "a string", other)),
        }
    }

    /// Whether the option `key` is on: `true` to the letter in an ini file, a real boolean in a TOML file.
    pub(crate) fn is_on(&self, key: &str) -> Result<bool, ConfigError> {
        if let Some(text) = self.ini_text(key)? {
            return Ok(text.value == "true");
        }
        match self.toml_item(key) {
            None => Ok(false),
            Some((_, Item::Bool(value), _)) => Ok(*value),
            Some((source, other, span)) => Err(wrong_type(source, key, span, "a boolean", other)),
        }
    }

    /// The paths that the option `key` lists; none if it is absent or empty.
    ///
    /// Without any of the options in `separators`, an ini value is split at spaces and commas and at `also`.
    pub(crate) fn list(
        &self,
        key: &str,
        separators: &[&str],
        also: Option<char>,
    ) -> Result<Vec<Text>, ConfigError> {
        if let Some(text) = self.ini_text(key)?.filter(|text| !text.value.is_empty()) {
            let items = match self.separator(separators)? {
                Some(separator) => split_at(&text.value, separator),
                None => split_legacy(&text.value, also),
            };
            return Ok(items.into_iter().map(|value| Text { value, place: text.place.clone() }).collect());
        }
        let Some((source, item, span)) = self.toml_item(key) else { return Ok(Vec::new()) };
        match item {
            Item::List(items) => {
                items.iter().map(|(value, span)| toml_text(source, key, value, *span)).collect()
            }
            // alembic takes a string for a list of its characters, which happens to work for `"."`.
            Item::Text(value) if value.chars().count() < 2 => {
                value.chars().map(|value| toml_text(source, key, &value.to_string(), span)).collect()
            }
            other => Err(wrong_type(source, key, span, "a list of strings", other)),
        }
    }

    /// The options of the ini section before interpolation, inherited ones too.
    pub(crate) fn raw(&self) -> impl Iterator<Item = &Entry> {
        let own = self.ini.as_ref().and_then(|(_, ini)| Some((ini, ini.section(&self.section)?)));
        own.into_iter().flat_map(|(ini, section)| ini.defaults.iter().chain(&section.entries))
    }

    /// The string that the option `key` has in the ini file, `[tool.alembic]` left aside.
    pub(crate) fn ini_text(&self, key: &str) -> Result<Option<Text>, ConfigError> {
        let Some((source, ini)) = &self.ini else { return Ok(None) };
        let Some(entry) = ini.entry(&self.section, key) else { return Ok(None) };
        let here = folder(&source.path);
        match interpolation::of_ini(ini, &self.section, entry, &here) {
            Ok(value) => Ok(Some(Text { value, place: Blame::new(source, entry.span) })),
            Err(fault) => Err(bad_percent(source, key, entry.span, &fault)),
        }
    }

    fn toml_item(&self, key: &str) -> Option<(&Source, &Item, Span)> {
        let toml = self.toml.as_ref()?;
        let (item, span) = toml.options.get(key)?;
        Some((&toml.source, item, *span))
    }

    fn separator(&self, keys: &[&str]) -> Result<Option<char>, ConfigError> {
        for key in keys {
            let Some(text) = self.ini_text(key)? else { continue };
            return match text.value.as_str() {
                "space" => Ok(Some(' ')),
                "newline" => Ok(Some('\n')),
                "os" => Ok(Some(if cfg!(windows) { ';' } else { ':' })),
                ":" => Ok(Some(':')),
                ";" => Ok(Some(';')),
                other => Err(ConfigError::Value {
                    place: text.place,
                    key: (*key).to_owned(),
                    message: format!("`{other}` is no separator that alembic knows"),
                    help: "write `space`, `newline`, `os`, `:` or `;`".to_owned(),
                }),
            };
        }
        Ok(None)
    }
}

/// The folder of a configuration file, as `%(here)s` gives it.
fn folder(file: &Path) -> String {
    file.parent().map_or_else(String::new, paths::posix)
}

fn toml_text(source: &Source, key: &str, value: &str, span: Span) -> Result<Text, ConfigError> {
    match interpolation::of_toml(value, &folder(&source.path)) {
        Ok(value) => Ok(Text { value, place: Blame::new(source, span) }),
        Err(fault) => Err(bad_percent(source, key, span, &fault)),
    }
}

fn wrong_type(source: &Source, key: &str, span: Span, wanted: &str, found: &Item) -> ConfigError {
    ConfigError::Value {
        place: Blame::new(source, span),
        key: key.to_owned(),
        message: format!("it is {}, and alembic wants {wanted}", found.kind()),
        help: format!("make `{key}` {wanted}"),
    }
}

fn bad_percent(source: &Source, key: &str, span: Span, fault: &interpolation::Fault) -> ConfigError {
    let found = source.text.get(span.range()).and_then(|text| text.find(&fault.piece));
    let span = found.map_or(span, |at| {
        let start = span.start as usize + at;
        Span::new(start, start + fault.piece.len())
    });
    ConfigError::Value {
        place: Blame::new(source, span),
        key: key.to_owned(),
        message: fault.message.clone(),
        help: "write `%%` for a percent sign that is meant literally".to_owned(),
    }
}

/// `[x.strip() for x in text.split(separator) if x]`.
fn split_at(text: &str, separator: char) -> Vec<String> {
    let pieces = text.split(separator).filter(|piece| !piece.is_empty());
    pieces.map(|piece| piece.trim_matches(crate::ini::is_space).to_owned()).collect()
}

/// `re.split(r", *|(?: +)")`, at `also` too. Empty pieces stay, as they do in Python.
fn split_legacy(text: &str, also: Option<char>) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) =
        rest.find(|character| character == ',' || character == ' ' || Some(character) == also)
    {
        pieces.push(rest[..at].to_owned());
        let separator = &rest[at..=at];
        rest = &rest[at + 1..];
        if Some(separator) != also.map(|also| also.to_string()).as_deref() {
            rest = rest.trim_start_matches(' ');
        }
    }
    pieces.push(rest.to_owned());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected values come from `re.split` and from the list comprehension in CPython 3.11.
    #[test]
    fn lists_are_split_as_python_splits() {
        assert_eq!(split_legacy("a, b", None), ["a", "b"]);
        assert_eq!(split_legacy("a , b", None), ["a", "", "b"]);
        assert_eq!(split_legacy("a  b,c,,  d", None), ["a", "b", "c", "", "d"]);
        assert_eq!(split_legacy("a:b c", None), ["a:b", "c"]);
        assert_eq!(split_legacy("a: b :c", Some(':')), ["a", "", "b", "", "c"]);
        assert_eq!(split_legacy("a\nb", None), ["a\nb"]);
        assert_eq!(split_at("a: :b::c ", ':'), ["a", "", "b", "c"]);
        assert_eq!(split_at("\na b\n c", '\n'), ["a b", "c"]);
    }
}
