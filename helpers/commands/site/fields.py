"""Fields for the exercises: on a page, where no Python runs, an answer is typed as to a question."""

from __future__ import annotations

from typing import Any

import nbformat
from ipywidgets.embed import dependency_state

from ...language import texts
from ...questions import Question, pose
from ...tables import load
from ..exercises import find_exercises, read_cases
from .stand_ins import STATE, VIEW

__all__ = ["add_fields"]


def add_fields(notebook: Any) -> None:
    """Put a field into an executed notebook in the place of what each exercise has said of an empty answer."""
    widgets = notebook.metadata.setdefault("widgets", {}).setdefault(STATE, {}).setdefault("state", {})
    for cell, _, exercise in find_exercises(notebook.cells):
        field = make_field(exercise)
        widgets |= dependency_state(field, drop_defaults=False)
        view = {VIEW: {"model_id": field.model_id, "version_major": 2, "version_minor": 0}}
        cell.outputs = [nbformat.v4.new_output("execute_result", view, execution_count=1)]


def make_field(exercise: str) -> Question:
    """The question of an exercise: what is typed is compared with every answer that is known."""
    theme, _, name = exercise.partition(".")
    key, cases = f"{theme}.exercises.{name}", read_cases(exercise)
    words = texts(key)
    return pose(
        "exercise",
        key,
        {},
        cases=[{"answers": _forms(case["value"]), "tolerance": case["tolerance"]} for case in cases],
        feedback=[*(case["words"] for case in cases), words["hint"]],
        scale=words.get("scale", 1),
    )


def _forms(value: str) -> list[Any]:
    """All that is taken for an answer: a number, or of a country its code and its name."""
    names = load("countries").query("iso3 == @value")["name"]
    return [float(value)] if names.empty else [value, *names]
