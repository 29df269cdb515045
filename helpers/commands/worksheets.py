"""Printable worksheets, each with its answer key, made from the notebooks: ``python -m helpers worksheets OUT``.

A notebook's cells are run, and the questions and the first chart that they make are put on paper; exercises and
discussion questions are read from its Markdown. No text is typed twice. The sheet of a plan has the questions of its
cells, and ends with its last step.
"""

from __future__ import annotations

import functools
import math
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
import mistune
from ipywidgets import Widget
from markupsafe import Markup

from ..explorer import Explorer
from ..language import fill, speaking, text, texts
from ..palette import font
from ..questions import Question, name_blank
from .drawings import draw_paper
from .exercises import find_exercises, read_cases
from .notebooks import NOTEBOOKS, CellError, Run, is_theme, run
from .routes import read_routes
from .stills import Still, draw_still

__all__ = ["WorksheetError", "name_sheets", "worksheet", "write_worksheets"]

FOLDER = Path(__file__).parent
WIDTH = 660  # of the chart in pixels: an A4 or Letter page without its margins


class WorksheetError(Exception):
    """A notebook of which no worksheet can be made; the message names the notebook and the cell."""


# Command --------------------------------------------------------------------------------------------------------------


def write_worksheets(out: Path, notebooks: Path = NOTEBOOKS) -> list[Path]:
    """Write ``<language>/<stem>.html`` and ``<language>/<stem>-answers.html`` for the notebook of every theme.

    Those of its plans are called ``<stem>-45.html`` and ``<stem>-45-answers.html``.

    Pages are written when all of them are made, so a failure leaves `out` as it was.

    Parameters
    ----------
    out
        Folder for the pages; it is made if there is none.
    notebooks
        Folder with one folder of notebooks for each language.

    Raises
    ------
    WorksheetError
        If there are no notebooks, or one cannot be run.
    """
    paths = sorted(filter(is_theme, notebooks.glob("*/*.ipynb")))
    if not paths:
        raise WorksheetError(f"There are no notebooks of themes in {notebooks}: run this in a copy of the repository.")
    pages = {}
    for number, path in enumerate(paths, 1):
        name = f"{path.parent.name}/{path.stem}"
        print(f"[{number}/{len(paths)}] {name}", flush=True)
        try:
            pages |= {f"{path.parent.name}/{sheet}": page for sheet, page in name_sheets(run(path)).items()}
        except WorksheetError:
            raise
        except CellError as error:
            raise WorksheetError(str(error)) from error
        except Exception as error:
            raise WorksheetError(f"{name}.ipynb: {type(error).__name__}: {error}") from error
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out) as folder:
        for name, page in pages.items():
            (Path(folder) / name).parent.mkdir(exist_ok=True)
            (Path(folder) / name).write_text(page, encoding="utf-8", newline="\n")
        for name in pages:
            (out / name).parent.mkdir(exist_ok=True)
            os.replace(Path(folder) / name, out / name)
    return [out / name for name in pages]


# Pages ----------------------------------------------------------------------------------------------------------------


def name_sheets(done: Run) -> dict[str, str]:
    """The worksheets of a notebook and of its plans, and their answer keys, by the names of their files."""
    with speaking(done.path.parent.name):
        plans = read_routes(done.path.stem)
    sheets = {}
    for length in (None, *plans):
        name = done.path.stem if length is None else f"{done.path.stem}-{length}"
        sheets[f"{name}.html"], sheets[f"{name}-answers.html"] = worksheet(done, length)
    return sheets


