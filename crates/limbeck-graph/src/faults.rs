//! The faults that one look at each file finds.
//!
//! It owns duplicate ids, illegal ids and missing references. It refuses to follow edges: that is `cycles` and `heads`.

use limbeck_types::{Place, Problem, ProblemKind};

use crate::Node;
use crate::build::Files;
use crate::graph::Graph;

/// Characters that alembic refuses in a revision id (alembic script/revision.py, `_revision_illegal_chars`).
const ILLEGAL: [char; 4] = ['+', '-', ':', '@'];

/// Ids that several files have. alembic only warns and forgets all but the last (alembic script/revision.py,
/// `_revision_map`).
pub(crate) fn duplicates(graph: &Graph, files: &Files) -> Vec<Problem> {
    let node = |file: usize| files.node(&graph.revisions, file);
    files
        .several()
        .filter_map(|same| {
            let last = node(*same.last()?);
            let same = same.iter().map(|&file| node(file).file).collect();
            let kind = ProblemKind::DuplicateRevision { id: last.id.clone(), files: same };
            Some(Problem { kind, file: last.file })
        })
        .collect()
}

/// Ids that alembic refuses on load (alembic script/revision.py, `Revision.verify_rev_id`).
pub(crate) fn illegal_ids(graph: &Graph, files: &Files) -> Vec<Problem> {
    let mut problems = Vec::new();
    for node in files.nodes(&graph.revisions) {
        if !node.id.as_str().bytes().any(|byte| ILLEGAL.contains(&char::from(byte))) {
            continue;
        }
        let characters: Vec<char> =
            ILLEGAL.into_iter().filter(|&illegal| node.id.as_str().contains(illegal)).collect();
        let kind = ProblemKind::IllegalRevisionId { id: node.id.clone(), characters };
        problems.push(Problem { kind, file: node.file });
    }
    problems
}

/// References to what no file has, each name once per file. alembic dies of the first with a `KeyError`.
pub(crate) fn missing(graph: &Graph, files: &Files) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (file, node) in files.nodes(&graph.revisions).enumerate() {
        if !files.is_all_edges(graph, file) {
            missing_down_revisions(graph, node, &mut problems);
        }
        missing_dependencies(graph, node, &mut problems);
    }
    problems
}

fn missing_down_revisions(graph: &Graph, node: &Node, problems: &mut Vec<Problem>) {
    for (index, id) in node.down.iter().enumerate() {
        let seen = node.down[..index].iter().any(|earlier| earlier.value == id.value);
        if !seen && graph.get(&id.value).is_none() {
            let place = Place { file: node.file, span: id.span };
            let kind = ProblemKind::MissingDownRevision { missing: id.value.clone(), place };
            problems.push(Problem { kind, file: node.file });
        }
    }
}

fn missing_dependencies(graph: &Graph, node: &Node, problems: &mut Vec<Problem>) {
    for (index, name) in node.depends_on.iter().enumerate() {
        let seen = node.depends_on[..index].iter().any(|earlier| earlier.value == name.value);
        if !seen && graph.named(name.value.as_str()).is_none() {
            let place = Place { file: node.file, span: name.span };
            let kind = ProblemKind::MissingDependency { missing: name.value.clone(), place };
            problems.push(Problem { kind, file: node.file });
        }
    }
}
