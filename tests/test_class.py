"""The class page adds up records of learners, and names those that it cannot read."""

import re
import statistics
from collections import Counter

import pytest
from driving import serious
from records import LONGEST, MAKE, PAGE, QUESTIONS, make_class

from helpers.language import fill, languages, speaking, texts

pytestmark = pytest.mark.browser
# A code without answers, of questions that are not those of this site.
OTHER = """notebook => {
    const record = { notebook, mark: "aaaaa", id: "aaaaa", name: "", last: 9, minutes: 1, answers: {} };
    return bluebookCodes.write(record, []);
}"""
SHOWN = """() => [...document.querySelectorAll(".vote")].map(vote => [
    vote.querySelector("h3").textContent,
    [...vote.querySelectorAll("li")].map(item => [
        item.querySelector(".vote-words").textContent,
        ...[...item.querySelectorAll(".vote-bar b")].map(told => Number(told.textContent.match(/\\d+/)[0])),
        item.className === "vote-right",
        item.querySelector(".vote-why")?.textContent ?? "",
    ]),
])"""


def words(code):
    with speaking(code):
        return texts("site.class")


def paste(page, text):
    page.locator("#class textarea").fill(text)
    page.locator("#class button[type=button]").click()


def drop(page, files):
    chosen = [{"name": name, "mimeType": "text/plain", "buffer": content.encode()} for name, content in files]
    page.locator("#class input[type=file]").set_input_files(chosen)
    page.wait_for_function("document.querySelector('#class input[type=file]').value === ''")


def unread(page):
    return page.locator(".class-unread li").all_text_contents()


def status(page):
    return page.locator("main > [role=status]").text_content()


def test_answers_of_an_older_page_are_a_vote(page, address):
    page.goto(f"{address}/en/record.html")
    first, second = page.evaluate(QUESTIONS)[PAGE]["questions"][:2]
    assert (first["kind"], second["kind"]) == ("predict", "ask")
    older = {
        first["name"]: {"answer": 1, "step": "revealed"},
        second["name"]: {"answer": 0},  # chosen and not checked
        "oda.questions.parts": {"answer": "92", "step": "checked", "meant": 92, "right": True, "scale": 10},
    }
    page.evaluate("older => localStorage.setItem('bluebook-notebooks 01-oda', JSON.stringify(older))", older)
    page.reload()
    page.locator(".record-sheet").wait_for()
    code = page.locator(".record-code textarea").input_value()
    page.goto(f"{address}/en/class.html")
    paste(page, code)
    shown = dict(page.evaluate(SHOWN))
    assert set(shown) == {first["prompt"], next(prompt for prompt in shown if prompt != first["prompt"])}
    expected = [[int(at == 1)] * 2 for at in range(len(first["options"]))]
    assert [counts for _, *counts, _, _ in shown.pop(first["prompt"])] == expected
    [((amount, *counts, _, _),)] = shown.values()
    assert "9.2" in amount and counts == [1, 1]


@pytest.fixture(scope="module")
def learners(chromium, address):
    """What 40 learners answer, the code and the file of each."""
    page = chromium.new_page()
    yield make_class(page, address)
    page.close()


def drawn_guesses_are_told(page, question, given):
    """At the last year or bar: the middle, the lowest and the highest guess of both votes, and the data.

    They have three digits, or are as fine as a thousandth of their axis.
    """
    lines = page.locator(".vote", has_text=question["prompt"]).locator("li").last.locator("p").all_text_contents()
    drawn = question["drawn"]
    assert str(drawn["labels"][-1]) in lines[0]
    expected = []
    for at in (0, -1):
        ends = [both[at][-1] for both in given]
        expected.append([statistics.median(ends), min(ends), max(ends)])
    for line, numbers in zip(lines[1:], [*expected, [drawn["values"][-1]]], strict=True):
        told = [float(number.replace("−", "-")) for number in re.findall(r"[−\d.]+", line)][-len(numbers) :]
        fine = drawn["scale"] * (drawn["between"][1] - drawn["between"][0]) / 1000
        assert told == pytest.approx([drawn["scale"] * number for number in numbers], rel=0.006, abs=fine)


