//! What alembic and SQLAlchemy refuse, and what is not sent because of it.

use super::{actions, check};
use limbeck_types::{ActionKind, Direction};

#[test]
fn a_column_has_one_default_of_the_server() {
    for column in [
        "sa.Identity(), server_default='1'",
        "sa.Computed('b'), server_default='1'",
        "sa.Computed('b'), sa.Identity()",
        "sa.Identity(), sa.Computed('b')",
        "sa.DefaultClause('3'), sa.Identity()",
        "sa.FetchedValue(), sa.Computed('b')",
        "sa.Computed('b'), server_default=sa.Identity()",
        "sa.Computed('b'), server_onupdate=sa.FetchedValue()",
        "sa.Identity(), autoincrement=False",
        "server_default=sa.Identity(), autoincrement=False",
        // SQLAlchemy takes these, and renders both or the first.
        "sa.Identity(), sa.DefaultClause('3')",
        "sa.Computed('b'), sa.FetchedValue()",
        "server_onupdate=sa.Computed('b')",
    ] {
        let text = format!(
            "from alembic import op\nimport sqlalchemy as sa\ndef upgrade():\n    op.add_column('t', sa.Column('a', {column}))\n"
        );
        let (found, _) = actions(&text, Direction::Upgrade, &crate::Around::default());
        assert!(
            matches!(&*found, [only] if matches!(only.kind, ActionKind::Opaque(_))),
            "{column}: {found:?}"
        );
    }
    check(
        r#"
        op.add_column("t", sa.Column("a", sa.Integer, sa.Identity(), sa.Identity(), autoincrement=None))
        op.add_column("t", sa.Column("a", sa.Integer, sa.Identity(), server_default=None, server_onupdate=None))
        op.add_column("t", sa.Column("a", sa.Integer, sa.DefaultClause("3"), server_default="4"))
        "#,
        r#"
        add column t.a Integer default identity always=None
        add column t.a Integer default identity always=None
        add column t.a Integer default "4"
        "#,
    );
}

#[test]
fn a_directive_that_raises_ends_its_batch_block() {
    for directive in [
        "b.drop_constraint('c', if_exists=True)",
        "b.drop_constraint('c', type_='x')",
        "b.drop_constraint()",
        "b.add_column(sa.Column('a', sa.Integer), insert_after='x')",
        "b.add_column(sa.Column('a', sa.Integer, sa.Identity(), sa.Computed('b')))",
        "b.drop_column('a', schema='q')",
        "b.create_foreign_key('f', 'o', ['a'], ['b', 'c'])",
        "b.create_table('x')",
        "raise ValueError",
        "{}['a']",
    ] {
        let found = block(&format!("        {directive}\n"));
        assert_eq!(found, ["unknown"], "{directive}");
        let found = block(&format!("        try:\n            {directive}\n        except OSError: pass\n"));
        assert!(!found.contains(&"known"), "{directive}: {found:?}");
    }
    // These wait for the end of the block too.
    for directive in [
        "b.alter_column('c', postgresql_using='x')",
        "b.create_unique_constraint('u', ['a'], postgresql_include=['z'])",
        "b.drop_column(app.NAME)",
    ] {
        assert_eq!(block(&format!("        {directive}\n")), ["known", "unknown"], "{directive}");
    }
    assert_eq!(block("        b.nonsense()\n"), ["conditional", "unknown"]);
    assert_eq!(block("        if app.x(): b.drop_constraint()\n"), ["unknown", "conditional", "conditional"]);
}

#[test]
fn an_error_that_is_caught_behind_a_batch_block_ends_it_too() {
    check(
        r#"
        try:
            with op.batch_alter_table("t") as b:
                b.drop_column("a")
                raise ValueError
        except ValueError:
            op.drop_table("x")
        "#,
        "drop table x",
    );
}

#[test]
fn what_a_manager_of_the_file_may_catch_makes_the_rest_conditional() {
    for manager in [
        "import contextlib\n@contextlib.contextmanager\ndef quiet():\n    try: yield\n    except Exception: pass\n",
        "class quiet:\n    def __enter__(self): pass\n    def __exit__(self, *a): return True\n",
    ] {
        let text = format!(
            "from alembic import op\n{manager}def upgrade():\n    with quiet():\n        op.drop_constraint(None, 't')\n        \
             op.drop_table('t')\n"
        );
        let (found, _) = actions(&text, Direction::Upgrade, &crate::Around::default());
        assert!(found[0].condition.is_none() && found[1].condition.is_some(), "{found:?}");
    }
}

