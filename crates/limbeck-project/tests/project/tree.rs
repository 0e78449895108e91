//! Projects in temporary folders, and the two ways to check them.

use std::path::{Path, PathBuf};
use std::process::Command;

use limbeck_project::{Error, Project, Request, open};

/// A project in a temporary folder.
pub(crate) struct Tree {
    /// Removed when dropped.
    _folder: tempfile::TempDir,
    /// What to open.
    pub(crate) request: Request,
}

impl Tree {
    /// Files by path and text; a path that ends in `/` is a folder, and a text of `-> x` makes a link to `x`.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        for (path, text) in files {
            let path = root.join(path);
            let parent = if path.to_string_lossy().ends_with('/') { &path } else { path.parent().unwrap() };
            std::fs::create_dir_all(parent).unwrap();
            match text.strip_prefix("-> ") {
                Some(target) => std::os::unix::fs::symlink(target, &path).unwrap(),
                None if parent == path => {}
                None => std::fs::write(&path, text.replace("{root}", &root.to_string_lossy())).unwrap(),
            }
        }
        let request = Request {
            directory: root.clone(),
            shown_from: root,
            name: "alembic".into(),
            ..Request::default()
        };
        Self { _folder: folder, request }
    }

    pub(crate) fn within(mut self, directory: &str) -> Self {
        self.request.directory = self.request.shown_from.join(directory);
        self
    }

    pub(crate) fn config(mut self, config: &[&str]) -> Self {
        self.request.config = config.iter().map(PathBuf::from).collect();
        self
    }

    pub(crate) fn name(mut self, name: &str) -> Self {
        self.request.name = name.to_owned();
        self
    }

    fn hide(&self, text: &str) -> String {
        text.replace(&*self.request.shown_from.to_string_lossy(), "{root}")
    }
}

/// Checks what is found, and that alembic agrees.
#[track_caller]
pub(crate) fn check(tree: &Tree, expected: &str) {
    let found = match open(&tree.request) {
        Ok(project) => found(&project),
        Err(_) => "error".to_owned(),
    };
    assert_eq!(tree.hide(&found), expected.trim_start_matches('\n').trim_end(), "limbeck");
    if let Some(python) = std::env::var_os("LIMBECK_TEST_PYTHON") {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/project/ask_alembic.py");
        let mut command = Command::new(python);
        command.arg(script).arg(&tree.request.name).args(&tree.request.config);
        let output = command.current_dir(&tree.request.directory).env("PYTHONPATH", "").output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let text = if text.starts_with("error") { "error" } else { text.trim_end() };
        assert_eq!(text, found, "alembic\n{}", String::from_utf8_lossy(&output.stderr));
    }
}

fn found(project: &Project) -> String {
    let plain = |path: &Path| {
        let mut parts = PathBuf::new();
        for part in path.components() {
            if part == std::path::Component::ParentDir {
                parts.pop();
            } else {
                parts.push(part)
            }
        }
        parts.to_string_lossy().into_owned()
    };
    let mut lines = vec![plain(&project.script_directory)];
    lines.extend(project.version_locations.iter().map(|path| format!("location {}", plain(path))));
    let (sources, _) = project.read();
    lines.extend(sources.iter().map(|source| format!("file {}", source.path.display())));
    lines.join("\n")
}

/// Checks an error as a person would see it.
#[track_caller]
pub(crate) fn check_error(tree: &Tree, expected: &str) {
    let error = open(&tree.request).unwrap_err();
    assert_eq!(tree.hide(&rendered(&error)), expected.trim_start_matches('\n'));
}

fn rendered(error: &Error) -> String {
    let mut text = format!("{}: {error}\n", error.rule());
    if let Some(place) = error.place() {
        let line = 1 + place.file.text[..place.span.range().start].matches('\n').count();
        text +=
            &format!("  at {}: `{}` (line {line})\n", place.file.shown, &place.file.text[place.span.range()]);
    }
    for help in error.help() {
        text += &format!("  help: {help}\n");
    }
    text
}

/// The least that makes a project.
pub(crate) const INI: (&str, &str) = ("alembic.ini", "[alembic]\nscript_location = m\n");
