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
    let columns: Option<Vec<&str>> = index.elements.iter().filter(is_column).map(column_key).collect();
    let subject =
        Subject { table, key: Some("ix"), columns: columns.as_deref(), referred: None, span: index.span };
    naming::final_name(index.name.as_ref(), subject, convention)
}

/// What the column is called that an element is or stands for; `None` for what only an expression can tell.
fn column_key(element: &Expression) -> Option<&str> {
    match &element.kind {
        ExpressionKind::Column { name, .. } => Some(&name.text),
        ExpressionKind::Text(text) => Some(&text.text.value),
        _ => None,
    }
}

/// Two elements may not be the same column or text.
fn check_elements(table: &TableName, index: &Index) -> Result<(), Opaque> {
    let mut seen: Vec<&str> = Vec::new();
    for element in &index.elements {
        let Some(key) = column_key(element) else { continue };
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
    let subject = Subject { table, key: Some("ix"), columns: Some(&["x"]), referred: None, span };
    naming::final_name(name, subject, convention)
}
