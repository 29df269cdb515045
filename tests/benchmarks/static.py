"""What the pages of the static edition weigh, how soon they are drawn, and how fast their charts answer.

Run by hand on an idle machine: ``python tests/benchmarks/static.py``. It builds the site, serves it from this
machine to a Chromium that reaches no other, and prints Markdown. The exit code says only whether it could measure.

**Drawn** is the time from the page's ``load`` event until every explorer has its chart, the median of several visits.
Beside it stands the same executed notebook, exported by plain nbconvert and given the same libraries from the same
server: every page holds the whole Vega bundle there. **Work** is what the page does between a change of a control and
the end of Vega's update, for every control of every explorer (as in ``interaction.py``).
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parent)]

import anywidget  # noqa: E402
from interaction import WORK, table, target  # noqa: E402
from lab import ROOT, browser  # noqa: E402
from nbconvert import HTMLExporter  # noqa: E402
from test_site import served  # noqa: E402

from helpers.commands.site import assembly as site  # noqa: E402

VISITS = 5
PLAIN = {  # what plain nbconvert shows widgets with, by npm: version, file, and the checksum that npm publishes
    "requirejs": (
        "2.3.8",
        "require.js",
        "sha512-7/cTSLOdYkNBNJcDMWf+luFvMriVm7eYxp4BcFCsAX0wF421Vyce5SXP17c+Jd5otXKGNehIonFlyQXSowL6Mw==",
    ),
    "@jupyter-widgets/html-manager": (
        "1.0.15",
        "dist/libembed-amd.js",
        "sha512-5thBIV6ymNgmPVOHvzx+gGy8ZSKmSazhtGw4/c4xJDVzRhG9PTeQsRjF3FUTopvFi//SABeNz1yp47bCrJ3CQA==",
    ),
}
FRAME = 1000 / 60
WATCH = """addEventListener('load', () => globalThis.loaded = performance.now())"""
DRAWN = """(() => {
    const panels = [...document.querySelectorAll('.explorer-panel')];
    return panels.length >= COUNT && panels.every(e => e.explorer) && performance.now() - loaded;
})()"""


def drawn(opened, address: str, count: int) -> tuple[float, object]:
    """Milliseconds from load to the last chart, and the page."""
    page = opened.new_page(viewport={"width": 1300, "height": 900})
    page.add_init_script(WATCH)
    page.goto(address)
    taken = page.wait_for_function(DRAWN.replace("COUNT", str(count)), polling=10, timeout=60_000).json_value()
    return taken, page


def fetched(name: str) -> bytes:
    """The program of a package of `PLAIN`."""
    version, program, checksum = PLAIN[name]
    with tempfile.TemporaryDirectory() as folder:
        command = [shutil.which("npm"), "pack", "--silent", f"{name}@{version}"]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        (file,) = Path(folder).glob("*.tgz")
        found = "sha512-" + base64.b64encode(hashlib.sha512(file.read_bytes()).digest()).decode()
        assert found == checksum, f"{name} {version} is not the package that was checked"
        with tarfile.open(file) as archive:
            return archive.extractfile(f"package/{program}").read()


def plain_library(folder: Path) -> None:
    """Write what the pages of plain nbconvert need."""
    folder.mkdir()
    require, library = map(fetched, PLAIN)
    (folder / "require.js").write_bytes(require)
    boot = b"\nrequire(['@jupyter-widgets/html-manager/dist/libembed-amd'], embed => embed.renderWidgets());\n"
    amd = (Path(anywidget.__file__).parent / "nbextension" / "index.js").read_bytes()
    (folder / "embed.js").write_bytes(library + b"\n;\n" + amd.replace(b"define([", b'define("anywidget", [') + boot)


def plain(path: Path, out: Path) -> None:
    """Export a notebook as nbconvert does by itself, with the libraries beside the page."""
    notebook = asyncio.run(site._execute(path))
    exporter = HTMLExporter(require_js_url="plain/require.js", widget_renderer_url="plain/embed.js", mathjax_url="")
    html, _ = exporter.from_notebook_node(notebook)
    (out / f"plain-{path.parent.name}-{path.stem}.html").write_text(html, encoding="utf-8")


def main() -> None:
    """Build, measure, print."""
    rows, works, limits = [("page", "KB", "explorers", "drawn, s", "plain nbconvert, s", "ratio")], [], []
    with tempfile.TemporaryDirectory() as folder:
        out, start = Path(folder) / "out", time.monotonic()
        site.build(out)
        limits.append(target("whole site, minutes", (time.monotonic() - start) / 60, 5))
        shared = sum(file.stat().st_size for file in (out / "assets").iterdir()) / 1e6
        limits.append(target("shared files", shared, 4, "MB"))
        plain_library(out / "plain")
        paths = [path for path in sorted((ROOT / "notebooks").glob("*/*.ipynb")) if path.stem[:2] < "90"]
        for path in paths:
            plain(path, out)
        with browser() as opened, served(out) as address:
            for path in paths:
                name = f"{path.parent.name}/{path.stem}.html"
                count = path.read_text(encoding="utf-8").count("explore(")
                taken, beside = [], []
                for _ in range(VISITS):
                    seconds, page = drawn(opened, f"{address}/{name}", count)
                    taken.append(seconds / 1000)
                    page.close()
                    seconds, page = drawn(opened, f"{address}/plain-{path.parent.name}-{path.stem}.html", count)
                    beside.append(seconds / 1000)
                    page.close()
                _, page = drawn(opened, f"{address}/{name}", count)
                works += [(name, each) for each in page.locator(".explorer-panel").evaluate_all(WORK)]
                page.close()
                size, middle, other = (out / name).stat().st_size / 1e6, median(taken), median(beside)
                rows.append(
                    (name, f"{size * 1000:,.0f}", count, f"{middle:.2f}", f"{other:.2f}", f"{middle / other:.2f}")
                )
                limits += [target(f"{name}, weight", size, 2, "MB"), target(f"{name}, drawn", middle, 2, "s")]
    times = [work["ms"] for _, work in works]
    limits.append(target("work for a change, median of all controls", median(times), FRAME, "ms"))
    slow = 100 * sum(taken > FRAME for taken in times) / len(times)
    limits.append(target("controls that need more than a frame", slow, 5, "%"))
    table(*rows)
    table(("slowest controls", "page", "ms"), *(
        (f"{work['title']}: {work['control']}", name, f"{work['ms']:.1f}")
        for name, work in sorted(works, key=lambda each: -each[1]["ms"])[:8]
    ))  # fmt: skip
    table(("target", "measured", "limit", ""), *limits)


if __name__ == "__main__":
    main()
