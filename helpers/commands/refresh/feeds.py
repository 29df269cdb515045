"""Fetch and read the answers of the publishers' interfaces that ``sources.toml`` describes."""

from __future__ import annotations

import csv
import datetime
import hashlib
import itertools
import json
import re
import time
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import mean
from typing import Any

import urllib3
from urllib3.util import Retry

__all__ = ["NUMBER", "Download", "RefreshError", "plain", "read"]

AGAIN = {429, 500, 502, 503, 504}  # answers after which another try may help
NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")

Source = dict[str, Any]
Cells = dict[str, str]
Key = tuple[str, ...]
Rows = list[tuple[str, Cells]]  # each row with the place where it stands


class RefreshError(Exception):
    """A series that cannot be refreshed; the message says what was wrong, where, and what to do."""


def read(source: Source, download: Download) -> dict[Key, Cells]:
    """Fetch a series and check it: the cells that it gives, by the primary key of its table.

    Parameters
    ----------
    source
        One ``[[source]]`` of ``sources.toml``, where its entries are explained.
    download
        What fetches the addresses.

    Raises
    ------
    RefreshError
        If an address cannot be fetched, or what it gives is not the series described.
    """
    rows: Rows = []
    each = source.get("each", {})
    for values in itertools.product(*each.values()):
        url = source["url"]
        for name, value in zip(each, values, strict=True):
            url = url.replace(f"{{{name}}}", value)
        rows += _pages(url, download) if source["format"] == "worldbank" else _lines(source, url, download(url))
    if source["format"] == "sea_ice_daily":
        rows = _seasons(rows, source)
    try:
        found = _values(source, rows)
    except KeyError as error:
        raise RefreshError(f"{source['url']} has no column {error}. {_compare(source)}") from error
    if not found:
        raise RefreshError(f"{source['url']} has no value of this series. {_compare(source)}")
    if "base" in source:
        _check_base(source, found)
    return found


def plain(value: Decimal, digits: int) -> str:
    """Write a number with so many decimals at most, without zeros at the end.

    Examples
    --------
    >>> plain(Decimal("1E+2"), 2), plain(Decimal("-0.001"), 2), plain(Decimal("10.905"), 2)
    ('100', '0', '10.9')
    """
    text = f"{value.quantize(Decimal(1).scaleb(-digits)) + 0:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _compare(source: Source) -> str:
    return f"Compare {source['page']}; if the format has changed, describe the new one in sources.toml."


# Fetching ----------------------------------------------------------------------


@dataclass
class Download:
    """Fetches addresses, each once, with patience for servers that are busy.

    Attributes
    ----------
    timeout, retries, pause
        Seconds without an answer, further tries, and seconds to wait before the second of them (then twice as long
        each time, plus chance).
    limit
        Bytes that an answer may have.
    kept
        The answers, by address.
    """

    timeout: float
    retries: int
    pause: float
    limit: float
    kept: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self):
        self.pool = urllib3.PoolManager(headers={"User-Agent": "bluebook-notebooks refresh"})

    @property
    def checksums(self) -> dict[str, str]:
        """The SHA-256 of each answer."""
        return {url: hashlib.sha256(answer).hexdigest() for url, answer in self.kept.items()}

    def __call__(self, url: str) -> str:
        """Give the text at an address."""
        if url not in self.kept:
            self.kept[url] = self._get(url)
        try:
            text = self.kept[url].decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise RefreshError(f"{url} is not text in UTF-8: look at it in a browser.") from error
        if re.match(r"\s*<(!doctype|html|\?xml)", text, re.IGNORECASE):
            raise RefreshError(f"{url} answered with a web page instead of data: the address may have moved.")
        return text

    def _get(self, url: str) -> bytes:
        pause = {"backoff_factor": self.pause, "backoff_jitter": self.pause, "backoff_max": 60, "retry_after_max": 120}
        retry = Retry(self.retries, **pause)
        while True:
            response = problem = None
            try:
                options = {"retries": False, "redirect": False, "preload_content": False, "timeout": self.timeout}
                response = self.pool.request("GET", url, **options)
                if response.status == 200:
                    return self._body(response, url)
            except urllib3.exceptions.HTTPError as error:
                problem = error
            finally:
                if response is not None:
                    response.close()
            if problem is None and response.status not in AGAIN:
                moved = f" to {response.headers['Location']}" if "Location" in response.headers else ""
                raise RefreshError(
                    f"{url} answered {response.status} {response.reason}{moved}: set the right address in sources.toml."
                )
            try:
                retry = retry.increment("GET", url, response, problem)
            except urllib3.exceptions.HTTPError as error:
                said = problem or f"status {response.status}"
                raise RefreshError(
                    f"{url} gave no good answer (tries: {self.retries + 1}; {said}). Are you online? Try again later, "
                    "or with a larger --timeout or --retries."
                ) from error
            retry.sleep(None if problem else response)

    def _body(self, response: urllib3.BaseHTTPResponse, url: str) -> bytes:
        body, end = bytearray(), time.monotonic() + 20 * self.timeout
        for part in response.stream(2**16):
            body += part
            if len(body) > self.limit:
                raise RefreshError(f"{url} is larger than {self.limit / 2**20:g} MB, the limit_mb of sources.toml.")
            if time.monotonic() > end:
                raise urllib3.exceptions.TimeoutError(f"not complete after {20 * self.timeout:g} s")
        return bytes(body)


