//! The part of a source that its picture needs.
//!
//! It owns that the lines of a large file are counted once, however often miette asks for them.

use std::ops::Range;

use limbeck_types::{Place, Source};
use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::lines::LineIndex;
use crate::text::clean;

/// A place of more lines than this is marked on its first line only.
const LINES_MARKED: usize = 7;
/// So many line feeds are kept before and after a place, of which one line each is drawn.
const AROUND: usize = 4;

/// Some lines of a source, which miette takes for the whole: what it asks for and what it gets has the source's own offsets
/// and line numbers.
#[derive(Debug)]
pub(crate) struct Excerpt {
    name: String,
    text: String,
    /// Where in the source it begins, in bytes.
    start: usize,
    /// How many lines are before it.
    line: usize,
}

impl Excerpt {
    /// The lines around a place, and the bytes of the source to mark: the place, or its first line where it is too long to draw.
    pub(crate) fn around(source: &Source, place: Place) -> (Self, Range<usize>) {
        let text = &source.text;
        let start = text.floor_char_boundary(place.span.start as usize);
        let end = text.ceil_char_boundary((place.span.end as usize).min(text.len())).max(start);
        let (before, after) = (&text.as_bytes()[..start], &text.as_bytes()[end..]);
        let is_feed = |(_, byte): &(usize, &u8)| **byte == b'\n';
        let first = before.iter().enumerate().rev().filter(is_feed).nth(AROUND - 1);
        let last = after.iter().enumerate().filter(is_feed).nth(AROUND - 1);
        let cut = first.map_or(0, |(at, _)| at + 1);
        let window = &text[cut..last.map_or(text.len(), |(at, _)| end + at + 1)];
        let (name, line) = (source.shown.clone(), lines(&before[..cut]));
        let index = LineIndex::new(window);
        let (first, last) = (index.locate(start - cut).line, index.locate(end - cut).line);
        let marked = match last - first >= LINES_MARKED {
            true => start..(cut + index.line(first).end).max(start),
            false => start..end,
        };
        (Self { name, text: clean(window).into_owned(), start: cut, line }, marked)
    }
}

/// How many lines end in `bytes`, of which the last is a line feed if there is one.
fn lines(bytes: &[u8]) -> usize {
    let feeds = bytes.iter().filter(|byte| **byte == b'\n').count();
    let lone_returns = bytes.windows(2).filter(|two| two[0] == b'\r' && two[1] != b'\n').count();
    feeds + lone_returns
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_lines_before: usize,
        context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let start = span.offset().checked_sub(self.start).ok_or(MietteError::OutOfBounds)?;
        let own = SourceSpan::new(start.into(), span.len());
        let contents = self.text.read_span(&own, context_lines_before, context_lines_after)?;
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            contents.data(),
            SourceSpan::new((self.start + contents.span().offset()).into(), contents.span().len()),
            self.line + contents.line(),
            contents.column(),
            self.line + contents.line_count(),
        )))
    }
}

#[cfg(test)]
mod tests {
    use limbeck_types::{FileId, Span};

    use super::*;

    fn seen(code: &dyn SourceCode, span: &SourceSpan, context: usize) -> String {
        match code.read_span(span, context, context) {
            Ok(contents) => format!(
                "{:?} {:?} {} {} {}",
                String::from_utf8_lossy(contents.data()),
                contents.span(),
                contents.line(),
                contents.column(),
                contents.line_count()
            ),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn it_stands_for_the_whole() {
        let lines = ["one\n", "\n", "zwei, mehr\r\n", "trois\r", "\r\n", "\u{e9}\u{e9}\n", "x = 1\n", "last"];
        for length in 0..lines.len() * 3 {
            let text: String = (0..length).map(|line| lines[line * 5 % lines.len()]).collect();
            let source = Source { path: "/x".into(), shown: "x".into(), text: text.clone() };
            for start in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
                for end in (start..text.len().min(start + 25)).filter(|at| text.is_char_boundary(*at)) {
                    let place = Place { file: FileId(0), span: Span::new(start, end) };
                    let (excerpt, marked) = Excerpt::around(&source, place);
                    assert_eq!(marked, start..end);
                    let span = SourceSpan::from(marked);
                    for context in [0, 1] {
                        assert_eq!(
                            seen(&excerpt, &span, context),
                            seen(&text, &span, context),
                            "{text:?} {place:?}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn of_a_long_place_the_first_line_is_marked() {
        let text = format!("a\n{}", "bc\n".repeat(20));
        let source = Source { path: "/x".into(), shown: "x".into(), text };
        let marked =
            |start, end| Excerpt::around(&source, Place { file: FileId(0), span: Span::new(start, end) }).1;
        assert_eq!(marked(3, 22), 3..22);
        assert_eq!(marked(3, 24), 3..4);
    }
}
