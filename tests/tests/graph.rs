//! `limbeck graph`: ranges, what is near a revision, formats and exit codes. How pictures look is tested where they are
//! drawn, in `limbeck-report`.

use limbeck_tests::database::Login;
use limbeck_tests::limbeck::{Limbeck, Run};
use limbeck_tests::project::{Project, revision};
use serde_json::Value;

#[test]
fn a_range_and_what_is_near() {
    let project = line();
    assert_eq!(ids(&graph(&project, &[])), ["dd44", "cc33", "bb22", "aa11"]);
    assert_eq!(ids(&graph(&project, &["bb22:cc33"])), ["cc33", "bb22"]);
    assert_eq!(ids(&graph(&project, &["bb22"])), ["bb22", "aa11"]);
    assert_eq!(ids(&graph(&project, &["--around", "bb22", "--distance", "1"])), ["cc33", "bb22", "aa11"]);
    assert_eq!(ids(&graph(&project, &[":cc33", "--around", "head", "--distance", "2"])), ["cc33", "bb22"]);
}

#[test]
fn formats() {
    let project = line();
    let begins = |format: &str, with: &str| {
        assert!(graph(&project, &["--format", format]).stdout.starts_with(with), "{format}")
    };
    begins("tree", "●  dd44 (head)");
    begins("dot", "digraph");
    begins("mermaid", "flowchart");
    begins("svg", "<svg");
    let document: Value = serde_json::from_str(&graph(&project, &["--format", "json"]).stdout).expect("JSON");
    let (_, same) = Limbeck::new(&project, &["graph"]).document();
    assert_eq!(document, same);
    assert_eq!(document["graph"]["nodes"][0]["number"], 4);
    let (_, part) = Limbeck::new(&project, &["graph", "bb22:cc33"]).document();
    assert_eq!(part["graph"]["nodes"][1]["number"], 2, "the whole tree counts");
    assert_eq!(
        document["graph"]["edges"][2],
        serde_json::json!({"from": "bb22", "to": "aa11", "kind": "down_revision"})
    );
}

#[test]
fn what_names_nothing_and_what_contradicts_itself_is_no_picture() {
    let project = line();
    for arguments in [
        &["--around", "nothing"][..],
        &["cc33:aa11"],
        &["--distance", "2"],
        &["--format", "dot", "--output-format", "json"],
        &["current:"],
    ] {
        let run = Limbeck::new(&project, &["graph"]).args(arguments).run().exits(2);
        assert!(!run.stdout.contains('●'), "{arguments:?}");
    }
}

/// Half a picture would be taken for the whole.
#[test]
fn a_broken_tree_gives_what_is_wrong_and_no_picture() {
    for variant in ["orphan-down-revision", "duplicate-id", "duplicate-id-makes-a-cycle"] {
        let project = Project::variant(variant);
        let checked = Limbeck::new(&project, &["check", "--quiet"]).run().exits(1);
        for format in ["tree", "svg", "dot", "mermaid"] {
            let run = Limbeck::new(&project, &["graph", "--format", format]).run().exits(1);
            assert_eq!(run.stdout, checked.stdout, "{variant}: {format}");
        }
        let (_, document) = Limbeck::new(&project, &["graph"]).document();
        assert!(document.get("graph").is_none(), "{variant}");
    }
}

/// Two heads are no reason to refuse: they are what the picture is for.
#[test]
fn two_heads_are_drawn() {
    let run = Limbeck::new(&Project::variant("two-heads"), &["graph"]).run().exits(0);
    assert_eq!(run.stdout.matches("(head)").count(), 2, "{run}");
}

#[test]
fn a_database_marks_what_it_has_applied() {
    let (project, login) = (line(), Login::new(""));
    let url = login.url("postgresql");
    let marks = |run: &Run| -> Vec<String> {
        let mark = |line: &str| line.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
        run.stdout.lines().map(mark).collect()
    };
    let drawn = || graph(&project, &["--database-url", &url]);
    assert_eq!(marks(&drawn()), ["○ dd44", "○ cc33", "○ bb22", "○ aa11"], "nothing was ever applied");
    login.run(&[
        "CREATE TABLE alembic_version (version_num varchar(32))",
        "INSERT INTO alembic_version VALUES ('bb22')",
    ]);
    assert_eq!(marks(&drawn()), ["○ dd44", "○ cc33", "● bb22", "● aa11"]);
    assert!(
        drawn().stdout.contains("bb22 (current)") && drawn().stdout.contains("(not applied)"),
        "{}",
        drawn()
    );
    let from_environment = Limbeck::new(&project, &["graph", "-i"]).env("LIMBECK_DATABASE_URL", &url).run();
    assert_eq!(from_environment.exits(0).stdout, drawn().stdout);
    let (_, document) = Limbeck::new(&project, &["graph", "--database-url", &url]).document();
    let nodes = document["graph"]["nodes"].as_array().expect("nodes are a list");
    let applied: Vec<bool> = nodes.iter().filter_map(|node| node["applied"].as_bool()).collect();
    assert_eq!(applied, [false, false, true, true]);
    // What the tree does not have cannot be marked, and that is said.
    login.run(&["UPDATE alembic_version SET version_num = 'gone'"]);
    assert!(drawn().stderr.contains("`gone`"), "{}", drawn());
}

fn graph(project: &Project, arguments: &[&str]) -> Run {
    Limbeck::new(project, &["graph"]).args(arguments).run().exits(0)
}

fn ids(run: &Run) -> Vec<&str> {
    run.stdout.lines().filter_map(|line| line.split_whitespace().nth(1)).collect()
}

fn line() -> Project {
    let project = Project::empty();
    project.write("alembic.ini", "[alembic]\nscript_location = %(here)s/tree\n");
    project.write("tree/env.py", "");
    for (id, down) in [("aa11", None), ("bb22", Some("aa11")), ("cc33", Some("bb22")), ("dd44", Some("cc33"))]
    {
        project.write(&format!("tree/versions/{id}.py"), revision(id, down, "pass"));
    }
    project
}
