//! The fast path and the whole reading agree, and nothing makes either of them panic.

use limbeck_types::{FileId, Migration};
use proptest::prelude::*;

/// Lines that have to do with a header, in any order and any place.
const LINES: [&str; 44] = [
    "revision = 'a'",
    "down_revision = 'b'",
    "down_revision = ('b', X)",
    "revision, down_revision = 'a', None",
    "branch_labels = depends_on = X",
    "depends_on = X = []",
    "depends_on.append('c')",
    "depends_on += ['d']",
    "X = []",
    "X = 'x'",
    "X.append('d')",
    "X += ['e']",
    "fill(X)",
    "f()",
    "upgrade()",
    "from x import *",
    "from x import revision, cli",
    "from x import cli as X",
    "branch_labels = (cli.X,)",
    "exec('revision = 1')",
    "globals()['revision'] = 'z'",
    "__doc__ = 'y'",
    "'docstring'",
    "'''a\ndef f():\n    pass\nrevision = 1\n'''",
    "x = [\n    1,\n]",
    "if x:\n    revision = 'b'",
    "if x:\n    def f():\n        global revision\n        X.append('f')",
    "if x:\n    X = ['g']\nelse:\n    depends_on = X",
    "if True:\n    down_revision = 'c'",
    "try:\n    depends_on = 'x'\nexcept E:\n    X = 1",
    "for X in revision:\n    depends_on = [X]",
    "with x:\n    branch_labels = X",
    "def upgrade():\n    '''A revision.'''\n    op.execute('x')",
    "def downgrade():\n    return '''\ndown_revision = 'never'\n'''",
    "def f():\n    global revision, X\n    revision = 'q'\n    X.append('r')",
    "def f(\n    revision='x',\n): pass",
    "class A:\n    revision = 'never'",
    "class revision: pass",
    "def depends_on(): pass",
    "def __getattr__(name): pass",
    "@decorate\nasync def f(): pass",
    "del revision",
    "# revision = 'comment'",
    "\u{ff52}evision = 'wide'",
];

fn module() -> impl Strategy<Value = String> {
    let lines = prop::collection::vec(prop::sample::select(LINES.to_vec()), 0..14);
    (lines, prop::sample::select(vec!["\n", "\n", "\r\n", "\r", "\n\n", "\n\x0c"])).prop_map(
        |(lines, line_end)| {
            lines.iter().map(|line| format!("{line}\n")).collect::<String>().replace('\n', line_end)
        },
    )
}

/// Reads `text` in all ways and asserts what holds for any text.
fn check(text: &str) -> Migration {
    let (migration, errors) = limbeck_parse::migration(FileId(0), text);
    let (header, header_errors) = limbeck_parse::header(text);
    if errors.is_empty() {
        assert_eq!(header, migration.header, "{text}");
        assert_eq!(header_errors, []);
    }
    for call in migration.calls() {
        assert!(text.get(call.span.range()).is_some(), "{call:?} in {text:?}");
    }
    for literal in migration.literals() {
        assert!(text.get(literal.span.range()).is_some(), "{literal:?} in {text:?}");
        for piece in &literal.pieces {
            assert!(
                text.get(piece.span.range()).is_some() && literal.span.contains(piece.span),
                "{literal:?}"
            );
        }
    }
    assert!(migration.calls().is_sorted_by_key(|call| (call.span.start, std::cmp::Reverse(call.span.end))));
    limbeck_parse::environment_names(text);
    migration
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn modules(text in module()) {
        check(&text);
    }

    #[test]
    fn broken_modules(text in module(), cuts in prop::collection::vec((0usize..2000, 0usize..30), 1..4)) {
        let mut chars: Vec<char> = text.chars().collect();
        for (start, length) in cuts {
            let start = start.min(chars.len());
            let end = (start + length).min(chars.len());
            chars.drain(start..end);
        }
        check(&chars.into_iter().collect::<String>());
    }

    #[test]
    fn rubbish(tokens in prop::collection::vec(prop::sample::select(vec![
        "(", ")", "[", "]", "{", "}", "'", "\"", "'''", "f'", "f\"\"\"", "t'", "rb'", "\\", "\n", "\n  ", "\r", ":", "=", ",", "x", " if ",
        " else ", "lambda ", "def ", "class ", "@", "revision", "\\N{", "\\x4", "\\u12", "!r", "*", ":=", "\0", "\u{feff}", "\u{e9}", "0x",
    ]), 0..40)) {
        check(&tokens.concat());
    }
}

#[test]
fn functions() {
    let function = |text: &str| {
        let function = check(text).upgrade()?;
        let name = format!("{}:{}", function.name.start, &text[function.name.range()]);
        Some((name, text[function.span.range()].to_owned(), function.conditional))
    };
    let found = |name: &str, span: &str, conditional| Some((name.to_owned(), span.to_owned(), conditional));
    assert_eq!(function("x = 1"), None);
    assert_eq!(function("class A:\n  def upgrade(self): pass"), None);
    assert_eq!(
        function("def upgrade(): 1\ndef upgrade(): 2"),
        found("21:upgrade", "def upgrade(): 2", false)
    );
    assert_eq!(
        function("@a\n@b\nasync def upgrade(): 1"),
        found("16:upgrade", "@a\n@b\nasync def upgrade(): 1", false)
    );
    assert_eq!(function("upgrade = x"), found("0:upgrade", "upgrade = x", false));
    assert_eq!(
        function("from x import y as upgrade"),
        found("19:upgrade", "from x import y as upgrade", false)
    );
    assert_eq!(function("if x:\n  def upgrade(): 1"), found("12:upgrade", "def upgrade(): 1", true));
    assert_eq!(
        function("try: from x import upgrade\nexcept E: pass"),
        found("19:upgrade", "from x import upgrade", true)
    );
    assert_eq!(function("with x: upgrade = 1"), found("8:upgrade", "upgrade = 1", true));
    assert_eq!(function("if True:\n  def upgrade(): 1"), found("15:upgrade", "def upgrade(): 1", false));
    assert_eq!(function("if False:\n  def upgrade(): 1"), None);
    assert_eq!(function("def upgrade(): 1\nif x: upgrade = 2"), found("23:upgrade", "upgrade = 2", false));
    assert_eq!(function("def upgrade(): 1\ndel upgrade"), None);
}

#[test]
fn calls_come_outer_first() {
    let text = "op.f(g(1)).h(a.b . c())\n(d)()\nx[0]()\n";
    let migration = check(text);
    let calls: Vec<_> =
        migration.calls().iter().map(|call| (call.callee.as_str(), &text[call.span.range()])).collect();
    assert_eq!(
        calls,
        [
            ("", "op.f(g(1)).h(a.b . c())"),
            ("op.f", "op.f(g(1))"),
            ("g", "g(1)"),
            ("a.b.c", "a.b . c()"),
            ("d", "(d)()"),
            ("", "x[0]()"),
        ]
    );
}
