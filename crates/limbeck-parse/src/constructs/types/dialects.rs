//! Types of the dialects, as the type compiler of Postgres writes them: measured with SQLAlchemy 2.1.9, because many of
//! the other dialects' types are written too, and some raise.

use limbeck_types::{DomainType, Opaque, SqlTypeKind, StringKind};

use super::super::scalar::{flag, integer, name, text};
use super::super::signature::bind;
use super::{enumerated, generic, sql_type};
use crate::follow::value::Call;

/// Types of Postgres that take nothing and are written as they are called.
const PLAIN: [&str; 28] = [
    "CIDR",
    "DATEMULTIRANGE",
    "DATERANGE",
    "INET",
    "INT4MULTIRANGE",
    "INT4RANGE",
    "INT8MULTIRANGE",
    "INT8RANGE",
    "JSONPATH",
    "MACADDR",
    "MACADDR8",
    "MONEY",
    "NUMMULTIRANGE",
    "NUMRANGE",
    "OID",
    "REGCLASS",
    "REGCONFIG",
    "TSMULTIRANGE",
    "TSQUERY",
    "TSRANGE",
    "TSTZMULTIRANGE",
    "TSTZRANGE",
    "TSVECTOR",
    "CITEXT",
    "HSTORE",
    "DOMAIN",
    "ENUM",
    "ARRAY",
];

/// The type that a construct of `sqlalchemy.dialects.postgresql` makes.
pub(super) fn postgresql(kind: &str, call: &Call) -> Result<Option<SqlTypeKind>, Opaque> {
    Ok(Some(match kind {
        "TIMESTAMP" | "TIME" => {
            let bound = bind(call, "TIMESTAMP.__init__(self, timezone=, precision=)")?;
            let timezone = flag(bound.get("timezone"), false)?;
            let precision = bound.optional("precision", integer)?;
            if kind == "TIME" {
                SqlTypeKind::Time { timezone, precision }
            } else {
                SqlTypeKind::Timestamp { timezone, precision }
            }
        }
        "INTERVAL" => {
            let bound = bind(call, "INTERVAL.__init__(self, precision=, fields=)")?;
            let precision = bound.optional("precision", integer)?;
            let fields = bound.optional("fields", text)?;
            SqlTypeKind::Interval { precision, fields, is_postgresql: true }
        }
        "BIT" => {
            let bound = bind(call, "BIT.__init__(self, length=, varying=)")?;
            let varying = flag(bound.get("varying"), false)?;
            SqlTypeKind::Bit { length: bound.optional("length", integer)?, varying }
        }
        "BYTEA" => generic::length(kind, call).map(|_| SqlTypeKind::Binary)?,
        "JSON" | "JSONB" => {
            let bound = bind(call, "JSON.__init__(self, none_as_null=, astext_type=)")?;
            let none_as_null = flag(bound.get("none_as_null"), false)?;
            if kind == "JSON" {
                SqlTypeKind::Json { none_as_null }
            } else {
                SqlTypeKind::Jsonb { none_as_null }
            }
        }
        "HSTORE" => {
            bind(call, "HSTORE.__init__(self, text_type=)").map(|_| SqlTypeKind::Plain(kind.to_owned()))?
        }
        "CITEXT" => bind(call, "CITEXT.__init__(self, length=, collation=, collation_schema=)")
            .map(|_| SqlTypeKind::Plain(kind.to_owned()))?,
        "ENUM" => SqlTypeKind::Enum(enumerated::enumerated(call, true)?),
        "ARRAY" => generic::array(call)?,
        "DOMAIN" => SqlTypeKind::Domain(Box::new(domain(call)?)),
        _ if PLAIN.contains(&kind) => generic::plain(kind, call, SqlTypeKind::Plain(kind.to_owned()))?,
        _ => return generic_upper(kind, call),
    }))
}

/// `DOMAIN(name, data_type, …)` (dialects/postgresql/named_types.py).
fn domain(call: &Call) -> Result<DomainType, Opaque> {
    let bound = bind(
        call,
        "DOMAIN.__init__(self, name, data_type, *, collation=, collation_schema=, default=, constraint_name=, \
         not_null=, check=, create_type=, schema=, metadata=, inherit_schema=, quote=)",
    )?;
    if let Some(schema) = bound.optional("collation_schema", text)? {
        return Err(super::blame(call.span, format!("the collation's schema `{schema}` is not rendered")));
    }
    Ok(DomainType {
        name: name(bound.need("name")?)?,
        schema: bound.optional("schema", name)?,
        data_type: sql_type(bound.need("data_type")?),
        collation: bound.optional("collation", text)?,
        default: bound.optional("default", |value| Ok(crate::expressions::expression(value)))?,
        constraint_name: bound.optional("constraint_name", name)?,
        not_null: flag(bound.get("not_null"), false)?,
        check: bound.optional("check", |value| Ok(crate::constructs::sql_expression(value)))?,
        create_type: flag(bound.get("create_type"), true)?,
    })
}

