//! Values as SQL literals, by their type (SQLAlchemy sql/sqltypes.py and dialects/postgresql/types.py,
//! `literal_processor`).
//!
//! A type without a processor makes SQLAlchemy raise, and so does a value that its type's processor does not take; both
//! are said as such, never rendered some other way.

use limbeck_types::{Literal, Opaque, PythonValue, Span, SqlType, SqlTypeKind};

use super::context::{Context, raises, unknown};
use super::writer::Writer;

/// Text as a literal: `'it''s'`.
pub(crate) fn text(text: &str, context: Context) -> String {
    format!("'{}'", context.percents(&text.replace('\'', "''")))
}

/// The value as a literal of this type.
pub(crate) fn value(
    writer: &mut Writer,
    value: &PythonValue,
    type_: &SqlType,
    span: Span,
    context: Context,
) -> Result<(), Opaque> {
    if let SqlTypeKind::Opaque(opaque) = &type_.kind {
        // `None` is `NULL` whatever the type is, but a type decorator may do anything with it.
        return Err(opaque.clone());
    }
    match value {
        PythonValue::None => writer.made("NULL", span),
        PythonValue::Text(literal) if is_text(&type_.kind) => quoted(writer, literal, span, context),
        PythonValue::Text(literal) if matches!(&type_.kind, SqlTypeKind::Enum(_)) => {
            known_label(type_, &literal.value, span)?;
            quoted(writer, literal, span, context);
        }
        value => writer.made(&plain(value, &type_.kind, span, context)?, span),
    }
    Ok(())
}

/// Values of types that are not text.
fn plain(value: &PythonValue, type_: &SqlTypeKind, span: Span, context: Context) -> Result<String, Opaque> {
    use PythonValue as V;
    use SqlTypeKind as T;
    let refused =
        || raises(span, format!("Could not render literal value of {} as {}", named(value), spelled(type_)));
    match type_ {
        T::SmallInteger | T::Integer | T::BigInteger => match value {
            V::Int(number) => Ok(number.to_string()),
            V::Bool(truth) => Ok(u8::from(*truth).to_string()),
            V::Text(literal) => integer(&literal.value).ok_or_else(refused),
            V::Float(number) => {
                whole(number).ok_or_else(|| unknown(span, "it is a float for an integer column"))
            }
            V::Decimal(_) => Err(unknown(span, "it is a Decimal for an integer column")),
            _ => Err(refused()),
        },
        T::Numeric { .. } | T::Float { .. } | T::Double | T::Real => match value {
            V::Int(number) => Ok(number.to_string()),
            V::Bool(truth) => Ok(if *truth { "True" } else { "False" }.to_owned()),
            V::Float(number) | V::Decimal(number) => Ok(number.clone()),
            V::Text(literal) if is_number(&literal.value) => Ok(literal.value.clone()),
            V::Text(_) => Err(unknown(span, "it is text for a number")),
            _ => Err(refused()),
        },
        T::Boolean { .. } => match value {
            V::Bool(truth) => Ok(truth.to_string()),
            V::Int(number @ (0 | 1)) => Ok((*number == 1).to_string()),
            V::Float(_) | V::Decimal(_) => Err(unknown(span, "it is a number for a boolean")),
            _ => Err(refused()),
        },
        T::Timestamp { .. } => match value {
            V::DateTime(moment) => Ok(format!("'{moment}'")),
            V::Date(moment) | V::Time(moment) => Ok(format!("'{moment}'")),
            _ => Err(refused()),
        },
        T::Date => match value {
            V::DateTime(moment) => Ok(format!("'{}'", moment.split(' ').next().unwrap_or_default())),
            V::Date(moment) | V::Time(moment) => Ok(format!("'{moment}'")),
            _ => Err(refused()),
        },
        T::Time { .. } => match value {
            V::DateTime(moment) => Ok(format!("'{}'", moment.rsplit(' ').next().unwrap_or_default())),
            V::Date(moment) | V::Time(moment) => Ok(format!("'{moment}'")),
            _ => Err(refused()),
        },
        T::Interval { .. } => match value {
            V::TimeDelta(microseconds) => Ok(format!("make_interval(secs=>{})", seconds(*microseconds))),
            _ => Err(refused()),
        },
        T::Binary => match value {
            V::Bytes(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => Ok(format!("'{}'", text.replace('\'', "''"))),
                Err(_) => Err(refused()),
            },
            _ => Err(refused()),
        },
        T::Uuid { as_uuid: true } => match value {
            V::Uuid(id) => Ok(format!("'{id}'")),
            V::Text(literal) => Ok(format!("'{}'", literal.value.replace('\'', "''"))),
            V::Int(number) => Ok(format!("'{number}'")),
            _ => Err(unknown(span, "it is no UUID")),
        },
        T::Uuid { as_uuid: false } => match value {
            V::Text(literal) => Ok(format!("'{}'", literal.value.replace('-', "").replace('\'', "''"))),
            _ => Err(refused()),
        },
        T::Array { item, dimensions } => match value {
            V::List(items) => array(items, &item.kind, *dimensions, span, context),
            _ => Err(refused()),
        },
        T::String { .. } | T::Enum(_) => match value {
            V::Text(literal) => Ok(text(&literal.value, context)),
            _ => Err(refused()),
        },
        T::Plain(name) if matches!(name.to_ascii_uppercase().as_str(), "CITEXT" | "JSONPATH") => {
            match value {
                V::Text(literal) => Ok(text(&literal.value, context)),
                _ => Err(refused()),
            }
        }
        T::Null | T::Json { .. } | T::Jsonb { .. } | T::Bit { .. } | T::Plain(_) => Err(raises(
            span,
            format!("No literal value renderer is available for datatype {}", spelled(type_)),
        )),
        T::Domain(_) | T::Custom(_) => Err(unknown(span, "it is a value of a type of its own")),
        T::Opaque(opaque) => Err(opaque.clone()),
    }
}

