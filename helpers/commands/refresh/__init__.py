"""Fetch the newest figures from the publishers' interfaces: ``python -m helpers refresh``.

Shows what would change in the tables and which verdicts would no longer follow; with ``--write`` it writes. Addresses
and formats stand in ``sources.toml``. A table whose figures do not look right is left alone, and the others go on; all
accepted tables are written together or not at all. A value that a publisher no longer gives is kept and reported. New
rows continue a series of the table; countries and earlier years that the table leaves out are not added.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import datetime
import difflib
import io
import json
import os
import re
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from ... import tables
from ...checks import check_table
from ...ledger import recorded_as, same, verdicts_of
from ...package import Package
from ..notebooks import NOTEBOOKS, run
from ..packages import reading, record
from .feeds import NUMBER, Cells, Download, Key, RefreshError, Source, plain, read

__all__ = ["Change", "Outcome", "RefreshError", "refresh"]

SOURCES = Path(__file__).parent / "sources.toml"
TIME = ("year", "month")  # the columns of a key that run along a series
QUIET = ("explore", "ask", "predict", "check", "display")  # what a notebook shows is not needed to compute its claims


@dataclass
class Change:
    """What the interfaces change in one table.

    Attributes
    ----------
    cells
        Key, column, old and new text of each cell that changes, those of new rows too.
    added
        Keys of new rows.
    notes
        What was not done, and why.
    newest
        The newest period that changes, by the number of the source in the data package.
    content
        The new file.
    """

    cells: list[tuple[Key, str, str, str]] = field(default_factory=list)
    added: list[Key] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    newest: dict[int, str] = field(default_factory=dict)
    content: str = ""


@dataclass
class Outcome:
    """What a refresh found.

    Attributes
    ----------
    changes, refused
        By table: what changes, or why it is left alone.
    verdicts
        Claim, recorded value, new value, verdict, and verdict that follows, of each claim that changes.
    failures
        Cells of notebooks that fail with the new figures.
    checksums
        The SHA-256 of each answer, by its address.
    """

    changes: dict[str, Change] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    verdicts: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    checksums: dict[str, str] = field(default_factory=dict)

    @property
    def changed(self) -> list[str]:
        """Names of the tables of which a cell changes."""
        return [name for name, change in self.changes.items() if change.cells]


# Command -----------------------------------------------------------------------


def refresh(
    names: Iterable[str] = (),
    sources: Path = SOURCES,
    *,
    write: bool = False,
    timeout: float = 30,
    retries: int = 4,
    pause: float = 1,
    console: Console | None = None,
) -> Outcome:
    """Fetch the series of tables, compare them, recompute the claims, show all that, and write if asked to.

    Parameters
    ----------
    names
        Tables; all that have a source if none is named.
    sources
        A file such as ``sources.toml``.
    write
        Whether to write the tables.
    timeout, retries, pause
        See `Download`.
    console
        Where to show it.

    Raises
    ------
    RefreshError
        If a name or the file of sources is wrong, the notebooks are missing, or the tables changed meanwhile. Then
        nothing is written.
    """
    if not any(NOTEBOOKS.glob("en/*.ipynb")):
        raise RefreshError(f"There are no notebooks in {NOTEBOOKS}: run this in a copy of the repository.")
    console, outcome = console or Console(), Outcome()
    config = _config(sources, list(names))
    download = Download(timeout, retries, pause, config["limit_mb"] * 2**20)
    before: dict[Path, bytes] = {}
    steps = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()]
    with Progress(*steps, console=console, transient=True) as progress:
        bar = progress.add_task("", total=len(config["source"]) + 1)
        for name in dict.fromkeys(source["table"] for source in config["source"]):
            progress.update(bar, description=name)
            found, shares = [], [share for share in config["share"] if share["table"] == name]
            try:
                for source in (source for source in config["source"] if source["table"] == name):
                    found.append((source, read(source, download)))
                    progress.advance(bar)
                outcome.changes[name] = _merge(name, found, shares)
            except RefreshError as error:
                outcome.refused[name] = str(error)
            except tables.TableError as error:  # its text ends with a remedy for files on disk
                outcome.refused[name] = f"The new table would be wrong. {error}".partition(" Restore the file")[0]
        outcome.checksums = download.checksums
        if outcome.changed:
            progress.update(bar, description="claims")
            before = {path: path.read_bytes() for path in _paths(outcome)}
            with tempfile.TemporaryDirectory() as folder:
                stage = _staged(outcome, Path(folder) / "data")
                after = {path: (stage / path.relative_to(tables.PACKAGE.folder)).read_bytes() for path in before}
                _recompute(outcome, stage)
    _show(outcome, console)
    if write and before:
        _replace(before, after)
        tables.PACKAGE = Package(tables.PACKAGE.folder)
    return outcome


def _config(path: Path, names: list[str]) -> dict[str, Any]:
    try:
        config = {"limit_mb": 60, "share": []} | tomllib.loads(path.read_text(encoding="utf-8"))
        known = dict.fromkeys(source["table"] for source in config["source"])
    except (OSError, ValueError, KeyError) as error:
        raise RefreshError(
            f"{path} is not a file of sources ({error!r}). See helpers/commands/refresh/sources.toml."
        ) from error
    for source in config["source"]:
        if not re.match(r"https://|http://127\.0\.0\.1[:/]", source["url"]):
            raise RefreshError(f"{path}: {source['url']} does not begin with https://.")
    for name in names:
        if name not in known:
            close = "".join(f" Did you mean {match}?" for match in difflib.get_close_matches(name, known, 1))
            raise RefreshError(f"{path} has no source for a table {name!r}.{close} It has: {', '.join(known)}.")
    config["source"] = [source for source in config["source"] if not names or source["table"] in names]
    return config


def main(given: argparse.Namespace) -> int:
    """Run the command; its exit code is 1 if a table was left alone or nothing could be written."""
    try:
        options = {"write": given.write, "timeout": given.timeout, "retries": given.retries}
        outcome = refresh(given.tables, given.sources or SOURCES, **options)
    except (RefreshError, tables.TableError, OSError) as error:
        print(f"Nothing was written. {error}", file=sys.stderr)
        return 1
    if outcome.changed and given.write:
        print("Written. What is left to do stands in CONTRIBUTING.md, under Refresh the data.")
    elif outcome.changed:
        print("Nothing was written: add --write to write.")
    return 1 if outcome.refused else 0


# Merging -----------------------------------------------------------------------


def _merge(name: str, found: list[tuple[Source, dict[Key, Cells]]], shares: list[dict[str, Any]]) -> Change:
    """Put the found cells into a table; whatever the interfaces do not give stays as it is."""
    resource, change = tables.PACKAGE.resources[name], Change()
    keys, fields = resource["schema"]["primaryKey"], [f["name"] for f in resource["schema"]["fields"]]
    content = tables.PACKAGE.read(resource).decode("utf-8")
    old = {tuple(row[k] for k in keys): row for row in csv.DictReader(io.StringIO(content, newline=""))}
    empty = dict.fromkeys(fields, "")
    rows = {key: dict(row) for key, row in old.items()}
    for source, cells_by_key in found:
        _compare(source, cells_by_key, old, keys, change)
        _put(source, cells_by_key, old, rows, keys, empty)
    for share in shares:
        _renew_share(share, old, rows, empty)
    _drop_incomplete(resource, old, rows, change)
    ordered = sorted(rows, key=lambda key: [int(part) if part.isdecimal() else part for part in key])
    change.added = [key for key in ordered if key not in old]
    for key in ordered:
        row, was = rows[key], old.get(key, empty)
        change.cells += [(key, c, was[c], row[c]) for c in fields if c not in keys and row[c] != was[c]]
    for source, cells_by_key in found:
        touched = [key for key, column, *_ in change.cells if column in source["columns"] and key in cells_by_key]
        if touched and "entry" in source:
            newest = max(_when(key, keys) for key in touched)
            change.newest[source["entry"]] = max(newest, change.newest.get(source["entry"], ""))
    out = io.StringIO()
    writer = csv.DictWriter(out, fields, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows[key] for key in ordered)
    change.content = out.getvalue()
    check_table(tables.PACKAGE, resource, change.content)
    return change


def _put(
    source: Source,
    found: dict[Key, Cells],
    old: dict[Key, Cells],
    rows: dict[Key, Cells],
    keys: list[str],
    empty: Cells,
) -> None:
    """Put found cells into rows; a row is new only where it continues a series of the table."""
    last = {_series(key, keys): key for key in old}  # rows stand in the order of their keys
    for key, cells in sorted(found.items(), key=lambda item: _when(item[0], keys)):
        before = last.get(_series(key, keys))
        if key not in rows and before and _when(key, keys) > _when(before, keys):
            carried = {column: old[before][column] for column in source.get("carry", ())}
            rows[key] = empty | dict(zip(keys, key, strict=True)) | carried
        if key in rows:
            rows[key] |= {column: cell for column, cell in cells.items() if not _equal(rows[key][column], cell)}


def _renew_share(share: dict[str, Any], old: dict[Key, Cells], rows: dict[Key, Cells], empty: Cells) -> None:
    """Compute a share anew where one of its parts has moved or it was never there."""
    part, whole = share["of"]
    for key, row in rows.items():
        moved = any(row[column] != old.get(key, empty)[column] for column in share["of"])
        if row[part] and row[whole] and (moved or not row[share["column"]]):
            row[share["column"]] = plain(100 * Decimal(row[part]) / Decimal(row[whole]), share["digits"])


def _drop_incomplete(resource: dict[str, Any], old: dict[Key, Cells], rows: dict[Key, Cells], change: Change) -> None:
    """Take out new rows that lack a required cell, and note them."""
    required = [f["name"] for f in resource["schema"]["fields"] if f.get("constraints", {}).get("required")]
    for key in [key for key in rows if key not in old]:
        if lacking := [column for column in required if not rows[key][column]]:
            del rows[key]
            change.notes.append(f"{', '.join(key)}: no row added, for want of {', '.join(lacking)}")


def _series(key: Key, keys: list[str]) -> Key:
    return tuple(part for name, part in zip(keys, key, strict=True) if name not in TIME)


def _when(key: Key, keys: list[str]) -> str:
    """The period of a key, such as 2026 or 2026-07."""
    return "-".join(part.zfill(2) for name, part in zip(keys, key, strict=True) if name in TIME)


def _equal(a: str, b: str) -> bool:
    return a == b or bool(NUMBER.fullmatch(a) and NUMBER.fullmatch(b) and Decimal(a) == Decimal(b))


def _compare(source: Source, new: dict[Key, Cells], old: dict[Key, Cells], keys: list[str], change: Change) -> None:
    """Refuse a series that cannot be the one of the table, and note what has vanished from it."""
    fixed = {column: value for column, value in source["key"].items() if "{" not in value}
    first, final = source.get("years", (0, 9999))
    factor, remedy = source.get("factor", 100), f"Compare {source['page']}"
    for column in source["columns"]:
        had, most = {}, {}
        for key, row in old.items():
            if row[column] and all(row[c] == v for c, v in fixed.items()) and first <= int(row.get("year", 1)) <= final:
                had[key] = float(row[column])
                most[_series(key, keys)] = max(most.get(_series(key, keys), 0), abs(had[key]))
        got = {key: float(cells[column]) for key, cells in new.items() if column in cells}
        gone = [key for key in had if key not in got]
        if len(gone) > max(3, len(had) / 10):
            told = f"{len(gone)} of {len(had)} values of {column} are missing"
            raise RefreshError(f"{source['url']}: {told}. The file may be cut off, or of another series. {remedy}.")
        if gone:
            kept = "; ".join(f"{', '.join(key)}: {old[key][column]}" for key in gone)
            change.notes.append(f"{column} is not in the source any more and stays as it is for {kept}")
        ratios = [abs(got[key] / had[key]) for key in had if had[key] and key in got]
        if ratios and not 0.5 <= median(ratios) <= 2:
            told = f"{column} is {median(ratios):g} times what the table holds: another unit"
            raise RefreshError(f"{source['url']}: {told}. {remedy} and set the scale in sources.toml.")
        for key, value in got.items():
            top, was = most.get(_series(key, keys), 0), abs(had.get(key, 0))
            if top and (abs(value) > factor * top or (was > top / 10 and abs(value) < was / factor)):
                told = f"{column} of {', '.join(key)} is {value:g}; this series of the table reaches {top:g}"
                raise RefreshError(f"{source['url']}: {told}. {remedy}; if that is right, raise factor for this once.")


# Staging, claims, writing --------------------------------------------------------


def _paths(outcome: Outcome) -> list[Path]:
    """The files to write, the data package last."""
    paths = [tables.PACKAGE.folder / tables.PACKAGE.resources[name]["path"] for name in outcome.changed]
    return [*paths, tables.PACKAGE.folder / "datapackage.json"]


def _staged(outcome: Outcome, stage: Path) -> Path:
    """A copy of the data with the new tables, their vintages and checksums."""
    shutil.copytree(tables.PACKAGE.folder, stage)
    package = json.loads((stage / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        if resource["name"] in outcome.changed:
            change = outcome.changes[resource["name"]]
            (stage / resource["path"]).write_text(change.content, encoding="utf-8", newline="\n")
            for entry, newest in change.newest.items():
                _date(resource["sources"][entry], newest)
    (stage / "datapackage.json").write_text(json.dumps(package, ensure_ascii=False), encoding="utf-8")
    with contextlib.redirect_stdout(io.StringIO()):
        record(Package(stage))
    return stage


def _date(source: dict[str, str], newest: str) -> None:
    """Set a vintage: "data to" a later period, or else the month of the copy."""
    if told := re.fullmatch(r"data to ([\d-]+)", source["vintage"]):
        if newest > told[1]:
            day = "".join(f"{int(part)}{unit}" for part, unit in zip(newest.split("-"), "年月日", strict=False))
            source |= {"vintage": f"data to {newest}", "vintage_ja": f"{day}までのデータ"}
    else:
        source["vintage"] = f"{datetime.date.today():%Y-%m}"
        source.pop("vintage_ja", None)


def _recompute(outcome: Outcome, stage: Path) -> None:
    """Run the notebooks that use the changed tables with the new data, and compare their claims with the ledger."""
    recorded: dict[str, tuple[Any, Any]] = {}

    def verify(claim: str, value: Any = None, then: Any = None, *, between: Any = None, holds: Any = None) -> None:
        recorded[claim] = (recorded_as(value if between is None else tuple(between), holds), then)

    nothing: dict[str, Callable[..., None]] = dict.fromkeys(QUIET, lambda *_, **__: None)
    used = [f'"{name}"' for name in outcome.changed]
    with reading(Package(stage)):
        for path in sorted(NOTEBOOKS.glob("en/*.ipynb")):
            if any(name in path.read_text(encoding="utf-8").replace('\\"', '"') for name in used):
                for cell, error in run(path, {"verify": verify, **nothing}, go_on=True).failures:
                    outcome.failures.append(f"{path.name}, cell {cell}: {type(error).__name__}: {error}")
        ledger = tables.load("bluebook_claims").set_index("claim_id")
    for claim, (value, then) in sorted(recorded.items()):
        row = ledger.loc[claim]
        allowed = verdicts_of(value, then, row)
        follows = row.verdict if row.verdict in allowed else allowed[0]
        if follows != row.verdict or not same(value, row.computed_value):
            shown = f"{value:.7g}" if isinstance(value, float) else str(value)
            outcome.verdicts.append((claim, str(row.computed_value), shown, row.verdict, follows))


def _replace(before: dict[Path, bytes], after: dict[Path, bytes]) -> None:
    """Put all new files in place, or leave every file as it was."""
    for path, content in before.items():
        if path.read_bytes() != content:
            raise RefreshError(f"{path} changed while figures were fetched: run the command again.")
    with tempfile.TemporaryDirectory(dir=tables.PACKAGE.folder.parent, prefix=".refresh-") as folder:
        for number, path in enumerate(before):
            shutil.copy2(path, Path(folder) / f"{number}.old")
            (Path(folder) / f"{number}.new").write_bytes(after[path])
        try:
            for number, path in enumerate(before):
                os.replace(Path(folder) / f"{number}.new", path)
        except BaseException:
            for number, path in enumerate(before):
                os.replace(Path(folder) / f"{number}.old", path)
            raise


# Showing -----------------------------------------------------------------------


def _show(outcome: Outcome, console: Console) -> None:
    def say(line: str, style: str = "") -> None:
        console.print(line, style=style, soft_wrap=True, markup=False, highlight=False)

    for line, style in _notes(outcome):
        say(line, style)
    if outcome.changed:
        console.print(_changes(outcome))
    if outcome.verdicts:
        console.print(_verdicts(outcome))
    elif outcome.changed:
        say("Every claim keeps its recorded value and verdict.")
    for line in outcome.failures:
        say(f"Fails with the new figures: {line}", "red")
    for name, reason in outcome.refused.items():
        say(f"{name} is left alone. {reason}", "red")


def _notes(outcome: Outcome) -> Iterable[tuple[str, str]]:
    """What is said before the tables, each line with its style."""
    for url, checksum in outcome.checksums.items():
        yield f"sha256 {checksum}  {url}", "dim"
    for name, change in outcome.changes.items():
        if not change.cells:
            yield f"{name}: nothing to change.", ""
        for line in change.notes:
            yield f"{name}: {line}.", "yellow"


def _changes(outcome: Outcome) -> Table:
    table = _listing("What changes", "Table", "Rows added", "Cells changed", "Largest change")
    for name in outcome.changed:
        change = outcome.changes[name]
        cells = [cell for cell in change.cells if cell[0] not in set(change.added)]
        table.add_row(name, str(len(change.added)), str(len(cells)), _largest(cells))
    return table


def _verdicts(outcome: Outcome) -> Table:
    table = _listing("Claims of data/bluebook/claims.csv", "Claim", "Recorded", "New", "Verdict", "What follows")
    for *line, verdict, follows in outcome.verdicts:
        table.add_row(*line, verdict, "the same" if verdict == follows else f"[bold]{follows}[/]")
    return table


def _largest(cells: list[tuple[Key, str, str, str]]) -> str:
    numbers = [cell for cell in cells if NUMBER.fullmatch(cell[2]) and NUMBER.fullmatch(cell[3])]
    if not numbers:
        return ""
    key, column, old, new = max(
        numbers, key=lambda cell: abs(float(cell[3]) - float(cell[2])) / (abs(float(cell[2])) or 1)
    )
    return f"{', '.join(key)}, {column}: {old} → {new}"


def _listing(title: str, *heads: str) -> Table:
    table = Table(title=title, title_justify="left")
    for head in heads:
        table.add_column(head, overflow="fold")
    return table
