"""Which chart of a notebook shows a claim, and how its controls are to be set.

Nothing is listed by hand. The templates of the ledger (``bluebook_templates``) say which rows and which column of a
table a claim is about. A chart shows a claim if it cites that table, if the data that it was given hold these very rows
with this column, if it reads the column, and if its controls can be set so that its filters keep the rows. One of the
controls has to name what the claim names: its years, its country, its column or an item.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from ...explorer import Explorer
from ...explorer.inputs import describe
from ...markup import given
from ...tables import PACKAGE, load
from ..notebooks import Run

__all__ = ["View", "find_views"]

MOST = 6  # as many items as one picks by hand; a list of more is no choice
EQUAL = re.compile(r"^(?:(\w+) == '\w+' \|\| )?datum\.(\w+) == (\w+)$")  # Rows.chosen, or all
AMONG = re.compile(r"^indexof\((\w+), datum\.(\w+)\) >= 0$")  # Rows.among
WITHIN = re.compile(r"^datum\.(\w+) >= (\w+)\[0\] && datum\.\1 <= \2\[1\]$")  # Rows.within
NAMED = re.compile(r"\bdatum\[(\w+)\]")  # a column that a control names: Rows.amount
YEAR = re.compile(r"\d{4}")
WORD = re.compile(r"[A-Za-z_]\w*")


@dataclasses.dataclass
class View:
    """A chart set to a claim: the cell it stands in, its name in an address, its controls, and the years it shows."""

    cell: str
    key: str
    controls: dict[str, str]
    years: tuple[int, int] | None

    @property
    def address(self) -> str:
        """What stands behind the # in an address."""
        return "&".join([f"view={self.key}", *(f"{name}={value}" for name, value in self.controls.items())])


def find_views(done: Run) -> dict[str, View]:
    """The view of every claim that a chart of a notebook shows.

    Parameters
    ----------
    done
        The notebook, as it was run.
    """
    charts = [_Chart(cell, widget) for cell, widget in done.made if isinstance(widget, Explorer)]
    places = {cell.id: place for place, cell in enumerate(done.cells)}
    checks = {claim: cell.id for cell in done.cells for claim in re.findall(r"\bBB\d{3}\b", cell.source)}
    templates = load("bluebook_templates").set_index("claim_id")
    found = {}
    for claim in load("bluebook_claims").itertuples():
        abouts = _abouts(claim, templates.loc[claim.claim_id])
        shown = [
            (chart, controls) for about in abouts for chart in charts if (controls := chart.set_to(about)) is not None
        ]
        at = places.get(checks.get(claim.claim_id), 0)
        best = max(shown, key=lambda one: (len(one[1]), -abs(places[one[0].cell] - at)), default=None)
        if best:
            chart, controls = best
            found[claim.claim_id] = View(chart.cell, chart.key, controls, chart.years_of(controls))
    return found


def _abouts(claim: Any, template: Any) -> list[_About]:
    """What a claim is about: as its template says, else figures of its tables in its one year."""
    if given(template.table) and given(template.column):
        return [_About(claim, template.table, template)]
    if not (given(claim.tables) and _year_in(claim.period)) or _is_day(claim.value):
        return []  # a claim that states a day may mean one that the years of the table do not tell
    tables = [name for name in claim.tables.split("; ") if "year" in load(name)]
    return [_About(claim, name, pd.Series({"year": _year_in(claim.period)})) for name in tables]


class _About:
    """What a claim is about: rows of a table, the columns that are named, and its one year where it has one."""

    def __init__(self, claim: Any, table: str, template: pd.Series):
        column, country, condition, year = map(template.get, ("column", "country", "rows", "year"))
        rows = load(table)
        if given(condition):
            rows = rows.query(condition)
        if given(country):
            rows = rows[rows.iso3 == country]
        if given(year):
            rows = rows[rows.year == year]
        self.read, names = (
            {*WORD.findall(words)} & {*rows} if given(words) else set() for words in (column, condition)
        )
        if "year" not in rows:  # the year of a day
            days = next((rows[name] for name in sorted(self.read) if rows[name].map(_is_day).all()), None)
            rows = rows if days is None else rows.assign(year=days.str[:4].astype(int))
        primary = PACKAGE.resources[table]["schema"].get("primaryKey", [])
        primary = {primary} if isinstance(primary, str) else set(primary)
        self.table, self.rows, self.figures = table, rows, self.read - primary
        self.keys = (self.read | primary | {"iso3", "year"}) & set(rows)
        self.named = (names - self.read) | {"year"} | ({"iso3"} if given(country) else set())
        self.year = int(year) if given(year) else _year_in(claim.period) or _year_in(condition)

    def value(self, name: str) -> Any:
        """The one value that the rows have in a column; of years the claim's own, where a count goes up to it."""
        values = set(self.rows[name]) if name in self.rows else set()
        if name == "year" and (self.year in values or not values):
            return self.year
        return values.pop() if len(values) == 1 else None


def _year_in(words: Any) -> int | None:
    """The one year that words name, where they name one."""
    years = set(YEAR.findall(words)) if given(words) else set()
    return int(years.pop()) if len(years) == 1 else None


def _is_day(value: Any) -> bool:
    return isinstance(value, str) and re.match(r"\d{4}(-\d\d){0,2}$", value) is not None


