//! What a folder holds.
//!
//! It owns how entries are asked for and kept. A large folder costs one piece of memory and not one for each name.

use std::ffi::OsStr;
use std::io;
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

/// The entries of a folder, sorted by name as Python sorts `str`: by code point.
#[derive(Debug, Default)]
pub(crate) struct Folder {
    names: Names,
    files: Vec<(Name, Kind)>,
    folders: Vec<Name>,
}

impl Folder {
    /// Lists the folder.
    pub(crate) fn read(path: &Path) -> io::Result<Self> {
        let mut folder = Self::default();
        each_entry(path, |name, kind| {
            let name = folder.names.add(name);
            match kind {
                Kind::Folder => folder.folders.push(name),
                kind => folder.files.push((name, kind)),
            }
        })?;
        let names = &folder.names;
        // Bytes of UTF-8 sort as code points do; no name is there twice.
        folder.files.sort_unstable_by(|(left, _), (right, _)| names.get(left).cmp(names.get(right)));
        folder.folders.sort_unstable_by(|left, right| names.get(left).cmp(names.get(right)));
        Ok(folder)
    }

    /// All that is no folder.
    pub(crate) fn files(&self) -> impl ExactSizeIterator<Item = (&OsStr, Kind)> {
        self.files.iter().map(|(name, kind)| (self.names.get(name), *kind))
    }

    pub(crate) fn folders(&self) -> impl ExactSizeIterator<Item = &OsStr> {
        self.folders.iter().map(|name| self.names.get(name))
    }
}

/// Names one after another in one piece of memory.
#[cfg(unix)]
mod names {
    use std::ffi::OsStr;
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
            self.0.extend_from_slice(name.as_bytes());
            Name(start, index(self.0.len()))
        }

        pub(super) fn get<'n>(&'n self, name: &'n Name) -> &'n OsStr {
            OsStr::from_bytes(&self.0[name.0 as usize..name.1 as usize])
        }
    }
}

#[cfg(not(unix))]
mod names {
    use std::ffi::{OsStr, OsString};

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
        let listed = Folder::read(folder.path()).expect("the folder is there");
        let owned = |(name, kind): (&OsStr, Kind)| (name.to_owned(), kind);
        let folders = listed.folders().map(|name| (name, Kind::Folder));
        let mut all: Vec<_> = listed.files().chain(folders).map(owned).collect();
        assert!(listed.files().is_sorted_by_key(|(name, _)| name));
        all.sort_by(|left, right| left.0.cmp(&right.0));
        assert_eq!(all, expected(folder.path()));
    }

    #[test]
    fn what_is_no_folder_cannot_be_listed() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("nothing");
        let said = |result: io::Result<()>| result.expect_err("it is not there").to_string();
        assert_eq!(said(Folder::read(&path).map(drop)), said(std::fs::read_dir(&path).map(drop)));
        std::fs::write(&path, "").expect("a file can be made");
        assert_eq!(said(Folder::read(&path).map(drop)), said(std::fs::read_dir(&path).map(drop)));
    }
}
