//! Choices that are known: which dialect it is, and what names say.

use super::Reader;
use crate::follow::value::{Kind, Value};

impl Reader<'_> {
    /// An `if` with its other ways, after the word. Of a way that is not taken nothing is told; it must be plain all the
    /// same, so that nothing but its own names is bound in it.
    pub(super) fn choice(&mut self, indent: usize, globals: usize) -> Option<()> {
        let mut is_open = true;
        loop {
            let is_true = self.told_if(is_open, Self::test)?;
            self.told_if(is_open && is_true, |reader| reader.suite(indent, globals))?;
            is_open &= !is_true;
            let start = self.at;
            let is_next = self.next_line()? == Some(indent);
            self.at += if is_next { indent } else { 0 };
            if is_next && self.eat_word("elif") {
                continue;
            }
            if is_next && self.eat_word("else") {
                return self.told_if(is_open, |reader| reader.suite(indent, globals));
            }
            self.at = start;
            return Some(());
        }
    }

    /// Reads something, and takes back what it told, called and bound unless it is to be told.
    fn told_if<T>(&mut self, is_told: bool, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let (told, bound, calls) = (self.events.len(), self.names.len(), self.calls);
        let done = read(self)?;
        if !is_told {
            self.events.truncate(told);
            self.names.truncate(bound);
            self.calls = calls;
        }
        Some(done)
    }

    /// A comparison of texts, or a text that is looked for among others; whether it holds.
    fn test(&mut self) -> Option<bool> {
        let negates = self.eat_word("not");
        let (left, _) = self.expression()?;
        self.blanks();
        let (negates_again, is_search) = match (self.peek(0), self.peek(1)) {
            (b'=', b'=') => (false, false),
            (b'!', b'=') => (true, false),
            (b'i', b'n') => (false, true),
            (b'n', b'o') => (true, true),
            _ => return None,
        };
        if !is_search {
            self.at += 2;
        } else if !negates_again || self.eat_word("not") {
            self.eat_word("in").then_some(())?;
        } else {
            return None;
        }
        let (right, _) = self.expression()?;
        let text = &left.as_text()?.value;
        let is_text = |item: &Value| item.as_text().is_some();
        let holds = match &right.kind {
            Kind::Text(other) if !is_search => other.value == *text,
            Kind::Tuple(items) if is_search && items.iter().all(is_text) => {
                items.iter().any(|item| item.as_text().is_some_and(|item| item.value == *text))
            }
            Kind::List(items) if is_search && items.borrow().iter().all(is_text) => {
                items.borrow().iter().any(|item| item.as_text().is_some_and(|item| item.value == *text))
            }
            _ => return None,
        };
        Some(holds != (negates != negates_again))
    }
}
