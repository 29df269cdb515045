"""What a reader meets first: the header of every page, the first page, search, sharing, and charts that stand alone."""

import json
import re
from html import unescape

import pytest
from bs4 import BeautifulSoup
from driving import press, script, serious, taken
from lab import ROOT, served
from test_frames import attributes
from test_javascript import tool
from test_policies import NOTE, POLICY
from test_record import ANSWER

from helpers.language import fill, speaking, texts, use
from helpers.ledger import written
from helpers.tables import labels, load

WIDTHS = [390, 768, 1300]
PAGE = "01-oda"
DRAWN = "() => document.querySelector('.explorer-panel')?.explorer"


@pytest.fixture
def page(chromium):
    """A page with a store of its own, that complains of nothing."""
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


# The header -----------------------------------------------------------------------------------------------------------

# What of the header can be pressed now, and whether it lies there to be pressed.
TARGETS = """() => [...document.querySelectorAll("header.site :is(a, summary)")].flatMap(e => {
    if (!e.checkVisibility()) return [];
    const { left, right, top, bottom, width, height } = e.getBoundingClientRect();
    const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    const contents = Boolean(e.closest(".contents"));
    return [{ width, height, top, right, hit: e.contains(hit), contents }];
})"""
# How far the layout has moved by itself since the page came.
SHIFTED = """() => new Promise(done => {
    const sum = list => done(list.getEntries().reduce((sum, { value }) => sum + value, 0));
    new PerformanceObserver(sum).observe({ type: "layout-shift", buffered: true });
    setTimeout(done, 500, 0); // nothing is told where nothing moved
})"""
# Whether a heading stands just below the header.
BELOW = "place => Math.abs(document.querySelector(place).getBoundingClientRect().top - 80) < 32"
ABOVE_TEXT = """() => [...document.querySelectorAll("header.site, header.site *, main *")]
    .filter(e => ["fixed", "sticky"].includes(getComputedStyle(e).position) && e.checkVisibility())
    .map(e => e.className)"""


