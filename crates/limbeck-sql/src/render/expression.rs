//! SQLAlchemy's expressions as SQL (sql/compiler.py, `SQLCompiler`).

use limbeck_types::{Expression, Opaque};

use super::context::{Context, unknown};

/// The expression as it stands in a statement.
pub(crate) fn expression(expression: &Expression, context: Context) -> Result<String, Opaque> {
    let _ = context;
    Err(unknown(expression.span, "the expression is not rendered yet"))
}
