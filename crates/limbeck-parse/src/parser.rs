//! The set-up of the Python parser: the newest syntax, a stack that is large enough, errors in our words.
//!
//! It owns when a text is refused instead of parsed. The tree lives only inside [`with_module`]; what the tree means is
//! said elsewhere.

use std::thread;

use limbeck_types::{ParseError, Span};
use ruff_python_ast::{Mod, PythonVersion, Stmt};
use ruff_python_parser::{Mode, ParseOptions, Parsed, parse_unchecked};

use crate::shape::{self, Shape};
use crate::span;

/// Trees up to this depth fit on the stack of any thread, as the caller's `read` and the parser's own `drop` recurse.
const DEPTH_OF_ANY_STACK: usize = 250;
/// CPython gives up between a thousand and some ten thousand steps, depending on its version.
const MAX_DEPTH: usize = 100_000;
/// Room for one step of the deepest recursion in a debug build.
const STACK_PER_STEP: usize = 8 * 1024;

/// Parses `text` and gives its statements and itself to `read`. A text that is refused has no statements.
pub(crate) fn with_module<T, F>(text: &str, read: F) -> (T, Vec<ParseError>)
where
    T: Send,
    F: FnOnce(&[Stmt], &str) -> T + Send,
{
    with_statements(text, false, read)
}

/// The same for what happens when the module is run: a text that is not Python has no statements.
pub(crate) fn with_python<T, F>(text: &str, read: F) -> (T, Vec<ParseError>)
where
    T: Send,
    F: FnOnce(&[Stmt], &str) -> T + Send,
{
    with_statements(text, true, read)
}

fn with_statements<T, F>(text: &str, is_run: bool, read: F) -> (T, Vec<ParseError>)
where
    T: Send,
    F: FnOnce(&[Stmt], &str) -> T + Send,
{
    let shape = shape::scan(text);
    if let Some(error) = refusal(text, &shape) {
        return (read(&[], text), vec![error]);
    }
    if shape.depth <= DEPTH_OF_ANY_STACK {
        return parse(text, &shape, is_run, read);
    }
    on_large_stack(text, &shape, is_run, read)
}

/// Why `text` is not parsed at all.
fn refusal(text: &str, shape: &Shape) -> Option<ParseError> {
    let error = |message: &str, offset: usize| {
        Some(ParseError { message: message.to_owned(), span: Span::new(offset, offset + 1) })
    };
    if u32::try_from(text.len()).is_err() {
        let message = "a file of more than 4 GiB is not read".to_owned();
        return Some(ParseError { message, span: Span::new(0, 0) });
    }
    if let Some(offset) = shape.too_deep {
        return error("too many nested brackets; Python itself refuses more than 200", offset);
    }
    (shape.depth > MAX_DEPTH).then(too_deep_error)
}

fn too_deep_error() -> ParseError {
    ParseError { message: "nested too deeply to be read".to_owned(), span: Span::new(0, 0) }
}

fn on_large_stack<T, F>(text: &str, shape: &Shape, is_run: bool, read: F) -> (T, Vec<ParseError>)
where
    T: Send,
    F: FnOnce(&[Stmt], &str) -> T + Send,
{
    // The closure is handed over in an `Option`, so that it is still ours if no thread can be had.
    let mut read = Some(read);
    let stack = 1024 * 1024 + shape.depth * STACK_PER_STEP;
    let done = thread::scope(|scope| {
        let read = &mut read;
        let body = move || read.take().map(|read| parse(text, shape, is_run, read));
        let thread = thread::Builder::new().stack_size(stack).spawn_scoped(scope, body).ok()?;
        match thread.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    });
    match (done, read) {
        (Some(done), _) => done,
        (None, Some(read)) => (read(&[], text), vec![too_deep_error()]),
        (None, None) => unreachable!("`read` is taken only by a thread that gives a result"),
    }
}

/// The tree of a text that is Python and not nested deeply.
pub(crate) fn shallow(text: &str) -> Option<Parsed<Mod>> {
    let shape = shape::scan(text);
    if refusal(text, &shape).is_some() || shape.depth > DEPTH_OF_ANY_STACK {
        return None;
    }
    let options = ParseOptions::from(Mode::Module).with_target_version(PythonVersion::latest_preview());
    let parsed = parse_unchecked(text, options);
    parsed.errors().is_empty().then_some(parsed)
}

fn parse<T>(
    text: &str,
    shape: &Shape,
    is_run: bool,
    read: impl FnOnce(&[Stmt], &str) -> T,
) -> (T, Vec<ParseError>) {
    // The default is Python 3.10. What a version takes is the business of the interpreter that will run the file.
    let options = ParseOptions::from(Mode::Module).with_target_version(PythonVersion::latest_preview());
    let parsed = parse_unchecked(text, options);
    let errors = errors(text, &parsed, shape);
    let value = match parsed.syntax() {
        Mod::Module(module) if errors.is_empty() || !is_run => read(&module.body, text),
        Mod::Module(_) | Mod::Expression(_) => read(&[], text),
    };
    (value, errors)
}

