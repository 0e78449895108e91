//! The order in which revisions are walked.
//!
//! It owns alembic's topological sort (alembic script/revision.py, `_topological_sort`), newest first. alembic keeps
//! the set of ancestors of every current head; here "is an ancestor of another current head" is asked of the graph, and
//! only where a revision has descendants that were not emitted yet. So a linear tree costs one step per revision.
//!
//! It refuses to fail: what alembic leaves over when dependencies leave the range (an `AssertionError` there) is
//! emitted last, and a cycle is entered at its last revision.

use crate::graph::Graph;
use crate::marks::Marks;

/// Sorts the positions in `todo`, walking down from `heads`; those that are not in `todo` are not walked from.
pub(crate) fn sort(graph: &Graph, todo: &Marks, heads: &[usize]) -> Vec<usize> {
    let mut walk = Walk::new(graph, todo.clone(), heads);
    let heads_to_do = heads.iter().copied().filter(|&head| todo.contains(head));
    let current = Marks::of(graph.revisions.len(), heads_to_do);
    walk.run(current.iter().collect());
    while let Some(left_over) = walk.left_over() {
        walk.run(left_over);
    }
    walk.output
}

struct Walk<'g> {
    graph: &'g Graph,
    todo: Marks,
    /// Everything that the heads stand on, in the range or not.
    relevant: Marks,
    emitted: Marks,
    /// How many revisions that stand directly on each one are relevant and not emitted.
    pending: Vec<usize>,
    output: Vec<usize>,
}

impl<'g> Walk<'g> {
    fn new(graph: &'g Graph, todo: Marks, heads: &[usize]) -> Self {
        let count = graph.revisions.len();
        let relevant = graph.ancestor_marks(heads.iter().copied().chain(todo.iter()));
        let mut pending = vec![0; count];
        for position in relevant.iter() {
            graph.revisions[position].walk_down().iter().for_each(|&down| pending[down] += 1);
        }
        Self { graph, todo, relevant, emitted: Marks::none(count), pending, output: Vec::new() }
    }

    /// Walks down one branch until it is blocked by another, in alembic's order of slots.
    fn run(&mut self, mut current: Vec<usize>) {
        let mut index = 0;
        let mut jumps = 0;
        while let Some(&candidate) = current.get(index) {
            if let Some(other) = self.descendant_slot(&current, index).filter(|_| jumps < current.len()) {
                index = other;
                jumps += 1;
                continue;
            }
            jumps = 0;
            self.emit(candidate);
            let down = self.graph.revisions[candidate].walk_down();
            let mut add =
                down.iter().copied().filter(|&down| self.todo.contains(down) && !current.contains(&down));
            if let Some(first) = add.next() {
                let rest: Vec<usize> = add.collect();
                current[index] = first;
                current.extend(rest);
            } else {
                current.remove(index);
                index = index.saturating_sub(1);
            }
        }
    }

    fn emit(&mut self, position: usize) {
        self.todo.remove(position);
        self.emitted.insert(position);
        self.output.push(position);
        for &down in self.graph.revisions[position].walk_down() {
            self.pending[down] = self.pending[down].saturating_sub(1);
        }
    }

    /// The first other slot that descends from the candidate and so must go first.
    fn descendant_slot(&self, current: &[usize], index: usize) -> Option<usize> {
        let candidate = current[index];
        if self.pending[candidate] == 0 || current.len() == 1 {
            return None;
        }
        // Most often the first slot stands on it directly, and no search can find an earlier one.
        let first = usize::from(index == 0);
        if self.graph.revisions[current[first]].walk_down().contains(&candidate) {
            return Some(first);
        }
        let mut descendants = Marks::none(self.graph.revisions.len());
        let mut stack = vec![candidate];
        while let Some(position) = stack.pop() {
            for &next in self.graph.revisions[position].all_next() {
                let open = self.relevant.contains(next) && !self.emitted.contains(next);
                if open && descendants.insert(next) {
                    stack.push(next);
                }
            }
        }
        (0..current.len()).find(|&slot| slot != index && descendants.contains(current[slot]))
    }

    /// Revisions that no walk from the heads reached: those on which no other such revision stands, or, where each
    /// stands on another, the last one.
    fn left_over(&self) -> Option<Vec<usize>> {
        let last = self.todo.iter().last()?;
        let below = self.todo.iter().flat_map(|position| self.graph.revisions[position].walk_down());
        let covered = Marks::of(self.graph.revisions.len(), below.copied());
        let free: Vec<usize> = self.todo.iter().filter(|&position| !covered.contains(position)).collect();
        Some(if free.is_empty() { vec![last] } else { free })
    }
}
