//! Keyword arguments of the Postgres dialect, `postgresql_*`, as plain values.

use limbeck_types::{Expression, ExpressionKind, Literal, Opaque, PythonValue};

use super::context::unknown;

/// The options of a construct, by their names without the prefix.
pub(crate) type Options = [(String, Expression)];

/// The option of this name; the last one, as keywords of a later `**` win.
pub(crate) fn get<'a>(options: &'a Options, name: &str) -> Option<&'a Expression> {
    options.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value)
}

/// An option as a value of Python; `None` also where Python's `None` was given.
pub(crate) fn value<'a>(options: &'a Options, name: &str) -> Result<Option<&'a PythonValue>, Opaque> {
    let Some(expression) = get(options, name) else { return Ok(None) };
    match &expression.kind {
        ExpressionKind::Value(PythonValue::None) => Ok(None),
        ExpressionKind::Value(value) => Ok(Some(value)),
        ExpressionKind::Opaque(opaque) => Err(opaque.clone()),
        _ => Err(unknown(expression.span, format!("`postgresql_{name}` is no plain value"))),
    }
}

/// Whether Python takes the option for true.
pub(crate) fn is_true(options: &Options, name: &str) -> Result<bool, Opaque> {
    Ok(match value(options, name)? {
        None | Some(PythonValue::None) => false,
        Some(PythonValue::Bool(value)) => *value,
        Some(PythonValue::Int(value)) => *value != 0,
        Some(PythonValue::Text(text)) => !text.value.is_empty(),
        Some(PythonValue::List(values)) => !values.is_empty(),
        Some(PythonValue::Dict(pairs)) => !pairs.is_empty(),
        Some(_) => {
            let span = get(options, name).map(|expression| expression.span).unwrap_or_default();
            return Err(unknown(span, format!("`postgresql_{name}` is neither true nor false")));
        }
    })
}

/// An option that is `True` or `False`, and not merely like one of them.
pub(crate) fn flag(options: &Options, name: &str) -> Result<Option<bool>, Opaque> {
    Ok(match value(options, name)? {
        Some(PythonValue::Bool(value)) => Some(*value),
        _ => None,
    })
}

/// An option that is text; empty text is none.
pub(crate) fn text<'a>(options: &'a Options, name: &str) -> Result<Option<&'a Literal>, Opaque> {
    match value(options, name)? {
        Some(PythonValue::Text(text)) if text.value.is_empty() => Ok(None),
        Some(PythonValue::Text(text)) => Ok(Some(text)),
        None => Ok(None),
        Some(_) => {
            let span = get(options, name).map(|expression| expression.span).unwrap_or_default();
            Err(unknown(span, format!("`postgresql_{name}` is no text")))
        }
    }
}

/// An option that is a list of texts, or one text.
pub(crate) fn texts<'a>(options: &'a Options, name: &str) -> Result<Vec<&'a Literal>, Opaque> {
    let span = get(options, name).map(|expression| expression.span).unwrap_or_default();
    let not_text = || unknown(span, format!("`postgresql_{name}` holds something else than text"));
    match value(options, name)? {
        None => Ok(Vec::new()),
        Some(PythonValue::Text(text)) => Ok(vec![text]),
        Some(PythonValue::List(values)) => values
            .iter()
            .map(|value| match value {
                PythonValue::Text(text) => Ok(text),
                _ => Err(not_text()),
            })
            .collect(),
        Some(_) => Err(not_text()),
    }
}

/// An option that is a dictionary with texts for keys.
pub(crate) fn pairs<'a>(options: &'a Options, name: &str) -> Result<Vec<(&'a str, &'a PythonValue)>, Opaque> {
    let span = get(options, name).map(|expression| expression.span).unwrap_or_default();
    let no_dictionary = || unknown(span, format!("`postgresql_{name}` is no dictionary of texts"));
    match value(options, name)? {
        None => Ok(Vec::new()),
        Some(PythonValue::Dict(pairs)) => pairs
            .iter()
            .map(|(key, value)| match key {
                PythonValue::Text(key) => Ok((key.value.as_str(), value)),
                _ => Err(no_dictionary()),
            })
            .collect(),
        Some(_) => Err(no_dictionary()),
    }
}

/// `fillfactor = 50, autovacuum_enabled = true` (SQLAlchemy dialects/postgresql/base.py, `_prepare_withclause_opts`).
pub(crate) fn with_clause(options: &Options) -> Result<Option<String>, Opaque> {
    let pairs = pairs(options, "with")?;
    let span = get(options, "with").map(|expression| expression.span).unwrap_or_default();
    let shown: Result<Vec<String>, Opaque> = pairs
        .into_iter()
        .map(|(key, value)| {
            let value = match value {
                PythonValue::None => return Ok(key.to_owned()),
                PythonValue::Bool(value) => value.to_string(),
                PythonValue::Int(value) => value.to_string(),
                PythonValue::Float(value) | PythonValue::Decimal(value) => value.clone(),
                PythonValue::Text(value) => value.value.clone(),
                _ => return Err(unknown(span, "`postgresql_with` has a value that is not known")),
            };
            Ok(format!("{key} = {value}"))
        })
        .collect();
    Ok(Some(shown?).filter(|shown| !shown.is_empty()).map(|shown| shown.join(", ")))
}
