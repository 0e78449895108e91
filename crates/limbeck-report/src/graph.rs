//! The revision graph as a picture: in a terminal, as SVG, as DOT and as Mermaid text.
//!
//! It owns what a picture holds and how it is drawn. It refuses to know alembic's rules: which revisions are drawn, in
//! which order, and what is applied, comes as data.

mod dot;
mod lanes;
mod mermaid;
mod node;
mod paint;
mod svg;
mod tree;

use std::collections::HashMap;
use std::io::{Result, Write};

use limbeck_types::RevisionId;

use crate::{Entry, Style};

/// A revision in a picture.
#[derive(Debug, Clone)]
pub struct Node<'a> {
    /// What is told of it.
    pub entry: Entry<'a>,
    /// Which revision of an upgrade from empty to the heads it is, from 1; the whole tree's, whatever is drawn.
    pub number: Option<usize>,
    /// Whether a database has it, where one was asked.
    pub is_applied: Option<bool>,
    /// The revisions that `down_revision` names, in declared order, drawn or not.
    pub down: Vec<&'a RevisionId>,
    /// The revisions that `depends_on` means, in declared order, drawn or not.
    pub dependencies: Vec<&'a RevisionId>,
}

/// Why one revision comes after another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EdgeKind {
    /// `down_revision`.
    DownRevision,
    /// `depends_on`.
    DependsOn,
}

/// An edge between two nodes of a picture, as indices into its nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edge {
    /// The revision that names the other one. It stands above.
    pub from: usize,
    /// The revision that is named.
    pub to: usize,
    /// Why.
    pub kind: EdgeKind,
}

/// Revisions and the edges between them, so ordered that every edge leads downwards.
#[derive(Debug)]
pub struct GraphPicture<'a> {
    nodes: Vec<Node<'a>>,
    edges: Vec<Edge>,
}

impl<'a> GraphPicture<'a> {
    /// Takes the order of the nodes as it is, but for those that stand below what they name: these are moved up. An edge
    /// to what is not drawn, or against a cycle, is left out; two edges between the same revisions become one.
    pub fn new(nodes: Vec<Node<'a>>) -> Self {
        let nodes = downwards(nodes);
        let positions = positions(&nodes);
        let mut edges = Vec::new();
        for (from, node) in nodes.iter().enumerate() {
            let named = named(node).filter_map(|(id, kind)| Some((*positions.get(id)?, kind)));
            for (to, kind) in named.filter(|(to, _)| *to > from) {
                if !edges.iter().rev().take_while(|edge: &&Edge| edge.from == from).any(|edge| edge.to == to)
                {
                    edges.push(Edge { from, to, kind });
                }
            }
        }
        Self { nodes, edges }
    }

    /// The revisions from top to bottom.
    pub fn nodes(&self) -> &[Node<'a>] {
        &self.nodes
    }

    /// The edges, sorted by the revision above.
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// What a revision names that the picture does not hold.
    fn not_drawn(&self, node: usize) -> impl Iterator<Item = &'a RevisionId> {
        let drawn = self.edges[self.edges.partition_point(|edge| edge.from < node)..].iter();
        let drawn: Vec<&RevisionId> =
            drawn.take_while(|edge| edge.from == node).map(|edge| self.nodes[edge.to].entry.id).collect();
        named(&self.nodes[node]).map(|(id, _)| id).filter(move |id| !drawn.contains(id))
    }
}

fn named<'a>(node: &Node<'a>) -> impl Iterator<Item = (&'a RevisionId, EdgeKind)> {
    let down: Vec<_> = node.down.iter().map(|id| (*id, EdgeKind::DownRevision)).collect();
    let dependencies: Vec<_> = node.dependencies.iter().map(|id| (*id, EdgeKind::DependsOn)).collect();
    down.into_iter().chain(dependencies)
}

fn positions<'a>(nodes: &[Node<'a>]) -> HashMap<&'a RevisionId, usize> {
    nodes.iter().enumerate().map(|(index, node)| (node.entry.id, index)).collect()
}

/// Moves every node below those that name it, and leaves the order alone otherwise.
fn downwards(nodes: Vec<Node<'_>>) -> Vec<Node<'_>> {
    let positions = positions(&nodes);
    let below: Vec<Vec<usize>> = nodes
        .iter()
        .map(|node| named(node).filter_map(|(id, _)| positions.get(id).copied()).collect())
        .collect();
    let mut above = vec![0_usize; nodes.len()];
    below.iter().flatten().for_each(|&index| above[index] += 1);
    let mut ready: std::collections::BTreeSet<usize> =
        (0..nodes.len()).filter(|&index| above[index] == 0).collect();
    let mut rest: std::collections::BTreeSet<usize> = (0..nodes.len()).collect();
    let mut order = Vec::with_capacity(nodes.len());
    // Nothing is ready only in a cycle, which is entered at its first node.
    while let Some(index) = ready.pop_first().or_else(|| rest.first().copied()) {
        if !rest.remove(&index) {
            continue;
        }
        order.push(index);
        for &other in &below[index] {
            above[other] = above[other].saturating_sub(1);
            if above[other] == 0 {
                ready.insert(other);
            }
        }
    }
    let mut nodes: Vec<Option<Node<'_>>> = nodes.into_iter().map(Some).collect();
    order.into_iter().filter_map(|index| nodes[index].take()).collect()
}

/// How a picture is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureFormat {
    /// In characters, one line a revision.
    Tree {
        /// The width of the terminal, to which messages are cut; as long as they are without.
        width: Option<usize>,
        /// Whether lines are coloured.
        style: Style,
    },
    /// The language of Graphviz.
    Dot,
    /// A Mermaid flowchart.
    Mermaid,
    /// One file that needs no other.
    Svg,
}

/// A picture and how to draw it: the body of `graph`.
#[derive(Debug)]
pub struct Drawing<'a> {
    /// What is drawn.
    pub picture: GraphPicture<'a>,
    /// How.
    pub format: PictureFormat,
}

/// Draws a picture.
pub fn write(out: &mut dyn Write, drawing: &Drawing<'_>) -> Result<()> {
    let picture = &drawing.picture;
    match drawing.format {
        PictureFormat::Tree { width, style } => tree::write(out, picture, width, style),
        PictureFormat::Dot => dot::write(out, picture),
        PictureFormat::Mermaid => mermaid::write(out, picture),
        PictureFormat::Svg => svg::write(out, picture),
    }
}
