//! How deep a text nests, found without parsing it.
//!
//! It owns the scan that runs before the parser: brackets that are never closed or do not match, and an upper bound on the
//! depth of the syntax tree, so that a hostile file is refused or given a large stack before anything can overflow. It does
//! not judge syntax.

use memchr::{memchr, memchr3};

/// What the scan saw.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Shape {
    /// The syntax tree is not deeper than about this.
    pub(crate) depth: usize,
    /// The first bracket that stands in more brackets than Python takes.
    pub(crate) too_deep: Option<usize>,
    /// The innermost bracket that is still open at the end.
    pub(crate) unclosed: Option<usize>,
    /// The first closing bracket that does not fit, and the opening one it meets.
    pub(crate) mismatch: Option<(usize, usize)>,
}

/// CPython's `MAXLEVEL`.
const MAX_BRACKETS: usize = 200;

/// Scans `text` once, front to back.
pub(crate) fn scan(text: &str) -> Shape {
    let mut scanner = Scanner {
        bytes: text.as_bytes(),
        at: 0,
        frames: vec![Frame::Code(Level::default())],
        shape: Shape::default(),
        sum: 0,
        deepest: 0,
        indent: 0,
    };
    scanner.indentation();
    while scanner.at < scanner.bytes.len() && scanner.shape.too_deep.is_none() {
        match scanner.frames.last() {
            Some(Frame::Text(string)) => {
                let string = *string;
                scanner.interpolated(string);
            }
            Some(Frame::Spec(string)) => {
                let string = *string;
                scanner.format_spec(string);
            }
            Some(Frame::Code(_)) | None => scanner.codes(),
        }
    }
    scanner.finish()
}

/// Where the scan stands: in code, in the text of an f-string, or in the format specification of one of its fields.
#[derive(Clone, Copy)]
enum Frame {
    Code(Level),
    Text(Quotes),
    Spec(Quotes),
}

/// Code between one pair of brackets, or outside of all.
#[derive(Clone, Copy, Default)]
struct Level {
    /// The opening bracket and its offset; `None` outside of all brackets.
    open: Option<(u8, usize)>,
    /// The f-string that a `{` interrupts.
    field_of: Option<Quotes>,
    /// Tokens since the last comma that may each be one step down in the tree.
    steps: usize,
    /// Steps that a comma does not take back: `lambda a, b: lambda c, d: …`.
    lasting: usize,
}

impl Level {
    /// Takes back its steps, and tells how many.
    fn rest(&mut self, whole: bool) -> usize {
        if whole {
            self.lasting = 0;
        }
        let gone = self.steps - self.lasting.min(self.steps);
        self.steps -= gone;
        gone
    }
}

/// What ends a run of code.
enum Next<'t> {
    /// A string with this prefix.
    String(&'t [u8]),
    /// A byte that has a rule of its own.
    Code(u8),
}

/// How a string is quoted.
#[derive(Clone, Copy)]
struct Quotes {
    quote: u8,
    triple: bool,
    raw: bool,
}

/// What a byte of code is to the scan.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// A part of a name, a number or a keyword.
    Word,
    Blank,
    /// An operator, which is one step.
    Step,
    /// All that has a rule of its own.
    Other,
}

const CLASSES: [Class; 256] = classes();

const fn classes() -> [Class; 256] {
    let mut classes = [Class::Step; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "it is below 256")]
        let class = match byte as u8 {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => Class::Word,
            b' ' | b'\t' | 0x0c => Class::Blank,
            b'#' | b'\'' | b'"' | b'(' | b'[' | b'{' | b')' | b']' | b'}' | b'\n' | b'\r' | b'\\' | b','
            | b';' | b':' => Class::Other,
            _ => Class::Step,
        };
        classes[byte] = class;
        byte += 1;
    }
    classes
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    frames: Vec<Frame>,
    shape: Shape,
    /// Steps of all open levels together, and the most there ever were.
    sum: usize,
    deepest: usize,
    /// The widest indentation, which bounds how deep blocks nest.
    indent: usize,
}

