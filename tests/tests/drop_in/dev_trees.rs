//! The same bytes on the trees of public packages, and the same shape and upgrade order.
//!
//! `cargo xtask test` fetches the trees. The packages themselves are not installed: for alembic, modules that are not
//! there are stood in for (`alembic_oracle.py`).

use limbeck_tests::dev_tree::{
    AIRFLOW, ARGILLA, DevTree, FLEXMEASURES, GALAXY, NEUTRON, PHOENIX, PREFECT_POSTGRESQL, PREFECT_SQLITE,
    SUPERSET, ZENML,
};
use limbeck_tests::project::{self, Project};
use limbeck_tests::setup;
use serde_json::{Value, json};

use crate::oracle::{Oracle, Reply};
use crate::questions::Question;

/// What must be in a tree, or equality would say little.
#[derive(Debug, PartialEq, Eq)]
struct Counts {
    revisions: usize,
    heads: usize,
    bases: usize,
    branch_points: usize,
    merge_points: usize,
}

const fn counts(
    revisions: usize,
    heads: usize,
    bases: usize,
    branch_points: usize,
    merge_points: usize,
) -> Counts {
    Counts { revisions, heads, bases, branch_points, merge_points }
}

#[test]
fn superset() {
    check(&SUPERSET, &counts(344, 1, 1, 27, 32));
}

/// Its labels are constants of a module of the package, so that module is the real one on both sides.
#[test]
fn neutron() {
    check(&NEUTRON, &counts(133, 2, 1, 1, 0));
}

#[test]
fn flexmeasures() {
    check(&FLEXMEASURES, &counts(108, 1, 1, 13, 13));
}

#[test]
fn prefect_on_postgresql() {
    check(&PREFECT_POSTGRESQL, &counts(120, 1, 1, 0, 0));
}

#[test]
fn prefect_on_sqlite() {
    check(&PREFECT_SQLITE, &counts(115, 1, 1, 0, 0));
}

#[test]
fn phoenix() {
    check(&PHOENIX, &counts(35, 1, 1, 0, 0));
}

#[test]
fn argilla() {
    check(&ARGILLA, &counts(24, 1, 1, 0, 0));
}

#[test]
fn galaxy() {
    check(&GALAXY, &counts(82, 2, 2, 8, 8));
}

#[test]
fn airflow() {
    check(&AIRFLOW, &counts(124, 1, 1, 0, 0));
}

#[test]
fn zenml() {
    check(&ZENML, &counts(285, 1, 1, 0, 0));
}

/// The comparison sees one `down_revision` that is another one: the second base follows the head of the first.
#[test]
fn one_down_revision_changed_is_seen() {
    let Some(trees) = setup::dev_trees() else { return };
    let theirs = GALAXY.project(&trees.join(GALAXY.package));
    let changed = Project::empty();
    let copy = changed.path(GALAXY.package);
    project::copy(&trees.join(GALAXY.package), &copy);
    let ours = GALAXY.project(&copy);
    let found: Vec<String> = compare(&GALAXY, &theirs, &ours).into_iter().map(|found| found.about).collect();
    assert_eq!(found, ["heads -v", "branches -v", "history -v"], "only the paths differ");
    let file = "galaxy-data/galaxy/model/migrations/alembic/versions_tsi/d4a650f47a3c_create_tsi_branch.py";
    let head =
        shape(&theirs)["heads"].as_array().expect("heads").iter().find(|id| **id != "d4a650f47a3c").cloned();
    let follows = format!("\ndown_revision = {}\n", head.expect("the other head"));
    changed.replace(file, "\ndown_revision = None\n", &follows);
    let found: Vec<String> = compare(&GALAXY, &theirs, &ours).into_iter().map(|found| found.about).collect();
    for about in ["heads", "history", "heads in JSON", "bases in JSON", "history in JSON", "upgrade in JSON"]
    {
        assert!(found.iter().any(|found| found == about), "`{about}` is not among {found:?}");
    }
}

