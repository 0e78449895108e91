//! The primary key of a table: its columns, its constraint, and the column that counts up (SQLAlchemy sql/schema.py,
//! `PrimaryKeyConstraint`).

use limbeck_types::{Column, Constraint, ConstraintKind, CreateTable, Name, Opaque};

use super::column::autoincrement_column;

/// The primary key of a table.
pub(crate) struct PrimaryKey<'a> {
    /// Its columns, in the key's order.
    pub(crate) columns: Vec<&'a Name>,
    /// The constraint, where one is written.
    pub(crate) constraint: Option<&'a Constraint>,
}

/// The last constraint wins over the flags of columns; an empty one takes them on.
pub(crate) fn primary_key(create: &CreateTable) -> PrimaryKey<'_> {
    let flagged: Vec<&Name> =
        create.columns.iter().filter(|column| column.primary_key).map(|column| &column.name).collect();
    let written = create.constraints.iter().rev().find_map(|constraint| match &constraint.kind {
        ConstraintKind::PrimaryKey { columns } => Some((constraint, columns)),
        _ => None,
    });
    match written {
        Some((constraint, columns)) if !columns.is_empty() => {
            PrimaryKey { columns: columns.iter().collect(), constraint: Some(constraint) }
        }
        Some((constraint, _)) => PrimaryKey { columns: flagged, constraint: Some(constraint) },
        None => PrimaryKey { columns: flagged, constraint: None },
    }
}

/// The primary key as a constraint, as a naming convention sees it.
pub(crate) fn key_constraint(create: &CreateTable, key: &PrimaryKey<'_>) -> Constraint {
    let columns: Vec<Name> = key.columns.iter().map(|name| (*name).clone()).collect();
    if let Some(written) = key.constraint {
        return Constraint { kind: ConstraintKind::PrimaryKey { columns }, ..written.clone() };
    }
    let first = create.columns.iter().find(|column| column.primary_key);
    Constraint {
        name: None,
        kind: ConstraintKind::PrimaryKey { columns },
        span: first.map(|column| column.span).unwrap_or_default(),
        deferrable: None,
        initially: None,
        comment: None,
        options: Vec::new(),
    }
}

/// The primary key as it is rendered: one that is made of flags has the column that counts up first.
pub(crate) fn counted_first(
    create: &CreateTable,
    key: &PrimaryKey<'_>,
    mut constraint: Constraint,
) -> Result<Constraint, Opaque> {
    let flagged: Vec<&Column> = create.columns.iter().filter(|column| column.primary_key).collect();
    if let ConstraintKind::PrimaryKey { columns } = &mut constraint.kind
        && key.constraint.is_none()
        && let Some(counted) = autoincrement_column(&flagged, |column| refers(create, column))?
    {
        let counted = columns.remove(counted);
        columns.insert(0, counted);
    }
    Ok(constraint)
}

/// Whether a foreign key of the table starts at the column.
pub(crate) fn refers(create: &CreateTable, column: &Column) -> bool {
    let inside = column.constraints.iter().any(|inner| matches!(inner.kind, ConstraintKind::ForeignKey(_)));
    let beside = create.constraints.iter().any(|constraint| match &constraint.kind {
        ConstraintKind::ForeignKey(key) => key.columns.iter().any(|name| name.text == column.name.text),
        _ => false,
    });
    inside || beside
}
