"""Places in running code, and which of it is the project's own."""

import itertools
import os
import sys
import sysconfig


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
            known = path in self.scripts or real.startswith(self._home) or not (path.startswith("<") or real.startswith(self._foreign))
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
