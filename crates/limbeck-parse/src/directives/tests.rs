//! Text of a revision in, a compact list of its actions out.

mod refused;

use std::fmt::Write as _;

use limbeck_types::{
    Action, ActionKind, Column, Constraint, ConstraintKind, Direction, Expression, ExpressionKind, Operation,
    PythonValue, ServerDefault, ServerDefaultChange, SqlStatement, SqlType, SqlTypeKind, TableName,
};

use crate::actions;

/// The actions of `upgrade()` with this body, one a line.
#[track_caller]
fn check(body: &str, expected: &str) {
    let body = body.trim_matches('\n');
    let indent = body.len() - body.trim_start().len();
    let mut text = String::from(
        "from alembic import context, op\nimport sqlalchemy as sa\nfrom sqlalchemy.dialects import postgresql, mysql\n\
         import app\n\n\ndef upgrade():\n",
    );
    for line in body.lines() {
        let _ = writeln!(text, "    {}", line.get(indent..).unwrap_or_default());
    }
    let (found, errors) = actions(&text, Direction::Upgrade, &crate::Around::default());
    assert_eq!(errors, [], "{text}");
    let printed: Vec<_> = found.iter().map(action).collect();
    let expected: Vec<_> = expected.trim().lines().map(str::trim).collect();
    assert_eq!(printed, expected, "{text}");
}

fn action(action: &Action) -> String {
    match &action.kind {
        ActionKind::Operation(done) => operation(done),
        ActionKind::AutocommitBegin => "autocommit begins".to_owned(),
        ActionKind::AutocommitEnd => "autocommit ends".to_owned(),
        ActionKind::EndsTransaction(how) => format!("ends the transaction: {}", how.value),
        ActionKind::Raise(_) | ActionKind::NoFunction(_) => "raises".to_owned(),
        ActionKind::Opaque(opaque) => format!("OPAQUE {}", opaque.reason),
    }
}

