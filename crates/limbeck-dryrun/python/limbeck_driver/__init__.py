"""Drives the project's own alembic, one revision at a time, as limbeck tells it to.

Standard library and the project's own alembic and SQLAlchemy only; Python 3.10 and later. Speaks JSON lines: orders come
on what was standard input, answers go to what was standard output.

Orders:  {"settings": …} first, {"connect": …}, {"step": …} or {"stop": true}, and at any time {"where": true}.
Answers: hello, ready, loaded, run, statement, applied, failed, where, refused, ended. `ended` or `refused` is the last.

Instead of {"connect": …}, {"headers": [path, …]} imports these revision files alone: a header for each, then ended.
"""
