//! What is plain, and that it is read as the parser reads it.

use proptest::prelude::*;

use super::*;
use crate::{module, parser};

/// Asserts that a plain text is Python, and means to the parser what it means here; gives whether it is plain.
#[track_caller]
fn is_plain(text: &str) -> bool {
    let Some((header, length)) = header(text) else { return false };
    let text = &text[..length];
    let (module, errors) = parser::with_module(text, module::read);
    assert_eq!(errors, [], "{text}");
    assert_eq!(header, module.header, "{text}");
    assert!(!module.changeable_later, "{text}");
    true
}

#[test]
fn what_a_template_writes_is_plain() {
    for text in [
        "",
        "# Comments may be \u{fc}nicode.\n",
        "'''A docstring.\n\nRevises: 1\n'''\n# x\n",
        "import sqlalchemy as sa\nfrom typing import Sequence, Union  # noqa\nimport a.b\n",
        "revision: str = 'a'\ndown_revision: Union[str, Sequence[str], None] = None\n",
        "branch_labels: str | None = ('a',)\ndepends_on=( 'a', \"b\" ) # c\n",
        "Base = declarative_base()\nlogger = logging.getLogger('alembic')  # a\n",
        "x = import_module('a.b')\ny = f('last_eval_dttm', executed)\n",
        "x = 1\ny = {\n    'a': [1, (2, b)],  # c\n}\nz = x, f'{y}'\n",
        "from a import (b, c as d)\nfrom a.b import (  # c\n    d,\n\n    # e\n    f as g,\n)  # h\n",
        "'''\ndef f(): pass\n'''\nrevision = 'a'\ndef f(",
    ] {
        assert!(is_plain(text), "{text}");
    }
}

#[test]
fn what_only_the_parser_can_tell_is_not() {
    for text in [
        "'a docstring'",
        "revision",
        "revision: str\n",
        "revision == 'a'",
        "revision = None",
        "revision = ('a',)",
        "revision = '''a'''",
        "revision = 'a' 'b'",
        "revision = u'a'",
        "revision = 'a'; x()",
        "revision = 'a\\x41'",
        "revision: (x := 'a') = 'a'",
        "revision = down_revision = 'a'",
        "x = y = 'a'",
        "x = revision",
        "x = f(depends_on)",
        "x = globals()",
        "x = exec('a')",
        "x = eval('a')",
        "x = a.exec",
        "x = import_module",
        "x = lambda: 1",
        "x: int = 1",
        "x += 1",
        "x.y = 1",
        "x, y = 1, 2",
        "__doc__ = 'a'",
        "__getattr__ = f",
        "x = __import__('a')",
        "down_revision = ('a')",
        "down_revision = ()",
        "down_revision = ('a' 'b',)",
        "down_revision = (None,)",
        "down_revision = ['a']",
        "down_revision = Nonesuch",
        " revision = 'a'",
        "import a as revision",
        "from a import depends_on",
        "from a import b as __getattr__",
        "from a import *",
        "from a import b,",
        "from a import (",
        "from a import ()",
        "from a import (b c)",
        "from a import (b,, c)",
        "from a import (\n    b,\n    depends_on\n)\n",
        "from a import if",
        "import a.b.",
        "from . import a",
        "import 1a",
        "revision = 'a'\r\n",
        "'''a'''\n'''b'''",
        "'''a''' + b",
        "import a\n'''b'''revision = 'a'",
        "'''a",
    ] {
        assert!(!is_plain(text), "{text}");
    }
}

/// Lines as templates write them, and such as almost are.
const LINES: [&str; 50] = [
    "# a comment",
    "  # another",
    "'''A message\n\nRevision ID: a\nRevises: b\n\n'''",
    "\"\"\"A message.\"\"\"  # noqa",
    "\"\"\"\"A message\" it is\"\"\"",
    "''''''",
    "'docstring'",
    "import sqlalchemy as sa",
    "import a.b.c",
    "import revision.a",
    "from alembic import op  # noqa",
    "from typing import Sequence, Union",
    "from typing import TYPE_CHECKING",
    "from a import b as c, d",
    "from a import b as depends_on",
    "from a import (\n    b,\n    c as d  # e\n)",
    "from a import (revision)",
    "Base = declarative_base()",
    "a = ['b']",
    "b = c = a",
    "b = a",
    "f = g(a, *b, c=d)[0].e",
    "a = {\n    'b': (1, -2.5),  # c\n}",
    "a = revision",
    "b = locals()",
    "l = lambda: setattr",
    "x = [y for y in z if not y]",
    "m = import_module('a.b')",
    "x = evaluate(eval_all)",
    "def f(): pass",
    "@f",
    "from __future__ import annotations",
    "revision = 'a'",
    "revision: str = \"a\"",
    "revision = u'a'",
    "revision = 'a'  # b",
    "revision = '''a'''",
    "revision='a'",
    "down_revision: Union[str, Sequence[str], None] = None",
    "down_revision: str | None = 'b'",
    "down_revision = ('b', \"c\")",
    "down_revision = ('b' , 'c',) # d",
    "down_revision = ('b',)",
    "down_revision = ('b')",
    "down_revision = ()",
    "branch_labels: Union[str, Sequence[str], None] = 'l'",
    "branch_labels = ['l']",
    "depends_on = None",
    "depends_on = ( 'd' , )",
    "",
];

/// What is put in place of a character.
const BREAKS: [&str; 21] = [
    "", " ", "'", "\"", "(", ")", ",", ";", "=", ":", "#", "\\", "\n", "x", ".", "*", "\t", "1", "\u{e9}",
    "\u{a0}", "\u{b}",
];

fn lines() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(LINES.to_vec()), 0..8).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn plain_texts_are_read_as_the_parser_reads_them(text in lines()) {
        is_plain(&text);
    }

    #[test]
    fn so_are_broken_ones(text in lines(), at in 0usize..300, by in prop::sample::select(BREAKS.to_vec())) {
        let mut characters: Vec<char> = text.chars().collect();
        if at < characters.len() {
            characters.splice(at..=at, by.chars());
        }
        is_plain(&characters.into_iter().collect::<String>());
    }
}
