"""What the corpus executes: texts, binds, constructs, and rows of `bulk_insert`, each as Python source of a body."""

TEXTS = r'''
"SELECT 1" | "SELECT 1;" | "SELECT 1;  " | "  SELECT 1  " | "SELECT\t1" | "SELECT '100%'" | "SELECT '%s %(x)s %%'" | "SELECT :name" | "SELECT ':name'" | "SELECT a::text" | "SELECT '12:30'" | r"SELECT '\:name'"
"SELECT '\\:x', :y" | "SELECT 'it''s'" | "SELECT \"Order\" FROM \"user\"" | """
    SELECT 1
    FROM t
    WHERE a = 'x'
""" | "SELECT 1; SELECT 2" | "SELECT '{\"a\": 1}'" | "SELECT '{\"a\":1}'" | "SELECT a AS b -- :c" | "SELECT /* :c */ 1" | "SELECT $$ :c $$" | "SELECT '日本'" | "" | "SELECT a[1:2]" | "SELECT a[:2]" | "SELECT :a, :a, :b_1" | "SELECT :1"
"SELECT @x := 1" | "SELECT x::int::text" | "SELECT E'\\n'" | "SELECT 'a' 'b'" "FROM t" | "SELECT {} FROM t".format(1 + 1) | "SELECT %s" % "x" | f"SELECT {'x'}" | "SELECT '\u00e4'" | "SELECT ::a" | "SELECT :a:b" | "a:" | ":" | ":a"
'''
BOUND = r'''
sa.text("SELECT :x").bindparams(x=5) | sa.text("SELECT :x").bindparams(x="it's") | sa.text("SELECT :x").bindparams(x=None) | sa.text("SELECT :x").bindparams(x=True) | sa.text("SELECT :x").bindparams(x=1.5)
sa.text("SELECT :x, :y").bindparams(x=1) | sa.text("SELECT :x").bindparams(sa.bindparam("x", 5, sa.Integer)) | sa.text("SELECT :x").bindparams(sa.bindparam("x", "a%b", sa.String)) | sa.text("SELECT :x").bindparams(x=decimal.Decimal("1.50"))
sa.text("SELECT :x").bindparams(x=datetime.date(2024, 1, 2)) | sa.text("SELECT :x").bindparams(x=datetime.datetime(2024, 1, 2, 3, 4, 5)) | sa.text("SELECT :x").bindparams(x=b"bytes") | sa.text("SELECT :x").bindparams(x="back\\slash")
sa.text("SELECT :x").bindparams(x=[1, 2]) | sa.text("SELECT :x").bindparams(x={"a": 1}) | sa.text("SELECT * FROM t WHERE a IN :x").bindparams(sa.bindparam("x", [1, 2], expanding=True)) | sa.text("SELECT :x").bindparams(x=-5)
sa.text("SELECT * FROM t WHERE a IN :x AND b IN :y").bindparams(sa.bindparam("x", ["a", "b'%"], expanding=True), sa.bindparam("y", [1], expanding=True)) | sa.text("SELECT :x").bindparams(nope=5) | sa.text("SELECT :x").bindparams(x=datetime.time(3, 4)) | sa.text("SELECT :x").bindparams(x=uuid.UUID(int=5)) | sa.text("SELECT :x").bindparams(x=datetime.timedelta(days=1)) | sa.text("SELECT '%', :x").bindparams(x=1)
sa.text("SELECT :x").bindparams(x="a'b\"c:d%") | sa.text("SELECT 1").execution_options(autocommit=True) | sa.text("SELECT :x").bindparams(sa.bindparam("x", {"a": [1, None]}, postgresql.JSONB)) | sa.text("SELECT :x").bindparams(x=10**20)
'''
DDL = r'''
sa.DDL("CREATE EXTENSION x") | sa.DDL("SELECT '100%%'") | sa.schema.CreateSequence(sa.Sequence("s_{n}")) | sa.schema.CreateSequence(sa.Sequence("S {n}", start=5, increment=2, minvalue=1, maxvalue=9, cycle=True, cache=3, schema="app"))
sa.schema.DropSequence(sa.Sequence("s_{n}")) | sa.schema.CreateSchema("app") | sa.schema.CreateSchema("My App", if_not_exists=True) | sa.schema.DropSchema("app", cascade=True, if_exists=True) | sa.schema.DropSchema("app")
sa.DDL("SELECT '%%', '%%%%' || 'x%%'") | sa.DDL("SELECT '%'") | sa.DDL("SELECT %s") | sa.DDL("SELECT '%(a)s', %(b)s, %%", {"a": "x%", "b": 5}) | sa.DDL("SELECT %(a)s", context={"b": 5}) | postgresql.CreateEnumType(postgresql.ENUM("a", "it's", name="E {n}", schema="app")) | postgresql.DropEnumType(postgresql.ENUM("a", name="e_{n}")) | sa.schema.DropTable(sa.Table("Order", sa.MetaData(), schema="app"), if_exists=True)
sa.schema.CreateTable(sa.Table("t{n}", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("e", sa.Enum("a", name="e_{n}"), index=True, comment="x"), schema="app"), if_not_exists=True) | sa.Sequence("S {n}", schema="app").next_value() | sa.schema.CreateSequence(sa.Sequence("s_{n}", data_type=sa.BigInteger)) | sa.schema.CreateSequence(sa.Sequence("s_{n}"), if_not_exists=True) | sa.DDL("SELECT %(table)s")
'''
# `t` is the table of `TABLE`, `u` another one.
TABLE = """t = sa.table("t", sa.column("id", sa.Integer), sa.column("a", sa.String), sa.column("flag", sa.Boolean), sa.column("at", sa.DateTime), sa.column("js", postgresql.JSONB), sa.column("Order", sa.Numeric), sa.column("raw"))
u = sa.table("Other", sa.column("id", sa.Integer), sa.column("t_id", sa.Integer), sa.column("name", sa.Text), schema="app")
"""
CONSTRUCTS = r'''
t.insert().values(id=1, a="it's") | t.insert().values({"a": "x", "id": 1}) | t.insert().values([{"id": 1, "a": "x"}, {"id": 2, "a": "y%"}]) | sa.insert(t).values(flag=True, at=None) | t.insert() | t.insert().values(a=sa.func.now())
t.insert().values(a=sa.text("'x'")) | t.insert().values(raw=5, js={"a": 1}) | t.insert().values(at=datetime.datetime(2024, 1, 2, 3, 4, 5, 6)) | t.insert().values(nope=1) | sa.insert(u).values(id=1, name="n") | t.insert().values((1, "a"))
t.insert().from_select(["id", "a"], sa.select(u.c.id, u.c.name)) | postgresql.insert(t).values(id=1).on_conflict_do_nothing() | postgresql.insert(t).values(id=1).on_conflict_do_nothing(index_elements=["id"])
postgresql.insert(t).values(id=1, a="x").on_conflict_do_update(index_elements=["id"], set_={"a": "y"}) | t.insert().values(id=1).returning(t.c.id) | t.insert().inline().values(id=1) | t.insert().values({"Order": decimal.Decimal("1.5")})
t.update().values(a="x") | t.update().where(t.c.id == 5).values(a="x") | t.update().where(t.c.a == "it's").values({t.c.a: "y", "flag": False}) | sa.update(t).where(t.c.a.is_(None)).values(a=t.c.raw) | sa.update(t).values(at=sa.func.now())
sa.update(t).where(t.c.id.in_([1, 2, 3])).values(flag=sa.true()) | sa.update(t).where(sa.and_(t.c.id > 1, t.c.id <= 5), t.c.flag == True).values(a="x") | sa.update(t).where(t.c.flag).values(a="x") | sa.update(t).where(~t.c.flag).values(a=None)
sa.update(t).where(sa.or_(t.c.id == 1, t.c.a == "x")).values(a=t.c.a + "y") | sa.update(t).where(t.c.a.like("a%")).values(a="b") | sa.update(t).where(t.c.a.ilike("a%")).values(a="b") | sa.update(t).where(t.c.a.notin_(["x"])).values(id=t.c.id + 1)
sa.update(t).where(t.c.id == u.c.t_id).values(a=u.c.name) | sa.update(t).values(a=sa.select(u.c.name).where(u.c.t_id == t.c.id).scalar_subquery()) | sa.update(t).values(a=sa.case((t.c.id == 1, "x"), else_="y")) | sa.update(u).values(name="x")
sa.update(t).where(t.c.id.between(1, 5)).values(a=sa.cast(t.c.id, sa.String)) | sa.update(t).where(t.c.a.is_not(None)).values(a=sa.func.lower(t.c.a)) | sa.update(t).where(t.c.a != "x").values(js={"k": "it's"}) | sa.update(t).values({"Order": -1})
sa.update(t).where(sa.exists().where(u.c.t_id == t.c.id)).values(a="x") | sa.update(t).where(t.c.id.in_(sa.select(u.c.t_id))).values(a="x") | sa.update(t).values(a=sa.literal("x")) | sa.update(t).values(a=sa.func.concat(t.c.a, "-", t.c.id))
sa.update(t).where(t.c.js["k"].astext == "v").values(a="x") | sa.update(t).where(t.c.a.startswith("x")).values(a="y") | sa.update(t).where(t.c.a.contains("x")).values(a="y") | sa.update(t).where(t.c.id.in_([])).values(a="y") | sa.update(t).values(a=sa.null())
sa.delete(t) | t.delete() | t.delete().where(t.c.id == 5) | t.delete().where(t.c.a == "per%cent") | t.delete().where(sa.not_(t.c.id == 5)) | t.delete().where(t.c.id == u.c.t_id) | sa.delete(u).where(u.c.name == "x") | t.delete().where(t.c.at < datetime.date(2024, 1, 2))
t.delete().where(t.c.id.in_([1])) | t.delete().where(t.c.flag == False) | t.delete().where(t.c.flag.is_(sa.true())) | t.delete().where(t.c.raw == 5) | t.delete().where(t.c.raw == "x") | t.delete().where(sa.text("a = 'x'")) | t.delete().where(t.c.id == None)
sa.select(t.c.id) | sa.select(t) | sa.select(t.c.id, t.c.a).where(t.c.id > 5).order_by(t.c.a.desc()).limit(3) | sa.select(sa.func.count()).select_from(t) | sa.select(sa.func.count(t.c.id)) | sa.select(t.c.id).join(u, u.c.t_id == t.c.id) | sa.select(sa.text("1"))
sa.select(t.c.id.label("x")).distinct() | sa.select(t.c.a, sa.func.max(t.c.id)).group_by(t.c.a).having(sa.func.max(t.c.id) > 1) | sa.select(sa.literal(5)) | sa.func.setval("seq", 5) | sa.select(sa.func.setval("seq", 5)) | sa.select(t.c.id).offset(5)
sa.select(sa.literal_column("1")) | sa.select(t.c.id).outerjoin(u, u.c.t_id == t.c.id) | sa.select(t.alias("x").c.id) | sa.select(t.c.id).where(t.c.a == sa.bindparam("b")) | sa.select(t.c["Order"]) | sa.select(t.c.id).select_from(t.join(u, t.c.id == u.c.t_id))
'''
# Values that each type's literal is made of.
ROWS = r'''
sa.Integer: 1, -5, None, 10**12, op.inline_literal(5), "5", True | sa.BigInteger: 1 | sa.String: "x", "it's", "100%", "a:b", "back\\slash", "two\nlines", "", None, "日本", 'quo"te', op.inline_literal("it's"), 5 | sa.Text(): "x", "%s" | sa.Boolean: True, False, None, 1, "x"
sa.Float: 1.5, 1e20, 3, -0.0, float("inf") | sa.Numeric(10, 2): decimal.Decimal("1.50"), 1.5, 3, "2.5" | sa.Date: datetime.date(2024, 1, 2), None, "2024-01-02", datetime.datetime(2024, 1, 2) | sa.DateTime: datetime.datetime(2024, 1, 2, 3, 4, 5), datetime.datetime(2024, 1, 2, 3, 4, 5, 678), "2024-01-02"
sa.DateTime(timezone=True): datetime.datetime(2024, 1, 2, 3, tzinfo=datetime.timezone.utc), sa.func.now(), sa.text("now()") | sa.Time: datetime.time(3, 4), datetime.time(3, 4, 5, 6) | sa.Interval: datetime.timedelta(days=1, seconds=5) | sa.LargeBinary: b"bytes", b"\x00'"
sa.JSON: {"a": 1}, [1, "x", None], "text", None, {"q": "it's 100% :b"}, True | postgresql.JSONB: {"b": [1.5, {"c": None}]}, "日本", {} | sa.Uuid: uuid.UUID(int=5), "x" | postgresql.UUID: uuid.UUID("12345678-1234-5678-1234-567812345678"), "12345678-1234-5678-1234-567812345678"
postgresql.UUID(as_uuid=False): "12345678-1234-5678-1234-567812345678" | sa.ARRAY(sa.Integer): [1, 2], [], None | postgresql.ARRAY(sa.String): ["a", "it's"], [["a"]] | sa.Enum("a", "b", name="e"): "a", "nope", None | postgresql.ENUM("a", "b", name="e"): "a" | postgresql.INET: "127.0.0.1"
sa.Enum("a", "b", native_enum=False): "a", "nope" | postgresql.ENUM("a", name="e"): "it's" | postgresql.JSONPATH: "$.a" | sa.Interval: datetime.timedelta(minutes=1) | postgresql.HSTORE: {"a": "b"} | sa.SmallInteger(): 3 | sa.VARCHAR(5): "x" | sa.CHAR(2): "xy" | sa.Unicode(5): "ü" | postgresql.TIMESTAMP(): datetime.datetime(2024, 1, 2) | sa.REAL: 1.5 | sa.types.NullType: 5, "x", None, 1.5, True
postgresql.INTERVAL: datetime.timedelta(hours=5) | postgresql.CIDR: "10.0.0.0/8" | postgresql.INT4RANGE: "[1,2)", None | postgresql.TSTZMULTIRANGE: "{}" | postgresql.MONEY: "5", 5 | postgresql.OID: 5 | postgresql.REGCLASS: "t" | postgresql.REGCONFIG: "english" | postgresql.TSQUERY: "a" | postgresql.MACADDR8: "08:00:2b:01:02:03:04:05" | postgresql.BYTEA: b"x" | postgresql.BIT(3): "101" | postgresql.TSVECTOR: "a" | postgresql.DOUBLE_PRECISION: 1.5 | sa.Double: 2.5
'''


