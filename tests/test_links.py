"""The addresses that the collection names are asked politely, and those that do not answer are told with their places.

Everything is asked of a server on this machine: the world is asked by `python -m helpers links` only.
"""

import csv
import json
import time
from urllib.parse import urlsplit

import pytest
from lab import ROOT
from loopback import Loopback

from helpers.__main__ import parser
from helpers.commands import links
from helpers.commands.links import Asking, addresses, check
from helpers.tables import PACKAGE, load


class Publisher(Loopback):
    """Answers by path or method and path: status or (status, headers), or a list of them; notes what was asked."""

    def __init__(self):
        super().__init__()
        self.now = self.most = 0

    def answer(self, handler):
        self.now += 1
        self.most = max(self.most, self.now)
        self.asked.append((handler.command, handler.path, time.monotonic(), handler.headers["User-Agent"]))
        time.sleep(0.02)
        answer = self.take((handler.command, handler.path), handler.path, otherwise=404)
        status, headers = answer if isinstance(answer, tuple) else (answer, {})
        self.now -= 1
        if status is None:
            time.sleep(1.4)
        else:
            self.send(handler, status, headers)

    def methods(self, path):
        return [method for method, asked, *_ in self.asked if asked == path]


@pytest.fixture
def publisher():
    made = Publisher()
    yield made
    made.close()


@pytest.fixture
def asking():
    return Asking(timeout=1, pause=0.01, tries=3, longest=0.5)


def test_a_page_that_answers_is_asked_for_its_head_only(publisher, asking):
    publisher.answers["/page"] = 200
    assert asking(f"{publisher.address}/page#part") == ""
    assert publisher.methods("/page") == ["HEAD"]


def test_a_redirection_is_followed_to_its_end(publisher, asking):
    publisher.answers |= {"/old": (301, {"Location": "/new"}), "/new": 200, "/lost": (301, {"Location": "/gone"})}
    publisher.answers["/circle"] = (302, {"Location": "/circle"})
    assert asking(f"{publisher.address}/old") == ""
    assert asking(f"{publisher.address}/lost").startswith("404")
    assert "redirections" in asking(f"{publisher.address}/circle")


def test_a_missing_page_is_asked_for_twice_and_told(publisher, asking):
    assert asking(f"{publisher.address}/gone") == "404"
    assert publisher.methods("/gone") == ["HEAD", "GET"]


@pytest.mark.parametrize("refusal", [405, 403, 501, None])
def test_a_host_that_refuses_heads_is_asked_for_the_page(publisher, asking, refusal):
    publisher.answers |= {("HEAD", "/page"): refusal, ("GET", "/page"): 200}
    assert asking(f"{publisher.address}/page") == ""
    assert publisher.methods("/page") == ["HEAD", "GET"]


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_host_gets_the_time_it_asks_for(publisher, status):
    publisher.answers["/page"] = [(status, {"Retry-After": "1"}), 200]
    assert Asking(timeout=1, pause=0.01, longest=5)(f"{publisher.address}/page") == ""
    first, second = (asked[2] for asked in publisher.asked)
    assert second - first >= 1


@pytest.mark.parametrize("wanted", ["3600", "soon", None])
def test_no_host_is_waited_for_without_end(publisher, asking, wanted):
    publisher.answers["/page"] = (429, {"Retry-After": wanted} if wanted else {})
    start = time.monotonic()
    assert asking(f"{publisher.address}/page") == "429"
    assert len(publisher.asked) == asking.tries and time.monotonic() - start < 20


def test_without_a_named_time_the_waits_grow(publisher):
    publisher.answers["/page"] = 503
    assert Asking(timeout=1, pause=0.1)(f"{publisher.address}/page") == "503"
    first, second, third = (asked[2] for asked in publisher.asked)
    assert second - first >= 0.2 and third - second >= 0.4


def test_silence_and_a_host_that_is_not_there_are_told(publisher, asking):
    publisher.answers["/silent"] = None
    assert asking(f"{publisher.address}/silent") == "no answer in 1 s"
    empty = publisher.address
    publisher.close()
    assert asking(f"{empty}/page").startswith("no answer")


