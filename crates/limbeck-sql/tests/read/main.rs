//! SQL text in, statements out.

mod places;
mod statements;
mod texts;

use limbeck_types::Statement;

/// A text and what is read of it: one line for each statement.
#[track_caller]
fn check(sql: &str, expected: &[&str]) {
    let read: Vec<String> = limbeck_sql::read(sql).iter().map(|statement| show(sql, statement)).collect();
    assert_eq!(read, expected, "{sql}");
}

/// The kind, the objects, then the actions, clauses and errors with the text in their place.
fn show(sql: &str, statement: &Statement) -> String {
    let objects = statement.objects.iter().map(|object| {
        let schema = object.schema.as_ref().map_or(String::new(), |schema| format!("{schema}."));
        format!("{:?} {schema}{}", object.kind, object.name)
    });
    let actions = statement.actions.iter().map(|action| format!("{:?}", action.kind));
    let clauses = statement.clauses.iter().map(|clause| format!("{:?}", clause.kind));
    let errors =
        statement.errors.iter().map(|(range, message)| format!("{message} at `{}`", &sql[range.clone()]));
    let parts = [objects.collect(), actions.collect(), clauses.collect(), errors.collect::<Vec<_>>()];
    let parts = parts.iter().zip(["", "does ", "with ", "but "]).filter(|(part, _)| !part.is_empty());
    let parts: Vec<String> = parts.map(|(part, word)| format!("{word}{}", part.join(", "))).collect();
    format!("{}: {}", statement.kind.unwrap_or("?"), parts.join("; ")).trim_end_matches([' ', ':']).to_owned()
}
