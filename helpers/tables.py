"""Tables of the collection.

The data package ``data/datapackage.json`` describes every file: types, titles, units, labels, sources, licences and
a checksum. A file that carries its checksum is read at once. Any other file is searched for what is wrong with it, so
that the error names the line, the column and the remedy. After an intended change ``python -m helpers record`` checks
the files and records their checksums.
"""

from __future__ import annotations

import csv
import difflib
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

from .language import language, localized, text

__all__ = ["TableError", "cite", "labels", "load", "load_json", "meaning", "table_names", "title", "unit"]

_HERE = Path(__file__).parent
DATA = _HERE / "data" if (_HERE / "data").is_dir() else _HERE.parent / "data"


class TableError(Exception):
    """A table or column that does not exist, or a data file that is not as the package describes it."""


def table_names() -> list[str]:
    """List the names of all tables, in the order of the package."""
    return _names("table")


def load(name: str) -> pd.DataFrame:
    """Load a table of the package, ready to use in the active language.

    Columns that the package holds once per language (``text_en``, ``text_ja``) become one column (``text``); a column
    ``name`` with the country's name follows ``iso3``; each category column is followed by its labels (``region``,
    ``region_label``).

    Parameters
    ----------
    name
        One of `table_names`, for example ``"oda_donors"``.

    Returns
    -------
    pandas.DataFrame
        A copy: changing it changes nothing for the next reader. Empty cells are missing values.

    Raises
    ------
    TableError
        If there is no such table, or its file is missing, damaged or changed.

    Examples
    --------
    >>> load("oda_donors").query("iso3 == 'JPN' and year == 2011")["net_usd_million"].item()
    11086.18
    """
    return _localized_table(DATA, name, language()).copy()


def load_json(name: str) -> Any:
    """Load a resource that is not a table, such as ``"land"``, the outline of the land as GeoJSON.

    Raises
    ------
    TableError
        If there is no such resource, or its file is missing, damaged or changed.

    Examples
    --------
    >>> load_json("land")["type"]
    'FeatureCollection'
    """
    if name not in _names("json"):
        _unknown("json", name, _names("json"))
    return json.loads(checked(DATA, resources(DATA)[name]))


def title(name: str, column: str) -> str:
    """Title of a column of `load` in the active language.

    Examples
    --------
    >>> title("oda_donors", "net_usd_million")
    'Net ODA'
    """
    return localized(_field(name, column), "title")


def unit(name: str, column: str) -> str:
    """Name the unit of a column in the active language; empty where it has none.

    Examples
    --------
    >>> unit("oda_donors", "net_usd_million")
    'US$ million'
    """
    return localized(_field(name, column), "unit") or ""


def meaning(name: str, column: str) -> str:
    """Say what a column counts, in the words of the table ``meanings``; empty where the package does not say.

    Examples
    --------
    >>> meaning("oda_donors", "net_usd_million")
    'net disbursements; current prices; calendar year; reported by governments or organisations'
    """
    terms = _field(name, column).get("meaning", {})
    words = load("meanings").set_index(["aspect", "term"])["text"] if terms else {}
    return text("tables.meaning").join(words[aspect, term] for aspect, term in terms.items())


def labels(name: str, column: str) -> dict[str, str]:
    """Map the values of a category column to their labels in the active language, in the order of the package.

    Examples
    --------
    >>> labels("oda_africa_growth", "weighting")["ppp"]
    'GDP at purchasing power parities'
    """
    return _labels(_field(name, column), language())


