"""Names, types, defaults and other values of the generated corpus, each as Python source.

`{n}` is the number of the case: what one migration context remembers of enum types must not reach the next case.
"""

LONG = "l" * 63
TOO_LONG = "l" * 64

# Plain, reserved, mixed case, blank, quotes, percent, unicode, digits, dots, as long as can be.
NAMES = [
    '"plain"', '"user"', '"Order"', '"two words"', "'quo\"te'", '"it\'s"', '"per%cent"', '"übung"', '"日本"', '"1st"', '"_low"',
    '"a$b"', '"$a"', '"co:lon"', '"dot.ted"', '"select"', '"analyze"', '"trailing_"', f'"{LONG}"', f'"{TOO_LONG}"',
    '"é" * 32', 'sa.sql.quoted_name("low", True)', 'sa.sql.quoted_name("Up", False)', '"op" "en"', '"new\\nline"', '"perc%%"',
]
FEW_NAMES = ['"plain"', '"user"', '"Order"', '"per%cent"', "'quo\"te'", '"日本"']
SCHEMAS = ['"app"', '"My App"', '"user"', '"dot.ted"', 'sa.sql.quoted_name("low", True)', '"per%cent"']
COMMENTS = ['"plain"', '"it\'s"', "'quo\"te'", '"100%"', '"back\\\\slash"', '"two\\nlines"', '"co:lon :bind"', '"日本"', '""', '"tab\\there"']

GENERIC_TYPES = """
sa.Integer() | sa.Integer | sa.BigInteger() | sa.SmallInteger() | sa.String() | sa.String(50) | sa.String(length=255)
sa.String(50, collation="de_DE") | sa.Unicode(10) | sa.UnicodeText() | sa.Text() | sa.Text(100) | sa.Text(collation="C")
sa.Boolean() | sa.Boolean(name="is_{n}", create_constraint=True) | sa.Boolean(create_constraint=True) | sa.Numeric() | sa.Numeric(10)
sa.Numeric(10, 2) | sa.Numeric(precision=12, scale=4, asdecimal=False) | sa.Float() | sa.Float(53) | sa.Float(precision=24)
sa.Double() | sa.Double(53) | sa.Date() | sa.DateTime() | sa.DateTime(timezone=True) | sa.DateTime(True) | sa.Time() | sa.Time(timezone=True)
sa.Interval() | sa.Interval(second_precision=3) | sa.Interval(native=False) | sa.LargeBinary() | sa.LargeBinary(10) | sa.JSON()
sa.JSON(none_as_null=True) | sa.Uuid() | sa.Uuid(as_uuid=False) | sa.Uuid(native_uuid=False) | sa.UUID() | sa.PickleType()
sa.ARRAY(sa.Integer) | sa.ARRAY(sa.String(5), dimensions=2) | sa.ARRAY(sa.Enum("a", "b", name="e_{n}"))
sa.Enum("a", "b", name="e_{n}") | sa.Enum("it's", "per%cent", "", name="E {n}") | sa.Enum("a", "b", name="e_{n}", schema="app")
sa.Enum("a", "b", name="e_{n}", create_type=False) | sa.Enum("a", "bcd", name="e_{n}", native_enum=False)
sa.Enum("a", "bcd", native_enum=False, create_constraint=True, name="c_{n}") | sa.Enum("a", "b", native_enum=False, length=20)
sa.Enum("a", "b") | sa.Enum(name="e_{n}") | sa.Enum("a", "b", name="e_{n}", metadata=sa.MetaData()) | sa.Enum("a", "b", name="e_{n}", inherit_schema=True)
sa.VARCHAR(5) | sa.VARCHAR() | sa.CHAR() | sa.CHAR(3) | sa.NVARCHAR(3) | sa.NCHAR(3) | sa.TEXT() | sa.CLOB() | sa.BLOB() | sa.BINARY(4) | sa.VARBINARY(4)
sa.INTEGER() | sa.INT() | sa.BIGINT() | sa.SMALLINT() | sa.BOOLEAN() | sa.NUMERIC(8, 3) | sa.DECIMAL(5, 1) | sa.DECIMAL() | sa.FLOAT() | sa.FLOAT(8) | sa.REAL()
sa.DOUBLE() | sa.DOUBLE_PRECISION() | sa.DATE() | sa.DATETIME() | sa.TIMESTAMP() | sa.TIMESTAMP(timezone=True) | sa.TIME()
sa.types.NullType() | sa.Text().with_variant(postgresql.JSONB(), "postgresql") | sa.JSON().with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
sa.Text().with_variant(sa.String(5), "mysql") | sa.Integer().with_variant(sa.BigInteger(), "postgresql", "sqlite")
"""
POSTGRES_TYPES = """
ARRAY(sa.Integer()) | ARRAY(sa.Text) | ARRAY(postgresql.UUID(), dimensions=3) | ARRAY(sa.String(3), as_tuple=True) | ARRAY(postgresql.ENUM("a", name="e_{n}"))
BIT() | BIT(3) | BIT(varying=True) | BIT(5, varying=True) | BYTEA() | CIDR() | CITEXT() | DATEMULTIRANGE() | DATERANGE() | DOUBLE_PRECISION() | DOUBLE_PRECISION(53)
ENUM("a", "b", name="e_{n}") | ENUM("a", "b", name="e_{n}", create_type=False) | ENUM("a", "b", name="e_{n}", schema="My App") | ENUM("a", name="User {n}")
ENUM("a", "b", name="e_{n}", metadata=sa.MetaData()) | ENUM(name="e_{n}", create_type=False) | HSTORE() | HSTORE(text_type=sa.Text()) | INET() | INT4MULTIRANGE() | INT4RANGE()
INT8MULTIRANGE() | INT8RANGE() | INTERVAL() | INTERVAL(precision=3) | INTERVAL(fields="DAY TO SECOND") | INTERVAL(fields="SECOND", precision=2) | JSON() | JSON(astext_type=sa.Text())
JSONB() | JSONB(astext_type=sa.Text()) | JSONB(none_as_null=True) | JSONPATH() | MACADDR() | MACADDR8() | MONEY() | NUMMULTIRANGE() | NUMRANGE() | OID() | REGCLASS() | REGCONFIG()
TIME() | TIME(timezone=True, precision=3) | TIMESTAMP() | TIMESTAMP(precision=3) | TIMESTAMP(timezone=True) | TIMESTAMP(True, 6) | TSMULTIRANGE() | TSQUERY() | TSRANGE()
TSTZMULTIRANGE() | TSTZRANGE() | TSVECTOR() | UUID() | UUID(as_uuid=True) | UUID(as_uuid=False)
DOMAIN(name="d_{n}", data_type=sa.Integer()) | DOMAIN("d_{n}", sa.Text(), check="VALUE <> ''", not_null=True, default="x") | DOMAIN("d_{n}", sa.Text(), collation="C", constraint_name="k", check="VALUE > 'a'")
DOMAIN("d_{n}", sa.Integer, create_type=False, schema="app")
"""


