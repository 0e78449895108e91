//! From running code to bytes: which expression of a revision file a frame was at.

use limbeck_types::{FileId, Frame, Migration, Place, Sources, Span, Trace};

/// The place of a frame in a source that was read, or `None` where its file was not.
///
/// With columns (Python 3.11 and later) it is the call that was running, from the first byte of its callee: for a method
/// call the interpreter only reports from the method's name on. Without, it is the outermost call that begins on the
/// frame's line, else the line.
pub fn frame_place(frame: &Frame, sources: &Sources, migrations: &[Migration]) -> Option<Place> {
    let file = sources.find(&frame.path)?;
    let span = frame_span(&sources[file].text, frame)?;
    let Some(migration) = migration_of(file, migrations) else { return Some(Place { file, span }) };
    let found =
        if frame.column.is_some() { whole_call(migration, span) } else { call_of_line(migration, span) };
    Some(Place { file, span: found.unwrap_or(span) })
}

/// Looks up the call that sent each statement of a trace, for whoever lists statements.
pub fn locate_statements(trace: &mut Trace, sources: &Sources, migrations: &[Migration]) {
    for statement in trace.outcomes.iter_mut().flat_map(|outcome| &mut outcome.statements) {
        let mut places = statement.frames.iter().filter_map(|frame| frame_place(frame, sources, migrations));
        statement.place = places.next();
    }
}

pub(crate) fn migration_of(file: FileId, migrations: &[Migration]) -> Option<&Migration> {
    migrations.iter().find(|migration| migration.file == file)
}

/// The smallest call that ends where `span` ends and holds it.
fn whole_call(migration: &Migration, span: Span) -> Option<Span> {
    let calls = migration.calls().iter().map(|call| call.span);
    calls.filter(|call| call.end == span.end && call.contains(span)).min_by_key(|call| call.len())
}

/// The largest call that begins inside the line.
fn call_of_line(migration: &Migration, line: Span) -> Option<Span> {
    let calls = migration.calls().iter().map(|call| call.span);
    calls.filter(|call| line.start <= call.start && call.start < line.end).max_by_key(|call| call.len())
}

/// The bytes of `text`, the frame's file, that the frame was executing: exact where the interpreter knows columns
/// (Python 3.11), else the whole line without its indentation. `None` where the text has no such line.
fn frame_span(text: &str, frame: &Frame) -> Option<Span> {
    let line = line_range(text, frame.line)?;
    let (Some(column), Some(end_line), Some(end_column)) = (frame.column, frame.end_line, frame.end_column)
    else {
        let code = text[line.clone()].trim();
        let start = line.start + (text[line.clone()].len() - text[line].trim_start().len());
        return Some(Span::new(start, start + code.len()));
    };
    // The interpreter does not count a byte order mark.
    let mark = |line: u32| if line == 1 && text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let start = line.start + mark(frame.line) + column as usize;
    let end = line_range(text, end_line)?.start + mark(end_line) + end_column as usize;
    (start <= end && end <= text.len()).then(|| Span::new(start, end))
}

/// The bytes of a 1-based line, without what ends it. Lines end as Python reads source files: `\n`, `\r\n` or `\r`.
fn line_range(text: &str, line: u32) -> Option<std::ops::Range<usize>> {
    let bytes = text.as_bytes();
    let mut start = 0;
    for _ in 1..line {
        let end = start + bytes[start..].iter().position(|byte| matches!(byte, b'\n' | b'\r'))?;
        start = end + if bytes[end..].starts_with(b"\r\n") { 2 } else { 1 };
    }
    let length = bytes[start..].iter().position(|byte| matches!(byte, b'\n' | b'\r'));
    Some(start..length.map_or(text.len(), |length| start + length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    #[test]
    fn frames_are_found_in_their_text() {
        let text = "\u{feff}a = 1\r\nif a:\r    ü(b)\n";
        let frame = |line: u32, column: Option<u32>, end_column| Frame {
            path: PathBuf::new(),
            function: String::new(),
            line,
            end_line: column.map(|_| line),
            column,
            end_column,
        };
        let check = |frame: &Frame, found: &str| {
            assert_eq!(&text[frame_span(text, frame).unwrap().range()], found);
        };
        check(&frame(1, Some(0), Some(5)), "a = 1");
        check(&frame(3, Some(4), Some(9)), "ü(b)");
        check(&frame(3, None, None), "ü(b)");
        assert_eq!(frame_span(text, &frame(9, None, None)), None);
    }
}
