//! Files to what they say, on as many threads as it is worth.
//!
//! It owns who reads which file, and that the answer does not depend on it.

use std::borrow::Cow;
use std::num::NonZero;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use limbeck_project::{Listing, Project, ReadFault, Reader};
use limbeck_types::{FileId, Migration, ParseError};

use crate::ahead::{Ahead, Collector, Names};
use crate::tree::Depth;

/// What was read, in load order.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    /// One for each file that has text.
    pub(crate) migrations: Vec<Migration>,
    pub(crate) faults: Vec<(FileId, ReadFault)>,
    pub(crate) parse_errors: Vec<(FileId, Vec<ParseError>)>,
    /// Texts to keep that are not at their places yet.
    texts: Vec<(FileId, String)>,
}

/// Fewer files than these are not worth another thread.
const FEW: usize = 200;
/// From so many threads on it is worth asking how many there may be.
const MANY: usize = 6;
/// So many are taken at a time: few, so that the threads end together even where one has met the large files.
const PIECE: usize = 8;
/// Room for so many that are read ahead. What nobody touches of it is never there.
const AHEAD: usize = 2000;

/// Lists the files, and reads and parses each at once, while its text is at hand. The texts are put in if they are kept.
///
/// To list a large folder, and to put it in order, takes long enough for another thread to read a good part of it.
pub(crate) fn all(project: &Project, depth: Depth) -> (Listing, Taken) {
    let (files, ahead) = (OnceLock::new(), Ahead::default());
    let mut taken = thread::scope(|scope| {
        let (sender, receiver) = channel();
        let (mut receiver, mut others) = (Some(receiver), Vec::new());
        let mut collector = Collector::new(few(depth));
        let listing = project.list_telling(&mut |folder, name| {
            collector.add(folder, name, |names| {
                let is_enough = names.len() == few(depth);
                // Where there is no other thread to be had, this one does it all, and nobody waits for names.
                let _ = sender.send(names);
                if let Some(names) = receiver.take_if(|_| is_enough) {
                    let (ahead, files) = (&ahead, &files);
                    let work = move || take_early(&names, ahead, files, depth);
                    others.extend(thread::Builder::new().spawn_scoped(scope, work));
                }
            })
        });
        let files = files.get_or_init(|| Files::of(listing));
        let early = ahead.end();
        drop(sender);
        let count = files.migrations.len();
        let spawn = |_| {
            let work = move || files.take(early, depth, Reader::alone(), Taken::default());
            thread::Builder::new().spawn_scoped(scope, work).ok()
        };
        let is_alone = others.is_empty() && count >= few(depth);
        others.extend((0..usize::from(is_alone)).filter_map(spawn));
        // The first one works while it is asked how many there may be.
        others.extend((2..threads(count, depth)).filter_map(spawn));
        let mut taken = files.take(early, depth, Reader::default(), Taken::default());
        for other in others {
            match other.join() {
                Ok(other) => taken.add(other),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        taken
    });
    let Some(Files { mut listing, migrations, .. }) = files.into_inner() else {
        unreachable!("they were put in before any was taken")
    };
    // Unlike `flatten`, this leaves them where they are.
    taken.migrations = migrations.into_iter().filter_map(OnceLock::into_inner).collect();
    taken.faults.sort_by_key(|(file, _)| *file);
    taken.parse_errors.sort_by_key(|(file, _)| *file);
    for (file, text) in std::mem::take(&mut taken.texts) {
        listing.sources.get_mut(file).text = text;
    }
    (listing, taken)
}

/// The files in load order, and how many of them were taken.
#[derive(Debug)]
struct Files {
    listing: Listing,
    migrations: Vec<OnceLock<Migration>>,
    next: AtomicUsize,
}

impl Files {
    fn of(listing: Listing) -> Self {
        let migrations = listing.files.iter().map(|_| OnceLock::new()).collect();
        Self { listing, migrations, next: AtomicUsize::new(0) }
    }

    /// Takes files until there is none left, but for those that were read ahead: the first ones that were met.
    fn take(&self, early: u32, depth: Depth, mut reader: Reader, mut taken: Taken) -> Taken {
        let Listing { sources, files, .. } = &self.listing;
        loop {
            let first = self.next.fetch_add(PIECE, Ordering::Relaxed);
            let (Some(piece), Ok(number)) = (files.get(first..), u32::try_from(first)) else { return taken };
            if piece.is_empty() {
                return taken;
            }
            for (id, file) in (number..).map(FileId).zip(piece).take(PIECE) {
                if file.met.is_none_or(|met| met.get() > early) {
                    let read = reader.read_one(sources, id, file.kind);
                    let (migration, text) = one(id, read, depth, &mut taken);
                    self.put(id, migration, text, &mut taken);
                }
            }
        }
    }

    /// Puts what was read ahead to its place.
    fn put_early(&self, early: Early, taken: &mut Taken) {
        let mut ids = vec![None; early.files.len()];
        for (id, file) in (0..).map(FileId).zip(&self.listing.files) {
            let number = file.met.map(|met| met.get() as usize - 1);
            if let Some(place) = number.and_then(|number| ids.get_mut(number)) {
                *place = Some(id);
            }
        }
        // What the listing left out after all is nobody's.
        let id = |FileId(number): FileId| ids[number as usize];
        for (id, (migration, text)) in ids.iter().zip(early.files) {
            let Some(id) = *id else { continue };
            self.put(id, migration.map(|migration| Migration { file: id, ..migration }), text, taken);
        }
        let Taken { faults, parse_errors, .. } = early.taken;
        taken.faults.extend(faults.into_iter().filter_map(|(file, fault)| Some((id(file)?, fault))));
        taken
            .parse_errors
            .extend(parse_errors.into_iter().filter_map(|(file, errors)| Some((id(file)?, errors))));
    }

    fn put(&self, id: FileId, migration: Option<Migration>, text: Option<String>, taken: &mut Taken) {
        if let Some(migration) = migration {
            let is_new = self.migrations[id.0 as usize].set(migration).is_ok();
            debug_assert!(is_new, "each file is taken once");
        }
        let text = text.map(|text| self.listing.sources.fill(id, text));
        taken.texts.extend(text.and_then(Result::err).map(|text| (id, text)));
    }
}

/// What was read ahead, with the files numbered as they were met.
#[derive(Debug)]
struct Early {
    files: Vec<(Option<Migration>, Option<String>)>,
    taken: Taken,
}

/// Reads files as they are met, until they are in order; then takes them like the others.
fn take_early(names: &Receiver<Names>, ahead: &Ahead, files: &OnceLock<Files>, depth: Depth) -> Taken {
    let mut reader = Reader::alone();
    let mut early = Early { files: Vec::with_capacity(AHEAD), taken: Taken::default() };
    let mut numbers = (0..).map(FileId);
    'listed: while let Ok(names) = names.recv() {
        for (name, number) in names.iter().zip(&mut numbers) {
            if !ahead.claim() {
                break 'listed;
            }
            let read = reader.read_in(&names.folder, name);
            early.files.push(one(number, read, depth, &mut early.taken));
        }
    }
    let (count, mut taken) = (u32::try_from(early.files.len()), Taken::default());
    let (Some(files), Ok(count)) = (files.get(), count) else { return taken };
    files.put_early(early, &mut taken);
    files.take(count, depth, reader, taken)
}

impl Taken {
    fn add(&mut self, other: Self) {
        self.faults.extend(other.faults);
        self.parse_errors.extend(other.parse_errors);
        self.texts.extend(other.texts);
    }
}

fn few(depth: Depth) -> usize {
    if matches!(depth, Depth::Headers | Depth::Texts) { FEW } else { FEW / 4 }
}

/// How many threads so many files are worth. Two are started without asking.
fn threads(files: usize, depth: Depth) -> usize {
    // To ask how many there may be takes longer than a second one costs where there is one processor.
    let wanted = files / few(depth) + 1;
    if wanted < MANY { 2 } else { thread::available_parallelism().map_or(1, NonZero::get).min(wanted) }
}

/// What a file says, and its text where texts are kept.
fn one(
    id: FileId,
    (text, fault): (Cow<'_, str>, Option<ReadFault>),
    depth: Depth,
    taken: &mut Taken,
) -> (Option<Migration>, Option<String>) {
    let has_text = fault.as_ref().is_none_or(|fault| fault.kind.leaves_text());
    taken.faults.extend(fault.map(|fault| (id, fault)));
    let migration = has_text.then(|| {
        let (migration, errors) = parse(id, &text, depth);
        if !errors.is_empty() {
            taken.parse_errors.push((id, errors));
        }
        migration
    });
    (migration, depth.keeps_texts().then(|| text.into_owned()))
}

fn parse(file: FileId, text: &str, depth: Depth) -> (Migration, Vec<ParseError>) {
    match depth {
        Depth::Whole => limbeck_parse::migration(file, text),
        Depth::Outline => limbeck_parse::outline(file, text),
        Depth::Headers | Depth::Texts => {
            let (header, errors) = limbeck_parse::header(text);
            (Migration::of_header(file, header), errors)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use limbeck_project::{Request, open};

    use super::*;

    /// Files that are read in every way: as they are met, in order, and those that cannot be read.
    fn project(folder: &std::path::Path) -> Project {
        let ini =
            "[alembic]\nscript_location = m\nversion_locations = m/a m/b m/a m/c\npath_separator = space\n";
        fs::write(folder.join("alembic.ini"), ini).unwrap();
        for (part, count) in [("a", 700), ("b", 30), ("c", 260)] {
            let versions = folder.join("m").join(part);
            fs::create_dir_all(&versions).unwrap();
            for number in 0..count {
                let text = match number % 50 {
                    7 => format!("revision = '{part}{number}'\ndef (:\n").into_bytes(),
                    8 => b"revision = '\xff'\n".to_vec(),
                    9 => b"revision = 'a'\0\n".to_vec(),
                    10 => format!("revision = f('{number}')\n").into_bytes(),
                    _ => format!("'''{number}'''\nrevision = '{part}{number}'\ndown_revision = None\n")
                        .into_bytes(),
                };
                fs::write(versions.join(format!("{:03}_{number}.py", number * 389 % 1000)), text).unwrap();
            }
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(folder.join("m/b/000_0.py"), folder.join("m/c/link.py")).unwrap();
        let (directory, shown_from) = (folder.to_path_buf(), folder.to_path_buf());
        open(&Request { directory, shown_from, name: "alembic".to_owned(), ..Request::default() }).unwrap()
    }

    #[test]
    fn who_reads_a_file_makes_no_difference() {
        let folder = tempfile::tempdir().unwrap();
        let project = project(&folder.path().canonicalize().unwrap());
        for depth in [Depth::Headers, Depth::Texts, Depth::Outline, Depth::Whole] {
            let (listing, mut reader, mut expected) = (project.list(), Reader::default(), Taken::default());
            let mut texts = Vec::new();
            for (id, file) in (0..).map(FileId).zip(&listing.files) {
                let read = reader.read(&listing.sources[id].path, file.kind);
                let (migration, text) = one(id, read, depth, &mut expected);
                expected.migrations.extend(migration);
                texts.push(text.unwrap_or_default());
            }
            assert_eq!((texts.len(), listing.repeated.len()), (990, if cfg!(unix) { 701 } else { 700 }));
            for _ in 0..10 {
                let (found, taken) = all(&project, depth);
                assert_eq!(taken.migrations, expected.migrations);
                assert_eq!((&taken.faults, &taken.parse_errors), (&expected.faults, &expected.parse_errors));
                let paths =
                    |listing: &Listing| listing.sources.iter().map(|it| it.path.clone()).collect::<Vec<_>>();
                assert_eq!((paths(&found), &found.repeated), (paths(&listing), &listing.repeated));
                assert!(found.sources.iter().map(|source| &source.text).eq(&texts));
            }
        }
    }
}
