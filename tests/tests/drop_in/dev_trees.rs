//! The same bytes on the trees of public packages, and the same shape and upgrade order.
//!
//! `cargo xtask test` fetches the trees. The packages themselves are not installed: for alembic, modules that are not
//! there are stood in for (`alembic_oracle.py`).

use std::path::Path;

use limbeck_tests::project::{self, Project};
use limbeck_tests::setup;
use serde_json::{Value, json};

use crate::oracle::{Oracle, Reply};
use crate::questions::Question;

/// Where the tree of a package lies, and what alembic needs to load it.
struct DevTree {
    package: &'static str,
    script_location: &'static str,
    /// Version locations in the script directory, where they are not `versions`.
    version_locations: &'static [&'static str],
    is_recursive: bool,
    /// Which modules are stood in for.
    stub: &'static str,
}

/// A tree whose files need nothing but alembic to say what they are.
const fn tree(package: &'static str, script_location: &'static str) -> DevTree {
    DevTree { package, script_location, version_locations: &[], is_recursive: false, stub: "foreign" }
}

const GALAXY: DevTree = DevTree {
    version_locations: &["versions_gxy", "versions_tsi"],
    ..tree("galaxy-data", "galaxy/model/migrations/alembic")
};
const PREFECT: DevTree = tree("prefect", "prefect/server/database/_migrations");

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
    check(&tree("apache-superset", "superset/migrations"), &counts(344, 1, 1, 27, 32));
}

/// Its labels are constants of a module of the package, so that module is the real one on both sides.
#[test]
fn neutron() {
    let neutron = tree("neutron", "neutron/db/migration/alembic_migrations");
    let neutron =
        DevTree { version_locations: &["versions"], is_recursive: true, stub: "missing", ..neutron };
    check(&neutron, &counts(133, 2, 1, 1, 0));
}

#[test]
fn flexmeasures() {
    check(&tree("flexmeasures", "flexmeasures/data/migrations"), &counts(108, 1, 1, 13, 13));
}

#[test]
fn prefect_on_postgresql() {
    let tree = DevTree { version_locations: &["versions/postgresql"], ..PREFECT };
    check(&tree, &counts(120, 1, 1, 0, 0));
}

#[test]
fn prefect_on_sqlite() {
    let tree = DevTree { version_locations: &["versions/sqlite"], ..PREFECT };
    check(&tree, &counts(115, 1, 1, 0, 0));
}

#[test]
fn phoenix() {
    check(&tree("arize-phoenix", "phoenix/db/migrations"), &counts(35, 1, 1, 0, 0));
}

#[test]
fn argilla() {
    check(&tree("argilla-server", "argilla_server/alembic"), &counts(24, 1, 1, 0, 0));
}

#[test]
fn galaxy() {
    check(&GALAXY, &counts(82, 2, 2, 8, 8));
}

#[test]
fn airflow() {
    check(&tree("apache-airflow-core", "airflow/migrations"), &counts(124, 1, 1, 0, 0));
}

#[test]
fn zenml() {
    check(&tree("zenml", "zenml/zen_stores/migrations"), &counts(285, 1, 1, 0, 0));
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

impl DevTree {
    /// A project that has the tree of this folder.
    fn project(&self, folder: &Path) -> Project {
        let project = Project::empty();
        let folder = folder.display();
        let scripts = format!("{folder}/{}", self.script_location);
        let mut config = format!(
            "[alembic]\nscript_location = {scripts}\nprepend_sys_path = {folder}\npath_separator = newline\n"
        );
        if !self.version_locations.is_empty() {
            let lines = self.version_locations.iter().map(|location| format!("\n  {scripts}/{location}"));
            config.push_str(&format!("version_locations ={}\n", lines.collect::<String>()));
        }
        if self.is_recursive {
            config.push_str("recursive_version_locations = true\n");
        }
        project.write("alembic.ini", config);
        project
    }
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
    let replies = Oracle::start().ask_with(theirs, tree.stub, &asked);
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
