//! Copies of fixture projects in temporary folders.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::setup;

/// An alembic project of its own for one test, and a private `TMPDIR` beside it.
#[derive(Debug)]
pub struct Project {
    folder: TempDir,
}

impl Project {
    /// A folder with nothing in it.
    pub fn empty() -> Self {
        // The embedded server runs under another account when we are root: it must be able to enter.
        let everybody = fs::Permissions::from_mode(0o755);
        let folder = tempfile::Builder::new().prefix("limbeck-test-").permissions(everybody).tempdir();
        let project = Self { folder: folder.expect("a temporary folder") };
        fs::create_dir(project.directory()).expect("a project folder");
        fs::create_dir(project.temp()).expect("a folder for TMPDIR");
        project
    }

    /// The project pal-e-docs, in which nothing is wrong.
    pub fn green() -> Self {
        let project = Self::empty();
        copy(&setup::projects().join("pal-e-docs"), &project.directory());
        project
    }

    /// pal-e-docs with a variant's files over it.
    pub fn variant(name: &str) -> Self {
        let project = Self::green();
        project.overlay(name);
        project
    }

    /// Puts a variant's files over what is there.
    pub fn overlay(&self, name: &str) {
        copy(&variant_folder(name), &self.directory());
    }

    /// The directory in which alembic would be run.
    pub fn directory(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    /// The `TMPDIR` of everything that is run here.
    pub fn temp(&self) -> PathBuf {
        self.folder.path().join("tmp")
    }

    /// A place for what is neither the project's nor temporary: a database file, a recording.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A path below the directory.
    pub fn path(&self, path: &str) -> PathBuf {
        self.directory().join(path)
    }

    /// Reads a file.
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("cannot read {path}: {error}"))
    }

    /// Writes a file, and the folders that it lies in.
    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a path below the directory")).expect("folders for the file");
        fs::write(&path, text).unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
    }

    /// Replaces text in a file in which it must stand.
    pub fn replace(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} does not hold {from:?}");
        self.write(path, text.replace(from, to));
    }

    /// Removes a file or a folder.
    pub fn remove(&self, path: &str) {
        let path = self.path(path);
        let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.unwrap_or_else(|error| panic!("cannot remove {}: {error}", path.display()));
    }

    /// Adds a revision on top of pal-e-docs' head, with this body of `upgrade`.
    pub fn add_revision(&self, upgrade: &str) {
        self.write(ADDED_REVISION, revision("aa11bb22cc33", Some("8e4a07f5c12d"), upgrade));
    }
}

/// The file that [`Project::add_revision`] writes.
pub const ADDED_REVISION: &str = "migrations/versions/2026_10_01-aa11bb22cc33_added.py";

/// The text of a revision file.
pub fn revision(id: &str, down: Option<&str>, upgrade: &str) -> String {
    let down = down.map_or("None".to_owned(), |down| format!("\"{down}\""));
    format!(
        "\"\"\"added\n\"\"\"\n\nfrom alembic import op\n\nrevision = \"{id}\"\ndown_revision = {down}\n\n\n\
         def upgrade() -> None:\n    {upgrade}\n\n\ndef downgrade() -> None:\n    pass\n"
    )
}

/// The folder of a variant.
pub fn variant_folder(name: &str) -> PathBuf {
    setup::projects().join("pal-e-docs-variants").join(name)
}

/// Copies a folder with all that is in it, over what is there.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder to copy into");
    for entry in from.read_dir().unwrap_or_else(|error| panic!("cannot list {}: {error}", from.display())) {
        let entry = entry.expect("an entry of a folder that can be listed");
        let target = to.join(entry.file_name());
        // What Python and pytest leave in the fixtures of whoever works on them.
        if entry.file_name() == "__pycache__" {
            continue;
        }
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).expect("a file to copy");
        }
    }
}
