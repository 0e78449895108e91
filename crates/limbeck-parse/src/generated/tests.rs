//! What is plain, and that it is followed as the follower follows it.

mod random;

use std::path::{Path, PathBuf};

use super::*;
use crate::{Module, directives, follow, parser};

const DIRECTIONS: [Direction; 2] = [Direction::Upgrade, Direction::Downgrade];

/// A project with one module of its own.
fn around() -> Around<'static> {
    Around {
        constants: &|module, name| (module == "app" && name == "TEXT").then(|| "text".to_owned()),
        modules: &|name| {
            let text = "NUMBER = 1\ndef made(): return sa.Integer()\n".to_owned();
            (name == "app").then(|| Module::new(text, false))
        },
        is_unset: &|_| true,
    }
}

/// Asserts that a plain text is Python, and that what happens in it is what the follower says; gives whether it is plain.
#[track_caller]
fn is_plain(text: &str, direction: Direction) -> bool {
    let around = around();
    let Some(events) = events(text, direction, &around) else { return false };
    let ((told, expected), errors) = parser::with_module(text, |body, text| {
        let expected = follow::follow(body, text, direction, &around);
        (format!("{expected:?}"), directives::actions(&expected, &directives::statements(body)))
    });
    assert_eq!(errors, [], "{text}");
    assert_eq!(format!("{events:?}"), told, "{text}");
    let actions = directives::actions(&events, &directives::Statements::default());
    assert_eq!(actions, expected, "{text}");
    true
}

/// Whether the upgrade is plain that has these statements.
#[track_caller]
fn body_is_plain(body: &str) -> bool {
    let imports = "from alembic import op, context\nimport sqlalchemy as sa\nfrom sqlalchemy import text\nimport app, lib\n";
    let body = body.replace('\n', "\n    ");
    is_plain(&format!("{imports}LONG = 80\n\ndef upgrade() -> None:\n    {body}\n"), Direction::Upgrade)
}

#[test]
fn what_autogenerate_writes_is_plain() {
    for body in [
        "pass",
        "'''Nothing.'''\n# to do\npass  # yet",
        "op.add_column('a', sa.Column('b', sa.String(length=80), nullable=False, server_default=sa.text('now()')))",
        "op.create_index(op.f('ix_a'), 'a', ['b', 'c'], unique=True, postgresql_where=text(\"b > 1\"))",
        "op.create_table(\n    'a',  # b\n    sa.Column('id', sa.Integer()),\n\n    sa.PrimaryKeyConstraint('id'),\n)",
        "with op.batch_alter_table('a', schema=None) as batch_op:\n    batch_op.drop_column('b')\n    batch_op.f('c')",
        "with op.get_context().autocommit_block():\n    op.execute('VACUUM')\nop.execute('ANALYZE')",
        "bind = op.get_bind()\nbind.execute(sa.text('SELECT 1').bindparams(a=1))\nop.get_bind().execute(text('a'))",
        "op.execute(\n    'a' \"b\"\n    '''c\n  d''' r'\\e' u'\\n\\\\\\'\\1\\q' ''\n)",
        "op.bulk_insert(sa.table('a', sa.column('b')), [{'b': 1, 'c': -2.5}, {'b': (None,), 'c': ()}])",
        "op.alter_column('a', 'b', type_=sa.Integer, existing_type=(sa.Text()), x=((1)), y=(1, 'a'),)",
        "op . drop_table ( 'a' )\nop.x\nsa.func.now()\n'a' 'b'",
        "op.execute('\u{fc}\u{1f600}')  # \u{fc}",
        "size = 5\nsizes = [size, LONG]\nop.add_column('a', sa.Column('b', sa.String(size), comment=sizes))",
        "with op.batch_alter_table('a') as b:\n    b.x()\nwith op.batch_alter_table('c') as b:\n    b.y()\nb.z()",
        "with op.batch_alter_table('a') as b: b.drop_column('c')",
        "op.add_column('a', sa.Column('b', lib.types.Auto(length=LONG)))\nlib.UPPER()",
    ] {
        assert!(body_is_plain(body), "{body}");
    }
}

