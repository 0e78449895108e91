"""Writes cases.toml: ini texts, and what Python's configparser makes of them.

    python3 src/ini/ask_configparser.py > src/ini/cases.toml              the file that is checked in
    python3 src/ini/ask_configparser.py 20000 7 > FILE                    so many random texts from seed 7

`LIMBECK_INI_CASES=FILE cargo nextest run -p limbeck-project` then runs the tests over that file instead.
"""

import configparser
import json
import random
import sys

TRICKY = [
    "", "\n\n# only\n; comments\n", "[a]", "[a]\nk = v", "[a]\nk=v\r\nl : w\r\n", "[a]\rk=v\rl=w",
    "k = v\n[a]\n", "  [a]\n  k = v\n  l = w\n", "[a]\n  k = v\nl = w\n", "[a]\nk = v\n  more\n\tand more\n",
    "[a]\nk =\n  x\n  y\n", "[a]\nk = 1\n\n  2\n\n\n[b]\nl=1\n", "[a]\nk = 1\n# no\n  2\n  # no\n  3\n",
    "[a]\nk = 1\n  [b]\n  l = 2\n", "[a]\nk = v # not a comment\nl = w ; neither\n", "[a]\nK = v\nk = w\n",
    "[a]\nk = v\n[a]\nl = w\n", "[DEFAULT]\nk = 1\n[DEFAULT]\nl = 2\n[a]\n", "[DEFAULT]\nk = 1\n[DEFAULT]\nk = 2\n[a]\n",
    "[DEFAULT]\nk = %(l)s\nl = d\n[a]\nl = own\n[b]\n", "[a]\nnothing\n", "[a]\n= v\n", "[a]\n: v\n", "[a]\nk\n  = v\n",
    "[a]\nk = a=b:c\n", "[a]\nk : a=b\n", "[a]\nk: = v\n", "[a] trailing\nk = v\n", "[a]b]\nk = v\n", "[]\nk = v\n", "[]]\nk=v\n",
    "[ a ]\nk = v\n", "[a\nk = v\n", "[a]\n[k = v\n", "[a]\n[k] = v\n", "\ufeff[a]\nk = v\n", "\ufeff\n[a]\nk=v\n",
    "[a]\nk = %%\nl = %%(k)s\n", "[a]\nk = %(k)s\n", "[a]\nk = 100%\n", "[a]\nk = %(l\nl = 1\n", "[a]\nk = %()s\n", "[a]\nk = %(l)d\nl=1\n",
    "[a]\nk = %(L)s\nl = %(m)s\nm = %%\n", "[a]\nk = %(here)s/x\n", "[a]\nhere = own\nk = %(here)s\n", "[DEFAULT]\nhere = d\n[a]\nk = %(here)s\n",
    "[a]\n" + "".join(f"k{n} = %(k{n + 1})s\n" for n in range(12)) + "k12 = end\n",
    "[a]\n" + "".join(f"k{n} = x%(k{n + 1})s\n" for n in range(12)) + "k12 = %%\n",
    "[a]\nk = %(no)s\n", "[a]\nk = %(a\nb)s\n", "[a]\nk =\n  %(l\n  )s\n", "[a]\nk\u00a0=\u00a0v\u00a0\n", "[a]\nk\x1c=\x1dv\x1e\n\x1f\n", "[a]\nk = a\x0bb\x0c\n",
    "[a]\nk = a\x85b\u2028c\n\u3000d\n", "[a]\n\u00c9 = 1\n\u00e9 = 2\n", "[a]\n\u0130X = 1\n", "[a]\nk = 1\n   \n \t deeper\n", "[a]\n k = 1\n l = 2\n  m = 3\n",
    "[a]\nk = \n\n\nl = 2\n", "[a]\nk = 1\n\n\n", "[a]\nk =\n\n  \n  x\n", "[a]\nk v = 1\n k  w  = 2\n", "[a]\n;k = 1\n ;l\n#m\nrem = 3\nREM x = 4\n",
    "[default]\nk = 1\n[a]\n", "[a]\nk = \"q\"\nl = 'q'\n", "[a]\nk = 1 \\\n  2\n", "[alembic]\nsqlalchemy.url = pg://u:p%%40@h/d\nfile_template = %%(year)d_%%(rev)s\n",
    "[a]\nk = 1\n[b]\n  l = 2\n  m = 3\n[DEFAULT]\n  n = 4\n   o = 5\n",
]
PIECES = [
    "[a]", "[b]", "[DEFAULT]", "[", "]", "\n", "\n", "\n", "\r\n", "\r", " ", "  ", "\t", "=", ":", " = ", "k", "l", "M", "here", "%", "%%",
    "%(k)s", "%(l)s", "%(m)s", "%(here)s", "%(", ")s", "#", ";", "\u00e9", "\u00a0", "\x1c", "v", "\nk = v", "\n[a]\nk = 1", "\n  more", "\n\n", "\nl =", "\nm: %(k)s",
]


def judge(text):
    parser = configparser.ConfigParser({"here": "/h"})
    # What open() does to line ends.
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lines = [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    try:
        parser.read_file(lines)
    except configparser.Error:
        return None
    values = {}
    for section in parser.sections():
        for key in parser.options(section):
            try:
                values[f"{section}.{key}"] = parser.get(section, key)
            except configparser.Error:
                values[f"{section}.{key}"] = None
    return values


def string(text):
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def write(text):
    print(f"[[case]]\ntext = {string(text)}")
    values = judge(text)
    if values is not None:
        print("[case.values]")
        for key, value in values.items():
            print(f"{string(key)} = {'false' if value is None else string(value)}")


count, seed = (int(number) for number in sys.argv[1:]) if len(sys.argv) > 1 else (150, 1)
chance = random.Random(seed)
print(f"# Made by ask_configparser.py with Python {sys.version.split()[0]}. No values: an error. `false`: no such value.")
for text in TRICKY:
    write(text)
for _ in range(count):
    start = chance.choice(["", "[a]\n", "[a]\nk = 1\n", "[DEFAULT]\nm = %(k)s\n[a]\nk = v\n"])
    write(start + "".join(chance.choice(PIECES) for _ in range(chance.randrange(14))))
