"""What alembic's offline mode prints for bodies of `upgrade()`, in files of cases.

    python ask_alembic.py FILE...            writes the answers into the files
    python ask_alembic.py --check FILE...    says where a file has another answer than alembic

A line `!!! {…}` sets the arguments of `context.configure` for the cases after it (`naming_convention` stands for a
`target_metadata` with it). A case is lines of Python behind `>>> `; what is printed follows, `␠` being a space at the end of
a line, and `raises …` where the body raises.

Sets of SQLAlchemy whose order depends on addresses (a table's indexes and constraints, a column's constraints) are given
the order of insertion, so that a question has one answer.
"""

import difflib
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


def read(text):
    """Settings as dictionaries, cases as lists of lines."""
    items = []
    asking = False
    for line in text.split("\n"):
        if line.startswith("!!! "):
            items.append(json.loads(line[4:]))
            asking = False
        elif line.startswith(">>> ") or line == ">>>":
            if not asking:
                items.append([])
            items[-1].append(line[4:])
            asking = True
        else:
            asking = False
    return items


def write(items):
    options = {}
    lines = []
    for item in items:
        if isinstance(item, dict):
            options = item
            lines += ["!!! " + json.dumps(item), ""]
            continue
        answered = answer({"body": "\n".join(item), "options": options})
        lines += [(">>> " + line).rstrip() for line in item]
        shown = answered["output"].replace(" \n", "␠\n").strip("\n")
        if shown:
            lines += shown.split("\n")
        if answered["error"]:
            lines.append("raises " + answered["error"].split("\n")[0].split(" object at 0x")[0])
        lines.append("")
    return "\n".join(lines)


def main():
    order_sets()
    paths = sys.argv[1:]
    check = paths[:1] == ["--check"]
    differ = False
    for path in paths[check:]:
        with open(path, encoding="utf-8") as file:
            old = file.read()
        new = write(read(old))
        if check and new != old:
            differ = True
            sys.stdout.writelines(difflib.unified_diff(old.splitlines(True), new.splitlines(True), path, "alembic"))
        elif not check:
            with open(path, "w", encoding="utf-8", newline="\n") as file:
                file.write(new)
    sys.exit(differ)


if __name__ == "__main__":
    main()
