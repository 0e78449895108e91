//! `limbeck heads`.

use std::process::ExitCode;

use limbeck_report::Body;

use crate::args::{Common, Heads};
use crate::output::Printer;
use crate::question::ask;

/// Shows the heads; where alembic would die of the tree, says what is wrong with it instead.
pub(crate) fn run(common: &Common, arguments: &Heads, printer: &Printer) -> ExitCode {
    let asked = match ask("heads", common, &arguments.headers, printer) {
        Ok(asked) => asked,
        Err(code) => return code,
    };
    let heads = match arguments.resolve_dependencies {
        true => asked.entries(asked.tree.graph.real_heads()),
        false => asked.entries(asked.tree.graph.heads()),
    };
    asked.answer(Body::Heads { heads, verbose: printer.verbose }, printer)
}