def cite(names: str | Iterable[str]) -> str:
    """Write the line under a chart: publisher, title, vintage and licence of one or several resources, each once.

    Examples
    --------
    >>> cite("oda_donors_2025")
    'OECD DAC, Preliminary ODA 2025 (2026-04). CC BY 4.0'
    """
    by_licence: dict[str, dict[str, None]] = {}
    for name in [names] if isinstance(names, str) else names:
        if name not in resources(DATA):
            _unknown("table", name, list(resources(DATA)))
        resource = resources(DATA)[name]
        licences = text("tables.cite.and").join(localized(licence, "title") for licence in resource["licenses"])
        for source in resource["sources"]:
            parts = {key: localized(source, key) for key in ("publisher", "title", "vintage")}
            by_licence.setdefault(licences, {})[text("tables.cite.source", **parts)] = None
    between = text("tables.cite.between")
    return between.join(
        text("tables.cite.licensed", sources=between.join(sources), licences=licences)
        for licences, sources in by_licence.items()
    )


def record() -> None:
    """Record size and checksum of every file in ``datapackage.json``; nothing is written if a file is not sound."""
    package = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        raw = _read(DATA, resource)
        _check(DATA, resource, raw)
        if _checksum(raw) != resource.get("hash"):
            before = resource.get("bytes", 0)
            print(text("tables.recorded", file=f"data/{resource['path']}", before=before, after=len(raw)))
            resource.update(bytes=len(raw), hash=_checksum(raw))
    content = json.dumps(package, ensure_ascii=False, indent=2) + "\n"
    (DATA / "datapackage.json").write_text(content, encoding="utf-8", newline="\n")


# The package -----------------------------------------------------------------


@functools.cache
def resources(folder: Path) -> dict[str, dict[str, Any]]:
    """What the data package says of each of its files, by name."""
    package = {"path": "datapackage.json", "type": "json"}
    raw = _read(folder, package)
    try:
        return {resource["name"]: resource for resource in json.loads(raw)["resources"]}
    except ValueError:
        _check(folder, package, raw)
        raise


def _names(type: str) -> list[str]:
    return [name for name, resource in resources(DATA).items() if resource["type"] == type]


def _schema(name: str) -> dict[str, Any]:
    if name not in table_names():
        _unknown("table", name, table_names())
    return resources(DATA)[name]["schema"]


def _field(name: str, column: str) -> dict[str, Any]:
    """Describe a column, whether it stands in the file or was made by `load`."""
    fields = {field["name"]: field for field in _schema(name)["fields"]}
    columns = {_stem(other, fields): field for other, field in fields.items()}
    columns |= {f"{other}_label": field for other, field in fields.items() if "labels" in field} | fields
    if _has_country(_schema(name)):
        columns["name"] = _field("countries", "name")
    if column not in columns:
        _unknown("column", column, list(columns), table=name)
    return columns[column]


def _stem(column: str, columns: Iterable[str]) -> str:
    """Cut the language off ``text_ja`` beside ``text_en``; leave any other column as it is."""
    stem = re.sub("_[a-z]{2}$", "", column)
    return stem if f"{stem}_en" in columns else column


def _has_country(schema: dict[str, Any]) -> bool:
    return any(key["reference"]["resource"] == "countries" for key in schema.get("foreignKeys", []))


def _labels(field: dict[str, Any], code: str) -> dict[str, str]:
    return {value: label.get(code, label["en"]) for value, label in field.get("labels", {}).items()}


# Reading ---------------------------------------------------------------------


@functools.cache
def _localized_table(folder: Path, name: str, code: str) -> pd.DataFrame:
    schema, frame = _schema(name), _table(folder, name)
    columns: dict[str, pd.Series] = {}
    for field in schema["fields"]:
        column, stem = field["name"], _stem(field["name"], frame.columns)
        own = f"{stem}_{code}" if f"{stem}_{code}" in frame else f"{stem}_en"
        columns[stem] = frame[column if stem == column else own]
        if "labels" in field:
            columns[f"{column}_label"] = frame[column].map(_labels(field, code)).astype("str")
        if column == "iso3" and _has_country(schema):
            names = _localized_table(folder, "countries", code).set_index("iso3")["name"]
            columns["name"] = frame[column].map(names).astype("str")
    return pd.DataFrame(columns)


