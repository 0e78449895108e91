//! Expressions.
//!
//! Which operator binds tighter does not matter: any operands with any operators between them are an expression. Only
//! `not` may not follow every operator, and a condition or a lambda may only end an expression.

use super::cursor::{Cursor, is_keyword, table};
use super::string::strings;

/// What an expression may stand for on the left of a `=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name, an attribute or an element.
    Place,
    /// A tuple or list of what can be assigned to.
    Places,
    /// A value only.
    Value,
}

/// An expression without a comma outside of brackets.
pub(super) fn test(cursor: &mut Cursor<'_>) -> Option<Kind> {
    cursor.deeper(|cursor| {
        if cursor.field.is_none() && cursor.eat_word(b"lambda") {
            return lambda(cursor);
        }
        let kind = operation(cursor)?;
        if !cursor.eat_word(b"if") {
            return Some(kind);
        }
        operation(cursor)?;
        cursor.eat_word(b"else").then_some(())?;
        test(cursor)?;
        Some(Kind::Value)
    })
}

/// An expression that may be named on the way, as after `if` and `while`, and alone in round brackets: `a := b`.
pub(super) fn named_test(cursor: &mut Cursor<'_>) -> Option<Kind> {
    let start = cursor.at;
    if cursor.field.is_none() && cursor.name().is_some() {
        cursor.blanks();
        if cursor.peek(0) == b':' && cursor.peek(1) == b'=' {
            cursor.at += 2;
            test(cursor)?;
            return Some(Kind::Value);
        }
    }
    cursor.at = start;
    test(cursor)
}

/// Expressions with commas between them, and perhaps one at their end.
pub(super) fn tests(cursor: &mut Cursor<'_>) -> Option<Kind> {
    let mut kind = test(cursor)?;
    let mut is_first = true;
    while cursor.eat(b',') {
        let all = if kind == Kind::Value { Kind::Value } else { Kind::Places };
        kind = if is_first { all } else { kind };
        is_first = false;
        cursor.blanks();
        if cursor.is_at_end() || matches!(cursor.peek(0), b'\n' | b'#' | b'=' | b':' | b')' | b']') {
            return Some(kind);
        }
        kind = if test(cursor)? == Kind::Value { Kind::Value } else { kind };
    }
    Some(kind)
}

fn lambda(cursor: &mut Cursor<'_>) -> Option<Kind> {
    while !cursor.eat(b':') {
        cursor.name()?;
        if !cursor.eat(b',') {
            cursor.need(b':')?;
            break;
        }
    }
    test(cursor)?;
    Some(Kind::Value)
}

/// Operands with operators between them.
pub(super) fn operation(cursor: &mut Cursor<'_>) -> Option<Kind> {
    let (mut takes_not, mut is_first) = (true, true);
    loop {
        while takes_not && cursor.eat_word(b"not") {
            is_first = false;
        }
        cursor.blanks();
        while matches!(cursor.peek(0), b'-' | b'+' | b'~') {
            cursor.at += 1;
            cursor.blanks();
            is_first = false;
        }
        let operand = operand(cursor)?;
        match operator(cursor) {
            None => return Some(if is_first { operand } else { Kind::Value }),
            Some(is_logical) => takes_not = is_logical,
        }
        is_first = false;
    }
}

/// An operator between operands; gives whether `not` may follow.
fn operator(cursor: &mut Cursor<'_>) -> Option<bool> {
    cursor.blanks();
    let one = cursor.peek(0);
    // Most operands are followed by a comma or a bracket.
    if !BEGINS_OPERATOR[usize::from(one)] {
        return None;
    }
    let (two, three) = (cursor.peek(1), cursor.peek(2));
    let length = match (one, two) {
        (b'=' | b'!' | b'<' | b'>', b'=') => 2,
        (b'*', b'*') | (b'/', b'/') | (b'<', b'<') | (b'>', b'>') if three != b'=' => 2,
        (b'*', b'*') | (b'/', b'/') | (b'<', b'<') | (b'>', b'>') => 0,
        (b'-', b'>') => 0,
        (b'<' | b'>', _) => 1,
        (b'+' | b'-' | b'*' | b'/' | b'%' | b'@' | b'&' | b'|' | b'^', next) if next != b'=' => 1,
        _ => 0,
    };
    if length > 0 {
        cursor.at += length;
        return Some(false);
    }
    if !matches!(one, b'a' | b'o' | b'i' | b'n') {
        return None;
    }
    let start = cursor.at;
    let word = cursor.word();
    let found = match word {
        b"and" | b"or" => Some(true),
        b"in" => Some(false),
        b"is" => {
            cursor.eat_word(b"not");
            Some(false)
        }
        b"not" if cursor.eat_word(b"in") => Some(false),
        _ => None,
    };
    if found.is_none() {
        cursor.at = start;
    }
    found
}

