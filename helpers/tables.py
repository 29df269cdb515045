"""Tables of the collection: ``load`` one, name its columns, cite its sources.

The data package ``data/datapackage.json`` describes every file: types, titles, units, labels, meanings, sources and
licences. How files are read and checked is in ``package.py``.
"""

import difflib
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

import pandas as pd

from .language import language, localized, text
from .package import Package, TableError

__all__ = [
    "TableError", "cite", "cited", "decimal_year", "labels", "load", "load_json", "meaning", "publishers",
    "table_names", "title", "unit",
]  # fmt: skip

_HERE = Path(__file__).parent
PACKAGE = Package(_HERE / "data" if (_HERE / "data").is_dir() else _HERE.parent / "data")


def table_names() -> list[str]:
    """List the names of all tables, in the order of the package."""
    return PACKAGE.names("table")


def load(name: str) -> pd.DataFrame:
    """Load a table of the package, ready to use in the active language.

    Columns that the package holds once per language (``text_en``, ``text_ja``) become one column (``text``); a column
    ``name`` with the country's name follows ``iso3``; each category column is followed by its labels (``region``,
    ``region_label``).

    Empty cells are missing values. The table is a copy: changing it changes nothing for the next reader.

    Raises
    ------
    TableError
        If `name` is none of `table_names`, or its file is missing, damaged or changed.

    Examples
    --------
    >>> load("oda_donors").query("iso3 == 'JPN' and year == 2011")["net_usd_million"].item()
    11086.18
    """
    return _localized_table(name, language()).copy()


def load_json(name: str) -> Any:
    """Load a resource that is not a table, such as ``"land"``, the outline of the land as GeoJSON; raises as `load`."""
    if name not in PACKAGE.names("json"):
        _unknown("json", name, PACKAGE.names("json"))
    return json.loads(PACKAGE.read(PACKAGE.resources[name]))


def title(name: str, column: str) -> str:
    """Title of a column of `load` in the active language, such as ``"Net ODA"``."""
    return localized(_field(name, column), "title")


def unit(name: str, column: str) -> str:
    """Name the unit of a column in the active language, such as ``"US$ million"``; empty where it has none."""
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


def decimal_year(dates: Iterable[str]) -> pd.Series:
    """Dates as years with a fraction, to three decimals; a day or month that is missing is the first.

    Examples
    --------
    >>> decimal_year(["1985", "1988-04", "2007-10-24"]).tolist()
    [1985.0, 1988.249, 2007.81]
    """
    days = pd.to_datetime(pd.Series(dates), format="ISO8601")
    return (days.dt.year + (days.dt.day_of_year - 1) / 365.25).round(3)


def cite(names: str | Iterable[str]) -> str:
    """Write the line under a chart: publisher, title, vintage and licence of one or several resources, each once."""
    return "".join(words for words, *_ in cited(names))


def cited(names: str | Iterable[str]) -> list[tuple[str, str, str]]:
    """The line of `cite` in pieces, each with the address of its publisher and with publisher and year, or with none.

    The year is that of an edition or a day; a source that says until when its data go has none in short.

    Examples
    --------
    >>> cited("oda_donors_2025")[0]
    ('OECD DAC, Preliminary ODA 2025 (2026-04)', 'https://data-explorer.oecd.org', 'OECD DAC (2026)')
    """
    by_licence: dict[str, dict[str, tuple[str, str]]] = {}
    for name in [names] if isinstance(names, str) else names:
        if name not in PACKAGE.resources:
            _unknown("table", name, list(PACKAGE.resources))
        resource = PACKAGE.resources[name]
        licences = text("tables.cite.and").join(localized(licence, "title") for licence in resource["licenses"])
        for source in resource["sources"]:
            parts = {key: localized(source, key) for key in ("publisher", "title", "vintage")}
            whole, years = text("tables.cite.source", **parts), re.findall(r"(?<!\w)\d{4}", source["vintage"])
            dated = years and "to " not in source["vintage"]
            brief = text("tables.cite.brief", **parts, year=max(years)) if dated else parts["publisher"]
            by_licence.setdefault(licences, {}).setdefault(whole, (source["path"], brief))
    between, pieces = text("tables.cite.between"), []
    for licences, sources in by_licence.items():
        before, after = text("tables.cite.licensed", sources="\n", licences=licences).split("\n")
        for number, (words, found) in enumerate(sources.items()):
            pieces += [(between if number else before, "", ""), (words, *found)]
        pieces += [(after, "", ""), (between, "", "")]
    return [piece for piece in pieces[:-1] if piece[0]]


def publishers(names: Iterable[str]) -> dict[str, tuple[str, str]]:
    """The publishers of tables, each with the address and the title of what was first taken from it."""
    found: dict[str, tuple[str, str]] = {}
    for source in (source for name in names for source in PACKAGE.resources[name]["sources"]):
        found.setdefault(localized(source, "publisher"), (source["path"], localized(source, "title")))
    return found


def _schema(name: str) -> dict[str, Any]:
    if name not in table_names():
        _unknown("table", name, table_names())
    return PACKAGE.resources[name]["schema"]


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


def _localized_table(name: str, code: str) -> pd.DataFrame:
    if (name, code) in PACKAGE.kept:
        return PACKAGE.kept[name, code]
    schema, frame = _schema(name), PACKAGE.frame(name)
    columns: dict[str, pd.Series] = {}
    for field in schema["fields"]:
        column, stem = field["name"], _stem(field["name"], frame.columns)
        own = f"{stem}_{code}" if f"{stem}_{code}" in frame else f"{stem}_en"
        columns[stem] = frame[column if stem == column else own]
        if "labels" in field:
            columns[f"{column}_label"] = frame[column].map(_labels(field, code)).astype("str")
        if column == "iso3" and _has_country(schema):
            names = _localized_table("countries", code).set_index("iso3")["name"]
            columns["name"] = frame[column].map(names).astype("str")
    PACKAGE.kept[name, code] = pd.DataFrame(columns)
    return PACKAGE.kept[name, code]


def _unknown(what: str, name: str, names: list[str], **values: str) -> NoReturn:
    matches = difflib.get_close_matches(name, names)
    close = text("tables.close", names=", ".join(matches)) if matches else ""
    raise TableError(text(f"tables.unknown.{what}", name=name, close=close, names=", ".join(names), **values))
