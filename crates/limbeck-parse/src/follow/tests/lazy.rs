//! What is asked for later than it is made, and collections that change while they are gone through.

use super::{check, check_module};

#[test]
fn what_is_asked_for_after_a_change_is_not_known() {
    for (make, change) in [
        ("x = zip(l, 'ab')", "l.append(2)"),
        ("x = enumerate(l)", "l.append(2)"),
        ("x = iter(l)", "l.append(2)"),
        ("x = reversed(l)", "l[0] = 2"),
        ("x = map(str, l)", "l.append(2)"),
        ("x = filter(None, l)", "l.append(2)"),
        ("x = (y for y in l)", "l.append(2)"),
        ("n = 1\nx = (y + n for y in [1])", "n = 2"),
        ("n = 1\nx = map(lambda y: y + n, [1])", "n = 2"),
        ("n = 1\ndef g(): yield n\nx = g()", "n = 2"),
        ("d = {1: 2}\nx = d.keys()", "d[2] = 3"),
        ("d = {1: 2}\nx = d.items()", "d.clear()"),
    ] {
        check(&format!("l = [1]\n{make}\n{change}\nop.a(list(x))"), &["op.a([*?])"]);
        check(&format!("l = [1]\n{make}\no = []\no.append(1)\nop.a(len(list(x)))"), &["op.a(1)"]);
    }
    check("d = {1: 2}\nfor k, v in d.items(): d[k] = v + 1\nop.a(d, list(d.keys()))", &["op.a({1: 3}, [1])"]);
}

#[test]
fn a_list_that_changes_while_it_is_gone_through() {
    check("l = [1]\nfor x in l:\n  if x < 3: l.append(x + 1)\n  op.a(x)", &["op.a(1)", "op.a(2)", "op.a(3)"]);
    check("l = [1, 2, 3, 4]\nfor x in l: l.remove(x)\nop.a(l)", &["op.a([2, 4])"]);
    check("l = [1, 2]\nfor x in l:\n  op.a(x)\n  l[open('x')] = 3", &["op.a(1)", "? op.a(?)"]);
    check("l = [1]\nfor x in l[:]: l.append(x)\nop.a(l)", &["op.a([1, 1])"]);
    check("l = [1]\nfor x in list(l): l.append(x)\nop.a(l)", &["op.a([1, 1])"]);
    check(
        "d = {1: 2}\nfor k in d: d[k + 1] = 3\nop.a()",
        &["raise: the dictionary changes its size in the loop"],
    );
    check("d = {1: 2}\nfor k in list(d): d[k + 1] = 3\nop.a(d)", &["op.a({1: 2, 2: 3})"]);
}

#[test]
fn a_dictionary_that_changes_while_a_view_of_it_is_gone_through() {
    let d = "d = {1: 'a', 2: 'b'}\n";
    for (view, first) in [("items", "(1, 'a')"), ("values", "'a'")] {
        for change in ["d[2] = 'c'", "d.update({2: 'c'})"] {
            let body = format!("{d}for x in d.{view}():\n  op.a(x)\n  {change}");
            check(&body, &[format!("op.a({first})").as_str(), "? op.a(?)"]);
        }
        let body = format!("{d}for i, x in enumerate(d.{view}()):\n  op.a(x)\n  d[2] = 'c'");
        check(&body, &[format!("op.a({first})").as_str(), "? op.a(?)"]);
    }
    for view in ["keys", "items", "values"] {
        check(
            &format!("{d}for x in d.{view}():\n  d[3] = 4\n  op.a()"),
            &["op.a()", "raise: the dictionary changes its size in the loop"],
        );
        check(&format!("{d}for x in d.{view}(): d[1] = 4\nop.a(d)"), &["op.a({1: 4, 2: 'b'})"]);
        check(&format!("{d}for x in list(d.{view}()): d[2] = d[3] = 4\nop.a()"), &["op.a()"]);
    }
    check(&format!("{d}for x in d.keys(): d[x] = 3\nop.a(d)"), &["op.a({1: 3, 2: 3})"]);
}

#[test]
fn generators_have_names_of_their_own() {
    check_module(
        "from alembic import op\ndef g(n):\n    for a in 'xy':\n        for b in range(n):\n            yield a, b\n\
         def upgrade():\n    for a, b in g(1): op.a(a, b)\n    op.b(list(g(1)))\n",
        &["op.a('x', 0)", "op.a('y', 0)", "op.b([('x', 0), ('y', 0)])"],
    );
    check(
        "n = 0\ndef g():\n  nonlocal n\n  n = 1\n  yield 2\nx = g()\nop.a(n)\nlist(x)\nop.b(n)",
        &["lost: it is a generator, whose steps are not followed", "op.a(?)", "op.b(?)"],
    );
    check("op.a(*(sa.Column(x) for x in 'ab'))", &["op.a(sqlalchemy.Column(), sqlalchemy.Column())"]);
}

