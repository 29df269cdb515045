"""What the pages of the static edition cost a reader with a cheap phone, beside plain nbconvert and another build.

Run by hand on an idle machine: ``python tests/benchmarks/static.py [SITE]``. Without a folder it builds the site. It
serves the pages from this machine, compressed as public servers do, to a Chromium that reaches no other, and prints
Markdown. The exit code says only whether it could measure. Without ``--pages`` every page of every language is
measured, which takes many hours.

**Lighthouse** (the version of ``package-lock.json`` here, fetched by npm the first time) visits each page with its
mobile preset, several times: medians. Times are what it computes for a slow phone and network, so they depend on how
fast this machine was at that moment: compare pages and builds measured in turns, not runs of different days.
"Machine" is the speed it found (its benchmark index).

**Bytes** are those of the wire, heads of answers among them, with an empty cache at 390 x 844: at the load event,
three seconds later without a reader, and when all of it was seen and every chart lived. Libraries are what pages share.

**Charts** are seconds on a processor four times slower, at 1.6 Mbit/s and 150 ms: from scrolling to the first place
with an explorer, just after the load event, until it answers, then the same for the later ones, after a second of
reading each. "Opened" is from the opening of the page until the first answers. **Scrolling** goes through a page in
steps: the longest task before it began and since, the time that tasks were over 50 ms, and how far the layout moved.

**Work** is what the page does between a change of a control and the end of Vega's update, for every control of every
explorer (as in ``interaction.py``), on this machine as it is.

**plain** is the same executed notebook, exported by plain nbconvert and given its libraries from the same server
without MathJax, so a little lighter than it would be from the public servers; every page holds the whole Vega bundle.
**base** is the same page of another built site (``--base``). All are measured in turns. A ratio is ours / base.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from pathlib import Path
from statistics import median

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parent)]

import anywidget  # noqa: E402
import lighthouse  # noqa: E402
import nbformat  # noqa: E402
import phone  # noqa: E402
import psutil  # noqa: E402
import pytest  # noqa: E402
from interaction import FRAME, WORK, load, say, table, target  # noqa: E402
from lab import ROOT, browser  # noqa: E402
from nbclient import NotebookClient  # noqa: E402
from nbconvert import HTMLExporter  # noqa: E402
from packages import unpack  # noqa: E402
from playwright.sync_api import Error as PlaywrightError  # noqa: E402
from serving import zipped  # noqa: E402

from helpers.commands import site  # noqa: E402

OURS, BASE, PLAIN = "ours", "base", "plain"
PARTS = ("lighthouse", "bytes", "charts", "scrolling", "work")
COLUMNS = {  # of each table: key of a record, heading, number of decimals
    "lighthouse": [
        ("performance", "performance", 0), ("accessibility", "accessibility", 0), ("FCP", "FCP, s", 2),
        ("LCP", "LCP, s", 2), ("TBT", "TBT, ms", 0), ("CLS", "CLS", 3), ("TTI", "TTI, s", 2),
        ("machine", "machine", 0),
    ],
    "bytes": [
        ("load", "at load, kB", 1), ("settled", "3 s later, kB", 1), ("seen", "all seen, kB", 1),
        ("libraries", "libraries, kB", 1), ("requests", "requests", 0),
    ],
    "charts": [
        ("explorers", "explorers", 0), ("load", "load, s", 2), ("first", "first, s", 2), ("opened", "opened, s", 2),
        ("later", "later, s", 2), ("worst", "worst later, s", 2),
    ],
    "scrolling": [
        ("opening", "longest before, ms", 0), ("scrolling", "longest since, ms", 0), ("blocked", "blocked, ms", 0),
        ("shift", "moved", 3), ("lives", "live at the end", 0), ("places", "places", 0),
    ],
    "work": [("median", "median, ms", 1), ("worst", "worst, ms", 1), ("slow", "controls over a frame, %", 0)],
}  # fmt: skip


class MeasurementError(Exception):
    """Pages that could not be measured; the others were."""


def chosen_pages(folder: Path, patterns: list[str]) -> list[str]:
    """The pages of a built site that one of the patterns means; without patterns all.

    Raises
    ------
    ValueError
        If a pattern means none.
    """
    pages = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))
    for pattern in patterns:
        if not any(fnmatch(page, pattern) for page in pages):
            raise ValueError(f"No page of {folder.name} is called {pattern}.")
    return [page for page in pages if not patterns or any(fnmatch(page, pattern) for pattern in patterns)]


def plain(path: Path, out: Path) -> str:
    """Export a notebook as nbconvert does by itself, with the libraries beside the page; gives its name."""
    notebook = nbformat.read(path, as_version=4)
    place = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, timeout=300, kernel_name="python3", resources=place, store_widget_state=True)
    client.execute(stderr=subprocess.DEVNULL)
    exporter = HTMLExporter(require_js_url="require.js", widget_renderer_url="embed.js", mathjax_url="")
    html, _ = exporter.from_notebook_node(notebook)
    name = f"{path.parent.name}-{path.stem}.html"
    (out / name).write_text(html, encoding="utf-8")
    if not (out / "embed.js").exists():
        (out / "require.js").write_bytes(unpack("requirejs", "require.js"))
        boot = b"\nrequire(['@jupyter-widgets/html-manager/dist/libembed-amd'], embed => embed.renderWidgets());\n"
        amd = (Path(anywidget.__file__).parent / "nbextension" / "index.js").read_bytes()
        library = unpack("@jupyter-widgets/html-manager", "dist/libembed-amd.js")
        (out / "embed.js").write_bytes(library + b"\n;\n" + amd.replace(b"define([", b'define("anywidget", [') + boot)
    return name


def measure_lighthouse(addresses: dict[str, str], runs: int) -> dict[str, dict]:
    """Visit the editions of a page in turns; gives medians, and what costs most."""
    program, reports = lighthouse.install(), {edition: [] for edition in addresses}
    for _ in range(runs):
        for edition, address in addresses.items():
            report = lighthouse.run(program, address)
            lighthouse.read(report)  # a page that was not measured stops it here
            reports[edition].append(report)
    return {edition: lighthouse.middle(mine) | {"costs": lighthouse.costs(mine)} for edition, mine in reports.items()}


def in_turns(measure: Callable[[str], dict], addresses: dict[str, str], runs: int) -> dict[str, list[dict]]:
    """What several visits to the editions of a page found, by edition."""
    found = {edition: [] for edition in addresses}
    for _ in range(runs):
        for edition, address in addresses.items():
            found[edition].append(measure(address))
    return found


def medians(visits: list[dict]) -> dict:
    """The median of each number over several visits."""
    return {name: median(visit[name] for visit in visits) for name in visits[0]}


def measure_work(opened, address: str) -> dict:
    """How long the explorers of a page work after a change, when all are live; nothing for a page without."""
    with phone.visit(opened, address, slow=False) as (page, _):
        for number in range(page.evaluate("benchmark.places()")):
            phone.bring(page, number)
        works = page.locator(".explorer-panel").evaluate_all(WORK)
    times = [work["ms"] for work in works]
    if not times:
        return {}
    slow = 100 * sum(taken > FRAME for taken in times) / len(times)
    return {"median": median(times), "worst": max(times), "slow": slow, "controls": works}


def measure(opened, addresses: dict[str, str], runs: int, parts: list[str]) -> dict[str, dict]:
    """All that is asked of one page, by part and edition."""
    found = {}
    if "lighthouse" in parts:
        found["lighthouse"] = measure_lighthouse(addresses, runs)
    if "bytes" in parts:
        weights = {edition: phone.weigh(opened, address) for edition, address in addresses.items()}
        kilo = ("load", "settled", "seen", "libraries")
        found["bytes"] = {
            edition: weight | {name: weight[name] / 1000 for name in kilo} for edition, weight in weights.items()
        }
    for part, visited, summed in (
        ("charts", phone.wait_for_charts, phone.charts),
        ("scrolling", phone.scroll_through, medians),
    ):
        if part in parts:
            visits = in_turns(lambda address, visited=visited: visited(opened, address), addresses, runs)
            found[part] = {edition: summed(mine) for edition, mine in visits.items()}
    if "work" in parts:
        found["work"] = {edition: measure_work(opened, address) for edition, address in addresses.items()}
    return found


def ratios(ours: dict, base: dict) -> dict:
    """Ours over base, for each number that both have and that is not zero in base."""
    return {
        name: value / base[name]
        for name, value in ours.items()
        if isinstance(value, (int, float)) and isinstance(base.get(name), (int, float)) and base[name]
    }


def rows(part: str, found: dict[str, dict[str, dict]]) -> list[tuple]:
    """The table of one part: a row for each page and edition, and one of ratios where there is a base.

    Parameters
    ----------
    part
        One of `PARTS`.
    found
        What was measured, by page and edition.
    """
    columns = COLUMNS[part]
    lines = [("page", "edition", *(heading for _, heading, _ in columns))]
    for page, editions in found.items():
        for edition, record in editions.items():
            lines.append((page, edition, *(shown(record.get(key), places) for key, _, places in columns)))
        if BASE in editions:
            compared = ratios(editions[OURS], editions[BASE])
            lines.append((page, "ratio", *(shown(compared.get(key), 2) for key, _, _ in columns)))
    return lines


def shown(value: float | None, places: int) -> str:
    """A number as a table has it."""
    return "" if value is None else f"{value:,.{places}f}"


def cost_rows(found: dict[str, dict[str, dict]]) -> list[tuple]:
    """What Lighthouse finds most costly on each of our pages."""
    heads = (
        "points lost",
        "audits that fail",
        "what moves",
        "largest",
        "elements",
        "blocks the first paint",
        "work, s",
    )
    lines = [("page", *heads)]
    for page, editions in found.items():
        costs = editions[OURS]["costs"]
        failed = [audit for part in costs["failed"].values() for audit in part]
        lines.append((
            page,
            ", ".join(f"{name} {points:.1f}" for name, points in costs["points"].items() if points >= 0.1),
            "<br>".join(failed),
            "<br>".join(f"{score} {selector}" for score, selector in costs["shifts"][:5]),
            costs["largest"] or "",
            shown(costs["elements"], 0),
            "<br>".join(f"{name} {wasted or 0:.0f} ms" for name, wasted in costs["blocking"]),
            "<br>".join(f"{kind} {taken / 1000:.1f}" for kind, taken in costs["work"][:4]),
        ))  # fmt: skip
    return [tuple(cell.replace("|", "\\|") for cell in line) for line in lines]


def targets(folder: Path, records: dict[str, dict]) -> list[tuple]:
    """What a built site and its pages are to hold, and whether they do; sizes as the files are."""
    shared = sum(file.stat().st_size for file in (folder / "assets").iterdir()) / 1e6
    limits = [target("shared files", shared, 4, "MB")]
    for page, record in records.items():
        limits.append(target(f"{page}, weight", (folder / page).stat().st_size / 1e6, 2, "MB"))
        if work := record.get("work", {}).get(OURS):
            limits.append(target(f"{page}, work for a change, median of its controls", work["median"], FRAME, "ms"))
            limits.append(target(f"{page}, controls that need more than a frame", work["slow"], 5, "%"))
    return limits


def report(folder: Path, records: dict[str, dict], parts: list[str]) -> None:
    """Print the tables of what was measured on a built site."""
    for part in parts:
        found = {page: record[part] for page, record in records.items()}
        print(f"## {part.capitalize()}\n")
        table(*rows(part, found))
        if part == "lighthouse":
            table(*cost_rows(found))
    print("## Targets\n")
    table(("target", "measured", "limit", ""), *targets(folder, records))


@contextlib.contextmanager
def editions(ours: Path, base: Path | None, with_plain: bool) -> Iterator[Callable[[str], dict[str, str]]]:
    """Serve all sites; gives what makes the addresses of a page in each edition that has it."""
    with contextlib.ExitStack() as stack:
        beside = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        address = stack.enter_context(zipped(ours, plain=beside))
        other = stack.enter_context(zipped(base)) if base else ""

        def of(page: str) -> dict[str, str]:
            found = {OURS: f"{address}/{page}"}
            if base and (base / page).exists():
                found[BASE] = f"{other}/{page}"
            notebook = ROOT / "notebooks" / Path(page).with_suffix(".ipynb")
            if with_plain and notebook.exists():
                say(f"{page}: plain nbconvert")
                found[PLAIN] = f"{address}/plain/{plain(notebook, beside)}"
            return found

        yield of


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """What the command line asks for."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("site", type=Path, nargs="?", help="folder of a built site (without it, one is built)")
    options.add_argument("--pages", nargs="+", default=[], metavar="PATTERN", help="such as en/01-oda.html or 'ja/*'")
    options.add_argument("--runs", type=int, default=5, help="visits for each median (5)")
    options.add_argument("--base", type=Path, help="folder of another built site, measured in turns")
    options.add_argument("--parts", nargs="+", default=list(PARTS), choices=PARTS, help="what to measure (all)")
    options.add_argument("--no-plain", action="store_true", help="leave out the export of plain nbconvert")
    options.add_argument("--json", type=Path, help="file for everything that was measured")
    chosen = options.parse_args(arguments)
    if chosen.runs < 1:
        options.error("--runs: at least 1")
    for folder in filter(None, (chosen.site, chosen.base)):
        if not (folder / "index.html").exists():
            options.error(f"{folder} holds no built site")
    return chosen


