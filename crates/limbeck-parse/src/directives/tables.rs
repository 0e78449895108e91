//! Directives about a whole table: `create_table`, `drop_table`, `rename_table`, their comments, `bulk_insert`
//! (alembic operations/ops.py).

use limbeck_types::{BulkInsert, Name, Opaque, Operation, TableName};

use super::place::Place;
use crate::constructs::{
    Target, bind, create_table as created, flag, name, postgresql_options, raises, text, truth,
};
use crate::follow::value::{Call, Kind};

pub(super) fn create_table(call: &Call) -> Result<Operation, Opaque> {
    created(call).map(|table| Operation::CreateTable(Box::new(table)))
}

pub(super) fn drop_table(call: &Call) -> Result<Operation, Opaque> {
    let bound = bind(
        call,
        "drop_table(self, table_name, *, schema=, if_exists=, comment=, info=, prefixes=, quote=, quote_schema=, \
         keep_existing=, extend_existing=, implicit_returning=, listeners=, **kw)",
    )?;
    postgresql_options(&bound.others, Target::Table)?;
    let quote = bound.optional("quote", truth)?;
    let table = Place::Op.table(&bound)?;
    Ok(Operation::DropTable {
        table: TableName { name: Name { quote: quote.or(table.name.quote), ..table.name }, ..table },
        if_exists: flag(bound.get("if_exists"), false)?,
    })
}

pub(super) fn rename_table(call: &Call) -> Result<Operation, Opaque> {
    let bound = bind(call, "rename_table(self, old_table_name, new_table_name, *, schema=)")?;
    Ok(Operation::RenameTable {
        table: TableName {
            schema: bound.optional("schema", name)?,
            name: name(bound.need("old_table_name")?)?,
        },
        new_name: name(bound.need("new_table_name")?)?,
    })
}

pub(super) fn create_comment(call: &Call, place: Place<'_>) -> Result<Operation, Opaque> {
    let bound = bind(
        call,
        match place {
            Place::Op => "create_table_comment(self, table_name, comment, *, existing_comment=, schema=)",
            Place::Batch(_) => "create_table_comment(self, comment, *, existing_comment=)",
        },
    )?;
    bound.need("comment")?;
    Ok(Operation::TableComment { table: place.table(&bound)?, comment: bound.optional("comment", text)? })
}

pub(super) fn drop_comment(call: &Call, place: Place<'_>) -> Result<Operation, Opaque> {
    let bound = bind(
        call,
        match place {
            Place::Op => "drop_table_comment(self, table_name, *, existing_comment=, schema=)",
            Place::Batch(_) => "drop_table_comment(self, *, existing_comment=)",
        },
    )?;
    Ok(Operation::TableComment { table: place.table(&bound)?, comment: None })
}

pub(super) fn bulk_insert(call: &Call) -> Result<Operation, Opaque> {
    let bound = bind(call, "bulk_insert(self, table, rows, *, multiinsert=)")?;
    let rows = bound.need("rows")?;
    if matches!(rows.kind, Kind::Tuple(_) | Kind::Text(_) | Kind::Dict(_) | Kind::None | Kind::Set(_)) {
        return Err(raises(rows.span, "TypeError: List expected"));
    }
    let insert = crate::expressions::bulk_insert(bound.need("table")?, rows)?;
    let multiinsert = flag(bound.get("multiinsert"), true)?;
    Ok(Operation::BulkInsert(Box::new(BulkInsert { multiinsert, ..insert })))
}
