//! What `sa.Table` and `op.create_table` say of a table that `sa.table` does not: primary keys, which an insert gives back,
//! and defaults of Python's (SQLAlchemy sql/crud.py).

use limbeck_types::{Expression, ExpressionKind, Name, Opaque, Span, SqlType, SqlTypeKind, TableName};

use super::typing::unknown;
use crate::constructs;
use crate::follow::value::{Kind, Value};

/// Such a table.
#[derive(Debug, Clone)]
pub(super) struct Whole {
    /// Its primary key.
    keys: Vec<(Name, SqlType)>,
    /// Columns that Python gives a value where a row does not.
    defaults: Vec<String>,
    /// `onupdate` and other things that an update has to know.
    changes_itself: bool,
}

/// What a value says, if it is such a table.
pub(super) fn read(value: &Value) -> Result<Option<Whole>, Opaque> {
    let Kind::Call(call) = &value.kind else { return Ok(None) };
    let created = constructs::dotted(&call.callee).is_some_and(|path| path == "alembic.op.create_table");
    if !created && !constructs::is_call_of(value, &["Table"]) {
        return Ok(None);
    }
    let mut whole = Whole { keys: Vec::new(), defaults: Vec::new(), changes_itself: false };
    for item in &call.positional {
        let Kind::Call(inner) = &item.kind else { continue };
        if constructs::is_call_of(item, &["PrimaryKeyConstraint"]) {
            let mut names = Vec::new();
            for name in &inner.positional {
                names.push(constructs::column_name(name)?);
            }
            whole.keys.extend(
                names.into_iter().map(|name| (name, SqlType { kind: SqlTypeKind::Null, span: item.span })),
            );
        }
        if constructs::is_call_of(item, &["Column"]) {
            let column = constructs::column(item)?;
            if column.default || column.sequence.is_some() {
                whole.defaults.push(column.name.text.clone());
            }
            whole.changes_itself |= inner.keyword("onupdate").is_some();
            if column.primary_key {
                whole.keys.push((column.name, column.type_));
            }
        }
    }
    Ok(Some(whole))
}

impl Whole {
    /// What an insert of these rows gives back without being asked to.
    pub(super) fn returned(
        &self,
        rows: &[Vec<(Name, Expression)>],
        from_select: bool,
        table: &TableName,
        span: Span,
    ) -> Result<Vec<Expression>, Opaque> {
        let has = |row: &[(Name, Expression)], column: &str| row.iter().any(|(name, _)| name.text == column);
        let lacks = |column: &String| from_select || rows.iter().any(|row| !has(row, column));
        if self.defaults.iter().any(lacks) {
            return Err(unknown(span, "the table has columns whose values Python makes"));
        }
        let [row] = rows else { return Ok(Vec::new()) };
        if from_select || self.keys.is_empty() {
            return Ok(Vec::new());
        }
        let plain = |name: &Name| {
            row.iter().any(|(known, value)| {
                known.text == name.text && matches!(value.kind, ExpressionKind::Value(_))
            })
        };
        if self.keys.iter().all(|(name, _)| plain(name)) {
            return Ok(Vec::new());
        }
        match self.keys.as_slice() {
            [(name, type_)] if !has(row, &name.text) && is_integer(&type_.kind) => {
                let kind = ExpressionKind::Column {
                    table: Some(table.clone()),
                    name: Name { span, ..name.clone() },
                    type_: type_.clone(),
                };
                Ok(vec![Expression { kind, span }])
            }
            _ => Err(unknown(span, "what it gives back of its primary key is not known")),
        }
    }

    /// Whether a row of `bulk_insert` says all that Python would.
    pub(super) fn bulk(&self, row: &[(Name, Expression)], span: Span) -> Result<(), Opaque> {
        match self.defaults.iter().all(|column| row.iter().any(|(name, _)| name.text == *column)) {
            true => Ok(()),
            false => Err(unknown(span, "the table has columns whose values Python makes")),
        }
    }

    /// Whether an update changes only what it says.
    pub(super) fn updated(&self, span: Span) -> Result<(), Opaque> {
        match self.changes_itself {
            true => Err(unknown(span, "the table has columns with `onupdate`")),
            false => Ok(()),
        }
    }
}

fn is_integer(kind: &SqlTypeKind) -> bool {
    matches!(kind, SqlTypeKind::SmallInteger | SqlTypeKind::Integer | SqlTypeKind::BigInteger)
}
