//! The border between the Python parser's ranges and ours. It owns no meaning.

use limbeck_types::Span;
use ruff_python_ast::Expr;
use ruff_text_size::{Ranged, TextRange};

/// The span of a node.
pub(crate) fn span_of(node: &impl Ranged) -> Span {
    span(node.range())
}

/// The parser's range as a span.
pub(crate) fn span(range: TextRange) -> Span {
    Span { start: range.start().to_u32(), end: range.end().to_u32() }
}

/// A dotted name (`op.add_column`) without the blanks it may be written with; `None` for any other expression.
pub(crate) fn dotted(expr: &Expr) -> Option<String> {
    let mut parts = Vec::new();
    let mut expr = expr;
    while let Expr::Attribute(attribute) = expr {
        parts.push(attribute.attr.as_str());
        expr = &attribute.value;
    }
    let Expr::Name(name) = expr else { return None };
    parts.push(name.id.as_str());
    parts.reverse();
    Some(parts.join("."))
}

/// The first name of `a.b[c].d`, on which everything else of the expression hangs.
pub(crate) fn root(mut expr: &Expr) -> Option<&str> {
    loop {
        expr = match expr {
            Expr::Attribute(attribute) => &attribute.value,
            Expr::Subscript(subscript) => &subscript.value,
            Expr::Name(name) => return Some(name.id.as_str()),
            _ => return None,
        };
    }
}
