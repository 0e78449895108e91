//! A column's definition, in `CREATE TABLE` and behind `ADD COLUMN` (SQLAlchemy dialects/postgresql/base.py,
//! `PGDDLCompiler.get_column_specification`).

use limbeck_types::{
    Autoincrement, Column, ConstraintKind, Expression, ExpressionKind, Identity, Opaque, SequenceOptions,
    ServerDefault, SqlType, SqlTypeKind, TableName,
};

use super::constraint::{Owner, constraint};
use super::context::{Context, raises};
use super::naming::Convention;
use super::sql::Sql;
use super::sql_type::sql_type;
use super::{literal_value, quote};

/// What a column's definition depends on beside the column.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// Whether it belongs to the primary key, by its own flag or the key's constraint.
    pub(crate) in_primary_key: bool,
    /// Whether it is the table's `_autoincrement_column`.
    pub(crate) autoincrements: bool,
}

/// What SQLAlchemy refuses while a column is put together (SQLAlchemy sql/schema.py, `Identity._set_parent`).
pub(crate) fn check(column: &Column) -> Result<(), Opaque> {
    if !matches!(column.server_default, Some(ServerDefault::Identity(_))) {
        return Ok(());
    }
    if column.autoincrement == Autoincrement::No {
        let error = "A column with an Identity object cannot specify autoincrement=False";
        return Err(raises(column.span, error));
    }
    if column.sequence.is_some() {
        return Err(raises(column.span, "An column cannot specify both Identity and Sequence."));
    }
    Ok(())
}

/// `id SERIAL NOT NULL`.
pub(crate) fn specification(
    sql: &mut Sql,
    column: &Column,
    place: Place,
    context: Context,
) -> Result<(), Opaque> {
    sql.sourced(&quote::name(&column.name, context), column.name.span).word(" ");
    let identity = match &column.server_default {
        Some(ServerDefault::Identity(identity)) => Some(identity),
        _ => None,
    };
    let sequence_makes_it = column.sequence.as_ref().is_some_and(|sequence| !sequence.optional);
    let is_serial = place.autoincrements && identity.is_none() && !column.default && !sequence_makes_it;
    // SQLAlchemy would take any type for a serial here: it has checked before that this is one of integers.
    match (&column.type_.kind, is_serial) {
        (SqlTypeKind::Opaque(opaque), _) => return Err(opaque.clone()),
        (SqlTypeKind::BigInteger, true) => sql.sourced("BIGSERIAL", column.type_.span),
        (SqlTypeKind::SmallInteger, true) => sql.sourced("SMALLSERIAL", column.type_.span),
        (_, true) => sql.sourced("SERIAL", column.type_.span),
        (_, false) => sql.sourced(&sql_type(&column.type_, context)?, column.type_.span),
    };
    if let Some(ServerDefault::Expression(Expression { kind: ExpressionKind::Opaque(opaque), .. })) =
        &column.server_default
    {
        return Err(opaque.clone());
    }
    match &column.server_default {
        Some(default @ (ServerDefault::Text(_) | ServerDefault::Expression(_))) if !is_serial => {
            sql.word(" DEFAULT ").append(default_value(default, context)?);
        }
        Some(ServerDefault::Computed { expression: computed, persisted }) => {
            sql.word(" GENERATED ALWAYS AS (").expression(computed, context.in_ddl())?.word(")");
            match persisted {
                Some(true) => sql.word(" STORED"),
                Some(false) => sql.word(" VIRTUAL"),
                None => &mut *sql,
            };
        }
        _ => {}
    }
    if let Some(identity) = identity {
        sql.word(" ").word(&identity_clause(identity));
    }
    let nullable = column.nullable.unwrap_or(!place.in_primary_key && identity.is_none());
    match (nullable, identity) {
        (false, None) => sql.word(" NOT NULL"),
        (true, Some(_)) => sql.word(" NULL"),
        _ => sql,
    };
    Ok(())
}

/// The checks that are written inside a column, each with a space before it.
pub(crate) fn checks(
    sql: &mut Sql,
    column: &Column,
    table: &TableName,
    convention: &Convention,
    context: Context,
) -> Result<(), Opaque> {
    let owner = Owner { table, column: Some(&column.name), sees_referred: false };
    for check in column.constraints.iter().filter(|inner| matches!(inner.kind, ConstraintKind::Check { .. }))
    {
        // A check inside a column is never said to be not valid (`visit_column_check_constraint`).
        let mut check = check.clone();
        check.options.clear();
        sql.word(" ").append(constraint(&check, owner, convention, context)?);
    }
    Ok(())
}