def listed(text):
    return [one.strip() for line in text.strip().split("\n") for one in line.split(" | ") if one.strip()]


def texts():
    """Texts span lines."""
    joined, found = "", []
    for line in TEXTS.strip().split("\n"):
        joined = f"{joined}\n{line}" if joined else line
        if joined.count('"""') % 2 == 0:
            found += joined.split(" | ")
            joined = ""
    return [one.strip(" ") for one in found if one.strip()]


def bodies():
    """Class and lines of each case."""
    for text in texts():
        yield "execute text", [f"op.execute({text})"]
        yield "execute text()", [f"op.execute(sa.text({text}))"]
        yield "bind.execute", ["bind = op.get_bind()", f"bind.execute(sa.text({text}))"]
        yield "batch execute", ['with op.batch_alter_table("t") as batch:', f"    batch.execute({text})"]
    for text in listed(BOUND):
        yield "execute bound", [f"op.execute({text})"]
        yield "bind.execute bound", [f"op.get_bind().execute({text})"]
    for text in listed(DDL):
        yield "execute DDL", [f"op.execute({text})"]
    for text in listed(CONSTRUCTS):
        yield "execute construct", [*TABLE.strip().split("\n"), f"op.execute({text})"]
        yield "bind.execute construct", [*TABLE.strip().split("\n"), f"op.get_bind().execute({text})"]
    for rows in listed(ROWS):
        type_, _, values = rows.partition(": ")
        if "(" in values or "[" in values or "{" in values:
            values = split(values)
        else:
            values = values.split(", ")
        for value in values:
            column = f'sa.column("c", {type_})'
            yield "bulk_insert", [f'op.bulk_insert(sa.table("t", sa.column("id", sa.Integer), {column}), [{{"id": 1, "c": {value}}}])']
            yield "bulk_insert separately", [f'op.bulk_insert(sa.table("Order", {column}, schema="app"), [{{"c": {value}}}, {{"c": None}}], multiinsert=False)']
            yield "insert value", [f't = sa.table("t", {column})', f"op.execute(t.insert().values(c={value}))"]
            yield "compare value", [f't = sa.table("t", {column})', f"op.execute(t.delete().where(t.c.c == {value}))"]
    for extra in MORE:
        yield extra
    yield from deaths()