fn operation(operation: &Operation) -> String {
    match operation {
        Operation::CreateTable(created) => {
            let mut parts: Vec<_> = created.columns.iter().map(column).collect();
            parts.extend(created.constraints.iter().map(constraint));
            parts.extend(created.indexes.iter().map(|index| format!("index {:?}", names(&index.elements))));
            let mut line = format!("create table {} ({})", table(&created.table), parts.join(", "));
            if created.if_not_exists {
                line += " if not exists";
            }
            if let Some(comment) = &created.comment {
                let _ = write!(line, " comment {comment:?}");
            }
            for (option, value) in &created.options {
                let _ = write!(line, " {option}={}", expression(value));
            }
            line + &created.prefixes.concat()
        }
        Operation::DropTable { table: dropped, if_exists } => {
            format!("drop table {}{}", table(dropped), if *if_exists { " if exists" } else { "" })
        }
        Operation::RenameTable { table: renamed, new_name } => {
            format!("rename table {} to {}", table(renamed), new_name.text)
        }
        Operation::AddColumn(added) => {
            format!("add column {}.{}", table(&added.table), column(&added.column))
        }
        Operation::DropColumn { table: of, column, if_exists } => {
            format!("drop column {}.{}{}", table(of), column.text, if *if_exists { " if exists" } else { "" })
        }
        Operation::AlterColumn(altered) => {
            let mut line = format!("alter column {}.{}", table(&altered.table), altered.column.text);
            if let Some(nullable) = altered.nullable {
                let _ = write!(line, " nullable={nullable}");
            }
            if let Some(comment) = &altered.comment {
                let _ = write!(line, " comment={comment:?}");
            }
            match &altered.server_default {
                Some(ServerDefaultChange::Drop) => line += " default=None",
                Some(ServerDefaultChange::Set(set)) => {
                    let _ = write!(line, " default={}", default(set));
                }
                None => {}
            }
            if let Some(name) = &altered.new_name {
                let _ = write!(line, " name={}", name.text);
            }
            if let Some(changed) = &altered.type_ {
                let _ = write!(line, " type={}", type_(changed));
            }
            if let Some(using) = &altered.using {
                let _ = write!(line, " using={}", using.value);
            }
            line
        }
        Operation::CreateIndex { table: of, index, if_not_exists } => {
            let name = index.name.as_ref().map_or("-", |name| &name.text);
            let mut line = format!("create index {name} on {} {:?}", table(of), names(&index.elements));
            if index.unique {
                line += " unique";
            }
            if *if_not_exists {
                line += " if not exists";
            }
            for (option, value) in &index.options {
                let _ = write!(line, " {option}={}", expression(value));
            }
            line
        }
        Operation::DropIndex { name, schema, if_exists, concurrently, .. } => {
            let schema = schema.as_ref().map_or_else(String::new, |schema| format!("{}.", schema.text));
            let name = name.as_ref().map_or("None", |name| &name.text);
            format!("drop index {schema}{name} {if_exists} {concurrently}")
        }
        Operation::AddConstraint { table: of, constraint: added } => {
            format!("add to {} {}", table(of), constraint(added))
        }
        Operation::DropConstraint { table: of, name, kind, if_exists } => format!(
            "drop constraint {} of {} {}{}",
            name.as_ref().map_or("-", |name| &name.text),
            table(of),
            kind.as_deref().unwrap_or("-"),
            if *if_exists { " if exists" } else { "" }
        ),
        Operation::TableComment { table: of, comment } => format!("comment on {} {comment:?}", table(of)),
        Operation::BulkInsert(insert) => {
            format!("insert into {} {} rows", table(&insert.table), insert.rows.len())
        }
        Operation::Execute(execute) => {
            let statement = match &execute.statement {
                SqlStatement::Text(text) => text.text.value.clone(),
                other => format!("{other:?}").chars().take_while(|character| *character != '(').collect(),
            };
            let read = if execute.reads_result { ", read" } else { "" };
            format!("execute{} {statement}{read}", if execute.through_op { "" } else { " on the bind" })
        }
        Operation::CreateEnum(created) => {
            format!("create {}", type_kind(&SqlTypeKind::Enum(created.clone())))
        }
        Operation::DropEnum(dropped) => format!("drop {}", type_kind(&SqlTypeKind::Enum(dropped.clone()))),
    }
}

fn table(table: &TableName) -> String {
    let schema = table.schema.as_ref().map_or_else(String::new, |schema| format!("{}.", schema.text));
    format!("{schema}{}", table.name.text)
}

fn column(column: &Column) -> String {
    let mut line = format!("{} {}", column.name.text, type_(&column.type_));
    for (flag, word) in [
        (column.nullable == Some(false), " not null"),
        (column.nullable == Some(true), " null"),
        (column.primary_key, " pk"),
        (column.unique, " unique"),
        (column.index, " index"),
        (column.default, " python default"),
        (column.sequence.is_some(), " sequence"),
        (column.name.quote == Some(true), " quoted"),
    ] {
        if flag {
            line += word;
        }
    }
    if let Some(given) = &column.server_default {
        let _ = write!(line, " default {}", default(given));
    }
    for inner in &column.constraints {
        let _ = write!(line, " {}", constraint(inner));
    }
    if let Some(comment) = &column.comment {
        let _ = write!(line, " comment {comment:?}");
    }
    line
}

