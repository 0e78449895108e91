//! Which files are revision files, and in what order alembic loads them.
//!
//! It reads folders, never files. Sources: `ScriptDirectory._load_revisions`, `Script._list_py_dir` and
//! `Script._from_path` of alembic's `script/base.py`.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ffi::OsStr;
use std::num::NonZero;
use std::path::{Path, PathBuf};

use limbeck_types::{FileId, Source, SourceFolder, Sources};

use crate::Project;
use crate::folder::{Folder, Kind, Listed, Ticket};
use crate::paths::{Shown, real, real_or_same, shown};

/// What a run of alembic would load.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// The revision files in load order, none twice, without their texts.
    pub sources: Sources,
    /// What each of them is.
    pub files: Vec<VersionFile>,
    /// Files that were reached a second time, which alembic ignores with a warning: real paths, in order.
    pub repeated: Vec<PathBuf>,
    /// Folders that cannot be listed, which alembic skips without a word, each with what the system says.
    pub unreadable_folders: Vec<(PathBuf, String)>,
}

/// A file that alembic takes for a revision file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VersionFile {
    /// What it is.
    pub kind: FileKind,
    /// What was answered when it was met.
    pub met: Option<NonZero<u32>>,
    /// Which of the project's version locations it was found in.
    pub location: usize,
}

/// Is told of a regular revision file, its folder and its name, and may answer with a number to know it by.
pub type Met<'m> = dyn FnMut(&Path, &str) -> Option<NonZero<u32>> + 'm;

/// What a revision file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Python text.
    Source,
    /// Compiled code without its text, which `sourceless` allows and limbeck cannot read.
    Compiled,
    /// A pipe, socket or device, which is never opened.
    Special,
    /// A link that leads nowhere: a revision file to alembic, which then fails to open it.
    DeadLink,
}

