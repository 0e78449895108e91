//! What the header of a module is worth, form by form.

use limbeck_types::{Field, FileId, Header, Spanned};

/// Renders a header in one line and asserts that the fast path reads the same.
fn read(text: &str) -> String {
    let (migration, errors) = limbeck_parse::migration(FileId(0), text);
    assert_eq!(errors, [], "{text}");
    assert_eq!(limbeck_parse::header(text).0, migration.header, "{text}");
    let Header { revision, down_revision, branch_labels, depends_on, .. } = &migration.header;
    let fields = [
        ("r", field(text, revision, |id| id.to_string())),
        ("d", field(text, down_revision, |ids| all(text, ids, |id| id.as_str()))),
        ("b", field(text, branch_labels, |labels| all(text, labels, String::as_str))),
        ("o", field(text, depends_on, |ids| all(text, ids, String::as_str))),
    ];
    let stated = fields.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", value?)));
    stated.collect::<Vec<_>>().join(" ")
}

fn check(text: &str, expected: &str) {
    assert_eq!(read(text), expected, "{text}");
}

fn field<T>(text: &str, field: &Field<T>, known: impl Fn(&T) -> String) -> Option<String> {
    match field {
        Field::Absent => None,
        Field::Known(value) => Some(known(&value.value)),
        Field::Opaque(opaque) => {
            let import = opaque.import.as_deref().map(|(module, name)| format!(" <{module}:{name}>"));
            Some(format!("?{}: {}{}", &text[opaque.span.range()], opaque.reason, import.unwrap_or_default()))
        }
    }
}

fn all<T>(text: &str, items: &[Spanned<T>], value: impl Fn(&T) -> &str) -> String {
    let items = items.iter().map(|item| text_of(value(&item.value), &text[item.span.range()]));
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}

/// The value, and its source where that is not simply the quoted value.
fn text_of(value: &str, source: &str) -> String {
    if source.trim_matches(['"', '\'']) == value { value.to_owned() } else { format!("{value}@{source}") }
}

#[test]
fn assignments() {
    check("revision = 'a'\ndown_revision: str = 'b'", "r=a d=[b]");
    check("revision, down_revision = 'a', None", "r=a d=[]");
    check("[revision, (down_revision, depends_on)] = 'a', ['b', ('c',)]", "r=a d=[b] o=[c]");
    check("branch_labels = depends_on = 'a'", "b=[a] o=[a]");
    check("revision = 'a'; revision = 'b'", "r=b");
    check("revision = 'a'\ndel revision", "");
    check("revision: str", "");
    check("X = 'a'\nrevision = X\nX = 'b'\ndown_revision = (X, 'c')", "r=a d=[b@X,c]");
    check("(revision := 'a')", "r=a");
    check("print(revision := 'a')", "r=?'a': it is set inside an expression");
    check(
        "revision, *depends_on = 'a', 'b'",
        "r=?'a', 'b': it is unpacked from what only Python can tell o=?'a', 'b': it is the rest of a collection",
    );
}

#[test]
fn coercions() {
    check("down_revision = None", "d=[]");
    check("down_revision = ()", "d=[]");
    check("down_revision = []", "d=[]");
    check("down_revision = (None,)", "d=[]");
    check("down_revision = ('a', 'a')", "d=[a,a]");
    check("down_revision = {'a', 'b', 'a'}", "d=[a,b]");
    check("down_revision = {'a': 1, 'b': 2}", "d=[a,b]");
    check("down_revision = (None, 'a')", "d=?None: it is `None`, not a string");
    check("down_revision = 5", "d=?5: it is the number 5, not a string");
    check("revision = ('a',)", "r=?('a',): it is a tuple, not a string");
    check("revision = None", "r=?None: it is `None`, not a string");
    check(
        "down_revision = (x for x in 'a')",
        "d=?(x for x in 'a'): it is a generator, which alembic can read only once",
    );
    check("down_revision = b'a'", "d=?b'a': it is bytes, not a string");
    check("down_revision = True", "d=?True: it is `True`, not a string");
}

