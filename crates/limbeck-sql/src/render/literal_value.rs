//! Values as SQL literals, by their type (SQLAlchemy sql/sqltypes.py, `literal_processor`).

use super::context::Context;

/// Text as a literal: `'it''s'`.
pub(crate) fn text(text: &str, context: Context) -> String {
    format!("'{}'", context.percents(&text.replace('\'', "''")))
}
