//! The wanted function, statement by statement.

use super::Reader;
use crate::follow::value::{EventKind, Kind};

impl Reader<'_> {
    /// What follows a colon: a simple statement, or a block that is indented more. The module's names are `globals` many.
    pub(super) fn suite(&mut self, indent: usize, globals: usize) -> Option<()> {
        self.need(b':')?;
        self.blanks();
        if !matches!(self.peek(0), b'\n' | b'#') {
            return self.simple(globals);
        }
        let inner = self.next_line()??;
        (inner > indent).then_some(())?;
        self.deeper(|reader| reader.block(inner, globals))
    }

    /// Statements that are indented this far, until one is less.
    fn block(&mut self, indent: usize, globals: usize) -> Option<()> {
        loop {
            match self.next_line()? {
                Some(next) if next == indent => {
                    self.at += indent;
                    match self.peek(0) == b'w' && self.eat_word("with") {
                        true => self.with(indent, globals)?,
                        false => self.simple(globals)?,
                    }
                }
                Some(next) if next > indent => return None,
                _ => return Some(()),
            }
        }
    }

    /// A call, a name for a value, a text, or `pass`.
    fn simple(&mut self, globals: usize) -> Option<()> {
        if self.is_at_quote() {
            self.skip_strings()?;
            return self.end_of_line();
        }
        let start = self.at;
        let word = self.word();
        if word == "pass" {
            return self.end_of_line();
        }
        (!word.is_empty() && !word.as_bytes()[0].is_ascii_digit()).then_some(())?;
        if self.eat_equals() {
            let (value, _) = self.expression()?;
            self.bind_local(word, value, globals)?;
        } else {
            self.named(word, start)?;
        }
        self.end_of_line()
    }

    /// A block that a call begins, after the word.
    fn with(&mut self, indent: usize, globals: usize) -> Option<()> {
        self.blanks();
        let start = self.at;
        let word = self.word();
        let (value, span) = self.named(word, start)?;
        matches!(value.kind, Kind::Call(_)).then_some(())?;
        self.tell(EventKind::Entered(value.clone()), span);
        if self.eat_word("as") {
            self.blanks();
            let name = self.name()?;
            self.bind_local(name, value.clone(), globals)?;
        }
        self.suite(indent, globals)?;
        self.tell(EventKind::Left(value), span);
        Some(())
    }
}
