"""What is wrong with a file of a data package: line, column, remedy. Imported only when a file is not as recorded."""

from __future__ import annotations

import csv
import difflib
import io
import json
import math
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .language import text
from .package import TableError, damaged

if TYPE_CHECKING:
    from .package import Package

__all__ = ["check_entry", "check_file", "check_table"]


def check_file(package: Package, resource: dict[str, Any], raw: bytes) -> None:
    """Raise the first thing in a file that is not as the package describes it."""
    try:
        content = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        damaged(resource, "encoding", line=raw[: error.start].count(b"\n") + 1)
    if resource["type"] == "table":
        check_table(package, resource, content)
        return
    try:
        json.loads(content)
    except json.JSONDecodeError as error:
        damaged(resource, "json", line=error.lineno, reason=error.msg)


def check_table(package: Package, resource: dict[str, Any], content: str) -> None:
    """Raise the first thing in the text of a table that is not as its schema describes it."""
    schema = resource["schema"]
    expected = [field["name"] for field in schema["fields"]]
    known = {key["fields"][0]: _known(package, key["reference"]) for key in schema.get("foreignKeys", [])}
    seen: dict[tuple[str, ...], int] = {}
    for line, cells in _lines(resource, content):
        if line == 1 and cells != expected:
            damaged(resource, "header", line=line, expected=",".join(expected), found=",".join(cells))
        if len(cells) != len(expected):
            damaged(resource, "cells", line=line, expected=len(expected), found=len(cells))
        if line > 1:
            row = dict(zip(expected, cells, strict=True))
            _check_row(resource, line, row, known)
            key = tuple(row[column] for column in schema["primaryKey"])
            if seen.setdefault(key, line) != line:
                column = "+".join(schema["primaryKey"])
                damaged(resource, "duplicate", line=line, column=column, value=", ".join(key), first=seen[key])


def _known(package: Package, reference: dict[str, Any]) -> set[str]:
    raw = package.read_raw(package.resources[reference["resource"]])
    rows = csv.DictReader(io.StringIO(raw.decode("utf-8-sig", errors="replace"), newline=""))
    return {row.get(reference["fields"][0], "") for row in rows}


def _check_row(resource: dict[str, Any], line: int, row: dict[str, str], known: dict[str, set[str]]) -> None:
    for field in resource["schema"]["fields"]:
        if problem := _problem(field, row[field["name"]]):
            damaged(resource, problem.pop("key"), line=line, column=field["name"], **problem)
    for column, values in known.items():
        if row[column] and row[column] not in values:
            damaged(resource, "reference", line=line, column=column, value=row[column])


def _lines(resource: dict[str, Any], content: str) -> Iterable[tuple[int, list[str]]]:
    """Yield the line number, as an editor counts, and the cells of every row."""
    reader = csv.reader(io.StringIO(content, newline=""), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error:
        damaged(resource, "quotes", line=reader.line_num)


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


# The description -----------------------------------------------------------------------------------------------------

TEXTS = ("title", "title_ja", "description")
OF_SOURCE = ("title", "title_ja", "path", "publisher", "publisher_ja", "vintage")


def check_entry(package: Package, resource: dict[str, Any]) -> None:
    """Raise every text that the description of a file lacks, and every word for a meaning that is not in the list."""
    parts = [("", resource, ("name", "type", "path", *TEXTS))]
    parts += [(f"sources[{n}].", source, OF_SOURCE) for n, source in enumerate(resource.get("sources") or [{}])]
    parts += [
        (f"licenses[{n}].", one, ("name", "path", "title")) for n, one in enumerate(resource.get("licenses") or [{}])
    ]
    fields = []
    if resource.get("type") == "table":
        schema = resource.get("schema", {})
        parts.append(("schema.", schema, ("fields", "primaryKey")))
        fields = schema.get("fields", [])
    for field in fields:
        wanted = ["name", "type", "title", "title_ja", *(["unit", "unit_ja"] if "unit" in field else [])]
        parts.append((f"field {field.get('name')}: ", field, wanted))
        parts.append((f"field {field.get('name')}: meaning.", field.get("meaning", {}), field.get("meaning", {})))
    lacking = [
        f"{place}{name}"
        for place, entry, wanted in parts
        for name in wanted
        if not entry.get(name) or "TODO" in str(entry[name]) and name != "fields"
    ]
    where = resource.get("name") or resource.get("path")
    if lacking:
        amounts = any(part.startswith("field ") and re.search(r": (unit|meaning\.)", part) for part in lacking)
        note = text("tables.no_amount") if amounts else ""
        raise TableError(text("tables.incomplete", resource=where, parts="".join(f"\n  {p}" for p in lacking)) + note)
    if unknown := _unknown_meanings(package, fields):
        raise TableError(text("tables.meanings", resource=where, parts="".join(f"\n  {part}" for part in unknown)))


def _unknown_meanings(package: Package, fields: list[dict[str, Any]]) -> list[str]:
    """The words for a meaning that the list of the package does not hold, each with the nearest that it holds."""
    if "meanings" not in package.resources or not any("meaning" in field for field in fields):
        return []
    raw = package.read_raw(package.resources["meanings"]).decode("utf-8-sig", errors="replace")
    listed: dict[str, list[str]] = {}
    for row in csv.DictReader(io.StringIO(raw, newline="")):
        listed.setdefault(row.get("aspect", ""), []).append(row.get("term", ""))
    unknown = []
    for field in fields:
        for aspect, term in field.get("meaning", {}).items():
            if term not in listed.get(aspect, ()):
                near = difflib.get_close_matches(term, listed.get(aspect, ()), 3, 0.5) or sorted(listed.get(aspect, ()))
                close = text("tables.close", names=", ".join(near or sorted(listed)))
                unknown.append(f"field {field['name']}: meaning.{aspect} {term!r}.{close}")
    return unknown
