//! Runs the test's Python: alembic as a person would, and small scripts of `tests/support`.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::project::Project;
use crate::setup;

/// Runs `alembic` in a project's directory, with one database URL in `PALDOCS_DATABASE_URL`.
pub fn alembic(project: &Project, url: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(setup::python());
    command.args(["-m", "alembic"]).args(arguments).current_dir(project.directory());
    command
        .env("PALDOCS_DATABASE_URL", url)
        .env("TMPDIR", project.temp())
        .env("PYTHONDONTWRITEBYTECODE", "1");
    command.output().expect("LIMBECK_TEST_PYTHON can be run")
}

/// Runs a script of `tests/support` and reads the JSON that it prints.
pub fn script(name: &str, arguments: &[&str]) -> Value {
    let output = Command::new(setup::python()).arg(setup::support(name)).args(arguments).output();
    let output = output.expect("LIMBECK_TEST_PYTHON can be run");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name} failed: {told}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{name} prints no JSON: {error}"))
}

/// Validates files with check-jsonschema.
pub fn check_jsonschema(schema: &[&str], files: &[&Path]) {
    let mut command = Command::new(setup::python());
    command.args(["-m", "check_jsonschema"]).args(schema).args(files);
    let output = command.output().expect("LIMBECK_TEST_PYTHON can be run");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "not valid: {out}{err}");
}