@pytest.mark.parametrize("code", languages())
def test_forty_records_are_added_up_and_damaged_ones_disturb_nothing(page, address, learners, code):
    given, codes, files = learners
    page.goto(f"{address}/{code}/class.html")
    said, known = words(code), page.evaluate(QUESTIONS)
    asked = known[PAGE]["questions"]
    paste(page, "\n".join(codes[:20]))
    drop(page, [(f"{at}.json", content) for at, content in enumerate(files[20:])])
    assert status(page).strip() == fill(said["count"], count=40)
    hidden = page.evaluate(SHOWN)
    assert [prompt for prompt, _ in hidden] == [question["prompt"] for question in asked]
    assert not any(right or why for _, groups in hidden for *_, right, why in groups), "answers are hidden at first"
    for question, (_, groups) in zip(asked, hidden, strict=True):
        mine = [each[question["name"]] for each in given if question["name"] in each]
        if question["drawn"]:
            continue
        first, last = Counter(both[0] for both in mine), Counter(both[-1] for both in mine)
        if question["options"]:
            expected = [[option, first[at], last[at]] for at, option in enumerate(question["options"])]
            assert [group[:3] for group in groups] == expected
        elif cases := question.get("cases"):
            assert [group[1:3] for group in groups] == [[first[at], last[at]] for at in range(len(cases) + 1)]
        else:
            numbers = sorted(set(first) | set(last))
            assert [group[1:3] for group in groups] == [[first[number], last[number]] for number in numbers]
    page.locator(".class-tools input").check()
    for question, (_, groups) in zip(asked, page.evaluate(SHOWN), strict=True):
        right = [at for at, group in enumerate(groups) if group[-2]]
        if question["drawn"]:
            drawn_guesses_are_told(
                page, question, [each[question["name"]] for each in given[20:] if question["name"] in each]
            )
        elif question["options"] or "cases" in question:
            assert right == [0 if "cases" in question else question["answer"]]
            assert all(groups[right[0]][0].startswith(f"✓ {said['right']}") for _ in right)
        else:
            assert len(right) == 1 and "9.2" in groups[right[0]][0].replace("92", "9.2")
        if question["kind"] == "exercise" or (question["kind"] == "ask" and question["options"]):
            assert [group[4] for group in groups] == question["feedback"]
        assert question["slip"] in page.locator(".vote", has_text=question["prompt"]).text_content()
    before = page.evaluate(SHOWN)
    damaged = [
        (codes[0].replace("/", "", 1), "sum"),
        (codes[1][:-1], "sum"),
        ("hello", "none"),
        (page.evaluate(OTHER, PAGE), "version"),
        (page.evaluate(OTHER, "07-trade"), "notebook"),
    ]
    paste(page, "\n".join(line for line, _ in damaged))
    drop(
        page,
        [("a.csv", "Name,1\r\n"), ("b.json", '{"x": 1}'), ("c.json", files[0].replace('"tries": 1', '"tries": 7'))],
    )
    reasons = [kind for _, kind in damaged] + ["none", "none", "sum"]
    named = unread(page)
    assert len(named) == len(reasons)
    for number, (line, kind) in enumerate(zip(named, reasons, strict=True), 1):
        assert said["unread"][kind].partition("{")[0] in line
        assert line.startswith(fill(said["line"], number=number)) == (number <= 5)
    assert named[5].startswith("a.csv") and named[7].startswith("c.json")
    assert page.evaluate(SHOWN) == before
    page.locator("#class button[type=reset]").click()
    page.locator(".class-votes").wait_for(state="hidden")
    assert unread(page) == [] and page.locator(".class-who").is_hidden()


