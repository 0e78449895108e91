//! Reads a picture back: walks its characters, from revision to revision.

use std::collections::BTreeSet;

/// An edge that was seen: the ids of the revision above and of the one below, and whether it is dotted, where a
/// character of it tells.
pub(crate) type Seen = (String, String);

/// The characters of a picture.
pub(crate) struct Walk {
    rows: Vec<Vec<char>>,
    ids: Vec<Option<String>>,
}

impl Walk {
    /// Takes a picture apart; ids begin with `r`.
    pub(crate) fn new(picture: &str) -> Self {
        let (mut rows, mut ids) = (Vec::new(), Vec::new());
        for line in picture.lines() {
            let (lines, text) = line.split_at(line.find('r').unwrap_or(line.len()));
            rows.push(lines.chars().collect());
            ids.push(text.split(' ').next().filter(|id| !id.is_empty()).map(str::to_owned));
        }
        Self { rows, ids }
    }

    /// The ids from top to bottom.
    pub(crate) fn ids(&self) -> Vec<&str> {
        self.ids.iter().flatten().map(String::as_str).collect()
    }

    /// How many characters the lines take.
    pub(crate) fn width(&self) -> usize {
        self.rows
            .iter()
            .map(|row| row.iter().collect::<String>().trim_end().chars().count())
            .max()
            .unwrap_or(0)
    }

    /// Every edge that can be walked, and those of them that are dotted somewhere.
    pub(crate) fn edges(&self) -> (BTreeSet<Seen>, BTreeSet<Seen>) {
        let (mut seen, mut dotted) = (BTreeSet::new(), BTreeSet::new());
        for (row, id) in self.ids.iter().enumerate() {
            let nodes: Vec<usize> = (0..self.rows[row].len()).filter(|&x| self.is_node(row, x)).collect();
            let Some(id) = id else {
                assert!(nodes.is_empty(), "a row without a revision has no node: row {row}");
                continue;
            };
            let [x] = nodes[..] else { panic!("{id} has not one node but {nodes:?}") };
            for (row, x) in self.leaving(row, x) {
                let mut is_dotted = false;
                let to = self.down(row, x, &mut is_dotted);
                let edge = (id.clone(), to);
                if is_dotted {
                    dotted.insert(edge.clone());
                }
                assert!(seen.insert(edge.clone()), "{edge:?} is drawn twice");
            }
        }
        (seen, dotted)
    }

    fn at(&self, row: usize, x: usize) -> char {
        self.rows.get(row).and_then(|row| row.get(x)).copied().unwrap_or(' ')
    }

    fn is_node(&self, row: usize, x: usize) -> bool {
        matches!(self.at(row, x), '●' | '○')
    }

    /// The cells that are entered from above after leaving a node: straight down, and sideways.
    fn leaving(&self, row: usize, x: usize) -> Vec<(usize, usize)> {
        let mut cells = Vec::new();
        if matches!(self.at(row + 1, x), '│' | '┊' | '├' | '┤' | '┴' | '╯' | '╰' | '●' | '○')
        {
            cells.push((row + 1, x));
        }
        for right in [false, true] {
            let mut x = x;
            while let Some(next) = self.sideways(row, x, right) {
                x = next;
                match self.at(row, x) {
                    '┬' => cells.push((row + 1, x)),
                    '╮' | '╭' => {
                        cells.push((row + 1, x));
                        break;
                    }
                    '╯' | '╰' => break,
                    '┴' | '─' | '╌' | '│' | '┊' => {}
                    other => panic!("`{other}` in the way, row {row}"),
                }
            }
        }
        cells
    }

    /// The next column, where a line leads there.
    fn sideways(&self, row: usize, x: usize, right: bool) -> Option<usize> {
        let between = if right { x + 1 } else { x.checked_sub(1)? };
        matches!(self.at(row, between), '─' | '╌').then(|| if right { x + 2 } else { x - 2 })
    }

    /// Follows a line from a cell that was entered from above to the revision that it reaches.
    fn down(&self, row: usize, x: usize, is_dotted: &mut bool) -> String {
        match self.at(row, x) {
            '●' | '○' => self.ids[row].clone().expect("a node has an id"),
            character @ ('│' | '┊') => {
                *is_dotted |= character == '┊';
                self.down(row + 1, x, is_dotted)
            }
            '├' | '┤' => self.down(row + 1, x, is_dotted),
            '╯' => self.across(row, x, &[false], is_dotted),
            '╰' => self.across(row, x, &[true], is_dotted),
            '┴' => self.across(row, x, &[false, true], is_dotted),
            other => panic!("the line ends at `{other}`, row {row}, character {x}"),
        }
    }

    /// Follows a line sideways, to the revision of the row or to the line that it joins.
    fn across(&self, row: usize, x: usize, ways: &[bool], is_dotted: &mut bool) -> String {
        for &right in ways {
            let mut x = x;
            while let Some(next) = self.sideways(row, x, right) {
                x = next;
                match self.at(row, x) {
                    '●' | '○' => return self.ids[row].clone().expect("a node has an id"),
                    '├' | '┤' => return self.down(row + 1, x, is_dotted),
                    _ => {}
                }
            }
        }
        panic!("row {row} has nothing for the line at character {x}")
    }
}
