"""Writes the generated corpus: `sql_corpus.py FOLDER`; prints how many cases each class of each project has, as JSON.

Below the folder there is a project for each way in which env.py can set what changes SQL. A case is a revision; all are in
one line, so that one run renders all. Each pair of values of two parameters of a directive is in some case; the choice is
made by a generator with a fixed seed.
"""

import itertools
import json
import os
import random
import sys

from corpus_directives import ADD_COLUMN, BATCH, BATCH_OPTIONS, COLUMN, DIRECTIVES, IN_TABLE
from corpus_statements import bodies
from corpus_values import FEW_NAMES, SCHEMAS

CONVENTION = {
    "ix": "ix_%(column_0_label)s", "uq": "uq_%(table_name)s_%(column_0_name)s", "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s", "pk": "pk_%(table_name)s",
}
ALL_COLUMNS = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0N_name)s", "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s_%(referred_column_0_name)s", "pk": "pk_%(table_name)s_%(column_0_label)s",
}
NAMED = 'literal_binds=True, dialect_opts={"paramstyle": "named"}'
# Name: what `configure` gets, and the naming convention.
PROJECTS = {
    "template": (NAMED, None),
    "convention": (NAMED, CONVENTION),
    "columns": (NAMED + ", transaction_per_migration=True", ALL_COLUMNS),
    "bare": ("", None),
    "literal": ("literal_binds=True", None),
}
ENV = """from alembic import context
from sqlalchemy import MetaData

target_metadata = MetaData({convention})

context.configure(dialect_name="postgresql", target_metadata=target_metadata, {options})
with context.begin_transaction():
    context.run_migrations()
"""
REVISION = '''"""{cls}"""
import datetime
import decimal
import uuid

import sqlalchemy as sa
import sqlalchemy.orm
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "{id}"
down_revision = {down}


def upgrade():
    {body}


def downgrade():
    pass
'''


def pairwise(domains, chance, tries=2):
    """Rows of one index for each domain, so that each two values of two domains meet in some row."""
    missing = {
        (a, i, b, j)
        for a, b in itertools.combinations(range(len(domains)), 2)
        for i in range(len(domains[a]))
        for j in range(len(domains[b]))
    }
    if len(domains) == 1:
        return [[i] for i in range(len(domains[0]))]
    waiting = sorted(missing)
    chance.shuffle(waiting)
    rows = []
    while waiting:
        first = waiting.pop()
        if first not in missing:
            continue
        best, gain = None, -1
        for _ in range(tries):
            row = [None] * len(domains)
            row[first[0]], row[first[2]] = first[1], first[3]
            order = [at for at in range(len(domains)) if row[at] is None]
            chance.shuffle(order)
            for at in order:
                row[at] = best_value(row, at, len(domains[at]), missing, chance)
            covered = pairs(row) & missing
            if len(covered) > gain:
                best, gain = (row, covered), len(covered)
        rows.append(best[0])
        missing -= best[1]
    return rows


def best_value(row, at, count, missing, chance):
    set_ = [(other, value) for other, value in enumerate(row) if value is not None]
    scores = {}
    for value in chance.sample(range(count), min(count, 12)):
        scores[value] = sum(((other, one, at, value) if other < at else (at, value, other, one)) in missing for other, one in set_)
    return max(scores, key=scores.get)


def pairs(row):
    return {(a, row[a], b, row[b]) for a, b in itertools.combinations(range(len(row)), 2)}


def choices(parameters, chance):
    """Each row as `{name: source}`, without what is left out."""
    names, domains = list(parameters), list(parameters.values())
    for row in pairwise(domains, chance):
        yield {name: domain[at] for name, domain, at in zip(names, domains, row) if domain[at] is not None}


def call(name, positional, keywords):
    return f"{name}({', '.join([*positional, *(f'{key}={value}' for key, value in keywords.items())])})"


def column(chosen):
    positional = [chosen.get("*name", '"c"'), *(chosen[name] for name in ("*type", "*more") if name in chosen)]
    return call("sa.Column", positional, {key: value for key, value in chosen.items() if not key.startswith("*")})


