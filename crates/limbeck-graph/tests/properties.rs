//! What holds for every tree, however broken.

use limbeck_graph::{Node, build};
use limbeck_types::{FileId, RevisionId, Span, Spanned};
use proptest::prelude::*;

fn spanned<T>(value: T) -> Spanned<T> {
    Spanned { value, span: Span::default() }
}

/// Ids from a small pool, so that duplicates, cycles and missing references are common.
fn node() -> impl Strategy<Value = Node> {
    let id = || (0..12_u8).prop_map(|number| format!("r{number}"));
    let label = (0..4_u8).prop_map(|number| spanned(format!("l{number}")));
    let down = prop::collection::vec(id().prop_map(|id| spanned(RevisionId::from(id.as_str()))), 0..3);
    let depends_on = prop::collection::vec(id().prop_map(spanned), 0..2);
    let labels = prop::collection::vec(label, 0..2);
    (id(), down, depends_on, labels).prop_map(|(id, down, depends_on, labels)| Node {
        id: RevisionId::from(id.as_str()),
        down: down.into(),
        depends_on: depends_on.into(),
        labels: labels.into(),
        file: FileId(0),
    })
}

fn tree() -> impl Strategy<Value = Vec<Node>> {
    prop::collection::vec(node(), 0..14).prop_map(|mut nodes| {
        for (file, node) in nodes.iter_mut().enumerate() {
            node.file = FileId(u32::try_from(file).expect("trees are small"));
        }
        nodes
    })
}

proptest! {
    #[test]
    fn every_question_has_an_answer(nodes in tree(), symbol in "(l[0-3]@)?(r[0-9]|head|base)?([+-][0-9])?") {
        let (graph, _) = build(nodes);
        let rows: Vec<RevisionId> = graph.heads().map(|head| head.id().clone()).collect();
        let mut history: Vec<_> = graph.history().iter().map(|revision| revision.file()).collect();
        history.sort_unstable();
        let mut all: Vec<_> = graph.revisions().iter().map(|revision| revision.file()).collect();
        all.sort_unstable();
        prop_assert_eq!(history, all);
        let _ = graph.resolve(&symbol);
        let _ = graph.upgrade_plan(symbol.as_str(), &rows);
        let _ = graph.downgrade_plan(&symbol, &rows);
        let _ = graph.walk("heads", symbol.as_str());
        let _ = graph.all_current(&rows);
    }

    #[test]
    fn the_same_files_have_the_same_problems(nodes in tree()) {
        prop_assert_eq!(build(nodes.clone()).1, build(nodes).1);
    }

    #[test]
    fn a_revision_is_walked_before_what_it_stands_on(nodes in tree()) {
        let (graph, problems) = build(nodes);
        let cyclic = |problem: &limbeck_types::Problem| {
            matches!(problem.kind, limbeck_types::ProblemKind::Cycle { .. })
        };
        prop_assume!(!problems.iter().any(cyclic));
        let history = graph.history();
        let place = |file: FileId| history.iter().position(|revision| revision.file() == file);
        for revision in graph.revisions() {
            for below in graph.down(revision).chain(graph.dependencies(revision)) {
                prop_assert!(place(revision.file()) < place(below.file()));
            }
        }
    }
}
