//! Files to what they say, on as many threads as it is worth.
//!
//! It owns who reads which file, and that the answer does not depend on it.

use std::num::NonZero;
use std::sync::{Mutex, PoisonError};
use std::thread;

use limbeck_project::{ReadFault, Reader, VersionFile};
use limbeck_types::{FileId, Migration, ParseError};

use crate::tree::Depth;

/// What was read, in load order.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    /// One for each file that has text.
    pub(crate) migrations: Vec<Migration>,
    pub(crate) faults: Vec<(FileId, ReadFault)>,
    pub(crate) parse_errors: Vec<(FileId, Vec<ParseError>)>,
}

/// Fewer files than these are not worth another thread.
const FEW: usize = 200;
/// From so many threads on it is worth asking how many there may be.
const MANY: usize = 6;
/// So many are taken at a time: few, so that the threads end together even where one has met the large files.
const PIECE: usize = 8;

/// Reads and parses each file at once, while its text is at hand. The texts are put in if they are kept.
pub(crate) fn all(files: &mut [VersionFile], depth: Depth) -> Taken {
    let count = files.len();
    let mut migrations: Vec<Option<Migration>> = files.iter().map(|_| None).collect();
    let firsts = (0..).map(FileId).step_by(PIECE);
    let pieces = Mutex::new(firsts.zip(files.chunks_mut(PIECE).zip(migrations.chunks_mut(PIECE))));
    let work = |mut reader: Reader| {
        let mut taken = Taken::default();
        loop {
            let piece = pieces.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some((FileId(first), (files, migrations))) = piece else { return taken };
            for (id, (file, migration)) in (first..).map(FileId).zip(files.iter_mut().zip(migrations)) {
                *migration = one(id, file, depth, &mut reader, &mut taken);
            }
        }
    };
    let mut taken = thread::scope(|scope| {
        let spawn = |_| thread::Builder::new().spawn_scoped(scope, || work(Reader::alone())).ok();
        // Where there is no other thread to be had, this one does it all. The first one works while it is asked how many.
        let mut others: Vec<_> = (0..usize::from(count >= few(depth))).filter_map(spawn).collect();
        others.extend((2..threads(count, depth)).filter_map(spawn));
        let mut taken = work(Reader::default());
        for other in others {
            match other.join() {
                Ok(other) => taken.add(other),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        taken
    });
    // Unlike `flatten`, this leaves them where they are.
    taken.migrations = migrations.into_iter().filter_map(Option::from).collect();
    taken.faults.sort_by_key(|(file, _)| *file);
    taken.parse_errors.sort_by_key(|(file, _)| *file);
    taken
}

impl Taken {
    fn add(&mut self, other: Self) {
        self.faults.extend(other.faults);
        self.parse_errors.extend(other.parse_errors);
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

fn one(
    id: FileId,
    file: &mut VersionFile,
    depth: Depth,
    reader: &mut Reader,
    taken: &mut Taken,
) -> Option<Migration> {
    let (text, fault) = reader.read(&file.source.path, file.kind);
    let has_text = fault.as_ref().is_none_or(|fault| fault.kind.leaves_text());
    taken.faults.extend(fault.map(|fault| (id, fault)));
    let migration = has_text.then(|| {
        let (migration, errors) = parse(id, &text, depth);
        if !errors.is_empty() {
            taken.parse_errors.push((id, errors));
        }
        migration
    });
    if depth.keeps_texts() {
        file.source.text = text.into_owned();
    }
    migration
}

fn parse(file: FileId, text: &str, depth: Depth) -> (Migration, Vec<ParseError>) {
    match depth {
        Depth::Whole => limbeck_parse::migration(file, text),
        Depth::Outline => limbeck_parse::outline(file, text),
        Depth::Headers | Depth::Texts => {
            let (header, errors) = limbeck_parse::header(text);
            let (calls, literals) = (Vec::new(), Vec::new());
            (Migration { file, header, upgrade: None, downgrade: None, calls, literals }, errors)
        }
    }
}
