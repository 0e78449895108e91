//! The graph as SVG: the same lanes as in a terminal, as lines and circles, with selectable text.
//!
//! One file without scripts, fonts or links, for light and dark surroundings. The title of a revision, which browsers
//! show under the pointer, says its file and its whole message.

use std::io::{Result, Write};

use unicode_width::UnicodeWidthStr;

use super::lanes::{Layout, Line, Place, layout};
use super::node::{marks, message, printable, xml};
use super::{EdgeKind, GraphPicture};
use crate::text::one_line;

/// Pixels from a revision to the next, and of a row in which lines only pass or join.
const ROW: usize = 22;
const NARROW_ROW: usize = 14;
const COLUMN: usize = 16;
const MARGIN: usize = 18;
/// Pixels to the baseline of a text from the middle of its row.
const BASELINE: usize = 4;
/// Pixels of one character of the text, rounded up: fonts differ.
const CHARACTER: f64 = 7.4;
/// Characters of a message.
const MESSAGE: usize = 100;
const COLORS: usize = 6;

/// Colours that stand out on white and on black.
const STYLE: &str = "\
    text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; fill: #1f2328 }
    .ground { fill: #ffffff }
    .id { font-weight: bold }
    .label { fill: #0a6c74 }
    .mark { fill: #59636e }
    .head { fill: #1a7f37; font-weight: bold }
    path { fill: none; stroke-width: 2 }
    .dependency { stroke-dasharray: 2 4 }
    circle { stroke-width: 2 }
    .open { fill: #ffffff }
    .s0 { stroke: #1f7a3f } .f0 { fill: #1f7a3f }
    .s1 { stroke: #b35900 } .f1 { fill: #b35900 }
    .s2 { stroke: #2f6fd0 } .f2 { fill: #2f6fd0 }
    .s3 { stroke: #9a4bc8 } .f3 { fill: #9a4bc8 }
    .s4 { stroke: #0e8a8a } .f4 { fill: #0e8a8a }
    .s5 { stroke: #c2397b } .f5 { fill: #c2397b }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 }
      .ground, .open { fill: #0d1117 }
      .label { fill: #56d4dd }
      .mark { fill: #9198a1 }
      .head { fill: #3fb950 }
    }";

/// Writes the picture.
pub(super) fn write(out: &mut dyn Write, picture: &GraphPicture<'_>) -> Result<()> {
    let canvas = Canvas::new(layout(picture.nodes.len(), &picture.edges));
    let texts: Vec<Text> = (0..picture.nodes.len()).map(|node| Text::new(picture, node)).collect();
    let characters = texts.iter().map(Text::width).max().unwrap_or(0);
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "pixels"
    )]
    let text_width = (characters as f64 * CHARACTER).ceil() as usize;
    let (width, height) = (canvas.text_x() + text_width + MARGIN, canvas.height());
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\">"
    )?;
    writeln!(out, "  <title>{}</title>", crate::text::count(picture.nodes.len(), "revision"))?;
    writeln!(out, "  <style>\n{STYLE}\n  </style>")?;
    writeln!(out, "  <rect class=\"ground\" width=\"100%\" height=\"100%\"/>")?;
    for line in &canvas.layout.lines {
        let (path, color) = (canvas.path(line), line.column % COLORS);
        let dependency = if line.kind == EdgeKind::DependsOn { " dependency" } else { "" };
        writeln!(out, "  <path class=\"s{color}{dependency}\" d=\"{path}\"/>")?;
    }
    for (node, text) in texts.iter().enumerate() {
        revision(out, picture, node, text, &canvas)?;
    }
    writeln!(out, "</svg>")
}

fn revision(
    out: &mut dyn Write,
    picture: &GraphPicture<'_>,
    node: usize,
    text: &Text,
    canvas: &Canvas,
) -> Result<()> {
    let (x, y) = canvas.point(canvas.layout.nodes[node]);
    let color = canvas.layout.nodes[node].column % COLORS;
    let fill =
        if picture.nodes[node].is_applied == Some(false) { "open".to_owned() } else { format!("f{color}") };
    let entry = &picture.nodes[node].entry;
    let radius = if entry.is_head() { 6 } else { 4 };
    writeln!(out, "  <g>")?;
    writeln!(out, "    <title>{}</title>", text.title)?;
    writeln!(out, "    <circle class=\"s{color} {fill}\" cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>")?;
    write!(out, "    <text x=\"{}\" y=\"{}\" xml:space=\"preserve\">", canvas.text_x(), y + BASELINE)?;
    write!(out, "<tspan class=\"id\">{}</tspan>", xml(&text.id))?;
    for (class, piece) in [("label", &text.labels), (text.mark_class, &text.marks)] {
        if !piece.is_empty() {
            write!(out, " <tspan class=\"{class}\">{}</tspan>", xml(piece))?;
        }
    }
    if !text.message.is_empty() {
        write!(out, "  {}", xml(&text.message))?;
    }
    writeln!(out, "</text>")?;
    writeln!(out, "  </g>")
}

/// What is written beside a revision.
struct Text {
    title: String,
    id: String,
    labels: String,
    marks: String,
    mark_class: &'static str,
    message: String,
}

impl Text {
    fn new(picture: &GraphPicture<'_>, node: usize) -> Self {
        let entry = &picture.nodes[node].entry;
        let bracketed = |open: &str, items: &[String], close: &str| match items {
            [] => String::new(),
            items => format!("{open}{}{close}", items.join(", ")),
        };
        let labels: Vec<String> = entry.labels.iter().map(|label| printable(label)).collect();
        let whole = message(picture, node);
        let file = xml(&printable(&entry.source().shown));
        Self {
            title: if whole.is_empty() { file } else { format!("{file}\n{}", xml(&whole)) },
            id: printable(entry.id.as_str()),
            labels: bracketed("[", &labels, "]"),
            marks: bracketed("(", &marks(picture, node), ")"),
            mark_class: if entry.is_head() { "head" } else { "mark" },
            message: one_line(&whole, MESSAGE).into_owned(),
        }
    }

    fn width(&self) -> usize {
        let pieces = [&self.id, &self.labels, &self.marks, &self.message];
        pieces.iter().map(|piece| piece.width() + 1).sum()
    }
}

/// A layout and where its rows are.
struct Canvas {
    layout: Layout,
    /// The middle of each row.
    middles: Vec<usize>,
}

impl Canvas {
    fn new(layout: Layout) -> Self {
        let mut top = MARGIN - ROW / 2;
        let height = |row: &Option<usize>| if row.is_some() { ROW } else { NARROW_ROW };
        let middles = layout.rows.iter().map(|row| {
            top += height(row);
            top - height(row) / 2
        });
        Self { middles: middles.collect(), layout }
    }

    fn height(&self) -> usize {
        self.middles.last().copied().unwrap_or(0) + MARGIN
    }

    fn text_x(&self) -> usize {
        MARGIN + COLUMN * self.layout.columns
    }

    fn point(&self, place: Place) -> (usize, usize) {
        (MARGIN + COLUMN * place.column, self.middles[place.row])
    }

    /// Sideways into the line's own column, down, and sideways out of it, with round corners.
    fn path(&self, line: &Line) -> String {
        let (start_x, start_y) = self.point(line.start);
        let (end_x, end_y) = self.point(line.end);
        let x = MARGIN + COLUMN * line.column;
        let mut path = format!("M{start_x} {start_y}");
        if start_x != x {
            path += &format!("H{}Q{x} {start_y} {x} {}", toward(x, start_x), start_y + RADIUS);
        }
        if end_x == x {
            return path + &format!("V{end_y}");
        }
        path + &format!("V{}Q{x} {end_y} {} {end_y}H{end_x}", end_y - RADIUS, toward(x, end_x))
    }
}

/// Pixels of a round corner; two of them fit between the middles of two rows.
const RADIUS: usize = 7;

/// As far from `x` as a corner is round, on the side of `other`.
fn toward(x: usize, other: usize) -> usize {
    if other < x { x - RADIUS } else { x + RADIUS }
}
