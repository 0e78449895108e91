//! `create_index` and `drop_index` (alembic operations/ops.py, schemaobj.py).

use limbeck_types::{Expression, ExpressionKind, Name, Opaque, Operation};

use super::columns::no_schema;
use super::place::Place;
use crate::constructs::{
    Target, bind, flag, index_element, items, name, named_index, optional, postgresql_options, raises, truth,
};
use crate::follow::value::Call;

pub(super) fn create_index(call: &Call, place: Place<'_>) -> Result<Operation, Opaque> {
    let bound = bind(
        call,
        match place {
            Place::Op => {
                "create_index(self, index_name, table_name, columns, *, schema=, unique=, if_not_exists=, quote=, \
                 info=, **kw)"
            }
            Place::Batch(_) => {
                "create_index(self, index_name, columns, *, unique=, if_not_exists=, quote=, info=, **kw)"
            }
        },
    )?;
    no_schema(&bound.others, "CreateIndexOp")?;
    let index_name = optional(Some(bound.need("index_name")?), name)?;
    let elements: Vec<_> = items(bound.need("columns")?)?.iter().map(index_element).collect();
    no_duplicates(&elements)?;
    Ok(Operation::CreateIndex {
        table: place.table(&bound)?,
        index: named_index(&bound, index_name, elements)?,
        if_not_exists: flag(bound.get("if_not_exists"), false)?,
    })
}

/// alembic makes a table of the columns, which takes each name once.
fn no_duplicates(elements: &[Expression]) -> Result<(), Opaque> {
    let mut names: Vec<&str> = Vec::new();
    for element in elements {
        let ExpressionKind::Column { name, .. } = &element.kind else { continue };
        if names.contains(&name.text.as_str()) {
            let error =
                format!("DuplicateColumnError: A column with name '{}' is already present.", name.text);
            return Err(raises(name.span, error));
        }
        names.push(&name.text);
    }
    Ok(())
}

pub(super) fn drop_index(call: &Call, place: Place<'_>) -> Result<Operation, Opaque> {
    let bound = bind(
        call,
        match place {
            Place::Op => {
                "drop_index(self, index_name, table_name=, *, schema=, if_exists=, unique=, quote=, info=, \
                 postgresql_concurrently=, **kw)"
            }
            Place::Batch(_) => {
                "drop_index(self, index_name, *, if_exists=, unique=, quote=, info=, postgresql_concurrently=, **kw)"
            }
        },
    )?;
    no_schema(&bound.others, "DropIndexOp")?;
    postgresql_options(&bound.others, Target::Index)?;
    let quote = bound.optional("quote", truth)?;
    let index = optional(Some(bound.need("index_name")?), name)?;
    let (table, schema) = match place {
        Place::Op => (bound.optional("table_name", name)?, bound.optional("schema", name)?),
        Place::Batch(table) => (Some(table.name.clone()), table.schema.clone()),
    };
    Ok(Operation::DropIndex {
        name: index.map(|index| Name { quote: quote.or(index.quote), ..index }),
        table,
        schema,
        if_exists: flag(bound.get("if_exists"), false)?,
        concurrently: flag(bound.get("postgresql_concurrently"), false)?,
    })
}
