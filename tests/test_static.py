"""The benchmark of the static pages: its pure parts, its server, and two small pages, one lazy and one that is not."""

import contextlib
import copy
import gzip
import json
import os
import subprocess
import sys
import time
import urllib.request
from http.client import HTTPConnection
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit

import psutil
import pytest
from test_javascript import needs

sys.path.append(str(Path(__file__).parent / "benchmarks"))

import lighthouse  # noqa: E402
import packages  # noqa: E402
import phone  # noqa: E402
import serving  # noqa: E402
import static  # noqa: E402

# Reports of Lighthouse


def audited(score=0.5, items=(), **more):
    return {"score": score, "details": {"items": list(items)}} | more


REPORT = {
    "requestedUrl": "http://page",
    "environment": {"benchmarkIndex": 1000},
    "categories": {
        "performance": {
            "score": 0.61,
            "auditRefs": [
                {"id": "first-contentful-paint", "weight": 10, "acronym": "FCP", "group": "metrics"},
                {"id": "total-blocking-time", "weight": 30, "acronym": "TBT", "group": "metrics"},
                {"id": "dom-size", "weight": 0, "group": "diagnostics"},
                {"id": "dom-size-insight", "weight": 0, "group": "hidden"},
                {"id": "third-party-summary", "weight": 0, "group": "diagnostics"},
                {"id": "bootup-time", "weight": 0, "group": "diagnostics"},
            ],
        },
        "accessibility": {"score": 1, "auditRefs": [{"id": "color-contrast", "weight": 7, "group": "a11y"}]},
    },
    "audits": {
        "first-contentful-paint": audited(0.9, numericValue=1500),
        "largest-contentful-paint": audited(0.9, numericValue=2500),
        "total-blocking-time": audited(0.2, numericValue=600),
        "cumulative-layout-shift": audited(1, numericValue=0.02),
        "interactive": audited(1, numericValue=4000),
        "dom-size": audited(0, displayValue="3,000 elements", numericValue=3000),
        "dom-size-insight": audited(0),
        "third-party-summary": audited(None),
        "color-contrast": audited(0),
        "layout-shifts": audited(None, [{"score": 0.0204, "node": {"selector": "main > p"}}]),
        "largest-contentful-paint-element": audited(1, [{"items": [{"node": {"selector": "h1"}}]}, {"items": []}]),
        "render-blocking-resources": audited(0, [{"url": "http://page/assets/site.css", "wastedMs": 150}]),
        "bootup-time": audited(
            0.95, [{"url": "http://page/", "scripting": 12.4}, {"url": "blob:http://page/1-2", "scripting": 3}]
        ),
        "mainthread-work-breakdown": audited(1, [{"groupLabel": "Other", "duration": 7.6}]),
    },
}


def report(score, blocking=600.0):
    made = copy.deepcopy(REPORT)
    made["categories"]["performance"]["score"] = score
    made["audits"]["total-blocking-time"]["numericValue"] = blocking
    return made


def test_a_report_is_read_in_seconds_and_points():
    read = lighthouse.read(REPORT)
    assert read.pop("performance") == pytest.approx(61)
    assert read == {"accessibility": 100, "FCP": 1.5, "LCP": 2.5, "TBT": 600, "CLS": 0.02, "TTI": 4}


def test_a_page_that_was_not_measured_is_an_error_that_names_it():
    with pytest.raises(lighthouse.LighthouseError, match=r"http://page: NO_FCP"):
        lighthouse.read(REPORT | {"runtimeError": {"code": "NO_FCP"}})


def test_the_median_is_of_each_number_by_itself():
    middle = lighthouse.middle([report(0.5, 300), report(0.7, 900), report(0.9, 100)])
    assert (middle["performance"], middle["TBT"], middle["machine"]) == (pytest.approx(70), 300, 1000)


