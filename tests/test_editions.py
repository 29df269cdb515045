"""The Japanese edition says what the English one says: the same cells, structure, links and numbers."""

import copy
import re

import nbformat
import pytest
from editions import catalogue, differences, differing_numbers, differing_texts
from lab import ROOT

from helpers.language import TEXTS

EDITIONS = ROOT / "notebooks"
TRANSLATED = sorted(path for path in EDITIONS.glob("*/*.ipynb") if path.parent.name != "en")
CATALOGUES = sorted(path for path in TEXTS.glob("*/*.toml") if path.parent.name != "en")
JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")


NAMES = re.compile("{.*?}|Python")  # what is the same in both languages
CODES = {"mdgs.framework.column"}  # not a text: the name of a column


def named(path):
    return f"{path.parent.name}/{path.stem}"


def english(path):
    """The English text of the same name."""
    return path.parents[1] / "en" / path.name


@pytest.mark.parametrize("path", TRANSLATED, ids=named)
def test_both_editions_have_the_same_cells_structure_links_and_numbers(path):
    assert differences(english(path), path) == []


@pytest.mark.parametrize("path", CATALOGUES, ids=named)
def test_both_catalogues_have_the_same_texts_and_numbers(path):
    assert differing_texts(english(path), path) == []


@pytest.mark.parametrize("path", [path for path in CATALOGUES if path.parent.name == "ja"], ids=named)
def test_a_japanese_text_is_japanese(path):
    """A text with an English word has Japanese around it; expressions are programs, so their words do not count."""
    odd = {
        key: words
        for key, words in catalogue(path).items()
        if key.split(".")[1] not in ("formats", "axes")
        and key not in CODES
        and re.search("[a-z]{4}", NAMES.sub("", words))
        and not JAPANESE.search(words)
    }
    assert odd == {}


@pytest.mark.parametrize(
    ("english", "japanese"),
    [
        ("The first of 23: US$1.36 billion in June 2012", "2012年6月、23か国中1位、13.6億ドル"),
        ("1,234.5 million people", "12億3,450万人"),
        ("0.29 or 0.32 million", "29万または32万"),
        ("Five of 12 rose by 0.2%", "12のうち5つが0.2%上がった"),
        ("[Who?](01-oda.ipynb#cell-id=s1), `load(3)`", "[誰が?](01-oda.ipynb#cell-id=s1)、`load(3)`"),
    ],
)
def test_the_same_value_in_other_words_is_the_same(english, japanese):
    assert differing_numbers(english, japanese) == []


@pytest.mark.parametrize(
    ("english", "japanese"),
    [
        ("US$1.36 billion", "136億ドル"),
        ("2.5 million people", "250億人"),
        ("2.5 million people", "25億人"),
        ("0.29 or 0.32 million", "2.9万または3.2万"),
        ("in 2011", "2012年"),
        ("5 of 23", "23のうち"),
        ("it rose", "5%の上昇"),
        ("21% of 3.0", "21%"),
    ],
)
def test_another_value_is_found(english, japanese):
    assert differing_numbers(english, japanese)


def mutations(cells):
    """The cells with one thing changed: a number, a program, a heading, a link, a cell left out."""
    for kind, old, new in (
        ("markdown", r"\b20\d\d", "1999"),
        ("code", r"load\(", "load_("),
        ("markdown", r"\A## ", "### "),
        ("markdown", r"\]\(", "](x"),
    ):
        changed = copy.deepcopy(cells)
        cell = next(cell for cell in changed if cell.cell_type == kind and re.search(old, cell.source))
        cell.source = re.sub(old, new, cell.source, count=1)
        yield changed
    yield cells[:-1]


@pytest.mark.parametrize("path", [path for path in TRANSLATED if "01" <= path.name < "90"], ids=named)
def test_any_change_of_one_edition_alone_is_found(path, tmp_path):
    notebook = nbformat.read(path, 4)
    changed = tmp_path / path.parent.name / path.name
    changed.parent.mkdir()
    for number, cells in enumerate(mutations(notebook.cells)):
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=notebook.metadata), changed)
        assert differences(english(path), changed), f"change {number}"


def test_an_explorer_speaks_one_language(explorers, request):
    japanese = "ja/" in request.node.callspec.id
    for explorer in explorers:
        said = [explorer.panel.settings["title"], explorer.spec.get("description", "")]
        said += [control.description for control in explorer.inputs.values()]
        for words in filter(None, said):
            if japanese:
                assert JAPANESE.search(words) or not re.search("[a-z]{3}", words), words
            else:
                assert not JAPANESE.search(words), words
