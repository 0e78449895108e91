//! Where everything stands: one row for each revision, one column for each line that passes by.
//!
//! A line leaves its revision sideways, in that revision's row, or straight down, runs down one column that is its own,
//! and enters its target's row there. So columns never shift, and what touches a horizontal line belongs to the one
//! revision in its row. The leftmost line that waits for a revision decides its column, which keeps the first head's
//! line at the left.
//!
//! A line that has far to go while another one waits for the same revision joins it in a row of its own: 3,000 branches
//! off one base stay a few columns wide.

use super::{Edge, EdgeKind};

/// With so many revisions to pass, a line joins another one to the same revision.
const FAR: usize = 12;

/// A row and a column, both from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) row: usize,
    pub(super) column: usize,
}

/// From a node down to a node, or to a line that leads there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) kind: EdgeKind,
    /// The node from which it leaves.
    pub(super) start: Place,
    /// The column in which it runs down.
    pub(super) column: usize,
    /// The node that it reaches, or the place in another line's column where it joins that one.
    pub(super) end: Place,
}

/// Where everything stands.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// The node of each row; none where lines only pass or join.
    pub(super) rows: Vec<Option<usize>>,
    /// The place of each node.
    pub(super) nodes: Vec<Place>,
    pub(super) lines: Vec<Line>,
    /// How many columns there are.
    pub(super) columns: usize,
}

/// Lays out so many nodes, in their order. Every edge leads downwards, and the edges are sorted.
pub(super) fn layout(count: usize, edges: &[Edge]) -> Layout {
    let mut lanes = Lanes::default();
    let mut edges = edges;
    for node in 0..count {
        let (own, rest) = edges.split_at(edges.iter().take_while(|edge| edge.from == node).count());
        edges = rest;
        lanes.place(node, own);
        lanes.join_far(node);
    }
    lanes.layout.columns = lanes.columns.len();
    lanes.layout
}

/// A line that has not reached its target.
#[derive(Debug, Clone, Copy)]
struct Open {
    target: usize,
    line: usize,
}

#[derive(Debug, Default)]
struct Lanes {
    layout: Layout,
    /// What runs down in each column below the last row.
    columns: Vec<Option<Open>>,
    /// The column of the last row's node, where no line leads on from it straight down.
    bare: Option<usize>,
}

impl Lanes {
    fn place(&mut self, node: usize, edges: &[Edge]) {
        let waiting = self.waiting(node);
        let kind = |column: &usize| self.columns[*column].map(|open| self.layout.lines[open.line].kind);
        let column = match waiting.iter().copied().min_by_key(|column| (kind(column), *column)) {
            Some(column) => column,
            None => self.free_column(),
        };
        if waiting.is_empty() && self.bare == Some(column) {
            // Nothing connects it with the revision above, and it must not look so.
            self.layout.rows.push(None);
        }
        let place = Place { row: self.layout.rows.len(), column };
        self.layout.rows.push(Some(node));
        self.layout.nodes.push(place);
        for &waiting in &waiting {
            if let Some(open) = self.columns[waiting].take() {
                self.layout.lines[open.line].end = place;
            }
        }
        let mut edges = edges.to_vec();
        edges.sort_by_key(|edge| (edge.kind, edge.to));
        let straight = edges.first().copied();
        if let Some(edge) = straight {
            self.open(edge, place, column);
        }
        self.bare = straight.is_none().then_some(column);
        let mut others = edges.split_off(edges.len().min(1));
        others.sort_by_key(|edge| edge.to);
        for edge in others {
            let column = self.column_beside(column, &waiting);
            self.open(edge, place, column);
        }
        if straight.is_some_and(|edge| edge.kind == EdgeKind::DependsOn && edge.to == node + 1) {
            // Without a row between them nothing would tell a dependency from a `down_revision`.
            self.layout.rows.push(None);
        }
    }

    fn open(&mut self, edge: Edge, start: Place, column: usize) {
        self.columns[column] = Some(Open { target: edge.to, line: self.layout.lines.len() });
        self.layout.lines.push(Line { kind: edge.kind, start, column, end: start });
    }

    fn waiting(&self, node: usize) -> Vec<usize> {
        let waits = |column: &usize| self.columns[*column].is_some_and(|open| open.target == node);
        (0..self.columns.len()).filter(waits).collect()
    }

    /// The leftmost column in which nothing runs.
    fn free_column(&mut self) -> usize {
        let free = self.columns.iter().position(Option::is_none);
        free.unwrap_or_else(|| self.add_column())
    }

    fn add_column(&mut self) -> usize {
        self.columns.push(None);
        self.columns.len() - 1
    }

    /// The free column that is reached over the fewest lines, to the right if in doubt. `taken` are those whose lines
    /// ended in this row: a new one would look like their continuation.
    fn column_beside(&mut self, from: usize, taken: &[usize]) -> usize {
        let crossed = |column: usize| {
            let between = column.min(from) + 1..column.max(from);
            between.filter(|&column| self.columns[column].is_some()).count()
        };
        let free = (0..self.columns.len())
            .filter(|&column| column != from && self.columns[column].is_none() && !taken.contains(&column))
            .min_by_key(|&column| (crossed(column), column.abs_diff(from), column < from));
        free.unwrap_or_else(|| self.add_column())
    }

    /// Lets lines that began in the last node's row join others that wait for the same, distant revision.
    fn join_far(&mut self, node: usize) {
        let began = |open: &Open| self.layout.lines[open.line].start.row == self.layout.nodes[node].row;
        let targets: Vec<(usize, EdgeKind)> = self
            .columns
            .iter()
            .flatten()
            .filter(|open| began(open) && open.target > node + FAR)
            .map(|open| (open.target, self.layout.lines[open.line].kind))
            .collect();
        for (target, kind) in targets {
            let same = |column: &usize| {
                self.layout.lines[self.columns[*column].map_or(0, |open| open.line)].kind == kind
            };
            let waiting: Vec<usize> = self.waiting(target).into_iter().filter(same).collect();
            let [first, rest @ ..] = waiting.as_slice() else { continue };
            if rest.is_empty() {
                continue;
            }
            let place = Place { row: self.layout.rows.len(), column: *first };
            self.layout.rows.push(None);
            self.bare = None;
            for &column in rest {
                if let Some(open) = self.columns[column].take() {
                    self.layout.lines[open.line].end = place;
                }
            }
        }
    }
}
