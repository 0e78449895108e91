//! Trees of 30,000 revisions: no recursion, no quadratic time. A stack overflow or a wait of minutes is the failure.

use limbeck_graph::{Node, Range, build};
use limbeck_types::{FileId, ProblemKind, RevisionId, Span, Spanned};

const COUNT: usize = 30_000;

fn line(labelled: bool) -> Vec<Node> {
    (0..COUNT)
        .map(|number| node(number, number.checked_sub(1).into_iter(), labelled && number == 0))
        .collect()
}

fn node(number: usize, down: impl Iterator<Item = usize>, labelled: bool) -> Node {
    let label = labelled.then(|| Spanned { value: "line".to_owned(), span: Span::default() });
    Node {
        id: id(number),
        down: down.map(|down| Spanned { value: id(down), span: Span::default() }).collect(),
        depends_on: Box::default(),
        labels: label.into_iter().collect(),
        file: FileId(u32::try_from(number).expect("it is small")),
    }
}

fn id(number: usize) -> RevisionId {
    RevisionId::from(format!("{number:012x}").as_str())
}

#[test]
fn a_line() {
    let (graph, problems) = build(line(true));
    assert!(problems.is_empty());
    assert_eq!(graph.history().len(), COUNT);
    assert_eq!(graph.upgrade_plan("line@head", &[]).map(|plan| plan.len()), Ok(COUNT));
    assert_eq!(graph.downgrade_plan("base", &[id(COUNT - 1)]).map(|plan| plan.len()), Ok(COUNT));
    assert_eq!(graph.upgrade_plan("line@+20000", &[]).map(|plan| plan.len()), Ok(20_000));
    assert_eq!(graph.resolve("line@-20000").map(|found| found.len()), Ok(1));
    let range: Range = format!("{}:", id(7)).parse().expect("it is a range");
    assert_eq!(graph.history_of(&range, &[]).map(|found| found.len()), Ok(COUNT - 7));
}

#[test]
fn a_ring() {
    let mut nodes = line(false);
    nodes[0] = node(0, std::iter::once(COUNT - 1), false);
    let (graph, problems) = build(nodes);
    assert!(matches!(&problems[..], [problem] if matches!(&problem.kind,
        ProblemKind::Cycle { files, dependency: false } if files.len() == COUNT)));
    assert_eq!(graph.history().len(), COUNT);
}

#[test]
fn two_lines_that_meet() {
    let mut nodes = line(false);
    nodes[COUNT / 2] = node(COUNT / 2, std::iter::once(0), false);
    nodes[COUNT - 1] = node(COUNT - 1, [COUNT - 2, COUNT / 2 - 1].into_iter(), false);
    let (graph, problems) = build(nodes);
    assert!(problems.is_empty());
    assert_eq!(graph.history().len(), COUNT);
}

#[test]
fn a_star() {
    let nodes = (0..3_000).map(|number| node(number, (number > 0).then_some(0).into_iter(), false)).collect();
    let (graph, problems) = build(nodes);
    assert_eq!(problems.len(), 1);
    assert_eq!(graph.history().len(), 3_000);
}