def test_a_host_gets_one_request_at_a_time_with_a_pause(publisher):
    asking = Asking(timeout=1, pause=0.1)
    publisher.answers |= {f"/{number}": 200 for number in range(4)} | {"/away": (302, {"Location": "/0"})}
    other = Publisher()
    other.answers["/"] = (302, {"Location": f"{publisher.address}/1"})
    found = {f"{publisher.address}/{name}": ["here"] for name in (0, 1, 2, 3, "away")} | {
        f"{other.address}/": ["there"]
    }
    assert sorted(check(found, asking)) == sorted((url, "") for url in found)
    other.close()
    times = [asked[2] for asked in publisher.asked]
    assert publisher.most == 1 and len(times) == 7
    assert all(later - earlier >= 0.1 for earlier, later in zip(times, times[1:], strict=False))


def test_the_program_says_who_asks(publisher, asking):
    publisher.answers["/page"] = 200
    asking(f"{publisher.address}/page")
    agent = publisher.asked[0][3]
    assert agent.startswith("bluebook-notebooks/") and "(+https://" in agent


def written(tmp_path, publisher):
    """A collection with a good source, a source named twice that is gone, a document and an anchor."""
    data, tests = tmp_path / "data", tmp_path / "tests"
    (data / "bluebook").mkdir(parents=True)
    tests.mkdir()
    sources = {"one": ["/good", "/gone"], "two": ["/gone"]}
    resources = [
        {"name": name, "sources": [{"path": publisher.address + path} for path in paths]}
        for name, paths in sources.items()
    ]
    (data / "datapackage.json").write_text(json.dumps({"resources": [*resources, {"name": "plain"}]}))
    (data / "bluebook/evidence.csv").write_text(f"claim_id,document,url\nBB001,d1,{publisher.address}/paper\n")
    (tests / "anchors.csv").write_text(f"table,column,address\none,amount,{publisher.address}/anchor\n")
    return data, tests


def test_what_fails_is_printed_with_every_place_that_names_it(tmp_path, publisher, asking, capsys):
    data, tests = written(tmp_path, publisher)
    publisher.answers |= {"/good": 200, "/paper": 403, "/anchor": 200}
    assert links.main(data, tests, asking) == 1
    told = capsys.readouterr().out
    assert f"{publisher.address}/gone\n    404\n    datapackage.json, one\n    datapackage.json, two\n" in told
    assert "/paper\n    403 may refuse programs only: look with a browser\n    evidence.csv, BB001 d1\n" in told
    assert "/good" not in told and "/anchor" not in told and "2 of 4 addresses" in told


def test_nothing_fails_where_all_answer(tmp_path, publisher, asking, capsys):
    data, tests = written(tmp_path, publisher)
    publisher.answers |= dict.fromkeys(("/good", "/gone", "/paper", "/anchor"), 200)
    assert links.main(data, tests, asking) == 0
    assert capsys.readouterr().out == "0 of 4 addresses do not answer.\n"


def test_every_address_of_the_collection_is_collected():
    found = addresses(PACKAGE.folder, ROOT / "tests")
    places = {place for named in found.values() for place in named}
    sourced = {f"datapackage.json, {name}" for name, entry in PACKAGE.resources.items() if entry.get("sources")}
    with (PACKAGE.folder / "bluebook/evidence.csv").open(encoding="utf-8", newline="") as file:
        documents = {f"evidence.csv, {row['claim_id']} {row['document']}" for row in csv.DictReader(file)}
    parts = {f"outline.csv, {part}" for part in load("bluebook_outline").dropna(subset="url").section_id}
    assert sourced <= places and documents <= places and parts <= places
    assert any(place.startswith("anchors.csv") for place in places)
    assert all(urlsplit(url).hostname for url in found)


def test_an_installed_copy_without_tests_has_its_addresses(tmp_path):
    assert not any("anchors" in place for named in addresses(PACKAGE.folder, tmp_path).values() for place in named)


def test_the_command_takes_time_and_pause():
    chosen = parser.parse_args(["links", "--timeout", "5", "--pause", "3"])
    assert (chosen.command.__name__, chosen.timeout, chosen.pause) == ("links", 5, 3)
