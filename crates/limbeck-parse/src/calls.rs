//! Every call and every string literal of a file, in the order of their first bytes, outer before inner.

use limbeck_types::{Call, Literal};
use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, walk_expr};
use ruff_python_ast::{Expr, Stmt};

use crate::literal;
use crate::span::{dotted, span_of};

/// Collects them from all of a module, functions and classes included.
pub(crate) fn collect(body: &[Stmt], text: &str) -> (Vec<Call>, Vec<Literal>) {
    let mut collector = Collector { text, calls: Vec::new(), literals: Vec::new() };
    collector.visit_body(body);
    let Collector { mut calls, mut literals, .. } = collector;
    // The walk is in this order already, save for nodes that a broken file leaves behind.
    calls.sort_by_key(|call| (call.span.start, std::cmp::Reverse(call.span.end)));
    literals.sort_by_key(|literal| (literal.span.start, std::cmp::Reverse(literal.span.end)));
    (calls, literals)
}

struct Collector<'t> {
    text: &'t str,
    calls: Vec<Call>,
    literals: Vec<Literal>,
}

impl<'a> SourceOrderVisitor<'a> for Collector<'_> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Call(call) => {
                self.calls.push(Call { span: span_of(call), callee: dotted(&call.func).unwrap_or_default() });
            }
            Expr::StringLiteral(string) => self.literals.push(literal::string(string, self.text)),
            Expr::FString(string) => self.literals.push(literal::f_string(string, self.text)),
            _ => {}
        }
        walk_expr(self, expr);
    }
}
