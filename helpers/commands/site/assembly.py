"""Make the whole site: run every notebook, then write pages, library and worksheets, all or nothing."""

from __future__ import annotations

import asyncio
import os
import subprocess
import tempfile
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ...explorer import Explorer
from ...language import languages, speaking
from ..notebooks import NOTEBOOKS, is_theme, run
from ..stills import Still, draw_still
from ..worksheets import name_sheets
from .builds import mark_builds
from .inline import move_inline
from .library import Library
from .npm import SiteError, bundle_widgets
from .pages import Printed, make_pages
from .stand_ins import NARROW, WIDE, Programs, distinct
from .views import find_views

__all__ = ["build"]


def build(out: Path, notebooks: Path = NOTEBOOKS) -> list[Path]:
    """Make the whole site anew.

    Parameters
    ----------
    out
        Folder for the site. It is replaced when every page is made; a failure leaves it as it was.
    notebooks
        Folder with one folder of notebooks for each language.

    Returns
    -------
    list of Path
        The pages.

    Raises
    ------
    SiteError
        If `out` holds something else, a notebook fails, or a library cannot be fetched. All failures are listed.
    """
    paths = sorted(path for code in languages() for path in (notebooks / code).glob("*.ipynb"))
    if not paths:
        raise SiteError(f"There are no notebooks in {notebooks}: run this in a copy of the repository.")
    if out.exists() and (not out.is_dir() or any(out.iterdir())) and not (out / "assets" / "site.js").exists():
        raise SiteError(f"{out} holds something that is not an earlier site: name a new folder, or empty that one.")
    widgets = bundle_widgets()
    with ThreadPoolExecutor(1) as thread:  # a thread of its own has no event loop, also where the caller has one
        executed, printed = thread.submit(asyncio.run, _make(paths)).result()
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".site-") as folder:
        new = Path(folder) / "new"
        (new / "assets").mkdir(parents=True)
        programs = Programs()
        site = make_pages(executed, printed, notebooks, programs)
        files = move_inline(site | Library(widgets, programs.texts).files())
        for path, content in mark_builds(files).items():
            (new / path).parent.mkdir(parents=True, exist_ok=True)
            (new / path).write_bytes(content if isinstance(content, bytes) else content.encode())
        old = Path(folder) / "old"
        if out.exists():
            os.replace(out, old)
        try:
            os.replace(new, out)
        except OSError:
            if old.exists():
                os.replace(old, out)
            raise
    return [out / path for path in site if path.endswith(".html")]


async def _make(paths: list[Path]) -> tuple[dict[Path, Any], dict[Path, Printed]]:
    """Execute the notebooks in kernels, and the worksheets in processes, as many at once as there are cores."""
    cores = asyncio.Semaphore(os.cpu_count() or 1)
    executed, printed, failures = {}, {}, []
    columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()]
    loop = asyncio.get_running_loop()
    with (
        ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool,
        Progress(*columns) as progress,
    ):
        bar = progress.add_task("", total=2 * len(paths))

        async def step(path: Path, results: dict[Path, Any], work: Any) -> None:
            async with cores:
                progress.update(bar, description=f"{path.parent.name}/{path.stem}")
                try:
                    results[path] = await work(path)
                except Exception as error:
                    failures.append(f"{path.parent.name}/{path.name}: {error}")
                progress.advance(bar)

        async def on_paper(path: Path) -> Printed:
            return await loop.run_in_executor(pool, _print, path)

        await asyncio.gather(
            *(step(path, executed, _execute) for path in paths), *(step(path, printed, on_paper) for path in paths)
        )
    if failures:
        raise SiteError("\n".join(sorted(set(failures))))
    return {path: executed[path] for path in paths}, printed


async def _execute(path: Path) -> Any:
    """Run a notebook in a kernel of its own; the state of its widgets is in its metadata."""
    notebook = nbformat.read(path, as_version=4)
    place = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, timeout=300, kernel_name="python3", resources=place, store_widget_state=True)
    try:
        await client.async_execute(stderr=subprocess.DEVNULL)  # what a cell writes there is among its outputs
    except CellExecutionError as error:
        cell = next(c for c in notebook.cells if any(o.output_type == "error" for o in c.get("outputs", ())))
        raise SiteError(f"cell {cell.id}: {error.ename}: {error.evalue}") from error
    return notebook


def _print(path: Path) -> Printed:
    done = run(path)
    explorers = [widget for _, widget in done.made if isinstance(widget, Explorer)]
    paper = Printed(name_sheets(done)) if is_theme(path) else Printed()
    with speaking(path.parent.name):
        names = distinct(explorer.panel.settings["file"] for explorer in explorers)
        paper.stills = dict(zip(names, map(_pair, explorers), strict=True))
        if is_theme(path):
            paper.views = find_views(done)
    if explorers:
        first = draw_still(explorers[0], WIDE)
        paper.picture = first.picture
        paper.caption = " · ".join(line for line in (first.title, first.subtitle) if line)
    return paper


def _pair(explorer: Explorer) -> tuple[Still, Still]:
    """Narrow and wide still of an explorer in the ink of the page."""
    narrow, wide = (
        draw_still(explorer, width, ink="currentColor", background="transparent", linkable=True)
        for width in (NARROW, WIDE)
    )
    return narrow, wide
