//! What `sa.Table` and `op.create_table` say of a table that `sa.table` does not: primary keys, which an insert gives back,
//! and defaults of Python's (SQLAlchemy sql/crud.py).

use limbeck_types::{
    Expression, ExpressionKind, Name, Opaque, Placeholder, PythonValue, Span, SqlType, SqlTypeKind, TableName,
};

use super::typing::unknown;
use crate::constructs;
use crate::follow::value::{Call, Kind, Value};

/// Such a table.
#[derive(Debug, Clone)]
pub(super) struct Whole {
    /// Its primary key.
    keys: Vec<(Name, SqlType)>,
    /// Columns that get a value where a row has none.
    defaults: Vec<Default>,
    /// `onupdate` and other things that an update has to know.
    changes_itself: bool,
}

/// A column that gets a value where a row has none.
#[derive(Debug, Clone)]
struct Default {
    column: String,
    /// The name of the bind that stands for a value of Python's; `None` where SQL makes it.
    bind: Option<String>,
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
                let key = constructs::column_key(item)?.unwrap_or_else(|| column.name.text.clone());
                let bind = (column.sequence.is_none() && is_pythons_own(inner)).then_some(key);
                whole.defaults.push(Default { column: column.name.text.clone(), bind });
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
        let lacks = |default: &Default| from_select || rows.iter().any(|row| !has(row, &default.column));
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

    /// What a row of `bulk_insert` gets beside what it says: a place for each value that Python makes, which alembic's
    /// offline mode never asks for (sql/crud.py, `_append_param_insert_hasdefault`).
    pub(super) fn bulk(
        &self,
        row: &[(Name, Expression)],
        span: Span,
    ) -> Result<Vec<(Name, Expression)>, Opaque> {
        let lacking =
            self.defaults.iter().filter(|default| !row.iter().any(|(name, _)| name.text == default.column));
        let placed = |default: &Default| match &default.bind {
            Some(key) => {
                let placeholder = Placeholder::Given(key.clone());
                let untyped = SqlType { kind: SqlTypeKind::Null, span };
                let kind = ExpressionKind::Typed(PythonValue::None, untyped, placeholder);
                Ok((Name::new(default.column.clone(), span), Expression { kind, span }))
            }
            None => Err(unknown(span, "the table has columns whose values SQL makes")),
        };
        lacking.map(placed).collect()
    }

    /// Whether an update changes only what it says.
    pub(super) fn updated(&self, span: Span) -> Result<(), Opaque> {
        match self.changes_itself {
            true => Err(unknown(span, "the table has columns with `onupdate`")),
            false => Ok(()),
        }
    }
}

/// Whether the default of a column is a value or function of Python's, so that it is no SQL.
fn is_pythons_own(column: &Call) -> bool {
    let mut given = ["default", "insert_default"].into_iter().filter_map(|name| column.keyword(name));
    given.all(|value| match &value.kind {
        Kind::Function(_) => true,
        Kind::Path(path) => path.starts_with("uuid.") || path.starts_with("datetime."),
        kind => kind.is_pythons_own(),
    })
}

fn is_integer(kind: &SqlTypeKind) -> bool {
    matches!(kind, SqlTypeKind::SmallInteger | SqlTypeKind::Integer | SqlTypeKind::BigInteger)
}