fn constraint(constraint: &Constraint) -> String {
    let all = |columns: &[limbeck_types::Name]| {
        columns.iter().map(|column| column.text.as_str()).collect::<Vec<_>>().join(" ")
    };
    let mut line = match &constraint.kind {
        ConstraintKind::PrimaryKey { columns } => format!("primary key ({})", all(columns)),
        ConstraintKind::Unique { columns } => format!("unique ({})", all(columns)),
        ConstraintKind::Check { condition } => format!("check ({})", expression(condition)),
        ConstraintKind::ForeignKey(key) => {
            let mut line = format!(
                "foreign key ({}) -> {} ({})",
                all(&key.columns),
                table(&key.referred),
                all(&key.referred_columns)
            );
            for (word, action) in
                [("ondelete", &key.ondelete), ("onupdate", &key.onupdate), ("match", &key.match_)]
            {
                if let Some(action) = action {
                    let _ = write!(line, " {word} {action}");
                }
            }
            line
        }
        ConstraintKind::Exclude { elements, using, .. } => {
            let elements: Vec<_> = elements
                .iter()
                .map(|(element, operator)| format!("{} {operator}", expression(element)))
                .collect();
            format!("exclude {} ({})", using.as_deref().unwrap_or("-"), elements.join(", "))
        }
    };
    if let Some(name) = &constraint.name {
        line = format!("{}{}: {line}", name.text, if name.is_final { "!" } else { "" });
    }
    if let Some(deferrable) = constraint.deferrable {
        let _ = write!(line, " deferrable={deferrable}");
    }
    for (option, value) in &constraint.options {
        let _ = write!(line, " {option}={}", expression(value));
    }
    line
}

fn default(default: &ServerDefault) -> String {
    match default {
        ServerDefault::Text(text) => format!("{:?}", text.value),
        ServerDefault::Expression(given) => expression(given),
        ServerDefault::Computed { expression: given, persisted } => {
            format!("computed {} {persisted:?}", expression(given))
        }
        ServerDefault::Identity(identity) => format!("identity always={:?}", identity.always),
        ServerDefault::Fetched => "fetched".to_owned(),
    }
}

fn type_(type_: &SqlType) -> String {
    type_kind(&type_.kind)
}

fn type_kind(kind: &SqlTypeKind) -> String {
    match kind {
        SqlTypeKind::Opaque(opaque) => format!("OPAQUE {}", opaque.reason),
        SqlTypeKind::String { kind, length, .. } => {
            format!("{kind:?}{}", length.map_or_else(String::new, |length| format!("({length})")))
        }
        SqlTypeKind::Enum(enumerated) => format!(
            "enum {} {:?}",
            enumerated.name.as_ref().map_or("-", |name| &name.text),
            enumerated.labels
        ),
        SqlTypeKind::Array { item, .. } => format!("{}[]", type_(item)),
        SqlTypeKind::Plain(name) | SqlTypeKind::Custom(name) => name.clone(),
        other => format!("{other:?}"),
    }
}

fn names(elements: &[Expression]) -> Vec<String> {
    elements.iter().map(expression).collect()
}

fn expression(expression: &Expression) -> String {
    match &expression.kind {
        ExpressionKind::Column { name, .. } => name.text.clone(),
        ExpressionKind::Text(text) => format!("`{}`", text.text.value),
        ExpressionKind::Value(PythonValue::Text(text)) => format!("{:?}", text.value),
        ExpressionKind::Value(value) => format!("{value:?}"),
        ExpressionKind::Keyword(word) => (*word).to_owned(),
        ExpressionKind::Opaque(_) => "OPAQUE".to_owned(),
        other => format!("{other:?}").chars().take_while(|character| character.is_alphanumeric()).collect(),
    }
}

#[test]
fn tables() {
    check(
        r#"
        op.create_table("t", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("a", sa.String(length=50), nullable=False), sa.PrimaryKeyConstraint("id", name=op.f("pk")), schema="s", comment="c", if_not_exists=True)
        op.drop_table("t", schema="s", if_exists=True)
        op.rename_table("t", "u", schema="s")
        op.create_table_comment("t", "c", existing_comment="d")
        op.drop_table_comment("t", schema="s")
        "#,
        r#"
        create table s.t (id Integer pk, a Varchar(50) not null, pk!: primary key (id)) if not exists comment "c"
        drop table s.t if exists
        rename table s.t to u
        comment on t Some("c")
        comment on s.t None
        "#,
    );
}

