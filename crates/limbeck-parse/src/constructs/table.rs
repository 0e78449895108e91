//! Tables that the file itself describes: `sa.table(…)`, `sa.Table(…)`, what `op.create_table` returned; and their columns
//! `table.c.x`.

use limbeck_types::{Name, Opaque, SqlType, SqlTypeKind, TableName};

use super::column::{column, column_call, key};
use super::scalar::{blame, name, optional, raises, text, truth, unknown};
use super::signature::bind;
use super::{symbol, types};
use crate::follow::value::{Call, Kind, Value};

/// A table and the columns that statements can name.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    /// Its name.
    pub(crate) name: TableName,
    /// Its columns, in order.
    pub(crate) columns: Vec<TableColumn>,
}

/// A column of a [`Table`].
#[derive(Debug, Clone)]
pub(crate) struct TableColumn {
    /// What Python calls it: `table.c.<key>`.
    pub(crate) key: String,
    /// What the database calls it.
    pub(crate) name: Name,
    /// Its type.
    pub(crate) type_: SqlType,
}

impl Table {
    /// The column that Python calls `key`.
    pub(crate) fn column(&self, key: &str) -> Option<&TableColumn> {
        self.columns.iter().find(|column| column.key == key)
    }
}

/// The table that a value is; nothing where it is something else. What of it is not known is the error.
pub(crate) fn table(value: &Value) -> Option<Result<Table, Opaque>> {
    match &value.kind {
        Kind::Call(call) => {
            if symbol::dotted(&call.callee).is_some_and(|path| path == "alembic.op.create_table") {
                return Some(created(call));
            }
            let (_, construct) = symbol::of_value(value)?;
            match construct.as_str() {
                "table" => Some(lightweight(call)),
                "Table" => Some(whole(call)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// `sa.table("t", sa.column("a", type), schema=…)`.
fn lightweight(call: &Call) -> Result<Table, Opaque> {
    let bound = bind(call, "table(name, *columns, schema=)")?;
    let table = TableName { schema: bound.optional("schema", name)?, name: name(bound.need("name")?)? };
    let columns = bound.rest.iter().map(|value| light_column(value)).collect::<Result<_, _>>()?;
    Ok(Table { name: table, columns })
}

/// `sa.column("a", type)`, or a whole `Column`.
fn light_column(value: &Value) -> Result<TableColumn, Opaque> {
    if column_call(value).is_some() {
        return table_column(value);
    }
    let Kind::Call(call) = &value.kind else { return Err(unknown(value)) };
    if !symbol::is_call_of(value, &["column", "literal_column"]) {
        return Err(unknown(value));
    }
    let bound = bind(call, "column(text, type_=, is_literal=, _selectable=)")?;
    let name = name(bound.need("text")?)?;
    let type_ = bound.get("type_").map_or_else(|| types::no_type(value.span), types::value_type);
    Ok(TableColumn { key: name.text.clone(), name, type_ })
}

fn table_column(value: &Value) -> Result<TableColumn, Opaque> {
    let column = column(value)?;
    let key = key(value)?.unwrap_or_else(|| column.name.text.clone());
    // The type again, as values meet it.
    let given = column_call(value).into_iter().flat_map(|call| {
        call.positional
            .iter()
            .take(2)
            .chain(call.keyword("type_"))
            .filter(|argument| types::is_type(argument))
    });
    let type_ = match given.map(types::value_type).next() {
        Some(type_) if matches!(type_.kind, SqlTypeKind::Opaque(_)) => type_,
        _ => column.type_,
    };
    Ok(TableColumn { key, name: column.name, type_ })
}

/// `op.create_table("t", …, schema=…)`, as what it returns.
fn created(call: &Call) -> Result<Table, Opaque> {
    let bound = bind(call, "create_table(self, table_name, *columns, schema=, **kw)")?;
    let table = TableName { schema: bound.optional("schema", name)?, name: name(bound.need("table_name")?)? };
    Ok(Table { name: table, columns: columns(&bound.rest)? })
}

/// `sa.Table("t", metadata, …, schema=…)`.
fn whole(call: &Call) -> Result<Table, Opaque> {
    let bound = bind(call, "Table(name, metadata, *args, schema=, autoload_with=, **kw)")?;
    if let Some(bind) = bound.get("autoload_with").filter(|value| !matches!(value.kind, Kind::None)) {
        return Err(blame(bind.span, "its columns are read from the database, which offline mode cannot"));
    }
    Ok(Table { name: table_name(call)?, columns: columns(&bound.rest)? })
}

/// The name of a `sa.Table`, with the schema of its own or of its `MetaData`.
pub(crate) fn table_name(call: &Call) -> Result<TableName, Opaque> {
    let bound = bind(call, "Table(name, metadata, *args, schema=, quote=, quote_schema=, **kw)")?;
    let given = name(bound.need("name")?)?;
    let quote = bound.optional("quote", truth)?;
    let schema = match bound.get("schema") {
        Some(value) => optional(Some(value), name)?,
        None => metadata_schema(bound.need("metadata")?)?,
    };
    Ok(TableName { schema, name: Name { quote: quote.or(given.quote), ..given } })
}

/// `schema` of a `MetaData` of the file; none of one that is not known, because nothing says that it has one.
fn metadata_schema(value: &Value) -> Result<Option<Name>, Opaque> {
    match &value.kind {
        Kind::Call(call) if symbol::is_call_of(value, &["MetaData"]) => {
            let bound = bind(call, "MetaData(schema=, quote_schema=, naming_convention=, info=)")?;
            bound.optional("schema", name)
        }
        Kind::Opaque(opaque) => Err(Opaque::clone(opaque)),
        _ => Err(blame(value.span, "the schema of its metadata is not known")),
    }
}

/// The columns among the items of a table.
fn columns(items: &[&Value]) -> Result<Vec<TableColumn>, Opaque> {
    let mut columns: Vec<TableColumn> = Vec::new();
    for item in items {
        match &item.kind {
            Kind::Opaque(opaque) => return Err(Opaque::clone(opaque)),
            _ if column_call(item).is_some() => {
                let column = table_column(item)?;
                if columns.iter().any(|other| other.key == column.key) {
                    let error = format!(
                        "DuplicateColumnError: A column with name '{}' is already present in the table.",
                        column.key
                    );
                    return Err(raises(item.span, error));
                }
                columns.push(column);
            }
            _ => {}
        }
    }
    Ok(columns)
}

/// The table, name and type of `table.c.x`, `table.c["x"]` and `table.columns.x`; nothing where a value is no such thing.
pub(crate) fn column_of(value: &Value) -> Option<Result<(TableName, Name, SqlType), Opaque>> {
    let collection = match &value.kind {
        Kind::Attribute(attribute) => &attribute.0,
        Kind::Item(item) => &item.0,
        _ => return None,
    };
    let Kind::Attribute(of_table) = &collection.kind else { return None };
    if !matches!(of_table.1.as_str(), "c" | "columns") {
        return None;
    }
    let key = match &value.kind {
        Kind::Item(item) => match text(&item.1) {
            Ok(key) => key,
            Err(opaque) => return Some(Err(opaque)),
        },
        Kind::Attribute(attribute) => attribute.1.to_string(),
        _ => return None,
    };
    let table = match table(&of_table.0)? {
        Ok(table) => table,
        Err(opaque) => return Some(Err(opaque)),
    };
    let Some(column) = table.column(&key) else {
        return Some(Err(raises(value.span, format_args!("AttributeError: {key}"))));
    };
    let (name, type_) = (Name { span: value.span, ..column.name.clone() }, column.type_.clone());
    Some(Ok((table.name, name, type_)))
}

/// The name of a column that a constraint takes: a `str`, `sa.column(…)`, a `Column`, `table.c.x`.
pub(crate) fn column_name(value: &Value) -> Result<Name, Opaque> {
    if let Some(found) = column_of(value) {
        return found.map(|(_, name, _)| name);
    }
    match &value.kind {
        Kind::Call(_) if symbol::is_call_of(value, &["column"]) => {
            light_column(value).map(|column| column.name)
        }
        Kind::Call(_) if column_call(value).is_some() => column(value).map(|column| column.name),
        _ => name(value),
    }
}
