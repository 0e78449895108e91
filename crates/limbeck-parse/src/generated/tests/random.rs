//! Random files, and such as are broken: where they are plain, they are followed as the follower follows them.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::{DIRECTIONS, is_plain};

/// Statements of a module that are plain.
#[rustfmt::skip]
const MODULE: [&str; 27] = [
    "'''A message\n\nRevision ID: a\n'''", "'a' 'b'", "# a comment", "    # another", "", "import sqlalchemy as sa", "import sqlalchemy",
    "import sqlalchemy as sa  # noqa", "from alembic import op", "from alembic import op, context", "from sqlalchemy import text, Column as C",
    "from sqlalchemy.dialects import postgresql", "from sqlalchemy.dialects.postgresql import (\n    JSONB,  # a\n    UUID as U,\n)",
    "import sqlalchemy.dialects.postgresql as pg", "import app", "from app import TEXT, made", "from lib import (a, b\n)",
    "from typing import Sequence, Union, TYPE_CHECKING", "from __future__ import annotations", "revision: str = 'a'",
    "down_revision: Union[str, Sequence[str], None] = None", "branch_labels = None", "depends_on = ('a', 'b')", "text = 'x'", "op = 1",
    "def helper(a, b):\n    op.execute(a)\n    return '''\ndef upgrade(): pass\n'''", "log = lib.log.getLogger(\"a\")",
];

/// Statements of a module that are not, or that make those of functions such.
#[rustfmt::skip]
const ODD_MODULE: [&str; 20] = [
    "from alembic import *", "from . import x", "import op", "sa = None", "def sa(): pass", "def helper(a=op.x()):\n    pass", "@helper\ndef f(): pass",
    "class A(Base):\n    b = 1", "del op", "if LONG:\n    op = sa", "async def f(): pass", "global op", "try:\n    import lib\nexcept ImportError:\n    pass",
    "x: int", "x = y", "revision = 'a'; op = 1", "x: a, b = 1", "upgrade = 1", "op.x()", "names.append(1)",
];

/// Statements of a function that are plain.
#[rustfmt::skip]
const BODY: [&str; 40] = [
    "pass", "# a comment", "", "'''A text.'''", "op.drop_table('a')", "op.drop_column(\"a\", 'b')  # c",
    "op.add_column('a', sa.Column('b', sa.String(length=LONG), nullable=True))", "op.create_table('a', sa.Column('id', sa.Integer(), primary_key=True),\n        sa.UniqueConstraint('id', name=op.f('u')), schema=None)",
    "op.create_index(op.f('i'), 'a', ['b', sa.text('lower(c)')], unique=False, postgresql_using='gin')", "op.drop_index('i', table_name='a', if_exists=True,)",
    "op.alter_column(\n    'a', 'b',\n    existing_type=sa.VARCHAR(length=5), # c\n    type_=sa.Enum('x', 'y', name='z'),\n    existing_nullable=False\n)",
    "op.create_foreign_key(None, 'a', 'b', ['c'], ['d'], ondelete=\"CASCADE\")", "op.execute('''\n  UPDATE a\n  SET b = 'c\\'d'\n''')", "op.execute(text('SELECT :a').bindparams(a='b'))",
    "op.execute(sa.text(\"a\" 'b'\n    r'\\c'))", "op.execute(('a' 'b'))", "op.execute('\u{e9}\\n\\101\\q\\\n')", "op.execute(u'a')", "bind = op.get_bind()",
    "bind.execute(sa.text('SELECT 1'))", "bind.execute(table.insert().values(b=1))", "op.get_bind().execute('a').fetchall()", "batch_op.drop_column('b')",
    "batch_op.create_index(batch_op.f('i'), ['b'])", "batch_op.add_column(sa.Column('c', postgresql.JSONB(astext_type=sa.Text())))",
    "batch_op.x(pg.ARRAY(pg.UUID), [1, -2, 3.5, (), (1,), {}])", "kind.create(op.get_bind(), checkfirst=True)", "kind.drop(bind)",
    "op.bulk_insert(table, [{'b': 1}, {'b': None, \"c\": True}])", "op.bulk_insert(table, rows=[\n    {'b': 'x' 'y'},  # c\n])", "lib.f(1, a=(2, [3]))",
    "op.x(type_=lib.JSONB, a=pg.UUID(as_uuid=True), b=lib)", "x = 5", "x = [bind, 'a']", "sizes = {'a': [LONG, names]}", "op.rename_table('a', names)", "x = lib.f(\n)", "op.f('a').b.c(bind.d)", "sa.func.now()", "op . x ( )",
];

