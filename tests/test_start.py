"""The start page leads to what exists, its glossary to what is explained, and its check says what to do."""

import json
import platform
import re
import shutil
from html import unescape
from importlib import metadata
from pathlib import Path

import altair as alt
import nbformat
import platformdirs
import pytest
from conftest import executed

from helpers import language, start, tables
from helpers.explorer import bundle as vega
from helpers.package import Package
from helpers.start import NOTEBOOKS, glossary, outline
from helpers.tables import load

ENGLISH = Path(__file__).parents[1] / "notebooks" / "en"


def cells(stem):
    return nbformat.read(ENGLISH / f"{stem}.ipynb", as_version=4).cells


def prose(stem):
    """The Markdown of a notebook as running text, without marks."""
    words = " ".join(cell.source for cell in cells(stem) if cell.cell_type == "markdown")
    return re.sub(r"\s+", " ", words.replace("*", "")).casefold()


def lines(shown):
    """The text of every cell of a table, line by line, without its head."""
    found = re.findall(r"<tr>(.*?)</tr>", shown if isinstance(shown, str) else shown._repr_html_())
    return [[unescape(re.sub("<.*?>", "", cell)) for cell in line.split("</td>")[:-1]] for line in found[1:]]


# Links


def test_every_link_of_the_start_page_leads_to_a_cell_that_exists():
    links = re.findall(r"\]\(([^)\s]+)\)", "".join(c.source for c in cells("00-start") if c.cell_type == "markdown"))
    for target, _, place in (link.partition("#") for link in links):
        assert (ENGLISH / target).is_file(), target
        assert not place or place.removeprefix("cell-id=") in {cell.id for cell in cells(target[:-6])}, (target, place)
    assert {link.partition(".")[0] for link in links} == {path.stem for path in ENGLISH.glob("*.ipynb")} - {"00-start"}


def test_every_theme_of_the_scoreboard_links_to_the_ledger_of_its_notebook():
    (source,) = (cell.source for cell in cells("00-start") if cell.id == "ledgers")
    links = dict(re.findall(r"\[([^]]+)\]\(([^)]+)\)", source))
    assert list(links) == list(tables.labels("bluebook_claims", "theme").values())
    for (theme, label), name in zip(tables.labels("bluebook_claims", "theme").items(), NOTEBOOKS, strict=True):
        target, _, place = links[label].partition(".ipynb#cell-id=")
        assert target == name and name[3:] == theme
        (linked,) = (number for number, cell in enumerate(cells(name)) if cell.id == place)
        assert cells(name)[linked].source.startswith("## ") and "claims(" in cells(name)[linked + 1].source


def test_a_link_to_a_section_names_its_heading():
    (source,) = (cell.source for cell in cells("00-start") if cell.id == "routes")
    for words, target, place in re.findall(r"\[([^]]+)\]\(([\w-]+)\.ipynb#cell-id=([\w-]+)\)", source):
        (cell,) = (cell for cell in cells(target) if cell.id == place)
        assert re.match(rf"## \d+\. {re.escape(words)}", cell.source)


def test_self_study_takes_the_time_that_the_notebooks_name():
    minutes = [int(number) for name in NOTEBOOKS for number in re.findall(r"(\d+) minutes[,.] ", cells(name)[0].source)]
    assert len(minutes) == 2 * len(NOTEBOOKS)  # for reading and for doing
    assert "about ten hours" in prose("00-start") and 9.5 < sum(minutes) / 60 < 10.5


# Outline


@pytest.mark.parametrize("code", ["en", "ja"])
def test_squares_lead_to_pages_of_claims_only_where_there_are_such_pages(code):
    ledger = executed(ENGLISH.parent / code / "00-start.ipynb").explorers[0]
    with language.speaking(code):
        opens = language.texts("start.formats")["opens"].split("'")[1]
    drawn = {}
    for linkable in (False, True):
        spec = ledger.spec | {"width": 660}
        parameter = next(p for p in spec["params"] if p["name"] == "linkable")
        assert parameter["value"] is False, "so it is in JupyterLab, on worksheets and in pictures to keep"
        parameter["value"] = linkable
        drawn[linkable] = vega.convert("vegalite_to_svg", vl_spec=spec)
    assert set(re.findall(r"claims/(BB\d+)\.html", drawn[True])) == set(load("bluebook_claims").claim_id)
    assert opens in drawn[True]
    assert "claims/" not in drawn[False] and opens not in drawn[False] and "cursor: pointer" not in drawn[False]


