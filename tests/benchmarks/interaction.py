"""How fast charts answer, and what a notebook costs: bytes, start-up, memory, requests to other machines.

Run by hand on an idle machine: ``python tests/benchmarks/interaction.py``. It prints Markdown. The exit code says only
whether it could measure. It drives a real JupyterLab and Chromium (``tests/lab.py``) on copies of the notebooks.

**Key press to pixels.** The page measures, in the same way for every chart. The clock starts at the time stamp of the
``keydown`` event on the slider. Whenever the output area changes, or an image in it has loaded, the picture is compared
with the one before the press: the outlines of Vega's marks, or the address of the image. So neither the slider nor a
sentence counts. "In the page" is when the new picture stands in the document, an image decoded. "To pixels" is when the
browser has drawn its next frame: ``requestAnimationFrame``, then the first task after it. Before each press the output
area has not changed for half a second. The ways share one page, one kernel and one proxy; round trips alternate.

**Round trip.** A TCP proxy before the server holds back every chunk by half the round trip, in order, each way.

**Run All to the first chart.** From the command until the first explorer has marks, against the same command in a
notebook of one cell, ``import pandas, altair``. New pages and new kernels, in turn. The first run of each is not
counted, so files come from the cache of the operating system and the Vega bundle from the user's cache. JupyterLab
jumps to the last cell, so the page scrolls back to the explorer as soon as it is there. A notebook without explorers is
timed to its end.

**Work for one change** is what the page does between a change of a control and the end of Vega's update, for every
control of every explorer: the median of several changes to and fro. Nothing of it waits for the network.

**Bytes** are payloads of WebSocket frames, both ways, from opening the page until every explorer is drawn.
**Memory** is that of the kernel process at the same moment (PSS: pages shared with other processes count in part).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import platform
import queue
import shutil
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlsplit

import nbformat
import psutil
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lab import ROOT, Notebook, browser, jupyter  # noqa: E402

from helpers.explorer.bundle import build_bundle  # noqa: E402

ODA = ROOT / "notebooks" / "en" / "01-oda.ipynb"
NEAR, FAR = 0, 200  # round trips in milliseconds
QUIET = 300 + FAR  # milliseconds without a change before a press
WARM_UP = 2  # presses that do not count
BIG_FRAME = 250_000  # bytes; the Vega bundle is larger, nothing else should be

# The ranking of the notebook, whose own cell is the way "explore" (it also has two more controls and a summary).
INTERACT = {
    "interact + Altair redraw": """
        from ipywidgets import interact

        @interact(year=IntSlider(2011, 1960, 2024))
        def redraw(year):
            chosen = alt.Chart(donors.query("dac_2011 and year == @year").dropna(subset="net_usd_million"))
            columns = tips("oda_donors", "name", "year", "net_usd_million")
            display(ranking(chosen, "net_usd_million", columns, axis("usd")))
    """,
    "interact + matplotlib": """
        from matplotlib import pyplot

        @interact(year=IntSlider(2011, 1960, 2024))
        def plot(year):
            chosen = donors.query("dac_2011 and year == @year").dropna(subset="net_usd_million")
            chosen = chosen.sort_values("net_usd_million")
            figure, axes = pyplot.subplots(figsize=(8, 5))
            axes.barh(chosen.name, chosen.net_usd_million, color=[JAPAN if c == "JPN" else OTHERS for c in chosen.iso3])
            axes.set_xlabel("US$ million")
            pyplot.show()
    """,
}

WATCH = """(index) => {
    const root = jupyterapp.shell.currentWidget.content.widgets[index].node.querySelector('.jp-Cell-outputArea');
    const everything = { subtree: true, childList: true, attributes: true, characterData: true };
    const images = () => [...root.querySelectorAll('img')];
    const picture = () => [
        ...[...root.querySelectorAll('.role-mark path')].map(p => p.getAttribute('d') + p.getAttribute('transform')),
        ...images().map(i => (i.complete && i.naturalWidth ? i.src : '')),
    ].join(' ').trim();
    const press = (done) => {
        const before = picture();
        let start, found = false;
        const look = async () => {
            const now = picture();
            if (found || start === undefined || !now || now === before) return;
            found = true;
            observer.disconnect();
            root.removeEventListener('load', look, true);
            await Promise.all(images().map(i => i.decode()));
            const inPage = performance.now() - start;
            requestAnimationFrame(() => {
                const next = new MessageChannel();
                next.port1.onmessage = () => done([inPage, performance.now() - start]);
                next.port2.postMessage(0);
            });
        };
        const observer = new MutationObserver(look);
        observer.observe(root, everything);
        root.addEventListener('load', look, true);
        addEventListener('keydown', e => (start = e.timeStamp), { capture: true, once: true });
    };
    globalThis.benchmark = {
        ready: () => picture() !== '',
        arm: async (quiet) => {
            let last = performance.now();
            const observer = new MutationObserver(() => (last = performance.now()));
            observer.observe(root, everything);
            while (performance.now() - last < quiet) await new Promise(done => setTimeout(done, 20));
            observer.disconnect();
            benchmark.press = new Promise(press);
        },
    };
    root.scrollIntoView();
}"""

TIME_UNTIL = """(condition) => {
    const start = performance.now(), holds = new Function(condition);
    globalThis.ran = new Promise((done, fail) => {
        const look = () => (holds() ? done((performance.now() - start) / 1000) : requestAnimationFrame(look));
        look();
        setTimeout(() => fail(new Error('It did not come to an end, or drew no chart, in two minutes.')), 120_000);
    });
}"""
FINISHED = """
    const cells = [...jupyterapp.shell.currentWidget.content.model.cells];
    return cells.every(c => c.type !== 'code' || c.executionCount);
