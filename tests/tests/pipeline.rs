//! The pipeline that a user of pal-e-docs has: its steps' commands are run for real, with the test server as its service.

use limbeck_tests::project::Project;
use limbeck_tests::woodpecker::{Agent, COMMIT, Pipeline, StepRun};
use limbeck_tests::{python, setup};

const SECRETS: [(&str, &str); 2] = [("registry_user", "deploy"), ("registry_password", "hush")];
const WOODPECKER_SCHEMA: [&str; 2] = ["--builtin-schema", "vendor.woodpecker-ci"];

#[test]
fn the_pipelines_are_what_woodpecker_takes() {
    let root = setup::root();
    let files = [
        setup::projects().join("pal-e-docs/.woodpecker.yaml"),
        root.join("docs/ci/woodpecker.yaml"),
        root.join(".woodpecker.yaml"),
    ];
    let files: Vec<_> = files.iter().map(std::path::PathBuf::as_path).collect();
    python::check_jsonschema(&WOODPECKER_SCHEMA, &files);
}

/// Its commands build limbeck anew, so they are not run here.
#[test]
fn limbecks_own_pipeline_has_the_same_gate_for_both_events() {
    let own = Pipeline::read(&setup::root().join(".woodpecker.yaml"));
    for event in ["push", "pull_request"] {
        assert_eq!(own.plan(event), ["build", "test", "migration-test"]);
    }
    assert!(own.plan("tag").is_empty());
}

#[test]
fn a_push_of_sound_revisions_builds_the_image() {
    let (runs, record) = check(&Project::green(), "push");
    assert_eq!(outline(&runs), [("test", Some(0)), ("migration-test", Some(0)), ("build-and-push", Some(0))]);
    assert!(runs[0].output.contains("5 passed"), "{}", runs[0].output);
    assert!(runs[1].output.contains("checked 13 revision files: nothing found"), "{}", runs[1].output);
    let applied = runs[1].output.lines().last().unwrap_or_default();
    assert!(applied.starts_with("applied 13 of 13 revisions") && applied.ends_with("clean"), "{applied}");
    assert!(applied.contains("PostgreSQL 17") && !applied.contains("embedded"), "{applied}");
    let image = format!("registry.example.org/pal-e-docs:{COMMIT}");
    assert_eq!(
        record,
        [
            "pip install .[test]".to_owned(),
            "pip install .".to_owned(),
            "pip install limbeck".to_owned(),
            format!("buildah build --tag {image} ."),
            "buildah login --username deploy --password-stdin registry.example.org".to_owned(),
            "stdin: hush".to_owned(),
            format!("buildah push {image}"),
        ]
    );
}

#[test]
fn a_pull_request_of_sound_revisions_is_tested_and_builds_nothing() {
    let (runs, record) = check(&Project::green(), "pull_request");
    assert_eq!(outline(&runs), [("test", Some(0)), ("migration-test", Some(0))]);
    assert_eq!(record, ["pip install .[test]", "pip install .", "pip install limbeck"]);
}

#[test]
fn a_push_of_a_broken_revision_stops_before_the_image() {
    check_broken("boolean-default-zero", "push", "error[revision-failed]");
}

#[test]
fn a_pull_request_of_a_broken_revision_fails() {
    check_broken("boolean-default-zero", "pull_request", "error[revision-failed]");
}

#[test]
fn a_push_of_two_heads_stops_before_the_image() {
    check_broken("two-heads", "push", "error[multiple-heads]");
}

#[test]
fn other_events_run_nothing() {
    let (runs, record) = check(&Project::green(), "tag");
    assert_eq!((runs.len(), record.len()), (0, 0));
}

/// The project's own tests are green on SQLite; the gate is not.
fn check_broken(variant: &str, event: &str, finding: &str) {
    let (runs, record) = check(&Project::variant(variant), event);
    assert_eq!(outline(&runs), [("test", Some(0)), ("migration-test", Some(1))]);
    assert!(runs[1].output.contains(finding), "{}", runs[1].output);
    assert!(!record.iter().any(|line| line.starts_with("buildah")), "{record:?}");
}

/// Runs the pipeline for an event. Whatever comes of it, the service's database is as it was, and nothing is beside it.
fn check(project: &Project, event: &str) -> (Vec<StepRun>, Vec<String>) {
    let pipeline = Pipeline::read(&project.path(".woodpecker.yaml"));
    let agent = Agent::new(project, &SECRETS);
    let version = setup::server().run(&["SHOW server_version"]);
    assert!(version[0][0].as_str().is_some_and(|version| version.starts_with("17.")), "{version:?}");
    let before = agent.login.fingerprint();
    let runs = agent.run(&pipeline, event);
    assert_eq!(agent.login.fingerprint(), before);
    assert!(agent.login.scratch_databases().is_empty());
    (runs, agent.record())
}

fn outline(runs: &[StepRun]) -> Vec<(&str, Option<i32>)> {
    runs.iter().map(|run| (run.name.as_str(), run.code)).collect()
}