# Where alembic dies for want of a database, and limbeck says so and goes on to `AFTER`.
DIES = r"""
bind.execute(sa.text("SELECT 1")).fetchall() | bind.execute(sa.text("SELECT 1")).scalar() | r = bind.execute(sa.text("SELECT 1"));op.execute("SELECT 2");r.fetchall() | r = bind.execute(sa.text("SELECT 1"));x = r.rowcount | x = bind.execute(sa.text("SELECT 1"))[0]
for row in bind.execute(sa.text("SELECT 1")):;    pass | r = bind.execute(sa.text("SELECT 1"));op.execute("SELECT 2");rows = [x for x in r] | r = bind.execute(sa.text("SELECT 1"));rows = list(r) | r = bind.execute(sa.text("SELECT 1"));a, b = r | r = bind.execute(sa.text("SELECT 1"));n = len(r)
r = bind.execute(sa.text("SELECT 1"));n = 1 in r | r = bind.execute(sa.text("SELECT 1"));rows = {row.id: row for row in r} | bind.execute(sa.text("SELECT 1"));bind.scalar(sa.text("SELECT 2")) | bind.scalars(sa.text("SELECT 2")) | bind.exec_driver_sql("SELECT 1") | bind.exec_driver_sql("SELECT '%'").scalar()
op.execute("SELECT 1");bind.commit() | bind.rollback() | bind.close() | with bind.begin():;    op.execute("SELECT 1") | with bind.begin_nested():;    pass | bind.in_transaction() | op.execute("SELECT 1");sa.inspect(bind) | inspector = sa.inspect(bind.engine) | from sqlalchemy.engine.reflection import Inspector;inspector = Inspector.from_engine(bind)
from sqlalchemy import inspect;names = inspect(bind).get_table_names() | from sqlalchemy.orm import Session;session = Session(bind=bind);op.execute("SELECT 1");session.execute(sa.text("SELECT 2")) | session = sa.orm.Session(bind);session.scalar(sa.text("SELECT 1")) | from sqlalchemy.orm import sessionmaker;session = sessionmaker(bind=bind)();session.connection()
bind.dialect.has_table(bind, "t") | t = sa.Table("t", sa.MetaData(), autoload_with=bind) | sa.MetaData().reflect(bind) | with op.batch_alter_table("t") as batch:;    batch.drop_column("a");    bind.scalar(sa.text("SELECT 1")) | try:;    sa.inspect(bind);except ValueError:;    pass | try:;    bind.execute(sa.text("SELECT 1")).scalar();finally:;    x = 1
"""
AFTER = "SELECT 'after'"


