//! What one revision file says.

use compact_str::CompactString;

use crate::{Few, FileId, Span};

/// A revision id as the file spells it; any text, not only hex. One as alembic makes them takes no memory of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RevisionId(CompactString);

impl RevisionId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for RevisionId {
    fn from(id: &str) -> Self {
        Self(id.into())
    }
}

impl serde::Serialize for RevisionId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl std::fmt::Display for RevisionId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A value together with the bytes it was written as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

/// A value that cannot be known without running the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opaque {
    /// The expression that is not known.
    pub span: Span,
    /// Why, as a fragment: "it is what `get_down_revision` returns".
    pub reason: String,
    /// Where the value comes from, when it is a name imported from another module: `("pkg.cli", "EXPAND_BRANCH")`.
    pub import: Option<Box<(String, String)>>,
}

/// What a file says about one of alembic's header names. The last assignment in the module counts, as in Python.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Field<T> {
    /// The name is never assigned.
    #[default]
    Absent,
    /// The name has this value, written at this span (the value, not the name).
    Known(Spanned<T>),
    /// The name has a value that only Python can tell. It is rare, and in a box takes no room of the others.
    Opaque(Box<Opaque>),
}

impl<T> Field<T> {
    /// A value that only Python can tell.
    pub fn opaque(opaque: Opaque) -> Self {
        Self::Opaque(Box::new(opaque))
    }

    /// The value, where it is known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Field::Known(spanned) => Some(&spanned.value),
            Field::Absent | Field::Opaque(_) => None,
        }
    }

    /// Where the value stands, known or not.
    pub fn span(&self) -> Option<Span> {
        match self {
            Field::Known(spanned) => Some(spanned.span),
            Field::Opaque(opaque) => Some(opaque.span),
            Field::Absent => None,
        }
    }
}

/// The header of a revision file: the four names that alembic reads from the module.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    /// `revision`. Absent in a file that is no revision, unless its whole name is hex (alembic script/base.py, `_from_filename`).
    pub revision: Field<RevisionId>,
    /// `down_revision`; empty is a base. Each id carries the span of its own literal.
    pub down_revision: Field<Few<Spanned<RevisionId>>>,
    /// `branch_labels`.
    pub branch_labels: Field<Box<[Spanned<String>]>>,
    /// `depends_on`: revision ids or branch labels.
    pub depends_on: Field<Box<[Spanned<String>]>>,
    /// The module's docstring as Python's `__doc__` would give it, not stripped.
    pub docstring: Option<Spanned<String>>,
}

impl Header {
    /// What alembic prints as the revision's message: the stripped docstring up to its first empty line
    /// (alembic script/base.py, `Script.doc`). Empty without a docstring.
    pub fn message(&self) -> &str {
        let description = self.description();
        let end = description.as_bytes().windows(2).position(|two| two == b"\n\n");
        &description[..end.unwrap_or(description.len())]
    }

    /// The whole docstring without the white space around it, as Python up to 3.12 keeps it: 3.13 also takes away the
    /// indentation that its lines share (alembic script/base.py, `Script.longdoc`). Empty without a docstring.
    pub fn description(&self) -> &str {
        // Python's `str.strip` takes these four separators for white space, Unicode does not.
        let is_space = |character: char| character.is_whitespace() || ('\x1c'..='\x1f').contains(&character);
        self.docstring.as_ref().map_or("", |docstring| docstring.value.trim_matches(is_space))
    }
}

/// A function of the module that alembic calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Function {
    /// The name in its `def`.
    pub name: Span,
    /// The whole definition, decorators included.
    pub span: Span,
    /// Whether it stands under an `if`, `try` or `with`, so that it may not exist.
    pub conditional: bool,
}

/// A call expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The whole call, from the callee's first byte to the closing parenthesis.
    pub span: Span,
    /// The callee as written where it is a dotted name (`op.add_column`), else empty.
    pub callee: String,
}

/// A run of a literal's value that stands in the source byte for byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// Offset of the run's first byte in [`Literal::value`].
    pub value_start: u32,
    /// The source bytes that make it; as long as the run in the value when `verbatim`, else one escape sequence.
    pub span: Span,
    /// Whether value and source agree byte for byte in this run.
    pub verbatim: bool,
}

/// A string literal expression: implicit concatenation is one literal, an f-string is one up to its first unknown part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    /// The whole expression with its quotes and prefixes.
    pub span: Span,
    /// The text it evaluates to.
    pub value: String,
    /// How value bytes map back to source bytes, in order and without gaps in the value.
    pub pieces: Few<Piece>,
}

