//! Which statements happen, in which order, and under which condition.

use super::{check, check_module, events, events_with};

const UNKNOWN: &str = "c = op.get()\n";

#[track_caller]
fn unknown(body: &str, expected: &[&str]) {
    let expected: Vec<_> = std::iter::once("op.get()").chain(expected.iter().copied()).collect();
    check(&format!("{UNKNOWN}{body}"), &expected);
}

#[test]
fn known_tests_choose() {
    check("if 1:\n  op.a()\nelif op.no():\n  op.b()\nelse:\n  op.c()", &["op.a()"]);
    check("if 0:\n  op.a()\nelif []:\n  op.b()\nelse:\n  op.c()", &["op.c()"]);
    check(
        "for x in [1, 2, 3]:\n  if x == 2: continue\n  op.a(x)\nelse:\n  op.b()",
        &["op.a(1)", "op.a(3)", "op.b()"],
    );
    check("for x in [1, 2]:\n  op.a(x)\n  break\nelse:\n  op.b()", &["op.a(1)"]);
    check("n = 0\nwhile n < 2:\n  op.a(n)\n  n += 1", &["op.a(0)", "op.a(1)"]);
    check("match 'a':\n  case 'b': op.b()\n  case 'a' | 'c': op.a()\n  case _: op.d()", &["op.a()"]);
    check("return\nop.a()", &[]);
    check("op.a() and op.b()\n0 and op.c()\n1 or op.d()", &["op.a()", "? op.b()"]);
}

#[test]
fn unknown_tests_go_both_ways() {
    unknown("if c:\n  op.a()\nelse:\n  op.b()\nop.d()", &["? op.a()", "? op.b()", "op.d()"]);
    unknown("x = 1\ny = 1\nif c:\n  x = 2\n  y = 1\nop.a(x, y)", &["op.a(?, 1)"]);
    unknown("x = [1]\nif c:\n  x.append(2)\nop.a(x, x[0])\nop.b(*x)", &["op.a([1, *?], 1)", "op.b(1, ?)"]);
    unknown("d = {'a': 1}\nif c:\n  d['a'] = 2\nop.a(d)", &["op.a({'a': ?})"]);
    unknown("op.a('x' if c else 'y', 'z' if c else 'z')", &["op.a(?, 'z')"]);
    unknown("op.a(c and 1, c or 2, c and False)", &["op.a((op.get() and 1), (op.get() or 2), False)"]);
    unknown("if c is None: return\nop.a()", &["? op.a()"]);
    unknown("if c: raise ValueError('x')\nop.a()", &["? raise: it raises `ValueError`", "op.a()"]);
    unknown(
        "if c: raise A\nelse: raise B\nop.a()",
        &["? raise: `A` is not defined", "? raise: `B` is not defined", "? raise: `A` is not defined"],
    );
    unknown("if not c:\n  return\nelse:\n  op.a()\nop.b()", &["? op.a()", "? op.b()"]);
}

#[test]
fn what_leaves_early_makes_the_rest_conditional() {
    check_module(
        "from alembic import op\ndef f(n):\n    if op.get():\n        return 1\n    op.a()\n    return n\n\
         def upgrade():\n    op.x(f(1), f(2))\n    op.b()\n",
        &["op.get() < f(1)", "? op.a() < f(1)", "op.get() < f(2)", "? op.a() < f(2)", "op.x(1, ?)", "op.b()"],
    );
    check(
        "for x in [1, 2]:\n  if op.get(): continue\n  op.a(x)\nop.b()",
        &["op.get()", "? op.a(1)", "op.get()", "? op.a(2)", "op.b()"],
    );
    check(
        "for x in [1, 2]:\n  if op.get(): break\n  op.a(x)\nop.b()",
        &["op.get()", "? op.a(1)", "? op.get()", "? op.a(2)", "op.b()"],
    );
    check(
        "n = 0\nfor x in [1, 2]:\n  n += 1\n  if op.get(): break\nop.b(n)",
        &["op.get()", "? op.get()", "op.b(?)"],
    );
}

#[test]
fn unknown_loops_happen_once_and_change_what_they_write() {
    unknown("for r in c:\n  op.a(r, r.x)\nop.b()", &["? op.a(?, ?)", "op.b()"]);
    unknown("n = 0\nk = 5\nfor r in c:\n  op.a(n, k)\n  n += 1\nop.b(n)", &["? op.a(?, 5)", "op.b(?)"]);
    unknown("l = []\nfor r in c:\n  op.a(l)\n  l.append(1)\nop.b(l)", &["? op.a([*?])", "op.b([*?])"]);
    unknown("while c:\n  op.a()\nop.b()", &["? op.a()", "op.b()"]);
    unknown(
        "n = 0\nwhile True:\n  op.a(n)\n  if c: break\n  n += 1\nop.b(n)",
        &["op.a(0)", "? op.a(?)", "op.b(?)"],
    );
    unknown("while True:\n  if c: return\n  op.a()\nop.b()", &["? op.a()", "? op.a()", "? op.b()"]);
    unknown(
        "for r in c:\n  if r: break\n  op.a()\nelse:\n  op.e()\nop.b()",
        &["? op.a()", "? op.e()", "op.b()"],
    );
    unknown("a, b = 1, 2\nfor r in c:\n  op.x(a)\n  a, b = b, 3\nop.b(a, b)", &["? op.x(?)", "op.b(?, ?)"]);
    unknown("op.a([r.x for r in c], [1 for r in c])", &["op.a([*?], [*?])"]);
}

