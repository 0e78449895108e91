//! The fastest static peer, and a large tree of a public package that both can read.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::machine::{Machine, environment};
use crate::trees;

/// Lints revision files without importing them; a Rust program in a wheel.
const ZDM: &str = "zdm==0.9.1";
/// Where `zdm` is, installed into an environment of its own.
pub(crate) fn zdm(machine: &Machine) -> Result<PathBuf> {
    let python = environment(&machine.cache, &machine.python, "zdm", &[ZDM])?;
    Ok(python.with_file_name(format!("zdm{}", std::env::consts::EXE_SUFFIX)))
}

/// The folder that holds superset's `migrations`, fetched if it is not there.
pub(crate) fn superset(machine: &Machine) -> Result<PathBuf> {
    let trees =
        trees::fetch(machine)?.context("without the trees of public packages nothing can be compared")?;
    Ok(trees.join("apache-superset/superset"))
}
