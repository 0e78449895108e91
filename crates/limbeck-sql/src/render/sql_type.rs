//! Types as SQLAlchemy spells them for Postgres (sql/compiler.py, `GenericTypeCompiler`; dialects/postgresql/base.py,
//! `PGTypeCompiler`).

use limbeck_types::{EnumType, Name, Opaque, Span, SqlType, SqlTypeKind, StringKind};

use super::context::{Context, raises, unknown};
use super::quote;

/// Names of Postgres's own types, which a type of one's own without schema may not have (dialects/postgresql/base.py,
/// `ischema_names`), sorted.
const BUILT_IN: &[&str] = &[
    "\"char\"",
    "_array",
    "bigint",
    "bit",
    "bit varying",
    "boolean",
    "bytea",
    "character",
    "character varying",
    "cidr",
    "citext",
    "date",
    "datemultirange",
    "daterange",
    "double precision",
    "float",
    "hstore",
    "inet",
    "int4multirange",
    "int4range",
    "int8multirange",
    "int8range",
    "integer",
    "interval",
    "json",
    "jsonb",
    "macaddr",
    "macaddr8",
    "money",
    "name",
    "numeric",
    "nummultirange",
    "numrange",
    "oid",
    "real",
    "regclass",
    "regconfig",
    "smallint",
    "text",
    "time",
    "time with time zone",
    "time without time zone",
    "timestamp",
    "timestamp with time zone",
    "timestamp without time zone",
    "tsmultirange",
    "tsquery",
    "tsrange",
    "tstzmultirange",
    "tstzrange",
    "tsvector",
    "uuid",
];

/// The type as it stands in a column's definition or a cast.
pub(crate) fn sql_type(type_: &SqlType, context: Context) -> Result<String, Opaque> {
    let precision = |precision: Option<i64>| precision.map_or(String::new(), |digits| format!("({digits})"));
    let zone = |timezone: bool| if timezone { "WITH TIME ZONE" } else { "WITHOUT TIME ZONE" };
    Ok(match &type_.kind {
        SqlTypeKind::Null => {
            return Err(raises(
                type_.span,
                "Can't generate DDL for NullType(); did you forget to specify a type on this Column?",
            ));
        }
        SqlTypeKind::SmallInteger => "SMALLINT".to_owned(),
        SqlTypeKind::Integer => "INTEGER".to_owned(),
        SqlTypeKind::BigInteger => "BIGINT".to_owned(),
        SqlTypeKind::Numeric { precision, scale, decimal } => {
            let name = if *decimal { "DECIMAL" } else { "NUMERIC" };
            match (precision, scale) {
                (None, _) => name.to_owned(),
                (Some(precision), None) => format!("{name}({precision})"),
                (Some(precision), Some(scale)) => format!("{name}({precision}, {scale})"),
            }
        }
        SqlTypeKind::Float { precision: digits } => {
            format!("FLOAT{}", precision(digits.filter(|digits| *digits != 0)))
        }
        SqlTypeKind::Double => "DOUBLE PRECISION".to_owned(),
        SqlTypeKind::Real => "REAL".to_owned(),
        SqlTypeKind::String { kind, length, collation } => {
            let name = match kind {
                StringKind::Varchar => "VARCHAR",
                StringKind::Char => "CHAR",
                StringKind::Text => "TEXT",
            };
            let collation = collation.as_deref().filter(|collation| !collation.is_empty());
            let collated = collation.map(|name| format!(" COLLATE {}", quote::text(name, context)));
            format!(
                "{name}{}{}",
                precision(length.filter(|length| *length != 0)),
                collated.unwrap_or_default()
            )
        }
        SqlTypeKind::Boolean { .. } => "BOOLEAN".to_owned(),
        SqlTypeKind::Date => "DATE".to_owned(),
        SqlTypeKind::Time { timezone, precision: digits } => {
            format!("TIME{} {}", precision(*digits), zone(*timezone))
        }
        SqlTypeKind::Timestamp { timezone, precision: digits } => {
            format!("TIMESTAMP{} {}", precision(*digits), zone(*timezone))
        }
        SqlTypeKind::Interval { precision, fields, .. } => {
            let fields = fields.as_ref().map_or(String::new(), |fields| format!(" {fields}"));
            let precision = precision.map_or(String::new(), |digits| format!(" ({digits})"));
            format!("INTERVAL{fields}{precision}")
        }
        SqlTypeKind::Binary => "BYTEA".to_owned(),
        SqlTypeKind::Json { .. } => "JSON".to_owned(),
        SqlTypeKind::Jsonb { .. } => "JSONB".to_owned(),
        SqlTypeKind::Uuid { .. } => "UUID".to_owned(),
        SqlTypeKind::Bit { length, varying: true } => format!("BIT VARYING{}", precision(*length)),
        SqlTypeKind::Bit { length, varying: false } => {
            format!("BIT{}", precision(Some(length.filter(|length| *length != 0).unwrap_or(1))))
        }
        SqlTypeKind::Enum(enum_) if enum_.native => {
            named(enum_.name.as_ref(), enum_.schema.as_ref(), type_.span, context)?
        }
        SqlTypeKind::Enum(enum_) => format!(
            "VARCHAR{}",
            precision(Some(plain_length(enum_, type_.span)?).filter(|length| *length != 0))
        ),
        SqlTypeKind::Array { item, dimensions } => array(&sql_type(item, context)?, *dimensions, type_.span)?,
        SqlTypeKind::Domain(domain) => {
            named(Some(&domain.name), domain.schema.as_ref(), type_.span, context)?
        }
        SqlTypeKind::Plain(name) | SqlTypeKind::Custom(name) => name.clone(),
        SqlTypeKind::Opaque(opaque) => return Err(opaque.clone()),
    })
}

