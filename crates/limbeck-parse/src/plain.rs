//! Headers that are written as alembic's own templates write them, read without the Python parser.
//!
//! It owns which text is that plain: a docstring, comments, imports and literal assignments to the header's names, one on
//! a line. Such a header it reads as the parser would, to the byte; in doubt it says no, which costs time only.

use limbeck_types::{Few, Field, Header, Literal, Piece, RevisionId, Span, Spanned};
use memchr::{memchr, memchr_iter, memchr3};

use crate::cut;
use crate::scope::HEADER;
use crate::sound;

/// What alembic's templates have written after the colon, over the years.
const ANNOTATIONS: [&str; 6] = [
    "str",
    "Union[str, None]",
    "Union[str, Sequence[str], None]",
    "Optional[str]",
    "str | None",
    "str | Sequence[str] | None",
];

/// The imports that nearly every file has, alone on their lines, which need not be read name by name.
const STOCK: [&str; 5] = [
    "from alembic import op\n",
    "import sqlalchemy as sa\n",
    "from typing import Sequence, Union\n",
    "from typing import Union\n",
    "from sqlalchemy.dialects import postgresql\n",
];

/// The header of a file that begins with a plain one, and how many bytes it is long: up to the first function, class or
/// decorator, or the end. `None` if only the parser can tell.
pub(crate) fn header(text: &str) -> Option<(Header, usize)> {
    let mut header = Header::default();
    let mut cursor = Cursor { text, at: 0 };
    let mut is_first = true;
    while cursor.at < text.len() && !cut::is_definition(cursor.rest()) {
        if cursor.end_of_line() {
            continue;
        }
        match is_first.then(|| cursor.docstring()).flatten() {
            Some(docstring) => header.docstring = Some(docstring),
            None => cursor.statement(&mut header)?,
        }
        cursor.end_of_line().then_some(())?;
        is_first = false;
    }
    let read = &text.as_bytes()[..cursor.at];
    // Escapes, other line ends than a line feed, and lines that go on are the parser's.
    let is_odd = memchr3(b'\\', b'\r', b'\x0c', read).is_some() || memchr(0, read).is_some();
    (!is_odd).then_some((header, cursor.at))
}

/// The docstring of a plain header as a literal: three quotes, and between them what stands for itself.
pub(crate) fn literal(docstring: &Spanned<String>) -> Literal {
    let Span { start, end } = docstring.span;
    let text = Span { start: start + 3, end: end - 3 };
    let piece = Piece { value_start: 0, span: text, verbatim: true };
    let pieces = Few::from_iter((!text.is_empty()).then_some(piece));
    Literal { span: docstring.span, value: docstring.value.clone(), pieces }
}

/// A literal: `None`, a string, or a tuple of strings.
struct Value<'a> {
    items: Few<Spanned<&'a str>>,
    span: Span,
    is_tuple: bool,
}

impl<'a> Value<'a> {
    fn many<T, L: FromIterator<Spanned<T>>>(&self, make: impl Fn(&'a str) -> T) -> Field<L> {
        let items = self.items.iter().map(|item| Spanned { value: make(item.value), span: item.span });
        Field::Known(Spanned { value: items.collect(), span: self.span })
    }
}

/// Where the reading stands. Each method that finds what it looks for steps over it.
struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a [u8] {
        &self.text.as_bytes()[self.at..]
    }

    #[inline]
    fn eat(&mut self, token: &str) -> bool {
        let is_next = self.rest().starts_with(token.as_bytes());
        self.at += if is_next { token.len() } else { 0 };
        is_next
    }

    fn blanks(&mut self) {
        self.at += self.rest().iter().take_while(|byte| **byte == b' ').count();
    }

    /// A line feed or the end of the text, after blanks and a comment.
    fn end_of_line(&mut self) -> bool {
        let start = self.at;
        match self.rest().first() {
            Some(b' ' | b'#') | None => {}
            Some(b'\n') => {
                self.at += 1;
                return true;
            }
            Some(_) => return false,
        }
        self.blanks();
        if self.rest().first() == Some(&b'#') {
            self.at += memchr(b'\n', self.rest()).unwrap_or(self.rest().len());
        }
        let ends = self.eat("\n") || self.at == self.text.len();
        self.at = if ends { self.at } else { start };
        ends
    }

    fn docstring(&mut self) -> Option<Spanned<String>> {
        let quotes = [*b"\"\"\"", *b"'''"].into_iter().find(|quotes| self.rest().starts_with(quotes))?;
        let inner = &self.rest()[3..];
        let length = memchr_iter(quotes[0], inner).find(|at| inner[*at..].starts_with(&quotes))?;
        let span = Span::new(self.at, self.at + length + 6);
        self.at += length + 6;
        Some(Spanned { value: self.text[span.range()][3..3 + length].to_owned(), span })
    }

    /// An import, or an assignment to a name.
    fn statement(&mut self, header: &mut Header) -> Option<()> {
        match self.rest() {
            [b'i', b'm', b'p', ..] | [b'f', b'r', b'o', ..] => self.import(header),
            _ => self.assignment(header),
        }
    }

    /// An import, or else an assignment to a name that begins like one.
    fn import(&mut self, header: &mut Header) -> Option<()> {
        if let Some(line) = STOCK.iter().find(|line| self.rest().starts_with(line.as_bytes())) {
            self.at += line.len() - 1;
            return Some(());
        }
        if self.eat("import ") {
            let first = self.dotted()?;
            return self.free(first);
        }
        if self.eat("from ") {
            self.dotted()?;
            self.eat(" import ").then_some(())?;
            if self.eat("(") {
                return self.bracketed_names();
            }
            loop {
                self.blanks();
                let name = self.name()?;
                self.free(name)?;
                self.blanks();
                if !self.eat(",") {
                    return Some(());
                }
            }
        }
        self.assignment(header)
    }

