"""Predictions, self-check questions and exercises accept what is right and explain what is wrong."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from helpers import language, load, questions
from helpers.explorer import Explorer
from helpers.questions import Feedback, answers, ask, check, predict

CASES = list(load("exercises").itertuples())
EXERCISES = sorted({case.exercise for case in CASES})
UNFILLED = "Not answered yet: replace the three dots and run the cell again."

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.exercise}-{case.case}")
each_exercise = pytest.mark.parametrize("exercise", EXERCISES)


def words(exercise):
    theme, name = exercise.split(".")
    return language.texts(f"{theme}.exercises.{name}")


def number(text):
    try:
        return float(text)
    except ValueError:
        return None


# Questions


@pytest.fixture(autouse=True)
def wording(trial):
    trial(
        choice={
            "prompt": "Why is it below zero?",
            "options": {"stopped": "It stopped", "repaid": "It was repaid"},
            "why": {"stopped": "No: {gross:,.0f} was paid.", "repaid": "Yes: the rest is {net:,.0f}."},
        },
        amount={"prompt": "How much?", "unit": "billion", "right": "It is {answer:.1f}.", "wrong": "Look again."},
        guess={"prompt": "How much?", "options": ["little", "much"], "reveal": "It is {share:.1f}%."},
        way={"prompt": "Which way?", "options": {"up": "It rose", "down": "It fell"}, "reveal": "It went {answer}."},
        year={
            "prompt": "When?",
            "options": {"2013": "2013年", "2014": "2014年", "none": "never"},
            "reveal": "It is over.",
        },
        count={
            "prompt": "How many?",
            "options": ["None", "1 to 3", "4 to 9", "10 or more"],
            "reveal": "{answer:,.1f} in all.",
        },
        exercises={"second": {"right": "Yes, it is.", "first": "That is the first.", "hint": "Count again."}},
    )


def test_an_answer_that_is_not_an_option_is_refused_with_the_options():
    with pytest.raises(ValueError, match="'repayed' is not among the options stopped, repaid"):
        ask("trial.choice", "repayed", net=1, gross=1)


@pytest.mark.parametrize("share", [float("nan"), np.float64("nan")])
def test_a_missing_figure_is_refused_by_name(share):
    with pytest.raises(ValueError, match=r"figure share .* is missing"):
        predict("trial.guess", share=share)


def test_a_question_carries_the_place_of_the_right_option_and_a_reason_for_each():
    content = ask("trial.choice", "repaid", net=-1234.5, gross=6789).content
    assert content["options"] == ["It stopped", "It was repaid"] and content["answer"] == 1
    assert content["feedback"] == ["No: 6,789 was paid.", "Yes: the rest is −1,234."]


def test_a_question_for_a_number_carries_the_number_and_how_far_an_answer_may_be():
    content = ask("trial.amount", 9.163, tolerance=0.1).content
    assert (content["answer"], content["tolerance"], content["unit"]) == (9.163, 0.1, "billion")
    assert content["feedback"] == ["It is 9.2.", "Look again."]


def test_a_missing_figure_of_an_explanation_is_named():
    with pytest.raises(KeyError, match="gross"):
        ask("trial.choice", "repaid", net=1)


def test_a_prediction_has_a_reveal_with_the_figures_and_no_right_answer():
    content = predict("trial.guess", share=12.65).content
    assert (content["options"], content["feedback"]) == (["little", "much"], ["It is 12.7%."])
    assert content["answer"] is None  # a guess of which nobody has said what came true


SIZES, RANGES = {"near": [2, 6, 13, 25]}, {"least": [0, 1, 4, 10]}


@pytest.mark.parametrize(
    ("name", "answer", "numbers", "place"),
    [
        ("way", "down", {}, 1),
        ("year", np.int64(2014), {}, 1),
        ("year", "none", {}, 2),
        ("count", 12.65, SIZES, 2),
        ("count", np.int64(1), SIZES, 0),
        ("count", 30, SIZES, 3),
        *[("count", number, RANGES, 0) for number in (0, 0.9)],
        *[("count", number, RANGES, 1) for number in (1, 3, 3.9)],
        *[("count", number, RANGES, 2) for number in (4, 9.9)],
        *[("count", number, RANGES, 3) for number in (10, np.float64(400))],
    ],
)
def test_a_prediction_carries_the_place_of_the_option_that_came_true(name, answer, numbers, place):
    assert predict(f"trial.{name}", answer, **numbers).content["answer"] == place


@pytest.mark.parametrize(
    ("name", "answer", "numbers"),
    [
        ("way", "donw", {}),
        ("way", 1, {}),
        ("year", 2015, {}),
        ("year", "201", {}),
        ("year", float("nan"), {}),
        ("count", 3, {}),
        ("count", 3, {"near": [0, 2, 6]}),
        ("count", 3, {"near": [3]}),
        ("count", 3, {"least": [0, 1, 4, 10, 20]}),
        ("count", -1, RANGES),
        ("count", 9, SIZES),  # between two
        ("count", float("nan"), SIZES),
        ("count", float("nan"), RANGES),
    ],
)
def test_what_came_true_must_mean_one_option_or_is_refused_with_the_options(name, answer, numbers):
    options = {"way": "up, down", "year": "2013, 2014, none", "count": "None, 1 to 3, 4 to 9, 10 or more"}[name]
    with pytest.raises(ValueError, match=f"trial.{name}: the answer {answer!r} is not among the options {options}"):
        predict(f"trial.{name}", answer, **numbers)


def test_of_four_numbers_those_beside_the_right_one_are_close():
    def outcomes(name, answer, **numbers):
        return predict(f"trial.{name}", answer, **numbers).content["outcomes"]

    assert outcomes("count", 12, **SIZES) == outcomes("count", 5, **RANGES) == ["missed", "close", "right", "close"]
    assert outcomes("count", 0, **RANGES) == ["right", "close", "missed", "missed"]
    assert outcomes("year", 4, near=[5, 10, 20]) == outcomes("year", 4, least=[0, 5, 9]) == [
        "right", "missed", "missed"
    ]  # fmt: skip
    assert outcomes("way", "up") == ["right", "missed"]


def test_what_came_true_fills_the_reveal():
    assert predict("trial.way", "up").content["feedback"] == ["It went up."]
    assert predict("trial.count", 12.65, **SIZES).content["feedback"] == ["12.7 in all."]


def test_every_prediction_of_a_notebook_marks_the_option_that_the_guide_names(theme):
    guide = (theme.path.parent / "teaching-guide.md").read_text(encoding="utf-8")
    chapter = re.search(rf"^## {theme.path.stem}\n(.*?)^## ", guide, re.MULTILINE | re.DOTALL)[1]
    named = dict(re.findall(r"^\| `([\w-]+)` \| \*\*(.+?)\*\* \|", chapter, re.MULTILINE))
    guesses = [(cell, made.content) for cell, made in theme.made if not isinstance(made, Explorer)]
    guesses = [(cell, content) for cell, content in guesses if content["kind"] == "predict"]
    assert len(guesses) >= 8
    for cell, content in guesses:
        if not content["drawn"]:  # a drawing holds the data
            place, options = content["answer"], content["options"]
            assert options[place] == named[cell], cell
            assert [at for at, word in enumerate(content["outcomes"]) if word == "right"] == [place]
            assert len(content["outcomes"]) == len(options)


OPEN = "(?i)or more|more than|less than|以上|超える|未満|より"  # words of a range without an end


def test_an_option_that_is_a_range_is_never_the_nearest_number(theme):
    """Nearest to 0, 5 and 20 is not the same as none, 1 to 10 and more: 1 is nearest to 0."""
    nearest = {cell.id for cell in theme.cells if cell.cell_type == "code" and "near=" in cell.source}
    asked = [made.content["options"] for cell, made in theme.made if cell in nearest]
    assert asked and not [option for options in asked for option in options if re.search(OPEN, option)]


def test_where_no_widget_is_alive_the_output_asks_the_question_in_words():
    data, _ = predict("trial.guess", share=12.65)._repr_mimebundle_()
    assert data["text/plain"] == "How much?\n○ little\n○ much"
    assert data["text/html"].count("<p>") == 3 and "application/vnd.jupyter.widget-view+json" in data
    data, _ = ask("trial.amount", 9.163, tolerance=0.1)._repr_mimebundle_()
    assert data["text/plain"] == "How much?\n____ billion"


def test_what_is_given_is_there_again_when_the_cell_is_run_again():
    first = predict("trial.guess", share=12.65)
    first.given = {"answer": 1, "step": "noted"}
    assert predict("trial.guess", share=12.65).given == first.given
    assert ask("trial.amount", 9.163).given == {}


@pytest.mark.parametrize("answer, tolerance, whole", [(9.163, 0.1, False), (6, 0, True), (14.0, 0.5, False)])
def test_a_question_says_whether_it_asks_for_a_whole_number(answer, tolerance, whole):
    assert ask("trial.amount", answer, tolerance=tolerance).content["whole"] is whole


# Answers that are kept


@pytest.fixture
def next_kernel(tmp_path, monkeypatch):
    """A kernel that a notebook server has started in an empty folder, and each that comes after it."""

    def start(served=True):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(answers, "_given", {})
        if served:
            monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "trial.ipynb"))
        else:
            monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
        return tmp_path

    start()
    return start


OLDER = {"answer": 1, "step": "revealed", "outcome": "right"}  # what came true was kept with the answer
NOTED, TYPED = {"answer": 1, "step": "noted"}, {"answer": "９・2", "step": "checked", "meant": 9.2, "right": True}


def test_the_next_kernel_finds_an_answer_beside_what_another_notebook_kept(next_kernel):
    predict("trial.guess", share=1).given = NOTED
    next_kernel()
    answers.write("other.guess", TYPED)  # a notebook that is open at the same time
    ask("trial.amount", 9.163).given = TYPED
    folder = next_kernel()
    assert predict("trial.guess", share=1).given == NOTED
    assert ask("trial.amount", 9.163).given == TYPED
    assert list(json.loads((folder / answers.FILE).read_text(encoding="utf-8"))) == [
        "trial.guess", "other.guess", "trial.amount"
    ]  # fmt: skip
    assert [path.name for path in folder.iterdir()] == [answers.FILE.name]


def test_an_answer_that_was_kept_with_what_came_true_is_found(next_kernel):
    answers.write("trial.guess", OLDER)
    next_kernel()
    assert predict("trial.guess", "little", share=1).given == OLDER


@pytest.mark.parametrize("damaged", ["", "{", "[1, 2]", "7", '{"trial.guess": ', "\x00"])
def test_a_damaged_file_is_put_aside_and_answers_are_kept_again(damaged, next_kernel):
    folder = next_kernel()
    (folder / answers.FILE).write_text(damaged)
    assert predict("trial.guess", share=1).given == {}
    predict("trial.guess", share=1).given = NOTED
    next_kernel()
    assert predict("trial.guess", share=1).given == NOTED
    assert (folder / "my-answers.damaged.json").read_text() == damaged


@pytest.mark.parametrize("answer", [2, -1, "much", None, [0], {}, 0.5])
def test_an_answer_that_is_no_option_any_more_counts_as_none(answer, next_kernel):
    answers.write("trial.guess", {"answer": answer, "step": "noted"})
    answers.write("trial.amount", 9.2)
    assert predict("trial.guess", share=1).given == {} == ask("trial.amount", 9.163).given


def test_where_no_notebook_server_runs_a_notebook_nothing_is_written_or_read(next_kernel):
    folder = next_kernel(served=False)
    (folder / answers.FILE).write_text(json.dumps({"trial.guess": NOTED}))
    assert predict("trial.guess", share=1).given == {}
    (folder / answers.FILE).unlink()
    predict("trial.guess", share=1).given = NOTED
    assert predict("trial.guess", share=1).given == NOTED
    assert list(folder.iterdir()) == []


def test_in_a_folder_that_cannot_be_written_answers_last_as_long_as_the_kernel(next_kernel):
    (next_kernel() / answers.FILE).mkdir()
    predict("trial.guess", share=1).given = NOTED
    assert predict("trial.guess", share=1).given == NOTED


# Exercises


@each_exercise
def test_an_unfilled_stub_says_so(exercise):
    said = check(exercise, ...)
    assert (said.right, said.words) == (None, UNFILLED)


@each_case
def test_every_answer_of_the_table_is_told_in_its_own_words(case):
    said = check(case.exercise, number(case.value) if number(case.value) is not None else case.value)
    assert said.right is (case.case == "right")
    assert said.words.endswith(words(case.exercise)[case.case])


@each_case
def test_an_answer_may_be_a_little_off_and_no_further(case):
    if number(case.value) is not None:
        told = words(case.exercise)[case.case]
        for way in (-1, 1):
            assert check(case.exercise, number(case.value) + way * 0.9 * case.tolerance).words.endswith(told)
            assert not check(case.exercise, number(case.value) + way * (1.1 * case.tolerance + 1e-6)).words.endswith(
                told
            )


@each_exercise
@pytest.mark.parametrize("answer", [1e9, -1e9, float("nan"), None, "", "a guess", [1, 2], {}], ids=repr)
def test_any_other_answer_gets_the_hint(exercise, answer):
    said = check(exercise, answer)
    assert said.right is False
    assert said.words.endswith(words(exercise)["hint"])


@pytest.mark.parametrize(
    ("expected", "answer"), [("DEU", " deu "), ("9", "9"), ("9", 9.0), ("9", np.int64(9)), ("2012-05", "2012-05")]
)
def test_a_text_may_be_written_in_any_case_and_a_number_as_text(expected, answer, monkeypatch):
    rows = pd.DataFrame({"exercise": ["trial.second"], "case": "right", "value": expected, "tolerance": 0.0})
    monkeypatch.setattr(questions, "load", lambda name: rows)
    assert check("trial.second", answer).words == "Right. Yes, it is."


@each_exercise
def test_every_exercise_has_a_right_answer_and_words_for_each_of_its_answers(exercise):
    cases = [case.case for case in CASES if case.exercise == exercise]
    assert "right" in cases
    said = {case: told for case, told in words(exercise).items() if case not in ("prompt", "unit")}
    assert said.keys() == {*cases, "hint"}
    assert len(set(said.values())) == len(cases) + 1


def test_markup_in_an_answer_or_a_text_is_not_run():
    assert "<img" not in check(EXERCISES[0], "<img src=x onerror=alert(1)>")._repr_html_()
    assert "&lt;img" in Feedback(False, "<img src=x onerror=alert(1)>")._repr_html_()
