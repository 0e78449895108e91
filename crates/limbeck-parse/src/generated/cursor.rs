//! Blanks, words and lines.

use super::Reader;
use crate::plain::{WORD, is_keyword};

/// Brackets and blocks may stand in so many of each other. Values that are nested deeper are cut off by the follower.
const DEEPEST: usize = 25;

impl<'t> Reader<'t> {
    /// The byte that is `ahead`, or 0, which no text that is read has.
    pub(super) fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// Blanks, and in brackets line feeds and comments.
    pub(super) fn blanks(&mut self) {
        loop {
            match self.peek(0) {
                b' ' => self.at += 1,
                b'\n' if self.brackets > 0 => self.at += 1,
                b'#' if self.brackets > 0 => self.comment(),
                _ => return,
            }
        }
    }

    /// To the end of the line.
    fn comment(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    }

    /// Steps over blanks and this byte.
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        self.blanks();
        let is_next = self.peek(0) == byte;
        self.at += usize::from(is_next);
        is_next
    }

    pub(super) fn need(&mut self, byte: u8) -> Option<()> {
        self.eat(byte).then_some(())
    }

    /// Steps over a single `=`.
    pub(super) fn eat_equals(&mut self) -> bool {
        self.blanks();
        let is_next = self.peek(0) == b'=' && self.peek(1) != b'=';
        self.at += usize::from(is_next);
        is_next
    }

    /// The letters, digits and underscores that stand here; empty where there are none.
    pub(super) fn word(&mut self) -> &'t str {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|byte| !WORD[usize::from(*byte)]).unwrap_or(rest.len());
        let word = &self.text[self.at..self.at + length];
        self.at += length;
        word
    }

    /// A name that is no keyword, in ASCII.
    pub(super) fn name(&mut self) -> Option<&'t str> {
        let name = self.word();
        let starts = name.bytes().next().is_some_and(|byte| !byte.is_ascii_digit());
        (starts && self.peek(0) < 0x80 && !is_keyword(name)).then_some(name)
    }

    /// Steps over blanks and this word.
    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        self.blanks();
        let start = self.at;
        let is_next = self.word() == word && self.peek(0) < 0x80;
        self.at = if is_next { self.at } else { start };
        is_next
    }

    /// What stands in brackets, with the opening one.
    pub(super) fn within<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        self.at += 1;
        self.brackets += 1;
        let value = self.deeper(read);
        self.brackets -= 1;
        value
    }

    /// One level deeper.
    pub(super) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        self.depth += 1;
        let value = if self.depth > DEEPEST { None } else { read(self) };
        self.depth -= 1;
        value
    }

    /// Steps over blanks, a comment and the line feed, or the end of the text.
    pub(super) fn end_of_line(&mut self) -> Option<()> {
        self.blanks();
        if self.peek(0) == b'#' {
            self.comment();
        }
        if self.at < self.bytes.len() {
            (self.peek(0) == b'\n').then_some(())?;
            self.at += 1;
        }
        Some(())
    }

    /// Steps over empty lines and comments to the start of the next line that says something; gives how far it is indented,
    /// or no number at the end of the text.
    #[expect(clippy::option_option, reason = "the outer one ends the reading")]
    pub(super) fn next_line(&mut self) -> Option<Option<usize>> {
        loop {
            let start = self.at;
            while self.peek(0) == b' ' {
                self.at += 1;
            }
            match self.peek(0) {
                0 if self.at >= self.bytes.len() => return Some(None),
                b'\n' => self.at += 1,
                b'#' => self.comment(),
                b'\t' | b'\x0c' => return None,
                _ => {
                    let indent = self.at - start;
                    self.at = start;
                    return Some(Some(indent));
                }
            }
        }
    }
}
