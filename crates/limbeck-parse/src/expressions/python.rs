//! Values of Python that stand in a statement: numbers, text, collections, moments.
//!
//! A moment that depends on when the revision runs, and an id that is made up, are not known.

use limbeck_types::{Opaque, PythonValue, Span};
use ruff_python_ast::name::Name;

use super::typing::unknown;
use crate::constructs;
use crate::follow::value::{Call, Kind, Value};

/// The value, if it is one of Python's own.
pub(crate) fn python_value(value: &Value) -> Result<PythonValue, Opaque> {
    Ok(match &value.kind {
        Kind::None => PythonValue::None,
        Kind::Bool(truth) => PythonValue::Bool(*truth),
        Kind::Int(number) => PythonValue::Int(*number),
        Kind::Float(number) => PythonValue::Float(repr(*number)),
        Kind::Text(literal) => PythonValue::Text(limbeck_types::Literal::clone(literal)),
        Kind::Bytes(bytes) => PythonValue::Bytes(bytes.to_vec()),
        Kind::Tuple(_) | Kind::List(_) => {
            let items = constructs::items(value)?;
            PythonValue::List(items.iter().map(python_value).collect::<Result<_, _>>()?)
        }
        Kind::Dict(entries) => {
            let entries = entries.borrow();
            let pairs = entries.iter().map(|(key, value)| Ok((python_value(key)?, python_value(value)?)));
            PythonValue::Dict(pairs.collect::<Result<_, Opaque>>()?)
        }
        Kind::Call(call) => called(call)?,
        _ => return Err(constructs::unknown(value)),
    })
}

/// Whether the value is one of Python's own, known or not.
pub(super) fn is_python(value: &Value) -> bool {
    match &value.kind {
        Kind::Call(call) => constructs::dotted(&call.callee).is_some_and(|path| is_plain_class(&path)),
        kind => kind.is_pythons_own(),
    }
}

fn is_plain_class(path: &str) -> bool {
    matches!(
        path,
        "datetime.datetime"
            | "datetime.date"
            | "datetime.time"
            | "datetime.timedelta"
            | "decimal.Decimal"
            | "uuid.UUID"
    )
}

/// What a call of a class of the standard library makes.
fn called(call: &Call) -> Result<PythonValue, Opaque> {
    let path = constructs::dotted(&call.callee);
    let lost = || unknown(call.span, "it is a value that only running the revision can tell");
    match path.as_deref() {
        Some("datetime.datetime") => {
            let fields = fields(
                call,
                &["year", "month", "day", "hour", "minute", "second", "microsecond"],
                Some("tzinfo"),
            )?;
            let [year, month, day, rest @ ..] = fields.numbers.as_slice() else { return Err(lost()) };
            Ok(PythonValue::DateTime(format!(
                "{} {}{}",
                date(*year, *month, *day, call.span)?,
                time(rest, call.span)?,
                fields.zone
            )))
        }
        Some("datetime.date") => {
            let fields = fields(call, &["year", "month", "day"], None)?;
            let [year, month, day] = fields.numbers.as_slice() else { return Err(lost()) };
            Ok(PythonValue::Date(date(*year, *month, *day, call.span)?))
        }
        Some("datetime.time") => {
            let fields = fields(call, &["hour", "minute", "second", "microsecond"], Some("tzinfo"))?;
            Ok(PythonValue::Time(format!("{}{}", time(&fields.numbers, call.span)?, fields.zone)))
        }
        Some("datetime.timedelta") => timedelta(call),
        Some("decimal.Decimal") => match (call.positional.as_slice(), call.keywords.as_slice()) {
            ([only], []) => match &only.kind {
                Kind::Int(number) => Ok(PythonValue::Decimal(number.to_string())),
                Kind::Text(literal) if is_plain_decimal(&literal.value) => {
                    Ok(PythonValue::Decimal(literal.value.clone()))
                }
                _ => Err(lost()),
            },
            _ => Err(lost()),
        },
        Some("uuid.UUID") => match (call.positional.as_slice(), call.keywords.as_slice()) {
            ([only], []) => match &only.kind {
                Kind::Text(literal) => uuid(&literal.value).map(PythonValue::Uuid).ok_or_else(lost),
                _ => Err(lost()),
            },
            ([], [(name, given)]) => match (name.as_str(), &given.kind) {
                ("int", Kind::Int(number @ 0..)) => {
                    uuid(&format!("{number:032x}")).map(PythonValue::Uuid).ok_or_else(lost)
                }
                ("hex", Kind::Text(literal)) => uuid(&literal.value).map(PythonValue::Uuid).ok_or_else(lost),
                _ => Err(lost()),
            },
            _ => Err(lost()),
        },
        _ => Err(lost()),
    }
}

