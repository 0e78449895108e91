//! `limbeck branches`.

use std::process::ExitCode;

use limbeck_graph::Revision;
use limbeck_report::{Body, BranchPoint};

use crate::args::{Branches, Common};
use crate::output::Printer;
use crate::question::ask;

/// Shows the branch points in the order of `history`, each with what follows it.
pub(crate) fn run(common: &Common, arguments: &Branches, printer: &Printer) -> ExitCode {
    let asked = match ask("branches", common, &arguments.headers, printer) {
        Ok(asked) => asked,
        Err(code) => return code,
    };
    let graph = &asked.tree.graph;
    let points = graph.history().into_iter().filter(|revision| Revision::is_branch_point(revision));
    let points = points
        .map(|revision| BranchPoint {
            entry: asked.entry(revision),
            next: asked.entries(graph.next(revision)),
        })
        .collect();
    asked.answer(Body::Branches { points, verbose: printer.verbose }, printer)
}
