"""A guess that is drawn: by mouse, touch and keys, on paper and in words; what is said of it is what the table says."""

import functools
import html
import re

import nbformat
import numpy as np
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import printed
from lab import ROOT
from test_guide import GUIDES

from helpers import draw, load, predict, questions
from helpers.commands import drawings as paper
from helpers.commands.drawings import draw_paper
from helpers.language import speaking, texts

SERIES = pd.Series([1.0, 2.0, np.nan, 4.0, 8.0], index=[2000, 2001, 2002, 2003, 2005])
BARS = pd.Series([10.0, 2.5], index=["all", "some"])


@pytest.fixture(autouse=True)
def wording(trial):
    trial(
        line={"prompt": "How did it go on?", "unit": "billion", "scale": 0.001, "reveal": "It ended at {end:.0f}."},
        bar={"prompt": "How much?", "unit": "%", "reveal": "So it was."},
    )


# In Python ------------------------------------------------------------------------------------------------------------


def test_a_drawing_holds_the_series_and_what_is_known_of_it():
    content = predict("trial.line", draw(SERIES, after=2001, between=(0, 10)), end=8).content
    drawn = content["drawn"]
    assert (drawn["labels"], drawn["values"]) == ([2000, 2001, 2003, 2005], [1, 2, 4, 8])
    assert (drawn["known"], drawn["years"], drawn["between"], drawn["scale"]) == (2, True, [0, 10], 0.001)
    assert content["feedback"] == ["It ended at 8."] and not content["options"]
    bar = predict("trial.bar", draw(BARS, after="all", between=(0, 100))).content["drawn"]
    assert (bar["labels"], bar["known"], bar["years"], bar["scale"]) == (["all", "some"], 1, False, 1)
    assert len({drawn["how"], draw(SERIES.rename(str), "2001", (0, 10))["how"], bar["how"]}) == 3


@pytest.mark.parametrize("after, between", [(2002, (0, 10)), (2005, (0, 10)), (1999, (0, 10)), (2001, (0, 7))])
def test_nothing_hidden_or_a_value_outside_the_axis_is_refused(after, between):
    with pytest.raises(ValueError, match=str(after)):
        draw(SERIES, after, between)


def test_where_no_widget_is_alive_the_output_asks_for_the_ends_in_words():
    made = predict("trial.line", draw(SERIES, after=2001, between=(0, 10)), end=8)
    assert made._told() == ["How did it go on?", "2003: ____ billion", "2005: ____ billion"]
    assert predict("trial.bar", draw(BARS, after="all", between=(0, 100)))._told() == ["How much?", "some: ____%"]


def test_in_japanese_a_year_is_called_one():
    with speaking("ja"):
        drawn = draw(SERIES, after=2001, between=(0, 10)) | {"scale": 1}
        assert questions.name_blank(drawn, 2003) == "2003年："
        assert questions.name_blank(draw(BARS, after="all", between=(0, 100)), "some") == "some："
        told = predict("trial.line", draw(SERIES, after=2001, between=(0, 10)), end=8)._told()
        assert [line.partition("：")[0] for line in told[1:]] == ["2003年", "2005年"]


@pytest.mark.parametrize(
    "given",
    [
        {"answer": [3, 11], "step": "noted"},
        {"answer": [-1, 4], "step": "noted"},
        {"answer": [3, None], "step": "revealed"},
        {"answer": ["3", 4], "step": "noted"},
        {"answer": [3, 4, 5], "step": "noted"},
        {"answer": "3", "step": "noted"},
    ],
)
def test_a_kept_drawing_that_no_longer_fits_counts_as_none(given, monkeypatch):
    monkeypatch.setattr(questions.answers, "_given", {"trial.line": given})
    assert predict("trial.line", draw(SERIES, after=2001, between=(0, 10)), end=8).given == {}


def test_a_drawing_that_is_not_ended_is_kept(monkeypatch):
    given = {"answer": [3, None]}
    monkeypatch.setattr(questions.answers, "_given", {"trial.line": given})
    assert predict("trial.line", draw(SERIES, after=2001, between=(0, 10)), end=8).given == given


@pytest.mark.parametrize(
    "name, letters, lines",
    [
        ("2007–08", 3, ["2007–08"]),
        ("国連IGME 2012年版", 6, ["国連IGME", "2012年版"]),
        ("国連IGME 2012年版", 9, ["国連IGME 2012年", "版"]),
        ("Repayments, forgiven debt", 9, ["Repayments,", "forgiven debt"]),
    ],
)
def test_names_below_bars_part_at_blanks_and_between_japanese_letters(name, letters, lines):
    assert paper._fold(name, letters) == lines