/// What stands behind `DEFAULT` (sql/compiler.py, `render_default_string`).
pub(crate) fn default_value(default: &ServerDefault, context: Context) -> Result<Sql, Opaque> {
    let mut sql = Sql::new(context.call);
    match default {
        ServerDefault::Text(text) => {
            sql.sourced(&literal_value::text(&text.value, context), text.span);
        }
        ServerDefault::Expression(value) => {
            // Unlike all else in DDL, an expression of a default keeps the tables of its columns.
            sql.expression(value, context.with_literals().with_tables())?;
        }
        ServerDefault::Computed { .. } | ServerDefault::Identity(_) | ServerDefault::Fetched => {
            return Err(raises(context.call, "AssertionError"));
        }
    }
    Ok(sql)
}

/// `GENERATED ALWAYS AS IDENTITY (START WITH 3)`.
pub(crate) fn identity_clause(identity: &Identity) -> String {
    let kind = if identity.always == Some(true) { "ALWAYS" } else { "BY DEFAULT" };
    let options = sequence_options(&identity.options);
    let options = if options.is_empty() { options } else { format!(" ({options})") };
    format!("GENERATED {kind} AS IDENTITY{options}")
}

/// `INCREMENT BY 2 START WITH 1` (sql/compiler.py, `get_identity_options`).
pub(crate) fn sequence_options(options: &SequenceOptions) -> String {
    let number = |words: &str, number: Option<i64>| number.map(|number| format!("{words} {number}"));
    // Python asks whether these are `None`, not whether they are true.
    let no_minimum = options.nominvalue.map(|_| "NO MINVALUE".to_owned());
    let no_maximum = options.nomaxvalue.map(|_| "NO MAXVALUE".to_owned());
    let cycle = options.cycle.map(|cycle| if cycle { "CYCLE".to_owned() } else { "NO CYCLE".to_owned() });
    let parts = [
        number("INCREMENT BY", options.increment),
        number("START WITH", options.start),
        number("MINVALUE", options.minvalue),
        number("MAXVALUE", options.maxvalue),
        no_minimum,
        no_maximum,
        number("CACHE", options.cache),
        cycle,
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// The column of a primary key that Postgres counts up by itself (SQLAlchemy sql/schema.py,
/// `PrimaryKeyConstraint._autoincrement_column`), by its place in `key`.
pub(crate) fn autoincrement_column(
    key: &[&Column],
    has_foreign_key: impl Fn(&Column) -> bool,
) -> Result<Option<usize>, Opaque> {
    if let [column] = key {
        return Ok(match column.autoincrement {
            Autoincrement::Yes => check_forced(column).map(|()| Some(0))?,
            Autoincrement::No => None,
            Autoincrement::Auto | Autoincrement::IgnoreForeignKey => {
                let refers = column.autoincrement == Autoincrement::Auto && has_foreign_key(column);
                let has_default = column.default
                    || !matches!(column.server_default, None | Some(ServerDefault::Identity(_)));
                (is_integer(&column.type_) && !has_default && !refers).then_some(0)
            }
        });
    }
    let mut found: Option<usize> = None;
    for (index, column) in key.iter().enumerate() {
        if column.autoincrement != Autoincrement::Yes {
            continue;
        }
        check_forced(column)?;
        if let Some(first) = found {
            let error = format!(
                "Only one Column may be marked autoincrement=True, found both {} and {}.",
                column.name.text, key[first].name.text
            );
            return Err(raises(column.span, error));
        }
        found = Some(index);
    }
    Ok(found)
}

fn is_integer(type_: &SqlType) -> bool {
    matches!(type_.kind, SqlTypeKind::SmallInteger | SqlTypeKind::Integer | SqlTypeKind::BigInteger)
}

/// `autoincrement=True` is for integers, and for numerics without decimals.
fn check_forced(column: &Column) -> Result<(), Opaque> {
    match &column.type_.kind {
        SqlTypeKind::Numeric { scale: Some(0), .. } => Ok(()),
        SqlTypeKind::Opaque(opaque) => Err(opaque.clone()),
        _ if is_integer(&column.type_) => Ok(()),
        _ => Err(raises(
            column.span,
            format_args!(
                "the type of column '{}' is not compatible with autoincrement=True",
                column.name.text
            ),
        )),
    }
}
