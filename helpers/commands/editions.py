"""Editions of the notebooks: carry code from English to the other languages, and begin a new notebook."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import nbformat

from ..language import languages
from .notebooks import NOTEBOOKS

__all__ = ["EditionError", "new_notebook", "same_code", "unwritten"]

RANDOM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){0,3}(-[0-9a-f]{12})?")  # an id as JupyterLab gives it
SETUP = re.compile(r'^use\("[a-z]{2}"\)$', re.MULTILINE)
# The parts of a notebook of a theme by the ids of their cells; the tests look for these.
STEPS = {
    "title": "# {title}\n\n**The question:** TODO\n\nTODO minutes of reading, TODO minutes of doing. TODO",
    "objectives": "## What you will be able to do\n\n- TODO",
    "run": "Run all cells first: menu *Run*, then *Run All Cells*.",
    "setup": 'from helpers import *\n\nuse("en")',
    "bluebook": "## What the Bluebook says\n\nTODO",
    "s1": "## 1. TODO\n\nTODO",
    "ledger": "## The ledger\n\nTODO",
    "exercises": "## Exercises\n\nTODO",
    "key-points": "## Key points\n\n- TODO\n\n## Questions for discussion\n\n1. TODO",
    "sources": "## Sources\n\nTODO",
    "next": "## What next\n\nTODO",
}


class EditionError(Exception):
    """Editions that cannot be brought together; the message names the notebook and what to do."""


def same_code(notebooks: Path = NOTEBOOKS) -> list[Path]:
    """Carry code, metadata and order of cells from the English notebooks to those in other languages.

    Markdown stays as it is in each language; a Markdown cell that a language lacks comes in English, marked ``TODO``.
    Cells with a random id are named after their section first, in every edition.

    Returns
    -------
    list of Path
        The files that changed.

    Raises
    ------
    EditionError
        If another edition has a cell that the English one lacks: add it there, or remove it here.
    """
    changed = []
    for path in sorted((notebooks / "en").glob("*.ipynb")):
        english = nbformat.read(path, as_version=4)
        names = _name_cells(english.cells)
        changed += [path] if _write(path, english) else []
        for code in languages():
            other = notebooks / code / path.name
            if code == "en":
                continue
            if other.exists():
                edition = nbformat.read(other, as_version=4)
                _rename(edition.cells, names)
            else:
                edition = copy.deepcopy(english)
                edition.cells = []
            edition.cells = _carry(english.cells, edition.cells, code, f"{code}/{path.name}")
            edition.metadata = english.metadata
            changed += [other] if _write(other, edition) else []
    return changed


def unwritten(notebooks: Path = NOTEBOOKS) -> list[str]:
    """List the cells that still say ``TODO``, each as ``ja/05-polar.ipynb: s1-text-1``."""
    return [
        f"{path.parent.name}/{path.name}: {cell.id}"
        for path in sorted(notebooks.glob("*/*.ipynb"))
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "markdown" and re.search(r"\bTODO\b", cell.source)
    ]


def new_notebook(stem: str, title: str, notebooks: Path = NOTEBOOKS) -> list[Path]:
    """Begin the notebook of a theme, in every language, with the parts and ids that the tests look for.

    Raises
    ------
    EditionError
        If there is such a notebook already, or the name is not two digits, a hyphen and lower-case letters.
    """
    path = notebooks / "en" / f"{stem}.ipynb"
    if not re.fullmatch(r"\d{2}-[a-z]+", stem):
        raise EditionError(f"{stem!r} is no name for a notebook: two digits, a hyphen and a word, such as 07-trade.")
    if path.exists():
        raise EditionError(f"{path} exists already.")
    cells = []
    for name, source in STEPS.items():
        make = nbformat.v4.new_code_cell if name == "setup" else nbformat.v4.new_markdown_cell
        cells.append(make(source.replace("{title}", title), id=name))
    metadata = nbformat.read(next((notebooks / "en").glob("*.ipynb")), as_version=4).metadata
    _write(path, nbformat.v4.new_notebook(cells=cells, metadata=metadata))
    same_code(notebooks)
    return [notebooks / code / path.name for code in languages()]


def _name_cells(cells: list[Any]) -> dict[str, str]:
    """Give cells with a random id the id of their section and a number; gives the new ids by the old ones."""
    taken, names, section = {cell.id for cell in cells}, {}, "cell"
    for cell in cells:
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            number = re.match(r"## (\d+)\.", cell.source)
            section = f"s{number[1]}" if number else re.sub(r"\W+", "-", cell.source[3:].split("\n")[0].lower())[:20]
        if RANDOM.fullmatch(cell.id):
            word = {"markdown": "text", "code": "code"}[cell.cell_type]
            number = next(n for n in range(1, len(cells) + 2) if f"{section}-{word}-{n}" not in taken)
            names[cell.id] = f"{section}-{word}-{number}"
            taken.add(names[cell.id])
    _rename(cells, names)
    return names


def _rename(cells: list[Any], names: dict[str, str]) -> None:
    for cell in cells:
        cell.id = names.get(cell.id, cell.id)


def _carry(english: list[Any], own: list[Any], code: str, place: str) -> list[Any]:
    """The cells of an edition, in the order of the English ones."""
    texts = {cell.id: cell for cell in own if cell.cell_type == "markdown"}
    if extra := [name for name in texts if name not in {cell.id for cell in english}]:
        raise EditionError(f"{place} has cells that en lacks: {', '.join(extra)}. Add them there, or remove them here.")
    cells = []
    for cell in copy.deepcopy(english):
        if cell.cell_type == "code":
            cell.source = SETUP.sub(f'use("{code}")', cell.source)
        elif cell.id in texts:
            cell.source = texts[cell.id].source
        else:
            cell.source = f"TODO\n\n{cell.source}"
        cells.append(cell)
    return cells


def _write(path: Path, notebook: Any) -> bool:
    """Write a notebook without outputs, if that changes its file."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    content = json.dumps(json.loads(nbformat.writes(notebook)), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    if path.exists() and path.read_text(encoding="utf-8") == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8", newline="\n")
    return True
