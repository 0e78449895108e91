//! Functions of other modules of the project, and context managers.

use limbeck_types::Direction;

use super::print;
use crate::follow::value::{Event, EventKind, Kind};
use crate::{Around, Module, parser};

const UTIL: &str = "
from contextlib import contextmanager
from alembic import context, op
from .names import SCHEMA
REGISTRY = []
CURRENT = None
def set_current(name):
    global CURRENT
    CURRENT = name
def add(table, schema=SCHEMA):
    op.execute(f'add {schema}.{table}')
def all_of():
    for name in REGISTRY:
        op.drop_table(name)
def named():
    op.drop_table(CURRENT)
def tried():
    try:
        op.drop_table('a')
    except Exception:
        pass
def around(run):
    run('given')
@contextmanager
def block(name):
    op.execute('begin')
    try:
        yield name
    finally:
        op.execute('end')
class Change:
    def __init__(self, name):
        self.name = name
    def run(self):
        if context.is_offline_mode():
            op.drop_table(self.name)
class Other(Change):
    def __init__(self, name):
        super().__init__(name + 's')
";

fn modules(name: &str) -> Option<Module> {
    let (text, is_package) = match name {
        "app.util" => (UTIL, false),
        "app.names" => ("SCHEMA = 's'\nNAMES = ('a', 'b')\n", false),
        "app" => ("from .util import add as handed_on\n", true),
        "app.one" => ("from alembic import op\nfrom app.two import b\ndef a():\n    b(1)\n", false),
        "app.two" => (
            "from alembic import op\nfrom app.one import a\ndef b(n):\n    if n: b(n - 1)\n    else: op.x('end')\n",
            false,
        ),
        "app.forever" => ("from app import forever\ndef a():\n    forever.a()\n", false),
        "app.broken" => ("def a(:\n", false),
        "app.raises" => ("def a():\n    pass\nraise ValueError()\n", false),
        _ => return None,
    };
    Some(Module::new(text.to_owned(), is_package))
}

fn followed<T: Send>(text: &str, read: impl FnOnce(&[Event], &str) -> T + Send) -> T {
    let around = Around { modules: &modules, ..Around::default() };
    let text = format!("from alembic import op\n{text}");
    parser::with_module(&text, |body, text| {
        read(&super::super::follow(body, text, Direction::Upgrade, &around), text)
    })
    .0
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let told: Vec<String> =
        followed(text, |events, text| events.iter().filter_map(|event| print::event(event, text)).collect());
    assert_eq!(told, expected, "{text}");
}

#[test]
fn functions_and_constants_are_followed() {
    check("from app.util import add\ndef upgrade():\n    add('t')\n", &["op.execute('add s.t')"]);
    check("from app import handed_on\ndef upgrade():\n    handed_on('t', 'x')\n", &["op.execute('add x.t')"]);
    check("import app.util as u\ndef upgrade():\n    u.Other('x').run()\n", &["op.drop_table('xs')"]);
    check(
        "from app.names import NAMES\ndef upgrade():\n    for name in NAMES: op.x(name)\n",
        &["op.x('a')", "op.x('b')"],
    );
}

#[test]
fn a_block_runs_where_its_manager_gives_way() {
    check(
        "from app.util import block\ndef upgrade():\n    with block('t') as name:\n        op.x(name)\n",
        &["op.execute('begin')", "op.x('t')", "op.execute('end')"],
    );
    let own = "from contextlib import contextmanager\n@contextmanager\ndef own():\n    if op.get_bind().dialect.name != 'sqlite':\n        yield 1\n        return\n    op.execute('never')\n    yield 2\n";
    check(
        &format!("{own}def upgrade():\n    with own() as n:\n        op.x(n)\n"),
        &["op.get_bind() < own()", "op.x(1)"],
    );
}

#[test]
fn modules_that_import_each_other_end() {
    check("from app.one import a\ndef upgrade():\n    a()\n", &["op.x('end')"]);
    let told = followed("from app.forever import a\ndef upgrade():\n    a()\n", |events, _| {
        events.iter().any(|event| matches!(event.kind, EventKind::Lost(_)))
    });
    assert!(told);
}

