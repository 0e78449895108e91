//! `limbeck history`.

use std::process::ExitCode;

use limbeck_graph::{PlanError, Range, RangeError, Revision};
use limbeck_report::{Body, Entry};
use limbeck_types::{Diagnostic, RevisionId};

use crate::args::{Common, History};
use crate::output::Printer;
use crate::question::{Asked, Refusal, ask};
use crate::{rows, unable};

/// Lists the revisions of a range, newest first.
pub(crate) fn run(common: &Common, arguments: &History, printer: &Printer) -> ExitCode {
    let asked = match ask("history", common, &arguments.headers, printer) {
        Ok(asked) => asked,
        Err(code) => return code,
    };
    match entries(&asked, arguments, printer) {
        Ok(revisions) => asked.answer(Body::History { revisions, verbose: printer.verbose }, printer),
        Err(refusal) => asked.refuse(refusal, printer),
    }
}

fn entries<'a>(asked: &'a Asked, arguments: &History, printer: &Printer) -> Result<Vec<Entry<'a>>, Refusal> {
    let range = arguments.rev_range.as_deref().map(range).transpose()?;
    let rows = rows(asked, arguments, range.as_ref(), printer)?;
    let mut entries = asked.entries(revisions(asked, range.as_ref(), &rows)?);
    if arguments.indicate_current {
        entries.iter_mut().for_each(|entry| entry.is_current = Some(rows.contains(entry.id)));
    }
    Ok(entries)
}

/// The revisions of a range, or all, newest first.
pub(crate) fn revisions<'a>(
    asked: &'a Asked,
    range: Option<&Range>,
    rows: &[RevisionId],
) -> Result<Vec<&'a Revision>, Box<Diagnostic>> {
    let graph = &asked.tree.graph;
    let Some(range) = range else { return Ok(graph.history()) };
    let revisions = graph.history_of(range, rows).map_err(|error| match error {
        PlanError::Symbol(error) => unable::symbol(&error, graph),
        error => unable::range(&format!("{}:{}", range.lower, range.upper), &error),
    })?;
    Ok(revisions)
}

/// Reads a range; unlike `upgrade`, alembic's `history` takes no symbol alone (alembic command.py, `history`).
fn range(text: &str) -> Result<Range, Box<Diagnostic>> {
    if !text.contains(':') {
        return Err(unable::no_colon(text).into());
    }
    Ok(text.parse().map_err(|error: RangeError| unable::range(text, &error))?)
}

/// What the database holds, where it is asked for. A row that the tree does not have can be no end of a range; as a mark
/// it is missed, and that is said.
fn rows(
    asked: &Asked,
    arguments: &History,
    range: Option<&Range>,
    printer: &Printer,
) -> Result<Vec<RevisionId>, Refusal> {
    let is_end = range.is_some_and(Range::needs_rows);
    if !is_end && !arguments.indicate_current {
        return Ok(Vec::new());
    }
    let rows = rows::ask(asked, &arguments.database, printer)?;
    if is_end {
        return rows.known(&asked.tree.graph);
    }
    for found in rows.unknown(&asked.tree.graph) {
        printer.note(&found.message);
    }
    Ok(rows.ids)
}
