"""A number is written as a reader of the language writes it, in every card, answer and sentence."""

import functools
import json
import re
from html import unescape

import pytest
import vl_convert
from conftest import printed
from number_formats import PATTERNS, odd_numbers

from helpers.explorer import Explorer
from helpers.language import language, languages, texts, use
from helpers.ledger import claims
from helpers.questions import check
from helpers.tables import load

# What a figure of a unit looks like, where it is one number or one date.
AMOUNT = r"[+−]?\d{1,3}(?:,\d{3})*"
SHAPES = {
    "year": {"en": r"\d{4}", "ja": r"\d{4}年"},
    "fiscal_year": {"en": r"fiscal year \d{4}", "ja": r"\d{4}年度"},
    "date": {"en": r"((\d{1,2} )?[A-Z][a-z]+ )?\d{4}", "ja": r"\d{4}年(\d{1,2}月(\d{1,2}日)?)?"},
    "rank": {"en": r"rank \d+(–\d+)?", "ja": r"\d+(～\d+)?位"},
    "goal": {"en": r"goal \d+", "ja": r"目標\d+"},
    "page": {"en": r"page \d+", "ja": r"\d+ページ"},
    "ordinal": {"en": r"no\. \d+", "ja": r"\d+番目"},
    "percent": {"en": rf"{AMOUNT}(\.\d\d?)?(%| percentage points)", "ja": rf"{AMOUNT}(\.\d\d?)?(%|ポイント)"},
    "usd_million": {"en": rf"[+−]?US\${AMOUNT}(\.\d\d?)? million", "ja": rf"{AMOUNT}(\.\d\d?)?億ドル"},
    "jpy_billion": {"en": rf"[+−]?¥{AMOUNT}(\.\d)? billion", "ja": rf"{AMOUNT}(\.\d)?億円"},
    "usd_per_day": {"en": r"US\$\d+\.\d\d a day", "ja": r"1日\d+\.\d\dドル"},
    "deaths": {"en": rf"{AMOUNT} deaths", "ja": rf"{AMOUNT}人（死亡）"},
    "persons": {"en": rf"{AMOUNT} persons", "ja": rf"{AMOUNT}人"},
    "years": {"en": r"1 year|\d+(\.\d\d?)? years|\d{4}–\d{4}", "ja": r"\d+(\.\d\d?)?年間|\d{4}～\d{4}年"},
}
ONE = re.compile(r"-?\d+(\.\d+)?|\d{4}(-\d\d){1,2}")
LEDGER = load("bluebook_claims").set_index("claim_id")

each_language = pytest.mark.parametrize("code", languages())


def plain(markup):
    return unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<style>.*?</style>", "", markup, flags=re.DOTALL)))


def shape(recorded, unit, code):
    """What a figure looks like that the ledger holds as `recorded`; anything where it is not one number or date."""
    if not (isinstance(recorded, str) and ONE.fullmatch(recorded)):
        return ".*"
    return SHAPES.get("date" if "-" in recorded[1:] else unit, {}).get(code, ".*")


def badly_written(said, code):
    """What is written badly in texts, each with the name of its text."""
    return [f"{name}: {odd}" for name, words in said for odd in odd_numbers(words, code)]


# The patterns


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_finds_its_example_and_leaves_what_is_right(name):
    only, _, bad, good = PATTERNS[name]
    assert any(odd.startswith(f"{name}:") for odd in odd_numbers(bad, only or "en"))
    assert odd_numbers(good, only or "en") == []


# The ledger


@functools.cache
def ledger(code):
    """The lines of the ledger as it is shown: claim, section, text, Bluebook, ours, verdict, reason."""
    use(code)
    lines = re.findall(r"<tr>(.*?)</tr>", claims()._repr_html_(), re.DOTALL)[1:]
    use("en")
    return [[plain(cell).strip() for cell in line.split("</td>")[:-1]] for line in lines]


@each_language
def test_the_ledger_writes_every_number_as_a_reader_would(code):
    said = [(line[0], cell) for line in ledger(code) for cell in (line[2], line[3], line[4], line[6])]
    assert len(ledger(code)) == len(LEDGER) and badly_written(said, code) == []


