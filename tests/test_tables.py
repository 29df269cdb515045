"""The loader gives typed tables in both languages and explains what is wrong with a damaged file."""

import json
import shutil

import pandas as pd
import pytest

from helpers import language, tables
from helpers.commands.packages import record
from helpers.package import Package

EVERY_TABLE = tables.table_names()


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A copy of the data folder that a test may damage."""
    folder = tmp_path / "data"
    shutil.copytree(tables.PACKAGE.folder, folder)
    monkeypatch.setattr(tables, "PACKAGE", Package(folder))
    return folder


def edit(file, before, after):
    content = file.read_text(encoding="utf-8")
    assert before in content
    file.write_text(content.replace(before, after, 1), encoding="utf-8", newline="\n")


def message(name="oda_donors", read=tables.load):
    with pytest.raises(tables.TableError) as caught:
        read(name)
    return str(caught.value)


@pytest.mark.parametrize("code", ["en", "ja"])
@pytest.mark.parametrize("name", EVERY_TABLE)
def test_every_table_loads_with_a_title_for_every_column(name, code):
    language.use(code)
    frame = tables.load(name)
    assert len(frame) and frame.columns.is_unique
    assert all(tables.title(name, column) for column in frame)
    assert not [column for column in frame if column.endswith(("_en", "_ja"))]
    for column in frame.filter(regex="_label$"):
        assert frame[column].isna().equals(frame[column.removesuffix("_label")].isna())


def test_cells_have_the_type_of_the_schema():
    types = tables.load("oda_donors").dtypes.astype(str)
    assert (types["iso3"], types["year"], types["net_usd_million"]) == ("str", "int64", "float64")
    assert tables.load("countries")["un_member"].dtype == bool
    assert str(tables.load("oda_pledges")["due_year"].dtype) == "Int64"


def test_an_empty_cell_is_missing_and_never_zero():
    donors = tables.load("oda_donors").query("iso3 == 'JPN'").set_index("year")
    assert pd.isna(donors["gross_usd_million"][1960])


def test_code_na_is_text():
    assert "NAM" in set(tables.load("countries")["iso3"])
    assert tables.load("countries")["iso3"].notna().all()


def test_names_and_labels_follow_their_column_in_the_active_language():
    english = tables.load("oda_japan_recipients")
    language.use("ja")
    japanese = tables.load("oda_japan_recipients")
    assert list(english.columns) == list(japanese.columns)
    assert list(english.columns[:5]) == ["iso3", "name", "year", "region", "region_label"]
    assert {"Afghanistan", "South Asia"} <= set(english.iloc[0])
    assert {"アフガニスタン", "南アジア"} <= set(japanese.iloc[0])


def test_titles_units_and_labels_follow_the_language():
    assert tables.title("oda_donors", "net_usd_million") == "Net ODA"
    assert tables.unit("oda_donors", "net_usd_million") == "US$ million"
    assert tables.unit("oda_donors", "year") == ""
    language.use("ja")
    assert tables.title("oda_donors", "net_usd_million") == "支出純額"
    assert tables.unit("oda_donors", "net_usd_million") == "百万ドル"
    assert tables.labels("bluebook_claims", "verdict")["differs"] == "相違"


def test_changing_a_table_changes_nothing_for_the_next_reader():
    mine = tables.load("oda_donors")
    mine.loc[:, "net_usd_million"] = 0.0
    mine["extra"] = 1
    tables.load_json("land")["features"].clear()
    assert tables.load("oda_donors")["net_usd_million"].max() > 0
    assert "extra" not in tables.load("oda_donors")
    assert tables.load_json("land")["features"]


def test_citation_names_publisher_title_vintage_and_licence():
    assert tables.cite("oda_donors_2025") == "OECD DAC, Preliminary ODA 2025 (2026-04). CC BY 4.0"
    language.use("ja")
    assert tables.cite("bluebook_outline") == "外務省「外交青書2013 第3章第2節」（2013）。PDL 1.0"


@pytest.mark.parametrize("code", ["en", "ja"])
def test_in_short_a_year_is_that_of_an_edition_and_not_the_last_of_the_data(code):
    with language.speaking(code):
        briefs = [brief for *_, brief in tables.cited("oda_donors") if brief]
        sources = tables.PACKAGE.resources["oda_donors"]["sources"]
        names = [language.localized(source, "publisher") for source in sources]
    assert [source["vintage"][:7] for source in sources] == ["2025-12", "data to", "data to"]
    assert briefs[1:] == names[1:] and briefs[0].startswith(names[0]) and "2025" in briefs[0]


def test_citation_of_several_tables_repeats_nothing():
    several = tables.cite(["oda_donors", "oda_japan_recipients", "oda_donors_2025", "land"])
    assert several.count("CC BY 4.0") == 1 and several.count("Public domain") == 1
    assert tables.cite(["oda_japan_types", "oda_japan_yen"]) == tables.cite("oda_japan_types")


def test_unknown_table_lists_close_and_all_names():
    told = message("oda_donor")
    assert "Did you mean oda_donors" in told and all(name in told for name in EVERY_TABLE)


def test_unknown_column_and_json_list_the_names():
    with pytest.raises(tables.TableError, match="net_usd_million"):
        tables.title("oda_donors", "net_usd_milion")
    assert "land" in message("lnad", tables.load_json)
    assert "bluebook_claims" in message("bluebook_claim", tables.cite)


DAMAGE = {
    "wrong type": ("JPN,2011,11086.18", "JPN,2011,11086.18 million", "net_usd_million", "is not of type number"),
    "missing cell": ("JPN,2011,11086.18", "JPN,2011,", "net_usd_million", "empty"),
    "below the range": ("JPN,2011,11086.18", "JPN,2011,-11086.18", "net_usd_million", "does not lie between 0"),
    "duplicate key": ("JPN,2011,", "JPN,2010,", "iso3+year", "the key JPN, 2010 stands in line"),
    "unknown country": ("JPN,2011,", "JPM,2011,", "iso3", "'JPM' is unknown"),
}


@pytest.mark.parametrize("case", DAMAGE)
def test_damaged_cell_is_named_with_line_column_and_remedy(data, case):
    before, after, column, problem = DAMAGE[case]
    file = data / "oda" / "donors.csv"
    edit(file, before, after)
    line = [row.startswith(after) for row in file.read_text(encoding="utf-8").splitlines()].index(True) + 1
    line += case == "duplicate key"
    told = message()
    assert f"data/oda/donors.csv, line {line}, column {column}: " in told
    assert problem in told
    assert "git checkout -- data/oda/donors.csv" in told and "python -m helpers record" in told


def test_value_outside_its_categories_lists_those_allowed(data):
    edit(data / "oda" / "japan_regions.csv", "bilateral,africa", "bilateral,afrika")
    told = message("oda_japan_regions")
    assert "line 2, column region" in told and "africa, americas, asia" in told


def test_missing_file_is_named(data):
    (data / "oda" / "donors.csv").unlink()
    assert "data/oda/donors.csv: the file is missing" in message()


def test_file_cut_off_inside_a_line_is_named_with_the_line(data):
    file = data / "oda" / "donors.csv"
    kept = file.read_text(encoding="utf-8").splitlines()[:100]
    file.write_text("\n".join(kept)[:-12], encoding="utf-8")
    assert "line 100: the line has" in message() and "cut off" in message()


def test_file_cut_off_inside_quotation_marks_is_named_with_the_line(data):
    file = data / "bluebook" / "outline.csv"
    content = file.read_text(encoding="utf-8")
    file.write_text(content[: content.index('"') + 10], encoding="utf-8")
    assert "data/bluebook/outline.csv, line " in message("bluebook_outline")
    assert "quotation mark" in message("bluebook_outline")


def test_file_cut_off_between_lines_is_shorter_than_recorded(data):
    file = data / "oda" / "donors.csv"
    kept = file.read_text(encoding="utf-8").splitlines(keepends=True)[:100]
    file.write_text("".join(kept), encoding="utf-8", newline="\n")
    assert f"{file.stat().st_size} bytes instead of" in message()


def test_wrong_header_shows_both_headers(data):
    edit(data / "oda" / "donors.csv", "iso3,year,net_usd_million", "iso3,year,net")
    assert "line 1: the header should be iso3,year,net_usd_million" in message()


def test_other_encoding_is_named_with_the_line(data):
    file = data / "countries.csv"
    file.write_bytes(file.read_text(encoding="utf-8").encode("cp932", errors="replace"))
    assert "data/countries.csv, line 2: the file is not in UTF-8" in message("countries")


def test_sound_but_changed_file_is_told_apart(data):
    edit(data / "oda" / "donors.csv", "JPN,2011,11086.18", "JPN,2011,11086.19")
    assert "not the recorded one" in message()


def test_damaged_countries_are_named_when_another_table_needs_them(data):
    edit(data / "countries.csv", "AFG,Afghanistan", "AFG,")
    assert "data/countries.csv, line 3, column name_en: the cell is empty" in message("oda_donors")


def test_damaged_json_is_named_with_the_line(data):
    file = data / "land.json"
    file.write_text(file.read_text(encoding="utf-8")[:1000], encoding="utf-8")
    assert "data/land.json, line 1: the file is not valid JSON" in message("land", tables.load_json)


def test_errors_speak_the_active_language(data):
    edit(data / "oda" / "donors.csv", "JPN,2011,11086.18", "JPN,2011,")
    language.use("ja")
    assert "net_usd_million列" in message() and "git checkout" in message()


def test_recording_accepts_an_intended_change(data, capsys):
    edit(data / "oda" / "donors.csv", "JPN,2011,11086.18", "JPN,2011,11086.190")
    record(tables.PACKAGE)
    assert "data/oda/donors.csv" in capsys.readouterr().out
    assert tables.load("oda_donors").query("iso3 == 'JPN' and year == 2011")["net_usd_million"].item() == 11086.19


def test_recording_refuses_a_damaged_file(data):
    edit(data / "oda" / "donors.csv", "JPN,2011,11086.18", "JPN,2011,abc")
    before = (data / "datapackage.json").read_bytes()
    with pytest.raises(tables.TableError, match="'abc' is not of type number"):
        record(tables.PACKAGE)
    assert (data / "datapackage.json").read_bytes() == before


def test_recording_without_a_change_writes_the_same_file(data):
    before = (data / "datapackage.json").read_bytes()
    record(tables.PACKAGE)
    assert (data / "datapackage.json").read_bytes() == before
    assert json.loads(before)["resources"]
