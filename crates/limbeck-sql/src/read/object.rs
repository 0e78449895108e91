//! Which nodes of the tree name an object, and of what kind.

use limbeck_types::ObjectKind;
use squawk_syntax::{SyntaxKind, SyntaxNode};

/// What a node names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Naming {
    /// It names nothing itself; look into it.
    None,
    /// There is nothing to be seen in it.
    Nothing,
    /// One object, by a dotted name.
    Object(ObjectKind),
    /// A column behind its table.
    QualifiedColumn,
}

/// What `node` names.
pub(super) fn naming(node: &SyntaxNode) -> Naming {
    use SyntaxKind::*;
    let parent = node.parent().map_or(TOMBSTONE, |parent| parent.kind());
    let kind = match node.kind() {
        // Expressions name columns and functions, which are not told apart without the schema; queries in them do.
        NAME_REF => return in_expression(node, parent),
        // A new name for something else.
        AS_NAME | FROM_ALIAS | OPTIONAL_AS_ALIAS | REQUIRED_AS_ALIAS | CTE_NAME | LITERAL => {
            return Naming::Nothing;
        }
        // `FOR EACH ROW EXECUTE FUNCTION f()`.
        CALL_EXPR if matches!(parent, CREATE_TRIGGER | CREATE_EVENT_TRIGGER) => return Naming::None,
        FIELD_EXPR if called_by_trigger(node) => ObjectKind::Function,
        // Without `ON` it is a role that is granted, with it a privilege by its name.
        REVOKE_COMMAND => return privilege(node),
        OP_CLASS_REF
            if matches!(parent, ALTER_OPERATOR_CLASS | DROP_OPERATOR_CLASS | OBJECT_OPERATOR_CLASS) =>
        {
            ObjectKind::Other
        }
        PATH_REF if parent == AGGREGATE => ObjectKind::Function,
        // Everybody is no role.
        ROLE_NAME_REF if node.text() == "public" || node.text() == "PUBLIC" => return Naming::Nothing,
        // Methods, languages, collations and columns that are used on the way.
        USING_METHOD
        | CONSTRAINT_INDEX_METHOD
        | JOIN_USING_CLAUSE
        | LANGUAGE_FUNC_OPTION
        | DO_LANGUAGE
        | COLLATE
        | PATH_TYPE
        | PERCENT_TYPE => return Naming::Nothing,
        QUALIFIED_COLUMN_NAME_REF => return Naming::QualifiedColumn,
        other => match named(other) {
            Some(kind) => kind,
            None => return Naming::None,
        },
    };
    Naming::Object(kind)
}

/// What the grammar's own nodes for names name.
fn named(kind: SyntaxKind) -> Option<ObjectKind> {
    use SyntaxKind::*;
    Some(match kind {
        TABLE_NAME | TABLE_NAME_REF | RELATION_NAME_REF => ObjectKind::Table,
        COLUMN_NAME | COLUMN_NAME_REF => ObjectKind::Column,
        INDEX | INDEX_REF => ObjectKind::Index,
        CONSTRAINT_NAME | CONSTRAINT_NAME_REF => ObjectKind::Constraint,
        SEQUENCE | SEQUENCE_REF => ObjectKind::Sequence,
        VIEW | VIEW_REF => ObjectKind::View,
        TYPE_NAME | TYPE_NAME_REF | DOMAIN | DOMAIN_REF => ObjectKind::Type,
        FUNCTION_NAME | FUNCTION_NAME_REF | PROCEDURE_NAME | PROCEDURE_NAME_REF | ROUTINE_NAME
        | ROUTINE_NAME_REF | AGGREGATE_NAME => ObjectKind::Function,
        TRIGGER | TRIGGER_REF | EVENT_TRIGGER | EVENT_TRIGGER_REF => ObjectKind::Trigger,
        SCHEMA | SCHEMA_REF => ObjectKind::Schema,
        EXTENSION | EXTENSION_REF => ObjectKind::Extension,
        ROLE | ROLE_NAME_REF | USER | GROUP => ObjectKind::Role,
        POLICY
        | POLICY_REF
        | RULE
        | RULE_REF
        | STATISTICS
        | STATISTICS_REF
        | PUBLICATION
        | PUBLICATION_REF
        | SUBSCRIPTION
        | SUBSCRIPTION_REF
        | SERVER
        | SERVER_REF
        | FOREIGN_DATA_WRAPPER
        | FOREIGN_DATA_WRAPPER_REF
        | DATABASE
        | DATABASE_REF
        | TABLESPACE
        | TABLESPACE_REF
        | LANGUAGE
        | LANGUAGE_REF
        | COLLATION
        | COLLATION_REF
        | CONVERSION
        | CONVERSION_REF
        | ACCESS_METHOD
        | ACCESS_METHOD_REF
        | TEXT_SEARCH_CONFIGURATION
        | TEXT_SEARCH_CONFIGURATION_REF
        | TEXT_SEARCH_DICTIONARY
        | TEXT_SEARCH_DICTIONARY_REF
        | TEXT_SEARCH_PARSER
        | TEXT_SEARCH_PARSER_REF
        | TEXT_SEARCH_TEMPLATE
        | TEXT_SEARCH_TEMPLATE_REF
        | OP_CLASS_NAME
        | OP_FAMILY_NAME
        | OP_FAMILY_REF => ObjectKind::Other,
        _ => return None,
    })
}

/// A name in an expression: a column where it is an element of an index or of a conflict's target all by itself, the
/// function of a trigger, or nothing that can be told.
fn in_expression(node: &SyntaxNode, parent: SyntaxKind) -> Naming {
    match parent {
        SyntaxKind::PARTITION_ITEM | SyntaxKind::CONFLICT_INDEX_ITEM | SyntaxKind::CONSTRAINT_EXCLUSION => {
            Naming::Object(ObjectKind::Column)
        }
        _ if called_by_trigger(node) => Naming::Object(ObjectKind::Function),
        _ => Naming::Nothing,
    }
}

fn called_by_trigger(node: &SyntaxNode) -> bool {
    let call = node.parent().filter(|parent| parent.kind() == SyntaxKind::CALL_EXPR);
    let statement = call.and_then(|call| call.parent()).map(|parent| parent.kind());
    matches!(statement, Some(SyntaxKind::CREATE_TRIGGER | SyntaxKind::CREATE_EVENT_TRIGGER))
}

fn privilege(node: &SyntaxNode) -> Naming {
    let statement = node.parent().and_then(|list| list.parent());
    let on = statement.is_some_and(|statement| {
        statement.children().any(|child| child.kind() == SyntaxKind::ON_PRIVILEGE_OBJECTS_CLAUSE)
    });
    // `SELECT (a, b)` names columns.
    let is_role = |child: &SyntaxNode| child.kind() == SyntaxKind::ROLE_REF;
    if on && node.children().any(|child| is_role(&child)) && node.children().count() == 1 {
        return Naming::Nothing;
    }
    Naming::None
}

/// Whether a name without schema may be that of a `WITH` query: wherever a table is read.
pub(super) fn may_be_query(node: &SyntaxNode) -> bool {
    use SyntaxKind::*;
    let is_written = |kind| matches!(kind, INSERT | UPDATE | DELETE | MERGE | TRUNCATE | LOCK | COPY_TABLE);
    let parent = node.parent();
    let above =
        parent.as_ref().filter(|parent| parent.kind() == RELATION_NAME).and_then(|parent| parent.parent());
    node.kind() == RELATION_NAME_REF && !above.or(parent).is_some_and(|parent| is_written(parent.kind()))
}