#[test]
fn columns_of_all_forms() {
    check(
        r#"
        op.add_column("t", sa.Column("a", sa.Integer, sa.ForeignKey("s.o.id", ondelete="CASCADE", name="f"), index=True, unique=True, comment="c"))
        op.add_column("t", sa.Column("a", sa.ForeignKey("o.id"), type_=sa.Text))
        op.add_column("t", sa.Column(name="a", type_=sa.Text, key="b", quote=True, nullable=None, info={}, doc="x", default=app.x, onupdate=app.y()))
        op.add_column("t", sa.Column("a", None, sa.Identity(always=True), primary_key=True))
        op.add_column("t", sa.Column("a", sa.Integer, sa.Sequence("s"), server_default="0"))
        op.add_column("t", sa.Column("a", sa.Integer, sa.CheckConstraint("a > 3"), default=sa.Sequence("s")))
        op.add_column("t", sa.Column("a", sa.Integer, server_default=5))
        op.add_column("t", sa.Column("a", sa.Integer, foo=5))
        op.add_column("t", sa.Column("a", sa.Integer, sqlite_on_conflict_unique="x"))
        op.add_column("t", "a")
        "#,
        r#"
        add column t.a Integer unique index f: foreign key () -> s.o (id) ondelete CASCADE comment "c"
        add column t.a Text foreign key () -> o (id)
        add column t.a Text not null python default quoted
        add column t.a Null pk default identity always=Some(true)
        add column t.a Integer sequence default "0"
        add column t.a Integer sequence check (`a > 3`)
        OPAQUE it raises `ArgumentError: Argument 'arg' is expected to be one of type '<class 'str'>' or '<class 'sqlalchemy.sql.elements.ClauseElement'>' or '<class 'sqlalchemy.sql.elements.TextClause'>'`
        OPAQUE it raises `TypeError: Additional arguments should be named <dialectname>_<argument>, got 'foo'`
        add column t.a Integer
        OPAQUE it is a `str`
        "#,
    );
}

#[test]
fn keys_and_names_of_columns() {
    check(
        r#"
        op.create_table("t", sa.Column("a", sa.Integer, key="k"), sa.UniqueConstraint("k"), sa.Index("i", "k"))
        op.create_table("t", sa.Column("a", sa.Integer, key="k"), sa.UniqueConstraint("a"))
        op.create_table("t", sa.Column("a", sa.Integer), sa.Column("a", sa.Text))
        op.create_table("t", sa.Column("a", sa.ForeignKey("t.b")), sa.Column("b", sa.BigInteger), None, "x")
        "#,
        r#"
        create table t (a Integer, unique (a), index ["a"])
        OPAQUE it raises `ConstraintColumnNotFoundError: Can't create UniqueConstraint on table 't': no column named 'a' is present.`
        OPAQUE it raises `DuplicateColumnError: A column with name 'a' is already present in table 't'.`
        create table t (a BigInteger foreign key () -> t (b), b BigInteger)
        "#,
    );
}

#[test]
fn altering_a_column() {
    check(
        r#"
        op.alter_column("t", "c", nullable=False, server_default=None, comment=None, new_column_name="d", existing_type=sa.Boolean(), autoincrement=False, foo=3)
        op.alter_column("t", "c", server_default=False, comment=False, nullable=None)
        op.alter_column("t", "c", type_=sa.Text(), postgresql_using="c::text", schema="s", server_default="x")
        op.alter_column("t", "c", postgresql_using="c::text")
        op.alter_column("t", "c", name="d")
        op.alter_column("t", "c", server_default=True)
        "#,
        r#"
        alter column t.c nullable=false comment=None default=None name=d
        alter column t.c
        alter column s.t.c default="x" type=Text using=c::text
        OPAQUE it raises `CommandError: postgresql_using must be used with the type_ parameter`
        OPAQUE it raises `TypeError: got multiple values for keyword argument 'name'`
        OPAQUE it raises `ArgumentError: Argument 'arg' is expected to be one of type '<class 'str'>' or '<class 'sqlalchemy.sql.elements.ClauseElement'>' or '<class 'sqlalchemy.sql.elements.TextClause'>'`
        "#,
    );
}

