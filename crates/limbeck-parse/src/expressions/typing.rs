//! Which type an expression or a Python value has (SQLAlchemy sql/sqltypes.py: `_resolve_value_to_type`,
//! `coerce_compared_value`, `_adapt_expression`).

use limbeck_types::{Opaque, PythonValue, Span, SqlType, SqlTypeKind, StringKind};

use super::operator::Op;

/// What SQLAlchemy calls the affinity of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Affinity<'t> {
    Null,
    Integer,
    Numeric,
    Float,
    String,
    /// Postgres's own `ENUM`.
    NamedType,
    Boolean,
    Date,
    Time,
    DateTime,
    Interval,
    Binary,
    Json,
    Uuid,
    Array,
    Other(&'t str),
    /// A type that is not known.
    Unknown,
}

/// The affinity of a type (`TypeEngine._type_affinity`).
pub(super) fn affinity(kind: &SqlTypeKind) -> Affinity<'_> {
    use SqlTypeKind as T;
    match kind {
        T::Null => Affinity::Null,
        T::SmallInteger | T::Integer | T::BigInteger => Affinity::Integer,
        T::Numeric { .. } => Affinity::Numeric,
        T::Float { .. } | T::Double | T::Real => Affinity::Float,
        T::String { .. } => Affinity::String,
        T::Boolean { .. } => Affinity::Boolean,
        T::Date => Affinity::Date,
        T::Time { .. } => Affinity::Time,
        T::Timestamp { .. } => Affinity::DateTime,
        T::Interval { .. } => Affinity::Interval,
        T::Binary => Affinity::Binary,
        T::Json { .. } | T::Jsonb { .. } => Affinity::Json,
        T::Uuid { .. } => Affinity::Uuid,
        T::Bit { .. } => Affinity::Other("BIT"),
        T::Enum(enumeration) if enumeration.is_postgresql => Affinity::NamedType,
        T::Enum(_) => Affinity::String,
        T::Array { .. } => Affinity::Array,
        T::Plain(name) if name.eq_ignore_ascii_case("citext") => Affinity::String,
        T::Plain(name) => Affinity::Other(name),
        T::Domain(_) | T::Custom(_) | T::Opaque(_) => Affinity::Unknown,
    }
}

pub(super) fn of(kind: SqlTypeKind) -> SqlType {
    SqlType { kind, span: Span::default() }
}

pub(super) fn null() -> SqlType {
    of(SqlTypeKind::Null)
}

pub(super) fn boolean() -> SqlType {
    of(SqlTypeKind::Boolean { create_constraint: false, name: None })
}

pub(super) fn integer() -> SqlType {
    of(SqlTypeKind::Integer)
}

pub(super) fn string() -> SqlType {
    of(SqlTypeKind::String { kind: StringKind::Varchar, length: None, collation: None })
}

pub(super) fn numeric() -> SqlType {
    of(SqlTypeKind::Numeric { precision: None, scale: None, decimal: false })
}

pub(super) fn timestamp() -> SqlType {
    of(SqlTypeKind::Timestamp { timezone: false, precision: None })
}

fn time() -> SqlType {
    of(SqlTypeKind::Time { timezone: false, precision: None })
}

fn interval() -> SqlType {
    of(SqlTypeKind::Interval { precision: None, fields: None, is_postgresql: false })
}

/// The type that a Python value has by itself.
pub(super) fn of_value(value: &PythonValue) -> SqlType {
    match value {
        PythonValue::None | PythonValue::List(_) | PythonValue::Dict(_) => null(),
        PythonValue::Bool(_) => boolean(),
        PythonValue::Int(number) if number.unsigned_abs() >= 1 << 31 => of(SqlTypeKind::BigInteger),
        PythonValue::Int(_) => integer(),
        PythonValue::Float(_) => of(SqlTypeKind::Double),
        PythonValue::Decimal(_) => numeric(),
        PythonValue::Text(_) => string(),
        PythonValue::Bytes(_) => of(SqlTypeKind::Binary),
        PythonValue::DateTime(_) => timestamp(),
        PythonValue::Date(_) => of(SqlTypeKind::Date),
        PythonValue::Time(_) => time(),
        PythonValue::Uuid(_) => of(SqlTypeKind::Uuid { as_uuid: true }),
        PythonValue::TimeDelta(_) => interval(),
    }
}

