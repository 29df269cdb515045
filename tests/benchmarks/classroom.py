"""A whole class at once on JupyterHub: memory, start-up, and how fast charts answer as the class grows.

Run by hand on an idle machine: ``python tests/benchmarks/classroom.py --learners 1 5 10 20``. It prints Markdown. The
exit code says only whether it could measure. It needs the extra ``classroom`` (JupyterHub), Node.js with npm, and a
Chromium; npm fetches JupyterHub's proxy once into the user's cache.

**The class.** A real JupyterHub with its proxy, a server and a kernel for each learner, all of them processes of this
machine, on loopback addresses, with homes in a temporary folder that start empty. The chart library is in the
environment, and kernels talk through sockets that are files instead of network ports, as the teaching guide has the
administrator do it. In a class the browsers are on other machines. So all learners but the observed one are clients
that speak what their browsers would speak, through the proxy: the log-in form, cookies, JupyterLab's page with all
scripts that it loads, the notebook, a kernel, an ``execute_request`` for every cell, all messages and bytes that come
back, and then the messages of a slider that is dragged, several changes a second, the next one never before the kernel
has done with the one before, as in JupyterLab. The observed learner is a real Chromium (``lab.py``) in front of
JupyterLab. The class runs at a lower priority (``nice``), so that Chromium and the clients find a processor, as they
would on machines of their own.

**The ways.** "explore" is the whole notebook, whose charts are driven in the browser. "interact + matplotlib" is the
same ranking (``interaction.py``) after the same cells before it, without the other charts: its kernels hold less and
have less to run. The same class does one after the other, each with new kernels.

**Times.** All learners log in at the same moment, open the notebook at the same moment, and run all cells at the same
moment: the worst start of a lesson. The hub waits five minutes for a server (JupyterHub by itself: 60 s for its
process, 30 s for its answer), so that a slow start is measured and not a failure. "First chart" is the time from Run
All to the arrival of the output with the first explorer or plot; for the observed learner, until it is drawn. **Key
press to pixels** is measured as in ``interaction.py``, while all other learners drag their sliders.

**Memory** is PSS (pages shared with other processes count in part), at the end, when all have run and driven.
**Over the wire** are bytes from opening the notebook until the end, with an empty cache: answers to requests, and
payloads of WebSocket frames, both ways. **Processor time** is that of hub, proxy, servers and kernels together.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import math
import os
import platform
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Coroutine, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx
import nbformat
import platformdirs
import psutil
import pytest
from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1, serialize_msg_to_ws_v1
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parent)]

from interaction import (  # noqa: E402
    CHARTED,
    INTERACT,
    ODA,
    QUIET,
    TIME_UNTIL,
    WARM_UP,
    WATCH,
    Recorder,
    load,
    say,
    table,
    target,
    write_notebook,
)  # fmt: skip
from lab import OPTIONS, Notebook, browser  # noqa: E402

from helpers.explorer.bundle import build_bundle  # noqa: E402

EXPLORE, RIVAL = "explore", "interact + matplotlib"
PROXY = "configurable-http-proxy"
FETCHED = (  # not on PyPI, so fetched by npm, once: version, and the checksum that npm publishes
    "5.3.0",
    "sha512-5au4O12dEFFHWNm9Y7Exm06TYc1CnMOvvptPTU83Vw7Nz9j0jUqQQwKDR1xT52gqX+X6D8UuO754dQdUkeBYuQ==",
)
SOCKETS = ["--KernelManager.transport=ipc"]  # of a server: two kernels that start together may choose one network port
MARK = "CLASSROOM_BENCHMARK"  # in the environment of every process of a class, so that none is left behind
PATIENCE = 300  # seconds that any step of a class may take
CHANGES = 4  # changes a second of a slider that is dragged
WIDGET = "application/vnd.jupyter.widget-view+json"
PROTOCOL = "v1.kernel.websocket.jupyter.org"
NAVIGATE = {  # what a browser says when it opens a page
    "Accept": "text/html,application/xhtml+xml",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-Site": "same-origin",
}
FETCH = {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty", "Sec-Fetch-Site": "same-origin"}

PLOTTED = """
    const plot = document.querySelector('.jp-Cell-outputArea img');
    plot?.scrollIntoView();
    return plot?.complete && plot.naturalWidth;
