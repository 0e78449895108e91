//! The graph as a Mermaid flowchart: heads on top, arrows the way an upgrade goes.
//!
//! Names of nodes are their numbers, for Mermaid has no way to quote a name.

use std::io::{Result, Write};

use super::node::{marks, message};
use super::{EdgeKind, GraphPicture};

/// Writes the picture.
pub(super) fn write(out: &mut dyn Write, picture: &GraphPicture<'_>) -> Result<()> {
    writeln!(out, "flowchart BT")?;
    for node in 0..picture.nodes.len() {
        writeln!(out, "  r{node}[\"{}\"]{}", text(picture, node), class(picture, node))?;
    }
    for edge in &picture.edges {
        let arrow = match edge.kind {
            EdgeKind::DownRevision => "-->",
            EdgeKind::DependsOn => "-.->",
        };
        writeln!(out, "  r{} {arrow} r{}", edge.to, edge.from)?;
    }
    // Strokes alone, so that a dark theme keeps its own fills.
    writeln!(out, "  classDef headMark stroke:#2da44e,stroke-width:3px")?;
    writeln!(out, "  classDef effectiveMark stroke:#2da44e,stroke-width:2px,stroke-dasharray:4")?;
    writeln!(out, "  classDef mergeMark stroke:#8250df,stroke-width:2px")?;
    writeln!(out, "  classDef branchMark stroke:#218bff,stroke-width:2px")?;
    writeln!(out, "  classDef openMark stroke-dasharray:4")
}

fn text(picture: &GraphPicture<'_>, node: usize) -> String {
    let entry = &picture.nodes[node].entry;
    let mut lines = vec![escape(entry.id.as_str())];
    if !entry.labels.is_empty() {
        lines[0] += &escape(&format!(" [{}]", entry.labels.join(", ")));
    }
    let marks = marks(picture, node);
    if !marks.is_empty() {
        lines.push(escape(&format!("({})", marks.join(", "))));
    }
    let message = message(picture, node);
    if !message.is_empty() {
        lines.push(escape(&message));
    }
    lines.join("<br/>")
}

/// Everything that could mean something to Mermaid, Markdown or HTML as a numbered entity.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in super::node::printable(text).chars() {
        let is_plain =
            character.is_alphanumeric() || matches!(character, ' ' | ',' | '.' | '-' | '_' | '/' | '(' | ')');
        if is_plain || !character.is_ascii() {
            escaped.push(character);
        } else {
            escaped.push_str(&format!("#{};", u32::from(character)));
        }
    }
    escaped
}

fn class(picture: &GraphPicture<'_>, node: usize) -> &'static str {
    let entry = &picture.nodes[node].entry;
    if picture.nodes[node].is_applied == Some(false) {
        ":::openMark"
    } else if entry.is_effective_head() {
        ":::effectiveMark"
    } else if entry.is_head() {
        ":::headMark"
    } else if entry.is_merge_point() {
        ":::mergeMark"
    } else if entry.is_branch_point() {
        ":::branchMark"
    } else {
        ""
    }
}
