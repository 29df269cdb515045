"""The exercises of a notebook: what each asks, and every answer that is known, right or a well-known slip."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from ..language import texts
from ..questions import scale_of
from ..tables import load

__all__ = ["find_exercises", "read_cases"]


def find_exercises(cells: Iterable[Any]) -> Iterator[tuple[Any, str, str]]:
    """The cells that wait for the code of an exercise, each with the exercise in words and its name."""
    prose = ""
    for cell in cells:
        if cell.cell_type == "markdown":
            prose = cell.source
        elif found := re.search(r'check\("([\w.]+)", answer\)', cell.source):
            yield cell, prose, found[1]


def read_cases(exercise: str) -> list[dict[str, Any]]:
    """What can be answered to an exercise, the right answer first.

    Parameters
    ----------
    exercise
        Its name, such as ``"oda.second"``.

    Returns
    -------
    Of each answer whether it is ``right``, its ``value`` as a text (a number in the unit of the active language), the
    ``tolerance`` in the same unit and the ``words`` that are said of it.
    """
    theme, _, name = exercise.partition(".")
    words = texts(f"{theme}.exercises.{name}")
    cases = []
    for row in load("exercises").query("exercise == @exercise").itertuples():
        scale = scale_of(row.case, words)
        value = row.value if scale == 1 else f"{scale * float(row.value):.10g}"
        case = {"right": row.case == "right", "value": value, "tolerance": scale * row.tolerance}
        cases.append(case | {"words": words[row.case]})
    return sorted(cases, key=lambda case: not case["right"])
