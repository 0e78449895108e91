//! Clauses that change what a statement means for others.

use std::ops::Range;

use limbeck_types::ClauseKind;
use squawk_syntax::{SyntaxKind, SyntaxNode};

/// The clauses that `node` is or holds as a bare word, with their places in the parsed text.
pub(super) fn of(node: &SyntaxNode) -> Vec<(ClauseKind, Range<usize>)> {
    let own = of_node(node).map(|kind| (kind, node.text_range().into()));
    let words = node.children_with_tokens().filter(|child| child.kind() == SyntaxKind::CONCURRENTLY_KW);
    // `(CONCURRENTLY off)` is its opposite.
    let is_off = |node: &SyntaxNode| {
        let last = node.last_token();
        last.is_some_and(|last| {
            ["off", "false", "0"].iter().any(|no| last.text().trim_matches('\'').eq_ignore_ascii_case(no))
        })
    };
    let words =
        words.filter(|_| !is_off(node)).map(|word| (ClauseKind::Concurrently, word.text_range().into()));
    own.into_iter().chain(words).collect()
}

fn of_node(node: &SyntaxNode) -> Option<ClauseKind> {
    use SyntaxKind::*;
    let parent = node.parent().map_or(TOMBSTONE, |parent| parent.kind());
    Some(match node.kind() {
        IF_EXISTS => ClauseKind::IfExists,
        IF_NOT_EXISTS => ClauseKind::IfNotExists,
        OR_REPLACE => ClauseKind::OrReplace,
        CASCADE if !matches!(parent, ON_DELETE_ACTION | ON_UPDATE_ACTION) => ClauseKind::Cascade,
        NOT_VALID => ClauseKind::NotValid,
        NOT_NULL_CONSTRAINT => ClauseKind::NotNull,
        DEFAULT_CONSTRAINT => ClauseKind::Default,
        GENERATED_CONSTRAINT if has(node, GENERATED_IDENTITY) => ClauseKind::Identity,
        GENERATED_CONSTRAINT => ClauseKind::Generated,
        CHECK_CONSTRAINT => ClauseKind::Check,
        UNIQUE_CONSTRAINT => ClauseKind::Unique,
        PRIMARY_KEY_CONSTRAINT => ClauseKind::PrimaryKey,
        FOREIGN_KEY_CONSTRAINT | REFERENCES_CONSTRAINT => ClauseKind::ForeignKey,
        EXCLUDE_CONSTRAINT => ClauseKind::Exclude,
        USING_INDEX | USING_INDEX_NAME => ClauseKind::UsingIndex,
        USING_EXPR_CLAUSE | USING_EXPR if parent == SET_TYPE => ClauseKind::UsingExpression,
        WHERE_CLAUSE | WHERE_CONDITION_CLAUSE | WHERE_CURRENT_OF => ClauseKind::Where,
        WITH_NO_DATA => ClauseKind::WithNoData,
        kind if is_type(kind) && matches!(parent, ADD_COLUMN | COLUMN | SET_TYPE) => ClauseKind::ColumnType,
        _ => return None,
    })
}

fn has(node: &SyntaxNode, kind: SyntaxKind) -> bool {
    node.children().any(|child| child.kind() == kind)
}

fn is_type(kind: SyntaxKind) -> bool {
    use SyntaxKind::*;
    matches!(
        kind,
        PATH_TYPE
            | ARRAY_TYPE
            | BIT_TYPE
            | BIT_VARYING_TYPE
            | CHARACTER_TYPE
            | VARCHAR_TYPE
            | DOUBLE_TYPE
            | INTERVAL_TYPE
            | PERCENT_TYPE
            | TIME_TYPE
            | TIMESTAMP_TYPE
    )
}
