//! What is taken for Python, and that the parser takes it too.

use proptest::prelude::*;

use super::*;
use crate::parser;

/// Gives whether a text is taken; asserts that the parser takes what is.
#[track_caller]
fn is_taken(text: &str) -> bool {
    let is_taken = is_python(text);
    if is_taken {
        let ((), errors) = parser::with_module(text, |_, _| ());
        assert_eq!(errors, [], "{text}");
    }
    is_taken
}

/// Lines of revision files, and such as almost are. After one that ends in a colon comes a block.
#[rustfmt::skip]
const LINES: [&str; 113] = [
    "import sqlalchemy as sa", "import a.b.c, d", "from alembic import op  # noqa", "from . import a as b, c",
    "from ..a import (\n    b,\n    c as d,\n)", "from a import *", "from a import (b)", "revision: str = 'a'",
    "down_revision: Union[str, Sequence[str], None] = (\"b\", 'c')", "a = b = c", "a, b = c", "(a, b), c = d", "[a, *b] = c",
    "(a) = b", "a.b[c] = d", "f() = a", "a + b = c", "not a = b", "None = a", "a: b", "a, b: c", "a.b: c = d", "a += b",
    "a.b //= c, d", "a, b += c", "a **= b", "a := b", "def upgrade() -> None:", "def f(a, b: int = 1, *c, d, **e):",
    "def f(a=1, b):", "def f(*, a):", "def f(a, /, b):", "def f(**a, b):", "@a.b(c)", "class A(Base, metaclass=b):", "class A:",
    "class A(b for b in c):", "if a and not b or c in d:", "elif a not in b:", "else:", "for a, (b, c) in d.items():",
    "for a.b in c:", "for a in b, c:", "for (a, b,) in c:", "while a is not None:", "with op.batch_alter_table('a') as b, c:", "with (a as b, c):",
    "try:", "except (A, B) as c:", "except:", "finally:", "async def f():", "match a:", "case 1:", "pass", "return",
    "return a, b,", "raise A('b') from c", "raise", "assert a, b", "assert (a)", "del a, b[c]", "del f()", "global a, b", "break",
    "yield a", "op.add_column('a', sa.Column('b', sa.Integer(), nullable=False))", "f(a, *b, c=d, **e)", "f(a=b, c)",
    "f(**a, *b)", "f(**a, b=c)", "f(a for a in b if c if d)", "f(a for a in b, c)", "f(\n    a,  # b\n\n    c,\n)",
    "[a for a in b for c in d]", "{a: b for a, b in c}", "{'a': 1, 'b': [2.5, -3], **c}", "{'a', 'b'}", "{'a': 1, 'b'}",
    "a if b else c if d else e", "lambda: a", "lambda a, b: a + b", "a[1:2, ::3, :]", "a[]", "a < b <= c != d == e", "a - not b",
    "a is not b", "- a ** ~b @ c >> d << e", "(a\n+ b)", "(yield)", "''' a\nb '''", "f'a{b.c!r:>10}{{}}' \"d\" r'\\d'",
    "f'{a[\"b\"]}{c}'", "b'a' b'c'", "b'a' 'c'", "'\\n\\'' \"\\x41\"", "'a'; b", "type = a", "match = b", "type a = b", "match.a", "case = c = d", "if a := b:", "elif (a := b) is not None:",
    "while a := b, c:", "f((a := b), c)", "(a := b) = c", "...", "a = ...", "{**a, 'b': c, **d.e(f)}", "{**a, b}",
    "{**a for a in b}", "f'''{a\n}''' '''\\\n'''",
];

/// What is put in place of a character.
#[rustfmt::skip]
const BREAKS: [&str; 42] = [
    "", " ", "  ", "    ", "'", "\"", "(", ")", "[", "]", "{", "}", ",", ";", "=", ":", "#", "\\", "\n", "\n    ", "x", ".", "*",
    "\t", "1", "0", "not ", " in ", " if ", " for ", " else ", "lambda ", "@", "!", "<", ">", "-", "_", "\u{e9}", "\u{a0}", "\0",
    "\r",
];

fn program() -> impl Strategy<Value = String> {
    let line = (0usize..4, prop::sample::select(LINES.to_vec()));
    prop::collection::vec(line, 0..12).prop_map(|lines| {
        let line = |(indent, line): (usize, &str)| format!("{}{line}\n", "    ".repeat(indent));
        lines.into_iter().map(line).collect()
    })
}

/// A program of which each block is indented as its first line asks.
fn indented() -> impl Strategy<Value = String> {
    let line = (any::<bool>(), prop::sample::select(LINES.to_vec()));
    prop::collection::vec(line, 0..12).prop_map(|lines| {
        let (mut text, mut indent) = (String::new(), 0);
        for (ends_block, line) in lines {
            text += &format!("{}{line}\n", "    ".repeat(indent));
            if line.ends_with(':') {
                indent += 1;
            } else if ends_block && indent > 0 {
                indent -= 1;
            }
        }
        if text.trim_end().ends_with(':') {
            text += &format!("{}pass\n", "    ".repeat(indent));
        }
        text
    })
}

