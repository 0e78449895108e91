//! What expressions are worth.

use super::{check, check_module};

/// Each expression is given to `op.x`, and must arrive as written on the right.
#[track_caller]
fn worth(pairs: &[(&str, &str)]) {
    for (expression, value) in pairs {
        check(&format!("op.x({expression})"), &[&format!("op.x({value})")]);
    }
}

#[test]
fn imports_and_aliases() {
    let module = "import alembic.op\nfrom alembic import op as o, context\nimport sqlalchemy as sa\n\
                  from sqlalchemy.dialects.postgresql import JSONB\nfrom .. import util\nfrom ..x import y\n\
                  def upgrade():\n    alembic.op.a(sa.Integer, JSONB)\n    o.b(util.z, y.w)\n";
    check_module(
        module,
        &["op.a(sqlalchemy.Integer, sqlalchemy.dialects.postgresql.JSONB)", "op.b(..util.z, ..x.y.w)"],
    );
}

#[test]
fn numbers() {
    worth(&[
        ("1 + 2 * 3", "7"),
        ("(7 // 2, -7 // 2, 7 % 3, -7 % 3)", "(3, -4, 1, 2)"),
        ("2 ** 10", "1024"),
        ("1 / 4", "0.25"),
        ("1e16", "1e+16"),
        ("0.1 + 0.2", "0.30000000000000004"),
        ("-True", "-1"),
        ("~5 & 0xff", "250"),
        ("1 < 2 < 3", "True"),
        ("1 == 1.0 == True", "True"),
        ("not []", "True"),
        ("10 ** 100", "?"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
    ]);
}

#[test]
fn collections() {
    worth(&[
        ("[1, *(2, 3), 4][1:]", "[2, 3, 4]"),
        ("[1, 2, 3][::-1]", "[3, 2, 1]"),
        ("'abcdef'[-2:] + 'abcdef'[::2]", "'eface'"),
        ("{'a': 1, **{'a': 2, 'b': 3}}", "{'a': 2, 'b': 3}"),
        ("{1: 'a', True: 'b'}", "{1: 'b'}"),
        ("len({1, 1, 2})", "2"),
        ("sorted({'b', 'a'})", "['a', 'b']"),
        ("list({'a': 1}.items())", "[('a', 1)]"),
        ("dict(a=1, **{'b': 2})", "{'a': 1, 'b': 2}"),
        ("dict([('a', 1), ['b', 2]])", "{'a': 1, 'b': 2}"),
        ("(1,) + (2,)", "(1, 2)"),
        ("[0] * 3", "[0, 0, 0]"),
        ("[x * y for x in (1, 2) for y in (3, 4) if x != y]", "[3, 4, 6, 8]"),
        ("{k: v for k, v in zip('ab', range(2))}", "{'a': 0, 'b': 1}"),
        ("[(i, c) for i, c in enumerate('ab', 1)]", "[(1, 'a'), (2, 'b')]"),
        ("list(map(str, [1, 2]))", "['1', '2']"),
        ("list(filter(None, [0, 1, '', 'a']))", "[1, 'a']"),
        ("list(reversed(range(0, 10, 4)))", "[8, 4, 0]"),
        ("(sum([1, 2]), max(3, 1), min([2, 1]), any([0, 1]), all([]))", "(3, 3, 1, True, True)"),
        ("sorted(['b', 'A', 'c'], key=lambda s: s.lower(), reverse=True)", "['c', 'b', 'A']"),
        ("(2 in [1, 2], 'x' not in {'x': 1}, 'a' in 'cat')", "(True, False, True)"),
        ("(isinstance('a', str), isinstance(1, (str, int)), isinstance([], dict))", "(True, True, False)"),
        ("next(iter([5, 6]))", "5"),
        ("(a := 3) + a", "6"),
        ("'x' if [] else 'y'", "'y'"),
        ("None or [] or 'z'", "'z'"),
        ("[c for c in {'a', 'b'}]", "[*?]"),
    ]);
}

#[test]
fn changes_in_place_are_seen_under_all_names() {
    check(
        "a = [1]\nb = a\nb.append(2)\nop.x(a)\na += [3]\nop.x(b)\na = a + [4]\nop.x(b)",
        &["op.x([1, 2])", "op.x([1, 2, 3])", "op.x([1, 2, 3])"],
    );
    check(
        "d = {}\nd['a'] = [1]\nd.setdefault('a', []).append(2)\nd.update(b=3)\nop.x(d, d.pop('b'), d.get('c'))",
        &["op.x({'a': [1, 2]}, 3, None)"],
    );
    check("a, (b, *c), d = 1, (2, 3, 4), 5\nop.x(a, b, c, d)", &["op.x(1, 2, [3, 4], 5)"]);
    check(
        "a = [3, 1, 2]\na.sort()\na.reverse()\na.insert(1, 9)\na.remove(3)\ndel a[0]\nop.x(a, a.index(1))",
        &["op.x([2, 1], 1)"],
    );
}

#[test]
fn symbols_stay_symbols() {
    worth(&[
        ("sa.table('t').c.id == 5", "(sqlalchemy.table().c.id == 5)"),
        ("sa.table('t').c['id'] & ~sa.x", "(sqlalchemy.table().c['id'] & (~ sqlalchemy.x))"),
        ("sa.x + 'a'", "(sqlalchemy.x + 'a')"),
        ("'a' + sa.x", "('a' + sqlalchemy.x)"),
        ("f'{sa.x}'", "?"),
        ("'%s' % sa.x", "?"),
        ("[sa.x, 1]", "[sqlalchemy.x, 1]"),
        ("*sa.x", "?"),
        ("**sa.x", "**=?"),
    ]);
}

#[test]
fn the_dialect_is_postgres_and_the_mode_offline() {
    let told = |line: &str| ["op.get_bind()".to_owned(), line.to_owned()];
    for (test, line) in [
        ("bind.dialect.name == 'postgresql'", "op.x(True)"),
        ("bind.dialect.name in ('sqlite', 'mysql')", "op.x(False)"),
        ("bind.engine.name.startswith('postgres')", "op.x(True)"),
        ("bind is None", "op.x(False)"),
    ] {
        let told = told(line);
        check(&format!("bind = op.get_bind()\nop.x({test})"), &[&told[0], &told[1]]);
    }
    check_module(
        "from alembic import context, op\ndef upgrade():\n    op.x(context.is_offline_mode(), context.get_x_argument(as_dictionary=True).get('a'))\n",
        &["op.x(True, None)"],
    );
}

#[test]
fn functions_and_classes() {
    check_module(
        "from alembic import op\nN = 't'\ndef f(a, b=N, *c, d=4, **e):\n    op.x(a, b, c, d, e)\n    return a\n\
         def upgrade():\n    f(1)\n    f(1, 2, 3, d=5, g=6)\n    op.y(f(*[7], **{'b': 8}))\n",
        &[
            "op.x(1, 't', (), 4, {}) < f(1)",
            "op.x(1, 2, (3,), 5, {'g': 6}) < f(1, 2, 3, d=5, g=6)",
            "op.x(7, 8, (), 4, {}) < f(*[7], **{'b': 8})",
            "op.y(7)",
        ],
    );
    check(
        "def outer(x):\n  def inner(y):\n    nonlocal x\n    x += y\n    return x\n  return inner\nf = outer(1)\nf(2)\nop.x(f(3), (lambda z: z + 1)(1))",
        &["op.x(6, 2)"],
    );
    check_module(
        "from alembic import op\nimport enum\nclass E(str, enum.Enum):\n    B = 'b'\n    A = 'a'\n\
         class C:\n    N = 1\n    def __init__(self, n):\n        self.n = n\n    def f(self):\n        op.x(self.n, self.N, C.N)\n    @staticmethod\n    def g(): return 2\n    @property\n    def p(self): return self.n\n\
         def upgrade():\n    op.x(E.A.value, E.A.name, [e.value for e in E], E('b').name, E['A'].value)\n    c = C(3)\n    c.f()\n    op.y(C.g(), c.p)\n",
        &["op.x('a', 'A', ['b', 'a'], 'B', 'a')", "op.x(3, 1, 1) < c.f()", "op.y(2, 3)"],
    );
    check_module(
        "from alembic import op\nimport functools\ndef twice(f):\n    @functools.wraps(f)\n    def w(*a, **k):\n        f(*a, **k)\n        f(*a, **k)\n    return w\n\
         @twice\ndef g(x):\n    op.x(x)\ndef upgrade():\n    g(x=1)\n",
        &["op.x(1) < g(x=1) < f(*a, **k)", "op.x(1) < g(x=1) < f(*a, **k)"],
    );
}

#[test]
fn views_and_ranges_are_no_lists_and_tuples() {
    for shown in [
        "f'{range(3)}'",
        "str(range(3))",
        "repr(d.keys())",
        "f'{d.values()!r}'",
        "'{}'.format(d.items())",
        "'%s' % d.keys()",
        "'%s' % range(1)",
        "d.keys() == ['a']",
        "range(2) != (0, 1)",
        "isinstance(d.keys(), list)",
        "isinstance(range(2), tuple)",
    ] {
        check(&format!("d = {{'a': 1}}\nop.a({shown})"), &["op.a(?)"]);
    }
    check(
        "d = {'a': 1}\nop.a(f'{list(range(2))} {tuple(range(2))} {list(d.keys())}', [x for x in d.keys()] == ['a'])",
        &["op.a(\"[0, 1] (0, 1) ['a']\", True)"],
    );
    check("r = range(2)\nop.a(0 in r, len(r), r[1], *r)", &["op.a(True, 2, 1, 0, 1)"]);
}
