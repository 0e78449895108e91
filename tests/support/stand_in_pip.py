"""Stands in for pip in a pipeline's container: stand_in_pip.py RECORD BIN LIMBECK install WHAT...

Nothing is fetched. `.` and its extras must be satisfied by the packages of this Python, whose commands then appear in
BIN; `limbeck` puts the built one there. Everything is noted in RECORD, and everything else is refused.
"""

import importlib.metadata
import os
import re
import sys
import tomllib

COMMANDS = {"alembic": "alembic", "pytest": "pytest"}


def install_project(extras, folder):
    with open("pyproject.toml", "rb") as file:
        project = tomllib.load(file)["project"]
    requirements = list(project["dependencies"])
    for extra in extras:
        requirements += project["optional-dependencies"][extra]
    for requirement in requirements:
        name = re.match(r"[A-Za-z0-9._-]+", requirement)[0]
        version = importlib.metadata.version(name)
        print(f"Requirement already satisfied: {requirement} ({version})")
        if name in COMMANDS:
            put(folder, name, f"exec '{sys.executable}' -P -m {COMMANDS[name]} \"$@\"")


def put(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w") as file:
        file.write(f"#!/bin/sh\n{text}\n")
    os.chmod(path, 0o755)


def main():
    record, folder, limbeck, command, *wanted = sys.argv[1:]
    with open(record, "a") as file:
        print("pip", command, *wanted, file=file)
    if command != "install":
        sys.exit(f"the stand-in for pip does not know `{command}`")
    for requirement in wanted:
        project = re.fullmatch(r"\.(?:\[([a-z,]+)\])?", requirement)
        if project:
            install_project((project[1] or "").split(",") if project[1] else [], folder)
        elif requirement == "limbeck":
            put(folder, "limbeck", f"exec '{limbeck}' \"$@\"")
        else:
            sys.exit(f"the stand-in for pip has no `{requirement}`")


main()