def deaths():
    for lines in listed(DIES):
        yield "no result", ["bind = op.get_bind()", *lines.split(";"), f'op.execute("{AFTER}")']


def split(values):
    """At the commas outside of all brackets and quotes."""
    found, depth, quote, start = [], 0, None, 0
    for at, letter in enumerate(values):
        if quote:
            quote = None if letter == quote and values[at - 1] != "\\" else quote
        elif letter in "\"'":
            quote = letter
        elif letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        elif letter == "," and depth == 0:
            found.append(values[start:at].strip())
            start = at + 1
    return [*found, values[start:].strip()]


MORE = [
    ("execute construct", ['t = sa.table("t", sa.column("id", sa.Integer), sa.column("two words", sa.Text))', "op.execute(t.insert())"]),
    ("execute construct", ['t = sa.table("t", sa.column("id", sa.Integer), sa.column("a", sa.Numeric))', "op.execute(t.update())"]),
    ("execute construct", ['t = sa.table("t", sa.column("id", sa.Integer), sa.column("a", sa.Numeric))', "op.execute(sa.update(t).where(t.c.id == 5))"]),
    ("execute construct", ['t = sa.table("t", sa.column("id", sa.Integer), sa.column("a", sa.Numeric))', "op.execute(sa.insert(t).returning(t.c.id))"]),
    ("execute construct", ['t = sa.table("t", sa.column("id", sa.Integer), sa.column("a", sa.Numeric))', "op.execute(postgresql.insert(t).on_conflict_do_nothing())"]),
    ("execute construct", ['t = sa.Table("t", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("a", sa.String(5), key="b"))', "op.execute(t.insert())"]),
    ("execute construct", ['t = sa.Table("t", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("a", sa.Integer, default=5, onupdate=6))', "op.execute(t.update())"]),
    ("execute construct", ['t = sa.table("t", sa.column("a", sa.String), sa.column("b", sa.String))', 'op.execute(t.update().values({t.c.b: "x", t.c["a"]: "y", t.columns.b: "z"}))']),
    ("execute construct", ['c = sa.column("a", sa.String)', 't = sa.table("t", c)', 'op.execute(t.update().values({c: "x", t.c.a: "y"}))', 'op.execute(f"SELECT {len({c: 1, t.c.a: 2})}")']),
    ("execute construct", ['t = sa.table("t", sa.column("a"))', 'op.execute("SELECT %s" % {t.c.a: "x"}[t.c["a"]])', 'op.execute(f"SELECT \'{t.c.a in {t.c.a: 1}}\'")']),
    ("bulk_insert", ['t = sa.Table("t", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True, default=lambda: 1), sa.Column("u", sa.Uuid, default=uuid.uuid4), sa.Column("a", sa.Text))', 'op.bulk_insert(t, [{"a": "x"}, {"a": "y", "id": 3}])']),
    ("bulk_insert", ['t = op.create_table("t{n}", sa.Column("id", sa.Integer), sa.Column("at", sa.DateTime, default=datetime.datetime.utcnow), sa.Column("b", sa.Boolean, default=True, key="bee"))', 'op.bulk_insert(t, [{"id": 1}])']),
    ("bulk_insert", ['t = sa.Table("t", sa.MetaData(), sa.Column("id", sa.Integer), sa.Column("at", sa.DateTime, default=sa.func.now()))', 'op.bulk_insert(t, [{"id": 1, "at": None}])']),
    ("insert value", ['t = sa.table("t", sa.column("c", sa.Enum("a", "b", name="e", validate_strings=True)))', 'op.execute(t.insert().values(c="nope"))']),
    ("insert value", ['t = sa.table("t", sa.column("c", postgresql.ENUM("a", "b", name="e", validate_strings=True)))', 'op.execute(t.insert().values(c="a"))']),
    ("insert value", ['t = sa.table("t", sa.column("c", sa.Enum(name="e")))', 'op.execute(t.insert().values(c="any"))']),
    ("insert value", ['t = sa.table("t", sa.column("c", sa.Float))', 'op.execute(t.insert().values(c=float(" -Infinity ")))', 'op.execute(t.insert().values(c=float("1e400")))', 'op.execute(t.insert().values(c=float("1.50")))']),
    ("insert value", ['t = sa.table("t", sa.column("c", sa.Float))', 'op.execute(t.insert().values(c=float("nan")))']),
    ("bulk_insert", ['op.bulk_insert(sa.table("t", sa.column("id")), [])']),
    ("bulk_insert", ['t = op.create_table("t{n}", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(5)))', 'op.bulk_insert(t, [{"id": 1, "name": "x"}, {"id": 2, "name": None}])']),
    ("bulk_insert", ['op.bulk_insert(sa.table("t", sa.column("id", sa.Integer), sa.column("a", sa.String)), [{"a": "x"}, {"a": "y", "id": 2}])']),
    ("bulk_insert", ['op.bulk_insert(sa.table("t", sa.column("id", sa.Integer)), [{"id": 1, "nope": 2}])']),
    ("bulk_insert", ['op.bulk_insert(sa.table("t", sa.column("id", sa.Integer)), {"id": 1})']),
    ("bulk_insert", ['m = sa.MetaData()', 't = sa.Table("t", m, sa.Column("id", sa.Integer, primary_key=True), sa.Column("d", sa.Integer, default=5), sa.Column("s", sa.String, server_default="x"))', 'op.bulk_insert(t, [{"id": 1}])']),
    ("enum", ['e = sa.Enum("a", "b", name="e_{n}")', "e.create(op.get_bind())", 'op.add_column("t", sa.Column("c", e))']),
    ("enum", ['e = postgresql.ENUM("a", "it\'s", name="E {n}", schema="app")', "e.create(op.get_bind(), checkfirst=True)", "e.drop(op.get_bind(), checkfirst=False)"]),
    ("enum", ['e = postgresql.ENUM("a", name="e_{n}", create_type=False)', "e.create(op.get_bind())", 'op.create_table("t{n}", sa.Column("c", e))', "e.drop(op.get_bind())"]),
    ("enum", ['e = sa.Enum("a", name="e_{n}")', 'op.create_table("t{n}", sa.Column("c", e), sa.Column("d", e))', 'op.create_table("u{n}", sa.Column("c", sa.Enum("a", name="e_{n}")))', 'op.drop_table("u{n}")', "e.drop(op.get_bind())"]),
    ("enum", ['sa.Enum(name="e_{n}").drop(op.get_bind())']), ("enum", ['sa.Enum(name="e_{n}").drop(op.get_bind(), checkfirst=True)']), ("enum", ['postgresql.ENUM(name="e_{n}").create(op.get_bind())']),
    ("enum", ['op.create_table("t{n}", sa.Column("c", sa.Enum("x", "y", name="e_{n}")), schema="app")']),
    ("enum", ['op.create_table("t{n}", sa.Column("c", sa.Enum("x", "y", name="e_{n}", inherit_schema=True)), schema="app")']),
    ("autocommit", ["with op.get_context().autocommit_block():", '    op.execute("SELECT 1")', 'op.execute("SELECT 2")']),
    ("autocommit", ["with op.get_context().autocommit_block():", '    op.create_index("ix", "t", ["a"], postgresql_concurrently=True)']),
    ("batch", ['with op.batch_alter_table("t") as batch:', "    pass"]),
    ("batch", ['with op.batch_alter_table("t", recreate="always") as batch:', '    batch.drop_column("a")']),
    ("batch", ['with op.batch_alter_table("t") as batch:', '    batch.add_column(sa.Column("a", sa.Integer), insert_after="b")']),
    ("batch", ['with op.batch_alter_table("t") as batch:', '    batch.add_column(sa.Column("a", sa.Integer))', '    op.execute("SELECT 1")', '    batch.drop_column("b")']),
    ("result", ['op.get_bind().execute("SELECT 1")']), ("result", ['op.get_bind().execute(sa.text("SELECT :x"), {"x": 1})']),
    ("result", ['op.execute(sa.text("SELECT :x"), {"x": 1})']),
    ("result", ['r = op.get_bind().execute(sa.text("SELECT 1"))', "print(r)", 'op.execute("SELECT 2")']),
    ("result", ['op.get_context().connection.execute(sa.text("SELECT 1"))', 'op.get_context().bind.engine.connect().execution_options(a=1).execute(sa.text("SELECT 2"))']),
    ("result", ['session = sa.orm.Session(bind=op.get_bind())', 'op.execute("SELECT 1")', "session.commit()"]),
    ("result", ['with sa.orm.Session(bind=op.get_bind()) as session, session.begin():', '    session.bind.execute(sa.text("SELECT 1"))', 'op.execute("SELECT 2")']),
    ("result", ["try:", "    sa.inspect(op.get_bind()).get_table_names()", "except Exception:", '    op.execute("SELECT 1")', 'op.execute("SELECT 2")']),
    ("dialect", ['if op.get_bind().dialect.name == "postgresql":', '    op.execute("SELECT 1")', "else:", '    op.execute("SELECT 2")']),
    ("dialect", ['if op.get_context().dialect.name != "postgresql":', '    op.execute("SELECT 1")', 'op.execute("SELECT 2")']),
    ("dialect", ["if op.get_context().as_sql:", '    op.execute("SELECT 1")', "else:", '    op.execute("SELECT 2")']),
    ("loop", ['for name in ["a", "b"]:', '    op.add_column("t", sa.Column(name, sa.Integer()))']), ("loop", ["for i in range(3):", '    op.execute(f"SELECT {i}")']),
    ("loop", ['for key, value in {"a": 1, "b": 2}.items():', '    op.execute("SELECT %s AS %s" % (value, key))']),
]
