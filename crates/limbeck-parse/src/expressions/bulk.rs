//! `op.bulk_insert` (alembic ddl/impl.py, `bulk_insert`).

use limbeck_types::{BulkInsert, Expression, ExpressionKind, FromItem, Opaque, SqlTypeKind};

use super::change::{Change, ChangeKind};
use super::element::Role;
use super::python;
use super::read::element;
use super::source::source;
use super::typing::{raises, unknown};
use super::whole;
use crate::constructs;
use crate::follow::value::{Kind, Value};

/// `op.bulk_insert(table, rows)`.
pub(super) fn bulk_insert(table: &Value, rows: &Value) -> Result<BulkInsert, Opaque> {
    let Some(found) = source(table)? else { return Err(constructs::unknown(table)) };
    let FromItem::Table(name, None) = &found.from else { return Err(constructs::unknown(table)) };
    let Kind::List(_) = &rows.kind else {
        return Err(match rows.kind {
            Kind::Tuple(_) | Kind::Dict(_) | Kind::Set(_) => raises(rows.span, "TypeError: List expected"),
            _ => constructs::unknown(rows),
        });
    };
    let name = name.clone();
    let columns = found.columns.iter().map(|(_, name, type_)| (name.clone(), type_.clone())).collect();
    let whole = whole::read(table)?;
    let change = Change::new(ChangeKind::Insert, found, whole, false);
    let mut read = Vec::new();
    for row in constructs::items(rows)? {
        let Kind::Dict(_) = row.kind else { return Err(constructs::unknown(&row)) };
        let mut values = Vec::new();
        for (key, value) in constructs::entries(&row)? {
            let expression = match (python::is_python(&value), inlined(&value)) {
                (true, _) => Expression {
                    kind: ExpressionKind::Value(python::python_value(&value)?),
                    span: value.span,
                },
                // `inline_literal` has a type of its own.
                (false, true) => element(&value)?.expression,
                (false, false) => {
                    let known = element(&value)?;
                    let uuid = matches!(type_of(&change, &key), Some(SqlTypeKind::Uuid { .. }));
                    return Err(match uuid || known.role == Role::Bind {
                        true => unknown(value.span, "it is a construct that alembic takes for a value"),
                        false => raises(
                            value.span,
                            "CompileError: Could not render literal value: it is no plain value",
                        ),
                    });
                }
            };
            values.push((change.name(&key, value.span), expression));
        }
        if let Some(whole) = &change.whole {
            values.extend(whole.bulk(&values, row.span)?);
        }
        read.push(values);
    }
    Ok(BulkInsert { table: name, columns, rows: read, multiinsert: true })
}

fn type_of<'c>(change: &'c Change<'_>, key: &str) -> Option<&'c SqlTypeKind> {
    change.table.columns.iter().find(|(known, ..)| known == key).map(|(.., type_)| &type_.kind)
}

fn inlined(value: &Value) -> bool {
    let Kind::Call(call) = &value.kind else { return false };
    constructs::dotted(&call.callee).is_some_and(|path| path == "alembic.op.inline_literal")
}
