//! Chores of the repository: setting up a machine, running all tests, measuring, checking the shape.
//!
//! Depends on no workspace crate; nothing depends on it.

mod bench;
mod edges;
mod fuzz;
mod machine;
mod measure;
mod server;
mod test;
mod tidy;
mod trees;

use anyhow::{Result, bail};

const USAGE: &str = "\
cargo xtask test [ARGUMENTS]   make environments, fetch servers, run every test (arguments go to nextest)
cargo xtask fuzz-graph [TREES] compare random trees with the real alembic, 20,000 unless said
cargo xtask fuzz [SECONDS]     fuzz the readers of Python and SQL, 3,600 seconds unless said
cargo xtask trees              compare the trees of public packages with the real alembic
cargo xtask sql-parity [TREE…] [--show different|opaque|failed]
                               compare the SQL of these trees, or of `corpus`, with alembic's offline mode
cargo xtask tidy               check the crates' edges and the repository's rules
cargo xtask bench              measure against alembic, as ratios of medians
cargo xtask setup              only make the environments and fetch what tests need";

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    match command.as_str() {
        "test" => test::run(&rest),
        "fuzz-graph" => test::fuzz_graph(rest.first().map(String::as_str)),
        "fuzz" => fuzz::run_for(rest.first().map(String::as_str)),
        "trees" => test::trees(),
        "sql-parity" => test::sql_parity(&rest),
        "tidy" => tidy::run(),
        "bench" => bench::run(),
        "setup" => trees::fetch(&machine::Machine::prepare()?).map(drop),
        other => bail!("unknown task `{other}`\n{USAGE}"),
    }
}
