//! The fastest static peer, and a large tree of a public package that both can read.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::machine::{Machine, environment, run, say};

/// Lints revision files without importing them; a Rust program in a wheel.
const ZDM: &str = "zdm==0.9.1";
/// Its wheel holds 344 revision files.
const SUPERSET: &str = "apache-superset==6.1.0";

/// Takes the revision files out of a wheel: FOLDER-WITH-WHEEL TARGET
const UNZIP: &str = "
import pathlib, sys, zipfile
[wheel] = pathlib.Path(sys.argv[1]).glob('*.whl')
with zipfile.ZipFile(wheel) as files:
    names = [name for name in files.namelist() if name.startswith('superset/migrations/') and name.endswith('.py')]
    files.extractall(sys.argv[2], names)
";

/// Where `zdm` is, installed into an environment of its own.
pub(crate) fn zdm(machine: &Machine) -> Result<PathBuf> {
    let python = environment(&machine.cache, &machine.python, "zdm", &[ZDM])?;
    Ok(python.with_file_name(format!("zdm{}", std::env::consts::EXE_SUFFIX)))
}

/// The folder that holds superset's `migrations`, fetched if it is not there.
pub(crate) fn superset(machine: &Machine) -> Result<PathBuf> {
    let tree = machine.cache.join("trees/apache-superset");
    let folder = tree.join("superset");
    if !folder.join("migrations/versions").is_dir() {
        say(&format!("fetching the revision files of {SUPERSET}"));
        fetch(machine, &tree)?;
    }
    Ok(folder)
}

fn fetch(machine: &Machine, tree: &Path) -> Result<()> {
    std::fs::create_dir_all(tree).with_context(|| format!("cannot make {}", tree.display()))?;
    let wheelhouse = tempfile::tempdir_in(tree)?;
    let mut pip = Command::new(&machine.python);
    // A wheel runs no code of its package; which Python the package asks for is no matter when it is only read.
    pip.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]);
    pip.args(["--only-binary=:all:", "--ignore-requires-python", "--dest"]).arg(wheelhouse.path());
    run(pip.arg(SUPERSET))?;
    run(Command::new(&machine.python).args(["-c", UNZIP]).arg(wheelhouse.path()).arg(tree))
}
