"""The static edition in a Chromium that cannot reach any other machine: every page, every explorer, every control."""

import re
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote, urljoin, urlsplit

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from driving import (
    controls,
    far_end,
    marks,
    operate,
    panels,
    press,
    read_csv,
    reset,
    script,
    serious,
    taken,
    title,
    wait_until,
)
from lab import ROOT
from pages import OnEveryPage, explorers_in, one_for_each_notebook
from sweep import foreign, odd_cells, problems
from walking import cursor

from helpers.commands.site import SiteError, build
from helpers.language import text, texts, use
from helpers.tables import load

pytestmark = pytest.mark.browser
DRAWN = "[...document.querySelectorAll('.explorer-panel')].filter(e => e.explorer).length === {count}"
UNFOLD = "document.querySelectorAll('details.answer').forEach(fold => { fold.open = true; })"
LIVE = "name => [...document.querySelectorAll('.explorer-panel')].some(e => e.explorer?.settings.file === name)"


def visit(chromium, address, count=None, wide=1300, **options):
    """Open a page; with the number of its explorers, wake them and unfold answers. Notes requests and complaints."""
    page = chromium.new_page(viewport={"width": wide, "height": 900}, **options)
    seen = SimpleNamespace(page=page, asked=[], complaints=[], address=address)
    page.on("request", lambda request: seen.asked.append(request.url))
    page.on("console", lambda message: seen.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.goto(address)
    if count is not None:
        page.evaluate("bluebook.all()")
        page.wait_for_function(DRAWN.format(count=count), timeout=30_000)
        page.evaluate(UNFOLD)
    return seen


def programs_on(page):
    """The paths of programs that outputs of the notebook bring, such as that of a ledger."""
    return page.evaluate("[...document.querySelectorAll('main script[src]')].map(e => new URL(e.src).pathname)")


@pytest.fixture(scope="class")
def notebook(request, chromium, address):
    """The page of the notebook of a class of tests."""
    name = request.cls.name
    seen = visit(chromium, f"{address}/{name}.html", explorers_in(name))
    seen.name, seen.language = name, name.split("/")[0]
    yield seen
    seen.page.close()


# Every page of a notebook ---------------------------------------------------------------------------------------------


class OnItsPage(OnEveryPage):
    """What the page of a notebook must do in the static edition."""

    def test_every_value_of_every_control_draws_a_chart_in_words_of_the_language(self, notebook):
        use(notebook.language)
        found, shown = [], list(panels(notebook))
        for panel in shown:
            wrong, drawn = problems(panel, text("common.explorer.nothing"))
            found += wrong + [f"{title(panel)}: {words!r}" for words in foreign(drawn, notebook.language)]
        assert found == []
        assert len(shown) == explorers_in(notebook.name)

    def test_what_it_tells_is_in_its_language_and_every_letter_has_a_glyph(self, notebook):
        told = notebook.page.evaluate(script("toldWords"))
        assert len(told) > 20
        assert foreign(told, notebook.language) == []
        assert notebook.page.evaluate(script("missingLetters"), [*told, "\U0010fffe"]) == ["\U0010fffe"], (
            "letters that no font has"
        )

    def test_every_explorer_has_an_address_of_its_own(self, notebook):
        keys = [panel.evaluate("e => e.explorer.settings.file") for panel in panels(notebook)]
        assert len(keys) == len(set(keys))

    def test_a_link_to_a_view_restores_it(self, notebook, words):
        for panel in panels(notebook):
            if not panel.evaluate("e => Object.keys(e.explorer.inputs.controls).length"):
                continue
            start = panel.evaluate(script("picture"))
            panel.evaluate(script("setControls"), [(control.name, far_end(control), 0) for control in controls(panel)])
            view = panel.evaluate(script("picture"))
            press(panel, words["link"])
            notebook.page.wait_for_function("e => !e.querySelector('.explorer-link').hidden", arg=panel)
            link = panel.eval_on_selector(".explorer-link a", "a => a.href")
            assert notebook.page.url == link
            reset(panel)
            assert wait_until(panel, "===", start), title(panel)
            notebook.page.evaluate("link => { location.hash = ''; location.href = link; }", link)
            assert wait_until(panel, "===", view), f"{title(panel)} at {link}"
            reset(panel)

    def test_a_bad_address_leaves_the_chart_as_it_is(self, notebook):
        for panel in panels(notebook):
            start = panel.evaluate(script("picture"))
            key, names = panel.evaluate("e => [e.explorer.settings.file, Object.keys(e.explorer.inputs.controls)]")
            for bad in ("nonsense", "", "-999999", "99999999", "1,2,3,4", "%E0%A4%A"):
                notebook.page.evaluate(
                    "hash => { location.hash = hash; }", f"view={key}&" + "&".join(f"{name}={bad}" for name in names)
                )
            notebook.page.evaluate("new Promise(done => setTimeout(done, 50))")
            panel.evaluate("e => e.explorer.chart.settled")
            shown = panel.evaluate("e => Object.values(e.explorer.inputs.controls).map(c => c.get('_model_name'))")
            if "TagsInputModel" not in shown and "SelectMultipleModel" not in shown:  # an empty list is a choice too
                assert panel.evaluate(script("picture")) == start, title(panel)
            reset(panel)
        notebook.page.evaluate("history.replaceState(null, '', location.pathname)")

    def test_the_numbers_can_be_seen_and_taken_away(self, notebook, words):
        """With the digits of their columns, and with nothing that a spreadsheet takes for something else."""
        odd = []
        for panel in panels(notebook):
            columns = panel.evaluate("e => e.explorer.numbers.columns")
            press(panel, words["numbers"])
            heads, rows = panel.evaluate(script("table"))
            assert len(rows) == marks(panel) and len(heads) > 1, title(panel)
            press(panel, words["numbers"])
            told, (head, *lines) = read_csv(taken(panel, words["csv"]))
            assert told[0].startswith(title(panel)) and any(words["source"].format("") in line for line in told)
            assert head == heads == [column["title"] for column in columns] and len(lines) == len(rows)
            found = odd_cells(columns, rows, in_file=False) + odd_cells(columns, lines, in_file=True)
            odd += [f"{title(panel)}: {told}" for told in found]
        assert odd == []
        for kind in ("png", "svg"):
            assert len(taken(panel, words[kind])) > 100

    def test_every_row_is_walked_by_keys_and_tapped_and_says_its_tooltip(self, notebook):
        """Of the English edition all, of the others a tenth: they have the same code with other words."""
        share = 1 if notebook.language == "en" else 0.1
        for panel in panels(notebook):
            wrong, reached, most = panel.evaluate(cursor("walkEach"), share)
            assert wrong == [] and reached >= most, f"{title(panel)}: {wrong}, {reached} of {most}"
            assert panel.evaluate(cursor("tapEach"), share) == [], title(panel)

    def test_no_serious_violation_of_accessibility(self, notebook):
        """In the dark scheme for English, in the light one for the other editions; in JupyterLab the other way."""
        notebook.page.emulate_media(color_scheme="dark" if notebook.language == "en" else "light")
        notebook.page.wait_for_timeout(500)
        assert not serious(notebook.page)

    def test_nothing_is_asked_of_other_machines_and_nothing_complains(self, notebook, address):
        asked = [url.partition("?")[0] for url in notebook.asked if not url.startswith(("data:", "blob:"))]
        names = [
            "site.css",
            "site.js",
            *more_programs(notebook.page, notebook.name),
            "programs.js",
            "widgets.js",
            "widgets.css",
            *(["vega.js"] if explorers_in(notebook.name) else []),
        ]
        beside = tuple(
            f"{address}/{notebook.language}/{kind}/{Path(notebook.name).name}/" for kind in ("views", "stills")
        )
        own = {f"{address}{path}" for path in programs_on(notebook.page)}
        cards = set(notebook.page.eval_on_selector_all("a > img", "all => all.map((e) => e.src.split('?')[0])"))
        others = {url for url in asked if not url.startswith(beside)}
        assert all(card.startswith(f"{address}/{notebook.language}/stills/") for card in cards)
        assert others - cards - {f"{address}/assets/icon.svg"} == {
            *(f"{address}/assets/{name}" for name in names),
            *own,
            notebook.address,
        }
        assert notebook.complaints == []


globals().update(one_for_each_notebook(OnItsPage))


def more_programs(page, name):
    """What a page with routes, one with questions and one with a form need beside the programs of all pages."""
    language, _, stem = name.partition("/")
    routes = ["routes.js"] if "01" <= stem[:2] < "90" else []
    form = [f"project-{language}.js"] if stem == "90-project" else []
    asks = ["kept.js"] if page.locator("form.question").count() else []
    return ["folds.js", *routes, *form, *asks]


# The site -------------------------------------------------------------------------------------------------------------


def woken(page, name):
    """The panel of an explorer, once it is drawn."""
    page.wait_for_function(LIVE, arg=name, timeout=30_000)
    return next(
        panel
        for panel in page.query_selector_all(".explorer-panel")
        if panel.evaluate("e => e.explorer?.settings.file") == name
    )


def test_a_link_opens_the_view_in_a_new_page(chromium, address):
    seen = visit(chromium, f"{address}/en/01-oda.html#view=oda-ranking&year=2015&measure=gross_usd_million")
    panel = woken(seen.page, "oda-ranking")
    assert seen.page.evaluate("e => e.getBoundingClientRect().top < innerHeight", panel)
    assert panel.evaluate("e => e.explorer.inputs.controls.year.get('value')") == 2015
    assert panel.query_selector(".explorer-summary").text_content().startswith("2015, Gross ODA")
    seen.page.close()


def test_the_page_of_a_claim_opens_the_chart_at_its_year(chromium, address):
    seen = visit(chromium, f"{address}/en/claims/BB031.html")
    seen.page.locator("article a[href*='#view=']").click()
    panel = woken(seen.page, "oda-ranking")
    assert panel.evaluate("e => e.explorer.inputs.controls.year.get('value')") == 2011
    seen.page.close()


DRAWN_ROWS = """e => e.explorer.chart.rows().map(row => Object.fromEntries(
    Object.entries(row).filter(([_, value]) => typeof value !== "object")))"""
THEMES = sorted(path.stem for path in (ROOT / "notebooks" / "en").glob("0[1-6]*.ipynb"))


def links_to_views(folder, stem):
    """Claims whose pages open a chart of a notebook, each with what stands behind the # of the link."""
    for path in sorted((folder / "en" / "claims").glob("BB*.html")):
        for found in re.findall(rf'href="../{stem}\.html#(view=[^"]+)"', path.read_text(encoding="utf-8")):
            yield path.stem, found.replace("&amp;", "&")


def figures_of(claim):
    """The figures that a claim is about, from its table alone."""
    template = load("bluebook_templates").set_index("claim_id").loc[claim]
    if pd.isna(template.table) or template.column not in load(template.table):
        return []
    table = load(template.table)
    table = table.query(template.rows) if pd.notna(template.rows) else table
    for column, value in (("iso3", template.country), ("year", template.year)):
        table = table[table[column] == value] if pd.notna(value) else table
    return [value for value in table[template.column] if isinstance(value, int | float | str)]


def shows(rows, figure):
    if isinstance(figure, str):
        return any(figure in row.values() for row in rows)
    return any(
        isinstance(value, int | float) and abs(value - figure) < 1e-6 * max(1, abs(figure))
        for row in rows
        for value in row.values()
    )


@pytest.mark.parametrize("stem", THEMES)
def test_every_chart_that_a_claim_leads_to_shows_its_year_and_draws_its_figures(chromium, address, folder, stem):
    links = dict(links_to_views(folder, stem))
    if not links:
        pytest.skip("No chart of this notebook shows a claim.")
    seen = visit(chromium, f"{address}/en/{stem}.html", explorers_in(f"en/{stem}"))
    checked = 0
    for claim, link in links.items():
        key, *said = link.removeprefix("view=").split("&")
        seen.page.evaluate("hash => { location.hash = ''; location.hash = hash; }", link)
        panel = next(p for p in panels(seen) if p.evaluate("e => e.explorer.settings.file") == key)
        wanted = dict(part.split("=") for part in said)
        seen.page.wait_for_function(
            "([e, wanted]) => Object.entries(wanted).every(([k, v]) => String(e.explorer.inputs.value(k)) === v)",
            arg=[panel, wanted],
        )
        panel.evaluate("e => e.explorer.chart.settled")
        drawn = panel.evaluate(DRAWN_ROWS)
        assert drawn, claim
        years = {row["year"] for row in drawn if "year" in row}
        if years and "year" in wanted:
            assert int(wanted["year"]) in years, claim
        figures = figures_of(claim)
        assert not figures or any(shows(drawn, figure) for figure in figures), f"{claim}: {link}"
        checked += bool(figures)
        reset(panel)
    assert checked, "most templates name a column of the table"
    assert seen.complaints == []
    seen.page.close()


GROUNDS = """() => ["section.text > p", ".question", ".bluebook-card", "section.charts > .output"].map((what) => {
    const at = document.querySelector(`main ${what}`);
    const style = getComputedStyle(at), { right } = at.getBoundingClientRect();
    return [right, style.backgroundColor, parseFloat(style.borderTopWidth)];
})"""


@pytest.mark.parametrize("width", [390, 768, 1300])
@pytest.mark.parametrize("code", ["en", "ja"])
def test_question_chart_and_verdict_have_grounds_of_their_own_and_share_an_edge(chromium, address, code, width):
    seen = visit(chromium, f"{address}/{code}/01-oda.html", wide=width)
    seen.page.evaluate(UNFOLD)
    (edge, *_), question, card, chart = seen.page.evaluate(GROUNDS)
    assert question[0] == card[0] == pytest.approx(edge, abs=1) and chart[0] >= edge
    assert len({question[1], card[1], chart[1]}) == 3 and chart[2] == 1, "a chart lies between lines on bare paper"
    seen.page.emulate_media(media="print")
    assert {ground for _, ground, *_ in seen.page.evaluate(GROUNDS)} == {"rgba(0, 0, 0, 0)"}
    seen.page.close()


SQUARES = ".explorer-chart .mark-rect.role-mark path"
CLAIM_OF = "path => path.__data__.datum.claim_id"


@pytest.mark.parametrize("code", ["en", "ja"])
def test_a_square_of_the_first_chart_opens_the_page_of_its_claim(chromium, address, code):
    seen = visit(chromium, f"{address}/{code}/00-start.html", 1)
    panel = next(panels(seen))
    use(code)
    words = texts("start.formats")["opens"].split("'")[1].strip()
    assert words in panel.query_selector(".explorer-summary").text_content()
    squares = seen.page.locator(SQUARES)
    assert squares.count() == len(load("bluebook_claims"))
    for place in (0, 100, 275):
        claim = squares.nth(place).evaluate(CLAIM_OF)
        squares.nth(place).hover()
        assert squares.nth(place).evaluate("path => getComputedStyle(path).cursor") == "pointer"
        squares.nth(place).click()
        seen.page.wait_for_url(f"**/{code}/claims/{claim}.html")
        assert seen.page.locator("h1").inner_text().startswith(claim)
        seen.page.go_back()
        seen.page.mouse.move(5, 400 + place)  # the chart is on the first screen: nothing scrolls and wakes it
        seen.page.wait_for_function(DRAWN.format(count=1), timeout=30_000)
    panel = next(panels(seen))
    assert b"claims/" not in taken(panel, text("common.explorer.words.svg")), "a picture to keep leads nowhere"
    press(panel, text("common.explorer.words.numbers"))
    links = seen.page.locator(".explorer-numbers tbody td:first-child a")
    assert links.count() == squares.count(), "the keyboard opens them from the list of numbers"
    claim = links.nth(5).inner_text()
    links.nth(5).press("Enter")
    seen.page.wait_for_url(f"**/{code}/claims/{claim}.html")
    seen.page.close()


# Until a reader comes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["en/00-start", "en/01-oda", "ja/02-mdgs"])
def test_nothing_is_loaded_before_the_reader_comes_and_then_what_is_near_wakes(chromium, address, name):
    seen = visit(chromium, f"{address}/{name}.html")
    page = seen.page
    page.wait_for_timeout(500)
    asked = {url.removeprefix(address).partition("?")[0] for url in seen.asked if "/stills/" not in url}
    first = ("site.css", "widgets.css", "site.js")  # the boxes of controls are laid out by their sheet
    programs = {f"/assets/{program}" for program in (*first, *more_programs(page, name))}
    assert asked - {"/assets/icon.svg"} == {f"/{name}.html", *programs, *programs_on(page)}
    names = page.eval_on_selector_all(".stand-in", "all => all.map(e => e.dataset.view)")
    page.evaluate("document.querySelector('.stand-in').scrollIntoView()")
    page.wait_for_function("name => !document.querySelector(`.stand-in[data-view='${name}']`)", arg=names[0])
    if page.evaluate("document.documentElement.scrollHeight") > 10_000:
        assert page.query_selector(f".stand-in[data-view='{names[-1]}']"), "what is far away sleeps on"
    page.wait_for_function("!document.querySelector('.coming, [role=alert]')")
    page.close()


@pytest.mark.parametrize("width, size", [(390, "narrow"), (768, "wide")])
@pytest.mark.parametrize("name", ["en/01-oda", "ja/02-mdgs"])
def test_a_still_says_and_shows_what_the_chart_does(chromium, address, name, width, size):
    seen = visit(chromium, f"{address}/{name}.html", wide=width)
    told = """() => [...document.querySelectorAll('.stand-in-explorer')].map(e => {
        const picture = e.querySelector('img').getBoundingClientRect();
        const words = name => e.querySelector(`.explorer-${name}`)?.textContent;
        return [e.dataset.view, words('title'), words('subtitle'), words('summary'), words('source'),
                picture.width, picture.height];
    })"""
    stood = {name: rest for name, *rest in seen.page.evaluate(told)}
    assert len(stood) == explorers_in(name)
    seen.page.evaluate("bluebook.all()")
    for panel in panels(seen):
        name, *live = panel.evaluate("""e => {
            const { width, height } = e.querySelector('.explorer-chart svg').getBoundingClientRect();
            const words = name => e.querySelector(`.explorer-${name}`)?.textContent;
            return [e.explorer.settings.file, words('title'), words('subtitle'), words('summary'), words('source'),
                    width, height];
        }""")
        still = stood.pop(name)
        assert still[:4] == live[:4]
        assert still[4:] == pytest.approx(live[4:], abs=12), f"{name}: a chart that wakes does not jump"
    assert not stood
    seen.page.close()


@pytest.mark.parametrize("width", [390, 1300])
@pytest.mark.parametrize("name", ["en/01-oda", "ja/05-polar"])
def test_what_the_reader_looks_at_stays_where_it_is_while_the_page_wakes(chromium, address, name, width):
    seen = visit(chromium, f"{address}/{name}.html", wide=width)
    tops = seen.page.evaluate("""async () => {
        const place = document.querySelectorAll('.stand-in-explorer')[3], asleep = '.stand-in', tops = [];
        const frame = () => new Promise(requestAnimationFrame);
        place.scrollIntoView();
        for (let i = 0; i < 10; i++) await frame(); // what comes near is laid out
        let count = 0;
        for (let still = 0; still < 60; still++) { // until nothing has woken for 60 frames
            tops.push(place.querySelector('picture, .explorer-chart').getBoundingClientRect().top);
            const left = document.querySelectorAll(asleep).length;
            if (left !== count || document.querySelector('.coming') || place.matches(asleep)) still = 0;
            count = left;
            await frame();
        }
        return tops;
    }""")
    assert max(tops) - min(tops) < 4
    seen.page.close()


def test_without_programs_a_page_shows_its_charts_and_says_what_is_chosen(chromium, address):
    page = chromium.new_page(java_script_enabled=False)
    page.goto(f"{address}/en/01-oda.html")
    place = page.locator(".stand-in-explorer").first
    place.scroll_into_view_if_needed()
    assert place.locator("img").evaluate("async e => { await e.decode(); return e.naturalWidth; }") > 300
    assert "Year: 2011" in place.inner_text() and "Japan ranks 5th of 23 donors" in place.inner_text()
    assert page.locator(".question legend").first.is_visible()
    assert "switch JavaScript on" in page.locator(".about noscript").inner_text()
    page.close()


NEEDS_PROGRAMS = {"01-oda": "#my-record", "record": "#my-record", "class": "main", "90-project": "#my-project"}


def test_without_programs_no_dead_control_is_offered_and_pages_say_what_is_needed(chromium, address):
    page = chromium.new_page(java_script_enabled=False)
    for code in ("en", "ja"):
        for name, part in {**NEEDS_PROGRAMS, "claims/index": None}.items():
            page.goto(f"{address}/{code}/{name}.html")
            controls = page.locator(":is(button, input, select, textarea):visible:enabled")
            assert controls.all_inner_texts() == [], f"{code}/{name}"
            assert part is None or "JavaScript" in page.locator(f"{part} noscript").inner_text(), f"{code}/{name}"
    page.close()


def test_programs_are_coloured_when_they_are_opened_and_stay_the_same_text(chromium, address):
    seen = visit(chromium, f"{address}/en/01-oda.html")
    program = seen.page.locator("details.program pre")
    before = program.all_text_contents()
    assert seen.page.locator("details.program span").count() == 0
    seen.page.locator("#show-programs").check()
    seen.page.wait_for_function("document.querySelectorAll('details.program span').length > 100")
    assert program.all_text_contents() == before
    for kind in ("comment", "text", "number", "key"):
        assert seen.page.locator(f"details.program span.{kind}").count(), kind
    seen.page.close()


# And then -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1300, 390])
def test_the_other_language_opens_at_the_place_that_is_being_read(chromium, address, width):
    seen = visit(chromium, f"{address}/en/03-environment.html", explorers_in("en/03-environment"))
    seen.page.set_viewport_size({"width": width, "height": 800})
    seen.page.evaluate("document.getElementById('s6-chart').scrollIntoView()")
    seen.page.wait_for_timeout(300)
    seen.page.locator("a.language", has_text="日本語").click()
    seen.page.wait_for_url("**/ja/03-environment.html#s6-chart")
    seen.page.locator("a.language", has_text="English").wait_for()
    seen.page.goto(f"{address}/en/03-environment.html#view=environment-rio&conference=both")
    seen.page.locator("a.language", has_text="日本語").click()
    seen.page.wait_for_url("**/ja/03-environment.html#view=environment-rio&conference=both")
    seen.page.close()


def test_an_hour_of_dragging_leaves_nothing_behind_in_the_browser(chromium, address):
    seen = visit(chromium, f"{address}/en/01-oda.html", explorers_in("en/01-oda"))
    panel = next(panel for panel in panels(seen) if panel.evaluate("e => e.explorer.settings.file") == "oda-ranking")
    session = seen.page.context.new_cdp_session(seen.page)
    session.send("Performance.enable")

    def elements():
        """How many there are after so many changes, those in memory that no page shows too."""
        panel.evaluate(script("setControls"), [("year", 1960 + i % 60, "drawn") for i in range(250)])
        session.send("HeapProfiler.collectGarbage")
        return next(m["value"] for m in session.send("Performance.getMetrics")["metrics"] if m["name"] == "Nodes")

    first = elements()
    assert elements() < first + 1000
    seen.page.close()


def test_it_opens_from_a_folder(chromium, folder):
    seen = visit(chromium, (folder / "en" / "01-oda.html").as_uri(), explorers_in("en/01-oda"))
    panel = next(panels(seen))
    before = panel.evaluate(script("picture"))
    explorer = panel.evaluate_handle("e => e.closest('.explorer')").as_element()
    operate(seen, explorer, panel, "year")
    assert wait_until(panel, "!==", before)
    assert all(url.startswith((folder.as_uri(), "data:", "blob:")) for url in seen.asked) and not seen.complaints
    seen.page.close()


def test_pages_are_light(folder):
    shared = sum(path.stat().st_size for path in (folder / "assets").iterdir())
    assert shared < 4e6, f"{shared:,} bytes"
    for path in folder.rglob("*.html"):
        assert path.stat().st_size < 2e6, f"{path.name}: {path.stat().st_size:,} bytes"


def test_every_page_says_what_it_is(folder):
    for path in folder.rglob("*.html"):
        soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        code = path.relative_to(folder).parts[0] if path.parent != folder else "en"
        assert soup.html["lang"] == code
        assert soup.title.string.strip()
        assert len(soup.find_all("h1")) == 1
        if "worksheets" not in path.parts:
            assert 15 < len(soup.find("meta", attrs={"name": "description"})["content"]) < 320
        levels = [int(heading.name[1]) for heading in soup.find_all(["h1", "h2", "h3", "h4"])]
        assert levels[0] == 1 and all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))
        ids = [tag["id"] for tag in soup.find_all(id=True)]
        assert len(ids) == len(set(ids)), [name for name in ids if ids.count(name) > 1]