def test_the_typical_report_has_the_middle_score():
    scores = [0.9, 0.5, 0.7, 0.8]
    assert lighthouse.typical([report(score) for score in scores])["categories"]["performance"]["score"] == 0.7


def test_what_costs_most_is_told_once_and_worst_first():
    costs = lighthouse.costs([REPORT])
    assert list(costs["points"]) == ["TBT", "FCP"] and costs["points"]["TBT"] == pytest.approx(24)
    assert costs["failed"] == {"performance": ["dom-size: 3,000 elements"], "accessibility": ["color-contrast"]}
    assert costs["shifts"] == [(0.02, "main > p")] and costs["largest"] == "h1" and costs["elements"] == 3000
    assert costs["blocking"] == [("site.css", 150)]
    assert costs["scripting"] == [
        ("http://page/", 12),
        ("made by the page", 3),
    ]
    assert costs["work"] == [("Other", 8)] and costs["third"] == 0


def test_what_moves_is_told_of_the_visit_in_which_most_moved():
    moving = report(0.9)
    moving["audits"]["cumulative-layout-shift"]["numericValue"] = 0.3
    moving["audits"]["layout-shifts"] = audited(None, [{"score": 0.3, "node": {"selector": "main > div"}}])
    costs = lighthouse.costs([report(0.5), report(0.7), moving])
    assert costs["shifts"] == [(0.3, "main > div")] and list(costs["points"]) == ["TBT", "FCP"]


def test_a_flag_with_spaces_stays_one_flag():
    assert lighthouse.quoted("--no-sandbox") == "--no-sandbox"
    assert lighthouse.quoted("--rules=MAP * ~NOTFOUND, EXCLUDE x") == '--rules="MAP * ~NOTFOUND, EXCLUDE x"'


@pytest.fixture
def program(tmp_path, chromium):
    """A program in place of Lighthouse."""
    needs("node")
    return tmp_path / "program.js"


@pytest.mark.browser
def test_no_report_is_an_error_with_what_the_program_says(program):
    program.write_text("console.error('Unable to connect'); process.exit(1);", encoding="utf-8")
    with pytest.raises(lighthouse.LighthouseError, match=r"http://page: Unable to connect"):
        lighthouse.run(program, "http://page")


@pytest.mark.browser
def test_a_run_without_end_leaves_no_process_behind(program, tmp_path, monkeypatch):
    """The clock is not asked: the time is over as soon as the program has started its child."""
    note = tmp_path / "pid"
    program.write_text(
        "const { spawn } = require('child_process'), { writeFileSync, renameSync } = require('fs');"
        "const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true });"
        f"writeFileSync('{note}.new', String(child.pid)); renameSync('{note}.new', '{note}');"
        "setInterval(() => {}, 1000);",
        encoding="utf-8",
    )

    class Endless(subprocess.Popen):
        def communicate(self, timeout=None):
            while not note.exists():
                assert self.poll() is None, "the program ended by itself"
                time.sleep(0.05)
            raise subprocess.TimeoutExpired(self.args, timeout)

    monkeypatch.setattr(lighthouse.subprocess, "Popen", Endless)
    with pytest.raises(lighthouse.LighthouseError, match="no report within"):
        lighthouse.run(program, "http://page")
    with contextlib.suppress(psutil.NoSuchProcess):
        child, patience = psutil.Process(int(note.read_text())), time.monotonic() + 10
        while child.status() != psutil.STATUS_ZOMBIE:  # killed, if not yet swept away
            assert time.monotonic() < patience, "it goes on"
            time.sleep(0.05)


