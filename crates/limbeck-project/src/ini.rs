//! Ini text as Python's `configparser.ConfigParser` reads it with its default settings, with the place of every value.
//!
//! It opens no file and knows no key of alembic's. The semantics are those of `RawConfigParser._read` in CPython 3.11
//! to 3.14; `ini/tests.rs` compares the two.

use limbeck_types::Span;

/// The name of the section whose options every other section inherits.
const DEFAULT: &str = "DEFAULT";

/// A whole ini file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Ini {
    /// The options of `[DEFAULT]`.
    pub(crate) defaults: Vec<Entry>,
    /// Every other section, in order.
    pub(crate) sections: Vec<Section>,
}

/// A section other than `[DEFAULT]`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Section {
    /// Its name, as written.
    pub(crate) name: String,
    /// Its header.
    pub(crate) span: Span,
    /// Its own options, in order.
    pub(crate) entries: Vec<Entry>,
}

/// One option.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its name in lower case.
    pub(crate) key: String,
    /// Its value before interpolation, lines joined by `\n`.
    pub(crate) value: String,
    /// The value, from its first to its last byte; the key where there is no value.
    pub(crate) span: Span,
}

/// Why a text is no ini file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Where.
    pub(crate) span: Span,
    /// A lower-case fragment.
    pub(crate) message: String,
}

impl Ini {
    /// The section of this name; `[DEFAULT]` is none.
    pub(crate) fn section(&self, name: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.name == name)
    }

    /// The option that `section` has or inherits. A section that is not there inherits nothing.
    pub(crate) fn entry(&self, section: &str, key: &str) -> Option<&Entry> {
        let own = match self.section(section) {
            Some(section) => section.entries.as_slice(),
            None if section == DEFAULT => &[],
            None => return None,
        };
        own.iter().chain(&self.defaults).find(|entry| entry.key == key)
    }
}

/// Reads ini text, up to the first thing that Python refuses.
pub(crate) fn parse(text: &str) -> Result<Ini, Fault> {
    let mut reader = Reader::default();
    for (start, line) in lines(text) {
        reader.line(start, line)?;
    }
    let mut ini = reader.ini;
    let sections = ini.sections.iter_mut().flat_map(|section| &mut section.entries);
    for entry in ini.defaults.iter_mut().chain(sections) {
        entry.value.truncate(entry.value.trim_end_matches(is_space).len());
    }
    Ok(ini)
}

/// Whether Python's `str.isspace` holds.
pub(crate) fn is_space(character: char) -> bool {
    character.is_whitespace() || ('\x1c'..='\x1f').contains(&character)
}

/// The lines of a text without their ends, each with the offset of its first byte. `\r` alone ends a line too.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
        let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let end = if rest[length..].starts_with("\r\n") { 2 } else { 1 };
        let line = (start, &rest[..length]);
        start += length + end;
        Some(line)
    })
}

/// The section that options go to.
#[derive(Clone, Copy)]
enum Current {
    Defaults,
    Section(usize),
}

#[derive(Default)]
struct Reader {
    ini: Ini,
    current: Option<Current>,
    /// Whether the last header or option was an option, which indented lines continue.
    in_option: bool,
    /// Characters before the last header or option.
    indent: usize,
}

impl Reader {
    fn line(&mut self, start: usize, line: &str) -> Result<(), Fault> {
        let value = line.trim_matches(is_space);
        if value.starts_with(['#', ';']) {
            return Ok(());
        }
        if value.is_empty() {
            if let Some(entry) = self.open_entry() {
                entry.value.push('\n');
            }
            return Ok(());
        }
        let lead = line.len() - line.trim_start_matches(is_space).len();
        let start = start + lead;
        let indent = line[..lead].chars().count();
        let deeper = indent > self.indent;
        if let Some(entry) = self.open_entry().filter(|_| deeper) {
            entry.extend(start, value);
            return Ok(());
        }
        self.indent = indent;
        match value
            .strip_prefix('[')
            .and_then(|rest| rest.rfind(']').filter(|end| *end > 0).map(|end| &rest[..end]))
        {
            Some(name) => self.header(name, Span::new(start, start + name.len() + 2)),
            None => self.option(start, value),
        }
    }

    /// The option that an indented line would continue.
    fn open_entry(&mut self) -> Option<&mut Entry> {
        if self.in_option { self.entries()?.last_mut() } else { None }
    }

    fn entries(&mut self) -> Option<&mut Vec<Entry>> {
        match self.current? {
            Current::Defaults => Some(&mut self.ini.defaults),
            Current::Section(index) => Some(&mut self.ini.sections[index].entries),
        }
    }

    fn header(&mut self, name: &str, span: Span) -> Result<(), Fault> {
        self.in_option = false;
        if name == DEFAULT {
            self.current = Some(Current::Defaults);
            return Ok(());
        }
        if self.ini.section(name).is_some() {
            return Err(Fault { span, message: format!("section `{name}` is there twice") });
        }
        self.current = Some(Current::Section(self.ini.sections.len()));
        self.ini.sections.push(Section { name: name.to_owned(), span, entries: Vec::new() });
        Ok(())
    }

    fn option(&mut self, start: usize, line: &str) -> Result<(), Fault> {
        let whole = Span::new(start, start + line.len());
        let fault = |span, message: &str| Err(Fault { span, message: message.to_owned() });
        let Some(entries) = self.entries() else {
            return fault(whole, "the line stands before the first `[section]`");
        };
        let Some(delimiter) = line.find(['=', ':']) else {
            return fault(whole, "the line is neither a `[section]` nor a `key = value`");
        };
        let name = line[..delimiter].trim_end_matches(is_space);
        if name.is_empty() {
            return fault(whole, "the line has no key before its delimiter");
        }
        let span = Span::new(start, start + name.len());
        let key = name.to_lowercase();
        if entries.iter().any(|entry| entry.key == key) {
            return Err(Fault { span, message: format!("option `{key}` is there twice in its section") });
        }
        let value = line[delimiter + 1..].trim_start_matches(is_space);
        let mut entry = Entry { key, value: String::new(), span };
        entry.begin(start + line.len() - value.len(), value);
        entries.push(entry);
        self.in_option = true;
        Ok(())
    }
}

impl Entry {
    fn begin(&mut self, start: usize, value: &str) {
        self.value.push_str(value);
        if !value.is_empty() {
            self.span = Span::new(start, start + value.len());
        }
    }

    fn extend(&mut self, start: usize, value: &str) {
        let had_text = self.value.chars().any(|character| character != '\n');
        self.value.push('\n');
        self.value.push_str(value);
        let first = if had_text { self.span.start as usize } else { start };
        self.span = Span::new(first, start + value.len());
    }
}

#[cfg(test)]
mod tests;
