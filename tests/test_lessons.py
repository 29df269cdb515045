"""Each plan of the guide has a page of its own, with the answers of its cells and of no others."""

import re

import pytest
from bs4 import BeautifulSoup
from test_guide import THEMES

from helpers.commands.routes import read_routes
from helpers.language import languages, speaking

MOST = 2500  # letters of a page in Japanese


def read(file):
    return BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser")


def answered(tables):
    return [row.td.get_text() for table in tables for row in table.select("tbody tr")]


@pytest.mark.parametrize("stem", THEMES)
@pytest.mark.parametrize("code", languages())
def test_the_page_of_a_plan_has_its_steps_and_the_answers_of_its_cells(folder, code, stem):
    with speaking(code):
        plans = read_routes(stem)
    files = sorted((folder / code / "lessons").glob(f"{stem}-*.html"))
    assert [file.stem for file in files] == [f"{stem}-{length}" for length in plans]
    guide = read(folder / code / "teaching-guide.html")
    below = guide.find(id=f"h-{stem}-answers").find_all_next(["h2", "table"])
    all_answers = answered(below[: next(place for place, tag in enumerate(below) if tag.name == "h2")])
    for file, (length, steps) in zip(files, plans.items(), strict=True):
        page = read(file).main
        plan, *tables = page.find_all("table")
        cells = [cell for step in steps for cell in step.cells]
        assert [link["href"] for link in plan.select("a")] == [f"../{stem}.html#{cell}" for cell in cells]
        assert answered(tables) == [cell for cell in all_answers if cell in cells]
        assert {cell for cell in cells if re.search("-(predict|ask)$", cell)} <= set(answered(tables))
        assert len(re.findall("[\u3040-\u30ff\u4e00-\u9fff]", page.get_text())) <= MOST
        assert guide.find(id=f"h-{stem}-in-{length}-minutes").find_next_sibling("p").a["href"] == f"lessons/{file.name}"
        for link in page.select("a[href^='../']"):
            path, _, name = link["href"].partition("#")
            assert (file.parent / path).exists() and (not name or f'id="{name}"' in (file.parent / path).read_text())
