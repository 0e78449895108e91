//! SQL expressions and statements as SQLAlchemy's constructs make them.

use crate::{CreateTable, EnumType, Index, Literal, Name, Opaque, Sequence, Span, SqlType, TableName};

/// An expression and where it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    /// What it is.
    pub kind: ExpressionKind,
    /// Where it is written; empty where only SQLAlchemy adds it.
    pub span: Span,
}

/// What an [`Expression`] is.
#[derive(Debug, Clone, PartialEq)]
pub enum ExpressionKind {
    /// A Python value, which becomes a bind and in offline mode a literal, by the type of what it meets.
    Value(PythonValue),
    /// `literal(value, type)`, `inline_literal(value, type)`, `bindparam(…, value, type)`.
    Typed(PythonValue, SqlType, Placeholder),
    /// `text(…)` with what `.bindparams(…)` gave it.
    Text(SqlText),
    /// `literal_column(…)`: SQL as it stands.
    Verbatim(Literal),
    /// `sa.true()`, `sa.false()`, `sa.null()`: `true`, `false`, `NULL`.
    Keyword(&'static str),
    /// A column, with its table where it has one.
    Column {
        /// The table (or alias) that it is qualified with.
        table: Option<TableName>,
        /// Its name.
        name: Name,
        /// Its type, [`SqlTypeKind::Null`](crate::SqlTypeKind::Null) where none is known.
        type_: SqlType,
    },
    /// `func.name(…)`.
    Function {
        /// The dotted name.
        name: Vec<String>,
        /// Its arguments.
        arguments: Vec<Expression>,
        /// `type_`.
        type_: Option<SqlType>,
    },
    /// `cast(…)`, `expression.cast(…)`; `type_coerce(…)` does not render.
    Cast(Box<Expression>, SqlType),
    /// Two operands and what stands between them with a space on either side: `=`, `LIKE`, `IS NOT`, `IN`, `->>`.
    /// Operands that need them carry their parentheses as [`Self::Grouping`].
    Binary {
        /// The left operand.
        left: Box<Expression>,
        /// As SQL spells it, upper case; a `%` is not doubled yet.
        operator: String,
        /// The right operand.
        right: Box<Expression>,
    },
    /// Any number of operands with the same operator between them: `AND`, `OR`, `+`, `||`.
    Many {
        /// As in [`Self::Binary`].
        operator: String,
        /// The operands.
        operands: Vec<Expression>,
    },
    /// What stands before its operand, with the space between them if there is one: `NOT `, `-`, `DISTINCT `, `EXISTS `.
    Prefix(String, Box<Expression>),
    /// What stands behind its operand, with the space between them: ` DESC`, ` NULLS LAST`.
    Suffix(Box<Expression>, String),
    /// Parentheses around the operand.
    Grouping(Box<Expression>),
    /// Parentheses around the operand where an operator is anywhere around it.
    Eager(Box<Expression>),
    /// `operand[index]`.
    Subscript(Box<Expression>, Box<Expression>),
    /// `case(…)`.
    Case {
        /// `value`.
        value: Option<Box<Expression>>,
        /// Conditions and results.
        whens: Vec<(Expression, Expression)>,
        /// `else_`.
        otherwise: Option<Box<Expression>>,
    },
    /// `tuple_(…)`, the list of `in_`: parentheses around operands and commas.
    Tuple(Vec<Expression>),
    /// Operands with commas between them.
    List(Vec<Expression>),
    /// `collate(…)`.
    Collate(Box<Expression>, String),
    /// `extract(field, …)`.
    Extract(String, Box<Expression>),
    /// `label(…)`: its name is rendered where a `SELECT` lists its columns, else the operand alone.
    Label(Box<Expression>, Name),
    /// `sequence.next_value()`.
    NextValue(Box<Sequence>),
    /// A `SELECT` without parentheses of its own.
    Select(Box<Select>),
    /// What is not known.
    Opaque(Opaque),
}

/// How a bind is named where it is not rendered as a literal (SQLAlchemy sql/elements.py, `BindParameter`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placeholder {
    /// It is not known.
    Unknown,
    /// Its own name, with a number that counts the anonymous names of the statement: `a_1`, `param_2`.
    Anonymous(String),
    /// One of the values of a list that is one bind: `__[POSTCOMPILE_a_1]`.
    Expanding(String),
    /// One of the values of a list that is one bind with a name of its own: `__[POSTCOMPILE_ids]`.
    ExpandingGiven(String),
    /// A value that is given later: a placeholder also where other binds are literals.
    Required(String),
    /// A key of a JSON value, which has a type of its own.
    Key(String),
    /// The name that it was given.
    Given(String),
    /// `op.inline_literal(…)` is a literal always (alembic operations/base.py, `inline_literal`).
    Never,
}

/// A value of Python.
#[derive(Debug, Clone, PartialEq)]
pub enum PythonValue {
    /// `None`.
    None,
    /// `True`, `False`.
    Bool(bool),
    /// An integer, in decimal.
    Int(i128),
    /// A float, as Python's `repr` has it.
    Float(String),
    /// `Decimal("…")`, as its `str` has it.
    Decimal(String),
    /// Text.
    Text(Literal),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A list or tuple.
    List(Vec<PythonValue>),
    /// A dictionary, in order.
    Dict(Vec<(PythonValue, PythonValue)>),
    /// `datetime(…)`, as `isoformat(" ")` has it.
    DateTime(String),
    /// `date(…)`, as `isoformat()` has it.
    Date(String),
    /// `time(…)`, as `isoformat()` has it.
    Time(String),
    /// `uuid.UUID("…")`, in its canonical form.
    Uuid(String),
    /// `timedelta(…)`, in microseconds.
    TimeDelta(i128),
}