def test_every_link_within_the_site_leads_somewhere(folder):
    pages = {
        path.as_uri(): BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser") for path in folder.rglob("*.html")
    }
    for address, soup in pages.items():
        for tag, name in (("a", "href"), ("link", "href"), ("script", "src"), ("img", "src")):
            for target in (urljoin(address, node[name]) for node in soup.find_all(tag, attrs={name: True})):
                if target.startswith("file:"):
                    file, _, place = target.partition("#")
                    assert Path(unquote(urlsplit(file).path)).exists(), f"{address}: {target}"
                    if place.startswith("view="):
                        key = place.removeprefix("view=").partition("&")[0]
                        assert pages[file].find(attrs={"data-view": key}), target
                    elif place.startswith("route="):
                        length, _, step = place.removeprefix("route=").partition(".")
                        steps = pages[file].select(f".routes [data-length='{length}'] li")
                        assert len(steps) >= int(step or 1), f"{address}: {target}"
                    elif place.startswith("verdict="):
                        verdict = place.removeprefix("verdict=")
                        assert pages[file].select_one(f"#filters [name=verdict] option[value={verdict}]"), target
                    elif place and file in pages:
                        assert pages[file].find(id=unquote(place)), f"{address}: {target}"
                else:
                    ways = ("https://", "http://") if tag == "a" else ("https://", "data:")  # old documents have http
                    assert target.startswith(ways) and tag in ("a", "link", "img"), target


