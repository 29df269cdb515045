"""JavaScript modules that stand in files of their own, joined into the one that anywidget takes."""

import re
from pathlib import Path

__all__ = ["join_modules"]

IMPORT = re.compile(r'^import [^;]* from "\.{1,2}/[^"]*";\n', re.MULTILINE)


def join_modules(*files: Path) -> str:
    """Join modules, each after those that it imports, into one without imports. Names must differ between them.

    The last one keeps its ``export default``; the others export to those after them by their names alone.
    """
    parts = [IMPORT.sub("", file.read_text(encoding="utf-8")) for file in files]
    parts = [re.sub(r"^export (?!default)", "", part, flags=re.MULTILINE) for part in parts]
    return "\n".join(parts)