#[test]
fn the_empty_id_is_an_id() {
    let (header, _) = limbeck_parse::header("down_revision = ''");
    assert_eq!(header.down_revision.known().map(|down| down.len()), Some(1));
}

#[test]
fn text_of_known_parts() {
    check("revision = 'a' 'b'", "r=ab");
    check("revision = ('a'\n    'b')", "r=ab");
    check("revision = 'a' + 'b' + \"c\"", "r=abc");
    check("A = 'a'\nrevision = f'{A}_{1}{{}}' f'x'", "r=a_1{}x");
    check("A = 'a'\nrevision = '%s_%d%%' % (A, 3)", "r=a_3%");
    check("A = 'a'\nrevision = '{}_{1}_{x}'.format(A, 'b', x='c')", "r=a_b_c");
    check("revision = f'{1:03}'", "r=?{1:03}: it is formatted when the file is run");
    check("revision = f'{x}a'", "r=?x: `x` is not assigned before");
    check("revision = '{:>4}'.format('a')", "r=?'{:>4}'.format('a'): it is what a call returns");
    check("down_revision = ('a',) + ('b',)", "d=[a,b]");
    check("A = ['a']\ndown_revision = (*A, 'b')", "d=[a@A,b]");
    check("A = ('a', 'b')\nrevision = A[1]\ndown_revision = tuple(A)", "r=b d=[a@A,b@A]");
}

#[test]
fn what_only_python_can_tell() {
    check("revision = make()", "r=?make(): it is what `make` returns");
    check("import os\nrevision = os.environ['X']", "r=?os.environ['X']: it is read from the environment");
    check("import os\nrevision = os.getenv('X')", "r=?os.getenv('X'): it is read from the environment");
    check("from x import REV\nrevision = REV", "r=?REV: it is imported from `x` <x:REV>");
    check("from x import revision", "r=?revision: it is imported from `x` <x:revision>");
    check(
        "from a.b import cli\nbranch_labels = (cli.X,)",
        "b=?cli.X: it is imported from `a.b.cli` <a.b.cli:X>",
    );
    check(
        "import a.b.cli\nbranch_labels = ('y', a.b.cli.X)",
        "b=?a.b.cli.X: it is imported from `a.b.cli` <a.b.cli:X>",
    );
    check("import a.b as c\nbranch_labels = c.X", "b=?c.X: it is imported from `a.b` <a.b:X>");
    check("from . import cli\nbranch_labels = cli.X", "b=?cli.X: it is imported from `.cli` <.cli:X>");
    check(
        "from x import *",
        "r=?: it is imported from `x` <x:revision> d=?: it is imported from `x` <x:down_revision>",
    );
    check("revision = [x for x in 'a'][0]", "r=?[x for x in 'a'][0]: it is a comprehension");
    check(
        "def __getattr__(name): pass\nrevision = 'a'",
        "r=a d=?__getattr__: it is what the module's `__getattr__` gives b=?__getattr__: it is what the module's `__getattr__` gives o=?__getattr__: it is what the module's `__getattr__` gives",
    );
}

#[test]
fn ways_through_the_module() {
    let condition = "r=?'b': it is set under a condition";
    check("revision = 'a'\nif x: revision = 'b'", condition);
    check("if x: revision = 'a'\nelse: revision = 'b'", condition);
    check("if x: revision = 'a'\nelse: revision = 'a'", "r=a");
    check("if x: revision = 'a'\nelse: raise y", "r=a");
    check("if x: revision = 'b'", condition);
    check("if True: revision = 'a'\nelse: revision = 'b'", "r=a");
    check("if 0: pass\nelif 'x' == 'x': revision = 'a'", "r=a");
    check("from typing import TYPE_CHECKING\nrevision = 'a'\nif TYPE_CHECKING: revision = 'b'", "r=a");
    check("import typing as t\nrevision = 'a'\nif not t.TYPE_CHECKING: revision = 'b'", "r=b");
    check("revision = 'a'\nif __name__ == '__main__': revision = 'b'", "r=a");
    check("revision = 'a' if None else 'b'", "r=b");
    check("revision = 'a' if x else 'b'", "r=?'a' if x else 'b': it depends on a condition");
    check("revision = 'a' if x else 'a'", "r=a");
    check("revision = None or 'a'", "r=a");
    check("for x in y: revision = 'a'", "r=?'a': it is set in a loop");
    check("revision = 'a'\nwhile x: pass", "r=a");
    check("while False: revision = 'a'", "");
    check("match x:\n  case [revision]: pass", "r=?[revision]: it is set under a condition");
}