/// Statements of a function that are not, or make others such.
#[rustfmt::skip]
const ODD_BODY: [&str; 37] = [
    "...", "return", "op.execute(f'a{LONG}')", "op.execute(b'a')", "conn = bind = op.get_bind()", "lib.f([1])", "app.made()", "op.execute(TEXT)", "made()", "x.y()",
    "op.create_check_constraint('a', 'b', sa.column('c') > 5)", "op = 1", "sa = 2", "if bind.dialect.name == 'postgresql':", "for x in names:", "try:", "def inner():",
    "x += 1", "del x", "global op", "op.execute('a'); op.execute('b')", "import sqlalchemy as sa", "op.execute(1_0, 0x1, 1e5)", "names.append('x')", "str('a')",
    "upgrade()", "op.execute(*names)", "op.execute(a=1, a=2)", "op.execute(a=1, 2)", "kind.name", "bind.append_column(1)", "{'a': 1, 'a': 2}", "op.x({'a': 1, 'a': 2})",
    "op.x(app.NUMBER)", "match = op.x()", "(op.x())", "x: int = 1",
];

#[rustfmt::skip]
const UPGRADES: [&str; 9] = [
    "def upgrade() -> None:", "def upgrade():", "def upgrade( ) -> a.B:", "def upgrade():  # a", "def upgrade(a=1):", "async def upgrade():", "class upgrade:",
    "@x\ndef upgrade():", "def helper():",
];

#[rustfmt::skip]
const DOWNGRADES: [&str; 5] = ["def downgrade() -> None:", "def downgrade():", "def helper(a: B, b):", "def upgrade():", "def helper(a, b=None):"];

#[rustfmt::skip]
const WITHS: [&str; 6] = [
    "with op.batch_alter_table('a', schema=None) as batch_op:", "with op.batch_alter_table(\"b\") as b:", "with op.get_context().autocommit_block():",
    "with op.a() as b, op.c() as d:", "with names:", "with bind.begin() as x:",
];

/// What is put in place of a character.
#[rustfmt::skip]
const BREAKS: [&str; 46] = [
    "", "", " ", "  ", "    ", "'", "\"", "'''", "(", ")", "[", "]", "{", "}", ",", ";", "=", ":", "#", "\\", "\n", "\n    ", "x", ".", "*", "**",
    "\t", "1", "0", "not ", " in ", " if ", " as ", "f", "r", "@", "-", "+", "_", "\u{e9}", "\u{a0}", "\0", "\r", "\r\n", "\x0c", "\\x4",
];

/// What most files begin with.
const STOCK: &str = "from alembic import op\nimport sqlalchemy as sa\nfrom sqlalchemy import text\nfrom sqlalchemy.dialects import postgresql\n\
    import sqlalchemy.dialects.postgresql as pg\nimport lib\nLONG = 80\nnames = ['a', ('b',), {'c': None}]\n\
    table = sa.table('a', sa.column('b', sa.Integer))\nkind = sa.Enum('a', 'b', name=\"kind\")\n";

/// One of the first, but once in so many times one of the others.
fn mostly(
    most: &'static [&'static str],
    others: &'static [&'static str],
    once_in: u32,
) -> BoxedStrategy<&'static str> {
    prop_oneof![once_in - 1 => prop::sample::select(most), 1 => prop::sample::select(others)].boxed()
}

/// Files of which many are plain.
fn file() -> impl Strategy<Value = String> {
    let line = (0usize..8, mostly(&BODY, &ODD_BODY, 30), mostly(&WITHS[..3], &WITHS[3..], 10));
    let body = move || prop::collection::vec(line.clone(), 0..6);
    let functions = (
        (mostly(&UPGRADES[..4], &UPGRADES[4..], 10), body()),
        (mostly(&DOWNGRADES[..3], &DOWNGRADES[3..], 10), body()),
    );
    let module = || prop::collection::vec(mostly(&MODULE, &ODD_MODULE, 12), 0..3);
    (0usize..8, module(), functions, module()).prop_map(|(stock, module, functions, rest)| {
        let mut text = if stock > 0 { STOCK.to_owned() } else { String::new() };
        text.extend(module.iter().flat_map(|line| [line, "\n"]));
        for (head, lines) in [functions.0, functions.1] {
            text += &format!("{head}\n    bind = op.get_bind()\n    batch_op = op.batch_alter_table('c')\n");
            for (way, line, with) in lines {
                let indent = if way < 2 { "        " } else { "    " };
                let around = if way < 2 { format!("    {with}\n") } else { String::new() };
                let block = if line.ends_with(':') { format!("{indent}    pass\n") } else { String::new() };
                let last = if way == 0 { format!("{indent}pass\n") } else { String::new() };
                text += &format!("{around}{indent}{line}\n{block}{last}");
            }
            text += "\n\n";
        }
        text.extend(rest.iter().flat_map(|line| [line, "\n"]));
        text
    })
}

