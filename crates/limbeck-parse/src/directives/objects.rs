//! Objects that make or drop themselves through the bind: `enum.create(bind)`, `table.drop(bind)`, `index.create(bind)`,
//! `metadata.create_all(bind)`. In offline mode nothing is looked up, so that `checkfirst` is always as if false
//! (SQLAlchemy engine/mock.py).

use limbeck_types::{Opaque, Operation, SqlStatement, SqlTypeKind, TableName};

use super::executed::executed;
use crate::constructs::{
    blame, column_of, enum_type, index, index_call, is_call_of, sequence, sql_type, table_create, table_name,
    unknown,
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
            vec![executed(statement, None, false, false)]
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

/// An index of a table of the file.
fn of_index(call: &Call, made: &Call, creates: bool) -> Result<Operation, Opaque> {
    let index = index(made)?;
    let table: TableName = made
        .positional
        .iter()
        .find_map(column_of)
        .ok_or_else(|| blame(call.span, "which table the index is of is not known"))?
        .map(|(table, _, _)| table)?;
    if creates {
        return Ok(Operation::CreateIndex { table, index, if_not_exists: false });
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
