"""Answers questions about revision trees with alembic's own RevisionMap, one JSON line for each line of input.

Nothing of the tree is on disk: Revision objects are made in memory. One thing of alembic is patched: the order of
`_normalized_resolved_dependencies`, which is that of a set of strings and so differs from process to process, becomes
the declared order (see `tests/oracle/main.rs`). Everything else that alembic leaves to hash order is sorted.
"""

import json
import signal
import sys
import warnings

from alembic.runtime.migration import HeadMaintainer, RevisionStep
from alembic.script import revision as alembic_revision
from alembic.script.revision import Revision, RevisionMap

warnings.simplefilter("ignore")


def normalize_in_declared_order(self, revisions, map_):
    original_normalize(self, revisions, map_)
    for revision in revisions:
        kept = set(revision._normalized_resolved_dependencies)
        declared = dict.fromkeys(revision._resolved_dependencies)
        revision._normalized_resolved_dependencies = tuple(d for d in declared if d in kept)


original_normalize = RevisionMap._normalize_depends_on
RevisionMap._normalize_depends_on = normalize_in_declared_order


class Hang(BaseException):
    """alembic has not answered for ten seconds: some broken trees make it loop for ever."""


def hang(signal_number, frame):
    raise Hang


def kind_of(error):
    """What kind of error it is, with the parts that do not depend on hash order."""
    text = str(error)
    if isinstance(error, alembic_revision.CycleDetected):
        return ["cycle", type(error).__name__, sorted(error.revisions)]
    if isinstance(error, alembic_revision.MultipleHeads):
        return ["multiple_heads", error.argument, list(error.heads)]
    if isinstance(error, alembic_revision.RangeNotAncestorError):
        return ["not_ancestor"]
    if isinstance(error, alembic_revision.ResolutionError):
        if text.startswith("No such revision"):
            return ["unknown_revision", error.argument]
        if text.startswith("Multiple revisions start"):
            return ["ambiguous_revision", error.argument]
        if text.startswith("No such branch"):
            return ["unknown_branch", error.argument]
        return ["not_on_branch", error.argument, text]
    if isinstance(error, alembic_revision.RevisionError):
        for beginning, kind in BEGINNINGS.items():
            if text.startswith(beginning):
                return [kind]
        return ["other", text]
    return ["crash", type(error).__name__, text]


BEGINNINGS = {
    "Requested revision": "overlap",
    "Relative revision": "walked_too_far",
    "Walked too far": "walked_too_far",
    "Ambiguous walk": "ambiguous_walk",
    "Ambiguous upgrade": "ambiguous_upgrade",
    "Not a valid downgrade": "not_a_downgrade_target",
    "Branch name": "label_clash",
    "Character(s)": "illegal_id",
}


class Heads(HeadMaintainer):
    """alembic's HeadMaintainer without a database: only its set of heads."""

    def _insert_version(self, version):
        assert version not in self.heads
        self.heads.add(version)

    def _delete_version(self, version):
        self.heads.remove(version)

    def _update_version(self, from_, to_):
        assert to_ not in self.heads
        self.heads.remove(from_)
        self.heads.add(to_)


def run_steps(map_, rows, steps):
    """The sorted rows after each step, up to the first that alembic cannot do."""
    heads = Heads(None, rows)
    states = []
    for id_, is_upgrade in steps:
        step = RevisionStep.__new__(RevisionStep)
        step.revision_map, step.revision, step.is_upgrade = map_, map_._revision_map[id_], is_upgrade
        try:
            heads.update_to_step(step)
        except Exception as error:
            states.append({"error": kind_of(error)})
            break
        states.append(sorted(heads.heads))
    return states


def name(found):
    return found if found is None or isinstance(found, str) else found.revision


def argument(value):
    return tuple(value) if isinstance(value, list) else value


def walk(map_, query, **options):
    upper, lower = argument(query["upper"]), argument(query["lower"])
    return [r.revision for r in map_.iterate_revisions(upper, lower, **options)]


def left_over(map_, query):
    """Where the topological sort dies of `assert not todo`: what it should have sorted."""
    try:
        needs, _ = map_._collect_upgrade_revisions(
            argument(query["upper"]), argument(query["lower"]), True, False, False
        )
    except Exception:
        return None
    return sorted(r.revision for r in needs)


def answer(map_, query):
    what = query["what"]
    if what == "resolve":
        return [name(found) for found in map_.get_revisions(query["symbol"])]
    if what == "resolve_one":
        return name(map_.get_revision(query["symbol"]))
    if what == "history":
        return walk(map_, query, inclusive=True, assert_relative_length=False)
    if what == "upgrade":
        return walk(map_, query, implicit_base=True)[::-1]
    if what == "downgrade":
        return walk(map_, query, select_for_downgrade=True)
    if what == "current":
        return sorted(name(r) for r in map_._get_all_current(tuple(query["rows"])))
    if what == "steps":
        return run_steps(map_, query["rows"], query["steps"])
    raise ValueError(what)


def ask(map_, query):
    try:
        return {"ok": answer(map_, query)}
    except Exception as error:
        reply = {"error": kind_of(error)}
        if query["what"] == "history" and isinstance(error, AssertionError):
            reply["left_over"] = left_over(map_, query)
        return reply


def describe(map_):
    revisions = {r.revision: r for r in map_._revision_map.values() if r is not None}
    return {
        "heads": list(map_.heads),
        "real_heads": list(map_._real_heads),
        "bases": list(map_.bases),
        "real_bases": list(map_._real_bases),
        "revisions": {id_: facts(r) for id_, r in revisions.items()},
    }


def facts(r):
    return {
        "labels": sorted(r.branch_labels),
        "down": list(dict.fromkeys(r._versioned_down_revisions)),
        "dependencies": list(dict.fromkeys(r._resolved_dependencies)),
        "normalized": list(r._normalized_resolved_dependencies),
        "next": sorted(r.nextrev),
        "all_next": sorted(r._all_nextrev),
        "flags": [r.is_head, r._is_real_head, r.is_base, r._is_real_base, r.is_branch_point]
        + [r._is_real_branch_point, r.is_merge_point],
    }


def revisions_of(tree):
    for node in tree["nodes"]:
        yield Revision(
            node["id"], tuple(node["down"]) or None, tuple(node["depends_on"]) or None, tuple(node["labels"])
        )


def reply_to(tree):
    map_ = RevisionMap(lambda: revisions_of(tree))
    try:
        map_._revision_map
    except Hang:
        return {"error": ["hang"]}
    except Exception as error:
        return {"error": kind_of(error)}
    return {"map": describe(map_), "answers": [ask(map_, query) for query in tree["queries"]]}


signal.signal(signal.SIGALRM, hang)
for line in sys.stdin:
    signal.alarm(10)
    print(json.dumps(reply_to(json.loads(line))), flush=True)
    signal.alarm(0)
