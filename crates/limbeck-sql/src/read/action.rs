//! The actions of an `ALTER TABLE`.

use limbeck_types::TableActionKind;
use squawk_syntax::{SyntaxKind, SyntaxNode};

/// What a part of a statement does to the table, if it is an action of an `ALTER TABLE`.
pub(super) fn of(statement: SyntaxKind, node: &SyntaxNode) -> Option<TableActionKind> {
    use SyntaxKind::*;
    if !matches!(statement, ALTER_TABLE | ALTER_FOREIGN_TABLE) {
        return None;
    }
    Some(match node.kind() {
        TABLE_RELATION_NAME | TABLE_NAME_REF | RELATION_NAME_REF | IF_EXISTS | ALL_IN_TABLESPACE => {
            return None;
        }
        ADD_COLUMN => TableActionKind::AddColumn,
        DROP_COLUMN => TableActionKind::DropColumn,
        RENAME_COLUMN => TableActionKind::RenameColumn,
        ALTER_COLUMN => column(node),
        ADD_CONSTRAINT => TableActionKind::AddConstraint,
        ALTER_CONSTRAINT => TableActionKind::AlterConstraint,
        VALIDATE_CONSTRAINT => TableActionKind::ValidateConstraint,
        DROP_CONSTRAINT => TableActionKind::DropConstraint,
        RENAME_CONSTRAINT => TableActionKind::RenameConstraint,
        DISABLE_TRIGGER | ENABLE_TRIGGER | ENABLE_ALWAYS_TRIGGER | ENABLE_REPLICA_TRIGGER => {
            TableActionKind::Trigger
        }
        DISABLE_RULE | ENABLE_RULE | ENABLE_ALWAYS_RULE | ENABLE_REPLICA_RULE => TableActionKind::Rule,
        DISABLE_RLS | ENABLE_RLS | FORCE_RLS | NO_FORCE_RLS => TableActionKind::RowSecurity,
        CLUSTER_ON | SET_WITHOUT_CLUSTER => TableActionKind::Cluster,
        SET_WITHOUT_OIDS => TableActionKind::SetWithoutOids,
        SET_ACCESS_METHOD => TableActionKind::SetAccessMethod,
        SET_TABLESPACE => TableActionKind::SetTablespace,
        SET_LOGGED => TableActionKind::SetLogged,
        SET_UNLOGGED => TableActionKind::SetUnlogged,
        SET_OPTIONS => TableActionKind::SetOptions,
        RESET_OPTIONS => TableActionKind::ResetOptions,
        INHERIT_TABLE => TableActionKind::Inherit,
        NO_INHERIT_TABLE => TableActionKind::NoInherit,
        OF_TYPE | NOT_OF => TableActionKind::Of,
        OWNER_TO => TableActionKind::Owner,
        REPLICA_IDENTITY => TableActionKind::ReplicaIdentity,
        TABLE_RENAME_TO => TableActionKind::Rename,
        SET_SCHEMA => TableActionKind::SetSchema,
        ATTACH_PARTITION => TableActionKind::AttachPartition,
        DETACH_PARTITION => TableActionKind::DetachPartition,
        _ => TableActionKind::Other,
    })
}

fn column(node: &SyntaxNode) -> TableActionKind {
    use SyntaxKind::*;
    let option = node.children().find(|child| child.kind() != COLUMN_NAME_REF);
    match option.map_or(TOMBSTONE, |option| option.kind()) {
        SET_TYPE => TableActionKind::SetType,
        SET_DEFAULT => TableActionKind::SetDefault,
        DROP_DEFAULT => TableActionKind::DropDefault,
        SET_NOT_NULL => TableActionKind::SetNotNull,
        DROP_NOT_NULL => TableActionKind::DropNotNull,
        SET_EXPRESSION => TableActionKind::SetExpression,
        DROP_EXPRESSION => TableActionKind::DropExpression,
        ADD_GENERATED => TableActionKind::AddIdentity,
        SET_GENERATED | SET_GENERATED_OPTIONS | SET_SEQUENCE_OPTION | RESTART => TableActionKind::SetIdentity,
        DROP_IDENTITY => TableActionKind::DropIdentity,
        SET_STATISTICS | SET_STORAGE | SET_COMPRESSION | SET_OPTIONS | SET_OPTIONS_LIST | RESET_OPTIONS => {
            TableActionKind::SetColumnOption
        }
        _ => TableActionKind::Other,
    }
}
