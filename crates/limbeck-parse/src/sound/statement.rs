//! Statements, and the blocks that hold them.

use super::cursor::Cursor;
use super::expression::{Kind, arguments, named_test, targets, test, tests};

/// A whole file.
pub(super) fn module(cursor: &mut Cursor<'_>) -> Option<()> {
    match next_line(cursor)? {
        None => Some(()),
        Some(0) => {
            block(cursor, 0)?;
            cursor.is_at_end().then_some(())
        }
        Some(_) => None,
    }
}

/// Steps over empty lines and comments to the start of the next line that says something; gives how far it is indented,
/// or no number at the end of the text.
#[expect(clippy::option_option, reason = "the outer one ends the reading")]
fn next_line(cursor: &mut Cursor<'_>) -> Option<Option<usize>> {
    loop {
        let start = cursor.at;
        cursor.at += cursor.bytes[start..].iter().take_while(|byte| **byte == b' ').count();
        if cursor.is_at_end() {
            return Some(None);
        }
        match cursor.peek(0) {
            b'\n' => cursor.at += 1,
            b'#' => cursor.comment(),
            b'\t' | b'\r' | b'\x0c' => return None,
            _ => {
                let indent = cursor.at - start;
                cursor.at = start;
                return Some(Some(indent));
            }
        }
    }
}

/// Statements that are indented this far, until one is less.
fn block(cursor: &mut Cursor<'_>, indent: usize) -> Option<()> {
    cursor.deeper(|cursor| {
        loop {
            match next_line(cursor)? {
                Some(next) if next == indent => {
                    cursor.at += indent;
                    statement(cursor, indent)?;
                }
                Some(next) if next > indent => return None,
                _ => return Some(()),
            }
        }
    })
}

/// What follows a colon: a simple statement, or a block that is indented more.
fn suite(cursor: &mut Cursor<'_>, indent: usize) -> Option<()> {
    cursor.need(b':')?;
    cursor.blanks();
    if !matches!(cursor.peek(0), b'\n' | b'#') {
        return simple(cursor);
    }
    let inner = next_line(cursor)??;
    (inner > indent).then_some(())?;
    block(cursor, inner)
}

/// Steps over this word if it begins the next line, indented this far.
fn goes_on(cursor: &mut Cursor<'_>, indent: usize, word: &[u8]) -> Option<bool> {
    let start = cursor.at;
    if next_line(cursor)? == Some(indent) {
        cursor.at += indent;
        if cursor.eat_word(word) {
            return Some(true);
        }
    }
    cursor.at = start;
    Some(false)
}

/// One statement, indented this far, with its blocks.
pub(super) fn statement(cursor: &mut Cursor<'_>, indent: usize) -> Option<()> {
    let start = cursor.at;
    match cursor.word() {
        b"" if cursor.peek(0) == b'@' => decorated(cursor, indent),
        b"def" => function(cursor, indent),
        b"class" => class(cursor, indent),
        b"if" => {
            named_test(cursor)?;
            suite(cursor, indent)?;
            while goes_on(cursor, indent, b"elif")? {
                named_test(cursor)?;
                suite(cursor, indent)?;
            }
            otherwise(cursor, indent)
        }
        b"while" => {
            named_test(cursor)?;
            suite(cursor, indent)?;
            otherwise(cursor, indent)
        }
        b"for" => {
            targets(cursor)?;
            cursor.eat_word(b"in").then_some(())?;
            tests(cursor)?;
            suite(cursor, indent)?;
            otherwise(cursor, indent)
        }
        b"with" => with(cursor, indent),
        b"try" => attempt(cursor, indent),
        // Words that begin a statement in some places only. Whatever is assigned to is a name.
        b"match" | b"case" | b"type" if !is_assigned(cursor) => None,
        b"async" => None,
        _ => {
            cursor.at = start;
            simple(cursor)
        }
    }
}