/// `ARRAY[…]`, nested as its first item says (SQLAlchemy sql/sqltypes.py, `ARRAY._apply_item_processor`).
fn array(
    items: &[PythonValue],
    item: &SqlTypeKind,
    dimensions: Option<i64>,
    span: Span,
    context: Context,
) -> Result<String, Opaque> {
    let nested = match dimensions {
        Some(dimensions) => dimensions != 1,
        None => matches!(items.first(), Some(PythonValue::List(_))),
    };
    let rendered: Result<Vec<String>, Opaque> = items
        .iter()
        .map(|value| match value {
            PythonValue::List(inner) if nested => {
                array(inner, item, dimensions.map(|dimensions| dimensions.saturating_sub(1)), span, context)
            }
            PythonValue::None => Err(unknown(span, "it is an array with `None` in it")),
            _ if nested => Err(unknown(span, "it is an array of other dimensions than its type")),
            value => plain(value, item, span, context),
        })
        .collect();
    Ok(format!("ARRAY[{}]", rendered?.join(", ")))
}

/// Text with its quotes, each byte of it still leading to the source.
fn quoted(writer: &mut Writer, literal: &Literal, span: Span, context: Context) {
    writer.made("'", span);
    let mut from = 0;
    for (at, found) in literal.value.match_indices(['\'', '%']) {
        if found == "%" && !context.doubles_percents() {
            continue;
        }
        writer.copied(literal, from..at + 1);
        writer.made(found, literal.source_span(at..at + 1).unwrap_or(span));
        from = at + 1;
    }
    writer.copied(literal, from..literal.value.len());
    writer.made("'", span);
}

fn is_text(type_: &SqlTypeKind) -> bool {
    match type_ {
        SqlTypeKind::String { .. } => true,
        SqlTypeKind::Plain(name) => matches!(name.to_ascii_uppercase().as_str(), "CITEXT" | "JSONPATH"),
        _ => false,
    }
}

