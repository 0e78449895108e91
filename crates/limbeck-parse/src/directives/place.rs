//! Where a directive stands: on `op`, with its table as an argument, or in a batch block, which has the table.

use limbeck_types::{Opaque, TableName};

use crate::constructs::{Bound, name};

/// Where a directive was called.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'b> {
    /// On `op`.
    Op,
    /// In a batch block of this table.
    Batch(&'b TableName),
}

impl Place<'_> {
    /// The table of the directive: `table_name` and `schema`, or that of the block.
    pub(super) fn table(self, bound: &Bound<'_>) -> Result<TableName, Opaque> {
        match self {
            Self::Op => Ok(TableName {
                schema: bound.optional("schema", name)?,
                name: name(bound.need("table_name")?)?,
            }),
            Self::Batch(table) => Ok(table.clone()),
        }
    }
}
