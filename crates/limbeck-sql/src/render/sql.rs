//! A statement of DDL while it is written.

use limbeck_types::{Expression, Literal, Opaque, Span};

use super::context::Context;
use super::expression;
use super::writer::Writer;

/// A [`Writer`] that knows the call: what everything comes from that has no closer source.
#[derive(Debug)]
pub(crate) struct Sql {
    writer: Writer,
    call: Span,
}

impl Sql {
    /// Nothing yet.
    pub(crate) fn new(call: Span) -> Self {
        Self { writer: Writer::default(), call }
    }

    /// The same, with room for a statement of usual size.
    pub(crate) fn statement(call: Span) -> Self {
        Self { writer: Writer::roomy(), call }
    }

    /// Adds what has no source of its own: keywords, punctuation.
    pub(crate) fn word(&mut self, text: &str) -> &mut Self {
        self.writer.made(text, self.call);
        self
    }

    /// Adds what comes from `source`, changed or not; an empty span stands for the call.
    pub(crate) fn sourced(&mut self, text: &str, source: Span) -> &mut Self {
        self.writer.made(text, if source.is_empty() { self.call } else { source });
        self
    }

    /// Adds a literal's text as it stands.
    pub(crate) fn literal(&mut self, literal: &Literal) -> &mut Self {
        self.writer.literal(literal);
        self
    }

    /// Adds an expression.
    pub(crate) fn expression(
        &mut self,
        expression: &Expression,
        context: Context,
    ) -> Result<&mut Self, Opaque> {
        self.writer.append(&expression::literal(expression, context)?);
        Ok(self)
    }

    /// Adds another text with its sources.
    pub(crate) fn append(&mut self, other: Self) -> &mut Self {
        self.writer.append(&other.writer.finish(self.call));
        self
    }

    /// Adds texts with `separator` between them.
    pub(crate) fn join(&mut self, parts: impl IntoIterator<Item = Self>, separator: &str) -> &mut Self {
        for (index, part) in parts.into_iter().enumerate() {
            if index > 0 {
                self.word(separator);
            }
            self.append(part);
        }
        self
    }

    /// Whether nothing is written.
    pub(crate) fn is_empty(&self) -> bool {
        self.writer.text().is_empty()
    }

    /// The statement as alembic prints it.
    pub(crate) fn finish(self) -> Literal {
        self.writer.statement(self.call)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_from_the_call_and_names_from_their_place() {
        let mut sql = Sql::new(Span { start: 100, end: 150 });
        sql.word("\nDROP TABLE ").sourced("t", Span { start: 108, end: 111 });
        let literal = sql.finish();
        assert_eq!(literal.value, "DROP TABLE t");
        assert_eq!(literal.source_span(0..4), Some(Span { start: 100, end: 150 }));
        assert_eq!(literal.source_span(11..12), Some(Span { start: 108, end: 111 }));
    }
}