#[test]
fn what_is_no_module_stays_a_name() {
    for module in ["app.missing", "app.broken", "app.raises"] {
        let path = format!("{module}.a()");
        check(&format!("from {module} import a\ndef upgrade():\n    a()\n"), &[&path]);
    }
}

#[test]
fn what_may_change_is_not_known() {
    let unknown = |function: &str| {
        let text = format!("from app.util import {function}\ndef upgrade():\n    {function}()\n");
        followed(&text, |events, _| {
            events.iter().any(|event| match &event.kind {
                EventKind::Called(call) => {
                    event.condition.is_some()
                        || call.positional.iter().any(|value| matches!(value.kind, Kind::Opaque(_)))
                }
                EventKind::Lost(_) => true,
                _ => false,
            })
        })
    };
    for function in ["all_of", "named", "tried"] {
        assert!(unknown(function), "{function}");
    }
}

/// The call and its callers of every event, and all that its first argument leads back to.
fn places(text: &str) -> Vec<String> {
    followed(text, |events, text| {
        let mut places = Vec::new();
        for event in events {
            let EventKind::Called(call) = &event.kind else { continue };
            let callers: Vec<&str> = event.callers.iter().map(|span| &text[span.range()]).collect();
            let first = call.positional[0].as_text().map(|first| {
                let piece = |piece: &limbeck_types::Piece| (&text[piece.span.range()], piece.verbatim);
                first.pieces.iter().map(piece).collect::<Vec<_>>()
            });
            places.push(format!("{} {callers:?} {:?}", &text[event.span.range()], first.unwrap_or_default()));
        }
        places
    })
}

#[test]
fn places_are_the_files_own() {
    let text = "from app.util import add\ndef help():\n    add('t')\ndef upgrade():\n    help()\n";
    let expected = r#"add('t') ["help()"] [("add('t')", false), ("t", true)]"#;
    assert_eq!(places(text), [expected]);
    let text = "from app.util import around\ndef upgrade():\n    around(lambda name: op.x(name))\n";
    let call = "around(lambda name: op.x(name))";
    assert_eq!(places(text), [format!("op.x(name) [{call:?}] [({call:?}, false)]")]);
}

#[test]
fn a_loop_that_is_given_up_opens_a_module_again() {
    let lists = "[1], ".repeat(100);
    let module = format!("from alembic import op\nLISTS = [{lists}]\ndef add(name):\n    op.x(name)\n");
    let modules = |name: &str| (name == "app.many").then(|| Module::new(module.clone(), false));
    // The first loop takes more steps than it takes to open the module.
    let long = "        op.a(x, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])\n".repeat(100);
    let text = format!(
        "from alembic import op\nfrom app.many import add\ndef upgrade():\n    for x in op.get():\n{long}    \
         for x in op.get(): add(x)\n    add('t')\n"
    );
    for steps in 200..600 {
        super::LOOP_STEPS.set(Some(steps));
        let around = Around { modules: &modules, ..Around::default() };
        let found = super::events_with(&text, &around);
        assert!(found.last().is_some_and(|line| line.starts_with("op.x('t')")), "{steps}: {found:?}");
    }
    super::LOOP_STEPS.set(None);
}

#[test]
fn what_is_set_in_another_module_is_read_there() {
    let module = "from alembic import op\nSCHEMA = 's'\nclass C:\n    x = 1\n    def go(self): op.a(self.x)\n\
                  def f(): op.a(SCHEMA, C.x)\n";
    let modules = |name: &str| (name == "app.set").then(|| Module::new(module.to_owned(), false));
    let around = Around { modules: &modules, ..Around::default() };
    let found = super::events_with(
        "from alembic import op\nimport app.set\nfrom app.set import C, f\ndef upgrade():\n    app.set.SCHEMA = 't'\n    \
         C.x = 2\n    f()\n    C().go()\n",
        &around,
    );
    assert_eq!(found, ["op.a('t', 2)", "op.a(2)"]);
}