#[test]
fn what_only_the_follower_can_tell_is_not() {
    for body in [
        "",
        "return",
        "op.execute(f'a')",
        "op.execute(b'a')",
        "op.execute('a' % 1)",
        "op.execute('a'.lower())",
        "op.execute('\\x41')",
        "op.execute('\\N{BULLET}')",
        "op.execute('a' + 'b')",
        "op.execute(*a)",
        "op.execute(**a)",
        "op.execute(a=1, a=2)",
        "op.execute(a=1, 'b')",
        "op.execute(None=1)",
        "op.execute('a' 'b' f'c')",
        "op.execute(x for x in [])",
        "op.execute('a'",
        "op.execute('a'))",
        "op.execute('a'), op.execute('b')",
        "op.execute('a'); op.execute('b')",
        "op.execute('a') if 1 else 2",
        "op.execute({1: 2})",
        "op.execute({'a': 1, 'a': 2})",
        "op.execute({'a'})",
        "op.execute(1_000, 07, 0x1, 1e5, 1j)",
        "op.execute(07)",
        "op.execute(1e5)",
        "op.execute(5 .real)",
        "op.execute(not None)",
        "op.execute(lambda: 1)",
        "op.execute(\\\n'a')",
        "op.execute(\t'a')",
        "if op.get_bind():\n    pass",
        "for x in []:\n    pass",
        "async with op.x():\n    pass",
        "with op.x() as a, op.y() as b:\n    pass",
        "with (op.x() as a):\n    pass",
        "with op.x() as a.b:\n    pass",
        "with op:\n    pass",
        "with op.x():\npass",
        "sa = op\nop.execute('a')",
        "op = op",
        "b.x()\nb = op.get_bind()",
        "unknown()",
        "str('a')",
        "context.is_offline_mode()",
        "app.made()",
        "op.execute(app.TEXT)",
        "op.execute(app.NUMBER)",
        "lib.f([1])",
        "op.get_bind().dialect.name",
        "op.get_context().as_sql",
        "sa.Table('a').append_column(sa.Column('b'))",
        "op.x()()",
        "op.x[0]",
        "op.if_()\nop.if()",
        "op.\u{e9}()",
        "op\u{e9}.x()",
        "a: int = 1",
        "a = b = 1",
        "a, b = 1, 2",
        "a.b = 1",
        "a = 1,",
        "a == 1",
        "global op\nop.x()",
        "def f(): pass",
        "import os",
        "pass pass",
        "    pass\npass",
        "pass\n  pass",
    ] {
        assert!(!body_is_plain(body), "{body}");
    }
    let deep = format!("op.execute({}1{})", "[".repeat(60), "]".repeat(60));
    assert!(!body_is_plain(&deep));
    assert!(!body_is_plain(&format!("op.x(){}", ".y()".repeat(300))));
}

#[test]
fn what_a_module_may_say_besides() {
    for text in [
        "from alembic import op\ndef upgrade(): pass",
        "'''a'''\nimport a.b.c, d as e\nfrom a import (b, c as d,  # e\n    f)\ndef upgrade():\n    pass\ndef g(a, b): return a\n",
        "revision: str = 'a'\ndown_revision: Union[str, Sequence[str], None] = ('b', 'c')\ndepends_on: str | None = None\ndef upgrade() -> a.B[c]: pass",
        "import sqlalchemy as sa\nfrom alembic import op\nt = sa.table('a', sa.column('b'))\ndef upgrade():\n    op.bulk_insert(t, [])\n",
        "import sqlalchemy.dialects.postgresql\nimport alembic.op\ndef upgrade():\n    alembic.op.x(sqlalchemy.dialects.postgresql.JSONB)\n",
        "import sqlalchemy.dialects.postgresql as pg\nfrom alembic.op import execute as run\ndef upgrade():\n    run(pg.JSONB())\n",
        "from a import op\nfrom alembic import op\ndef upgrade():\n    op.x()\n",
        "from alembic import op\nimport logging\nlog = logging.getLogger(__file__)\n\ndef upgrade():\n    op.x()\n".replace("__file__", "'a'").as_str(),
    ] {
        assert!(is_plain(text, Direction::Upgrade), "{text}");
    }
}

