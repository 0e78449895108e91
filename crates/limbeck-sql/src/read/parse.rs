//! One statement's tokens to a [`Statement`]: the parser's set-up, its errors in our terms, a stack that is large enough.
//!
//! The tree lives only in here and in what walks over it.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use limbeck_types::Statement;
use squawk_syntax::ast::AstNode;
use squawk_syntax::{SourceFile, SyntaxKind, SyntaxNode};

use super::bind;
use super::depth::{self, Budget};
use super::split::Token;
use super::{kind, walk};

/// What is parsed on the caller's stack may take so much of it.
const STACK_OF_ANY_THREAD: usize = 512 * 1024;

/// What binds are tried as, in this order: a constant may stand where a parameter may not (`SET x = :x`, `INTERVAL :x`), and
/// the other way around in an index (`:x[1]`).
const VALUES: [&str; 2] = ["''", "$1"];

/// Reads the statement that these tokens make.
pub(super) fn statement(sql: &str, tokens: &[Token], budget: &mut Budget) -> Statement {
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else {
        return refused(0..0, 0..0, "there is no statement");
    };
    let range = first.range.start..last.range.end;
    match depth::stack(sql, tokens, budget) {
        Err((place, why)) => refused(range, place, why),
        Ok(stack) if stack <= STACK_OF_ANY_THREAD => parse(sql, tokens, range),
        Ok(stack) => on_large_stack(sql, tokens, range, stack),
    }
}

/// A statement that is not read.
pub(super) fn refused(range: Range<usize>, place: Range<usize>, why: &str) -> Statement {
    let place = if place.is_empty() { range.clone() } else { place };
    Statement { errors: vec![(place, why.to_owned())], ..empty(range) }
}

fn empty(range: Range<usize>) -> Statement {
    let (objects, actions, clauses, errors) = (vec![], vec![], vec![], vec![]);
    Statement { range, kind: None, objects, actions, clauses, errors }
}

fn on_large_stack(sql: &str, tokens: &[Token], range: Range<usize>, stack: usize) -> Statement {
    let done = thread::scope(|scope| {
        let body = || parse(sql, tokens, range.clone());
        let thread = thread::Builder::new().stack_size(1024 * 1024 + stack).spawn_scoped(scope, body).ok()?;
        thread.join().ok()
    });
    done.unwrap_or_else(|| refused(range, 0..0, "nested too deeply to be read"))
}

/// Parses the text as it is meant, then, where that is no SQL, as it may be meant.
fn parse(sql: &str, tokens: &[Token], range: Range<usize>) -> Statement {
    let edits = bind::edits(sql, tokens);
    let [constant, parameter] = VALUES.map(|value| bind::apply(sql, range.clone(), &edits, value));
    let mut first = parse_text(&constant, tokens, range.clone());
    if first.errors.is_empty() || !edits.iter().any(bind::Edit::is_doubtful) {
        return first;
    }
    for (place, _) in &mut first.errors {
        *place = bind::whole(&edits, place.clone());
    }
    let others = [&*parameter, &sql[range.clone()]];
    let mut others = others.iter().map(|text| parse_text(text, tokens, range.clone()));
    others.find(|statement| statement.errors.is_empty()).unwrap_or(first)
}

/// Reads a text that stands for the bytes `range` of the whole. A panic of the parser is an error of the text: it asserts
/// that it gets on, and that its own marks are used.
fn parse_text(text: &str, tokens: &[Token], range: Range<usize>) -> Statement {
    let read = || {
        let parsed = SourceFile::parse(text);
        let errors = parsed.errors();
        let mut statement = empty(range.clone());
        if errors.is_empty() {
            let root = parsed.tree();
            walk_statement(root.syntax(), &mut statement);
            return statement;
        }
        let place = |at: Range<usize>| place(tokens, range.start + at.start..range.start + at.end);
        // After the first of these each token that follows is one.
        let lost = errors.iter().position(|error| error.message().starts_with("expected command"));
        let told = errors.iter().enumerate().filter(|(index, error)| {
            lost.is_none_or(|lost| *index <= lost) || !error.message().starts_with("expected command")
        });
        let told = told.map(|(_, error)| (place(error.range().into()), fragment(error.message())));
        statement.errors = told.collect();
        statement.errors.dedup();
        statement
    };
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| refused(range, 0..0, "the parser gives up on this statement"))
}

fn walk_statement(root: &SyntaxNode, statement: &mut Statement) {
    let mut nodes = root.children().filter(|node| node.kind() != SyntaxKind::EMPTY_STMT);
    match (nodes.next(), nodes.next()) {
        (Some(node), None) if kind::title(&node).is_some() => {
            statement.kind = kind::title(&node);
            walk::walk(&node, statement);
        }
        _ => statement.errors.push((statement.range.clone(), "expected one statement".to_owned())),
    }
}

/// Where an error is shown: at the token that it is at or before, as Postgres shows it, else at the last.
fn place(tokens: &[Token], at: Range<usize>) -> Range<usize> {
    if !at.is_empty() {
        return at;
    }
    let index = tokens.partition_point(|token| token.range.end <= at.start);
    tokens.get(index).or(tokens.last()).map_or(at, |token| token.range.clone())
}

/// A message of the parser as a fragment: without the capital of its sentence and the period.
fn fragment(message: &str) -> String {
    let message = message.strip_suffix('.').unwrap_or(message);
    let mut characters = message.chars();
    match (characters.next(), characters.clone().next()) {
        (Some(first), Some(second)) if first.is_ascii_uppercase() && second.is_ascii_lowercase() => {
            format!("{}{}", first.to_ascii_lowercase(), characters.as_str())
        }
        _ => message.to_owned(),
    }
}
