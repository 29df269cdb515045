"""A real JupyterLab, a server of files, and a real Chromium that cannot reach any other machine."""

from __future__ import annotations

import contextlib
import functools
import http.server
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ARGUMENTS = [
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

OPTIONS = ["--no-browser", "--allow-root", "--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True"]


def installed(what: str, package: str, *programs: str) -> str:
    """Path of the first program that is installed. Without any, the test is skipped; under ``CI=true`` it fails."""
    found = next(filter(None, map(shutil.which, programs)), None)
    if not found:
        missing = f"No {what} on this machine: install Debian's package {package} to run the browser tests."
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(missing)
    return found


def chromium() -> str:
    """Path of an installed Chromium."""
    return installed("Chromium", "chromium", "chromium", "chromium-browser", "google-chrome")


def free_port() -> int:
    """A port of this machine that nobody listens at now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(address: str, name: str) -> None:
    """Wait up to a minute until a server on this machine answers."""
    for _ in range(600):
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):
            return
        time.sleep(0.1)
    raise TimeoutError(f"{name} did not start within a minute.")


@contextlib.contextmanager
def jupyter(folder: Path, *options: str) -> Iterator[str]:
    """Serve `folder` in JupyterLab with settings of its own, and with our extension; gives the address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        shutil.copytree(ROOT / "binder" / "labextension", Path(home, "data", "labextensions", "bluebook-notebooks"))
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", f"--port={port}", f"--notebook-dir={folder}", *OPTIONS, *options],
            env=os.environ | {"JUPYTER_CONFIG_DIR": home, "JUPYTER_DATA_DIR": f"{home}/data", "IPYTHONDIR": home},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_for(f"{address}/api/status", "JupyterLab")
            yield address
        finally:
            server.terminate()
            server.wait(20)


@contextlib.contextmanager
def served(folder: Path, **headers: str) -> Iterator[str]:
    """The address of a plain file server on a folder, which sends these headers with every file."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def end_headers(self):
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            super().end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


@contextlib.contextmanager
def browser() -> Iterator:
    """A Chromium, driven by Playwright, to which every name but this machine's is unknown."""
    from playwright.sync_api import sync_playwright

    sandbox = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS + sandbox)
        try:
            yield opened
        finally:
            opened.close()


class Notebook:
    """One notebook open in JupyterLab.

    Attributes
    ----------
    outside : list of str
        Addresses on other machines that the page asked for.
    complaints : list of str
        Errors that the page wrote to its console.
    """

    def __init__(self, opened, address: str, path: str, width: int = 1300, height: int = 900):
        self.outside, self.complaints = [], []
        self.page = opened.new_page(viewport={"width": width, "height": height})
        self.page.on("request", lambda r: self._note(r.url, address))
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        self.page.goto(f"{address}/lab/tree/{path}?reset")
        self.ready()

    def ready(self) -> None:
        """Wait until the notebook in front is loaded and its kernel is idle."""
        self.page.wait_for_function(
            """globalThis.jupyterapp?.shell?.currentWidget?.context?.isReady
               && jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.connectionStatus === 'connected'
               && jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'""",
            timeout=90_000,
        )

    def _note(self, url: str, address: str) -> None:
        if not url.startswith((address, address.replace("http", "ws"), "data:", "blob:", "about:", "chrome")):
            self.outside.append(url)

    def run_all(self, timeout: float = 180_000) -> None:
        """Run every cell and wait until the last has ended."""
        self.page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
        failed = self.page.wait_for_function(
            """() => {
                const cells = [...jupyterapp.shell.currentWidget.content.model.cells].filter(c => c.type === 'code');
                const outputs = cells.flatMap(c => c.outputs.toJSON());
                const error = outputs.find(o => o.output_type === 'error');
                if (error) return `${error.ename}: ${error.evalue}`;
                return cells.every(c => c.executionCount || !c.sharedModel.source.trim()) && 'done';
            }""",
            timeout=timeout,
        ).json_value()
        assert failed == "done", failed

    def explorers(self) -> int:
        """Scroll through the notebook until every explorer is drawn; gives their number."""
        self.page.evaluate("""async () => {
            const notebook = jupyterapp.shell.currentWidget.content;
            for (let i = 0; i < notebook.widgets.length; i++) {
                await notebook.scrollToItem(i, 'start');
                await new Promise(done => setTimeout(done, 30));
            }
        }""")
        self.page.wait_for_function(
            "[...document.querySelectorAll('.explorer-panel')].every(e => e.explorer)", timeout=30_000
        )
        return self.page.locator(".explorer-panel").count()
