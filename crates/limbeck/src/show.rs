//! `limbeck show`.

use std::process::ExitCode;

use limbeck_report::{Body, Entry};

use crate::args::{Common, Show};
use crate::output::Printer;
use crate::question::{Asked, Refusal, ask};
use crate::{rows, unable};

/// Shows what each symbol names, in full.
pub(crate) fn run(common: &Common, arguments: &Show, printer: &Printer) -> ExitCode {
    let asked = match ask("show", common, &arguments.headers, printer) {
        Ok(asked) => asked,
        Err(code) => return code,
    };
    match entries(&asked, arguments, printer) {
        Ok(revisions) => asked.answer(Body::Show { revisions }, printer),
        Err(refusal) => asked.refuse(refusal, printer),
    }
}

fn entries<'a>(asked: &'a Asked, arguments: &Show, printer: &Printer) -> Result<Vec<Entry<'a>>, Refusal> {
    let graph = &asked.tree.graph;
    let mut entries = Vec::new();
    for symbol in &arguments.revisions {
        if symbol == "current" {
            let rows = rows::ask(asked, &arguments.database, printer)?.known(graph)?;
            entries.extend(asked.entries(rows.iter().filter_map(|row| graph.get(row))));
        } else {
            let found = graph.resolve(symbol).map_err(|error| unable::symbol(&error, graph))?;
            entries.extend(asked.entries(found));
        }
    }
    Ok(entries)
}