    /// The names of an import in brackets, over several lines.
    fn bracketed_names(&mut self) -> Option<()> {
        loop {
            while self.at < self.text.len() && self.end_of_line() {}
            self.blanks();
            let name = self.name()?;
            self.free(name)?;
            self.blanks();
            let has_comma = self.eat(",");
            while self.at < self.text.len() && self.end_of_line() {}
            self.blanks();
            if self.eat(")") {
                return Some(());
            }
            has_comma.then_some(())?;
        }
    }

    /// `as` and another name, if it stands there. The name that is bound in the end must leave the header alone.
    fn free(&mut self, name: &'a str) -> Option<()> {
        let bound = if self.eat(" as ") { self.name()? } else { name };
        (!bound.starts_with("__") && !HEADER.contains(&bound)).then_some(())
    }

    /// A dotted name; gives its first part.
    fn dotted(&mut self) -> Option<&'a str> {
        let first = self.name()?;
        while self.eat(".") {
            self.name()?;
        }
        Some(first)
    }

    fn name(&mut self) -> Option<&'a str> {
        let rest = self.rest();
        let length = rest.iter().position(|byte| !WORD[usize::from(*byte)]).unwrap_or(rest.len());
        let name = &self.text[self.at..self.at + length];
        let starts = rest.first().is_some_and(|byte| !byte.is_ascii_digit());
        self.at += length;
        (length > 0 && starts && !is_keyword(name)).then_some(name)
    }

    fn assignment(&mut self, header: &mut Header) -> Option<()> {
        let name = self.name()?;
        self.blanks();
        if self.eat(":") {
            self.blanks();
            let length = memchr(b'=', self.rest())?;
            let annotation = self.text[self.at..self.at + length].trim_end_matches(' ');
            ANNOTATIONS.contains(&annotation).then_some(())?;
            self.at += length;
        }
        self.eat("=").then_some(())?;
        self.blanks();
        if !HEADER.contains(&name) {
            return self.other(name);
        }
        let value = self.value()?;
        match (name, &value.items[..]) {
            ("revision", [id]) if !value.is_tuple => {
                header.revision = Field::Known(Spanned { value: id.value.into(), span: id.span });
            }
            ("down_revision", _) => header.down_revision = value.many(RevisionId::from),
            ("branch_labels", _) => header.branch_labels = value.many(str::to_owned),
            ("depends_on", _) => header.depends_on = value.many(str::to_owned),
            _ => return None,
        }
        Some(())
    }

    /// The value of a name of the module's own, which is no matter as long as it mentions nothing of the header.
    fn other(&mut self, name: &str) -> Option<()> {
        let start = self.at;
        self.at = sound::expression_end(self.text, start)?;
        let is_free = !name.starts_with("__") && !cut::mentions(&self.text[start..self.at]);
        is_free.then_some(())
    }

    fn value(&mut self) -> Option<Value<'a>> {
        let start = self.at;
        let is_tuple = self.rest().starts_with(b"(");
        let items = match self.eat("None") {
            true => Few::default(),
            false if is_tuple => self.tuple()?.into(),
            false => std::iter::once(self.string()?).collect(),
        };
        Some(Value { items, span: Span::new(start, self.at), is_tuple })
    }

    /// A string in single quotes. One in three is an empty one to it, with another behind it.
    fn string(&mut self) -> Option<Spanned<&'a str>> {
        let quote = *self.rest().first().filter(|byte| matches!(byte, b'"' | b'\''))?;
        let inner = &self.rest()[1..];
        let length = inner.iter().position(|byte| *byte == quote || *byte == b'\n')?;
        (inner[length] == quote).then_some(())?;
        let span = Span::new(self.at, self.at + length + 2);
        self.at += length + 2;
        Some(Spanned { value: &self.text[span.range()][1..=length], span })
    }

    /// Strings in brackets. Without a comma, brackets around one string are no tuple.
    fn tuple(&mut self) -> Option<Vec<Spanned<&'a str>>> {
        self.eat("(");
        let mut items = Vec::new();
        loop {
            self.blanks();
            items.push(self.string()?);
            self.blanks();
            let has_comma = self.eat(",");
            self.blanks();
            if (has_comma || items.len() > 1) && self.eat(")") {
                return Some(items);
            }
            has_comma.then_some(())?;
        }
    }
}

/// The bytes that names are made of, as far as they are ASCII.
pub(crate) const WORD: [bool; 256] = {
    let mut word = [false; 256];
    let mut byte = 0;
    while byte < 128_u8 {
        word[byte as usize] = byte.is_ascii_alphanumeric() || byte == b'_';
        byte += 1;
    }
    word
};

#[rustfmt::skip]
pub(crate) fn is_keyword(text: &str) -> bool {
    // None is longer than `continue` and `nonlocal`.
    text.len() <= 8 && matches!(
        text,
        "False" | "None" | "True" | "and" | "as" | "assert" | "async" | "await" | "break" | "class" | "continue" | "def"
            | "del" | "elif" | "else" | "except" | "finally" | "for" | "from" | "global" | "if" | "import" | "in" | "is"
            | "lambda" | "nonlocal" | "not" | "or" | "pass" | "raise" | "return" | "try" | "while" | "with" | "yield"
    )
}

#[cfg(test)]
mod tests;
