"""The static edition in Firefox and in WebKit: a few pages, and all that they hold moved once.

Every page, with everything that can be done on it, is tested in Chromium: see test_site.py.
"""

import re
import shutil
from types import SimpleNamespace

import pytest
from driving import far_end, script
from engines import RECORDER, Firefox, WebKit
from lab import served
from numbers_page import COPIED, FOCUS, PASTED, SELECT, begins, write_numbers
from pages import explorers_in
from test_print import APART, letters, most, plain, sheets

from helpers.language import texts, use

pytestmark = pytest.mark.browser

THEMES = ["en/04-climate", "ja/05-polar"]  # countries as tags, and years that play; maps
SERVED = ["en/00-start", *THEMES]
OPENED = ["ja/90-project"]  # from its folder, without a server
# A policy that allows a page nothing but files of its own site; the one question whether more is allowed is told too.
POLICY, ASKED = "default-src 'self'", re.compile(r"not allowed: eval|blocked a JavaScript eval \(script-src\)")
WRONG = {
    "wrong.html": """<!DOCTYPE html><title>Wrong</title><script src="recorder.js"></script>
<img src="http://elsewhere.invalid/picture.png"><script src="wrong.js"></script><p style="color: red">""",
    "wrong.js": """console.error("a complaint");
setTimeout(() => { throw new Error("an exception") });
Promise.reject(new Error("a rejection"));
""",
}

HIDE = """(style) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    document.adoptedStyleSheets.push(sheet); // a policy forbids styles in the page
}"""
PAUSE = "() => new Promise((done) => setTimeout(done, 500))"  # for what comes late


@pytest.fixture(scope="session")
def recorded(folder, tmp_path_factory):
    """A copy of the site in which some pages record their complaints; one more page has much to complain of."""
    place = tmp_path_factory.mktemp("engines")
    shutil.copytree(folder, place, dirs_exist_ok=True)
    for name in SERVED + OPENED:
        page = place / f"{name}.html"
        before = page.read_text(encoding="utf-8")
        assert before.count("<head>") == 1
        page.write_text(before.replace("<head>", '<head><script src="../recorder.js"></script>'), encoding="utf-8")
    (place / "recorder.js").write_text(RECORDER, encoding="utf-8")
    for name, content in WRONG.items():
        (place / name).write_text(content, encoding="utf-8")
    return place


@pytest.fixture(scope="session")
def origin(recorded):
    """The address of a server of these pages, with a strict policy."""
    with served(recorded, Content_Security_Policy=POLICY) as origin:
        yield origin


@pytest.fixture(scope="class")
def engine(request):
    with request.cls.engine_class.opened() as engine:
        yield engine


@pytest.fixture(scope="class", params=SERVED + OPENED, ids=lambda name: name.replace("/", "-"))
def page(request, engine, recorded, origin):
    """A page in an engine, with every explorer drawn."""
    name = request.param
    place = recorded.as_uri() if name in OPENED else origin
    engine.forget()
    engine.visit(f"{place}/{name}.html")
    explorers = engine.evaluate(script("drawAll"), explorers_in(name))
    return SimpleNamespace(name=name, engine=engine, place=place, explorers=explorers)


class InAnEngine:
    """What a few pages must do in an engine beside Chromium."""

    def test_what_goes_wrong_on_a_page_is_noticed(self, engine, origin):
        engine.forget()
        engine.visit(f"{origin}/wrong.html")
        engine.evaluate(PAUSE)
        told = "\n".join(engine.complaints)
        assert all(words in told for words in ("a complaint", "an exception", "a rejection"))
        assert "elsewhere.invalid" in told and ("inline" in told or "style" in told), "what the policy refuses"

    def test_what_is_asked_of_other_machines_is_noticed(self, engine, recorded):
        engine.forget()
        engine.visit((recorded / "wrong.html").as_uri())
        engine.evaluate(PAUSE)
        assert any("elsewhere.invalid" in asked for asked in engine.asked)

    def test_every_explorer_draws(self, page):
        assert len(page.explorers) == explorers_in(page.name)
        assert [told for told in page.explorers if not (told and told["marks"] and told["sentence"])] == []

    def test_every_control_changes_the_picture_and_reset_restores_it(self, page):
        found = []
        for at, told in enumerate(page.explorers):
            steps = [(control["name"], far_end(SimpleNamespace(**control))) for control in told["controls"]]
            wrong = page.engine.evaluate(script("moveEach"), at, steps)
            found += [f"{told['name']}: {words}" for words in wrong]
        assert found == []

    def test_years_play(self, page):
        assert page.engine.evaluate(script("play")) == (None if page.name == "en/00-start" else [True, True])

    def test_questions_answer(self, page):
        use(page.name.split("/")[0])
        words = texts("common.questions")
        said = page.engine.evaluate(script("answerEach"))
        assert len(said) == (2 if page.name in THEMES else 0)
        begins = (words["noted"].partition("{}")[0], words["right"], words["wrong"])
        assert [told for told in said if not told.startswith(begins)] == []

    def test_nothing_is_asked_of_other_machines_and_nothing_complains(self, page):
        page.engine.evaluate(PAUSE)
        complaints = page.engine.complaints
        assert [told for told in complaints if not ASKED.search(told)] == [] and len(complaints) <= 1
        assert [asked for asked in page.engine.asked if not asked.startswith((page.place, "data:", "blob:"))] == []


class TestFirefox(InAnEngine):
    engine_class = Firefox

    def test_what_is_copied_begins_with_the_heads(self, engine, tmp_path):
        engine.visit(write_numbers(tmp_path))
        engine.evaluate(SELECT)
        engine.press("c", control=True)
        engine.evaluate(FOCUS)
        engine.press("v", control=True)
        assert begins(engine.evaluate(PASTED)) == COPIED

    def test_paper_says_what_the_charts_say(self, engine, origin):
        engine.visit(f"{origin}/en/01-oda.html")
        engine.evaluate(script("drawAll"), explorers_in("en/01-oda"))
        engine.evaluate(HIDE, APART)
        pdf, words = engine.print(), engine.evaluate(script("chartWords"))
        printed = letters(pdf)
        assert len(words) > 100 and [word for word in words if plain(word) not in printed] == []
        assert sheets(pdf) <= most("en/01-oda")


class TestWebKit(InAnEngine):
    engine_class = WebKit

    def test_japanese_pages_have_japanese_letters_on_a_chinese_system(self, page):
        places = ["main p", ".question legend", ".explorer-title", ".explorer-controls", ".explorer-chart svg text"]
        shapes = page.engine.evaluate(script("shapes"), places)
        assert shapes.pop(0) == "Chinese", "what the system has of itself"
        assert {*shapes} - {None} == {"Japanese" if page.name.startswith("ja/") else "Chinese"}
