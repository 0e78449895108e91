//! The module: its imports, the names it has for literals, its functions.

use limbeck_types::Span;

use super::Reader;
use super::names::Bound;
use crate::scope::HEADER;
use crate::sound;

/// What alembic's template writes after most names, which need not be read word by word.
const STOCK: &str = "Union[str, Sequence[str], None]";

impl<'t> Reader<'t> {
    /// All of a file, and in it the function that is wanted.
    pub(super) fn module(&mut self, wanted: &str) -> Option<()> {
        while let Some(indent) = self.next_line()? {
            (indent == 0).then_some(())?;
            self.statement_of_module(wanted)?;
        }
        self.is_found.then_some(())
    }

    fn statement_of_module(&mut self, wanted: &str) -> Option<()> {
        if self.is_at_quote() {
            self.skip_strings()?;
            return self.end_of_line();
        }
        let start = self.at;
        match self.word() {
            "" => None,
            "import" => self.import(),
            "from" => self.import_from(),
            "def" => self.function(wanted, start),
            name => self.assignment(name, start),
        }
    }

    fn import(&mut self) -> Option<()> {
        loop {
            self.blanks();
            let start = self.at;
            let module = self.dotted()?;
            // Without another name, `import a.b` binds `a`.
            let first = module.split('.').next().unwrap_or(module);
            let (name, end) = self.alias(first)?;
            let module = if end == start + module.len() { first } else { module };
            self.bind(name, Bound::Import { module, name: None, span: Span::new(start, end) })?;
            if !self.eat(b',') {
                return self.end_of_line();
            }
        }
    }

    fn import_from(&mut self) -> Option<()> {
        self.blanks();
        let module = self.dotted()?;
        self.eat_word("import").then_some(())?;
        self.blanks();
        if self.peek(0) == b'(' {
            self.within(|reader| {
                loop {
                    reader.imported(module)?;
                    let has_comma = reader.eat(b',');
                    if reader.eat(b')') {
                        return Some(());
                    }
                    has_comma.then_some(())?;
                }
            })?;
            return self.end_of_line();
        }
        loop {
            self.imported(module)?;
            if !self.eat(b',') {
                return self.end_of_line();
            }
        }
    }

    /// One name of a module.
    fn imported(&mut self, module: &'t str) -> Option<()> {
        self.blanks();
        let start = self.at;
        let name = self.name()?;
        let (bound, end) = self.alias(name)?;
        self.bind(bound, Bound::Import { module, name: Some(name), span: Span::new(start, end) })
    }

    /// The name after `as`, or else `name`, which was read, and where it ends.
    fn alias(&mut self, name: &'t str) -> Option<(&'t str, usize)> {
        let end = self.at;
        if !self.eat_word("as") {
            return Some((name, end));
        }
        self.blanks();
        let name = self.name()?;
        Some((name, self.at))
    }

    fn dotted(&mut self) -> Option<&'t str> {
        let start = self.at;
        self.name()?;
        while self.peek(0) == b'.' {
            self.at += 1;
            self.name()?;
        }
        Some(&self.text[start..self.at])
    }

    /// A function, after the word.
    fn function(&mut self, wanted: &str, start: usize) -> Option<()> {
        self.blanks();
        let name = self.name()?;
        self.blanks();
        if name != wanted {
            self.plain_parameters().then_some(())?;
            self.at = sound::statement_end(self.text, start)?;
            return self.bind(name, Bound::Other);
        }
        self.bind(name, Bound::Other)?;
        self.need(b'(')?;
        self.need(b')')?;
        self.blanks();
        if self.peek(0) == b'-' && self.peek(1) == b'>' {
            self.at += 2;
            self.annotation()?;
        }
        let globals = self.names.len();
        self.suite(0, globals)?;
        self.names.truncate(globals);
        self.is_found = true;
        Some(())
    }

    /// Whether the parameters here surely have no defaults, which would be worked out now.
    fn plain_parameters(&self) -> bool {
        let rest = &self.bytes[self.at..];
        let end = memchr::memchr(b')', rest).unwrap_or(rest.len());
        rest.first() == Some(&b'(')
            && !rest[1..end].iter().any(|byte| matches!(byte, b'(' | b'=' | b'\'' | b'"' | b'#'))
    }

    /// A name, which was read, for a value.
    fn assignment(&mut self, name: &'t str, start: usize) -> Option<()> {
        self.at = start;
        self.name()?;
        self.blanks();
        if self.peek(0) == b':' {
            self.at += 1;
            self.annotation()?;
        }
        self.eat_equals().then_some(())?;
        self.blanks();
        if HEADER.contains(&name) && self.skip_literal() {
            return self.bind(name, Bound::Other);
        }
        let (calls, told) = (self.calls, self.events.len());
        let (value, _) = self.expression()?;
        // Calls have numbers in the order in which they are made.
        (!self.is_found || self.calls == calls).then_some(())?;
        // What happens before the function is called is not told.
        self.events.truncate(told);
        self.end_of_line()?;
        self.bind(name, Bound::Value(value))
    }

    /// A type as it is written after a name: `Union[str, Sequence[str], None]`.
    fn annotation(&mut self) -> Option<()> {
        loop {
            self.blanks();
            if self.text[self.at..].starts_with(STOCK) {
                self.at += STOCK.len();
                return Some(());
            }
            if !self.eat_word("None") {
                self.dotted()?;
            }
            self.blanks();
            if self.peek(0) == b'[' {
                self.within(|reader| {
                    loop {
                        reader.annotation()?;
                        if !reader.eat(b',') {
                            return reader.need(b']');
                        }
                    }
                })?;
            }
            if !self.eat(b'|') {
                return Some(());
            }
        }
    }

    /// Steps over the line if there is nothing but `None` or a plain string on it.
    fn skip_literal(&mut self) -> bool {
        let rest = &self.bytes[self.at..];
        let line = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
        let is_plain = match line {
            b"None" => true,
            [quote @ (b'"' | b'\''), inner @ .., last] => {
                quote == last && !inner.iter().any(|byte| byte == quote || *byte == b'\\')
            }
            _ => false,
        };
        self.at += if is_plain { line.len() } else { 0 };
        is_plain
    }
}
