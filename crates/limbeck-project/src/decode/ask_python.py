"""Writes cases.toml: Python files as hex, and the value of their variable `s`, or nothing where Python refuses them.

    python3 src/decode/ask_python.py > src/decode/cases.toml
"""

import json
import sys
import warnings

warnings.simplefilter("ignore")
E = "s = 'h\u00e9'\n"
BOM = b"\xef\xbb\xbf"


def cookie(name, codec=None, text=E, before=b"# ", sign=b"coding: "):
    return before + sign + name.encode() + b" \n" + text.encode(codec or name)


CASES = [
    E.encode(), BOM + E.encode(), E.encode("latin-1"), b"", BOM, b"\n\n" + E.encode(), b"s = 'a\x00b'\n", E.encode("utf-16"),
    b"\x00", b"s = 'a'\x00",
    cookie("latin-1"), cookie("Latin-1"), cookie("latin1"), cookie("iso-8859-1"), cookie("ISO_8859-1"), cookie("iso8859_1"), cookie("latin-1-unix", "latin-1"),
    cookie("l1"), cookie("cp819", "latin-1"), cookie("utf-8"), cookie("UTF8"), cookie("utf-8-unix", "utf-8"), cookie("utf_8_sig", "utf-8"), cookie("utf8mb4", "utf-8"),
    cookie("utf-8", "latin-1"), cookie("ascii", "utf-8"), cookie("us-ascii", "ascii", "s = 'e'\n"), cookie("ascii", "latin-1"), cookie("646", "ascii", "s = 'e'\n"),
    cookie("cp1252"), cookie("windows-1252"), cookie("windows_1252"), cookie("cp1252", None, "s = '\u20ac'\n"), cookie("latin-1", "cp1252", "s = '\u20ac'\n"),
    cookie("cp1251", None, "s = '\u0436'\n"), cookie("koi8-r", None, "s = '\u0436'\n"), cookie("KOI8_R", None, "s = '\u0436'\n"), cookie("iso-8859-5", None, "s = '\u0436'\n"),
    cookie("iso-8859-15", None, "s = '\u20ac'\n"), cookie("latin9", None, "s = '\u20ac'\n"), cookie("iso8859-2", None, "s = '\u0142'\n"), cookie("latin2", None, "s = '\u0142'\n"),
    cookie("shift_jis", None, "s = '\u65e5'\n"), cookie("cp932", None, "s = '\u65e5'\n"), cookie("euc-jp", None, "s = '\u65e5'\n"), cookie("gbk", None, "s = '\u65e5'\n"),
    cookie("gb2312", None, "s = '\u65e5'\n"), cookie("gb18030", None, "s = '\u65e5'\n"), cookie("big5", None, "s = '\u65e5'\n"), cookie("euc-kr", None, "s = '\ud55c'\n"), cookie("cp949", None, "s = '\ud55c'\n"),
    cookie("cp866", None, "s = '\u0436'\n"), cookie("mac-roman", None, E), cookie("gbk", "latin-1", "s = '\u00ff\u00ff'\n"), cookie("euc_jp", "latin-1", "s = '\u00e9'\n"),
    cookie("nonsense", "utf-8"), cookie("rot13", "utf-8"), cookie("x-sjis", "utf-8"), cookie("utf-16", "utf-8"), cookie("utf-8.", "utf-8"), cookie("hex", "utf-8"),
    BOM + cookie("utf-8"), BOM + cookie("latin-1", "utf-8"), BOM + cookie("utf8"), BOM + cookie("nonsense", "utf-8"), BOM + E.encode("latin-1"),
    cookie("latin-1", sign=b"-*- coding: "), cookie("latin-1", sign=b"vim: set fileencoding="), cookie("latin-1", sign=b"coding="), cookie("latin-1", sign=b"coding :"),
    cookie("latin-1", sign=b"encoding:\t "), cookie("latin-1", sign=b"CODING: "), cookie("latin-1", sign=b"coding: , coding: "), cookie("latin-1", sign=b"coding:: "),
    cookie("latin-1", before=b" \t\x0c#"), cookie("latin-1", before=b"\x0b#"), cookie("latin-1", before=b"#!/bin/sh\n# "), cookie("latin-1", before=b"\n# "), cookie("latin-1", before=b"  \t\n# "),
    cookie("latin-1", before=b"\x0c\n# "), cookie("latin-1", before=b"x = 1\n# "), cookie("latin-1", before=b"\n\n# "), cookie("latin-1", before=b"# a\n# b\n# "), cookie("latin-1", before=b"x = 1 # "),
    cookie("latin-1", before=b"\r\n# "), cookie("latin-1", before=b"\r# "), cookie("latin-1", before=b"\r\n\r\n# "), cookie("latin-1", before=b"\r\r# "), cookie("latin-1", before=b"# a\r\n# "),
    cookie("latin-1", before=b"\n\r\n# "), cookie("latin-1", before=b"\r\n\n# "), cookie("latin-1", before=b"'''\n# ", text="'''\n" + E),
    b"# coding: latin-1", b"# coding: nonsense", b"# coding:", b"# coding:l1", b"#coding:l1\ns='\xe9'", b"#coding=\ns='\xe9'\n", b"\n#coding:l1\ns='\xe9'",
    b"# coding: latin-1\r\ns = 'h\xe9'\r\n", b"# coding: latin-1\rs = 'h\xe9'\r", b"# coding: utf-8 coding: latin-1\ns = 'h\xe9'\n", b"# \xe9 coding: latin-1\ns = 'h\xe9'\n",
    b"# \xe9\n# coding: latin-1\ns = 'h\xe9'\n", b"s = '\xed\xa0\x80'\n", b"s = '\xc3'\n", b"\"\"\"x\"\"\"\n# coding: latin-1\ns = 'h\xe9'\n",
]

print(f"# Made by ask_python.py with Python {sys.version.split()[0]}.")
for case in CASES:
    space = {}
    print(f'[[case]]\nhex = "{case.hex()}"')
    try:
        exec(compile(case, "case.py", "exec"), space)
    except (SyntaxError, ValueError):
        continue
    print(f"value = {json.dumps(space.get('s', ''), ensure_ascii=False)}".replace("\x7f", "\\u007f"))
