//! Thousands of generated revisions, each a case: every directive with each two values of its parameters, every type,
//! defaults, texts, binds, constructs (`sql_corpus.py`).
//!
//! What alembic renders limbeck must render, byte by byte but for white space; where alembic raises, limbeck must say that
//! it does not know, and render nothing else before. Where alembic dies for want of a database, limbeck must render all up to
//! there, say so, and go on.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::align::{Finding, Kind, align};
use super::ours::{Entry, ours};
use super::theirs::{Revision, of_projects};
use super::{Direction, squeezed};
use crate::project::{Project, copy};
use crate::python;

/// Each way in which env.py can set what changes SQL; the folders that `sql_corpus.py` makes.
const PROJECTS: [&str; 5] = ["template", "convention", "columns", "bare", "literal"];

/// Cases in which alembic dies for want of a database.
const DEATHS: &str = "no result";
/// What they send last.
const AFTER: &str = "SELECT 'after'";

/// How many cases of a class are what.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cases {
    /// Rendered as alembic does.
    pub equal: usize,
    /// alembic raises, and limbeck does not know.
    pub refused: usize,
    /// alembic renders, and limbeck does not know.
    pub opaque: usize,
    /// limbeck renders something else.
    pub different: usize,
}

/// What was found out.
#[derive(Debug, Default)]
pub struct Corpus {
    /// By class.
    pub classes: BTreeMap<String, Cases>,
    /// What is not equal, for people: the case, and both sides.
    pub findings: Vec<(Kind, String)>,
}

/// Compares all cases.
pub fn corpus() -> Corpus {
    let generated = Project::empty();
    let folder = generated.directory();
    python::script("sql_corpus.py", &[folder.to_str().expect("a path of ASCII")]);
    let folders: Vec<PathBuf> = PROJECTS.iter().map(|name| folder.join(name)).collect();
    let mut corpus = Corpus::default();
    for (folder, theirs) in folders.iter().zip(of_projects(&folders)) {
        let project = Project::empty();
        copy(folder, &project.directory());
        let ours = ours(&project, Direction::Upgrade);
        for revision in theirs.of(Direction::Upgrade) {
            corpus.judge(revision, ours.get(&revision.id).map_or(&[][..], Vec::as_slice));
        }
    }
    corpus
}

impl Corpus {
    fn judge(&mut self, revision: &Revision, entries: &[Entry]) {
        let (class, shown) = case(revision);
        let is_refused = agrees_to_refuse(revision, entries, class == DEATHS);
        let cases = self.classes.entry(class).or_default();
        if let Some(reason) = &revision.failed {
            if is_refused {
                cases.refused += 1;
            } else {
                cases.different += 1;
                let theirs: String = revision
                    .statements
                    .iter()
                    .map(|text| format!("  alembic: {}\n", squeezed(text)))
                    .collect();
                let ours: String = entries.iter().map(said).collect();
                self.findings
                    .push((Kind::Different, format!("{shown}{theirs}  alembic raises {reason}\n{ours}")));
            }
            return;
        }
        let (_, found) = align(revision, entries, Direction::Upgrade);
        let is = |kind: Kind| found.iter().any(|finding: &Finding| finding.kind == kind);
        match (is(Kind::Different), is(Kind::Opaque)) {
            (true, _) => cases.different += 1,
            (false, true) => cases.opaque += 1,
            (false, false) => cases.equal += 1,
        }
        for finding in found {
            let theirs: String =
                finding.theirs.iter().map(|text| format!("  alembic: {}\n", squeezed(text))).collect();
            let ours: String = entries.iter().map(said).collect();
            self.findings.push((finding.kind, format!("{shown}{theirs}{ours}")));
        }
    }

    /// A line for each class, and one for all.
    pub fn table(&self) -> String {
        let line = |class: &str, Cases { equal, refused, opaque, different }: Cases| {
            format!("{class:28} {equal:>6} {refused:>8} {opaque:>7} {different:>10}\n")
        };
        let head =
            format!("{:28} {:>6} {:>8} {:>7} {:>10}\n", "class", "equal", "refused", "opaque", "different");
        let classes: String = self.classes.iter().map(|(class, cases)| line(class, *cases)).collect();
        head + &classes + &line("all", self.all())
    }

    /// Of all classes.
    pub fn all(&self) -> Cases {
        self.classes.values().fold(Cases::default(), |sum, one| Cases {
            equal: sum.equal + one.equal,
            refused: sum.refused + one.refused,
            opaque: sum.opaque + one.opaque,
            different: sum.different + one.different,
        })
    }
}

/// Whether limbeck stops where alembic raises, or before, with nothing else until then; `exactly` there, and goes on.
fn agrees_to_refuse(revision: &Revision, entries: &[Entry], exactly: bool) -> bool {
    let Some(at) = entries.iter().position(|entry| entry.reason.is_some()) else { return false };
    let text = |entry: &Entry| entry.text.as_deref().map(squeezed).unwrap_or_default();
    let ours: Vec<String> = entries[..at].iter().map(text).collect();
    let theirs: Vec<String> = revision.statements.iter().map(|text| squeezed(text)).collect();
    let says_so =
        || entries[at].reason.as_deref().is_some_and(|reason| reason.contains("offline mode has no"));
    let goes_on = || entries[at..].iter().any(|entry| text(entry) == AFTER && entry.reason.is_none());
    theirs.starts_with(&ours) && (!exactly || (ours.len() == theirs.len() && says_so() && goes_on()))
}

fn said(entry: &Entry) -> String {
    match (&entry.text, &entry.reason) {
        (Some(text), None) => format!("  limbeck: {}\n", squeezed(text)),
        (_, reason) => format!("  unknown: {}\n", reason.as_deref().unwrap_or_default()),
    }
}

/// What the case is about, which is its docstring; and the case in its own words.
fn case(revision: &Revision) -> (String, String) {
    let text = std::fs::read_to_string(&revision.file).expect("a file that alembic has read");
    let class = text.lines().next().unwrap_or_default().trim_matches('"');
    let body = text.split("def upgrade():\n").nth(1).and_then(|rest| rest.split("\n\n\ndef").next());
    let project = revision.file.ancestors().nth(3).and_then(|folder| folder.file_name()).unwrap_or_default();
    let shown = format!("== {} {}\n{}\n", project.display(), revision.id, body.unwrap_or_default());
    (class.to_owned(), shown)
}
