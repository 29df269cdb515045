"""Near its end a notebook asks for what earlier ones taught: two questions, each with the way back to its section."""

import ast
import re
import tomllib
from functools import cache

import nbformat
import pytest
from lab import ROOT

from helpers.commands.notebooks import evaluate
from helpers.language import languages, use

STEMS = [path.stem for path in sorted((ROOT / "notebooks/en").glob("0[2-9]-*.ipynb"))]
ASKED = ["recall-1", "recall-2"]
SECTION = {"en": r"\((\d\d-\w+), section (\d+)\)[.。]", "ja": r"（(\d\d-\w+)の(\d+)節）[.。]"}
LONGEST = {"prompt": 45, "why": 40}  # words

each_stem = pytest.mark.parametrize("stem", STEMS)
each_language = pytest.mark.parametrize("code", languages())


@cache
def cells(code, stem):
    return {cell.id: cell.source for cell in nbformat.read(ROOT / f"notebooks/{code}/{stem}.ipynb", 4).cells}


@cache
def made(code, stem):
    """The two questions of a notebook, made without its other cells: they need none of them."""
    names = {}
    evaluate(cells(code, stem)["setup"], names)
    use(code)
    return [evaluate(cells(code, stem)[name], names).content for name in ASKED]


@each_stem
def test_the_questions_stand_between_exercises_and_key_points_and_in_no_route(stem):
    names = list(cells("en", stem))
    before, after = names.index("e5-solution"), names.index("key-points")
    assert names[before + 1 : after] == ["recall", *ASKED]
    steps = tomllib.loads((ROOT / f"data/routes/{stem}.toml").read_text(encoding="utf-8"))
    assert "recall" not in str(steps)


@each_language
def test_ten_questions_have_three_options_and_lead_back_to_sections_of_earlier_notebooks(code):
    prompts = []
    for stem in STEMS:
        themes = set()
        for content in made(code, stem):
            prompts.append(content["prompt"])
            assert len(set(content["options"])) == len(set(content["feedback"])) == 3
            for reason in content["feedback"]:
                theme, section = re.search(rf"{SECTION[code]}$", reason).groups()
                assert theme < stem and f"## {section}." in cells(code, theme)[f"s{section}"]
                themes.add(theme)
        links = re.findall(r"\]\((\d\d-\w+)\.ipynb\)", cells(code, stem)["recall"])
        assert sorted(links) == sorted(themes), "what one should have seen stands above the questions"
    assert len(set(prompts)) == 10


@each_stem
def test_a_question_and_its_reasons_are_short(stem):
    for content in made("en", stem):
        assert len(content["prompt"].split()) <= LONGEST["prompt"]
        assert max(len(words.split()) for words in content["feedback"]) <= LONGEST["why"]


@each_language
@each_stem
def test_the_guide_gives_the_answer_as_the_page_shows_it(code, stem):
    guide = (ROOT / f"notebooks/{code}/teaching-guide.md").read_text(encoding="utf-8")
    chapter = re.search(rf"^## {stem}\n(.*?)(?=^## |\Z)", guide, re.MULTILINE | re.DOTALL)[1]
    for name, content in zip(ASKED, made(code, stem), strict=True):
        right = re.search(rf"^\| `{name}` \| \*\*(.+?)\*\* \|", chapter, re.MULTILINE)[1]
        assert right == content["options"][content["answer"]]


@each_stem
def test_the_questions_leave_the_tables_of_the_exercises_alone(stem):
    """Exercises may be done after them, with what the other cells have made."""

    def kept(source):
        targets = [line.targets for line in ast.parse(source).body if isinstance(line, ast.Assign)]
        return {part.id for each in sum(targets, []) for part in ast.walk(each) if isinstance(part, ast.Name)}

    programs = nbformat.read(ROOT / f"notebooks/en/{stem}.ipynb", 4).cells
    programs = {cell.id: cell.source for cell in programs if cell.cell_type == "code"}
    own = set().union(*(kept(programs.pop(name)) for name in ASKED))
    assert own & set().union(*map(kept, programs.values())) == set()