#[test]
fn what_is_hooked_into_sqlalchemy_is_told() {
    let found = |text: &str| {
        let text = format!(
            "from alembic import op\nimport sqlalchemy as sa\nfrom sqlalchemy.ext.compiler import compiles\n{text}"
        );
        let (found, errors) = actions(&text, Direction::Upgrade, &crate::Around::default());
        assert_eq!(errors, [], "{text}");
        found.iter().map(|action| matches!(action.kind, ActionKind::Opaque(_))).collect::<Vec<_>>()
    };
    const UPGRADE: &str = "def upgrade():\n    op.add_column('t', sa.Column('a', sa.Text()))\n";
    for hook in [
        "sa.event.listen(sa.Table, 'after_create', f)",
        "@sa.event.listens_for(sa.Table, 'after_create')\ndef f(*a): pass",
    ] {
        assert_eq!(found(&format!("f = 1\n{hook}\n{UPGRADE}")), [true, false], "{hook}");
    }
    assert_eq!(found(&format!("@compiles(sa.Text)\ndef f(*a): pass\n{UPGRADE}")), [true]);
    assert_eq!(found(&format!("@compiles(sa.Text, 'postgresql')\ndef f(*a): pass\n{UPGRADE}")), [true]);
    assert_eq!(found(&format!("@compiles(sa.Text, 'mysql')\ndef f(*a): pass\n{UPGRADE}")), [false]);
    assert_eq!(found(&format!("class A(sa.Text): pass\n@compiles(A)\ndef f(*a): pass\n{UPGRADE}")), [false]);
    assert_eq!(
        found("def upgrade():\n    sa.event.listen(sa.Table, 'x', 1)\n    op.drop_table('t')\n"),
        [true, false]
    );
    assert_eq!(found(&format!("{UPGRADE}    sa.Text.x = 1\n    op.drop_table('t')\n")), [false, true]);
}

/// What is known of the actions of a block that drops a column first.
fn block(rest: &str) -> Vec<&'static str> {
    let text = format!(
        "from alembic import op\nimport sqlalchemy as sa\nimport app\ndef upgrade():\n    with op.batch_alter_table('t') as b:\n        \
         b.drop_column('first')\n{rest}"
    );
    let (found, errors) = actions(&text, Direction::Upgrade, &crate::Around::default());
    assert_eq!(errors, [], "{text}");
    let kind = |action: &limbeck_types::Action| match (&action.condition, &action.kind) {
        (Some(_), _) => "conditional",
        (None, ActionKind::Opaque(_) | ActionKind::Raise(_)) => "unknown",
        (None, _) => "known",
    };
    found.iter().map(kind).collect()
}

#[test]
fn what_pythons_own_modules_may_call_is_told() {
    for body in [
        "concurrent.futures.ThreadPoolExecutor().map(op.execute, ['a'])",
        "threading.Thread(target=op.execute, args=('a',)).run()",
        "list(itertools.starmap(op.drop_column, [('t', 'a')]))",
        "operator.methodcaller('execute', 'a')(op)",
        "contextlib.ExitStack().callback(functools.partial(op.execute, 'a'))",
        "contextlib.ExitStack().enter_context(op.batch_alter_table('t'))",
        "sys.modules[app.NAME].execute('a')",
        "sys.modules.get(app.NAME).execute('a')",
        "sys.modules.pop(app.NAME).execute('a')",
        "list(sys.modules.values())[0].execute('a')",
        "app.run(steps=[op.execute])",
    ] {
        let text = format!(
            "from alembic import op\nimport app, sys, operator, itertools, threading, contextlib, functools, concurrent.futures\n\
             def upgrade():\n    {body}\n    if app: pass\n"
        );
        let (found, _) = actions(&text, Direction::Upgrade, &crate::Around::default());
        assert!(
            matches!(found.first(), Some(first) if matches!(first.kind, ActionKind::Opaque(_))),
            "{body}"
        );
    }
    for body in ["logging.getLogger().info('%s', op.get_bind())", "inspect.signature(op.execute)"] {
        let text = format!("from alembic import op\nimport logging, inspect\ndef upgrade():\n    {body}\n");
        assert_eq!(actions(&text, Direction::Upgrade, &crate::Around::default()).0, [], "{body}");
    }
}

