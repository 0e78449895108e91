//! The SQL of a range as a script, one line each, and in JSON.

use limbeck_report::script::{Page, Script};
use limbeck_report::{
    Body, Document, Sql, SqlCounts, SqlLine, SqlLineKind, SqlOrigin, SqlRevision, Style, Verdict, json,
};
use limbeck_types::{
    Condition, Direction, FileId, Literal, Object, ObjectKind, Opaque, Piece, RevisionId, Source, Sources,
    Span, Statement,
};

const TEXT: &str = "\
def add(name):
    op.add_column(\"users\", sa.Column(name, sa.Text()))


def upgrade():
    add(\"note\")
    op.execute(\"UPDATE users SET a = 'é'; \\
ANALYZE users\")
    if inspector.has_table(\"old\"):
        op.drop_table(\"old\")
    load(bind.execute(query).all())
";

#[test]
fn a_script_says_where_each_statement_comes_from() {
    insta::assert_snapshot!(script(&sources(), &lines(), false, false), @r#"
    BEGIN;

    -- Running upgrade  -> aa11

    --> aa11 "add a note" versions/aa11.py:2, called at line 6
    ALTER TABLE users ADD COLUMN note TEXT;

    --> aa11 "add a note" versions/aa11.py:7, lost: nothing gives `:a` a value (line 8)
    UPDATE users SET a = 'é';     ANALYZE users;

    --> aa11 "add a note" versions/aa11.py:10, conditional: it depends on `inspector.has_table` (line 9)
    DROP TABLE old;

    --> aa11 "add a note" versions/aa11.py:11, unknown: it is what `query` returns (line 1)
    INSERT INTO alembic_version (version_num) VALUES ('aa11');

    COMMIT;
    "#);
}

#[test]
fn one_line_each() {
    insta::assert_snapshot!(script(&sources(), &lines(), true, false), @r"
    versions/aa11.py:2: ALTER TABLE users ADD COLUMN note TEXT
    versions/aa11.py:7: UPDATE users SET a = 'é'; ANALYZE users --> lost: nothing gives `:a` a value
    versions/aa11.py:10: DROP TABLE old --> conditional: it depends on `inspector.has_table`
    versions/aa11.py:11: --> unknown: it is what `query` returns
    ");
}

/// What is not alembic's stands back, what is not certain stands out.
#[test]
fn colours_leave_the_statements_alone() {
    let plain = script(&sources(), &lines(), false, false);
    let painted = script(&sources(), &lines(), false, true);
    assert_eq!(
        painted
            .replace("\u{1b}[1m", "")
            .replace("\u{1b}[2m", "")
            .replace("\u{1b}[33m", "")
            .replace("\u{1b}[0m", ""),
        plain
    );
    let begins =
        |code: &str| painted.lines().filter(|line| line.starts_with(&format!("\u{1b}[{code}m"))).count();
    assert_eq!((begins("1"), begins("2"), begins("33")), (1, 1, 3));
}

/// No name of the user's ends a comment's line or gives orders to a terminal.
#[test]
fn a_comment_stays_one_line() {
    let mut sources = sources();
    sources.get_mut(FileId(0)).shown = "versions/a\n; DROP TABLE users; \u{1b}[2J.py".to_owned();
    let id = RevisionId::from("aa\r\nSELECT 1;");
    let message = "add\n\n a\tnote\u{7}, which is told at such a length that nobody reads it to its end";
    let revision = SqlRevision { id: &id, message, file: FileId(0) };
    let lines = [sent(revision, "SELECT 1", origin("op.execute(\"UPDATE"), None)];
    insta::assert_snapshot!(script(&sources, &lines, false, false), @r#"
    --> aa??SELECT 1; "add a note?, which is told at such a length that nobody rea…" versions/a?; DROP TABLE users; ?[2J.py:7
    SELECT 1;
    "#);
}

#[test]
fn json_has_an_entry_for_each_statement() {
    let document: serde_json::Value = serde_json::from_slice(&document(&sources(), lines())).expect("JSON");
    let mut told = String::new();
    for entry in document["sql"]["statements"].as_array().expect("a list") {
        let mut entry = entry.clone();
        // Files, bytes, lines and columns have their own test; what stands there is easier to read.
        strip_places(&mut entry);
        told.push_str(&format!("{entry}\n"));
    }
    insta::assert_snapshot!(told, @r#"
    {"callers":[{"text":"add(\"note\")"}],"kind":"ALTER TABLE","objects":[{"kind":"table","name":"users","text":"users"}],"revision":"aa11","sql":"ALTER TABLE users ADD COLUMN note TEXT","text":"op.add_column(\"users\", sa.Column(name, sa.Text()))","transaction":1}
    {"kind":"UPDATE","literal":{"text":"UPDATE users SET a = 'é'"},"lost":{"reason":"nothing gives `:a` a value","text":"ANALYZE users"},"objects":[{"kind":"table","name":"users","text":"users"}],"part":{"number":1,"of":2,"sql":"UPDATE users SET a = 'é'; \tANALYZE users"},"revision":"aa11","sql":"UPDATE users SET a = 'é'","text":"op.execute(\"UPDATE users SET a = 'é'; \\\nANALYZE users\")","transaction":1}
    {"kind":"ANALYZE","literal":{"text":"ANALYZE users"},"lost":{"reason":"nothing gives `:a` a value","text":"ANALYZE users"},"objects":[{"kind":"table","name":"users","text":"users"}],"part":{"number":2,"of":2},"revision":"aa11","sql":"ANALYZE users","text":"op.execute(\"UPDATE users SET a = 'é'; \\\nANALYZE users\")","transaction":1}
    {"condition":{"reason":"it depends on `inspector.has_table`","text":"inspector.has_table(\"old\")"},"kind":"DROP TABLE","objects":[],"revision":"aa11","sql":"DROP TABLE old","text":"op.drop_table(\"old\")","transaction":1}
    {"objects":[],"revision":"aa11","text":"load(bind.execute(query).all())","transaction":1,"unknown":{"reason":"it is what `query` returns","text":"name"}}
    {"objects":[],"revision":"aa11","sql":"INSERT INTO alembic_version (version_num) VALUES ('aa11')","transaction":1}
    "#);
}

/// A text of a thousand statements is told once, and so is the call that sends it.
#[test]
fn json_grows_with_the_number_of_statements() {
    let size = |number: usize| {
        let value = "ANALYZE users;".repeat(number);
        let text = format!("op.execute('{value}')");
        let shown = "versions/aa11.py".to_owned();
        let sources = Sources::from_iter([Source { path: shown.clone().into(), shown, text: text.clone() }]);
        let read = (0..number).map(|index| {
            let start = index * 14;
            statement(start..start + 13, Some("ANALYZE"), vec![object("users", start + 8..start + 13)])
        });
        let quoted = Span::new(11, text.len() - 1);
        let inside = Span { start: quoted.start + 1, end: quoted.end - 1 };
        let pieces = vec![Piece { value_start: 0, span: inside, verbatim: true }];
        let origin =
            SqlOrigin { call: Span::new(0, text.len()), callers: vec![quoted, quoted], condition: None };
        let sql = Literal { span: quoted, value, pieces: pieces.into() };
        let id = RevisionId::from("aa11");
        let revision = Some(SqlRevision { id: &id, message: "", file: FileId(0) });
        let kind = SqlLineKind::Sent { sql, origin, read: read.collect(), lost: None };
        document(&sources, vec![SqlLine { revision, kind }]).len()
    };
    let (some, more) = (size(500), size(1000));
    assert!(more < some * 11 / 5, "{some} bytes, {more} for twice the statements");
}

fn document(sources: &Sources, lines: Vec<SqlLine<'_>>) -> Vec<u8> {
    let counts = SqlCounts { revisions: 1, statements: 4, conditional: 1, lost: 1, unknown: 1 };
    let sql = Sql { direction: Direction::Upgrade, lines, counts };
    let body = Body::Sql(sql);
    let document = Document { command: "sql", verdict: Verdict::Pass, sources, diagnostics: &[], body };
    let mut out = Vec::new();
    json::write(&mut out, &document).expect("a vector takes everything");
    out
}

fn strip_places(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(fields) => {
            fields.remove("span");
            fields.remove("file");
            fields.values_mut().for_each(strip_places);
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(strip_places),
        _ => {}
    }
}

fn sources() -> Sources {
    let shown = "versions/aa11.py".to_owned();
    Sources::from_iter([Source { path: shown.clone().into(), shown, text: TEXT.to_owned() }])
}

fn lines() -> Vec<SqlLine<'static>> {
    let id: &RevisionId = Box::leak(Box::new(RevisionId::from("aa11")));
    let revision = SqlRevision { id, message: "add a note", file: FileId(0) };
    let bare = |kind| SqlLine { revision: None, kind };
    let of = |kind| SqlLine { revision: Some(revision), kind };
    let added = SqlOrigin {
        callers: vec![span("add(\"note\")")],
        ..origin("op.add_column(\"users\", sa.Column(name, sa.Text()))")
    };
    let reason = "it depends on `inspector.has_table`".to_owned();
    let condition = Some(Condition { span: span("inspector.has_table(\"old\")"), reason });
    let opaque = Opaque { span: span("name"), reason: "it is what `query` returns".to_owned(), import: None };
    vec![
        bare(SqlLineKind::Begin),
        of(SqlLineKind::Running("Running upgrade  -> aa11".to_owned())),
        sent(revision, "ALTER TABLE users ADD COLUMN note TEXT", added, Some("\"users\"")),
        written(revision),
        sent(revision, "DROP TABLE old", SqlOrigin { condition, ..origin("op.drop_table(\"old\")") }, None),
        of(SqlLineKind::Unknown { opaque, origin: origin("load(bind.execute(query).all())") }),
        of(SqlLineKind::Own {
            sql: "INSERT INTO alembic_version (version_num) VALUES ('aa11')".to_owned(),
            read: vec![],
        }),
        bare(SqlLineKind::Commit),
    ]
}

/// A statement of alembic's words, in which one name may be that of a literal.
fn sent<'a>(revision: SqlRevision<'a>, sql: &str, origin: SqlOrigin, literal: Option<&str>) -> SqlLine<'a> {
    let call = origin.call;
    let piece = |value_start: usize, span, verbatim| Piece {
        value_start: u32::try_from(value_start).expect("short"),
        span,
        verbatim,
    };
    let mut pieces = vec![piece(0, call, false)];
    let mut objects = Vec::new();
    if let Some(literal) = literal {
        let (name, quoted) = (literal.trim_matches('"'), span(literal));
        let at = sql.find(name).expect("the statement has the name");
        pieces.push(piece(at, Span { start: quoted.start + 1, end: quoted.end - 1 }, true));
        pieces.push(piece(at + name.len(), call, false));
        objects.push(object(name, at..at + name.len()));
    }
    let sql = Literal { span: call, value: sql.to_owned(), pieces: pieces.into() };
    let kind = Some(if sql.value.starts_with("ALTER") { "ALTER TABLE" } else { "DROP TABLE" });
    let read = vec![statement(0..sql.value.len(), kind, objects)];
    SqlLine { revision: Some(revision), kind: SqlLineKind::Sent { sql, origin, read, lost: None } }
}

/// Two statements in one literal, an escape between them.
fn written(revision: SqlRevision<'_>) -> SqlLine<'_> {
    let quoted = span("\"UPDATE users SET a = 'é'; \\\nANALYZE users\"");
    let value = "UPDATE users SET a = 'é'; \tANALYZE users".to_owned();
    let tab = value.find('\t').expect("it has one");
    let start = quoted.start + 1;
    let at = |offset: usize| u32::try_from(offset).expect("short");
    let pieces = vec![
        Piece { value_start: 0, span: Span { start, end: start + at(tab) }, verbatim: true },
        Piece {
            value_start: at(tab),
            span: Span { start: start + at(tab), end: start + at(tab) + 2 },
            verbatim: false,
        },
        Piece {
            value_start: at(tab) + 1,
            span: Span { start: start + at(tab) + 2, end: quoted.end - 1 },
            verbatim: true,
        },
    ];
    let read = |text: &str, kind| {
        let start = value.find(text).expect("it has the statement");
        let name = start + text.find("users").expect("it has the name");
        let objects = vec![object("users", name..name + 5)];
        statement(start..start + text.len(), Some(kind), objects)
    };
    let read = vec![read("UPDATE users SET a = 'é'", "UPDATE"), read("ANALYZE users", "ANALYZE")];
    let sql = Literal { span: quoted, value, pieces: pieces.into() };
    let call = Span { start: quoted.start - 11, end: quoted.end + 1 };
    let origin = SqlOrigin { call, callers: vec![], condition: None };
    let reason = "nothing gives `:a` a value".to_owned();
    let lost = Some(Opaque { span: span("ANALYZE users"), reason, import: None });
    SqlLine { revision: Some(revision), kind: SqlLineKind::Sent { sql, origin, read, lost } }
}

fn statement(range: std::ops::Range<usize>, kind: Option<&'static str>, objects: Vec<Object>) -> Statement {
    Statement { range, kind, objects, actions: vec![], clauses: vec![], errors: vec![] }
}

fn object(name: &str, range: std::ops::Range<usize>) -> Object {
    Object { kind: ObjectKind::Table, schema: None, name: name.to_owned(), range }
}

fn origin(call: &str) -> SqlOrigin {
    SqlOrigin { call: span(call), callers: vec![], condition: None }
}

fn span(text: &str) -> Span {
    let start = TEXT.find(text).unwrap_or_else(|| panic!("{text} is not in the file"));
    Span::new(start, start + text.len())
}

fn script(sources: &Sources, lines: &[SqlLine<'_>], is_concise: bool, color: bool) -> String {
    let (mut page, script) = (Page::default(), Script::new(sources, Style { color }));
    for line in lines {
        match is_concise {
            true => script.write_concise(&mut page, line),
            false => script.write(&mut page, line),
        }
    }
    page.text
}