def main() -> None:
    """Build where asked, measure, print."""
    chosen, before, records, failures = parse(), load(), {}, []
    with contextlib.ExitStack() as stack:
        if not chosen.site:
            chosen.site, start = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "out", time.monotonic()
            site.build(chosen.site)
            say(" ".join(target("whole site, minutes", (time.monotonic() - start) / 60, 5)))
        pages = chosen_pages(chosen.site, chosen.pages)
        of = stack.enter_context(editions(chosen.site, chosen.base, not chosen.no_plain))
        opened = stack.enter_context(browser())
        software = f"Chromium {opened.version}, Python {platform.python_version()}"
        for number, page in enumerate(pages, 1):
            say(f"{page}: {number} of {len(pages)}")
            try:
                records[page] = measure(opened, of(page), chosen.runs, chosen.parts)
            except (lighthouse.LighthouseError, PlaywrightError) as error:
                failures.append(f"{page}: {error}")
                say(failures[-1])
            if chosen.json:
                measured = {"software": software, "runs": chosen.runs, "load": [before, load()], "pages": records}
                chosen.json.write_text(json.dumps(measured, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        report(chosen.site, records, chosen.parts)
    print(f"{software}; {psutil.cpu_count()} processors; load averages before: {before}; after: {load()}.")
    if failures:
        raise MeasurementError("\n".join(["Not measured:", *failures]))


if __name__ == "__main__":
    try:
        main()
    except pytest.skip.Exception as missing:
        sys.exit(str(missing))
    except (MeasurementError, RuntimeError, ValueError, lighthouse.LighthouseError, site.SiteError) as error:
        sys.exit(str(error))
