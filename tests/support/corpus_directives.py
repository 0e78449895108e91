"""The directives of the generated corpus: their parameters, and the values that each may have, as Python source.

A parameter's name is how it is written: a keyword, `*` for a positional argument, `**` for keywords as they stand. The value
`None` leaves it out.
"""

from corpus_values import COMMENTS, DEFAULTS, FEW_NAMES, FEW_TYPES, GENERATED, NAMES, SCHEMAS, TYPES

OUT = [None]
BOOL = [None, "True", "False"]
FLAG = [None, "True"]
COLUMN_LISTS = ['["a"]', '["a", "b"]', '["Order", "user", "per%cent"]', '("a",)', "[]"]
CONSTRAINT_NAMES = [
    "None", '"plain"', '"Order"', '"per%cent"', 'op.f("final_{n}")', 'op.f("uq_Final_{n}")', '"user"', '"' + "l" * 63 + '"', '"' + "l" * 70 + '"', 'op.f("' + "l" * 70 + '")',
]
ACTIONS = OUT + ['"CASCADE"', '"SET NULL"', '"no action"', '"set default"', '"bogus it"']
INITIALLY = OUT + ['"DEFERRED"', '"immediate"']
REFERENCES = ['["a"], ["id"]', '["a", "Order"], ["id", "Order"]', '["user"], ["per%cent"]', '("a",), ("id",)', '[], []']
CONDITIONS = ['"a > 0"', "\"a <> '100%'\"", 'sa.text("a > 0")', 'sa.column("a") > 5', 'sa.and_(sa.column("a") > 5, sa.column("b") == "x")', 'sa.func.length(sa.column("a")) > 5', "\"a::text ~ '^[:b]'\"",
              'sa.column("a").in_([1, 2])', 'sa.column("a").is_(None)', 'sa.or_(sa.column("a").is_not(None), sa.not_(sa.column("b") == sa.true()))', 'sa.text("a = :x").bindparams(x=5)']
INDEX_COLUMNS = ['["a"]', '["a", "Order"]', '[sa.text("lower(a)")]', '[sa.text("a DESC")]', '["a", sa.text("lower(\'%\')")]', '[sa.func.lower(sa.column("a"))]', '[sa.column("a").desc()]', '[sa.desc("a")]',
                 '[sa.column("a").desc().nulls_last(), "b"]', '[sa.literal_column("a || b")]', '[sa.func.coalesce(sa.column("a"), "x")]', '[sa.column("a") + sa.column("b")]', '[sa.text("(a->>\'k\')")]', '"a"',
                 '[sa.cast(sa.column("a"), sa.Text)]', '[sa.func.lower(sa.column("a", sa.String)).label("low")]', '[sa.column("a").op("->>")("k")]', '[sa.func.lower(sa.column("a")), "b"]', '[sa.func.concat(sa.column("b"), sa.column("a"))]', '["a", sa.func.lower(sa.column("a"))]']
INDEX_OPTIONS = {
    "postgresql_using": OUT + ['"gin"', '"GIST"', '"btree"'],
    "postgresql_where": OUT + ['sa.text("a > 0")', '"a > 0"', 'sa.column("a").is_(None)', "sa.text(\"b = '%'\")", 'sa.column("b") == "it\'s"', 'sa.column("c") == True', 'sa.column("c").is_(sa.true())'],
    "postgresql_include": OUT + ['["z"]', '["z", "Order"]'],
    "postgresql_ops": OUT + ['{"a": "gin_trgm_ops"}', '{"a": "x_ops", "nope": "y"}', '{"low": "text_pattern_ops"}'],
    "postgresql_with": OUT + ['{"fillfactor": 50}', '{"fastupdate": "off", "buffering": "on"}'],
    "postgresql_nulls_not_distinct": BOOL,
    "postgresql_concurrently": BOOL,
    "postgresql_tablespace": OUT + ['"fast"', '"My Space"'],
}
SEEN = "sa.MetaData()"
EXISTING = {"existing_type": OUT + FEW_TYPES[:4] + ['sa.Enum("a", "b", name="old_{n}")'], "existing_nullable": BOOL,
            "existing_server_default": OUT + ['"0"', "sa.text('1')", "sa.Identity()", "False", "None", 'sa.Computed("a")'], "existing_comment": OUT + ['"old"']}
