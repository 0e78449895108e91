//! The worked examples: trees with the output of the real alembic, as written down from alembic 1.20.1.

mod common;

use common::{ids, tree};
use limbeck_graph::{Range, Revision, RowChange};
use limbeck_types::{Direction, RevisionId};

const LINEAR: &str = "
    a1
    b2 <- a1
    c3 <- b2";

const TWO_BRANCHES: &str = "
    a1
    b2 <- a1
    c3 <- b2
    d4 <- a1 [right]
    e5 <- d4";

const MERGE: &str = "
    a1
    b2 <- a1
    c3 <- a1
    d4 <- c3
    m5 <- b2, d4
    f6 <- m5";

const DEPENDS_ON: &str = "
    a1
    a2 <- a1
    a3 <- a2
    b1 [lib]
    b2 <- b1 (a2)";

const DEPENDS_ON_HEAD: &str = "
    a1
    a2 <- a1
    b1
    b2 <- b1 (a2)";

const MULTI_BASE: &str = "
    c1 [x, y]
    c2 <- c1
    b1
    b2 <- b1
    a1
    a2 <- a1";

const MIXED: &str = "
    a1
    b2 <- a1
    c3 <- a1
    m4 <- b2, c3
    n5 <- m4
    x1 [x]
    x2 <- x1 (m4)";

/// Ids from text.
fn rows(text: &str) -> Vec<RevisionId> {
    text.split_whitespace().map(RevisionId::from).collect()
}

/// Checks the whole history, and each range's.
fn history(text: &str, whole: &str, ranges: &[(&str, &str)]) {
    let (graph, _) = tree(text);
    assert_eq!(ids(graph.history()), whole);
    assert_eq!(graph.walk("heads", "base").map(ids).as_deref(), Ok(whole));
    for (text, expected) in ranges {
        let range: Range = text.parse().expect("it is a range");
        let found = graph.history_of(&range, &[]).map(ids).unwrap_or_else(|error| error.to_string());
        assert_eq!(&found, expected, "{text}");
    }
}

#[test]
fn linear() {
    let not_ancestor = "`c3` is not an ancestor of `a1`";
    let ranges = [
        ("a1:c3", "c3 b2 a1"),
        (":b2", "b2 a1"),
        ("b2:", "c3 b2"),
        ("c3:a1", not_ancestor),
        ("-1:", "c3 b2"),
    ];
    history(LINEAR, "c3 b2 a1", &ranges);
}

#[test]
fn two_branches() {
    history(TWO_BRANCHES, "c3 b2 e5 d4 a1", &[("right@base:heads", "e5 d4 a1")]);
    let (graph, problems) = tree(TWO_BRANCHES);
    assert_eq!(ids(graph.heads()), "c3 e5");
    assert_eq!(problems, ["heads 2:c3 4:e5 over 0:a1, 3:d4 onto 2:c3 @ 4:e5"]);
    let branch_points: Vec<_> =
        graph.revisions().iter().filter(|revision| revision.is_branch_point()).collect();
    assert_eq!(ids(branch_points.iter().copied()), "a1");
    assert_eq!(ids(graph.next(branch_points[0])), "b2 d4");
    let labelled = graph.revisions().iter().filter(|revision| graph.labels(revision).next().is_some());
    assert_eq!(ids(labelled), "d4 e5");
    assert_eq!(graph.resolve("right@head").map(ids).as_deref(), Ok("e5"));
}

#[test]
fn merge() {
    history(MERGE, "f6 m5 b2 d4 c3 a1", &[("b2:m5", "m5 b2"), ("a1:d4", "d4 c3 a1")]);
    let (graph, problems) = tree(MERGE);
    assert_eq!(ids(graph.revisions().iter().filter(|revision| revision.is_merge_point())), "m5");
    assert!(problems.is_empty());
}

#[test]
fn depends_on() {
    history(DEPENDS_ON, "a3 b2 b1 a2 a1", &[]);
    let (graph, problems) = tree(DEPENDS_ON);
    let labelled = graph.revisions().iter().filter(|revision| graph.labels(revision).next().is_some());
    assert_eq!(ids(labelled), "b1 b2");
    assert_eq!(problems, ["heads 2:a3 4:b2 over nothing, 3:b1 onto 2:a3 @ 4:b2"]);
}

#[test]
fn depends_on_a_head() {
    history(DEPENDS_ON_HEAD, "b2 b1 a2 a1", &[]);
    let (graph, _) = tree(DEPENDS_ON_HEAD);
    assert_eq!(ids(graph.heads()), "a2 b2");
    assert_eq!(ids(graph.real_heads()), "b2");
    assert_eq!(graph.resolve("heads").map(ids).as_deref(), Ok("b2"));
    assert!(graph.resolve("head").is_err());
    let plan = graph.upgrade_plan("heads", &[]).expect("heads can be upgraded to");
    assert_eq!(ids(graph.rows_after(plan.iter().map(|revision| revision.id()))), "b2");
    assert_eq!(ids(graph.all_current(&rows("b2"))), "a2 b2");
}

