//! The trees of public packages: nothing different, and no less equal than this.
//!
//! `cargo xtask sql-parity` shows more.

use limbeck_tests::dev_tree::{
    AIRFLOW, ARGILLA, DevTree, FLEXMEASURES, GALAXY, NEUTRON, PHOENIX, PREFECT_POSTGRESQL, PREFECT_SQLITE,
    SUPERSET, ZENML,
};
use limbeck_tests::parity::{self, Finding, Kind};
use limbeck_tests::setup;

#[test]
fn superset() {
    check(&SUPERSET, 478);
}

#[test]
fn neutron() {
    check(&NEUTRON, 107);
}

#[test]
fn flexmeasures() {
    check(&FLEXMEASURES, 530);
}

#[test]
fn prefect_on_postgresql() {
    check(&PREFECT_POSTGRESQL, 543);
}

/// As alembic would render it on Postgres.
#[test]
fn prefect_on_sqlite() {
    check(&PREFECT_SQLITE, 600);
}

#[test]
fn phoenix() {
    check(&PHOENIX, 468);
}

#[test]
fn argilla() {
    check(&ARGILLA, 121);
}

#[test]
fn galaxy() {
    check(&GALAXY, 122);
}

#[test]
fn airflow() {
    check(&AIRFLOW, 802);
}

#[test]
fn zenml() {
    check(&ZENML, 576);
}

/// So many statements are equal at least.
fn check(tree: &DevTree, equal: usize) {
    let Some(trees) = setup::dev_trees() else { return };
    let report = parity::compare(tree, &trees.join(tree.package));
    let different: Vec<&Finding> =
        report.findings.iter().filter(|finding| finding.kind == Kind::Different).collect();
    assert!(different.is_empty(), "{}: {different:#?}", tree.name);
    assert!(report.figures.equal >= equal, "{}: {:?}", tree.name, report.figures);
}
