//! Every variant of pal-e-docs, judged by `check` and by `dry-run`, against its `expect.json`.

use std::collections::BTreeSet;

use limbeck_tests::document::{rules, text};
use limbeck_tests::limbeck::Limbeck;
use limbeck_tests::project::{Project, variant_folder};
use limbeck_tests::{python, setup};
use serde_json::Value;

macro_rules! variants {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                check(&stringify!($name).replace('_', "-"));
            }
        )*

        const TESTED: &[&str] = &[$(stringify!($name)),*];
    };
}

variants! {
    bare_string_execute
    boolean_default_zero
    commit_in_the_last_revision
    concurrently_in_a_transaction
    double_quoted_string_in_sql
    down_revision_is_a_file_name
    duplicate_id
    duplicate_id_makes_a_cycle
    enum_created_twice
    enum_left_behind
    enum_value_added_again
    enum_value_used_in_same_transaction
    env_async
    env_exits_zero
    env_hard_coded_url
    env_noisy
    env_raises
    env_transaction_before_configure
    failing_statement_in_batch
    failing_statement_in_helper
    failing_statement_in_loop
    failure_after_autocommit_block
    foreign_key_types_differ
    hangs_in_python
    hangs_in_sql
    identifier_too_long
    live_models_in_a_migration
    model_drift
    not_null_on_rows
    orphan_down_revision
    raises_value_error
    revision_id_too_long
    several_statements_under_asyncpg
    sqlite_function_in_multi_line_sql
    swallowed_database_error
    two_heads
    type_change_under_a_view
    type_change_without_cast
    unnamed_constraint_dropped
    wrong_column_in_sql
}

/// They need more than a copy of the project: `guards.rs` has them.
const TESTED_ELSEWHERE: [&str; 1] = ["env_own_connection"];

#[test]
fn every_variant_is_tested() {
    let folder = setup::projects().join("pal-e-docs-variants");
    let names = folder.read_dir().expect("the variants").map(|entry| {
        let entry = entry.expect("an entry of a folder that can be listed");
        entry.file_name().to_string_lossy().replace('-', "_")
    });
    let tested = TESTED.iter().chain(&TESTED_ELSEWHERE).map(ToString::to_string);
    assert_eq!(names.collect::<BTreeSet<_>>(), tested.collect());
}

#[test]
fn what_is_not_found_yet_has_a_fixme_and_nothing_else_has() {
    for name in TESTED.iter().chain(&TESTED_ELSEWHERE) {
        let expected = expectation(&name.replace('_', "-"));
        for command in ["check", "dry-run"] {
            let today = &expected[command.replace('-', "_")];
            let found = !list(&today["rules"]).is_empty();
            let due = list(&expected["found_by"]).contains(&command);
            assert_eq!(due && !found, today["fixme"].is_string(), "{name}: {command}");
        }
    }
}

#[test]
fn the_project_itself_is_green() {
    let project = Project::green();
    let (_, checked) = Limbeck::new(&project, &["check"]).document();
    assert_eq!(checked["verdict"], "pass");
    let (_, document) = Limbeck::dry_run(&project, &[]).document();
    assert_eq!(document["verdict"], "pass");
    assert_eq!(document["dry_run"]["end"], "clean");
    assert_eq!(states(&document), ["applied"; 13]);
    let server = &document["dry_run"]["server"];
    assert!(server["embedded"] == true && text(&server["version"]).starts_with("17."), "{server}");
}

/// What is green on SQLite and red on Postgres is why limbeck exists: here alembic itself is green.
#[test]
fn sqlite_accepts_what_it_is_said_to_accept() {
    let variants: Vec<(&str, Project, Value)> = TESTED
        .iter()
        .map(|name| (*name, name.replace('_', "-")))
        .map(|(name, folder)| (name, Project::variant(&folder), expectation(&folder)))
        .filter(|(_, _, expected)| expected["sqlite"] != "not applicable")
        .collect();
    let directories: Vec<String> =
        variants.iter().map(|(_, project, _)| project.directory().display().to_string()).collect();
    let directories: Vec<&str> = directories.iter().map(String::as_str).collect();
    let judged = python::script("upgrade_on_sqlite.py", &directories);
    let mut green_then_red = 0;
    for (name, project, expected) in &variants {
        let judgement = &judged[project.directory().display().to_string()];
        assert_eq!(judgement["verdict"], expected["sqlite"], "{name}: {}", text(&judgement["output"]));
        let red_on_postgres = !list(&expected["dry_run"]["rules"]).is_empty();
        green_then_red += usize::from(judgement["verdict"] == "green" && red_on_postgres);
    }
    assert!(green_then_red >= 15, "only {green_then_red} variants are green on SQLite and red on Postgres");
}

/// An empty database needs the revisions below the range first.
#[test]
fn a_range_is_run_with_what_lies_below_it() {
    let project = Project::green();
    let (_, document) = Limbeck::dry_run(&project, &["c04e:71ae"]).document();
    assert_eq!(document["verdict"], "pass");
    assert_eq!(ids(&document), ["3f1c9a7be204", "9b27d04e51fa", "c04e8813fd6a", "71ae5d92b0c3"]);
}

#[test]
fn two_heads_are_both_applied() {
    let project = Project::variant("two-heads");
    let (_, document) = Limbeck::dry_run(&project, &[]).document();
    let ids = ids(&document);
    assert!(ids.contains(&"1b7d30e9f4a2") && ids.contains(&"c90f5e2178bd"), "{ids:?}");
    assert_eq!(document["diagnostics"][0]["severity"], "warning");
}

