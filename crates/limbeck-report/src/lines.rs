//! Bytes to lines and columns, in one place.

/// A place as people and editors count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct LineColumn {
    /// 1-based.
    pub line: usize,
    /// 1-based, in characters (Unicode scalar values).
    pub column: usize,
}

/// Where the lines of a text begin. A line ends with `\n`, `\r\n` or `\r`, as Python reads source files.
#[derive(Debug)]
pub struct LineIndex<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> LineIndex<'a> {
    /// Finds the lines of `text`.
    pub fn new(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let ends_line = |at: usize| match bytes[at] {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        let starts = (0..bytes.len()).filter(|at| ends_line(*at)).map(|at| at + 1);
        Self { text, starts: std::iter::once(0).chain(starts).collect() }
    }

    /// The place of a byte offset. One past the end is the end; an offset inside a character counts as its first byte.
    pub fn locate(&self, offset: usize) -> LineColumn {
        let offset = self.text.floor_char_boundary(offset.min(self.text.len()));
        let line = self.starts.partition_point(|start| *start <= offset);
        let before = &self.text[self.starts[line - 1]..offset];
        let column = before.trim_start_matches('\u{feff}').chars().count() + 1;
        LineColumn { line, column }
    }

    /// The byte range of a 1-based line, without what ends it.
    pub fn line(&self, line: usize) -> std::ops::Range<usize> {
        let start = self.starts[line - 1];
        let end = self.starts.get(line).copied().unwrap_or(self.text.len());
        start..start + self.text[start..end].trim_end_matches(['\n', '\r']).len()
    }
}

/// Line numbers of places that are asked for in order of their files, and mostly in order of their bytes: nothing is kept
/// of a file but where the last question ended.
#[derive(Debug, Default)]
pub(crate) struct LineNumbers<'a> {
    text: &'a str,
    offset: usize,
    line: usize,
}

impl<'a> LineNumbers<'a> {
    /// The 1-based line of a byte offset, as [`LineIndex::locate`] counts.
    pub(crate) fn line(&mut self, text: &'a str, offset: usize) -> usize {
        let offset = offset.min(text.len());
        if !std::ptr::eq(self.text, text) || offset < self.offset {
            *self = Self { text, offset: 0, line: 1 };
        }
        let (bytes, passed) = (text.as_bytes(), &text.as_bytes()[self.offset..offset]);
        self.line += memchr::memchr_iter(b'\n', passed).count();
        if memchr::memchr(b'\r', passed).is_some() {
            let ends_line = |at: &usize| bytes[*at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
            self.line += (self.offset..offset).filter(ends_line).count();
        }
        self.offset = offset;
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_as_python_ends_them_and_columns_count_characters() {
        let index = LineIndex::new("\u{feff}a\r\nbü€x\rc\n");
        let check =
            |offset, line, column| assert_eq!(index.locate(offset), LineColumn { line, column }, "{offset}");
        check(3, 1, 1); // after the byte order mark
        check(6, 2, 1);
        check(12, 2, 4); // x, behind a two-byte and a three-byte character
        check(14, 3, 1);
        check(99, 4, 1);
        assert_eq!(&"\u{feff}a\r\nbü€x\rc\n"[index.line(2)], "bü€x");
    }
    #[test]
    fn numbers_of_lines_are_those_of_the_index() {
        let (one, other) = ("a\r\nb\rc\n\n\u{e9}", "x\ny");
        let mut numbers = LineNumbers::default();
        let index = LineIndex::new(one);
        for offset in [0, 2, 3, 5, 7, 9, 4, 99] {
            assert_eq!(numbers.line(one, offset), index.locate(offset).line, "{offset}");
        }
        assert_eq!(numbers.line(other, 2), 2);
        assert_eq!(numbers.line(one, 4), 2);
    }
}