impl Literal {
    /// The source bytes behind `range` (bytes of the value), or `None` where the range is outside the value.
    ///
    /// A range that starts or ends inside an escape sequence is widened to it. Where parts of the range come from elsewhere
    /// in the file, by a constant or a helper, it is what stands in the literal itself, or else the first part.
    pub fn source_span(&self, range: std::ops::Range<usize>) -> Option<Span> {
        if range.is_empty() || range.end > self.value.len() {
            return None;
        }
        let (start, end) = (u32::try_from(range.start).ok()?, u32::try_from(range.end).ok()?);
        let first = self.pieces.partition_point(|piece| piece.value_start <= start).checked_sub(1)?;
        let pieces = self.pieces[first..].iter().take_while(|piece| piece.value_start < end);
        let mut parts = pieces.enumerate().map(|(index, piece)| {
            let next = self.pieces.get(first + index + 1).map_or(end, |next| next.value_start.min(end));
            piece.part(start.max(piece.value_start), next)
        });
        let is_here = |part: &Span| self.span.start <= part.start && part.end <= self.span.end;
        let one = parts.next()?;
        let here = std::iter::once(one).chain(parts).filter(is_here);
        let hull =
            |one: Span, other: Span| Span { start: one.start.min(other.start), end: one.end.max(other.end) };
        Some(here.reduce(hull).unwrap_or(one))
    }
}

impl Piece {
    /// The source bytes of value bytes that lie in this run.
    fn part(&self, start: u32, end: u32) -> Span {
        match self.verbatim {
            true => {
                let from = |offset: u32| self.span.start + (offset - self.value_start);
                Span { start: from(start), end: from(end) }
            }
            false => self.span,
        }
    }
}

/// Everything limbeck reads from one revision file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// The file it was read from.
    pub file: FileId,
    /// What the module's header says.
    pub header: Header,
    /// What the rest of it says, where it was read and says anything.
    ///
    /// Questions about the graph read none of it; in a box it takes a quarter off a migration.
    pub body: Option<Box<Body>>,
}

/// What stands in a revision file beside its header.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Body {
    /// `def upgrade`, the last one in the module.
    pub upgrade: Option<Function>,
    /// `def downgrade`, the last one in the module.
    pub downgrade: Option<Function>,
    /// Every call in the file, in order of its first byte, outer calls before the calls inside them.
    pub calls: Vec<Call>,
    /// Every string literal in the file, in order.
    pub literals: Vec<Literal>,
}

impl Migration {
    /// A migration of which only the header was read.
    pub fn of_header(file: FileId, header: Header) -> Self {
        Self { file, header, body: None }
    }

    /// A migration of which more was read.
    pub fn new(file: FileId, header: Header, body: Body) -> Self {
        let body = (body != Body::default()).then(|| Box::new(body));
        Self { file, header, body }
    }

    /// `def upgrade`, the last one in the module, as far as it was read.
    pub fn upgrade(&self) -> Option<Function> {
        self.body.as_ref()?.upgrade
    }

    /// `def downgrade`, the last one in the module, as far as it was read.
    pub fn downgrade(&self) -> Option<Function> {
        self.body.as_ref()?.downgrade
    }

    /// Every call in the file, in order of its first byte, as far as they were read.
    pub fn calls(&self) -> &[Call] {
        self.body.as_ref().map_or(&[], |body| &body.calls)
    }

    /// Every string literal in the file, in order, as far as they were read.
    pub fn literals(&self) -> &[Literal] {
        self.body.as_ref().map_or(&[], |body| &body.literals)
    }
}

/// A place where a file is not Python.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// What is wrong, as the parser says it: a lower-case fragment.
    pub message: String,
    /// Where.
    pub span: Span,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The piece of the value that begins at `value_start` stands at `start..end`.
    fn literal(pieces: &[(u32, u32, u32, bool)]) -> Literal {
        let pieces = pieces.iter().map(|&(value_start, start, end, verbatim)| Piece {
            value_start,
            span: Span { start, end },
            verbatim,
        });
        Literal {
            span: Span { start: 100, end: 200 },
            value: "0123456789".to_owned(),
            pieces: pieces.collect(),
        }
    }

    #[track_caller]
    fn check(literal: &Literal, range: std::ops::Range<usize>, expected: std::ops::Range<usize>) {
        assert_eq!(literal.source_span(range).map(|span| span.range()), Some(expected));
    }

    #[test]
    fn a_range_is_what_is_written_for_it() {
        let literal = literal(&[(0, 110, 114, true), (4, 114, 118, false), (5, 118, 123, true)]);
        check(&literal, 1..3, 111..113);
        check(&literal, 3..5, 113..118);
        check(&literal, 4..10, 114..123);
        assert_eq!(literal.source_span(5..5), None);
        assert_eq!(literal.source_span(5..11), None);
    }

    #[test]
    fn parts_from_elsewhere_do_not_widen_it() {
        // A constant above, a constant below.
        let literal =
            literal(&[(0, 110, 114, true), (4, 20, 22, true), (6, 300, 302, true), (8, 120, 122, true)]);
        check(&literal, 0..10, 110..122);
        check(&literal, 4..6, 20..22);
        check(&literal, 4..8, 20..22);
        check(&literal, 5..9, 120..121);
        // `'%s %s' % (b, a)`.
        let turned = self::literal(&[(0, 150, 155, true), (5, 140, 145, true)]);
        check(&turned, 2..7, 140..155);
    }
}
