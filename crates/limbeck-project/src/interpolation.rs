//! `%` in configuration values: `BasicInterpolation` for ini files, Python's `%` operator for `pyproject.toml`.
//!
//! Sources: `configparser.BasicInterpolation._interpolate_some` of CPython, and `Config._get_toml_config_value` of
//! alembic's `config.py`.

use std::borrow::Cow;

use crate::ini::{Entry, Ini};

/// `MAX_INTERPOLATION_DEPTH` of configparser.
const MAX_DEPTH: usize = 10;

/// Why a value cannot be expanded.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// A lower-case fragment.
    pub(crate) message: String,
    /// The piece at fault; it need not stand in the value itself, since values refer to others.
    pub(crate) piece: String,
}

impl Fault {
    fn new(piece: &str, message: impl Into<String>) -> Self {
        Self { message: message.into(), piece: piece.to_owned() }
    }
}

/// The value of `entry`, seen from `section` of `ini`. `here` is the folder of the file, with `/`.
pub(crate) fn of_ini(ini: &Ini, section: &str, entry: &Entry, here: &str) -> Result<String, Fault> {
    let lookup = |key: &str| match ini.entry(section, key) {
        Some(entry) => Some(Cow::Borrowed(entry.value.as_str())),
        None => (key == "here").then_some(Cow::Borrowed(here)),
    };
    let mut out = String::new();
    expand(&entry.value, &lookup, 1, &mut out)?;
    Ok(out)
}

fn expand<'a>(
    value: &str,
    lookup: &impl Fn(&str) -> Option<Cow<'a, str>>,
    depth: usize,
    out: &mut String,
) -> Result<(), Fault> {
    if depth > MAX_DEPTH {
        let message = format!("it refers to others more than {MAX_DEPTH} levels deep");
        return Err(Fault::new(value, message));
    }
    let mut rest = value;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let tail = &rest[at..];
        if let Some(after) = tail.strip_prefix("%%") {
            out.push('%');
            rest = after;
            continue;
        }
        let Some((name, length)) = reference(tail) else {
            return Err(Fault::new(first_word(tail), "a `%` in it is not doubled"));
        };
        let piece = &tail[..length];
        let Some(found) = lookup(&name.to_lowercase()) else {
            let message = format!("it refers to `{name}`, which is in neither its section nor `[DEFAULT]`");
            return Err(Fault::new(piece, message));
        };
        if found.contains('%') {
            expand(&found, lookup, depth + 1, out)?;
        } else {
            out.push_str(&found);
        }
        rest = &tail[length..];
    }
    out.push_str(rest);
    Ok(())
}

/// The value of a TOML string. `here` is the folder of the file, with `/`.
///
/// Of Python's conversions only `%%` and `%(here)s` have a use in an alembic configuration; others are refused.
pub(crate) fn of_toml(value: &str, here: &str) -> Result<String, Fault> {
    let mut out = String::new();
    let mut rest = value;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let tail = &rest[at..];
        if let Some(after) = tail.strip_prefix("%%") {
            out.push('%');
            rest = after;
            continue;
        }
        match reference(tail) {
            Some(("here", length)) => {
                out.push_str(here);
                rest = &tail[length..];
            }
            Some((name, length)) => {
                let message = format!("it refers to `{name}`, but only `%(here)s` is known in a TOML file");
                return Err(Fault::new(&tail[..length], message));
            }
            None => return Err(Fault::new(first_word(tail), "a `%` in it is not doubled")),
        }
    }
    out.push_str(rest);
    Ok(out)
}

/// The name in a `%(name)s` at the beginning of the text, and the length of the whole.
fn reference(text: &str) -> Option<(&str, usize)> {
    let inner = text.strip_prefix("%(")?;
    let end = inner.find(')').filter(|end| *end > 0)?;
    inner[end..].starts_with(")s").then(|| (&inner[..end], end + 4))
}

fn first_word(text: &str) -> &str {
    text.split_whitespace().next().unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected values come from `value % {"here": "/h"}` in CPython 3.11; `None` stands for an exception.
    #[track_caller]
    fn check_toml(value: &str, expected: Option<&str>) {
        assert_eq!(of_toml(value, "/h").ok().as_deref(), expected);
    }

    #[test]
    fn toml_values_are_formatted() {
        check_toml("plain", Some("plain"));
        check_toml("%(here)s/x", Some("/h/x"));
        check_toml("%%(rev)s_%%(slug)s", Some("%(rev)s_%(slug)s"));
        check_toml("100%%", Some("100%"));
        check_toml("%%%(here)s%%", Some("%/h%"));
        check_toml("%(rev)s", None);
        check_toml("100%", None);
        check_toml("%(Here)s", None);
        check_toml("%(here", None);
    }
}
