//! `--with-alembic`: headers that only Python can tell are asked of the project's own alembic, and no other file is run.

use std::path::PathBuf;

use limbeck_tests::database::Login;
use limbeck_tests::document::rules;
use limbeck_tests::limbeck::{Limbeck, Run};
use limbeck_tests::project::{Project, revision};
use limbeck_tests::{python, setup};
use nix::sys::signal::Signal;

/// A helper as projects have them: what follows what stands in one list.
const CHAIN: &str = "\
ORDER = ['aa11', 'bb22', 'cc33', 'dd44']


def get_down_revision(revision):
    index = ORDER.index(revision)
    return ORDER[index - 1] if index else None
";

/// How it is called.
const CALL: &str = "get_down_revision(revision)";

/// Leaves a file behind when it is imported.
const MARKER: &str = "open('imported', 'w').close()\n";

/// `aa11` is literal and tells on who imports it; the others ask a helper that lies where `prepend_sys_path` says.
fn computed() -> Project {
    let project = Project::empty();
    let ini = "[alembic]\nscript_location = %(here)s/tree\nprepend_sys_path = lib\npath_separator = os\n";
    project.write("alembic.ini", ini);
    project.write("lib/chain.py", CHAIN);
    // What alembic's `heads` never runs, nobody runs.
    project.write("tree/env.py", "raise SystemExit('nobody runs this')\n");
    project.write("tree/versions/a.py", format!("{}{MARKER}", revision("aa11", None, "pass")));
    for (name, id, more) in [
        ("b", "bb22", ""),
        ("c", "cc33", "branch_labels = {'lab' + 'el'}\n"),
        ("d", "dd44", "depends_on = ['aa' + '11'.strip()]\n"),
    ] {
        let text = format!(
            "\"\"\"message of {id}\"\"\"\nfrom chain import get_down_revision\n\nrevision = '{id}'\n\
             down_revision = get_down_revision(revision)\n{more}"
        );
        project.write(&format!("tree/versions/{name}.py"), text);
    }
    project
}

fn asked(project: &Project, arguments: &[&str]) -> Limbeck {
    Limbeck::new(project, arguments).args(&["--with-alembic", "--python"]).arg(setup::python())
}

/// What a revision file is that runs this before its header is known.
fn running(code: &str) -> String {
    format!("{code}\nrevision = 'bb22'\ndown_revision = str('aa11')\n")
}

#[test]
fn the_answers_are_alembics() {
    let project = computed();
    for command in ["heads -v", "history", "history -v -r bb22:", "branches", "show label@head", "show bb22"]
    {
        let arguments: Vec<&str> = command.split(' ').collect();
        let run = asked(&project, &arguments).run().exits(0);
        let told = run.stderr.lines().filter(|line| !line.starts_with("python: ")).count();
        assert_eq!(told, 0, "{run}");
        assert!(!project.path("imported").exists(), "{command}: limbeck imports no literal header");
        let alembic = python::alembic(&project, "", &arguments);
        assert!(alembic.status.success(), "{}", String::from_utf8_lossy(&alembic.stderr));
        assert_eq!(run.stdout, String::from_utf8_lossy(&alembic.stdout), "{command}");
        // The control: alembic imports it.
        project.remove("imported");
    }
}

#[test]
fn the_other_commands_know_the_tree_too() {
    let project = computed();
    let (_, document) = asked(&project, &["check"]).document();
    assert_eq!(document["verdict"], "pass", "{document}");
    assert!(rules(&document).is_empty(), "{document}");
    let graph = asked(&project, &["graph", "--around", "dd44", "--distance", "1"]).run().exits(0);
    assert_eq!(graph.stdout.lines().count(), 3, "{graph}");
    let login = Login::new("");
    login.run(&[
        "CREATE TABLE alembic_version (version_num text)",
        "INSERT INTO alembic_version VALUES ('dd44')",
    ]);
    let current = asked(&project, &["current", "--database-url", &login.url("postgresql")]).run().exits(0);
    assert_eq!(current.stdout, "dd44 (head)\n");
}

#[test]
fn without_the_flag_the_message_names_it() {
    let project = computed();
    for command in ["check", "heads", "history"] {
        let run = Limbeck::new(&project, &[command]).run().exits(1);
        assert!(run.stdout.contains("error[opaque-header]: `down_revision` cannot be known"), "{run}");
        assert!(run.stdout.contains("let the project's own alembic tell it with `--with-alembic`"), "{run}");
    }
    let run = Limbeck::new(&project, &["heads", "--python", "python3"]).run().exits(2);
    assert!(run.stderr.contains("--with-alembic"), "{run}");
}

#[test]
fn a_tree_that_is_known_starts_no_python() {
    let project = Project::green();
    let limbeck = Limbeck::new(&project, &["heads", "--with-alembic", "--python", "/nowhere/python"]);
    assert_eq!(limbeck.run().exits(0).stdout, Limbeck::new(&project, &["heads"]).run().stdout);
}