class _Chart:
    """An explorer: the tables that it cites, its data, and what its filters compare with its controls."""

    def __init__(self, cell: str, explorer: Explorer):
        spec = explorer.spec
        self.cell, self.key = cell, explorer.panel.settings["file"]
        self.tables = explorer.tables
        self.inputs = {name: describe(control) for name, control in explorer.inputs.items()}
        self.limits = {
            name: (control.min, control.max) for name, control in explorer.inputs.items() if _is_number(control)
        }
        datasets = spec.pop("datasets", {})
        self.data = [pd.DataFrame(rows) for name, rows in datasets.items() if name != "land"]
        expressions = list(_texts(spec))
        self.words = set(WORD.findall(" ".join(expressions)))
        drawn = [unit for unit in paths(spec) if unit[-1].get("name") == "numbers"]
        self.main = {e for path in drawn for part in path for e in _texts(part.get("transform", []))}
        self.bound = [test for text in expressions for test in _tests(text) if test[2] in self.inputs]
        if "year" in self.limits:  # it says when, whatever the columns are called that it is compared with
            self.bound.append(("equal", "year", "year", ""))
        self.columns = {name for text in expressions for name in NAMED.findall(text) if name in self.inputs}

    def set_to(self, about: _About) -> dict[str, str] | None:
        """The values of the controls that show what a claim is about, or none where they cannot."""
        if about.table not in self.tables or about.rows.empty:
            return None
        held = next((rows for data in self.data if (rows := _held(data, about)) is not None), None)
        if held is None or not self.reads(about):
            return None
        controls, named = {}, set()
        for name in self.columns:
            if wanted := about.read & set(map(str, self.inputs[name].values or [])):
                controls[name] = wanted.pop()
        for kind, column, name, text in self.bound:
            value = self.state(kind, column, name, about)
            if value is not None:
                controls[name] = value
                named |= {column} & about.named
            elif text in self.main and not self.keeps(kind, column, name, held):
                return None
        return controls if named else None

    def reads(self, about: _About) -> bool:
        """Whether the chart reads the column of a claim, by its name or by that of a control."""
        choices = {str(value) for name in self.columns for value in self.inputs[name].values or []}
        return about.figures <= self.words | choices

    def state(self, kind: str, column: str, name: str, about: _About) -> str | None:
        """The value of a control that keeps the rows of a claim and names them."""
        if column not in about.rows and column != "year":
            return None
        control, values = self.inputs[name], about.rows.get(column, pd.Series(dtype=int))
        if kind == "within":
            low, high = self.limits.get(name, (1, 0))
            first, last = values.min(), values.max()
            return f"{first},{last}" if len(values) and low <= first < last <= high else None
        if kind == "among":
            codes = control.values.values() if isinstance(control.values, dict) else control.values or []
            wanted = list(dict.fromkeys(values))
            return ",".join(wanted) if 0 < len(wanted) <= MOST and set(wanted) <= set(codes) else None
        value = about.value(column)
        if value is None:
            return None
        if name in self.limits:
            return str(value) if self.limits[name][0] <= value <= self.limits[name][1] else None
        return str(value) if str(value) in map(str, control.values or []) else None

    def keeps(self, kind: str, column: str, name: str, held: pd.DataFrame) -> bool:
        """Whether a filter keeps the rows of a claim while its control is as it was at first."""
        if column not in held:
            return True
        start, values = self.inputs[name].value, held[column]
        if kind == "within":
            return bool(values.between(*start).all())
        return bool(values.isin(start if kind == "among" else [start]).all())

    def years_of(self, controls: dict[str, str]) -> tuple[int, int] | None:
        """The first and the last year that a view shows, where a control says so."""
        said = [controls[name] for _, column, name, _ in self.bound if column == "year" and name in controls]
        parts = [int(part) for value in said for part in value.split(",")]
        return (min(parts), max(parts)) if parts else None


def paths(spec: dict[str, Any], above: tuple = ()) -> Iterator[tuple[dict[str, Any], ...]]:
    """Every part of a chart that draws marks, after the parts that it stands in."""
    parts = [part for key in ("layer", "concat", "hconcat", "vconcat") for part in spec.get(key, [])]
    for part in parts:
        yield from paths(part, (*above, spec))
    if not parts:
        yield (*above, spec)


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict | list):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from _texts(inner)


def _tests(text: str) -> Iterator[tuple[str, str, str, str]]:
    """What an expression compares: the kind, the column, the control, and the expression."""
    if found := EQUAL.match(text):
        yield "equal", found[2], found[3], text if not found[1] else ""
    elif found := AMONG.match(text):
        yield "among", found[2], found[1], text
    elif found := WITHIN.match(text):
        yield "within", found[1], found[2], text


def _is_number(control: Any) -> bool:
    return "min" in control.trait_names()


def _held(data: pd.DataFrame, about: _About) -> pd.DataFrame | None:
    """The rows of a claim in the data of a chart, or none where it lacks one of them or the column."""
    keys = sorted(about.keys & set(data))
    if not keys or not (about.read or about.keys) <= set(keys):
        return None
    wanted, there = (frame[keys].map(_plain) for frame in (about.rows, data))
    if not set(wanted.itertuples(index=False, name=None)) <= set(there.itertuples(index=False, name=None)):
        return None
    marked = there.merge(wanted.drop_duplicates(), on=keys, how="left", indicator=True)
    return data[(marked["_merge"] == "both").to_numpy()]


def _plain(value: Any) -> Any:
    """A value as it can be compared: numbers rounded as the data of charts are, and nothing as one word."""
    if pd.isna(value):
        return "–"
    return f"{value:.6g}" if isinstance(value, int | float) else str(value)
