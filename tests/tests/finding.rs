//! What limbeck finds by itself: the project, its Python, its server, and in which order it looks.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use limbeck_tests::database::Login;
use limbeck_tests::document::rules;
use limbeck_tests::limbeck::Limbeck;
use limbeck_tests::project::Project;
use limbeck_tests::setup;

/// The README's way: `--project` with a path, paths shown relative to where one is.
#[test]
fn a_project_below_the_current_directory() {
    let project = Project::variant("boolean-default-zero");
    let above = project.directory().parent().expect("the project lies in a folder").to_owned();
    let run = Limbeck::dry_run(&project, &["--project", "project"]).current_dir(&above).run().exits(1);
    let place = "[project/migrations/versions/2026_09_02-5d80c2e7f19b_add_archived_flag.py:21:5]";
    assert!(run.stdout.contains(place), "{run}");
}

/// alembic takes a relative `script_location` from where it is run, so `--project` is where it would be run.
#[test]
fn a_configuration_somewhere_else() {
    let project = Project::green();
    fs::rename(project.path("alembic.ini"), project.beside("elsewhere.ini")).expect("the ini is moved");
    let ini = project.beside("elsewhere.ini");
    let text = fs::read_to_string(&ini).expect("the ini").replace("%(here)s/migrations", "migrations");
    fs::write(&ini, text).expect("the ini");
    let _ = Limbeck::dry_run(&project, &["--config", "../elsewhere.ini"]).run().exits(0);
}

#[test]
fn a_project_without_an_ini() {
    let project = Project::green();
    project.remove("alembic.ini");
    let text = project.read("pyproject.toml");
    let table = "\n[tool.alembic]\nscript_location = \"%(here)s/migrations\"\nprepend_sys_path = [\".\"]\n";
    project.write("pyproject.toml", text + table);
    let _ = Limbeck::dry_run(&project, &[]).run().exits(0);
}

// -- Python

#[test]
fn the_environment_beside_the_project_is_used_unasked() {
    let project = Project::green();
    stand_in(&project.path(".venv"));
    let run = limbeck(&project).run().exits(0);
    assert!(run.stderr.contains("project/.venv/bin/python (.venv)"), "{run}");
}

#[test]
fn the_active_environment_comes_first() {
    let project = Project::green();
    stand_in(&project.path(".venv"));
    stand_in(&project.beside("active"));
    let run = limbeck(&project).env("VIRTUAL_ENV", project.beside("active")).run().exits(0);
    assert!(run.stderr.contains("active/bin/python (VIRTUAL_ENV)"), "{run}");
}

#[test]
fn an_environment_without_alembic_is_passed_over() {
    let project = Project::green();
    stand_in(&project.path("venv"));
    let bare = project.beside("bare");
    program(&bare.join("bin/python"), &format!("exec '{}' -S \"$@\"", setup::python().display()));
    let run = limbeck(&project).env("VIRTUAL_ENV", &bare).run().exits(0);
    assert!(run.stderr.contains("bare/bin/python` cannot import `alembic`"), "{run}");
    assert!(run.stderr.contains("project/venv/bin/python (venv)"), "{run}");
}

#[test]
fn python3_on_the_path_comes_last() {
    let project = Project::green();
    let environment = project.beside("system");
    stand_in(&environment);
    fs::rename(environment.join("bin/python"), environment.join("bin/python3")).expect("python3");
    let path = format!("{}:/usr/bin:/bin", environment.join("bin").display());
    let run = limbeck(&project).env("PATH", path).run().exits(0);
    assert!(run.stderr.contains("system/bin/python3 (PATH)"), "{run}");
}

fn limbeck(project: &Project) -> Limbeck {
    Limbeck::new(project, &["dry-run", "--postgres", "17", "--verbose"])
}

/// An environment whose interpreter is the test's.
fn stand_in(environment: &Path) {
    program(&environment.join("bin/python"), &format!("exec '{}' \"$@\"", setup::python().display()));
}

fn program(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a program lies in a folder")).expect("its folder");
    fs::write(path, format!("#!/bin/sh\n{text}\n")).expect("a program");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a program that can be run");
}

// -- the server

/// An argument before the environment, the environment before the settings, the settings before a server of our own.
#[test]
fn the_database_url_is_taken_from_the_nearest_place() {
    let project = Project::green();
    let login = Login::new("CREATEDB");
    let nobody = "postgresql://nobody@127.0.0.1:1/nothing";
    let dry_run = || Limbeck::new(&project, &["dry-run", "--python"]).arg(setup::python());

    project.write("limbeck.toml", format!("database-url = \"{}\"\n", login.url("postgresql+psycopg")));
    let (_, document) = dry_run().document();
    assert_eq!(document["dry_run"]["server"]["embedded"], false, "from the settings");

    project.write("limbeck.toml", format!("database-url = \"{nobody}\"\n"));
    let (_, document) = dry_run().env("LIMBECK_DATABASE_URL", login.url("postgresql")).document();
    assert_eq!(document["dry_run"]["server"]["embedded"], false, "from the environment");

    let url = login.url("postgresql");
    let (_, document) =
        dry_run().env("LIMBECK_DATABASE_URL", nobody).args(&["--database-url", &url]).document();
    assert_eq!(document["dry_run"]["server"]["embedded"], false, "from the argument");
    assert!(login.scratch_databases().is_empty());
}

#[test]
fn a_folder_of_server_programs_is_used() {
    let project = Project::green();
    let bin = setup::postgres_bin();
    let limbeck = Limbeck::new(&project, &["dry-run", "--verbose", "--python"]).arg(setup::python());
    let run = limbeck.arg("--postgres-bin").arg(&bin).run().exits(0);
    assert!(run.stderr.contains("server: embedded, PostgreSQL 17."), "{run}");
    assert!(run.stderr.contains(&bin.display().to_string()), "{run}");
}

// -- the order of the revisions

/// A header that only Python can tell: `check` says so, and a dry-run takes alembic's own plan.
#[test]
fn a_tree_that_cannot_be_read_whole_is_run_in_alembics_order() {
    let project = Project::green();
    let revision = "revision = \"a0computed\"\ndown_revision = str.lower(\"8E4A07F5C12D\")\n\n\ndef upgrade():\n    pass\n";
    project.write("migrations/versions/2026_09_02-a0computed.py", revision);

    let (_, document) = Limbeck::new(&project, &["check"]).document();
    assert_eq!(rules(&document), ["opaque-header"]);

    let (_, document) = Limbeck::dry_run(&project, &[]).document();
    assert_eq!(document["verdict"], "pass");
    let revisions = document["dry_run"]["revisions"].as_array().expect("the outcomes");
    assert_eq!(revisions.last().expect("the last one")["id"], "a0computed");
    assert!(revisions.iter().all(|outcome| outcome["state"] == "applied"));
}