/// What `upgrade()` of these statements does, with a module `m` of this text.
fn with_module(module: &str, statements: &str) -> Vec<String> {
    let module = format!("from alembic import op\n{module}");
    let modules = |name: &str| (name == "app.m").then(|| Module::new(module.clone(), false));
    let around = Around { modules: &modules, ..Around::default() };
    super::events_with(
        &format!("from alembic import op\nimport app.m\ndef upgrade():\n{statements}"),
        &around,
    )
}

#[test]
fn names_that_wait_are_those_that_were_bound() {
    let module = "def early(): op.a('early')\n\
                  def twice(): op.a('one')\n\
                  def twice(): op.a('two')\n\
                  def loud(f):\n    def inner():\n        op.a('loud')\n        f()\n    return inner\n\
                  def wrapped(): op.a('plain')\n\
                  wrapped = loud(wrapped)\n\
                  def first(): op.a(second())\n\
                  def second(text='given'): return text\n";
    let found = |statements: &str| with_module(module, statements);
    assert_eq!(found("    app.m.early()\n    app.m.twice()\n"), ["op.a('early')", "op.a('two')"]);
    assert_eq!(found("    app.m.wrapped()\n"), ["op.a('loud')", "op.a('plain')"]);
    assert_eq!(found("    app.m.first()\n"), ["op.a('given')"]);
    // A way that is taken back takes no name away.
    let both = "    if op.get_bind().b():\n        app.m.first()\n    else:\n        app.m.first()\n    app.m.first()\n";
    let sent = found(both).into_iter().filter(|line| line.contains("op.a('given')")).count();
    assert_eq!(sent, 3);
}

#[test]
fn names_that_wait_can_be_set_and_deleted() {
    let module = "def a(): op.a('a')\n\
                  def b(): op.a('b')\n\
                  def set_one(): globals()['a'] = b\n\
                  def set_any(name): globals()[name] = b\n\
                  def remove(): del globals()['a']\n\
                  def keep(): a()\n";
    let found = |statements: &str| with_module(module, statements);
    assert_eq!(found("    app.m.set_one()\n    app.m.a()\n    app.m.b()\n"), ["op.a('b')", "op.a('b')"]);
    assert_eq!(found("    app.m.a = app.m.b\n    app.m.keep()\n"), ["op.a('b')"]);
    // Nobody knows which is set.
    let lines = found("    app.m.set_any(op.get_bind().name_of())\n    app.m.keep()\n");
    assert!(!lines.iter().any(|line| line == "op.a('a')"), "{lines:?}");
    let lines = found("    if op.get_bind().b():\n        app.m.a = app.m.b\n    app.m.keep()\n");
    assert!(!lines.iter().any(|line| line == "op.a('a')" || line == "op.a('b')"), "{lines:?}");
    let lines = found("    app.m.remove()\n    app.m.keep()\n");
    assert!(!lines.iter().any(|line| line == "op.a('a')"), "{lines:?}");
}

#[test]
fn what_one_way_sets_in_a_module_is_not_known() {
    let module = "NAMES = ['a']\nNAME = 'b'\ndef all_of():\n    for name in NAMES: op.a(name)\n\
                  def one(): op.b(NAME)\n";
    let found = |statements: &str| {
        let found = with_module(
            module,
            &format!(
                "    if op.get_bind().b():\n        {statements}\n    app.m.all_of()\n    app.m.one()\n"
            ),
        );
        found
            .into_iter()
            .filter(|line| line.starts_with("op.a(") || line.starts_with("op.b("))
            .collect::<Vec<_>>()
    };
    assert_eq!(found("pass"), ["op.a('a')", "op.b('b')"]);
    let set = found("app.m.NAME = 'c'");
    assert_eq!(set[..1], ["op.a('a')"]);
    assert!(set[1..].iter().all(|line| !line.contains("'b'") && !line.contains("'c'")), "{set:?}");
    let listed = found("app.m.NAMES.append('c')");
    assert!(listed.iter().all(|line| line != "op.a('c')"), "{listed:?}");
}