@pytest.mark.parametrize("code", languages())
def test_amounts_have_the_digits_that_they_have_in_the_notebook(page, address, code):
    page.goto(f"{address}/{code}/record.html")
    known = page.evaluate(QUESTIONS)
    visitors = next(each for each in known["05-polar"]["questions"] if each["name"] == "polar.predictions.tourism")
    year = next(each for each in known["02-mdgs"]["questions"] if each["name"] == "mdgs.questions.water")
    drawn = visitors["drawn"]
    hidden = drawn["values"][drawn["known"] :]
    lowest, highest = (visitors["written"].replace("{}", f"{end(hidden):,.0f}") for end in (min, max))
    assert "," in lowest and "," in highest
    file = page.evaluate(MAKE, ["05-polar", {visitors["name"]: [hidden]}, "A"])[1]
    other = page.evaluate(MAKE, ["02-mdgs", {year["name"]: [2013, 2014]}, "B"])[0]
    page.reload()
    page.locator(".record-sheet").wait_for()
    line = page.locator(".record tbody tr", has_text=visitors["prompt"]).text_content()
    assert all(f": {value:,.0f}" in line for value in hidden), "in the record too"
    page.goto(f"{address}/{code}/class.html")
    drop(page, [("a.json", file)])
    paste(page, other)
    page.locator(".class-tools input").check()
    for stem, amounts in {"05-polar": [lowest, highest], "02-mdgs": ["2013", "2014"]}.items():
        page.locator(".class-tools select").select_option(stem)
        told = page.locator(".vote ul").text_content()
        assert all(amount in told for amount in amounts)
    right = page.locator(".vote-right .vote-words").text_content()
    assert right.endswith(f" {year['written'].replace('{}', '2014')}")


def test_of_one_learner_the_newest_record_counts_and_names_are_texts(page, address):
    page.goto(f"{address}/en/record.html")
    name = page.evaluate(QUESTIONS)[PAGE]["questions"][0]["name"]
    hostile = "<img src=x onerror=alert(1)> =1+1"
    first = page.evaluate(MAKE, [PAGE, {name: [0]}, hostile])[0]
    page.evaluate("Date.now = (now => () => now() + 120_000)(Date.now)")
    later = page.evaluate(MAKE, [PAGE, {name: [1]}, hostile.upper()])[0]
    nameless = [page.evaluate(MAKE, [PAGE, {name: [2]}, ""])[0] for _ in range(2)]
    for order in ([first, later], [later, first]):
        page.goto(f"{address}/en/class.html")
        for again in range(2):
            paste(page, "\n".join([*order, *nameless, nameless[0]]))
            assert fill(words("en")["older"], count=1) in status(page), again
        counts = [group[1:3] for group in page.evaluate(SHOWN)[0][1]]
        assert counts[:3] == [[0, 0], [1, 1], [2, 2]]
        page.locator(".class-who summary").click()
        assert page.locator(".class-who li").all_text_contents() == [
            hostile.upper(),
            fill(words("en")["nameless"], count=2),
        ]
    assert page.locator("main img").count() == 0


def test_the_class_page_works_from_a_folder_by_keyboard_in_every_width(page, address, folder):
    page.goto(f"{address}/en/record.html")
    given = {question["name"]: [0] for question in page.evaluate(QUESTIONS)[PAGE]["questions"][:3]}
    code = page.evaluate(MAKE, [PAGE, given, "Learner"])[0]
    page.goto((folder / "en/class.html").as_uri())
    page.locator("#class textarea").focus()
    page.keyboard.insert_text(f"{code}\nhello")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator(".vote").first.wait_for()
    page.locator(".vote button").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".vote button").first.evaluate("e => e === document.activeElement")
    assert page.locator(".vote-right").count() == 1, "the answer of one question alone"
    for width in (390, 768, 1300):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert serious(page) == []


def test_the_class_page_works_in_a_frame_that_allows_scripts_alone(page, address):
    page.goto(f"{address}/en/record.html")
    code = page.evaluate(LONGEST, PAGE)[0]
    page.set_content(
        f'<iframe sandbox="allow-scripts" src="{address}/en/class.html" width="380" height="800"></iframe>'
    )
    frame = page.frame_locator("iframe")
    frame.locator("#class textarea").fill(code)
    frame.locator("#class button[type=button]").click()
    frame.locator(".vote").first.wait_for()


@pytest.mark.parametrize("code", languages())
def test_the_pages_are_linked_from_the_index_and_the_guide(page, address, code):
    page.goto(f"{address}/{'index.html' if code == 'en' else f'{code}/index.html'}")
    for name in ("record.html", "class.html"):
        assert page.locator(f"main a[href$='{name}']").count() == 1
    page.goto(f"{address}/{code}/teaching-guide.html")
    assert page.locator("main a[href$='class.html']").count() > 0
