//! Binds that are not rendered as literals: their names and the casts behind them (SQLAlchemy sql/compiler.py,
//! `visit_bindparam`, `bindparam_string`; the types with `render_bind_cast` in dialects/postgresql/).
//!
//! What psycopg and psycopg2 print is known here, in the styles `pyformat` and `named`.

use limbeck_types::{Expression, ExpressionKind, Opaque, Placeholder, Span, SqlType, SqlTypeKind};

use super::context::{Context, Driver, Paramstyle, unknown};
use super::expression::Pen;
use super::sql_type;

/// Whether a bind is a placeholder here.
pub(crate) fn is_needed(named: &Placeholder, context: Context) -> bool {
    match named {
        Placeholder::Never => false,
        Placeholder::Required(_) => true,
        _ => !context.literal_binds(),
    }
}

/// Writes the placeholder of a bind.
pub(crate) fn bind(pen: &mut Pen, named: &Placeholder, type_: &SqlType, span: Span) -> Result<(), Opaque> {
    let name = match named {
        Placeholder::Given(name) => given(pen, name, true, span)?,
        Placeholder::Required(name) => given(pen, name, false, span)?,
        Placeholder::Anonymous(base) | Placeholder::Key(base) => anonymous(pen, base, span)?,
        Placeholder::Unknown
        | Placeholder::Expanding(_)
        | Placeholder::ExpandingGiven(_)
        | Placeholder::Never => return Err(lost(span)),
    };
    let cast = match named {
        // A key of JSON has a type of its own.
        Placeholder::Key(_) if pen.context.driver() == Driver::Psycopg => "::TEXT".to_owned(),
        Placeholder::Key(_) => String::new(),
        _ => cast(type_, pen.context, span)?,
    };
    if pen.context.driver() == Driver::Other {
        return Err(match named {
            Placeholder::Required(_) => {
                unknown(span, "its value is given later, and the driver says how that is printed")
            }
            _ => lost(span),
        });
    }
    let text = match pen.context.paramstyle() {
        Paramstyle::Pyformat => format!("%({name})s{cast}"),
        Paramstyle::Named => format!(":{name}{cast}"),
        _ => return Err(lost(span)),
    };
    pen.made(&text, span);
    Ok(())
}

/// The bind of a column's value in an `INSERT` or `UPDATE`, which is named after the column (sql/crud.py).
pub(crate) fn column(pen: &mut Pen, name: &str, type_: &SqlType, span: Span) -> Result<(), Opaque> {
    if pen.binds.contains_key(name) {
        return Err(lost(span));
    }
    bind(pen, &Placeholder::Given(name.to_owned()), type_, span)?;
    pen.binds.insert(name.to_owned(), false);
    Ok(())
}

/// Whether the operands are those of a list that is one bind.
pub(crate) fn is_list(operands: &[Expression]) -> bool {
    operands.first().and_then(listed).is_some()
}

/// Writes a list that is one bind.
pub(crate) fn list(pen: &mut Pen, first: &Expression, span: Span) -> Result<(), Opaque> {
    let name = match listed(first) {
        Some(Placeholder::Expanding(base)) => anonymous(pen, base, span)?,
        Some(Placeholder::ExpandingGiven(name)) => given(pen, name, true, span)?,
        _ => return Err(lost(span)),
    };
    pen.made(&format!("(__[POSTCOMPILE_{name}])"), span);
    Ok(())
}

fn listed(expression: &Expression) -> Option<&Placeholder> {
    let expression = match &expression.kind {
        ExpressionKind::Grouping(inner) => inner,
        _ => expression,
    };
    match &expression.kind {
        ExpressionKind::Typed(_, _, named @ (Placeholder::Expanding(_) | Placeholder::ExpandingGiven(_))) => {
            Some(named)
        }
        _ => None,
    }
}

/// A name that was given; the same one again is the same bind, or one too many.
fn given(pen: &mut Pen, name: &str, shared: bool, span: Span) -> Result<String, Opaque> {
    if name.is_empty() || pen.binds.get(name).is_some_and(|known| !(*known && shared)) {
        return Err(lost(span));
    }
    pen.binds.insert(name.to_owned(), shared);
    Ok(escaped(name))
}

/// A name without what would end it (sql/compiler.py, `bindname_escape_characters`).
fn escaped(name: &str) -> String {
    let escaped = |letter: char| match letter {
        '%' => 'P',
        '(' => 'A',
        ')' => 'Z',
        ':' => 'C',
        '.' | '[' | ']' | ' ' => '_',
        letter => letter,
    };
    name.chars().map(escaped).collect()
}

/// `base_1`, as labels are counted (sql/elements.py, `_anonymous_label.safe_construct`).
fn anonymous(pen: &mut Pen, base: &str, span: Span) -> Result<String, Opaque> {
    if !is_plain(base) || base.starts_with('_') || base.ends_with('_') {
        return Err(unknown(span, "SQLAlchemy changes the name of its placeholder"));
    }
    let name = pen.anonymous(base, span)?;
    given(pen, &name, false, span)
}

/// Characters that no driver escapes.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|letter| letter == '_' || letter.is_alphanumeric())
}

/// `::INTEGER`, or nothing.
fn cast(type_: &SqlType, context: Context, span: Span) -> Result<String, Opaque> {
    use SqlTypeKind as T;
    let psycopg = context.driver() == Driver::Psycopg;
    let is_cast = match &type_.kind {
        T::String { length, .. } if psycopg && length.is_some_and(|length| length != 0) => {
            return Ok("::VARCHAR".to_owned());
        }
        T::String { collation, .. } if psycopg && collation.is_none() => return Ok("::VARCHAR".to_owned()),
        T::String { .. } if psycopg => return Err(lost(span)),
        T::Time { timezone, .. } | T::Timestamp { timezone, .. } if psycopg => {
            // The driver's own types have no precision.
            let word = if matches!(type_.kind, T::Time { .. }) { "TIME" } else { "TIMESTAMP" };
            let zone = if *timezone { "WITH TIME ZONE" } else { "WITHOUT TIME ZONE" };
            return Ok(format!("::{word} {zone}"));
        }
        T::SmallInteger | T::Integer | T::BigInteger | T::Date => psycopg,
        // Postgres's own type is cast, the generic one is not.
        T::Interval { is_postgresql, .. } => psycopg && *is_postgresql,
        T::Json { .. } | T::Jsonb { .. } | T::Uuid { .. } | T::Bit { .. } | T::Array { .. } => true,
        T::String { .. } | T::Time { .. } | T::Timestamp { .. } | T::Null => false,
        T::Numeric { .. } | T::Float { .. } | T::Double | T::Real | T::Boolean { .. } | T::Binary => false,
        T::Enum(_) => false,
        T::Plain(name) => match name.to_ascii_uppercase().as_str() {
            "REGCONFIG" => psycopg,
            name if name.ends_with("RANGE") => true,
            "INET" | "CIDR" | "MACADDR" | "MACADDR8" | "MONEY" | "OID" | "REGCLASS" => false,
            "TSVECTOR" | "TSQUERY" | "HSTORE" | "CITEXT" | "JSONPATH" => false,
            _ => return Err(lost(span)),
        },
        T::Opaque(opaque) => return Err(opaque.clone()),
        T::Domain(_) | T::Custom(_) => return Err(lost(span)),
    };
    match is_cast {
        true => Ok(format!("::{}", sql_type::sql_type(type_, context)?)),
        false => Ok(String::new()),
    }
}

fn lost(span: Span) -> Opaque {
    unknown(span, "env.py does not say `literal_binds`: alembic prints a placeholder")
}
