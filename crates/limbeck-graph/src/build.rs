//! From the headers of all files to a graph and everything that is wrong with it.
//!
//! It owns the order of the steps (alembic script/revision.py, `RevisionMap._revision_map`). Unlike alembic it does not
//! stop at the first fault, and refuses to let one fault hide another.

use std::collections::BTreeMap;

use limbeck_types::Problem;

use crate::graph::Graph;
use crate::keys::Keys;
use crate::revision::Positions;
use crate::{Node, Revision, cycles, dependencies, faults, heads, labels};

/// The files of a tree as given, and where each stands in the graph.
pub(crate) struct Files {
    /// The position of each file's id in the graph, the files in load order.
    pub(crate) position: Vec<usize>,
    /// The first file of each position.
    first: Vec<usize>,
    /// The files of those positions that have several, in load order.
    several: BTreeMap<usize, Positions>,
    /// Files that are not in the graph, as another one has taken their place.
    replaced: BTreeMap<usize, Node>,
}

impl Files {
    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.position.len()
    }

    /// What a file says, given the revisions of the graph.
    pub(crate) fn node<'n>(&'n self, revisions: &'n [Revision], file: usize) -> &'n Node {
        self.replaced.get(&file).unwrap_or_else(|| &revisions[self.position[file]].node)
    }

    /// What all files say, in load order.
    pub(crate) fn nodes<'n>(&'n self, revisions: &'n [Revision]) -> impl Iterator<Item = &'n Node> {
        (0..self.count()).map(|file| self.node(revisions, file))
    }

    /// The files of a position, in load order; the last one is in the graph.
    pub(crate) fn of_position(&self, position: usize) -> &[usize] {
        self.several.get(&position).map_or(std::slice::from_ref(&self.first[position]), |several| several)
    }

    /// What the files say that are not in the graph, as another one has taken their place.
    pub(crate) fn replaced(&self) -> impl Iterator<Item = &Node> {
        self.replaced.values()
    }

    /// Those positions that have several files, each with them.
    pub(crate) fn several(&self) -> impl Iterator<Item = &Positions> {
        self.several.values()
    }

    /// Whether every `down_revision` of a file is an edge: none is missing, named twice, or the file's own.
    pub(crate) fn is_all_edges(&self, graph: &Graph, file: usize) -> bool {
        let position = self.position[file];
        let revision = &graph.revisions[position];
        !self.replaced.contains_key(&file) && revision.down.len() == revision.node.down.len()
    }
}

/// Builds the graph of these files, given in load order, and names every fault of it in one pass.
///
/// The graph is as good as the faults allow: of several files with one id it holds the last, as alembic does; an edge
/// to what does not exist, or to itself, is left out; edges that make a cycle stay, and every walk ends nevertheless.
pub fn build(nodes: Vec<Node>) -> (Graph, Vec<Problem>) {
    build_from(nodes.into_iter())
}

/// The same, of nodes that are made as they are asked for, so that they never take room twice.
pub fn build_from(nodes: impl Iterator<Item = Node>) -> (Graph, Vec<Problem>) {
    let mut graph = Graph::default();
    let files = place(&mut graph, nodes);
    let mut problems = faults::duplicates(&graph, &files);
    problems.extend(faults::illegal_ids(&graph, &files));
    problems.extend(labels::declare(&mut graph, &files));
    dependencies::resolve(&mut graph);
    connect(&mut graph);
    problems.extend(faults::missing(&graph, &files));
    dependencies::normalize(&mut graph);
    labels::propagate(&mut graph);
    let cycles = cycles::find(&graph, &files);
    let heads = heads::multiple(&graph, &files, &cycles);
    problems.extend(cycles.into_iter().map(|cycle| cycle.problem(&graph, &files)));
    problems.extend(heads);
    (graph, problems)
}

/// Gives each id its position: that of its first file. The last file is the one that counts.
fn place(graph: &mut Graph, nodes: impl Iterator<Item = Node>) -> Files {
    // Nearly always each file is a revision.
    let count = nodes.size_hint().1.unwrap_or_default();
    graph.keys = Keys::with_capacity(count);
    graph.revisions.reserve(count);
    let (several, replaced) = (BTreeMap::new(), BTreeMap::new());
    let (position, first) = (Vec::with_capacity(count), Vec::with_capacity(count));
    let mut files = Files { position, first, several, replaced };
    for (file, node) in nodes.enumerate() {
        let place = graph.named(node.id.as_str()).unwrap_or(graph.revisions.len());
        if let Some(known) = graph.revisions.get_mut(place) {
            let same = files
                .several
                .entry(place)
                .or_insert_with(|| Positions::from_slice(&files.first[place..=place]));
            let last = same.last().copied();
            same.push(file);
            let replaced = std::mem::replace(&mut known.node, node);
            files.replaced.extend(last.map(|last| (last, replaced)));
        } else {
            files.first.push(file);
            graph.revisions.push(Revision::new(node, place));
            graph.keys.insert_id(place, &graph.revisions, &graph.labels);
        }
        files.position.push(place);
    }
    files
}

/// Draws the edges in both directions.
fn connect(graph: &mut Graph) {
    for position in 0..graph.revisions.len() {
        let mut down = Positions::new();
        for id in &graph.revisions[position].node.down {
            // A label is a key too, but no revision may stand on one.
            let found = graph.get(&id.value).map(|revision| revision.position);
            push_new(&mut down, found.filter(|&other| other != position));
        }
        for &other in &down {
            graph.revisions[other].push_next(position);
        }
        for index in 0..graph.revisions[position].dependencies().len() {
            let other = graph.revisions[position].dependencies()[index];
            if !down.contains(&other) {
                graph.revisions[other].push_dependent(position);
            }
        }
        graph.revisions[position].set_down(down);
    }
}

/// Appends what is there and not yet in the list. Lists of edges are a handful long.
pub(crate) fn push_new(list: &mut Positions, item: Option<usize>) {
    if let Some(item) = item.filter(|item| !list.contains(item)) {
        list.push(item);
    }
}
