//! From the headers of all files to a graph and everything that is wrong with it.
//!
//! It owns the order of the steps (alembic script/revision.py, `RevisionMap._revision_map`). Unlike alembic it does not
//! stop at the first fault, and refuses to let one fault hide another.

use std::sync::Arc;

use limbeck_types::Problem;

use crate::graph::Graph;
use crate::keys::Keys;
use crate::revision::Positions;
use crate::{Node, Revision, cycles, dependencies, faults, heads, labels};

/// The files of a tree as given, and where each stands in the graph.
pub(crate) struct Files {
    /// All files in load order.
    pub(crate) nodes: Vec<Arc<Node>>,
    /// The position of each file's id in the graph.
    pub(crate) position: Vec<usize>,
    /// The files of each position, in load order; the last one is in the graph.
    pub(crate) of_position: Vec<Positions>,
}

impl Files {
    /// Whether every `down_revision` of a file is an edge: none is missing, named twice, or the file's own.
    pub(crate) fn is_all_edges(&self, graph: &Graph, file: usize) -> bool {
        let position = self.position[file];
        let is_last = self.of_position[position].last() == Some(&file);
        is_last && graph.revisions[position].down.len() == self.nodes[file].down.len()
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
    graph_of(nodes.map(Arc::new).collect())
}

fn graph_of(nodes: Vec<Arc<Node>>) -> (Graph, Vec<Problem>) {
    let mut graph = Graph::default();
    let files = place(&mut graph, nodes);
    let mut problems = faults::duplicates(&files);
    problems.extend(faults::illegal_ids(&files));
    problems.extend(labels::declare(&mut graph, &files));
    dependencies::resolve(&mut graph);
    connect(&mut graph);
    problems.extend(faults::missing(&graph, &files));
    dependencies::normalize(&mut graph);
    labels::propagate(&mut graph);
    let cycles = cycles::find(&graph, &files);
    let heads = heads::multiple(&graph, &files, &cycles);
    problems.extend(cycles.into_iter().map(|cycle| cycle.problem(&files)));
    problems.extend(heads);
    (graph, problems)
}

/// Gives each id its position: that of its first file. The last file is the one that counts.
fn place(graph: &mut Graph, nodes: Vec<Arc<Node>>) -> Files {
    graph.keys = Keys::with_capacity(nodes.len());
    let mut position = Vec::with_capacity(nodes.len());
    let mut of_position: Vec<Positions> = Vec::with_capacity(nodes.len());
    graph.revisions.reserve(nodes.len());
    for (file, node) in nodes.iter().enumerate() {
        let new = of_position.len();
        let known = graph.named(node.id.as_str());
        let place = known.unwrap_or(new);
        if known.is_some() {
            graph.revisions[place].node = Arc::clone(node);
        } else {
            of_position.push(Positions::new());
            graph.revisions.push(Revision::new(Arc::clone(node), place));
            graph.keys.insert_id(place, &graph.revisions, &graph.labels);
        }
        of_position[place].push(file);
        position.push(place);
    }
    Files { nodes, position, of_position }
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
