"""Drives the project's own alembic, one revision at a time, as limbeck tells it to.

Standard library and the project's own alembic and SQLAlchemy only; Python 3.10 and later. Speaks JSON lines: orders come
on what was standard input, answers go to what was standard output. Both descriptors are moved away before a line of the
project's code runs, so that nothing it prints or reads can touch the protocol.

Orders:  {"settings": …} first, {"connect": …}, {"step": …} or {"stop": true}, and at any time {"where": true}.
Answers: hello, ready, loaded, run, applied, statement, failed, where, refused, ended. `ended` is always the last.
"""

import argparse
import functools
import importlib.util
import itertools
import json
import os
import queue
import re
import sys
import sysconfig
import threading
import time

PROTOCOL = 1
# What libpq would take instead of our parameters (libpq docs, "Environment Variables").
LIBPQ_PLACES = frozenset(
    "PGHOST PGHOSTADDR PGPORT PGDATABASE PGUSER PGPASSWORD PGPASSFILE PGSERVICE PGSERVICEFILE PGSSLMODE PGSSLROOTCERT "
    "PGSSLCERT PGSSLKEY PGREQUIRESSL PGCHANNELBINDING PGTARGETSESSIONATTRS PGLOADBALANCEHOSTS PGOPTIONS".split()
)
# Connection parameters of any driver that say where to connect and as whom.
CONNECTION_PLACES = frozenset(
    "host hostaddr port user password passfile dbname database dsn conninfo service servicefile unix_sock direct_tls "
    "channel_binding target_session_attrs load_balance_hosts gssencmode krbsrvname require_auth async_creator_fn".split()
)
ASYNC_DRIVERS = frozenset(("asyncpg", "aiosqlite", "aiomysql", "asyncmy", "psycopg_async", "aioodbc"))
TRANSACTION_END = re.compile(r"\s*(commit|end|rollback|abort)\b(?!\s+to\b)", re.IGNORECASE)
CONCURRENTLY = re.compile(r"\bconcurrently\b", re.IGNORECASE)


class Line:
    """The two ends of the protocol."""

    def __init__(self):
        # Before anything else: take the descriptors, give user code an empty input and the output log.
        self._orders = os.fdopen(os.dup(0), "r", encoding="utf-8", newline="\n")
        self._answers = os.fdopen(os.dup(1), "wb", buffering=0)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.close(null)
        os.dup2(2, 1)
        self._steps = queue.SimpleQueue()
        self._lock = threading.Lock()

    def say(self, kind, **fields):
        fields["answer"] = kind
        text = json.dumps(fields, default=str).encode() + b"\n"
        with self._lock:
            while text:
                text = text[self._answers.write(text) :]

    def hear(self):
        """The next order, read directly: only before `listen`."""
        text = self._orders.readline()
        if not text:
            os._exit(4)
        return json.loads(text)

    def listen(self, where):
        """Reads orders on a thread from now on; `where` answers {"where": true} while the main thread is busy."""

        def read():
            for text in self._orders:
                order = json.loads(text)
                if order.get("where"):
                    self.say("where", **where())
                else:
                    self._steps.put(order)
            # limbeck is gone: so are we, at once and without clean-up hooks of the project.
            os._exit(4)

        threading.Thread(target=read, name="limbeck", daemon=True).start()

    def next_order(self):
        return self._steps.get()


# ---------------------------------------------------------------------------------------------------------------------
# Places in code


