"""Answers are folded on a page until its reader has given one; links, switches, print and other readers reach them."""

import re

import nbformat
import pytest
from lab import ROOT

from helpers.commands.site.folds import find_waiting

NAMES = sorted(path.stem for path in (ROOT / "notebooks/en").glob("0[1-9]-*.ipynb"))
OPEN = "[...document.querySelectorAll('details.answer[open]')].map(fold => fold.parentElement.id)"


def cells(stem, code="en"):
    return nbformat.read(ROOT / f"notebooks/{code}/{stem}.ipynb", as_version=4).cells


@pytest.mark.parametrize("stem", NAMES)
def test_what_tells_an_answer_waits_for_its_question(stem):
    mine = cells(stem)
    waiting, places = find_waiting(mine), {cell.id: place for place, cell in enumerate(mine)}
    assert len(waiting) >= 10 and waiting == find_waiting(cells(stem, "ja"))
    for name, (asked, _) in waiting.items():
        assert places[asked] < places[name] and asked.split("-")[0] == name.split("-")[0]
        assert re.search(r"\b(predict|ask)\(", mine[places[asked]].source)
    for cell in mine:
        assert not (cell.id in waiting and re.search(r"\b(explore|predict|ask)\(", cell.source))


def test_between_a_guess_and_its_chart_no_card_and_no_observation_stands_open():
    for stem in NAMES:
        waiting, guess = find_waiting(cells(stem)), False
        for cell in cells(stem):
            if re.match(r"#{2,3} ", cell.source):
                guess = False
            guess = guess or cell.id.endswith("-predict")
            if guess and "task" not in cell.metadata.get("tags", ()):
                tells = "verify(" in cell.source or cell.source.startswith(("**Read", "The amount fits"))
                assert cell.id in waiting or not tells, f"{stem}, {cell.id}"


def test_a_task_stays_open_and_its_solution_waits_for_the_question_about_it():
    waiting = find_waiting(cells("01-oda"))
    assert "s5-read" not in waiting and waiting["s5-check"][0] == waiting["s5-why"][0] == "s5-ask"
    assert waiting["s1-check-net"] == ("s1-predict", "check") and "s7-check" not in waiting  # there is no guess


GUESS = """async id => {
    await bluebook.all();
    const form = document.querySelector(`#${id} form.question`);
    form.scrollIntoView({ block: "center" });
    await new Promise(done => setTimeout(done, 300));
    form.querySelector("input").click();
    const before = form.getBoundingClientRect().top;
    form.querySelector("button").click();
    return form.getBoundingClientRect().top - before;
}"""


def open_contents(page):
    """The switches stand in the contents, which are a menu on a narrow screen."""
    if not page.locator("#show-answers").is_visible():
        page.locator(".contents summary").first.click()


@pytest.mark.browser
@pytest.mark.parametrize("code, width", [("en", 390), ("ja", 1300)])
def test_answers_open_with_the_guess_and_programs_with_their_switch(chromium, address, code, width):
    context, errors = chromium.new_context(viewport={"width": width, "height": 844}), []
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{address}/{code}/01-oda.html")
    folds = page.locator("details.answer").count()
    assert page.locator(".switch").evaluate_all("all => all.every(e => e.clientWidth <= e.parentElement.clientWidth)")
    assert folds == len(find_waiting(cells("01-oda"))) and page.evaluate(OPEN) == []
    assert page.locator("#s1-check-net .bluebook-card").first.is_hidden() and page.locator("#s1-chart").is_visible()
    assert page.locator("details.program:visible").count() == 0

    page.locator("#s2-read .answer > summary").click()  # by hand, without a guess
    assert page.locator("#s2-read li").first.is_visible()
    assert page.evaluate(GUESS, "s1-predict") == pytest.approx(0, abs=1), "the question stays where it is"
    assert page.evaluate(OPEN) == ["s1-read", "s1-check-net", "s1-check-share", "s2-read"]
    page.locator("#s1-read .answer > summary").click()
    page.evaluate(GUESS, "s5-ask")
    assert page.evaluate(OPEN) == ["s1-check-net", "s1-check-share", "s2-read", "s5-check", "s5-why"]

    page.evaluate("location.hash = 's3-check'")
    page.wait_for_function("document.querySelector('#s3-check .bluebook-card').checkVisibility()")
    page.reload()
    assert {"s1-read", "s1-check-net", "s3-check", "s5-why"} <= set(page.evaluate(OPEN))

    page.goto(f"{address}/{code}/01-oda.html?open#s7-africa-check")
    assert len(page.evaluate(OPEN)) == folds
    page.goto(f"{address}/{code}/01-oda.html")
    assert len(page.evaluate(OPEN)) < folds
    open_contents(page)
    page.locator("#show-answers").check()
    page.locator("#show-programs").check()
    page.goto(f"{address}/{code}/04-climate.html")
    assert page.locator("details.answer:not([open])").count() == 0
    programs = page.locator("details.program")
    assert programs.count() > 20 and page.locator("details.program[open]:visible").count() == programs.count()
    open_contents(page)
    page.locator("#show-answers").uncheck()
    assert page.evaluate(OPEN) == []
    context.close()
    assert errors == []


@pytest.mark.browser
def test_on_paper_a_fold_says_what_it_holds_and_one_that_is_open_is_printed(chromium, address):
    page = chromium.new_page()
    page.goto(f"{address}/en/01-oda.html")
    page.locator("#s1-check-net .answer > summary").click()
    page.emulate_media(media="print")
    assert page.locator("#s1-check-net .bluebook-card").first.is_visible()
    assert page.locator("#s4-read .answer > summary").is_visible() and page.locator("#s4-read li").first.is_hidden()
    assert page.locator("details.program:visible").count() == 0
    page.close()


@pytest.mark.browser
def test_without_programs_a_fold_opens_by_hand(chromium, address):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/en/01-oda.html")
    assert page.locator("#s1-read li").first.is_hidden() and page.locator(".about .switch:visible").count() == 0
    page.locator("#s1-read .answer > summary").click()
    assert page.locator("#s1-read li").first.is_visible()
    assert page.locator("#s3-data details.program > summary").is_visible()
    context.close()


@pytest.mark.browser
def test_find_in_page_opens_a_fold(chromium, address):
    page = chromium.new_page()
    page.goto(f"{address}/en/01-oda.html#:~:text=The%20amount%20fits%20best")
    page.wait_for_function("document.querySelector('#s5-why details').open")  # as a search for words does
    page.close()