def directive_cases(table, prefix, chance):
    for name, (positional, keywords) in table.items():
        parameters = {f"*{key}": values for key, values in positional} | keywords
        if not parameters:
            yield f"{prefix}{name}", call(f"{prefix}{name}", [], {})
        for chosen in choices(parameters, chance):
            given = [chosen[f"*{key}"] for key, _ in positional if f"*{key}" in chosen]
            kept = {key: value for key, value in chosen.items() if not key.startswith("*")}
            yield f"{prefix}{name}", call(f"{prefix}{name}", given, kept)


def without(parameters, *names):
    return {key: values for key, values in parameters.items() if key not in names}


def column_cases(chance):
    """Columns in tables and alone: types with all but defaults, then defaults with all but most types."""
    few = {"*type": COLUMN["*type"][::14]}
    for start, own in (("create_table", IN_TABLE), ("add_column", ADD_COLUMN)):
        for parameters in (without(own, "server_default", "*more", "autoincrement"), without(own, "*more") | few, without(own, "server_default") | few):
            for chosen in choices(parameters, chance):
                beside = chosen.pop("*beside", None)
                schema = chance.choice([None, None, *SCHEMAS[:3]])
                keywords = {"schema": schema} if schema else {}
                if start == "create_table":
                    yield "create_table column", [call("op.create_table", ['"t{n}"', *([beside] if beside else []), column(chosen)], keywords)]
                    continue
                for option in ("if_not_exists", "inline_references", "inline_primary_key"):
                    value = chance.choice([None, None, None, "True", "False"])
                    keywords |= {option: value} if value else {}
                if chance.random() < 0.7:
                    yield "add_column", [call("op.add_column", [chance.choice(FEW_NAMES), column(chosen)], keywords)]
                else:
                    schema = f", schema={keywords.pop('schema')}" if schema else ""
                    yield "batch.add_column", [f'with op.batch_alter_table("t"{schema}) as batch:', "    " + call("batch.add_column", [column(chosen)], keywords)]


def all_cases(chance):
    for cls, text in directive_cases(DIRECTIVES, "op.", chance):
        yield cls, [text]
    options = list(choices(BATCH_OPTIONS, chance))
    for number, (cls, text) in enumerate(directive_cases(BATCH, "batch.", chance)):
        table = FEW_NAMES[number % len(FEW_NAMES)]
        yield cls, [f"with {call('op.batch_alter_table', [table], options[number % len(options)])} as batch:", f"    {text}"]
    yield from column_cases(chance)
    yield from bodies()


def needs_every_project(cls):
    """What binds and literals do with `configure` is tried in each."""
    return cls.startswith(("execute", "bulk_insert", "insert value"))


def main(folder):
    chance = random.Random(20260)
    written = {}
    for project, (options, convention) in PROJECTS.items():
        os.makedirs(f"{folder}/{project}/scripts/versions")
        given = f"naming_convention={convention!r}" if convention else ""
        with open(f"{folder}/{project}/scripts/env.py", "w", encoding="utf-8") as file:
            file.write(ENV.format(convention=given, options=options))
        with open(f"{folder}/{project}/alembic.ini", "w", encoding="utf-8") as file:
            file.write("[alembic]\nscript_location = scripts\n")
        written[project] = {}
    last = dict.fromkeys(PROJECTS)
    for number, (cls, lines) in enumerate(all_cases(chance)):
        bound = needs_every_project(cls)
        for at, project in enumerate(PROJECTS):
            # Names are made in the first three.
            is_here = project != "columns" if bound else at == number % 3 or (at < 3 and "constraint" in cls)
            if is_here:
                write(f"{folder}/{project}/scripts/versions", number, cls, lines, last, project)
                written[project][cls] = written[project].get(cls, 0) + 1
    print(json.dumps(written))


def write(folder, number, cls, lines, last, project):
    id = f"c{number:05}"
    body = "\n    ".join(lines).replace("{n}", str(number))
    with open(f"{folder}/{id}.py", "w", encoding="utf-8") as file:
        file.write(REVISION.format(cls=cls, id=id, down=repr(last[project]), body=body))
    last[project] = id


main(sys.argv[1])
