"""What a revision does while it runs: its statements, its errors, and who ends its transaction."""

import functools
import re
import sys
import threading
import time

from .errors import chain, class_of, message_of, sent_text, sql_error

TRANSACTION_END = re.compile(r"\s*(commit|end|rollback|abort)\b(?!\s+to\b)", re.IGNORECASE)
CONCURRENTLY = re.compile(r"\bconcurrently\b", re.IGNORECASE)


class Watch:
    """Listens to SQLAlchemy and tells limbeck. Between two steps it says nothing."""

    def __init__(self, line, places):
        self.line = line
        self.places = places
        # Whether alembic has come to its migrations.
        self.is_underway = False
        # The step that is running: whether its own code is over, and whether its failure was reported.
        self.step = None
        self.started = 0.0
        # The statement that the server has not answered: its text, frames, whether in autocommit, and its start.
        self.statement = None
        # Statements of the revision's own since the last commit, and whether any of its work is committed.
        self.unsaved = 0
        self.committed = False
        self.ended_by = []
        self.errors = []
        # Where the operation of a batch was written that is being sent now.
        self.batch_frames = None
        self.batch_errors = {}
        # Where env.py began its latest transaction.
        self.begun_by = []

    def listen(self):
        """Registers with SQLAlchemy and alembic; to be called before the project's code runs."""
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        event.listen(Engine, "before_cursor_execute", self.before_statement)
        event.listen(Engine, "after_cursor_execute", self.after_statement)
        event.listen(Engine, "handle_error", self.statement_failed)
        event.listen(Engine, "commit", self.committing)
        event.listen(Engine, "begin", self.beginning)
        self.wrap_batches()

    def begin(self):
        self.step = {"over": False, "reported": False}
        self.started = time.perf_counter()
        self.statement, self.unsaved, self.committed = None, 0, False
        self.ended_by, self.errors, self.batch_errors = [], [], {}

    def end(self):
        self.step = None

    def elapsed(self):
        return (time.perf_counter() - self.started) * 1000

    def wrap_batches(self):
        """Operations of a batch are sent when its `with` ends; remember where each of them was written."""
        from alembic.operations.batch import BatchOperationsImpl

        initialise, flush = BatchOperationsImpl.__init__, BatchOperationsImpl.flush
        watch = self

        class Sited(list):
            def append(self, item):
                super().append((item, watch.places.of_scripts(sys._getframe(1))))

            def __iter__(self):
                for item, frames in super().__iter__():
                    watch.batch_frames = frames
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
                watch.batch_errors[id(error)] = watch.batch_frames
                raise
            finally:
                watch.batch_frames = None

        BatchOperationsImpl.__init__, BatchOperationsImpl.flush = sited_initialise, sited_flush

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
        if self.step is None or self.step["over"]:
            return
        if self.unsaved:
            self.committed = True
            self.unsaved = 0
        frames = self.frames()
        if frames and not self.in_autocommit_block():
            self.ended_by = self.ended_by or frames

    def beginning(self, connection):
        if not self.is_underway:
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
        if self.step is None or self.step["reported"]:
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
            milliseconds=self.elapsed(),
        )

    def where(self):
        """What the main thread is at; asked from the reading thread when a step takes too long."""
        statement = self.statement
        frames = statement[1] if statement else []
        if not frames:
            frames = self.places.of_stack(sys._current_frames().get(threading.main_thread().ident))
        # Postgres leaves an invalid index of a CREATE INDEX CONCURRENTLY that is stopped.
        lasting = bool(statement and statement[2] and CONCURRENTLY.search(statement[0]))
        return {
            "frames": frames,
            "statement": statement[0] if statement else None,
            "committed": self.committed or lasting,
        }
