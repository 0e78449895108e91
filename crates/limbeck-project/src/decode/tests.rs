//! Python files as bytes, against what CPython made of them: see `ask_python.py`.

use super::*;

#[derive(serde::Deserialize)]
struct Cases {
    case: Vec<Case>,
}

#[derive(serde::Deserialize)]
struct Case {
    hex: String,
    /// The value of the variable `s`; `None` where CPython refuses the file.
    value: Option<String>,
}

/// What stands between the quotes of the last `s = '…'`.
fn value(text: &str) -> &str {
    let start = text.rfind("s = '").map(|at| at + 5).or_else(|| text.rfind("s='").map(|at| at + 3));
    start.and_then(|start| text[start..].split('\'').next()).unwrap_or_default()
}

#[test]
fn texts_are_those_of_cpython() {
    let cases: Cases = toml::from_str(include_str!("cases.toml")).unwrap();
    for Case { hex, value: expected } in cases.case {
        let digits: Vec<char> = hex.chars().collect();
        let byte = |pair: &[char]| u8::from_str_radix(&String::from_iter(pair), 16).unwrap();
        let bytes: Vec<u8> = digits.chunks(2).map(byte).collect();
        let shown = String::from_utf8_lossy(&bytes).into_owned();
        let (text, fault) = decode(&bytes);
        assert_eq!(
            fault.as_ref().map_or_else(|| Some(value(&text)), |_| None),
            expected.as_deref(),
            "{shown:?} {fault:?}"
        );
        if let Some(fault) = fault {
            assert!(
                text.get(fault.span.range()).is_some_and(|piece| !piece.is_empty()),
                "{shown:?} {fault:?}"
            );
        }
    }
}

#[track_caller]
fn check_fault(bytes: &[u8], expected: &str) {
    let (text, fault) = decode(bytes);
    let fault = fault.unwrap();
    let before = &text[..fault.span.range().start];
    assert_eq!(format!("{before:?} {:?}: {}", &text[fault.span.range()], fault.message), expected);
}

#[test]
fn faults_have_a_place_and_a_name() {
    check_fault(
        b"a\xc3\xa9\xffb",
        "\"a\u{e9}\" \"\u{fffd}\": it is not UTF-8 (byte 0xff), and no coding cookie says what else it is",
    );
    check_fault(
        b"#coding:ascii\n\xe9",
        "\"#coding:ascii\\n\" \"\u{fffd}\": byte 0xe9 is not ASCII, as the coding cookie says it is",
    );
    check_fault(
        b"#coding:gbk\nx\xff",
        "\"#coding:gbk\\nx\" \"\u{fffd}\": it is not GBK, as its coding cookie says it is",
    );
    check_fault(
        b"#coding:wat\n",
        "\"#coding:\" \"wat\": its coding cookie names `wat`, which is no codec that limbeck knows",
    );
    check_fault(
        b"\xef\xbb\xbf#coding:l1\n",
        "\"\\u{feff}#coding:\" \"l1\": it begins with a UTF-8 byte order mark, but its coding cookie says `l1`",
    );
    check_fault(b"a\0b", "\"a\" \"\\0\": it holds a null byte");
    check_fault(b"\xff\xfea\0", "\"\u{fffd}\u{fffd}a\" \"\\0\": it is UTF-16, which Python does not read");
}

/// CPython to 3.13.0 at least lets such bytes pass inside a comment of a module that is imported, though not of one that
/// is run. What a comment is, this crate does not know.
#[test]
fn comments_must_be_utf8_too() {
    check_fault(
        b"# \xe9\n",
        "\"# \" \"\u{fffd}\": it is not UTF-8 (byte 0xe9), and no coding cookie says what else it is",
    );
}

#[test]
fn line_ends_and_byte_order_marks_stay() {
    assert_eq!(decode(b"\xef\xbb\xbfa\r\nb\rc\x0c\n"), ("\u{feff}a\r\nb\rc\u{c}\n".into(), None));
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(mut bytes: Vec<u8>, cookie in "(#|\n#)?(coding[:=] ?)?(utf-8|l1|gbk|ascii|x)?\n?") {
        bytes.splice(..0, cookie.bytes());
        let is_utf8 = std::str::from_utf8(&bytes).is_ok_and(|text| !text.contains(['#', '\0']));
        let (text, fault) = decode(&bytes);
        if is_utf8 {
            assert_eq!((text.as_bytes(), &fault), (bytes.as_slice(), &None));
        }
        let (whole, its_fault) = decode_whole(bytes.clone());
        assert_eq!((&*text, &fault), (&*whole, &its_fault));
        assert!(fault.is_none_or(|fault| text.get(fault.span.range()).is_some()));
    }
}
