"""Routes: guides, notebooks and pages say what data/routes says, and a page shows the route that is chosen.

What a route takes is computed: words or letters at the speeds below, and the minutes of what is done. All of these are
assumptions of this project, not measurements.
"""

import io
import re
import shutil

import pytest
from bs4 import BeautifulSoup
from lab import ROOT, Notebook, jupyter
from pypdf import PdfReader

from helpers.commands import routes
from helpers.commands.routes import RouteError, read_routes, write_routes
from helpers.language import speaking
from helpers.tables import Package

SPEED = {"en": 175, "ja": 500}  # words and letters a minute
MOST = {"en": 1200, "ja": 3000}  # words and letters to read in 20 minutes
DOING = {".question-predict": 0.6, ".question-ask": 0.7, ".stand-in-explorer": 1.0}  # minutes for each
OBSERVING = 1.5  # minutes for a list of observations to carry out
# What is not read: programs, tables, options, what is closed, and what stands on buttons.
UNREAD = """.program, table, .question-option, .stand-in-chosen, .stand-in-controls, .stand-in-tools, .explorer-source,
    .answer > summary, details:not(.answer) > :not(summary), button, script, style"""
THEMES = sorted(path.stem for path in (ROOT / "data/routes").glob("*.toml"))
SHOWN = "[...document.querySelectorAll('main > section:not([hidden])')].map(section => section.id)"
SAYS = "words => document.querySelector('.route-bar p').textContent.includes(words)"
AT_TOP = """id => {
    const { top } = document.getElementById(id).getBoundingClientRect();
    const end = scrollY + innerHeight > document.documentElement.scrollHeight - 2;
    return top > -2 && (top < 60 || (end && top < innerHeight));
}"""


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """Notebooks, guides and data/routes in a folder of their own."""
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    shutil.copytree(ROOT / "data/routes", tmp_path / "data/routes")
    monkeypatch.setattr(routes, "PACKAGE", Package(tmp_path / "data"))
    return tmp_path


def test_every_notebook_of_a_theme_has_routes():
    assert sorted(path.stem for path in (ROOT / "notebooks/en").glob("0[1-9]-*.ipynb")) == THEMES
    for stem in THEMES:
        assert list(read_routes(stem)) == [20, 45, 90]
    assert read_routes("90-project") == {}


def test_guides_and_notebooks_have_the_routes_of_the_data(copy):
    assert write_routes(copy / "notebooks") == []


def test_what_the_data_change_changes_guides_and_notebooks(copy):
    file = copy / "data/routes/05-polar.toml"
    file.write_text(file.read_text("utf-8").replace('"s1-chart"', '"s2-chart"'), "utf-8")
    changed = write_routes(copy / "notebooks")
    assert [path.relative_to(copy / "notebooks").as_posix() for path in changed] == [
        "en/teaching-guide.md",
        "ja/teaching-guide.md",
    ]
    assert "`s1-chart`" not in changed[0].read_text("utf-8").split("## 05-polar\n")[1].split("### 05-polar answers")[0]
    for code in ("en", "ja"):
        path = copy / f"notebooks/{code}/05-polar.ipynb"
        path.write_text(path.read_text("utf-8").replace("#cell-id=title", "#cell-id=s1", 1), "utf-8")
    assert len(write_routes(copy / "notebooks")) == 2


@pytest.mark.parametrize(
    "old, new, said",
    [
        (
            'minutes = 6, cells = ["s1-predict", "s1-chart", "s1-check-net"',
            'minutes = 7, cells = ["s1-predict"',
            "take 21",
        ),
        ('"s5-why"', '"s5-wyh"', "en/01-oda.ipynb has no cell s5-wyh"),
        ('  { minutes = 4, cells = ["s3-predict", "s3-chart"] },\n', "", "take 16"),
        ("  { minutes = 1, ", "  { minutes = 0, cells = [] },\n  { minutes = 1, ", "have 7 steps, texts/routes.toml 5"),
    ],
)
def test_a_wrong_route_is_named_and_nothing_is_written(copy, old, new, said):
    file = copy / "data/routes/01-oda.toml"
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(RouteError, match=said):
        write_routes(copy / "notebooks")
    for path in sorted((ROOT / "notebooks").glob("*/[!.]*")):
        assert (copy / "notebooks" / path.parent.name / path.name).read_bytes() == path.read_bytes()


