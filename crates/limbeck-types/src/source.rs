//! Files as text, and places in them.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

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
///
/// Of a file that was found in a folder no more than its name is kept until somebody asks for it: of a large tree, hardly
/// any file is ever shown.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    folders: Vec<SourceFolder>,
    entries: Vec<Entry>,
}

/// A folder of which files are sources, by their names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceFolder {
    /// Where the folder really is, symbolic links resolved.
    pub path: PathBuf,
    /// What stands before a file's name in the path as people see it.
    pub shown: String,
    /// Names of files, one after another.
    pub names: String,
}

#[derive(Debug, Clone, Default)]
struct Entry {
    /// Made when it is asked for, of what the others say.
    whole: OnceLock<Box<Source>>,
    folder: u32,
    /// Where its name stands among those of the folder.
    start: u32,
    end: u32,
}

impl Sources {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.entries.iter().map(|entry| self.whole(entry))
    }

    /// The source that `file` names. Panics on an id of another run, which is a bug.
    pub fn get(&self, file: FileId) -> &Source {
        self.whole(&self.entries[file.0 as usize])
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, file: FileId) -> &mut Source {
        let entry = &mut self.entries[file.0 as usize];
        let whole = entry.whole.take().unwrap_or_else(|| made(&self.folders, entry, String::new()));
        entry.whole = OnceLock::from(whole);
        entry.whole.get_mut().unwrap_or_else(|| unreachable!("it was just put in"))
    }

    /// The folder and the name of a source that was found in a folder.
    pub fn folder_and_name(&self, file: FileId) -> Option<(&Path, &str)> {
        let entry = &self.entries[file.0 as usize];
        let folder = self.folders.get(entry.folder as usize)?;
        let name = folder.names.get(entry.start as usize..entry.end as usize)?;
        Some((&folder.path, name))
    }

    /// Gives its text to a source that nobody has asked for yet; to another one it cannot be given by several threads at
    /// once, and is handed back.
    pub fn fill(&self, file: FileId, text: String) -> Result<(), String> {
        let entry = &self.entries[file.0 as usize];
        if entry.whole.get().is_some() {
            return Err(text);
        }
        entry.whole.set(made(&self.folders, entry, text)).map_err(|whole| whole.text)
    }

    /// Adds a source and gives the id that names it from now on.
    pub fn push(&mut self, source: Source) -> FileId {
        let whole = OnceLock::from(Box::new(source));
        self.add(Entry { whole, folder: u32::MAX, ..Entry::default() })
    }

    /// Adds a source whose name stands at `name` in the folder that is the next one to be added.
    pub fn push_name(&mut self, name: Range<u32>) -> FileId {
        let folder = u32::try_from(self.folders.len()).expect("a run has fewer than 2^32 folders");
        self.add(Entry { folder, start: name.start, end: name.end, ..Entry::default() })
    }

    /// Adds the folder of the names that were added since the last one.
    pub fn push_folder(&mut self, folder: SourceFolder) {
        self.folders.push(folder);
    }

    /// Room for so many more.
    pub fn reserve(&mut self, count: usize) {
        self.entries.reserve(count);
    }

    /// Leaves out those that `keep` does not want; the others are numbered anew.
    pub fn retain(&mut self, mut keep: impl FnMut(FileId) -> bool) {
        let mut ids = (0..).map(FileId);
        self.entries.retain(|_| ids.next().is_some_and(&mut keep));
    }

    /// The source at this real path, if it was read.
    pub fn find(&self, path: &Path) -> Option<FileId> {
        let index = self.iter().position(|source| source.path == path)?;
        Some(FileId(u32::try_from(index).expect("push bounds the number of sources")))
    }

    fn whole<'s>(&'s self, entry: &'s Entry) -> &'s Source {
        entry.whole.get_or_init(|| made(&self.folders, entry, String::new()))
    }

    fn add(&mut self, entry: Entry) -> FileId {
        let id = u32::try_from(self.entries.len()).expect("fewer than 2^32 files are read in a run");
        self.entries.push(entry);
        FileId(id)
    }
}

fn made(folders: &[SourceFolder], entry: &Entry, text: String) -> Box<Source> {
    let SourceFolder { path, shown, names } = &folders[entry.folder as usize];
    let name = &names[entry.start as usize..entry.end as usize];
    Box::new(Source { path: path.join(name), shown: [shown.as_str(), name].concat(), text })
}

impl FromIterator<Source> for Sources {
    fn from_iter<I: IntoIterator<Item = Source>>(sources: I) -> Self {
        let mut all = Self::default();
        sources.into_iter().for_each(|source| {
            all.push(source);
        });
        all
    }
}

impl std::ops::Index<FileId> for Sources {
    type Output = Source;

    fn index(&self, file: FileId) -> &Source {
        self.get(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_a_folder_is_a_source_when_it_is_asked_for() {
        let mut sources = Sources::default();
        let pushed = sources.push(Source { path: "/a/b.py".into(), shown: "b.py".into(), text: "b".into() });
        let (one, two) = (sources.push_name(0..4), sources.push_name(4..9));
        let (path, shown) = ("/p/v".into(), "v/".to_owned());
        sources.push_folder(SourceFolder { path, shown, names: "1.py22.py".to_owned() });
        assert_eq!(sources.folder_and_name(pushed), None);
        assert_eq!(sources.folder_and_name(two), Some((Path::new("/p/v"), "22.py")));
        assert_eq!(sources.fill(two, "text".to_owned()), Ok(()));
        assert_eq!(sources.fill(two, "other".to_owned()), Err("other".to_owned()));
        assert_eq!(sources.fill(pushed, "other".to_owned()), Err("other".to_owned()));
        sources.get_mut(one).text = "one".to_owned();
        let told = |source: &Source| format!("{} {} {}", source.path.display(), source.shown, source.text);
        let all: Vec<String> = sources.iter().map(told).collect();
        assert_eq!(all, ["/a/b.py b.py b", "/p/v/1.py v/1.py one", "/p/v/22.py v/22.py text"]);
        assert_eq!((sources.find(Path::new("/p/v/22.py")), sources.len()), (Some(two), 3));
        sources.retain(|file| file != one);
        assert_eq!(sources.find(Path::new("/p/v/22.py")), Some(FileId(1)));
    }
}
