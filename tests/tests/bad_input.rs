//! Bad input gets a clear diagnostic with its place and a way out: exit 1 where the tree is at fault, 2 where limbeck
//! could not judge.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::symlink;
use std::process::Command;
use std::time::Duration;

use limbeck_tests::database::Login;
use limbeck_tests::limbeck::{Limbeck, Run};
use limbeck_tests::processes::await_that;
use limbeck_tests::project::{ADDED_REVISION, Project};
use limbeck_tests::{python, setup, text};

const ENV: &str = "migrations/env.py";
const VERSIONS: &str = "migrations/versions";

// -- the configuration

#[test]
fn no_configuration() {
    let project = Project::empty();
    let run = Limbeck::new(&project, &["check"]).run();
    check("no-configuration", &project, &run, 2, "no-alembic-config", None);
    for command in ["heads", "dry-run"] {
        let other = Limbeck::new(&project, &[command]).run().exits(2);
        assert_eq!(other.stderr, run.stderr, "{command} says the same");
    }
}

#[test]
fn a_configuration_that_is_named_but_not_there() {
    let project = Project::green();
    let run = Limbeck::new(&project, &["check", "--config", "alembick.ini"]).run();
    check("config-not-there", &project, &run, 2, "no-alembic-config", None);
}

#[test]
fn an_unknown_section() {
    let project = Project::green();
    let run = Limbeck::new(&project, &["check", "--name", "alembik"]).run();
    check("unknown-section", &project, &run, 2, "unknown-section", None);
}

#[test]
fn a_script_location_that_does_not_exist() {
    let project = Project::green();
    project.replace("alembic.ini", "%(here)s/migrations", "%(here)s/migration");
    let run = Limbeck::new(&project, &["check"]).run();
    check(
        "script-location-not-there",
        &project,
        &run,
        2,
        "script-location-missing",
        Some("alembic.ini:2:19"),
    );
}

#[test]
fn an_ini_that_is_none() {
    let project = Project::green();
    project.write("alembic.ini", "script_location = migrations\n[alembic]\n");
    let run = Limbeck::new(&project, &["check"]).run();
    check("ini-without-section-header", &project, &run, 2, "config-unreadable", Some("alembic.ini:1:1"));
}

#[test]
fn an_unescaped_percent_sign() {
    let project = Project::green();
    project.replace("alembic.ini", "%(here)s/migrations", "%(her)s/migrations");
    let run = Limbeck::new(&project, &["check"]).run();
    check("interpolation", &project, &run, 2, "bad-config-value", Some("alembic.ini:2:19"));
}

#[test]
fn an_unknown_setting() {
    let project = Project::green();
    let text = project.read("pyproject.toml");
    project.write("pyproject.toml", format!("{text}\n[tool.limbeck]\ndatabase-ulr = \"postgresql://x\"\n"));
    let run = Limbeck::new(&project, &["check"]).run();
    check("unknown-setting", &project, &run, 2, "bad-settings", Some("pyproject.toml:28:1"));
}

#[test]
fn a_setting_of_another_type() {
    let project = Project::green();
    project.write("limbeck.toml", "wait = \"long\"\n");
    let run = Limbeck::new(&project, &["check"]).run();
    check("setting-of-another-type", &project, &run, 2, "bad-settings", Some("limbeck.toml:1:8"));
}

#[test]
fn a_directory_that_is_not_there() {
    let project = Project::green();
    let run = Limbeck::new(&project, &["check", "--project", "nowhere"]).run();
    check("directory-not-there", &project, &run, 2, "no-directory", None);
}

#[test]
fn bad_usage() {
    let project = Project::green();
    for arguments in [&["dryrun"][..], &["check", "--quite"], &["dry-run", "--wait", "soon"], &[]] {
        let run = Limbeck::new(&project, arguments).run().exits(2);
        assert_eq!(run.stdout, "");
        assert!(run.stderr.contains("--help"), "{run}");
    }
}

#[test]
fn an_output_file_that_cannot_be_written() {
    let project = Project::green();
    let run = Limbeck::new(&project, &["check", "--output-file", "nowhere/report.txt"]).run().exits(2);
    assert!(run.stderr.contains("nowhere/report.txt"), "it names the file: {run}");
}