/// A text that is no label is taken as it is, unless `validate_strings` says otherwise (sql/sqltypes.py,
/// `Enum._db_value_for_lookup`).
fn known_label(type_: &SqlType, label: &str, span: Span) -> Result<(), Opaque> {
    match &type_.kind {
        SqlTypeKind::Enum(enumeration)
            if enumeration.validate_strings && !enumeration.labels.iter().any(|known| known == label) =>
        {
            Err(raises(span, format!("LookupError: '{label}' is not among the defined enum values")))
        }
        _ => Ok(()),
    }
}

/// `str(int(text))`, for plain decimal digits.
fn integer(text: &str) -> Option<String> {
    let text = text.trim_matches(super::writer::is_space);
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    plain.then(|| text.parse::<i128>().ok()).flatten().map(|number| number.to_string())
}

/// `int(float)` of a float that Python writes without an exponent.
fn whole(number: &str) -> Option<String> {
    let (whole, _) = number.split_once('.')?;
    (!number.contains(['e', 'n', 'i'])).then(|| integer(whole)).flatten()
}

/// Whether `Decimal` takes the text for a finite number.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    digits.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'))
        && text.parse::<f64>().is_ok()
}

/// `timedelta.total_seconds()` as Python's `repr` has it.
fn seconds(microseconds: i128) -> String {
    #[expect(clippy::cast_precision_loss, reason = "Python divides as floats, too")]
    let seconds = microseconds as f64 / 1e6;
    if seconds != 0.0 && seconds.abs() < 1e-4 {
        let scientific = format!("{seconds:e}");
        let (digits, exponent) = scientific.split_once("e-").unwrap_or((&scientific, "0"));
        return format!("{digits}e-{exponent:0>2}");
    }
    format!("{seconds:?}")
}

/// What a value is, for a message.
fn named(value: &PythonValue) -> &'static str {
    match value {
        PythonValue::None => "None",
        PythonValue::Bool(_) => "a bool",
        PythonValue::Int(_) => "an int",
        PythonValue::Float(_) => "a float",
        PythonValue::Decimal(_) => "a Decimal",
        PythonValue::Text(_) => "a str",
        PythonValue::Bytes(_) => "bytes",
        PythonValue::List(_) => "a list",
        PythonValue::Dict(_) => "a dict",
        PythonValue::DateTime(_) => "a datetime",
        PythonValue::Date(_) => "a date",
        PythonValue::Time(_) => "a time",
        PythonValue::Uuid(_) => "a UUID",
        PythonValue::TimeDelta(_) => "a timedelta",
    }
}

/// A type's name, for a message.
fn spelled(type_: &SqlTypeKind) -> &str {
    match type_ {
        SqlTypeKind::Null => "NULL",
        SqlTypeKind::SmallInteger | SqlTypeKind::Integer | SqlTypeKind::BigInteger => "an integer",
        SqlTypeKind::Numeric { .. } | SqlTypeKind::Float { .. } | SqlTypeKind::Double | SqlTypeKind::Real => {
            "a number"
        }
        SqlTypeKind::String { .. } => "text",
        SqlTypeKind::Boolean { .. } => "BOOLEAN",
        SqlTypeKind::Date => "DATE",
        SqlTypeKind::Time { .. } => "TIME",
        SqlTypeKind::Timestamp { .. } => "TIMESTAMP",
        SqlTypeKind::Interval { .. } => "INTERVAL",
        SqlTypeKind::Binary => "BYTEA",
        SqlTypeKind::Json { .. } => "JSON",
        SqlTypeKind::Jsonb { .. } => "JSONB",
        SqlTypeKind::Uuid { .. } => "UUID",
        SqlTypeKind::Bit { .. } => "BIT",
        SqlTypeKind::Enum(_) => "an enum",
        SqlTypeKind::Array { .. } => "ARRAY",
        SqlTypeKind::Domain(_) => "a domain",
        SqlTypeKind::Plain(name) | SqlTypeKind::Custom(name) => name,
        SqlTypeKind::Opaque(_) => "a type that is not known",
    }
}
