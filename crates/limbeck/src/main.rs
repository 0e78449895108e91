//! The command line of limbeck: arguments, settings, exit code and progress.
//!
//! The only crate that prints, reads the environment and knows clap.

mod ahead;
mod args;
mod branches;
mod cache;
mod check;
mod current;
mod dry_run;
mod elsewhere;
mod environment;
mod gate;
mod graph;
mod heads;
mod history;
mod imports;
mod in_order;
mod interpreter;
mod interrupt;
mod options;
mod output;
mod question;
mod reaping;
mod rows;
mod server;
mod show;
mod sql;
mod take;
mod tree;
mod unable;
mod with_alembic;

use std::process::ExitCode;

use crate::args::Command;

fn main() -> ExitCode {
    let arguments = match args::read() {
        Ok(arguments) => arguments,
        Err(error) => return args::refuse(&error),
    };
    if let Command::Reap = arguments.command {
        limbeck_postgres::reaper::reap(std::io::stdin().lock());
        return ExitCode::SUCCESS;
    }
    let printer = output::Printer::new(&arguments.common);
    let code = match &arguments.command {
        Command::Check(check) => check::run(&arguments.common, check, &printer),
        Command::Heads(heads) => heads::run(&arguments.common, heads, &printer),
        Command::History(history) => history::run(&arguments.common, history, &printer),
        Command::Branches(branches) => branches::run(&arguments.common, branches, &printer),
        Command::Show(show) => show::run(&arguments.common, show, &printer),
        Command::Current(current) => current::run(&arguments.common, current, &printer),
        Command::Graph(graph) => graph::run(&arguments.common, graph, &printer),
        Command::Sql(sql) => sql::run(&arguments.common, sql, &printer),
        Command::DryRun(dry_run) => dry_run::run(&arguments.common, dry_run, &printer),
        Command::Reap => unreachable!("the reaper returned above"),
    };
    interrupt::wait_if_interrupted();
    code
}