def test_the_outline_shows_every_part_its_claims_and_the_notebooks_that_check_them():
    parts, claims = load("bluebook_outline").sort_values("reading_order"), load("bluebook_claims")
    assert [line[0] for line in lines(outline())] == list(parts.section_id)
    assert sum(int(line[3] or 0) for line in lines(outline())) == len(claims)
    for section, _, _, count, names in lines(outline()):
        if count:
            themes = set(claims[claims.section_id == section].theme)
            assert {name[3:] for name in names.split()} == themes
    led = set(re.findall(r'href="([^"]+)"', outline()._repr_html_()))
    assert led == {f"{name}.ipynb" for name in NOTEBOOKS} | set(parts.url.dropna())


# Glossary


def test_every_term_stands_in_the_notebooks_that_are_said_to_explain_it():
    text = {name: prose(name) for name in NOTEBOOKS}
    for term in load("glossary").itertuples():
        forms = re.findall(r"[^()]+", term.english.casefold())
        for name in term.notebooks.split():
            assert all(form.strip() in text[name] for form in forms), f"{term.english} in {name}"


def test_terms_are_unique_and_their_definitions_are_one_sentence():
    terms = load("glossary")
    language.use("ja")
    japanese = load("glossary")
    assert terms.english.str.casefold().is_unique and terms.japanese.is_unique
    assert terms.definition.str.fullmatch(r"[A-Z0-9][^.]*\.").all()
    assert japanese.definition.str.fullmatch("[^。]+。([^。]+。)?").all()  # an aside may follow


def test_the_glossary_shows_both_languages_and_where_a_term_is_explained():
    assert len(lines(glossary())) == len(load("glossary"))
    mine = {english: rest for english, *rest in lines(glossary("03-environment"))}
    assert mine["ozone layer"][0] == "オゾン層" and mine["ozone layer"][2] == "03-environment"
    assert "yen loans" not in mine
    assert '<span lang="ja">オゾン層</span>' in glossary()._repr_html_()
    assert 'href="03-environment.ipynb"' in glossary()._repr_html_()


def test_an_unknown_notebook_names_those_there_are():
    with pytest.raises(ValueError, match="'oda'.*01-oda, 02-mdgs"):
        glossary("oda")


