"""Names that tell a build of a file from others, so that a browser never joins an old file to a new page."""

from __future__ import annotations

import hashlib
import json
import posixpath
import re

__all__ = ["mark", "mark_builds"]

# Where a page names a file beside it: pages themselves have lasting addresses.
NAMED = re.compile(r'((?:src|srcset|href|data-file)=")([^"#?:]+\.(?:js|css|svg))(?=")')
START, EMPTY = "assets/site.js", "const MARKS = {};"
LIBRARIES = ("programs.js", "vega.js", "widgets.css", "widgets.js")


def mark_builds(files: dict[str, str | bytes]) -> dict[str, str | bytes]:
    """The files of the site, with a mark of the content after the name of every script, sheet and picture.

    A browser that keeps the files of an earlier build asks for others then, whatever it was told about keeping them.

    Parameters
    ----------
    files
        By their path, with the start program and the libraries that it loads.
    """
    marked = dict(files)
    known = json.dumps({name: f"?{mark(files[f'assets/{name}'])}" for name in LIBRARIES})
    marked[START] = str(files[START]).replace(EMPTY, f"const MARKS = {known};")
    marks = {path: mark(content) for path, content in marked.items() if not path.endswith(".html")}
    for path, page in files.items():
        if path.endswith(".html"):
            folder = posixpath.dirname(path)

            def name(found: re.Match[str], folder: str = folder) -> str:
                target = posixpath.normpath(posixpath.join(folder, found[2]))
                return f"{found[0]}?{marks[target]}" if target in marks else found[0]

            marked[path] = NAMED.sub(name, str(page))
    return marked


def mark(content: str | bytes) -> str:
    """What tells a build of a file from others."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()[:8]
