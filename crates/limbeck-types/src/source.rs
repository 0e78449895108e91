//! Files as text, and places in them.

use std::path::PathBuf;

/// A half-open range of bytes in the text of one source: `start` included, `end` excluded, both 0-based.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span from byte `start` up to byte `end`. Offsets past 4 GiB are clamped.
    pub fn new(start: usize, end: usize) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { start: clamp(start), end: clamp(end) }
    }

    /// The same bytes as a range that indexes a `str`.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether `other` lies wholly inside this span.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Length in bytes.
    pub fn len(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    /// Whether the span covers no byte.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

/// Names one source of a run: an index into [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct FileId(pub u32);

/// A span in a named source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The source.
    pub file: FileId,
    /// Where in its text.
    pub span: Span,
}

/// A file of the user's, read and decoded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Source {
    /// Where the file really is, symbolic links resolved: what alembic calls its `path`.
    pub path: PathBuf,
    /// The path as people see it: relative to the current directory, with `/`.
    pub shown: String,
    /// The text, decoded as Python would decode it. A byte order mark stays in it, so that offsets are the file's own.
    pub text: String,
}

/// Every file that a run has read, in alembic's load order where they are revision files.
#[derive(Debug, Clone, Default)]
pub struct Sources(pub Vec<Source>);

impl Sources {
    /// The source that `file` names. Panics on an id of another run, which is a bug.
    pub fn get(&self, file: FileId) -> &Source {
        &self.0[file.0 as usize]
    }

    /// Adds a source and gives the id that names it from now on.
    pub fn push(&mut self, source: Source) -> FileId {
        let id = u32::try_from(self.0.len()).expect("fewer than 2^32 files are read in a run");
        self.0.push(source);
        FileId(id)
    }

    /// The source at this real path, if it was read.
    pub fn find(&self, path: &std::path::Path) -> Option<FileId> {
        let index = self.0.iter().position(|source| source.path == path)?;
        Some(FileId(u32::try_from(index).expect("push bounds the number of sources")))
    }
}

impl std::ops::Index<FileId> for Sources {
    type Output = Source;

    fn index(&self, file: FileId) -> &Source {
        self.get(file)
    }
}
