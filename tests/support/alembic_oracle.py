"""Answers as alembic's own commands print them, for one tree after another: one JSON line for each line of input.

A line of input is `{"directory": …, "config": …, "questions": [{"command": "history", "arguments": {…}}, …]}`; the answer
has, for each question, `{"out": what alembic writes to standard output}` or `{"error": …, "kind": …, "text": …}`: whether
alembic refuses or dies, what kind of error lies below, and what is said. A tree whose map alembic cannot build has that
as its `fault`, which is then the answer to every question.
The question `"map"` is none of alembic's commands; it is answered with what alembic holds of the tree, as JSON.

With `"stub": "missing"`, modules that do not exist are stood in for, so that trees can be read whose app is not there;
with `"stub": "foreign"`, all but those of Python and alembic.

What alembic leaves to hash order is put into declared order, once the map of a tree is made: the order of several
dependencies, of a branch point's followers, of branch labels, and of the revisions that `current` prints; and always: which
row of the version table a merge changes and which it takes away.
"""

import importlib.abc
import importlib.machinery
import io
import json
import os
import sys
import warnings
from unittest.mock import MagicMock

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import RevisionStep
from alembic.script import ScriptDirectory
from alembic.script import revision as errors
from alembic.util import CommandError

warnings.simplefilter("ignore")
sys.dont_write_bytecode = True


def put_in_declared_order(scripts):
    """Sorts what alembic keeps in sets; only the order in which it is walked and printed changes."""
    revision_map = scripts.revision_map
    entries = revision_map._revision_map
    revisions = list(dict.fromkeys(r for r in entries.values() if r is not None))
    place = {revision.revision: index for index, revision in enumerate(revisions)}
    labels = list(dict.fromkeys(label for revision in revisions for label in revision._orig_branch_labels))
    for revision in revisions:
        revision.nextrev = sorted(revision.nextrev, key=place.get)
        revision.branch_labels = sorted(revision.branch_labels, key=labels.index)
        kept = set(revision._normalized_resolved_dependencies)
        declared = dict.fromkeys(revision._resolved_dependencies)
        revision._normalized_resolved_dependencies = tuple(d for d in declared if d in kept)
    all_current = revision_map._get_all_current
    revision_map._get_all_current = lambda rows: sorted(all_current(rows), key=lambda r: place[r.revision])


def put_rows_in_declared_order():
    """Sorts the rows that a merge takes away, and those that it gives back on the way down."""
    merge, unmerge = RevisionStep.merge_branch_idents, RevisionStep._unmerge_to_revisions

    def merge_branch_idents(step, heads):
        deleted, updated, to = merge(step, heads)
        rows = [row for row in step.from_revisions if row in deleted or row == updated]
        return rows[:-1], rows[-1], to

    def unmerge_to_revisions(step, heads):
        rows = unmerge(step, heads)
        return tuple(row for row in step.to_revisions if row in rows)

    RevisionStep.merge_branch_idents = merge_branch_idents
    RevisionStep._unmerge_to_revisions = unmerge_to_revisions


class Once:
    """`ScriptDirectory.from_config`, but each tree is loaded once and not for each command."""

    def __init__(self, load):
        self.load = load
        self.scripts = None

    def __call__(self, config):
        if self.scripts is None:
            scripts = self.load(config)
            put_in_declared_order(scripts)
            self.scripts = scripts
        for revision in self.scripts.revision_map._revision_map.values():
            if revision is not None:
                revision._db_current_indicator = None
        return self.scripts


class Anything(MagicMock):
    """Has every attribute, can be called, and can be the base of a class."""

    def __mro_entries__(self, bases):
        return ()

    def __instancecheck__(self, instance):
        return False

    __code__ = MagicMock()


class Open(type):
    """The type of classes that have every attribute."""

    def __getattr__(cls, name):
        return Anything()


def base_of_no_tables(*arguments, **keywords):
    """A class that `type` takes as a base, instead of SQLAlchemy's."""
    return Open("Base", (), {})


