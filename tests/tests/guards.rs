//! What limbeck must never do, and never leave behind.
//!
//! Processes are found through `/proc`, so this is Linux only.
#![cfg(target_os = "linux")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use limbeck_tests::database::{Login, sqlite};
use limbeck_tests::document::{rules, text};
use limbeck_tests::limbeck::{Limbeck, Running};
use limbeck_tests::processes::{Process, await_that};
use limbeck_tests::project::{ADDED_REVISION, Project, variant_folder};
use limbeck_tests::{python, setup};
use nix::sys::signal::Signal;

/// The last revision that is sound in the variants which hang.
const LAST_SOUND_REVISION: &str = "8e4a07f5c12d";
/// How soon what a killed limbeck held must be gone.
const FEW_SECONDS: Duration = Duration::from_secs(8);
/// How soon limbeck must be gone after Ctrl-C; it takes some 50 ms on a machine that is not busy.
const PROMPTLY: Duration = Duration::from_secs(3);

// -- never the user's database

#[test]
fn the_database_of_a_hard_coded_url_is_untouched_by_an_embedded_run() {
    check_hard_coded_url(|project| Limbeck::dry_run(project, &[]));
}

#[test]
fn the_database_of_a_hard_coded_url_is_untouched_by_a_run_on_its_own_server() {
    let login = Login::new("CREATEDB");
    check_hard_coded_url(|project| Limbeck::dry_run_on(project, &login.url("postgresql"), &[]));
    assert!(login.scratch_databases().is_empty());
}

