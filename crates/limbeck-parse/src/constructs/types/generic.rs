//! Types of `sqlalchemy` itself, and those that dialects share with it (SQLAlchemy sql/sqltypes.py).

use limbeck_types::{Opaque, SqlTypeKind, StringKind};

use super::super::scalar::{blame, flag, integer, raises, text, truth};
use super::super::signature::{Bound, bind};
use super::{enumerated, sql_type};
use crate::follow::value::Call;

/// The type that a construct of `sqlalchemy` makes; nothing where the name is no type.
pub(super) fn kind(name: &str, call: &Call) -> Result<Option<SqlTypeKind>, Opaque> {
    Ok(Some(match name {
        "SmallInteger" | "SMALLINT" => plain(name, call, SqlTypeKind::SmallInteger)?,
        "Integer" | "INTEGER" | "INT" => plain(name, call, SqlTypeKind::Integer)?,
        "BigInteger" | "BIGINT" => plain(name, call, SqlTypeKind::BigInteger)?,
        "Date" | "DATE" => plain(name, call, SqlTypeKind::Date)?,
        "NullType" => plain(name, call, SqlTypeKind::Null)?,
        "Numeric" | "NUMERIC" => numeric(call, false)?,
        "DECIMAL" => numeric(call, true)?,
        "Float" | "FLOAT" => SqlTypeKind::Float { precision: float(call)?.optional("precision", integer)? },
        "Double" | "DOUBLE_PRECISION" => float(call).map(|_| SqlTypeKind::Double)?,
        "DOUBLE" => float(call).map(|_| SqlTypeKind::Plain("DOUBLE".to_owned()))?,
        "REAL" => float(call).map(|_| SqlTypeKind::Real)?,
        "String" | "VARCHAR" | "Unicode" => string(call, StringKind::Varchar)?,
        "CHAR" => string(call, StringKind::Char)?,
        "Text" | "TEXT" | "UnicodeText" => string(call, StringKind::Text)?,
        "NCHAR" | "NVARCHAR" | "CLOB" => other_string(name, call, name != "CLOB")?,
        "Boolean" | "BOOLEAN" | "MatchType" => boolean(call)?,
        "Time" | "TIME" => {
            SqlTypeKind::Time { timezone: flag(timezone(call)?.get("timezone"), false)?, precision: None }
        }
        "DateTime" | "TIMESTAMP" => SqlTypeKind::Timestamp {
            timezone: flag(timezone(call)?.get("timezone"), false)?,
            precision: None,
        },
        "DATETIME" => timezone(call).map(|_| SqlTypeKind::Plain("DATETIME".to_owned()))?,
        "Interval" => interval(call)?,
        "LargeBinary" => length(name, call).map(|_| SqlTypeKind::Binary)?,
        "BLOB" => length(name, call).map(|_| SqlTypeKind::Plain("BLOB".to_owned()))?,
        "BINARY" | "VARBINARY" => {
            let length = length(name, call)?.optional("length", integer)?;
            let suffix = length.map_or_else(String::new, |length| format!("({length})"));
            SqlTypeKind::Plain(format!("{name}{suffix}"))
        }
        "PickleType" => {
            let bound = bind(call, "PickleType.__init__(self, protocol=, pickler=, comparator=, impl=)")?;
            bound.optional("impl", |value| Ok(sql_type(value).kind))?.unwrap_or(SqlTypeKind::Binary)
        }
        "JSON" => {
            let bound = bind(call, "JSON.__init__(self, none_as_null=)")?;
            SqlTypeKind::Json { none_as_null: flag(bound.get("none_as_null"), false)? }
        }
        "Uuid" => uuid(call)?,
        "UUID" => {
            let bound = bind(call, "UUID.__init__(self, as_uuid=)")?;
            SqlTypeKind::Uuid { as_uuid: flag(bound.get("as_uuid"), true)? }
        }
        "Enum" => SqlTypeKind::Enum(enumerated::enumerated(call, false)?),
        "ARRAY" => array(call)?,
        _ => return Ok(None),
    }))
}

/// A type whose constructor takes nothing.
pub(super) fn plain(name: &str, call: &Call, kind: SqlTypeKind) -> Result<SqlTypeKind, Opaque> {
    if call.positional.is_empty() && call.keywords.is_empty() {
        return Ok(kind);
    }
    Err(raises(call.span, format_args!("TypeError: {name}() takes no arguments")))
}

fn numeric(call: &Call, decimal: bool) -> Result<SqlTypeKind, Opaque> {
    let bound = bind(call, "Numeric.__init__(self, precision=, scale=, decimal_return_scale=, asdecimal=)")?;
    numeric_of(&bound, decimal)
}

