"""Predictions, self-check questions and exercises.

Predictions and questions are answered in the browser, without Python, so that they also work on a saved page.
"""

import html
import math
from pathlib import Path
from typing import Any

import anywidget
import pandas as pd
import traitlets

from ..explorer import join_modules
from ..language import fill, language, text, texts
from ..markup import Html, Readable
from ..palette import GREEN, JAPAN, OTHERS, style_sheet
from ..tables import load
from . import answers

__all__ = ["ask", "check", "draw", "predict"]

FOLDER = Path(__file__).parent
PARTS = ("../explorer/dom", "numbers", "amounts", "draw", "question")


class Question(Readable, anywidget.AnyWidget):
    """A question with choices or a number to type; the browser says whether the answer is right, and why."""

    _esm = join_modules(*(FOLDER / f"{name}.js" for name in PARTS))
    _css = style_sheet(FOLDER / "question.css")
    content = traitlets.Dict().tag(sync=True)
    given = traitlets.Dict().tag(sync=True)  # what the learner has answered: see question.js

    def _told(self) -> list[str]:
        options, written, drawn = (self.content[part] for part in ("options", "written", "drawn"))
        ends = dict.fromkeys(drawn["labels"][end] for end in (drawn["known"], -1)) if drawn else ()
        blanks = [name_blank(drawn, end) + written for end in ends] or [written]
        choices = [f"○ {option}" for option in options or ()] or [blank.replace("{}", "____") for blank in blanks]
        return [self.content["prompt"], *choices]


def name_blank(drawn: dict[str, Any], label: Any) -> str:
    """What a value is written after where a guess is not drawn: ``"2003: "``, or in Japanese ``"2003年："``."""
    words = drawn["words"]
    return words["point"].format(label=words["year"].format(label) if drawn["years"] else label, guess="")


def draw(series: pd.Series, after: Any, between: tuple[float, float]) -> dict[str, Any]:
    """What a guess is drawn on, for `predict`: a series, of which all that comes after a label is hidden.

    A series of years is a line, any other a row of bars. The axis runs `between` two numbers, which are those of the
    lesson: an axis that is made for the data gives the answer away.
    """
    series, years = series.dropna().astype(float), pd.api.types.is_numeric_dtype(series.index)
    if after not in series.index[:-1] or not series.between(*between).all():
        raise ValueError(f"{after!r} must come before the end of the series, and all values lie between {between}.")
    labels = [int(label) if years else str(label) for label in series.index]
    known = series.index.get_loc(after) + 1
    how = "how_line" if years else "how_bars" if known < len(series) - 1 else "how_bar"
    drawn = {"labels": labels, "values": list(series), "known": known, "between": list(between), "years": years}
    return drawn | {"how": how, "words": texts("common.drawing")}


def predict(key: str, answer: Any = None, near: Any = (), least: Any = (), **values: Any) -> Question:
    """Ask for a guess before the data are seen; the answer is revealed only after the learner has committed to one.

    Parameters
    ----------
    key
        Entry of the catalogue with ``prompt``, ``options`` (or ``unit``, for a number) and ``reveal``. A guess that is
        drawn has a ``unit`` and, where that is not the unit of the series, a ``scale``.
    answer
        What came true, computed in the notebook: the code of an option, a number, or by `draw` a series to draw on.
    near, least
        What the options stand for where `answer` is a number: a number each, or the least number of a range each.
    **values
        Figures computed in the notebook that fill, with `answer`, the placeholders of ``prompt`` and ``reveal``.
    """
    entry, told = texts(key), {"answer": None}
    if isinstance(answer, dict):
        told = {"drawn": answer | {"scale": entry.get("scale", 1)}}
    elif answer is not None:
        place, values = _place(key, answer, near, least), values | {"answer": answer}
        steps = [abs(place - other) for other in range(len(entry["options"]))]
        beside = "close" if len(near or least) > 3 else "missed"
        told = {"answer": place, "outcomes": [("right", beside)[step] if step < 2 else "missed" for step in steps]}
    return pose("predict", key, values, feedback=[fill(entry["reveal"], **values)], **told)


