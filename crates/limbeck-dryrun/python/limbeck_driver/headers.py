"""What the headers of revision files are worth: the four names that alembic reads from each module."""

import os
from collections.abc import Iterable


def header_of(path):
    """Imports one revision file as alembic does (script/base.py, `Script._from_path`); names that it lacks are left out."""
    from alembic.util import load_python_file

    module = load_python_file(os.path.dirname(path), os.path.basename(path))
    header = {}
    if hasattr(module, "revision"):
        header["revision"] = text("revision", module.revision)
    for name in ("down_revision", "branch_labels", "depends_on"):
        if hasattr(module, name):
            header[name] = texts(name, getattr(module, name))
    return header


def texts(name, value):
    """As alembic takes it (util/langhelpers.py, `to_tuple`); a set is sorted, for it has no order of its own."""
    if value is None or value == (None,):
        return []
    if isinstance(value, str) or not isinstance(value, Iterable):
        return [text(name, value)]
    found = [text(name, entry) for entry in value]
    return sorted(found) if isinstance(value, (set, frozenset)) else found


def text(name, value):
    if not isinstance(value, str):
        raise TypeError(f"`{name}` holds {value!r}, which is no text")
    return value
