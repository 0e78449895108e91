//! From a position in the SQL that a server refused to the very token in the Python file.

use std::ops::Range;

use limbeck_sql::{char_offset, token_at, tokens};
use limbeck_types::{Literal, Migration, Span, SqlError};

/// The bytes of the Python file that made the token at the error's position, where a string literal holds it.
///
/// First the literals inside `call`: one whose text stands in the statement as it is and covers the token, the longest
/// one. If two literals could be meant, neither is. Then, for a statement kept in a variable, the other literals of the
/// file that read like SQL. A literal with binds is not in the statement as it is: there the token is found by counting.
pub(crate) fn pin(error: &SqlError, call: Span, migration: &Migration) -> Option<Span> {
    let offset = char_offset(&error.sent, error.position?)?;
    let quoted = token_at(&error.sent, offset)?;
    let token = unquoted(&error.sent, quoted.clone());
    let (inside, outside): (Vec<&Literal>, Vec<&Literal>) =
        migration.literals().iter().partition(|literal| call.contains(literal.span));
    let outside: Vec<&Literal> =
        outside.into_iter().filter(|literal| reads_like_sql(literal, &error.sent)).collect();
    verbatim(&error.sent, &quoted, &inside)
        .or_else(|| verbatim(&error.sent, &token, &inside))
        .or_else(|| counted(&error.sent, &token, &inside))
        .or_else(|| verbatim(&error.sent, &token, &outside))
        .or_else(|| counted(&error.sent, &token, &outside))
}

/// A quoted name without its quotes: `"Order"` is written `Order` in Python.
fn unquoted(sql: &str, token: Range<usize>) -> Range<usize> {
    let text = &sql[token.clone()];
    match text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) if !inner.is_empty() && !inner.contains('"') => token.start + 1..token.end - 1,
        _ => token,
    }
}

fn verbatim(sent: &str, token: &Range<usize>, literals: &[&Literal]) -> Option<Span> {
    let mut found: Vec<(&Literal, usize)> = literals
        .iter()
        .filter(|literal| literal.value.len() >= token.len())
        .filter_map(|literal| Some((*literal, covering(sent, token, &literal.value)?)))
        .collect();
    let longest = found.iter().map(|(literal, _)| literal.value.len()).max()?;
    found.retain(|(literal, _)| literal.value.len() == longest);
    let [(literal, start)] = found.as_slice() else { return None };
    literal.source_span(token.start - start..token.end - start)
}

/// Where `text` stands in `sent` so that it covers the token.
fn covering(sent: &str, token: &Range<usize>, text: &str) -> Option<usize> {
    let earliest = sent.floor_char_boundary((token.end).saturating_sub(text.len()));
    (earliest..=token.start)
        .filter(|start| sent.is_char_boundary(*start))
        .find(|start| sent[*start..].starts_with(text))
}

/// The same token by its number among its likes, in a literal that begins as the statement does.
fn counted(sent: &str, token: &Range<usize>, literals: &[&Literal]) -> Option<Span> {
    let text = &sent[token.clone()];
    let same = |sql: &str, range: &Range<usize>| {
        let range = unquoted(sql, range.clone());
        (sql[range.clone()] == *text).then_some(range)
    };
    let number =
        tokens(sent).iter().filter(|range| range.start < token.start && same(sent, range).is_some()).count();
    let literal = literals
        .iter()
        .filter(|literal| reads_like_sql(literal, sent))
        .max_by_key(|literal| literal.value.len())?;
    let found = tokens(&literal.value).iter().filter_map(|range| same(&literal.value, range)).nth(number)?;
    literal.source_span(found)
}

/// Whether a literal begins with the statement's first word and is more than one word.
fn reads_like_sql(literal: &Literal, sent: &str) -> bool {
    let mut words = literal.value.split_whitespace();
    let first = words.next().unwrap_or_default();
    let statement = sent.split_whitespace().next().unwrap_or_default();
    words.next().is_some() && first.eq_ignore_ascii_case(statement)
}

#[cfg(test)]
mod tests {
    use super::*;
    use limbeck_types::FileId;

    /// `sent` marks the position with `^` before the token.
    fn check(python: &str, call: &str, sent: &str, found: Option<&str>) {
        let (migration, _) = limbeck_parse::migration(FileId(0), python);
        let start = python.find(call).unwrap();
        let position = sent[..sent.find('^').unwrap()].chars().count() + 1;
        let error = SqlError {
            sent: sent.replacen('^', "", 1),
            position: Some(u32::try_from(position).unwrap()),
            ..SqlError::default()
        };
        let pinned = pin(&error, Span::new(start, start + call.len()), &migration);
        assert_eq!(pinned.map(|span| &python[span.range()]), found, "{python}");
    }

    #[test]
    fn tokens_are_found_in_the_literal_that_made_them() {
        let call = "op.execute(\"UPDATE t SET totl = 'é' WHERE totl\")";
        check(call, call, "UPDATE t SET ^totl = 'é' WHERE totl", Some("totl"));
        let call = "op.execute('''\n  UPDATE t\n  SET n = \\u0061b''')";
        check(call, call, "\n  UPDATE t\n  SET n = ^ab", Some("\\u0061b"));
        let call = "op.execute(\"UPDATE t \" \"SET x = nw()\")";
        check(call, call, "UPDATE t SET x = ^nw()", Some("nw"));
    }

    #[test]
    fn fragments_and_names_are_found_in_generated_statements() {
        let call = "op.add_column('t', sa.Column('c', sa.Text(), server_default=sa.text('nw()')))";
        check(call, call, "ALTER TABLE t ADD COLUMN c TEXT DEFAULT ^nw()", Some("nw"));
        let call = "op.execute('SELECT \"Order\"')";
        check(call, call, "SELECT ^\"Order\"", Some("\"Order\""));
        let call = "op.drop_table('Order')";
        check(call, call, "DROP TABLE ^\"Order\"", Some("Order"));
        // Two literals could be meant.
        let call = "op.create_foreign_key('f', 'a', 'b', ['id'], ['id'])";
        check(call, call, "ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY(^id) REFERENCES b (id)", None);
    }

    #[test]
    fn binds_and_variables_do_not_hide_the_token() {
        let call = "conn.execute(sa.text('UPDATE t SET a = :a, totl = :b'), {})";
        check(call, call, "UPDATE t SET a = $1, ^totl = $2", Some("totl"));
        let python = "SQL = 'UPDATE t SET totl = 1'\nop.execute(SQL)";
        check(python, "op.execute(SQL)", "UPDATE t SET ^totl = 1", Some("totl"));
    }
}