/// A live database stands some revisions behind the tree, with rows in it; env.py knows no other.
fn check_hard_coded_url(limbeck: impl Fn(&Project) -> Limbeck) {
    let project = Project::variant("env-hard-coded-url");
    let other = Login::new("");
    project.write("migrations/other_url.txt", other.url("postgresql+psycopg"));
    let upgrade = |target: &str| {
        let output = python::alembic(&project, "sqlite://", &["upgrade", target]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    upgrade("06b9ea43f7d1");
    other.run(&["INSERT INTO users (id, email, display_name, created_at) VALUES (gen_random_uuid(), 'a@x', 'Ada', now())"]);
    let before = other.fingerprint();

    let (_, document) = limbeck(&project).secret(&other.password).document();
    assert_eq!(document["verdict"], "pass");
    assert_eq!(other.fingerprint(), before);

    // The control: this env.py does reach that database, and the fingerprint does tell.
    upgrade("heads");
    assert_ne!(other.fingerprint(), before);
}

/// `creator=` makes connections that no URL and no listener can lead elsewhere.
#[test]
fn a_connection_that_cannot_be_redirected_stops_the_run() {
    let project = Project::variant("env-own-connection");
    let other = Login::new("");
    let before = other.fingerprint();

    let limbeck = Limbeck::dry_run(&project, &[]).secret(&other.password);
    let (_, document) = limbeck.env("PALDOCS_OTHER_DSN", other.keywords()).document();

    let expected = std::fs::read_to_string(variant_folder("env-own-connection").join("expect.json"));
    let expected: serde_json::Value =
        serde_json::from_str(&expected.expect("expect.json")).expect("expect.json is JSON");
    let found = &document["diagnostics"][0];
    assert_eq!(document["exit_code"], expected["dry_run"]["exit"]);
    assert_eq!(rules(&document), [text(&expected["rule"])]);
    assert_eq!(found["file"], expected["file"]);
    assert_eq!(found["text"], expected["span_text"]);
    assert_eq!(found["span"]["start"]["line"], expected["line"]);
    assert_eq!(found["span"]["start"]["column"], expected["column"]);
    assert_eq!(other.fingerprint(), before);

    // The control: alembic itself upgrades it.
    let mut alembic = std::process::Command::new(setup::python());
    alembic.args(["-m", "alembic", "upgrade", "heads"]).current_dir(project.directory());
    let output = alembic.env("PALDOCS_OTHER_DSN", other.keywords()).output().expect("alembic");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_ne!(other.fingerprint(), before);
}

/// A connection whose place only libpq knows looks like ours until it is asked for the name of its database.
#[test]
fn a_connection_that_is_not_seen_to_lead_elsewhere_is_found_out_by_its_name() {
    let project = Project::variant("env-own-connection");
    let other = Login::new("");
    let before = other.fingerprint();
    let place = format!(
        "os.environ.update(PGHOST=\"127.0.0.1\", PGPORT=\"{}\", PGUSER=\"{1}\", PGPASSWORD=\"{2}\", PGDATABASE=\"{1}\")",
        setup::server().port(),
        other.name,
        other.password
    );
    project.replace(
        "migrations/env.py",
        "return psycopg.connect(os.environ[\"PALDOCS_OTHER_DSN\"])",
        &format!("{place}\n    return psycopg.connect()"),
    );
    let (_, document) = Limbeck::dry_run(&project, &[]).document();
    assert_eq!(rules(&document), ["connects-elsewhere"]);
    assert_eq!(document["diagnostics"][0]["file"], "migrations/env.py");
    assert!(text(&document["diagnostics"][0]["message"]).contains(&other.name));
    assert_eq!(other.fingerprint(), before);
}

/// The same without SQLAlchemy, for work that env.py does by itself before its migrations.
#[test]
fn work_on_a_connection_of_env_pys_own_does_not_reach_another_database() {
    let other = Login::new("");
    let before = other.fingerprint();
    for driver in ["psycopg", "psycopg2"] {
        let project = Project::green();
        let port = setup::server().port().to_owned();
        let keywords = [
            ("HOST", "127.0.0.1"),
            ("PORT", &port),
            ("USER", &other.name),
            ("PASSWORD", &other.password),
            ("DATABASE", &other.name),
        ];
        let places: String =
            keywords.iter().map(|(name, value)| format!("os.environ[\"PG{name}\"] = {value:?}\n")).collect();
        for (connect, places) in [
            (format!("{driver}.connect({:?})", other.keywords()), ""),
            // Without a place of its own libpq takes it from the environment; psycopg2 wants some argument.
            (format!("{driver}.connect(application_name=\"paldocs\")"), places.as_str()),
        ] {
            let work = format!(
                "import {driver}\n{places}own = {connect}\nown.cursor().execute(\"CREATE TABLE settings ()\")\nown.commit()\n"
            );
            let env = Project::green().read("migrations/env.py");
            project.write(
                "migrations/env.py",
                env.replace("target_metadata = ", &format!("{work}target_metadata = ")),
            );
            let run = Limbeck::dry_run(&project, &["--quiet"]).run();
            assert_eq!(other.fingerprint(), before, "{driver} {connect}: {run}");
            assert_eq!(run.code(), Some(2), "{driver} {connect}: {run}");
        }
    }
}

/// The same through the environment: a URL in any variable is led to the scratch database before env.py reads it.
#[test]
fn a_url_in_the_environment_does_not_lead_to_its_database() {
    let project = Project::green();
    let other = Login::new("");
    let before = other.fingerprint();
    for scheme in ["postgresql+psycopg", "postgresql+psycopg2", "postgresql"] {
        let url = other.url(scheme);
        let limbeck =
            Limbeck::dry_run(&project, &[]).env("PALDOCS_DATABASE_URL", url).secret(&other.password);
        let (_, document) = limbeck.document();
        assert_eq!(document["verdict"], "pass", "{scheme}: {:#}", document["diagnostics"]);
        let used = text(&document["dry_run"]["python"]["dialect"]);
        // SQLAlchemy 2.1 takes a URL without a driver for psycopg 3.
        assert_eq!(used, if scheme == "postgresql" { "postgresql+psycopg" } else { scheme });
    }
    assert_eq!(other.fingerprint(), before);
}

/// libpq's own variables would otherwise fill in what a URL leaves open.
#[test]
fn variables_of_libpq_do_not_lead_to_their_database() {
    let project = Project::green();
    let other = Login::new("");
    let before = other.fingerprint();
    let server = setup::server();
    let limbeck = Limbeck::dry_run(&project, &[]).secret(&other.password);
    let limbeck =
        limbeck.env("PGHOST", "127.0.0.1").env("PGPORT", server.port()).env("PGDATABASE", &other.name);
    let (_, document) = limbeck.env("PGUSER", &other.name).env("PGPASSWORD", &other.password).document();
    assert_eq!(document["verdict"], "pass", "{:#}", document["diagnostics"]);
    assert_eq!(other.fingerprint(), before);
}

#[test]
fn the_database_that_the_url_names_is_only_connected_to() {
    let project = Project::green();
    let login = Login::new("CREATEDB");
    login.run(&[
        "CREATE TABLE alembic_version (version_num varchar(32) NOT NULL)",
        "INSERT INTO alembic_version VALUES ('not_of_this_tree')",
    ]);
    let before = login.fingerprint();
    for scheme in ["postgresql+psycopg", "postgresql+asyncpg", "postgres"] {
        let url = login.url(scheme);
        let (_, document) = Limbeck::dry_run_on(&project, &url, &[]).secret(&login.password).document();
        assert_eq!(document["verdict"], "pass", "{scheme}: {:#}", document["diagnostics"]);
        assert_eq!(document["dry_run"]["server"]["embedded"], false);
    }
    assert_eq!(login.fingerprint(), before);
    assert!(login.scratch_databases().is_empty());
}

#[test]
fn a_sqlite_file_of_the_projects_own_is_refused_and_untouched() {
    let project = Project::green();
    let url = sqlite(&project.beside("production.db"));
    project.replace(
        "migrations/env.py",
        "os.environ.get(\"PALDOCS_DATABASE_URL\", \"sqlite:///paldocs.db\")",
        &format!("{url:?}"),
    );
    let (_, document) = Limbeck::dry_run(&project, &[]).document();
    assert_eq!(
        (rules(&document).as_slice(), &document["exit_code"]),
        (&["connects-elsewhere"][..], &2.into())
    );
    assert_eq!(document["diagnostics"][0]["file"], "migrations/env.py");
    assert!(!project.beside("production.db").exists());
}

// -- nothing is left behind

#[test]
fn kill_9_during_a_statement_leaves_nothing() {
    check_killed("hangs-in-sql", |project| Limbeck::dry_run(project, &[]));
}

#[test]
fn kill_9_while_python_hangs_leaves_nothing() {
    check_killed("hangs-in-python", |project| Limbeck::dry_run(project, &[]));
}

#[test]
fn kill_9_during_a_statement_leaves_no_database_on_the_server_of_a_url() {
    let login = Login::new("CREATEDB");
    check_killed("hangs-in-sql", |project| Limbeck::dry_run_on(project, &login.url("postgresql"), &[]));
    await_that("the scratch database is dropped", FEW_SECONDS, || login.scratch_databases().is_empty());
}

#[test]
fn kill_9_while_python_hangs_leaves_no_database_on_the_server_of_a_url() {
    let login = Login::new("CREATEDB");
    check_killed("hangs-in-python", |project| Limbeck::dry_run_on(project, &login.url("postgresql"), &[]));
    await_that("the scratch database is dropped", FEW_SECONDS, || login.scratch_databases().is_empty());
}

/// Before the server answers, while Python imports: resources exist that no revision has used yet.
#[test]
fn kill_9_during_the_start_leaves_nothing() {
    let project = Project::green();
    for milliseconds in [5, 20, 60, 120, 200, 300] {
        let running = Limbeck::dry_run(&project, &[]).start();
        std::thread::sleep(Duration::from_millis(milliseconds));
        let held = Held::by(&running);
        running.signal(Signal::SIGKILL);
        running.finish_killed();
        await_that("all is gone that it held", FEW_SECONDS, || held.left().is_empty());
    }
}

fn check_killed(variant: &str, limbeck: impl Fn(&Project) -> Limbeck) {
    let project = Project::variant(variant);
    let (running, held) = start_hanging(limbeck(&project));
    running.signal(Signal::SIGKILL);
    assert_eq!(running.finish_killed().signal(), Some(Signal::SIGKILL as i32));
    await_that("all is gone that it held", FEW_SECONDS, || held.left().is_empty());
}

#[test]
fn ctrl_c_cleans_up_and_exits_with_130() {
    check_interrupted(Signal::SIGINT, 130);
}

#[test]
fn sigterm_cleans_up_and_exits_with_143() {
    check_interrupted(Signal::SIGTERM, 143);
}

#[test]
fn ctrl_c_drops_the_scratch_database_before_it_exits() {
    let login = Login::new("CREATEDB");
    let project = Project::variant("hangs-in-python");
    let (running, _) = start_hanging(Limbeck::dry_run_on(&project, &login.url("postgresql"), &[]));
    running.signal(Signal::SIGINT);
    let run = running.finish().exits(130);
    assert_eq!(login.scratch_databases(), Vec::<serde_json::Value>::new(), "{run}");
}

/// What an interruption broke is no finding: nothing is judged, nothing is written to standard output.
fn check_interrupted(signal: Signal, code: i32) {
    let project = Project::variant("hangs-in-sql");
    let (running, held) = start_hanging(Limbeck::dry_run(&project, &["--output-format", "json"]));
    let pressed = Instant::now();
    running.signal(signal);
    let run = running.finish().exits(code);
    assert!(pressed.elapsed() < PROMPTLY, "cleaning up took {:?}", pressed.elapsed());
    assert_eq!(run.stdout, "");
    assert_eq!(held.left(), Vec::<String>::new());
}

/// The failing revision itself tells where its server keeps its data.
#[test]
fn a_failure_leaves_nothing() {
    let project = Project::green();
    let body = "print(\"data in\", op.get_bind().exec_driver_sql(\"SHOW data_directory\").scalar())\n    op.execute(\"SELEKT\")";
    project.add_revision(body);
    let (_, document) = Limbeck::dry_run(&project, &[]).document();
    let outcomes = document["dry_run"]["revisions"].as_array().expect("outcomes are a list");
    let failed = outcomes.last().expect("14 revisions");
    assert_eq!((text(&failed["state"]), text(&failed["file"])), ("failed", ADDED_REVISION));
    let printed = text(&failed["output"]);
    let folder =
        printed.lines().find_map(|line| line.strip_prefix("data in ")).expect("it printed the folder");
    assert!(folder.ends_with("/data"), "{folder}");
    assert!(!Path::new(folder).parent().expect("a work folder").exists(), "{folder} is left");
}

/// The project starts something that would outlive it, and holds on to our pipes.
#[test]
fn what_the_project_has_started_is_ended_with_it() {
    let project = Project::green();
    project.replace(
        "migrations/env.py",
        "target_metadata = Base.metadata\n",
        "target_metadata = Base.metadata\nimport subprocess\nsubprocess.Popen([\"sleep\", \"600\"])\n",
    );
    let (_, document) = Limbeck::dry_run(&project, &[]).document();
    assert_eq!(document["verdict"], "pass");
}

#[test]
fn two_runs_at_once_on_a_new_cache_do_not_disturb_each_other() {
    let (one, other) = (Project::green(), Project::variant("boolean-default-zero"));
    let cache = one.beside("cache");
    let start = |project: &Project| {
        let bin = setup::postgres_bin();
        let limbeck = Limbeck::new(project, &["dry-run", "--python"]).arg(setup::python());
        let limbeck = limbeck.arg("--postgres-bin").arg(bin).env("LIMBECK_CACHE_DIR", &cache);
        limbeck.args(&["--output-format", "json"]).start()
    };
    let (first, second) = (start(&one), start(&other));
    let _green = first.finish().exits(0);
    let _red = second.finish().exits(1);
    let templates: Vec<PathBuf> = cache
        .join("templates")
        .read_dir()
        .expect("the cache keeps a template")
        .map(|entry| entry.expect("an entry of a folder that can be listed").path())
        .collect();
    assert_eq!(templates.len(), 1, "one template and nothing half made: {templates:?}");
    let _again = start(&one).finish().exits(0);
}

/// Starts a run and waits until it has come to the revision which hangs.
fn start_hanging(limbeck: Limbeck) -> (Running, Held) {
    let running = limbeck.start();
    running.await_text(LAST_SOUND_REVISION);
    running.await_process("the driver", Process::is_driver);
    let held = Held::by(&running);
    assert!(held.processes.len() >= 3, "limbeck, its reaper, the driver: {:#?}", held.processes);
    (running, held)
}

/// What a run holds at one moment.
struct Held {
    processes: Vec<Process>,
    /// The work folders of its embedded servers, and their shared memory.
    paths: Vec<PathBuf>,
}

impl Held {
    fn by(running: &Running) -> Self {
        let processes = running.processes();
        let data = processes.iter().filter_map(Process::data_directory);
        let folders = data.map(|data| data.parent().expect("the data lies in a work folder").to_owned());
        let paths = folders.chain(processes.iter().flat_map(Process::shared_memory)).collect();
        Self { processes, paths }
    }

    /// What is there still.
    fn left(&self) -> Vec<String> {
        let alive = self.processes.iter().filter(|process| process.is_alive());
        let alive = alive.map(|process| format!("{} {}", process.pid, process.command));
        let paths = self.paths.iter().filter(|path| path.exists());
        alive.chain(paths.map(|path| path.display().to_string())).collect()
    }
}