#[test]
fn a_name_that_was_imported_before_it_is_set_is_not_known() {
    let module = "def f(): op.a('f')\ndef g(): op.a('g')\ndef h(): f()\nX = 'old'\n";
    let found = |statements: &str| {
        let module = format!("from alembic import op\n{module}");
        let modules = |name: &str| (name == "app.m").then(|| Module::new(module.clone(), false));
        let around = Around { modules: &modules, ..Around::default() };
        let text = "from alembic import op\nimport app.m\nfrom app.m import f, X\ndef upgrade():\n";
        super::events_with(&format!("{text}{statements}"), &around)
    };
    assert_eq!(found("    f()\n    op.b(X)\n"), ["op.a('f')", "op.b('old')"]);
    let lines = found("    app.m.f = app.m.g\n    f()\n    app.m.h()\n");
    assert_eq!(lines.last().map(String::as_str), Some("op.a('g')"), "{lines:?}");
    assert_eq!(lines.iter().filter(|line| line.starts_with("op.a(")).count(), 1, "{lines:?}");
    let lines = found("    app.m.X = 'new'\n    op.b(X)\n");
    assert!(lines.iter().all(|line| !line.contains("old") && !line.contains("new")), "{lines:?}");
}

#[test]
fn a_star_binds_what_was_bound_before() {
    let modules = |name: &str| {
        let text = match name {
            "app.a" => "from alembic import op\ndef f(): op.a('a')\n",
            "app.some" => "from alembic import op\n__all__ = ['g']\ndef f(): op.a('some')\n",
            "app.b" => "from alembic import op\ndef f(): op.a('b')\ndef h(): f()\nfrom app.a import *\n",
            "app.c" => "from alembic import op\nfrom app.a import *\ndef f(): op.a('c')\ndef h(): f()\n",
            "app.d" => "from alembic import op\ndef f(): op.a('d')\ndef h(): f()\nfrom app.some import *\n",
            _ => return None,
        };
        Some(Module::new(text.to_owned(), false))
    };
    let around = Around { modules: &modules, ..Around::default() };
    let of = |module: &str| {
        let text = format!("from alembic import op\nimport {module}\ndef upgrade(): {module}.h()\n");
        super::events_with(&text, &around)
    };
    assert_eq!(of("app.b"), ["op.a('a')"]);
    assert_eq!(of("app.c"), ["op.a('c')"]);
    assert!(of("app.d").iter().all(|line| !line.starts_with("op.a(")), "{:?}", of("app.d"));
}

#[test]
fn what_another_module_remembers_is_not_known() {
    let module =
        "import functools\n@functools.cache\ndef f(): op.a('f')\n@functools.cache\ndef g(): return 1\n";
    let lines = with_module(module, "    app.m.f()\n    op.b(app.m.g())\n");
    assert_eq!(lines.last().map(String::as_str), Some("op.b(1)"), "{lines:?}");
    assert!(lines.iter().all(|line| line != "op.a('f')"), "{lines:?}");
}

#[test]
fn a_constant_that_a_function_sets_is_none() {
    let module =
        Module::new("X = 'old'\nY = 'y'\ndef change():\n    global X\n    X = 'new'\n".to_owned(), false);
    assert_eq!(module.constant("X"), None);
    assert_eq!(module.constant("Y").as_deref(), Some("y"));
}

#[test]
fn a_module_that_needs_a_name_before_it_is_bound_is_not_imported() {
    let calls = |module: &str| with_module(module, "    app.m.a()\n").contains(&"op.a('a')".to_owned());
    assert!(calls("def b(): return 1\nB = b()\ndef a(): op.a('a')\n"));
    assert!(!calls("B = b()\ndef b(): return 1\ndef a(): op.a('a')\n"));
}