@pytest.mark.parametrize("part, scheme", [("", "light"), ("", "dark"), ("en/", "dark"), ("ja/", "light")])
def test_the_other_pages_have_no_serious_violation_of_accessibility(chromium, address, folder, part, scheme):
    """Each in one scheme, as the pages of notebooks: those of a language look like those of the other."""
    pages = sorted(folder.glob(f"{part}[a-z]*.html"))
    assert pages
    for path in pages:
        seen = visit(chromium, f"{address}/{path.relative_to(folder).as_posix()}", color_scheme=scheme)
        assert not serious(seen.page), path
        seen.page.close()


BOXES = """() => [...document.querySelectorAll(".bluebook-long")].map(
    each => [each.scrollHeight > each.clientHeight, each.querySelectorAll("tbody tr, li").length])"""
STOPS = """() => {
    const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")];
    const reached = each => each.tabIndex >= 0 && !each.disabled && each.checkVisibility({ visibilityProperty: true });
    const asked = each => each.type === "radio" ? each.name : each; // of radio buttons one is a stop
    return new Set(all.filter(reached).map(asked)).size;
}"""
HALF = 345  # of the 691 places that the Tab key stopped at on this page, all charts awake, before lists were folded


@pytest.mark.parametrize("wide", [390, 1300])
def test_long_lists_are_folded_and_when_opened_scroll_with_the_page(chromium, address, wide):
    seen = visit(chromium, f"{address}/en/01-oda.html", wide=wide)
    seen.page.evaluate("bluebook.all()")
    assert seen.page.evaluate(STOPS) < HALF
    for cell, heads in (("ledger", 7), ("sources-list", 2)):
        assert seen.page.locator(f"#{cell} td").first.is_hidden()
        seen.page.locator(f"#{cell} .list > summary").click()
        assert seen.page.locator(f"#{cell} td").first.is_visible()
        shown = seen.page.locator(f"#{cell} tbody tr").first.locator("td")
        named = seen.page.locator(f"#{cell} th").all_text_contents()
        assert shown.evaluate_all("all => all.map(each => each.dataset.head)") == named and len(named) == heads
    boxes = seen.page.evaluate(BOXES)
    assert sum(rows for _, rows in boxes) > 90 and not any(scrolls for scrolls, _ in boxes)
    assert seen.page.evaluate("document.documentElement.scrollWidth") == wide
    seen.page.locator("#ledger input[type=search]").fill("Africa")
    seen.page.keyboard.press("Enter")
    left = seen.page.locator("#ledger tbody tr").evaluate_all("all => all.filter(e => e.checkVisibility()).length")
    assert 0 < left < 20
    seen.page.close()


