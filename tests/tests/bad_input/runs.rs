//! The Python, env.py and the revisions: what goes wrong while they run.

use std::process::Command;

use limbeck_tests::database::Login;
use limbeck_tests::limbeck::Limbeck;
use limbeck_tests::project::{ADDED_REVISION, Project};
use limbeck_tests::setup;

use crate::{check, check_without_help};

const ENV: &str = "migrations/env.py";

// -- Python

#[test]
fn a_python_that_is_not_there() {
    let project = Project::green();
    let run = Limbeck::new(&project, &["dry-run", "--python", "/nowhere/python"]).run();
    check("python-not-there", &project, &run, 2, "no-python", None);
}

#[test]
fn no_python_at_all() {
    let project = Project::green();
    let bin = setup::postgres_bin();
    let run = Limbeck::new(&project, &["dry-run", "--postgres-bin"]).arg(bin).env("PATH", "/nowhere").run();
    check("no-python", &project, &run, 2, "no-python", None);
}

#[test]
fn a_python_without_alembic() {
    let project = Project::green();
    let environment = project.beside("bare");
    let mut venv = Command::new(setup::python());
    venv.args(["-m", "venv", "--without-pip"]).arg(&environment);
    assert!(venv.status().expect("LIMBECK_TEST_PYTHON can be run").success());
    let limbeck = Limbeck::new(&project, &["dry-run", "--postgres", "17", "--python"]);
    let run = limbeck.arg(environment.join("bin/python")).run();
    check("no-alembic", &project, &run, 2, "no-alembic", None);
}

#[test]
fn a_python_that_is_none() {
    let project = Project::green();
    let run = Limbeck::new(&project, &["dry-run", "--postgres", "17", "--python", "/bin/cat"]).run();
    check("python-is-none", &project, &run, 2, "python-died", None);
}

#[test]
fn a_module_that_is_not_installed() {
    let project = Project::green();
    project.replace(ENV, "import os\n", "import os\nimport stripe_of_limbeck_tests\n");
    let run = Limbeck::dry_run(&project, &[]).run();
    check("missing-module", &project, &run, 2, "missing-module", Some("migrations/env.py:2:1"));
}

// -- env.py

#[test]
fn env_py_raises() {
    let project = Project::variant("env-raises");
    let run = Limbeck::dry_run(&project, &[]).run();
    check("env-raises", &project, &run, 2, "env-raised", Some("migrations/env.py:17:5"));
}

#[test]
fn env_py_exits() {
    let project = Project::variant("env-exits-zero");
    let run = Limbeck::dry_run(&project, &[]).run();
    check("env-exits", &project, &run, 2, "env-ran-nothing", Some("migrations/env.py:19:5"));
    assert!(run.stderr.contains("migrations are switched off here"), "what it printed is shown: {run}");
}

#[test]
fn env_py_does_not_run_its_migrations() {
    let project = Project::green();
    project.replace(ENV, "    run_migrations_online()\n", "    pass\n");
    let run = Limbeck::dry_run(&project, &[]).run();
    check("env-runs-nothing", &project, &run, 2, "env-ran-nothing", None);
}

#[test]
fn env_py_is_not_python() {
    let project = Project::green();
    project.replace(ENV, "target_metadata = Base.metadata\n", "target_metadata = = Base.metadata\n");
    let run = Limbeck::dry_run(&project, &[]).run();
    check("env-syntax-error", &project, &run, 2, "env-raised", Some("migrations/env.py:14:1"));
}

#[test]
fn env_py_is_not_there() {
    let project = Project::green();
    project.remove(ENV);
    let run = Limbeck::dry_run(&project, &[]).run();
    check("env-not-there", &project, &run, 2, "env-raised", None);
}

#[test]
fn env_py_hangs() {
    let project = Project::green();
    project.replace(ENV, "import os\n", "import os\nimport time\n");
    project.replace(ENV, "target_metadata = ", "time.sleep(600)\ntarget_metadata = ");
    let run = Limbeck::dry_run(&project, &["--startup-timeout", "5"]).run();
    check("env-hangs", &project, &run, 2, "project-hangs", Some("migrations/env.py:15:1"));
}

#[test]
fn env_py_kills_its_process() {
    let project = Project::green();
    project.replace(
        ENV,
        "target_metadata = ",
        "print(\"out of memory\", flush=True)\nos.kill(os.getpid(), 9)\ntarget_metadata = ",
    );
    let run = Limbeck::dry_run(&project, &[]).run();
    check("env-dies", &project, &run, 2, "python-died", None);
}

