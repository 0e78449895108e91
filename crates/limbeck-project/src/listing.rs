//! Which files are revision files, and in what order alembic loads them.
//!
//! It reads folders, never files. Sources: `ScriptDirectory._load_revisions`, `Script._list_py_dir` and
//! `Script._from_path` of alembic's `script/base.py`.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::DirEntry;
use std::path::{Path, PathBuf};

use crate::Project;
use crate::paths::{real, real_or_same};

/// What a run of alembic would load.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// The revision files in load order, none twice.
    pub files: Vec<VersionFile>,
    /// Files that were reached a second time, which alembic ignores with a warning: real paths, in order.
    pub repeated: Vec<PathBuf>,
    /// Folders that cannot be listed, which alembic skips without a word, each with what the system says.
    pub unreadable_folders: Vec<(PathBuf, String)>,
}

/// A file that alembic takes for a revision file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionFile {
    /// Where it really is, symbolic links resolved.
    pub path: PathBuf,
    /// What it is.
    pub kind: FileKind,
    /// Which of the project's version locations it was found in.
    pub location: usize,
}

/// What a revision file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Python text.
    Source,
    /// Compiled code without its text, which `sourceless` allows and limbeck cannot read.
    Compiled,
    /// A pipe, socket or device, which is never opened.
    Special,
}

/// The revision files of a project.
pub(crate) fn list(project: &Project) -> Listing {
    let mut walk =
        Walk { project, listing: Listing::default(), meets_again: project.sourceless, location: 0 };
    for (index, location) in project.version_locations.iter().enumerate() {
        walk.location = index;
        if location.is_dir() {
            let is_cache = ends_in_pycache(location);
            walk.meets_again |= !walk.listing.files.is_empty();
            walk.folder(&real_or_same(location), is_cache);
        }
    }
    if walk.meets_again {
        part_repeated(&mut walk.listing);
    }
    walk.listing
}

/// Takes out what was reached before.
fn part_repeated(listing: &mut Listing) {
    let mut seen = HashSet::new();
    for file in std::mem::take(&mut listing.files) {
        if seen.insert(file.path.clone()) {
            listing.files.push(file);
        } else {
            listing.repeated.push(file.path);
        }
    }
}

/// Whether a file of this name is a revision file: `(?!\.\#|__init__)(.*\.py)$`, matched at the start.
pub(crate) fn is_source_name(name: &str) -> bool {
    // `.` matches no line feed, and `$` allows one at the end; no file of such a name could be loaded, though.
    name.ends_with(".py") && !name.contains('\n') && !name.starts_with(".#") && !name.starts_with("__init__")
}

/// The name of the source that a compiled file stands for: group 1 of `(?!\.\#|__init__)(.*\.py)(c|o)?$`.
fn compiled_source_name(name: &str) -> Option<&str> {
    name.strip_suffix(['c', 'o']).filter(|source| is_source_name(source))
}

fn ends_in_pycache(folder: &Path) -> bool {
    folder.file_name().is_some_and(|name| name.to_string_lossy().ends_with("__pycache__"))
}

/// Where a link that leads nowhere points to, as `Path.resolve` tells it.
fn dead_end(mut path: PathBuf) -> PathBuf {
    // As many links as Linux follows.
    for _ in 0..40 {
        let Ok(target) = std::fs::read_link(&path) else { break };
        path = path.parent().map_or_else(|| target.clone(), |parent| parent.join(&target));
    }
    path
}

struct Walk<'a> {
    project: &'a Project,
    listing: Listing,
    /// The version location that is walked: its index.
    location: usize,
    /// Whether a file may be reached twice: by two locations, by a link, or in a `__pycache__`.
    meets_again: bool,
}

/// What a folder holds, sorted by name as Python sorts `str`: by code point.
#[derive(Default)]
struct Folder {
    files: Vec<(OsString, DirEntry)>,
    folders: Vec<OsString>,
}