def test_what_is_drawn_is_there_again_when_the_cell_is_run_again():
    first = predict("trial.line", draw(SERIES, after=2001, between=(0, 10)), end=8)
    first.given = {"answer": [3, 4], "step": "noted"}
    assert predict("trial.line", draw(SERIES, after=2001, between=(0, 10)), end=8).given == first.given
    assert predict("trial.line", draw(SERIES, after=2003, between=(0, 10)), end=8).given == {}, "one year is hidden"


# In the notebooks -----------------------------------------------------------------------------------------------------


@functools.cache
def cells(stem):
    """The cells of a notebook with a guess that is drawn, and the question of each."""
    notebook = nbformat.read(ROOT / "notebooks" / "en" / f"{stem}.ipynb", as_version=4)
    drawn = [
        cell for cell in notebook.cells if cell.cell_type == "code" and re.search(r"(?<![\w.])draw\(", cell.source)
    ]
    return {cell.id: re.search(r'predict\("(\w+)\.predictions\.(\w+)"', cell.source).groups() for cell in drawn}


def test_every_theme_has_a_guess_that_is_drawn_and_ten_are_there_in_all():
    found = {path.stem: cells(path.stem) for path in (ROOT / "notebooks" / "en").glob("0[1-6]-*.ipynb")}
    assert len(found) == 6 and all(found.values()) and sum(map(len, found.values())) >= 10
    for theme, name in (asked for each in found.values() for asked in each.values()):
        units = []
        for code in ("en", "ja"):
            with speaking(code):
                entry = texts(f"{theme}.predictions.{name}")
            assert entry["unit"] and "options" not in entry, name
            units.append(entry.get("scale", 1))
        assert units[1] / units[0] in (1, 10, 100, 0.01), f"{name}: the same amount in two units"


def drawings(run):
    """The guesses of a notebook that are drawn, by the cell of each."""
    made = [(cell, getattr(widget, "content", {})) for cell, widget in run.made]
    return {cell: content for cell, content in made if content.get("drawn")}


def test_the_guide_gives_what_the_data_give_at_the_end(theme):
    entries = GUIDES[theme.language].entries(theme.path.stem)
    for cell, content in drawings(theme).items():
        number = re.match(r"\*\*(−?[\d,.]*\d)", entries[cell])[1].replace(",", "").replace("−", "-")
        value = content["drawn"]["values"][-1] * content["drawn"]["scale"]
        assert f"{value:.{len(number.partition('.')[2])}f}" == number, cell


def test_what_is_drawn_on_has_room_for_guesses_above_and_below_the_data(theme):
    for content in drawings(theme).values():
        drawn = content["drawn"]
        low, high = drawn["between"]
        assert drawn["known"] >= 1 and min(drawn["values"]) >= low
        assert max(drawn["values"]) <= low + 0.95 * (high - low), content["prompt"]


# On paper -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("series, after", [(SERIES, 2001), (BARS, "all")])
def test_paper_has_what_is_known_and_room_and_the_key_has_the_rest(series, after):
    drawn = {"drawn": draw(series, after, (0, 20)) | {"scale": 1}, "unit": "<b>"}
    empty, full = (draw_paper(drawn, 640, revealed) for revealed in (False, True))
    known = drawn["drawn"]["known"]
    point = r"[ML][\d.]+,[\d.]+(?=[L\"])" if drawn["drawn"]["years"] else r"<rect [^>]*fill=\"#"
    marks = [len(re.findall(point, picture)) for picture in (empty, full)]
    assert marks == [known, len(drawn["drawn"]["values"])]
    assert (
        "&lt;b&gt;" in empty and ">20<" in empty and empty.count("stroke-dasharray") == full.count("stroke-dasharray")
    )


