//! How several lines become one without a merge: by changing the `down_revision` of the first revision of a line.
//!
//! It owns the choice of what to change: the longest line stays, the others are laid on top of it. It refuses what would
//! not be clear, or would close a cycle.

use limbeck_types::Repoint;

use crate::graph::Graph;
use crate::marks::Marks;

/// With more heads than this, a list of changes is no help.
const FEW: usize = 4;

/// A head and what it alone descends from.
struct Line {
    head: usize,
    own: Marks,
    length: usize,
}

/// One change for each line but the longest; empty unless all of them are clear.
pub(crate) fn find(graph: &Graph, heads: &[usize]) -> Vec<Repoint> {
    if heads.len() > FEW {
        return Vec::new();
    }
    let mut lines: Vec<Line> = heads.iter().map(|&head| line(graph, head, heads)).collect();
    // Of lines equally long, the one loaded first stays.
    lines.sort_by_key(|line| (std::cmp::Reverse(line.length), line.head));
    let mut found = Vec::new();
    for (index, line) in lines.iter().enumerate().skip(1) {
        let first = first(graph, &line.own);
        let below = graph.ancestor_marks(lines[..index].iter().map(|below| below.head));
        match first.filter(|&first| !below.contains(first)) {
            Some(first) => {
                let file = |position: usize| graph.revisions[position].file();
                found.push(Repoint { first: file(first), onto: file(lines[index - 1].head) });
            }
            None => return Vec::new(),
        }
    }
    found
}

fn line(graph: &Graph, head: usize, heads: &[usize]) -> Line {
    let others = graph.down_marks(heads.iter().copied().filter(|&other| other != head));
    let mut own = graph.down_marks([head]);
    own.retain(|position| !others.contains(position));
    Line { head, length: own.iter().count(), own }
}

/// The one revision at which a line begins, if there is one, and it follows neither two revisions nor a missing one.
fn first(graph: &Graph, own: &Marks) -> Option<usize> {
    let begins = |position: &usize| graph.revisions[*position].down.iter().all(|&down| !own.contains(down));
    let mut first = own.iter().filter(begins);
    let (only, None) = (first.next()?, first.next()) else { return None };
    let revision = &graph.revisions[only];
    (!revision.is_merge_point() && revision.node.down.len() == revision.down.len()).then_some(only)
}
