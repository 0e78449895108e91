"""The SQL of alembic's offline mode, revision by revision, for one tree after another: a JSON line for each line of input.

A line of input is `{"directory": …, "path": [folders of modules], "directions": […]}`. The answer holds what
env.py gave `context.configure` (`environment`, without what no JSON can hold; `env_failed` where env.py says nothing), and
for `upgrade` and `downgrade` each revision in the order in which it runs: its file, `statements` as alembic writes them
without the terminator and marked where they are sent in an autocommit block, `failed` where it raises, and `tainted` where
what it sent depends on a module that is not there and was stood in for.
With `"whole": [["upgrade", "base:heads"], …]` the answer is instead what these commands write with `--sql`, or `null` where
alembic raises.

There is one migration context for the whole run, as in alembic: what it remembers of enum types reaches from a revision to
the next. Where a revision raises, the next one follows all the same.
What alembic leaves to the addresses of objects is put into declared order.
"""

import io
import json
import logging.config
import os
import sys
import traceback
import warnings

import sqlalchemy.orm  # A project's models bring it.
import sqlalchemy.sql.schema
import stand_ins
from alembic import command
from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from alembic.script import base as script_base
from sqlalchemy import MetaData
from sqlalchemy.util import OrderedSet

warnings.simplefilter("ignore")
sys.dont_write_bytecode = True
sys.setrecursionlimit(3000)

SIMPLE = (bool, str, int, type(None))
# What of `context.configure` changes the SQL.
OPTIONS = (
    "transaction_per_migration", "transactional_ddl", "literal_binds", "dialect_opts", "version_table",
    "version_table_schema", "version_table_pk",
)


class Enough(BaseException):
    """Ends env.py where it has said what it has to say."""


class Refused(Exception):
    """A revision cannot even be begun."""


def environment_of(config, scripts):
    """What env.py gives `configure` in offline mode, and why it could not be run."""
    told = {}

    def configure(self, **options):
        told.update(options)
        raise Enough

    original, EnvironmentContext.configure = EnvironmentContext.configure, configure
    be_quiet()
    failed = None
    try:
        with EnvironmentContext(config, scripts, as_sql=True, fn=lambda rev, context: [], destination_rev="heads"):
            scripts.run_env()
        failed = "env.py configures nothing"
    except Enough:
        pass
    except (Exception, SystemExit) as error:
        failed = said(error)
    finally:
        EnvironmentContext.configure = original
    options = {name: told[name] for name in OPTIONS if name in told and is_plain(told[name])}
    metadata = told.get("target_metadata")
    convention = {}
    if isinstance(metadata, MetaData):
        # Conventions that are functions have no text.
        convention = {key: value for key, value in metadata.naming_convention.items() if isinstance(value, str)}
        convention.pop("ix", None) if convention == {"ix": "ix_%(column_0_label)s"} else None
    return options, convention, failed


def be_quiet():
    """Neither the logging of a project nor its URL matters here, and both want what a stand-in is not."""
    logging.config.fileConfig = Config.set_main_option = lambda *arguments, **keywords: None


def whole(config, name, revisions):
    """What a command of alembic's writes with `--sql`."""
    config.output_buffer = io.StringIO()
    try:
        getattr(command, name)(config, revisions, sql=True)
    except (Exception, SystemExit) as error:
        print(f"{name} {revisions}: {said(error)}", file=sys.stderr)
        return None
    return config.output_buffer.getvalue()


def is_plain(value):
    if isinstance(value, dict):
        return all(isinstance(one, SIMPLE) for one in value.values())
    return isinstance(value, SIMPLE)


def said(error):
    text = str(error).strip().split("\n")[0]
    return f"{type(error).__name__}: {text}"


