//! SQL text as limbeck reads it: statements, what kind they are, and the objects that they name.

/// One statement of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Bytes of the text, without the `;` and the white space around it.
    pub range: std::ops::Range<usize>,
    /// What it is, in words of SQL: `CREATE INDEX`, `ALTER TABLE`, `INSERT`; `None` where the text is no SQL.
    pub kind: Option<&'static str>,
    /// The objects that it creates, changes, drops, reads or writes, in order.
    pub objects: Vec<Object>,
    /// What the parser says is wrong, with the bytes of the text.
    pub errors: Vec<(std::ops::Range<usize>, String)>,
}

/// An object that a statement names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// What it is.
    pub kind: ObjectKind,
    /// Its schema, as Postgres folds it.
    pub schema: Option<String>,
    /// Its name, as Postgres folds it.
    pub name: String,
    /// Bytes of the text, the schema included.
    pub range: std::ops::Range<usize>,
}

/// What an [`Object`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ObjectKind {
    /// A table, or whatever stands where one can: a view, a foreign table.
    Table,
    /// A column.
    Column,
    /// An index.
    Index,
    /// A constraint.
    Constraint,
    /// A sequence.
    Sequence,
    /// A view or materialized view.
    View,
    /// A type or domain.
    Type,
    /// A function or procedure.
    Function,
    /// A trigger.
    Trigger,
    /// A schema.
    Schema,
    /// An extension.
    Extension,
    /// A role.
    Role,
    /// Anything else that has a name.
    Other,
}
