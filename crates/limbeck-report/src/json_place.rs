//! Places as JSON tells them: bytes, lines and columns, and the text that stands there.

use limbeck_types::{FileId, Place, Sources};
use serde::Serialize;

use crate::lines::{LineColumn, LineIndex};

/// So many characters of a text are told. A call of a thousand lines may send a thousand statements, each of which has it.
const TEXT: usize = 1000;

/// Line indices of the sources, each made once.
pub(crate) struct Places<'a> {
    pub(crate) sources: &'a Sources,
    indices: Vec<std::cell::OnceCell<LineIndex<'a>>>,
}

impl<'a> Places<'a> {
    pub(crate) fn new(sources: &'a Sources) -> Self {
        Self { sources, indices: (0..sources.len()).map(|_| std::cell::OnceCell::new()).collect() }
    }

    fn index(&self, file: FileId) -> &LineIndex<'a> {
        self.indices[file.0 as usize].get_or_init(|| LineIndex::new(&self.sources[file].text))
    }

    /// A place with its file.
    pub(crate) fn place(&self, place: Place) -> JsonPlace<'a> {
        let text = self.sources[place.file].text.get(place.span.range()).unwrap_or_default();
        let index = self.index(place.file);
        let end = |offset: u32| Position { byte: offset, at: index.locate(offset as usize) };
        JsonPlace {
            file: &self.sources[place.file].shown,
            span: JsonSpan { start: end(place.span.start), end: end(place.span.end) },
            text: text.char_indices().nth(TEXT).map_or(text, |(end, _)| &text[..end]),
        }
    }
}

#[derive(Serialize)]
struct Position {
    byte: u32,
    #[serde(flatten)]
    at: LineColumn,
}

#[derive(Serialize)]
struct JsonSpan {
    start: Position,
    end: Position,
}

/// A file and a place in it.
#[derive(Serialize)]
pub(crate) struct JsonPlace<'a> {
    file: &'a str,
    span: JsonSpan,
    text: &'a str,
}