#[test]
fn names_of_modules_are_set_by_name() {
    check_module(
        "from alembic import op\nx = 1\ndef upgrade():\n    globals()['x'] = 2\n    op.a(x)\n",
        &["op.a(2)"],
    );
    check_module(
        "from alembic import op\nx = 1\nglobals().update({'x': 2})\nfrom alembic import op\ndef upgrade():\n    op.a(x)\n",
        &["op.a(?)"],
    );
    check_module(
        "from alembic import op\nimport app.settings\ndef upgrade():\n    app.settings.X = 2\n    op.a(app.settings.X)\n",
        &["lost: `X` of `app.settings` is set", "op.a(?)"],
    );
    check(
        "import sys, importlib\nsys.modules['alembic.op'].a()\nimportlib.import_module('alembic.op').b()",
        &["op.a()", "op.b()"],
    );
    check("import sys\nsys.modules[__name__].x = 1", &["raise: alembic runs it as no module"]);
}

#[test]
fn a_block_inside_of_a_try_of_its_manager() {
    check_module(
        "from alembic import op\nfrom contextlib import contextmanager\n@contextmanager\ndef c():\n    try:\n        yield\n    \
         except ValueError: op.b()\n    else: op.d()\ndef upgrade():\n    with c():\n        op.a()\n        raise ValueError\n    with c(): pass\n",
        &["op.a()", "op.b() < c()", "op.d() < c()", "? op.b() < c()"],
    );
}

#[test]
fn attributes_that_are_set_before_what_reads_them_is_asked() {
    let class = "class C:\n  x = 'a'\n  def s(self):\n    for i in 'xy': yield self.x\no = C()\n";
    for (make, change) in [
        ("g = (o.x for i in 'x')", "o.x = 'b'"),
        ("g = (o.x for i in 'x')", "C.x = 'b'"),
        ("g = (C.x for i in 'x')", "C.x = 'b'"),
        ("g = map(lambda i: o.x, 'x')", "o.x = 'b'"),
        ("g = o.s()", "o.x = 'b'"),
    ] {
        check(&format!("{class}{make}\n{change}\nop.a(list(g))"), &["op.a([*?])"]);
        check(&format!("{class}{make}\no.y = 'b'\nop.a(next(g))"), &["op.a('a')"]);
    }
    check(&format!("{class}for s in o.s():\n  op.a(s)\n  o.x = 'b'"), &["op.a('a')", "? op.a(?)"]);
}

#[test]
fn what_raises_when_it_is_asked_for_is_not_raised_where_it_is_made() {
    let lost = "lost: it is a generator, whose steps are not followed";
    check("d = {}\ng = (d['z'] for x in 'x')\nd['z'] = 1\nop.a(list(g))", &[lost, "op.a(?)"]);
    check("m = map(int, ['x'])\nop.a()", &[lost, "op.a()"]);
    check(
        "d = {}\ntry:\n  g = (d['z'] for x in 'x')\nexcept KeyError:\n  op.b()\nop.a()",
        &[lost, "? op.b()", "op.a()"],
    );
}

#[test]
fn what_is_remembered_is_found_by_the_kind_of_a_lone_argument() {
    check(
        "import functools\n@functools.cache\ndef f(x): op.a(x)\nf(1)\nf(1.0)\nf(True)\nf(1)\nf('1')\nf('1')",
        &["op.a(1) < f(1)", "op.a(1.0) < f(1.0)", "op.a('1') < f('1')"],
    );
    check(
        "import functools\n@functools.cache\ndef f(x, y): op.a(x)\nf(1, 2)\nf(True, 2)\nf(x=1, y=2)",
        &["op.a(1) < f(1, 2)", "op.a(1) < f(x=1, y=2)"],
    );
}

#[test]
fn an_iterator_that_several_go_through() {
    for make in ["zip(it, it)", "zip(*[it] * 2)", "map(max, it, it)", "zip(it, open('x'))"] {
        check(
            &format!("it = iter('abcd')\nz = {make}\nfor x in z: op.a(x)\nop.b(list(it))"),
            &["? op.a(?)", "op.b([*?])"][..],
        );
    }
    for make in ["map(str, it)", "enumerate(it)", "zip(it, 'ab')", "itertools.chain(it)"] {
        let start = format!("import itertools\nit = iter('abc')\nm = {make}\n");
        check(&format!("{start}next(m)\nop.a(next(it))"), &["op.a(?)"]);
        check(&format!("{start}next(it)\nop.a(next(m))"), &["op.a(?)"]);
        check(
            &format!("{start}op.a(len(list(m)))"),
            &[if make.contains("zip") { "op.a(2)" } else { "op.a(3)" }],
        );
    }
    check("l = [1]\ne = enumerate(map(str, l))\nl.append(2)\nop.a(list(e))", &["op.a([*?])"]);
    check("for i, x in enumerate(map(str, [1])): op.a(i, x)", &["op.a(0, '1')"]);
}
