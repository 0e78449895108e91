//! Constraints as they stand in `CREATE TABLE` and behind `ALTER TABLE … ADD` (SQLAlchemy sql/compiler.py, `DDLCompiler`;
//! dialects/postgresql/base.py, `PGDDLCompiler`).

use limbeck_types::{
    Constraint, ConstraintKind, Expression, ExpressionKind, ForeignKey, Name, Opaque, Span, TableName,
};

use super::context::{Context, raises};
use super::naming::{self, Convention, FinalName, Subject};
use super::phrase::{check_deletion, check_index_method, check_phrase};
use super::sql::Sql;
use super::{options, quote};

/// What a constraint belongs to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Owner<'a> {
    /// The table.
    pub(crate) table: &'a TableName,
    /// The column that the constraint stands in, if it does.
    pub(crate) column: Option<&'a Name>,
    /// Whether SQLAlchemy has the table that a foreign key refers to when it makes the name.
    pub(crate) sees_referred: bool,
}

/// The whole constraint: `CONSTRAINT name UNIQUE (a)`; empty where SQLAlchemy renders nothing.
pub(crate) fn constraint(
    constraint: &Constraint,
    owner: Owner<'_>,
    convention: &Convention,
    context: Context,
) -> Result<Sql, Opaque> {
    let name = name(constraint, owner, convention)?;
    body(constraint, name.as_ref(), owner.column, context)
}

/// The name that a constraint has after all.
pub(crate) fn name(
    constraint: &Constraint,
    owner: Owner<'_>,
    convention: &Convention,
) -> Result<Option<FinalName>, Opaque> {
    let own = own_columns(constraint, owner.column);
    let names: Option<Vec<&str>> = own.map(|own| own.iter().map(|name| name.text.as_str()).collect());
    let referred: Vec<&str>;
    let subject = Subject {
        table: owner.table,
        key: naming::key(constraint),
        columns: names.as_deref(),
        outside: &[],
        referred: match &constraint.kind {
            ConstraintKind::ForeignKey(key) => {
                // The name has gone through `schema.table.column` and back (SQLAlchemy sql/schema.py, `target_tokens`).
                let table = key.referred.name.text.rsplit('.').next().unwrap_or_default();
                referred =
                    referred_columns(key, owner.column).iter().map(|name| name.text.as_str()).collect();
                Some((table, owner.sees_referred.then_some(referred.as_slice())))
            }
            _ => None,
        },
        span: constraint.span,
    };
    naming::final_name(constraint.name.as_ref(), subject, convention)
}

/// The columns of a constraint; `None` where they are inside an expression that may hold some.
pub(crate) fn own_columns<'a>(constraint: &'a Constraint, outer: Option<&'a Name>) -> Option<Vec<&'a Name>> {
    match &constraint.kind {
        ConstraintKind::PrimaryKey { columns } | ConstraintKind::Unique { columns } => {
            Some(columns.iter().collect())
        }
        ConstraintKind::ForeignKey(key) if key.columns.is_empty() => Some(outer.into_iter().collect()),
        ConstraintKind::ForeignKey(key) => Some(key.columns.iter().collect()),
        ConstraintKind::Check { condition } => condition_columns(condition),
        ConstraintKind::Exclude { .. } => None,
    }
}

/// The columns of a condition where they are plain to see: none in text, one beside a value.
fn condition_columns(condition: &Expression) -> Option<Vec<&Name>> {
    match &condition.kind {
        ExpressionKind::Text(_) => Some(Vec::new()),
        ExpressionKind::Binary { left, right, .. } => match (&left.kind, &right.kind) {
            (ExpressionKind::Column { name, .. }, ExpressionKind::Value(_) | ExpressionKind::Typed(..)) => {
                Some(vec![name])
            }
            (ExpressionKind::Column { name, .. }, ExpressionKind::Tuple(values)) => {
                let plain = |value: &Expression| {
                    matches!(value.kind, ExpressionKind::Value(_) | ExpressionKind::Typed(..))
                };
                values.iter().all(plain).then(|| vec![name])
            }
            _ => None,
        },
        _ => None,
    }
}

fn referred_columns<'a>(key: &'a ForeignKey, outer: Option<&'a Name>) -> Vec<&'a Name> {
    if key.referred_columns.is_empty() {
        outer.into_iter().collect()
    } else {
        key.referred_columns.iter().collect()
    }
}

