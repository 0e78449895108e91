//! Text, and the source behind each byte of it.

use limbeck_types::Direction;

use super::super::value::EventKind;
use super::check;
use crate::parser;

#[track_caller]
fn worth(pairs: &[(&str, &str)]) {
    for (expression, value) in pairs {
        check(&format!("n = 't'\nop.x({expression})"), &[&format!("op.x({value})")]);
    }
}

#[test]
fn methods() {
    worth(&[
        ("'-'.join(['a', 'b'])", "'a-b'"),
        ("','.join(str(i) for i in range(3))", "'0,1,2'"),
        ("' a b '.strip().split()", "['a', 'b']"),
        ("'a,b,c'.split(',', 1) + 'a,b,c'.rsplit(',', 1)", "['a', 'b,c', 'a,b', 'c']"),
        ("'aXbX'.replace('X', 'yy', 1)", "'ayybX'"),
        ("'ab c'.title() + 'AB'.lower() + 'ß'.upper() + 'aB'.swapcase()", "'Ab CabSSAb'"),
        ("'abc'.startswith(('x', 'ab')), 'abc'.endswith('c')", "True, True"),
        ("'abc'.removeprefix('a').removesuffix('c')", "'b'"),
        ("'7'.zfill(3) + '-7'.zfill(3) + 'a'.ljust(2, '.') + 'a'.rjust(2)", "'007-07a. a'"),
        ("'a\\r\\nb\\n'.splitlines()", "['a', 'b']"),
        (
            "'a=b'.partition('='), 'ab'.find('b'), 'ab'.find('x'), 'aab'.count('a')",
            "('a', '=', 'b'), 1, -1, 2",
        ),
        ("'12'.isdigit(), ''.isalpha(), 'aé'.encode()", "True, False, ?"),
    ]);
}

#[test]
fn formats() {
    worth(
        &[
            ("f'{n}_{1}{None!r}{n!r}'", "\"t_1None't'\""),
            ("f'{n:>3}|{5:03d}|{255:x}|{1234567:,}|{1.5:.2f}|{n:^3}'", "'  t|005|ff|1,234,567|1.50| t '"),
            ("f'{5:{n}}'", "?"),
            ("f'{n=}'", "?"),
            ("f'{5:{2}d}'", "' 5'"),
            ("'{}{1}'.format(1, 2)", "'12'"),
            ("'{0}{x}{{}}{y[0]}{z[a]}'.format(n, x=1, y=[2], z={'a': 3})", "'t1{}23'"),
            ("'%d%% %r' % (1, n)", "\"1% 't'\""),
            ("'%(a)s%%%(b)02d' % {'a': n, 'b': 1}", "'t%01'"),
            ("'%s-%5s|%-3s|%05.1f|%x' % (n, 'a', 'b', 1.25, 255)", "'t-    a|b  |001.2|ff'"),
            ("'%s' % n, '%s' % (1,), '%s' % [1]", "'t', '1', '[1]'"),
            (
                "str(1.0) + str([n, None]) + str({'a': (1,)}) + repr('\\n')",
                "\"1.0['t', None]{'a': (1,)}'\\\\n'\"",
            ),
        ]
        .map(|(expression, value)| (expression, value)),
    );
}

#[test]
fn dedent() {
    check(
        "import textwrap\nop.x(textwrap.dedent('''\\\n    a\n      b\n\n    c\n    '''))",
        &["op.x('a\\n  b\\n\\nc\\n')"],
    );
}

/// The source behind the whole text that `op.x` is given, piece by piece.
#[track_caller]
fn pieces(expression: &str, expected: &[(&str, &str)]) {
    let text = format!(
        "from alembic import op\nimport textwrap\nN = 'name'\ndef upgrade():\n  op.x({expression})\n"
    );
    let found = parser::with_module(&text, |body, text| {
        let events = super::super::follow(body, text, Direction::Upgrade, &crate::Around::default());
        let Some(EventKind::Called(call)) = events.last().map(|event| event.kind.clone()) else {
            panic!("{text}: no call")
        };
        let literal = call.positional[0].as_text().unwrap_or_else(|| panic!("{text}: no text")).clone();
        let ends = literal
            .pieces
            .iter()
            .skip(1)
            .map(|piece| piece.value_start as usize)
            .chain([literal.value.len()]);
        let pieces = literal.pieces.iter().zip(ends);
        let pieces: Vec<_> = pieces
            .map(|(piece, end)| {
                let value = literal.value[piece.value_start as usize..end].to_owned();
                let source = text[piece.span.range()].to_owned();
                assert!(!piece.verbatim || value == source, "{text}: {literal:?}");
                (value, source)
            })
            .collect();
        assert_eq!(literal.pieces.first().map_or(0, |piece| piece.value_start), 0);
        pieces
    })
    .0;
    let found: Vec<_> = found.iter().map(|(value, source)| (value.as_str(), source.as_str())).collect();
    assert_eq!(found, expected, "{expression}");
}

#[test]
fn every_byte_leads_to_its_source() {
    pieces("'a' + N + 'b\\n'", &[("a", "a"), ("name", "name"), ("b", "b"), ("\n", "\\n")]);
    pieces("f'x{N}y{1 + 1}'", &[("x", "x"), ("name", "name"), ("y", "y"), ("2", "1 + 1")]);
    pieces("' a\\tb '.strip()[1:]", &[("\t", "\\t"), ("b", "b")]);
    pieces("','.join([N, 'z'])", &[("name", "name"), (",", ","), ("z", "z")]);
    pieces("'a%sb' % N", &[("a", "a"), ("name", "name"), ("b", "b")]);
    pieces("'a{}b'.format(N)", &[("a", "a"), ("name", "name"), ("b", "b")]);
    pieces("'aNb'.replace('N', N)", &[("a", "a"), ("name", "name"), ("b", "b")]);
    pieces("textwrap.dedent('  a\\n  b')", &[("a", "a"), ("\n", "\\n"), ("b", "b")]);
    pieces("N.upper()", &[("N", "n"), ("A", "a"), ("M", "m"), ("E", "e")]);
    pieces("N[1:3] * 2", &[("am", "am"), ("am", "am")]);
    pieces("'a' 'b'", &[("a", "a"), ("b", "b")]);
    pieces("str(12) + N.zfill(5)", &[("12", "12"), ("0", "N.zfill(5)"), ("name", "name")]);
}

#[test]
fn long_text_is_cheap() {
    let long = "x".repeat(10 << 20);
    let text = format!(
        "from alembic import op\nL = '''{long}'''\ndef upgrade():\n  op.x(len('a' + L.strip() + 'b' % ()))\n  for i in range(1000):\n    M = L\n    op.y(M is None)\n"
    );
    let told = super::events(&text);
    assert_eq!(told.len(), 1001);
}
