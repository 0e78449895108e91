//! What a folder holds.
//!
//! It owns how entries are asked for and kept. A large folder costs one piece of memory and not one for each name.

use std::ffi::OsStr;
use std::io;
use std::num::NonZero;
use std::ops::Range;
use std::path::Path;

use self::names::{Name, Names};

/// What an entry is, without following links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Regular,
    Folder,
    Link,
    /// A pipe, socket or device, or what the system does not tell.
    Other,
}

impl From<io::Result<std::fs::FileType>> for Kind {
    fn from(kind: io::Result<std::fs::FileType>) -> Self {
        match kind {
            Ok(kind) if kind.is_file() => Self::Regular,
            Ok(kind) if kind.is_dir() => Self::Folder,
            Ok(kind) if kind.is_symlink() => Self::Link,
            _ => Self::Other,
        }
    }
}

/// What is known of a file that somebody was told of while its folder was listed.
pub(crate) type Ticket = NonZero<u32>;

/// A file of a folder.
#[derive(Debug, Clone)]
pub(crate) struct Listed<'f> {
    pub(crate) name: &'f OsStr,
    /// Where the name stands in the text of all names, if there is one.
    pub(crate) range: Range<u32>,
    pub(crate) kind: Kind,
    pub(crate) met: Option<Ticket>,
}

/// The entries of a folder, sorted by name as Python sorts `str`: by code point.
#[derive(Debug, Default)]
pub(crate) struct Folder {
    names: Names,
    files: Vec<File>,
    folders: Vec<Name>,
}

/// An entry that is no folder.
#[derive(Debug)]
struct File {
    name: Name,
    kind: Kind,
    met: Option<Ticket>,
}

impl Folder {
    /// Lists the folder. `met` is told of each file as the system lists it, and what it answers is kept.
    pub(crate) fn read(path: &Path, mut met: impl FnMut(&OsStr, Kind) -> Option<Ticket>) -> io::Result<Self> {
        let mut folder = Self::default();
        each_entry(path, |name, kind| {
            let met = if kind == Kind::Folder { None } else { met(name, kind) };
            let name = folder.names.add(name);
            match kind {
                Kind::Folder => folder.folders.push(name),
                kind => push(&mut folder.files, File { name, kind, met }),
            }
        })?;
        let names = &folder.names;
        // Bytes of UTF-8 sort as code points do; no name is there twice.
        folder.files.sort_unstable_by(|left, right| names.get(&left.name).cmp(names.get(&right.name)));
        folder.folders.sort_unstable_by(|left, right| names.get(left).cmp(names.get(right)));
        Ok(folder)
    }

    /// All that is no folder.
    pub(crate) fn files(&self) -> impl ExactSizeIterator<Item = Listed<'_>> {
        self.files.iter().map(|File { name, kind, met }| Listed {
            name: self.names.get(name),
            range: name.range(),
            kind: *kind,
            met: *met,
        })
    }

    /// All names in one text, in which each stands at its [`Listed::range`]; `None` where they are no such text.
    pub(crate) fn into_text(self) -> Option<String> {
        self.names.into_text()
    }

    /// Whether there is such a text.
    pub(crate) fn is_text(&self) -> bool {
        self.names.is_text()
    }

    pub(crate) fn folders(&self) -> impl ExactSizeIterator<Item = &OsStr> {
        self.folders.iter().map(|name| self.names.get(name))
    }
}

/// Appends, making room for many more at once: what is moved from a smaller room to a larger one touches both, and memory
/// that nobody has touched costs nothing.
fn push<T>(list: &mut Vec<T>, item: T) {
    if list.len() == list.capacity() {
        list.reserve(ROOM.max(list.len() * 7));
    }
    list.push(item);
}

/// For so many items to begin with.
const ROOM: usize = 64;

/// Names one after another in one piece of memory.
#[cfg(unix)]
mod names {
    use std::ffi::OsStr;
    use std::ops::Range;
    use std::os::unix::ffi::OsStrExt;

    #[derive(Debug, Default)]
    pub(super) struct Names(Vec<u8>);

    /// Where a name begins and ends.
    #[derive(Debug)]
    pub(super) struct Name(u32, u32);

    impl Names {
        pub(super) fn add(&mut self, name: &OsStr) -> Name {
            let index = |at: usize| u32::try_from(at).expect("no folder has 4 GiB of names");
            let start = index(self.0.len());
            if self.0.capacity() - self.0.len() < name.len() {
                // As in `push`.
                self.0.reserve((super::ROOM * 32).max(self.0.len() * 7));
            }
            self.0.extend_from_slice(name.as_bytes());
            Name(start, index(self.0.len()))
        }

        pub(super) fn get<'n>(&'n self, name: &'n Name) -> &'n OsStr {
            OsStr::from_bytes(&self.0[name.0 as usize..name.1 as usize])
        }

        pub(super) fn is_text(&self) -> bool {
            std::str::from_utf8(&self.0).is_ok()
        }

        pub(super) fn into_text(self) -> Option<String> {
            String::from_utf8(self.0).ok()
        }
    }

    impl Name {
        pub(super) fn range(&self) -> Range<u32> {
            self.0..self.1
        }
    }
}

