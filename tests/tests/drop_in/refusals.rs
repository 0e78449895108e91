//! Where alembic has one message for four causes, each has its own here; and what a database may be wrong about.

use std::path::{Path, PathBuf};

use limbeck_tests::database::Login;
use limbeck_tests::limbeck::{Limbeck, Run};
use limbeck_tests::project::{Project, revision};
use limbeck_tests::{python, setup};

use crate::live::two_revisions;

#[test]
fn a_symbol_that_names_nothing_says_why() {
    let project = branches();
    check(
        &project,
        &["show", "nope1"],
        2,
        "error[bad-symbol]: no revision or branch label is `nope1` or begins with it",
    );
    check(
        &project,
        &["show", "cc3"],
        2,
        "error[bad-symbol]: `cc3` is the beginning of several: `cc33`, `cc34`",
    );
    check(&project, &["show", "nope@aa11"], 2, "error[bad-symbol]: no branch label or revision is `nope`");
    check(&project, &["show", "cc33@bb22"], 2, "error[bad-symbol]: revision `bb22` is not on branch `cc33`");
    check(
        &project,
        &["show", "head"],
        2,
        "error[bad-symbol]: `head` names one head, but there are several: `bb22`, `cc34`",
    );
    check(
        &project,
        &["history", "-r", "base:nope1"],
        2,
        "error[bad-symbol]: no revision or branch label is `nope1` or begins with it",
    );
}

#[test]
fn a_range_that_is_none_says_why() {
    let project = branches();
    check(
        &project,
        &["history", "-r", "aa11"],
        2,
        "error[bad-range]: `aa11` is no range for `history`: it has no colon",
    );
    check(
        &project,
        &["history", "-r", "a:b:c"],
        2,
        "error[bad-range]: `a:b:c` names no range of revisions: a range is `[lower]:[upper]`, with one colon, but this is `a:b:c`",
    );
    check(
        &project,
        &["history", "-r", "bb22:cc33"],
        2,
        "error[bad-range]: `bb22:cc33` names no range of revisions: `bb22` is not an ancestor of `cc33`",
    );
}

#[test]
fn several_symbols_are_shown_in_their_order_or_not_at_all() {
    let project = branches();
    let run = Limbeck::new(&project, &["show", "cc33", "aa11"]).run().exits(0);
    let revs: Vec<&str> = run.stdout.lines().filter(|line| line.starts_with("Rev: ")).collect();
    assert_eq!(revs, ["Rev: cc33", "Rev: aa11 (branchpoint)"]);
    check(
        &project,
        &["show", "cc33", "nope1"],
        2,
        "error[bad-symbol]: no revision or branch label is `nope1` or begins with it",
    );
}

#[test]
fn a_broken_tree_is_answered_with_what_is_wrong_with_it() {
    let project = Project::variant("orphan-down-revision");
    let expected = Limbeck::new(&project, &["heads"]).run().exits(1).stdout;
    for arguments in [&["history"] as &[&str], &["branches"], &["show", "heads"], &["current"]] {
        assert_eq!(Limbeck::new(&project, arguments).run().exits(1).stdout, expected);
    }
}

#[test]
fn no_database_and_no_server_are_named_as_such() {
    let project = two_revisions();
    check(
        &project,
        &["current"],
        2,
        "error[no-database-url]: this asks a database where it stands, and none is named",
    );
    let url = "postgresql://localhost:1/x";
    let run = Limbeck::new(&project, &["current", "--wait", "0", "--database-url", url]).run().exits(2);
    assert!(run.stderr.starts_with("error[server-unreachable]"), "{run}");
    let run = Limbeck::new(&project, &["current", "--database-url", "sqlite:///x"]).run().exits(2);
    assert!(run.stderr.starts_with("error[bad-database-url]"), "{run}");
}

#[test]
fn a_database_at_a_revision_that_the_tree_never_had() {
    let (project, login) = (two_revisions(), Login::new(""));
    login.run(&[
        "CREATE TABLE alembic_version (version_num text)",
        "INSERT INTO alembic_version VALUES ('bb23')",
    ]);
    let url = login.url("postgresql");
    let message =
        "error[unknown-current-revision]: the database is at revision `bb23`, which no file of the tree has";
    for command in ["current", "show current", "history -r current:"] {
        let arguments: Vec<&str> = command.split(' ').collect();
        let run = Limbeck::new(&project, &arguments).env("LIMBECK_DATABASE_URL", &url).run().exits(1);
        assert!(run.stdout.starts_with(message), "{run}");
        assert!(run.stdout.contains("the nearest id in the tree is `bb22`"), "{run}");
    }
    // As a mark it is only missed, as alembic does, but not in silence.
    let run = Limbeck::new(&project, &["history", "-i"]).env("LIMBECK_DATABASE_URL", &url).run().exits(0);
    assert_eq!(run.stdout, "aa11 -> bb22 (head), added\n<base> -> aa11, added\n");
    assert!(run.stderr.contains("`bb23`"), "{run}");
}

#[test]
fn every_command_has_a_document() {
    let (project, login) = (branches(), Login::new(""));
    login.run(&[
        "CREATE TABLE alembic_version (version_num text)",
        "INSERT INTO alembic_version VALUES ('cc33')",
    ]);
    let url = login.url("postgresql");
    let mut files = Vec::new();
    let commands =
        ["heads", "history", "history -i", "branches", "show heads", "current", "current --check-heads"];
    for command in commands.into_iter().chain(["show nope1", "history -r x"]) {
        let arguments: Vec<&str> = command.split(' ').collect();
        let limbeck = || Limbeck::new(&project, &arguments).env("LIMBECK_DATABASE_URL", &url);
        let (run, document) = limbeck().document();
        let text = limbeck().run().stdout;
        for revision in document["revisions"].as_array().into_iter().flatten() {
            assert!(run.code() == Some(1) || text.contains(revision["id"].as_str().unwrap_or("-")), "{text}");
        }
        let path = project.beside(&format!("{}.json", files.len()));
        std::fs::write(&path, &run.stdout).expect("a document's file");
        files.push(path);
    }
    let schema = setup::root().join("docs/limbeck.schema.json");
    let files: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
    python::check_jsonschema(&["--schemafile", &schema.display().to_string()], &files);
}

/// `aa11`, on which `bb22` and, in a line, `cc33` and `cc34` stand.
fn branches() -> Project {
    let project = two_revisions();
    project.write("tree/versions/c.py", revision("cc33", Some("aa11"), "pass"));
    project.write("tree/versions/d.py", revision("cc34", Some("cc33"), "pass"));
    project
}

/// The first line of what it says, which is no result and so on standard error.
fn check(project: &Project, arguments: &[&str], code: i32, first_line: &str) {
    let run: Run = Limbeck::new(project, arguments).run().exits(code);
    assert_eq!(run.stderr.lines().next(), Some(first_line), "{run}");
    assert_eq!(run.stdout, "");
    let (_, document) = Limbeck::new(project, arguments).document();
    assert!(first_line.contains(document["diagnostics"][0]["rule"].as_str().unwrap_or("-")));
}
