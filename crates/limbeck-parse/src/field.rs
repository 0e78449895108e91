//! Header fields from values, as alembic coerces them (`util.to_tuple`): `None` and an empty collection are empty, a string
//! is one element, a collection is its elements.

use limbeck_types::{Field, Opaque, RevisionId, Spanned};

use crate::value::{Kind, Value};

/// `revision`: one string.
pub(crate) fn one(value: &Value) -> Field<RevisionId> {
    match &value.kind {
        Kind::Text(text) => Field::Known(Spanned { value: text.as_str().into(), span: value.span }),
        _ => Field::opaque(value.not_text()),
    }
}

/// `down_revision`, `branch_labels`, `depends_on`: any number of strings.
pub(crate) fn many<T, L: FromIterator<Spanned<T>>>(value: &Value, make: impl Fn(&str) -> T) -> Field<L> {
    let items = match &value.kind {
        Kind::None => &[],
        Kind::Text(_) => std::slice::from_ref(value),
        Kind::Many(many) => many.items.as_slice(),
        _ => return Field::opaque(value.not_text()),
    };
    // alembic takes a collection of one for its element, and `None` for none.
    let items = match items {
        [Value { kind: Kind::None, .. }] => &[],
        items => items,
    };
    let element = |item: &Value| -> Result<Spanned<T>, Opaque> {
        match &item.kind {
            Kind::Text(text) => Ok(Spanned { value: make(text), span: item.span }),
            _ => Err(item.not_text()),
        }
    };
    match items.iter().map(element).collect() {
        Ok(value_of_all) => Field::Known(Spanned { value: value_of_all, span: value.span }),
        Err(opaque) => Field::opaque(opaque),
    }
}
