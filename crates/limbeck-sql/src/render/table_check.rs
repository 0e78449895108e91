//! What SQLAlchemy refuses while a table is put together (SQLAlchemy sql/schema.py), before anything is printed.

use limbeck_types::{ConstraintKind, CreateTable, ExpressionKind, ForeignKey, Name, Opaque, Span};

use super::column;
use super::constraint::own_columns;
use super::context::{is_raised, raises};

/// Whether it is an error that comes up while the table is put together, before anything is compiled.
pub(crate) fn is_early(opaque: &Opaque) -> bool {
    let late = [
        "Can't generate DDL",
        "Identifier '",
        "Unexpected SQL phrase",
        "PostgreSQL ENUM type",
        "the type's name",
    ];
    is_raised(opaque) && !late.iter().any(|late| opaque.reason.contains(late))
}

/// What SQLAlchemy refuses while the table is put together.
pub(crate) fn check(create: &CreateTable) -> Result<(), Opaque> {
    create.columns.iter().try_for_each(column::check)?;
    let table = &create.table.name.text;
    let has = |name: &str| create.columns.iter().any(|column| column.name.text == name);
    for (index, column) in create.columns.iter().enumerate() {
        if create.columns[..index].iter().any(|before| before.name.text == column.name.text) {
            let error =
                format!("A column with name '{}' is already present in table '{table}'.", column.name.text);
            return Err(raises(column.span, error));
        }
    }
    let absent = |kind: &str, name: &Name, span: Span| {
        raises(
            span,
            format_args!(
                "Can't create {kind} on table '{table}': no column named '{}' is present.",
                name.text
            ),
        )
    };
    for constraint in &create.constraints {
        let kind = match constraint.kind {
            ConstraintKind::PrimaryKey { .. } => "PrimaryKeyConstraint",
            ConstraintKind::Unique { .. } => "UniqueConstraint",
            ConstraintKind::ForeignKey(_) => "ForeignKeyConstraint",
            ConstraintKind::Check { .. } | ConstraintKind::Exclude { .. } => continue,
        };
        let columns = own_columns(constraint, None).unwrap_or_default();
        if let Some(name) = columns.into_iter().find(|name| !has(&name.text)) {
            return Err(absent(kind, name, constraint.span));
        }
    }
    for index in &create.indexes {
        for element in &index.elements {
            if let ExpressionKind::Column { name, .. } = &element.kind
                && !has(&name.text)
            {
                return Err(absent("Index", name, index.span));
            }
        }
    }
    foreign_keys(create).try_for_each(|(key, span)| check_own_reference(create, key, span))
}

/// A foreign key to a column that the table itself does not have gets that column, which has no type.
fn check_own_reference(create: &CreateTable, key: &ForeignKey, span: Span) -> Result<(), Opaque> {
    let schema = |name: &Option<Name>| name.as_ref().map(|name| name.text.clone());
    let is_own = key.referred.name.text == create.table.name.text
        && schema(&key.referred.schema) == schema(&create.table.schema);
    let has = |name: &Name| create.columns.iter().any(|column| column.name.text == name.text);
    match key.referred_columns.iter().find(|name| is_own && !has(name)) {
        Some(name) => Err(raises(
            span,
            format_args!(
                "(in table '{}', column '{}'): Can't generate DDL for NullType()",
                create.table.name.text, name.text
            ),
        )),
        None => Ok(()),
    }
}

fn foreign_keys(create: &CreateTable) -> impl Iterator<Item = (&ForeignKey, Span)> {
    let inner = create.columns.iter().flat_map(|column| &column.constraints);
    inner.chain(&create.constraints).filter_map(|constraint| match &constraint.kind {
        ConstraintKind::ForeignKey(key) => Some((key, constraint.span)),
        _ => None,
    })
}
