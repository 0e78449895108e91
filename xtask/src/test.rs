//! Every test, on a machine that has a Rust toolchain and Python with pip, nothing else.

use std::process::Command;

use anyhow::{Context, Result};

use crate::machine::{self, Machine, build, say};
use crate::server::Server;
use crate::trees;

/// How many random trees `fuzz-graph` compares unless told.
const FUZZED_TREES: &str = "20000";

/// The tests that compare random trees with the real alembic, with many more trees and no hurry.
pub(crate) fn fuzz_graph(trees: Option<&str>) -> Result<()> {
    let trees = ("LIMBECK_TEST_TREES", trees.unwrap_or(FUZZED_TREES));
    let filter = "binary(oracle) | (binary(drop_in) & test(/^random_trees/))";
    run_with(
        &["--profile", "fuzz", "--success-output", "final", "-E", filter].map(ToOwned::to_owned),
        Some(trees),
    )
}

/// The tests that compare the trees of public packages with the real alembic and with another parser.
pub(crate) fn trees() -> Result<()> {
    let filter = "(binary(drop_in) & test(dev_trees)) | binary(second_opinion)";
    run_with(&["-E", filter].map(ToOwned::to_owned), None)
}

/// Compares the SQL of the trees of public packages with alembic's, and prints a table.
pub(crate) fn sql_parity(arguments: &[String]) -> Result<()> {
    let machine = Machine::prepare()?;
    let binary = build(&machine.root, &["--package", "limbeck"], "debug")?;
    let trees = trees::fetch(&machine)?.context("there is nothing to compare")?;
    let mut parity = Command::new(env!("CARGO"));
    parity
        .args(["run", "--quiet", "--package", "limbeck-tests", "--bin", "sql-parity", "--"])
        .args(arguments);
    parity.current_dir(&machine.root);
    parity.env("LIMBECK_TEST_BINARY", binary);
    parity.env("LIMBECK_TEST_PYTHON", &machine.python);
    parity.env("LIMBECK_TEST_DEV_TREES", trees);
    parity.env("LIMBECK_CACHE_DIR", &machine.cache);
    machine::run(&mut parity)
}

/// Prepares the machine, starts the server that tests share, and runs everything under nextest.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    run_with(arguments, None)
}

fn run_with(arguments: &[String], variable: Option<(&str, &str)>) -> Result<()> {
    let machine = Machine::prepare()?;
    let binary = build(&machine.root, &["--package", "limbeck"], "debug")?;
    let server = Server::start(&machine.postgres)?;
    let nextest = machine.nextest()?;
    let mut without = Vec::new();
    let mut tests = Command::new(nextest);
    tests
        .args(["nextest", "run", "--workspace", "--no-fail-fast"])
        .args(arguments)
        .current_dir(&machine.root);
    tests.env("CARGO", env!("CARGO"));
    tests.envs(variable);
    tests.env("INSTA_UPDATE", "no");
    tests.env_remove("LIMBECK_DATABASE_URL");
    tests.env("LIMBECK_TEST_BINARY", binary);
    tests.env("LIMBECK_TEST_PYTHON", &machine.python);
    tests.env("LIMBECK_TEST_SERVER", &server.url);
    tests.env("LIMBECK_CACHE_DIR", &machine.cache);
    match &machine.python310 {
        Some(python) => {
            tests.env("LIMBECK_TEST_PYTHON310", python);
        }
        None => without.push("python3.10"),
    }
    match trees::fetch(&machine)? {
        Some(folder) => {
            tests.env("LIMBECK_TEST_DEV_TREES", folder);
        }
        None => without.push("trees of public packages"),
    }
    tests.env("LIMBECK_TEST_WITHOUT", without.join(","));
    let result = machine::run(&mut tests);
    drop(server);
    for missing in without {
        say(&format!("NOT TESTED: this machine has no {missing}"));
    }
    result
}
