//! Reads the header of every `.py` file below a folder in both ways, the fast and the whole, and exits 1 where they differ.
//!
//! `cargo run --release -p limbeck-parse --example headers -- FOLDER [--quiet]`
#![expect(clippy::print_stdout, reason = "an example prints")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use limbeck_types::{Field, FileId, Header};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(folder) = arguments.next() else {
        println!("usage: headers FOLDER [--quiet]");
        return ExitCode::from(2);
    };
    let is_quiet = arguments.next().is_some();
    let files = read(Path::new(&folder));
    let bytes: usize = files.iter().map(|(_, text)| text.len()).sum();
    let (fast, fast_time) = timed(&files, limbeck_parse::header);
    let (whole, whole_time) = timed(&files, |text| {
        let (migration, errors) = limbeck_parse::migration(FileId(0), text);
        (migration.header, errors)
    });
    let mut tally = Tally::default();
    for (((path, _), (fast, _)), (whole, errors)) in files.iter().zip(&fast).zip(&whole) {
        tally.add(path, fast, whole, errors.is_empty());
        if !is_quiet {
            println!("{}\n  {}", path.display(), summary(whole));
        }
    }
    println!(
        "{} files, {bytes} bytes: fast {fast_time:.1?}, whole {whole_time:.1?}; {} revisions, {} opaque fields, {} broken, {} differ",
        files.len(),
        tally.revisions,
        tally.opaque,
        tally.broken,
        tally.different
    );
    ExitCode::from(u8::from(tally.different > 0))
}

#[derive(Default)]
struct Tally {
    revisions: usize,
    opaque: usize,
    broken: usize,
    different: usize,
}

impl Tally {
    fn add(&mut self, path: &Path, fast: &Header, whole: &Header, is_python: bool) {
        self.revisions += usize::from(whole.revision.known().is_some());
        self.opaque += usize::from(matches!(whole.revision, Field::Opaque(_)));
        self.opaque += usize::from(matches!(whole.down_revision, Field::Opaque(_)));
        self.opaque += usize::from(matches!(whole.branch_labels, Field::Opaque(_)));
        self.opaque += usize::from(matches!(whole.depends_on, Field::Opaque(_)));
        self.broken += usize::from(!is_python);
        if is_python && fast != whole {
            self.different += 1;
            println!("DIFFERENT {}\n  fast:  {fast:?}\n  whole: {whole:?}", path.display());
        }
    }
}

fn summary(header: &Header) -> String {
    let down =
        header.down_revision.known().map(|ids| ids.iter().map(|id| id.value.as_str()).collect::<Vec<_>>());
    let id = header.revision.known().map(limbeck_types::RevisionId::as_str);
    let line = header.message().lines().next().unwrap_or_default();
    format!(
        "{id:?} <- {down:?} labels {:?} depends {:?} {line:?}",
        values(&header.branch_labels),
        values(&header.depends_on)
    )
}

fn values(field: &Field<Box<[limbeck_types::Spanned<String>]>>) -> String {
    match field {
        Field::Absent => "-".to_owned(),
        Field::Known(spanned) => {
            spanned.value.iter().map(|item| item.value.as_str()).collect::<Vec<_>>().join(",")
        }
        Field::Opaque(opaque) => format!("? {} {:?}", opaque.reason, opaque.import),
    }
}

/// The best of five rounds.
fn timed<T>(files: &[(PathBuf, String)], read: impl Fn(&str) -> T) -> (Vec<T>, Duration) {
    let round = || {
        let start = Instant::now();
        let all: Vec<T> = files.iter().map(|(_, text)| read(text)).collect();
        (all, start.elapsed())
    };
    let rounds = (0..4).map(|_| round().1).min().unwrap_or_default();
    let (all, last) = round();
    (all, last.min(rounds))
}

/// Every `.py` file that is UTF-8, in the order of paths.
fn read(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "py") {
                files.extend(std::fs::read_to_string(&path).ok().map(|text| (path, text)));
            }
        }
    }
    files.sort();
    files
}