fn errors(text: &str, parsed: &Parsed<Mod>, shape: &Shape) -> Vec<ParseError> {
    let mut errors: Vec<_> = parsed
        .errors()
        .iter()
        .map(|error| ParseError {
            message: fragment(&error.error.to_string()),
            span: span::span(error.location),
        })
        .collect();
    if !errors.is_empty() && !blame_conflict(text, &mut errors) {
        blame_bracket(text, shape, &mut errors);
    }
    if let Some(offset) = memchr::memchr(0, text.as_bytes()) {
        let message = "source code cannot contain null bytes".to_owned();
        errors.push(ParseError { message, span: Span::new(offset, offset + 1) });
    }
    errors.sort_by_key(|error| error.span);
    // What follows on the same line follows from the first.
    let is_same_line = |from: Span, to: Span| {
        text.get(from.start as usize..to.start as usize).is_some_and(|between| !between.contains('\n'))
    };
    errors.dedup_by(|error, before| is_same_line(before.span, error.span));
    errors
}

/// Says that somebody left a merge conflict in the file, in place of all that follows from it. Whether there is one.
fn blame_conflict(text: &str, errors: &mut Vec<ParseError>) -> bool {
    let is_marker = |error: &ParseError| {
        let start = error.span.start as usize;
        let is_line = start == 0 || text.as_bytes().get(start - 1) == Some(&b'\n');
        is_line && text.get(start..).is_some_and(|rest| rest.starts_with("<<<<<<<"))
    };
    let Some(first) = errors.iter().position(is_marker) else { return false };
    errors.truncate(first + 1);
    let start = errors[first].span.start;
    errors[first] = ParseError {
        message: "a merge conflict is left in the file".to_owned(),
        span: Span { start, end: start + 7 },
    };
    true
}

/// Says what CPython says of brackets, at the bracket, in place of all that follows from it.
fn blame_bracket(text: &str, shape: &Shape, errors: &mut Vec<ParseError>) {
    let bracket = |offset: usize| text.get(offset..offset + 1).unwrap_or_default();
    let (message, offset, from) = match (shape.mismatch, shape.unclosed) {
        (Some((closing, opening)), _) => {
            (format!("`{}` does not close `{}`", bracket(closing), bracket(opening)), closing, opening)
        }
        (None, Some(opening)) => (format!("`{}` is never closed", bracket(opening)), opening, opening),
        (None, None) => return,
    };
    errors.retain(|error| error.span.end as usize <= from);
    errors.push(ParseError { message, span: Span::new(offset, offset + 1) });
}

/// A message of the parser as a fragment: a sentence starts with a capital and a small letter, a name does not.
fn fragment(message: &str) -> String {
    let mut chars = message.chars();
    match (chars.next(), chars.clone().next()) {
        (Some(first), Some(second)) if first.is_ascii_uppercase() && second.is_ascii_lowercase() => {
            format!("{}{}", first.to_ascii_lowercase(), chars.as_str())
        }
        _ => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let (statements, errors) = with_module(text, |body, _| body.len());
        let errors = errors.iter().map(|error| format!("{:?} {}\n", error.span.range(), error.message));
        assert_eq!(format!("{statements} statements\n{}", errors.collect::<String>()).trim_end(), expected);
    }

    #[test]
    fn errors_are_pinned() {
        check("x = 1\n", "1 statements");
        check("x = (\n\ndef f(): pass\n", "2 statements\n4..5 `(` is never closed");
        check("x = [(1]\n", "1 statements\n7..8 `]` does not close `(`");
        check(
            "print 'x'\n",
            "2 statements\n6..9 simple statements must be separated by newlines or semicolons",
        );
        check("x = '\0'\n", "1 statements\n5..6 source code cannot contain null bytes");
    }

    #[test]
    fn new_syntax_is_no_error() {
        check("f'{x['a']}'\ntype X = int\nt'{x}'\ntry: pass\nexcept A, B: pass\n", "4 statements");
    }

    #[test]
    fn deep_texts_are_refused_or_read_on_a_large_stack() {
        let deep = "0 statements\n200..201 too many nested brackets; Python itself refuses more than 200";
        check(&"(".repeat(100_000), deep);
        check(&format!("{}1{}", "[".repeat(200), "]".repeat(200)), "1 statements");
        check(&format!("{}x", "not ".repeat(50_000)), "1 statements");
        check(&format!("{}x", "-".repeat(50_000)), "1 statements");
        check(&format!("x{}", ".x".repeat(40_000)), "1 statements");
        check(&format!("x{}", "()".repeat(40_000)), "1 statements");
        check(&format!("x{}", " + x".repeat(40_000)), "1 statements");
        check(&format!("{}x", "-".repeat(200_000)), "0 statements\n0..0 nested too deeply to be read");
    }

    #[test]
    fn what_runs_without_a_thread_fits_a_small_stack() {
        for step in ["not ", "-", "lambda: ", "x if y else ", "await "] {
            let steps_of_one = shape::scan(&step.repeat(100)).depth / 100;
            let text = format!("{}x", step.repeat(DEPTH_OF_ANY_STACK / steps_of_one - 1));
            assert!(shape::scan(&text).depth <= DEPTH_OF_ANY_STACK);
            let small = thread::Builder::new().stack_size(1024 * 1024);
            let thread = small.spawn(move || with_module(&text, crate::calls::collect));
            thread.unwrap().join().unwrap();
        }
    }
}
