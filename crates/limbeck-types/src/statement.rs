//! SQL text as limbeck reads it: statements, what kind they are, the objects that they name, and what an `ALTER TABLE` does.

use std::ops::Range;

/// One statement of a text. All ranges are bytes of that text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// From its first token to its last, without the `;`.
    pub range: Range<usize>,
    /// The title of its page in Postgres's reference, SQL Commands: `CREATE INDEX`, `ALTER TABLE`, `INSERT`. `None` where
    /// the text is no SQL, or cannot be read; then `errors` says why, and nothing else is said.
    pub kind: Option<&'static str>,
    /// The objects that it names, in the order of the text: what it creates, changes, drops, reads or writes. Not among
    /// them: names inside expressions (columns and functions), types of columns and casts, names of `WITH` queries, and
    /// whatever stands in the body of a function or `DO`.
    pub objects: Vec<Object>,
    /// What an `ALTER TABLE` does, in order; empty for other kinds.
    pub actions: Vec<TableAction>,
    /// Clauses that change what the statement means for others, in order.
    pub clauses: Vec<Clause>,
    /// What the parser says is wrong.
    pub errors: Vec<(Range<usize>, String)>,
}

/// An object that a statement names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// What it is, as far as the grammar tells.
    pub kind: ObjectKind,
    /// Its schema, as Postgres folds it.
    pub schema: Option<String>,
    /// Its name, as Postgres folds it: in small letters unless quoted, and cut after 63 bytes
    /// (Postgres parser/scansup.c, `downcase_truncate_identifier`).
    pub name: String,
    /// Where it is written, the schema included.
    pub range: Range<usize>,
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
    /// A function, procedure or aggregate.
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

/// One action of an `ALTER TABLE`; the objects and clauses that lie in its range are its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableAction {
    /// What it does.
    pub kind: TableActionKind,
    /// From its first token to its last, without the comma.
    pub range: Range<usize>,
}

/// What a [`TableAction`] does, as Postgres's page of `ALTER TABLE` lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TableActionKind {
    /// `ADD [COLUMN]`.
    AddColumn,
    /// `DROP [COLUMN]`.
    DropColumn,
    /// `RENAME [COLUMN] … TO …`.
    RenameColumn,
    /// `ALTER … TYPE …`.
    SetType,
    /// `ALTER … SET DEFAULT …`.
    SetDefault,
    /// `ALTER … DROP DEFAULT`.
    DropDefault,
    /// `ALTER … SET NOT NULL`.
    SetNotNull,
    /// `ALTER … DROP NOT NULL`.
    DropNotNull,
    /// `ALTER … SET EXPRESSION …`.
    SetExpression,
    /// `ALTER … DROP EXPRESSION`.
    DropExpression,
    /// `ALTER … ADD GENERATED … AS IDENTITY`.
    AddIdentity,
    /// `ALTER … SET GENERATED`, `RESTART` and the other options of an identity.
    SetIdentity,
    /// `ALTER … DROP IDENTITY`.
    DropIdentity,
    /// `ALTER … SET STATISTICS`, `STORAGE`, `COMPRESSION` or `(…)`, `RESET (…)`.
    SetColumnOption,
    /// `ADD CONSTRAINT`, `ADD PRIMARY KEY` and their kin.
    AddConstraint,
    /// `ALTER CONSTRAINT`.
    AlterConstraint,
    /// `VALIDATE CONSTRAINT`.
    ValidateConstraint,
    /// `DROP CONSTRAINT`.
    DropConstraint,
    /// `RENAME CONSTRAINT`.
    RenameConstraint,
    /// `ENABLE` or `DISABLE TRIGGER`.
    Trigger,
    /// `ENABLE` or `DISABLE RULE`.
    Rule,
    /// `ENABLE`, `DISABLE`, `FORCE` or `NO FORCE ROW LEVEL SECURITY`.
    RowSecurity,
    /// `CLUSTER ON`, `SET WITHOUT CLUSTER`.
    Cluster,
    /// `SET WITHOUT OIDS`.
    SetWithoutOids,
    /// `SET ACCESS METHOD`.
    SetAccessMethod,
    /// `SET TABLESPACE`.
    SetTablespace,
    /// `SET LOGGED`.
    SetLogged,
    /// `SET UNLOGGED`.
    SetUnlogged,
    /// `SET (…)`.
    SetOptions,
    /// `RESET (…)`.
    ResetOptions,
    /// `INHERIT`.
    Inherit,
    /// `NO INHERIT`.
    NoInherit,
    /// `OF`, `NOT OF`.
    Of,
    /// `OWNER TO`.
    Owner,
    /// `REPLICA IDENTITY`.
    ReplicaIdentity,
    /// `RENAME TO`.
    Rename,
    /// `SET SCHEMA`.
    SetSchema,
    /// `ATTACH PARTITION`.
    AttachPartition,
    /// `DETACH PARTITION`.
    DetachPartition,
    /// What Postgres 17 does not have.
    Other,
}

/// A clause of a statement, or of one of its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// What it says.
    pub kind: ClauseKind,
    /// The whole clause.
    pub range: Range<usize>,
}

/// What a [`Clause`] says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClauseKind {
    /// `IF EXISTS`.
    IfExists,
    /// `IF NOT EXISTS`.
    IfNotExists,
    /// `OR REPLACE`.
    OrReplace,
    /// `CONCURRENTLY`, also as an option of `REINDEX` and of `DETACH PARTITION`.
    Concurrently,
    /// `CASCADE`.
    Cascade,
    /// `NOT VALID`.
    NotValid,
    /// The type of a column, at its definition or at `ALTER … TYPE`.
    ColumnType,
    /// `USING …` at `ALTER … TYPE`.
    UsingExpression,
    /// `NOT NULL` of a column or table.
    NotNull,
    /// `DEFAULT …` of a column.
    Default,
    /// `GENERATED … AS (…)` of a column.
    Generated,
    /// `GENERATED … AS IDENTITY` of a column.
    Identity,
    /// `CHECK (…)`, with its name.
    Check,
    /// `UNIQUE …`, with its name.
    Unique,
    /// `PRIMARY KEY …`, with its name.
    PrimaryKey,
    /// `FOREIGN KEY …`, or `REFERENCES …` of a column, with its name.
    ForeignKey,
    /// `EXCLUDE …`, with its name.
    Exclude,
    /// `USING INDEX …` of a constraint.
    UsingIndex,
    /// `WHERE …`, of the statement itself or of a query in it.
    Where,
    /// `WITH NO DATA`.
    WithNoData,
}