#[test]
fn constraints_and_indexes() {
    check(
        r#"
        op.create_unique_constraint(None, "t", ["a", "b"], schema="s", deferrable=True)
        op.create_primary_key("p", "t", ("a",))
        op.create_check_constraint("c", "t", "a > 3")
        op.create_foreign_key(op.f("f"), "t", "o", ["a"], ["b"], source_schema="s", referent_schema="r", ondelete="SET NULL", match="FULL")
        op.create_foreign_key("f", "t", "o", ["a"], ["b", "c"])
        op.create_exclude_constraint("e", "t", ("a", "="), using="gist")
        op.drop_constraint("c", "t", type_="check", schema="s", if_exists=True)
        op.drop_constraint(None, "t")
        op.drop_constraint("c", "t", "zoo")
        op.create_index("i", "t", ["a", "b"], unique=True, schema="s", if_not_exists=True, mysql_length=3)
        op.create_index(None, "t", "a")
        op.create_index("i", "t", ["a", "a"])
        op.drop_index("i", "t", schema="s", if_exists=True, postgresql_concurrently=True)
        op.drop_index("i", "t", sqlite_foo=True)
        "#,
        r#"
        add to s.t unique (a b) deferrable=true
        add to t p: primary key (a)
        add to t c: check (`a > 3`)
        add to s.t f!: foreign key (a) -> r.o (b) ondelete SET NULL match FULL
        OPAQUE it raises `ArgumentError: ForeignKeyConstraint number of constrained columns must match the number of referenced columns.`
        add to t e: exclude gist (a =)
        drop constraint c of s.t check if exists
        drop constraint - of t -
        OPAQUE it raises `TypeError: 'type' can be one of 'check', 'foreignkey', 'primary', 'unique', None`
        create index i on s.t ["a", "b"] unique if not exists
        create index - on t ["a"]
        OPAQUE it raises `DuplicateColumnError: A column with name 'a' is already present.`
        drop index s.i true true
        OPAQUE it raises `ArgumentError: Argument 'sqlite_foo' is not accepted by dialect 'sqlite' on behalf of <class 'sqlalchemy.sql.schema.Index'>`
        "#,
    );
}

#[test]
fn arguments_as_python_takes_them() {
    check(
        r#"
        op.drop_column("t", "c", "s")
        op.drop_table()
        op.create_index("i")
        op.drop_table("t", foo=3)
        op.rename_table("a", "b", old_table_name="c")
        op.execute("x", foo=3)
        op.create_entity(1)
        op.invoke(1)
        "#,
        r#"
        OPAQUE it raises `TypeError: drop_column() takes 3 positional arguments but 4 were given`
        OPAQUE it raises `TypeError: drop_table() missing 1 required positional argument: 'table_name'`
        OPAQUE it raises `TypeError: create_index() missing 2 required positional arguments: 'table_name' and 'columns'`
        OPAQUE it raises `TypeError: Additional arguments should be named <dialectname>_<argument>, got 'foo'`
        OPAQUE it raises `TypeError: rename_table() got multiple values for argument 'old_table_name'`
        OPAQUE it raises `TypeError: execute() got an unexpected keyword argument 'foo'`
        OPAQUE `op.create_entity` is a directive of a plug-in
        OPAQUE what `op.invoke` runs is not known
        "#,
    );
}

#[test]
fn types_of_sqlalchemy_and_its_dialects() {
    check(
        r#"
        op.create_table("t",
            sa.Column("a", sa.types.Text), sa.Column("b", sa.sql.sqltypes.DATETIME()), sa.Column("c", sa.NCHAR(5)),
            sa.Column("d", postgresql.ARRAY(sa.String(3))), sa.Column("e", postgresql.INET),
            sa.Column("f", sa.Text().with_variant(mysql.MEDIUMTEXT(), "mysql")),
            sa.Column("g", sa.JSON().with_variant(postgresql.CITEXT, "sqlite", "postgresql")),
            sa.Column("h", mysql.INTEGER(11, unsigned=True)), sa.Column("i", sa.Enum("a", "b", name="e")),
            sa.Column("j", mysql.MEDIUMTEXT()), sa.Column("k", app.types.GUID()), sa.Column("l", sa.Integer(11)))
        "#,
        "create table t (a Text, b DATETIME, c NCHAR(5), d Varchar(3)[], e INET, f Text, g CITEXT, h Integer, i enum e \
         [\"a\", \"b\"], j OPAQUE `sqlalchemy.dialects.mysql.MEDIUMTEXT` is no type that Postgres's dialect can write, k \
         OPAQUE what type `app.types.GUID` is is not said in this file, l OPAQUE it raises `TypeError: Integer() takes no \
         arguments`)",
    );
}

