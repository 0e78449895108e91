"""Stands in for modules that are not installed, and notes what is done with them.

Revisions import their application. Where it is not there, each of its names becomes a `StandIn`, which takes whatever is
done with it. What alembic renders from one is not what the application would have rendered, so while a revision runs,
everything that is done with a stand-in but its mention is noted.
"""

import importlib.machinery
import sys

# What was done with stand-ins since the list was last cleared.
USES = []

# Calls of these say something to a person and send no SQL.
TALK = {"debug", "info", "warning", "warn", "error", "exception", "critical", "echo", "secho", "getLogger", "get_logger"}


def is_of_sqlalchemy(depth):
    module = sys._getframe(depth).f_globals.get("__name__", "")
    return module.split(".")[0] in ("sqlalchemy", "alembic")


class StandIn:
    """Has every attribute, can be called, compared and used as the base of a class."""

    def __init__(self, path):
        self.__dict__["path"] = path

    def __getattr__(self, name):
        if is_of_sqlalchemy(2):
            USES.append(f"`{self.path}` was given to SQLAlchemy")
            raise AttributeError(name)
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return StandIn(f"{self.path}.{name}")

    def __call__(self, *arguments, **keywords):
        # The decorators of functions and classes leave them as they are.
        if self.path.rsplit(".", 1)[-1] in TALK:
            return StandIn(f"{self.path}(…)")
        USES.append(f"`{self.path}` was called")
        return StandIn(f"{self.path}(…)")

    def __setattr__(self, name, value):
        USES.append(f"`{self.path}` was changed")

    def __mro_entries__(self, bases):
        return ()

    def __instancecheck__(self, instance):
        USES.append(f"`{self.path}` was asked for")
        return False

    def __repr__(self):
        return f"<{self.path}>"

    def __hash__(self):
        return id(self)


def used(name, result):
    def method(self, *arguments):
        USES.append(f"`{self.path}` was asked `{name}`")
        return result(self)

    return method


for special in "add radd sub rsub mul rmul truediv rtruediv floordiv mod rmod and rand or ror xor neg invert getitem enter".split():
    setattr(StandIn, f"__{special}__", used(special, lambda self: StandIn(f"{self.path}(…)")))
for special in "eq ne lt le gt ge contains bool exit".split():
    setattr(StandIn, f"__{special}__", used(special, lambda self: False))
StandIn.__iter__ = used("iter", lambda self: iter(()))
StandIn.__len__ = used("len", lambda self: 0)
StandIn.__str__ = used("str", repr)
StandIn.__int__ = used("int", lambda self: 0)
StandIn.__index__ = used("index", lambda self: 0)
StandIn.__fspath__ = used("fspath", lambda self: "/nowhere")


class Finder:
    """Finds a stand-in for each module that is not there, and one for what a package lacks whose modules are there."""

    def find_spec(self, name, path=None, target=None):
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec is not None and spec.loader is not None and spec.origin is not None:
            return None
        found = importlib.machinery.ModuleSpec(name, self, is_package=True)
        # A folder without `__init__.py` is one of which the wheel's other files were not kept.
        found.submodule_search_locations = list(spec.submodule_search_locations) if spec else []
        return found

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        def attribute(name):
            if name.startswith("__") and name.endswith("__"):
                raise AttributeError(name)
            return StandIn(f"{module.__name__}.{name}")

        module.__getattr__ = attribute
        module.__all__ = []
        module.__file__ = "/nowhere/__init__.py"


def install():
    """What this Python really has is found before."""
    sys.meta_path.append(Finder())
    # Before the finder of paths, which takes a folder without `__init__.py` for a package that has no names.
    finders = sys.meta_path
    finders.insert(finders.index(importlib.machinery.PathFinder), Namespaces())


class Namespaces(Finder):
    """Comes before the finder of paths, for folders only."""

    def find_spec(self, name, path=None, target=None):
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec is None or (spec.loader is not None and spec.origin is not None):
            return None
        return super().find_spec(name, path, target)
