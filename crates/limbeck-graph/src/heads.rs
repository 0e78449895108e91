//! Whether the tree has several heads that somebody must merge.
//!
//! It owns the judgement, which heads it is about, and the nearest common branch point. It refuses to count a head that another fault explains: a
//! missing revision, a cycle or a re-used id may be exactly what keeps two lines apart.

use std::collections::HashMap;

use limbeck_types::{Problem, ProblemKind};

use crate::build::Files;
use crate::cycles::Cycle;
use crate::graph::Graph;
use crate::marks::Marks;
use crate::repoint;

/// The problem of several heads, where alembic's `heads` would print several (alembic command.py, `heads`).
pub(crate) fn multiple(graph: &Graph, files: &Files, cycles: &[Cycle]) -> Option<Problem> {
    let (heads, labelled) = in_question(graph, counted(graph, files, cycles));
    let latest = *heads.get(1..)?.last()?;
    let branch_point = branch_point(graph, &heads).map(|position| graph.revisions[position].file());
    let kind = ProblemKind::MultipleHeads {
        heads: graph.at(&heads).map(|head| head.file()).collect(),
        branch_point,
        repoints: repoint::find(graph, &heads),
        labelled,
    };
    Some(Problem { kind, file: graph.revisions[latest].file() })
}

/// The heads that somebody must bring together, and whether labels say that nobody must: a head with a branch label of
/// its own is one on purpose, unless it and a single other one are all there are.
fn in_question(graph: &Graph, heads: Vec<usize>) -> (Vec<usize>, bool) {
    let holds = |head: usize, label: &usize| graph.held(head).contains(label);
    let is_own =
        |head: usize, label: &usize| heads.iter().all(|&other| other == head || !holds(other, label));
    let is_labelled = |head: &&usize| graph.held(**head).iter().any(|label| is_own(**head, label));
    let unlabelled: Vec<usize> = heads.iter().filter(|head| !is_labelled(head)).copied().collect();
    match unlabelled.len() {
        0 => (heads, true),
        1 => (heads, false),
        _ => (unlabelled, false),
    }
}

/// The heads that remain heads whatever the other faults turn out to be.
///
/// A line that hangs on a missing revision or on a cycle, and has one head only, may belong on top of another line.
fn counted(graph: &Graph, files: &Files, cycles: &[Cycle]) -> Vec<usize> {
    let replaced = under_replaced_files(graph, files);
    let heads = graph.heads().map(|head| head.position).filter(|&head| !replaced.contains(head));
    let mut lines = Lines::of(graph);
    for cycle in cycles.iter().filter(|cycle| !cycle.dependency) {
        cycle.files.iter().for_each(|&file| lines.mark_broken(files.position[file]));
    }
    let mut by_line: HashMap<usize, usize> = HashMap::new();
    let heads: Vec<(usize, usize)> = heads.map(|head| (head, lines.line(head))).collect();
    heads.iter().for_each(|(_, line)| *by_line.entry(*line).or_default() += 1);
    let counts = |line: usize| !lines.broken[line] || by_line[&line] > 1;
    heads.into_iter().filter(|&(_, line)| counts(line)).map(|(head, _)| head).collect()
}

/// The down revisions of files whose id another file took over: they are heads only because of the duplicate.
fn under_replaced_files(graph: &Graph, files: &Files) -> Marks {
    let down = files.replaced().flat_map(|node| &node.down);
    let down = down.filter_map(|id| graph.get(&id.value)).map(|revision| revision.position);
    Marks::of(graph.revisions.len(), down)
}

/// Which revisions hang together by `down_revision`, missing ones included: a union-find.
struct Lines {
    above: Vec<usize>,
    /// By line: whether anything in it hangs on what is missing or on itself.
    broken: Vec<bool>,
}

impl Lines {
    fn of(graph: &Graph) -> Self {
        let count = graph.revisions.len();
        let mut lines = Self { above: (0..count).collect(), broken: vec![false; count] };
        let mut missing: HashMap<&str, usize> = HashMap::new();
        for revision in &graph.revisions {
            revision.down.iter().for_each(|&down| lines.join(revision.position, down));
            if revision.down.len() == revision.node.down.len() {
                continue;
            }
            for id in revision.node.down.iter().filter(|id| graph.get(&id.value).is_none()) {
                let same = *missing.entry(id.value.as_str()).or_insert(revision.position);
                lines.join(revision.position, same);
                lines.mark_broken(revision.position);
            }
        }
        lines
    }

    fn line(&mut self, position: usize) -> usize {
        let mut current = position;
        while self.above[current] != current {
            self.above[current] = self.above[self.above[current]];
            current = self.above[current];
        }
        current
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.line(a), self.line(b));
        self.above[a] = b;
        self.broken[b] |= self.broken[a];
    }

    fn mark_broken(&mut self, position: usize) {
        let line = self.line(position);
        self.broken[line] = true;
    }
}

/// The first revision on the way down from the first head from which all heads descend by `down_revision`.
///
/// Several can be nearest in a criss-cross of merges; then it is the one that the way down meets first.
fn branch_point(graph: &Graph, heads: &[usize]) -> Option<usize> {
    let (&first, others) = heads.split_first()?;
    let mut common = graph.down_marks([first]);
    for &head in others {
        let marks = graph.down_marks([head]);
        common.retain(|position| marks.contains(position));
        common.iter().next()?;
    }
    let covered = |position: usize| graph.revisions[position].next.iter().any(|&next| common.contains(next));
    let way_down = way_down(graph, first);
    let mut candidates = way_down.iter().copied().filter(|&position| common.contains(position));
    let any = candidates.clone().next();
    // In a cycle each revision is covered by the next, and the first one met has to do.
    candidates.find(|&position| !covered(position)).or(any)
}

/// A revision and its ancestors, breadth first.
fn way_down(graph: &Graph, head: usize) -> Vec<usize> {
    let mut seen = Marks::none(graph.revisions.len());
    seen.insert(head);
    let mut way = vec![head];
    let mut index = 0;
    while let Some(&position) = way.get(index) {
        way.extend(graph.revisions[position].down.iter().copied().filter(|&down| seen.insert(down)));
        index += 1;
    }
    way
}