#[test]
fn several_bases_in_file_order() {
    history(MULTI_BASE, "c2 c1 b2 b1 a2 a1", &[]);
    let (graph, _) = tree(MULTI_BASE);
    assert_eq!(graph.labels(&graph.revisions()[1]).collect::<Vec<_>>(), ["x", "y"]);
}

#[test]
fn mixed_rows_are_consumed_and_come_back() {
    let (graph, _) = tree(MIXED);
    let mut table = graph.version_table(&[]).expect("it is empty");
    let mut states = Vec::new();
    for revision in graph.upgrade_plan("heads", &[]).expect("heads can be upgraded to") {
        table.run(revision.id(), Direction::Upgrade).expect("alembic can");
        let rows: Vec<&str> = table.rows().map(|row| row.as_str()).collect();
        states.push(format!("{}: {}", revision.id(), rows.join(" ")));
    }
    let expected = ["a1: a1", "c3: c3", "b2: b2 c3", "m4: m4", "x1: m4 x1", "x2: x2", "n5: n5 x2"];
    assert_eq!(states, expected);
    let current: Range = "m4:current".parse().expect("it is a range");
    assert_eq!(graph.history_of(&current, &rows("n5 x2")).map(ids).as_deref(), Ok("n5 m4"));
    let current: Range = "current:".parse().expect("it is a range");
    assert!(current.needs_rows());
    assert_eq!(graph.history_of(&current, &rows("n5 x2")).map(ids).as_deref(), Ok("n5 x2"));
}

#[test]
fn rows_change_in_alembics_order() {
    check_changes(
        MERGE,
        "+a1; a1>c3; c3>d4; +b2; -b2, d4>m5; m5>f6",
        "f6>m5; +b2, m5>d4; -b2; d4>c3; c3>a1; -a1",
    );
    // The row of a dependency is consumed, and comes back.
    check_changes(
        MIXED,
        "+a1; a1>c3; +b2; -b2, c3>m4; +x1; -x1, m4>x2; +n5",
        "-n5; +x1, x2>m4; -x1; +b2, m4>c3; -b2; c3>a1; -a1",
    );
}

/// What happens to the version table on the way up from nothing and down again.
fn check_changes(files: &str, up: &str, down: &str) {
    let (graph, _) = tree(files);
    let mut table = graph.version_table(&[]).expect("it is empty");
    let mut run = |plan: Vec<&Revision>, direction| {
        let steps = plan.into_iter().map(|revision| {
            let changes = table.run(revision.id(), direction).expect("alembic can");
            changes.iter().map(change).collect::<Vec<_>>().join(", ")
        });
        steps.collect::<Vec<_>>().join("; ")
    };
    assert_eq!(run(graph.upgrade_plan("heads", &[]).expect("a plan"), Direction::Upgrade), up);
    let rows: Vec<RevisionId> = graph.rows_at("heads").expect("heads");
    assert_eq!(run(graph.downgrade_plan("base", &rows).expect("a plan"), Direction::Downgrade), down);
    assert!(table.is_empty());
}

fn change(change: &RowChange) -> String {
    match change {
        RowChange::Insert(row) => format!("+{row}"),
        RowChange::Delete(row) => format!("-{row}"),
        RowChange::Update { from, to } => format!("{from}>{to}"),
    }
}

#[test]
fn a_range_has_one_colon() {
    assert!("a:b:c".parse::<Range>().is_err());
    assert!("".parse::<Range>().is_err());
    let whole = Range { lower: "base".to_owned(), upper: "heads".to_owned() };
    assert_eq!(":".parse(), Ok(whole));
    let upper = Range { lower: "base".to_owned(), upper: "right@head".to_owned() };
    assert_eq!("right@head".parse(), Ok(upper));
}

#[test]
fn an_upgrade_excludes_its_lower_end() {
    let (graph, _) = tree(MERGE);
    let range: Range = "c3:m5".parse().expect("it is a range");
    assert_eq!(graph.upgrade_of(&range).map(ids).as_deref(), Ok("d4 b2 m5"));
}

#[test]
fn the_four_causes_are_kept_apart() {
    let (graph, _) = tree(
        "
        abcd1111
        abcd2222 <- abcd1111 [left]
        abce3333 <- abcd1111 [right]",
    );
    let message = |symbol| graph.resolve(symbol).map(ids).map_err(|error| error.to_string());
    assert_eq!(message("abce"), Ok("abce3333".to_owned()));
    assert_eq!(message("abcf").unwrap_err(), "no revision or branch label is `abcf` or begins with it");
    assert_eq!(message("abcd").unwrap_err(), "`abcd` is the beginning of several: `abcd1111`, `abcd2222`");
    assert_eq!(message("middle@abce").unwrap_err(), "no branch label or revision is `middle`");
    assert_eq!(message("left@abce3333").unwrap_err(), "revision `abce3333` is not on branch `left`");
    assert_eq!(
        message("head").unwrap_err(),
        "`head` names one head, but there are several: `abcd2222`, `abce3333`"
    );
}
