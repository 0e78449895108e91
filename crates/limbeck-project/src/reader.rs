//! Files to text, one after another.
//!
//! It owns what a file costs: opening and reading are most of what a question about a large tree takes. Files are opened by
//! their names in a folder that stays open, and read into memory that is used again.

use std::borrow::Cow;
use std::fs::File;
use std::io;
use std::path::Path;

use limbeck_types::{FileId, Sources, Span};

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
            FileKind::Source => {
                let file = self.folder.open(path);
                self.text(file)
            }
            FileKind::Compiled => {
                let message = "it is compiled, and its text is not there: only alembic can read it";
                unread(ReadProblemKind::CompiledOnly, message.to_owned())
            }
            FileKind::DeadLink => {
                unread(ReadProblemKind::DeadLink, "it is a link that leads nowhere".to_owned())
            }
            FileKind::Special => unread(ReadProblemKind::Unreadable, "it is not a regular file".to_owned()),
        }
    }

    /// The same for the regular file of this name in a folder.
    pub fn read_in(&mut self, folder: &Path, name: &str) -> (Cow<'_, str>, Option<ReadFault>) {
        let file = self.folder.open_in(folder, name);
        self.text(file)
    }

    /// The same for a source.
    pub fn read_one(
        &mut self,
        sources: &Sources,
        file: FileId,
        kind: FileKind,
    ) -> (Cow<'_, str>, Option<ReadFault>) {
        match sources.folder_and_name(file).filter(|_| kind == FileKind::Source) {
            Some((folder, name)) => self.read_in(folder, name),
            None => self.read(&sources[file].path, kind),
        }
    }

    fn text(&mut self, file: io::Result<File>) -> (Cow<'_, str>, Option<ReadFault>) {
        match file.and_then(|file| self.bytes(file)) {
            Ok(length) => decode(&self.bytes[..length]),
            Err(error) => unread(ReadProblemKind::Unreadable, format!("it cannot be read: {error}")),
        }
    }

    /// Reads the whole file to the front of the buffer; gives its length.
    fn bytes(&mut self, mut file: File) -> io::Result<usize> {
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
    use rustix::io::{Errno, retry_on_intr};

    /// When a file was last read is not noted down where that can be had, which takes a twentieth off its reading.
    #[cfg(target_os = "linux")]
    const UNNOTED: OFlags = OFlags::NOATIME;
    #[cfg(not(target_os = "linux"))]
    const UNNOTED: OFlags = OFlags::empty();

    /// The folder of the file that was opened last.
    #[derive(Debug, Default)]
    pub(super) struct Folder {
        open: Option<(PathBuf, OwnedFd)>,
        /// Whether the system wants to note down when files are read: they are somebody else's.
        is_noted: bool,
    }

    impl Folder {
        pub(super) fn open(&mut self, path: &Path) -> io::Result<File> {
            let bytes = path.as_os_str().as_bytes();
            let Some(slash) = memchr::memrchr(b'/', bytes).filter(|slash| *slash > 0) else {
                return File::open(path);
            };
            let (parent, name) = (&bytes[..slash], &bytes[slash + 1..]);
            if !self.is_open(Path::new(std::ffi::OsStr::from_bytes(parent))) {
                return File::open(path);
            }
            self.open_name(name)
        }

        pub(super) fn open_in(&mut self, folder: &Path, name: &str) -> io::Result<File> {
            if !self.is_open(folder) {
                return File::open(folder.join(name));
            }
            self.open_name(name.as_bytes())
        }

        /// Whether this folder is open, or can be opened: it may let its files be opened, and not itself.
        fn is_open(&mut self, folder: &Path) -> bool {
            let known = self.open.as_ref().filter(|(known, _)| known.as_os_str() == folder.as_os_str());
            if known.is_none() {
                let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
                self.open = retry_on_intr(|| openat(CWD, folder, flags, Mode::empty()))
                    .ok()
                    .map(|opened| (folder.to_owned(), opened));
            }
            self.open.is_some()
        }

        fn open_name(&mut self, name: &[u8]) -> io::Result<File> {
            let Some((_, folder)) = &self.open else { return Err(io::ErrorKind::NotFound.into()) };
            let open =
                |more: OFlags| openat(folder, name, OFlags::RDONLY | OFlags::CLOEXEC | more, Mode::empty());
            if !self.is_noted {
                match retry_on_intr(|| open(UNNOTED)) {
                    Err(Errno::PERM) => self.is_noted = true,
                    file => return Ok(File::from(file?)),
                }
            }
            Ok(File::from(retry_on_intr(|| open(OFlags::empty()))?))
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

    #[expect(clippy::unused_self, reason = "elsewhere it is one")]
    impl Folder {
        pub(super) fn open(&mut self, path: &Path) -> io::Result<File> {
            File::open(path)
        }

        pub(super) fn open_in(&mut self, folder: &Path, name: &str) -> io::Result<File> {
            File::open(folder.join(name))
        }
    }
}
