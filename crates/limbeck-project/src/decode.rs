//! Bytes of a Python file to text, as CPython decodes them.
//!
//! It opens no file. Source: `check_bom`, `check_coding_spec`, `get_coding_spec` and `decode_str` of CPython's tokenizer
//! (`Parser/tokenizer.c`); `decode/tests.rs` compares the two.

use std::borrow::Cow;

use limbeck_types::Span;

use crate::codec::{self, Codec};
use crate::read::{ReadFault, ReadProblemKind};

const BOM: &[u8] = b"\xef\xbb\xbf";

/// The text of a Python file, and the first thing that keeps CPython from reading it.
///
/// A byte order mark stays in the text. What cannot be decoded becomes U+FFFD.
pub(crate) fn decode(bytes: &[u8]) -> (Cow<'_, str>, Option<ReadFault>) {
    if let Some(text) = sound(bytes) {
        return (Cow::Borrowed(text), None);
    }
    let (text, fault) = decode_whole(bytes.to_vec());
    (Cow::Owned(text), fault)
}

/// The text of a file that is UTF-8 and says nothing else of itself, as nearly every file is: its own bytes.
fn sound(bytes: &[u8]) -> Option<&str> {
    let is_odd = bytes.starts_with(BOM) || cookie(bytes).is_some() || memchr::memchr(0, bytes).is_some();
    std::str::from_utf8(bytes).ok().filter(|_| !is_odd)
}

fn decode_whole(bytes: Vec<u8>) -> (String, Option<ReadFault>) {
    let has_bom = bytes.starts_with(BOM);
    let cookie = cookie(if has_bom { &bytes[BOM.len()..] } else { &bytes });
    let contradicts_bom = has_bom && cookie.as_deref().is_some_and(|name| !codec::is_utf8_to_tokenizer(name));
    let codec = cookie.as_deref().map_or(Some(Codec::Utf8), codec::by_name).filter(|_| !contradicts_bom);
    if let Some(at) = memchr::memchr(0, &bytes) {
        return null_byte(&bytes, at);
    }
    let Some(codec) = codec else {
        let text = lossy(bytes);
        let cookie = cookie.unwrap_or_default();
        let at = text.find(&cookie).unwrap_or(0);
        let span = Span::new(at, at + cookie.len());
        let message = if contradicts_bom {
            format!("it begins with a UTF-8 byte order mark, but its coding cookie says `{cookie}`")
        } else {
            format!("its coding cookie names `{cookie}`, which is no codec that limbeck knows")
        };
        return (text, Some(ReadFault { span, message, kind: ReadProblemKind::UnknownEncoding }));
    };
    match codec {
        Codec::Utf8 => utf8(bytes),
        Codec::Latin1 => (bytes.iter().map(|byte| char::from(*byte)).collect(), None),
        Codec::Ascii => ascii(bytes),
        Codec::Other(encoding) => other(encoding, &bytes),
    }
}

/// The name in the coding cookie, if one of the first two lines is a comment that has one.
fn cookie(bytes: &[u8]) -> Option<String> {
    // Nearly every file begins with its docstring.
    if !matches!(bytes.first()?, b' ' | b'\t' | b'\x0c' | b'\n' | b'\r' | b'#') {
        return None;
    }
    let mut lines = bytes.splitn(3, |byte| matches!(byte, b'\n' | b'\r'));
    let first = lines.next()?;
    let mut second = lines.next();
    // `\r\n` is one line end, not two.
    if second.is_some_and(<[u8]>::is_empty) && bytes[first.len()..].starts_with(b"\r\n") {
        second = lines.next().and_then(|rest| rest.split(|byte| matches!(byte, b'\n' | b'\r')).next());
    }
    match line_cookie(first) {
        Line::Cookie(name) => Some(name),
        Line::Code => None,
        Line::Blank => match line_cookie(second?) {
            Line::Cookie(name) => Some(name),
            Line::Code | Line::Blank => None,
        },
    }
}

enum Line {
    Cookie(String),
    /// A comment, or nothing: the next line may have the cookie.
    Blank,
    Code,
}

/// `^[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)`.
fn line_cookie(line: &[u8]) -> Line {
    let lead = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | 0x0c)).count();
    match line.get(lead) {
        None => return Line::Blank,
        Some(b'#') => {}
        Some(_) => return Line::Code,
    }
    let mut rest = &line[lead..];
    while let Some(at) = rest.windows(6).position(|window| window == b"coding") {
        rest = &rest[at + 6..];
        let Some((b':' | b'=', value)) = rest.split_first() else { continue };
        let blanks = value.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let name: Vec<u8> = value[blanks..].iter().take_while(is_name).copied().collect();
        if !name.is_empty() {
            return Line::Cookie(String::from_utf8_lossy(&name).into_owned());
        }
    }
    Line::Blank
}

fn null_byte(bytes: &[u8], at: usize) -> (String, Option<ReadFault>) {
    let is_utf16 = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    let message = if is_utf16 { "it is UTF-16, which Python does not read" } else { "it holds a null byte" };
    let start = String::from_utf8_lossy(&bytes[..at]).len();
    let span = Span::new(start, start + 1);
    let fault = ReadFault { span, message: message.to_owned(), kind: ReadProblemKind::NullByte };
    (String::from_utf8_lossy(bytes).into_owned(), Some(fault))
}

fn utf8(bytes: Vec<u8>) -> (String, Option<ReadFault>) {
    match String::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let byte = error.as_bytes()[at];
            let message =
                format!("it is not UTF-8 (byte 0x{byte:02x}), and no coding cookie says what else it is");
            (lossy(error.into_bytes()), Some(undecodable(at, message, ReadProblemKind::NotUtf8)))
        }
    }
}

fn ascii(bytes: Vec<u8>) -> (String, Option<ReadFault>) {
    let Some(at) = bytes.iter().position(|byte| !byte.is_ascii()) else { return utf8(bytes) };
    let message = format!("byte 0x{:02x} is not ASCII, as the coding cookie says it is", bytes[at]);
    let text =
        bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '\u{fffd}' }).collect();
    (text, Some(undecodable(at, message, ReadProblemKind::Undecodable)))
}

fn other(encoding: &'static encoding_rs::Encoding, bytes: &[u8]) -> (String, Option<ReadFault>) {
    if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        return (text.into_owned(), None);
    }
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    // No codec but UTF-8 and its kin has a U+FFFD of its own, so that the first one is the first replacement.
    let at = text.find(char::REPLACEMENT_CHARACTER).unwrap_or(0);
    let message = format!("it is not {}, as its coding cookie says it is", encoding.name());
    (text.into_owned(), Some(undecodable(at, message, ReadProblemKind::Undecodable)))
}

fn undecodable(at: usize, message: String, kind: ReadProblemKind) -> ReadFault {
    let span = Span::new(at, at + char::REPLACEMENT_CHARACTER.len_utf8());
    ReadFault { span, message, kind }
}

fn lossy(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests;