/// Numbers of a call, by position or name; those that are left out at the end are zero.
struct Fields {
    numbers: Vec<i128>,
    /// `+00:00`, or nothing.
    zone: &'static str,
}

fn fields(call: &Call, names: &[&str], zone: Option<&str>) -> Result<Fields, Opaque> {
    let lost = |span| unknown(span, "it is a moment that is not known");
    if call.positional.len() > names.len() {
        return Err(lost(call.span));
    }
    let known = |name: &Name| names.contains(&name.as_str()) || Some(name.as_str()) == zone;
    if !call.keywords.iter().all(|(name, _)| known(name)) {
        return Err(lost(call.span));
    }
    let mut numbers = Vec::new();
    for (index, name) in names.iter().enumerate() {
        match call.argument(index, name).map(|value| (&value.kind, value.span)) {
            Some((Kind::Int(number), _)) => numbers.push(*number),
            Some((_, span)) => return Err(lost(span)),
            None if matches!(*name, "year" | "month" | "day") => return Err(lost(call.span)),
            None => numbers.push(0),
        }
    }
    let zone = match zone.and_then(|name| call.keyword(name)) {
        None | Some(Value { kind: Kind::None, .. }) => "",
        Some(value) => match constructs::dotted(value).as_deref() {
            Some("datetime.timezone.utc" | "datetime.UTC" | "pytz.utc" | "pytz.UTC") => "+00:00",
            _ => return Err(lost(value.span)),
        },
    };
    Ok(Fields { numbers, zone })
}

fn date(year: i128, month: i128, day: i128, span: Span) -> Result<String, Opaque> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 31,
    };
    let exists = (1..=9999).contains(&year) && (1..=12).contains(&month) && (1..=days).contains(&day);
    match exists {
        true => Ok(format!("{year:04}-{month:02}-{day:02}")),
        false => Err(unknown(span, "it is a date that does not exist")),
    }
}

fn time(fields: &[i128], span: Span) -> Result<String, Opaque> {
    match fields {
        [hour @ 0..=23, minute @ 0..=59, second @ 0..=59, micro @ 0..=999_999] => Ok(match micro {
            0 => format!("{hour:02}:{minute:02}:{second:02}"),
            micro => format!("{hour:02}:{minute:02}:{second:02}.{micro:06}"),
        }),
        _ => Err(unknown(span, "it is a time that does not exist")),
    }
}

/// `timedelta(days, seconds, microseconds, milliseconds, minutes, hours, weeks)` of whole numbers.
fn timedelta(call: &Call) -> Result<PythonValue, Opaque> {
    const UNITS: [(&str, i128); 7] = [
        ("days", 86_400_000_000),
        ("seconds", 1_000_000),
        ("microseconds", 1),
        ("milliseconds", 1000),
        ("minutes", 60_000_000),
        ("hours", 3_600_000_000),
        ("weeks", 604_800_000_000),
    ];
    let lost = |span| unknown(span, "it is a length of time that is not known");
    let named = call.keywords.iter().all(|(name, _)| UNITS.iter().any(|(unit, _)| unit == name));
    if !named || call.positional.len() > UNITS.len() {
        return Err(lost(call.span));
    }
    let mut total: i128 = 0;
    for (index, (unit, microseconds)) in UNITS.iter().enumerate() {
        match call.argument(index, unit).map(|value| (&value.kind, value.span)) {
            None => {}
            Some((Kind::Int(number), span)) => {
                let part = number.checked_mul(*microseconds).ok_or_else(|| lost(span))?;
                total = total.checked_add(part).ok_or_else(|| lost(span))?;
            }
            Some((_, span)) => return Err(lost(span)),
        }
    }
    match total.unsigned_abs() < 86_400_000_000 * 1_000_000_000 {
        true => Ok(PythonValue::TimeDelta(total)),
        false => Err(lost(call.span)),
    }
}

fn is_plain_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    // Python drops leading zeros and writes small numbers with an exponent.
    let canonical = whole == "0" || !whole.starts_with('0');
    let zero = whole == "0" && fraction.bytes().all(|byte| byte == b'0') && fraction.len() > 6;
    all_digits(whole) && all_digits(fraction) && canonical && !zero && !fraction.starts_with("000000")
}

/// The canonical form of a UUID.
fn uuid(text: &str) -> Option<String> {
    let text = text.replace("urn:", "").replace("uuid:", "");
    let text = text.trim_matches(['{', '}']).replace('-', "").to_ascii_lowercase();
    let hex = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    hex.then(|| [&text[0..8], &text[8..12], &text[12..16], &text[16..20], &text[20..32]].join("-"))
}

/// Python's `repr` of a float.
fn repr(number: f64) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if number != 0.0 && !(-4..16).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{digits}e{sign}{:02}", exponent.unsigned_abs());
    }
    let plain = format!("{number}");
    if plain.contains('.') { plain } else { format!("{plain}.0") }
}