def test_programs_are_folded_until_they_are_asked_for(chromium, address):
    seen = visit(chromium, f"{address}/en/01-oda.html")
    assert seen.page.locator("details.program .highlight").evaluate_all("all => all.every(e => !e.checkVisibility())")
    seen.page.locator("#show-answers").check()
    seen.page.locator("#show-programs").check()
    assert seen.page.locator("details.program .highlight").evaluate_all("all => all.every(e => e.checkVisibility())")
    assert seen.page.locator("form.question-exercise").count() == 5, "exercises are answered here"
    assert seen.page.locator("summary:has-text('Solution')").count() == 5
    seen.page.close()


# Failures -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def one(tmp_path):
    """A folder with one small notebook, to be broken."""
    path = tmp_path / "notebooks" / "en" / "90-small.ipynb"
    path.parent.mkdir(parents=True)
    cells = [
        nbformat.v4.new_markdown_cell("# Small\n\n**The question:** is it small?", id="title"),
        nbformat.v4.new_code_cell("print('ready')", id="work"),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def test_widgets_of_every_kind_have_places(one, tmp_path, chromium):
    """Charts that share a name, several in one box, a widget that is no chart and no question, one shown twice."""
    notebook = nbformat.read(one, 4)
    cells = [
        "from helpers import *\nfrom ipywidgets import HTML, VBox",
        "data = pd.DataFrame({'n': [1, 2, 3]})",
        "bars = rows(data).mark_bar().encode(x='n:Q', y='n:O', tooltip=['n'])\n"
        "def most(n): return explore(bars.transform_filter(f'datum.n <= {n}'))",
        "VBox([most(1), most(2)])",
        "third = most(3); third",
        "display(third, IntSlider(value=7), HTML('<i>said</i>'))",
    ]
    notebook.cells += [nbformat.v4.new_code_cell(cell, id=f"c{i}") for i, cell in enumerate(cells)]
    nbformat.write(notebook, one)
    build(tmp_path / "out", one.parents[1])
    seen = visit(chromium, (tmp_path / "out" / "en" / "90-small.html").as_uri())
    assert seen.page.locator(".stand-in-explorer").count() == 3 and seen.page.locator(".stand-in img").count() == 4
    assert len({*seen.page.locator(".stand-in img").evaluate_all("all => all.map(e => e.src)")}) == 3
    seen.page.evaluate("bluebook.all()")
    assert [marks(panel) for panel in panels(seen)] == [1, 2, 3, 3]
    assert (
        seen.page.locator(".widget-readout").text_content() == "7" and seen.page.locator("i", has_text="said").count()
    )
    assert seen.complaints == [] and seen.page.locator(".stand-in, [role=alert]").count() == 0
    seen.page.close()


def test_a_cell_that_fails_is_named_and_the_earlier_site_stays(one, tmp_path):
    out = tmp_path / "out"
    assert [path.name for path in build(out, one.parents[1])]
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    notebook = nbformat.read(one, 4)
    notebook.cells[1].source = "1 / 0"
    nbformat.write(notebook, one)
    with pytest.raises(SiteError, match=r"en/90-small.ipynb: cell work: ZeroDivisionError"):
        build(out, one.parents[1])
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notebooks", "out"]


def test_a_folder_of_something_else_is_left_alone(one, tmp_path):
    out = tmp_path / "letters"
    out.mkdir()
    (out / "letter.txt").write_text("Dear")
    with pytest.raises(SiteError, match="not an earlier site"):
        build(out, one.parents[1])
    assert (out / "letter.txt").read_text() == "Dear"


def test_no_notebooks_are_told(tmp_path):
    with pytest.raises(SiteError, match="no notebooks"):
        build(tmp_path / "out", tmp_path)


def test_what_a_cell_prints_stands_on_its_page(one, tmp_path):
    build(tmp_path / "out", one.parents[1])
    page = BeautifulSoup((tmp_path / "out" / "en" / "90-small.html").read_text(encoding="utf-8"), "html.parser")
    assert page.find("pre", class_="printed").string.strip() == "ready"
    assert page.noscript, "a browser without JavaScript is told what it lacks"
