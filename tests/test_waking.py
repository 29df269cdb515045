"""What a static page says while its charts and questions are on the way, and where they cannot come."""

import re
import statistics
import subprocess

import pytest
from lab import ROOT
from pages import explorers_in
from test_javascript import tool

from helpers.language import texts, use

pytestmark = pytest.mark.browser
NAME = "ja/01-oda"
FIRST = "document.querySelector('.stand-in-{}').scrollIntoView({{ block: 'center' }})"
# The oldest browsers in which charts and questions work, as texts and guide state them: the first with each function
# of NEEDED in site.js, and with all syntax of the programs.
OLDEST = {"chrome": "98", "edge": "98", "firefox": "113", "safari": "16.4"}


@pytest.fixture
def words():
    use("ja")
    return texts("site.waking")


@pytest.fixture
def page(chromium):
    with chromium.new_context(viewport={"width": 1300, "height": 900}) as context:
        yield context.new_page()


def told(page, kind="explorer"):
    """What the first place of a kind says when it does not wake."""
    page.evaluate(FIRST.format(kind))
    place = page.locator(f".stand-in-{kind} [role=alert]").first
    place.wait_for()
    said = place.text_content()
    assert place.locator("a.worksheet").count() == 1, "the way to the worksheet"
    assert page.locator(".stand-in-explorer img").first.is_visible(), "the picture stays"
    return said


def test_every_program_is_in_the_syntax_of_the_browsers_that_the_texts_name(folder):
    target = ",".join(name + version for name, version in OLDEST.items())
    for path in (folder / "assets").glob("*.js"):
        made = [
            subprocess.run([tool("esbuild"), path, f"--target={to}"], capture_output=True, text=True, check=True).stdout
            for to in ("esnext", target)
        ]
        assert made[0] == made[1], path.name
    for code in ("en", "ja"):
        use(code)
        guide = (ROOT / "notebooks" / code / "teaching-guide.md").read_text(encoding="utf-8")
        readme = (ROOT / ("README.md" if code == "en" else "README.ja.md")).read_text(encoding="utf-8")
        for said in (texts("site.waking")["oldest"], guide, readme):
            for name, version in OLDEST.items():
                assert re.search(rf"{name}( and Edge)? {re.escape(version)}(?!\d)", said, re.IGNORECASE), (code, name)