fn breaks() -> impl Strategy<Value = Vec<(usize, usize, &'static str)>> {
    prop::collection::vec(
        (any::<prop::sample::Index>(), 0usize..4, prop::sample::select(BREAKS.to_vec())),
        1..3,
    )
    .prop_map(|breaks| breaks.into_iter().map(|(at, length, by)| (at.index(1 << 20), length, by)).collect())
}

/// The text with some characters replaced, or a few of them written twice.
fn broken(text: &str, breaks: &[(usize, usize, &str)]) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for (at, length, by) in breaks {
        if characters.is_empty() {
            continue;
        }
        let start = at % characters.len();
        let end = (start + length).min(characters.len());
        if by.is_empty() && length % 2 == 1 {
            let twice: Vec<char> = characters[start..end].to_vec();
            characters.splice(start..start, twice);
        } else {
            characters.splice(start..end, by.chars());
        }
    }
    characters.into_iter().collect()
}

/// Random texts of each kind.
const CASES: u32 = 1500;

/// Reads random texts in both directions; asserts that at least one of so many readings is plain.
fn compare(texts: impl Strategy<Value = String>, one_of: u32) {
    let (all, plain) = (Cell::new(0), Cell::new(0));
    let mut runner = TestRunner::new(ProptestConfig {
        cases: CASES,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let done = runner.run(&texts, |text| {
        for direction in DIRECTIONS {
            all.set(all.get() + 1);
            plain.set(plain.get() + u32::from(is_plain(&text, direction)));
        }
        Ok(())
    });
    done.unwrap_or_else(|error| panic!("{error}"));
    assert!(plain.get() * one_of >= all.get(), "{} of {}", plain.get(), all.get());
}

#[test]
fn random_files() {
    compare(file(), 8);
}

#[test]
fn random_files_that_are_broken() {
    compare((file(), breaks()).prop_map(|(text, breaks)| broken(&text, &breaks)), 200);
}

/// A whole file as autogenerate writes it.
const WHOLE: &str = "\"\"\"step 4\n\nRevision ID: 000000000004\nRevises: 000000000003\n\n\"\"\"\nfrom typing import Sequence, Union\n\nfrom alembic import op\nimport sqlalchemy as sa\nfrom sqlalchemy.dialects import postgresql\n\n\n# revision identifiers, used by Alembic.\nrevision: str = \"000000000004\"\ndown_revision: Union[str, Sequence[str], None] = \"000000000003\"\nbranch_labels: Union[str, Sequence[str], None] = None\n\n\ndef upgrade() -> None:\n    # ### commands auto generated by Alembic - please adjust! ###\n    op.create_table(\n        \"a\",\n        sa.Column(\"id\", sa.Integer(), nullable=False),\n        sa.Column('at', sa.DateTime(timezone=True), server_default=sa.func.now()),\n        sa.PrimaryKeyConstraint(\"id\", name=op.f('pk')),\n    )\n    with op.batch_alter_table('a', schema=None) as batch_op:\n        batch_op.add_column(sa.Column('b', postgresql.JSONB(astext_type=sa.Text()), nullable=True))\n        batch_op.create_index(batch_op.f('ix'), ['b'], unique=False)\n\n    op.execute('''UPDATE a\n        SET b = '\\\\n' ''')\n    # ### end Alembic commands ###\n\n\ndef downgrade() -> None:\n    op.drop_table(\"a\")\n";

#[test]
fn a_whole_file_that_is_broken() {
    for direction in DIRECTIONS {
        assert!(is_plain(WHOLE, direction));
    }
    compare(breaks().prop_map(|breaks| broken(WHOLE, &breaks)), 10);
}

#[test]
fn a_whole_file_that_is_cut_anywhere() {
    let mut plain = 0;
    for direction in DIRECTIONS {
        for end in 0..WHOLE.len() {
            plain += u32::from(is_plain(&WHOLE[..end], direction));
            is_plain(&format!("{}\\", &WHOLE[..end]), direction);
        }
    }
    assert!(plain > 20, "{plain}");
}