#[test]
fn what_the_bind_executes() {
    check(
        r#"
        bind = op.get_bind()
        bind.execute("a", {"x": 1})
        op.get_context().bind.scalar("b")
        op.get_context().connection.exec_driver_sql("c")
        op.get_context().execute("d")
        context.execute("e")
        bind.commit()
        bind.close()
        session = sa.orm.Session(bind=bind)
        session.execute("f")
        session.add(app.Thing())
        session.commit()
        session.query(app.Thing).filter_by(x=3).all()
        e = sa.Enum("a", name="e")
        e.create(bind, checkfirst=True)
        e.drop(bind)
        sa.MetaData().create_all(bind)
        sa.inspect(bind).get_columns("t")
        app.work(bind)
        app.name("x")
        "#,
        r#"
        execute on the bind a
        OPAQUE alembic's offline mode has no connection with `scalar`
        execute on the bind b, read
        OPAQUE alembic's offline mode has no connection with `exec_driver_sql`
        execute on the bind Ddl
        execute d
        execute e
        OPAQUE alembic's offline mode has no connection with `commit`
        ends the transaction: commit
        OPAQUE alembic's offline mode has no connection with `close`
        OPAQUE alembic's offline mode has no connection for a session
        execute on the bind f
        OPAQUE what the ORM sends for it is not known
        OPAQUE what the ORM sends for it is not known
        create enum e ["a"]
        drop enum e ["a"]
        OPAQUE which tables `create_all` is about depends on the metadata
        OPAQUE alembic's offline mode has no database to look at here
        OPAQUE what `app.work` does is not said in this file
        OPAQUE what `app.name` does is not said in this file
        "#,
    );
}

#[test]
fn a_table_that_makes_itself() {
    check(
        r#"
        t = sa.Table("t", sa.MetaData(schema="s"), sa.Column("id", sa.Integer), comment="c")
        t.create(op.get_bind())
        sa.Index("i", t.c.id).create(op.get_bind())
        t.drop(op.get_bind())
        op.create_foreign_key("f", "o", "p", [t.c.id], ["x"])
        op.create_table("o", sa.Column("a", sa.ForeignKey(t.c.id)))
        "#,
        r#"
        create table s.t (id Integer) comment "c"
        create index i on s.t ["id"]
        drop table s.t
        add to o f: foreign key (id) -> p (x)
        create table o (a Integer foreign key () -> s.t (id))
        "#,
    );
}

#[test]
fn batch_blocks() {
    check(
        r#"
        with op.batch_alter_table("t", schema="s") as b:
            op.execute("one")
            b.add_column(sa.Column("a", sa.Integer))
            b.execute("two")
            b.drop_constraint(b.f("c"), type_="check")
            b.create_foreign_key("f", "o", ["a"], ["b"], referent_schema="r")
            b.create_index("i", ["a"])
            b.drop_index("j", if_exists=True)
        with op.batch_alter_table("t", recreate="always") as b:
            b.drop_column("a")
        with op.batch_alter_table("t", recreate="never") as b:
            b.drop_column("a")
            raise ValueError
        "#,
        r#"
        execute one
        execute two
        add column s.t.a Integer
        drop constraint c of s.t check
        add to s.t f: foreign key (a) -> r.o (b)
        create index i on s.t ["a"]
        drop index s.j true false
        OPAQUE it raises `CommandError: This operation cannot proceed in --sql mode; batch mode with dialect postgresql requires a live database connection with which to reflect the table "t"`
        raises
        "#,
    );
}

