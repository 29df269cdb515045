"""One cursor over the marks of a chart: for the keyboard, for a finger, and for those who listen.

That every row of every chart can be walked and tapped is tried with the other tests of its page (test_site.py).
"""

import contextlib

import pytest
from pages import explorers_in
from test_site import visit, woken

from helpers.language import texts, use

pytestmark = pytest.mark.browser
SAID = "e => e.querySelector('.explorer-spoken').textContent"
READ = "e => e.querySelector('.explorer-readout:not([hidden])')?.textContent ?? null"
READINGS = """e => {
    const { view } = e.explorer.chart, read = view.scenegraph;
    window.readings = 0;
    view.scenegraph = (...given) => { window.readings += 1; return read.apply(view, given); };
}"""


FINGER = {"wide": 390, "has_touch": True, "is_mobile": True}


@contextlib.contextmanager
def opened(chromium, address, name, **options):
    """A page with every chart awake."""
    seen = visit(chromium, f"{address}/{name}.html", explorers_in(name), **options)
    yield seen.page
    assert seen.complaints == []
    seen.page.close()


@pytest.fixture(scope="module")
def wide(chromium, address):
    """The page of the first theme in a wide window."""
    with opened(chromium, address, "en/01-oda") as page:
        yield page


@pytest.fixture(scope="module")
def phone(chromium, address):
    """The same on a telephone."""
    with opened(chromium, address, "en/01-oda", **FINGER) as page:
        yield page


def focused(page, name):
    """The panel of an explorer whose chart has the focus."""
    panel = woken(page, name)
    panel.query_selector(".explorer-chart").scroll_into_view_if_needed()
    panel.query_selector(".explorer-chart").press("Escape")
    return panel


def said(page, panel, *keys):
    """What is spoken after some keys."""
    for key in keys:
        page.keyboard.press(key)
    return panel.evaluate(SAID)


def test_a_chart_is_one_stop_of_the_tabulator_and_says_what_its_keys_do(chromium, address):
    for page_name, code in (("en/01-oda", "en"), ("ja/01-oda", "ja")):
        use(code)
        words = texts("common.explorer.words")
        with opened(chromium, address, page_name) as page:
            panel = woken(page, "oda-ranking")
            stops = panel.eval_on_selector_all(
                ".explorer-chart, .explorer-chart *", "all => all.filter(n => n.tabIndex >= 0).length"
            )
            assert stops == 1
            place = panel.query_selector(".explorer-chart")
            told = [place.get_attribute(f"aria-{name}") for name in ("roledescription", "description", "label")]
            assert told == [words["chart"], words["keys"], texts("oda.ranking.description")]
            place.focus()
            page.keyboard.press("Shift+Tab")
            page.keyboard.press("Tab")
            assert panel.evaluate(READ) == words["keys"], "who comes by the keyboard sees what it does"
            page.keyboard.press("ArrowRight")
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.textContent") == words["more"]
            assert panel.evaluate(READ) is None, "and who goes on leaves nothing behind"


def test_no_mark_reads_out_the_machine(chromium, address):
    with opened(chromium, address, "en/00-start") as page:
        panel = woken(page, "start-ledger")
        tree = page.locator(".explorer-chart").aria_snapshot()
        assert "application" in tree and "Groups of squares" in tree
        assert not any(word in tree for word in ("BB001", "left", "verdict_label", "mark", "axis", "legend")), tree
        panel.evaluate("e => e.explorer.chart.redraw()")
        assert page.locator(".explorer-chart").aria_snapshot() == tree, "nor after the next drawing"


