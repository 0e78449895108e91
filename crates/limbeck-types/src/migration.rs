//! What one revision file says.

use crate::{FileId, Span};

/// A revision id as the file spells it; any text, not only hex.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct RevisionId(pub Box<str>);

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
    pub import: Option<(String, String)>,
}

/// What a file says about one of alembic's header names. The last assignment in the module counts, as in Python.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Field<T> {
    /// The name is never assigned.
    #[default]
    Absent,
    /// The name has this value, written at this span (the value, not the name).
    Known(Spanned<T>),
    /// The name has a value that only Python can tell.
    Opaque(Opaque),
}

impl<T> Field<T> {
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
    pub down_revision: Field<Vec<Spanned<RevisionId>>>,
    /// `branch_labels`.
    pub branch_labels: Field<Vec<Spanned<String>>>,
    /// `depends_on`: revision ids or branch labels.
    pub depends_on: Field<Vec<Spanned<String>>>,
    /// The module's docstring as Python's `__doc__` would give it, not stripped.
    pub docstring: Option<Spanned<String>>,
}

impl Header {
    /// What alembic prints as the revision's message: the stripped docstring up to its first empty line
    /// (alembic script/base.py, `Script.doc`). Empty without a docstring.
    pub fn message(&self) -> &str {
        self.description().split("\n\n").next().unwrap_or_default()
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
    pub pieces: Vec<Piece>,
}

impl Literal {
    /// The source bytes behind `range` (bytes of the value), or `None` where the range is outside the value.
    ///
    /// A range that starts or ends inside an escape sequence is widened to it.
    pub fn source_span(&self, range: std::ops::Range<usize>) -> Option<Span> {
        if range.is_empty() || range.end > self.value.len() {
            return None;
        }
        let start = self.offset(range.start, false)?;
        let end = self.offset(range.end - 1, true)?;
        Some(Span { start, end })
    }

    /// The source offset of one value byte: its first source byte, or one past its last.
    fn offset(&self, value_offset: usize, past: bool) -> Option<u32> {
        let value_offset = u32::try_from(value_offset).ok()?;
        let index = self.pieces.partition_point(|piece| piece.value_start <= value_offset).checked_sub(1)?;
        let piece = self.pieces[index];
        Some(match (piece.verbatim, past) {
            (true, _) => piece.span.start + (value_offset - piece.value_start) + u32::from(past),
            (false, false) => piece.span.start,
            (false, true) => piece.span.end,
        })
    }
}

/// Everything limbeck reads from one revision file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// The file it was read from.
    pub file: FileId,
    /// What the module's header says.
    pub header: Header,
    /// `def upgrade`, the last one in the module.
    pub upgrade: Option<Function>,
    /// `def downgrade`, the last one in the module.
    pub downgrade: Option<Function>,
    /// Every call in the file, in order of its first byte, outer calls before the calls inside them.
    pub calls: Vec<Call>,
    /// Every string literal in the file, in order.
    pub literals: Vec<Literal>,
}

/// A place where a file is not Python.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// What is wrong, as the parser says it: a lower-case fragment.
    pub message: String,
    /// Where.
    pub span: Span,
}
