//! Every breakage of the graph and of headers that `check` must find: what a person reads of each, that none hides
//! another, and what settings make of them.

use limbeck_tests::database::Login;
use limbeck_tests::document::rules;
use limbeck_tests::limbeck::{Limbeck, Run};
use limbeck_tests::project::{Project, revision};
use limbeck_tests::text;
use serde_json::{Value, json};

const VERSIONS: &str = "migrations/versions";
/// The head of pal-e-docs.
const HEAD: &str = "8e4a07f5c12d";

// -- a graph that is broken

#[test]
fn two_heads() {
    check_variant("two-heads");
}

/// The longer line stays; the edit is in the first revision of the shorter one.
#[test]
fn two_heads_of_lines_of_different_length() {
    let project = Project::green();
    for (id, down) in [("aa01", HEAD), ("aa02", "aa01"), ("bb01", HEAD), ("bb02", "bb01"), ("bb03", "bb02")] {
        project.write(&format!("{VERSIONS}/{id}.py"), revision(id, Some(down), "pass"));
    }
    check("two-heads-of-lines-of-different-length", &project, 1);
}

#[test]
fn a_duplicate_id() {
    check_variant("duplicate-id");
}

#[test]
fn a_duplicate_id_that_makes_a_cycle() {
    check_variant("duplicate-id-makes-a-cycle");
}

#[test]
fn a_file_name_in_place_of_an_id() {
    check_variant("down-revision-is-a-file-name");
}

#[test]
fn an_orphan() {
    check_variant("orphan-down-revision");
}

