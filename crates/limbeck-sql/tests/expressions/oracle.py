"""What alembic's offline mode prints for a revision: a JSON line for each line of input.

A line of input is `{"text": the revision, "literal_binds": …, "paramstyle": …}`; the answer is a list of statements as they
are printed, without the terminator, or `{"raises": …}`.
"""

import io
import json
import sys
import warnings

from alembic.migration import MigrationContext
from alembic.operations import Operations

warnings.simplefilter("ignore")


def printed(asked):
    options = {"as_sql": True, "literal_binds": asked["literal_binds"], "output_buffer": io.StringIO()}
    dialect = {} if asked["paramstyle"] == "pyformat" else {"paramstyle": asked["paramstyle"]}
    context = MigrationContext.configure(dialect_name="postgresql", opts=options, dialect_opts=dialect)
    statements = []
    context.impl.static_output = statements.append
    names = {}
    try:
        exec(compile(asked["text"], "revision", "exec"), names)
        with Operations.context(context):
            names["upgrade"]()
    except Exception as error:
        return {"raises": f"{type(error).__name__}: {error}"}
    return [statement.removesuffix(";") for statement in statements]


for line in sys.stdin:
    print(json.dumps(printed(json.loads(line))), flush=True)
