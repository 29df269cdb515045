"""The teaching guides deal with every notebook, name cells that exist, their plans add up, and both say the same."""

import csv
import re
import tomllib
from collections import Counter
from functools import cache
from itertools import zip_longest
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from editions import bones, differing_numbers
from lab import ROOT, jupyter
from markdown_it import MarkdownIt

THEMES = [path.stem for path in sorted((ROOT / "notebooks/en").glob("*.ipynb")) if "00" < path.stem[:2] < "90"]

# How an edition says what the tests look for.
WORDS = {
    "en": {
        "plans": "in {} minutes",
        "parts": ("answers", "adapted"),
        "aims": ("**Aims.**", "**Before class.**"),
        "ways": ("**Support.**", "**Stretch.**"),
        "tables": ("**Exercises.**", "**Discussion.**"),
        "discussion": "## For discussion",
        "button": "*{}*",
        "route": r"\*\*{} minutes\*\* ((?:sections )?[^;.·\n]*(?:\.\d[^;.·\n]*)*)",
        "span": r"(\d+)(?:\.\d+)?(?: to (\d+))?",
        "everything": "everything",
    },
    "ja": {
        "plans": "{}分",
        "parts": ("解答", "調整"),
        "aims": ("**ねらい。**", "**授業の前に。**"),
        "ways": ("**支援。**", "**発展。**"),
        "tables": ("**演習。**", "**話し合い。**"),
        "discussion": "## 話し合ってみよう",
        "button": "「{}」",
        "route": r"\*\*{}分\*\* ([^。·\n]*)",
        "span": r"(\d+)(?:\.\d+)?(?:[～〜](\d+))?",
        "everything": "全部",
    },
}

each_theme = pytest.mark.parametrize("stem", THEMES)
each_length = pytest.mark.parametrize("length", [20, 45, 90])


class Guide:
    """The guide of one edition, with the notebooks and texts beside it."""

    def __init__(self, code: str):
        self.code, self.words = code, SimpleNamespace(**WORDS[code])
        self.path = ROOT / f"notebooks/{code}/teaching-guide.md"
        self.text = self.path.read_text(encoding="utf-8")
        parts = re.split(r"^#{1,6} +(.+)$", without_code(self.text), flags=re.MULTILINE)
        self.headings = parts[1::2]
        self.sections = dict(zip(map(place, self.headings), parts[2::2], strict=True))

    def chapter(self, stem: str) -> str:
        """The part on one notebook, with the headings below its own."""
        return re.search(rf"^## {stem}\n(.*?)(?=^## )", self.text, re.MULTILINE | re.DOTALL)[1]

    def entries(self, stem: str) -> dict[str, str]:
        """The answers: the id that begins a row, and the second cell of the row."""
        found = [(re.match(r"`([\w-]+)`", row[0]), row[1]) for row in rows(self.sections[f"{stem}-answers"])]
        return {name[1]: answer for name, answer in found if name}

    def minutes(self, stem: str, length: int) -> list[tuple[int, list[str]]]:
        """The rows of a plan: its minutes and the cells used."""
        plan = rows(self.sections[f"{stem}-in-{length}-minutes"])
        return [(int(row[0]), re.findall(r"`([\w-]+)`", row[2])) for row in plan]

    def cells(self, stem: str) -> dict[str, str]:
        return cells(self.path.parent / f"{stem}.ipynb")

    def asked(self, stem: str, function: str) -> dict[str, tuple[str, str, str | None]]:
        """Cells that call `predict` or `ask`: theme and name of the question, and the answer where it is plain text."""
        calls = {}
        for name, source in self.cells(stem).items():
            call = re.search(rf'(?<![\w.]){function}\(\s*"(\w+)\.\w+\.(\w+)"(?:,\s*"(\w+)"(?=\s*[,)]))?', source)
            if call:
                calls[name] = call.groups()
        return calls

    def catalogue(self, theme: str) -> dict:
        return catalogue(self.code, theme)

    def route(self, stem: str, length: int) -> set[int] | None:
        """The sections that the title cell names for a route; None for everything."""
        said = re.search(self.words.route.format(length), self.cells(stem)["title"])[1]
        if self.words.everything in said:
            return None
        spans = [(int(first), int(last or first)) for first, last in re.findall(self.words.span, said)]
        return {number for first, last in spans for number in range(first, last + 1)}


def without_code(text: str) -> str:
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def place(heading: str) -> str:
    """What a link to a heading says: the id that stands in the heading, else its text with hyphens."""
    named = re.match(r'<a id="(.+?)"></a>', heading)
    return named[1] if named else heading.replace(" ", "-")


