"""One folder of notebooks and one catalogue make a third language: no program has to change for it.

The language of these tests, with the code ``qaa`` that ISO 639 leaves free, is English in small capitals of its own:
where an English letter is seen, a text did not come from the new catalogue.
"""

import functools
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib

import nbformat
import pytest
from bs4 import BeautifulSoup
from editions import differences
from lab import ROOT

pytestmark = pytest.mark.slow
CODE = "qaa"
LETTERS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ")
KEPT = re.compile(r"({[^}]*})")  # placeholders are names in the program
PROGRAMS = ("formats", "axes")  # Vega expressions
NOTEBOOK = "04-climate"


def translated(entry):
    """A text, or a part of a catalogue, in the new language."""
    if isinstance(entry, dict):
        return {key: value if key in (*PROGRAMS, "column") else translated(value) for key, value in entry.items()}
    if isinstance(entry, list):
        return [translated(value) for value in entry]
    if not isinstance(entry, str):
        return entry
    return "".join(part if KEPT.fullmatch(part) else part.translate(LETTERS) for part in KEPT.split(entry))


def toml(entry):
    """A value as TOML, whose texts are those of JSON."""
    if isinstance(entry, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(value)}" for key, value in entry.items()) + "}"
    if isinstance(entry, list):
        return "[" + ", ".join(map(toml, entry)) + "]"
    return json.dumps(entry, ensure_ascii=False)


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the project with one of its notebooks, in English and in a language that it has never seen."""
    root = tmp_path_factory.mktemp("project")
    for name in ("helpers", "data"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    catalogue = root / "helpers" / "texts" / CODE
    catalogue.mkdir()
    for file in (root / "helpers" / "texts" / "en").glob("*.toml"):
        entries = translated(tomllib.loads(file.read_text(encoding="utf-8")))
        lines = [f"{json.dumps(key)} = {toml(value)}\n" for key, value in entries.items()]
        (catalogue / file.name).write_text("".join(lines), encoding="utf-8")
    for code in ("en", CODE):
        notebook = nbformat.read(ROOT / "notebooks" / "en" / f"{NOTEBOOK}.ipynb", 4)
        for cell in notebook.cells:
            cell.source = cell.source.replace('use("en")', f'use("{code}")')
        (root / "notebooks" / code).mkdir(parents=True)
        nbformat.write(notebook, root / "notebooks" / code / f"{NOTEBOOK}.ipynb")
    return root


@pytest.fixture(scope="module")
def python(copy):
    """Run a command of the copy."""
    return functools.partial(
        subprocess.run,
        cwd=copy,
        env=os.environ | {"PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        timeout=240,
    )


@pytest.fixture(scope="module")
def pages(copy, python, tmp_path_factory):
    """The static edition of the copy: pages, and the states of widgets beside them."""
    out = tmp_path_factory.mktemp("site") / "out"
    done = python([sys.executable, "-m", "helpers", "site", out])
    assert done.returncode == 0, done.stderr
    paths = [*out.rglob("*.html"), *out.glob("*/views/*/*.js")]
    return {path.relative_to(out).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def test_the_language_is_there(python):
    done = python([sys.executable, "-c", "from helpers.language import languages; print(languages())"])
    assert done.stdout.strip() == str(["en", "ja", CODE]), done.stderr


def test_charts_and_questions_speak_it(pages):
    views = [page for path, page in pages.items() if path.startswith(f"{CODE}/views/{NOTEBOOK}/")]
    calls = [call.removeprefix("bluebook.take(").removesuffix(");") for view in views for call in view.splitlines()]
    traits = [model["state"] for call in calls for model in json.loads(f"[{call}]")[2].values()]
    charts = [trait["settings"] for trait in traits if trait.get("settings")]
    questions = [trait["content"] for trait in traits if trait.get("content")]
    said = [words for chart in charts for words in (chart["title"], *chart["words"].values())]
    said += [words for question in questions for words in (question["prompt"], *question["words"].values())]
    assert len(charts) > 5 and len(questions) > 10
    said = [re.sub("{.*?}", "", words) for words in said]
    said = [words for words in said if re.search(r"\w", words)]
    assert [words for words in said if not re.search("[ａ-ｚ]", words) or re.search(r"\b(the|of|is|to)\b", words)] == []


def test_every_page_is_made_and_names_the_others_by_the_names_that_they_give_themselves(pages):
    english, new = (BeautifulSoup(pages[f"{code}/{NOTEBOOK}.html"], "html.parser") for code in ("en", CODE))
    assert new.html["lang"] == CODE
    assert [link.string for link in english.select("a.language")] == ["English".translate(LETTERS)]
    assert [link.string for link in new.select("a.language")] == ["English"]
    assert [link["href"] for link in new.select("a.language")] == [f"../en/{NOTEBOOK}.html"]
    assert {f"{CODE}/index.html", f"{CODE}/glossary.html", f"{CODE}/worksheets/{NOTEBOOK}.html"} <= pages.keys()


def test_it_is_compared_with_the_english_edition_as_the_japanese_one_is(copy):
    pair = [copy / "notebooks" / code / f"{NOTEBOOK}.ipynb" for code in ("en", CODE)]
    assert differences(*pair) == []
    pair[1].write_text(pair[1].read_text(encoding="utf-8").replace("2013", "2031", 1), encoding="utf-8")
    assert differences(*pair)