#[test]
fn what_alembic_may_send_beside_op_is_told() {
    let of = |body: &str| {
        let text = format!(
            "import sys\nfrom alembic import command, context, op\nfrom alembic.operations import Operations, ops\n\
             from alembic.migration import MigrationContext\nfrom alembic.script import ScriptDirectory\n\
             def upgrade():\n    {body}\n"
        );
        actions(&text, Direction::Upgrade, &crate::Around::default()).0
    };
    for body in [
        "Operations(op.get_context()).execute('a')",
        "o = Operations(op.get_context()); o.drop_table('a')",
        "with Operations.context(op.get_context()) as o: o.execute('a')",
        "MigrationContext.configure(op.get_bind()).execute('a')",
        "c = MigrationContext.configure(op.get_bind()); c.execute('a')",
        "op.get_context().impl.execute('a')",
        "op.get_context().impl._exec('a')",
        "op.get_context().impl.static_output('a')",
        "context.get_context().impl.drop_table('a')",
        "context.get_impl().static_output('a')",
        "context.static_output('a')",
        "list(map(context.static_output, ['a']))",
        "list(map(op.get_context().impl._exec, ['a']))",
        "context.run_migrations()",
        "context.config.attributes['connection'].execute('a')",
        "command.upgrade(context.config, 'head')",
        "op.get_context().begin_transaction()",
        "with context.begin_transaction(): pass",
        "ops.DropTableOp.drop_table(Operations(op.get_context()), 'a')",
    ] {
        let found = of(body);
        assert!(
            matches!(found.first(), Some(first) if matches!(first.kind, ActionKind::Opaque(_))),
            "{body} {found:?}"
        );
    }
    for body in [
        "context.is_offline_mode(), context.get_x_argument(as_dictionary=True).get('a')",
        "context.config.get_main_option('a'), context.config.attributes.get('a')",
        "op.get_context().config.get_section('a').get('b')",
        "op.get_context().opts.get('a'), op.get_context().get_current_revision()",
        "op.get_context().dialect.identifier_preparer.quote('a')",
        "Operations(op.get_context()), MigrationContext.configure(op.get_bind())",
        "ops.DropTableOp('a').reverse()",
        "ScriptDirectory.from_config(context.config).get_current_head()",
    ] {
        assert_eq!(of(body), [], "{body}");
    }
}

#[test]
fn what_a_class_inherits_from_another_module_may_act() {
    let kinds = |bases: &str, body: &str| -> Vec<bool> {
        let text = format!(
            "from alembic import op\nimport app, threading, enum\nimport sqlalchemy as sa\n\
             class C({bases}):\n    a = 1\n    def go(self): op.execute('a')\ndef upgrade():\n    {body}\n"
        );
        let (found, errors) = actions(&text, Direction::Upgrade, &crate::Around::default());
        assert_eq!(errors, [], "{text}");
        found.iter().map(|action| matches!(action.kind, ActionKind::Opaque(_))).collect()
    };
    for (bases, body) in [
        ("app.Base", "C().go()"),
        ("app.Base", "C().other()"),
        ("app.Base", "C.__table__.create(op.get_bind())"),
        ("threading.Thread", "C().go()"),
        ("sa.orm.DeclarativeBase", "C().go()"),
        ("app.Base", "str(C().other(op.get_bind()))"),
    ] {
        assert_eq!(kinds(bases, body), [true], "{bases}: {body}");
    }
    // What these give goes into something else, or they are no more than a class that is looked at.
    for (bases, body) in [
        ("app.Base", "str(C.a.desc())"),
        ("app.Base", "C(a=1)"),
        ("threading.Thread", "C().join()"),
        ("enum.Enum", "C.a.mro()"),
        ("sa.orm.DeclarativeBase", "C.a.desc()"),
    ] {
        assert_eq!(kinds(bases, body), [] as [bool; 0], "{bases}: {body}");
    }
}