#[test]
fn env_py_prints_and_reads_its_standard_input() {
    let project = Project::variant("env-noisy");
    let run = Limbeck::dry_run(&project, &[]).run().exits(0);
    assert!(!run.stdout.contains("loading plugin") && run.stderr.is_empty(), "{run}");
    let run = Limbeck::dry_run(&project, &["--verbose"]).run().exits(0);
    assert!(run.stdout.contains("deprecated: settings.ini"), "with --verbose the end of it is shown: {run}");
}

#[test]
fn env_py_connects_elsewhere() {
    let project = Project::variant("env-own-connection");
    let other = Login::new("");
    let limbeck = Limbeck::dry_run(&project, &[]).env("PALDOCS_OTHER_DSN", other.keywords());
    let run = limbeck.secret(&other.password).run();
    check("connects-elsewhere", &project, &run, 2, "connects-elsewhere", Some("migrations/env.py:21:12"));
}

#[test]
fn env_py_connects_to_another_kind_of_database() {
    let project = Project::green();
    project.replace(
        ENV,
        "os.environ.get(\"PALDOCS_DATABASE_URL\", \"sqlite:///paldocs.db\")",
        "\"sqlite:///paldocs.db\"",
    );
    let run = Limbeck::dry_run(&project, &[]).run();
    check("other-dialect", &project, &run, 2, "connects-elsewhere", Some("migrations/env.py:44:10"));
    assert!(!project.path("paldocs.db").exists());
}

// -- revisions

#[test]
fn a_revision_that_hangs_in_python() {
    let project = Project::variant("hangs-in-python");
    let run = Limbeck::dry_run(&project, &["--quiet", "--revision-timeout", "1"]).run();
    check("hangs-in-python", &project, &run, 1, "revision-timed-out", Some("search_service.py:20:5"));
}

#[test]
fn a_revision_that_hangs_in_sql() {
    let project = Project::variant("hangs-in-sql");
    let run = Limbeck::dry_run(&project, &["--quiet", "--statement-timeout", "1"]).run();
    check("hangs-in-sql", &project, &run, 1, "revision-failed", Some("wait_for_the_replica.py:21:9"));
}

#[test]
fn a_revision_that_hangs_in_sql_beyond_its_own_deadline() {
    let project = Project::variant("hangs-in-sql");
    let run = Limbeck::dry_run(&project, &["--quiet", "--revision-timeout", "1"]).run();
    check(
        "hangs-in-sql-timed-out",
        &project,
        &run,
        1,
        "revision-timed-out",
        Some("wait_for_the_replica.py:21:9"),
    );
}

/// It is never silent, so a deadline for its next sign of life would not do.
#[test]
fn a_revision_that_sends_statements_for_ever() {
    let project = Project::green();
    project.add_revision("while True: op.execute(\"SELECT 1\")");
    let run = Limbeck::dry_run(&project, &["--quiet", "--revision-timeout", "1"]).run().exits(1);
    // It may have been between two statements.
    assert!(run.stdout.contains("error[revision-timed-out]: "), "{run}");
    assert!(run.stdout.contains(&format!("{ADDED_REVISION}:11:")), "{run}");
    assert!(run.stdout.contains("\n  help  "), "{run}");
}

#[test]
fn a_revision_that_raises_something_that_is_no_sql_error() {
    let project = Project::variant("raises-value-error");
    let run = Limbeck::dry_run(&project, &["--quiet"]).run();
    check_without_help("raises-value-error", &project, &run, "revision-failed", "create_languages.py:30:13");
}

#[test]
fn a_revision_that_exits() {
    let project = Project::green();
    project.add_revision("raise SystemExit(0)");
    let run = Limbeck::dry_run(&project, &["--quiet"]).run();
    check_without_help(
        "revision-exits",
        &project,
        &run,
        "revision-failed",
        &format!("{ADDED_REVISION}:11:5"),
    );
}

#[test]
fn a_revision_that_kills_its_process() {
    let project = Project::green();
    project.add_revision("import os; os._exit(0)");
    let run = Limbeck::dry_run(&project, &["--quiet"]).run();
    check("revision-dies", &project, &run, 2, "python-died", None);
    assert!(run.stderr.contains("aa11bb22cc33"), "the revision is named: {run}");
}

#[test]
fn a_revision_that_is_not_there_when_it_is_run() {
    let project = Project::green();
    project.add_revision("pass");
    project.replace(ADDED_REVISION, "def upgrade() -> None:\n    pass\n", "");
    let run = Limbeck::dry_run(&project, &["--quiet"]).run();
    check_without_help("no-upgrade", &project, &run, "revision-failed", &format!("{ADDED_REVISION}:6:12"));
}
