"""Runs `alembic upgrade heads` on SQLite in each of some projects: upgrade_on_sqlite.py DIRECTORY...

Prints {directory: {"verdict": "green" or "red", "output": ...}} as JSON. Green: alembic exits with 0 and there is a database.
alembic is imported once and the process forks for each project, which takes a quarter of the time of as many commands.
"""

import gc
import json
import os
import sys
import tempfile
import traceback

import alembic.config
import sqlalchemy.dialects.sqlite  # noqa: F401


def upgrade(directory, database, log):
    """One `alembic upgrade heads`, in a child of its own. Does not return."""
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(directory)
    os.environ["PALDOCS_DATABASE_URL"] = f"sqlite:///{database}"
    status = 1
    try:
        alembic.config.main(["upgrade", "heads"], prog="alembic")
        status = 0
    except SystemExit as exit:
        status = exit.code if isinstance(exit.code, int) else int(exit.code is not None)
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status & 0xFF)


def start(directory, database, log):
    child = os.fork()
    if child == 0:
        upgrade(directory, database, log.fileno())
    return child


def main():
    # The console script has no import path of its own; the projects prepend theirs.
    sys.path.pop(0)
    sys.dont_write_bytecode = True
    gc.freeze()
    running, found = {}, {}

    def finish_one():
        child, status = os.wait()
        directory, database, log = running.pop(child)
        log.seek(0)
        output = log.read().decode(errors="replace")[-4000:]
        green = os.waitstatus_to_exitcode(status) == 0 and os.path.exists(database)
        found[directory] = {"verdict": "green" if green else "red", "output": output}

    # SQLite waits for the disk at every commit, so in memory where there is such a place.
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
        for number, directory in enumerate(sys.argv[1:]):
            if len(running) >= (os.cpu_count() or 1):
                finish_one()
            database = os.path.join(folder, f"{number}.db")
            log = tempfile.TemporaryFile()
            running[start(directory, database, log)] = (directory, database, log)
        while running:
            finish_one()
    json.dump(found, sys.stdout)


main()