/// The bytes that operators begin with, words among them.
const BEGINS_OPERATOR: [bool; 256] = table(b"=!<>*/-+%@&|^aoin");

/// A value with what hangs on it: attributes, calls, elements.
fn operand(cursor: &mut Cursor<'_>) -> Option<Kind> {
    let mut kind = atom(cursor)?;
    loop {
        cursor.blanks();
        kind = match cursor.peek(0) {
            b'.' => {
                cursor.at += 1;
                cursor.name()?;
                Kind::Place
            }
            b'(' => {
                cursor.at += 1;
                cursor.within(|cursor| arguments(cursor, true))?;
                Kind::Value
            }
            b'[' => {
                cursor.at += 1;
                cursor.within(elements)?;
                Kind::Place
            }
            _ => return Some(kind),
        };
    }
}

fn atom(cursor: &mut Cursor<'_>) -> Option<Kind> {
    cursor.blanks();
    match cursor.peek(0) {
        b'\'' | b'"' => strings(cursor, b"").map(|()| Kind::Value),
        b'(' => {
            cursor.at += 1;
            cursor.within(|cursor| collection(cursor, b')'))
        }
        b'.' if cursor.peek(1) == b'.' && cursor.peek(2) == b'.' => {
            cursor.at += 3;
            Some(Kind::Value)
        }
        b'[' => {
            cursor.at += 1;
            cursor.within(|cursor| collection(cursor, b']'))
        }
        b'{' => {
            cursor.at += 1;
            cursor.within(braces)
        }
        b'0'..=b'9' => number(cursor).map(|()| Kind::Value),
        _ => {
            let word = cursor.word();
            match cursor.peek(0) {
                b'\'' | b'"' if !word.is_empty() => strings(cursor, word).map(|()| Kind::Value),
                0x80.. => None,
                _ if matches!(word, b"None" | b"True" | b"False") => Some(Kind::Value),
                _ => (!word.is_empty() && !is_keyword(word)).then_some(Kind::Place),
            }
        }
    }
}

/// A whole number, or one with a point, in plain digits.
fn number(cursor: &mut Cursor<'_>) -> Option<()> {
    let digits = |cursor: &mut Cursor<'_>| {
        let length = cursor.bytes[cursor.at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        cursor.at += length;
        length
    };
    let leads_with_zero = cursor.peek(0) == b'0';
    if digits(cursor) > 1 && leads_with_zero {
        return None;
    }
    if cursor.peek(0) == b'.' {
        cursor.at += 1;
        digits(cursor);
    }
    let next = cursor.peek(0);
    (!next.is_ascii_alphanumeric() && next != b'_' && next != b'.' && next < 0x80).then_some(())
}

/// A tuple, a list, a generator, a comprehension, or an expression in brackets, after the opening one.
fn collection(cursor: &mut Cursor<'_>, closing: u8) -> Option<Kind> {
    if cursor.eat(closing) {
        return Some(Kind::Value);
    }
    let first = if closing == b')' { named_test(cursor)? } else { test(cursor)? };
    if comprehension(cursor)? {
        cursor.need(closing)?;
        return Some(Kind::Value);
    }
    let mut all = if first == Kind::Value { Kind::Value } else { Kind::Places };
    let mut count = 1;
    while !cursor.eat(closing) {
        cursor.need(b',')?;
        if cursor.eat(closing) {
            return Some(all);
        }
        if test(cursor)? == Kind::Value {
            all = Kind::Value;
        }
        count += 1;
    }
    // One expression in round brackets may be assigned to, but rarely is.
    Some(if closing == b')' && count == 1 { Kind::Value } else { all })
}