"""
FINISHED = (
    "jupyterapp.shell.currentWidget.content.widgets.every(c => c.model.type !== 'code' || c.model.executionCount)"
)
SHOW = """async index => {
    const notebook = jupyterapp.shell.currentWidget.content;
    await notebook.scrollToItem(index, 'start');
    notebook.widgets[index].node.dataset.driven = '';
}"""
PRESSED = "Promise.race([benchmark.press, new Promise(done => setTimeout(() => done(null), 60_000))])"
DRAG = """pause => {
    const handle = document.querySelector('[data-driven] [role=slider]');
    let i = 0;
    globalThis.dragging = setInterval(() => {
        const key = i++ % 10 < 5 ? 'ArrowLeft' : 'ArrowRight';
        handle.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    }, pause);
}"""

CONFIGURATION = """
c.JupyterHub.bind_url = {address!r}
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub}"
c.JupyterHub.db_url = {folder!r} + "/hub.sqlite"
c.JupyterHub.cookie_secret_file = {folder!r} + "/cookie_secret"
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = {password!r}
c.Authenticator.allow_all = True
c.ConfigurableHTTPProxy.command = {proxy!r}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api}"
c.ConfigurableHTTPProxy.pid_file = {folder!r} + "/proxy.pid"
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {folder!r} + "/homes/{{username}}"
c.Spawner.cmd = [{python!r}, "-m", "jupyterhub.singleuser"]
c.Spawner.args = {options!r}
c.Spawner.default_url = "/lab"
c.Spawner.environment = {environment!r}
c.Spawner.environment.update({{"JUPYTER_RUNTIME_DIR": lambda spawner: f"{folder}/jupyter-{{spawner.user.id}}"}})
c.Spawner.start_timeout = c.Spawner.http_timeout = {patience}
"""


class MeasurementError(Exception):
    """It cannot be measured here; the message says what is missing."""


# Figures --------------------------------------------------------------------------------------------------------------


def spread(values: Iterable[float], digits: int = 2) -> dict[str, float] | None:
    """Median, 95th percentile and the largest of some values; None if there are none."""
    found = sorted(values)
    if not found:
        return None
    high = quantiles(found, n=20, method="inclusive")[-1] if len(found) > 1 else found[0]
    values = {"median": median(found), "p95": high, "worst": found[-1]}
    return {name: round(value, digits or None) for name, value in values.items()}


def growth(records: list[dict[str, Any]], way: str, measure: Callable[[dict], float | None]) -> list[tuple]:
    """How a measure of one way grows with the class: learners, value, difference and ratio to the smallest class."""
    values = sorted((record["learners"], measure(record)) for record in records if record["way"] == way)
    values = [(learners, value) for learners, value in values if value is not None]
    return [(learners, value, value - values[0][1], value / values[0][1]) for learners, value in values]


def targets(records: list[dict[str, Any]]) -> list[tuple]:
    """What the figures should be, beside what they are."""
    ours = sorted((r for r in records if r["way"] == EXPLORE), key=lambda r: r["learners"])
    small, large = ours[0], ours[-1]
    held = [r["memory_mb"]["kernel"]["worst"] for r in ours if r["memory_mb"]["kernel"]]
    rows = [
        target(f"failures, classes of up to {large['learners']}", sum(len(r["failures"]) for r in records), 0),
        target("kernel, the largest", max(held, default=float("inf")), 250, "MB"),
    ]
    if large is not small and small["latency_ms"] and large["latency_ms"]:
        added = large["latency_ms"]["median"] - small["latency_ms"]["median"]
        name = f"key press to pixels, {large['learners']} learners slower than {small['learners']} by"
        rows.append(target(name, added, 3, "ms"))
    return rows


def drag(low: int, high: int, start: int) -> Iterator[int]:
    """The values of a slider that is dragged to and fro, one step at a time, for ever."""
    value, step = start, -1
    while True:
        if not low <= value + step <= high:
            step = -step
        value = min(max(value + step, low), high)
        yield value


# What a client makes of the messages of a kernel ----------------------------------------------------------------------


def slider(models: dict[str, dict[str, Any]]) -> list[str]:
    """Models that a drag moves: the slider of the first explorer, or else the first; then those linked to it."""
    sliders = [name for name, state in models.items() if state.get("_model_name") == "IntSliderModel"]
    driven = [ref.removeprefix("IPY_MODEL_") for state in models.values() for ref in _controls(state)]
    chosen = next((name for name in driven if name in sliders), next(iter(sliders), None))
    if chosen is None:
        raise ValueError("The notebook has no chart with a slider for whole numbers.")
    links = [[state["source"][0], state["target"][0]] for state in models.values() if "source" in state]
    ends = [[ref.removeprefix("IPY_MODEL_") for ref in link] for link in links]
    return [chosen, *(other for link in ends if chosen in link for other in link if other != chosen)]


def _controls(state: dict[str, Any]) -> list[str]:
    return list(state["controls"].values()) if isinstance(state.get("controls"), dict) else []


def shows_chart(data: dict[str, Any], models: dict[str, dict[str, Any]]) -> bool:
    """Whether an output holds a picture, or an explorer."""
    if "image/png" in data:
        return True
    shown = models.get(data.get(WIDGET, {}).get("model_id"), {})
    return any(_controls(models.get(ref.removeprefix("IPY_MODEL_"), {})) for ref in shown.get("children", ()))


def scripts(page: str) -> list[str]:
    """Addresses of the scripts and styles that a page of JupyterLab names."""
    return sorted(set(re.findall(r'(?:src|href)="(/[^"]+?\.(?:js|css)(?:\?[^"]*)?)"', page)))


class Learner:
    """What the browser of a learner says to JupyterHub, without the drawing."""

    def __init__(self, address: str, name: str, password: str):
        self.address, self.name, self.password, self.home = address, name, password, f"/user/{name}"
        self.http = httpx.AsyncClient(base_url=address, timeout=PATIENCE, follow_redirects=True, trust_env=False)
        self.http.event_hooks["response"].append(self._answered)
        self.answers: list[httpx.Response] = []
        self.socket = self.reader = None
        self.assets: list[str] = []  # what a page of JupyterLab loads
        self.reset()

    def reset(self) -> None:
        """Forget the last notebook."""
        self.frames, self.answers = 0, []
        self.models: dict[str, dict[str, Any]] = {}
        self.waiting: dict[str, asyncio.Future] = {}
        self.charted: float | None = None
        self.changes: list[float] = []

    @property
    def received(self) -> int:
        """Bytes since the last reset, WebSocket both ways."""
        return self.frames + sum(answer.num_bytes_downloaded for answer in self.answers)

    async def _answered(self, response: httpx.Response) -> None:
        self.answers.append(response)

    async def _get(self, path: str, headers: dict[str, str] = NAVIGATE) -> httpx.Response:
        return (await self.http.get(path, headers=headers)).raise_for_status()

    def _token(self, path: str) -> str:
        return next(c.value for c in self.http.cookies.jar if c.name == "_xsrf" and c.path.startswith(path))

    async def enter(self) -> float:
        """Log in by the form, and wait for the server; gives seconds until JupyterLab's page is there."""
        start = time.monotonic()
        await self._get("/hub/login")
        form = {"username": self.name, "password": self.password, "_xsrf": self._token("/hub")}
        page = await self.http.post("/hub/login?next=/hub/spawn", data=form, headers=NAVIGATE)
        page.raise_for_status()
        if "spawn-pending" in page.url.path:
            await self._spawned()
            page = await self._get(f"{self.home}/lab")
        if not page.url.path.startswith(self.home):
            raise RuntimeError(f"The hub led to {page.url.path} instead of {self.home}.")
        return time.monotonic() - start

    async def _spawned(self) -> None:
        path, asked = f"/hub/api/users/{self.name}/server/progress", {"_xsrf": self._token("/hub")}
        async with self.http.stream("GET", path, params=asked, headers=FETCH) as progress:
            progress.raise_for_status()
            async for line in progress.aiter_lines():
                event = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
                if event.get("failed"):
                    raise RuntimeError(f"The server did not start: {event.get('message')}")
                if event.get("ready"):
                    return
        raise RuntimeError("The hub stopped telling how the server starts.")

    async def open(self, file: str) -> float:
        """Open a notebook with a new kernel, as JupyterLab does; gives seconds until the kernel answers."""
        start = time.monotonic()
        self.reset()
        page = await self._get(f"{self.home}/lab/tree/{file}")
        for path in self.assets or scripts(page.text):
            await self._get(path, FETCH)
        token = {"X-XSRFToken": self._token(self.home)} | FETCH
        model = (await self._get(f"{self.home}/api/contents/{file}?type=notebook&content=1", token)).json()
        self.cells = [cell["source"] for cell in model["content"]["cells"] if cell["cell_type"] == "code"]
        asked = {"path": file, "name": file, "type": "notebook", "kernel": {"name": "python3"}}
        session = (await self.http.post(f"{self.home}/api/sessions", json=asked, headers=token)).raise_for_status()
        self.session, kernel = session.json()["id"], session.json()["kernel"]["id"]
        path = f"{self.home}/api/kernels/{kernel}/channels?session_id={self.session}"
        cookies = self.http.build_request("GET", path).headers["cookie"]
        request = HTTPRequest(
            self.address.replace("http", "ws") + path,
            headers={"Cookie": cookies, "Origin": self.address},
            connect_timeout=PATIENCE,
            request_timeout=PATIENCE,
        )
        self.socket = await websocket_connect(request, subprotocols=[PROTOCOL], max_message_size=1 << 28)
        self.reader = asyncio.create_task(self._read())
        await self._ask("kernel_info_request", {})
        return time.monotonic() - start

    async def run(self) -> float:
        """Run all cells at once; gives seconds until the first chart arrived."""
        start = time.monotonic()
        options = {"silent": False, "store_history": True, "allow_stdin": False, "stop_on_error": True}
        cells = [{"code": source, "user_expressions": {}} | options for source in self.cells if source.strip()]
        await asyncio.gather(*(self._ask("execute_request", cell) for cell in cells))
        if self.charted is None:
            raise RuntimeError("The notebook ran to its end without a chart.")
        return self.charted - start

    async def drive(self, end: asyncio.Event) -> float:
        """Drag the slider until the end; gives changes a second."""
        names = slider(self.models)
        state, begin = self.models[names[0]], time.monotonic()
        for value in drag(state["min"], state["max"], state["value"]):
            if end.is_set():
                break
            sent = time.monotonic()
            await asyncio.gather(*(self._ask("comm_msg", _update(name, value)) for name in names))
            self.changes.append(time.monotonic() - sent)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(end.wait(), max(0.001, sent + 1 / CHANGES - time.monotonic()))
        return len(self.changes) / (time.monotonic() - begin)

    async def close(self) -> None:
        """Shut down the kernel and leave the page."""
        if self.reader:
            self.reader.cancel()
            self.socket.close()
            token = {"X-XSRFToken": self._token(self.home)} | FETCH
            self.reader = None
            await self.http.delete(f"{self.home}/api/sessions/{self.session}", headers=token)

    async def _ask(self, kind: str, content: dict[str, Any]) -> None:
        """Send a message to the kernel and wait until it has done with it."""
        header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "username": "", "session": self.session}
        header |= {"date": "", "version": "5.4"}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        frame = serialize_msg_to_ws_v1(message, "shell", pack=lambda part: json.dumps(part).encode())
        self.frames += len(frame)
        done = self.waiting[header["msg_id"]] = asyncio.get_running_loop().create_future()
        await self.socket.write_message(frame, binary=True)
        await done

    async def _read(self) -> None:
        try:
            while (frame := await self.socket.read_message()) is not None:
                self.frames += len(frame)
                self._note(deserialize_msg_from_ws_v1(frame)[1])
            raise ConnectionError("The connection to the kernel was closed.")
        except Exception as error:
            for done in self.waiting.values():
                if not done.done():
                    done.set_exception(error)

    def _note(self, parts: list[bytes]) -> None:
        kind, asked = json.loads(parts[0])["msg_type"], json.loads(parts[1]).get("msg_id")
        if kind == "comm_open":
            content = json.loads(parts[3])
            self.models[content["comm_id"]] = content["data"].get("state", {})
        elif kind in ("display_data", "execute_result") and self.charted is None:
            if shows_chart(json.loads(parts[3])["data"], self.models):
                self.charted = time.monotonic()
        elif kind == "error" or (kind == "stream" and b"rate exceeded" in parts[3]):
            content = json.loads(parts[3])
            self._end(asked, RuntimeError(content.get("evalue") or content.get("text")))
        elif kind == "status" and json.loads(parts[3])["execution_state"] == "idle":
            self._end(asked)

    def _end(self, asked: str, error: Exception | None = None) -> None:
        done = self.waiting.pop(asked, None)
        if done and not done.done():
            done.set_exception(error) if error else done.set_result(None)