def position(code, instruction, line):
    """A frame as data: 1-based lines, 0-based UTF-8 byte columns where the interpreter knows them (3.11)."""
    found = {"path": code.co_filename, "function": code.co_name, "line": line}
    if hasattr(code, "co_positions"):
        place = next(itertools.islice(code.co_positions(), instruction // 2, None), None)
        if place and None not in place:
            found["line"], found["end_line"], found["column"], found["end_column"] = place
    return found


class Places:
    """Tells the project's own code from everybody else's."""

    def __init__(self, script_directory):
        paths = sysconfig.get_paths()
        self._foreign = tuple(
            os.path.join(os.path.realpath(paths[name]), "") for name in ("stdlib", "platstdlib", "purelib", "platlib")
        ) + (os.path.dirname(os.path.realpath(__file__)),)
        # The project itself may be an installed package.
        self._home = os.path.join(os.path.realpath(script_directory), "")
        self._own = {}
        self.scripts = frozenset()

    def is_own(self, path):
        known = self._own.get(path)
        if known is None:
            real = os.path.realpath(path)
            known = real.startswith(self._home) or not (path.startswith("<") or real.startswith(self._foreign))
            self._own[path] = known
        return known

    def of_scripts(self, frame):
        """The frames of revision files on the stack of `frame`, innermost first."""
        found = []
        while frame is not None:
            if frame.f_code.co_filename in self.scripts:
                found.append(position(frame.f_code, frame.f_lasti, frame.f_lineno))
            frame = frame.f_back
        return found

    def of_stack(self, frame):
        """All frames of the project's own code on the stack of `frame`, innermost first."""
        found = []
        # An async env.py waits in another greenlet while SQLAlchemy works in this one.
        greenlets = sys.modules.get("greenlet")
        waiting = greenlets.getcurrent().parent if greenlets else None
        while frame is not None:
            if self.is_own(frame.f_code.co_filename):
                found.append(position(frame.f_code, frame.f_lasti, frame.f_lineno))
            frame = frame.f_back
            if frame is None and waiting is not None:
                frame, waiting = waiting.gr_frame, waiting.parent
        return found

    def of_traceback(self, error):
        found = []
        traceback = error.__traceback__
        while traceback is not None:
            code = traceback.tb_frame.f_code
            if self.is_own(code.co_filename):
                found.append(position(code, traceback.tb_lasti, traceback.tb_lineno))
            traceback = traceback.tb_next
        found.reverse()
        if isinstance(error, SyntaxError) and error.filename:
            found.insert(0, {"path": error.filename, "function": "<module>", "line": error.lineno or 1})
        return found


# ---------------------------------------------------------------------------------------------------------------------
# Errors as data


def chain(error):
    """An exception and what it was raised from, outermost first."""
    seen = []
    while error is not None and error not in seen:
        seen.append(error)
        # While SQLAlchemy still handles it, the driver's exception is not yet its cause.
        error = error.__cause__ or error.__context__ or getattr(error, "orig", None)
    return seen


def sql_error(error):
    """What Postgres said, if this is a database driver's exception: psycopg, psycopg2, asyncpg or pg8000."""
    # SQLAlchemy's asyncpg adapter keeps the driver's own exception as the cause.
    for source in chain(error):
        diagnosis = getattr(source, "diag", None)
        if diagnosis is not None and getattr(diagnosis, "message_primary", None):
            return {
                "sqlstate": getattr(source, "sqlstate", None) or getattr(source, "pgcode", None) or "",
                "message": diagnosis.message_primary,
                "detail": diagnosis.message_detail,
                "hint": diagnosis.message_hint,
                "context": diagnosis.context,
                "position": number(diagnosis.statement_position),
                "table": diagnosis.table_name,
                "column": diagnosis.column_name,
                "constraint": diagnosis.constraint_name,
            }
        if type(source).__module__.startswith("asyncpg") and getattr(source, "sqlstate", None):
            return {
                "sqlstate": source.sqlstate,
                "message": source.args[0] if source.args else "",
                "detail": getattr(source, "detail", None),
                "hint": getattr(source, "hint", None),
                "context": getattr(source, "context", None),
                "position": number(getattr(source, "position", None)),
                "table": getattr(source, "table_name", None),
                "column": getattr(source, "column_name", None),
                "constraint": getattr(source, "constraint_name", None),
            }
        if source.args and isinstance(source.args[0], dict) and "C" in source.args[0]:
            fields = source.args[0]
            return {
                "sqlstate": fields["C"],
                "message": fields.get("M", ""),
                "detail": fields.get("D"),
                "hint": fields.get("H"),
                "context": fields.get("W"),
                "position": number(fields.get("P")),
                "table": fields.get("t"),
                "column": fields.get("c"),
                "constraint": fields.get("n"),
            }
    return None


def number(text):
    try:
        return int(text)
    except (TypeError, ValueError):
        return None


def sent_text(cursor, statement):
    """The text as the server got it: drivers rewrite placeholders, and positions count in the rewritten text."""
    query = getattr(cursor, "_query", None)  # psycopg
    text = getattr(query, "query", None) if query is not None else getattr(cursor, "query", None)  # psycopg2
    if isinstance(text, (bytes, bytearray)):
        return bytes(text).decode("utf-8", "replace")
    return text if isinstance(text, str) and text else statement


def message_of(error):
    """`str(error)` without the appendices that SQLAlchemy adds for programmers at a prompt."""
    if type(error).__module__.startswith("sqlalchemy") and error.args and isinstance(error.args[0], str):
        return error.args[0]
    return str(error)


def class_of(error):
    return f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")


# ---------------------------------------------------------------------------------------------------------------------
# The run


class Driver:
    def __init__(self, line, settings):
        self.line = line
        self.settings = settings
        self.marker = settings["marker"].encode()
        self.places = Places(settings["script_directory"])
        self.target = None
        self.config = None
        self.scripts = None
        self.runs = 0
        # The step that is running.
        self.step = None
        self.started = 0.0
        self.statement = None
        self.statements = 0
        self.unsaved = 0
        self.committed = False
        self.ended_by = []
        self.errors = []
        self.heads = None
        self.batch_frames = None
        self.batch_errors = {}
        # Where env.py began the transaction that was open when it configured alembic.
        self.begun_by = []
        self.opened_by = []

    # -- before anything of the project's runs

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

    def connect(self, target):
        """Everything that must be in place before the project's code runs."""
        self.target = target
        self.set_environment()
        self.set_url()
        from sqlalchemy import event
        from sqlalchemy.engine import Engine
        from sqlalchemy.pool import Pool

        event.listen(Engine, "do_connect", self.redirect)
        event.listen(Pool, "connect", self.guard)
        event.listen(Engine, "before_cursor_execute", self.before_statement)
        event.listen(Engine, "after_cursor_execute", self.after_statement)
        event.listen(Engine, "handle_error", self.statement_failed)
        event.listen(Engine, "commit", self.committing)
        event.listen(Engine, "begin", self.beginning)
        self.wrap_configure()
        self.wrap_batches()

    def set_environment(self):
        """Variables that hold a database URL, and those that env.py reads one from, lead to the scratch database."""
        for name, value in list(os.environ.items()):
            scheme, found, _ = value.partition("://")
            dialect, _, driver = scheme.partition("+")
            if found and dialect in ("postgresql", "postgres", "mysql", "mariadb", "sqlite", "mssql", "oracle"):
                os.environ[name] = self.url_like(dialect, driver)
        for name in self.target["url_environment"]:
            if name not in os.environ:
                os.environ[name] = self.url_like("", "")
        for name in [name for name in os.environ if name.startswith("PG")]:
            if name in LIBPQ_PLACES:
                del os.environ[name]
        names = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGPASSWORD": "password", "PGDATABASE": "database"}
        for name, key in names.items():
            if self.target[key] is not None:
                os.environ[name] = str(self.target[key])

    def set_url(self):
        """The ini file's URL leads there too. Where there is none, env.py has another source, which one would hide."""
        present = self.config.get_main_option("sqlalchemy.url")
        if present is None:
            return
        dialect, _, driver = present.partition("://")[0].partition("+")
        self.config.set_main_option("sqlalchemy.url", self.url_like(dialect, driver).replace("%", "%%"))

    def url_like(self, dialect, driver):
        """The scratch database's URL for the driver that the project uses, else for one that is installed."""
        if dialect in ("postgresql", "postgres"):
            name = f"+{driver}" if driver else ""
        else:
            wanted = ("asyncpg", "psycopg") if driver in ASYNC_DRIVERS else ("psycopg", "psycopg2", "asyncpg", "pg8000")
            name = next((f"+{module}" for module in wanted if importlib.util.find_spec(module)), "")
        return self.target["url"].replace("postgresql://", f"postgresql{name}://", 1)

    # -- where connections lead

    def redirect(self, dialect, record, arguments, parameters):
        """Every engine of the process connects to the scratch database, whatever URL it was made with."""
        if dialect.name != "postgresql":
            # A private in-memory SQLite, an app's own cache say, is nobody's database.
            if dialect.name == "sqlite" and parameters.get("database") in (None, "", ":memory:") and not arguments:
                return None
            if dialect.name == "sqlite" and arguments and arguments[0] in ("", ":memory:"):
                return None
            self.refuse("other-dialect", dialect=dialect.name, database=str(parameters.get("database") or (arguments or [""])[0]))
        arguments.clear()
        for name in [name for name in parameters if name.startswith("ssl") or name in CONNECTION_PLACES]:
            del parameters[name]
        target = self.target
        socket = str(target["host"]).startswith("/")
        if dialect.driver == "pg8000":
            if socket:
                parameters["unix_sock"] = f"{target['host']}/.s.PGSQL.{target['port']}"
            else:
                parameters["host"] = target["host"]
        else:
            parameters["host"] = target["host"]
        if not (dialect.driver == "pg8000" and socket):
            parameters["port"] = target["port"]
        for key in ("user", "password"):
            if target[key] is not None:
                parameters[key] = target[key]
        uses_database = dialect.driver in ("asyncpg", "pg8000")
        parameters["database" if uses_database else "dbname"] = target["database"]
        mode = target["query"].get("sslmode")
        if mode and not socket and dialect.driver != "pg8000":
            parameters["ssl" if dialect.driver == "asyncpg" else "sslmode"] = mode
            if target["query"].get("sslrootcert") and not uses_database:
                parameters["sslrootcert"] = target["query"]["sslrootcert"]
        return None

    def guard(self, connection, record):
        """Asks every new connection where it leads. The scratch database's name is 128 random bits."""
        found = None
        try:
            cursor = connection.cursor()
            cursor.execute("SELECT current_database()")
            found = cursor.fetchone()[0]
            cursor.close()
            connection.rollback()
        except Exception as error:
            if type(connection).__module__.partition(".")[0] in ("sqlite3", "_sqlite3"):
                return
            found = f"({class_of(error)}: {error})"
        if found != self.target["database"]:
            self.refuse("elsewhere", database=str(found))

    def refuse(self, reason, **fields):
        """Ends the process here and now: no handler of the project's can catch this."""
        frames = self.places.of_stack(sys._getframe())
        self.flush()
        self.line.say("refused", reason=reason, frames=frames, **fields)
        os._exit(3)

    # -- what alembic is asked to do differently

    def wrap_configure(self):
        from alembic.runtime.environment import EnvironmentContext

        original = EnvironmentContext.configure
        driver = self

        @functools.wraps(original)
        def configure(context, connection=None, *arguments, **keywords):
            if connection is not None and connection.dialect.name != "postgresql":
                driver.refuse("other-dialect", dialect=connection.dialect.name, database=str(connection.engine.url))
            driver.opened_by = driver.begun_by if connection is not None and connection.in_transaction() else []
            keywords["transaction_per_migration"] = True
            callbacks = keywords.get("on_version_apply") or ()
            callbacks = tuple(callbacks) if isinstance(callbacks, (tuple, list)) else (callbacks,)
            keywords["on_version_apply"] = (*callbacks, driver.version_applied)
            return original(context, connection, *arguments, **keywords)

        EnvironmentContext.configure = configure

    def wrap_batches(self):
        """Operations of a batch are sent when its `with` ends; remember where each of them was written."""
        from alembic.operations.batch import BatchOperationsImpl

        initialise, flush = BatchOperationsImpl.__init__, BatchOperationsImpl.flush
        driver = self

        class Sited(list):
            def append(self, item):
                super().append((item, driver.places.of_scripts(sys._getframe(1))))

            def __iter__(self):
                for item, frames in super().__iter__():
                    driver.batch_frames = frames
                    yield item

        @functools.wraps(initialise)
        def sited_initialise(batch, *arguments, **keywords):
            initialise(batch, *arguments, **keywords)
            batch.batch = Sited()

        @functools.wraps(flush)
        def sited_flush(batch, *arguments, **keywords):
            try:
                return flush(batch, *arguments, **keywords)
            except BaseException as error:
                driver.batch_errors[id(error)] = driver.batch_frames
                raise
            finally:
                driver.batch_frames = None

        BatchOperationsImpl.__init__, BatchOperationsImpl.flush = sited_initialise, sited_flush

    def version_applied(self, ctx=None, step=None, heads=None, run_args=None, **rest):
        self.heads = sorted(heads)

    # -- statements

    def frames(self):
        return self.batch_frames or self.places.of_scripts(sys._getframe(2))

    def before_statement(self, connection, cursor, statement, parameters, context, executemany):
        if self.step is None:
            return
        autocommit = connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT"
        self.statement = (statement, self.frames(), autocommit, time.perf_counter())

    def after_statement(self, connection, cursor, statement, parameters, context, executemany):
        if self.step is None or self.statement is None:
            return
        text, frames, autocommit, started = self.statement
        self.statement = None
        if autocommit:
            self.committed = True
        elif TRANSACTION_END.match(text):
            self.committed = self.committed or self.unsaved > 0
            self.ended_by = self.ended_by or frames
        elif frames:
            self.unsaved += 1
        self.line.say(
            "statement",
            sql=text,
            frames=frames,
            autocommit=autocommit,
            milliseconds=(time.perf_counter() - started) * 1000,
        )

    def statement_failed(self, context):
        if self.step is None:
            return
        frames, autocommit = [], False
        if self.statement is not None:
            _, frames, autocommit, _ = self.statement
        self.statement = None
        if autocommit and CONCURRENTLY.search(context.statement or ""):
            # Postgres leaves an invalid index behind.
            self.committed = True
        self.errors.append((context, self.describe(context.sqlalchemy_exception or context.original_exception, frames, context)))

    def committing(self, connection):
        """A commit between a step's first instruction and its last is not alembic's own."""
        if self.step is None or self.step.get("over"):
            return
        if self.unsaved:
            self.committed = True
            self.unsaved = 0
        frames = self.frames()
        if frames and not self.in_autocommit_block():
            self.ended_by = self.ended_by or frames

    def beginning(self, connection):
        if self.runs == 0:
            self.begun_by = self.places.of_stack(sys._getframe())

    def in_autocommit_block(self):
        frame = sys._getframe(2)
        while frame is not None:
            if frame.f_code.co_name == "autocommit_block" and frame.f_globals.get("__name__") == "alembic.runtime.migration":
                return True
            frame = frame.f_back
        return False

    def describe(self, error, frames=None, context=None):
        """An exception as data."""
        sql = sql_error(error)
        if sql is not None:
            statement = getattr(context, "statement", None) or next(
                (link.statement for link in chain(error) if getattr(link, "statement", None)), ""
            )
            sql["sent"] = sent_text(getattr(context, "cursor", None), statement)
            sql["statement"] = statement
        return {
            "class": class_of(error),
            "message": message_of(error),
            "frames": frames or self.batch_errors.get(id(error)) or self.places.of_traceback(error),
            "sql": sql,
        }

    def describe_failure(self, error):
        """An exception that ended a step: by the record of the statement that raised it, where there is one."""
        links = chain(error)
        for context, description in reversed(self.errors):
            if context.sqlalchemy_exception in links or context.original_exception in links:
                # What the revision raised from it is the class; what Postgres said stays.
                return description
        return self.describe(error)

    # -- steps

    def steps(self, rows, context):
        """What alembic takes its steps from; it commits each before it asks for the next."""
        from alembic.runtime.migration import MigrationStep

        self.runs += 1
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
            step.migration_fn = self.watched(step.migration_fn)
            yield step
            # alembic has committed, or believes so.
            self.line.say("applied", heads=self.heads, ended_by=self.ended_by, milliseconds=self.elapsed())
            self.step = None
            self.flush()

    def begin(self, order, context):
        # As incremental deploys find it: the memo of enum types that this run has created is not carried on.
        memo = getattr(context.impl, "memo", None)
        if memo is not None:
            memo.clear()
        self.flush()
        os.write(2, self.marker)
        self.step = {"revision": order["step"]}
        self.started = time.perf_counter()
        self.statement, self.unsaved, self.committed = None, 0, False
        self.ended_by, self.errors, self.batch_errors, self.heads = [], [], {}, None

    def watched(self, function):
        @functools.wraps(function)
        def migrate(*arguments, **keywords):
            try:
                result = function(*arguments, **keywords)
            except BaseException as error:
                # Told now, before env.py can swallow it.
                self.report_failure(error)
                raise
            # From here on it is alembic's own work: the version row and the commit.
            self.step["over"] = True
            return result

        return migrate

    def report_failure(self, error):
        if self.step is None or self.step.get("reported"):
            return
        self.step["reported"] = True
        failure = self.describe_failure(error)
        earlier = next((entry for _, entry in self.errors if entry is not failure), None)
        self.line.say(
            "failed",
            error=failure,
            earlier=earlier,
            committed=self.committed,
            ended_by=self.ended_by,
            over=bool(self.step.get("over")),
            milliseconds=self.elapsed(),
        )

    def elapsed(self):
        return (time.perf_counter() - self.started) * 1000

    def flush(self):
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except Exception:
                pass

    def where(self):
        """What the main thread is at; asked from the reading thread when a step takes too long."""
        statement = self.statement
        frames = statement[1] if statement else []
        if not frames:
            frames = self.places.of_stack(sys._current_frames().get(threading.main_thread().ident))
        return {"frames": frames, "statement": statement[0] if statement else None}

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
            self.report_failure(error)
            return {"phase": phase, "exit": str(error.code), "error": self.describe(error)}
        except BaseException as error:
            self.report_failure(error)
            return {"phase": phase, "error": self.describe(error), "missing_module": missing_module(error)}
        if self.step is not None and not self.step.get("reported") and self.errors:
            # env.py swallowed what alembic raised after the revision's own code was done.
            self.report_failure(self.errors[-1][0].sqlalchemy_exception or self.errors[-1][0].original_exception)
        return {"phase": phase}


def missing_module(error):
    for link in chain(error):
        if isinstance(link, ModuleNotFoundError):
            return link.name
    return None


def main():
    line = Line()
    settings = line.hear()["settings"]
    line.say("hello", protocol=PROTOCOL, pid=os.getpid(), python=".".join(map(str, sys.version_info[:3])))
    driver = Driver(line, settings)
    # As the console script has it: the folder of this file is nobody's import path.
    sys.path[:] = [entry for entry in sys.path if os.path.realpath(entry or ".") != os.path.dirname(os.path.realpath(__file__))]
    sys.argv[:] = ["alembic", "upgrade", "heads"]
    try:
        import alembic
        import alembic.runtime.environment
        import alembic.script
        import sqlalchemy

        driver.prepare()
    except BaseException as error:
        line.say("ended", phase="import", error=driver.describe(error), missing_module=missing_module(error))
        os._exit(0)
    line.say("ready", alembic=alembic.__version__, sqlalchemy=sqlalchemy.__version__)
    driver.connect(line.hear()["connect"])
    line.listen(driver.where)
    end = driver.run()
    driver.flush()
    os.write(2, driver.marker)
    line.say("ended", runs=driver.runs, **end)
    # Not sys.exit: threads and exit hooks of the project may never end.
    os._exit(0)


if __name__ == "__main__":
    main()