ALTER = {
    "nullable": BOOL, "comment": OUT + COMMENTS[:6] + ["None"], "type_": OUT + FEW_TYPES + ["sa.Text"], "new_column_name": OUT + FEW_NAMES,
    "server_default": OUT + ["None", "False"] + DEFAULTS[:30] + ["sa.Identity()", "sa.Identity(always=True, start=3)", 'sa.Computed("a")'],
    "postgresql_using": OUT + ['"c::integer"', '"c || \'%\'"', '"a :b"'], "autoincrement": BOOL, **EXISTING,
}
FOREIGN = {"onupdate": ACTIONS, "ondelete": ACTIONS, "deferrable": BOOL, "initially": INITIALLY, "match": OUT + ['"FULL"', '"simple"'], "postgresql_not_valid": FLAG}
UNIQUE = {"deferrable": BOOL, "initially": INITIALLY, "postgresql_nulls_not_distinct": BOOL, "postgresql_include": OUT + ['["a"]']}
CHECK = {"deferrable": BOOL, "initially": INITIALLY, "postgresql_not_valid": BOOL}
EXCLUDE = {"where": OUT + ['sa.text("g > 5")', '"g > 5"', 'sa.column("g") > 5'], "using": OUT + ['"gist"', '"GIN"'], "deferrable": BOOL, "initially": INITIALLY, "ops": OUT + ['{"period": "range_ops"}']}
ELEMENTS = ['("period", "&&")', '("period", "&&"), ("g", "=")', '(sa.column("period"), "&&")', '(sa.text("lower(a)"), "=")', '(sa.func.lower(sa.column("a")), "=")', '("Order", "="), ("user", "&&")',
            '(sa.literal_column("a || b"), "=")']
DROP_TYPES = OUT + ['"foreignkey"', '"primary"', '"unique"', '"check"', '"bogus"']

# Of a column, beside its name.
COLUMN = {
    "*type": OUT + TYPES, "server_default": OUT + DEFAULTS, "*more": OUT + GENERATED, "nullable": BOOL, "primary_key": BOOL, "unique": BOOL, "index": BOOL,
    "autoincrement": BOOL + ['"ignore_fk"'], "comment": OUT + COMMENTS[1:4:2], "default": OUT + ["5", "lambda: 5"], "quote": BOOL, "info": OUT + ["{}"], "key": OUT + ['"other"'],
}
# Each type with each default is too much for everything; what matters are types alone and defaults alone, with the rest.
IN_TABLE = {**COLUMN, "*name": NAMES[:4], "*beside": OUT + ['sa.Column("id", sa.Integer, primary_key=True)', 'sa.Column("a", sa.Text, comment="beside")']}
ADD_COLUMN = {**COLUMN, "*name": NAMES[:4]}