#[test]
fn exceptions() {
    let caught = "it is set where an exception may be caught";
    check("try: revision = 'a'\nexcept E: pass", "r=a");
    check("try: revision = 'a'\nfinally: down_revision = 'b'", "r=a d=[b]");
    check("try:\n  f()\n  revision = 'a'\nexcept E: pass", &format!("r=?'a': {caught}"));
    check("try:\n  f()\n  revision = 'a'\nexcept E: raise", "r=a");
    check("try: from x import revision\nexcept E: revision = 'a'", &format!("r=?'a': {caught}"));
    check("with x: revision = 'a'", "r=a");
    check("with x:\n  f()\n  revision = 'a'", &format!("r=?'a': {caught}"));
}

#[test]
fn changes_in_place() {
    let changed = "it is changed after it is set, in a way that only Python can follow";
    check("depends_on = []\ndepends_on.append('a')", "o=[a]");
    check(
        "depends_on = []\nif x: depends_on.append('a')",
        "o=?depends_on.append('a'): it is set under a condition",
    );
    check("depends_on = ('a',)\ndepends_on += ('b',)", "o=[a,b]");
    check("depends_on = []\nfill(depends_on)", &format!("o=?[]: {changed}"));
    check("depends_on = ['a']\nprint(depends_on)", "o=[a]");
    check("depends_on = ['a']\ndepends_on[0] = 'b'", &format!("o=?['a']: {changed}"));
    check("x = depends_on = []\nx.append('a')", &format!("o=?[]: {changed}"));
    check("x = []\ndepends_on = x\ndef f():\n  pass\nx.append('a')", &format!("o=?x: {changed}"));
    check(
        "revision = 'a'\ndef f():\n  global revision\n  revision = 'b'\nf()",
        &format!("r=?'a': {changed}"),
    );
    check("revision = 'a'\ndef f():\n  global revision\n  revision = 'b'", "r=a");
    check("depends_on = []\ndef f():\n  depends_on.append('b')\nf()", &format!("o=?[]: {changed}"));
    let exec = format!("?exec('x'): {changed}");
    check("def f(): pass\nexec('x')", &format!("r={exec} d={exec} b={exec} o={exec}"));
}

#[test]
fn growth_is_bounded() {
    let doubling = format!("revision = 'ab'\n{}", "revision = revision + revision\n".repeat(64));
    assert!(read(&doubling).contains("it is too long to be followed"));
    let listed = format!("x = ('ab',)\n{}depends_on = x\n", "x = x + x\n".repeat(64));
    assert!(read(&listed).contains("it is too long to be followed"));
}

#[test]
fn chains_of_calls_take_no_power_of_the_time() {
    // Each call twice would be 2 ** 60 evaluations.
    let chain = format!("revision = x{}\n", ".format(y)".repeat(60));
    assert!(read(&chain).contains("it is what a call returns"), "{}", read(&chain));
}

#[test]
fn docstrings() {
    let check = |text: &str, expected: Option<&str>| {
        let (header, _) = limbeck_parse::header(text);
        assert_eq!(header.docstring.map(|docstring| docstring.value).as_deref(), expected, "{text}");
    };
    check("'''a\n\nb'''", Some("a\n\nb"));
    check("# x\n'a' 'b'\n", Some("ab"));
    check("'''a\r\nb'''", Some("a\nb"));
    check("f'a'", None);
    check("b'a'", None);
    check("x = 1\n'a'", None);
    check("'a'\n__doc__ = 'b'", Some("b"));
    check("'a'\n__doc__ = f()", None);
    check("'a'\n__doc__ += 'b'", Some("ab"));
}
