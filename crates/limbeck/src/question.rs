//! What the commands share that ask about a tree: `heads`, `history`, `branches`, `show`, `current`.
//!
//! It owns that a tree which alembic would refuse is answered with what is wrong with it, and how a revision becomes an
//! entry of an answer.

use std::mem::ManuallyDrop;
use std::panic::resume_unwind;
use std::process::ExitCode;
use std::thread;

use limbeck_graph::Revision;
use limbeck_project::{Project, Settings};
use limbeck_report::{Body, Document, Entry, Verdict};
use limbeck_types::{Diagnostic, Field, Migration};

use crate::args::{Common, WithAlembic};
use crate::options::{Opened, open};
use crate::output::Printer;
use crate::tree::{Depth, Tree, read};
use crate::with_alembic;

/// A project whose tree alembic would take.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) command: &'static str,
    pub(crate) project: Project,
    pub(crate) settings: Settings,
    pub(crate) tree: Tree,
}

/// Why a question has no answer.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// limbeck cannot tell.
    Unable(Box<Diagnostic>),
    /// Something is wrong that must be mended first.
    Found(Vec<Diagnostic>),
}

impl From<Diagnostic> for Refusal {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Unable(Box::new(diagnostic))
    }
}

impl From<Box<Diagnostic>> for Refusal {
    fn from(diagnostic: Box<Diagnostic>) -> Self {
        Self::Unable(diagnostic)
    }
}

/// Opens the project and reads its tree. Where there is nothing to ask, it has said why, and gives the exit code.
///
/// It is never dropped, as the process ends with the answer: taking a large tree apart piece by piece is time that somebody
/// waits for.
pub(crate) fn ask(
    command: &'static str,
    common: &Common,
    headers: &WithAlembic,
    printer: &Printer,
) -> Result<ManuallyDrop<Asked>, ExitCode> {
    let opened = opened(command, common, printer)?;
    let tree = read(&opened.project, Depth::Headers);
    settled(opened, tree, command, headers, printer)
}

/// The same with all texts kept, and what `beside` gives, which has the project while the files are read.
pub(crate) fn ask_beside<T: Send>(
    command: &'static str,
    common: &Common,
    headers: &WithAlembic,
    printer: &Printer,
    beside: impl FnOnce(&Project) -> T + Send,
) -> Result<(ManuallyDrop<Asked>, T), ExitCode> {
    let opened = opened(command, common, printer)?;
    let (project, mut beside) = (&opened.project, Some(beside));
    let (tree, given) = thread::scope(|scope| {
        let work = || beside.take().map(|beside| beside(project));
        let other = thread::Builder::new().spawn_scoped(scope, work);
        let tree = read(project, Depth::Texts);
        let given = other.ok().map(|other| other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        (tree, given.flatten())
    });
    // Where there was no thread to be had, it is done now.
    let given = given.or_else(|| beside.take().map(|beside| beside(project)));
    let asked = settled(opened, tree, command, headers, printer)?;
    Ok((asked, given.unwrap_or_else(|| unreachable!("it is done by the thread, or else afterwards"))))
}

fn opened(command: &'static str, common: &Common, printer: &Printer) -> Result<Opened, ExitCode> {
    open(common).map_err(|unable| printer.unable(command, unable.0, &unable.1))
}

/// The question, unless the tree is one that alembic would refuse.
fn settled(
    Opened { project, settings }: Opened,
    mut tree: Tree,
    command: &'static str,
    headers: &WithAlembic,
    printer: &Printer,
) -> Result<ManuallyDrop<Asked>, ExitCode> {
    let imported = with_alembic::import(command, &mut tree, &project, &settings, headers, printer)?;
    tree.learn(&imported, &project);
    if tree.complete && tree.blocking().is_empty() {
        note_unknown_labels(&tree, printer);
        return Ok(ManuallyDrop::new(Asked { command, project, settings, tree }));
    }
    tree = read(&project, Depth::Whole);
    tree.learn(&imported, &project);
    let diagnostics = if tree.complete { tree.blocking() } else { tree.faults() };
    let (sources, verdict) = (&tree.sources, Verdict::Fail);
    let document = Document { command, verdict, sources, diagnostics: &diagnostics, body: Body::None };
    Err(printer.finish(&document, &[]))
}

/// Labels that only Python can tell are missing from the answer, which must not go unsaid.
fn note_unknown_labels(tree: &Tree, printer: &Printer) {
    let is_unknown = |migration: &&Migration| matches!(migration.header.branch_labels, Field::Opaque(_));
    let files: Vec<&str> = tree
        .migrations
        .iter()
        .filter(is_unknown)
        .map(|migration| tree.sources[migration.file].shown.as_str())
        .collect();
    if !files.is_empty() {
        let files = files.join(", ");
        printer.note(&format!(
            "branch labels that only Python can tell are left out, unless --with-alembic lets it: {files}"
        ));
    }
}

impl Asked {
    /// Gives the answer.
    pub(crate) fn answer(&self, body: Body<'_>, printer: &Printer) -> ExitCode {
        self.answer_with(&[], body, printer)
    }

    /// Gives the answer, unless something was found.
    pub(crate) fn answer_with(
        &self,
        diagnostics: &[Diagnostic],
        body: Body<'_>,
        printer: &Printer,
    ) -> ExitCode {
        let verdict = crate::output::verdict(diagnostics);
        let (command, sources) = (self.command, &self.tree.sources_of(diagnostics));
        printer.finish(&Document { command, verdict, sources, diagnostics, body }, &[])
    }

    /// Says why there is no answer.
    pub(crate) fn refuse(&self, refusal: Refusal, printer: &Printer) -> ExitCode {
        match refusal {
            Refusal::Unable(diagnostic) => {
                let sources = self.tree.sources_of(std::slice::from_ref(&diagnostic)).into_owned();
                printer.unable(self.command, *diagnostic, &sources)
            }
            Refusal::Found(diagnostics) => self.answer_with(&diagnostics, Body::None, printer),
        }
    }

    /// Revisions as entries, in their order.
    pub(crate) fn entries<'a>(&'a self, revisions: impl IntoIterator<Item = &'a Revision>) -> Vec<Entry<'a>> {
        revisions.into_iter().map(|revision| self.entry(revision)).collect()
    }

    /// A revision as an entry.
    pub(crate) fn entry<'a>(&'a self, revision: &'a Revision) -> Entry<'a> {
        let Tree { graph, sources, .. } = &self.tree;
        let header = self.tree.migration(revision.file()).map(|migration| &migration.header);
        Entry {
            id: revision.id(),
            down: &revision.node.down,
            depends_on: &revision.node.depends_on,
            labels: graph.labels(revision).collect(),
            next: graph.next(revision).map(Revision::id).collect(),
            is_real_head: revision.is_real_head(),
            is_current: None,
            message: header.map_or("", |header| header.message()),
            description: header.map_or("", |header| header.description()),
            file: revision.file(),
            sources,
        }
    }
}