/// Whether a plain `=` follows.
fn is_assigned(cursor: &mut Cursor<'_>) -> bool {
    cursor.blanks();
    cursor.peek(0) == b'=' && cursor.peek(1) != b'='
}

fn otherwise(cursor: &mut Cursor<'_>, indent: usize) -> Option<()> {
    if goes_on(cursor, indent, b"else")? { suite(cursor, indent) } else { Some(()) }
}

fn decorated(cursor: &mut Cursor<'_>, indent: usize) -> Option<()> {
    while cursor.eat(b'@') {
        test(cursor)?;
        end_of_line(cursor)?;
        (next_line(cursor)?? == indent).then_some(())?;
        cursor.at += indent;
    }
    match cursor.word() {
        b"def" => function(cursor, indent),
        b"class" => class(cursor, indent),
        _ => None,
    }
}

fn function(cursor: &mut Cursor<'_>, indent: usize) -> Option<()> {
    cursor.name()?;
    cursor.need(b'(')?;
    cursor.within(parameters)?;
    cursor.blanks();
    if cursor.peek(0) == b'-' && cursor.peek(1) == b'>' {
        cursor.at += 2;
        test(cursor)?;
    }
    suite(cursor, indent)
}

/// Parameters, after the bracket: plain ones, then perhaps `*args`, then perhaps `**kwargs`.
fn parameters(cursor: &mut Cursor<'_>) -> Option<()> {
    let (mut has_default, mut has_star) = (false, false);
    while !cursor.eat(b')') {
        let stars = if !cursor.eat(b'*') {
            0
        } else if cursor.peek(0) == b'*' {
            cursor.at += 1;
            2
        } else {
            1
        };
        cursor.name()?;
        if cursor.eat(b':') {
            test(cursor)?;
        }
        if stars == 2 {
            return cursor.need(b')');
        }
        if stars == 1 {
            (!has_star).then_some(())?;
            has_star = true;
        } else if cursor.eat(b'=') {
            test(cursor)?;
            has_default = true;
        } else if has_default && !has_star {
            return None;
        }
        if !cursor.eat(b',') {
            return cursor.need(b')');
        }
    }
    Some(())
}

fn class(cursor: &mut Cursor<'_>, indent: usize) -> Option<()> {
    cursor.name()?;
    if cursor.eat(b'(') {
        cursor.within(|cursor| arguments(cursor, false))?;
    }
    suite(cursor, indent)
}

fn with(cursor: &mut Cursor<'_>, indent: usize) -> Option<()> {
    // Brackets around all of it have a grammar of their own.
    cursor.blanks();
    (cursor.peek(0) != b'(').then_some(())?;
    loop {
        test(cursor)?;
        if cursor.eat_word(b"as") {
            cursor.name()?;
        }
        if !cursor.eat(b',') {
            return suite(cursor, indent);
        }
    }
}

fn attempt(cursor: &mut Cursor<'_>, indent: usize) -> Option<()> {
    suite(cursor, indent)?;
    let (mut handlers, mut is_last) = (0, false);
    while goes_on(cursor, indent, b"except")? {
        (!is_last).then_some(())?;
        cursor.blanks();
        is_last = cursor.peek(0) == b':';
        if !is_last {
            test(cursor)?;
            if cursor.eat_word(b"as") {
                cursor.name()?;
            }
        }
        suite(cursor, indent)?;
        handlers += 1;
    }
    if handlers > 0 {
        otherwise(cursor, indent)?;
    }
    if goes_on(cursor, indent, b"finally")? {
        return suite(cursor, indent);
    }
    (handlers > 0).then_some(())
}

