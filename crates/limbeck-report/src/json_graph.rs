//! A picture in JSON: what `graph` tells.

use limbeck_types::RevisionId;
use serde::Serialize;

use crate::graph::{EdgeKind, GraphPicture, Node};
use crate::json_entry::JsonEntry;

#[derive(Serialize)]
pub(crate) struct JsonGraph<'a> {
    nodes: Vec<JsonNode<'a>>,
    edges: Vec<JsonEdge<'a>>,
}

#[derive(Serialize)]
struct JsonNode<'a> {
    #[serde(flatten)]
    entry: JsonEntry<'a>,
    base: bool,
    branch_point: bool,
    merge_point: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    applied: Option<bool>,
}

#[derive(Serialize)]
struct JsonEdge<'a> {
    from: &'a RevisionId,
    to: &'a RevisionId,
    kind: EdgeKind,
}

impl<'a> JsonGraph<'a> {
    pub(crate) fn new(picture: &'a GraphPicture<'a>) -> Self {
        let id = |node: usize| picture.nodes()[node].entry.id;
        Self {
            nodes: picture.nodes().iter().map(JsonNode::new).collect(),
            edges: picture
                .edges()
                .iter()
                .map(|edge| JsonEdge { from: id(edge.from), to: id(edge.to), kind: edge.kind })
                .collect(),
        }
    }
}

impl<'a> JsonNode<'a> {
    fn new(node: &'a Node<'a>) -> Self {
        Self {
            entry: JsonEntry::new(&node.entry),
            base: node.entry.down.is_empty(),
            branch_point: node.entry.is_branch_point(),
            merge_point: node.entry.is_merge_point(),
            number: node.number,
            applied: node.is_applied,
        }
    }
}