fn broken(text: &str, breaks: &[(usize, &str)]) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for (at, by) in breaks {
        if !characters.is_empty() {
            let at = at % characters.len();
            characters.splice(at..=at, by.chars());
        }
    }
    characters.into_iter().collect()
}

fn breaks() -> impl Strategy<Value = Vec<(usize, &'static str)>> {
    prop::collection::vec((0usize..600, prop::sample::select(BREAKS.to_vec())), 1..4)
}

#[test]
fn what_revision_files_say_is_taken() {
    for text in [
        "",
        "# a\n\n",
        "'''a'''\nimport a\n\n\ndef upgrade():\n    # b\n    pass\n\n\ndef downgrade(): pass\n",
        "def f():\n    '''a'''\n    if a:\n        return\n    elif b:\n        c()\n    else:\n        d()\n    e()",
        "for a in f():\n    try:\n        b()\n    except A:\n        pass\n    finally:\n        c()\nelse:\n    d\n",
        "with a() as b:\n    b.c(d, e=[f, g], **h)\n",
        "@a\n@b.c()\n\ndef f(a): pass\n",
        "a = {\n    'b': (1, 2.0),\n    # c\n}\nd[0].e = f\nd += 1\n",
        "op.execute(f\"UPDATE {a} SET b = '{c!r}' WHERE {d[0]:>3}\" 'e' u'f')\n",
        "[a for a, b in c if not a]\nf(a for a in b)\nx = y if z else lambda a: a\n",
        "if a := b:\n    c = (d := e) is None\nelif a:\n    ...\nwhile f := g():\n    h = {**i, \"j\": k, **l.m()}\n",
        "for (\n    a,\n    b,\n) in c:\n    pass\n",
        "class A:\n    type = B(c)\n    match = d\n",
        "class A(B):\n    c = D(\n        e\n    )\n\n    def f(self, g=1, *h, i, **j) -> None:\n        pass\n",
    ] {
        assert!(is_taken(text), "{text}");
    }
}

#[test]
#[rustfmt::skip]
fn what_is_no_python_is_not() {
    for text in [
        "a b", "a = ", "= a", "f(", "f)", "(a", "a)", "'a", "'''a", "'a\nb'", "if a:\n", "if a:\nb", "  a", "a\n  b",
        "if a:\n    b\n  c", "else: a", "try: a", "f(a=1, b)", "f(a for a in b, c)", "f(c, a for a in b)", "a - not b",
        "1 = a", "f() = a", "a + b = c", "a, f() = b", "del f()", "def f(a=1, b): pass", "def f(**a, b): pass", "a[]",
        "a[1:2:3:4]", "{a: b, c}", "{a, b: c}", "import a.b.", "from a import", "from a import b,", "from a import ()", "01", "1a",
        "1_", "'\\x1'", "'\\N{a}'", "b'\u{e9}'", "b'a' 'b'", "f'{'", "f'}'", "f'{}'", "f'{a!x}'", "f'{lambda: a}'", "print a",
        "exec 'a'", "a :=b", "if a.b := c: pass", "(a := b) = c", "(a.b := c)", "[a := ]", "{**a: b}", "{**a, b}", "{a, **b}", "{**a or b}",
        "{**a for a in b}", "... = a", "type a", "(a := b := c)",
        "class A(b for b in c): pass", "return return", "for a in: b", "for f() in a: b", "with a as b",
        "try:\n    a\nexcept:\n    b\nexcept C:\n    d", "x = 1\rx y", "x = '\0'", "def f(None): pass", "f(None=1)", "None = 1",
        "import if", "a.if", "lambda a b: c", "a if b", "a else b", "f(a, , b)", "[a,,]", "a..b", "1..a", "@a\nb", "a = b = 1 = c",
    ] {
        assert!(!is_taken(text), "{text}");
    }
}

#[test]
fn what_nests_deeply_is_left_to_the_parser() {
    for text in ["(".repeat(100), "-".repeat(100_000), format!("x{}", " + x".repeat(40_000))] {
        assert!(!is_taken(&text));
    }
    assert!(is_taken(&format!("x{}", " + x".repeat(4_000))));
    assert!(is_taken(&format!("{}1{}", "[".repeat(20), "]".repeat(20))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn the_parser_takes_what_is_taken(text in program()) {
        is_taken(&text);
    }

    #[test]
    fn and_what_is_indented(text in indented()) {
        is_taken(&text);
    }

    #[test]
    fn and_what_is_broken(text in indented(), breaks in breaks()) {
        is_taken(&broken(&text, &breaks));
    }

    #[test]
    fn and_one_broken_line(line in prop::sample::select(LINES.to_vec()), breaks in breaks()) {
        is_taken(&broken(line, &breaks));
    }
}
