//! Each byte of the SQL leads to the bytes of the revision that it comes from.

use crate::{HEADER, TEMPLATE, literals};

/// The source of the first occurrence of `needle` in the SQL of the first statement.
#[track_caller]
fn check(body: &str, needle: &str, expected: &str) {
    let text = format!("{HEADER}    {body}\n");
    let literals = literals(&text, TEMPLATE).expect("it is rendered");
    let start = literals[0].value.find(needle).expect("the SQL has it");
    let span = literals[0].source_span(start..start + needle.len()).expect("it has a source");
    assert_eq!(&text[span.range()], expected, "{}", literals[0].value);
}

#[test]
fn a_token_in_a_string_leads_to_its_own_bytes() {
    check("op.execute(\"\"\"\n\tUPDATE  t SET x\t= 'a' WHERE n = :n\n\"\"\")", "UPDATE", "UPDATE");
    check("op.execute(\"\"\"\n\tUPDATE  t SET x\t= 'a' WHERE n = :n\n\"\"\")", "WHERE n", "WHERE n");
    check("op.execute(\"\"\"\n\tUPDATE  t SET x\t= 'a' WHERE n = :n\n\"\"\")", "NULL", ":n");
    check("op.execute('SELECT \\'' 'it\\'')", "it", "it");
}

#[test]
fn what_sqlalchemy_makes_leads_to_what_it_was_made_of() {
    check("op.execute(t.update().where(t.c.n == 5).values(s='it\\'s'))", "it", "it");
    check("op.execute(t.update().where(t.c.n == 5).values(s='x'))", "5", "5");
    check("op.execute(t.update().where(t.c.n == 5).values(s='x'))", "t.n", "t.c.n");
    check("op.bulk_insert(t, [{'s': 'abc'}])", "abc", "abc");
}

#[test]
fn nested_comparisons_take_no_exponential_time() {
    let nested = (0..60).fold("t.c.n".to_owned(), |inner, _| format!("(t.c.n == {inner})"));
    let text = format!("{HEADER}    op.execute(t.delete().where({nested}))\n");
    assert_eq!(literals(&text, TEMPLATE).map(|literals| literals.len()), Ok(1));
}