"""
CHARTED = """
    const explorer = document.querySelector('.explorer-panel');
    explorer?.scrollIntoView();
    return explorer?.querySelector('.role-mark path');
"""

WORK = """async (panels) => {
    const median = times => times.sort((a, b) => a - b)[Math.floor(times.length / 2)], found = [];
    for (const panel of panels) {
        panel.scrollIntoView();
        await new Promise(requestAnimationFrame);
        const { inputs } = panel.explorer;
        for (const [name, c] of Object.entries(inputs.controls)) {
            const { kind, values } = inputs.described[name], old = inputs.state(name), low = c.get('min');
            const other = {
                choice: () => (old + 1) % values.length, choices: () => [], tags: () => old.slice(1),
                switch: () => !old, range: () => [low, old[1]], number: () => (old > low ? old - 1 : old + 1),
            }[kind]();
            const times = [];
            for (let i = 0; i < 9; i++) {
                await new Promise(requestAnimationFrame);
                const start = performance.now();
                inputs.set(name, i % 2 ? old : other);
                await panel.explorer.chart.settled;
                times.push(performance.now() - start);
            }
            inputs.set(name, old);
            await panel.explorer.chart.settled;
            const title = panel.querySelector('.explorer-title').textContent;
            found.push({ title, control: c.get('description'), ms: median(times.slice(1)) });
        }
    }
    return found.sort((a, b) => b.ms - a.ms);
}"""
FRAME = 1000 / 60


class Proxy:
    """A network that is far away: every chunk of data arrives half of `round_trip` (seconds) later."""

    def __init__(self, address: str):
        self.target, self.round_trip = urlsplit(address), 0.0

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.CancelledError):  # either side may leave
            far_reader, far_writer = await asyncio.open_connection(self.target.hostname, self.target.port)
            await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def receive() -> None:
            while chunk := await reader.read(1 << 16):
                waiting.put_nowait((time.monotonic() + self.round_trip / 2, chunk))
            waiting.put_nowait((time.monotonic() + self.round_trip / 2, b""))

        async def deliver() -> None:
            with contextlib.closing(writer):
                while (item := await waiting.get())[1]:
                    await asyncio.sleep(max(0, item[0] - time.monotonic()))
                    writer.write(item[1])
                    await writer.drain()

        await asyncio.gather(receive(), deliver())

    async def _serve(self, started: queue.Queue) -> None:
        end = asyncio.Event()
        async with await asyncio.start_server(self._connect, "127.0.0.1", 0) as server:
            started.put((server.sockets[0].getsockname()[1], asyncio.get_running_loop(), end))
            await end.wait()
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()

    @contextlib.contextmanager
    def serve(self) -> Iterator[str]:
        """Forward in a thread; gives the address of the proxy."""
        started = queue.Queue()
        thread = threading.Thread(target=lambda: asyncio.run(self._serve(started)), daemon=True)
        thread.start()
        port, loop, end = started.get(timeout=10)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            loop.call_soon_threadsafe(end.set)
            thread.join(10)


class Recorder:
    """Opens pages for `Notebook` and keeps the frames of their WebSockets, before they have an address."""

    def __init__(self, opened):
        self.opened, self.frames = opened, []

    def new_page(self, **options):
        page = self.opened.new_page(**options)
        page.on("websocket", lambda socket: [socket.on(f"frame{way}", self._note) for way in ("received", "sent")])
        return page

    def _note(self, payload: str | bytes) -> None:
        self.frames.append(payload.encode() if isinstance(payload, str) else payload)


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def write_notebook(file: Path, *sources: str) -> None:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [nbformat.v4.new_code_cell(textwrap.dedent(source).strip()) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), file)


def close(notebook: Notebook) -> None:
    notebook.page.evaluate("jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    notebook.page.close()


def measure_presses(opened, folder: Path, address: str, presses: int) -> dict[tuple[str, int], list[list[float]]]:
    """Press arrow keys on the slider of each way; gives milliseconds in the page and to pixels."""
    sources = [cell.source for cell in nbformat.read(ODA, 4).cells if cell.cell_type == "code"]
    [own] = [i for i, source in enumerate(sources) if '"oda.ranking"' in source]
    write_notebook(folder / "ranking.ipynb", *sources[: own + 1], *INTERACT.values())
    times, proxy = {}, Proxy(address)
    with proxy.serve() as far_address:
        notebook = Notebook(opened, far_address, "ranking.ipynb")
        notebook.run_all()
        for index, way in enumerate(["explore", *INTERACT], own):
            say(f"{way}: {presses} presses for each round trip")
            notebook.page.evaluate(WATCH, index)
            notebook.page.wait_for_function("benchmark.ready()")
            notebook.page.locator(".jp-Cell").nth(index).locator("[role=slider]").focus()
            for i in range(-WARM_UP, presses):
                for trip in (NEAR, FAR):
                    proxy.round_trip = trip / 1000
                    notebook.page.evaluate("quiet => benchmark.arm(quiet)", QUIET)
                    notebook.page.keyboard.press("ArrowRight" if i // 5 % 2 else "ArrowLeft")
                    taken = notebook.page.evaluate("benchmark.press")
                    if i >= 0:
                        times.setdefault((way, trip), []).append(taken)
        close(notebook)
    return times


def measure_run(opened, address: str, name: str, condition: str) -> dict:
    """Run a notebook in a new kernel, show its explorers, and count. `condition` ends the time that is taken."""
    recorder, bundle = Recorder(opened), build_bundle()
    notebook = Notebook(recorder, address, name)
    notebook.page.evaluate(TIME_UNTIL, condition)
    notebook.run_all()
    cost = {"seconds": notebook.page.evaluate("ran"), "explorers": notebook.explorers()}
    notebook.page.wait_for_timeout(500)  # the last messages
    kernel = notebook.page.evaluate("jupyterapp.shell.currentWidget.sessionContext.session.kernel.id")
    [process] = [p for p in psutil.process_iter(["cmdline"]) if kernel in " ".join(p.info["cmdline"] or [])]
    memory = process.memory_full_info()._asdict()
    work = notebook.page.locator(".explorer-panel").evaluate_all(WORK)
    close(notebook)
    return cost | {
        "memory": {kind.upper(): memory[kind] / 1e6 for kind in ("pss", "uss", "rss") if kind in memory},
        "frames": sorted(map(len, recorder.frames), reverse=True),
        "bundles": sum(bundle in frame for frame in recorder.frames),
        "outside": len(notebook.outside),
        "work": work,
    }


def table(*rows: tuple) -> None:
    """Print rows as Markdown; the first is the head."""
    lines = ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    print(lines[0], "|" + "---|" * len(rows[0]), *lines[1:], "", sep="\n", flush=True)


def target(name: str, value: float, limit: float, unit: str = "") -> tuple:
    return name, f"{value:.3g} {unit}", f"at most {limit:.3g} {unit}", "met" if value <= limit else "**missed**"


def report_presses(times: dict[tuple[str, int], list[list[float]]]) -> list[tuple]:
    rows, middle = [("way", "round trip", "to pixels, median", "90th percentile", "in the page, median")], {}
    for (way, trip), taken in times.items():
        in_page, pixels = zip(*taken, strict=True)
        middle[way, trip] = median(pixels)
        numbers = (middle[way, trip], quantiles(pixels, n=10)[-1], median(in_page))
        rows.append((way, f"{trip} ms", *(f"{number:.0f} ms" for number in numbers)))
    print(f"## Key press to pixels, {len(taken)} presses each\n")
    table(*rows)
    ours, theirs = middle["explore", FAR], middle["interact + matplotlib", FAR]
    return [
        target(f"explore at {FAR} ms; 1/20 of interact + matplotlib ({theirs:.0f} ms)", ours, theirs / 20, "ms"),
        target(f"explore, {FAR} ms slower than {NEAR} ms by", ours - middle["explore", NEAR], 3, "ms"),
    ]


def report_notebook(name: str, bare: list[dict], runs: list[dict]) -> list[tuple]:
    (cold, *chart), (cold_base, *base) = ([run["seconds"] for run in which] for which in (runs, bare))
    size = max(sum(run["frames"]) for run in runs) / 1e6
    memory = max((run["memory"] for run in runs), key=lambda memory: list(memory.values()))
    (kind, held), *_ = memory.items()
    frames, outside = runs[-1]["frames"], sum(run["outside"] for run in runs)
    print(f"## {name}, {len(chart)} runs\n")
    table(
        ("measure", "value"),
        ("explorers drawn", runs[-1]["explorers"]),
        ("Run All to the first chart, median", f"{median(chart):.2f} s ({min(chart):.2f} to {max(chart):.2f})"),
        ("bare import, median", f"{median(base):.2f} s ({min(base):.2f} to {max(base):.2f})"),
        ("first run of both, not counted", f"{cold:.2f} s, {cold_base:.2f} s"),
        ("over the WebSocket", f"{size:.2f} MB in {len(frames)} frames"),
        ("largest frames", ", ".join(f"{size / 1000:.0f} kB" for size in frames[:5])),
        (f"frames over {BIG_FRAME // 1000} kB", sum(size > BIG_FRAME for size in frames)),
        ("kernel memory", ", ".join(f"{kind} {value:.0f} MB" for kind, value in memory.items())),
        ("requests to other machines", outside),
    )
    slowest = runs[-1]["work"][:5]
    if slowest:
        table(
            ("slowest changes", "control", "work"), *((w["title"], w["control"], f"{w['ms']:.1f} ms") for w in slowest)
        )
    return [
        target(f"{name}: over the WebSocket", size, 4, "MB"),
        target(f"{name}: Vega bundle sent, times", max(run["bundles"] for run in runs), 1),
        target(f"{name}: Run All to the first chart / bare import", median(chart) / median(base), 2),
        target(f"{name}: kernel memory ({kind})", held, 250, "MB"),
        target(f"{name}: requests to other machines", outside, 0),
        *(target(f"{name}: work for the slowest change", work["ms"], FRAME, "ms") for work in slowest[:1]),
    ]


def load() -> str:
    return ", ".join(f"{value:.1f}" for value in psutil.getloadavg())


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--presses", type=int, default=20, help="presses for each way and round trip (20)")
    options.add_argument("--runs", type=int, default=5, help="counted runs of each notebook (5)")
    options.add_argument("--notebook", type=Path, action="append", help="to be run; may be repeated (the ODA notebook)")
    options.add_argument("--quick", action="store_true", help="12 presses, 2 runs")
    chosen = options.parse_args()
    presses, counted = (12, 2) if chosen.quick else (max(2, chosen.presses), max(1, chosen.runs))
    paths, before = chosen.notebook or [ODA], load()
    with tempfile.TemporaryDirectory() as name, jupyter(folder := Path(name)) as address, browser() as opened:
        software = [f"{package} {version(package)}" for package in ("jupyterlab", "altair", "matplotlib")]
        print(f"Python {platform.python_version()}, Chromium {opened.version}, {', '.join(software)}.\n")
        targets = report_presses(measure_presses(opened, folder, address, presses))
        write_notebook(folder / "bare.ipynb", "import pandas, altair")
        bare, runs = [], [[] for _ in paths]
        for i in range(counted + 1):
            bare.append(measure_run(opened, address, "bare.ipynb", FINISHED))
            for number, path in enumerate(paths):
                say(f"{path.name}: run {i} of {counted}")
                copy = shutil.copy(path, folder / f"{number}-{path.name}")
                condition = CHARTED if "explore(" in path.read_text(encoding="utf-8") else FINISHED
                runs[number].append(measure_run(opened, address, Path(copy).name, condition))
    for path, costs in zip(paths, runs, strict=True):
        targets += report_notebook(f"{path.resolve().parent.name}/{path.stem}", bare, costs)
    print("## Targets\n")
    table(("what", "measured", "target", ""), *targets)
    print(f"{psutil.cpu_count()} processors; load averages before: {before}; after: {load()}.")


if __name__ == "__main__":
    try:
        main()
    except pytest.skip.Exception as missing:
        sys.exit(str(missing))