def _update(model: str, value: int) -> dict[str, Any]:
    return {"comm_id": model, "data": {"method": "update", "state": {"value": value}, "buffer_paths": []}}


class Clients:
    """The learners without a browser, all in one thread; whoever fails is noted and takes no further part."""

    def __init__(self, learners: list[Learner]):
        self.everybody, self.learners, self.failures = learners, learners, []

    def __enter__(self) -> Clients:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        asyncio.run_coroutine_threadsafe(self._leave(), self.loop)
        self.thread.join(10)

    async def _leave(self) -> None:
        mine = asyncio.current_task()
        for task in asyncio.all_tasks() - {mine}:
            task.cancel()
        await asyncio.gather(*(learner.http.aclose() for learner in self.everybody), return_exceptions=True)
        self.loop.stop()

    def start(self, step: str, work: Callable[[Learner], Coroutine]) -> Callable[[], list[Any]]:
        """Let all do the same at once; gives what waits for them and gives their results."""
        results = asyncio.run_coroutine_threadsafe(self._all(step, work), self.loop)
        return lambda: results.result(PATIENCE + 30)

    async def _all(self, step: str, work: Callable[[Learner], Coroutine]) -> list[Any]:
        steps = [asyncio.wait_for(work(learner), PATIENCE) for learner in self.learners]
        found = await asyncio.gather(*steps, return_exceptions=True)
        failed = {}
        for learner, result in zip(self.learners, found, strict=True):
            if isinstance(result, BaseException):
                failed[learner] = f"{learner.name}, {step}: {type(result).__name__}: {result}"
        self.failures += failed.values()
        self.learners = [learner for learner in self.learners if learner not in failed]
        return [result for result in found if not isinstance(result, BaseException)]


