//! A statement while it is written, with the source behind each of its bytes.

use limbeck_types::{Literal, Piece, Span};

/// Text of a statement whose bytes remember where they come from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sql {
    text: String,
    pieces: Vec<Piece>,
    /// The call that is rendered, which everything comes from that has no closer source.
    call: Span,
}

impl Sql {
    /// Nothing yet.
    pub(crate) fn new(call: Span) -> Self {
        Self { text: String::new(), pieces: Vec::new(), call }
    }

    /// A whole statement with one source.
    pub(crate) fn from_text(text: impl Into<String>, call: Span) -> Self {
        let mut sql = Self::new(call);
        sql.word(&text.into());
        sql
    }

    /// Adds what has no source of its own: keywords, punctuation.
    pub(crate) fn word(&mut self, text: &str) -> &mut Self {
        let call = self.call;
        self.sourced(text, call)
    }

    /// Adds what comes from `source`, changed or not; an empty span stands for the call.
    pub(crate) fn sourced(&mut self, text: &str, source: Span) -> &mut Self {
        let span = if source.is_empty() { self.call } else { source };
        self.piece(text, span, false);
        self
    }

    /// Adds a literal's text as it stands.
    pub(crate) fn literal(&mut self, literal: &Literal) -> &mut Self {
        for (index, piece) in literal.pieces.iter().enumerate() {
            let end =
                literal.pieces.get(index + 1).map_or(literal.value.len(), |next| next.value_start as usize);
            let text = literal.value.get(piece.value_start as usize..end).unwrap_or_default();
            self.piece(text, piece.span, piece.verbatim);
        }
        if literal.pieces.is_empty() {
            self.sourced(&literal.value, literal.span);
        }
        self
    }

    /// Adds another text with its sources.
    pub(crate) fn append(&mut self, other: &Self) -> &mut Self {
        for (index, piece) in other.pieces.iter().enumerate() {
            let end = other.pieces.get(index + 1).map_or(other.text.len(), |next| next.value_start as usize);
            self.piece(&other.text[piece.value_start as usize..end], piece.span, piece.verbatim);
        }
        self
    }

    /// Adds texts with `separator` between them.
    pub(crate) fn join<'a>(
        &mut self,
        parts: impl IntoIterator<Item = &'a Self>,
        separator: &str,
    ) -> &mut Self {
        for (index, part) in parts.into_iter().enumerate() {
            if index > 0 {
                self.word(separator);
            }
            self.append(part);
        }
        self
    }

    /// The text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The statement as alembic prints it (see [`printed`]).
    pub(crate) fn finish(self) -> Literal {
        printed(&Literal { span: self.call, value: self.text, pieces: self.pieces })
    }

    fn piece(&mut self, text: &str, span: Span, verbatim: bool) {
        if text.is_empty() {
            return;
        }
        let start = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        let continues = self.pieces.last().is_some_and(|last| match (last.verbatim, verbatim) {
            (true, true) => last.span.end == span.start,
            (false, false) => last.span == span,
            _ => false,
        });
        match self.pieces.last_mut() {
            Some(last) if continues => last.span.end = span.end,
            _ => self.pieces.push(Piece { value_start: start, span, verbatim }),
        }
        self.text.push_str(text);
    }
}

/// A compiled statement as alembic prints it: tabs become four spaces, the white space around it goes (alembic ddl/impl.py,
/// `DefaultImpl._exec`).
pub(crate) fn printed(literal: &Literal) -> Literal {
    let is_space = |character: char| character.is_whitespace() || ('\x1c'..='\x1f').contains(&character);
    let start = literal.value.len() - literal.value.trim_start_matches(is_space).len();
    let end = start + literal.value[start..].trim_end_matches(is_space).len();
    let mut sql = Sql::new(literal.span);
    for (index, piece) in literal.pieces.iter().enumerate() {
        let last =
            literal.pieces.get(index + 1).map_or(literal.value.len(), |next| next.value_start as usize);
        let from = (piece.value_start as usize).clamp(start, end);
        let to = last.clamp(from, end);
        piece_without_tabs(&mut sql, &literal.value[from..to], *piece, from - piece.value_start as usize);
    }
    if literal.pieces.is_empty() {
        sql.word(&literal.value[start..end].replace('\t', "    "));
    }
    Literal { span: literal.span, value: sql.text, pieces: sql.pieces }
}

/// Adds a run of a piece that begins `skipped` bytes into it, with its tabs as spaces.
fn piece_without_tabs(sql: &mut Sql, text: &str, piece: Piece, skipped: usize) {
    if !piece.verbatim {
        sql.piece(&text.replace('\t', "    "), piece.span, false);
        return;
    }
    let at = |offset: usize| piece.span.start + u32::try_from(skipped + offset).unwrap_or(u32::MAX);
    let mut from = 0;
    for (tab, _) in text.match_indices('\t') {
        sql.piece(&text[from..tab], Span { start: at(from), end: at(tab) }, true);
        sql.piece("    ", Span { start: at(tab), end: at(tab + 1) }, false);
        from = tab + 1;
    }
    sql.piece(&text[from..], Span { start: at(from), end: at(text.len()) }, true);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verbatim(value: &str, start: u32) -> Literal {
        let end = start + u32::try_from(value.len()).unwrap_or_default();
        Literal {
            span: Span { start: start - 1, end: end + 1 },
            value: value.to_owned(),
            pieces: vec![Piece { value_start: 0, span: Span { start, end }, verbatim: true }],
        }
    }

    #[test]
    fn tabs_and_space_around_go_and_places_stay() {
        let printed = printed(&verbatim("\n\tselect\t1 ", 10));
        assert_eq!(printed.value, "select    1");
        assert_eq!(printed.source_span(0..6), Some(Span { start: 12, end: 18 }));
        assert_eq!(printed.source_span(7..8), Some(Span { start: 18, end: 19 }));
        assert_eq!(printed.source_span(10..11), Some(Span { start: 19, end: 20 }));
    }

    #[test]
    fn only_space_is_nothing() {
        assert_eq!(printed(&verbatim(" \t\n", 10)).value, "");
    }

    #[test]
    fn words_come_from_the_call_and_names_from_their_place() {
        let mut sql = Sql::new(Span { start: 100, end: 150 });
        sql.word("DROP TABLE ").sourced("t", Span { start: 108, end: 111 });
        let literal = sql.finish();
        assert_eq!(literal.source_span(0..4), Some(Span { start: 100, end: 150 }));
        assert_eq!(literal.source_span(11..12), Some(Span { start: 108, end: 111 }));
    }
}
