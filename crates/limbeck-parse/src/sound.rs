//! Text that is surely Python, told without the Python parser.
//!
//! It owns the part of the grammar that nearly every revision file keeps to. What it says yes to, the parser takes without
//! an error; in doubt it says no, which costs time only. It makes no tree and judges nothing else.

mod cursor;
mod expression;
mod statement;
mod string;

use cursor::Cursor;

/// Longer texts are the parser's, which bounds how deep they may nest by their length.
const LONGEST: usize = 50_000;

/// Whether the parser finds no error in `text`. `false` says nothing.
pub(crate) fn is_python(text: &str) -> bool {
    // Line ends but the line feed are the parser's too.
    let is_odd = memchr::memchr2(0, b'\r', text.as_bytes()).is_some();
    text.len() <= LONGEST && !is_odd && statement::module(&mut Cursor::new(text)).is_some()
}

/// Where the line after the statement begins that begins at `start`, unindented; `None` if only the parser can tell.
pub(crate) fn statement_end(text: &str, start: usize) -> Option<usize> {
    let mut cursor = Cursor::new(text);
    cursor.at = start;
    statement::statement(&mut cursor, 0)?;
    Some(cursor.at)
}

/// Where the expression ends that begins at `start`, outside of brackets; `None` if only the parser can tell.
pub(crate) fn expression_end(text: &str, start: usize) -> Option<usize> {
    let mut cursor = Cursor::new(text);
    cursor.at = start;
    expression::tests(&mut cursor)?;
    Some(cursor.at)
}

#[cfg(test)]
mod tests;
