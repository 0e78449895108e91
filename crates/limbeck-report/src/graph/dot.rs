//! The graph in the language of Graphviz: heads on top, arrows the way an upgrade goes.

use std::io::{Result, Write};

use super::node::{marks, message, printable};
use super::{EdgeKind, GraphPicture};

/// Writes the picture.
pub(super) fn write(out: &mut dyn Write, picture: &GraphPicture<'_>) -> Result<()> {
    writeln!(out, "digraph alembic {{")?;
    writeln!(out, "  rankdir=BT")?;
    writeln!(out, "  node [shape=box, style=\"rounded\", fontname=\"sans-serif\", fontsize=11]")?;
    writeln!(out, "  edge [color=\"#808080\"]")?;
    for (index, node) in picture.nodes.iter().enumerate() {
        let tooltip = label(&printable(&node.entry.source().shown));
        let (name, text, style) = (name(picture, index), text(picture, index), style(picture, index));
        writeln!(out, "  {name} [label=\"{text}\", tooltip=\"{tooltip}\"{style}]")?;
    }
    for edge in &picture.edges {
        let dashed = match edge.kind {
            EdgeKind::DownRevision => "",
            EdgeKind::DependsOn => " [style=dashed]",
        };
        writeln!(out, "  {} -> {}{dashed}", name(picture, edge.to), name(picture, edge.from))?;
    }
    writeln!(out, "}}")
}

/// The id in quotes. Graphviz keeps a backslash in a name as it is, but one before a quote would hide that.
fn name(picture: &GraphPicture<'_>, node: usize) -> String {
    let id = printable(picture.nodes[node].entry.id.as_str());
    format!("\"{}\"", id.replace('\\', "\\\\").replace('"', "\\\""))
}

fn text(picture: &GraphPicture<'_>, node: usize) -> String {
    let entry = &picture.nodes[node].entry;
    let mut lines = vec![label(&printable(entry.id.as_str()))];
    if !entry.labels.is_empty() {
        lines[0] += &label(&printable(&format!(" [{}]", entry.labels.join(", "))));
    }
    let marks = marks(picture, node);
    if !marks.is_empty() {
        lines.push(label(&format!("({})", marks.join(", "))));
    }
    let message = message(picture, node);
    if !message.is_empty() {
        lines.push(label(&message));
    }
    lines.join("\\n")
}

/// In labels, backslashes begin escapes and ampersands begin entities.
fn label(text: &str) -> String {
    text.replace('&', "&amp;").replace('\\', "\\\\").replace('"', "\\\"")
}

fn style(picture: &GraphPicture<'_>, node: usize) -> String {
    let entry = &picture.nodes[node].entry;
    let (color, fill) = if entry.is_head() {
        ("#1a7f37", "#dafbe1")
    } else if entry.is_merge_point() {
        ("#8250df", "#fbefff")
    } else if entry.is_branch_point() {
        ("#0969da", "#ddf4ff")
    } else if entry.down.is_empty() {
        ("#57606a", "#eaeef2")
    } else {
        ("#57606a", "#ffffff")
    };
    let mut style = "rounded,filled".to_owned();
    if entry.is_effective_head() || picture.nodes[node].is_applied == Some(false) {
        style += ",dashed";
    }
    let width = if entry.is_head() { ", penwidth=2" } else { "" };
    format!(", style=\"{style}\", color=\"{color}\", fillcolor=\"{fill}\"{width}")
}