@pytest.mark.browser
@pytest.mark.parametrize("code", ["en", "ja"])
def test_the_header_is_one_line_at_hand_everywhere_and_covers_nothing(page, address, code):
    page.goto(f"{address}/{code}/{PAGE}.html")
    assert page.evaluate(SHIFTED) < 0.01, "what the programs fill in had its room"
    for width in [320, *WIDTHS]:
        page.set_viewport_size({"width": width, "height": 844})
        page.evaluate("() => { location.hash = ''; location.hash = 's5'; }")
        page.wait_for_function(BELOW, arg="#s5 h2")
        box = page.locator("header.site").bounding_box()
        assert (box["y"], box["height"]) == (0, 48) and page.evaluate("scrollY") > 2000
        targets = page.evaluate(TARGETS)
        line = [one for one in targets if not (width == 1300 and one["contents"])]
        assert len(line) >= 4 and all(one["hit"] and one["right"] <= width and one["top"] < 48 for one in line), width
        assert all(one["width"] >= 44 and one["height"] >= 44 for one in line)
        assert all(one["height"] >= 24 for one in targets)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        beside = {"contents"} if width == 1300 else set()
        assert set(page.evaluate(ABOVE_TEXT)) == {"site", *beside}
    contents, text = page.locator(".contents").bounding_box(), page.locator("main").bounding_box()
    assert contents["x"] + contents["width"] <= text["x"] and page.locator(".contents ol").is_visible()
    assert page.evaluate("(e => e.scrollWidth <= e.clientWidth)(document.querySelector('.contents'))")
    page.locator(".pages summary").click()
    opened = page.evaluate(TARGETS)[1 : 1 + page.locator(".pages a").count()]
    assert len(opened) > 5 and all(one["hit"] for one in opened), "the menu lies above all else"


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 768])
def test_contents_open_from_any_place_and_close_when_one_goes_on(page, address, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{address}/ja/{PAGE}.html")
    page.evaluate("document.getElementById('s9').scrollIntoView({ behavior: 'instant' })")
    summary, links = page.locator(".contents summary"), page.locator(".contents ol a")
    assert links.count() == page.locator("main h2:not(.record h2)").count() and not links.first.is_visible()
    summary.click()
    assert all(link.bounding_box()["height"] >= 44 for link in links.all())
    menu = page.locator(".contents .menu > div").bounding_box()
    assert menu["x"] >= 0 and menu["x"] + menu["width"] <= width
    assert not serious(page, "header")
    page.keyboard.press("Escape")
    assert not links.first.is_visible() and page.evaluate("document.activeElement.closest('.contents') !== null")
    page.locator(".pages summary").click()
    summary.press("Enter")
    assert links.first.is_visible() and not page.locator(".pages ul").is_visible(), "one menu at a time"
    place = links.nth(4).get_attribute("href")
    links.nth(4).click()
    page.wait_for_function(
        "id => Math.abs(document.querySelector(id).getBoundingClientRect().top - 52) < 12", arg=place
    )
    assert not links.first.is_visible()
    summary.click()
    page.mouse.click(width - 60, 24)
    page.wait_for_function("!document.querySelector('.contents details').open", timeout=3000)


COUNTED = "() => [...document.querySelectorAll('.contents [data-asked]')].map(each => each.textContent)"


@pytest.mark.browser
@pytest.mark.parametrize("code", ["en", "ja"])
def test_the_contents_say_what_is_answered(page, address, code):
    page.goto(f"{address}/{code}/{PAGE}.html")
    forms = page.locator("form.question").count()
    assert page.locator(".contents .count").inner_text() == f"0/{forms}"
    page.evaluate(ANSWER, 5)
    right = page.locator(".question-feedback[data-right=true]").count()
    checked = page.locator(".question-feedback[data-right]").count()
    assert 0 < checked < 5, "guesses and questions to check oneself"
    page.reload()
    for other in ("en", "ja"):
        page.goto(f"{address}/{other}/{PAGE}.html")
        parts = [tuple(map(int, each.split("/"))) for each in page.evaluate(COUNTED)]
        done, total = map(sum, zip(*parts, strict=True))
        assert 0 < done <= 5 and total == forms
        assert page.locator(".contents .whole").count() == sum(a == b for a, b in parts) > 0
        assert page.locator(".contents .count").inner_text() == f"{done}/{forms}"
        with speaking(other):
            said = fill(texts("site")["done"], done=done, count=forms, checked=checked, right=right)
        assert page.locator(".contents .told").text_content() == said
    assert page.evaluate("!globalThis.bluebookVega"), "known before anything wakes"


@pytest.mark.browser
def test_the_page_at_the_root_speaks_the_language_of_the_browser_or_the_one_chosen(chromium, address):
    context = chromium.new_context(locale="ja-JP")
    page = context.new_page()
    page.goto(f"{address}/index.html")
    page.wait_for_url("**/ja/index.html")
    page.locator("a.language").click()
    page.wait_for_url(f"{address}/index.html")
    page.reload()
    page.wait_for_timeout(300)
    assert page.url == f"{address}/index.html" and page.locator("html").get_attribute("lang") == "en"
    page.add_init_script("Object.defineProperty(globalThis, 'localStorage', { get() { throw new Error('no') } })")
    page.goto(f"{address}/index.html")
    page.wait_for_timeout(300)
    assert page.url == f"{address}/index.html", "one would not come back"
    context.close()


@pytest.mark.parametrize("code", ["en", "ja"])
def test_a_notebook_ends_with_the_way_to_the_next_and_to_all(folder, code):
    stems = sorted(path.stem for path in (ROOT / "notebooks" / code).glob("*.ipynb"))
    for stem, after in zip(stems, [*stems[1:], None], strict=True):
        _, _, end = (folder / code / f"{stem}.html").read_text("utf-8").partition('class="onward"')
        soup = BeautifulSoup(end.partition("</nav>")[0], "html.parser")
        *cards, home = [link["href"].removeprefix("../") for link in soup.find_all("a")]
        assert home == ("index.html" if code == "en" else f"{code}/index.html")
        wanted = [name for name in dict.fromkeys([after, stems[-1]]) if name and name != stem]
        assert cards == [f"{code}/{name}.html" for name in wanted]
        assert all(image["width"] and image["loading"] == "lazy" for image in soup.find_all("img"))


# The first page -------------------------------------------------------------------------------------------------------

FIRST = {"en": "index.html", "ja": "ja/index.html"}
SUMMARY = "document.querySelector('.finding .explorer-summary').textContent"
SMALLEST = """async () => {
    const sizes = [];
    for (const image of document.querySelectorAll(".cards img")) {
        image.loading = "eager";
        await image.decode();
        const words = [...(await (await fetch(image.currentSrc)).text()).matchAll(/font-size="(\\d+)px"/g)];
        sizes.push(image.clientWidth / image.width * Math.min(...words.map(([, size]) => size)));
    }
    return sizes;
}"""


@pytest.mark.browser
@pytest.mark.parametrize("code", ["en", "ja"])
def test_the_first_screen_has_a_finding_a_chart_that_moves_and_the_verdicts(page, address, code):
    asked = []
    page.on("request", lambda request: asked.append(request.url.partition("?")[0].rpartition("/")[2]))
    page.goto(f"{address}/{FIRST[code]}")
    page.wait_for_timeout(300)
    assert {name for name in asked if name.endswith(".js")} == {"site.js"}, "nothing is loaded for who only looks"
    ledger = load("bluebook_claims")
    counts = ledger.verdict.value_counts()
    with speaking(code):
        names = labels("bluebook_claims", "verdict")
        row = next(load("bluebook_claims").query("claim_id == 'BB025'").itertuples())
        shown = [link.inner_text().split(maxsplit=1) for link in page.locator(".verdicts a[href*='#verdict=']").all()]
        assert {name: int(count) for count, name in shown} == {names[key]: counts[key] for key in counts.index}
        figures = page.locator(".finding dd").all_inner_texts()
        assert figures[:2] == [written(row.value, row), written(row.computed_value, row)]
        assert float(row.value) < 0 < float(row.computed_value), "a minus that became a plus"
        assert row.text in page.locator(".finding h2").inner_text()
        today = texts("oda.revisions")["after"]["revised"]
    heading, cards = page.locator("h1").inner_text(), page.locator(".cards li").all_inner_texts()
    assert len(cards) >= 2 and not any(heading in card or "問い：" in card for card in cards)
    for width, height in ((390, 844), (1300, 900)):
        page.set_viewport_size({"width": width, "height": height})
        chart = page.locator(".finding picture img").bounding_box()
        assert chart["y"] + min(chart["height"], 100) <= height, "a chart in the first screen"
        assert page.locator(".verdicts").bounding_box()["y"] < 400
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert min(page.evaluate(SMALLEST)) >= 8, "pictures whose words can be read"
    page.mouse.move(300, 600)
    page.wait_for_function(DRAWN)
    summary = page.locator(".finding .explorer-summary")
    assert "−1.7%" in summary.inner_text()
    for button in page.locator(".finding button", has_text=today).all():
        button.click()
    page.wait_for_function(f"{SUMMARY}.includes('+{float(row.computed_value):.1f}%')")
    assert not serious(page)


# Search ---------------------------------------------------------------------------------------------------------------

FOUND = """() => [...document.querySelectorAll('.find li')].map(each =>
    [each.textContent, decodeURI(each.querySelector('a').href)])"""


def sought(page, words):
    """What the search finds, as text and address."""
    page.locator(".find input").fill(words)
    return page.evaluate(FOUND)


@pytest.mark.browser
@pytest.mark.parametrize("code", ["en", "ja"])
def test_the_search_finds_sections_terms_and_claims_from_a_folder_too(page, folder, code):
    use(code)
    page.goto((folder / code / f"{PAGE}.html").as_uri())
    page.locator(".find summary").click()
    page.wait_for_function("bluebook.entries && document.activeElement.matches('.find input')")
    entries = page.evaluate("bluebook.entries.map(([kind]) => kind)")
    assert entries.count("claim") == len(load("bluebook_claims")) and entries.count("term") == len(load("glossary"))
    status = page.locator(".find [role=status]")
    for claim in load("bluebook_claims").iloc[::25].itertuples():
        text, href = sought(page, claim.text)[0]
        assert claim.text in text and claim.verdict_label in text
        assert re.search(r"/claims/BB\d{3}\.html$", href)
    for term in load("glossary").iloc[::9].itertuples():
        assert any(f"{code}/glossary.html#term-" in href for _, href in sought(page, term.japanese))
    for width, kana in (("ＯＤＡ", "oda"), ("ﾐﾚﾆｱﾑ", "みれにあむ")):
        assert sought(page, width) == sought(page, kana), "width and kind of letters make no difference"
    theme = load("bluebook_claims").theme_label.value_counts()
    found = [href for _, href in sought(page, theme.index[0]) if "/claims/" in href]
    assert len(found) < 10 < theme.iloc[0], "a theme does not find all that it has"
    assert sought(page, "BB025")[0][1].endswith("BB025.html")
    heading = page.locator("#s5 h2").text_content()
    assert sought(page, heading)[0][1].endswith(f"{code}/{PAGE}.html#{page.locator('#s5 h2').get_attribute('id')}")
    assert sought(page, "qqqq") == [] and status.inner_text() == texts("site.find")["none"]
    assert sought(page, " ") == [] and status.inner_text() == ""
    assert 0 < len(sought(page, "e" if code == "en" else "の")) <= 40
    assert not serious(page, "header")
    sought(page, "ODA")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    address = page.evaluate("document.activeElement.href")
    page.keyboard.press("Enter")
    page.wait_for_function("address => location.href === address", arg=address)


def test_every_entry_of_the_search_leads_to_its_place(folder):
    for code in ("en", "ja"):
        script = (folder / code / "entries.js").read_text("utf-8")
        entries = json.loads(script.removeprefix("bluebook.entries = ").rstrip(";\n"))
        assert len(script.encode()) < 150_000
        places = {path: None for *_, path in entries}
        assert len(places) == len(entries), "each has a place of its own"
        for file in {path.partition("#")[0] for path in places}:
            ids = set(re.findall(r'\bid="([^"]+)"', (folder / file).read_text("utf-8")))
            assert {path.partition("#")[2] for path in places if path.startswith(f"{file}#")} <= ids, file


# To share -------------------------------------------------------------------------------------------------------------

# What a camera reads in the picture, with eight pixels for each of its squares.
READ = """() => {
    const picture = document.querySelector(".qr"), size = picture.viewBox.baseVal.width * 8;
    const pixels = new Uint8ClampedArray(size * size * 4).fill(255);
    for (const [, x, y] of picture.querySelector("path").getAttribute("d").matchAll(/M(\\d+) (\\d+)h1v1h-1z/g))
        for (let row = 8 * y; row < 8 * y + 8; row++)
            for (let column = 8 * x; column < 8 * x + 8; column++)
                pixels.fill(0, 4 * (row * size + column), 4 * (row * size + column) + 3);
    return jsQR(pixels, size, size)?.data;
}"""


@pytest.mark.browser
@pytest.mark.parametrize("code", ["en", "ja"])
def test_a_view_can_be_shared_as_address_picture_and_frame(page, address, code):
    use(code)
    here = f"{address}/{code}/{PAGE}.html#view=oda-ranking&year=2000"
    page.goto(here.replace("#", "?open#"))  # answers are open for a teacher alone
    page.wait_for_function(DRAWN)
    page.locator(".share summary").click()
    page.locator(".qr").wait_for()
    assert page.locator(".share input").input_value() == here
    assert page.locator(".qr").bounding_box()["width"] > 250
    page.add_script_tag(path=tool("biome").parents[1] / "jsqr/dist/jsQR.js")
    assert page.evaluate(READ) == here
    frame = BeautifulSoup(page.locator(".share textarea").input_value(), "html.parser").iframe
    assert frame["src"] == f"{address}/{code}/embed/oda-ranking.html#view=oda-ranking&year=2000"
    assert frame["sandbox"] == attributes(code).split() and frame["title"]
    page.evaluate("navigator.clipboard.writeText = async text => { globalThis.copied = text; }")
    page.locator(".share button").first.click()
    page.wait_for_function("here => globalThis.copied === here", arg=here)
    assert page.locator(".share [role=status]").inner_text() == texts("site.share")["copied"]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not serious(page, "header")
    page.keyboard.press("Escape")
    panel = page.locator(".explorer-panel").first.element_handle()
    press(panel, texts("common.explorer.words")["link"])
    link = panel.wait_for_selector(".explorer-link a").get_attribute("href")
    assert link.startswith(here) and page.url == link.replace("#", "?open#"), "for the teacher they stay open"
    assert f"# {link}" in taken(panel, texts("common.explorer.words")["csv"]).decode("utf-8").splitlines()
    page.evaluate("location.hash = ''")
    page.locator(".share summary").click()
    page.wait_for_function("!document.querySelector('.share textarea')", timeout=3000)  # no chart to be framed


# A chart alone --------------------------------------------------------------------------------------------------------


PLACE = re.compile(r'data-view="([^"]+)"[^>]*>\s*<p class="stand-in-chosen">.*?explorer-summary">(.*?)</p>', re.DOTALL)


def leads(text):
    """Whether what asks why a chart does not move yet leads to what is known of it, under its one name."""
    return set(re.findall(r'class="stand-in-note" href="([^"]+)"', text)) == {"#state"} and ' id="state"' in text


def test_every_chart_of_a_page_has_a_page_of_its_own(folder):
    for code in ("en", "ja"):
        whole = {path.name: path.read_text("utf-8") for path in (folder / code).glob("[0-9]*.html")}
        charts = {name: (page, said) for page, text in whole.items() for name, said in PLACE.findall(unescape(text))}
        assert charts.keys() == {path.stem for path in (folder / code / "embed").glob("*.html")} and len(charts) > 80
        assert all(map(leads, whole.values()))
        for name, (page, said) in charts.items():
            alone = (folder / code / "embed" / f"{name}.html").read_text("utf-8")
            assert PLACE.findall(unescape(alone)) == [(name, said)]
            assert leads(alone)
            assert f'<a href="../{page}#view={name}" ' in alone


@pytest.mark.browser
def test_a_chart_alone_lives_in_a_frame_under_a_strict_policy_at_three_widths(page, folder, tmp_path):
    with served(folder, Content_Security_Policy=POLICY) as address, served(tmp_path) as platform:
        code = f'<iframe src="{address}/ja/embed/oda-ranking.html#view=oda-ranking&year=2000" width="100%" height="780"'
        (tmp_path / "lms.html").write_text(f'<!DOCTYPE html>{code} sandbox="allow-scripts"></iframe>', "utf-8")
        page.add_init_script(NOTE)
        page.goto(f"{platform}/lms.html")
        frame = page.frames[1]
        frame.wait_for_function(DRAWN)
        assert "2000" in frame.locator(".explorer-summary").inner_text(), "it follows the address"
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
        panel = frame.locator(".explorer-panel").element_handle()
        before = panel.evaluate(script("picture"))
        panel.evaluate(script("setControls"), [["year", 2010, "drawn"]])
        assert panel.evaluate(script("picture")) != before
        assert set(frame.evaluate("refused")) <= {"script-src eval"}
        assert frame.locator(".explorer-source a").count() and frame.locator(".embed-place a").is_visible()
    page.goto((folder / "en" / "embed" / "oda-ranking.html").as_uri())
    page.mouse.move(100, 300)
    page.wait_for_function(DRAWN)
    assert not serious(page)
