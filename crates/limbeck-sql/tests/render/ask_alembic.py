"""Prints what alembic's offline mode prints for bodies of `upgrade()`.

Reads one JSON object a line: `body`, Python statements; `options`, arguments of `context.configure` (`naming_convention`
stands for a `target_metadata` with it). Answers one JSON object a line: `output`, and `error` where the body raised.

Sets of SQLAlchemy whose order depends on addresses (a table's indexes and constraints, a column's constraints and foreign
keys) are given the order of insertion, so that a question has one answer.
"""

import io
import json
import sys
import warnings

import alembic.op
import sqlalchemy
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy.sql import schema
from sqlalchemy.util import OrderedSet

warnings.simplefilter("ignore")


def order_sets():
    attach_index = schema.Index._set_parent
    attach_constraint = schema.Constraint._set_parent

    def ordered(holder, name):
        held = getattr(holder, name)
        if type(held) is set:
            setattr(holder, name, OrderedSet(held))

    def set_index_parent(self, parent, **kw):
        ordered(parent, "indexes")
        attach_index(self, parent, **kw)

    def set_constraint_parent(self, parent, **kw):
        ordered(parent, "constraints")
        attach_constraint(self, parent, **kw)

    schema.Index._set_parent = set_index_parent
    schema.Constraint._set_parent = set_constraint_parent


def prelude():
    names = {"sa": sqlalchemy, "op": alembic.op}
    exec(
        "import datetime, decimal, uuid\n"
        "from sqlalchemy import *\n"
        "from sqlalchemy.dialects import postgresql\n"
        "from sqlalchemy.schema import *\n"
        "from sqlalchemy.sql import *\n",
        names,
    )
    return names


NAMES = prelude()


def answer(question):
    buffer = io.StringIO()
    options = {"literal_binds": True, "dialect_opts": {"paramstyle": "named"}}
    options.update(question.get("options") or {})
    convention = options.pop("naming_convention", None)
    metadata = sqlalchemy.MetaData(naming_convention=convention)
    metadata.schema = options.pop("metadata_schema", None)
    dialect_opts = options.pop("dialect_opts", None)
    context = MigrationContext.configure(
        url=options.pop("url", "postgresql://"),
        dialect_opts=dialect_opts,
        opts={"as_sql": True, "output_buffer": buffer, "target_metadata": metadata, **options},
    )
    error = None
    with Operations.context(context):
        try:
            exec(compile(question["body"], "body", "exec"), dict(NAMES, context=context, version=context._version))
        except Exception as caught:
            error = f"{type(caught).__name__}: {caught}"
    return {"output": buffer.getvalue(), "error": error}


def main():
    order_sets()
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
