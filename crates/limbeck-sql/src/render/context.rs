//! What all of rendering needs to know besides the thing itself, and the two ways in which rendering can fail.

use std::cell::Cell;

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

/// What env.py says about how values are rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Settings {
    /// `paramstyle` of the dialect.
    pub(crate) paramstyle: Paramstyle,
    /// How the driver casts binds.
    pub(crate) driver: Driver,
    /// Whether binds are rendered as literals.
    pub(crate) literal_binds: bool,
}

/// How things are rendered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'c> {
    settings: Settings,
    /// Binds are literals whatever env.py says, as always inside DDL.
    is_literal: bool,
    /// Set once something depends on the settings.
    asked: &'c Cell<bool>,
    /// Whether columns are qualified with their tables; DDL (checks, index expressions, computed columns) never does it.
    pub(crate) include_table: bool,
    /// The call that is rendered: the place to blame where nothing closer is known.
    pub(crate) call: Span,
}

impl<'c> Context<'c> {
    /// How a statement is rendered under these settings. `asked` is set where they make a difference.
    pub(crate) fn new(settings: Settings, call: Span, asked: &'c Cell<bool>) -> Self {
        Self { settings, is_literal: false, asked, include_table: true, call }
    }

    fn settings(self) -> Settings {
        self.asked.set(true);
        self.settings
    }

    /// `paramstyle` of the dialect.
    pub(crate) fn paramstyle(self) -> Paramstyle {
        self.settings().paramstyle
    }

    /// How the driver casts binds.
    pub(crate) fn driver(self) -> Driver {
        self.settings().driver
    }

    /// Whether binds are rendered as literals: always inside DDL, elsewhere with `literal_binds`.
    pub(crate) fn literal_binds(self) -> bool {
        self.is_literal || self.settings().literal_binds
    }

    /// Whether `%` is doubled in text, literals and quoted names (SQLAlchemy sql/compiler.py, `_double_percents`).
    pub(crate) fn doubles_percents(self) -> bool {
        matches!(self.paramstyle(), Paramstyle::Pyformat | Paramstyle::Format)
    }

    /// `text` with its percent signs as this dialect has them.
    pub(crate) fn percents(self, text: &str) -> String {
        if text.contains('%') && self.doubles_percents() { text.replace('%', "%%") } else { text.to_owned() }
    }

    /// The same with binds rendered as literals.
    pub(crate) fn with_literals(self) -> Self {
        Self { is_literal: true, ..self }
    }

    /// The same with columns qualified with their tables.
    pub(crate) fn with_tables(self) -> Self {
        Self { include_table: true, ..self }
    }

    /// The context of an expression inside a DDL construct (SQLAlchemy sql/compiler.py, `DDLCompiler`: `literal_binds=True`,
    /// `include_table=False`).
    pub(crate) fn in_ddl(self) -> Self {
        Self { include_table: false, ..self.with_literals() }
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