#[cfg(not(unix))]
mod names {
    use std::ffi::{OsStr, OsString};
    use std::ops::Range;

    #[derive(Debug, Default)]
    pub(super) struct Names;

    #[derive(Debug)]
    pub(super) struct Name(OsString);

    #[expect(clippy::unused_self, reason = "elsewhere it holds the names")]
    impl Names {
        pub(super) fn add(&mut self, name: &OsStr) -> Name {
            Name(name.to_owned())
        }

        pub(super) fn get<'n>(&'n self, name: &'n Name) -> &'n OsStr {
            &name.0
        }

        pub(super) fn is_text(&self) -> bool {
            false
        }

        pub(super) fn into_text(self) -> Option<String> {
            None
        }
    }

    impl Name {
        #[expect(clippy::unused_self, reason = "elsewhere it has one")]
        pub(super) fn range(&self) -> Range<u32> {
            0..0
        }
    }
}

/// Gives each entry as the system gives it: the standard library makes two copies of each name.
#[cfg(target_os = "linux")]
fn each_entry(path: &Path, mut take: impl FnMut(&OsStr, Kind)) -> io::Result<()> {
    use std::os::unix::ffi::OsStrExt;

    use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, RawDir, openat, statat};
    use rustix::io::retry_on_intr;

    /// Many entries, of which each takes at most 280 bytes.
    const BUFFER: usize = 32 * 1024;

    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let folder = retry_on_intr(|| openat(CWD, path, flags, Mode::empty()))?;
    let mut buffer = Vec::with_capacity(BUFFER);
    let mut entries = RawDir::new(&folder, buffer.spare_capacity_mut());
    while let Some(entry) = entries.next() {
        let entry = entry?;
        let name = entry.file_name();
        if matches!(name.to_bytes(), b"." | b"..") {
            continue;
        }
        // Some file systems do not say it in the list.
        let kind = match entry.file_type() {
            FileType::Unknown => statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW)
                .map_or(FileType::Unknown, |metadata| FileType::from_raw_mode(metadata.st_mode)),
            kind => kind,
        };
        let kind = match kind {
            FileType::RegularFile => Kind::Regular,
            FileType::Directory => Kind::Folder,
            FileType::Symlink => Kind::Link,
            _ => Kind::Other,
        };
        take(OsStr::from_bytes(name.to_bytes()), kind);
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn each_entry(path: &Path, mut take: impl FnMut(&OsStr, Kind)) -> io::Result<()> {
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        take(&entry.file_name(), entry.file_type().into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the standard library lists, in the same order.
    fn expected(path: &Path) -> Vec<(std::ffi::OsString, Kind)> {
        let entries = std::fs::read_dir(path).expect("the folder is there").map(|entry| {
            let entry = entry.expect("the folder can be listed");
            (entry.file_name(), Kind::from(entry.file_type()))
        });
        let mut entries: Vec<_> = entries.collect();
        entries.sort_by(|left, right| left.0.cmp(&right.0));
        entries
    }

    #[test]
    fn a_folder_is_what_the_standard_library_says() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        // Several times what one call of the system gives.
        for number in 0..2000 {
            let name = format!("{:x}_a_file_of_many.py", number * 7919 % 2003);
            std::fs::write(folder.path().join(name), "").expect("a file can be made");
        }
        std::fs::create_dir(folder.path().join("a folder")).expect("a folder can be made");
        #[cfg(unix)]
        std::os::unix::fs::symlink("nowhere", folder.path().join("a link")).expect("a link can be made");
        let mut told = Vec::new();
        let listed = Folder::read(folder.path(), |name, kind| {
            told.push((name.to_owned(), kind));
            Ticket::new(u32::try_from(told.len()).expect("it is a few"))
        })
        .expect("the folder is there");
        assert!(listed.files().is_sorted_by_key(|file| file.name));
        assert_eq!(told.len(), listed.files().len());
        for file in listed.files() {
            let met = file.met.expect("each has a number").get() as usize;
            assert_eq!(told[met - 1], (file.name.to_owned(), file.kind));
        }
        let folders = listed.folders().map(|name| (name.to_owned(), Kind::Folder));
        let files = listed.files().map(|file| (file.name.to_owned(), file.kind));
        let mut all: Vec<_> = files.chain(folders).collect();
        all.sort_by(|left, right| left.0.cmp(&right.0));
        assert_eq!(all, expected(folder.path()));
        #[cfg(unix)]
        {
            let at = |range: &Range<u32>| range.start as usize..range.end as usize;
            let names: Vec<_> = listed.files().map(|file| (file.name.to_owned(), at(&file.range))).collect();
            let text = listed.into_text().expect("they are UTF-8");
            assert!(names.iter().all(|(name, range)| **name == text[range.clone()]));
        }
    }

    #[test]
    fn what_is_no_folder_cannot_be_listed() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("nothing");
        let said = |result: io::Result<()>| result.expect_err("it is not there").to_string();
        assert_eq!(
            said(Folder::read(&path, |_, _| None).map(drop)),
            said(std::fs::read_dir(&path).map(drop))
        );
        std::fs::write(&path, "").expect("a file can be made");
        assert_eq!(
            said(Folder::read(&path, |_, _| None).map(drop)),
            said(std::fs::read_dir(&path).map(drop))
        );
    }
}
