//! `limbeck graph`: ranges, what is near a revision, formats and exit codes. How pictures look is tested where they are
//! drawn, in `limbeck-report`.

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
    let run = Limbeck::new(&Project::variant("orphan-down-revision"), &["graph"]).run().exits(1);
    assert!(run.stdout.contains("missing-down-revision"));
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
