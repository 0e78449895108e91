//! What a module binds a name to, where a look at its text may spare the parser.

fn check(text: &str, expected: Option<&str>) {
    assert_eq!(
        limbeck_parse::Module::new(text.to_owned(), false).constant("NAME").as_deref(),
        expected,
        "{text}"
    );
}

#[test]
fn texts_are_found_however_they_are_bound() {
    check("NAME = 'x'\n", Some("x"));
    check("NAME: str = 'x'\n", Some("x"));
    check("NAME \\\n = 'x'\n", Some("x"));
    check("OTHER = NAME = 'x'\n", Some("x"));
    check("NAME, OTHER = 'x', 'y'\n", Some("x"));
    check("(OTHER, NAME) = 'y', 'x'\n", Some("x"));
    check("def NAME(): pass\nNAME = 'x'\n", Some("x"));
}

#[test]
fn what_is_no_text_is_not() {
    check("class NAME(Base):\n    pass\n", None);
    check("import NAME\nprint(NAME.x)\n", None);
    check("MY_NAME = 'x'\nNAMES = 'x'\n", None);
    check("if NAME == 'x': pass\n", None);
    check("NAME = 1\n", None);
    check("", None);
}
