"""Describe a new table: ``python -m helpers add oda/untied.csv`` writes its entry in the data package."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

from ..package import Package, TableError
from .packages import describe

__all__ = ["add_table"]

TODO = "TODO"


def add_table(package: Package, path: str) -> dict[str, Any]:
    """Add an entry for a CSV file to ``datapackage.json``: types guessed from the file, texts to be filled in.

    Parameters
    ----------
    package
        The data package.
    path
        The file, within the folder of the package.

    Returns
    -------
    dict
        The entry. Each text says ``TODO``; `record` refuses it until none does.

    Raises
    ------
    TableError
        If there is no such file, or it is described already.
    """
    file = package.folder / path
    if not file.is_file():
        raise TableError(f"There is no file data/{path}: put the table there first.")
    if path in {resource["path"] for resource in package.resources.values()}:
        raise TableError(f"data/{path} is described already.")
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    fields = [_field(column, [row[column] for row in rows]) for column in (rows[0] if rows else ())]
    names = [field["name"] for field in fields]
    entry = {
        "name": "_".join(Path(path).with_suffix("").parts),
        "type": "table",
        "path": path,
        "title": TODO,
        "title_ja": TODO,
        "description": TODO,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "sources": [dict.fromkeys(("title", "title_ja", "path", "publisher", "publisher_ja", "vintage"), TODO)],
        "licenses": [dict.fromkeys(("name", "path", "title"), TODO)],
        "schema": {"fields": fields, "primaryKey": _key(names, rows), "missingValues": [""]},
    }
    if "iso3" in names:
        reference = {"resource": "countries", "fields": ["iso3"]}
        entry["schema"]["foreignKeys"] = [{"fields": ["iso3"], "reference": reference}]
    described = json.loads((package.folder / "datapackage.json").read_text(encoding="utf-8"))
    described["resources"].append(entry)
    describe(package, described)
    return entry


def _field(name: str, cells: list[str]) -> dict[str, Any]:
    filled = [cell for cell in cells if cell]
    number = bool(filled) and all(re.fullmatch(r"-?\d+(\.\d+)?", cell) for cell in filled)
    whole = number and not any("." in cell for cell in filled)
    field: dict[str, Any] = {"name": name, "type": "integer" if whole else "number" if number else "string"}
    field |= {"title": TODO, "title_ja": TODO}
    if number and name != "year":
        field |= {"unit": TODO, "unit_ja": TODO, "meaning": {"status": TODO, "time": TODO}}
    if len(filled) == len(cells):
        field["constraints"] = {"required": True}
    return field


def _key(names: list[str], rows: list[dict[str, str]]) -> list[str]:
    """The first columns that tell all rows apart."""
    for count in range(1, len(names) + 1):
        if len({tuple(row[name] for name in names[:count]) for row in rows}) == len(rows):
            return names[:count]
    return names