def test_the_lock_pins_every_package_and_names_no_registry():
    lock = json.loads((lighthouse.HERE / "package-lock.json").read_text(encoding="utf-8"))
    wanted = json.loads((lighthouse.HERE / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    locked = {name.removeprefix("node_modules/"): entry for name, entry in lock["packages"].items() if name}
    assert {name: locked[name]["version"] for name in wanted} == wanted
    assert [name for name, entry in locked.items() if "integrity" not in entry or "resolved" in entry] == []


def test_a_package_with_another_checksum_is_refused(tmp_path, monkeypatch):
    made = tmp_path / "requirejs-2.3.8.tgz"
    made.write_bytes(b"something else")

    def pack(command, **_):
        (Path(command[command.index("--pack-destination") + 1]) / made.name).write_bytes(made.read_bytes())
        return type("Done", (), {"returncode": 0, "stderr": ""})

    monkeypatch.setattr(packages.platformdirs, "user_cache_dir", lambda _: str(tmp_path / "cache"))
    monkeypatch.setattr(packages.shutil, "which", lambda _: "npm")
    monkeypatch.setattr(packages.subprocess, "run", pack)
    with pytest.raises(RuntimeError, match="checksum differs"):
        packages.fetch.__wrapped__("requirejs")


# Numbers and tables


def test_ratios_are_of_numbers_that_both_have():
    ours = {"load": 5, "first": 1.5, "later": 2, "files": {"a": 1}, "only": 3}
    assert static.ratios(ours, {"load": 10, "first": 0, "later": None, "files": {"a": 2}}) == {"load": 0.5}


def test_a_table_has_a_row_for_each_edition_and_one_of_ratios():
    found = {"en/x.html": {"ours": {"load": 1234.56, "requests": 3}, "base": {"load": 2469.12, "requests": 4}}}
    head, ours, base, ratio = static.rows("bytes", found)
    assert head[:3] == ("page", "edition", "at load, kB") and {len(row) for row in (ours, base, ratio)} == {len(head)}
    assert ours == ("en/x.html", "ours", "1,234.6", "", "", "", "3") and base[2] == "2,469.1"
    assert ratio == ("en/x.html", "ratio", "0.50", "", "", "", "0.75")


def test_pages_without_a_base_have_no_ratio():
    rows = static.rows("bytes", {"en/x.html": {"ours": {"load": 1}, "plain": {"load": 2}}})
    assert [row[1] for row in rows] == ["edition", "ours", "plain"]


def test_the_costs_fit_into_a_table():
    costs = lighthouse.costs([REPORT]) | {"shifts": [(0.1, "p|q")]}
    head, row = static.cost_rows({"en/x.html": {"ours": {"costs": costs}}})
    assert len(head) == len(row) and row[1] == "TBT 24.0, FCP 1.0" and row[3] == "0.1 p\\|q"


def test_patterns_choose_pages_and_a_wrong_one_is_named(tmp_path):
    for page in ("index.html", "en/01-oda.html", "en/claims/BB031.html", "ja/01-oda.html"):
        (tmp_path / page).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / page).touch()
    assert static.chosen_pages(tmp_path, ["*/01-oda.html"]) == ["en/01-oda.html", "ja/01-oda.html"]
    assert len(static.chosen_pages(tmp_path, [])) == 4
    with pytest.raises(ValueError, match=r"en/02-mdgs\.html"):
        static.chosen_pages(tmp_path, ["index.html", "en/02-mdgs.html"])


def test_the_command_line_refuses_what_is_no_site(tmp_path, capsys):
    with pytest.raises(SystemExit):
        static.parse([str(tmp_path)])
    assert "no built site" in capsys.readouterr().err
    (tmp_path / "index.html").touch()
    chosen = static.parse([str(tmp_path), "--base", str(tmp_path), "--parts", "bytes"])
    assert (chosen.runs, chosen.base, chosen.parts) == (5, tmp_path, ["bytes"])


def test_tasks_and_moves_are_split_where_scrolling_began():
    tasks = [{"start": 10, "ms": 400}, {"start": 950, "ms": 60}, {"start": 2000, "ms": 90}]
    shifts = [{"start": 20, "by": 0.5}, {"start": 1500, "by": 0.1}, {"start": 1600, "by": 0.2}]
    split = phone.split(tasks, shifts, 1000)
    assert split.pop("shift") == pytest.approx(0.3)
    assert split == {"opening": 400, "scrolling": 90, "blocked": 50}
    assert phone.split([], [], 0) == {"opening": 0, "scrolling": 0, "blocked": 0, "shift": 0}


def test_charts_are_summed_up_over_visits():
    visits = [
        {"load": 1, "explorers": 3, "opened": 4, "times": [2.0, 0.1, 0.5]},
        {"load": 3, "explorers": 3, "opened": 6, "times": [4.0, 0.2, 0.9]},
        {"load": 2, "explorers": 3, "opened": 5, "times": [3.0, 0.3, 0.7]},
    ]
    summed = phone.charts(visits)
    assert summed == {"load": 2, "explorers": 3, "first": 3, "opened": 5, "later": pytest.approx(0.4), "worst": 0.7}
    assert "first" not in phone.charts([{"load": 1, "explorers": 0, "opened": None, "times": []}])
    assert "later" not in phone.charts([{"load": 1, "explorers": 1, "opened": 2, "times": [1]}])


def test_libraries_are_what_pages_share():
    files = {"/assets/library.js": 10, "/plain/embed.js": 5, "/plain/en-01-oda.html": 70, "/en/01-oda.html": 90}
    assert phone.libraries(files) == 15


# The server


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "secret.txt").write_text("outside", encoding="utf-8")
    site = tmp_path / "site"
    (site / "assets").mkdir(parents=True)
    (site / "index.html").write_text("<p>" + "援助 " * 500, encoding="utf-8")
    (site / "assets" / "dot.png").write_bytes(b"\x89PNG" * 100)
    (site / "assets" / "one.js").write_text("1;", encoding="utf-8")
    return site