def ask(key: str, answer: Any, tolerance: float = 0.0, **values: Any) -> Question:
    """Ask a self-check question.

    Parameters
    ----------
    key
        Entry of the catalogue with ``prompt`` and either ``options`` and ``why`` (a table of option code to wording
        each) or ``right``, ``wrong`` and ``unit`` (none for a year). Where a language counts in another unit than
        `answer`, its entry has a ``scale``: 100 for an answer in millions that is typed in 万.
    answer
        The right answer, computed in the notebook: the code of an option, or a number.
    tolerance
        How far a typed number may be from `answer`.
    **values
        Figures that fill the placeholders of ``prompt`` and of the explanations.

    Raises
    ------
    ValueError
        If `answer` is not among the options, or a figure is missing (NaN).
    """
    entry, values = texts(key), values | {"answer": answer}
    if "options" not in entry:
        feedback = [fill(entry[part], **values) for part in ("right", "wrong")]
        scale = entry.get("scale", 1)
        target = {"answer": float(answer) * scale, "tolerance": float(tolerance) * scale}
        whole = target["answer"].is_integer() and not tolerance
        return pose("ask", key, values, feedback=feedback, whole=whole, scale=scale, **target)
    feedback = [fill(entry["why"][code], **values) for code in entry["options"]]
    return pose("ask", key, values, answer=_place(key, answer), feedback=feedback)


def _place(key: str, answer: Any, near: Any = (), least: Any = ()) -> int:
    """The place of the option that an answer means: by its code, by its range or as clearly the nearest number."""
    options = texts(key).get("options", ())
    if near:
        apart = [abs(number - answer) for number in near]
        meant = [far < 0.7 * sorted([*apart, math.inf])[1] for far in apart]
    elif least:
        meant = [low <= answer < high for low, high in zip(least, [*least[1:], math.inf], strict=True)]
    else:
        meant = [code == str(answer) for code in options]
    if len(meant) != len(options) or sum(meant) != 1:
        raise ValueError(f"{key}: the answer {answer!r} is not among the options {', '.join(options)}, or in several.")
    return meant.index(True)


def pose(kind: str, key: str, values: dict[str, Any], **content: Any) -> Question:
    """Make a question of an entry of the catalogue."""
    if missing := [name for name, value in values.items() if pd.api.types.is_scalar(value) and pd.isna(value)]:
        raise ValueError(text("common.questions.missing", names=", ".join(missing)))
    entry = texts(key)
    options = entry.get("options")
    name = "|".join([key, *options]) if isinstance(options, dict) else key  # the same in any language
    options = options and [fill(words, **values) for words in (options if name == key else options.values())]
    unit, prompt = entry.get("unit"), fill(entry["prompt"], **values)
    written = text("common.questions.amount", number="{}", unit=unit).replace(" %", "%") if unit else "{}"
    asked = {"name": name, "kind": kind, "prompt": prompt, "options": options, "unit": unit, "written": written}
    content = {"drawn": None} | content | asked | {"words": texts("common.questions"), "language": language()}
    made = Question(content=content, given=answers.read(name, options, content["drawn"]))
    made.observe(lambda change: answers.write(name, change.new), "given")
    return made


class Feedback(Html):
    """What `check` says of an answer."""

    def __init__(self, right: bool | None, words: str):
        self.right, self.words = right, words
        colour = {True: GREEN, False: JAPAN, None: OTHERS}[right]
        style = f"border-left: 4px solid {colour}; padding: 0.2rem 0.9rem; max-width: 46rem"
        super().__init__(f'<p class="mathjax_ignore" style="{style}" role="status">{html.escape(words)}</p>')


def check(exercise: str, answer: Any) -> Feedback:
    """Say whether the answer to an exercise is right and, for well-known slips, what went wrong.

    The right answers and the well-known slips stand in the table ``exercises``, with what is said of them in the
    catalogue under ``<theme>.exercises.<name>``, which may give a ``scale`` as for ``ask``. Nothing is raised: an
    unfilled stub runs too.

    Parameters
    ----------
    exercise
        Identifier such as ``"oda.revision"``.
    answer
        A number, a text such as a country code, or ``...`` for a stub that is not filled yet.
    """
    theme, name = exercise.split(".")
    words, said = texts(f"{theme}.exercises.{name}"), texts("common.questions")
    if answer is ...:
        return Feedback(None, said["unfilled"])
    for case in load("exercises").query("exercise == @exercise").itertuples():
        if _agrees(answer, case.value, case.tolerance, scale_of(case.case, words)):
            right = case.case == "right"
            return Feedback(right, f"{said['right' if right else 'wrong']} {words[case.case]}")
    return Feedback(False, f"{said['wrong']} {words['hint']}")


def scale_of(case: str, words: dict[str, Any]) -> float:
    """What the answers of a table are multiplied by in a language; the slip ``units`` is in the unit of the table."""
    return 1 if case == "units" else words.get("scale", 1)


def _agrees(answer: Any, expected: str, tolerance: float, scale: float = 1) -> bool:
    try:
        return abs(float(answer) - scale * float(expected)) <= scale * tolerance
    except OverflowError:  # a whole number too large for a fraction
        return False
    except (TypeError, ValueError):
        return str(answer).strip().casefold() == expected.casefold()
