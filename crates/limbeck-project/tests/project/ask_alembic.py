"""Says what alembic makes of a project: `python ask_alembic.py NAME [-c FILE]...`, run in the project's directory.

Prints the script directory, the version locations and the files in load order, one a line, or `error: CLASS`.
Revision files are not executed.
"""

import os
import sys
import types
import warnings
from argparse import Namespace

warnings.simplefilter("ignore")

from alembic import util
from alembic.config import CommandLine, Config
from alembic.script import ScriptDirectory

count = 0


def load(*_):
    global count
    count += 1
    return types.SimpleNamespace(revision=f"r{count}", down_revision=None, __doc__="")


util.load_python_file = load
name, config = sys.argv[1], sys.argv[2:]
try:
    toml, ini = CommandLine()._inis_from_config(Namespace(config=config or None))
    directory = ScriptDirectory.from_config(Config(ini, toml_file=toml, ini_section=name))
    lines = [os.path.abspath(directory.dir)]
    lines += [f"location {os.path.abspath(path)}" for path in directory._version_locations]
    lines += [f"file {script.path}" for script in directory._load_revisions()]
    print("\n".join(lines))
except Exception as error:
    print(f"error: {type(error).__name__}")