/// The file was left behind on another branch, as after a cherry-pick.
#[test]
fn an_orphan_whose_file_is_on_another_git_branch() {
    let project = Project::green();
    let git = |arguments: &[&str]| {
        let mut git = std::process::Command::new("git");
        git.args(["-c", "user.name=test", "-c", "user.email=test@localhost"]).args(arguments);
        git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
        let output = git.current_dir(project.directory()).output().expect("git runs");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    git(&["init", "--quiet", "--initial-branch=main"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message=green"]);
    git(&["checkout", "--quiet", "-b", "feature/summary"]);
    project.write(
        &format!("{VERSIONS}/2026_09_01-77e0b91c3a5d_lost.py"),
        revision("77e0b91c3a5d", Some(HEAD), "pass"),
    );
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message=lost"]);
    git(&["checkout", "--quiet", "main"]);
    project.overlay("orphan-down-revision");
    check("orphan-of-another-branch", &project, 1);
    // Without git there is no such help, and no other difference.
    let without = Limbeck::new(&project, &["check"]).env("PATH", "/nowhere").run().exits(1);
    assert!(
        without.stdout.contains("missing-down-revision") && !without.stdout.contains("git branch"),
        "{without}"
    );
    // A branch that only speaks of the id does not have it.
    project.replace(
        &format!("{VERSIONS}/2026_09_02-4c6ad1f8e035_add_document_summary.py"),
        "= \"77e0b91c3a5d\"",
        "= \"77e0b91c3a5\"",
    );
    let (_, document) = Limbeck::new(&project, &["check"]).document();
    assert!(!document.to_string().contains("git branch"), "{document:#}");
}

#[test]
fn an_id_that_does_not_fit() {
    check_variant("revision-id-too-long");
}

#[test]
fn a_database_at_a_revision_that_the_tree_never_had() {
    let (project, login) = (Project::green(), Login::new(""));
    login.run(&[
        "CREATE TABLE alembic_version (version_num varchar(32))",
        "INSERT INTO alembic_version VALUES ('8e4a07f5c12e'), ('9b27d04e51fa')",
    ]);
    let current = || Limbeck::new(&project, &["current", "--database-url", &login.url("postgresql")]);
    snapshot("unknown-current-revision", &project, &current().secret(&login.password).run().exits(1));
    let (_, document) = current().document();
    assert_eq!(document["version_table"], json!(["8e4a07f5c12e", "9b27d04e51fa"]));
}

// -- a graph that alembic takes without a word

#[test]
fn a_second_base() {
    let project = Project::green();
    project.write(
        &format!("{VERSIONS}/2026_10_01-aa11bb22cc33_lost.py"),
        revision("aa11bb22cc33", None, "pass"),
    );
    check("second-base", &project, 1);
}

/// A label, a dependency and a version location of its own each say that a base is meant.
#[test]
fn bases_that_are_meant() {
    let project = tree(&[]);
    let base = |id: &str, more: &str| format!("{}{more}\n", revision(id, None, "pass"));
    project.write("tree/versions/a.py", base("aa11", ""));
    project.write("tree/versions/b.py", base("bb22", "branch_labels = 'plugin'"));
    project.write("tree/versions/c.py", base("cc33", "depends_on = 'aa11'"));
    project.write("tree/other/d.py", base("dd44", ""));
    project.write(
        "alembic.ini",
        "[alembic]\nscript_location = %(here)s/tree\npath_separator = space\n\
         version_locations = %(here)s/tree/versions %(here)s/tree/other\n",
    );
    assert_eq!(found(&project, &[]), ["error[multiple-heads]"]);
    project.write("tree/other/e.py", base("ee55", ""));
    assert_eq!(found(&project, &[]), ["error[multiple-heads]", "warning[multiple-bases]"]);
}

/// Each line has a label of its own, as in projects that are several on purpose.
#[test]
fn heads_that_are_meant() {
    let project = tree(&[]);
    for (name, id) in [("one", "aa11"), ("two", "bb22")] {
        let text = format!("{}branch_labels = '{name}'\n", revision(id, None, "pass"));
        project.write(&format!("tree/versions/{id}.py"), text);
    }
    check("heads-that-are-meant", &project, 0);
    // A fork inside one of them is not.
    project.write("tree/versions/cc33.py", revision("cc33", Some("aa11"), "pass"));
    project.write("tree/versions/dd44.py", revision("dd44", Some("aa11"), "pass"));
    let (_, document) = Limbeck::new(&project, &["check"]).document();
    assert_eq!(document["diagnostics"][0]["message"], "the tree has 2 heads that part at aa11: cc33, dd44");
}

#[test]
fn a_merge_that_follows_an_ancestor_too() {
    let project = tree(&[("aa11", "None"), ("bb22", "'aa11'"), ("cc33", "('aa11', 'bb22')")]);
    check("redundant-down-revision", &project, 0);
    project
        .write("tree/versions/dd44.py", revision("dd44", None, "pass").replace("None", "('cc33', 'cc33')"));
    let (_, document) = Limbeck::new(&project, &["check"]).document();
    assert_eq!(rules(&document), ["redundant-down-revision", "redundant-down-revision"]);
}

// -- headers

#[test]
fn ids_and_labels_that_are_symbols_of_alembic() {
    let project = tree(&[("base", "None"), ("head", "'base'"), ("heads", "'head'"), ("current", "'heads'")]);
    project.write(
        "tree/versions/z.py",
        format!("{}branch_labels = 'head'\n", revision("zz99", Some("current"), "pass")),
    );
    check("reserved", &project, 1);
}

#[test]
fn a_docstring_that_says_something_else() {
    let project = Project::green();
    let file = format!("{VERSIONS}/2026_08_11-{HEAD}_widen_document_title.py");
    project.replace(&file, "Revises: b5183cd2e09f", "Revises: 06b9ea43f7d1");
    check("docstring-mismatch", &project, 0);
}

#[test]
fn a_file_name_that_says_something_else() {
    let project = Project::green();
    let copied = format!("{VERSIONS}/2026_10_01-{HEAD}_copied.py");
    project.write(&copied, revision("aa11bb22cc33", Some(HEAD), "pass"));
    check("file-name-mismatch", &project, 0);
    // A template without the id promises none.
    project.replace("alembic.ini", "-%%(rev)s_%%(slug)s", "_%%(slug)s");
    assert!(found(&project, &[]).is_empty());
}

/// One habit of a project is one finding.
#[test]
fn a_header_that_is_computed_in_many_files() {
    let project = tree(&[("aa11", "None")]);
    for id in ["bb22", "cc33", "dd44", "ee55", "ff66", "ab77"] {
        let text = revision(id, None, "pass").replace("None", "previous(revision)");
        project.write(&format!("tree/versions/{id}.py"), format!("from tree import previous\n{text}"));
    }
    check("opaque-header", &project, 1);
}

#[test]
fn a_stray_file_among_the_revisions() {
    let project = Project::green();
    project.write(&format!("{VERSIONS}/helpers.py"), "def now():\n    return 'now()'\n");
    check("stray-file", &project, 1);
}

/// The table's name is not its column; who speaks of the column may have widened it.
#[test]
fn a_long_id_and_what_may_have_widened_the_version_table() {
    let project = Project::variant("revision-id-too-long");
    let env = project.read("migrations/env.py");
    let configured = env.replace("context.configure(", "context.configure(version_table=\"versions\", ");
    assert_ne!(env, configured);
    project.write("migrations/env.py", configured);
    assert_eq!(found(&project, &[]), ["error[revision-id-too-long]"]);
    project.write("migrations/env.py", format!("{env}\n# version_num is varchar(64) here\n"));
    assert!(found(&project, &[]).is_empty());
    project.write("migrations/env.py", env);
    project.add_revision("op.alter_column('alembic_version', 'version_num', type_=sa.String(64))");
    project.replace(
        "migrations/versions/2026_10_01-aa11bb22cc33_added.py",
        HEAD,
        "0014_add_summary_column_to_document_table",
    );
    assert!(found(&project, &[]).is_empty());
}

// -- several at once

#[test]
fn two_broken_things_are_both_found() {
    let project = Project::variant("orphan-down-revision");
    project.overlay("duplicate-id");
    assert_eq!(found(&project, &[]), ["error[missing-down-revision]", "error[duplicate-revision]"]);
}

/// One run, one tree, and nearly all that can be wrong with it.
#[test]
fn no_breakage_hides_another() {
    let long = "a_revision_id_that_is_longer_than_the_table";
    let project = tree(&[
        ("aa11", "None"),
        ("aa22", "None"),
        ("aa33", "('aa11', 'aa44')"),
        ("aa44", "'aa11'"),
        ("bb11", "'aa33'"),
        ("bb22", "'aa33'"),
        ("cc11", "'gone'"),
        ("dd11", "'dd22'"),
        ("dd22", "'dd11'"),
        ("e-11", "'bb11'"),
        ("head", "'bb22'"),
        (long, "'aa33'"),
    ]);
    project.write("tree/versions/again.py", revision("bb11", Some("aa33"), "pass"));
    project.write("tree/versions/helper.py", "X = 1\n");
    project.write("tree/versions/broken.py", "def upgrade(:\n");
    project.write("tree/versions/no_down.py", "revision = 'ff11'\n");
    project.write("tree/versions/said.py", format!("'''Revises: aa22'''\n{}", bare("ab11", "'bb11'")));
    project.write("tree/versions/aa22_name.py", bare("ab22", "'bb11'"));
    project.write(
        "tree/versions/labels.py",
        format!("{}branch_labels = ('heads', 'aa11')\n", bare("ab33", "'bb11'")),
    );
    project.write("tree/versions/needs.py", format!("{}depends_on = 'nowhere'\n", bare("ab44", "'bb11'")));
    let mut rules = found(&project, &[]);
    rules.sort();
    rules.dedup();
    let expected = [
        "error[duplicate-revision]",
        "error[illegal-revision-id]",
        "error[label-clash]",
        "error[missing-dependency]",
        "error[missing-down-revision]",
        "error[multiple-heads]",
        "error[no-down-revision]",
        "error[no-revision-id]",
        "error[reserved-revision-id]",
        "error[revision-cycle]",
        "error[revision-id-too-long]",
        "error[syntax-error]",
        "warning[docstring-mismatch]",
        "warning[file-name-mismatch]",
        "warning[multiple-bases]",
        "warning[redundant-down-revision]",
        "warning[reserved-branch-label]",
    ];
    assert_eq!(rules, expected);
}

// -- what settings make of them

#[test]
fn levels_are_set_by_flags_and_settings() {
    let project = Project::variant("two-heads");
    let exits = |arguments: &[&str], code| {
        let run = Limbeck::new(&project, &["check"]).args(arguments).run();
        assert_eq!(run.code(), Some(code), "{run}");
    };
    exits(&["--rules", "multiple-heads=warning"], 0);
    exits(&["--rules", "multiple-heads=warning", "--fail-on", "warning"], 1);
    exits(&["--rules", "label-clash=off,multiple-heads=note", "--fail-on=warning"], 0);
    exits(&["--rules", "label-clash=off"], 1);
    assert_eq!(found(&project, &["--rules", "multiple-heads=off"]), [""; 0]);

    project.write("limbeck.toml", "fail-on = \"warning\"\n[rules]\nmultiple-heads = \"warning\"\n");
    assert_eq!(found(&project, &[]), ["warning[multiple-heads]"]);
    exits(&[], 1);
    exits(&["--fail-on", "error"], 0);
    exits(&["--rules", "multiple-heads=note"], 0);
    exits(&["--rules", "multiple-heads"], 2);
    let run = Limbeck::new(&project, &["check", "--rules", "multiple-head=off"]).run().exits(2);
    assert!(run.stderr.contains("did you mean `multiple-heads`?"), "{run}");
}

/// All heads are applied, so what `check` calls an error is a warning of `dry-run`; who fails on warnings fails on it.
#[test]
fn two_heads_fail_a_dry_run_only_where_warnings_do() {
    let project = Project::variant("two-heads");
    let run = Limbeck::dry_run(&project, &["--fail-on", "warning", "--rules", "multiple-heads=error"]);
    let (_, document) = run.document();
    assert_eq!((&document["verdict"], &document["dry_run"]["end"]), (&json!("fail"), &json!("clean")));
    assert_eq!(document["diagnostics"][0]["severity"], "warning");
    let run = Limbeck::dry_run(&project, &["--fail-on", "warning", "--rules", "multiple-heads=off"]);
    let (_, document) = run.document();
    assert_eq!((&document["verdict"], &document["diagnostics"]), (&json!("pass"), &json!([])));
}

#[test]
fn an_unknown_rule_has_its_place() {
    let project = Project::green();
    let text = project.read("alembic.ini");
    project.write("limbeck.toml", "[rules]\nlabel-clash = \"off\"\ndocstring_mismatch = \"off\"\n");
    for command in ["check", "heads"] {
        let run = Limbeck::new(&project, &[command]).run().exits(2);
        snapshot("unknown-rule", &project, &run);
    }
    assert_eq!(project.read("alembic.ini"), text);
}

/// No level makes a tree sound that alembic would refuse.
#[test]
fn what_is_off_is_still_refused_where_alembic_would() {
    let project = Project::variant("orphan-down-revision");
    project.write("limbeck.toml", "[rules]\nmissing-down-revision = \"off\"\n");
    assert_eq!(found(&project, &[]), [""; 0]);
    for command in ["heads", "dry-run", "graph"] {
        let run = Limbeck::new(&project, &[command]).run().exits(1);
        assert!(run.stdout.contains("error[missing-down-revision]"), "{command}: {run}");
    }
}

fn check_variant(variant: &str) {
    check(variant, &Project::variant(variant), 1);
}

fn check(name: &str, project: &Project, code: i32) {
    snapshot(name, project, &Limbeck::new(project, &["check"]).run().exits(code));
}

fn snapshot(name: &str, project: &Project, run: &Run) {
    text::settings(project).bind(|| insta::assert_snapshot!(name, run));
}

/// What `check` finds with these arguments, as `severity[rule]`, in its order.
fn found(project: &Project, arguments: &[&str]) -> Vec<String> {
    let (_, document) = Limbeck::new(project, &["check"]).args(arguments).document();
    let found = document["diagnostics"].as_array().expect("diagnostics are a list");
    let name = |found: &Value| format!("{}[{}]", text_of(found, "severity"), text_of(found, "rule"));
    found.iter().map(name).collect()
}

fn text_of<'a>(found: &'a Value, key: &str) -> &'a str {
    found[key].as_str().expect("a text")
}

/// A project with these revisions: each an id and its `down_revision` as Python.
fn tree(revisions: &[(&str, &str)]) -> Project {
    let project = Project::empty();
    project.write("alembic.ini", "[alembic]\nscript_location = %(here)s/tree\n");
    project.write("tree/env.py", "");
    for (id, down) in revisions {
        project.write(&format!("tree/versions/{id}.py"), revision(id, None, "pass").replace("None", down));
    }
    project
}

/// A header and nothing else.
fn bare(id: &str, down: &str) -> String {
    format!("revision = '{id}'\ndown_revision = {down}\n")
}