/// The type that a Python value takes beside an operand of type `other`.
pub(super) fn beside(value: &PythonValue, other: &SqlType, span: Span) -> Result<SqlType, Opaque> {
    let own = of_value(value);
    let text = matches!(value, PythonValue::Text(_));
    match affinity(&other.kind) {
        Affinity::Unknown => Err(match &other.kind {
            SqlTypeKind::Opaque(opaque) => opaque.clone(),
            _ => unknown(span, "it meets a type of its own, which says what becomes of it"),
        }),
        Affinity::Uuid | Affinity::Binary | Affinity::NamedType if text => Ok(other.clone()),
        Affinity::Other("BIT") if text => Ok(other.clone()),
        Affinity::Other("INET" | "CIDR" | "MACADDR" | "MACADDR8") => Ok(other.clone()),
        Affinity::Other(name) if !is_met_as_usual(name) => {
            Err(unknown(span, "it meets a type that says what becomes of it"))
        }
        affinity_ if own.kind == SqlTypeKind::Null || affinity(&own.kind) == affinity_ => Ok(other.clone()),
        _ => Ok(own),
    }
}

/// Whether a type of the Postgres dialect leaves a value beside it to SQLAlchemy (sql/type_api.py,
/// `TypeEngine.coerce_compared_value`).
fn is_met_as_usual(name: &str) -> bool {
    name.ends_with("RANGE")
        || matches!(
            name,
            "HSTORE" | "JSONPATH" | "MONEY" | "OID" | "REGCLASS" | "REGCONFIG" | "TSQUERY" | "TSVECTOR"
        )
}

/// What an operator between two types is really, and the type of its result.
pub(super) fn adapt(op: Op, left: &SqlType, right: &SqlType, span: Span) -> Result<(Op, SqlType), Opaque> {
    use Affinity as A;
    let (of_left, of_right) = (affinity(&left.kind), affinity(&right.kind));
    let is_known = |affinity| !matches!(affinity, A::Unknown | A::Other(_));
    if !is_known(of_left) || (op.is_commutative() && !is_known(of_right)) {
        return Err(unknown(span, "an operand is of a type that says what becomes of it"));
    }
    let concatenates = |affinity| matches!(affinity, A::String | A::NamedType | A::Json | A::Array);
    if op == Op::Add && concatenates(of_left) && (concatenates(of_right) || of_right == A::Null) {
        return Ok((Op::Concat, left.clone()));
    }
    if of_left == A::Null {
        if of_right == A::Null || !op.is_commutative() {
            return Ok((op, left.clone()));
        }
        return adapt(op, right, left, span);
    }
    let result = match (of_left, &op, of_right) {
        (A::Integer, Op::Add, A::Date) => right.clone(),
        (A::Integer, Op::Mul, A::Interval) => right.clone(),
        (A::Integer, Op::Add | Op::Mul | Op::Sub | Op::TrueDiv, A::Numeric | A::Float) => right.clone(),
        (A::Integer, Op::TrueDiv, A::Integer) => numeric(),
        (A::Integer, Op::FloorDiv, A::Numeric) => right.clone(),
        (A::Numeric | A::Float, Op::Mul, A::Interval) => right.clone(),
        (A::Date, Op::Add, A::Interval | A::Time) | (A::Date, Op::Sub, A::Interval) => timestamp(),
        (A::Date, Op::Sub, A::Date) => integer(),
        (A::Date, Op::Sub, A::DateTime) => interval(),
        (A::Time, Op::Add, A::Date) => timestamp(),
        (A::Time, Op::Sub, A::Time) => interval(),
        (A::DateTime, Op::Sub, A::DateTime) => interval(),
        (A::Interval, Op::Add, A::Date) => timestamp(),
        (A::Interval, Op::Add, A::DateTime | A::Time) => right.clone(),
        _ => left.clone(),
    };
    Ok((op, result))
}

pub(super) fn unknown(span: Span, reason: impl Into<String>) -> Opaque {
    Opaque { span, reason: reason.into(), import: None }
}

pub(super) fn raises(span: Span, error: impl std::fmt::Display) -> Opaque {
    unknown(span, format!("alembic raises: {error}"))
}