/// The constraint with the name that it has after all.
pub(crate) fn body(
    constraint: &Constraint,
    name: Option<&FinalName>,
    column: Option<&Name>,
    context: Context,
) -> Result<Sql, Opaque> {
    let mut sql = Sql::new(context.call);
    let options = &constraint.options;
    if let ConstraintKind::Unique { columns } = &constraint.kind
        && columns.is_empty()
    {
        return Ok(sql);
    }
    if let Some(name) = name {
        let (name, span) = name.render(context)?;
        sql.word("CONSTRAINT ").sourced(&name, span).word(" ");
    }
    match &constraint.kind {
        ConstraintKind::PrimaryKey { columns } => {
            sql.word("PRIMARY KEY (");
            list(&mut sql, columns, context);
            sql.word(")");
            include(&mut sql, constraint, context)?;
            deferrability(&mut sql, constraint)?;
        }
        ConstraintKind::Unique { columns } => {
            sql.word("UNIQUE ");
            match options::flag(options, "nulls_not_distinct")? {
                Some(true) => sql.word("NULLS NOT DISTINCT "),
                Some(false) => sql.word("NULLS DISTINCT "),
                None => &mut sql,
            }
            .word("(");
            list(&mut sql, columns, context);
            sql.word(")");
            include(&mut sql, constraint, context)?;
            deferrability(&mut sql, constraint)?;
        }
        ConstraintKind::Check { condition } => {
            sql.word("CHECK (").expression(condition, context.in_ddl())?.word(")");
            deferrability(&mut sql, constraint)?;
        }
        ConstraintKind::ForeignKey(key) => {
            let own = own_columns(constraint, column).unwrap_or_default();
            let referred = referred_columns(key, column);
            if own.len() != referred.len() {
                let error = "ForeignKeyConstraint number of constrained columns must match the number of referenced columns.";
                return Err(raises(constraint.span, error));
            }
            sql.word("FOREIGN KEY(");
            list(&mut sql, own, context);
            sql.word(") ");
            references(&mut sql, constraint, key, &referred, context)?;
        }
        ConstraintKind::Exclude { elements, using, where_, ops } => {
            exclude(&mut sql, elements, using.as_deref(), ops, constraint.span, context)?;
            if let Some(condition) = where_ {
                let context = context.with_literals();
                sql.word(" WHERE (").expression(condition, context)?.word(")");
            }
            deferrability(&mut sql, constraint)?;
        }
    }
    let may_be_not_valid =
        matches!(constraint.kind, ConstraintKind::Check { .. } | ConstraintKind::ForeignKey(_));
    if may_be_not_valid && options::is_true(options, "not_valid")? {
        sql.word(" NOT VALID");
    }
    Ok(sql)
}

/// `REFERENCES o (id) ON DELETE CASCADE DEFERRABLE`.
pub(crate) fn references(
    sql: &mut Sql,
    constraint: &Constraint,
    key: &ForeignKey,
    referred: &[&Name],
    context: Context,
) -> Result<(), Opaque> {
    sql.word("REFERENCES ").sourced(&quote::table(&key.referred, context), key.referred.name.span).word(" (");
    list(sql, referred.iter().copied(), context);
    sql.word(")");
    if let Some(phrase) = &key.match_ {
        check_phrase(phrase, constraint.span)?;
        sql.word(" MATCH ").word(phrase);
    }
    if let Some(phrase) = &key.ondelete {
        check_deletion(phrase, constraint.span)?;
        sql.word(" ON DELETE ").word(phrase);
    }
    if let Some(phrase) = &key.onupdate {
        check_phrase(phrase, constraint.span)?;
        sql.word(" ON UPDATE ").word(phrase);
    }
    deferrability(sql, constraint)
}

/// Names with commas between them.
pub(crate) fn list<'a>(sql: &mut Sql, names: impl IntoIterator<Item = &'a Name>, context: Context) {
    for (index, name) in names.into_iter().enumerate() {
        if index > 0 {
            sql.word(", ");
        }
        sql.sourced(&quote::name(name, context), name.span);
    }
}

fn exclude(
    sql: &mut Sql,
    elements: &[(Expression, String)],
    using: Option<&str>,
    ops: &[(String, String)],
    span: Span,
    context: Context,
) -> Result<(), Opaque> {
    // The default of `ExcludeConstraint` (dialects/postgresql/ext.py).
    let using = using.unwrap_or("gist");
    check_index_method(using, span)?;
    sql.word("EXCLUDE USING ").word(&using.to_lowercase()).word(" (");
    for (index, (element, operator)) in elements.iter().enumerate() {
        if index > 0 {
            sql.word(", ");
        }
        sql.expression(element, context.in_ddl())?;
        if let ExpressionKind::Column { name, .. } = &element.kind
            && let Some((_, class)) = ops.iter().find(|(column, _)| *column == name.text)
        {
            sql.word(" ").word(class);
        }
        sql.word(" WITH ").word(operator);
    }
    sql.word(")");
    Ok(())
}

fn include(sql: &mut Sql, constraint: &Constraint, context: Context) -> Result<(), Opaque> {
    let included = options::texts(&constraint.options, "include")?;
    if included.is_empty() {
        return Ok(());
    }
    sql.word(" INCLUDE (");
    for (index, column) in included.iter().enumerate() {
        if index > 0 {
            sql.word(", ");
        }
        sql.sourced(&quote::text(&column.value, context), column.span);
    }
    sql.word(")");
    Ok(())
}

/// `DEFERRABLE INITIALLY DEFERRED`.
fn deferrability(sql: &mut Sql, constraint: &Constraint) -> Result<(), Opaque> {
    match constraint.deferrable {
        Some(true) => sql.word(" DEFERRABLE"),
        Some(false) => sql.word(" NOT DEFERRABLE"),
        None => sql,
    };
    if let Some(initially) = &constraint.initially {
        check_phrase(initially, constraint.span)?;
        sql.word(" INITIALLY ").word(initially);
    }
    Ok(())
}
