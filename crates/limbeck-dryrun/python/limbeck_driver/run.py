"""One run of the project's env.py, its steps taken one by one from limbeck."""

import argparse
import functools
import os
import sys

from .errors import missing_module
from .headers import header_of
from .line import PROTOCOL, Line, flush
from .places import Places
from .target import Target
from .watch import Watch


class Driver:
    """The conversation."""

    def __init__(self, line, settings):
        self.line = line
        self.settings = settings
        self.places = Places(settings["script_directory"])
        self.watch = Watch(line, self.places)
        self.target = None
        self.config = None
        self.scripts = None
        self.runs = 0
        # What alembic takes for the version table's rows.
        self.heads = None
        # Where env.py began the transaction that was open when it configured alembic.
        self.opened_by = []

    def prepare(self):
        settings = self.settings
        from alembic.config import Config

        options = argparse.Namespace(
            config=None,
            name=settings["section"],
            x=settings["x"] or None,
            raiseerr=False,
            quiet=False,
            verbose=False,
            autogenerate=False,
            sql=False,
            tag=None,
            revision="heads",
            cmd=None,
        )
        keywords = {"ini_section": settings["section"], "cmd_opts": options}
        if settings["ini"]:
            keywords["file_"] = settings["ini"]
        if settings["toml"]:
            keywords["toml_file"] = settings["toml"]
        self.config = Config(**keywords)

    def connect(self, order):
        """Everything that must be in place before the project's code runs."""
        self.target = Target(self.line, self.places, self.config, order)
        self.target.set_environment()
        self.target.set_url()
        self.target.listen()
        self.watch.listen()
        self.wrap_configure()

    def wrap_configure(self):
        from alembic.runtime.environment import EnvironmentContext

        original = EnvironmentContext.configure
        driver = self

        @functools.wraps(original)
        def configure(context, connection=None, *arguments, **keywords):
            if connection is not None and connection.dialect.name != "postgresql":
                driver.target.refuse("other-dialect", dialect=connection.dialect.name, database=str(connection.engine.url))
            driver.opened_by = driver.watch.begun_by if connection is not None and connection.in_transaction() else []
            keywords["transaction_per_migration"] = True
            callbacks = keywords.get("on_version_apply") or ()
            callbacks = tuple(callbacks) if isinstance(callbacks, (tuple, list)) else (callbacks,)
            keywords["on_version_apply"] = (*callbacks, driver.version_applied)
            return original(context, connection, *arguments, **keywords)

        EnvironmentContext.configure = configure

    def version_applied(self, ctx=None, step=None, heads=None, run_args=None, **rest):
        self.heads = sorted(heads)

    def steps(self, rows, context):
        """What alembic takes its steps from; it commits each before it asks for the next."""
        from alembic.runtime.migration import MigrationStep

        self.runs += 1
        self.watch.is_underway = True
        self.line.say(
            "run",
            run=self.runs,
            rows=sorted(rows),
            version_table=context.version_table,
            version_table_schema=context.version_table_schema,
            external_transaction=bool(getattr(context, "_in_external_transaction", False)),
            opened_by=self.opened_by,
            dialect=f"{context.dialect.name}+{context.dialect.driver}",
        )
        while True:
            order = self.line.next_order()
            if order.get("stop"):
                return
            script = self.scripts.get_revision(order["step"])
            make = MigrationStep.upgrade_from_script if order["direction"] == "upgrade" else MigrationStep.downgrade_from_script
            self.begin(order, context)
            step = make(self.scripts.revision_map, script)
            step.migration_fn = self.watch.watched(step.migration_fn)
            yield step
            # alembic has committed, or believes so.
            self.line.say("applied", heads=self.heads, ended_by=self.watch.ended_by, milliseconds=self.watch.elapsed())
            self.watch.end()
            flush()

    def begin(self, order, context):
        # As incremental deploys find it: the memo of enum types that this run has created is not carried on.
        memo = getattr(context.impl, "memo", None)
        if memo is not None:
            memo.clear()
        self.mark_output()
        self.heads = None
        self.watch.begin()

    def mark_output(self):
        """Where one revision's output ends and the next one's begins."""
        flush()
        os.write(2, self.settings["marker"].encode())

    def load(self):
        from alembic.script import ScriptDirectory

        self.scripts = ScriptDirectory.from_config(self.config)
        scripts = list(self.scripts.walk_revisions())
        self.places.scripts = frozenset(
            name for script in scripts for name in (script.path, getattr(script.module, "__file__", None)) if name
        )
        plan = None
        if self.settings["plan"]:
            plan = [self.plan_entry(step) for step in self.scripts._upgrade_revs(self.settings["plan"], ())]
        self.line.say("loaded", plan=plan)

    def headers(self, paths):
        """Imports these revision files and no others, and says what is in their headers. Gives the last answer."""
        from alembic.script import ScriptDirectory

        try:
            # Puts `prepend_sys_path` in place; it imports no revision yet.
            ScriptDirectory.from_config(self.config)
        except BaseException as error:
            return {"phase": "load", "error": self.watch.describe(error), "missing_module": missing_module(error)}
        self.places.scripts = frozenset(paths)
        for path in paths:
            try:
                self.line.say("header", path=path, header=header_of(path))
            except BaseException as error:
                self.line.say("header", path=path, error=self.watch.describe(error), missing_module=missing_module(error))
        return {"phase": "headers"}

    def plan_entry(self, step):
        script = step.revision
        return {"revision": script.revision, "message": script.doc, "path": script.path}

    def run(self):
        """Runs env.py once. Gives the answer that ends the conversation."""
        from alembic.runtime.environment import EnvironmentContext

        phase = "load"
        try:
            self.load()
            phase = "env"
            context = EnvironmentContext(
                self.config, self.scripts, fn=self.steps, as_sql=False, starting_rev=None, destination_rev="heads", tag=None
            )
            with context:
                self.scripts.run_env()
        except SystemExit as error:
            self.watch.report_failure(error)
            return {"phase": phase, "exit": str(error.code), "error": self.watch.describe(error)}
        except BaseException as error:
            self.watch.report_failure(error)
            return {"phase": phase, "error": self.watch.describe(error), "missing_module": missing_module(error)}
        if self.watch.step is not None and self.watch.errors:
            # env.py swallowed what alembic raised after the revision's own code was done.
            context = self.watch.errors[-1][0]
            self.watch.report_failure(context.sqlalchemy_exception or context.original_exception)
        return {"phase": phase}


def main():
    line = Line()
    settings = line.hear()["settings"]
    line.say("hello", protocol=PROTOCOL, python=".".join(map(str, sys.version_info[:3])))
    driver = Driver(line, settings)
    # As the console script has it: limbeck's own folder is nobody's import path.
    own = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
    sys.path[:] = [entry for entry in sys.path if os.path.realpath(entry or ".") != own]
    sys.argv[:] = ["alembic", "upgrade", "heads"]
    try:
        import alembic
        import alembic.runtime.environment
        import alembic.script
        import sqlalchemy

        driver.prepare()
    except BaseException as error:
        line.say("ended", phase="import", error=driver.watch.describe(error), missing_module=missing_module(error))
        os._exit(0)
    line.say("ready", alembic=alembic.__version__, sqlalchemy=sqlalchemy.__version__)
    order = line.hear()
    if "connect" in order:
        driver.connect(order["connect"])
    line.listen(driver.watch.where)
    end = driver.run() if "connect" in order else driver.headers(order["headers"])
    driver.mark_output()
    line.say("ended", **end)
    # Not sys.exit: threads and exit hooks of the project may never end.
    os._exit(0)