impl Walk<'_> {
    /// Walks a folder whose own path has no symbolic link in it: its files first, then its folders.
    ///
    /// A `__pycache__` is passed over, but not what is below it, and it does not end a walk that is not recursive.
    fn folder(&mut self, path: &Path, is_cache: bool) {
        let Some(folder) = self.read_folder(path) else { return };
        if !is_cache {
            for (name, entry) in &folder.files {
                self.entry(path, name, entry);
            }
            if self.project.sourceless {
                self.cache(path, &folder);
            }
            if !self.project.recursive {
                return;
            }
        }
        for name in folder.folders {
            let path = path.join(name);
            let is_cache = ends_in_pycache(&path);
            self.folder(&path, is_cache);
        }
    }

    fn read_folder(&mut self, path: &Path) -> Option<Folder> {
        let entries = std::fs::read_dir(path).and_then(|entries| entries.collect::<Result<Vec<_>, _>>());
        let entries = match entries {
            Ok(entries) => entries,
            Err(error) => {
                self.listing.unreadable_folders.push((path.to_path_buf(), error.to_string()));
                return None;
            }
        };
        let mut folder = Folder::default();
        for entry in entries {
            let name = entry.file_name();
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folder.folders.push(name);
            } else {
                folder.files.push((name, entry));
            }
        }
        // Bytes of UTF-8 sort as code points do.
        folder.files.sort_by(|(left, _), (right, _)| left.cmp(right));
        folder.folders.sort();
        Some(folder)
    }

    fn entry(&mut self, parent: &Path, name: &OsString, entry: &DirEntry) {
        let kind = entry.file_type();
        if kind.as_ref().is_ok_and(|kind| kind.is_symlink()) {
            return self.link(parent.join(name));
        }
        let is_regular = kind.is_ok_and(|kind| kind.is_file());
        if let Some(kind) = self.kind(parent, &name.to_string_lossy(), is_regular) {
            self.add(parent.join(name), kind);
        }
    }

    /// A link is judged by the name of the file that it leads to; one to a folder is not followed.
    fn link(&mut self, path: PathBuf) {
        self.meets_again = true;
        let target = real(&path).unwrap_or_else(|_| dead_end(path));
        let metadata = std::fs::metadata(&target);
        if metadata.as_ref().is_ok_and(std::fs::Metadata::is_dir) {
            return;
        }
        let name = target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let parent = target.parent().unwrap_or(&target);
        // One that leads nowhere is a revision file to alembic, which then fails to open it.
        let is_regular = metadata.map_or(true, |metadata| metadata.is_file());
        if let Some(kind) = self.kind(parent, &name, is_regular) {
            self.add(target, kind);
        }
    }

    /// What a file of this name is, if it is a revision file at all.
    fn kind(&self, parent: &Path, name: &str, is_regular: bool) -> Option<FileKind> {
        if is_source_name(name) {
            return Some(if is_regular { FileKind::Source } else { FileKind::Special });
        }
        let source = compiled_source_name(name).filter(|_| self.project.sourceless)?;
        let is_optimised = name.ends_with('o');
        let has_better =
            parent.join(source).exists() || (is_optimised && parent.join(format!("{source}c")).exists());
        (!has_better).then_some(FileKind::Compiled)
    }

    /// The compiled files in the `__pycache__` of a folder whose names up to the first dot are not the folder's own.
    fn cache(&mut self, path: &Path, folder: &Folder) {
        let cache = path.join("__pycache__");
        if !folder.folders.iter().any(|name| name == "__pycache__") {
            return;
        }
        let Some(compiled) = self.read_folder(&cache) else { return };
        let stem = |name: &OsString| name.to_string_lossy().split('.').next().unwrap_or_default().to_owned();
        let own: HashSet<String> = folder.files.iter().map(|(name, _)| stem(name)).collect();
        for (name, entry) in compiled.files.iter().filter(|(name, _)| !own.contains(&stem(name))) {
            self.entry(&cache, name, entry);
        }
    }

    fn add(&mut self, path: PathBuf, kind: FileKind) {
        let location = self.location;
        self.listing.files.push(VersionFile { path, kind, location });
    }
}
