//! Revision files that are written as alembic's autogenerate and templates write them, followed without the Python parser
//! and without the follower.
//!
//! It owns which file is that plain: imports, names for literals, and functions of which the wanted one only calls what is
//! of other modules, with literals and calls as arguments. Of such a file it tells the very events that the follower tells;
//! in doubt, and where a module of the project has a say, it says no, which costs time only.

mod cursor;
mod expression;
mod module;
mod names;
mod statement;
mod string;

use std::rc::Rc;

use limbeck_types::{Direction, Span};

use crate::Around;
use crate::follow::value::Event;
use names::{Bound, Node};

/// Longer texts are the parser's, as for what is surely Python.
const LONGEST: usize = 50_000;

/// What the function of this direction does, where the file is plain: then the parser finds no error in it either.
pub(crate) fn events(text: &str, direction: Direction, around: &Around<'_>) -> Option<Vec<Event>> {
    // Line ends but the line feed are the parser's too.
    let is_odd = memchr::memchr2(0, b'\r', text.as_bytes()).is_some();
    if is_odd || text.len() > LONGEST {
        return None;
    }
    let wanted = match direction {
        Direction::Upgrade => "upgrade",
        Direction::Downgrade => "downgrade",
    };
    let mut reader = Reader::new(text, around);
    reader.module(wanted)?;
    Some(reader.events)
}

/// Where the reading stands, and what it has found. `None` from any of its methods ends all of it.
struct Reader<'t> {
    around: &'t Around<'t>,
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    /// How many brackets are open, in which a line feed is a blank.
    brackets: usize,
    /// How many brackets and blocks are around.
    depth: usize,
    /// What is bound, the last one last; a function's own names behind the module's.
    names: Vec<(&'t str, Bound<'t>)>,
    /// Paths that were asked for.
    paths: Vec<Node<'t>>,
    events: Vec<Event>,
    /// Calls so far.
    calls: u32,
    /// Whether the wanted function was read.
    is_found: bool,
    /// The callers of all events: none, as no function of the file is called.
    callers: Rc<[Span]>,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str, around: &'t Around<'t>) -> Self {
        Self {
            around,
            text,
            bytes: text.as_bytes(),
            at: 0,
            brackets: 0,
            depth: 0,
            names: Vec::with_capacity(15),
            paths: Vec::with_capacity(16),
            events: Vec::with_capacity(10),
            calls: 0,
            is_found: false,
            callers: Rc::new([]),
        }
    }
}

#[cfg(test)]
mod tests;