// -- the tree

#[test]
fn a_versions_folder_with_nothing_in_it() {
    let project = Project::green();
    project.remove(VERSIONS);
    std::fs::create_dir(project.path(VERSIONS)).expect("an empty folder");
    let run = Limbeck::new(&project, &["check"]).run();
    check("versions-empty", &project, &run, 2, "no-revisions", None);
    let run = Limbeck::dry_run(&project, &[]).run();
    check("versions-empty", &project, &run, 2, "no-revisions", None);
}

#[test]
fn a_versions_folder_that_is_not_there() {
    let project = Project::green();
    project.remove(VERSIONS);
    let run = Limbeck::new(&project, &["check"]).run();
    check("versions-not-there", &project, &run, 2, "no-revisions", None);
}

#[test]
fn a_link_that_leads_nowhere() {
    let project = Project::green();
    symlink("gone.py", project.path(ADDED_REVISION)).expect("a link");
    let run = Limbeck::new(&project, &["check"]).run();
    check("dangling-link", &project, &run, 1, "unreadable-file", Some("migrations/versions/gone.py:1:1"));
    let run = Limbeck::dry_run(&project, &[]).run();
    check("dangling-link", &project, &run, 1, "unreadable-file", Some("migrations/versions/gone.py:1:1"));
}

/// alembic passes it over, so nothing is wrong.
#[test]
fn a_folder_that_is_named_like_a_revision_is_none() {
    let project = Project::green();
    std::fs::create_dir(project.path(ADDED_REVISION)).expect("a folder");
    let alembic = python::alembic(&project, "sqlite://", &["heads"]);
    assert_eq!(String::from_utf8_lossy(&alembic.stdout), "8e4a07f5c12d (head)\n");
    let run = Limbeck::new(&project, &["check"]).run().exits(0);
    assert!(run.stdout.contains("checked 13 revision files"), "{run}");
}

#[test]
fn a_file_that_is_not_utf_8() {
    let project = Project::green();
    project.write(
        ADDED_REVISION,
        b"\"\"\"gr\xfc\xdfe\"\"\"\nrevision = \"aa11bb22cc33\"\ndown_revision = \"8e4a07f5c12d\"\n",
    );
    let place = format!("{ADDED_REVISION}:1:6");
    let run = Limbeck::new(&project, &["check"]).run();
    check("not-utf8", &project, &run, 1, "not-utf8", Some(&place));
    let run = Limbeck::dry_run(&project, &[]).run();
    check("not-utf8", &project, &run, 1, "not-utf8", Some(&place));
}

#[test]
fn a_file_that_says_what_it_is_in_is_read() {
    let project = Project::green();
    let text = b"# coding: latin-1\n\"\"\"gr\xfc\xdfe\"\"\"\nrevision = \"aa11bb22cc33\"\ndown_revision = \"8e4a07f5c12d\"\n\n\
                 def upgrade():\n    pass\n";
    project.write(ADDED_REVISION, text);
    let run = Limbeck::dry_run(&project, &[]).run().exits(0);
    assert!(run.stdout.contains("✓ aa11bb22cc33  grüße"), "{run}");
}

#[test]
fn a_file_that_is_not_python() {
    let project = Project::green();
    project.add_revision("op.execute(\"SELECT 1\"");
    let place = format!("{ADDED_REVISION}:11:15");
    let run = Limbeck::new(&project, &["check"]).run();
    check("syntax-error", &project, &run, 1, "syntax-error", Some(&place));
    let run = Limbeck::dry_run(&project, &[]).run();
    check("syntax-error", &project, &run, 1, "syntax-error", Some(&place));
}

#[test]
fn a_file_that_cannot_be_imported() {
    let project = Project::green();
    project.add_revision("pass");
    let text = project.read(ADDED_REVISION);
    project.write(ADDED_REVISION, text.replace("\n\ndef upgrade", "\nRATE = 1 / 0\n\n\ndef upgrade"));
    let run = Limbeck::dry_run(&project, &[]).run();
    check(
        "not-importable",
        &project,
        &run,
        1,
        "revision-not-loadable",
        Some(&format!("{ADDED_REVISION}:9:8")),
    );
}

