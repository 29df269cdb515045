"""What a reader answers on a page stays in the browser, in either language, and can be printed and saved."""

import csv
import datetime
import io
import json
import random
import re

import pytest
import records
from playwright.sync_api import expect
from pypdf import PdfReader
from records import LONGEST, MAKE, PAGE, QUESTIONS

from helpers.language import languages, speaking, texts

pytestmark = pytest.mark.browser
ANSWER = """async (count) => {
    await bluebook.all();
    const forms = [...document.querySelectorAll("form.question")].slice(0, count);
    for (const form of forms) {
        const option = form.querySelector("input[type=radio]"), field = form.querySelector("input[type=text]");
        const drawing = form.querySelector(".drawing-field");
        if (option) option.click();
        else if (drawing) {
            const press = (key) => drawing.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
            press("End");
            press("PageUp");
        }
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
KEPT = f"bluebook-notebooks {PAGE}"
# Answers the question at a place as its widget does.
WRITE = """async place => {
    const question = (await bluebook.questions())[place];
    bluebookKept.write(question, { answer: question.options ? 0 : "42", step: "noted" });
}"""
STORED = f"Object.keys(JSON.parse(localStorage.getItem('{KEPT}'))).filter(name => name !== 'about').length"
MOST = 300  # characters of a code


def words(code):
    with speaking(code):
        return texts("site.record")


def show_record(page):
    page.locator(".record-begin button").first.click()
    page.locator(".record-sheet").wait_for()
    return page.evaluate(ROWS)


def test_its_program_comes_when_it_is_wanted_from_a_folder_too(page, address, folder):
    page.goto(f"{address}/en/{PAGE}.html")
    assert not page.evaluate("[...document.scripts].some(script => script.src.includes('record.js'))")
    page.route("**/record.js*", lambda route: route.abort())
    page.locator(".record-begin button").first.click()
    page.locator(".record > [role=status]", has_text=words("en")["failed"]).wait_for()
    page.unroute("**/record.js*")
    assert show_record(page) and not page.locator(".record > [role=status]").text_content()
    page.goto((folder / f"ja/{PAGE}.html").as_uri())
    assert show_record(page)


def test_answers_are_there_again_in_either_language_and_can_be_thrown_away(page, address):
    page.goto(f"{address}/en/{PAGE}.html")
    assert page.locator(".record .again").is_hidden() and page.locator(".record .fleeting").is_hidden()
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
    assert {tuple(rest) for _, *rest in empty} == {(said["none"], "", "", "")}
    page.evaluate(ANSWER, 6)
    rows = show_record(page)
    options = page.evaluate("[...document.querySelectorAll('form.question')].map(f => f.textContent)")
    with speaking(code):
        results = {said["noted"], texts("common.questions.right"), texts("common.questions.wrong")}
    for number, (_, answer, result, first, tries) in enumerate(rows[:6]):
        parts = re.split(r": | \[|\]$", answer)  # of what is drawn: name, amount and unit
        assert ("42" in answer or all(part in options[number] for part in parts)) and result in results
        assert (first, tries) == ("", "1")
    assert rows[6:] == empty[6:]
    assert "6" in page.locator(".record-count").inner_text()
    page.locator(".record input").fill("=HYPERLINK(1)")
    with page.expect_download() as download:
        page.locator(".record-sheet button[value=csv]").click()
    assert download.value.suggested_filename == f"{code}-{PAGE}.csv"
    lines = list(csv.reader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert lines[0] == [said["name"], "'=HYPERLINK(1)", "", "", ""] and lines[2:] == rows


GUESS = """async ([id, choice]) => {
    await bluebook.all();
    const form = document.querySelector(`#${id} form.question`), button = form.querySelector("button");
    form.querySelectorAll("input")[choice].click();
    button.click();
    button.click();
    return form.querySelector(".question-feedback").textContent;
}"""


def test_a_guess_is_told_whether_it_came_true_and_so_is_the_record(page, address):
    page.goto(f"{address}/en/{PAGE}.html")
    said = {("s1-predict", 2): "Close.", ("s4-predict", 0): "It came out otherwise.", ("s5-predict", 0): "Right."}
    for guess, word in said.items():
        assert page.evaluate(GUESS, [*guess]).startswith(f"{word} You said: ")
    results = [row[2] for row in show_record(page)]
    assert all(any(result.startswith(word) for result in results) for word in said.values())
    page.goto(f"{address}/ja/{PAGE}.html")
    assert any(row[2].startswith("正解です。") for row in show_record(page))


def test_what_came_true_is_said_by_the_page_and_not_by_what_is_kept(page, address):
    page.goto(f"{address}/en/{PAGE}.html")
    older = {"oda.predictions.rank": {"answer": 0, "step": "revealed", "outcome": "right"}}
    page.evaluate("([name, older]) => localStorage.setItem(name, JSON.stringify(older))", [KEPT, older])
    page.reload()
    assert page.evaluate(SAID)[0].startswith("It came out otherwise. You said: None.")
    assert show_record(page)[0][2].startswith("It came out otherwise. ")


def test_the_record_is_printed_alone(page, address):
    page.goto(f"{address}/en/{PAGE}.html")
    page.evaluate(ANSWER, 2)
    show_record(page)
    page.evaluate("globalThis.print = () => {}")
    page.locator(".record-sheet button[value=print]").click()
    page.emulate_media(media="print")
    shown = page.evaluate("[...document.querySelectorAll('main > *')].filter(e => e.checkVisibility()).map(e => e.id)")
    assert shown == ["my-record"]
    assert page.locator(".record button:visible").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("#my-record").is_hidden() and page.locator("#title").is_visible()


def test_a_record_that_is_shown_follows_what_is_answered_here_and_in_other_tabs(page, address):
    page.goto(f"{address}/en/{PAGE}.html")
    page.evaluate(WRITE, 0)
    show_record(page)
    every = page.context.new_page()
    every.goto(f"{address}/ja/record.html")
    every.locator(".record-sheet").wait_for()
    code = page.locator(".record-code textarea").input_value()
    page.evaluate(WRITE, 1)
    answered = "() => [...document.querySelectorAll('.record tbody tr')].filter(row => row.cells[2].textContent).length"
    for tab in (page, every):
        tab.wait_for_function(f"({answered})() === 2")
        assert tab.locator(".record-code textarea").input_value() != code
    code = page.locator(".record-code textarea").input_value()
    page.evaluate("bluebookKept.spend(1)")
    page.locator("button[value=copy]").click()
    assert page.locator(".record-code textarea").input_value() != code, "minutes count when it is copied"
    told = "document.querySelector('.record-count').textContent"
    page.evaluate(f"globalThis.print = () => (globalThis.printed = {told})")
    count = page.evaluate(told)
    page.evaluate("bluebookKept.spend(2)")
    page.locator("button[value=print]").click()
    page.wait_for_function("globalThis.printed")
    assert page.evaluate("printed") != count


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


SET = """async ([file, name, value]) => {
    await bluebook.all();
    const { explorer } = [...document.querySelectorAll(".explorer-panel")].find(e => e.explorer.settings.file === file);
    if (name) explorer.inputs.set(name, value);
    await new Promise(done => setTimeout(done, 500));
    const reset = document.querySelector(`.live[data-view="${file}"] .explorer-reset`);
    return [explorer.inputs.values(), !reset.hidden];
}"""
CHART = "oda-ranking"


def test_what_a_chart_is_set_to_is_there_again_in_either_language_until_it_is_reset(page, address):
    page.goto(f"{address}/en/{PAGE}.html")
    start, changed = page.evaluate(SET, [CHART, None, None])
    assert not changed
    page.evaluate(SET, [CHART, "year", 2015])
    page.goto(f"{address}/ja/{PAGE}.html")
    assert page.evaluate(SET, [CHART, None, None]) == [start | {"year": 2015}, True]
    assert page.locator(".record .again").is_visible() and page.locator(".contents summary").inner_text()
    assert not page.evaluate("bluebookKept.some()"), "it is no answer"

    # An address comes before it, and says all that the view needs.
    page.goto(f"{address}/en/{PAGE}.html#view={CHART}&measure=gross_usd_million")
    page.reload()
    expected = start | {"measure": "gross_usd_million"}
    assert page.evaluate(SET, [CHART, None, None]) == [expected, True]
    page.goto(f"{address}/en/index.html")
    page.goto(f"{address}/en/{PAGE}.html")
    assert page.evaluate(SET, [CHART, None, None]) == [expected, True]

    page.locator(f"[data-view={CHART}] .explorer-reset").click()
    page.reload()
    assert page.evaluate(SET, [CHART, None, None]) == [start, False]
    page.evaluate(SET, [CHART, "year", 2015])
    page.reload()
    page.locator(".record .again").click()
    page.wait_for_load_state()
    assert page.evaluate(SET, [CHART, None, None]) == [start, False]


def test_what_one_tab_throws_away_another_does_not_store_again(page, address):
    page.goto(f"{address}/en/{PAGE}.html")
    for place in (0, 1):
        page.evaluate(WRITE, place)
    other = page.context.new_page()
    other.goto(f"{address}/ja/{PAGE}.html")
    other.locator(".record .again").click()
    other.wait_for_load_state()
    page.locator(".record .again").wait_for(state="hidden")
    page.evaluate(WRITE, 4)
    assert page.evaluate(STORED) == 1
    page.evaluate("bluebookKept.see('a chart', '#view=a chart')")
    page.evaluate("name => localStorage.removeItem(name)", KEPT)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    assert not page.evaluate("bluebookKept.some()"), "it came back from behind another page"
    assert page.evaluate("bluebookKept.views") == {}, "nor what charts are set to"


def test_answers_that_find_no_room_are_not_replaced_by_older_ones(page, address):
    page.goto(f"{address}/en/{PAGE}.html")
    page.evaluate(WRITE, 0)
    page.add_init_script("Storage.prototype.setItem = () => { throw new Error('full') }")
    page.reload()
    for place in (1, 4):
        page.evaluate(WRITE, place)
    assert page.evaluate(STORED) == 1
    assert page.evaluate("Object.keys(bluebookKept.open('01-oda').answers).length") == 4, "three, and when"


# Files and codes ------------------------------------------------------------------------------------------------------


def test_a_record_is_handed_in_as_a_file_or_a_code_that_is_the_same_in_every_language(page, address):
    page.clock.set_fixed_time(datetime.datetime(2013, 4, 5, 9, 30, 21))
    page.goto(f"{address}/en/{PAGE}.html")
    name = page.evaluate("bluebook.questions()")[0]["name"]
    page.evaluate(records.ANSWER, {name: [0, 1]})
    records.show_record(page)
    written = page.locator(".record-code textarea").input_value()
    assert "abR2" in written and len(written) <= MOST
    page.goto(f"{address}/ja/{PAGE}.html")
    rows = {row[0]: row[1:] for row in show_record(page)}
    question = page.evaluate("bluebook.questions()")[0]
    first, second, *_ = question["options"]
    result = f"{question['words']['missed']} {question['feedback'][0]}"
    assert rows[question["prompt"]] == [second, result, first, "2"]
    assert page.locator(".record-code textarea").input_value() == written
    page.locator(".record input").fill("<b>花子</b>")
    assert "/<b>花子</b>/" in page.locator(".record-code textarea").input_value()
    assert page.locator("button[value=copy]").text_content() == words("ja")["copy"]
    page.locator("button[value=copy]").click()
    page.locator(".record > [role=status]", has_text=words("ja")["copied"]).wait_for()
    with page.expect_download() as download:
        page.locator("button[value=file]").click()
    assert download.value.suggested_filename == f"ja-{PAGE}.json"
    record = json.loads(download.value.path().read_text("utf-8"))["records"][0]
    assert record["name"] == "<b>花子</b>" and record["first"] == record["last"] > 0
    held = {"notebook", "mark", "id", "name", "first", "last", "minutes", "answers"}
    assert set(record) == held, "the page says what a file holds"
    read = "async code => bluebookCodes.read(code, { '01-oda': { questions: await bluebook.questions() } })"
    of_code = page.evaluate(read, written)
    assert set(of_code) == held - {"first"} and of_code["last"] == record["last"] - 21, "and a code"
    assert record["answers"] == {name: {"votes": [0, 1], "tries": 2, "step": "revealed"}}


def test_the_records_of_all_notebooks_stand_on_one_page(page, address):
    page.goto(f"{address}/ja/record.html")
    with speaking("ja"):
        assert page.locator(".record > [role=status]").text_content() == texts("site.record.nothing")
    known = page.evaluate(QUESTIONS)
    for stem in list(known)[:2]:
        given = {question["name"]: twice(question)[:1] for question in known[stem]["questions"]}
        page.evaluate(MAKE, [stem, given, ""])
    page.reload()
    page.locator(".record-sheet").wait_for()
    assert page.locator(".record-head").all_text_contents() == [known[stem]["heading"] for stem in list(known)[:2]]
    assert page.locator(".record tbody tr").count() == sum(len(known[stem]["questions"]) for stem in list(known)[:2])
    with page.expect_download() as download:
        page.locator("button[value=file]").click()
    content = download.value.path().read_text("utf-8")
    read = "content => bluebookCodes.readFile(content, bluebookQuestions).map(read => read().notebook)"
    assert page.evaluate(read, content) == list(known)[:2]


def test_answers_from_jupyterlab_are_taken_over(page, address, tmp_path):
    """Of a Japanese notebook, on the English page: a number is in the unit of the page."""
    page.goto(f"{address}/en/record.html")
    known = page.evaluate(QUESTIONS)
    asked = {question["name"]: question for question in known[PAGE]["questions"]}
    option = next(name for name, question in asked.items() if question["options"] and question["kind"] == "predict")
    drawn = next(name for name, question in asked.items() if question["drawn"])
    low, high = asked[drawn]["drawn"]["between"]
    hidden = len(asked[drawn]["drawn"]["labels"]) - asked[drawn]["drawn"]["known"]
    given = {
        option: {"answer": 1, "step": "revealed"},
        "oda.questions.parts": {"answer": "９２", "step": "checked", "meant": 92, "right": True, "scale": 10},
        drawn: {"answer": [(low + high) / 2] * hidden, "step": "noted"},
        "oda.questions.gone": {"answer": 0, "step": "noted"},
    }
    begun = next(name for name in asked if name not in given)
    file = tmp_path / "my-answers.json"
    file.write_text(json.dumps(given | {begun: {"answer": 0}, "damaged": None}), encoding="utf-8")
    with speaking("en"):
        said, told = texts("site.record.lab"), texts("common.questions")
    status = page.locator(".record > [role=status]")
    for taken in (3, 0):
        page.locator(".record-lab input").set_input_files(file)
        expect(status).to_have_text(said["done"].format(name=file.name, taken=taken, left=4 - taken))
    rows = {row[0]: row[1:] for row in page.evaluate(ROWS)}
    assert rows[asked[option]["prompt"]][0] == asked[option]["options"][1]
    assert rows[asked["oda.questions.parts"]["prompt"]][:2] == ["9.2 billion US dollars", told["right"]]
    assert sum(row[0] != words("en")["none"] for row in rows.values()) == 3
    read = "code => Object.keys(bluebookCodes.read(code, bluebookQuestions).answers)"
    assert set(page.evaluate(read, page.locator(".record-code textarea").input_value())) == set(given) & set(asked)
    for content in ("{", "[]", "7", json.dumps({"damaged": [1]})):
        file.write_text(content, encoding="utf-8")
        page.locator(".record-lab input").set_input_files(file)
        expect(status).to_have_text(said["none"].format(name=file.name))
    page.goto(f"{address}/en/{PAGE}.html")
    assert page.evaluate(TYPE, ["oda.questions.parts", ""]) == ["9.2", "true"]


def test_a_vote_in_this_browser_stays_when_answers_are_taken_over(page, address, tmp_path):
    """Also of a reader who is about to vote again, whose first vote would be lost."""
    page.goto(f"{address}/en/record.html")
    name = next(question["name"] for question in page.evaluate(QUESTIONS)[PAGE]["questions"] if question["options"])
    page.evaluate(
        """([stem, name]) => {
        const kept = bluebookKept.open(stem), question = bluebookQuestions[stem].questions.find(e => e.name === name);
        kept.write(question, { answer: 0, step: "noted" });
        kept.write(question, { answer: 0 });
    }""",
        [PAGE, name],
    )
    file = tmp_path / "my-answers.json"
    file.write_text(json.dumps({name: {"answer": 1, "step": "revealed"}}), encoding="utf-8")
    page.locator(".record-lab input").set_input_files(file)
    with speaking("en"):
        done = texts("site.record.lab")["done"]
    expect(page.locator(".record > [role=status]")).to_have_text(done.format(name=file.name, taken=0, left=1))
    votes = f"bluebookKept.open('{PAGE}').votes(bluebookQuestions['{PAGE}'].questions.find(e => e.name === '{name}'))"
    assert page.evaluate(votes)["votes"] == [0, 0]


def twice(question):
    """Two votes."""
    if drawn := question["drawn"]:
        return [[end] * (len(drawn["labels"]) - drawn["known"]) for end in drawn["between"]]
    return [0, 1] if question["options"] else [1.25, 2.5]


# Whether a guess is a vote for what the browser keeps, and for a file.
TAKEN = """([stem, name, guess]) => {
    const { questions } = bluebookQuestions[stem], kept = bluebookKept.open(stem);
    const answer = { votes: [guess, guess], step: "revealed", tries: 1 };
    kept.answers = { [name]: { ...answer, answer: guess } };
    const record = { ...bluebookCodes.recordOf(stem, questions, ""), answers: { [name]: answer } };
    const [read] = bluebookCodes.readFile(bluebookCodes.fileOf([record]), bluebookQuestions);
    try {
        return [kept.votes(questions.find(each => each.name === name)) !== undefined, Boolean(read())];
    } catch (error) {
        return [kept.votes(questions.find(each => each.name === name)) !== undefined, error.kind];
    }
}"""


def test_a_vote_is_the_same_for_what_is_kept_and_for_a_file(page, address):
    page.goto(f"{address}/en/record.html")
    asked = page.evaluate(QUESTIONS)[PAGE]["questions"]
    drawn = next(each for each in asked if each["drawn"] and len(twice(each)[0]) > 1)
    chosen = next(each for each in asked if each["options"])
    typed = next(each for each in asked if not each["options"] and not each["drawn"])
    lowest, highest = twice(drawn)
    good = [(drawn, lowest), (drawn, highest), (chosen, 0), (typed, -3.5), (typed, "none")]
    beyond = [value + 1 for value in highest]
    bad = [(drawn, beyond), (drawn, [None, *lowest[1:]]), (drawn, lowest[1:]), (drawn, 1), (chosen, 99), (chosen, 0.5)]
    for votes, told in ((good, [True, True]), (bad, [False, "damaged"])):
        assert [page.evaluate(TAKEN, [PAGE, each["name"], vote]) for each, vote in votes] == [told] * len(votes)


def test_in_a_frame_that_allows_programs_alone_a_record_can_be_taken_along(page, address):
    page.set_content(f'<iframe sandbox="allow-scripts" src="{address}/en/{PAGE}.html" width="380" height="800"/>')
    frame, said = page.frame_locator("iframe"), words("en")
    place, status = frame.locator(".record"), frame.locator(".record > [role=status]")
    place.get_by_role("button", name=said["show"]).click()
    place.locator("input").fill("Hanako")
    place.get_by_role("button", name=said["file"]).click()
    field = place.locator(".record-framed textarea")
    field.wait_for()
    with speaking("en"):
        assert texts("common.explorer.words")["framed"] in place.locator(".record-framed").text_content()
    assert json.loads(field.input_value())["records"][0]["name"] == "Hanako"
    place.get_by_role("button", name=said["save"]).click()
    expect(field).not_to_have_value(re.compile("^{"))
    lines = list(csv.reader(io.StringIO(field.input_value())))
    assert lines[0][1] == "Hanako" and len(lines) > 15
    with speaking("en"):
        by_hand = texts("site.share")["by_hand"]
    for works, told in ((True, said["copied"]), (False, by_hand)):
        place.evaluate("(e, works) => (document.execCommand = () => works)", works)
        place.get_by_role("button", name=said["copy"]).click()
        status.filter(has_text=told).wait_for()
    marked = "e => e.value.slice(e.selectionStart, e.selectionEnd)"
    assert place.locator(".record-code textarea").evaluate(marked).startswith("BBR1/")


@pytest.mark.parametrize("code", languages())
def test_a_record_takes_one_or_two_sheets(page, address, code):
    page.goto(f"{address}/{code}/record.html")
    asked = {stem: notebook["questions"] for stem, notebook in page.evaluate(QUESTIONS).items()}
    stem = max(asked, key=lambda stem: len(json.dumps(asked[stem])))
    page.evaluate(MAKE, [stem, {question["name"]: twice(question) for question in asked[stem]}, "N" * 40])
    page.reload()
    page.locator(".record-sheet").wait_for()
    sheets = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    assert len(sheets) <= 2 and len(sheets[0].extract_text()) > 500


def test_the_longest_code_of_every_notebook_is_short_and_the_same_in_every_language(page, address):
    made = {}
    for code in languages():
        page.goto(f"{address}/{code}/record.html")
        made[code] = {stem: page.evaluate(LONGEST, stem) for stem in page.evaluate(QUESTIONS)}
    assert made["en"] == made["ja"] and all(read for _, read in made["en"].values())
    assert {stem: len(code) for stem, (code, _) in made["en"].items() if len(code) > MOST} == {}


READ = """codes => codes.map(code => {
    try {
        bluebookCodes.read(code, bluebookQuestions);
        return "read";
    } catch (error) {
        return error.kind;
    }
})"""


def mutated(code, chance):
    """A code in which one character is wrong, missing, doubled or in the place of another."""
    at, to = chance.sample(range(len(code)), 2)
    letters = list(code)
    match chance.randrange(4):
        case 0:
            letters[at] = chance.choice([letter for letter in "abcdXZNRC0123456789./,-é長" if letter != code[at]])
        case 1:
            del letters[at]
        case 2:
            letters.insert(at, code[at])
        case _:
            letters[at], letters[to] = letters[to], letters[at]
    return "".join(letters)


def test_a_code_with_a_slip_is_never_read(page, address):
    page.goto(f"{address}/en/record.html")
    whole, chance = page.evaluate(LONGEST, PAGE)[0], random.Random(2013)
    slips = {mutated(whole, chance) for _ in range(400)} - {whole}
    assert len(slips) > 300 and set(page.evaluate(READ, list(slips))) <= {"sum", "none"}
    assert page.evaluate(READ, [f"  {whole[:50]}\u200b{whole[50:]}\u00ad "]) == ["read"], "unseen additions do no harm"
