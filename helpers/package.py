"""A data package: its files, read as its description says, and what is wrong with a file that is not so.

A file whose checksum matches is read directly. Otherwise it is checked cell by cell, so that the error can name line,
column and remedy. After an intended change ``python -m helpers record`` checks the files and records their checksums.
"""

from __future__ import annotations

import csv
import functools
import hashlib
import io
import json
import math
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

import pandas as pd

from .language import text

__all__ = ["Package", "TableError"]


class TableError(Exception):
    """A table or column that does not exist, or a data file that is not as the package describes it."""


class Package:
    """The folder of a data package.

    Parameters
    ----------
    folder
        Holds ``datapackage.json`` and the files that it describes.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.kept: dict[Any, pd.DataFrame] = {}  # what was read, until the files are recorded anew

    @functools.cached_property
    def resources(self) -> dict[str, dict[str, Any]]:
        """What the package says of each of its files, by name."""
        package = {"path": "datapackage.json", "type": "json"}
        raw = self._read(package)
        try:
            return {resource["name"]: resource for resource in json.loads(raw)["resources"]}
        except ValueError:
            self.check(package, raw)
            raise

    def names(self, kind: str) -> list[str]:
        """Names of all resources of a kind: ``"table"`` or ``"json"``."""
        return [name for name, resource in self.resources.items() if resource["type"] == kind]

    def frame(self, name: str) -> pd.DataFrame:
        """A table as it stands in its file, with the types of its schema. Do not change it: it is kept."""
        if name not in self.kept:
            resource = self.resources[name]
            raw = self.read(resource)
            cells = pd.read_csv(io.BytesIO(raw), dtype="str", keep_default_na=False, na_values=[""])
            fields = resource["schema"]["fields"]
            self.kept[name] = pd.DataFrame({f["name"]: _typed(cells[f["name"]], f["type"]) for f in fields})
        return self.kept[name]

    def read(self, resource: dict[str, Any]) -> bytes:
        """Read a file whose checksum is the recorded one; raise what is wrong with any other."""
        raw = self._read(resource)
        if _checksum(raw) != resource["hash"]:
            self.check(resource, raw)
            _damaged(resource, "changed", before=resource["bytes"], after=len(raw))
        return raw

    def record(self) -> None:
        """Record size and checksum of every file in ``datapackage.json``; nothing is written if a file is not sound."""
        package = json.loads((self.folder / "datapackage.json").read_text(encoding="utf-8"))
        for resource in package["resources"]:
            _check_entry(resource)
            raw = self._read(resource)
            self.check(resource, raw)
            if _checksum(raw) != resource.get("hash"):
                before = resource.get("bytes", 0)
                print(text("tables.recorded", file=f"data/{resource['path']}", before=before, after=len(raw)))
                resource.update(bytes=len(raw), hash=_checksum(raw))
        self.write(package)

    def write(self, package: dict[str, Any]) -> None:
        """Write the description anew, and read everything anew from then on."""
        content = json.dumps(package, ensure_ascii=False, indent=2) + "\n"
        (self.folder / "datapackage.json").write_text(content, encoding="utf-8", newline="\n")
        self.kept.clear()
        self.__dict__.pop("resources", None)

    def check(self, resource: dict[str, Any], raw: bytes) -> None:
        """Raise the first thing in a file that is not as the package describes it."""
        try:
            content = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            _damaged(resource, "encoding", line=raw[: error.start].count(b"\n") + 1)
        if resource["type"] == "table":
            self.check_table(resource, content)
            return
        try:
            json.loads(content)
        except json.JSONDecodeError as error:
            _damaged(resource, "json", line=error.lineno, reason=error.msg)

    def check_table(self, resource: dict[str, Any], content: str) -> None:
        """Raise the first thing in the text of a table that is not as its schema describes it."""
        schema = resource["schema"]
        expected = [field["name"] for field in schema["fields"]]
        known = {key["fields"][0]: self._known(key["reference"]) for key in schema.get("foreignKeys", [])}
        seen: dict[tuple[str, ...], int] = {}
        for line, cells in _lines(resource, content):
            if line == 1 and cells != expected:
                _damaged(resource, "header", line=line, expected=",".join(expected), found=",".join(cells))
            if len(cells) != len(expected):
                _damaged(resource, "cells", line=line, expected=len(expected), found=len(cells))
            if line > 1:
                row = dict(zip(expected, cells, strict=True))
                _check_row(resource, line, row, known)
                key = tuple(row[column] for column in schema["primaryKey"])
                if seen.setdefault(key, line) != line:
                    column = "+".join(schema["primaryKey"])
                    _damaged(resource, "duplicate", line=line, column=column, value=", ".join(key), first=seen[key])

    def _read(self, resource: dict[str, Any]) -> bytes:
        try:
            return (self.folder / resource["path"]).read_bytes()
        except FileNotFoundError:
            _damaged(resource, "absent")
        except OSError as error:
            _damaged(resource, "unreadable", reason=error.strerror)

    def _known(self, reference: dict[str, Any]) -> set[str]:
        raw = self._read(self.resources[reference["resource"]])
        rows = csv.DictReader(io.StringIO(raw.decode("utf-8-sig", errors="replace"), newline=""))
        return {row.get(reference["fields"][0], "") for row in rows}


TEXTS = ("title", "title_ja", "description")
OF_SOURCE = ("title", "title_ja", "path", "publisher", "publisher_ja", "vintage")


def _check_entry(resource: dict[str, Any]) -> None:
    """Raise the first text that the description of a file lacks."""
    parts = [("", resource, ("name", "type", "path", *TEXTS))]
    parts += [(f"sources[{n}].", source, OF_SOURCE) for n, source in enumerate(resource.get("sources") or [{}])]
    parts += [
        (f"licenses[{n}].", one, ("name", "path", "title")) for n, one in enumerate(resource.get("licenses") or [{}])
    ]
    if resource.get("type") == "table":
        schema = resource.get("schema", {})
        parts.append(("schema.", schema, ("fields", "primaryKey")))
        for field in schema.get("fields", []):
            wanted = ["name", "type", "title", "title_ja", *(["unit_ja"] if "unit" in field else [])]
            parts.append((f"field {field.get('name')}: ", field, wanted))
            parts.append((f"field {field.get('name')}: meaning.", field.get("meaning", {}), field.get("meaning", {})))
    for place, entry, wanted in parts:
        for name in wanted:
            if not entry.get(name) or "TODO" in str(entry[name]) and name != "fields":
                where = resource.get("name") or resource.get("path")
                raise TableError(text("tables.incomplete", resource=where, part=f"{place}{name}"))


def _check_row(resource: dict[str, Any], line: int, row: dict[str, str], known: dict[str, set[str]]) -> None:
    for field in resource["schema"]["fields"]:
        if problem := _problem(field, row[field["name"]]):
            _damaged(resource, problem.pop("key"), line=line, column=field["name"], **problem)
    for column, values in known.items():
        if row[column] and row[column] not in values:
            _damaged(resource, "reference", line=line, column=column, value=row[column])


def _typed(cells: pd.Series, type: str) -> pd.Series:
    if type == "boolean":
        return cells == "true"
    if type == "integer":
        return cells.astype("Int64" if cells.isna().any() else "int64")
    return cells.astype("float64") if type == "number" else cells


def _checksum(raw: bytes) -> str:
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"


def _lines(resource: dict[str, Any], content: str) -> Iterable[tuple[int, list[str]]]:
    """Yield the line number, as an editor counts, and the cells of every row."""
    reader = csv.reader(io.StringIO(content, newline=""), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error:
        _damaged(resource, "quotes", line=reader.line_num)


def _problem(field: dict[str, Any], value: str) -> dict[str, Any] | None:
    """Describe what is wrong with a cell: the key of the text and its values."""
    limits = field.get("constraints", {})
    if value == "":
        return {"key": "required"} if limits.get("required") else None
    if not _is(value, field["type"]):
        return {"key": "type", "value": value, "type": field["type"]}
    if "enum" in limits and value not in limits["enum"]:
        return {"key": "enum", "value": value, "allowed": ", ".join(limits["enum"])}
    low, high = limits.get("minimum", -math.inf), limits.get("maximum", math.inf)
    if (low, high) != (-math.inf, math.inf) and not low <= float(value) <= high:
        return {"key": "range", "value": value, "low": low, "high": high}
    return None


def _is(value: str, type: str) -> bool:
    pattern = {"boolean": "true|false", "integer": r"-?[0-9]+", "number": r"-?[0-9]+(\.[0-9]+)?"}.get(type)
    return pattern is None or re.fullmatch(pattern, value) is not None


def _damaged(resource: dict[str, Any], problem: str, line: int | None = None, **values: Any) -> NoReturn:
    file, column = f"data/{resource['path']}", values.get("column")
    place = "" if line is None else text("tables.line", line=line)
    place += "" if column is None else text("tables.column", column=column)
    detail = text(f"tables.problems.{problem}", **values)
    raise TableError(text("tables.damaged", file=file, place=place, problem=detail))