# Reading -----------------------------------------------------------------------


def _pages(url: str, download: Download) -> Rows:
    """The rows of an answer of the World Bank's interface, page after page."""
    number, pages, total, rows = 0, 1, 0, []
    while (number := number + 1) <= pages:
        place = url.replace("{page}", str(number))
        try:
            about, entries = json.loads(download(place), parse_float=str, parse_int=str)
            pages, total = int(about["pages"]), int(about["total"])
            for n, entry in enumerate(entries, 1):
                value = "" if entry["value"] is None else str(entry["value"])
                row = {"iso3": entry["countryiso3code"], "year": entry["date"], "value": value}
                rows.append((f"{place}, row {n}", row | {"indicator": entry["indicator"]["id"]}))
        except (ValueError, TypeError, KeyError) as error:
            raise RefreshError(f"{place} is not an answer in the known format ({error!r}).") from error
    if len(rows) != total:
        raise RefreshError(f"{url} says that it has {total} rows but gave {len(rows)}: try again later.")
    return [(place, row) for place, row in rows if row["iso3"]]


def _lines(source: Source, url: str, text: str) -> Rows:
    """The rows of a CSV file, if its head is the one known."""
    lines = [(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    if "comment" in source:
        lines = [(n, line) for n, line in lines if not line.startswith(source["comment"])]
    split = [(f"{url}, line {n}", _cells(line, source)) for n, line in lines]

    def take(expected: list[str]) -> list[str]:
        place, cells = split.pop(0) if split else (url, [])
        if cells[: len(expected)] != expected:
            told = f"{','.join(cells)!r} stands where {','.join(expected)!r} should"
            raise RefreshError(f"{place}: {told}. {_compare(source)}")
        return cells

    if "title" in source:
        take([source["title"]])
    names = take(source.get("header", []))
    if "units" in source:
        take(source["units"])
    for place, cells in split:
        if len(cells) != len(names):
            told = f"{len(cells)} cells instead of {len(names)}"
            raise RefreshError(f"{place} has {told}: the file may be cut off. Try again later.")
    return [(place, dict(zip(names, cells, strict=True))) for place, cells in split]


def _cells(line: str, source: Source) -> list[str]:
    if source["format"] == "sea_ice_daily":  # its last column is a list with commas
        return [cell.strip() for cell in line.split(",", len(source["header"]) - 1)]
    return [cell.strip() for cell in next(csv.reader([line], skipinitialspace=True))]


def _seasons(rows: Rows, source: Source) -> Rows:
    """Lowest and highest five-day mean of each year, dated by its last day, of seasons that are over."""
    days: dict[datetime.date, Decimal] = {}
    for place, row in rows:
        try:
            day = datetime.date(int(row["Year"]), int(row["Month"]), int(row["Day"]))
        except ValueError as error:
            raise RefreshError(f"{place}: {error}. {_compare(source)}") from error
        if day in days:
            raise RefreshError(f"{place}: {day} stands there twice.")
        if str(day) not in source["faulty_days"]:
            days[day] = _number(row["Extent"], place)
    means = {}
    for day in days:
        window = [days[d] for d in (day - datetime.timedelta(back) for back in range(5)) if d in days]
        if len(window) > 1:  # only every other day before August 1987
            means[day] = sum(window) / len(window)
    result = []
    for year in sorted({day.year for day in means}):
        row = dict.fromkeys(("min", "max", "min_date", "max_date", "preliminary"), "") | {"year": str(year)}
        for part, first, final, best in (("max", 2, 4, max), ("min", 8, 10, min)):
            season = [day for day in means if day.year == year and first <= day.month <= final]
            if season and max(days) >= datetime.date(year, final, 30):
                day = best(season, key=means.get)
                row |= {part: str(means[day]), f"{part}_date": str(day)}
                row |= {"preliminary": "false"} if part == "min" else {}
        result.append((f"{source['url']}, {year}", row))
    return result


def _values(source: Source, rows: Rows) -> dict[Key, Cells]:
    """The cells of the rows that count."""
    found: dict[Key, Cells] = {}
    places: dict[Key, str] = {}
    first, final = source.get("years", (0, 9999))
    for place, row in rows:
        if any(row[column] != value for column, value in source.get("where", {}).items()):
            continue
        key = tuple(str(template).format(**row) for template in source["key"].values())
        cells = _numbers(source, row, place)
        if not cells:
            continue
        for column, value in source.get("expect", {}).items():
            if row[column] != value:
                told = f"{column} is {row[column]!r} instead of {value!r}"
                raise RefreshError(f"{place}: {told}: units or series must not be mixed. {_compare(source)}")
        named = dict(zip(source["key"], key, strict=True))
        cells |= _codes(source, row, place, named)
        cells |= {column: row[name] for column, name in source.get("texts", {}).items() if row[name]}
        cells |= source.get("fixed", {})
        if key in places:
            raise RefreshError(f"{place}: {', '.join(key)} stands there twice, first at {places[key]}.")
        places[key] = place
        year = named.get("year", "0")
        if not year.isdecimal():
            raise RefreshError(f"{place}: {year!r} is not a year.")
        if first <= int(year) <= final:
            found[key] = cells
    return found


def _codes(source: Source, row: Cells, place: str, named: Cells) -> Cells:
    """The codes of the table for the labels of a row; some are others before a certain month."""
    cells = {}
    for column, label in source.get("labels", {}).items():
        if row[label["column"]] not in label["codes"]:
            raise RefreshError(f"{place}: {label['column']} {row[label['column']]!r} is not known to sources.toml.")
        cells[column] = label["codes"][row[label["column"]]]
        for month, code in label.get("before", {}).items():
            if f"{named['year']}-{named['month']:0>2}" < month:
                cells[column] = code
    return cells


def _numbers(source: Source, row: Cells, place: str) -> Cells:
    cells = {}
    for column, name in source["columns"].items():
        if row[name] in ("", *source.get("missing", ())):
            continue
        value = _number(row[name], f"{place}, {name}") * Decimal(source.get("scale", "1"))
        if value < 0 and source.get("negative") == "missing":
            continue
        if "power" in source:
            value = value.scaleb(int(_number(row[source["power"]], f"{place}, {source['power']}")))
        cells[column] = plain(value, source["digits"])
    return cells


def _number(cell: str, place: str) -> Decimal:
    if not NUMBER.fullmatch(cell):
        raise RefreshError(f"{place}: {cell!r} is not a plain number. If it marks a gap, add it to missing.")
    return Decimal(cell)


def _check_base(source: Source, found: dict[Key, Cells]) -> None:
    low, high = source["base"]
    column, at = next(iter(source["columns"])), list(source["key"]).index("year")
    within = [float(cells[column]) for key, cells in found.items() if low <= int(key[at]) <= high]
    if not within or abs(mean(within)) > 0.02:
        told = f"{mean(within):.2f}" if within else "not known"
        raise RefreshError(
            f"{source['url']}: the mean of {low} to {high} is {told}, not 0. Base years must not be mixed: compare "
            f"{source['page']}."
        )
