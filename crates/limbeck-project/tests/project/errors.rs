//! Configurations that lead nowhere, as people see it.

use limbeck_project::open;

use crate::tree::{INI, Tree, check, check_error};

#[test]
fn unknown_separators_are_refused() {
    let ini = "[alembic]\nscript_location = m\npath_separator = comma\nversion_locations = a, b\n";
    let tree = Tree::new(&[("alembic.ini", ini), ("m/", "")]);
    check(&tree, "error");
    check_error(
        &tree,
        "
bad-config-value: `path_separator` in `alembic.ini` is not usable: `comma` is no separator that alembic knows
  at alembic.ini: `comma` (line 3)
  help: write `space`, `newline`, `os`, `:` or `;`
",
    );
}

#[test]
fn a_missing_configuration_names_those_nearby() {
    let toml = "[tool.alembic]\nscript_location = 'm'\n";
    let tree = Tree::new(&[
        ("a/b/alembic.ini", ""),
        ("c/pyproject.toml", toml),
        ("d/pyproject.toml", "[tool.x]\n"),
        ("pyproject.toml", "[tool.y]\n"),
        (".venv/alembic.ini", ""),
        ("e/f/g/alembic.ini", ""),
    ]);
    check(&tree, "error");
    check_error(
        &tree,
        "
no-alembic-config: no alembic configuration: `.` has neither `alembic.ini` nor a `pyproject.toml` with `[tool.alembic]`
  help: there is one nearby: `-c c/pyproject.toml`
  help: there is one nearby: `-c a/b/alembic.ini`
",
    );
    check_error(
        &Tree::new(&[INI, ("sub/deep/", "")]).within("sub/deep").config(&["x.ini"]),
        "
no-alembic-config: no alembic configuration: `sub/deep` has neither `x.ini` nor a `pyproject.toml` with `[tool.alembic]`
  help: there is one nearby: `-c ../../alembic.ini`
",
    );
}

#[test]
fn sections_without_a_location_are_told_apart() {
    let ini = "[a]\nscript_location = x\n[b]\nscript_location = y\n[logging]\n";
    check_error(
        &Tree::new(&[("alembic.ini", ini)]),
        "
unknown-section: `alembic.ini` has no section `[alembic]`
  help: a section with a `script_location`: `-n a`
  help: a section with a `script_location`: `-n b`
",
    );
    let flask = Tree::new(&[("m/alembic.ini", "# Flask-Migrate\n[alembic]\n"), ("m/env.py", "")]);
    check_error(
        &flask.config(&["m/alembic.ini"]),
        "
no-script-location: `m/alembic.ini` has no `script_location` in `[alembic]`
  at m/alembic.ini: `[alembic]` (line 2)
  help: this folder has an `env.py`: add `script_location = %(here)s` (Flask-Migrate sets it in code)
",
    );
}

#[test]
fn faults_of_configuration_files_have_a_place() {
    let template = "[alembic]\nscript_location = m\nfile_template = %(rev)s_x\n";
    let tree = Tree::new(&[("alembic.ini", template), ("m/", "")]);
    check(&tree, "error");
    check_error(
        &tree,
        "
bad-config-value: `file_template` in `alembic.ini` is not usable: it refers to `rev`, which is in neither its section nor `[DEFAULT]`
  at alembic.ini: `%(rev)s` (line 3)
  help: write `%%` for a percent sign that is meant literally
",
    );
    check_error(
        &Tree::new(&[("alembic.ini", "[alembic]\nscript_location = m\n\n[alembic]\n")]),
        "
config-unreadable: `alembic.ini` cannot be read: section `alembic` is there twice
  at alembic.ini: `[alembic]` (line 4)
  help: mend the line: nothing of the file is read until then
",
    );
    for toml in [
        "[tool]\nalembic = 3\n",
        "[tool.alembic]\nscript_location = 3\n",
        "[tool.alembic]\nscript_location = 'm'\nsourceless = 'true'\n",
        "[tool.alembic]\nscript_location = 'm'\nfile_template = '%(rev)s'\n",
        "[tool.alembic\n",
        "[tool.alembic]\nscript_location = '%(here)s/100%'\n",
    ] {
        let tree = Tree::new(&[("pyproject.toml", toml), ("m/", "")]);
        check(&tree, "error");
        assert!(open(&tree.request).unwrap_err().place().is_some(), "{toml}");
    }
}