def test_a_guide_without_a_table_for_a_route_is_named(copy):
    guide = copy / "notebooks/ja/teaching-guide.md"
    guide.write_text(guide.read_text("utf-8").replace('<a id="04-climate-in-45-minutes"></a>', ""), "utf-8")
    with pytest.raises(RouteError, match="04-climate-in-45-minutes"):
        write_routes(copy / "notebooks")


def measure(cell, code):
    """Words or letters of a cell that are read, the minutes that doing takes, and the cards."""
    cards = len(cell.select(".bluebook-card"))
    doing = sum(minutes * len(cell.select(what)) for what, minutes in DOING.items())
    doing += OBSERVING * bool(cell["id"].endswith("-read") and cell.select("ol"))
    for part in cell.select(UNREAD):
        part.extract()
    told = cell.get_text(" ")
    return len(re.findall(r"\w\S*", told)) if code == "en" else len(re.sub(r"\s", "", told)), doing, cards


def shown_in(steps):
    """The cells that a page shows of a route, as routes.js does: with the title and the headings of sections."""
    named = [cell for step in steps for cell in step.cells]
    return {"title", *named, *(found[0] for cell in named if (found := re.match(r"s\d+", cell)))}


@pytest.mark.browser  # as the site is made for these tests
@pytest.mark.parametrize("code", ["en", "ja"])
@pytest.mark.parametrize("stem", THEMES)
def test_a_route_keeps_its_promise(folder, code, stem):
    soup = BeautifulSoup((folder / code / f"{stem}.html").read_text("utf-8"), "html.parser")
    cells = {cell["id"]: measure(cell, code) for cell in soup.select("main > section[id]")}
    with speaking(code):
        routes = read_routes(stem)
    for length, steps in routes.items():
        read, doing, cards = map(sum, zip(*(cells[name] for name in shown_in(steps) & cells.keys()), strict=True))
        assert 0.4 * length < read / SPEED[code] + doing <= 1.1 * length, length
        if length == 20:
            assert read <= MOST[code] and cards <= 6


SCREENS = """() => {
    const shown = [...document.querySelectorAll("main > section:not([hidden])")];
    for (const cell of shown) cell.style.contentVisibility = "visible";
    return (shown.at(-1).getBoundingClientRect().bottom - shown[0].getBoundingClientRect().top) / innerHeight;
}"""