fn check(tree: &DevTree, expected: &Counts) {
    let Some(trees) = setup::dev_trees() else { return };
    let project = tree.project(&trees.join(tree.package));
    let shape = shape(&project);
    let count = |name: &str| shape[name].as_array().map_or(0, Vec::len);
    let found = Counts {
        revisions: count("history"),
        heads: count("heads"),
        bases: count("bases"),
        branch_points: count("branch_points"),
        merge_points: count("merge_points"),
    };
    assert_eq!(&found, expected, "{}", tree.package);
    let differences = compare(tree, &project, &project);
    assert!(differences.is_empty(), "{}: {differences:#?}", tree.package);
}

/// Which modules are stood in for: the files need nothing but alembic to say what they are, neutron's apart.
fn stub(tree: &DevTree) -> &'static str {
    if tree.name == NEUTRON.name { "missing" } else { "foreign" }
}

/// An answer that is not alembic's.
#[derive(Debug)]
#[expect(dead_code, reason = "shown where there is one")]
struct Difference {
    about: String,
    ours: String,
    theirs: String,
}

/// What differs between alembic's answers on one project and limbeck's on another one.
fn compare(tree: &DevTree, theirs: &Project, ours: &Project) -> Vec<Difference> {
    let mut differences = Vec::new();
    let questions = questions();
    let mut asked: Vec<&Question> = questions.iter().collect();
    let map = Question::new(&["map"], json!({}));
    asked.push(&map);
    let replies = Oracle::start().ask_with(theirs, stub(tree), &asked);
    for (question, reply) in questions.iter().zip(&replies) {
        let answer = question.answer(ours);
        let Reply::Out(text) = reply else { panic!("{}: {question}: {reply:?}", tree.package) };
        if (answer.code, &answer.stdout, answer.stderr.as_str()) != (Some(0), text, "") {
            let (about, ours) = (question.to_string(), answer.to_string());
            differences.push(Difference { about, ours, theirs: text.clone() });
        }
    }
    let theirs: Value = serde_json::from_str(replies[questions.len()].out()).expect("the oracle writes JSON");
    let ours = shape(ours);
    for (name, theirs) in theirs.as_object().expect("an object") {
        if ours[name] != *theirs {
            let (about, ours) = (format!("{name} in JSON"), ours[name].to_string());
            differences.push(Difference { about, ours, theirs: theirs.to_string() });
        }
    }
    differences
}

fn questions() -> Vec<Question> {
    vec![
        Question::new(&["heads"], json!({})),
        Question::new(&["heads", "-v"], json!({"verbose": true})),
        Question::new(&["heads", "--resolve-dependencies"], json!({"resolve_dependencies": true})),
        Question::new(&["branches"], json!({})),
        Question::new(&["branches", "-v"], json!({"verbose": true})),
        Question::new(&["history"], json!({})),
        Question::new(&["history", "-v"], json!({"verbose": true})),
    ]
}

/// What limbeck says of a tree in JSON, in the words of the oracle's `map`.
fn shape(project: &Project) -> Value {
    let document = |arguments: &[&str]| -> Value {
        let answer = Question::new(arguments, json!({})).answer(project);
        serde_json::from_str(&answer.stdout).unwrap_or_else(|error| panic!("{error}: {answer}"))
    };
    let heads = document(&["heads", "--output-format", "json"]);
    let graph = document(&["graph", "--format", "json"]);
    let nodes: Vec<&Value> = graph["graph"]["nodes"].as_array().into_iter().flatten().collect();
    let mut bases = ids(nodes.iter().copied().filter(|node| node["base"] == true));
    bases.sort_unstable_by_key(|id| id.as_str().map(ToOwned::to_owned));
    let mut upgrade = nodes.clone();
    upgrade.sort_by_key(|node| node["number"].as_u64());
    let numbers: Vec<u64> = upgrade.iter().filter_map(|node| node["number"].as_u64()).collect();
    assert!(numbers.iter().copied().eq(1..=nodes.len() as u64), "{numbers:?}");
    let marked = |mark: &str| ids(nodes.iter().copied().filter(|node| node[mark] == true));
    json!({
        "heads": ids(heads["heads"].as_array().into_iter().flatten()),
        "bases": bases,
        "history": ids(nodes.iter().copied()),
        "branch_points": marked("branch_point"),
        "merge_points": marked("merge_point"),
        "upgrade": ids(upgrade.into_iter()),
    })
}

fn ids<'a>(revisions: impl Iterator<Item = &'a Value>) -> Vec<Value> {
    revisions.map(|revision| revision["id"].clone()).collect()
}
