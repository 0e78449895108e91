//! Indexes (SQLAlchemy dialects/postgresql/base.py, `visit_create_index`, `visit_drop_index`; alembic ddl/postgresql.py).

use limbeck_types::{Expression, ExpressionKind, Index, Name, Opaque, PythonValue, Span, SqlText, TableName};

use super::context::{Context, raises};
use super::naming::{self, Convention, FinalName, Subject};
use super::phrase::check_index_method;
use super::sql::Sql;
use super::{options, quote};

/// Where an index is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    /// In a table that has its columns.
    Table,
    /// In `op.create_index`, where alembic makes a column of each text (alembic util/sqla_compat.py,
    /// `_textual_index_column`).
    Directive,
}

/// `CREATE INDEX ix ON t (a)`.
pub(crate) fn create(
    table: &TableName,
    index: &Index,
    of: Of,
    if_not_exists: bool,
    convention: &Convention,
    context: Context,
) -> Result<Sql, Opaque> {
    if of == Of::Directive {
        check_elements(table, index)?;
    }
    let Some(name) = name(table, index, of, convention)? else {
        return Err(raises(index.span, "CREATE INDEX requires that the index have a name"));
    };
    let options = &index.options;
    let mut sql = Sql::new(context.call);
    sql.word(if index.unique { "CREATE UNIQUE INDEX " } else { "CREATE INDEX " });
    if options::is_true(options, "concurrently")? {
        sql.word("CONCURRENTLY ");
    }
    if if_not_exists {
        sql.word("IF NOT EXISTS ");
    }
    let (name, span) = name.render(context)?;
    sql.sourced(&name, span).word(" ON ").sourced(&quote::table(table, context), table.name.span).word(" ");
    if let Some(method) = options::text(options, "using")? {
        check_index_method(&method.value, method.span)?;
        sql.word("USING ").sourced(&method.value.to_lowercase(), method.span).word(" ");
    }
    elements(&mut sql, index, context)?;
    included(&mut sql, index, context)?;
    match options::flag(options, "nulls_not_distinct")? {
        Some(true) => sql.word(" NULLS NOT DISTINCT"),
        Some(false) => sql.word(" NULLS DISTINCT"),
        None => &mut sql,
    };
    if let Some(parameters) = options::with_clause(options)? {
        sql.word(" WITH (").word(&parameters).word(")");
    }
    if let Some(tablespace) = options::text(options, "tablespace")? {
        sql.word(" TABLESPACE ").sourced(&quote::text(&tablespace.value, context), tablespace.span);
    }
    if let Some(condition) = options::get(options, "where")
        && condition.kind != ExpressionKind::Value(PythonValue::None)
    {
        sql.word(" WHERE ").expression(&self::condition(condition), context.in_ddl())?;
    }
    Ok(sql)
}

/// `DROP INDEX ix`.
pub(crate) fn drop(
    name: Option<&FinalName>,
    schema: Option<&Name>,
    if_exists: bool,
    concurrently: bool,
    context: Context,
) -> Result<Sql, Opaque> {
    let Some(name) = name else {
        return Err(raises(context.call, "DROP INDEX requires that the index have a name"));
    };
    let mut sql = Sql::new(context.call);
    sql.word("\nDROP INDEX ");
    if concurrently {
        sql.word("CONCURRENTLY ");
    }
    if if_exists {
        sql.word("IF EXISTS ");
    }
    if let Some(schema) = schema.filter(|schema| !schema.text.is_empty()) {
        sql.sourced(&quote::name(schema, context), schema.span).word(".");
    }
    let (name, span) = name.render(context)?;
    sql.sourced(&name, span);
    Ok(sql)
}

/// The name that an index has after all.
pub(crate) fn name(
    table: &TableName,
    index: &Index,
    of: Of,
    convention: &Convention,
) -> Result<Option<FinalName>, Opaque> {
    let is_column =
        |element: &&Expression| of == Of::Directive || !matches!(element.kind, ExpressionKind::Text(_));
    let firsts: Option<Vec<First<'_>>> = index.elements.iter().filter(is_column).map(First::of).collect();
    let mut columns: Option<Vec<&str>> = None;
    let mut outside = Vec::new();
    if let Some(firsts) = firsts {
        // alembic's table gets the index with the first of its columns (sql/schema.py, `_set_parent_with_dispatch`).
        if of == Of::Directive && !firsts.iter().any(|first| first.is_own) {
            let error =
                "AssertionError: the index is of no column of the table, so that no convention names it";
            return match &index.name {
                Some(name) => Ok(Some(naming::given(name))),
                None => Err(raises(index.span, error)),
            };
        }
        let names = columns.insert(Vec::new());
        for first in firsts {
            // The later one of a name takes the place of the one before.
            let known = names.iter().position(|name| *name == first.name);
            let at = known.unwrap_or(names.len());
            if known.is_none() {
                names.push(first.name);
            }
            outside.retain(|(index, _)| *index != at);
            if !first.is_own {
                outside.push((at, first.table));
            }
        }
    }
    let subject = Subject {
        table,
        key: Some("ix"),
        columns: columns.as_deref(),
        outside: &outside,
        referred: None,
        span: index.span,
    };
    naming::final_name(index.name.as_ref(), subject, convention)
}

/// What the column is called that an element is or stands for; `None` for what only an expression can tell.
fn column_key(element: &Expression) -> Option<&str> {
    match &element.kind {
        ExpressionKind::Column { name, .. } => Some(&name.text),
        ExpressionKind::Text(text) => Some(&text.text.value),
        ExpressionKind::List(only) => match only.as_slice() {
            [Expression { kind: ExpressionKind::Column { name, .. }, .. }] => Some(&name.text),
            _ => None,
        },
        _ => None,
    }
}

