"""Exercises are answered on a page as in a notebook: each known answer gets its words, any other the hint."""

import re

import nbformat
import pytest
from conftest import THEMES

from helpers import check, load
from helpers.commands.exercises import find_exercises, read_cases
from helpers.commands.site.fields import make_field
from helpers.language import speaking, text, texts

LANGUAGES = ("en", "ja")
EXERCISES = sorted(set(load("exercises").exercise))
TYPE = """async ([name, typed]) => {
    await bluebook.all();
    const place = (await bluebook.questions()).findIndex(each => each.name === name);
    const form = document.querySelectorAll("form.question")[place], field = form.querySelector("input");
    return typed.map(words => {
        field.value = words;
        field.dispatchEvent(new Event("input", { bubbles: true }));
        form.querySelector("button").click();
        const { textContent, dataset } = form.querySelector(".question-feedback");
        return [dataset.right, textContent];
    });
}"""


def exercises_of(path):
    return list(find_exercises(nbformat.read(path, as_version=4).cells))


@pytest.mark.parametrize("path", THEMES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_field_is_called_as_its_exercise_is(path):
    with speaking(path.parent.name):
        for _, prose, name in exercises_of(path):
            named = re.match(r"\*\*\d+\. (.+?)[.。]?\*\*", prose)[1]
            assert make_field(name).content["prompt"] == named


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_field_knows_what_the_check_of_the_notebook_knows(exercise, code):
    with speaking(code):
        content, cases = make_field(exercise).content, read_cases(exercise)
        assert cases[0]["right"] and not any(case["right"] for case in cases[1:])
        for case, known, words in zip(cases, content["cases"], content["feedback"], strict=False):
            first = known["answers"][0]
            assert first == (case["value"] if isinstance(first, str) else float(case["value"]))
            assert known["tolerance"] == case["tolerance"]
            assert check(exercise, case["value"]).words.endswith(words)
        assert content["feedback"][len(cases) :] == [text(exercise.replace(".", ".exercises.") + ".hint")]


def test_a_country_is_known_by_its_name_in_the_language_of_the_page():
    for code, name in (("en", "Germany"), ("ja", "ドイツ")):
        with speaking(code):
            assert make_field("oda.repaid").content["cases"][0]["answers"] == ["DEU", name]


@pytest.mark.browser
@pytest.mark.parametrize("path", THEMES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_known_answer_gets_its_words_on_the_page(page, address, path):
    code = path.parent.name
    page.goto(f"{address}/{code}/{path.stem}.html")
    with speaking(code):
        said = texts("common.questions")
        for _, _, name in exercises_of(path):
            content = make_field(name).content
            *known, hint = content["feedback"]
            pairs = zip(content["cases"], known, strict=True)
            expected = [
                (str(each), case is content["cases"][0], told) for case, told in pairs for each in case["answers"]
            ]
            expected.append(("-98765", False, hint))
            answered = page.evaluate(TYPE, [content["name"], [*(each for each, *_ in expected), ""]])
            for (typed, right, told), found in zip(expected, answered, strict=False):
                assert found == [str(right).lower(), f"{said['right' if right else 'wrong']} {told}"], (name, typed)
            assert answered[-1] in ([None, said["number"]], [None, said["word"]])


@pytest.mark.browser
def test_an_answer_is_read_as_people_type_it(page, address):
    page.goto(f"{address}/en/01-oda.html")
    said = dict.fromkeys((" germany ", '"deu"', "ＤＥＵ", "“Germany”"), "true") | {"Italy": "false"}
    told = page.evaluate(TYPE, ["oda.exercises.repaid", list(said)])
    assert [right for right, _ in told] == list(said.values())
    page.goto(f"{address}/ja/02-mdgs.html")
    right = read_cases_in("ja", "mdgs.without_2011")
    told = page.evaluate(TYPE, ["mdgs.exercises.without_2011", [f"{right}億ドル", f"約 {right}"]])
    assert [each for each, _ in told] == ["true", "true"]


def read_cases_in(code, exercise):
    with speaking(code):
        return read_cases(exercise)[0]["value"]
