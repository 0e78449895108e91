//! `limbeck heads`.

use std::process::ExitCode;

use limbeck_graph::Revision;
use limbeck_report::{Body, Document, Head, Verdict};

use crate::args::{Common, Heads};
use crate::options::{Opened, open};
use crate::output::Printer;
use crate::tree::{Depth, Tree, read};

/// Shows the heads; where alembic would die of the tree, says what is wrong with it instead.
pub(crate) fn run(common: &Common, arguments: &Heads, printer: &Printer) -> ExitCode {
    let Opened { project, .. } = match open(common) {
        Ok(opened) => opened,
        Err(unable) => return printer.unable("heads", unable.0, &unable.1),
    };
    let mut tree = read(&project, Depth::Headers);
    if !tree.blocking().is_empty() || !tree.complete {
        tree = read(&project, Depth::Whole);
    }
    let diagnostics = if tree.complete { tree.blocking() } else { tree.diagnostics() };
    let heads = match arguments.resolve_dependencies {
        true => tree.graph.real_heads().map(|revision| head(revision, &tree)).collect(),
        false => tree.graph.heads().map(|revision| head(revision, &tree)).collect(),
    };
    let (verdict, body) = match diagnostics.is_empty() {
        true => (Verdict::Pass, Body::Heads { heads }),
        false => (Verdict::Fail, Body::None),
    };
    let document =
        Document { command: "heads", verdict, sources: &tree.sources, diagnostics: &diagnostics, body };
    printer.finish(&document, &[])
}

fn head(revision: &Revision, tree: &Tree) -> Head {
    Head {
        id: revision.id().clone(),
        labels: tree.graph.labels(revision).map(ToOwned::to_owned).collect(),
        effective: !revision.is_real_head(),
        message: tree.message(revision.file()).to_owned(),
        file: revision.file(),
    }
}
