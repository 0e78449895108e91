//! What a foreign key refers to: a `str` of table and column, or a column of a table of the file
//! (SQLAlchemy sql/schema.py, `ForeignKey`).

use limbeck_types::{Name, Opaque, Span, SqlType, TableName};

use super::scalar::{blame, literal, unknown};
use super::table::column_of;
use crate::follow::value::{Kind, Value};

/// A column that is referred to.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// Its table.
    pub(crate) table: TableName,
    /// The column.
    pub(crate) column: Name,
    /// Its type, where the column itself was given.
    pub(crate) type_: Option<SqlType>,
}

/// The column that a value refers to.
pub(crate) fn target(value: &Value) -> Result<Target, Opaque> {
    if let Kind::Text(_) = &value.kind {
        let text = literal(value)?;
        return of_text(&text, value.span);
    }
    match column_of(value) {
        Some(found) => {
            let (table, column, type_) = found?;
            Ok(Target { table, column, type_: Some(type_) })
        }
        None => Err(unknown(value)),
    }
}

/// `schema.table.column`: everything before the last two names is the schema.
fn of_text(text: &limbeck_types::Literal, span: Span) -> Result<Target, Opaque> {
    let value = text.value.as_str();
    let named =
        |from: usize, to: usize| Name::new(&value[from..to], text.source_span(from..to).unwrap_or(span));
    let Some(column) = value.rfind('.') else {
        return Err(blame(span, format!("no column of `{value}` is named")));
    };
    let table = value[..column].rfind('.');
    Ok(Target {
        table: TableName {
            schema: table.map(|end| named(0, end)),
            name: named(table.map_or(0, |end| end + 1), column),
        },
        column: named(column + 1, value.len()),
        type_: None,
    })
}