@each_language
def test_a_figure_of_the_ledger_has_the_shape_of_its_unit(code):
    odd = []
    for claim, _, _, bluebook, ours, *_ in ledger(code):
        row = LEDGER.loc[claim]
        for recorded, shown in ((row.value, bluebook), (row.computed_value, ours)):
            if not re.fullmatch(shape(recorded, row.unit, code), shown):
                odd.append(f"{claim}: {recorded} {row.unit} is shown as {shown!r}")
    assert odd == []


# What the notebooks show


def test_a_card_writes_every_number_as_a_reader_would(notebook):
    said = [(claim, plain(card._repr_html_())) for claim, card in zip(notebook.verified, notebook.cards, strict=True)]
    assert badly_written(said, notebook.language) == []


def test_the_figures_of_a_card_have_the_shape_of_its_unit(notebook):
    odd = []
    for claim, card in zip(notebook.verified, notebook.cards, strict=True):
        row, figures = LEDGER.loc[claim], re.findall(r"<b>(.*?)</b>", card._repr_html_())
        bluebook, *others = (plain(figure) for figure in figures)
        looks = shape(row.value, row.unit, notebook.language), shape(row.computed_value, row.unit, notebook.language)
        odd += [f"{claim}: {bluebook!r}"] if not re.fullmatch(looks[0], bluebook) else []
        odd += [f"{claim}: {figure!r}" for figure in others if not re.fullmatch(looks[1], figure)]
    assert odd == []


def test_a_question_its_answer_and_its_feedback_write_every_number_as_a_reader_would(notebook):
    said = []
    for cell, widget in notebook.made:
        if not isinstance(widget, Explorer):
            content = widget.content
            said += [(cell, words) for words in [content["prompt"], *(content["options"] or []), *content["feedback"]]]
    assert badly_written(said, notebook.language) == []


def test_an_answer_key_writes_every_number_as_a_reader_would(theme):
    _, key = printed(theme.path)
    answers = re.findall(r'<li class="(?:right|other)"><i>.</i><div>(.*?)<p>(.*?)</p>', key, re.DOTALL)
    assert len(answers) > 10
    assert badly_written([("key", plain(part).strip()) for answer in answers for part in answer], theme.language) == []


def test_a_typed_guess_is_repeated_as_a_reader_would_write_it(notebook):
    asked = [widget.content for _, widget in notebook.made if not isinstance(widget, Explorer)]
    said = [(content["prompt"], content["written"].replace("{}", "5")) for content in asked]
    assert badly_written(said, notebook.language) == []


@each_language
def test_what_an_exercise_says_of_an_answer_writes_every_number_as_a_reader_would(code):
    use(code)
    said = []
    for name, cases in load("exercises").groupby("exercise"):
        theme, _, short = name.partition(".")
        said += [(name, check(name, case).words) for case in cases.value]
        said.append((name, texts(f"{theme}.exercises.{short}")["hint"]))
    assert badly_written(said, language()) == []


def marked(part):
    """The sentences in a scene."""
    if isinstance(part, list):
        for inner in part:
            yield from marked(inner)
    elif isinstance(part, dict):
        if part.get("name") == "summary_marks":
            yield from (item.get("description", "") for item in part.get("items", []))
        for inner in part.values():
            yield from marked(inner)


def sentences(explorer):
    """What an explorer says at its start, and with its first and its last year. (A browser tries all the rest.)"""
    spec = vl_convert.vegalite_to_vega(explorer.spec)
    spec["marks"] = [mark for mark in spec["marks"] if mark.get("name") == "summary_marks"]
    spec |= {"axes": [], "legends": []}
    spec.pop("title", None)
    states = [{}]
    for name, control in explorer.inputs.items():
        if "min" in control.trait_names() and not isinstance(control.value, tuple):
            states += [{name: control.min}, {name: control.max}]
    for state in states:
        for signal in spec["signals"]:
            if signal["name"] in state:
                signal["value"] = state[signal["name"]]
        yield from marked(json.loads(json.dumps(vl_convert.vega_to_scenegraph(spec))))


def test_a_sentence_of_an_explorer_writes_every_number_as_a_reader_would(notebook):
    said = [
        (explorer.panel.settings["title"], words) for explorer in notebook.explorers for words in sentences(explorer)
    ]
    assert len(said) >= len(notebook.explorers)
    assert badly_written(said, notebook.language) == []


def test_the_notebooks_are_all_run(runs):
    assert sum(len(run.cards) for run in runs) > 200
