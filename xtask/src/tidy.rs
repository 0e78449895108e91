//! Rules of the repository that no compiler checks.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

use crate::edges::{DEV_EDGES, EDGES, OWNED, PURE};
use crate::machine::{root, say};

/// What a pure crate's `lib.rs` must hold.
const PURITY: &str = "#![deny(clippy::disallowed_methods, clippy::disallowed_types)]";

/// Checks everything and names all that is wrong.
pub(crate) fn run() -> Result<()> {
    let root = root();
    let metadata = MetadataCommand::new().manifest_path(root.join("Cargo.toml")).no_deps().exec()?;
    let mut faults = Vec::new();
    edges(&metadata, &mut faults);
    owners(&metadata, &mut faults);
    purity(&root, &mut faults);
    texts(&root, &mut faults)?;
    if faults.is_empty() {
        say(&format!("tidy: {} crates, nothing found", metadata.packages.len()));
        return Ok(());
    }
    for fault in &faults {
        say(fault);
    }
    bail!("{} faults", faults.len())
}

/// Each crate's workspace dependencies are those that are drawn, no more and no fewer crates than drawn.
fn edges(metadata: &Metadata, faults: &mut Vec<String>) {
    let drawn: BTreeSet<&str> = EDGES.iter().map(|(name, _)| *name).collect();
    let present: BTreeSet<&str> = metadata.packages.iter().map(|package| package.name.as_str()).collect();
    faults.extend(drawn.symmetric_difference(&present).map(|name| {
        format!("crate {name} is drawn in xtask/src/edges.rs or present in the workspace, but not both")
    }));
    for package in &metadata.packages {
        let allowed = allowed(&EDGES, &package.name);
        let allowed_in_tests = allowed_in_tests(&package.name);
        for (name, kind) in workspace_dependencies(package, &present) {
            let in_tests = kind == DependencyKind::Development && allowed_in_tests.contains(&name);
            if !allowed.contains(&name) && !in_tests {
                faults.push(format!("{} depends on {name}, which is not drawn", package.name));
            }
        }
    }
}

fn allowed<'a>(edges: &[(&str, &'a [&'a str])], name: &str) -> &'a [&'a str] {
    edges.iter().find(|(from, _)| *from == name).map(|(_, to)| *to).unwrap_or_default()
}

fn allowed_in_tests(name: &str) -> &'static [&'static str] {
    allowed(&DEV_EDGES, name)
}

fn workspace_dependencies<'a>(
    package: &'a Package,
    present: &BTreeSet<&str>,
) -> Vec<(&'a str, DependencyKind)> {
    let dependencies =
        package.dependencies.iter().map(|dependency| (dependency.name.as_str(), dependency.kind));
    dependencies.filter(|(name, _)| present.contains(name)).collect()
}

/// Somebody's internal API, or a thing of one room, stays with its owner.
fn owners(metadata: &Metadata, faults: &mut Vec<String>) {
    for package in &metadata.packages {
        for dependency in &package.dependencies {
            let owned = OWNED.iter().find(|(name, _)| *name == dependency.name);
            if let Some((name, owners)) = owned
                && !owners.contains(&package.name.as_str())
            {
                faults.push(format!(
                    "{} depends on {name}, which belongs to {}",
                    package.name,
                    owners.join(", ")
                ));
            }
        }
    }
}

fn purity(root: &Path, faults: &mut Vec<String>) {
    for name in PURE {
        let path = root.join("crates").join(name).join("src/lib.rs");
        if !std::fs::read_to_string(&path).is_ok_and(|text| text.contains(PURITY)) {
            faults.push(format!("{name} is pure: its lib.rs must hold `{PURITY}`"));
        }
    }
}

/// What no committed text may hold: paths of the machine that it was written on, and unresolved merges.
fn texts(root: &Path, faults: &mut Vec<String>) -> Result<()> {
    let output = Command::new("git").args(["ls-files", "-z"]).current_dir(root).output()?;
    let home = std::env::var("HOME").unwrap_or_default();
    let machine = [format!("{}/", root.display()), format!("{home}/.")];
    for name in String::from_utf8_lossy(&output.stdout).split('\0').filter(|name| !name.is_empty()) {
        let Ok(text) = std::fs::read_to_string(root.join(name)) else { continue };
        if machine.iter().any(|path| path.len() > 3 && text.contains(path.as_str())) {
            faults.push(format!("{name} holds a path of this machine"));
        }
        // The odd and the broken are fixtures there.
        if name.starts_with("fixtures/revisions/") {
            continue;
        }
        if text.lines().any(|line| line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ")) {
            faults.push(format!("{name} holds an unresolved merge"));
        }
    }
    Ok(())
}
