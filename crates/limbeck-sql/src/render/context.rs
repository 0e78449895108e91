//! What all of rendering needs to know besides the thing itself, and the two ways in which rendering can fail.

use limbeck_types::{Opaque, Span};

/// How the dialect spells binds (PEP 249). alembic's own templates say `named`; psycopg's default is `pyformat`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paramstyle {
    /// `%(name)s`; every `%` of text, literals and quoted names is doubled.
    Pyformat,
    /// `%s`; doubled as with [`Self::Pyformat`].
    Format,
    /// `:name`.
    Named,
    /// `?`.
    Qmark,
    /// `:1`.
    Numeric,
    /// `$1`, which is asyncpg's.
    NumericDollar,
}

/// Which binds get a cast behind them (`render_bind_cast` of the types in SQLAlchemy dialects/postgresql/).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Driver {
    /// SQLAlchemy's own choice since 2.1.
    Psycopg,
    /// It casts the fewest.
    Psycopg2,
    /// Its placeholders are not worked out here.
    Other,
}

/// How things are rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Context {
    /// `paramstyle` of the dialect.
    pub(crate) paramstyle: Paramstyle,
    /// How the driver casts binds.
    pub(crate) driver: Driver,
    /// Whether binds are rendered as literals: always inside DDL, elsewhere with `literal_binds`.
    pub(crate) literal_binds: bool,
    /// Whether columns are qualified with their tables; DDL (checks, index expressions, computed columns) never does it.
    pub(crate) include_table: bool,
    /// The call that is rendered: the place to blame where nothing closer is known.
    pub(crate) call: Span,
}

impl Context {
    /// Whether `%` is doubled in text, literals and quoted names (SQLAlchemy sql/compiler.py, `_double_percents`).
    pub(crate) fn doubles_percents(self) -> bool {
        matches!(self.paramstyle, Paramstyle::Pyformat | Paramstyle::Format)
    }

    /// `text` with its percent signs as this dialect has them.
    pub(crate) fn percents(self, text: &str) -> String {
        if self.doubles_percents() { text.replace('%', "%%") } else { text.to_owned() }
    }

    /// The context of an expression inside a DDL construct (SQLAlchemy sql/compiler.py, `DDLCompiler`: `literal_binds=True`,
    /// `include_table=False`).
    pub(crate) fn in_ddl(self) -> Self {
        Self { literal_binds: true, include_table: false, ..self }
    }
}

/// What cannot be known. The reason is a fragment: "it is of a type that limbeck does not know".
pub(crate) fn unknown(span: Span, reason: impl Into<String>) -> Opaque {
    Opaque { span, reason: reason.into(), import: None }
}

/// What alembic or SQLAlchemy does not render but raises on.
pub(crate) fn raises(span: Span, error: impl std::fmt::Display) -> Opaque {
    unknown(span, format!("alembic raises: {error}"))
}

/// Whether [`raises`] said it.
pub(crate) fn is_raised(opaque: &Opaque) -> bool {
    opaque.reason.starts_with("alembic raises: ")
}