def cut(route):
    body = route.fetch().text()
    route.fulfill(body=body[: len(body) // 2], content_type="text/javascript")


@pytest.mark.parametrize(
    ("file", "damage", "kinds"),
    [("vega.js", "damaged", ["explorer"]), ("widgets.js", "missing", ["explorer", "question"])],
)
def test_a_library_that_is_missing_or_cut_off_is_named_in_each_place(page, address, words, file, damage, kinds):
    page.route(f"**/{file}*", (lambda route: route.abort()) if damage == "missing" else cut)
    page.goto(f"{address}/{NAME}.html")
    for kind in kinds:
        said = told(page, kind)
        assert words["stays"] in said and words[damage].replace("{}", file) in said and words["oldest"] in said
    assert page.locator(".about .state").text_content() != words["alive"], "nothing is claimed that is not so"
    page.unroute_all(behavior="wait")
    for _ in range(2):  # places that had not given up yet come with the second
        page.evaluate("bluebook.all()")
    assert page.locator(".stand-in, .coming, [role=alert]").count() == 0, "it is tried again"
    assert page.locator(".about .state").text_content() == words["alive"]


@pytest.mark.parametrize("lacks", ["DecompressionStream", "structuredClone", "Object.hasOwn"])
def test_a_browser_that_is_too_old_for_charts_is_told_so_and_questions_live(page, address, words, lacks):
    page.add_init_script(f"delete globalThis.{lacks}")
    page.goto(f"{address}/{NAME}.html")
    said = told(page)
    assert words["old"].replace("{}", lacks) in said and words["oldest"] in said
    assert "カーネル" not in said
    page.evaluate(FIRST.format("question"))
    page.locator(".question button:enabled").first.wait_for()


def test_without_the_start_program_each_place_leads_to_the_reason(page, address, words):
    page.route("**/site.js*", lambda route: route.abort())
    page.goto(f"{address}/{NAME}.html")
    state = page.locator(".about .state")
    assert state.text_content() == f"{words['still']} {words['oldest']}"
    places = page.locator(".stand-in:is(.stand-in-explorer, .stand-in-question)")
    notes = page.locator(".stand-in .stand-in-note:visible")
    assert notes.count() == places.count() > 30 and set(notes.all_text_contents()) == {words["asleep"]}
    notes.last.click()
    assert page.evaluate("document.querySelector('.about .state:target').getBoundingClientRect().top") > -1


def test_nothing_is_claimed_before_it_is_known_and_no_text_moves_for_it(page, address, words):
    page.set_viewport_size({"width": 390, "height": 800})
    page.route("**/site.js*", lambda route: route.abort())
    page.goto(f"{address}/{NAME}.html")
    top = "document.querySelector('h2').getBoundingClientRect().top + scrollY"
    before = page.evaluate(top)
    page.unroute("**/site.js*")
    page.goto(f"{address}/{NAME}.html")
    assert page.locator(".about .state").text_content() == words["ready"]
    assert page.evaluate(top) == pytest.approx(before, abs=1)
    page.evaluate("bluebook.all()")
    assert page.locator(".about .state").text_content() == words["alive"]


@pytest.mark.parametrize("width", [390, 1300])
def test_each_place_says_that_it_is_loading_and_keeps_its_room(page, address, words, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.route("**/widgets.js*", lambda route: None)  # held back
    page.goto(f"{address}/{NAME}.html")
    heights = "() => [...document.querySelectorAll('.stand-in')].map(e => e.getBoundingClientRect().height)"
    before = page.evaluate(heights)
    page.mouse.wheel(0, 5)
    page.wait_for_function("word => document.body.innerText.includes(word)", arg=words["loading_chart"], timeout=5000)
    said = page.locator(".stand-in .stand-in-note").all_text_contents()
    assert said.count(words["loading_chart"]) == explorers_in(NAME) and len(set(said)) == 2 and len(said) > 30
    assert min(before) > 60 and page.evaluate(heights) == pytest.approx(before, abs=1)
    page.unroute("**/widgets.js*")
    page.evaluate("bluebook.all()")
    assert page.locator(".stand-in, [role=alert]").count() == 0


@pytest.mark.parametrize("width", [390, 768, 1300])
@pytest.mark.parametrize("name", ["en/04-climate", "ja/01-oda"])
def test_a_chart_wakes_in_the_room_of_what_stood_in_its_place(chromium, address, name, width):
    """On a telephone controls are as high as a finger, and take more lines than on a desk."""
    with chromium.new_context(viewport={"width": width, "height": 844}, has_touch=width < 1000) as context:
        page = context.new_page()
        page.goto(f"{address}/{name}.html")
        page.evaluate("""() => {
            document.querySelectorAll("details.answer").forEach((fold) => { fold.open = true; });
            globalThis.rooms = [...document.querySelectorAll(".stand-in-explorer")].map((e) => e.parentElement);
        }""")
        high = """() => rooms.map(({ firstElementChild: e }) => {
            e.style.contentVisibility = "visible";
            return e.getBoundingClientRect().height;
        })"""
        before = page.evaluate(high)
        page.evaluate("bluebook.all()")
        moved = [after - first for after, first in zip(page.evaluate(high), before, strict=True)]
        assert len(moved) == explorers_in(name)
        assert max(map(abs, moved)) <= 20, moved
        assert statistics.median(map(abs, moved)) <= 2, moved


HEIGHTS = """() => [...document.querySelectorAll("main > section")].filter((e) => e.offsetHeight).map((e) => {
    const room = parseFloat(getComputedStyle(e).getPropertyValue("--high"));
    e.style.contentVisibility = "visible";
    return [e.id, room, e.offsetHeight / 16];
})"""


@pytest.mark.parametrize("code", ["en", "ja"])
@pytest.mark.parametrize("name", ["01-oda", "04-climate", "05-polar"])
def test_a_section_that_is_far_away_has_about_the_room_that_it_needs(page, address, code, name):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/{code}/{name}.html")
    texts = page.evaluate("[...document.querySelectorAll('main > section:not(.charts)')].map(e => e.id)")
    seen = [(room, high) for id, room, high in page.evaluate(HEIGHTS) if id in texts]
    assert len(seen) > 30
    assert sum(high > room for room, high in seen) < 0.05 * len(seen), "what is higher lies over what follows"
    assert sum(room for room, _ in seen) < 1.5 * sum(high for _, high in seen), "nor is much room left empty"


@pytest.mark.parametrize("place", ["h-5-the-puzzle-asia-and-the-21", "h-limits", "view=oda-puzzle"])
def test_a_link_arrives_and_stays_where_the_browser_does_not_hold_the_place(page, folder, address, place):
    if not place.startswith("view="):
        ids = re.findall(r'<h2[^>]* id="([^"]+)"|<h2 id="([^"]+)"', (folder / "ja/01-oda.html").read_text("utf-8"))
        found = [name for pair in ids for name in pair if name]
        place = found[5] if place.startswith("h-5") else found[-3]
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => { document.documentElement.style.overflowAnchor = 'none'; });"
    )
    page.goto(f"{address}/{NAME}.html#{place}")
    top = """place => (document.getElementById(place) ??
        document.querySelector(`[data-view='${place.slice(5)}']`)).getBoundingClientRect().top"""
    for _ in range(2):
        page.wait_for_timeout(300)
        assert -5 < page.evaluate(top, place) < 850
        page.evaluate("bluebook.all()")
    page.mouse.wheel(0, -300)
    page.wait_for_timeout(300)
    moved = page.evaluate(top, place)
    page.evaluate("document.querySelector('main').append('more')")
    page.wait_for_timeout(200)
    assert page.evaluate(top, place) == pytest.approx(moved, abs=2), "after the reader has moved, nothing holds"


def test_a_chart_is_drawn_in_several_tasks_and_a_reader_is_answered_in_between(page, address):
    page.goto(f"{address}/{NAME}.html")
    page.evaluate(FIRST.format("explorer"))
    page.wait_for_selector(".explorer-chart svg")
    page.wait_for_function("!document.querySelector('.coming')")
    answered = page.evaluate("""async () => {
        const { chart } = document.querySelector(".explorer-panel").explorer;
        const goOn = scheduler.yield.bind(scheduler);
        let answered = 0;
        scheduler.yield = () => {
            scheduler.postTask(() => answered++, { priority: "user-blocking" }); // as a tap is
            return goOn();
        };
        await chart.redraw();
        return answered;
    }""")
    assert answered >= 2, "after it has been read and computed; more where another chart is drawn meanwhile"