def test_a_worksheet_has_axes_to_draw_on_and_its_key_the_data(theme):
    sheet, key = printed(theme.path)
    with speaking(theme.language):
        for content in drawings(theme).values():
            assert draw_paper(content, 660) in sheet and draw_paper(content, 660) not in key
            assert draw_paper(content, 660, True) in key and draw_paper(content, 660, True) not in sheet
            drawn = content["drawn"]
            hidden = list(zip(drawn["labels"], drawn["values"], strict=True))[drawn["known"] :]
            for label, value in hidden[-1:] if drawn["years"] else hidden:
                name = html.escape(questions.name_blank(drawn, label).strip())
                assert re.search(rf'class="blank">{re.escape(name)}\s*<span>', sheet), name
                found = re.findall(rf'class="blank">{re.escape(name)}\s*<b>(.*?)</b>', key)
                begin, end = content["written"].split("{}")
                told = [text.removeprefix(begin).removesuffix(end) for text in map(html.unescape, found)]
                amounts = [float(text.replace(",", "").replace("−", "-")) for text in told if text[-1].isdigit()]
                assert any(amount == pytest.approx(value * drawn["scale"], rel=0.005) for amount in amounts), name


# In a browser ---------------------------------------------------------------------------------------------------------

PAGE = "01-oda"
CELLS = ("s3-predict", "s6-predict", "s7-africa-predict")
SAID = "cell => document.querySelector(`#${cell} .question-feedback`).textContent"
KEPT = "cells => cells.map(cell => document.querySelector(`#${cell} .drawing-field`).getAttribute('aria-valuetext'))"


def wake(page, address, code):
    page.goto(f"{address}/{code}/{PAGE}.html")
    for cell in CELLS:
        page.evaluate("cell => document.getElementById(cell).scrollIntoView({ behavior: 'instant' })", cell)
        page.locator(f"#{cell} .drawing-field").wait_for(timeout=60_000)


def centre(field):
    """Scroll a place to the middle of the window, where nothing lies over it; gives where it is."""
    field.evaluate("node => node.scrollIntoView({ block: 'center', behavior: 'instant' })")
    field.page.wait_for_timeout(300)
    return field.bounding_box()


def sentence(code, guess, values, unit, share=True):
    """What follows from a guess and the values of the table, both in the unit of the sentence."""
    with speaking(code):
        words = texts("common.drawing")
    offs = pd.Series(guess, values.index) - values
    off, worst, guess = offs.abs().mean(), offs.abs().idxmax(), values + offs
    amount = f"{100 * off / values.mean():.0f}%" if share else f"{rounded(off)}{unit}"
    side = "low" if (offs <= 0).all() else "high" if (offs >= 0).all() else "apart"
    gap = words[side].replace("{}", amount)
    told = {"guess": rounded(guess[worst]), "value": rounded(values[worst]) + unit}
    if len(values) == 1:
        return words["one"].format(gap=gap, **told)
    return words["several"].format(gap=gap, label=words["year"].format(worst), **told)


def rounded(value):
    """Three digits, two of them after the point at most."""
    return f"{float(f'{value:.{min(2, 2 - int(np.floor(np.log10(abs(value)))))}f}'):,g}".replace("-", "−")