#[test]
fn a_range_that_names_no_revision() {
    let project = Project::green();
    let run = Limbeck::dry_run(&project, &["base:aa77"]).run();
    check("unknown-range-symbol", &project, &run, 2, "bad-range", None);
}

#[test]
fn a_range_that_is_none() {
    let project = Project::green();
    for range in ["base:heads:base", "+1:heads", "nolabel@head", "", "-99"] {
        let run = Limbeck::dry_run(&project, &["--", range]).run();
        assert_eq!(run.code(), Some(2), "{range}: {run}");
        assert!(run.stderr.contains("error[bad-range]"), "{range}: {run}");
    }
}

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

// -- the server

#[test]
fn a_url_that_is_none() {
    let project = Project::green();
    for (name, url) in [
        ("url-of-another-database", "mysql://paldocs:geheim@localhost/paldocs"),
        ("url-without-scheme", "paldocs:geheim@localhost/paldocs"),
        ("url-with-a-bad-port", "postgresql://paldocs:geheim@localhost:5x32/paldocs"),
    ] {
        let run = Limbeck::dry_run_on(&project, url, &[]).secret("geheim").run();
        check(name, &project, &run, 2, "bad-database-url", None);
    }
}

#[test]
fn a_server_that_nobody_runs() {
    let project = Project::green();
    let port =
        TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
    let url = format!("postgresql://paldocs:geheim@127.0.0.1:{port}/paldocs");
    let run = Limbeck::dry_run_on(&project, &url, &["--wait", "1"]).secret("geheim").run();
    check("server-refuses", &project, &run, 2, "server-unreachable", None);
}

#[test]
fn a_host_that_nobody_knows() {
    let project = Project::green();
    let url = "postgresql://paldocs:geheim@postgres.invalid/paldocs";
    let run = Limbeck::dry_run_on(&project, url, &["--wait", "0.5"]).secret("geheim").run();
    let run = run.exits(2);
    assert!(run.stderr.contains("error[server-unreachable]"), "{run}");
}

#[test]
fn a_server_that_is_no_postgres() {
    let project = Project::green();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("its address");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let _ = (&stream).write_all(b"220 mail.example.org ESMTP\r\n");
        }
    });
    let url = format!("postgresql://paldocs:geheim@{address}/paldocs?sslmode=disable");
    let run = Limbeck::dry_run_on(&project, &url, &["--wait", "1"]).secret("geheim").run();
    assert_eq!(run.code(), Some(2), "{run}");
    assert!(run.stderr.contains("error[server-unreachable]"), "{run}");
}

#[test]
fn a_server_that_is_still_starting_is_waited_for() {
    let project = Project::green();
    let login = Login::new("CREATEDB");
    let server = setup::server();
    let address =
        TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    let url = login.url("postgresql").replace(&server.address, &address.to_string());
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(1500));
        let listener = TcpListener::bind(address).expect("the port is free still");
        for client in listener.incoming().flatten() {
            forward(client, &server.address);
        }
    });
    let _ = Limbeck::dry_run_on(&project, &url, &["--wait", "20"]).run().exits(0);
    assert!(login.scratch_databases().is_empty());
}

#[test]
fn a_wrong_password() {
    let project = Project::green();
    let login = Login::new("CREATEDB");
    let url = login.url("postgresql").replace(&login.password, "falsch_geheim");
    let run = Limbeck::dry_run_on(&project, &url, &[]).secret("falsch_geheim").run();
    check("wrong-password", &project, &run, 2, "login-refused", None);
}

#[test]
fn a_role_that_may_not_create_databases() {
    let project = Project::green();
    let login = Login::new("NOCREATEDB");
    let run = Limbeck::dry_run_on(&project, &login.url("postgresql"), &[]).secret(&login.password).run();
    check("no-create-right", &project, &run, 2, "no-create-right", None);
}

#[test]
fn a_database_that_is_not_there_is_not_needed() {
    let project = Project::green();
    let login = Login::new("CREATEDB");
    let url = login.url("postgresql");
    let url = format!("{}/not_made_yet", url.rsplit_once('/').expect("a URL names a database").0);
    let _ = Limbeck::dry_run_on(&project, &url, &[]).run().exits(0);
}

