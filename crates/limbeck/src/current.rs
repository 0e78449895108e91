//! `limbeck current`.

use std::process::ExitCode;

use limbeck_graph::{Graph, Revision};
use limbeck_report::{Body, Current as Answer};
use limbeck_types::{Diagnostic, RevisionId};

use crate::args::{Common, Current};
use crate::output::Printer;
use crate::question::ask;
use crate::rows;

/// Shows the revisions that a database stands at; fails where the tree does not have one of them, and with
/// `--check-heads` where they are not the heads.
pub(crate) fn run(common: &Common, arguments: &Current, printer: &Printer) -> ExitCode {
    let asked = match ask("current", common, &arguments.headers, printer) {
        Ok(asked) => asked,
        Err(code) => return code,
    };
    let rows = match rows::ask(&asked, &arguments.database, printer) {
        Ok(rows) => rows,
        Err(diagnostic) => return asked.refuse(diagnostic.into(), printer),
    };
    let graph = &asked.tree.graph;
    let mut diagnostics = rows.unknown(graph);
    if arguments.check_heads && diagnostics.is_empty() {
        diagnostics.extend(not_at_heads(&rows.ids, graph));
    }
    let revisions = asked.entries(graph.all_current(&rows.ids));
    let current = Answer { rows: &rows.ids, revisions, url: &rows.url, verbose: printer.verbose };
    asked.answer_with(&diagnostics, Body::Current(current), printer)
}

fn not_at_heads(rows: &[RevisionId], graph: &Graph) -> Option<Diagnostic> {
    let heads: Vec<&RevisionId> = graph.heads().map(Revision::id).collect();
    let real_heads: Vec<&RevisionId> = graph.real_heads().map(Revision::id).collect();
    let pending = graph.upgrade_plan("heads", rows).ok().map(|plan| plan.len());
    limbeck_lint::not_at_heads(rows, &heads, &real_heads, pending)
}
