//! Types of SQLAlchemy that can stand in a revision (sqltypes.py, dialects/postgresql/types.py and its kin).

use crate::{Expression, Name, Opaque, Span};

/// A type and where it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct SqlType {
    /// Which.
    pub kind: SqlTypeKind,
    /// The construct; empty where no type is written.
    pub span: Span,
}

/// Which type.
#[derive(Debug, Clone, PartialEq)]
pub enum SqlTypeKind {
    /// `NullType`, or none given. A column of it cannot be compiled.
    Null,
    /// `SmallInteger`, `SMALLINT`.
    SmallInteger,
    /// `Integer`, `INTEGER`, `INT`.
    Integer,
    /// `BigInteger`, `BIGINT`.
    BigInteger,
    /// `Numeric`, `NUMERIC`.
    Numeric {
        /// `precision`.
        precision: Option<i64>,
        /// `scale`.
        scale: Option<i64>,
        /// Whether it is written `DECIMAL`.
        decimal: bool,
    },
    /// `Float`, `FLOAT`.
    Float {
        /// `precision`.
        precision: Option<i64>,
    },
    /// `Double`, `DOUBLE`, `DOUBLE_PRECISION`.
    Double,
    /// `REAL`.
    Real,
    /// All that hold characters.
    String {
        /// Which spelling.
        kind: StringKind,
        /// `length`.
        length: Option<i64>,
        /// `collation`.
        collation: Option<String>,
    },
    /// `Boolean`, `BOOLEAN`.
    Boolean {
        /// `create_constraint`, which Postgres does not need and SQLAlchemy does not render there.
        create_constraint: bool,
        /// `name`.
        name: Option<Name>,
    },
    /// `Date`, `DATE`.
    Date,
    /// `Time`, `TIME`.
    Time {
        /// `timezone`.
        timezone: bool,
        /// `precision`, of Postgres's own.
        precision: Option<i64>,
    },
    /// `DateTime`, `TIMESTAMP`.
    Timestamp {
        /// `timezone`.
        timezone: bool,
        /// `precision`, of Postgres's own.
        precision: Option<i64>,
    },
    /// `Interval`, `INTERVAL`.
    Interval {
        /// `precision` (`second_precision` of the generic type).
        precision: Option<i64>,
        /// `fields`.
        fields: Option<String>,
        /// Whether it is `postgresql.INTERVAL`, or `sa.Interval`.
        is_postgresql: bool,
    },
    /// `LargeBinary`, `BYTEA`.
    Binary,
    /// `JSON`.
    Json {
        /// `none_as_null`.
        none_as_null: bool,
    },
    /// `JSONB`.
    Jsonb {
        /// `none_as_null`.
        none_as_null: bool,
    },
    /// `Uuid`, `UUID`.
    Uuid {
        /// `as_uuid`, which decides how a `str` is taken for a value; SQLAlchemy's default is `True`.
        as_uuid: bool,
    },
    /// `BIT`.
    Bit {
        /// `length`.
        length: Option<i64>,
        /// `varying`.
        varying: bool,
    },
    /// `Enum` with `native_enum` (the default), `postgresql.ENUM`.
    Enum(EnumType),
    /// `ARRAY`.
    Array {
        /// `item_type`.
        item: Box<SqlType>,
        /// `dimensions`.
        dimensions: Option<i64>,
    },
    /// `postgresql.DOMAIN`.
    Domain(Box<DomainType>),
    /// A type without parameters that Postgres spells this way: `INET`, `TSVECTOR`, `INT4RANGE`, `CITEXT`, `HSTORE`.
    Plain(String),
    /// `get_col_spec` of a `UserDefinedType` in the same file, or the like: rendered as it is.
    Custom(String),
    /// A type that is not known, as of a library or of the app.
    Opaque(Opaque),
}

/// How a type of characters is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StringKind {
    /// `String`, `VARCHAR`, `Unicode`, `NVARCHAR`.
    Varchar,
    /// `CHAR`, `NCHAR`.
    Char,
    /// `Text`, `TEXT`, `UnicodeText`, `CLOB`.
    Text,
}

/// An enum type.
#[derive(Debug, Clone, PartialEq)]
pub struct EnumType {
    /// `name`; without one Postgres has no type to make.
    pub name: Option<Name>,
    /// `schema`.
    pub schema: Option<Name>,
    /// Its labels, in order.
    pub labels: Vec<String>,
    /// `create_type`.
    pub create_type: bool,
    /// `native_enum`: without it, it is a `VARCHAR` of `length`.
    pub native: bool,
    /// `create_constraint`, for one that is not native.
    pub create_constraint: bool,
    /// `length`, for one that is not native; the longest label where it is not said.
    pub length: Option<i64>,
    /// Whether it is `postgresql.ENUM`, or `sa.Enum`.
    pub is_postgresql: bool,
    /// `metadata`: the type then belongs to a `MetaData`; `create_table` makes it all the same (SQLAlchemy 2.1.9).
    pub has_metadata: bool,
    /// `inherit_schema`.
    pub inherit_schema: bool,
    /// `validate_strings`: a text that is no label is refused, and not taken as it is.
    pub validate_strings: bool,
    /// The construct.
    pub span: Span,
}

/// `postgresql.DOMAIN`.
#[derive(Debug, Clone, PartialEq)]
pub struct DomainType {
    /// `name`.
    pub name: Name,
    /// `schema`.
    pub schema: Option<Name>,
    /// `data_type`.
    pub data_type: SqlType,
    /// `collation`.
    pub collation: Option<String>,
    /// `default`.
    pub default: Option<Expression>,
    /// `constraint_name`.
    pub constraint_name: Option<Name>,
    /// `not_null`.
    pub not_null: bool,
    /// `check`.
    pub check: Option<Expression>,
    /// `create_type`.
    pub create_type: bool,
}
