//! Sources and what is wrong with them, as data.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use limbeck_types::{FileId, Source, Sources, Span};

use crate::listing::{FileKind, Listing};
use crate::paths::{real_or_same, shown};
use crate::reader::Reader;

/// A file that has been read as far as it can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadFile {
    /// The file with what text there is.
    pub source: Source,
    /// What alembic would stumble over, if anything.
    pub fault: Option<ReadFault>,
}

/// What is wrong with a file, before it has a [`FileId`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadFault {
    /// Where in the source's text.
    pub span: Span,
    /// A lower-case fragment that goes on from the file's name.
    pub message: String,
    /// The kind of problem.
    pub kind: ReadProblemKind,
}

/// What is wrong with a file of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadProblem {
    /// The file; a folder for [`ReadProblemKind::UnreadableFolder`].
    pub file: FileId,
    /// Where in the source's text; empty at its beginning where no byte is to blame.
    pub span: Span,
    /// A lower-case fragment that goes on from the file's name.
    pub message: String,
    /// The kind of problem.
    pub kind: ReadProblemKind,
}

/// The ways in which a file can fail to be text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReadProblemKind {
    /// The system does not let it be read, or it is no regular file.
    Unreadable,
    /// It is a link that leads nowhere.
    DeadLink,
    /// It is not UTF-8 and does not say what else it is. (Inside a comment, CPython 3.10 to 3.13.0 lets this pass.)
    NotUtf8,
    /// It is not what its coding cookie says.
    Undecodable,
    /// Its coding cookie names an unknown codec, or contradicts its byte order mark.
    UnknownEncoding,
    /// It holds a null byte, which Python refuses.
    NullByte,
    /// It is reached twice; alembic warns and ignores the second time. The file itself is sound.
    ReachedTwice,
    /// It is compiled code without its text: only alembic can read it.
    CompiledOnly,
    /// It is a folder that cannot be listed.
    UnreadableFolder,
}

impl ReadProblemKind {
    /// Whether the source has text that is worth parsing all the same.
    pub fn leaves_text(self) -> bool {
        !matches!(
            self,
            Self::Unreadable | Self::DeadLink | Self::CompiledOnly | Self::UnreadableFolder | Self::NullByte
        )
    }

    /// Whether that text is not what the file says, letter for letter.
    pub fn garbles_text(self) -> bool {
        matches!(self, Self::NotUtf8 | Self::Undecodable | Self::UnknownEncoding)
    }
}

/// Reads a single Python file, such as `env.py`. `shown_from` is absolute, best with symbolic links resolved.
///
/// It never fails: what cannot be read has no text and a fault.
pub fn read_source(path: &Path, shown_from: &Path) -> ReadFile {
    let path = real_or_same(path);
    let mut reader = Reader::default();
    let (text, fault) = reader.read(&path, FileKind::Source);
    let (shown, text) = (shown(&path, shown_from), text.into_owned());
    ReadFile { source: Source { path, shown, text }, fault }
}

/// Makes the sources and problems of a run from a listing, of which the texts may have been put in, and of what is wrong
/// with its files.
pub fn collect(
    listing: Listing,
    mut faults: Vec<(FileId, ReadFault)>,
    shown_from: &Path,
) -> (Sources, Vec<ReadProblem>) {
    let Listing { mut sources, repeated, unreadable_folders, .. } = listing;
    faults.sort_by_key(|(file, _)| *file);
    let mut problems: Vec<_> = faults.into_iter().map(|(file, fault)| problem(file, fault)).collect();
    for file in known(&repeated, &sources) {
        let message = "it is reached twice; alembic warns and ignores the second time".to_owned();
        let fault = ReadFault { span: Span::default(), message, kind: ReadProblemKind::ReachedTwice };
        problems.push(problem(file, fault));
    }
    for (path, reason) in unreadable_folders {
        let shown = shown(&path, shown_from);
        let file = sources.push(Source { path, shown, text: String::new() });
        let kind = ReadProblemKind::UnreadableFolder;
        problems.push(problem(file, ReadFault { span: Span::default(), message: reason, kind }));
    }
    (sources, problems)
}

/// The files at these paths, once for each path.
fn known(paths: &[PathBuf], sources: &Sources) -> Vec<FileId> {
    if paths.is_empty() {
        return Vec::new();
    }
    let ids: HashMap<&Path, FileId> =
        (0..).map(FileId).zip(sources.iter()).map(|(file, source)| (source.path.as_path(), file)).collect();
    paths.iter().filter_map(|path| ids.get(path.as_path()).copied()).collect()
}

fn problem(file: FileId, fault: ReadFault) -> ReadProblem {
    ReadProblem { file, span: fault.span, message: fault.message, kind: fault.kind }
}