#[test]
fn autocommit_blocks() {
    check(
        r#"
        with op.get_context().autocommit_block():
            op.create_index("i", "t", ["a"])
        "#,
        r#"
        autocommit begins
        create index i on t ["a"]
        autocommit ends
        "#,
    );
}

#[test]
fn what_follows_something_that_raises_in_a_try() {
    let text = "from alembic import op\nimport sqlalchemy as sa\n\ndef upgrade():\n    try:\n        op.drop_table('a')\n        \
                op.drop_constraint(None, 't')\n        op.drop_table('b')\n    except Exception:\n        pass\n    \
                op.drop_table('c')\n    try:\n        names = sa.inspect(op.get_bind()).get_table_names()\n        \
                op.drop_table('d')\n    except Exception:\n        pass\n";
    let conditional: Vec<_> = actions(text, Direction::Upgrade, &crate::Around::default())
        .0
        .iter()
        .map(|done| (action(done), done.condition.is_some()))
        .collect();
    let expected = [
        ("drop table a", false),
        ("drop constraint - of t -", false),
        ("drop table b", true),
        ("drop table c", false),
        ("drop table d", true),
    ];
    assert_eq!(conditional, expected.map(|(line, doubt)| (line.to_owned(), doubt)));
}

#[test]
fn types_of_the_file() {
    let text = "import enum\nfrom alembic import op\nimport sqlalchemy as sa\n\n\
                class Kind(enum.Enum):\n    A = 'x'\n    B = 'y'\n    C = 'x'\n\n\
                class Short(sa.types.TypeDecorator):\n    impl = sa.String\n\n\
                class Fixed(sa.TypeDecorator[str]):\n    impl = sa.String(50)\n\n\
                class Own(sa.types.UserDefinedType):\n    def get_col_spec(self, **kw):\n        return 'OWN'\n\n\
                class Odd(sa.TypeDecorator):\n    impl = sa.String\n    def load_dialect_impl(self, dialect):\n        \
                return dialect.x()\n\n\
                def upgrade():\n    op.create_table('t', sa.Column('a', sa.Enum(Kind)), sa.Column('b', Short(5)), \
                sa.Column('c', Fixed), sa.Column('o', Own()), sa.Column('d', Odd()), sa.Column('e', sa.Enum(Kind, name='k', native_enum=False)))\n";
    let printed: Vec<_> =
        actions(text, Direction::Upgrade, &crate::Around::default()).0.iter().map(action).collect();
    assert_eq!(
        printed,
        [
            "create table t (a enum kind [\"A\", \"B\"], b Varchar(5), c Varchar(50), o OWN, d OPAQUE what the type is depends on \
          `Odd.load_dialect_impl`, e enum k [\"A\", \"B\"])"
        ]
    );
}

#[test]
fn a_type_that_a_function_of_the_file_compiles() {
    let text = "from alembic import op\nimport sqlalchemy as sa\nfrom sqlalchemy.ext.compiler import compiles\n\n\
                class Long(sa.Text):\n    pass\n\nclass Own(sa.Text):\n    pass\n\n\
                @compiles(Long, 'mysql')\ndef long(*args, **kw):\n    return 'LONGTEXT'\n\n\
                @compiles(Own)\ndef own(*args, **kw):\n    return 'OWN'\n\n\
                def upgrade():\n    op.create_table('t', sa.Column('a', Long()), sa.Column('b', Own()))\n";
    let printed: Vec<_> =
        actions(text, Direction::Upgrade, &crate::Around::default()).0.iter().map(action).collect();
    assert_eq!(
        printed,
        ["create table t (a Text, b OPAQUE what the type is depends on `Own._compiler_dispatch`)"]
    );
}

#[test]
fn the_class_of_the_dialect() {
    check(
        r#"
        from sqlalchemy.dialects.mysql.base import MySQLDialect
        from sqlalchemy.dialects.postgresql.base import PGDialect
        bind = op.get_bind()
        if isinstance(bind.dialect, MySQLDialect):
            op.drop_table("a")
        if isinstance(op.get_context().bind.dialect, (MySQLDialect, PGDialect)):
            op.drop_table("b")
        "#,
        "drop table b",
    );
}
