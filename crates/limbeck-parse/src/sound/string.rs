//! Strings: where they end, and that what is in them is sound.

use super::cursor::{Cursor, table};
use super::expression::test;

/// What the letters before a quote say.
#[derive(Clone, Copy)]
struct Prefix {
    raw: bool,
    bytes: bool,
    fields: bool,
}

impl Prefix {
    fn of(word: &[u8]) -> Option<Self> {
        let mut lower = [0; 2];
        lower.get_mut(..word.len())?.copy_from_slice(word);
        lower.make_ascii_lowercase();
        let (raw, bytes, fields) = match &lower[..word.len()] {
            b"" | b"u" => (false, false, false),
            b"r" => (true, false, false),
            b"b" => (false, true, false),
            b"f" => (false, false, true),
            b"br" | b"rb" => (true, true, false),
            b"fr" | b"rf" => (true, false, true),
            _ => return None,
        };
        Some(Self { raw, bytes, fields })
    }
}

/// One or more strings side by side, the first after the prefix `word`, which was read.
pub(super) fn strings(cursor: &mut Cursor<'_>, word: &[u8]) -> Option<()> {
    let first = Prefix::of(word)?;
    string(cursor, first)?;
    loop {
        cursor.blanks();
        let start = cursor.at;
        let word = cursor.word();
        if !matches!(cursor.peek(0), b'\'' | b'"') {
            cursor.at = start;
            return Some(());
        }
        let next = Prefix::of(word).filter(|next| next.bytes == first.bytes)?;
        string(cursor, next)?;
    }
}

/// The bytes that mean nothing else in any string.
const STANDS_FOR_ITSELF: [bool; 256] = {
    let mut stands = table(b"'\"\\\n{}");
    let mut byte = 0;
    while byte < stands.len() {
        stands[byte] = !stands[byte] && byte < 0x80;
        byte += 1;
    }
    stands
};

fn string(cursor: &mut Cursor<'_>, prefix: Prefix) -> Option<()> {
    let quote = cursor.peek(0);
    if cursor.field.is_some() && (prefix.fields || cursor.field == Some(quote)) {
        return None;
    }
    let is_triple = cursor.peek(1) == quote && cursor.peek(2) == quote;
    cursor.at += if is_triple { 3 } else { 1 };
    loop {
        let stands =
            cursor.bytes[cursor.at..].iter().position(|byte| !STANDS_FOR_ITSELF[usize::from(*byte)])?;
        cursor.at += stands;
        let byte = cursor.bytes[cursor.at];
        cursor.at += 1;
        match byte {
            b'\\' => escape(cursor, prefix)?,
            b'\n' if !is_triple => return None,
            b'{' if prefix.fields => {
                if cursor.peek(0) == b'{' {
                    cursor.at += 1;
                } else {
                    field(cursor, quote)?;
                }
            }
            b'}' if prefix.fields => {
                (cursor.peek(0) == b'}').then_some(())?;
                cursor.at += 1;
            }
            0x80.. if prefix.bytes => return None,
            byte if byte == quote => {
                if !is_triple {
                    return Some(());
                }
                if cursor.peek(0) == quote && cursor.peek(1) == quote {
                    cursor.at += 2;
                    return Some(());
                }
            }
            _ => {}
        }
    }
}

/// After a backslash.
fn escape(cursor: &mut Cursor<'_>, prefix: Prefix) -> Option<()> {
    let byte = *cursor.bytes.get(cursor.at)?;
    let is_field = prefix.fields && matches!(byte, b'{' | b'}');
    let is_code = !prefix.raw && matches!(byte, b'N' | b'u' | b'U' | b'x');
    (!is_field && !is_code && byte < 0x80).then_some(())?;
    cursor.at += 1;
    Some(())
}

/// A field of an f-string after its brace: an expression on one line, perhaps a conversion, perhaps a plain specification.
fn field(cursor: &mut Cursor<'_>, quote: u8) -> Option<()> {
    let start = cursor.at;
    let outer = cursor.field.replace(quote);
    let read = cursor.within(|cursor| test(cursor));
    cursor.field = outer;
    read?;
    while cursor.peek(0) == b' ' {
        cursor.at += 1;
    }
    if memchr::memchr(b'\n', &cursor.bytes[start..cursor.at]).is_some() {
        return None;
    }
    if cursor.peek(0) == b'!' {
        matches!(cursor.peek(1), b'r' | b's' | b'a').then_some(())?;
        cursor.at += 2;
    }
    if cursor.peek(0) == b':' {
        cursor.at += 1;
        let is_plain = |byte: &&u8| byte.is_ascii_alphanumeric() || b"<>=^+- #,_.%".contains(byte);
        cursor.at += cursor.bytes[cursor.at..].iter().take_while(is_plain).count();
    }
    (cursor.peek(0) == b'}').then_some(())?;
    cursor.at += 1;
    Some(())
}