# The check of the machine


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A copy of the data folder, beside a lock, that a test may damage."""
    shutil.copytree(tables.PACKAGE.folder, tmp_path / "data")
    shutil.copytree(tables.PACKAGE.folder.parent / "binder", tmp_path / "binder")
    monkeypatch.setattr(tables, "PACKAGE", Package(tmp_path / "data"))
    return tmp_path / "data"


def found():
    """The result and the words of each part of the check, and the status."""
    shown = start.checkup()._repr_html_()
    (status,) = re.findall(r'<p role="status">(.*?)</p>', shown)
    return {part: (state, words) for part, state, words in lines(shown)}, re.sub("<.*?>", "", status)


def test_a_sound_machine_is_told_that_all_is_there():
    parts, status = found()
    assert {state for state, _ in parts.values()} == {"OK"}
    assert "without the internet" in status


def test_an_old_python_is_told_which_is_needed(monkeypatch):
    monkeypatch.setattr(platform, "python_version", lambda: "3.9.1")
    parts, status = found()
    assert parts["Python"][0] == "To do" and "3.9.1" in parts["Python"][1] and "3.11" in parts["Python"][1]
    assert status.startswith("1 of 5")


@pytest.mark.parametrize(
    ("versions", "state", "words"),
    [
        ({"pandas": "2.2.0"}, "To do", "pandas 2.2.0 (wanted: <4,>=3)"),
        ({"anywidget": None}, "To do", "anywidget is missing"),
        ({"tornado": "6.0"}, "OK, but", "tornado 6.0 (wanted: =="),
        ({"pandas": "3.99"}, "OK, but", "pandas 3.99 (wanted: =="),
        (dict.fromkeys(["attrs", "babel", "certifi", "idna", "six", "tornado"], "0.1"), "OK, but", "and 2 more"),
    ],
    ids=["too old", "missing", "not the one of the lock", "newer than the lock", "many"],
)
def test_other_versions_are_named_with_the_command(versions, state, words, monkeypatch):
    real = metadata.version

    def version(name):
        if versions.get(name, "") is None:
            raise metadata.PackageNotFoundError(name)
        return versions.get(name) or real(name)

    monkeypatch.setattr(metadata, "version", version)
    told, found_words = found()[0]["Packages"]
    assert told == state and words in found_words
    assert "python -m pip install -r binder/requirements.txt" in found_words


def test_without_a_lock_the_versions_that_the_project_asks_for_are_enough(data, monkeypatch):
    shutil.rmtree(data.parent / "binder")
    real = metadata.version
    monkeypatch.setattr(metadata, "version", lambda name: "6.0" if name == "tornado" else real(name))
    assert found()[0]["Packages"][0] == "OK"


def test_a_package_that_is_not_installed_is_told_and_not_raised(monkeypatch):
    monkeypatch.setattr(start, "PROJECT", "no-such-package")
    parts, _ = found()
    assert parts["Python"][0] == parts["Packages"][0] == "To do"
    assert "pip install" in parts["Packages"][1]


DAMAGE = {
    "changed": lambda file: file.write_bytes(file.read_bytes().replace(b"JPN,2011,", b"JPN,2011,1", 1)),
    "unknown country": lambda file: file.write_bytes(file.read_bytes().replace(b"JPN,2011,", b"XXX,2011,", 1)),
    "cut off": lambda file: file.write_bytes(file.read_bytes()[:5000]),
    "missing": lambda file: file.unlink(),
    "a folder": lambda file: (file.unlink(), file.mkdir()),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_table_is_named_with_the_command(damage, data):
    DAMAGE[damage](data / "oda" / "donors.csv")
    state, words = found()[0]["Data"]
    assert state == "To do"
    assert "data/oda/donors.csv" in words and "git checkout -- data/oda/donors.csv" in words


def test_of_many_damaged_tables_some_are_named(data):
    for file in data.glob("oda/*.csv"):
        file.unlink()
    state, words = found()[0]["Data"]
    assert state == "To do" and re.search(r"and \d+ more$", words)


def test_a_damaged_package_is_told_and_not_raised(data):
    (data / "datapackage.json").write_text(json.dumps({"resources": [{"name": "odd"}]}), encoding="utf-8")
    assert found()[0]["Data"][0] == "To do"


@pytest.mark.parametrize("kept", [False, True])
def test_a_cache_that_cannot_be_written_is_named_unless_the_library_is_there(kept, tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda name: str(folder))
    monkeypatch.setattr(vega, "SHARED", tmp_path / "environment")
    monkeypatch.setattr(vega, "convert", lambda function, **options: "vega")
    if kept:
        vega.build_bundle()
    else:
        folder.write_text("a file where the folder should be")
    parts, status = found()
    state, words = parts["Chart library"]
    assert state == ("OK" if kept else "OK, but")
    assert kept or (str(folder) in words and "python -m helpers bundle" in words)
    assert "without the internet" in status


def test_versions_of_the_chart_library_that_do_not_fit_are_told_and_not_raised(monkeypatch):
    monkeypatch.setattr(alt, "SCHEMA_VERSION", "v99.1.0")
    state, words = found()[0]["Chart library"]
    assert state == "To do" and "pip install" in words


def test_a_chart_that_cannot_be_drawn_is_told_and_its_markup_is_not_run(monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("<img src=x onerror=alert(1)>")

    monkeypatch.setattr(start, "convert", broken)
    assert found()[0]["A chart"][0] == "To do"
    assert "<img" not in start.checkup()._repr_html_()
