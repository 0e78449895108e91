//! One walk over a statement's tree, which collects what it names, what it does and its clauses.

use std::collections::HashMap;
use std::ops::Range;

use limbeck_types::{Clause, Object, Statement, TableAction};
use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::name::Dotted;
use super::object::{self, Naming};
use super::{action, clause};

/// Fills `statement`, of which range and kind are known.
pub(super) fn walk(root: &SyntaxNode, statement: &mut Statement) {
    let mut walk = Walk { offset: statement.range.start, queries: HashMap::new(), statement };
    let mut node = root.clone();
    // By hand, because the tree's own iterator is of a type that is not public.
    loop {
        if let Some(child) = walk.enter(&node, root).then(|| node.first_child()).flatten() {
            node = child;
            continue;
        }
        loop {
            walk.leave(&node);
            if node == *root {
                return;
            }
            if let Some(next) = node.next_sibling() {
                node = next;
                break;
            }
            let Some(parent) = node.parent() else { return };
            node = parent;
        }
    }
}

struct Walk<'s> {
    statement: &'s mut Statement,
    /// Where the parsed text begins in the whole one.
    offset: usize,
    /// Names of `WITH` queries in sight, and how many of each.
    queries: HashMap<String, usize>,
}

impl Walk<'_> {
    /// Whether its children are looked at.
    fn enter(&mut self, node: &SyntaxNode, root: &SyntaxNode) -> bool {
        if node.parent().as_ref() == Some(root)
            && let Some(kind) = action::of(root.kind(), node)
        {
            let range = self.place(node);
            self.statement.actions.push(TableAction { kind, range });
        }
        for (kind, range) in clause::of(node) {
            let range = self.shift(range);
            self.statement.clauses.push(Clause { kind, range });
        }
        if node.kind() == SyntaxKind::WITH_CLAUSE && is_recursive(node) {
            self.with_queries(node, 1);
        }
        match object::naming(node) {
            Naming::None => true,
            Naming::Nothing => false,
            Naming::Object(kind) => {
                self.object(node, kind);
                false
            }
            Naming::QualifiedColumn => {
                self.qualified_column(node);
                false
            }
        }
    }

    fn leave(&mut self, node: &SyntaxNode) {
        match node.kind() {
            SyntaxKind::WITH_TABLE if !node.parent().is_some_and(|parent| is_recursive(&parent)) => {
                self.with_query(node, 1);
            }
            SyntaxKind::WITH_CLAUSE => {}
            _ => {
                // Each of them is in sight of the statement that it stands before, and of nothing else.
                let clauses = node.first_child().filter(|child| child.kind() == SyntaxKind::WITH_CLAUSE);
                if let Some(clause) = clauses {
                    self.with_queries(&clause, -1);
                }
            }
        }
    }

    fn with_queries(&mut self, clause: &SyntaxNode, by: isize) {
        for query in clause.children().filter(|child| child.kind() == SyntaxKind::WITH_TABLE) {
            self.with_query(&query, by);
        }
    }

    fn with_query(&mut self, query: &SyntaxNode, by: isize) {
        let name = query.children().find(|child| child.kind() == SyntaxKind::CTE_NAME);
        let name = name.and_then(|name| Dotted::of(&name).parts.pop());
        if let Some((name, _)) = name {
            let count = self.queries.entry(name).or_default();
            *count = count.saturating_add_signed(by);
        }
    }

    fn object(&mut self, node: &SyntaxNode, kind: limbeck_types::ObjectKind) {
        let mut parts = Dotted::of(node).parts;
        let Some((name, last)) = parts.pop() else { return };
        let schema = parts.pop().map(|(schema, _)| schema);
        let is_query = schema.is_none()
            && self.queries.get(&name).is_some_and(|count| *count > 0)
            && object::may_be_query(node);
        if !is_query {
            let start = usize::from(node.text_range().start());
            let range = self.shift(start..last.end);
            self.statement.objects.push(Object { kind, schema, name, range });
        }
    }

    /// `schema.table.column`: the table, then the column.
    fn qualified_column(&mut self, node: &SyntaxNode) {
        use limbeck_types::ObjectKind::{Column, Table};
        let mut parts = Dotted::of(node).parts;
        let Some((column, place)) = parts.pop() else { return };
        if let Some((name, last)) = parts.pop() {
            let schema = parts.pop();
            let start = schema.as_ref().map_or(last.start, |(_, schema)| schema.start);
            let schema = schema.map(|(schema, _)| schema);
            let range = self.shift(start..last.end);
            self.statement.objects.push(Object { kind: Table, schema, name, range });
        }
        let range = self.shift(place);
        self.statement.objects.push(Object { kind: Column, schema: None, name: column, range });
    }

    fn place(&self, node: &SyntaxNode) -> Range<usize> {
        self.shift(node.text_range().start().into()..node.text_range().end().into())
    }

    fn shift(&self, range: Range<usize>) -> Range<usize> {
        range.start + self.offset..range.end + self.offset
    }
}

fn is_recursive(clause: &SyntaxNode) -> bool {
    clause.children_with_tokens().any(|child| child.kind() == SyntaxKind::RECURSIVE_KW)
}