# The observed learner -------------------------------------------------------------------------------------------------


class Visitor(Recorder):
    """A browser whose pages log in to the hub first. Counts frames (`Recorder`) and what requests loaded."""

    def __init__(self, opened: Any, address: str, name: str, password: str):
        super().__init__(opened)
        self.address, self.name, self.password = address, name, password
        self.context = opened.new_context(viewport={"width": 1300, "height": 900})
        self.loaded, self.assets = 0, []

    def new_page(self, **_: Any) -> Any:
        page = self.context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.on("websocket", lambda socket: [socket.on(f"frame{way}", self._note) for way in ("received", "sent")])
        network = self.context.new_cdp_session(page)
        network.send("Network.enable")
        network.send("Network.setCacheDisabled", {"cacheDisabled": True})
        network.on("Network.loadingFinished", self._loaded)
        return page

    def _loaded(self, event: dict[str, Any]) -> None:
        self.loaded += event["encodedDataLength"]

    def enter(self) -> float:
        """Log in by the form; gives seconds until JupyterLab's page is there. Notes what the page then loads."""
        start, page = time.monotonic(), self.context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.on("request", lambda request: self._asset(request.resource_type, request.url))
        page.goto(f"{self.address}/hub/login?next=/hub/spawn")
        page.fill("[name=username]", self.name)
        page.fill("[name=password]", self.password)
        page.press("[name=password]", "Enter")
        page.wait_for_url(f"**/user/{self.name}/**", wait_until="commit")
        taken = time.monotonic() - start
        page.wait_for_function("globalThis.jupyterapp?.restored.then(() => true)")
        page.close()
        return taken

    def _asset(self, kind: str, url: str) -> None:
        if kind in ("script", "stylesheet", "font", "image") and "/static/" in url:
            self.assets.append(url.removeprefix(self.address))

    def open(self, file: str) -> float:
        """Open a notebook; gives seconds until its kernel is ready."""
        start = time.monotonic()
        self.frames, self.loaded = [], 0
        self.notebook = Notebook(self, f"{self.address}/user/{self.name}", file)
        return time.monotonic() - start

    def run(self, way: str) -> float:
        """Run all cells; gives seconds until the first chart was drawn."""
        self.notebook.page.evaluate(TIME_UNTIL, CHARTED if way == EXPLORE else PLOTTED)
        self.notebook.run_all(PATIENCE * 1000)
        return self.notebook.page.evaluate("ran")

    def begin(self) -> None:
        """Run all cells without waiting for their end."""
        self.notebook.page.evaluate("void jupyterapp.commands.execute('notebook:run-all-cells')")

    def grasp(self, index: int) -> None:
        """Bring the chart of a cell into view."""
        page = self.notebook.page
        page.wait_for_function(FINISHED)
        page.evaluate(SHOW, index)
        page.wait_for_selector("[data-driven] [role=slider]")

    def press(self, index: int, presses: int, seconds: float) -> list[float]:
        """Press arrow keys on the slider; gives milliseconds to pixels. Stops early when the time is up."""
        page, taken, begin = self.notebook.page, [], time.monotonic()
        page.evaluate(WATCH, index)
        page.wait_for_function("benchmark.ready()")
        page.locator("[data-driven] [role=slider]").first.focus()
        for i in range(-WARM_UP, presses):
            page.evaluate("quiet => benchmark.arm(quiet)", QUIET)
            page.keyboard.press("ArrowRight" if i // 5 % 2 else "ArrowLeft")
            answer = page.evaluate(PRESSED)
            if answer is None:
                raise TimeoutError("A key was pressed, and the chart did not change within a minute.")
            if i >= 0:
                taken.append(answer[1])
            if len(taken) >= 10 and time.monotonic() - begin > seconds:
                break
        return taken

    def close(self) -> None:
        """Shut down the kernel and leave the page."""
        self.notebook.page.evaluate("jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        self.notebook.page.close()

    @property
    def bytes(self) -> int:
        """What the page loaded, and what its WebSockets carried."""
        return self.loaded + sum(map(len, self.frames))

    @property
    def outside(self) -> list[str]:
        return [url for url in self.notebook.outside if not url.startswith(self.address)]


# The hub --------------------------------------------------------------------------------------------------------------


def proxy() -> list[str]:
    """The command that starts the proxy of JupyterHub, fetched by npm the first time."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        raise MeasurementError(f"{PROXY} is fetched by npm, which is not installed: install Node.js.")
    newest, checksum = FETCHED
    cache = Path(platformdirs.user_cache_dir("bluebook-notebooks")) / f"{PROXY}-{newest}"
    program = cache / "node_modules" / PROXY / "bin" / PROXY
    if not program.exists():
        cache.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache.parent) as name:
            made = Path(name) / "made"
            options = ["--ignore-scripts", "--no-audit", "--no-fund", "--silent", "--prefix", str(made)]
            command = [npm, "install", *options, f"{PROXY}@{newest}"]
            done = subprocess.run(command, cwd=name, capture_output=True, text=True, timeout=PATIENCE)
            if done.returncode:
                raise MeasurementError(f"npm could not fetch {PROXY} {newest}: {done.stderr.strip() or 'no answer'}")
            lock = json.loads((made / "package-lock.json").read_text(encoding="utf-8"))
            if lock["packages"][f"node_modules/{PROXY}"].get("integrity") != checksum:
                raise MeasurementError(f"{PROXY} {newest} is not the package that was checked: its checksum differs.")
            shutil.rmtree(cache, ignore_errors=True)
            os.replace(made, cache)
    return [node, str(program)]


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


class Hub:
    """A JupyterHub of its own for one class, in a folder; `homes` of the learners are beside it."""

    def __init__(self, folder: Path, names: list[str], nice: int = 0):
        self.nice = nice
        port, hub, api = free_ports(3)
        self.folder, self.homes, self.mark = folder, folder / "homes", secrets.token_hex(8)
        self.address, self.password = f"http://127.0.0.1:{port}", secrets.token_urlsafe(16)
        for name in names:
            (self.homes / name).mkdir(parents=True)
        options = [*(option for option in OPTIONS if "token" not in option), *SOCKETS]
        environment = {MARK: self.mark, "JUPYTERHUB_DISABLE_USER_CONFIG": "1"}
        settings = CONFIGURATION.format(
            address=self.address, hub=hub, api=api, folder=str(folder), password=self.password, proxy=proxy(),
            python=sys.executable, options=options, environment=environment, patience=PATIENCE,
        )  # fmt: skip
        (folder / "jupyterhub_config.py").write_text(settings, encoding="utf-8")

    def __enter__(self) -> Hub:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "JPY_"))}
        with (self.folder / "hub.log").open("w") as log:
            self.process = subprocess.Popen(
                ["nice", "-n", str(self.nice), sys.executable, "-m", "jupyterhub", "--config", "jupyterhub_config.py"],
                cwd=self.folder, env=inherited | {MARK: self.mark}, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        try:
            for _ in range(PATIENCE * 5):
                with contextlib.suppress(httpx.HTTPError):
                    if httpx.get(f"{self.address}/hub/health", timeout=5, trust_env=False).is_success:
                        return self
                if self.process.poll() is not None:
                    break
                time.sleep(0.2)
            raise MeasurementError(f"JupyterHub did not start:\n{self.log()[-3000:]}")
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_: Any) -> None:
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(40)
        for kill in (psutil.Process.terminate, psutil.Process.kill):
            left = [process for processes in self.processes().values() for process in processes]
            for process in left:
                with contextlib.suppress(psutil.Error):
                    kill(process)
            psutil.wait_procs(left, timeout=5)

    def log(self) -> str:
        return (self.folder / "hub.log").read_text(encoding="utf-8", errors="replace")

    def processes(self) -> dict[str, list[psutil.Process]]:
        """The processes of this class that are alive, by what they are."""
        found: dict[str, list[psutil.Process]] = {"hub": [], "proxy": [], "server": [], "kernel": []}
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.environ().get(MARK) == self.mark:
                    found[_kind(" ".join(process.cmdline()))].append(process)
        return found

    def memory(self) -> dict[str, Any]:
        """PSS in MB: hub and proxy, and how servers and kernels spread."""
        held = {kind: [_pss(process) for process in processes] for kind, processes in self.processes().items()}
        sums = {kind: round(sum(held[kind])) for kind in ("hub", "proxy")} | {"all": round(sum(sum(held.values(), [])))}
        return sums | {kind: spread(held[kind], 0) for kind in ("server", "kernel")}

    def seconds(self) -> float:
        """Processor time that the processes which are alive have used."""
        used = 0.0
        for process in itertools.chain(*self.processes().values()):
            with contextlib.suppress(psutil.Error):
                used += sum(process.cpu_times()[:2])
        return used


def _kind(command: str) -> str:
    kinds = {"ipykernel_launcher": "kernel", "jupyterhub.singleuser": "server", PROXY: "proxy"}
    return next((kind for word, kind in kinds.items() if word in command), "hub")


def _pss(process: psutil.Process) -> float:
    with contextlib.suppress(psutil.Error):
        memory = process.memory_full_info()
        return getattr(memory, "pss", memory.uss) / 1e6
    return 0.0


# A class --------------------------------------------------------------------------------------------------------------


@dataclass
class Plan:
    """What every class does."""

    files: dict[str, Path]  # the notebook of each way
    browsers: int = 1
    presses: int = 40
    seconds: float = 60  # that presses may take
    pause: float = 10  # that the slider is dragged where there is no browser to press keys in


def first_driven(file: Path) -> int:
    """The cell whose chart is driven: the first with a chart and a slider."""
    for index, cell in enumerate(nbformat.read(file, 4).cells):
        charted = cell.cell_type == "code" and re.search(r"\b(explore|interact)\(", cell.source)
        if charted and "IntSlider(" in cell.source:
            return index
    raise MeasurementError(f"{file.name} has no cell with a chart and a slider.")


def hold(learners: int, plan: Plan) -> list[dict[str, Any]]:
    """Hold a class: one record for each way."""
    names = [f"learner{number:02}" for number in range(1, learners + 1)]
    real = min(plan.browsers, learners)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        hub = stack.enter_context(Hub(folder, names, nice=10 if real else 0))
        for name, file in itertools.product(names, plan.files.values()):
            shutil.copy(file, hub.homes / name / file.name)
        others = [Learner(hub.address, name, hub.password) for name in names[real:]]
        clients = stack.enter_context(Clients(others))
        opened = stack.enter_context(browser()) if real else None
        visitors = [Visitor(opened, hub.address, name, hub.password) for name in names[:real]]
        before = hub.seconds()
        entering = clients.start("log-in", Learner.enter)
        entered = [visitor.enter() for visitor in visitors] + entering()
        for learner, visitor in itertools.product(others, visitors[:1]):
            learner.assets = [asset.replace(f"/{visitor.name}/", f"/{learner.name}/") for asset in visitor.assets]
        common = {"login_s": spread(entered), "login_cpu_s": round((hub.seconds() - before) / learners, 1)}
        return [
            {"learners": learners, "way": way} | common | Lesson(hub, clients, visitors, way, file).hold(plan)
            for way, file in plan.files.items()
        ]


class Lesson:
    """One way, from opening the notebook to shutting down the kernels; all learners are logged in."""

    def __init__(self, hub: Hub, clients: Clients, visitors: list[Visitor], way: str, file: Path):
        self.hub, self.clients, self.visitors, self.way, self.file = hub, clients, visitors, way, file
        self.index = first_driven(file)

    def hold(self, plan: Plan) -> dict[str, Any]:
        """Open, run, drive; gives what was measured."""
        before = self.hub.seconds()
        record = self.open() | self.run()
        present = len(self.visitors) + len(self.clients.learners)
        record["run_cpu_s"] = round((self.hub.seconds() - before) / max(1, present), 1)
        record |= self.drive(plan)
        self.clients.start("close", Learner.close)()
        with self.observed("close"):
            for visitor in self.visitors:
                visitor.close()
        record["failures"], self.clients.failures = self.clients.failures, []
        return record

    def open(self) -> dict[str, Any]:
        opening = self.clients.start("open", lambda learner: learner.open(self.file.name))
        return {"open_s": spread([visitor.open(self.file.name) for visitor in self.visitors] + opening())}

    def run(self) -> dict[str, Any]:
        running, drawn = self.clients.start("run", Learner.run), None
        with self.observed("run"):
            for visitor in self.visitors[1:]:
                visitor.begin()
            drawn = self.visitors and round(self.visitors[0].run(self.way), 2)
        return {"first_chart_s": spread(running()), "first_chart_drawn_s": drawn or None}

    def drive(self, plan: Plan) -> dict[str, Any]:
        end, taken, record = asyncio.Event(), [], {}
        with self.observed("drive"):
            for visitor in self.visitors:
                visitor.grasp(self.index)
            for visitor in self.visitors[1:]:
                visitor.notebook.page.evaluate(DRAG, 1000 / CHANGES)
        driving = self.clients.start("drive", lambda learner: learner.drive(end))
        before, begin = self.hub.seconds(), time.monotonic()
        try:
            with self.observed("drive"):
                if self.visitors:
                    taken = self.visitors[0].press(self.index, plan.presses, plan.seconds)
                else:
                    time.sleep(plan.pause)
            record["cores_busy"] = round((self.hub.seconds() - before) / (time.monotonic() - begin), 2)
            record["memory_mb"] = self.hub.memory()
        finally:
            self.clients.loop.call_soon_threadsafe(end.set)
        answers = [1000 * taken for learner in self.clients.learners for taken in learner.changes]
        return record | {
            "latency_ms": spread(taken, 1),
            "presses": len(taken),
            "changes_per_s": spread(driving()),
            "kernel_answer_ms": spread(answers, 1),
            "wire_mb": spread(learner.received / 1e6 for learner in self.clients.learners),
            "browser_wire_mb": round(self.visitors[0].bytes / 1e6, 2) if self.visitors else None,
            "outside": sum(len(visitor.outside) for visitor in self.visitors),
        }

    @contextlib.contextmanager
    def observed(self, step: str) -> Iterator[None]:
        """Note what fails in a browser, and go on."""
        try:
            yield
        except Exception as error:
            name = self.visitors[0].name if self.visitors else "class"
            self.clients.failures.append(f"{name}, {step}: {type(error).__name__}: {str(error)[:500]}")


# Report ---------------------------------------------------------------------------------------------------------------

MEASURES = {
    "log-in and start of the server, median": (lambda r: _of(r["login_s"]), "s"),
    "first chart, median": (lambda r: _of(r["first_chart_s"]), "s"),
    "first chart drawn, observed learner": (lambda r: r["first_chart_drawn_s"], "s"),
    "key press to pixels, median": (lambda r: _of(r["latency_ms"]), "ms"),
    "key press to pixels, 95th percentile": (lambda r: _of(r["latency_ms"], "p95"), "ms"),
    "kernel, median": (lambda r: _of(r["memory_mb"]["kernel"]), "MB"),
    "server, median": (lambda r: _of(r["memory_mb"]["server"]), "MB"),
    "hub and proxy": (lambda r: r["memory_mb"]["hub"] + r["memory_mb"]["proxy"], "MB"),
    "processors busy while all drive": (lambda r: r["cores_busy"], ""),
}


def _of(found: dict[str, float] | None, key: str = "median") -> float | None:
    return found and found[key]


def _show(value: float | None, unit: str = "") -> str:
    return (
        "–" if value is None else f"{value:,.{3 if abs(value) < 0.1 else 2 if abs(value) < 10 else 0}f} {unit}".strip()
    )


def report(records: list[dict[str, Any]]) -> None:
    """Print what was measured, how it grows, and whether the targets are met."""
    rows, pair = {"start": [], "memory": [], "drive": []}, ("median", "worst")
    for r in records:
        who, memory = (r["learners"], r["way"]), r["memory_mb"]
        starts = [_show(_of(r[step], key), "s") for step in ("login_s", "open_s", "first_chart_s") for key in pair]
        rows["start"].append((*who, *starts, _show(r["first_chart_drawn_s"], "s"), *(
            _show(r[step], "s") for step in ("login_cpu_s", "run_cpu_s")
        )))  # fmt: skip
        if memory:
            each = [_show(_of(memory[kind], key), "MB") for kind in ("kernel", "server") for key in pair]
            rows["memory"].append((*who, *each, *(_show(memory[kind], "MB") for kind in ("hub", "proxy", "all"))))
        latency = [_show(_of(r["latency_ms"], key), "ms") for key in ("median", "p95", "worst")]
        changes = (_of(r["changes_per_s"]), _of(r["kernel_answer_ms"]))
        rows["drive"].append((
            *who, *latency, r["presses"], _show(changes[0]), _show(changes[1], "ms"), _show(r["cores_busy"]),
            _show(_of(r["wire_mb"]), "MB"), _show(r["browser_wire_mb"], "MB"), r["outside"],
        ))  # fmt: skip
    print("## Start of the lesson, all at once\n")
    table(
        ("learners", "way", "log-in and server, median", "worst", "open and kernel, median", "worst",
         "first chart, median", "worst", "drawn, observed", "processor for log-in, each", "for open and run, each"),
        *rows["start"],
    )  # fmt: skip
    print("## Memory (PSS)\n")
    table(
        ("learners", "way", "kernel, median", "largest", "server, median", "largest", "hub", "proxy", "all processes"),
        *rows["memory"],
    )
    print("## While all drive: key press to pixels of the observed learner\n")
    table(
        ("learners", "way", "median", "95th percentile", "worst", "presses", "changes/s of each other learner",
         "until its kernel is done", "processors busy", "over the wire, client", "page of the observed",
         "requests to other machines"),
        *rows["drive"],
    )  # fmt: skip
    print("## Growth with the class\n")
    rows = [("measure", "way", "learners", "value", "more by", "times")]
    whole = [record for record in records if record["memory_mb"]["kernel"]]
    for (name, (measure, unit)), way in itertools.product(MEASURES.items(), dict.fromkeys(r["way"] for r in whole)):
        first, *larger = growth(whole, way, measure) or [(0, 0, 0, 0)]
        for learners, value, more, times in larger:
            compared = f"{learners} against {first[0]}"
            rows.append((name, way, compared, _show(value, unit), _show(more, unit), f"{times:.2f}"))
    table(*rows)
    for r in records:
        for failure in r["failures"]:
            print(f"- Class of {r['learners']}, {r['way']}: {failure}")
    print("\n## Targets\n")
    table(("what", "measured", "target", ""), *targets(records))


def sizes(classes: list[dict[str, Any]]) -> list[list[tuple[str, ...]]]:
    """The rows of the two tables of the teaching guide: what was measured, and what a server needs.

    Memory is that of all servers and kernels, and 30 % more, and the hub, its proxy and 1 GB for the system. Everybody
    is ready after the processor time of all learners, shared out to the processors.
    """
    by = {(record["learners"], record["way"]): record for record in classes}
    measured = []
    for learners in sorted({record["learners"] for record in classes}):
        ours, rival = by[learners, EXPLORE], by[learners, RIVAL]
        first = ours["first_chart_s"] or dict.fromkeys(("median", "worst"), ours["first_chart_drawn_s"])
        kernel, latency = ours["memory_mb"]["kernel"]["worst"], ours["latency_ms"]["median"]
        measured.append((
            f"{learners}", f"{kernel:.0f} MB", f"{first['median']:.0f} s ({first['worst']:.0f} s)", f"{latency:.0f} ms",
            f"{rival['latency_ms']['median']:.0f} ms",
        ))  # fmt: skip
    full = by[max(by)[0], EXPLORE]
    memory, seconds = full["memory_mb"], full["login_cpu_s"] + full["run_cpu_s"]
    server, kernel, hub = memory["server"]["worst"], memory["kernel"]["worst"], memory["hub"] + memory["proxy"]
    needed = []
    for learners, processors in ((10, 2), (20, 4), (40, 8)):
        one, two = (1.3 * learners * (server + kernel * opened) + hub + 1000 for opened in (1, 2))
        ready = learners * seconds / processors
        rounded = (f"{math.ceil(megabytes / 1000)} GB" for megabytes in (one, two))
        needed.append((f"{learners}", *rounded, f"{processors}", f"{ready:.0f} s"))
    return [measured, needed]


def software() -> dict[str, str]:
    try:
        packages = {name: version(name) for name in ("jupyterhub", "jupyterlab", "altair", "matplotlib")}
    except PackageNotFoundError as missing:
        raise MeasurementError(f"{missing}: install the extra `classroom`.") from missing
    return {"python": platform.python_version()} | packages | {PROXY: FETCHED[0]}


def main() -> None:
    """Hold the classes, print, and write."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument(
        "--learners", type=int, nargs="+", default=[1, 5, 10, 20], help="sizes of the class (1 5 10 20)"
    )
    options.add_argument("--notebook", type=Path, default=ODA, help="that the class runs (the ODA notebook)")
    options.add_argument(
        "--browsers", type=int, default=1, help="learners with a real browser; the first is observed (1)"
    )
    options.add_argument("--presses", type=int, default=40, help="of the observed learner, each way (40)")
    options.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    chosen = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    used, before, records = software(), load(), []
    build_bundle(for_all=True)
    with tempfile.TemporaryDirectory() as name:
        own, rival = shutil.copy(chosen.notebook, name), Path(name) / "interact.ipynb"
        sources = [cell.source for cell in nbformat.read(ODA, 4).cells if cell.cell_type == "code"]
        [ranking] = [i for i, source in enumerate(sources) if '"oda.ranking"' in source]
        write_notebook(rival, *sources[:ranking], "from ipywidgets import interact", INTERACT[RIVAL])
        plan = Plan({EXPLORE: Path(own), RIVAL: rival}, chosen.browsers, max(2, chosen.presses))
        for learners in sorted(set(chosen.learners)):
            say(f"class of {learners}: load averages {load()}")
            records += hold(learners, plan)
    memory = psutil.virtual_memory().total / 2**30
    print(", ".join(f"{name} {number}" for name, number in used.items()), end=".\n\n")
    report(records)
    if all(record["memory_mb"]["kernel"] and record["latency_ms"] for record in records):
        print("## Tables of the teaching guide\n")
        for rows in sizes(records):
            print("\n".join(f"| {' | '.join(row)} |" for row in rows), end="\n\n")
    print(f"{psutil.cpu_count()} processors, {memory:.0f} GiB; load averages before: {before}; after: {load()}.")
    if chosen.json:
        machine = {"processors": psutil.cpu_count(), "memory_gib": round(memory), "software": used}
        content = {"notebook": f"{chosen.notebook.resolve().parent.name}/{chosen.notebook.name}", "machine": machine}
        content = json.dumps(content | {"classes": records}, indent=1, ensure_ascii=False)
        chosen.json.write_text(content + "\n", encoding="utf-8")


if __name__ == "__main__":
    try:
        main()
    except (MeasurementError, pytest.skip.Exception) as missing:
        sys.exit(str(missing))
