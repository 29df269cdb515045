"""What stays folded on a page until its reader has answered: observations, checks and explanations.

The rule goes by the ids of cells, so that a new section follows it without a word. A cell that gives work and no answer
stays open: it is tagged ``task`` in the notebook.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

__all__ = ["find_waiting"]

ASKS = re.compile(r"-(?:predict|ask)$")
TELLS = re.compile(r"-(read|check|why)(?:-[\w-]+)?$")
SHOWS = re.compile(r"^evidence\(", re.MULTILINE)  # the documents behind a verdict


def find_waiting(cells: Iterable[Any]) -> dict[str, tuple[str, str]]:
    """The cells that wait for an answer: the id of each with that of the question, and with what it tells.

    A cell waits for the question asked last above it under the same heading.
    """
    asked, waiting = None, {}
    for cell in cells:
        if cell.cell_type == "markdown" and re.match(r"#{2,3} ", cell.source):
            asked = None
        if ASKS.search(cell.id):
            asked = cell.id
        elif asked and "task" not in cell.metadata.get("tags", ()):
            if told := TELLS.search(cell.id):
                waiting[cell.id] = (asked, told[1])
            elif SHOWS.search(cell.source):
                waiting[cell.id] = (asked, "documents")
    return waiting