def ask(address, path, encoding="gzip"):
    request = urllib.request.Request(f"{address}/{path}", headers={"Accept-Encoding": encoding})
    with urllib.request.urlopen(request) as answer:
        return answer.headers, answer.read()


def test_texts_are_compressed_for_whom_it_may_concern(folder):
    plain = (folder / "index.html").read_bytes()
    with serving.zipped(folder) as address:
        heads, body = ask(address, "index.html")
        assert heads["Content-Encoding"] == "gzip" and gzip.decompress(body) == plain and len(body) < len(plain)
        assert heads["Content-Type"] == "text/html; charset=utf-8"
        heads, body = ask(address, "", "identity")
        assert heads["Content-Encoding"] is None and body == plain
        heads, body = ask(address, "assets/dot.png")
        assert heads["Content-Encoding"] is None and heads["Content-Type"] == "image/png" and len(body) == 400
        assert ask(address, "assets/one.js?v=1")[0]["Content-Type"].startswith("text/javascript")


def test_what_has_changed_is_sent_anew(folder):
    file = folder / "assets" / "one.js"
    with serving.zipped(folder) as address:
        assert gzip.decompress(ask(address, "assets/one.js")[1]) == b"1;"
        file.write_text("2;", encoding="utf-8")
        os.utime(file, ns=(1, 1))
        assert gzip.decompress(ask(address, "assets/one.js")[1]) == b"2;"


def test_another_folder_stands_below_its_name_and_nothing_outside_is_served(folder, tmp_path):
    beside = tmp_path / "beside"
    beside.mkdir()
    (beside / "page.html").write_text("beside", encoding="utf-8")
    with serving.zipped(folder, plain=beside) as address:
        assert ask(address, "plain/page.html", "identity")[1] == b"beside"
        for path in ("/missing.html", "/../secret.txt", "/plain/../secret.txt", "/%2e%2e/secret.txt"):
            connection = HTTPConnection(urlsplit(address).netloc)
            connection.request("GET", path)
            assert connection.getresponse().status == 404, path
            connection.close()
        with pytest.raises(HTTPError):
            ask(address, "assets")


# Two pages in a browser. What is measured is not judged: only what holds on any machine.

