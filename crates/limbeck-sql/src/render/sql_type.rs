//! Types as SQLAlchemy spells them for Postgres (sql/compiler.py, `GenericTypeCompiler`; dialects/postgresql/base.py,
//! `PGTypeCompiler`).

use limbeck_types::{Opaque, SqlType, SqlTypeKind};

use super::context::{Context, raises, unknown};

/// The type as it stands in a column's definition or a cast.
pub(crate) fn sql_type(type_: &SqlType, context: Context) -> Result<String, Opaque> {
    let _ = context;
    match &type_.kind {
        SqlTypeKind::Null => Err(raises(type_.span, "Can't generate DDL for NullType()")),
        SqlTypeKind::Opaque(opaque) => Err(opaque.clone()),
        _ => Err(unknown(type_.span, "the type is not rendered yet")),
    }
}
