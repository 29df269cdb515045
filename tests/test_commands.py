"""Maintainers' commands: code is carried to every language, tables and notebooks begin with what the tests look for."""

import json
import re
import shutil

import nbformat
import pytest
from lab import ROOT

from helpers import tables
from helpers.commands.add import add_table
from helpers.commands.editions import STEPS, EditionError, new_notebook, same_code, unwritten
from helpers.commands.packages import describe, reading, record
from helpers.package import Package, TableError

# Editions


@pytest.fixture
def notebooks(tmp_path):
    return shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")


def cells(path):
    return nbformat.read(path, as_version=4).cells


def change(path, number, **parts):
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[number] |= parts
    nbformat.write(notebook, path)


def place(path, kind):
    return next(number for number, cell in enumerate(cells(path)) if cell.cell_type == kind and number > 6)


def test_the_editions_of_this_commit_have_the_same_code(notebooks):
    assert same_code(notebooks) == []


def test_every_cell_of_this_commit_is_written():
    assert unwritten() == []


def test_a_changed_code_cell_reaches_every_edition(notebooks):
    path = notebooks / "en" / "01-oda.ipynb"
    number = place(path, "code")
    change(path, number, source="1 + 1", metadata={"jupyter": {"source_hidden": True}})
    assert notebooks / "ja" / "01-oda.ipynb" in same_code(notebooks)
    carried = cells(notebooks / "ja" / "01-oda.ipynb")[number]
    assert carried.source == "1 + 1" and carried.metadata.jupyter.source_hidden
    assert 'use("ja")' in next(c.source for c in cells(notebooks / "ja" / "01-oda.ipynb") if c.id == "setup")
    assert same_code(notebooks) == []


def test_a_new_cell_is_named_after_its_section_and_comes_in_english_where_it_is_text(notebooks):
    path = notebooks / "en" / "01-oda.ipynb"
    notebook = nbformat.read(path, as_version=4)
    at = next(number for number, cell in enumerate(notebook.cells) if cell.id == "s2")
    notebook.cells[at + 1 : at + 1] = [nbformat.v4.new_markdown_cell("A thought."), nbformat.v4.new_code_cell("2")]
    nbformat.write(notebook, path)
    same_code(notebooks)
    for code, words in (("en", "A thought."), ("ja", "TODO\n\nA thought.")):
        text, program = cells(notebooks / code / "01-oda.ipynb")[at + 1 : at + 3]
        assert (text.id, program.id) == ("s2-text-1", "s2-code-1")
        assert (text.source, program.source) == (words, "2")
    assert unwritten(notebooks) == ["ja/01-oda.ipynb: s2-text-1"]


def test_words_of_a_translation_stay(notebooks):
    before = [cell.source for cell in cells(notebooks / "ja" / "05-polar.ipynb") if cell.cell_type == "markdown"]
    change(notebooks / "en" / "05-polar.ipynb", place(notebooks / "en" / "05-polar.ipynb", "code"), source="3")
    same_code(notebooks)
    assert [c.source for c in cells(notebooks / "ja" / "05-polar.ipynb") if c.cell_type == "markdown"] == before


def test_a_cell_that_only_a_translation_has_is_named(notebooks):
    path = notebooks / "ja" / "01-oda.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_markdown_cell("余分", id="extra"))
    nbformat.write(notebook, path)
    with pytest.raises(EditionError, match=r"ja/01-oda.ipynb has cells that en lacks: extra"):
        same_code(notebooks)


def test_a_new_notebook_has_its_parts_in_every_language(notebooks):
    made = new_notebook("07-trade", "Who trades with whom?", notebooks)
    assert [path.parent.name for path in made] == ["en", "ja"]
    for path in made:
        assert [cell.id for cell in cells(path)] == list(STEPS)
    assert cells(made[0])[0].source.startswith("# Who trades with whom?")
    with pytest.raises(EditionError, match="exists already"):
        new_notebook("07-trade", "Again", notebooks)
    with pytest.raises(EditionError, match="no name for a notebook"):
        new_notebook("trade", "Nameless", notebooks)


