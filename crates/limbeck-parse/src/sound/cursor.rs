//! Where the reading stands, and the tokens that need no grammar.
//!
//! Each method that finds what it looks for steps over it. `None` ends the whole reading: the text is the parser's.

use crate::plain::WORD;

/// Brackets, blocks and operands may stand in so many of each other.
const DEEPEST: usize = 60;

/// Where the reading of a text stands.
pub(super) struct Cursor<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    /// How many brackets are open, in which a line feed is a blank.
    pub(super) brackets: usize,
    /// The quote of the f-string whose field is read.
    pub(super) field: Option<u8>,
    depth: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { bytes: text.as_bytes(), at: 0, brackets: 0, field: None, depth: 0 }
    }

    /// The byte that is `ahead`, or 0, which no text that is taken has outside of a string.
    pub(super) fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.bytes.len()
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
    pub(super) fn comment(&mut self) {
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

    /// The letters, digits and underscores that follow blanks; empty where there are none.
    pub(super) fn word(&mut self) -> &'a [u8] {
        self.blanks();
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|byte| !WORD[usize::from(*byte)]).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// Steps over blanks and this word.
    pub(super) fn eat_word(&mut self, word: &[u8]) -> bool {
        self.blanks();
        let start = self.at;
        let is_next = self.peek(0) == word[0] && self.word() == word && self.peek(0) < 0x80;
        self.at = if is_next { self.at } else { start };
        is_next
    }

    /// A name that is no keyword.
    pub(super) fn name(&mut self) -> Option<&'a [u8]> {
        let name = self.word();
        let starts = name.first().is_some_and(|byte| !byte.is_ascii_digit());
        // A name may go on with a letter that is not ASCII.
        (starts && self.peek(0) < 0x80 && !is_keyword(name)).then_some(name)
    }

    /// One level deeper.
    pub(super) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        self.depth += 1;
        let value = if self.depth > DEEPEST { None } else { read(self) };
        self.depth -= 1;
        value
    }

    /// What stands in brackets, of which the opening one was read.
    pub(super) fn within<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        self.brackets += 1;
        let value = self.deeper(read);
        self.brackets -= 1;
        value
    }
}

/// A table of these bytes.
pub(super) const fn table(bytes: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut index = 0;
    while index < bytes.len() {
        table[bytes[index] as usize] = true;
        index += 1;
    }
    table
}

#[rustfmt::skip]
pub(super) fn is_keyword(word: &[u8]) -> bool {
    // None is longer than `continue` and `nonlocal`.
    word.len() <= 8 && matches!(
        word,
        b"False" | b"None" | b"True" | b"and" | b"as" | b"assert" | b"async" | b"await" | b"break" | b"class" | b"continue"
            | b"def" | b"del" | b"elif" | b"else" | b"except" | b"finally" | b"for" | b"from" | b"global" | b"if" | b"import"
            | b"in" | b"is" | b"lambda" | b"nonlocal" | b"not" | b"or" | b"pass" | b"raise" | b"return" | b"try" | b"while"
            | b"with" | b"yield"
    )
}
