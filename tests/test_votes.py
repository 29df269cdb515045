"""A guess that is changed before the data are seen keeps the first vote; what is kept knows days and minutes."""

import datetime
import json

import pytest

pytestmark = pytest.mark.browser
PAGE = "01-oda"
KEPT = f"JSON.parse(localStorage.getItem('bluebook-notebooks {PAGE}'))"
TWICE = """async (place) => {
    await bluebook.all();
    const form = document.querySelectorAll("form.question-predict")[place];
    const press = number => form.querySelectorAll("button")[number].click();
    const [first, second] = form.querySelectorAll("input");
    first.click();
    press(0);
    const locked = first.disabled;
    press(1);
    const free = !first.disabled && first.checked && document.activeElement === first;
    second.click();
    press(0);
    const again = form.querySelectorAll("button").length;
    press(0);
    return [locked, free, again, form.querySelectorAll("button").length];
}"""


@pytest.fixture
def page(page):
    """With a clock that stands still."""
    page.clock.set_fixed_time(datetime.datetime(2013, 4, 5, 9, 30))
    return page


def test_a_second_vote_is_kept_beside_the_first(page, address):
    page.goto(f"{address}/en/{PAGE}.html")
    assert page.evaluate(TWICE, 0) == [True, True, 2, 1], "after the data a guess is not changed"
    question = page.evaluate("bluebook.questions()")[0]
    kept = page.evaluate(KEPT)[question["name"]]
    assert kept == {"answer": 1, "step": "revealed", "votes": [0, 1], "tries": 2}
    page.reload()
    votes = "question => [bluebookKept.votes(question), bluebookKept.read(question).answer]"
    assert page.evaluate(votes, question) == [{"votes": [0, 1], "tries": 2, "step": "revealed"}, 1]


def test_a_number_is_a_vote_in_the_unit_of_the_table(page, address):
    asked = {"name": "a.b", "kind": "ask", "options": None, "scale": 10}
    page.goto(f"{address}/ja/{PAGE}.html")
    for typed in ("92", "93", "93"):
        page.evaluate("asked => bluebookKept.write(asked, { answer: 'x' })", asked)
        given = {"answer": typed, "step": "checked", "meant": float(typed), "right": False}
        page.evaluate("([asked, given]) => bluebookKept.write(asked, given)", [asked, given])
    assert page.evaluate("asked => bluebookKept.votes(asked)", asked) == {
        "votes": [9.2, 9.3],
        "tries": 3,
        "step": "checked",
    }


@pytest.mark.parametrize(
    ("kept", "votes"),
    [
        ({"answer": 1, "step": "revealed"}, {"votes": [1, 1], "tries": 1, "step": "revealed"}),  # of an older page
        ({"answer": 1}, None),  # chosen, not committed
        ({"answer": 0, "votes": [1, 2], "tries": 2}, {"votes": [1, 2], "tries": 2, "step": "noted"}),
        ({"answer": 0, "votes": [8, 9], "tries": 2}, None),
        ({"answer": 0, "votes": {"0": 1}, "tries": "2"}, None),
        (7, None),
    ],
)
def test_what_is_kept_of_another_shape_breaks_nothing(page, address, kept, votes):
    asked = {"name": "a.b", "kind": "predict", "options": ["x", "y", "z"]}
    page.goto(f"{address}/en/{PAGE}.html")
    store = json.dumps({"a.b": kept, "about": "x"})
    page.evaluate(f"store => localStorage.setItem('bluebook-notebooks {PAGE}', store)", store)
    page.reload()
    assert page.evaluate("asked => bluebookKept.votes(asked) ?? null", asked) == votes
    page.evaluate("asked => bluebookKept.write(asked, { answer: 2, step: 'noted' })", asked)
    first = votes["votes"][0] if votes else 2
    assert page.evaluate("asked => bluebookKept.votes(asked).votes", asked) == [first, 2]


def test_days_and_minutes_are_kept_with_the_first_answer(page, address):
    page.goto(f"{address}/en/{PAGE}.html")
    for minute in (30, 30, 31, 45):
        page.clock.set_fixed_time(datetime.datetime(2013, 4, 5, 9, minute))
        page.mouse.move(10, minute)
        page.mouse.move(20, minute)
    assert page.evaluate(KEPT) is None, "without an answer nothing is written down"
    page.evaluate(TWICE, 0)
    page.clock.set_fixed_time(datetime.datetime(2013, 4, 6, 9, 0))
    page.evaluate(TWICE, 1)
    about = page.evaluate("bluebookKept.about()")
    assert about["last"] - about["first"] == (23 * 60 + 15) * 60_000 and about["minutes"] == 3 and len(about["id"]) == 5
