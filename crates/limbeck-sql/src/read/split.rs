//! Where a statement begins and ends.
//!
//! As psql does it (Postgres fe_utils/psqlscan.l): a `;` ends a statement outside of parentheses and of the
//! `BEGIN ATOMIC … END` of a function; strings, quoted names, dollar quotes and comments are tokens as a whole.

use std::ops::Range;

use squawk_lexer::{TokenKind, tokenize};

/// A token that is neither white space nor a comment.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) range: Range<usize>,
}

impl Token {
    pub(super) fn text<'s>(&self, sql: &'s str) -> &'s str {
        &sql[self.range.clone()]
    }

    /// Whether it is this keyword, given in small letters.
    pub(super) fn is_word(&self, sql: &str, word: &str) -> bool {
        self.kind == TokenKind::Ident && self.text(sql).eq_ignore_ascii_case(word)
    }
}

/// Hands over the tokens of each statement in turn, without the `;`.
pub(super) fn each(sql: &str, mut statement: impl FnMut(&[Token])) {
    let mut tokens: Vec<Token> = Vec::new();
    let mut scanner = Scanner::default();
    let mut start = 0;
    for token in tokenize(sql) {
        let range = start..start + token.len as usize;
        start = range.end;
        let is_trivia = matches!(
            token.kind,
            TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment { terminated: true }
        );
        if is_trivia || range.is_empty() {
            continue;
        }
        let token = Token { kind: token.kind, range };
        if token.kind == TokenKind::Semi && scanner.is_between() {
            if !tokens.is_empty() {
                statement(&tokens);
            }
            tokens.clear();
            scanner = Scanner::default();
            continue;
        }
        scanner.see(sql, &tokens, &token);
        tokens.push(token);
    }
    if !tokens.is_empty() {
        statement(&tokens);
    }
}

/// What a `;` would be in.
#[derive(Debug, Default)]
struct Scanner {
    parentheses: usize,
    /// How many `END`s are missing of a function's `BEGIN ATOMIC` and the `CASE`s in it.
    atomic: usize,
}

impl Scanner {
    fn is_between(&self) -> bool {
        self.parentheses == 0 && self.atomic == 0
    }

    fn see(&mut self, sql: &str, before: &[Token], token: &Token) {
        match token.kind {
            TokenKind::OpenParen => self.parentheses += 1,
            TokenKind::CloseParen => self.parentheses = self.parentheses.saturating_sub(1),
            TokenKind::Ident if self.atomic > 0 && token.is_word(sql, "case") => self.atomic += 1,
            TokenKind::Ident if self.atomic > 0 && token.is_word(sql, "end") => self.atomic -= 1,
            TokenKind::Ident if self.atomic == 0 && token.is_word(sql, "atomic") => {
                let begins = before.last().is_some_and(|last| last.is_word(sql, "begin"));
                self.atomic = usize::from(begins && is_routine(sql, before));
            }
            _ => {}
        }
    }
}

/// `CREATE [OR REPLACE] FUNCTION` or `PROCEDURE`.
fn is_routine(sql: &str, tokens: &[Token]) -> bool {
    let is = |index: usize, word: &str| tokens.get(index).is_some_and(|token| token.is_word(sql, word));
    let noun = if is(1, "or") && is(2, "replace") { 3 } else { 1 };
    is(0, "create") && (is(noun, "function") || is(noun, "procedure"))
}