#[test]
fn loops_that_take_too_long_are_given_up() {
    let long = "if r.a:\n    for i in range(9999): pass\n";
    unknown(
        &format!(
            "n = 0\nk = 5\nl = []\nm = [1]\nfor r in c:\n  op.a(n, k)\n  n += 1\n  l.append(1)\n  {long}op.b(n, k, l, m)\nfor i in [1]: op.d(i)"
        ),
        &["? lost: the loop does more than is followed", "op.b(?, 5, [*?], [*?])", "op.d(1)"],
    );
}

#[test]
fn what_a_loop_that_is_given_up_may_have_written_is_not_known() {
    let module = |before: &str, inside: &str, after: &str| {
        let text = format!(
            "from alembic import op\nimport sqlalchemy as sa\n{before}\ndef upgrade():\n    c = op.get()\n    for r in c:\n        \
             for i in range(9999): pass\n        {inside}\n    op.b({after})\n"
        );
        let told = events(&text);
        told.last().cloned().unwrap_or_default()
    };
    let class = "class C:\n    name = 'a'\n    def set(self, to): self.name = to\no = C()";
    assert_eq!(module(class, "o.name = r", "o.name"), "op.b(?)");
    assert_eq!(module(class, "o.set(r)", "o.name"), "op.b(?)");
    assert_eq!(module(class, "pass", "1"), "op.b(1)");
    let inner = "def g():\n            global x\n            x = r\n        g()";
    assert_eq!(module("x = 'a'", inner, "x"), "op.b(?)");
    assert_eq!(module("x = 'a'", "pass", "x"), "op.b('a')");
    let table = "t = sa.Table('a', sa.MetaData())\ndef add(): t.append_column(sa.Column('c'))\np = (t,)";
    assert_eq!(module(table, "add()", "p[0]"), "op.b(?)");
    assert_eq!(module("k = sa.text('a')", "pass", "k"), "op.b(sqlalchemy.text())");
}

#[test]
fn attempts() {
    check("try:\n  op.a()\nexcept Exception:\n  op.b()\nop.c()", &["op.a()", "? op.b()", "op.c()"]);
    check("try:\n  op.a()\nfinally:\n  op.b()", &["op.a()", "op.b()"]);
    check(
        "try:\n  x = {}['a']\n  op.a()\nexcept (IndexError, LookupError) as e:\n  op.b()\nelse:\n  op.c()",
        &["op.b()"],
    );
    check(
        "try:\n  raise ValueError('x')\nexcept KeyError:\n  op.a()\nop.b()",
        &["raise: it raises `ValueError`"],
    );
    check(
        "x = 1\ntry:\n  x = 2\n  op.a()\nexcept sa.E:\n  op.b(x)\nop.c(x)",
        &["op.a()", "? op.b(?)", "op.c(?)"],
    );
    check("try:\n  import sqlalchemy\nexcept ImportError:\n  op.b()\nop.c()", &["op.c()"]);
    check_module(
        "from alembic import op\nclass E(Exception): pass\ndef f():\n    try:\n        raise E\n    except E:\n        return 1\n\
         def upgrade():\n    op.x(f())\n    try:\n        return\n    except ValueError:\n        op.a()\n    op.b()\n",
        &["op.x(1)", "? op.a()", "? op.b()"],
    );
}

#[test]
fn blocks() {
    check(
        "with op.batch('t') as b, op.other():\n  b.add('c')\nop.x()",
        &[
            "op.batch('t')",
            "enter op.batch()",
            "op.other()",
            "enter op.other()",
            "op.batch().add('c')",
            "leave op.other()",
            "leave op.batch()",
            "op.x()",
        ],
    );
    check("with open('x') as f:\n  op.x(f.read())", &["op.x(?)"]);
}