# A table


@pytest.fixture
def package(tmp_path):
    folder = shutil.copytree(tables.PACKAGE.folder, tmp_path / "data")
    (folder / "oda" / "untied.csv").write_text("iso3,year,untied_percent\nJPN,2011,\nJPN,2012,84.5\n", encoding="utf-8")
    return Package(folder)


def filled(part):
    """A description with words in place of every TODO."""
    if isinstance(part, dict):
        known = {"path": "https://example.org", "status": "reported", "time": "calendar_year"}
        return {
            name: known[name] if inner == "TODO" and name in known else filled(inner) for name, inner in part.items()
        }
    return [filled(inner) for inner in part] if isinstance(part, list) else "words" if part == "TODO" else part


def test_a_table_is_described_from_its_file_and_refused_until_every_text_is_there(package):
    entry = add_table(package, "oda/untied.csv")
    types = {field["name"]: field["type"] for field in entry["schema"]["fields"]}
    assert types == {"iso3": "string", "year": "integer", "untied_percent": "number"}
    assert entry["name"] == "oda_untied" and entry["schema"]["primaryKey"] == ["iso3", "year"]
    with pytest.raises(TableError, match="resource oda_untied: missing, or still TODO:\n  title\n  title_ja\n"):
        record(package)
    described = json.loads((package.folder / "datapackage.json").read_text(encoding="utf-8"))
    described["resources"][-1] = filled(described["resources"][-1])
    describe(package, described)
    record(package)
    with reading(package):
        assert tables.load("oda_untied").untied_percent.iloc[-1] == 84.5
        assert tables.load("oda_untied")["name"].iloc[0] == "Japan"


def described_with(package, change):
    """The package after its new table was described, all but for one change of the description."""
    add_table(package, "oda/untied.csv")
    described = json.loads((package.folder / "datapackage.json").read_text(encoding="utf-8"))
    described["resources"][-1] = filled(described["resources"][-1])
    change(described["resources"][-1])
    describe(package, described)
    return package


def test_every_missing_text_is_named_with_its_place_at_once(package):
    def change(entry):
        del entry["sources"][0]["publisher_ja"]
        entry["licenses"][0]["title"] = "TODO"

    with pytest.raises(TableError) as raised:
        record(described_with(package, change))
    assert str(raised.value).splitlines()[1:] == ["  sources[0].publisher_ja", "  licenses[0].title"]


@pytest.mark.parametrize("name", ["unit", "unit_ja"])
def test_a_unit_that_is_not_filled_in_is_named_and_the_message_says_which_columns_have_none(package, name):
    with pytest.raises(TableError, match=rf"\n  field untied_percent: {name}\nA column that holds no amount"):
        record(described_with(package, lambda entry: entry["schema"]["fields"][2].update({name: "TODO"})))


@pytest.mark.parametrize(
    ("meaning", "told"),
    [
        ({"time": "calender_year"}, "field untied_percent: meaning.time 'calender_year'. Did you mean calendar_year"),
        ({"state": "reported"}, "field untied_percent: meaning.state 'reported'. Did you mean counted, denominator"),
    ],
)
def test_a_word_for_a_meaning_that_is_not_in_the_list_is_named_with_the_nearest(package, meaning, told):
    with pytest.raises(TableError, match=re.escape(told)):
        record(described_with(package, lambda entry: entry["schema"]["fields"][2].update(meaning=meaning)))


def test_a_word_is_known_as_soon_as_it_stands_in_the_list(package):
    with (package.folder / "meanings.csv").open("a", encoding="utf-8") as listed:
        listed.write("time,leap_day,29 February,2月29日\n")
    change = {"status": "reported", "time": "leap_day"}
    record(described_with(package, lambda entry: entry["schema"]["fields"][2].update(meaning=change)))


@pytest.mark.parametrize(
    ("path", "told"), [("oda/no.csv", "There is no file"), ("oda/donors.csv", "is described already")]
)
def test_a_table_that_is_not_there_or_described_is_named(package, path, told):
    with pytest.raises(TableError, match=told):
        add_table(package, path)
