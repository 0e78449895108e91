//! Every byte of a literal's value leads to source that is worth that byte.

use limbeck_types::{FileId, Literal};
use proptest::prelude::*;

/// One character of a value and one way to write it.
#[derive(Debug, Clone)]
struct Written {
    value: char,
    source: String,
}

fn written() -> impl Strategy<Value = Written> {
    (
        any::<char>().prop_filter("quotes and such need an escape", |char| !"'\"\\{}\r\n\0".contains(*char)),
        0u8..9,
    )
        .prop_map(|(value, way)| Written { value, source: encode(value, way) })
}

fn encode(char: char, way: u8) -> String {
    let code = char as u32;
    match (way, code) {
        (1, 0..0x100) => format!("\\x{code:02x}"),
        (2, 0..0x200) => format!("\\{code:03o}"),
        (3, 0..0x1_0000) => format!("\\u{code:04X}"),
        (4, _) => format!("\\U{code:08x}"),
        _ => char.to_string(),
    }
}

/// Text that stands for other text in any plain literal.
fn special() -> impl Strategy<Value = Written> {
    let all = [
        ("\\n", '\n'),
        ("\\t", '\t'),
        ("\\\\", '\\'),
        ("\\'", '\''),
        ("\\\"", '"'),
        ("\\r", '\r'),
        ("\\N{BULLET}", '\u{2022}'),
        ("\\a", '\x07'),
        ("\\b", '\x08'),
        ("\\f", '\x0c'),
        ("\\v", '\x0b'),
        ("\n", '\n'),
        ("\r\n", '\n'),
        ("\r", '\n'),
    ];
    (0..all.len()).prop_map(move |index| Written { value: all[index].1, source: all[index].0.to_owned() })
}

fn parts() -> impl Strategy<Value = Vec<Vec<Written>>> {
    let one = prop_oneof![3 => written(), 1 => special()];
    prop::collection::vec(prop::collection::vec(one, 0..12), 1..4)
}

fn literal(text: &str) -> Literal {
    let (migration, errors) = limbeck_parse::migration(FileId(0), text);
    assert_eq!(errors, [], "{text:?}");
    migration.literals().first().cloned().expect("the text starts with a literal")
}

/// Each character of the value, alone, leads to exactly what was written for it.
fn check(parts: &[Vec<Written>], text: &str) {
    let literal = literal(text);
    let all: Vec<&Written> = parts.iter().flatten().collect();
    assert_eq!(literal.value, all.iter().map(|written| written.value).collect::<String>(), "{text:?}");
    let mut offset = 0;
    for written in all {
        let range = offset..offset + written.value.len_utf8();
        let span = literal.source_span(range.clone()).expect("the range is in the value");
        assert_eq!(&text[span.range()], written.source, "{range:?} of {text:?}");
        offset = range.end;
    }
    assert_eq!(literal.source_span(0..literal.value.len() + 1), None);
    let mut end = 0;
    for piece in &literal.pieces {
        assert_eq!(piece.value_start as usize, end, "no gap in {text:?}");
        end += if piece.verbatim {
            piece.span.len() as usize
        } else {
            literal.value[end..].chars().next().map_or(0, char::len_utf8)
        };
    }
    assert_eq!(end, literal.value.len());
}

fn joined(parts: &[Vec<Written>], prefix: &str, between: &str) -> String {
    let quoted = |part: &Vec<Written>| {
        // A line goes on after `\` at its end, which is worth nothing.
        let body: Vec<_> = part.iter().map(|written| written.source.as_str()).collect();
        format!("{prefix}\"\"\"{}\"\"\"", body.join(between))
    };
    format!("({})\n", parts.iter().map(quoted).collect::<Vec<_>>().join("\n "))
}

proptest! {
    #[test]
    fn plain_literals(parts in parts()) {
        prop_assume!(fits(&parts));
        check(&parts, &joined(&parts, "", ""));
    }

    #[test]
    fn literals_over_lines(parts in parts(), line_end in prop::sample::select(vec!["\\\n", "\\\r\n"])) {
        prop_assume!(fits(&parts));
        check(&parts, &joined(&parts, "u", line_end));
    }

    #[test]
    fn f_strings(parts in parts()) {
        prop_assume!(fits(&parts));
        check(&parts, &joined(&parts, "f", ""));
    }
}

/// Leaves out what two neighbours make together: an octal escape is no longer than three digits here, but a lone carriage
/// return before a line feed is one line end.
fn fits(parts: &[Vec<Written>]) -> bool {
    parts.iter().all(|part| part.windows(2).all(|pair| !(pair[0].source == "\r" && pair[1].source == "\n")))
}

#[test]
fn unusual_literals() {
    let check = |text: &str, value: &str, last: &str| {
        let literal = literal(text);
        assert_eq!(literal.value, value, "{text}");
        let end = literal.value.len();
        let span = literal.source_span(end - 1..end).expect("the value is not empty");
        assert_eq!(&text[span.range()], last, "{text}");
        assert_eq!(literal.span.range(), 0..text.len(), "{text}");
    };
    check(r"r'\n\''", r"\n\'", "'");
    check(r"'\d'", r"\d", "d");
    check(r"'\1012'", "A2", "2");
    check(r"'\7x\0'", "\x07x\0", r"\0");
    check(r"'\ud800'", "\u{fffd}", r"\ud800");
    check("f'a{{b}}'", "a{b}", "}}");
    check(r"f'\{{'", r"\{", "{{");
    check(r"rf'\{{'", r"\{", "{{");
    check(r"f'\N{BULLET}{x} y'", "\u{2022}", r"\N{BULLET}");
    check("'a' f'b{x}' 'c'", "ab", "b");
    check("'a' rb''".split(' ').next().unwrap_or_default(), "a", "a");
    check("f'a{x!r:>{y}}' f'b'", "a", "a");
}

#[test]
fn nested_literals_and_bytes() {
    let values = |text: &str| {
        let (migration, _) = limbeck_parse::migration(FileId(0), text);
        migration.literals().iter().map(|literal| literal.value.clone()).collect::<Vec<_>>()
    };
    assert_eq!(values("f(b'a', 'b')\n"), ["b"]);
    assert_eq!(values("f'{x['a']}b'"), ["", "a"]);
    assert_eq!(values("t'{x['a']}b'"), ["a"]);
    assert_eq!(values("match x:\n  case 'a': {'b': 'c'}\n"), ["a", "b", "c"]);
}