/// One simple statement, alone on what is left of its line.
fn simple(cursor: &mut Cursor<'_>) -> Option<()> {
    let start = cursor.at;
    match cursor.word() {
        b"pass" | b"break" | b"continue" => {}
        b"return" => {
            if !is_end_of_line(cursor) {
                tests(cursor)?;
            }
        }
        b"raise" => {
            if !is_end_of_line(cursor) {
                test(cursor)?;
                if cursor.eat_word(b"from") {
                    test(cursor)?;
                }
            }
        }
        b"assert" => {
            test(cursor)?;
            if cursor.eat(b',') {
                test(cursor)?;
            }
        }
        b"del" => {
            (tests(cursor)? != Kind::Value).then_some(())?;
        }
        b"global" | b"nonlocal" => names(cursor)?,
        b"import" => import(cursor)?,
        b"from" => import_from(cursor)?,
        _ => {
            cursor.at = start;
            assignment(cursor)?;
        }
    }
    end_of_line(cursor)
}

fn is_end_of_line(cursor: &mut Cursor<'_>) -> bool {
    cursor.blanks();
    cursor.is_at_end() || matches!(cursor.peek(0), b'\n' | b'#')
}

fn end_of_line(cursor: &mut Cursor<'_>) -> Option<()> {
    is_end_of_line(cursor).then_some(())?;
    if cursor.peek(0) == b'#' {
        cursor.comment();
    }
    cursor.at += usize::from(cursor.peek(0) == b'\n');
    Some(())
}

/// An expression, or an assignment of any kind.
fn assignment(cursor: &mut Cursor<'_>) -> Option<()> {
    let mut kind = tests(cursor)?;
    cursor.blanks();
    if cursor.peek(0) == b':' && kind == Kind::Place {
        cursor.at += 1;
        test(cursor)?;
        if cursor.eat(b'=') {
            test(cursor)?;
        }
        return Some(());
    }
    if is_augmented(cursor) {
        (kind == Kind::Place).then_some(())?;
        return tests(cursor).map(|_| ());
    }
    while cursor.peek(0) == b'=' {
        (kind != Kind::Value).then_some(())?;
        cursor.at += 1;
        kind = tests(cursor)?;
        cursor.blanks();
    }
    Some(())
}

/// Steps over `+=` and its kin.
fn is_augmented(cursor: &mut Cursor<'_>) -> bool {
    let (one, two, three) = (cursor.peek(0), cursor.peek(1), cursor.peek(2));
    let length = match (one, two, three) {
        (b'+' | b'-' | b'*' | b'/' | b'%' | b'@' | b'&' | b'|' | b'^', b'=', _) => 2,
        (b'*', b'*', b'=') | (b'/', b'/', b'=') | (b'<', b'<', b'=') | (b'>', b'>', b'=') => 3,
        _ => 0,
    };
    cursor.at += length;
    length > 0
}

fn names(cursor: &mut Cursor<'_>) -> Option<()> {
    loop {
        cursor.name()?;
        if !cursor.eat(b',') {
            return Some(());
        }
    }
}

fn dotted(cursor: &mut Cursor<'_>) -> Option<()> {
    loop {
        cursor.name()?;
        if !cursor.eat(b'.') {
            return Some(());
        }
    }
}

fn alias(cursor: &mut Cursor<'_>) -> Option<()> {
    if cursor.eat_word(b"as") {
        cursor.name()?;
    }
    Some(())
}

fn import(cursor: &mut Cursor<'_>) -> Option<()> {
    loop {
        dotted(cursor)?;
        alias(cursor)?;
        if !cursor.eat(b',') {
            return Some(());
        }
    }
}

fn import_from(cursor: &mut Cursor<'_>) -> Option<()> {
    let mut dots = 0;
    while cursor.eat(b'.') {
        dots += 1;
    }
    if !(dots > 0 && cursor.eat_word(b"import")) {
        dotted(cursor)?;
        cursor.eat_word(b"import").then_some(())?;
    }
    if cursor.eat(b'(') {
        return cursor.within(|cursor| {
            loop {
                cursor.name()?;
                alias(cursor)?;
                let has_comma = cursor.eat(b',');
                if cursor.eat(b')') {
                    return Some(());
                }
                has_comma.then_some(())?;
            }
        });
    }
    loop {
        cursor.name()?;
        alias(cursor)?;
        if !cursor.eat(b',') {
            return Some(());
        }
    }
}
