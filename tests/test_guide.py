"""The teaching guide deals with every notebook, names cells that exist, and its plans add up."""

import csv
import re
import tomllib
from functools import cache
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "notebooks/en/teaching-guide.md"
TEXT = GUIDE.read_text(encoding="utf-8")
THEMES = [path for path in sorted(GUIDE.parent.glob("*.ipynb")) if "00" < path.stem[:2] < "90"]
PROJECT = GUIDE.parent / "90-project.ipynb"

each_theme = pytest.mark.parametrize("path", THEMES, ids=lambda path: path.stem)


def sections(text: str) -> dict[str, str]:
    """Every heading with the text that follows it up to the next heading, whatever its level."""
    parts = re.split(r"^(#{1,6}) +(.+)$", without_code(text), flags=re.MULTILINE)
    return dict(zip(parts[2::3], parts[3::3], strict=True))


def without_code(text: str) -> str:
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def chapter(stem: str) -> str:
    """The part on one notebook, with the headings below its own."""
    return re.search(rf"^## {stem}\n(.*?)(?=^## )", TEXT, re.MULTILINE | re.DOTALL)[1]


def rows(text: str) -> list[list[str]]:
    """The cells of all rows of all tables, without heads and rules."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    rules = [number for number, row in enumerate(table) if set("".join(row)) <= set("-: ")]
    return [row for number, row in enumerate(table) if number not in rules and number + 1 not in rules]


def entries(stem: str) -> dict[str, str]:
    """The answers: the id that begins a row, and the second cell of the row."""
    found = [(re.match(r"`([\w-]+)`", row[0]), row[1]) for row in rows(SECTIONS[f"{stem} answers"])]
    return {name[1]: answer for name, answer in found if name}


def minutes(stem: str, length: int) -> list[tuple[int, list[str]]]:
    """The rows of a plan: its minutes and the cells used."""
    plan = rows(SECTIONS[f"{stem} in {length} minutes"])
    return [(int(row[0]), re.findall(r"`([\w-]+)`", row[2])) for row in plan]


@cache
def cells(path: Path) -> dict[str, str]:
    return {cell.id: cell.source for cell in nbformat.read(path, as_version=4).cells}


def asked(path: Path, function: str) -> dict[str, tuple[str, str, str | None]]:
    """Cells that call `predict` or `ask`: theme and name of the question, and the answer where it is a plain text."""
    calls = {}
    for name, source in cells(path).items():
        call = re.search(rf'(?<![\w.]){function}\(\s*"(\w+)\.\w+\.(\w+)"(?:,\s*"(\w+)"(?=\s*[,)]))?', source)
        if call:
            calls[name] = call.groups()
    return calls


@cache
def catalogue(theme: str) -> dict:
    return tomllib.loads((ROOT / f"helpers/texts/en/{theme}.toml").read_text(encoding="utf-8"))


def route(path: Path, length: int) -> set[int] | None:
    """The sections that the title cell names for a route; None for everything."""
    said = re.search(rf"\*\*{length} minutes\*\* ([^·\n]*)", cells(path)["title"])[1]
    said = re.match(r"(?:sections )?[^;.]*(?:\.\d[^;.]*)*", said)[0]
    if "everything" in said:
        return None
    spans = [(int(first), int(last or first)) for first, last in re.findall(r"(\d+)(?:\.\d+)?(?: to (\d+))?", said)]
    return {number for first, last in spans for number in range(first, last + 1)}


SECTIONS = sections(TEXT)


@each_theme
def test_every_notebook_has_its_chapter(path):
    names = [f"in {length} minutes" for length in (20, 45, 90)]
    headings = re.findall(r"^### (.+)$", chapter(path.stem), re.MULTILINE)
    assert headings == [f"{path.stem} {name}" for name in (*names, "answers", "adapted")]
    assert f"[{path.stem}]({path.name})" in SECTIONS[path.stem]
    for part in ("**Aims.**", "**Before class.**"):
        assert part in SECTIONS[path.stem]
    for part in ("**Support.**", "**Stretch.**"):
        assert part in SECTIONS[f"{path.stem} adapted"]


@each_theme
def test_every_cell_named_exists(path):
    named = set(re.findall(r"`([a-z][a-z\d-]*)`", chapter(path.stem)))
    assert named - set(cells(path)) == set()


def test_cells_named_in_the_other_parts_exist():
    common = TEXT
    for path in THEMES:
        common = common.replace(chapter(path.stem), "")
    known = {name for path in (*THEMES, PROJECT, GUIDE.parent / "00-start.ipynb") for name in cells(path)}
    assert set(re.findall(r"`([a-z][a-z\d-]*)`", without_code(common))) - known == set()


@each_theme
@pytest.mark.parametrize("length", [20, 45, 90])
def test_the_minutes_of_a_plan_add_up(path, length):
    plan = minutes(path.stem, length)
    assert sum(time for time, _ in plan) == length
    assert all(used for _, used in plan)


@each_theme
@pytest.mark.parametrize("length", [20, 45, 90])
def test_a_plan_follows_the_route_of_the_title_cell(path, length):
    used = {int(number) for _, names in minutes(path.stem, length) for name in names for number in _number(name)}
    everything = {int(number) for name in cells(path) for number in _number(name)}
    ledger = max(everything)  # the last section holds nothing but the ledger
    if "ledger" in {name for _, names in minutes(path.stem, length) for name in names}:
        used.add(ledger)
    assert used == (route(path, length) or everything)


def _number(name: str) -> list[str]:
    return re.findall(r"^s(\d+)", name)


@each_theme
def test_every_prediction_question_and_exercise_is_answered(path):
    exercises = {name.removesuffix("-stub") for name in cells(path) if re.fullmatch(r"e\d+-stub", name)}
    questions = {*asked(path, "predict"), *asked(path, "ask")}
    more = {name for name in cells(path) if name.endswith("-discuss")}
    assert len(exercises) == 5 and len(questions) >= 12
    assert set(entries(path.stem)) == exercises | questions | more


@each_theme
def test_every_discussion_question_is_dealt_with(path):
    asked_there = re.findall(r"^(\d+)\. ", cells(path)["key-points"].partition("## For discussion")[2], re.MULTILINE)
    answers = SECTIONS[f"{path.stem} answers"].partition("**Discussion.**")[2]
    dealt_with = [row[0].partition(".")[0] for row in rows(answers) if row[0][0].isdigit()]
    assert asked_there and dealt_with == asked_there


@each_theme
def test_answers_are_options_of_the_questions(path):
    given = entries(path.stem)
    for name, (theme, question, _) in asked(path, "predict").items():
        options = catalogue(theme)["predictions"][question]["options"]
        assert _bold(given[name]) in options, name
    for name, (theme, question, right) in asked(path, "ask").items():
        options = catalogue(theme)["questions"][question].get("options")
        if not options:  # a number, which the notebook computes
            assert "*Check*" in given[name], name
            continue
        if right:
            wanted = options[right]
            if "{" not in wanted:
                assert _bold(given[name]) == wanted, name
        else:  # the notebook works the answer out
            assert _bold(given[name]) in options.values(), name


@each_theme
def test_answers_of_exercises_are_those_that_the_notebook_accepts(path):
    with (ROOT / "data/exercises.csv").open(encoding="utf-8", newline="") as file:
        accepted = {(row["exercise"], row["case"]): row["value"] for row in csv.DictReader(file)}
    table = SECTIONS[f"{path.stem} answers"].partition("**Exercises.**")[2].partition("**Discussion.**")[0]
    for row in rows(table):
        exercise = re.search(r'check\("([\w.]+)"', cells(path)[f"{row[0].strip('`')}-stub"])[1]
        assert _bold(row[1]) == accepted[exercise, "right"]
        slips = [value for (name, case), value in accepted.items() if name == exercise and case != "right"]
        assert [value for value in slips if not re.search(rf"(?<![\d.-]){value}(?![\d.]*\d)", row[2])] == []


def _bold(text: str) -> str | None:
    found = re.match(r"\*\*(.+?)\*\*", text)
    return found and found[1]


def test_headings_can_be_linked_on_github_and_in_jupyterlab():
    """Their two ways of naming a heading agree on small letters, digits, hyphens and spaces."""
    headings = re.findall(r"^##+ (.+)$", without_code(TEXT), re.MULTILINE)
    assert [heading for heading in headings if not re.fullmatch(r"[a-z\d -]+", heading)] == []
    assert len(set(headings)) == len(headings)


def test_links_lead_to_files_and_headings_that_exist():
    anchors = {heading.replace(" ", "-") for heading in SECTIONS}
    for link in re.findall(r"\]\(([^)\s]+)\)", TEXT):
        file, _, anchor = link.partition("#")
        if file.startswith("https://"):
            continue
        if file:
            assert (GUIDE.parent / file).is_file(), link
            cell = re.fullmatch(r"cell-id=([\w-]+)", anchor)
            assert not anchor or (cell and cell[1] in cells(GUIDE.parent / file)), link
        else:
            assert anchor in anchors, link