#[test]
fn what_is_not_followed_is_told() {
    let lost = |body: &str| {
        let told = events(&format!("from alembic import op\n{body}"));
        assert!(told.iter().any(|line| line.contains("lost: ")), "{body}: {told:?}");
    };
    lost("def f():\n    yield op.x()\ndef upgrade():\n    list(f())\n");
    lost("def upgrade():\n    exec('op.x()')\n");
    lost("from app import g\ndef upgrade():\n    h = g() or 1\n    [f() for f in [1 if g() else 2]]\n");
    lost("upgrade = 1 if op.x() else 2\n");
    lost("def upgrade():\n    map(op.x, [1])\n");
    lost("from app import retry\ndef f():\n    op.x()\ndef upgrade():\n    retry(f)\n");
    check_module(
        "from alembic import op\nfrom app import skip\n@skip('x')\ndef upgrade():\n    op.x()\nskip = 1\n",
        &["lost: what `app.skip(…)` does is not said in this file", "? op.x()"],
    );
    check_module("def downgrade(): pass\n", &["raise: the file has no `upgrade()`, and alembic raises"]);
    check_module(
        "from alembic import op\nx = 1 / 0\ndef upgrade(): op.x()\n",
        &["raise: it divides by zero"],
    );
}

#[test]
fn imported_constants_are_known_where_somebody_knows_them() {
    let imports =
        |module: &str, name: &str| ((module, name) == ("app.const", "NAME")).then(|| "t".to_owned());
    let text = "from alembic import op\nfrom app.const import NAME, OTHER\nimport app.const as c\n\
                def upgrade():\n    op.x(f'a{NAME}', c.NAME, OTHER)\n";
    assert_eq!(
        events_with(text, &crate::Around { constants: &imports, ..crate::Around::default() }),
        ["op.x('at', 't', app.const.OTHER)"]
    );
}

#[test]
fn no_input_runs_on() {
    for (body, told) in [
        ("while True: pass", "lost: there is more to do than is followed"),
        ("f = lambda: f()\nf()", "deeply"),
        ("def g(n):\n  g(n + 1)\ng(1)", "deeply"),
        ("x = 'a'\nwhile True: x = x + x", "lost: "),
        ("x = [1]\nwhile True: x = [x, x]", "lost: "),
        ("x = sa.x\nwhile True: x = x + x", "lost: "),
        ("while True: op.a()", "lost: it does more than is followed"),
        ("x = []\nfor i in range(100000): x = [x]\nop.x(x)", ""),
        ("x = {}\nx['x'] = x\nop.x(x, x == x, str(x))", "op.x("),
        ("x = []\nx.append(x)\nop.x(x, x < x, x == x)", "op.x("),
        ("x = ()\nfor i in range(1000): x = (x, x)\nop.x(x)", "op.x(?)"),
        (
            "for a in op.a():\n  for b in a:\n    for c in b:\n      for d in c:\n        for e in d:\n          for f in e:\n            for g in f:\n              op.x(g)",
            "",
        ),
    ] {
        let body: String = body.lines().map(|line| format!("    {line}\n")).collect();
        let told_now =
            events(&format!("from alembic import op\nimport sqlalchemy as sa\ndef upgrade():\n{body}"));
        assert!(
            told_now.last().is_some_and(|line| line.contains(told)) || told.is_empty(),
            "{body}: {:?}",
            told_now.last()
        );
    }
}

#[test]
fn small_stacks_are_enough() {
    let deep = format!("op.x({}1{})", "[".repeat(150), "]".repeat(150));
    let chain = format!("op.x({})", vec!["'a'"; 3000].join(" + "));
    let calls = "def f(n): return [f(n - 1)] if n else []\nop.x(f(40))";
    let nested: String = (0..60).map(|depth| format!("{}if op.a():\n", " ".repeat(depth))).collect();
    let nested = format!("{nested}{}op.x()", " ".repeat(60));
    for body in [deep.as_str(), &chain, calls, &nested] {
        let body: String = body.lines().map(|line| format!("    {line}\n")).collect();
        let text = format!("from alembic import op\ndef upgrade():\n{body}");
        let small = std::thread::Builder::new().stack_size(1024 * 1024);
        let told = small.spawn(move || events(&text)).unwrap().join().unwrap();
        assert!(!told.is_empty());
    }
}

#[test]
fn what_alembic_cannot_run() {
    for upgrade in [
        "upgrade = None",
        "upgrade = 'x'",
        "def upgrade(): op.a()\nupgrade = None",
        "import functools\nupgrade = functools.partial(op.a, 1)",
        "import functools\ndef f(x): op.a(x)\nupgrade = functools.partial(f, 1)",
    ] {
        check_module(
            &format!("from alembic import op\n{upgrade}\n"),
            &["raise: `upgrade` is no function, and alembic raises"],
        );
    }
    check_module(
        "from alembic import op\nx = 1\n",
        &["raise: the file has no `upgrade()`, and alembic raises"],
    );
    check_module("from alembic import op\nupgrade = lambda: op.a()\n", &["op.a()"]);
    check_module("from alembic import op\nclass C:\n    def f(self): op.a()\nupgrade = C().f\n", &["op.a()"]);
}
