//! `limbeck check`.

use std::process::ExitCode;

use limbeck_report::{Body, Document, Verdict};
use limbeck_types::Diagnostic;

use crate::args::{Check, Common};
use crate::gate::Gate;
use crate::options::{Opened, open};
use crate::output::Printer;
use crate::tree::{Depth, read};
use crate::{elsewhere, unable, with_alembic};

/// Reads the tree and says all that is wrong with it.
pub(crate) fn run(common: &Common, arguments: &Check, printer: &Printer) -> ExitCode {
    let Opened { project, settings } = match open(common) {
        Ok(opened) => opened,
        Err(unable) => return printer.unable("check", unable.0, &unable.1),
    };
    let mut tree = read(&project, Depth::Outline);
    if tree.is_undecided() {
        tree = read(&project, Depth::Whole);
    }
    match with_alembic::import("check", &mut tree, &project, &settings, &arguments.headers, printer) {
        Ok(imported) => tree.learn(&imported, &project),
        Err(code) => return code,
    }
    tree.read_env(&project.env_file(), &project);
    let mut found = tree.diagnostics(&project);
    debug_assert!(found.iter().all(limbeck_lint::is_catalogued), "every rule is in the catalogue: {found:?}");
    elsewhere::look(&mut found, &tree.problems, &project);
    if tree.migrations.is_empty() && found.is_empty() {
        return printer.unable("check", unable::no_revisions(&project), &tree.sources);
    }
    let gate = Gate::new(&arguments.gate, &settings);
    let diagnostics: Vec<Diagnostic> = gate.levels.apply(found);
    tree.keep_texts_of(&diagnostics);
    let document = Document {
        command: "check",
        verdict: gate.verdict(&diagnostics),
        sources: &tree.sources,
        diagnostics: &diagnostics,
        body: Body::Check { files: tree.migrations.len() },
    };
    debug_assert_ne!(document.verdict, Verdict::Unable, "findings are no failures");
    printer.finish(&document, &[])
}
