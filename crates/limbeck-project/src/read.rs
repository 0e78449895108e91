//! Python files to sources, one read each, and what is wrong with a file, as data.

use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use limbeck_types::{FileId, Source, Sources, Span};

use crate::decode::decode;
use crate::listing::{FileKind, Listing, VersionFile};
use crate::paths::{real_or_same, shown};

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
        !matches!(self, Self::Unreadable | Self::CompiledOnly | Self::UnreadableFolder | Self::NullByte)
    }
}

/// Reads a single Python file, such as `env.py`. `shown_from` is absolute, best with symbolic links resolved.
///
/// It never fails: what cannot be read has no text and a fault.
pub fn read_source(path: &Path, shown_from: &Path) -> ReadFile {
    read(VersionFile { path: real_or_same(path), kind: FileKind::Source, location: 0 }, shown_from)
}

/// Reads a revision file of a [`Listing`]. The files of a listing can be read in any order, and in parallel.
pub fn read_version_file(file: &VersionFile, shown_from: &Path) -> ReadFile {
    read(file.clone(), shown_from)
}

/// Makes the sources and problems of a run from a listing and its files, which must be in the listing's order.
pub fn collect(listing: &Listing, files: Vec<ReadFile>, shown_from: &Path) -> (Sources, Vec<ReadProblem>) {
    let mut sources = Sources(Vec::with_capacity(files.len()));
    let mut problems = Vec::new();
    for read in files {
        let file = sources.push(read.source);
        problems.extend(read.fault.map(|fault| problem(file, fault)));
    }
    for file in repeated(listing, &sources) {
        let message = "it is reached twice; alembic warns and ignores the second time".to_owned();
        let fault = ReadFault { span: Span::default(), message, kind: ReadProblemKind::ReachedTwice };
        problems.push(problem(file, fault));
    }
    for (path, reason) in &listing.unreadable_folders {
        let folder = empty(path.clone(), shown_from, ReadProblemKind::UnreadableFolder, reason.clone());
        let file = sources.push(folder.source);
        problems.extend(folder.fault.map(|fault| problem(file, fault)));
    }
    (sources, problems)
}

/// The files that the listing met again, once for each time.
fn repeated(listing: &Listing, sources: &Sources) -> Vec<FileId> {
    if listing.repeated.is_empty() {
        return Vec::new();
    }
    let ids: HashMap<&Path, FileId> =
        (0..).map(FileId).zip(&sources.0).map(|(file, source)| (source.path.as_path(), file)).collect();
    listing.repeated.iter().filter_map(|path| ids.get(path.as_path()).copied()).collect()
}

fn problem(file: FileId, fault: ReadFault) -> ReadProblem {
    ReadProblem { file, span: fault.span, message: fault.message, kind: fault.kind }
}

fn read(file: VersionFile, shown_from: &Path) -> ReadFile {
    let VersionFile { path, kind, .. } = file;
    match kind {
        FileKind::Source => {}
        FileKind::Compiled => {
            let message = "it is compiled, and its text is not there: only alembic can read it";
            return empty(path, shown_from, ReadProblemKind::CompiledOnly, message.to_owned());
        }
        FileKind::Special => {
            let message = "it is not a regular file";
            return empty(path, shown_from, ReadProblemKind::Unreadable, message.to_owned());
        }
    }
    match read_whole(&path) {
        Ok(bytes) => {
            let (text, fault) = decode(bytes);
            ReadFile { source: Source { shown: shown(&path, shown_from), path, text }, fault }
        }
        Err(error) => {
            let message = format!("it cannot be read: {error}");
            empty(path, shown_from, ReadProblemKind::Unreadable, message)
        }
    }
}

/// `std::fs::read` with one system call less a file: the file that has as many bytes as it said is not asked for more.
/// Opening and reading is most of what `heads` does on a large tree.
fn read_whole(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut file = std::fs::File::open(path)?;
    let length = usize::try_from(file.metadata()?.len()).unwrap_or(0);
    let mut bytes = vec![0; length];
    let mut filled = 0;
    while filled < length {
        match file.read(&mut bytes[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(filled);
    // A file without a length, or one that has just shrunk, is read to its end.
    if filled == 0 || filled < length {
        file.read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

fn empty(path: PathBuf, shown_from: &Path, kind: ReadProblemKind, message: String) -> ReadFile {
    let source = Source { shown: shown(&path, shown_from), path, text: String::new() };
    ReadFile { source, fault: Some(ReadFault { span: Span::default(), message, kind }) }
}
