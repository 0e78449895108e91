//! A layout as characters.
//!
//! A column is one character wide and has one character to its right for what passes sideways. A line that is crossed
//! passes in front: nothing but a corner or a tee is a connection.

use super::EdgeKind;
use super::lanes::{Layout, Line, Place};

/// One character of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) character: char,
    /// The column whose line this is, for colour; none is empty.
    pub(super) column: Option<usize>,
}

/// What leads from the middle of a cell to its sides, each with the column of its line.
#[derive(Debug, Clone, Copy, Default)]
struct Sides {
    up: Option<(EdgeKind, usize)>,
    down: Option<(EdgeKind, usize)>,
    left: Option<(EdgeKind, usize)>,
    right: Option<(EdgeKind, usize)>,
}

/// The rows of a layout as characters, without what is empty at their right. `mark` is the character of a node.
pub(super) fn paint(layout: &Layout, mark: impl Fn(usize) -> char) -> Vec<Vec<Cell>> {
    let width = (2 * layout.columns).saturating_sub(1);
    let mut grid = vec![vec![Sides::default(); width]; layout.rows.len()];
    for line in &layout.lines {
        run(&mut grid, line);
    }
    let mut rows = Vec::with_capacity(grid.len());
    for (index, sides) in grid.iter().enumerate() {
        let mut row: Vec<Cell> = sides.iter().map(cell).collect();
        if let Some(node) = layout.rows[index] {
            let column = layout.nodes[node].column;
            row[2 * column] = Cell { character: mark(node), column: Some(column) };
        }
        let used = row.iter().rposition(|cell| cell.column.is_some()).map_or(0, |last| last + 1);
        row.truncate(used);
        rows.push(row);
    }
    rows
}

fn run(grid: &mut [Vec<Sides>], line: &Line) {
    let Line { kind, start, column, end } = *line;
    let ink = Some((kind, column));
    sideways(grid, line, start);
    sideways(grid, line, end);
    let x = 2 * column;
    grid[start.row][x].down = ink;
    for row in &mut grid[start.row + 1..end.row] {
        row[x].up = ink;
        row[x].down = ink;
    }
    grid[end.row][x].up = ink;
}

/// Between the line's own column and one of its ends. Of several lines, the solid one shows, and of those the one that
/// goes less far.
fn sideways(grid: &mut [Vec<Sides>], line: &Line, end: Place) {
    let row = &mut grid[end.row];
    let (from, to) = (2 * line.column.min(end.column), 2 * line.column.max(end.column));
    let distance = |column: usize| column.abs_diff(end.column);
    let draw = |side: &mut Option<(EdgeKind, usize)>| {
        let new = (line.kind, line.column);
        let stays = side.is_some_and(|(kind, column)| (kind, distance(column)) <= (new.0, distance(new.1)));
        if !stays {
            *side = Some(new);
        }
    };
    for x in from..to {
        draw(&mut row[x].right);
        draw(&mut row[x + 1].left);
    }
}

fn cell(sides: &Sides) -> Cell {
    let Sides { up, down, left, right } = *sides;
    let is_dotted =
        |side: Option<(EdgeKind, usize)>| side.is_some_and(|(kind, _)| kind == EdgeKind::DependsOn);
    let character = match (up.is_some(), down.is_some(), left.is_some(), right.is_some()) {
        (false, false, false, false) => ' ',
        (true, true, true, true) | (true, true, false, false) if is_dotted(up) => '┊',
        (true, true, true, true) | (true, true, false, false) => '│',
        (true, true, true, false) => '┤',
        (true, true, false, true) => '├',
        (true, false, true, true) => '┴',
        (false, true, true, true) => '┬',
        (true, false, true, false) => '╯',
        (true, false, false, true) => '╰',
        (false, true, true, false) => '╮',
        (false, true, false, true) => '╭',
        // Only nodes have a single side up or down, and they are drawn over.
        _ if is_dotted(left.or(right)) => '╌',
        _ => '─',
    };
    Cell { character, column: up.or(down).or(left).or(right).map(|(_, column)| column) }
}