#[test]
fn a_folder_without_a_server() {
    let project = Project::green();
    let run = Limbeck::new(&project, &["dry-run", "--postgres-bin", "migrations", "--python"])
        .arg(setup::python())
        .run();
    check("postgres-bin-without-server", &project, &run, 2, "no-server", None);
}

#[test]
#[cfg(target_os = "linux")]
fn a_server_that_dies_midway() {
    use limbeck_tests::processes::Process;
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;

    let project = Project::variant("hangs-in-sql");
    let running = Limbeck::dry_run(&project, &["--quiet"]).start();
    let driver = running.await_process("the driver", Process::is_driver);
    let server = running.await_process("a statement", |process| process.command.contains("SELECT")).parent;
    let memory: Vec<_> = running.processes().iter().flat_map(Process::shared_memory).collect();
    kill(Pid::from_raw(server), Signal::SIGKILL).expect("the server runs");
    let run = running.finish().exits(2);
    assert!(!driver.is_alive());
    let left: Vec<_> = memory.iter().filter(|path| path.exists()).collect();
    assert!(left.is_empty(), "a killed server cannot clean up after itself: {left:?}");
    // The last lines of the server's log are shown; they are another one's each time.
    assert!(run.stderr.starts_with("error[server-lost]: the server went away: "), "{run}");
    assert!(run.stderr.contains("\n  log       ") && run.stderr.contains("\n  help      "), "{run}");
}

/// An administrator, or the server short of memory, ends the one connection: the server is there, the revision is lost.
#[test]
fn a_connection_that_is_cut_midway() {
    let project = Project::variant("hangs-in-sql");
    let login = Login::new("CREATEDB");
    let running = Limbeck::dry_run_on(&project, &login.url("postgresql"), &["--quiet"]).start();
    let cut = format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{}' AND query LIKE 'select pg_sleep%'",
        login.name
    );
    await_that("the statement runs", Duration::from_secs(30), || !setup::server().run(&[&cut]).is_empty());
    let run = running.finish();
    // The words are libpq's, and depend on what it had read when the connection went.
    let run = run.exits(2);
    assert!(run.stderr.starts_with("error[server-lost]: the server went away: "), "{run}");
    assert!(run.stderr.contains("\n  help  "), "{run}");
}

// -- how it is checked

/// What is written says what is wrong, where, and the way out.
fn check(name: &str, project: &Project, run: &Run, code: i32, rule: &str, place: Option<&str>) {
    let said = check_said(name, project, run, code, rule, place);
    assert!(said.contains("\n  help  "), "no way out is given:\n{run}");
}

/// For what only the author of the revision can know how to mend.
fn check_without_help(name: &str, project: &Project, run: &Run, rule: &str, place: &str) {
    check_said(name, project, run, 1, rule, Some(place));
}

fn check_said<'a>(
    name: &str,
    project: &Project,
    run: &'a Run,
    code: i32,
    rule: &str,
    place: Option<&str>,
) -> &'a str {
    assert_eq!(run.code(), Some(code), "{run}");
    // Findings are results; reasons why there is none are not.
    let (said, silent) = if code == 1 { (&run.stdout, &run.stderr) } else { (&run.stderr, &run.stdout) };
    assert_eq!(silent, "", "{run}");
    assert!(said.contains(&format!("error[{rule}]: ")), "{run}");
    if let Some(place) = place {
        assert!(said.contains(&format!("{place}]")), "not at {place}:\n{run}");
    }
    text::settings(project).bind(|| insta::assert_snapshot!(name, run));
    said
}

/// Carries bytes both ways between a client and the server at an address.
fn forward(client: TcpStream, address: &str) {
    let server = TcpStream::connect(address).expect("the test server runs");
    let copy = |mut from: TcpStream, mut to: TcpStream| {
        std::thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(count @ 1..) = from.read(&mut buffer) {
                if to.write_all(&buffer[..count]).is_err() {
                    break;
                }
            }
            let _ = to.shutdown(std::net::Shutdown::Both);
        });
    };
    let clone = |stream: &TcpStream| stream.try_clone().expect("a second handle");
    copy(clone(&client), clone(&server));
    copy(server, client);
}