def place(error, file):
    """The innermost line of the file that the error went through."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return lines[-1] if lines else None


def put_in_declared_order():
    """A table holds its constraints and indexes in sets of objects, whose order is that of their addresses."""
    sqlalchemy.sql.schema.set = OrderedSet


def tolerate_files():
    """A revision file that cannot be loaded is loaded once more with its functions gone."""
    load = script_base.util.load_python_file

    def tolerant(folder, name):
        if name == "env.py":
            return load(folder, name)
        try:
            module = load(folder, name)
        except (Exception, SystemExit) as error:
            module = header_of(os.path.join(folder, name))
            module.upgrade = module.downgrade = raiser(f"the file cannot be loaded: {said(error)}")
        for function in ("upgrade", "downgrade"):
            if not hasattr(module, function):
                setattr(module, function, raiser(f"there is no `{function}`"))
        return module

    script_base.util.load_python_file = tolerant


def raiser(text):
    def function(*arguments, **keywords):
        raise Refused(text)

    return function


def header_of(path):
    """A module with those assignments of a file that can be made alone."""
    import ast
    import types

    module = types.ModuleType(os.path.basename(path))
    with open(path, encoding="utf-8") as file:
        tree = ast.parse(file.read())
    module.__doc__ = ast.get_docstring(tree, clean=False)
    for statement in tree.body:
        if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom)):
            try:
                exec(compile(ast.Module([statement], []), path, "exec"), module.__dict__)
            except Exception:
                pass
    return module


def run(config, direction, options, convention):
    scripts = ScriptDirectory.from_config(config)
    if direction == "upgrade":
        steps = list(scripts._upgrade_revs("heads", ()))
    else:
        steps = list(scripts._downgrade_revs("base", scripts.get_heads()))
    buffer = io.StringIO()
    answers = []
    with EnvironmentContext(config, scripts, as_sql=True, fn=lambda rev, context: [], destination_rev="heads") as env:
        metadata = MetaData(naming_convention=convention or None) if convention else MetaData()
        env.configure(dialect_name="postgresql", output_buffer=buffer, target_metadata=metadata, **options)
        context = env.get_context()
        written = []
        capture(context.impl, written)
        with Operations.context(context):
            for step in steps:
                script = step.revision
                written.clear()
                stand_ins.USES.clear()
                answer = {"revision": script.revision, "file": script.path}
                try:
                    step.migration_fn()
                except (Exception, SystemExit) as error:
                    answer["failed"] = said(error)
                    answer["line"] = place(error, script.path)
                if stand_ins.USES:
                    answer["tainted"] = stand_ins.USES[0]
                answer["statements"] = list(written)
                answers.append(answer)
    return answers


def capture(impl, written):
    """Statements go to a list, without terminator. Blocks of autocommit mark theirs."""
    mark = [""]

    def output(text):
        written.append(mark[0] + (text[:-1] if text.endswith(";") else text))

    impl.static_output = output
    impl.emit_commit = lambda: mark.__setitem__(0, "autocommit: ")
    impl.emit_begin = lambda: mark.__setitem__(0, "")


def reply_to(tree):
    os.chdir(tree["directory"])
    path = list(sys.path)
    sys.path[:0] = tree.get("path", [])
    config = Config("alembic.ini")
    try:
        if "whole" in tree:
            be_quiet()
            return [whole(config, name, revisions) for name, revisions in tree["whole"]]
        scripts = ScriptDirectory.from_config(config)
        options, convention, failed = environment_of(config, scripts)
        if failed and "literal_binds" not in options:
            # As alembic's own template has it.
            options = {"literal_binds": True, "dialect_opts": {"paramstyle": "named"}}
        answer = {"environment": {**options, "naming_convention": convention}, "env_failed": failed}
        for direction in tree.get("directions", ["upgrade", "downgrade"]):
            answer[direction] = run(config, direction, options, convention)
        return answer
    finally:
        sys.path[:] = path


def main():
    stand_ins.install()
    tolerate_files()
    put_in_declared_order()
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    # What revisions print is not an answer.
    os.dup2(2, 1)
    for line in sys.stdin:
        print(json.dumps(reply_to(json.loads(line))), file=out, flush=True)


if __name__ == "__main__":
    main()
