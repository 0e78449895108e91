//! SQL in the making, with the source of each byte.
//!
//! It owns the map from rendered bytes to bytes of the revision file; it knows nothing of SQL.

use std::ops::Range;

use limbeck_types::{Literal, Piece, Span};

/// Text that grows, and where its bytes come from.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    value: String,
    pieces: Vec<Piece>,
}

impl Writer {
    /// Nothing yet, with room for a statement of usual size.
    pub(crate) fn roomy() -> Self {
        Self { value: String::with_capacity(240), pieces: Vec::with_capacity(24) }
    }

    /// What is rendered so far.
    pub(crate) fn text(&self) -> &str {
        &self.value
    }

    /// Adds text that stands for what is written at `source`.
    pub(crate) fn made(&mut self, text: &str, source: Span) {
        if text.is_empty() {
            return;
        }
        let goes_on = self.pieces.last().is_some_and(|last| !last.verbatim && last.span == source);
        if !goes_on {
            self.piece(source, false);
        }
        self.value.push_str(text);
    }

    /// Adds a part of a literal of the revision file, byte for byte.
    pub(crate) fn copied(&mut self, literal: &Literal, range: Range<usize>) {
        let Some(text) = literal.value.get(range.clone()) else { return };
        let mut at = range.start;
        while at < range.end {
            let index = literal.pieces.partition_point(|piece| piece.value_start as usize <= at);
            let end =
                literal.pieces.get(index).map_or(range.end, |next| range.end.min(next.value_start as usize));
            match index.checked_sub(1).and_then(|index| literal.pieces.get(index)) {
                Some(piece) if piece.verbatim => {
                    let start = piece.span.start as usize + (at - piece.value_start as usize);
                    self.verbatim(Span::new(start, start + (end - at)), end - at);
                }
                Some(piece) => self.piece(piece.span, false),
                None => self.piece(literal.span, false),
            }
            self.value.push_str(&text[at - range.start..end - range.start]);
            at = end;
        }
    }

    /// The whole of a literal.
    pub(crate) fn literal(&mut self, literal: &Literal) {
        self.copied(literal, 0..literal.value.len());
    }

    /// What another writer holds.
    pub(crate) fn append(&mut self, other: &Literal) {
        let offset = u32::try_from(self.value.len()).unwrap_or(u32::MAX);
        self.pieces.extend(
            other
                .pieces
                .iter()
                .map(|piece| Piece { value_start: piece.value_start.saturating_add(offset), ..*piece }),
        );
        self.value.push_str(&other.value);
    }

    /// The statement, as alembic prints it: tabs are four blanks, and no white space stands around it
    /// (alembic ddl/impl.py, `_exec`).
    pub(crate) fn statement(self, call: Span) -> Literal {
        let whole = self.finish(call);
        let is_printed = !whole.value.starts_with(is_space)
            && !whole.value.ends_with(is_space)
            && !whole.value.contains('\t');
        if is_printed {
            return whole;
        }
        let mut printed = Writer::default();
        let start = whole.value.len() - whole.value.trim_start_matches(is_space).len();
        let end = start + whole.value[start..].trim_end_matches(is_space).len();
        let mut from = start;
        for (tab, _) in whole.value[start..end].match_indices('\t') {
            let tab = start + tab;
            printed.copied(&whole, from..tab);
            printed.made("    ", whole.source_span(tab..tab + 1).unwrap_or(call));
            from = tab + 1;
        }
        printed.copied(&whole, from..end);
        printed.finish(call)
    }

    /// What was written, as a literal of the expression at `span`.
    pub(crate) fn finish(self, span: Span) -> Literal {
        Literal { span, value: self.value, pieces: self.pieces.into() }
    }

    fn verbatim(&mut self, source: Span, length: usize) {
        if let Some(last) = self.pieces.last_mut() {
            let whole =
                last.verbatim && self.value.len() - last.value_start as usize == last.span.len() as usize;
            if whole && last.span.end == source.start {
                last.span.end = source.start.saturating_add(u32::try_from(length).unwrap_or(u32::MAX));
                return;
            }
        }
        self.piece(source, true);
    }

    fn piece(&mut self, span: Span, verbatim: bool) {
        let value_start = u32::try_from(self.value.len()).unwrap_or(u32::MAX);
        self.pieces.push(Piece { value_start, span, verbatim });
    }
}

/// What Python's `str.strip` takes for white space.
pub(crate) fn is_space(character: char) -> bool {
    character.is_whitespace() || ('\x1c'..='\x1f').contains(&character)
}