#[test]
fn what_files_print_and_leave_is_no_answer() {
    let project = computed();
    let expected = asked(&project, &["history"]).run().exits(0).stdout;
    let before = files(&project);
    let noise = "import os, sys\nprint('noise')\nprint('noise', file=sys.__stdout__)\n\
                 os.write(1, b'{\"answer\": 1}\\n')\nassert sys.stdin.read() == ''\nfrom chain";
    project.replace("tree/versions/b.py", "from chain", noise);
    let run = asked(&project, &["history"]).run().exits(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), (expected.as_str(), ""));
    let verbose = asked(&project, &["heads", "-v"]).run().exits(0);
    assert_eq!(verbose.stderr.matches("noise").count(), 2, "{verbose}");
    assert_eq!(files(&project), before, "no `__pycache__` either");
}

/// Every file below the project's directory.
fn files(project: &Project) -> Vec<PathBuf> {
    let mut found = vec![project.directory()];
    let mut index = 0;
    while let Some(path) = found.get(index).cloned() {
        let entries = path.read_dir().into_iter().flatten().filter_map(Result::ok);
        found.extend(entries.map(|entry| entry.path()));
        index += 1;
    }
    found.sort();
    found
}

#[test]
fn what_a_file_raises_is_shown_at_its_line() {
    let project = computed();
    project.replace("lib/chain.py", "'cc33', ", "");
    for command in ["check", "heads", "graph"] {
        let (run, document) = asked(&project, &[command]).document();
        let run: Run = run.exits(1);
        assert_eq!(rules(&document), ["revision-not-loadable"], "{run}");
        let found = &document["diagnostics"][0];
        let message = found["message"].as_str().unwrap_or_default();
        assert_eq!(message, "a revision file cannot be imported: ValueError: 'cc33' is not in list");
        assert_eq!((&found["file"], &found["text"]), (&"tree/versions/c.py".into(), &CALL.into()), "{run}");
        let raised = &found["related"][0];
        assert_eq!((&raised["file"], &raised["span"]["start"]["line"]), (&"lib/chain.py".into(), &5.into()));
    }
}

#[test]
fn a_header_that_is_no_text_is_a_finding() {
    let project = computed();
    project.replace("tree/versions/d.py", "['aa' + '11'.strip()]", "int('5')");
    let run = asked(&project, &["heads"]).run().exits(1);
    assert!(run.stdout.contains("TypeError: `depends_on` holds 5, which is no text"), "{run}");
    assert!(run.stdout.contains("tree/versions/d.py"), "{run}");
}

#[test]
fn a_file_that_ends_python_or_never_ends_is_no_answer() {
    let project = computed();
    refused(&project, "import os; os._exit(3)", "error[python-died]");
    refused(&project, "import time; time.sleep(600)", "error[project-hangs]");
    refused(&project, "import subprocess; subprocess.run(['sleep', '600'])", "error[project-hangs]");
    refused(&project, "import not_installed_here", "error[missing-module]");
}

/// Whatever is started there is gone in the end, which every run of a test asserts.
fn refused(project: &Project, code: &str, error: &str) {
    project.write("tree/versions/b.py", running(code));
    let run = asked(project, &["heads", "--startup-timeout", "3"]).run().exits(2);
    assert!(run.stderr.starts_with(error), "{run}");
    assert!(!error.contains("hangs") || run.stderr.contains("tree/versions/b.py:1"), "{run}");
    assert_eq!(run.stdout, "");
}

#[test]
fn ctrl_c_ends_the_import_and_what_it_has_started() {
    let project = computed();
    project.write("tree/versions/b.py", running("import subprocess; subprocess.run(['sleep', '601'])"));
    let running = asked(&project, &["heads"]).start();
    running.await_process("a file that sleeps", |process| process.command.contains("sleep 601"));
    running.signal(Signal::SIGINT);
    assert_eq!(running.finish().exits(130).stdout, "");
}

#[test]
fn a_file_that_calls_sys_exit_is_a_finding() {
    let project = computed();
    project.write("tree/versions/b.py", running("import sys; sys.exit('no')"));
    let run = asked(&project, &["heads"]).run().exits(1);
    assert!(run.stdout.starts_with("error[revision-not-loadable]"), "{run}");
    assert!(run.stdout.contains("SystemExit: no"), "{run}");
}

#[test]
fn without_python_or_alembic_there_is_no_answer() {
    let project = computed();
    let heads = || Limbeck::new(&project, &["heads", "--with-alembic"]);
    let run = heads().args(&["--python", "/nowhere/python"]).run().exits(2);
    assert!(run.stderr.starts_with("error[no-python]"), "{run}");
    let run = heads().env("PATH", "").run().exits(2);
    assert!(run.stderr.starts_with("error[no-python]"), "{run}");
    let bare = project.beside("bare");
    let made =
        std::process::Command::new(setup::python()).args(["-m", "venv", "--without-pip"]).arg(&bare).status();
    assert!(made.expect("LIMBECK_TEST_PYTHON can be run").success());
    let run = heads().arg("--python").arg(bare.join("bin/python")).run().exits(2);
    assert!(run.stderr.starts_with("error[no-alembic]"), "{run}");
}
