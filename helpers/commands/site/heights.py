"""How high a section will be on a telephone, guessed from its words: what is far away is laid out when it comes near.

A browser that knew nothing would leave the same room for a section of one line and for one of three screens: links
would miss their places, the bar at the side would jump, and what is in the section would lie over those below it.
"""

from __future__ import annotations

import math
import unicodedata

from bs4 import BeautifulSoup, Tag

__all__ = ["note_heights"]

STEPS = (2, 5, 10, 15, 20, 25, 30, 40, 50, 60, 80, 100, 120, 150, 180)  # rem: the classes `high-…` of site.css
LINE, UNITS, CELL = 1.7, 40, 14  # rem from line to line, letters in a line and in a cell; those of Japanese are two
MARGINS = {"p": 1, "h1": 2, "h2": 4.5, "h3": 2.5, "h4": 2, "li": 0.2, "tr": 0.6, "pre": 1}
MARGINS |= {"legend": 5.5, "label": 1.5, "button": 1.5, "svg": 11}  # of a question, drawn for two widths
BLOCKS = ", ".join([*MARGINS, "summary"])


def note_heights(soup: BeautifulSoup) -> None:
    """Give every section the class of the smallest step that is not below its height."""
    for section in soup.find_all("section", recursive=False):
        high = _estimate(section)
        section["class"] = [*section.get("class", []), f"high-{next((s for s in STEPS if s >= high), STEPS[-1])}"]


def _estimate(section: Tag) -> float:
    """Rem in a window of 390 pixels."""
    seen = [block for block in section.select(BLOCKS) if not _is_folded(block) and not block.select_one(BLOCKS)]
    return sum(_lines(block) * LINE + MARGINS.get(block.name, 0) for block in seen)


def _lines(block: Tag) -> int:
    if block.name == "tr":
        return max((math.ceil(_units(cell) / CELL) for cell in block.find_all(["td", "th"])), default=0)
    return math.ceil(_units(block) / UNITS)


def _is_folded(block: Tag) -> bool:
    folds = [fold for fold in block.find_parents("details") if not fold.has_attr("open")]
    return bool(folds) and not (block.name == "summary" and len(folds) == 1)


def _units(block: Tag) -> int:
    words = " ".join(block.get_text(" ").split())
    return sum(1 + (unicodedata.east_asian_width(letter) in "WF") for letter in words)