/// A dictionary or a set, after the brace.
fn braces(cursor: &mut Cursor<'_>) -> Option<Kind> {
    if cursor.eat(b'}') {
        return Some(Kind::Value);
    }
    let is_unpacked = unpacked(cursor)?;
    if !is_unpacked {
        test(cursor)?;
    }
    let is_dictionary = is_unpacked || cursor.eat(b':');
    if is_dictionary && !is_unpacked {
        test(cursor)?;
    }
    if !is_unpacked && comprehension(cursor)? {
        cursor.need(b'}')?;
        return Some(Kind::Value);
    }
    while !cursor.eat(b'}') {
        cursor.need(b',')?;
        if cursor.eat(b'}') {
            break;
        }
        if is_dictionary && unpacked(cursor)? {
            continue;
        }
        test(cursor)?;
        if is_dictionary {
            cursor.need(b':')?;
            test(cursor)?;
        }
    }
    Some(Kind::Value)
}

/// `**a` in a dictionary, if it stands there; gives whether it does.
fn unpacked(cursor: &mut Cursor<'_>) -> Option<bool> {
    cursor.blanks();
    if cursor.peek(0) != b'*' || cursor.peek(1) != b'*' {
        return Some(false);
    }
    cursor.at += 2;
    // Operators that bind less tightly than `|` may not follow; hardly anybody writes one.
    operand(cursor)?;
    Some(true)
}

/// `for x in y if z`, as often as it stands there; gives whether it does.
fn comprehension(cursor: &mut Cursor<'_>) -> Option<bool> {
    let mut is_one = false;
    while cursor.eat_word(b"for") {
        is_one = true;
        targets(cursor)?;
        cursor.eat_word(b"in").then_some(())?;
        operation(cursor)?;
        while cursor.eat_word(b"if") {
            operation(cursor)?;
        }
    }
    Some(is_one)
}

/// What a loop assigns to: names with commas between them, in brackets or not.
pub(super) fn targets(cursor: &mut Cursor<'_>) -> Option<()> {
    cursor.deeper(|cursor| {
        loop {
            if cursor.eat(b'(') {
                cursor.within(targets)?;
                cursor.need(b')')?;
            } else {
                cursor.name()?;
            }
            if !cursor.eat(b',') {
                return Some(());
            }
            cursor.blanks();
            if cursor.peek(0) == b')' {
                return Some(());
            }
        }
    })
}

/// The arguments of a call, after the bracket.
pub(super) fn arguments(cursor: &mut Cursor<'_>, takes_generator: bool) -> Option<()> {
    let (mut count, mut has_keyword, mut has_unpacked) = (0, false, false);
    while !cursor.eat(b')') {
        if cursor.peek(0) == b'*' {
            let is_double = cursor.peek(1) == b'*';
            cursor.at += if is_double { 2 } else { 1 };
            if has_unpacked && !is_double {
                return None;
            }
            has_unpacked |= is_double;
            test(cursor)?;
        } else if keyword(cursor) {
            has_keyword = true;
            test(cursor)?;
        } else {
            test(cursor)?;
            if has_keyword || has_unpacked {
                return None;
            }
            if comprehension(cursor)? {
                // Beside others it would need brackets of its own.
                return (takes_generator && count == 0 && cursor.eat(b')')).then_some(());
            }
        }
        count += 1;
        if !cursor.eat(b',') {
            return cursor.need(b')');
        }
    }
    Some(())
}

/// Steps over `name=`.
fn keyword(cursor: &mut Cursor<'_>) -> bool {
    let start = cursor.at;
    let is_keyword = cursor.name().is_some() && cursor.eat(b'=') && cursor.peek(0) != b'=';
    cursor.at = if is_keyword { cursor.at } else { start };
    is_keyword
}

/// What stands in the brackets of an element: expressions and slices, after the bracket.
fn elements(cursor: &mut Cursor<'_>) -> Option<()> {
    loop {
        let mut parts = 0;
        loop {
            cursor.blanks();
            let is_left_out = matches!(cursor.peek(0), b':' | b']' | b',');
            if !is_left_out {
                test(cursor)?;
            }
            let goes_on = cursor.eat(b':');
            if parts == 0 && is_left_out && !goes_on {
                return None;
            }
            parts += 1;
            if !goes_on {
                break;
            }
            if parts > 2 {
                return None;
            }
        }
        if cursor.eat(b']') {
            return Some(());
        }
        cursor.need(b',')?;
        if cursor.eat(b']') {
            return Some(());
        }
    }
}