CONSTRAINTS = [
    'sa.PrimaryKeyConstraint("id")', 'sa.PrimaryKeyConstraint("id", "a", name="pk_{n}")', 'sa.PrimaryKeyConstraint("id", name=op.f("pk_{n}"))', 'sa.PrimaryKeyConstraint("id", "Order")',
    'sa.UniqueConstraint("a")', 'sa.UniqueConstraint("a", "Order", name="uq_{n}")', 'sa.UniqueConstraint("a", name=op.f("uq_{n}"), deferrable=True, initially="DEFERRED")',
    'sa.UniqueConstraint("a", postgresql_nulls_not_distinct=True)', 'sa.UniqueConstraint("a", postgresql_include=["Order"])', 'sa.CheckConstraint("a > 0")',
    'sa.CheckConstraint("a > 0", name="positive")', 'sa.CheckConstraint("a <> \'%\'", name=op.f("ck_{n}"))', 'sa.CheckConstraint(sa.column("a") > 5, name="five")', 'sa.CheckConstraint("a > 0", postgresql_not_valid=True)',
    'sa.ForeignKeyConstraint(["a"], ["other.id"])', 'sa.ForeignKeyConstraint(["a", "Order"], ["app.other.id", "app.other.Order"], name="fk_{n}", ondelete="CASCADE")',
    'sa.ForeignKeyConstraint(["a"], ["t.id"], name=op.f("fk_{n}"), onupdate="SET NULL", deferrable=True, initially="DEFERRED")', 'sa.ForeignKeyConstraint(("a",), ("other.id",), use_alter=True, name="fk_{n}")',
    'sa.ForeignKeyConstraint(["a"], ["other.id"], match="FULL", postgresql_not_valid=True)', 'postgresql.ExcludeConstraint(("a", "="), using="gist", name="ex_{n}")',
    'postgresql.ExcludeConstraint((sa.text("lower(a)"), "="), ("Order", "&&"), where=sa.text("a > \'%\'"))', 'sa.Index("ix_{n}", "a")', 'sa.Index("ix_{n}", "a", "Order", unique=True)', 'sa.Index(None, "a")',
    'sa.Index("ix_{n}", sa.text("lower(a)"), postgresql_using="gin", postgresql_where=sa.text("a > \'0\'"))', 'sa.Index(op.f("ix_{n}"), "a", postgresql_include=["id"])',
    'sa.UniqueConstraint("nope")', 'sa.PrimaryKeyConstraint()', 'sa.UniqueConstraint("a", name=None)', 'sa.CheckConstraint("a > 0", name="per%cent")',
]
TABLE_COLUMNS = 'sa.Column("id", sa.Integer(), nullable=False), sa.Column("a", sa.String(5)), sa.Column("Order", sa.Integer())'

