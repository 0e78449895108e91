//! Columns, constraints and indexes as a revision declares them (SQLAlchemy sql/schema.py).

use crate::{Expression, Literal, Span, SqlType};

/// The name of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The name, not quoted.
    pub text: String,
    /// Where it is written, or where the value comes from.
    pub span: Span,
    /// `op.f(…)`: no naming convention is applied.
    pub is_final: bool,
    /// `quoted_name(…, quote)`: whether it is quoted whatever it looks like.
    pub quote: Option<bool>,
}

impl Name {
    /// A plain name.
    pub fn new(text: impl Into<String>, span: Span) -> Self {
        Self { text: text.into(), span, is_final: false, quote: None }
    }
}

/// A table with its schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableName {
    /// `schema`.
    pub schema: Option<Name>,
    /// The name.
    pub name: Name,
}

/// A column.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: Name,
    /// The whole `Column(…)`.
    pub span: Span,
    /// Its type; [`SqlTypeKind::Null`](crate::SqlTypeKind::Null) where none is given and no foreign key lends one.
    pub type_: SqlType,
    /// `nullable`, where it was said.
    pub nullable: Option<bool>,
    /// `primary_key`.
    pub primary_key: bool,
    /// `unique`.
    pub unique: bool,
    /// `index`.
    pub index: bool,
    /// `autoincrement`.
    pub autoincrement: Autoincrement,
    /// `server_default`, `Computed`, `Identity`.
    pub server_default: Option<ServerDefault>,
    /// Whether `default` gives it a value of Python's: then an integer primary key is no serial.
    pub default: bool,
    /// A `Sequence` given as default.
    pub sequence: Option<Sequence>,
    /// `comment`.
    pub comment: Option<String>,
    /// Constraints written inside the column: foreign keys and checks, in order.
    pub constraints: Vec<Constraint>,
    /// `system`: not rendered.
    pub system: bool,
}

/// `autoincrement`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Autoincrement {
    /// `"auto"`: an integer primary key of one column without default.
    #[default]
    Auto,
    /// `True`.
    Yes,
    /// `False`.
    No,
    /// `"ignore_fk"`.
    IgnoreForeignKey,
}

/// What gives a column its value where a row does not.
#[derive(Debug, Clone, PartialEq)]
pub enum ServerDefault {
    /// A plain `str`: rendered as a literal.
    Text(Literal),
    /// `text(…)`, a function, `sa.false()`, any expression.
    Expression(Expression),
    /// `Computed(…)`.
    Computed {
        /// The expression.
        expression: Expression,
        /// `persisted`.
        persisted: Option<bool>,
    },
    /// `Identity(…)`.
    Identity(Identity),
    /// `FetchedValue()`: renders nothing.
    Fetched,
}

/// `Identity(…)`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity {
    /// `always`: `None` where it is not said.
    pub always: Option<bool>,
    /// `on_null`.
    pub on_null: Option<bool>,
    /// Start, increment and their kin.
    pub options: SequenceOptions,
}

/// Options that `Identity` and `Sequence` share.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SequenceOptions {
    /// `start`.
    pub start: Option<i64>,
    /// `increment`.
    pub increment: Option<i64>,
    /// `minvalue`.
    pub minvalue: Option<i64>,
    /// `maxvalue`.
    pub maxvalue: Option<i64>,
    /// `nominvalue`.
    pub nominvalue: Option<bool>,
    /// `nomaxvalue`.
    pub nomaxvalue: Option<bool>,
    /// `cycle`.
    pub cycle: Option<bool>,
    /// `cache`.
    pub cache: Option<i64>,
    /// `order`.
    pub order: Option<bool>,
}

/// `sa.Sequence(…)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Sequence {
    /// Its name.
    pub name: Name,
    /// `schema`.
    pub schema: Option<Name>,
    /// `data_type`.
    pub data_type: Option<SqlType>,
    /// The rest.
    pub options: SequenceOptions,
    /// `optional`.
    pub optional: bool,
}

/// A constraint of a table or column.
#[derive(Debug, Clone, PartialEq)]
pub struct Constraint {
    /// Its name; `None` leaves it to Postgres, or to a naming convention.
    pub name: Option<Name>,
    /// What it says.
    pub kind: ConstraintKind,
    /// The whole construct, or the directive that makes it.
    pub span: Span,
    /// `deferrable`.
    pub deferrable: Option<bool>,
    /// `initially`.
    pub initially: Option<String>,
    /// `comment`, which renders nothing on its own in Postgres unless SQLAlchemy says so.
    pub comment: Option<String>,
    /// `postgresql_*`, by the name without the prefix: `not_valid`, `include`, `nulls_not_distinct`.
    pub options: Vec<(String, Expression)>,
}

/// What a [`Constraint`] says.
#[derive(Debug, Clone, PartialEq)]
pub enum ConstraintKind {
    /// `PRIMARY KEY (…)`.
    PrimaryKey {
        /// Its columns.
        columns: Vec<Name>,
    },
    /// `UNIQUE (…)`.
    Unique {
        /// Its columns.
        columns: Vec<Name>,
    },
    /// `CHECK (…)`.
    Check {
        /// The condition.
        condition: Expression,
    },
    /// `FOREIGN KEY (…) REFERENCES …`.
    ForeignKey(ForeignKey),
    /// `EXCLUDE USING …`.
    Exclude {
        /// Column or expression, and operator.
        elements: Vec<(Expression, String)>,
        /// `using`.
        using: Option<String>,
        /// `where`.
        where_: Option<Expression>,
        /// `ops`: column and operator class.
        ops: Vec<(String, String)>,
    },
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq)]
pub struct ForeignKey {
    /// The columns that refer; empty inside a column, which is then the one.
    pub columns: Vec<Name>,
    /// The table that is referred to.
    pub referred: TableName,
    /// The columns that are referred to; empty where only a table was named.
    pub referred_columns: Vec<Name>,
    /// `ondelete`.
    pub ondelete: Option<String>,
    /// `onupdate`.
    pub onupdate: Option<String>,
    /// `match`.
    pub match_: Option<String>,
    /// `use_alter`.
    pub use_alter: bool,
}

/// An index.
#[derive(Debug, Clone, PartialEq)]
pub struct Index {
    /// Its name; `None` needs a naming convention.
    pub name: Option<Name>,
    /// The whole construct or directive.
    pub span: Span,
    /// Columns of the table itself, without it, and expressions. One that is no column of the table (`sa.column("a")`) stands
    /// in a list of its own.
    pub elements: Vec<Expression>,
    /// `unique`.
    pub unique: bool,
    /// `postgresql_*`, by the name without the prefix, in the order written: `concurrently`, `using`, `where`, `include`,
    /// `ops`, `with`, `nulls_not_distinct`, `tablespace`.
    pub options: Vec<(String, Expression)>,
}
