//! Branch labels: who declares them, and where they hold.
//!
//! It owns alembic's `_map_branch_labels` and `_add_branches` (alembic script/revision.py). It refuses to resolve: a
//! label that only arrived by propagation names no revision.

use limbeck_types::{Place, Problem, ProblemKind};

use crate::build::Files;
use crate::graph::Graph;
use crate::marks::Marks;
use crate::revision::Positions;

/// Enters the declared labels beside the ids, first come first served, and reports each one that is taken.
///
/// Files that share an id may share their labels too: the id is the fault then, and it is reported as such.
pub(crate) fn declare(graph: &mut Graph, files: &Files) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut declared_by: Vec<usize> = Vec::new();
    let Graph { revisions, labels, keys, .. } = graph;
    for (file, node) in files.nodes(revisions).enumerate() {
        let position = files.position[file];
        for label in &node.labels {
            let Some(taken_by) = keys.get(label.value.as_str(), revisions, labels) else {
                labels.push((label.value.as_str().into(), position));
                keys.insert_label(labels.len() - 1, revisions, labels);
                declared_by.push(file);
                continue;
            };
            let first = labels.iter().position(|(taken, _)| **taken == *label.value);
            let other = first.map_or(files.of_position(taken_by)[0], |index| declared_by[index]);
            if taken_by == position && other != file {
                continue;
            }
            let place = Place { file: node.file, span: label.span };
            let other = files.node(revisions, other).file;
            let kind = ProblemKind::LabelClash { label: label.value.clone(), place, other };
            problems.push(Problem { kind, file: node.file });
        }
    }
    problems
}

/// Spreads each label to all descendants, and upwards where its revision stands in a simple chain.
pub(crate) fn propagate(graph: &mut Graph) {
    if !graph.labels.is_empty() {
        graph.held = vec![Positions::new(); graph.revisions.len()];
    }
    for label in 0..graph.labels.len() {
        let position = graph.labels[label].1;
        let mut holders = graph.next_marks([position]);
        spread_up(graph, position, &mut holders);
        for holder in holders.iter() {
            graph.held[holder].push(label);
        }
    }
}

/// alembic walks up from the last descendant that it saw and stops at the first real branch point or merge point. So
/// nothing above the revision is reached unless it and all below it form one chain.
fn spread_up(graph: &Graph, position: usize, holders: &mut Marks) {
    let is_knot = |position: usize| {
        graph.revisions[position].is_real_branch_point() || graph.revisions[position].is_merge_point()
    };
    let mut current = position;
    for _ in 0..graph.revisions.len() {
        if is_knot(current) {
            return;
        }
        let [next] = graph.revisions[current].next[..] else { break };
        current = next;
    }
    current = position;
    while let [down] = graph.revisions[current].down[..] {
        if is_knot(down) || !holders.insert(down) {
            return;
        }
        current = down;
    }
}