# name: (how the call begins, positional arguments, keywords). `{T}` of a batch block stands before what it knows itself.
DIRECTIVES = {
    "create_table": ([("name", NAMES[::2]), ("columns", [TABLE_COLUMNS]), ("one", OUT + CONSTRAINTS), ("two", OUT + CONSTRAINTS[::3])], {
        "schema": OUT + SCHEMAS, "comment": OUT + COMMENTS, "if_not_exists": BOOL, "prefixes": OUT + ['["UNLOGGED"]', '["GLOBAL", "TEMPORARY"]', "[]"],
        "postgresql_partition_by": OUT + ['"RANGE (a)"', '"LIST (\'%\')"'], "postgresql_with": OUT + ['{"fillfactor": 50}'], "postgresql_tablespace": OUT + ['"My Space"', '"fast"'],
        "postgresql_inherits": OUT + ['"base"', '("base", "Other")'], "postgresql_on_commit": OUT + ['"PRESERVE ROWS"', '"delete_rows"'], "postgresql_using": OUT + ['"heap"'],
        "info": OUT + ["{}"], "mysql_engine": OUT + ['"InnoDB"'], "sqlite_autoincrement": FLAG}),
    "drop_table": ([("name", NAMES)], {"schema": OUT + SCHEMAS, "if_exists": BOOL, "info": OUT + ["{}"]}),
    "rename_table": ([("old", NAMES), ("new", NAMES[::4])], {"schema": OUT + SCHEMAS}),
    "drop_column": ([("table", NAMES[1::4]), ("column", NAMES)], {"schema": OUT + SCHEMAS, "if_exists": BOOL, "mssql_drop_check": FLAG}),
    "alter_column": ([("table", FEW_NAMES), ("column", FEW_NAMES)], {"schema": OUT + SCHEMAS[:3], **ALTER}),
    "create_index": ([("name", CONSTRAINT_NAMES), ("table", FEW_NAMES), ("columns", INDEX_COLUMNS)], {"schema": OUT + SCHEMAS[:3], "unique": BOOL, "if_not_exists": BOOL, **INDEX_OPTIONS}),
    "drop_index": ([("name", CONSTRAINT_NAMES)], {"table_name": OUT + FEW_NAMES, "schema": OUT + SCHEMAS, "if_exists": BOOL, "postgresql_concurrently": BOOL}),
    "create_unique_constraint": ([("name", CONSTRAINT_NAMES), ("table", FEW_NAMES), ("columns", COLUMN_LISTS)], {"schema": OUT + SCHEMAS, **UNIQUE}),
    "create_primary_key": ([("name", CONSTRAINT_NAMES), ("table", FEW_NAMES), ("columns", COLUMN_LISTS)], {"schema": OUT + SCHEMAS}),
    "create_foreign_key": ([("name", CONSTRAINT_NAMES), ("source", FEW_NAMES), ("referent", FEW_NAMES), ("columns", REFERENCES)],
                           {"source_schema": OUT + SCHEMAS[:3], "referent_schema": OUT + SCHEMAS[:3], **FOREIGN}),
    "create_check_constraint": ([("name", CONSTRAINT_NAMES), ("table", FEW_NAMES), ("condition", CONDITIONS)], {"schema": OUT + SCHEMAS, **CHECK}),
    "create_exclude_constraint": ([("name", CONSTRAINT_NAMES), ("table", FEW_NAMES), ("elements", ELEMENTS)], {"schema": OUT + SCHEMAS, **EXCLUDE}),
    "drop_constraint": ([("name", CONSTRAINT_NAMES), ("table", FEW_NAMES), ("type_", DROP_TYPES)], {"schema": OUT + SCHEMAS, "if_exists": BOOL}),
    "create_table_comment": ([("table", NAMES[::3]), ("comment", COMMENTS + ["None"])], {"existing_comment": OUT + ['"old"'], "schema": OUT + SCHEMAS}),
    "drop_table_comment": ([("table", NAMES)], {"existing_comment": OUT + ['"old"'], "schema": OUT + SCHEMAS}),
}
# As the methods of a batch block know them.
BATCH = {
    "drop_column": ([("column", NAMES)], {"if_exists": BOOL}),
    "alter_column": ([("column", FEW_NAMES)], {**ALTER, "insert_after": OUT + OUT + OUT + OUT + OUT + ['"x"']}),
    "create_index": ([("name", CONSTRAINT_NAMES), ("columns", INDEX_COLUMNS)], {"unique": BOOL, "if_not_exists": BOOL, **INDEX_OPTIONS}),
    "drop_index": ([("name", CONSTRAINT_NAMES)], {"if_exists": BOOL, "postgresql_concurrently": BOOL}),
    "create_unique_constraint": ([("name", CONSTRAINT_NAMES), ("columns", COLUMN_LISTS)], UNIQUE),
    "create_primary_key": ([("name", CONSTRAINT_NAMES), ("columns", COLUMN_LISTS)], {}),
    "create_foreign_key": ([("name", CONSTRAINT_NAMES), ("referent", FEW_NAMES), ("columns", REFERENCES)],
                           {"referent_schema": OUT + SCHEMAS[:3], **{key: FOREIGN[key] for key in FOREIGN if key != "postgresql_not_valid"}}),
    "create_check_constraint": ([("name", CONSTRAINT_NAMES), ("condition", CONDITIONS)], CHECK),
    "create_exclude_constraint": ([("name", CONSTRAINT_NAMES), ("elements", ELEMENTS)], EXCLUDE),
    "drop_constraint": ([("name", CONSTRAINT_NAMES)], {"type_": DROP_TYPES}),
    "create_table_comment": ([("comment", COMMENTS + ["None"])], {"existing_comment": OUT + ['"old"']}),
    "drop_table_comment": ([], {"existing_comment": OUT + ['"old"']}),
}
BATCH_OPTIONS = {"schema": OUT + SCHEMAS[:3], "recreate": OUT + ['"auto"', '"never"'], "naming_convention": OUT + ['{"uq": "own_%(table_name)s"}'], "table_args": OUT + ["()"], "reflect_args": OUT + ["[]"]}
