"""What a reader answers on a page stays in the browser, in either language, and can be printed and saved."""

import csv
import io
import json

import pytest

from helpers.language import speaking, texts

pytestmark = pytest.mark.browser
ANSWER = """async (count) => {
    await bluebook.all();
    const forms = [...document.querySelectorAll("form.question")].slice(0, count);
    for (const form of forms) {
        const option = form.querySelector("input[type=radio]"), field = form.querySelector("input[type=text]");
        if (option) option.click();
        else {
            field.value = "42";
            field.dispatchEvent(new Event("input", { bubbles: true }));
        }
        form.querySelector("button").click();
    }
    return forms.map(form => form.querySelector(".question-feedback").textContent);
}"""
SAID = """async () => {
    await bluebook.all();
    return [...document.querySelectorAll("form.question .question-feedback")].map(each => each.textContent);
}"""
ROWS = """() => {
    const rows = [...document.querySelectorAll(".record tbody tr")];
    return rows.map(row => [...row.cells].map(cell => cell.textContent));
}"""
PAGE = "01-oda"
KEPT = f"bluebook-notebooks {PAGE}"


@pytest.fixture
def page(chromium):
    """A page with a store of its own, that complains of nothing."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, accept_downloads=True)
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


def words(code):
    with speaking(code):
        return texts("site.record")


def show_record(page):
    page.locator(".record-begin button").first.click()
    page.locator(".record-sheet").wait_for()
    return page.evaluate(ROWS)


def test_answers_are_there_again_in_either_language_and_can_be_thrown_away(page, address):
    page.goto(f"{address}/en/{PAGE}.html")
    assert page.locator(".record .again").is_hidden()
    before = page.evaluate(ANSWER, 6)
    assert len(before) == 6 and all(before)
    page.reload()
    assert page.evaluate(SAID)[:7] == [*before, ""]
    page.goto(f"{address}/ja/{PAGE}.html")
    after = page.evaluate(SAID)
    assert [bool(said) for said in after[:7]] == [True] * 6 + [False] and after[:6] != before
    page.locator(".record .again").click()
    page.wait_for_load_state()
    assert not any(page.evaluate(SAID)) and page.locator(".record .again").is_hidden()


TYPE = """async ([name, typed]) => {
    await bluebook.all();
    const place = (await bluebook.questions()).findIndex(each => each.name === name);
    const form = document.querySelectorAll("form.question")[place], field = form.querySelector("input");
    if (typed) {
        field.value = typed;
        field.dispatchEvent(new Event("input", { bubbles: true }));
        form.querySelector("button").click();
    }
    return [field.value, form.querySelector(".question-feedback").dataset.right];
}"""


def test_a_number_is_in_the_unit_of_the_language(page, address):
    name = "oda.questions.parts"
    page.goto(f"{address}/en/{PAGE}.html")
    assert page.evaluate(TYPE, [name, "9.2"]) == ["9.2", "true"]
    page.goto(f"{address}/ja/{PAGE}.html")
    assert page.evaluate(TYPE, [name, ""]) == ["92", "true"]
    page.evaluate(TYPE, [name, "50"])
    page.goto(f"{address}/en/{PAGE}.html")
    assert page.evaluate(TYPE, [name, ""]) == ["5", "false"]


@pytest.mark.parametrize("code", ["en", "ja"])
def test_the_record_holds_every_question_with_answer_and_result(page, address, code):
    said = words(code)
    page.goto(f"{address}/{code}/{PAGE}.html")
    empty = show_record(page)
    prompts = page.evaluate("[...document.querySelectorAll('form.question legend')].map(each => each.textContent)")
    assert [row[0] for row in empty] == prompts and len(prompts) > 15
    assert {(answer, result) for _, answer, result in empty} == {(said["none"], "")}
    page.evaluate(ANSWER, 6)
    rows = show_record(page)
    options = page.evaluate("[...document.querySelectorAll('form.question')].map(f => f.textContent)")
    with speaking(code):
        results = {said["noted"], texts("common.questions.right"), texts("common.questions.wrong")}
    for number, (_, answer, result) in enumerate(rows[:6]):
        assert (answer in options[number] or "42" in answer) and result in results
    assert rows[6:] == empty[6:]
    assert "6" in page.locator(".record-count").inner_text()
    page.locator(".record input").fill("=HYPERLINK(1)")
    with page.expect_download() as download:
        page.locator(".record-sheet button").last.click()
    assert download.value.suggested_filename == f"{code}-{PAGE}.csv"
    lines = list(csv.reader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert lines[0] == [said["name"], "'=HYPERLINK(1)", ""] and lines[2:] == rows


def test_the_record_is_printed_alone(page, address):
    page.goto(f"{address}/en/{PAGE}.html")
    page.evaluate(ANSWER, 2)
    show_record(page)
    page.evaluate("globalThis.print = () => {}")
    page.locator(".record-sheet button").first.click()
    page.emulate_media(media="print")
    shown = page.evaluate("[...document.querySelectorAll('main > *')].filter(e => e.checkVisibility()).map(e => e.id)")
    assert shown == ["my-record"]
    assert page.locator(".record button:visible").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("#my-record").is_hidden() and page.locator("#title").is_visible()


@pytest.mark.parametrize(
    "kept",
    [
        "{",
        "[]",
        "null",
        json.dumps({"oda": 3}),
        json.dumps({"oda.questions.x": {"answer": 99, "step": "noted"}}),
    ],
)
def test_a_damaged_store_breaks_nothing(page, address, kept):
    page.goto(f"{address}/en/{PAGE}.html")
    page.evaluate("([name, kept]) => localStorage.setItem(name, kept)", [KEPT, kept])
    page.reload()
    assert not any(page.evaluate(SAID))
    assert page.evaluate(ANSWER, 1)[0]
    page.reload()
    assert page.evaluate(SAID)[0]


def test_an_answer_that_no_longer_fits_its_question_is_left_out(page, address):
    page.goto(f"{address}/en/{PAGE}.html")
    page.evaluate(ANSWER, 3)
    page.evaluate(
        """name => {
            const kept = JSON.parse(localStorage.getItem(name));
            for (const given of Object.values(kept)) given.answer = 99;
            localStorage.setItem(name, JSON.stringify(kept));
        }""",
        KEPT,
    )
    page.reload()
    assert not any(page.evaluate(SAID))


def test_where_nothing_may_be_kept_answers_last_as_long_as_the_page(page, address):
    page.add_init_script("Object.defineProperty(globalThis, 'localStorage', { get() { throw new Error('no') } })")
    page.goto(f"{address}/en/{PAGE}.html")
    assert page.evaluate(ANSWER, 1)[0]
    assert [row[2] for row in show_record(page)][0]
