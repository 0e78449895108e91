//! The tokens of a statement, for pointing at one of them.

use std::ops::Range;

use squawk_lexer::{TokenKind, tokenize};

/// The byte ranges of all tokens that are neither white space nor comments, in order.
pub fn tokens(sql: &str) -> Vec<Range<usize>> {
    lex(sql).into_iter().map(|(_, range)| range).collect()
}

/// The token at (or the first after) byte `offset`, a dotted name taken whole, as Postgres means it when it reports the
/// position of an error in `schema.table`. `None` behind the last token.
pub fn token_at(sql: &str, offset: usize) -> Option<Range<usize>> {
    let tokens = lex(sql);
    let first = tokens.iter().position(|(_, range)| offset < range.end)?;
    let is_name = |index: usize| tokens.get(index).is_some_and(|(kind, _)| is_identifier(*kind));
    let is_dot = |index: usize| tokens.get(index).is_some_and(|(kind, _)| *kind == TokenKind::Dot);
    let mut last = first;
    while is_name(last) && is_dot(last + 1) && is_name(last + 2) {
        last += 2;
    }
    Some(tokens[first].1.start..tokens[last].1.end)
}

/// The byte offset of the 1-based character `position`, as Postgres counts in error positions (libpq docs,
/// `PG_DIAG_STATEMENT_POSITION`). `None` outside the text.
pub fn char_offset(sql: &str, position: u32) -> Option<usize> {
    let index = usize::try_from(position).ok()?.checked_sub(1)?;
    sql.char_indices().nth(index).map(|(offset, _)| offset)
}

fn is_identifier(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Ident | TokenKind::QuotedIdent { .. })
}

fn lex(sql: &str) -> Vec<(TokenKind, Range<usize>)> {
    let mut start = 0;
    let mut tokens = Vec::new();
    for token in tokenize(sql) {
        let end = start + token.len as usize;
        let skipped = matches!(
            token.kind,
            TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment { .. }
        );
        if !skipped && end > start {
            tokens.push((token.kind, start..end));
        }
        start = end;
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sql: &str, offset: usize, token: &str) {
        assert_eq!(token_at(sql, offset).map(|range| &sql[range]), Some(token), "{sql} at {offset}");
    }

    #[test]
    fn the_token_at_a_position_is_whole() {
        check("UPDATE users SET totl = 1", 17, "totl");
        check("SELECT * FROM app.\"Users\" WHERE a", 14, "app.\"Users\"");
        check("SELECT 'it''s' || x", 7, "'it''s'");
        check("SELECT  -- all\n  nw()", 15, "nw");
        check("ALTER TABLE x ADD y foo.bar", 20, "foo.bar");
        assert_eq!(token_at("SELECT 1  ", 9), None);
    }

    #[test]
    fn positions_count_characters() {
        assert_eq!(char_offset("SELECT 'ü', x", 13), Some(13));
        assert_eq!(char_offset("x", 0), None);
        assert_eq!(char_offset("x", 2), None);
    }
}