#[test]
fn what_a_module_may_not_say() {
    for text in [
        "",
        "def downgrade(): pass",
        "def upgrade(): pass\r\n",
        "def upgrade(): pass\0",
        "def upgrade(a): pass",
        "def upgrade(a=1): pass",
        "async def upgrade(): pass",
        "@x\ndef upgrade(): pass",
        "if x:\n    def upgrade(): pass",
        "class upgrade: pass",
        "class A: pass\ndef upgrade(): pass",
        "def upgrade(): pass\ndef upgrade(): pass",
        "def upgrade(): pass\nupgrade = 1",
        "from alembic import op\ndef upgrade():\n    op.x()\nop = None",
        "from alembic import op\nop = None\ndef upgrade():\n    op.x()",
        "from alembic import op\ndef op(): pass\ndef upgrade():\n    op.x()",
        "from alembic import op\ndef upgrade():\n    op.x()\ndef op(): pass",
        "from alembic import op\ndef upgrade():\n    op.x()\nx = op.y()",
        "from alembic import op\ndef upgrade():\n    op.x()\ndel op",
        "from alembic import *\ndef upgrade():\n    op.x()",
        "from alembic import op as match\ndef upgrade():\n    match.x()",
        "from alembic import\ndef upgrade(): pass",
        "import alembic as if\ndef upgrade(): pass",
        "revision: str\ndef upgrade(): pass",
        "revision: a, b = 1\ndef upgrade(): pass",
        "revision = 'a' b\ndef upgrade(): pass",
        "x = y\ndef upgrade(): pass",
        "x = f()\ndef upgrade(): pass",
        "def f(a=b): pass\ndef upgrade(): pass",
        "def f(a=print('x')): pass\ndef upgrade(): pass",
        "def f(:\n    pass\ndef upgrade(): pass",
        "def upgrade(): pass\ndef downgrade():\nx",
        "x = 1\n  def upgrade(): pass",
        "def upgrade() -> (yield): pass",
        "def upgrade():\n    # nothing\n",
        "def upgrade():\n\tpass",
        "def upgrade(): pass\nprint 'a'",
        "def upgrade(): 'a\\",
        "def upgrade(): '''a\\",
        "def upgrade(): '''a''",
    ] {
        assert!(!is_plain(text, Direction::Upgrade), "{text}");
    }
}

#[test]
fn fixtures() {
    let (plain, all) = read_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures"));
    assert!(plain >= 20 && all > plain, "{plain} of {all}");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "`cargo xtask test` names the folder in the environment")]
fn trees_of_public_packages() {
    let without = std::env::var("LIMBECK_TEST_WITHOUT").unwrap_or_default();
    if without.split(',').any(|missing| missing == "trees of public packages") {
        return;
    }
    let folder = std::env::var_os("LIMBECK_TEST_DEV_TREES");
    let folder = folder.expect("LIMBECK_TEST_DEV_TREES is not set: run the tests with `cargo xtask test`");
    let (plain, all) = read_all(&PathBuf::from(folder));
    assert!(plain * 2 >= all, "{plain} of {all}");
}

/// Reads all Python files below a folder that have an `upgrade`, in both directions: how many readings are plain, of all.
#[expect(clippy::disallowed_methods, reason = "the files are read to be compared")]
fn read_all(folder: &Path) -> (usize, usize) {
    let (mut pending, mut plain, mut all) = (vec![folder.to_owned()], 0, 0);
    while let Some(folder) = pending.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder below can be listed") {
            let path = entry.expect("a listed entry").path();
            if path.is_dir() {
                pending.push(path);
                continue;
            }
            // What is not UTF-8 is decoded before it is read.
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            if path.extension().is_some_and(|extension| extension == "py") && text.contains("def upgrade(") {
                all += 2;
                for direction in DIRECTIONS {
                    let around = crate::Around::default();
                    let (short, whole) = (
                        crate::actions(&text, direction, &around),
                        crate::followed(&text, direction, &around),
                    );
                    assert_eq!(short, whole, "{}", path.display());
                }
                plain += DIRECTIONS.iter().filter(|direction| is_plain(&text, **direction)).count();
            }
        }
    }
    (plain, all)
}
