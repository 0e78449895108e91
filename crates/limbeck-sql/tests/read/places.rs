//! From a token of the SQL back to the bytes of the Python file that made it.

use limbeck_types::{FileId, ObjectKind};

/// In the first literal of `python` that is SQL, the object of this name is written as `expected` in the file.
#[track_caller]
fn check(python: &str, name: &str, expected: &str) {
    let (migration, errors) = limbeck_parse::migration(FileId(0), python);
    assert_eq!(errors, []);
    for literal in migration.literals() {
        let statements = limbeck_sql::read(&literal.value);
        let Some(statement) = statements.iter().find(|statement| statement.kind.is_some()) else { continue };
        let object = statement.objects.iter().find(|object| object.name == name).expect("it is named");
        let span = literal.source_span(object.range.clone()).expect("a range of the value");
        assert_eq!(&python[span.range()], expected, "{python}");
        let whole = literal.source_span(statement.range.clone()).expect("a range of the value");
        assert!(whole.start <= span.start && span.end <= whole.end);
        return;
    }
    panic!("no literal of {python} is SQL");
}

#[test]
fn plain_and_triple_quoted() {
    check("op.execute('DROP TABLE s.users')", "users", "s.users");
    check("op.execute(\"\"\"\n  DROP TABLE\n    users;\n\"\"\")", "users", "users");
    check("op.execute(r'DROP TABLE \"a\\b\"')", "a\\b", "\"a\\b\"");
}

#[test]
fn escapes() {
    check(r"op.execute('DROP\tTABLE\n\x75sers')", "users", r"\x75sers");
    check(r#"op.execute("DROP TABLE \"Users\"")"#, "Users", r#"\"Users\""#);
    check(r"op.execute('DROP TABLE s\N{FULL STOP}users')", "users", r"s\N{FULL STOP}users");
    check("op.execute('DROP TABLE us\\\ners')", "users", "us\\\ners");
    check(r"op.execute('DROP TABLE \U0001F600x')", "\u{1F600}x", r"\U0001F600x");
}

#[test]
fn concatenation() {
    check("op.execute('DROP TABLE ' 'users')", "users", "users");
    check("op.execute('DROP TABLE us'\n  r\"ers\")", "users", "us'\n  r\"ers");
    check("op.execute('ALTER TABLE t ' 'ADD COLUMN a int')", "a", "a");
}

#[test]
fn f_strings_up_to_their_first_unknown_part() {
    check("op.execute(f'DROP TABLE users; SELECT {x}')", "users", "users");
    check("op.execute(f'CREATE TABLE {{users}}'); op.execute('DROP TABLE t')", "t", "t");
}

#[test]
fn statements_behind_the_first() {
    let python = "op.execute('''\n  SELECT 1;\n  DROP \\x49NDEX i;''')";
    let (migration, _) = limbeck_parse::migration(FileId(0), python);
    let literal = &migration.literals()[0];
    let statements = limbeck_sql::read(&literal.value);
    let place = |range: std::ops::Range<usize>| &python[literal.source_span(range).unwrap().range()];
    assert_eq!(place(statements[1].range.clone()), "DROP \\x49NDEX i");
    assert_eq!(statements[1].objects[0].kind, ObjectKind::Index);
    assert_eq!(place(statements[1].objects[0].range.clone()), "i");
}

#[test]
fn an_error_is_shown_at_its_token() {
    let python = r"op.execute('ALTER TABLE t\tALTR COLUMN a')";
    let (migration, _) = limbeck_parse::migration(FileId(0), python);
    let literal = &migration.literals()[0];
    let error = limbeck_sql::read(&literal.value)[0].errors[0].clone();
    assert_eq!(&python[literal.source_span(error.0).unwrap().range()], "ALTR", "{}", error.1);
}