/// A `NUMERIC` of the `precision` and `scale` given.
pub(super) fn numeric_of(bound: &Bound<'_>, decimal: bool) -> Result<SqlTypeKind, Opaque> {
    let precision = bound.optional("precision", integer)?;
    Ok(SqlTypeKind::Numeric { precision, scale: bound.optional("scale", integer)?, decimal })
}

fn float(call: &Call) -> Result<Bound<'_>, Opaque> {
    bind(call, "Float.__init__(self, precision=, asdecimal=, decimal_return_scale=)")
}

fn timezone(call: &Call) -> Result<Bound<'_>, Opaque> {
    bind(call, "DateTime.__init__(self, timezone=)")
}

/// A type that takes a length.
pub(super) fn length<'c>(_name: &str, call: &'c Call) -> Result<Bound<'c>, Opaque> {
    bind(call, "LargeBinary.__init__(self, length=)")
}

fn string(call: &Call, kind: StringKind) -> Result<SqlTypeKind, Opaque> {
    let bound = bind(call, "String.__init__(self, length=, collation=, collation_schema=)")?;
    string_of(&bound, kind)
}

/// A type of characters of the `length` and `collation` given.
pub(super) fn string_of(bound: &Bound<'_>, kind: StringKind) -> Result<SqlTypeKind, Opaque> {
    if let Some(schema) = bound.get("collation_schema").filter(|value| truth(value) != Ok(false)) {
        return Err(blame(schema.span, "`collation_schema` is not rendered"));
    }
    let length = bound.optional("length", integer)?.filter(|length| *length != 0);
    Ok(SqlTypeKind::String { kind, length, collation: bound.optional("collation", text)? })
}

/// A type of characters that Postgres does not have and SQLAlchemy spells all the same.
fn other_string(name: &str, call: &Call, with_length: bool) -> Result<SqlTypeKind, Opaque> {
    let bound = bind(call, "String.__init__(self, length=, collation=, collation_schema=)")?;
    match string_of(&bound, StringKind::Varchar)? {
        SqlTypeKind::String { collation: Some(_), .. } => {
            Err(blame(call.span, format!("a collation of `{name}` is not rendered")))
        }
        SqlTypeKind::String { length: Some(length), .. } if with_length => {
            Ok(SqlTypeKind::Custom(format!("{name}({length})")))
        }
        _ => Ok(SqlTypeKind::Custom(name.to_owned())),
    }
}

fn boolean(call: &Call) -> Result<SqlTypeKind, Opaque> {
    let bound =
        bind(call, "Boolean.__init__(self, create_constraint=, name=, _create_events=, _adapted_from=)")?;
    let create_constraint = flag(bound.get("create_constraint"), false)?;
    Ok(SqlTypeKind::Boolean { create_constraint, name: bound.optional("name", super::super::scalar::name)? })
}

fn interval(call: &Call) -> Result<SqlTypeKind, Opaque> {
    let bound = bind(call, "Interval.__init__(self, native=, second_precision=, day_precision=)")?;
    if !flag(bound.get("native"), true)? {
        return Ok(SqlTypeKind::Timestamp { timezone: false, precision: None });
    }
    let precision = bound.optional("second_precision", integer)?;
    Ok(SqlTypeKind::Interval { precision, fields: None, is_postgresql: false })
}

fn uuid(call: &Call) -> Result<SqlTypeKind, Opaque> {
    let bound = bind(call, "Uuid.__init__(self, as_uuid=, native_uuid=)")?;
    if flag(bound.get("native_uuid"), true)? {
        return Ok(SqlTypeKind::Uuid { as_uuid: flag(bound.get("as_uuid"), true)? });
    }
    Ok(SqlTypeKind::String { kind: StringKind::Char, length: Some(32), collation: None })
}

/// `ARRAY(item_type)`, of `sqlalchemy` and of the Postgres dialect.
pub(super) fn array(call: &Call) -> Result<SqlTypeKind, Opaque> {
    let bound = bind(call, "ARRAY.__init__(self, item_type, as_tuple=, dimensions=, zero_indexes=)")?;
    let item = sql_type(bound.need("item_type")?);
    match item.kind {
        SqlTypeKind::Opaque(opaque) => Err(opaque),
        SqlTypeKind::Array { .. } => Err(raises(
            call.span,
            "ValueError: Do not nest ARRAY types; ARRAY(basetype) handles multi-dimensional arrays of basetype",
        )),
        _ => {
            let dimensions = bound.optional("dimensions", integer)?;
            Ok(SqlTypeKind::Array { item: Box::new(item), dimensions })
        }
    }
}