@pytest.mark.browser
def test_a_guess_is_drawn_by_mouse_touch_and_keys_kept_and_told_in_either_language(chromium, address):
    context = chromium.new_context(viewport={"width": 768, "height": 900}, has_touch=True)
    page, complaints = context.new_page(), []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    wake(page, address, "en")
    page.evaluate("document.addEventListener('keydown', (event) => (globalThis.heard = event.key))")

    # With keys: a bar. What is pressed there stays there, and what is not drawn to its end is not taken.
    bar = page.locator("#s3-predict .drawing-field")
    button = page.locator("#s3-predict button")
    bar.focus()
    button.press("Enter")
    assert page.evaluate(SAID, "s3-predict") == texts("common.drawing")["unfinished_bars"]
    bar.focus()
    page.evaluate("globalThis.heard = null")
    for key, times in (("PageUp", 3), ("ArrowUp", 2), ("ArrowDown", 1), ("ArrowRight", 2)):
        for _ in range(times):
            bar.press(key)
    assert page.evaluate("globalThis.heard") is None
    assert (bar.get_attribute("aria-valuenow"), bar.get_attribute("role")) == ("6.2", "slider")
    assert bar.get_attribute("aria-valuetext") == "Repayments, forgiven debt: 6.2 billion US dollars"

    # With the mouse: a line from the first hidden year to the last, straight in the picture.
    field = page.locator("#s6-predict .drawing-field")
    box = centre(field)
    across = lambda share, up: (box["x"] + share * box["width"], box["y"] + (1 - up) * box["height"])  # noqa: E731
    page.mouse.move(*across(0.03, 0.7))
    page.mouse.down()
    page.mouse.move(*across(0.995, 0.2), steps=3)
    page.mouse.up()
    field.press("Home")
    assert field.get_attribute("aria-valuetext").startswith("1995: 1.")
    field.press("End")
    assert field.get_attribute("aria-valuetext") == "2012: −1.8 billion US dollars"

    # With a finger: on the plane it draws, beside it it scrolls the page.
    session = page.context.new_cdp_session(page)
    touched = page.locator("#s7-africa-predict .drawing-field")
    box = centre(touched)

    def swipe(points):
        for number, (x, y) in enumerate(points):
            kind = "touchMove" if number else "touchStart"
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    before = page.evaluate("scrollY")
    swipe([(box["x"] + 4, box["y"] + 0.2 * box["height"]), *([across(s / 8, 0.5) for s in range(1, 9)])])
    assert touched.get_attribute("aria-valuetext").startswith("2012: 2.")
    swipe([(box["x"] + box["width"] / 2, box["y"] + y) for y in range(40, 200, 20)])
    assert page.evaluate("scrollY") == before
    swipe([(box["x"] - 60, box["y"] + y) for y in range(200, 0, -20)])
    page.wait_for_timeout(300)
    assert page.evaluate("scrollY") > before

    # What is said is what the table says.
    for cell in CELLS:
        page.locator(f"#{cell} button").first.press("Enter")
    assert {page.evaluate(SAID, cell) for cell in CELLS} == {texts("common.drawing")["noted"]}
    assert page.locator(f"#{CELLS[0]} rect.drawing-data").count() == 1
    for cell in CELLS:
        page.locator(f"#{cell} button").first.press("Enter")
    kept = page.evaluate(f"JSON.parse(localStorage.getItem('bluebook-notebooks {PAGE}'))")
    guesses = [np.array(kept[f"oda.predictions.{name}"]["answer"]) for name in ("loans", "story", "africa")]
    assert guesses[0].tolist() == [6200]
    japan = load("oda_donors").query("iso3 == 'JPN' and year == 2011")
    china = load("oda_japan_recipients_longrun").query("iso3 == 'CHN'").set_index("year").net_usd_million
    africa = load("oda_japan_regions").query("region == 'africa' and channel == 'bilateral'").set_index("year")
    data = [
        japan.gross_usd_million - japan.net_usd_million,
        china.loc[1995:2012],
        africa.net_usd_million.loc[2008:2012],
    ]
    said = [page.evaluate(SAID, cell) for cell in CELLS]
    for share, words, guess, values in zip([True, False, True], said, guesses, data, strict=True):
        assert words.startswith(sentence("en", guess / 1000, values / 1000, " billion US dollars", share))
    assert page.locator("#s7-africa-predict .drawing-gap").count() == 1
    valuetexts = page.evaluate(KEPT, CELLS)
    found = Axe().run(page, context="#s6-predict").response["violations"]
    assert [each["id"] for each in found] == []

    # Kept, and in the other language in its own unit; the record has every value.
    page.reload()
    wake(page, address, "en")
    assert page.evaluate(SAID, CELLS[1]) == said[1]
    assert page.evaluate(KEPT, CELLS[:1]) == valuetexts[:1]
    wake(page, address, "ja")
    assert page.evaluate(SAID, CELLS[2]).startswith(sentence("ja", guesses[2] / 100, data[2] / 100, "億ドル"))
    page.locator(".record-begin button").first.click()
    page.locator(".record-sheet").wait_for()
    written = page.locator(".record tbody td:nth-child(2)").all_inner_texts()
    assert any(re.match(r"返済・債務の免除: 62 ", words) for words in written)
    assert complaints == []
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("name", ["en/04-climate", "ja/05-polar"])
def test_a_place_that_is_too_narrow_gets_a_smaller_picture_and_no_mark_without_width(chromium, address, name):
    """As while a side bar of JupyterLab takes all but a little of a telephone."""
    page = chromium.new_page(viewport={"width": 390, "height": 800})
    said = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto(f"{address}/{name}.html")
    page.evaluate("bluebook.all()")
    page.wait_for_selector(".drawing svg")
    widths = page.evaluate("""async () => {
        const found = [], frame = () => new Promise(requestAnimationFrame);
        for (const drawing of document.querySelectorAll(".drawing")) {
            drawing.scrollIntoView({ behavior: "instant" });
            for (const width of [200, 60, 20]) {
                drawing.style.width = `${width}px`;
                for (let i = 0; i < 6; i++) await frame();
                found.push(drawing.querySelector("svg").viewBox.baseVal.width);
            }
        }
        return found;
    }""")
    assert len(widths) > 2 and set(widths) == {240}
    assert said == []
    page.close()