/// `text(…)`.
#[derive(Debug, Clone, PartialEq)]
pub struct SqlText {
    /// The text as given: `:name` is a bind, `\:` a colon.
    pub text: Literal,
    /// What `.bindparams(…)` gave, by name.
    pub binds: Vec<(String, Expression)>,
}

/// A statement that is executed.
#[derive(Debug, Clone, PartialEq)]
pub enum SqlStatement {
    /// A `str` or `text(…)`.
    Text(SqlText),
    /// `sa.DDL(…)`, after its own `%` formatting.
    Ddl(Literal),
    /// `insert(table)`.
    Insert(Box<Insert>),
    /// `update(table)`.
    Update(Box<Update>),
    /// `delete(table)`.
    Delete(Box<Delete>),
    /// `select(…)`.
    Select(Box<Select>),
    /// `CreateSequence(…)`.
    CreateSequence(Sequence, bool),
    /// `DropSequence(…)`.
    DropSequence(Sequence, bool),
    /// `CreateSchema(…)`: the name and `if_not_exists`.
    CreateSchema(Name, bool),
    /// `DropSchema(…)`: the name, `if_exists`, `cascade`.
    DropSchema(Name, bool, bool),
    /// `CreateIndex(index)`.
    CreateIndex(TableName, Index),
    /// `CreateTable(table)` and nothing that comes with it.
    CreateTable(Box<CreateTable>),
    /// `DropTable(table)`: the name and `if_exists`.
    DropTable(TableName, bool),
    /// `CreateEnumType`, `DropEnumType`.
    Enum(EnumType, bool),
    /// An expression that is executed: `func.setval(…)`, `select` is above.
    Expression(Expression),
    /// What is not known.
    Opaque(Opaque),
}

/// `insert(table)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Insert {
    /// The table.
    pub table: TableName,
    /// Its columns with their types, in the order declared: the order in which they are rendered.
    pub columns: Vec<(Name, SqlType)>,
    /// Rows of column and value; one where `.values(…)` was given once.
    pub rows: Vec<Vec<(Name, Expression)>>,
    /// `from_select`: the columns and the query.
    pub from_select: Option<(Vec<Name>, Box<Select>)>,
    /// `on_conflict_do_nothing` and `on_conflict_do_update` of the Postgres dialect.
    pub on_conflict: Option<OnConflict>,
    /// `.returning(…)`.
    pub returning: Vec<Expression>,
}

/// `ON CONFLICT`.
#[derive(Debug, Clone, PartialEq)]
pub struct OnConflict {
    /// `index_elements`.
    pub elements: Vec<Expression>,
    /// `constraint`.
    pub constraint: Option<Name>,
    /// `index_where`.
    pub index_where: Option<Expression>,
    /// `set_`; empty is `DO NOTHING`.
    pub set: Vec<(Name, Expression)>,
    /// `where`.
    pub where_: Option<Expression>,
}

/// `update(table)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Update {
    /// The table.
    pub table: TableName,
    /// Its columns with their types, in the order declared.
    pub columns: Vec<(Name, SqlType)>,
    /// What is set, in the order written.
    pub set: Vec<(Name, Expression)>,
    /// `.where(…)`, joined by `AND`.
    pub where_: Vec<Expression>,
    /// Other tables that the condition brings in.
    pub from: Vec<FromItem>,
    /// `.returning(…)`.
    pub returning: Vec<Expression>,
}

/// `delete(table)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Delete {
    /// The table.
    pub table: TableName,
    /// `.where(…)`, joined by `AND`.
    pub where_: Vec<Expression>,
    /// Other tables that the condition brings in.
    pub using: Vec<FromItem>,
    /// `.returning(…)`.
    pub returning: Vec<Expression>,
}

/// `select(…)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Select {
    /// What is selected.
    pub columns: Vec<Expression>,
    /// What it is selected from.
    pub from: Vec<FromItem>,
    /// `.where(…)`, joined by `AND`.
    pub where_: Vec<Expression>,
    /// `.group_by(…)`.
    pub group_by: Vec<Expression>,
    /// `.having(…)`.
    pub having: Vec<Expression>,
    /// `.order_by(…)`.
    pub order_by: Vec<Expression>,
    /// `.limit(…)`.
    pub limit: Option<Box<Expression>>,
    /// `.offset(…)`.
    pub offset: Option<Box<Expression>>,
    /// `.distinct()`.
    pub distinct: bool,
}

/// What a `select` reads from.
#[derive(Debug, Clone, PartialEq)]
pub enum FromItem {
    /// A table, with its alias.
    Table(TableName, Option<Name>),
    /// A join.
    Join {
        /// The left side.
        left: Box<FromItem>,
        /// The right side.
        right: Box<FromItem>,
        /// `ON`.
        on: Expression,
        /// `LEFT OUTER JOIN` instead of `JOIN`.
        outer: bool,
    },
    /// A subquery and its alias.
    Subquery(Box<Select>, Option<Name>),
    /// `select_from(text(…))`.
    Text(SqlText),
}