def test_keys_walk_along_the_bars_and_search_and_leave(wide):
    page, panel = wide, focused(wide, "oda-ranking")
    top = page.evaluate("scrollY")
    first = said(page, panel, "ArrowDown")
    assert first == "Country United States, Year 2011, Rank 1, Amount (US$ million, or % of GNI) 30,966.21"
    assert said(page, panel, "ArrowDown") == "Germany, 2011, 2, 14,092.94"
    assert said(page, panel, "ArrowUp", "ArrowUp") == "United States, 2011, 1, 30,966.21"
    assert said(page, panel, "End").startswith("Luxembourg, ") and said(page, panel, "Home").startswith("United St")
    assert said(page, panel, "j") == "Japan, 2011, 5, 11,086.18"
    assert said(page, panel, "Enter").startswith("Country Japan, Year 2011, Rank 5")
    page.wait_for_timeout(1100)
    assert said(page, panel, *"united k").startswith("United Kingdom, ")
    assert abs(page.evaluate("scrollY") - top) < 300, "keys walk, and do not scroll the page away"
    page.keyboard.press("Escape")
    assert panel.evaluate(READ) is None and panel.evaluate(SAID) == ""
    assert page.evaluate("document.activeElement.className").startswith("explorer-chart")


def test_keys_walk_along_a_line_and_between_lines(wide):
    page, panel = wide, focused(wide, "oda-major")
    assert "Japan, Year 1960" in said(page, panel, "ArrowRight", "J", "Enter")
    assert said(page, panel, "ArrowRight", "ArrowRight").startswith("Japan, 1962, ")
    assert said(page, panel, "End").startswith("Japan, 2025, "), "over the change of definition"
    above = said(page, panel, "ArrowUp")
    assert ", 2025, " in above and not above.startswith("Japan")
    page.wait_for_timeout(1100)
    assert said(page, panel, *"1991").startswith(above.split(",")[0] + ", 1991, "), "the nearest year that begins so"


def test_the_cursor_stays_with_its_row_when_a_control_moves(wide):
    """Nothing is read before the cursor is used, and then once for each drawing."""
    page, panel = wide, focused(wide, "oda-ranking")
    panel.evaluate(READINGS)
    move = """async (e, year) => {
        e.explorer.inputs.set("year", year);
        await e.explorer.chart.settled;
    }"""
    panel.evaluate(move, 2009)
    assert page.evaluate("readings") == 0
    said(page, panel, "j", "ArrowUp", "ArrowDown", "Home", "j")
    assert page.evaluate("readings") == 1
    before = panel.evaluate(READ)
    panel.evaluate(move, 2011)
    assert page.evaluate("readings") == 2
    after = panel.evaluate(READ)
    assert "Japan" in before and "2009" in before and "Japan" in after and "11,086.18" in after


def tap(page, panel, x, y):
    """Tap on a place of the window with a real finger."""
    page.touchscreen.tap(x, y)
    page.wait_for_timeout(150)
    return panel.evaluate(READ)


def middle(panel, words):
    """The middle of the mark whose tooltip has these words, in the window, once the page around it is still."""
    return panel.evaluate(
        """async (e, words) => {
            const all = [...e.querySelectorAll(".explorer-chart .role-mark :is(path, text)")];
            const told = ({ __data__: item }) => Object.values(item?.tooltip ?? {}).join();
            const mark = all.find((n) => told(n).includes(words));
            for (let still = 0, before; still < 5; ) {
                mark.scrollIntoView({ block: "center", behavior: "instant" });
                await new Promise(requestAnimationFrame);
                const { top } = mark.getBoundingClientRect();
                still = top === before ? still + 1 : 0;
                before = top;
            }
            const { left, top, width, height } = mark.getBoundingClientRect();
            return [left + width / 2, top + height / 2, width, height];
        }""",
        words,
    )


TAPPED = {
    "oda-ranking": ("United States,2011", ["United States", "30,966.21"]),
    "oda-major": ("Japan,2000", ["Japan", "2000", "net ODA"]),
    "oda-places": ("Papua New Guinea", ["Papua New Guinea", "Oceania", "2011"]),
    "oda-sectors": ("Japan,Economic", ["Japan", "Economic infrastructure"]),
}


