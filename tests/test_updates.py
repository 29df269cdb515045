"""A site that is replaced while a browser keeps files of the earlier one, as servers allow for some minutes."""

import os
import re
from types import SimpleNamespace

import pytest
from lab import served
from pages import explorers_in

from helpers.commands.site.builds import mark_builds
from helpers.language import text

DRAWN = "count => [...document.querySelectorAll('.explorer-panel')].filter(e => e.explorer).length === count"
RELOADED = "document.readyState === 'complete' && performance.getEntriesByType('navigation')[0].type === 'reload'"
PAGES = ["en/01-oda", "en/03-environment"]
MARK = re.compile(r"\?[0-9a-f]{8}(?=\")")
LIBRARIES = {f"assets/{name}": "" for name in ("programs.js", "vega.js", "widgets.css", "widgets.js")}
SITE = LIBRARIES | {"assets/site.js": "const MARKS = {};"}


def test_every_file_that_a_page_names_is_named_by_its_content():
    page = (
        '<script src="../assets/site.js"></script><a href="b.html"></a><a href="x.csv"></a><i data-file="v/1.js"></i>'
    )
    one, two = (mark_builds(SITE | {"en/a.html": page, "en/v/1.js": content})["en/a.html"] for content in "ab")
    assert MARK.sub("", one) == page and one.count("?") == 2
    changed = [(a, b) for a, b in zip(one.split('"'), two.split('"'), strict=True) if a != b]
    assert len(changed) == 1 and changed[0][0].startswith("v/1.js?"), "only what is another file has another name"
    other = mark_builds(SITE | {"en/a.html": page, "en/v/1.js": "a", "assets/vega.js": "other"})
    assert other["en/a.html"] != one and other["assets/site.js"] != mark_builds(SITE)["assets/site.js"]


@pytest.fixture(scope="module")
def builds(folder, tmp_path_factory):
    """Two builds of a few pages, whose widgets have other programs, and a server that gives one of them."""
    place = tmp_path_factory.mktemp("builds")
    one = {}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name.startswith(
            ("assets", *PAGES, *(f"{p[:2]}/{k}/{p[3:]}" for p in PAGES for k in KINDS))
        ):
            content = path.read_text(encoding="utf-8")
            one[name] = MARK.sub("", content) if name.endswith(".html") else content
    one["assets/site.js"] = re.sub(r"const MARKS = \{.*?\};", "const MARKS = {};", one["assets/site.js"])
    names = re.findall(r'bluebook\.programs\["(\w+)"\]', one["assets/programs.js"])
    two = {path: re.sub("|".join(names), lambda found: found[0][::-1], content) for path, content in one.items()}
    for build, files, time in (("old", one, 1_000_000_000), ("new", two, 1_000_000_060)):  # a server tells them apart
        for path, content in mark_builds(files).items():
            (place / build / path).parent.mkdir(parents=True, exist_ok=True)
            (place / build / path).write_text(content, encoding="utf-8")
            os.utime(place / build / path, (time, time))

    def give(build):
        (place / "next").symlink_to(place / build)
        os.replace(place / "next", place / "site")

    give("old")
    with served(place / "site", Cache_Control="max-age=600") as address:
        yield SimpleNamespace(address=address, give=give)


KINDS = ("views", "stills")


@pytest.fixture
def page(chromium, builds):
    builds.give("old")
    with chromium.new_context(viewport={"width": 1300, "height": 900}) as context:
        yield context.new_page()


def wake(page, name):
    page.evaluate("bluebook.all()")
    page.wait_for_function(DRAWN, arg=explorers_in(name))
    assert page.locator("[role=alert]").count() == 0


@pytest.mark.browser
def test_after_an_update_the_next_page_draws_all_its_charts(page, builds):
    page.goto(f"{builds.address}/{PAGES[0]}.html")
    wake(page, PAGES[0])
    builds.give("new")
    page.click(".pages summary")
    page.click(".pages a[href$='03-environment.html']")
    page.wait_for_load_state()
    wake(page, PAGES[1])
    assert page.locator(".about .state").text_content() == text("site.waking.alive")


@pytest.mark.browser
def test_a_page_that_finds_files_of_another_build_is_loaded_anew_once_and_says_so(page, builds):
    page.goto(f"{builds.address}/{PAGES[0]}.html")
    page.evaluate("document.querySelector('.stand-in-explorer').scrollIntoView()")
    page.wait_for_function("document.querySelector('.explorer-panel')?.explorer")
    builds.give("new")
    page.evaluate("[...document.querySelectorAll('.stand-in-explorer')].at(-1).scrollIntoView()")
    page.wait_for_function(RELOADED)
    assert page.locator(".about .state").text_content() == text("site.waking.renewed")
    wake(page, PAGES[0])


@pytest.mark.browser
def test_a_page_that_stays_of_another_build_says_so_in_each_place(page, builds):
    old = (builds.address, "assets/programs.js")
    body = page.request.get("/".join(old)).text()
    builds.give("new")
    page.route("**/programs.js*", lambda route: route.fulfill(body=body, content_type="text/javascript"))
    page.goto(f"{builds.address}/{PAGES[1]}.html")
    page.evaluate("void bluebook.all()")
    page.wait_for_function(RELOADED)
    page.evaluate("document.querySelector('.stand-in-explorer').scrollIntoView()")
    page.locator(".stand-in-explorer [role=alert]").first.wait_for()
    assert text("site.waking.mixed") in page.locator(".stand-in-explorer [role=alert]").first.text_content()
    assert page.locator(".stand-in-explorer img").first.is_visible()