@functools.cache
def _table(folder: Path, name: str) -> pd.DataFrame:
    resource = resources(folder)[name]
    raw = checked(folder, resource)
    frame = pd.read_csv(io.BytesIO(raw), dtype="str", keep_default_na=False, na_values=[""])
    return pd.DataFrame({f["name"]: _typed(frame[f["name"]], f["type"]) for f in resource["schema"]["fields"]})


def _typed(cells: pd.Series, type: str) -> pd.Series:
    if type == "boolean":
        return cells == "true"
    if type == "integer":
        return cells.astype("Int64" if cells.isna().any() else "int64")
    return cells.astype("float64") if type == "number" else cells


def checked(folder: Path, resource: dict[str, Any]) -> bytes:
    """Read a file that is the recorded one; of any other, tell what is wrong."""
    raw = _read(folder, resource)
    if _checksum(raw) != resource["hash"]:
        _check(folder, resource, raw)
        _damaged(resource, "changed", before=resource["bytes"], after=len(raw))
    return raw


def _read(folder: Path, resource: dict[str, Any]) -> bytes:
    try:
        return (folder / resource["path"]).read_bytes()
    except FileNotFoundError:
        _damaged(resource, "absent")
    except OSError as error:
        _damaged(resource, "unreadable", reason=error.strerror)


def _checksum(raw: bytes) -> str:
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"


# What is wrong with a file ---------------------------------------------------


def _check(folder: Path, resource: dict[str, Any], raw: bytes) -> None:
    """Raise the first thing in a file that is not as the package describes it."""
    try:
        content = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _damaged(resource, "encoding", line=raw[: error.start].count(b"\n") + 1)
    if resource["type"] == "table":
        _check_table(folder, resource, content)
        return
    try:
        json.loads(content)
    except json.JSONDecodeError as error:
        _damaged(resource, "json", line=error.lineno, reason=error.msg)


def _check_table(folder: Path, resource: dict[str, Any], content: str) -> None:
    schema = resource["schema"]
    expected = [field["name"] for field in schema["fields"]]
    known = {key["fields"][0]: _known(folder, key["reference"]) for key in schema.get("foreignKeys", [])}
    seen: dict[tuple[str, ...], int] = {}
    for line, cells in _lines(resource, content):
        if line == 1 and cells != expected:
            _damaged(resource, "header", line=line, expected=",".join(expected), found=",".join(cells))
        if len(cells) != len(expected):
            _damaged(resource, "cells", line=line, expected=len(expected), found=len(cells))
        if line == 1:
            continue
        row = dict(zip(expected, cells, strict=True))
        for field in schema["fields"]:
            if problem := _problem(field, row[field["name"]]):
                _damaged(resource, problem.pop("key"), line=line, column=field["name"], **problem)
        for column, values in known.items():
            if row[column] and row[column] not in values:
                _damaged(resource, "reference", line=line, column=column, value=row[column])
        key = tuple(row[column] for column in schema["primaryKey"])
        if seen.setdefault(key, line) != line:
            column = "+".join(schema["primaryKey"])
            _damaged(resource, "duplicate", line=line, column=column, value=", ".join(key), first=seen[key])


def _lines(resource: dict[str, Any], content: str) -> Iterable[tuple[int, list[str]]]:
    """Yield the line number, as an editor counts, and the cells of every row."""
    reader = csv.reader(io.StringIO(content, newline=""), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error:
        _damaged(resource, "quotes", line=reader.line_num)


def _known(folder: Path, reference: dict[str, Any]) -> set[str]:
    raw = _read(folder, resources(folder)[reference["resource"]])
    rows = csv.DictReader(io.StringIO(raw.decode("utf-8-sig", errors="replace"), newline=""))
    return {row.get(reference["fields"][0], "") for row in rows}


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


def _unknown(what: str, name: str, names: list[str], **values: str) -> NoReturn:
    matches = difflib.get_close_matches(name, names)
    close = text("tables.close", names=", ".join(matches)) if matches else ""
    raise TableError(text(f"tables.unknown.{what}", name=name, close=close, names=", ".join(names), **values))