impl Scanner<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn level(&mut self) -> Option<&mut Level> {
        match self.frames.last_mut() {
            Some(Frame::Code(level)) => Some(level),
            _ => None,
        }
    }

    fn step(&mut self, lasting: bool) {
        if let Some(level) = self.level() {
            level.steps += 1;
            level.lasting += usize::from(lasting);
            self.sum += 1;
            self.deepest = self.deepest.max(self.sum);
        }
    }

    /// Takes back the steps of the current level: all at the end of a line, all but the lasting ones at a comma.
    fn rest(&mut self, whole: bool) {
        self.sum -= self.level().map_or(0, |level| level.rest(whole));
    }

    fn outside(&self) -> bool {
        self.frames.len() == 1
    }

    /// Code up to where a text begins, a bracket opens or closes, or something else happens that is not in every line.
    fn codes(&mut self) {
        let bytes = self.bytes;
        let is_outside = self.outside();
        let Some(Frame::Code(level)) = self.frames.last_mut() else { return };
        let (mut at, mut sum) = (self.at, self.sum);
        // The sum only grows until something is taken back.
        let mut deepest = self.deepest;
        let next = loop {
            let Some(&byte) = bytes.get(at) else { break None };
            match CLASSES[byte as usize] {
                Class::Word => {
                    let start = at;
                    at += 1;
                    while bytes.get(at).is_some_and(|byte| CLASSES[*byte as usize] == Class::Word) {
                        at += 1;
                    }
                    let word = &bytes[start..at];
                    if matches!(bytes.get(at), Some(b'\'' | b'"')) && is_prefix(word) {
                        break Some(Next::String(word));
                    }
                    level.steps += 1;
                    level.lasting += usize::from(matches!(word, b"lambda" | b"yield"));
                    sum += 1;
                }
                Class::Blank => {
                    at += 1;
                    while bytes.get(at) == Some(&b' ') {
                        at += 1;
                    }
                }
                Class::Step => {
                    level.steps += 1;
                    sum += 1;
                    at += 1;
                }
                Class::Other => match byte {
                    b',' => {
                        deepest = deepest.max(sum);
                        sum -= level.rest(false);
                        at += 1;
                    }
                    b'\n' if !is_outside => at += 1,
                    _ => break Some(Next::Code(byte)),
                },
            }
        };
        (self.at, self.sum, self.deepest) = (at, sum, deepest.max(sum));
        match next {
            // The text of an f-string is no code.
            Some(Next::String(prefix)) => self.string(prefix),
            Some(Next::Code(byte)) => self.code(byte),
            None => {}
        }
    }

    fn code(&mut self, byte: u8) {
        match byte {
            b'#' => self.at = self.line_end(),
            b'\'' | b'"' => self.string(&[]),
            b'(' | b'[' | b'{' => self.open(byte, None),
            b')' | b']' | b'}' => self.close(byte),
            b'\n' | b'\r' => self.newline(),
            b'\\' => self.at += 2,
            b';' if self.outside() => self.advance(|scanner| scanner.rest(true)),
            b':' => self.colon(),
            _ => self.advance(|scanner| scanner.step(false)),
        }
    }

    fn advance(&mut self, action: impl FnOnce(&mut Self)) {
        self.at += 1;
        action(self);
    }

    fn line_end(&self) -> usize {
        memchr::memchr2(b'\n', b'\r', &self.bytes[self.at..])
            .map_or(self.bytes.len(), |length| self.at + length)
    }

    fn newline(&mut self) {
        self.at += 1;
        if self.outside() {
            self.rest(true);
            self.indentation();
        }
    }

    fn indentation(&mut self) {
        let blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | 0x0c);
        let width = self.bytes[self.at..].iter().take_while(blank).count();
        self.at += width;
        if !matches!(self.peek(0), b'\n' | b'\r' | b'#') {
            self.indent = self.indent.max(width);
        }
    }

    fn colon(&mut self) {
        let field_of = self.level().and_then(|level| level.field_of);
        match (field_of, self.outside()) {
            (Some(string), _) => {
                self.at += 1;
                self.drop_level();
                self.frames.push(Frame::Spec(string));
            }
            // `if a: if b: …` on one line is not Python, but the parser reads on.
            (None, outside) => self.advance(|scanner| scanner.step(outside)),
        }
    }

    fn open(&mut self, bracket: u8, field_of: Option<Quotes>) {
        if field_of.is_none() {
            self.step(false);
        }
        let level = Level { open: Some((bracket, self.at)), field_of, ..Level::default() };
        self.frames.push(Frame::Code(level));
        if self.frames.len() > MAX_BRACKETS {
            let brackets = self.frames.iter().filter(|frame| !matches!(frame, Frame::Text(_))).count() - 1;
            self.shape.too_deep = (brackets > MAX_BRACKETS).then_some(self.at);
        }
        self.at += 1;
    }

    fn close(&mut self, bracket: u8) {
        let open = self.level().and_then(|level| level.open);
        if let Some((opening, offset)) = open {
            if closing(opening) != bracket && self.shape.mismatch.is_none() {
                self.shape.mismatch = Some((self.at, offset));
            }
            self.drop_level();
        }
        self.at += 1;
    }

    /// Leaves the current level; what follows it, `f(…)(…)`, hangs on a step of the level above.
    fn drop_level(&mut self) {
        if let Some(Frame::Code(level)) = self.frames.pop() {
            self.sum -= level.steps;
        }
    }

    /// A string from its quote on.
    fn string(&mut self, prefix: &[u8]) {
        let has = |letter: u8| prefix.iter().any(|byte| byte.eq_ignore_ascii_case(&letter));
        let quote = self.peek(0);
        let triple = self.peek(1) == quote && self.peek(2) == quote;
        let quotes = Quotes { quote, triple, raw: has(b'r') };
        self.at += if triple { 3 } else { 1 };
        if has(b'f') || has(b't') {
            self.frames.push(Frame::Text(quotes));
        } else {
            self.plain_string(quotes);
        }
    }

    fn plain_string(&mut self, quotes: Quotes) {
        while let Some(length) = self.next_of(quotes) {
            self.at += length;
            match self.peek(0) {
                b'\\' => self.at += 1 + self.escaped_length(),
                byte if byte == quotes.quote && self.ends_here(quotes) => return,
                b'\n' | b'\r' if !quotes.triple => return,
                _ => self.at += 1,
            }
        }
        self.at = self.bytes.len();
    }

    fn next_of(&self, quotes: Quotes) -> Option<usize> {
        let rest = self.bytes.get(self.at..)?;
        if quotes.triple {
            return memchr::memchr2(b'\\', quotes.quote, rest);
        }
        // What ends a line ends the string, also a carriage return alone.
        let end = memchr3(quotes.quote, b'\n', b'\r', rest);
        memchr(b'\\', &rest[..end.unwrap_or(rest.len())]).or(end)
    }

    /// A backslash takes a CRLF as one.
    fn escaped_length(&self) -> usize {
        if self.peek(1) == b'\r' && self.peek(2) == b'\n' { 2 } else { 1 }
    }

    /// Steps over the closing quotes if the string ends here.
    fn ends_here(&mut self, quotes: Quotes) -> bool {
        let ends = !quotes.triple || (self.peek(1) == quotes.quote && self.peek(2) == quotes.quote);
        if ends {
            self.at += if quotes.triple { 3 } else { 1 };
        }
        ends
    }

    fn interpolated(&mut self, quotes: Quotes) {
        match self.peek(0) {
            b'\\' if self.peek(1) == b'{' || self.peek(1) == b'}' => self.at += 1,
            b'\\' if !quotes.raw && self.peek(1) == b'N' && self.peek(2) == b'{' => {
                let rest = &self.bytes[self.at..];
                self.at += memchr(b'}', rest).map_or(rest.len(), |length| length + 1);
            }
            b'\\' => self.at += 1 + self.escaped_length(),
            b'{' if self.peek(1) == b'{' => self.at += 2,
            b'{' => self.open(b'{', Some(quotes)),
            b'\n' | b'\r' if !quotes.triple => self.leave_string(),
            byte if byte == quotes.quote && self.ends_here(quotes) => self.leave_string(),
            _ => self.at += 1,
        }
    }

    fn leave_string(&mut self) {
        self.frames.pop();
    }

    fn format_spec(&mut self, quotes: Quotes) {
        match self.peek(0) {
            b'{' => self.open(b'{', Some(quotes)),
            b'}' => {
                self.frames.pop();
                self.at += 1;
            }
            b'\n' | b'\r' if !quotes.triple => self.leave_string(),
            // The quote ends the whole string, which the frame below sees.
            byte if byte == quotes.quote && !quotes.triple => self.leave_string(),
            _ => self.at += 1,
        }
    }

    fn finish(mut self) -> Shape {
        self.shape.depth = self.deepest + self.indent;
        self.shape.unclosed = self.frames.iter().rev().find_map(|frame| match frame {
            Frame::Code(level) => level.open.map(|(_, offset)| offset),
            Frame::Text(_) | Frame::Spec(_) => None,
        });
        self.shape
    }
}