@pytest.mark.parametrize("name", TAPPED)
def test_a_tap_on_a_mark_or_near_it_reads_it_until_the_next_tap(phone, name):
    page, panel, (words, told) = phone, focused(phone, name), TAPPED[name]
    x, y, width, _ = middle(panel, words)
    read = tap(page, panel, x, y)
    assert read and all(word in read for word in told), read
    page.wait_for_timeout(300)
    assert panel.evaluate(READ) == read, "it stays"
    assert panel.evaluate(SAID)
    box = panel.query_selector(".explorer-readout").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390 and box["y"] >= 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert panel.evaluate("e => e.scrollHeight - e.clientHeight") == 0, "a panel that scrolls would catch the finger"
    if name == "oda-ranking":  # the first bar is the longest
        assert tap(page, panel, x + width / 2 + 20, y) == read, "24 pixels beside it are near enough"
        assert tap(page, panel, x + width / 2 + 30, y) is None, "and more are not"
        tap(page, panel, x, y)
    title = panel.query_selector(".explorer-title").bounding_box()
    assert tap(page, panel, title["x"] + 5, title["y"] + 5) is None


def test_the_head_of_the_page_does_not_cover_a_readout(phone):
    page, panel = phone, focused(phone, "oda-ranking")
    x, y, _, height = middle(panel, "Switzerland,2011")
    tap(page, panel, x, y)
    readout = panel.query_selector(".explorer-readout")
    near = 20 + readout.bounding_box()["height"] + 8 + height / 2  # there it would begin 20 pixels below the edge
    page.evaluate("by => scrollBy({ top: by, behavior: 'instant' })", y - near)
    assert tap(page, panel, x, near)
    head = page.evaluate("document.querySelector('header.site').getBoundingClientRect().bottom")
    assert head > 20 and readout.bounding_box()["y"] >= head


def test_a_finger_walks_along_the_axis_and_still_moves_the_page(phone):
    page, panel = phone, focused(phone, "oda-doubling")
    x, y, *_ = middle(panel, "2004")
    end, *_ = middle(panel, "2010")
    fingers = page.context.new_cdp_session(page)

    def move(*places):
        kinds = ["touchStart", *["touchMove"] * (len(places) - 1)]
        for kind, (across, down) in zip(kinds, places, strict=True):
            fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": across, "y": down}]})
            page.wait_for_timeout(30)
        fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        page.wait_for_timeout(50)

    top = page.evaluate("scrollY")
    move(*((x + (end - x) * part / 8, y) for part in range(9)))
    assert "2010" in panel.evaluate(READ) and page.evaluate("scrollY") == top
    page.keyboard.press("Escape")
    move(*((x, y - 25 * part) for part in range(9)))
    page.wait_for_function("top => scrollY > top + 50", arg=top, timeout=10_000)
    assert panel.evaluate(READ) is None


def test_the_second_tap_on_a_square_opens_its_page(chromium, address):
    with opened(chromium, address, "en/00-start", **FINGER) as page:
        panel = focused(page, "start-ledger")
        x, y, *_ = middle(panel, "BB031")
        assert "BB031" in tap(page, panel, x, y)
        page.wait_for_timeout(500)
        assert page.url.endswith("00-start.html")
        page.touchscreen.tap(x, y)
        page.wait_for_url("**/en/claims/BB031.html")
        page.go_back()
        page.evaluate("bluebook.all()")
        panel = focused(page, "start-ledger")
        assert "BB031" in said(page, panel, *"BB031")
        page.keyboard.press("Enter")
        page.wait_for_url("**/en/claims/BB031.html")


def test_the_cursor_is_seen_with_forced_colours_and_in_the_dark_and_not_on_paper(wide):
    seen = """e => [...e.querySelectorAll(".explorer-cursor, .explorer-readout")].map((n) => {
        const { outlineColor, outlineStyle, backgroundColor, color } = getComputedStyle(n);
        return [n.checkVisibility(), outlineStyle, outlineColor, backgroundColor, color];
    })"""
    page, panel = wide, focused(wide, "oda-ranking")
    said(page, panel, "j")
    for media in ({"color_scheme": "dark"}, {"color_scheme": "light", "forced_colors": "active"}):
        page.emulate_media(**media)
        (ring, line, edge, *_), (readout, _, _, ground, ink) = panel.evaluate(seen)
        assert ring and readout and line == "solid" and ground != ink
        page_ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert media["color_scheme"] == "dark" or edge != page_ground
    page.emulate_media(media="print", forced_colors="none")
    assert [shown for shown, *_ in panel.evaluate(seen)] == [False, False]
    page.emulate_media(media="screen")
