"""The notebooks of the collection, and running their cells in this process."""

from __future__ import annotations

import ast
import contextlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from ipywidgets import Widget

from ..explorer import Explorer
from ..language import speaking
from ..questions import Question

__all__ = ["NOTEBOOKS", "CellError", "Run", "evaluate", "is_theme", "paths", "run"]

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


class CellError(Exception):
    """A notebook that cannot be read, or a cell that fails; the message names it, and the error is its cause."""


@dataclass
class Run:
    """What the code cells of a notebook did.

    Attributes
    ----------
    cells
        All cells, in order.
    made
        The explorers and questions in the order made, each with the id of its cell.
    namespace
        What the cells left behind.
    failures
        The cells that failed, each with its error; only where running went on after a failure.
    """

    path: Path
    cells: list[Any] = field(default_factory=list)
    made: list[tuple[str, Explorer | Question]] = field(default_factory=list)
    namespace: dict[str, Any] = field(default_factory=lambda: {"__name__": "__main__"})
    failures: list[tuple[str, Exception]] = field(default_factory=list)


def is_theme(path: Path) -> bool:
    """Whether a notebook is that of a theme: neither the start page nor the project."""
    return "00" < path.stem[:2] < "90"


def run(path: Path, names: Mapping[str, Any] | None = None, go_on: bool = False) -> Run:
    """Run the code cells of a notebook in this process, in the language of its folder.

    Parameters
    ----------
    path
        The notebook.
    names
        Names that take the place of those that the cells import, such as another ``verify``.
    go_on
        Whether to run the other cells after one has failed.

    Raises
    ------
    CellError
        If the file is not a notebook, or one of its cells fails.
    """
    done, name = Run(path), f"{path.parent.name}/{path.name}"
    try:
        done.cells = nbformat.read(path, as_version=4).cells
    except Exception as error:
        raise CellError(f"{name} is not a notebook: {error}") from error

    def note(widget: Widget) -> None:
        if isinstance(widget, Explorer | Question):
            done.made.append((cell.id, widget))

    with speaking(path.parent.name):
        Widget.on_widget_constructed(note)
        try:
            for cell in done.cells:
                if cell.cell_type == "code":
                    try:
                        with contextlib.redirect_stdout(io.StringIO()):
                            evaluate(cell.source, done.namespace)
                    except Exception as error:
                        if not go_on:
                            raise CellError(f"{name}, cell {cell.id}: {type(error).__name__}: {error}") from error
                        done.failures.append((cell.id, error))
                    done.namespace |= names or {}
        finally:
            Widget.on_widget_constructed(None)
    return done


def evaluate(source: str, namespace: dict[str, Any]) -> Any:
    """Run the source of a cell; gives the value of its last expression."""
    *body, last = ast.parse(source).body or [ast.Pass()]
    exec(compile(ast.Module(body, []), "cell", "exec"), namespace)
    if isinstance(last, ast.Expr):
        return eval(compile(ast.Expression(last.value), "cell", "eval"), namespace)
    return exec(compile(ast.Module([last], []), "cell", "exec"), namespace)


def paths(languages: Iterable[str] = ("*",)) -> list[Path]:
    """All notebooks, or those of some languages."""
    return sorted(path for code in languages for path in NOTEBOOKS.glob(f"{code}/*.ipynb"))