fn closing(bracket: u8) -> u8 {
    match bracket {
        b'(' => b')',
        b'[' => b']',
        _ => b'}',
    }
}

fn is_prefix(word: &[u8]) -> bool {
    word.len() <= 2 && word.iter().all(|byte| b"rbuftRBUFT".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, depth: usize) {
        let shape = scan(text);
        assert_eq!((shape.depth, shape.unclosed, shape.mismatch), (depth, None, None), "{text}");
    }

    #[test]
    fn depth_counts_what_nests_and_not_what_follows() {
        check("", 0);
        check("x\ny\nz\n", 1);
        check("f(a, b, c)", 3);
        check("if x:\n    y\n", 7);
        check("a.b.c", 5);
        check("'(((' # ((( \n", 0);
        check("f'{a}{b}'", 1);
        check("f'{a:{b}}' 'x'", 1);
        check("f\"{f('}')}\"", 2);
        check("f'\\N{BULLET}{{((('", 0);
        check("'''\n(((\n'''", 0);
        check("\u{feff}x", 1);
    }

    #[test]
    fn chains_are_deep() {
        for chain in ["not ", "-", "a.", "a + ", "lambda a, b: ", "await ", "a if b else ", "yield a, "] {
            let depth = scan(&chain.repeat(1000)).depth;
            assert!(depth >= 1000, "{chain}: {depth}");
        }
        assert!(scan(&format!("f{}", "()".repeat(1000))).depth >= 1000);
    }

    #[test]
    fn a_string_ends_with_its_line() {
        for (start, ends) in
            [("'", "\n"), ("'", "\r"), ("\"", "\r\n"), ("f'", "\r"), ("f'{x:", "\r"), ("rb'", "\r")]
        {
            let depth = scan(&format!("{start}a{ends}{}", "not ".repeat(1000))).depth;
            assert!(depth >= 1000, "{start:?} {ends:?}: {depth}");
        }
        check("'a\\\rnot not not'", 0);
        check("'''a\rnot not not'''", 0);
    }

    #[test]
    fn brackets_are_bounded() {
        assert_eq!(scan(&"(".repeat(200)).too_deep, None);
        assert_eq!(scan(&"(".repeat(201)).too_deep, Some(200));
        assert_eq!(scan(&"f'{".repeat(201)).too_deep, Some(602));
    }

    #[test]
    fn unbalanced_brackets_are_pinned() {
        assert_eq!(scan("x = [\n  f(a,\n").unclosed, Some(9));
        assert_eq!(scan("x = [(1]\n").mismatch, Some((7, 5)));
    }
}