HEAD = (
    "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'><link rel=icon href='data:,'>"
)
LAZY = (
    HEAD
    + """<body>
<div style='height: 1200px'></div>
<section id=a><p>One</p><div class=stand-in-explorer><img width=300 height=200 alt='' src='data:,'></div></section>
<div style='height: 4000px'></div>
<section id=b><div class=stand-in-explorer></div><div class=stand-in-explorer></div></section>
<script>
    const near = new IntersectionObserver(seen => seen.filter(e => e.isIntersecting).forEach(async ({ target }) => {
        near.unobserve(target);
        const kind = await (await fetch('assets/library.js')).text();
        target.outerHTML = '<div class=explorer-panel style="height: 300px"></div>';
        for (const panel of document.querySelectorAll('.explorer-panel')) panel.explorer ??= kind;
    }));
    addEventListener('scroll', () => document.querySelectorAll('.stand-in-explorer').forEach(e => near.observe(e)));
</script>"""
)
EAGER = (
    HEAD
    + """<body>
<div class=jp-Cell><div><script type='application/vnd.jupyter.widget-view+json'>{"model_id": "q"}</script></div></div>
<div class=jp-Cell><div><script type='application/vnd.jupyter.widget-view+json'>{"model_id": "e"}</script></div></div>
<script type='application/vnd.jupyter.widget-state+json'>
    {"state": {"q": {"state": {}}, "e": {"state": {"_dom_classes": ["explorer"]}}}}
</script>
<script src='assets/library.js'></script>
<script>addEventListener('load', () => setTimeout(() => {
    const panel = document.createElement('div');
    panel.className = 'explorer-panel';
    document.querySelectorAll('.jp-Cell')[1].append(panel);
    setTimeout(() => (panel.explorer = {}), 200);
}, 200));</script>"""
)


@pytest.fixture
def pages(tmp_path, monkeypatch):
    monkeypatch.setattr(phone, "SETTLE", 300)
    (tmp_path / "assets").mkdir()
    (tmp_path / "lazy.html").write_text(LAZY, encoding="utf-8")
    (tmp_path / "eager.html").write_text(EAGER, encoding="utf-8")
    (tmp_path / "assets" / "library.js").write_text("// " + "library " * 1000, encoding="utf-8")
    with serving.zipped(tmp_path) as address:
        yield address


@pytest.mark.browser
def test_a_lazy_page_weighs_its_library_only_when_it_is_read(chromium, pages):
    weight = phone.weigh(chromium, f"{pages}/lazy.html")
    assert 0 < weight["load"] == weight["settled"] == weight["files"]["/lazy.html"]
    assert weight["seen"] == weight["settled"] + weight["libraries"] and weight["libraries"] > 0


@pytest.mark.browser
def test_an_eager_page_weighs_its_library_at_once(chromium, pages):
    weight = phone.weigh(chromium, f"{pages}/eager.html")
    assert weight["load"] == weight["seen"] == weight["libraries"] + weight["files"]["/eager.html"]
    assert weight["libraries"] > 0 and weight["requests"] == 2


@pytest.mark.browser
@pytest.mark.parametrize(("page", "places", "explorers"), [("lazy", 2, 3), ("eager", 1, 1)])
def test_every_place_becomes_live_on_a_slow_phone(chromium, pages, page, places, explorers):
    found = phone.wait_for_charts(chromium, f"{pages}/{page}.html")
    assert (len(found["times"]), found["explorers"]) == (places, explorers)
    if page == "lazy":
        assert found["times"][0] > phone.NETWORK["latency"] / 1000, "its library comes over the slow network"
    assert found["opened"] > found["times"][0], "from the opening of the page, not from its load event"
    assert found["opened"] > found["load"] > phone.NETWORK["latency"] / 1000
    scrolled = phone.scroll_through(chromium, f"{pages}/{page}.html")
    assert (scrolled["places"], scrolled["lives"]) == (places, places)