@pytest.mark.browser
def test_the_route_of_20_minutes_takes_few_screens_of_a_telephone_and_few_sheets(chromium, address):
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    for name in (f"{code}/{stem}" for stem in THEMES for code in ("en", "ja")):
        page.goto(f"{address}/{name}.html?open#route=20")
        page.locator(".route-bar").wait_for()
        assert 5 < page.evaluate(SCREENS) <= 10, name
        if "01" in name or "02" in name:
            assert len(PdfReader(io.BytesIO(page.pdf(format="A4"))).pages) <= 8
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("code, width", [("en", 390), ("ja", 1300)])
@pytest.mark.parametrize("stem", ["01-oda", "04-climate"])
def test_a_page_shows_the_route_that_is_chosen(chromium, address, code, stem, width):
    page = chromium.new_page(viewport={"width": width, "height": 844})
    page.goto(f"{address}/{code}/{stem}.html")
    everything, screens = page.evaluate(SHOWN), page.evaluate("document.documentElement.scrollHeight")
    assert page.locator(".route-bar").is_hidden()
    page.locator(".routes details[data-length='20'] summary").click()
    page.locator(".routes details[data-length='20'] .follow").click()
    with speaking(code):
        steps = read_routes(stem)[20]
    used = {cell for step in steps for cell in step.cells}
    shown = set(page.evaluate(SHOWN))
    assert used & set(everything) <= shown
    assert all(name in used or name == "title" or any(cell.startswith(f"{name}-") for cell in used) for name in shown)
    assert page.evaluate("document.documentElement.scrollHeight") < screens / 3
    bar, left = page.locator(".route-bar"), 20
    for number, step in enumerate(steps, 1):
        page.wait_for_function(SAYS, arg=step.words)
        said = bar.locator("p").text_content()
        assert f"{left}" in said.rpartition("·")[2]
        assert page.url.endswith(f"#route=20.{number}")
        section = step.cells[0].partition("-")[0]
        before = {cell.partition("-")[0] for other in steps[: number - 1] for cell in other.cells}
        place = section if section in shown and section not in before else step.cells[0]
        page.wait_for_function(AT_TOP, arg=place)
        left -= step.minutes
        if number < len(steps):
            bar.locator("button[value='1']").click()
    assert bar.locator("button[value='1']").is_disabled()
    page.go_back()
    page.wait_for_function(SAYS, arg=steps[-2].words)
    bar.locator("button[value='']").click()
    assert page.evaluate(SHOWN) == everything and bar.is_hidden()
    page.close()


@pytest.mark.browser
def test_a_link_to_a_step_shows_it_in_either_language_and_other_places_show_the_whole_page(chromium, address):
    page, errors = chromium.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{address}/index.html")
    page.locator("a[href='en/03-environment.html#route=45']").click()
    page.locator(".route-bar button[value='1']").click()
    page.locator("a.language[lang=ja]").click()
    page.wait_for_url("**/ja/03-environment.html#route=45.2")
    with speaking("ja"):
        page.wait_for_function(SAYS, arg=read_routes("03-environment")[45][1].words)
    for wrong in ("route=46", "route=x", "route=45.99", "nowhere", "%E0%A4%A", "view=%"):
        page.evaluate("hash => { location.hash = hash; }", wrong)
    page.evaluate("() => { location.hash = 'ledger'; }")
    page.wait_for_function("document.querySelector('.route-bar').hidden")
    assert page.locator("section[hidden]").count() == 0 and errors == []
    page.close()


FAR = """() => {
    const cell = jupyterapp.shell.currentWidget.content.widgets.find(each => each.model.id === 's5-predict');
    const { top, bottom } = cell.node.getBoundingClientRect();
    return bottom > top && Math.max(top - innerHeight, -bottom, 0);
}"""  # pixels from the window; JupyterLab guesses the heights of cells that it has not shown


@pytest.mark.browser
def test_in_jupyterlab_a_step_leads_to_its_cell(chromium, copy):
    with jupyter(copy / "notebooks") as address:
        notebook = Notebook(chromium, address, "ja/01-oda.ipynb")
        page = notebook.page
        page.wait_for_function(f"({FAR})() > 1500")
        page.locator("details summary", has_text="45分").click()
        page.locator("details[open] a").nth(5).click()
        page.wait_for_function(f"[({FAR})()].some(far => far !== false && far < 300)")
        page.close()


@pytest.mark.browser
def test_on_paper_a_route_has_its_cells_and_no_bar(chromium, address):
    page = chromium.new_page(viewport={"width": 1200, "height": 900})
    page.goto(f"{address}/en/01-oda.html#route=20.2")
    page.locator(".route-bar").wait_for()
    page.emulate_media(media="print")
    assert page.locator(".route-bar").is_hidden() and page.locator(".routes").is_hidden()
    assert page.locator("#s1-chart").is_visible() and page.locator("#s2-chart").is_hidden()
    sheets = len(PdfReader(io.BytesIO(page.pdf(format="A4"))).pages)
    assert sheets <= 8
    page.close()
