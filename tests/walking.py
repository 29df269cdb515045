"""Walking over the marks of a chart with its cursor, inside a page."""

import re
from pathlib import Path

from driving import SCRIPTS

PROGRAM = (Path(__file__).parent / "javascript" / "cursor.js").read_text("utf-8")
CURSOR = re.sub("^export |^import .*", "", PROGRAM, flags=re.M)


def cursor(name):
    """A function of javascript/cursor.js, to be evaluated in a page."""
    return f"(...given) => {{ {SCRIPTS}\n{CURSOR}\nreturn {name}(...given); }}"
