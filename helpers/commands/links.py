"""Ask every address that the collection names whether it still answers: ``python -m helpers links``.

Polite: a host gets one request at a time, with a pause after each; a busy one is given the time that it asks for. Only
the head of a page is asked for, and the page itself, unread, where a host refuses that.
"""

from __future__ import annotations

import csv
import json
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import urllib3
from urllib3.util import Retry

from ..versions import PROJECT
from .project import project_url

__all__ = ["Asking", "addresses", "check"]

BUSY = (429, 503)
REDIRECTS = 5
SHUT = {401: "wants a login", 403: "may refuse programs only: look with a browser"}


def addresses(data: Path, tests: Path) -> dict[str, list[str]]:
    """Every address of a source, a part of the Bluebook, a document or an anchor, with the places that name it.

    Parameters
    ----------
    data
        The folder of the data package.
    tests
        The folder of ``anchors.csv``, which an installed copy does not have.
    """
    found = defaultdict(list)
    package = json.loads((data / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        for source in resource.get("sources", ()):
            found[source.get("path", "")].append(f"datapackage.json, {resource['name']}")
    for row in _rows(data / "bluebook/outline.csv"):
        found[row["url"]].append(f"outline.csv, {row['section_id']}")
    for row in _rows(data / "bluebook/evidence.csv"):
        found[row["url"]].append(f"evidence.csv, {row['claim_id']} {row['document']}")
    for row in _rows(tests / "anchors.csv"):
        found[row["address"]].append(f"anchors.csv, {row['table']} {row['column']}")
    return {url: list(dict.fromkeys(places)) for url, places in found.items() if url.startswith("http")}


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass
class Asking:
    """How addresses are asked.

    Attributes
    ----------
    timeout
        Seconds without an answer.
    pause
        Seconds that a host is left alone after each answer. A busy one that names no time gets twice as many, then four
        times.
    tries
        Requests before a busy host is given up.
    longest
        Seconds that are waited at most, whatever a host asks for.
    """

    timeout: float = 30
    pause: float = 2
    tries: int = 3
    longest: float = 120
    hosts: dict[str, threading.Lock] = field(default_factory=dict)

    def __post_init__(self):
        self.pool = urllib3.PoolManager(headers={"User-Agent": _name()}, retries=False)

    def __call__(self, url: str) -> str:
        """What is wrong with an address, in words; nothing if it answers."""
        for _ in range(REDIRECTS + 1):
            try:
                status, location = self._answer(url)
            except urllib3.exceptions.TimeoutError:
                return f"no answer in {self.timeout:g} s"
            except (urllib3.exceptions.HTTPError, UnicodeError) as error:
                return f"no answer ({type(error).__name__})"
            if not location:
                return "" if status < 300 else f"{status} {SHUT.get(status, '')}".strip()
            url = urljoin(url, location)
        return f"more than {REDIRECTS} redirections"

    def _answer(self, url: str) -> tuple[int, str | None]:
        """Status and redirection of the head, or of the page where the head is refused or not answered."""
        try:
            status, location = self._patiently("HEAD", url)
        except (urllib3.exceptions.TimeoutError, urllib3.exceptions.ProtocolError):
            return self._patiently("GET", url)
        refused = status >= 400 and status not in BUSY
        return self._patiently("GET", url) if refused else (status, location)

    def _patiently(self, method: str, url: str) -> tuple[int, str | None]:
        """Ask again while the host is busy; the last answer counts."""
        response = self._ask(method, url)
        for number in range(1, self.tries):
            if response.status not in BUSY:
                break
            time.sleep(min(_wanted(response) or self.pause * 2**number, self.longest))
            response = self._ask(method, url)
        return response.status, response.headers.get("Location") if 300 <= response.status < 400 else None

    def _ask(self, method: str, url: str) -> urllib3.BaseHTTPResponse:
        url = urldefrag(url).url
        with self.hosts.setdefault(urlsplit(url).netloc, threading.Lock()):
            try:
                options = {"redirect": False, "preload_content": False, "timeout": self.timeout}
                response = self.pool.request(method, url, **options)
                response.close()
                return response
            finally:
                time.sleep(self.pause)


def _wanted(response: urllib3.BaseHTTPResponse) -> float | None:
    """The seconds for which a busy host asks."""
    try:
        return Retry().get_retry_after(response)
    except urllib3.exceptions.InvalidHeader:
        return None


def check(found: dict[str, list[str]], asking: Asking, at_once: int = 8) -> Iterator[tuple[str, str]]:
    """Ask all addresses, several hosts at once; give each address with what is wrong with it, as answers come.

    Parameters
    ----------
    found
        See `addresses`.
    asking
        How they are asked.
    at_once
        How many hosts.
    """
    hosts = defaultdict(list)
    for url in found:
        hosts[urlsplit(url).netloc].append(url)
    with ThreadPoolExecutor(at_once) as workers:
        for answers in workers.map(lambda urls: [(url, asking(url)) for url in urls], hosts.values()):
            yield from answers


def main(data: Path, tests: Path, asking: Asking) -> int:
    """Print the addresses that do not answer, and where each is named; 1 if there are any."""
    found = addresses(data, tests)
    failed = 0
    for url, problem in check(found, asking):
        if problem:
            failed += 1
            print(f"{url}\n    {problem}\n    " + "\n    ".join(found[url]), flush=True)
    print(f"{failed} of {len(found)} addresses do not answer.")
    return int(failed > 0)


def _name() -> str:
    """What the program calls itself, with the address of the project for those who want to complain."""
    return f"{PROJECT}/{metadata.version(PROJECT)} links (+{project_url('Repository')})"
