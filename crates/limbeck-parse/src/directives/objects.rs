//! Objects that make or drop themselves through the bind: `enum.create(bind)`, `table.drop(bind)`, `index.create(bind)`,
//! `metadata.create_all(bind)`. In offline mode nothing is looked up, so that `checkfirst` is always as if false
//! (SQLAlchemy engine/mock.py).

use limbeck_types::{Opaque, Operation, SqlStatement, SqlTypeKind, TableName};

use super::executed::executed;
use crate::constructs::{
    blame, column_of, convention, enum_type, index, index_call, is_call_of, sequence, sql_type, table_create,
    table_name, unknown,
};
use crate::follow::value::{Call, Kind, Value};

/// What a method of an object does; nothing where it is no such object or method.
pub(super) fn operation(call: &Call, owner: &Value, method: &str) -> Option<Result<Vec<Operation>, Opaque>> {
    match method {
        "create" | "drop" => made(call, owner, method == "create"),
        "create_all" | "drop_all" | "reflect" if is_metadata(owner) => {
            Some(Err(blame(call.span, format!("which tables `{method}` is about depends on the metadata"))))
        }
        _ => None,
    }
}

/// Whether a value is a `MetaData`, or an attribute that is called so.
fn is_metadata(value: &Value) -> bool {
    match &value.kind {
        Kind::Attribute(attribute) => attribute.1 == "metadata",
        Kind::Path(path) => path.ends_with(".metadata") || path.ends_with(".target_metadata"),
        _ => is_call_of(value, &["MetaData"]),
    }
}

/// `create` and `drop`.
fn made(call: &Call, owner: &Value, creates: bool) -> Option<Result<Vec<Operation>, Opaque>> {
    let Kind::Call(made) = &owner.kind else { return None };
    if is_call_of(owner, &["Table"]) {
        return Some(if creates {
            table_create(made).map(|table| vec![Operation::CreateTable(Box::new(table))])
        } else {
            table_name(made).map(|table| vec![Operation::DropTable { table, if_exists: false }])
        });
    }
    if is_call_of(owner, &["Sequence"]) {
        return Some(sequence(made).map(|sequence| {
            let statement = if creates {
                SqlStatement::CreateSequence(sequence, false)
            } else {
                SqlStatement::DropSequence(sequence, false)
            };
            vec![executed(statement, Vec::new(), false, false)]
        }));
    }
    if index_call(owner).is_some() {
        return Some(of_index(call, made, creates).map(|operation| vec![operation]));
    }
    if let Some(type_) = enum_type(owner) {
        return Some(type_.map(|type_| {
            // A type that is no type of Postgres's makes nothing.
            if !type_.native {
                return Vec::new();
            }
            vec![if creates { Operation::CreateEnum(type_) } else { Operation::DropEnum(type_) }]
        }));
    }
    match sql_type(owner).kind {
        SqlTypeKind::Domain(_) => Some(Err(blame(call.span, "a domain made by itself is not rendered"))),
        _ => None,
    }
}

/// The naming convention of the table of `table.c.x`.
fn table_convention(column: &Value) -> Result<Vec<(String, String)>, Opaque> {
    let collection = match &column.kind {
        Kind::Attribute(parts) => &parts.0,
        Kind::Item(parts) => &parts.0,
        _ => return Ok(Vec::new()),
    };
    let Kind::Attribute(of_table) = &collection.kind else { return Ok(Vec::new()) };
    match &of_table.0.kind {
        Kind::Call(table) if is_call_of(&of_table.0, &["Table"]) => {
            table.argument(1, "metadata").map_or(Ok(Vec::new()), convention)
        }
        _ => Ok(Vec::new()),
    }
}

/// An index of a table of the file.
fn of_index(call: &Call, made: &Call, creates: bool) -> Result<Operation, Opaque> {
    let index = index(made)?;
    let column = made.positional.iter().find(|value| column_of(value).is_some());
    let (Some(column), Some(of)) = (column, column.and_then(column_of)) else {
        return Err(blame(call.span, "which table the index is of is not known"));
    };
    let (table, ..): (TableName, _, _) = of?;
    if creates {
        let convention = table_convention(column)?;
        return Ok(executed(SqlStatement::CreateIndex(table, index, convention), Vec::new(), false, false));
    }
    let Some(name) = index.name else { return Err(unknown(&made.callee)) };
    let name = Some(name);
    let concurrently = index.options.iter().any(|(option, _)| option == "concurrently");
    if concurrently {
        return Err(blame(call.span, "an index that drops itself concurrently is not rendered"));
    }
    Ok(Operation::DropIndex {
        name,
        table: Some(table.name),
        schema: table.schema,
        if_exists: false,
        concurrently: false,
    })
}
