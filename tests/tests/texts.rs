//! What a person reads of a dry-run, whole: reviewed as snapshots. What `check` says stands in `breakages.rs`.

use limbeck_tests::limbeck::{Limbeck, Run};
use limbeck_tests::project::Project;
use limbeck_tests::text;

/// A green run: one line for each revision, and the verdict.
#[test]
fn a_green_dry_run_reads_well() {
    let project = Project::green();
    snapshot("green", &project, &Limbeck::dry_run(&project, &[]).run().exits(0));
}

#[test]
fn a_failed_dry_run_reads_well() {
    let project = Project::variant("boolean-default-zero");
    snapshot("boolean-default-zero", &project, &Limbeck::dry_run(&project, &[]).run().exits(1));
}

#[test]
fn a_token_inside_a_statement_is_marked() {
    check_dry_run("sqlite-function-in-multi-line-sql");
}

#[test]
fn a_helper_is_shown_with_its_caller() {
    check_dry_run("failing-statement-in-helper");
}

#[test]
fn an_aborted_transaction_is_shown_with_what_aborted_it() {
    check_dry_run("swallowed-database-error");
}

#[test]
fn a_revision_that_was_cut_in_half_says_what_it_left() {
    check_dry_run("failure-after-autocommit-block");
}

#[test]
fn a_commit_of_the_revisions_own_is_shown() {
    check_dry_run("commit-in-the-last-revision");
}

#[test]
fn a_transaction_that_nobody_commits_is_shown() {
    check_dry_run("env-transaction-before-configure");
}

#[test]
fn an_id_that_does_not_fit_is_explained_by_dry_run() {
    check_dry_run("revision-id-too-long");
}

/// The same findings as `check`, because alembic would not come to its first revision.
#[test]
fn dry_run_refuses_a_broken_graph_as_check_does() {
    let project = Project::variant("orphan-down-revision");
    let checked = Limbeck::new(&project, &["check"]).run().exits(1);
    let dry_run = Limbeck::dry_run(&project, &[]).run().exits(1);
    assert_eq!(checked.stdout, dry_run.stdout);
}

#[test]
fn one_line_each_is_what_concise_means() {
    let project = Project::variant("duplicate-id-makes-a-cycle");
    let run = Limbeck::new(&project, &["check", "--output-format", "concise"]).run().exits(1);
    snapshot("concise", &project, &run);
}

#[test]
fn the_same_tree_gives_the_same_bytes() {
    let project = Project::variant("duplicate-id-makes-a-cycle");
    let run = || Limbeck::new(&project, &["check"]).run().exits(1).stdout;
    assert_eq!(run(), run());
}

/// `--quiet` leaves the finding alone.
fn check_dry_run(variant: &str) {
    let project = Project::variant(variant);
    snapshot(variant, &project, &Limbeck::dry_run(&project, &["--quiet"]).run().exits(1));
}

fn snapshot(name: &str, project: &Project, run: &Run) {
    text::settings(project).bind(|| insta::assert_snapshot!(name, run));
}