class StandIn(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds a package that has everything for each module of the kind that is asked for."""

    REAL = {*sys.stdlib_module_names, "alembic"}

    def __init__(self, kind):
        self.kind = kind

    def is_foreign(self, name):
        return name.split(".")[0] not in self.REAL

    def __enter__(self):
        self.modules = dict(sys.modules)
        if self.kind == "missing":
            sys.meta_path.append(self)
        if self.kind == "foreign":
            sys.meta_path.insert(0, self)
            for name in filter(self.is_foreign, self.modules):
                if name != "__main__":
                    del sys.modules[name]

    def __exit__(self, *error):
        if self.kind:
            sys.meta_path.remove(self)
            sys.modules.clear()
            sys.modules.update(self.modules)

    def find_spec(self, name, path=None, target=None):
        if not self.is_foreign(name):
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        module = Anything(name=spec.name)
        module.__path__, module.__spec__, module.__name__ = [], spec, spec.name
        module.__file__, module.__loader__, module.__all__ = None, self, []
        module.declarative_base = base_of_no_tables
        return module

    def exec_module(self, module):
        pass


# What alembic's errors of one class begin with, and the kind that this is.
BEGINNINGS = {
    "No such revision or branch": "unknown revision",
    "Multiple revisions start": "ambiguous revision",
    "No such branch": "unknown branch",
    "Requested revision": "overlap",
    "Relative revision": "walked too far",
    "Walked too far": "walked too far",
    "Ambiguous walk": "ambiguous walk",
    "Ambiguous upgrade": "ambiguous upgrade",
    "Branch name": "label clash",
    "Character(s)": "illegal id",
    "History range requires": "no range",
    "Not a valid downgrade target": "no downgrade target",
}


def kind_of(error):
    """The kind of the error that alembic's command functions have put into their own words."""
    if isinstance(error, errors.DependencyCycleDetected):
        return "dependency cycle"
    if isinstance(error, errors.CycleDetected):
        return "cycle"
    if isinstance(error, errors.MultipleHeads):
        return "multiple heads"
    if isinstance(error, errors.RangeNotAncestorError):
        return "not an ancestor"
    text = str(error)
    for beginning, kind in BEGINNINGS.items():
        if text.startswith(beginning):
            return kind
    if isinstance(error, errors.ResolutionError):
        return "not on branch"
    return type(error).__name__


def told(error):
    """`refused` where alembic says so itself, `crash` where it dies of something else."""
    is_own = isinstance(error, CommandError)
    cause = error.__cause__ if is_own and error.__cause__ else error
    text = f"{type(error).__name__}: {error}"
    return {"error": "refused" if is_own else "crash", "kind": kind_of(cause), "text": text}


def describe(scripts):
    """The shape of a tree, and the order of an upgrade from empty to the heads."""
    revisions = list(scripts.walk_revisions())

    def ids(found):
        return [revision.revision for revision in found]

    return {
        "heads": scripts.get_heads(),
        "bases": sorted(scripts.get_bases()),
        "history": ids(revisions),
        "branch_points": ids(revision for revision in revisions if revision.is_branch_point),
        "merge_points": ids(revision for revision in revisions if revision.is_merge_point),
        "upgrade": ids(step.revision for step in scripts._upgrade_revs("heads", ())),
    }


def ask(config, question):
    written = io.BytesIO()
    config.stdout = config.output_buffer = out = io.TextIOWrapper(written, encoding="utf-8", newline="\n")
    try:
        if question["command"] == "map":
            json.dump(describe(ScriptDirectory.from_config(config)), out)
        else:
            getattr(command, question["command"])(config, **question["arguments"])
    except (Exception, SystemExit) as error:
        return told(error)
    out.flush()
    return {"out": written.getvalue().decode()}


def answers(config, questions):
    try:
        ScriptDirectory.from_config(config)
    except (Exception, SystemExit) as error:
        fault = told(error)
        return {"fault": fault, "answers": [fault] * len(questions)}
    return {"answers": [ask(config, question) for question in questions]}


def reply_to(tree):
    os.chdir(tree["directory"])
    path, load = list(sys.path), ScriptDirectory.from_config
    ScriptDirectory.from_config = Once(load)
    config = Config(tree.get("config", "alembic.ini"))
    try:
        with StandIn(tree.get("stub")):
            return answers(config, tree["questions"])
    finally:
        ScriptDirectory.from_config = load
        sys.path[:] = path


def main():
    put_rows_in_declared_order()
    for line in sys.stdin:
        print(json.dumps(reply_to(json.loads(line))), flush=True)


main()
