"""Firefox and WebKit, as far as the tests drive them: open a page, run a function in it, ask what the page did.

Each is driven in the way that it has of itself: Firefox by WebDriver BiDi, WebKit by the driver that comes with it.
Neither reaches another machine: they ask a proxy that refuses everything.
"""

from __future__ import annotations

import base64
import contextlib
import http.server
import itertools
import json
import os
import re
import signal
import subprocess
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import websocket
from lab import free_port, installed, wait_for

WIDTH, HEIGHT = 1300, 900
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
PATIENCE = 120  # seconds for one answer

# WebKit's driver does not tell what a page writes to its console: a page that runs this keeps its complaints itself.
RECORDER = """globalThis.complaints = [];
addEventListener("error", (e) => complaints.push(e.message ?? `not loaded: ${e.target.src ?? e.target.href}`), true);
addEventListener("unhandledrejection", (e) => complaints.push(String(e.reason)));
addEventListener("securitypolicyviolation", (e) => complaints.push(`not allowed: ${e.blockedURI}`));
const tell = console.error;
console.error = (...words) => {
  complaints.push(words.join(" "));
  tell(...words);
};
"""

# Many containers have no sandbox for WebKit. Here it shows pages of this project only.
UNCONFINED = {"WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}

# The fonts of a Chinese system: where a page names no font that is there, letters are those of Chinese.
RULE = """<match><test name="family"><string>{}</string></test>
<edit name="family" mode="assign" binding="strong"><string>Noto Sans CJK SC</string></edit></match>"""
CHINESE_FONTS = f"""<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
{RULE.format("system-ui")}{RULE.format("sans-serif")}
<include ignore_missing="yes">/etc/fonts/fonts.conf</include></fontconfig>"""


class ScriptError(Exception):
    """A function failed in the page."""


@contextlib.contextmanager
def running(*command: str | Path, **options: Any) -> Iterator[subprocess.Popen]:
    """A program, ended afterwards with all that it has started."""
    process = subprocess.Popen(command, start_new_session=True, **QUIET | options)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextlib.contextmanager
def refusing() -> Iterator[tuple[int, list[str]]]:
    """A proxy that lets nothing through: its port, and the addresses that it was asked for."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def parse_request(self) -> bool:
            if super().parse_request():
                asked.append(self.path)
                self.send_error(403)
            self.close_connection = True
            return False

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port, asked
    finally:
        server.shutdown()
        server.server_close()


class Firefox:
    """Firefox with one tab, driven by WebDriver BiDi.

    Attributes
    ----------
    complaints : list of str
        Errors on the console of the pages since the last call of `forget`.
    asked : list of str
        Addresses that the pages have asked for since then.
    """

    def __init__(self, address: str):
        self.complaints, self.asked, self.numbers = [], [], itertools.count()
        self.socket = websocket.create_connection(f"{address}/session", suppress_origin=True, timeout=PATIENCE)
        self.call("session.new", capabilities={})
        self.tab = self.call("browsingContext.getTree")["contexts"][0]["context"]
        self.call("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])
        size = {"width": WIDTH, "height": HEIGHT}
        self.call("browsingContext.setViewport", context=self.tab, viewport=size)

    @classmethod
    @contextlib.contextmanager
    def opened(cls) -> Iterator[Firefox]:
        """Firefox with a profile of its own. Without an installed Firefox, the test is skipped or fails."""
        program = installed("Firefox", "firefox-esr", "firefox", "firefox-esr")
        with refusing() as (port, _), tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
            settings = {"type": 1, "http": "127.0.0.1", "http_port": port, "ssl": "127.0.0.1", "ssl_port": port}
            lines = [f'user_pref("network.proxy.{name}", {json.dumps(value)});' for name, value in settings.items()]
            Path(profile, "user.js").write_text("\n".join(lines))
            command = [program, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port=0"]
            with running(*command, stderr=subprocess.PIPE, text=True) as process:
                told = (re.search(r"BiDi listening on (ws://\S+)", line) for line in process.stderr)
                found = next(filter(None, told), None)
                if not found:
                    raise RuntimeError("Firefox ended before it could be driven.")
                threading.Thread(target=process.stderr.read, daemon=True).start()  # a full pipe would stop it
                with contextlib.closing(cls(found[1])) as browser:
                    yield browser

    def close(self) -> None:
        """End the conversation."""
        self.socket.close()

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and wait for its result; events that come meanwhile are noted."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while (answer := json.loads(self.socket.recv())).get("id") != number:
            self._note(**answer)
        if answer["type"] == "error":
            raise RuntimeError(f"{method}: {answer['message']}")
        return answer["result"]

    def _note(self, method: str, params: dict[str, Any], **_: Any) -> None:
        if method == "log.entryAdded" and params["level"] == "error":
            self.complaints.append(params["text"])
        elif method == "network.beforeRequestSent" and params["context"] == self.tab:
            self.asked.append(params["request"]["url"])

    def forget(self) -> None:
        """Forget what was noted."""
        self.complaints.clear()
        self.asked.clear()

    def visit(self, address: str) -> None:
        """Open a page, and wait until it is loaded."""
        self.call("browsingContext.navigate", context=self.tab, url=address, wait="complete")

    def press(self, key: str, control: bool = False) -> None:
        """Press a key, with the control key held down or not."""
        keys = ["\ue009", key] if control else [key]
        steps = [{"type": "keyDown", "value": key} for key in keys]
        steps += [{"type": "keyUp", "value": key} for key in reversed(keys)]
        self.call("input.performActions", context=self.tab, actions=[{"type": "key", "id": "keys", "actions": steps}])

    def evaluate(self, function: str, *given: Any) -> Any:
        """The result of a function in the page, when its promise is kept; both are JSON."""
        program = f"async () => JSON.stringify((await ({function})(...{json.dumps(given)})) ?? null)"
        done = self.call(
            "script.callFunction", functionDeclaration=program, awaitPromise=True, target={"context": self.tab}
        )
        if done["type"] == "exception":
            raise ScriptError(done["exceptionDetails"]["text"])
        return json.loads(done["result"]["value"])

    def print(self) -> bytes:
        """The page as a PDF of A4."""
        paper = {
            "page": {"width": 21.0, "height": 29.7},
            "margin": dict.fromkeys(["top", "bottom", "left", "right"], 1.3),
        }
        done = self.call("browsingContext.print", context=self.tab, background=False, **paper)
        return base64.b64decode(done["data"])


class WebKit:
    """WebKit's small browser, driven by WebDriver.

    Attributes
    ----------
    complaints : list of str
        Errors on the console of the page, if it holds RECORDER.
    asked : list of str
        Addresses on other machines that the pages have asked for since the last call of `forget`.
    """

    def __init__(self, address: str, proxy: int, asked: list[str]):
        self.asked, self.address = asked, f"{address}/session"
        arguments = ["--automation", f"--proxy=http://127.0.0.1:{proxy}", "--ignore-host=127.0.0.1"]
        session = self.call("", capabilities={"alwaysMatch": {"webkitgtk:browserOptions": {"args": arguments}}})
        self.address += f"/{session['sessionId']}"
        self.call("/timeouts", script=1000 * PATIENCE, pageLoad=1000 * PATIENCE)
        self.call("/window/rect", x=0, y=0, width=WIDTH, height=HEIGHT)

    @classmethod
    @contextlib.contextmanager
    def opened(cls) -> Iterator[WebKit]:
        """WebKit on a Chinese display that nobody sees. Where it is not installed, the test is skipped or fails."""
        driver = installed("WebKit", "webkit2gtk-driver", "WebKitWebDriver")
        port = free_port()
        with contextlib.ExitStack() as stack:
            proxy, asked = stack.enter_context(refusing())
            display = stack.enter_context(hidden_display())
            home = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
            places = dict.fromkeys(["XDG_CACHE_HOME", "XDG_DATA_HOME"], home)
            fonts = Path(home, "fonts.conf")
            fonts.write_text(CHINESE_FONTS, encoding="utf-8")
            places |= {"FONTCONFIG_FILE": str(fonts), "LANG": "zh_CN.UTF-8"}
            environment = os.environ | places | {"DISPLAY": display, "GDK_BACKEND": "x11"} | UNCONFINED
            stack.enter_context(running(driver, f"--port={port}", env=environment))
            address = f"http://127.0.0.1:{port}"
            wait_for(f"{address}/status", "WebKit's driver")
            yield cls(address, proxy, asked)

    def call(self, path: str, **params: Any) -> Any:
        """Send a command and wait for its result."""
        request = urllib.request.Request(self.address + path, json.dumps(params).encode())
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE + 10) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{path}: {error.read().decode()}") from error

    @property
    def complaints(self) -> list[str]:
        """What the page has written down, see RECORDER."""
        return self.evaluate("() => globalThis.complaints")

    def forget(self) -> None:
        """Forget what was noted."""
        self.asked.clear()

    def visit(self, address: str) -> None:
        """Open a page, and wait until it is loaded."""
        self.call("/url", url=address)

    def evaluate(self, function: str, *given: Any) -> Any:
        """The result of a function in the page, when its promise is kept; both are JSON."""
        program = f"""const done = arguments[0];
            (async () => JSON.stringify([(await ({function})(...{json.dumps(given)})) ?? null]))()
                .then(done, (error) => done(String(error)));"""
        answer = self.call("/execute/async", script=program, args=[])
        if not answer.startswith("["):
            raise ScriptError(answer)
        return json.loads(answer)[0]


@contextlib.contextmanager
def hidden_display() -> Iterator[str]:
    """The name of an X display that is shown nowhere."""
    program = installed("virtual display", "xvfb", "Xvfb")
    read, write = os.pipe()
    options = ["-displayfd", str(write), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp"]
    with running(program, *options, pass_fds=[write]):
        os.close(write)
        with os.fdopen(read) as told:
            yield f":{told.readline().strip()}"