#[test]
fn python_3_10_pins_a_simple_call() {
    check_on_python_3_10("boolean-default-zero");
}

#[test]
fn python_3_10_pins_a_call_over_many_lines() {
    check_on_python_3_10("concurrently-in-a-transaction");
}

#[test]
fn python_3_10_pins_a_call_in_a_helper() {
    check_on_python_3_10("failing-statement-in-helper");
}

/// Python before 3.11 tells the line only; the call that begins there is found all the same.
fn check_on_python_3_10(name: &str) {
    let Some(python) = setup::python310() else { return };
    let project = Project::variant(name);
    let dry_run = Limbeck::new(&project, &["dry-run", "--postgres", "17", "--python"]).arg(python);
    let (_, document) = dry_run.document();
    let version = text(&document["dry_run"]["python"]["version"]);
    assert!(version.starts_with("3.10."), "LIMBECK_TEST_PYTHON310 is Python {version}");
    compare("dry-run", &document, &expectation(name));
}

/// The one way to test a variant.
fn check(name: &str) {
    let expected = expectation(name);
    let project = Project::variant(name);
    let (_, checked) = Limbeck::new(&project, &["check"]).document();
    compare("check", &checked, &expected);

    let arguments = list(&expected["dry_run"]["arguments"]);
    let (_, document) = Limbeck::dry_run(&project, &arguments).document();
    compare("dry-run", &document, &expected);
    if document["dry_run"].is_object() {
        compare_outcomes(&document, &expected);
    }
}

/// Compares what a command says today: its exit code, its rules, and the finding that the variant is about.
fn compare(command: &str, document: &Value, expected: &Value) {
    let today = &expected[command.replace('-', "_")];
    assert_eq!(document["exit_code"], today["exit"], "{command}: {:#}", document["diagnostics"]);
    assert_eq!(rules(document), list(&today["rules"]), "{command}");
    let diagnostics = document["diagnostics"].as_array().expect("diagnostics are a list");
    let is_it = |found: &&Value| found["rule"] == expected["rule"];
    let Some(found) = diagnostics.iter().find(is_it).or(diagnostics.first()) else { return };

    assert_eq!(found["revision"]["id"], expected["revision"], "{found:#}");
    assert_eq!(found["file"], expected["file"], "{found:#}");
    assert_eq!(found["text"], expected["span_text"], "{found:#}");
    assert_eq!(found["span"]["start"]["line"], expected["line"], "{found:#}");
    assert_eq!(found["span"]["start"]["column"], expected["column"], "{found:#}");
    if command == "dry-run" {
        assert_eq!(found["sqlstate"], expected["sqlstate"], "{found:#}");
        assert_eq!(found["state"], expected["state"], "{found:#}");
    }
    if let Some(id) = expected["help_names"].as_str() {
        assert!(list(&found["help"]).iter().any(|help| help.contains(id)), "no help names {id}: {found:#}");
    }
    if let Some(call) = expected["called_from"].as_str() {
        assert!(related_texts(found).contains(&call), "{found:#}");
    }
    if let Some(call) = expected["swallowed"]["span_text"].as_str() {
        assert!(related_texts(found).contains(&call), "{found:#}");
    }
    for id in list(&expected["cycle"]) {
        assert!(text(&found["message"]).contains(id), "the cycle lacks {id}: {found:#}");
    }
}

/// One revision fails, those before it are applied, those after it are not run; and what Postgres said is there in full.
fn compare_outcomes(document: &Value, expected: &Value) {
    let states = states(document);
    let Some(failed) = states.iter().position(|state| *state == "failed") else {
        assert!(states.iter().all(|state| *state == "applied"), "{states:?}");
        return;
    };
    // One transaction for all of them took the earlier ones with it.
    let is_empty = expected["state"]["at"].as_array().is_some_and(Vec::is_empty);
    let before = if is_empty { "rolled-back" } else { "applied" };
    assert!(states[..failed].iter().all(|state| *state == before), "{states:?}");
    assert!(states[failed + 1..].iter().all(|state| *state == "not-run"), "{states:?}");
    let outcome = &document["dry_run"]["revisions"][failed];
    assert_eq!(outcome["id"], expected["revision"]);
    let error = &outcome["error"];
    assert_eq!(error["sqlstate"], expected["sqlstate"]);
    assert_eq!(error["state"], expected["state"]);
    if expected["position"].is_number() {
        assert_eq!(error["position"], expected["position"]);
    }
    assert_eq!(document["dry_run"]["end"], "revision-failed");
}

fn ids(document: &Value) -> Vec<&str> {
    let revisions = document["dry_run"]["revisions"].as_array().expect("outcomes are a list");
    revisions.iter().map(|outcome| text(&outcome["id"])).collect()
}

fn states(document: &Value) -> Vec<&str> {
    let revisions = document["dry_run"]["revisions"].as_array().expect("outcomes are a list");
    revisions.iter().map(|outcome| text(&outcome["state"])).collect()
}

fn related_texts(found: &Value) -> Vec<&str> {
    let related = found["related"].as_array().expect("related places are a list");
    related.iter().map(|related| text(&related["text"])).collect()
}

fn list(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().map(text).collect()
}

fn expectation(name: &str) -> Value {
    let path = variant_folder(name).join("expect.json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