/// The revision files of a project.
pub(crate) fn list(project: &Project, met: &mut Met<'_>) -> Listing {
    let meets_again = project.sourceless;
    let mut walk = Walk { project, met, listing: Listing::default(), meets_again, location: 0 };
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
    let is_new: Vec<bool> = listing.sources.iter().map(|source| seen.insert(&source.path)).collect();
    let repeated = listing.sources.iter().zip(&is_new).filter(|(_, is_new)| !**is_new);
    listing.repeated = repeated.map(|(source, _)| source.path.clone()).collect();
    listing.sources.retain(|FileId(file)| is_new[file as usize]);
    let mut is_new = is_new.into_iter();
    listing.files.retain(|_| is_new.next().unwrap_or_default());
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

/// `parent.join(name)`, in one piece of memory of the right size.
fn child(parent: &Path, name: &OsStr) -> PathBuf {
    let mut path = PathBuf::with_capacity(parent.as_os_str().len() + 1 + name.len());
    path.push(parent);
    path.push(name);
    path
}

struct Walk<'a, 'm> {
    project: &'a Project,
    met: &'a mut Met<'m>,
    listing: Listing,
    /// The version location that is walked: its index.
    location: usize,
    /// Whether a file may be reached twice: by two locations, by a link, or in a `__pycache__`.
    meets_again: bool,
}

impl Walk<'_, '_> {
    /// Walks a folder whose own path has no symbolic link in it: its files first, then its folders.
    ///
    /// A `__pycache__` is passed over, but not what is below it, and it does not end a walk that is not recursive.
    fn folder(&mut self, path: &Path, is_cache: bool) {
        let Some(folder) = self.read_folder(path, !is_cache) else { return };
        let is_walked = is_cache || self.project.recursive;
        let below: Vec<_> = folder.folders().filter(|_| is_walked).map(|name| path.join(name)).collect();
        if !is_cache {
            self.files(path, folder);
        }
        for path in below {
            let is_cache = ends_in_pycache(&path);
            self.folder(&path, is_cache);
        }
    }

    /// The revision files of a folder.
    fn files(&mut self, path: &Path, folder: Folder) {
        let shown = Shown::below(path, &self.project.shown_from);
        let before = shown.before().filter(|_| folder.is_text());
        self.listing.files.reserve(folder.files().len());
        self.listing.sources.reserve(folder.files().len());
        for file in folder.files() {
            self.entry(path, &shown, before.is_some(), &file);
        }
        if self.project.sourceless {
            self.cache(path, &folder);
        }
        if let Some(before) = before {
            let names = folder.into_text().unwrap_or_default();
            let (path, shown) = (path.to_path_buf(), before.to_owned());
            self.listing.sources.push_folder(SourceFolder { path, shown, names });
        }
    }

    /// Lists a folder; `is_met` says that its revision files are told of.
    fn read_folder(&mut self, path: &Path, is_met: bool) -> Option<Folder> {
        let is_file = |name: &&str, kind: Kind| kind == Kind::Regular && is_source_name(name);
        let met = |name: &OsStr, kind: Kind| -> Option<Ticket> {
            let name = name.to_str().filter(|name| is_met && is_file(name, kind))?;
            (self.met)(path, name)
        };
        match Folder::read(path, met) {
            Ok(folder) => Some(folder),
            Err(error) => {
                self.listing.unreadable_folders.push((path.to_path_buf(), error.to_string()));
                None
            }
        }
    }

    /// A file of a folder. `by_name` says that its name is enough to know where it is and how it is shown.
    fn entry(&mut self, parent: &Path, shown: &Shown, by_name: bool, file: &Listed<'_>) {
        let Listed { name, kind, met, .. } = *file;
        if kind == Kind::Link {
            return self.link(parent.join(name));
        }
        let text = name.to_str().map_or_else(|| name.to_string_lossy(), Cow::Borrowed);
        let Some(kind) = self.kind(parent, &text, kind == Kind::Regular) else { return };
        if by_name {
            self.listing.sources.push_name(file.range.clone());
        } else {
            let path = child(parent, name);
            let shown = shown.name(name).unwrap_or_else(|| self.shown(&path));
            self.listing.sources.push(Source { path, shown, text: String::new() });
        }
        self.add(kind, met);
    }

    /// A link is judged by the name of the file that it leads to; one to a folder is not followed.
    fn link(&mut self, path: PathBuf) {
        self.meets_again = true;
        let (target, is_dead) = match real(&path) {
            Ok(target) => (target, false),
            Err(_) => (dead_end(path.clone()), true),
        };
        let metadata = std::fs::metadata(&target);
        if metadata.as_ref().is_ok_and(std::fs::Metadata::is_dir) {
            return;
        }
        let name = target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let parent = target.parent().unwrap_or(&target);
        let is_regular = metadata.map_or(true, |metadata| metadata.is_file());
        if let Some(kind) = self.kind(parent, &name, is_regular) {
            // What is not there is nobody's file: the link is.
            let (kind, there) = if is_dead { (FileKind::DeadLink, &path) } else { (kind, &target) };
            let shown = self.shown(there);
            self.listing.sources.push(Source { path: target, shown, text: String::new() });
            self.add(kind, None);
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
        if !folder.folders().any(|name| name == "__pycache__") {
            return;
        }
        let Some(compiled) = self.read_folder(&cache, false) else { return };
        let stem = |name: &OsStr| name.to_string_lossy().split('.').next().unwrap_or_default().to_owned();
        let own: HashSet<String> = folder.files().map(|file| stem(file.name)).collect();
        let shown = Shown::below(&cache, &self.project.shown_from);
        for file in compiled.files().filter(|file| !own.contains(&stem(file.name))) {
            self.entry(&cache, &shown, false, &file);
        }
    }

    fn shown(&self, path: &Path) -> String {
        shown(path, &self.project.shown_from)
    }

    fn add(&mut self, kind: FileKind, met: Option<Ticket>) {
        let location = self.location;
        self.listing.files.push(VersionFile { kind, met, location });
    }
}