/// The column that stands first in an element, breadth first, which is what a convention sees of it (SQLAlchemy
/// sql/coercions.py, `expect_col_expression_collection`).
struct First<'a> {
    name: &'a str,
    /// Whether it is of the index's table.
    is_own: bool,
    /// The table that another one is of.
    table: Option<&'a TableName>,
}

impl<'a> First<'a> {
    /// `None` where it is not worked out.
    fn of(element: &'a Expression) -> Option<Self> {
        match &element.kind {
            ExpressionKind::Column { name, .. } => Some(Self { name: &name.text, is_own: true, table: None }),
            ExpressionKind::Text(text) => Some(Self { name: &text.text.value, is_own: true, table: None }),
            ExpressionKind::List(only) => match only.as_slice() {
                [Expression { kind: ExpressionKind::Column { name, table, .. }, .. }] => {
                    Some(Self { name: &name.text, is_own: false, table: table.as_ref() })
                }
                _ => None,
            },
            _ => Self::inside(element),
        }
    }

    fn inside(element: &'a Expression) -> Option<Self> {
        use ExpressionKind as K;
        match &element.kind {
            // Whether one with a table is a copy for the index's own is not said.
            K::Column { name, table: None, .. } => {
                Some(Self { name: &name.text, is_own: false, table: None })
            }
            K::Suffix(operand, _)
            | K::Prefix(_, operand)
            | K::Grouping(operand)
            | K::Eager(operand)
            | K::Cast(operand, _)
            | K::Collate(operand, _)
            | K::Label(operand, _) => Self::inside(operand),
            K::Function { arguments: operands, .. } | K::Many { operands, .. } => {
                Self::among(operands.iter())
            }
            K::Binary { left, right, .. } => Self::among([&**left, right].into_iter()),
            _ => None,
        }
    }

    /// Of operands the first where it is a column itself, or the only one that may hold some.
    fn among(operands: impl Iterator<Item = &'a Expression>) -> Option<Self> {
        let mut operands = operands.filter(|operand| !matches!(operand.kind, ExpressionKind::Typed(..)));
        let first = operands.next()?;
        let decides = matches!(first.kind, ExpressionKind::Column { .. }) || operands.next().is_none();
        decides.then(|| Self::inside(first)).flatten()
    }
}

/// Two elements may not be the same column or text.
fn check_elements(table: &TableName, index: &Index) -> Result<(), Opaque> {
    let mut seen: Vec<&str> = Vec::new();
    for element in &index.elements {
        let is_own = !matches!(element.kind, ExpressionKind::List(_));
        let Some(key) = column_key(element).filter(|_| is_own) else { continue };
        if seen.contains(&key) {
            let error =
                format!("A column with name '{key}' is already present in table '{}'.", table.name.text);
            return Err(raises(element.span, error));
        }
        seen.push(key);
    }
    Ok(())
}

fn elements(sql: &mut Sql, index: &Index, context: Context) -> Result<(), Opaque> {
    let classes = options::pairs(&index.options, "ops")?;
    sql.word("(");
    for (position, element) in index.elements.iter().enumerate() {
        if position > 0 {
            sql.word(", ");
        }
        let (opening, closing) = if needs_parentheses(element) { ("(", ")") } else { ("", "") };
        sql.word(opening).expression(element, context.in_ddl())?.word(closing);
        let key = match &element.kind {
            ExpressionKind::Label(_, name) => Some(name.text.as_str()),
            _ => column_key(element),
        };
        let class = classes.iter().find(|(column, _)| Some(*column) == key);
        if let Some((_, PythonValue::Text(class))) = class {
            sql.word(" ").sourced(&class.value, class.span);
        }
    }
    sql.word(")");
    Ok(())
}

/// SQLAlchemy puts operators that stand alone in an index into parentheses (`self_group`).
fn needs_parentheses(element: &Expression) -> bool {
    match &element.kind {
        ExpressionKind::Binary { .. }
        | ExpressionKind::Many { .. }
        | ExpressionKind::Prefix(..)
        | ExpressionKind::Collate(..) => true,
        ExpressionKind::Label(inner, _) => needs_parentheses(inner),
        _ => false,
    }
}

fn included(sql: &mut Sql, index: &Index, context: Context) -> Result<(), Opaque> {
    let columns = options::texts(&index.options, "include")?;
    if columns.is_empty() {
        return Ok(());
    }
    sql.word(" INCLUDE (");
    for (position, column) in columns.iter().enumerate() {
        if position > 0 {
            sql.word(", ");
        }
        sql.sourced(&quote::text(&column.value, context), column.span);
    }
    sql.word(")");
    Ok(())
}

/// A condition, where a plain `str` is SQL.
fn condition(condition: &Expression) -> Expression {
    let kind = match &condition.kind {
        ExpressionKind::Value(PythonValue::Text(text)) => {
            ExpressionKind::Text(SqlText { text: text.clone(), binds: Vec::new() })
        }
        kind => kind.clone(),
    };
    Expression { kind, span: condition.span }
}

/// The name of an index that is dropped: without one, it is made as if for a column `x` (alembic operations/ops.py,
/// `DropIndexOp.to_index`).
pub(crate) fn dropped_name(
    name: Option<&Name>,
    table: &TableName,
    convention: &Convention,
    span: Span,
) -> Result<Option<FinalName>, Opaque> {
    let subject =
        Subject { table, key: Some("ix"), columns: Some(&["x"]), outside: &[], referred: None, span };
    naming::final_name(name, subject, convention)
}