/// The name of an enum type or domain (dialects/postgresql/base.py, `PGIdentifierPreparer.format_type`).
pub(crate) fn named(
    name: Option<&Name>,
    schema: Option<&Name>,
    span: Span,
    context: Context,
) -> Result<String, Opaque> {
    let Some(name) = name.filter(|name| !name.text.is_empty()) else {
        return Err(raises(span, "PostgreSQL ENUM type requires a name."));
    };
    match schema {
        Some(schema) => Ok(format!("{}.{}", quote::name(schema, context), quote::name(name, context))),
        None if BUILT_IN.binary_search(&name.text.as_str()).is_ok() => Err(raises(
            span,
            format_args!(
                "the type's name '{}' matches an existing type, and requires an explicit schema name",
                name.text
            ),
        )),
        None => Ok(quote::name(name, context).into_owned()),
    }
}

/// The length of an enum that is no type of its own: that of its longest label, in characters (sqltypes.py, `Enum`).
fn plain_length(enum_: &EnumType, span: Span) -> Result<i64, Opaque> {
    let longest = enum_.labels.iter().map(|label| label.chars().count()).max().unwrap_or(0);
    let longest = i64::try_from(longest).unwrap_or(i64::MAX);
    match enum_.length {
        Some(length) if length < longest => Err(raises(
            span,
            "When provided, length must be larger or equal than the length of the longest enum value",
        )),
        Some(length) => Ok(length),
        None => Ok(longest),
    }
}

/// More dimensions than Postgres has would only be there to make a long text.
const MOST_DIMENSIONS: i64 = 1000;

/// `[]` behind the item, before its collation (`visit_ARRAY`).
fn array(item: &str, dimensions: Option<i64>, span: Span) -> Result<String, Opaque> {
    let dimensions = dimensions.unwrap_or(1);
    if dimensions > MOST_DIMENSIONS {
        return Err(unknown(span, format!("it is an array of {dimensions} dimensions")));
    }
    let brackets = "[]".repeat(usize::try_from(dimensions).unwrap_or(0));
    let at = item.find(" COLLATE").unwrap_or(item.len());
    Ok(format!("{}{brackets}{}", &item[..at], &item[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_names_are_sorted() {
        assert!(BUILT_IN.is_sorted());
    }
}