/// A type that a dialect takes over from `sqlalchemy`: spelled in capitals.
fn generic_upper(kind: &str, call: &Call) -> Result<Option<SqlTypeKind>, Opaque> {
    let is_upper = !kind.bytes().any(|byte| byte.is_ascii_lowercase());
    if is_upper { generic::kind(kind, call) } else { Ok(None) }
}

/// Types of `sqlalchemy.dialects.mysql`: those that have a method of the same name in Postgres's compiler.
pub(super) fn mysql(kind: &str, call: &Call) -> Result<Option<SqlTypeKind>, Opaque> {
    Ok(Some(match kind {
        "INTEGER" | "SMALLINT" | "BIGINT" => {
            bind(call, "INTEGER.__init__(self, display_width=, **kw)")?;
            match kind {
                "INTEGER" => SqlTypeKind::Integer,
                "SMALLINT" => SqlTypeKind::SmallInteger,
                _ => SqlTypeKind::BigInteger,
            }
        }
        "NUMERIC" | "DECIMAL" => {
            let bound = bind(call, "NUMERIC.__init__(self, precision=, scale=, asdecimal=, **kw)")?;
            generic::numeric_of(&bound, kind == "DECIMAL")?
        }
        "FLOAT" | "DOUBLE" | "REAL" => {
            let bound = bind(call, "FLOAT.__init__(self, precision=, scale=, asdecimal=, **kw)")?;
            match kind {
                "FLOAT" => SqlTypeKind::Float { precision: bound.optional("precision", integer)? },
                "REAL" => SqlTypeKind::Real,
                _ => SqlTypeKind::Plain("DOUBLE".to_owned()),
            }
        }
        "VARCHAR" | "CHAR" | "TEXT" => {
            let bound = bind(call, "VARCHAR.__init__(self, length=, *, collation=, **kw)")?;
            let kind = match kind {
                "VARCHAR" => StringKind::Varchar,
                "CHAR" => StringKind::Char,
                _ => StringKind::Text,
            };
            generic::string_of(&bound, kind)?
        }
        "DATETIME" | "TIMESTAMP" | "TIME" => {
            let bound = bind(call, "DATETIME.__init__(self, timezone=, fsp=)")?;
            let timezone = flag(bound.get("timezone"), false)?;
            match kind {
                "DATETIME" => SqlTypeKind::Plain("DATETIME".to_owned()),
                "TIME" => SqlTypeKind::Time { timezone, precision: None },
                _ => SqlTypeKind::Timestamp { timezone, precision: None },
            }
        }
        "JSON" | "DATE" | "BOOLEAN" | "BLOB" | "BINARY" | "VARBINARY" => return generic::kind(kind, call),
        _ => return Ok(None),
    }))
}

/// Types of `sqlalchemy.dialects.sqlite`.
pub(super) fn sqlite(kind: &str, call: &Call) -> Result<Option<SqlTypeKind>, Opaque> {
    Ok(Some(match kind {
        "DATE" => SqlTypeKind::Date,
        "DATETIME" => SqlTypeKind::Timestamp { timezone: false, precision: None },
        "TIME" => SqlTypeKind::Time { timezone: false, precision: None },
        "JSONB" => {
            let bound = bind(call, "JSON.__init__(self, none_as_null=)")?;
            SqlTypeKind::Jsonb { none_as_null: flag(bound.get("none_as_null"), false)? }
        }
        _ => return generic_upper(kind, call),
    }))
}

/// Types of `sqlalchemy.dialects.oracle`.
pub(super) fn oracle(kind: &str, call: &Call) -> Result<Option<SqlTypeKind>, Opaque> {
    match kind {
        "BLOB" | "BOOLEAN" | "CHAR" | "CLOB" | "DOUBLE_PRECISION" | "NCHAR" | "NVARCHAR" | "REAL"
        | "VARCHAR" => generic::kind(kind, call),
        "NVARCHAR2" => generic::kind("NVARCHAR", call),
        _ => Ok(None),
    }
}

/// Types of `sqlalchemy.dialects.mssql`.
pub(super) fn mssql(kind: &str, call: &Call) -> Result<Option<SqlTypeKind>, Opaque> {
    match kind {
        "BIGINT" | "BINARY" | "CHAR" | "DATE" | "DATETIME" | "DECIMAL" | "FLOAT" | "INTEGER" | "JSON"
        | "NCHAR" | "NUMERIC" | "NVARCHAR" | "SMALLINT" | "TEXT" | "VARCHAR" => generic::kind(kind, call),
        "MONEY" => generic::plain(kind, call, SqlTypeKind::Plain("MONEY".to_owned())).map(Some),
        _ => Ok(None),
    }
}