def rows(text: str) -> list[list[str]]:
    """The cells of all rows of all tables, without heads and rules."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    rules = [number for number, row in enumerate(table) if set("".join(row)) <= set("-: ")]
    return [row for number, row in enumerate(table) if number not in rules and number + 1 not in rules]


@cache
def cells(path: Path) -> dict[str, str]:
    return {cell.id: cell.source for cell in nbformat.read(path, as_version=4).cells}


@cache
def catalogue(code: str, theme: str) -> dict:
    return tomllib.loads((ROOT / f"helpers/texts/{code}/{theme}.toml").read_text(encoding="utf-8"))


GUIDES = {code: Guide(code) for code in WORDS}


@pytest.fixture(params=WORDS)
def guide(request) -> Guide:
    return GUIDES[request.param]


def test_every_guide_is_tested():
    assert {path.parent.name for path in (ROOT / "notebooks").glob("*/teaching-guide.md")} == set(WORDS)


@each_theme
def test_every_notebook_has_its_chapter(guide, stem):
    names = [guide.words.plans.format(length) for length in (20, 45, 90)]
    headings = re.findall(r"^### (?:<.*>)?(.+)$", guide.chapter(stem), re.MULTILINE)
    assert headings == [f"{stem} {name}" for name in (*names, *guide.words.parts)]
    assert f"[{stem}]({stem}.ipynb)" in guide.sections[stem]
    for part in guide.words.aims:
        assert part in guide.sections[stem]
    for part in guide.words.ways:
        assert part in guide.sections[f"{stem}-adapted"]


@each_theme
def test_every_cell_named_exists(guide, stem):
    named = set(re.findall(r"`([a-z][a-z\d-]*)`", guide.chapter(stem)))
    assert named - set(guide.cells(stem)) == set()


def test_cells_named_in_the_other_parts_exist(guide):
    common = guide.text
    for stem in THEMES:
        common = common.replace(guide.chapter(stem), "")
    known = {name for stem in (*THEMES, "90-project", "00-start") for name in guide.cells(stem)}
    assert set(re.findall(r"`([a-z][a-z\d-]*)`", without_code(common))) - known == set()


@each_theme
@each_length
def test_the_minutes_of_a_plan_add_up(guide, stem, length):
    plan = guide.minutes(stem, length)
    assert sum(time for time, _ in plan) == length
    assert all(used for _, used in plan)


@each_theme
@each_length
def test_a_plan_follows_the_route_of_the_title_cell(guide, stem, length):
    plan = {name for _, names in guide.minutes(stem, length) for name in names}
    used = {int(number) for name in plan for number in _number(name)}
    everything = {int(number) for name in guide.cells(stem) for number in _number(name)}
    if "ledger" in plan:
        used.add(max(everything))  # the last section holds nothing but the ledger
    assert used == (guide.route(stem, length) or everything)


def _number(name: str) -> list[str]:
    return re.findall(r"^s(\d+)", name)


@each_theme
def test_every_prediction_question_and_exercise_is_answered(guide, stem):
    names = guide.cells(stem)
    exercises = {name.removesuffix("-stub") for name in names if re.fullmatch(r"e\d+-stub", name)}
    questions = {*guide.asked(stem, "predict"), *guide.asked(stem, "ask")}
    more = {name for name in names if name.endswith("-discuss")}
    assert len(exercises) == 5 and len(questions) >= 12
    assert set(guide.entries(stem)) == exercises | questions | more


@each_theme
def test_every_discussion_question_is_dealt_with(guide, stem):
    questions = guide.cells(stem)["key-points"].partition(guide.words.discussion)[2]
    asked_there = re.findall(r"^(\d+)\. ", questions, re.MULTILINE)
    answers = guide.sections[f"{stem}-answers"].partition(guide.words.tables[1])[2]
    dealt_with = [row[0].partition(".")[0] for row in rows(answers) if row[0][0].isdigit()]
    assert asked_there and dealt_with == asked_there


@each_theme
def test_answers_are_options_of_the_questions(guide, stem):
    given = guide.entries(stem)
    press = guide.words.button.format(guide.catalogue("common")["questions"]["check"])
    for name, (theme, question, _) in guide.asked(stem, "predict").items():
        entry = guide.catalogue(theme)["predictions"][question]
        if options := entry.get("options"):
            assert _bold(given[name]) in (options.values() if isinstance(options, dict) else options), name
        else:  # a guess that is drawn: what the data give at its end
            assert entry["unit"] in _bold(given[name]), name
    for name, (theme, question, right) in guide.asked(stem, "ask").items():
        entry = guide.catalogue(theme)["questions"][question]
        options = entry.get("options")
        if not options:  # a number, which the notebook computes
            assert press in given[name] and entry.get("unit", "") in given[name], name
            continue
        if right:
            wanted = options[right]
            if "{" not in wanted:
                assert _bold(given[name]) == wanted, name
        else:  # the notebook works the answer out
            assert _bold(given[name]) in options.values(), name


@each_theme
def test_answers_of_exercises_are_those_that_the_notebook_accepts(guide, stem):
    with (ROOT / "data/exercises.csv").open(encoding="utf-8", newline="") as file:
        accepted = {(row["exercise"], row["case"]): row["value"] for row in csv.DictReader(file)}
    exercises, discussion = guide.words.tables
    table = guide.sections[f"{stem}-answers"].partition(exercises)[2].partition(discussion)[0]
    for row in rows(table):
        exercise = re.search(r'check\("([\w.]+)"', guide.cells(stem)[f"{row[0].strip('`')}-stub"])[1]
        words = guide.catalogue(exercise.partition(".")[0])["exercises"][exercise.partition(".")[2]]
        scale = words.get("scale", 1)
        assert _bold(row[1]).rstrip("万億") == _scaled(scale, accepted[exercise, "right"])
        slips = [value for (name, case), value in accepted.items() if name == exercise and case != "right"]
        told = [rf"(?<![\d.-])(?:{value}|{_scaled(scale, value)})(?![\d.]*\d)" for value in slips]
        assert [slip for slip in told if not re.search(slip, row[2])] == []


def test_buttons_are_called_what_they_say(guide):
    words = guide.catalogue("common")["explorer"]["words"]
    buttons = [guide.words.button.format(words[name]) for name in ("numbers", "csv", "png", "link")]
    assert [button for button in buttons if button not in guide.text] == []


def test_the_plans_for_voting_add_up_and_name_the_buttons(guide):
    part = guide.sections["vote-discuss-vote-again"]
    plans = [rows(table) for table in part.split("\n\n") if table.startswith("|") and "| ---: |" in table]
    assert [sum(int(row[0]) for row in plan) for plan in plans] == [10, 45]
    site, questions = guide.catalogue("site"), guide.catalogue("common")["questions"]
    said = [questions[name] for name in ("commit", "again", "reveal")]
    said += [site["record"][name] for name in ("show", "copy", "file")] + [site["class"]["show"]]
    assert [name for name in said if guide.words.button.format(name) not in part] == []


def _scaled(scale: int, value: str) -> str:
    """An answer in the unit of a language: 105.6 billion are 1056 億."""
    return value if scale == 1 else f"{scale * float(value):.10g}"


def _bold(text: str) -> str | None:
    found = re.match(r"\*\*(.+?)\*\*", text)
    return found and found[1]


def test_headings_can_be_linked_on_github_and_in_jupyterlab(guide):
    """Their two ways of naming a heading agree on small letters, digits, hyphens and spaces.

    JupyterLab does not find a heading of other letters, as a link encodes them (`#%E7%9B%AE`) and the heading does not.
    Such a heading holds an id of its own, which both find, and which is the same in every language.
    """
    headings = re.findall(r"^##+ (.+)$", without_code(guide.text), re.MULTILINE)
    places = [place(heading) if "<" in heading else heading for heading in headings]
    assert [heading for heading in places if not re.fullmatch(r"[a-z\d -]+", heading)] == []
    assert len({place(heading) for heading in headings}) == len(headings)


def test_links_lead_to_files_and_headings_that_exist(guide):
    for link in re.findall(r"\]\(([^)\s]+)\)", guide.text):
        file, _, anchor = link.partition("#")
        if file.startswith("https://"):
            continue
        if file:
            assert (guide.path.parent / file).is_file(), link
            cell = re.fullmatch(r"cell-id=([\w-]+)", anchor)
            assert not anchor or (cell and cell[1] in cells(guide.path.parent / file)), link
        else:
            assert anchor in guide.sections, link


def test_a_link_that_has_lost_its_cell_is_named(guide, monkeypatch):
    """As after a tool that gives cells other ids, such as nbstripout without ``--keep-id``."""
    renamed = {path: dict(enumerate(cells(path).values())) for path in guide.path.parent.glob("*.ipynb")}
    monkeypatch.setitem(globals(), "cells", renamed.get)
    with pytest.raises(AssertionError, match=r"\.ipynb#cell-id=\w"):
        test_links_lead_to_files_and_headings_that_exist(guide)


def test_every_emphasis_is_rendered(guide):
    """In Japanese, `**…。**` before a letter stays as it is: it takes a space after it, or a mark."""
    tokens = MarkdownIt("commonmark").enable("table").parse(guide.text)
    texts = [part.content for token in tokens for part in token.children or () if part.type == "text"]
    assert [text for text in texts if "*" in text] == []


@pytest.mark.browser
def test_a_link_leads_to_its_heading_in_jupyterlab(tmp_path, chromium):
    for code, guide in GUIDES.items():
        (tmp_path / f"{code}.md").write_text(guide.text, encoding="utf-8")
    with jupyter(tmp_path) as address:
        for code in GUIDES:
            page = chromium.new_page(viewport={"width": 1000, "height": 700})
            page.set_default_timeout(90_000)
            page.goto(f"{address}/lab/tree/{code}.md?reset")
            page.wait_for_function("globalThis.jupyterapp?.shell?.currentWidget?.context?.isReady")
            preview = {"path": f"{code}.md", "factory": "Markdown Preview"}
            page.evaluate("preview => jupyterapp.commands.execute('docmanager:open', preview)", preview)
            page.click('.jp-MarkdownViewer a[href="#02-mdgs-answers"]')
            page.wait_for_function(
                """() => {
                    const heading = document.querySelector('.jp-MarkdownViewer [data-jupyter-id="02-mdgs-answers"]');
                    const top = document.querySelector('.jp-MarkdownViewer').getBoundingClientRect().top;
                    return Math.abs(heading.getBoundingClientRect().top - top) < 60;
                }"""
            )
            page.close()


def differing(english: str, japanese: str) -> list[str]:
    """What two guides do not have in common: structure, links and programs; numbers and cells line by line."""
    japanese = japanese.replace("../README.ja.md", "../README.md").replace("`OUT/ja`", "`OUT/en`")
    one, other = bones(english), bones(japanese)
    found = [f"{part}: {one[part]} / {other[part]}" for part in one if one[part] != other[part]]
    lines = zip_longest(english.splitlines(), japanese.splitlines(), fillvalue="")
    for number, (first, second) in enumerate(lines, 1):
        found += [f"line {number}: {value}" for value in differing_numbers(first, second)]
        spans = [Counter(re.findall("`(.+?)`", line.replace("```", ""))) for line in (first, second)]
        found += [f"line {number}: `{span}`" for span in (spans[0] - spans[1]) + (spans[1] - spans[0])]
        found += [f"line {number}: empty in one" for _ in range(bool(first) != bool(second))]
    return found


def test_both_guides_have_the_same_structure_links_cells_and_numbers():
    assert differing(GUIDES["en"].text, GUIDES["ja"].text) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\n| 6 |", "\n| 7 |"),
        ("`s3-chart`", "`s4-chart`"),
        ("1.7%", "1.8%"),
        ("**53.6**", "**55.1**"),
        ("](90-project.ipynb)", "](00-start.ipynb)"),
        ("\n### ", "\n#### "),
        ("\n- ", "\n"),
        ("\n\n", "\n"),
        ("helpers worksheets OUT", "helpers worksheets"),
    ],
)
def test_any_change_of_one_guide_alone_is_found(old, new):
    changed = GUIDES["ja"].text.replace(old, new, 1)
    assert changed != GUIDES["ja"].text
    assert differing(GUIDES["en"].text, changed)


def test_both_guides_have_the_same_chapters():
    english, japanese = (list(GUIDES[code].sections) for code in ("en", "ja"))
    assert english[1:] == japanese[1:]  # the first is the title


@each_theme
def test_both_guides_have_the_same_plans(stem):
    english, japanese = ([GUIDES[code].minutes(stem, length) for length in (20, 45, 90)] for code in ("en", "ja"))
    assert english == japanese


@each_theme
def test_both_guides_give_the_same_answers(stem):
    english, japanese = (GUIDES[code].entries(stem) for code in ("en", "ja"))
    assert list(english) == list(japanese)
    for function, part in (("predict", "predictions"), ("ask", "questions")):
        for name, (theme, question, _) in GUIDES["en"].asked(stem, function).items():
            one, other = (GUIDES[code].catalogue(theme)[part][question] for code in ("en", "ja"))
            first, second = _bold(english[name]), _bold(japanese[name])
            if "options" in one:
                assert _number_of(first, one["options"]) == _number_of(second, other["options"]), name
            else:  # a number typed or drawn, which a language may count in another unit
                values = [float(re.search(r"[\d.]+", answer.replace(",", ""))[0]) for answer in (first, second)]
                assert values[0] * other.get("scale", 1) == pytest.approx(values[1] * one.get("scale", 1)), name
                assert ("−" in first) == ("−" in second), name


def _number_of(answer: str, options: list[str] | dict[str, str]) -> int:
    """Which of the options an answer is. One may hold a figure that the notebook fills in."""
    known = list(options.values()) if isinstance(options, dict) else options
    patterns = [re.sub(r"\\{.+?\\}", ".+", re.escape(option)) for option in known]
    return next(number for number, pattern in enumerate(patterns) if re.fullmatch(pattern, answer))