def listed(text):
    return [one.strip() for line in text.strip().split("\n") for one in line.split(" | ")]


TYPES = listed(GENERIC_TYPES) + [f"postgresql.{one}" for one in listed(POSTGRES_TYPES)]
FEW_TYPES = [
    "sa.Integer()", "sa.String(50)", "sa.DateTime(timezone=True)", "sa.Numeric(10, 2)", 'sa.Enum("a", "b", name="e_{n}")', "sa.Boolean()",
    "postgresql.JSONB()", "postgresql.ARRAY(sa.Text())", "postgresql.UUID()", "sa.BigInteger()", "sa.SmallInteger", "sa.types.NullType()",
]

DEFAULTS = listed("""
"0" | "" | "it's" | "100%" | "back\\\\slash" | "a :b" | "日本" | "{{}}" | sa.text("now()") | sa.text("'x'::text") | sa.text("1") | sa.text("'100%'")
sa.text("'12:30'") | sa.text("':bind'") | sa.text("'\\\\:bind'") | sa.func.now() | sa.func.current_timestamp() | sa.func.current_date() | sa.func.gen_random_uuid()
sa.func.coalesce(sa.func.now(), sa.text("x")) | sa.func.nextval("seq") | sa.func.app.make(1, "two", None) | sa.Sequence("seq").next_value() | sa.Sequence("Per%cent", schema="app").next_value() | sa.false() | sa.true() | sa.null() | sa.literal("x") | sa.literal(5)
sa.literal_column("5") | sa.literal_column("'100%'") | sa.cast("1", sa.Integer) | sa.cast(sa.text("'[]'"), postgresql.JSONB()) | sa.text("'[]'").cast(postgresql.JSONB)
sa.FetchedValue() | sa.text("(now() at time zone 'utc')") | sa.func.current_timestamp().op("AT TIME ZONE")("UTC") | 5 | None | sa.DefaultClause("x") | sa.DefaultClause(sa.text("now()"))
sa.text("NULL") | sa.func.now().op("+")(sa.text("interval '1 day'")) | f"{{1 + 1}}" | sa.sql.expression.false() | sa.sql.func.now() | sa.schema.FetchedValue()
""".replace("{{", "{").replace("}}", "}"))
# As positional arguments of a column.
GENERATED = listed("""
sa.Computed("a + 1") | sa.Computed("a || '%'", persisted=True) | sa.Computed(sa.text("lower(a)"), persisted=False) | sa.Computed("a :: int") | sa.Identity() | sa.Identity(always=True)
sa.Identity(start=5, increment=2) | sa.Identity(always=True, on_null=True, minvalue=1, maxvalue=9, cycle=True, cache=3, order=True) | sa.Identity(nominvalue=True, nomaxvalue=True)
sa.Identity(cycle=False, always=False, start=0) | sa.Sequence("seq_{n}") | sa.Sequence("Seq {n}", start=3, schema="app") | sa.Sequence("seq_{n}", optional=True) | sa.FetchedValue()
sa.ForeignKey("other.id") | sa.ForeignKey("app.other.id", name="fk_{n}", ondelete="CASCADE", onupdate="SET NULL") | sa.ForeignKey("Other.Id", deferrable=True, initially="DEFERRED")
sa.ForeignKey("other.id", use_alter=True, name="fk_{n}", match="FULL") | sa.CheckConstraint("c > 0") | sa.CheckConstraint(sa.text("c <> '%'"), name="ck_{n}") | sa.CheckConstraint("c > 0", name=op.f("ck_{n}"))
sa.ForeignKey("other.id", postgresql_not_valid=True) | sa.ForeignKey("other.id", deferrable=False) | sa.ForeignKey("other.id", ondelete="set null", name=op.f("fk_{n}"))
sa.ForeignKey("user.Order")
""")
