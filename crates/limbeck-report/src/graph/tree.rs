//! The graph in a terminal: one line for each revision, as `git log --graph` draws it.

use std::io::{Result, Write};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::lanes::layout;
use super::node::{marks, message, printable};
use super::paint::{Cell, paint};
use super::{GraphPicture, Style};

/// Less room than this for a message is as good as none.
const SHORTEST: usize = 4;
/// One colour for each line, over again: green, yellow, blue, magenta, cyan. Red is for errors.
const COLORS: [&str; 5] = ["32", "33", "34", "35", "36"];
const BOLD: &str = "1";
const DIM: &str = "2";

/// Writes the picture. With a width, messages end there.
pub(super) fn write(
    out: &mut dyn Write,
    picture: &GraphPicture<'_>,
    width: Option<usize>,
    style: Style,
) -> Result<()> {
    let layout = layout(picture.nodes.len(), &picture.edges);
    let rows = paint(&layout, |node| mark(picture, node));
    let widths: Vec<usize> = rows.iter().map(Vec::len).collect();
    for ((row, node), aligned) in rows.iter().zip(&layout.rows).zip(aligned(&widths)) {
        write!(out, "{}", lines(row, style))?;
        if let Some(node) = *node {
            let gap = aligned - row.len() + 2;
            let room = width.map(|width| width.saturating_sub(row.len() + gap));
            write!(out, "{}{}", " ".repeat(gap), revision(picture, node, room, style))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Where ids stand: in one column for the nine rows of ten that are narrow, in another one for each stretch of wide ones.
fn aligned(widths: &[usize]) -> Vec<usize> {
    let mut sorted = widths.to_vec();
    sorted.sort_unstable();
    let narrow = sorted.get(sorted.len() * 9 / 10).copied().unwrap_or(0);
    let stretches = widths.chunk_by(|one, other| (*one > narrow) == (*other > narrow));
    let align = |stretch: &[usize]| {
        let widest = stretch.iter().copied().max().unwrap_or(0);
        vec![widest.max(narrow); stretch.len()]
    };
    stretches.flat_map(align).collect()
}

fn mark(picture: &GraphPicture<'_>, node: usize) -> char {
    match picture.nodes[node].is_applied {
        Some(false) => '○',
        Some(true) | None => '●',
    }
}

fn lines(row: &[Cell], style: Style) -> String {
    let mut text = String::new();
    for cells in row.chunk_by(|one, other| one.column == other.column) {
        let characters: String = cells.iter().map(|cell| cell.character).collect();
        match cells[0].column {
            Some(column) => text.push_str(&color(&characters, COLORS[column % COLORS.len()], style)),
            None => text.push_str(&characters),
        }
    }
    text
}

/// `id [label] (mark, mark)  message`.
fn revision(picture: &GraphPicture<'_>, node: usize, room: Option<usize>, style: Style) -> String {
    let entry = &picture.nodes[node].entry;
    let id = printable(entry.id.as_str());
    let mut width = id.width();
    let mut text = color(&id, BOLD, style);
    let mut add = |piece: &str, code: &str| {
        width += piece.width() + 1;
        text.push(' ');
        text.push_str(&color(piece, code, style));
    };
    if !entry.labels.is_empty() {
        add(&format!("[{}]", printable(&entry.labels.join(", "))), "36");
    }
    let marks = marks(picture, node);
    if !marks.is_empty() {
        let is_head = entry.is_head() || entry.is_current == Some(true);
        add(&format!("({})", marks.join(", ")), if is_head { "1;32" } else { DIM });
    }
    let message = message(picture, node);
    let message = match room {
        Some(room) => cut(&message, room.saturating_sub(width + 2)),
        None => message,
    };
    if message.is_empty() { text } else { format!("{text}  {message}") }
}

/// The beginning of a text that fits into so many columns of a terminal.
fn cut(text: &str, room: usize) -> String {
    if text.width() <= room {
        return text.to_owned();
    }
    if room < SHORTEST {
        return String::new();
    }
    let mut used = 1;
    let fits = |character: &char| {
        used += character.width().unwrap_or(0);
        used <= room
    };
    let beginning: String = text.chars().take_while(fits).collect();
    format!("{}…", beginning.trim_end())
}

fn color(text: &str, code: &str, style: Style) -> String {
    if style.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}