def worksheet(done: Run, length: int | None = None) -> tuple[str, str]:
    """Make the worksheet of a notebook and its answer key, each a whole page of HTML that needs nothing else.

    Parameters
    ----------
    done
        The notebook as `run` has run it; the name of its folder is the language.
    length
        The minutes of a plan, for the sheet of that plan.
    """
    path, cells, made = done.path, done.cells, done.made
    with speaking(path.parent.name):
        plan = read_routes(path.stem)[length] if length else []
        if plan:
            named = {cell for step in plan for cell in step.cells}
            made = [(cell, widget) for cell, widget in made if cell in named]
        heading, question, *_ = cells[0].source.removeprefix("# ").split("\n\n")
        explorer = next((widget for _, widget in made if isinstance(widget, Explorer)), None)
        content = {
            "language": path.parent.name,
            "font": font(path.parent.name),
            "words": texts("worksheet"),
            "made": text("worksheet.made", notebook=path.stem),
            "heading": heading,
            "question": Markup(_written(question)),
            "questions": _questions(cells, made),
            "plan": text("common.routes.length", minutes=length) if plan else "",
            "exercises": [] if plan else [_exercise(source, name) for _, source, name in find_exercises(cells)],
            "discussion": [Markup(_written(item)) for item in ([plan[-1].words] if plan else _discussion(path, cells))],
        }
        chart = _draw(explorer) if explorer else None
    page = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    ).get_template("worksheet.html")
    return page.render(content, key=False, chart=chart), page.render(content, key=True, chart=None)


@functools.lru_cache(1)  # the sheets of a notebook mostly have the same
def _draw(explorer: Explorer) -> Still:
    return draw_still(explorer, WIDTH)


def _questions(cells: list[Any], made: list[tuple[str, Widget]]) -> dict[str, list[Mapping[str, Any]]]:
    """The predictions and the self-check questions, each with the heading of its section."""
    sections, heading = {}, ""
    for cell in cells:
        if cell.cell_type == "markdown" and (found := re.match(r"## (.+)", cell.source)):
            heading = found[1]
        sections[cell.id] = heading
    asked: dict[str, list[Mapping[str, Any]]] = {"predict": [], "ask": []}
    for cell_id, widget in made:
        if isinstance(widget, Question):
            content = dict(widget.content)
            if not content["options"] and content["kind"] == "ask":
                number = _number(content["answer"], content["tolerance"])
                content["number"] = content["written"].replace("{}", number)
            if drawn := content["drawn"]:
                hidden = list(zip(drawn["labels"], drawn["values"], strict=True))[drawn["known"] :]
                content["ends"] = [
                    (name_blank(drawn, label), content["written"].replace("{}", _rounded(value * drawn["scale"])))
                    for label, value in (hidden[-1:] if drawn["years"] else hidden)
                ]
                content["empty"], content["full"] = (draw_paper(content, WIDTH, full) for full in (False, True))
            asked[content["kind"]].append(content | {"section": sections[cell_id]})
    return asked


def _rounded(value: float) -> str:
    """A figure of the data to three digits, as far as a pencil can follow."""
    return fill("{value:,.10g}", value=float(f"{value:.3g}"))


def _number(value: float, tolerance: float) -> str:
    """A right number as one types it, one digit finer than how far an answer may be from it."""
    if not tolerance:
        return fill("{value:.10g}", value=value)
    digits = max(0, 1 - math.floor(math.log10(tolerance)))
    return f"{fill(f'{{value:.{digits}f}}', value=value)} ± {tolerance:g}"


def _exercise(source: str, name: str) -> dict[str, Any]:
    """An exercise in words, with every answer that the notebook knows and what it says of it."""
    theme, _, short = name.partition(".")
    cases = read_cases(name)
    for case in cases:
        case["value"] = re.sub(r"^-(?=\d)", "−", case["value"])
    return {"prompt": Markup(_written(source)), "cases": cases, "hint": text(f"{theme}.exercises.{short}.hint")}


def _discussion(path: Path, cells: list[Any]) -> list[str]:
    """The numbered questions of the last part of the key points."""
    points = next((cell.source for cell in cells if cell.id == "key-points"), "")
    if found := re.findall(r"^\d+\. (.+)$", points.rpartition("\n## ")[2], re.MULTILINE):
        return found
    raise WorksheetError(f"{path.parent.name}/{path.name}, cell key-points: its last part has no numbered questions.")


class _Paper(mistune.HTMLRenderer):
    """Markdown for paper: a link or a picture leaves its words, markup is shown as it is written."""

    def link(self, text: str, url: str, title: str | None = None) -> str:
        return text

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return text


_written = mistune.create_markdown(renderer=_Paper(escape=True))
