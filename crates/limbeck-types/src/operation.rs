//! alembic's directives, each with what it was given (alembic operations/ops.py), as SQLAlchemy on Postgres understands it.

use crate::{
    Column, Constraint, EnumType, Expression, Index, Literal, Name, Span, SqlStatement, SqlType, TableName,
};

/// A directive of `op`, of a batch block, or something executed through the bind.
#[derive(Debug, Clone, PartialEq)]
pub enum Operation {
    /// `op.create_table`, `table.create(bind)`.
    CreateTable(Box<CreateTable>),
    /// `op.drop_table`, `table.drop(bind)`.
    DropTable {
        /// Which.
        table: TableName,
        /// `if_exists`.
        if_exists: bool,
    },
    /// `op.rename_table`.
    RenameTable {
        /// The old name.
        table: TableName,
        /// The new name.
        new_name: Name,
    },
    /// `op.add_column`.
    AddColumn(Box<AddColumn>),
    /// `op.drop_column`.
    DropColumn {
        /// The table.
        table: TableName,
        /// The column.
        column: Name,
        /// `if_exists`.
        if_exists: bool,
    },
    /// `op.alter_column`.
    AlterColumn(Box<AlterColumn>),
    /// `op.create_index`, `index.create(bind)`.
    CreateIndex {
        /// The table.
        table: TableName,
        /// The index.
        index: Index,
        /// `if_not_exists`.
        if_not_exists: bool,
    },
    /// `op.drop_index`.
    DropIndex {
        /// The index, which Postgres finds by its schema and name; `None` needs a naming convention.
        name: Option<Name>,
        /// The table, where it was said.
        table: Option<Name>,
        /// `schema`.
        schema: Option<Name>,
        /// `if_exists`.
        if_exists: bool,
        /// `postgresql_concurrently`.
        concurrently: bool,
    },
    /// `op.create_unique_constraint`, `op.create_foreign_key`, `op.create_check_constraint`, `op.create_primary_key`,
    /// `op.create_exclude_constraint`.
    AddConstraint {
        /// The table.
        table: TableName,
        /// The constraint.
        constraint: Box<Constraint>,
    },
    /// `op.drop_constraint`.
    DropConstraint {
        /// The table.
        table: TableName,
        /// The constraint's name; alembic raises where it is `None` and no naming convention gives one.
        name: Option<Name>,
        /// `type_`: `foreignkey`, `primary`, `unique`, `check`.
        kind: Option<String>,
        /// `if_exists`.
        if_exists: bool,
    },
    /// `op.create_table_comment`, and `op.drop_table_comment` with `None`.
    TableComment {
        /// The table.
        table: TableName,
        /// The text; `None` takes it away.
        comment: Option<String>,
    },
    /// `op.bulk_insert`.
    BulkInsert(Box<BulkInsert>),
    /// `op.execute`, and `execute`, `scalar` and their kin of the bind or of a session on it.
    Execute(Box<Execute>),
    /// `enum.create(bind)`: always said in offline mode, whatever `checkfirst` is.
    CreateEnum(EnumType),
    /// `enum.drop(bind)`.
    DropEnum(EnumType),
}

/// `op.create_table`.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateTable {
    /// Its name.
    pub table: TableName,
    /// Columns, in order.
    pub columns: Vec<Column>,
    /// The constraints that are written beside the columns, in order.
    pub constraints: Vec<Constraint>,
    /// `sa.Index` among the arguments.
    pub indexes: Vec<Index>,
    /// `if_not_exists`.
    pub if_not_exists: bool,
    /// `comment`.
    pub comment: Option<String>,
    /// `prefixes`: `["UNLOGGED"]`.
    pub prefixes: Vec<String>,
    /// `postgresql_*`, by the name without the prefix, in the order written.
    pub options: Vec<(String, Expression)>,
    /// Whether it is `op.create_table`: of the types of one run it makes each once, while `table.create(bind)` makes all
    /// that it has, and its sequences.
    pub through_op: bool,
}

/// `op.add_column`.
#[derive(Debug, Clone, PartialEq)]
pub struct AddColumn {
    /// The table.
    pub table: TableName,
    /// The column with its constraints.
    pub column: Column,
    /// `if_not_exists`.
    pub if_not_exists: bool,
    /// `inline_references`: the foreign key stands in the column's own definition.
    pub inline_references: bool,
    /// `inline_primary_key`.
    pub inline_primary_key: bool,
}

/// `op.alter_column`. Where an attribute is `None`, it is not changed.
#[derive(Debug, Clone, PartialEq)]
pub struct AlterColumn {
    /// The table.
    pub table: TableName,
    /// The column's name until now.
    pub column: Name,
    /// `nullable`.
    pub nullable: Option<bool>,
    /// `comment`; `Some(None)` takes it away.
    pub comment: Option<Option<String>>,
    /// `server_default`.
    pub server_default: Option<ServerDefaultChange>,
    /// `new_column_name`.
    pub new_name: Option<Name>,
    /// `type_`.
    pub type_: Option<SqlType>,
    /// `postgresql_using`.
    pub using: Option<Literal>,
    /// `autoincrement`.
    pub autoincrement: Option<bool>,
    /// `existing_type`.
    pub existing_type: Option<SqlType>,
    /// `existing_nullable`.
    pub existing_nullable: Option<bool>,
    /// `existing_server_default`.
    pub existing_server_default: Option<ServerDefaultChange>,
    /// `existing_comment`.
    pub existing_comment: Option<String>,
}

/// A server default that is set or taken away.
#[derive(Debug, Clone, PartialEq)]
pub enum ServerDefaultChange {
    /// `None`.
    Drop,
    /// Anything else.
    Set(Box<crate::ServerDefault>),
}

/// `op.bulk_insert`.
#[derive(Debug, Clone, PartialEq)]
pub struct BulkInsert {
    /// The table.
    pub table: TableName,
    /// Its columns with their types, in order, as `sa.table` or `create_table` said.
    pub columns: Vec<(Name, SqlType)>,
    /// The rows: column and value, in the order written.
    pub rows: Vec<Vec<(Name, Expression)>>,
    /// `multiinsert`.
    pub multiinsert: bool,
}

/// Something executed.
#[derive(Debug, Clone, PartialEq)]
pub struct Execute {
    /// What.
    pub statement: SqlStatement,
    /// Parameters that were passed beside it: the argument, where it is not surely empty.
    pub parameters: Option<Span>,
    /// Whether it went through `op.execute` (else through the bind, where a bare `str` raises on SQLAlchemy 2).
    pub through_op: bool,
    /// Whether the revision uses what it returns, so that alembic's offline mode may raise there.
    pub reads_result: bool,
}
