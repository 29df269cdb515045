"""Routes through the notebooks: what ``data/routes`` says of each goes into the guides and the notebooks."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from pathlib import Path

import nbformat

from ..language import languages, speaking, text, texts
from ..tables import PACKAGE
from .notebooks import NOTEBOOKS

__all__ = ["RouteError", "Step", "read_routes", "write_routes"]

CELL = "routes"  # the id of the cell that lists the routes of a notebook


class RouteError(Exception):
    """Routes that cannot be written; the message names the file and what is wrong."""


@dataclasses.dataclass
class Step:
    """A step of a route: its minutes, the ids of the cells that it uses, and what is done, in the active language."""

    minutes: int
    cells: list[str]
    words: str


def read_routes(stem: str) -> dict[int, list[Step]]:
    """The routes of a notebook by their length in minutes; none for a notebook without a file in ``data/routes``.

    Raises
    ------
    RouteError
        If the minutes do not add up, or the active catalogue has other steps than the file.
    """
    file = PACKAGE.folder / "routes" / f"{stem}.toml"
    if not file.exists():
        return {}
    routes, words = {}, texts(f"routes.{stem}")
    for length, steps in tomllib.loads(file.read_text(encoding="utf-8")).items():
        told, minutes = words.get(length, []), sum(step["minutes"] for step in steps)
        if minutes != int(length):
            raise RouteError(f"{file.name}: the steps of the route of {length} minutes take {minutes}.")
        if len(told) != len(steps):
            raise RouteError(f"{file.name}: {length} minutes have {len(steps)} steps, texts/routes.toml {len(told)}.")
        routes[int(length)] = [Step(words=said, **step) for step, said in zip(steps, told, strict=True)]
    return routes


def write_routes(notebooks: Path = NOTEBOOKS) -> list[Path]:
    """Write the plans of the guides, and the list of routes in each notebook, as ``data/routes`` has them.

    Returns
    -------
    list of Path
        The files that changed.

    Raises
    ------
    RouteError
        If a route is wrong, names a cell that the notebook lacks, or has no place in the guide.
    """
    made = {}
    for code in languages():
        with speaking(code):
            guide = notebooks / code / "teaching-guide.md"
            said = guide.read_text(encoding="utf-8") if guide.exists() else ""
            for path in sorted((notebooks / code).glob("*.ipynb")):
                if routes := read_routes(path.stem):
                    made[path] = _with_list(path, routes)
                    for length, steps in routes.items():
                        said = _with_plan(said, path.stem, length, steps) if said else said
            if said:
                made[guide] = said
    changed = [path for path, said in made.items() if said != path.read_text(encoding="utf-8")]
    for path in changed:
        path.write_text(made[path], encoding="utf-8")
    return changed


def _with_list(path: Path, routes: dict[int, list[Step]]) -> str:
    """A notebook with the list of its routes after the title."""
    notebook = nbformat.read(path, as_version=4)
    known = {cell.id for cell in notebook.cells}
    if lost := sorted({cell for steps in routes.values() for step in steps for cell in step.cells} - known):
        raise RouteError(f"{path.parent.name}/{path.name} has no cell {', '.join(lost)}, which a route uses.")
    listed = nbformat.v4.new_markdown_cell(_listed(path.name, routes), id=CELL)
    first, *others = (cell for cell in notebook.cells if cell.id != CELL)
    notebook.cells = [first, listed, *others]
    return nbformat.writes(notebook) + "\n"


def _listed(name: str, routes: dict[int, list[Step]]) -> str:
    """The routes as Markdown: each a list of steps, folded, whose first cells are links."""
    parts = [text("common.routes.choose")]
    for length, steps in routes.items():
        items = [
            f"1. [{step.words}]({name}#cell-id={step.cells[0]}) ({text('common.routes.step', minutes=step.minutes)})"
            for step in steps
        ]
        head = text("common.routes.length", minutes=length)
        parts.append(f"<details><summary>{head}</summary>\n\n" + "\n".join(items) + "\n\n</details>")
    return "\n\n".join(parts)


def _with_plan(guide: str, stem: str, length: int, steps: list[Step]) -> str:
    """A guide whose plan of a notebook has these steps."""
    name = f"{stem}-in-{length}-minutes"
    heading = rf'### (?:<a id="{name}"></a>.*|{stem} in {length} minutes)'
    rows = [
        f"| {step.minutes} | {step.words} | "
        + " ".join(f"[`{cell}`]({stem}.ipynb#cell-id={cell})" for cell in step.cells)
        + " |\n"
        for step in steps
    ]
    plan = re.compile(rf"(^{heading}\n\n\|.*\n\|[ :|-]+\n)(?:\|.*\n)*", re.MULTILINE)
    if len(plan.findall(guide)) != 1:
        raise RouteError(f"The guide has no table, or more than one, below the heading {name}.")
    return plan.sub(lambda found: found[1] + "".join(rows), guide)
