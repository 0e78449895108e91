//! Python's own library: what calls what it is given, and what remembers, suppresses or ends.

use super::events;

/// Follows `body` as `upgrade()`; that something of Python's own was made is left out.
#[track_caller]
fn check(body: &str, expected: &[&str]) {
    let body: String = body.lines().map(|line| format!("    {line}\n")).collect();
    let text = format!("from alembic import op\ndef upgrade():\n{body}");
    let mut found = events(&text);
    found.retain(|line| {
        !line.starts_with("functools.") && !line.starts_with("contextlib.") && !line.starts_with("itertools.")
    });
    assert_eq!(found, expected, "{text}");
}

#[test]
fn a_partial_calls_what_it_is_given() {
    check(
        "import functools\nf = functools.partial(op.a, 1, x=2)\nf(3)\nf(x=4)",
        &["op.a(1, 3, x=2)", "op.a(1, x=4)"],
    );
    check(
        "from functools import partial\ndef f(*a): op.a(*a)\npartial(partial(f, 1), 2)(3)",
        &["op.a(1, 2, 3) < partial(partial(f, 1), 2)(3)"],
    );
    check(
        "from functools import partial\nl = [1]\nf = partial(op.a, l)\nl.append(2)\nf()",
        &["op.a([1, 2])"],
    );
}

#[test]
fn reduce_calls_in_order() {
    check("from functools import reduce\nop.a(reduce(lambda a, b: a + b, [1, 2, 3]))", &["op.a(6)"]);
    check(
        "import functools\nfunctools.reduce(lambda a, b: op.a(b), [1, 2], 0)",
        &[
            "op.a(1) < functools.reduce(lambda a, b: op.a(b), [1, 2], 0)",
            "op.a(2) < functools.reduce(lambda a, b: op.a(b), [1, 2], 0)",
        ],
    );
    check(
        "import functools\nfunctools.reduce(lambda a, b: op.a(b), op.get())",
        &["op.get()", "lost: how often it is called is not known"],
    );
}

#[test]
fn what_is_remembered_is_not_done_again() {
    for decorator in [
        "functools.cache",
        "functools.lru_cache",
        "functools.lru_cache()",
        "functools.lru_cache(maxsize=None)",
    ] {
        check(
            &format!(
                "import functools\n@{decorator}\ndef f(x):\n  op.a(x)\n  return [x]\nf(1).append(2)\nop.b(f(1))\nf(2)\nf(x=1)"
            ),
            &["op.a(1) < f(1)", "op.b([1, 2])", "op.a(2) < f(2)", "op.a(1) < f(x=1)"],
        );
    }
    check(
        "import functools\n@functools.cache\ndef f(x): op.a(x)\nif op.get(): f(1)\nf(1)",
        &["op.get()", "? op.a(1) < f(1)", "lost: whether `f` remembers what it gave is not known"],
    );
    check(
        "import functools\n@functools.lru_cache(maxsize=1)\ndef f(x): op.a(x)\nf(1)\nf(2)\nf(1)",
        &["op.a(1) < f(1)", "op.a(2) < f(2)", "lost: whether `f` remembers what it gave is not known"],
    );
    check(
        "import functools\nclass C:\n  @functools.cached_property\n  def x(self):\n    op.a()\n    return 1\nc = C()\nop.b(c.x, c.x, C().x)",
        &["op.a() < c.x", "op.a() < C().x", "op.b(1, 1, 1)"],
    );
}

#[test]
fn what_is_suppressed_ends_its_block() {
    check(
        "import contextlib\nwith contextlib.suppress(KeyError, ValueError):\n  op.a()\n  raise ValueError\nop.b()",
        &["op.a()", "op.b()"],
    );
    check("from contextlib import suppress\nwith suppress(KeyError):\n  {}['a']\nop.b()", &["op.b()"]);
    check(
        "from contextlib import suppress\nwith suppress(KeyError):\n  raise ValueError\nop.b()",
        &["raise: it raises `ValueError`"],
    );
    check(
        "from contextlib import suppress\nx = 1\nwith suppress(Exception):\n  x = op.a()\n  x = 2\nop.b(x)",
        &["op.a()", "op.b(?)"],
    );
}

#[test]
fn what_is_closed_is_closed_in_the_end() {
    check(
        "import contextlib\nclass C:\n  def close(self): op.b()\nwith contextlib.closing(C()) as c: op.a()\nwith contextlib.nullcontext(5) as x: op.a(x)",
        &["op.a()", "op.b() < contextlib.closing(C())", "op.a(5)"],
    );
}

#[test]
fn an_exit_is_told_of_the_error() {
    check(
        "class C:\n  def __enter__(self): return self\n  def __exit__(self, t, v, b):\n    op.a(t is None)\n    return True\nwith C():\n  raise ValueError\nwith C(): pass\nop.b()",
        &["op.a(False) < C()", "op.a(True) < C()", "op.b()"],
    );
}

#[test]
fn what_may_call_what_it_is_given_is_told() {
    check(
        "import threading\nclass C:\n  def f(self): op.a()\nthreading.Thread(target=C().f).start()",
        &[
            "threading.Thread(target=?)",
            "lost: `threading.Thread` may call `f`",
            "threading.Thread().start()",
        ],
    );
    check(
        "import contextlib\nclass C:\n  def __exit__(self, *a): op.a()\ns = contextlib.ExitStack()\ns.enter_context(C())",
        &["lost: `contextlib.ExitStack().enter_context` may call `C`"],
    );
}

#[test]
fn what_ends_the_process_is_caught_by_few() {
    check(
        "import sys\ntry:\n  sys.exit(0)\nexcept Exception: op.a()\nop.b()",
        &["raise: it ends the process"],
    );
    check("import sys\ntry:\n  sys.exit(0)\nexcept BaseException: op.a()\nop.b()", &["op.a()", "op.b()"]);
}

#[test]
fn a_manager_of_another_module_may_end_an_error() {
    for manager in ["app.quiet()", "app.QUIET", "contextlib.ExitStack()"] {
        let found = super::events(&format!(
            "from alembic import op\nimport app, contextlib\ndef upgrade():\n    with {manager}:\n        op.a()\n        raise ValueError\n    \
             op.b()\n"
        ));
        let raised = found.iter().any(|line| line == "? raise: it raises `ValueError`");
        assert!(raised && found.iter().any(|line| line == "op.b()"), "{found:?}");
    }
    check(
        "class C:\n  def __enter__(self): pass\n  def __exit__(self, *a): return op.get()\nwith C(): raise ValueError\nop.b()",
        &["op.get() < C()", "? raise: it raises `ValueError`", "op.b()"],
    );
    check(
        "with op.batch('t'): raise ValueError\nop.b()",
        &["op.batch('t')", "enter op.batch()", "break op.batch()", "raise: it raises `ValueError`"],
    );
}

#[test]
fn items_of_several_sources() {
    check(
        "import itertools\nop.a(list(itertools.product('ab', [1, 2])), list(itertools.chain.from_iterable([[1], 'a'])))",
        &["op.a([('a', 1), ('a', 2), ('b', 1), ('b', 2)], [1, 'a'])"],
    );
    check("import itertools\nop.a(list(itertools.product([1], op.get())))", &["op.get()", "op.a(?)"]);
    check("op.a(list(zip('ab', [1, 2], strict=False)))", &["op.a([('a', 1), ('b', 2)])"]);
}
