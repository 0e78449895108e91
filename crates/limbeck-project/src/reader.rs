//! Files to text, one after another.
//!
//! It owns what a file costs: opening and reading are most of what a question about a large tree takes. Files are opened by
//! their names in a folder that stays open, and read into memory that is used again.

use std::borrow::Cow;
use std::io;
use std::path::Path;

use limbeck_types::Span;

use crate::decode::decode;
use crate::listing::FileKind;
use crate::read::{ReadFault, ReadProblemKind};

/// Larger than nearly every revision file; what does not fit makes it grow.
const BUFFER: usize = 64 * 1024;

/// Reads files. Each thread has its own.
#[derive(Debug, Default)]
pub struct Reader {
    folder: open::Folder,
    bytes: Vec<u8>,
}

impl Reader {
    /// A reader for a thread that was started to read files, and that shares no open file with any other.
    ///
    /// On Linux the thread gets a table of open files of its own: in a shared one each opening and closing waits for those
    /// of the other threads, a quarter of the whole time. Where the system refuses, it is slower, and nothing else.
    pub fn alone() -> Self {
        #[cfg(target_os = "linux")]
        let _ = nix::sched::unshare(nix::sched::CloneFlags::CLONE_FILES);
        Self::default()
    }

    /// The text of the file at a real path, and what alembic would stumble over, if anything.
    ///
    /// It never fails: what cannot be read has no text and a fault.
    pub fn read(&mut self, path: &Path, kind: FileKind) -> (Cow<'_, str>, Option<ReadFault>) {
        match kind {
            FileKind::Source => {}
            FileKind::Compiled => {
                let message = "it is compiled, and its text is not there: only alembic can read it";
                return unread(ReadProblemKind::CompiledOnly, message.to_owned());
            }
            FileKind::Special => {
                return unread(ReadProblemKind::Unreadable, "it is not a regular file".to_owned());
            }
            FileKind::DeadLink => {
                return unread(ReadProblemKind::DeadLink, "it is a link that leads nowhere".to_owned());
            }
        }
        match self.bytes(path) {
            Ok(length) => decode(&self.bytes[..length]),
            Err(error) => unread(ReadProblemKind::Unreadable, format!("it cannot be read: {error}")),
        }
    }

    /// Reads the whole file to the front of the buffer; gives its length.
    fn bytes(&mut self, path: &Path) -> io::Result<usize> {
        let mut file = self.folder.open(path)?;
        if self.bytes.is_empty() {
            self.bytes = vec![0; BUFFER];
        }
        let mut filled = 0;
        loop {
            if filled == self.bytes.len() {
                self.bytes.resize(filled * 4, 0);
            }
            match io::Read::read(&mut file, &mut self.bytes[filled..]) {
                Ok(0) => return Ok(filled),
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            }
            // A regular file gives less than it was asked for at its end alone, or at a page that cannot be read.
            if filled < self.bytes.len() && !filled.is_multiple_of(SMALLEST_PAGE) {
                return Ok(filled);
            }
        }
    }
}

/// No system caches files in smaller pieces.
const SMALLEST_PAGE: usize = 512;

fn unread(kind: ReadProblemKind, message: String) -> (Cow<'static, str>, Option<ReadFault>) {
    (Cow::Borrowed(""), Some(ReadFault { span: Span::default(), message, kind }))
}

#[cfg(unix)]
mod open {
    use std::fs::File;
    use std::io;
    use std::os::fd::OwnedFd;
    use std::os::unix::ffi::OsStrExt;
    use std::path::{Path, PathBuf};

    use rustix::fs::{CWD, Mode, OFlags, openat};
    use rustix::io::retry_on_intr;

    /// The folder of the file that was opened last.
    #[derive(Debug, Default)]
    pub(super) struct Folder(Option<(PathBuf, OwnedFd)>);

    impl Folder {
        pub(super) fn open(&mut self, path: &Path) -> io::Result<File> {
            let bytes = path.as_os_str().as_bytes();
            let Some(slash) = memchr::memrchr(b'/', bytes).filter(|slash| *slash > 0) else {
                return File::open(path);
            };
            let (parent, name) = (&bytes[..slash], &bytes[slash + 1..]);
            let known = self.0.as_ref().filter(|(folder, _)| folder.as_os_str().as_bytes() == parent);
            if known.is_none() {
                let parent = path.parent().unwrap_or(path);
                let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
                // A folder may let its files be opened, and not itself.
                self.0 = retry_on_intr(|| openat(CWD, parent, flags, Mode::empty()))
                    .ok()
                    .map(|folder| (parent.to_owned(), folder));
            }
            let Some((_, folder)) = &self.0 else { return File::open(path) };
            let flags = OFlags::RDONLY | OFlags::CLOEXEC;
            let file = retry_on_intr(|| openat(folder, name, flags, Mode::empty()))?;
            Ok(File::from(file))
        }
    }
}

#[cfg(not(unix))]
mod open {
    use std::fs::File;
    use std::io;
    use std::path::Path;

    #[derive(Debug, Default)]
    pub(super) struct Folder;

    impl Folder {
        #[expect(clippy::unused_self, reason = "elsewhere it is one")]
        pub(super) fn open(&mut self, path: &Path) -> io::Result<File> {
            File::open(path)
        }
    }
}
