"""What notebook 06-science says is true of its tables, and every term set in bold is in the glossary."""

import json
import re
import tomllib

import nbformat
import pandas as pd
import pytest
from lab import ROOT

from helpers import language
from helpers.start import NOTEBOOKS
from helpers.tables import load

CATALOGUE = {code: tomllib.loads((ROOT / f"helpers/texts/{code}/science.toml").read_text()) for code in ("en", "ja")}
PRIZE = ["year", "category", "laureate"]
every_edition = pytest.mark.parametrize("code", ["en", "ja"])


@pytest.fixture(autouse=True)
def english():
    language.use("en")


def cells(code, stem="06-science"):
    return {cell.id: cell.source for cell in nbformat.read(ROOT / f"notebooks/{code}/{stem}.ipynb", 4).cells}


def product(code):
    """All that learners and teachers read on science, as one text."""
    guide = (ROOT / f"notebooks/{code}/teaching-guide.md").read_text()
    chapter = re.search(r"^## 06-science\n(.*?)(?=^## )", guide, re.MULTILINE | re.DOTALL)[1]
    catalogue = json.dumps(CATALOGUE[code], ensure_ascii=False)
    tables = (ROOT / "data/datapackage.json").read_text() + (ROOT / "data/bluebook/claims.csv").read_text()
    return "\n".join([*cells(code).values(), catalogue, chapter, tables, (ROOT / "data/glossary.csv").read_text()])


def guide_rows(code):
    guide = (ROOT / f"notebooks/{code}/teaching-guide.md").read_text()
    chapter = guide[guide.index("06-science-answers") if code == "ja" else guide.index("### 06-science answers") :]
    return dict(re.findall(r"^\| `([\w-]+)` \| \*\*(.+?)\*\*", chapter, re.MULTILINE))


# Laureates


def test_laureates_count_with_all_their_affiliations():
    nobel = load("science_nobel")
    assert nobel.year.between(1901, 2024).all()
    japan = nobel[nobel.birth_iso3 == "JPN"]
    where = japan.groupby(PRIZE).affiliation_iso3.agg(set)
    here = where.map(lambda codes: "JPN" in codes)
    assert (len(where), here.sum(), (~here).sum()) == (24, 18, 6)
    assert set(where[here & (where.map(len) > 1)].reset_index().laureate) == {"Hideki Yukawa", "Shinya Yamanaka"}
    yukawa = nobel[nobel.laureate == "Hideki Yukawa"]
    assert set(yukawa.institution) == {"Kyoto University", "Columbia University"}
    assert len(nobel[nobel.affiliation_iso3 == "JPN"].drop_duplicates(PRIZE)) == 19
    mossbauer = nobel[(nobel.year == 1961) & nobel.laureate.str.contains("Mössbauer")]
    assert set(mossbauer.affiliation_iso3) == {"DEU", "USA"}


@every_edition
def test_the_answers_on_laureates_follow_the_table(code):
    exercises = pd.read_csv(ROOT / "data/exercises.csv", dtype=str)
    moved = exercises[exercises.exercise == "science.moved"].set_index("case").value
    assert (moved["right"], moved["stayed"], moved["any_abroad"]) == ("6", "18", "8")
    answers = guide_rows(code)
    assert re.match(r"6\b|6人", answers["s5-nobel-predict"]) and answers["e5"] == "6"
    options = CATALOGUE[code]["predictions"]["nobel"]["options"]
    assert answers["s5-nobel-predict"] in options and not any("7" in option for option in options)
    nobel = load("science_nobel").dropna(subset="affiliation_iso3")
    american = nobel[nobel.affiliation_iso3 == "USA"].drop_duplicates(PRIZE)
    born = load("science_nobel").drop_duplicates(PRIZE).birth_iso3.eq("USA").sum()
    assert str(len(american)) in cells(code)["s5-nobel-read"] and str(born) in cells(code)["s5-nobel-read"]


# ITER


@every_edition
def test_the_newest_plan_of_iter_names_a_date_for_deuterium_and_tritium(code):
    plans = load("science_iter_schedules").set_index(["plan_year", "milestone"]).planned_year
    assert plans[2024, "deuterium_tritium"] == 2039
    tritium = plans.xs("deuterium_tritium", level="milestone")
    assert tritium.idxmax() == tritium.index.max() and tritium.max() - tritium.min() == 13
    assert "2039" in cells(code)["s4-schedule-read"]


# Research spending of the United Kingdom


@every_edition
def test_the_british_break_is_named_and_drawn(code):
    britain = (
        load("science_rd_editions")
        .query("iso3 == 'GBR'")
        .pivot(index="year", columns="edition", values="rd_percent_gdp")
    )
    rise = (britain["2025-04"] - britain["2023-11"]).dropna()
    assert rise[rise.index < 2014].abs().max() < 0.02 and rise[rise.index >= 2014].min() > 0.6
    for cell, words in (("s2-trend-chart", "s2-trend-read"), ("s2-editions-chart", "s2-editions-read")):
        assert "'GBR'" in cells(code)[cell] and "2014" in cells(code)[cell] and "2014" in cells(code)[words]
    for name in ("trend", "editions"):
        assert "2014" in CATALOGUE[code][name]["description"]
    assert not re.search("new survey of businesses|企業についての新しい調査", product(code), re.IGNORECASE)


# Agreements, meetings


@every_edition
def test_the_list_of_agreements_is_told_as_it_is(code):
    agreements = load("science_agreements")
    partners = len(agreements)
    instruments = agreements.shared_from.fillna(agreements.iso3).nunique()
    assert {"UKR", "IDN"} <= set(agreements.iso3) and (partners, instruments) == (34, 32)
    for cell in ("s1-count-read", "key-points"):
        assert {str(partners), str(instruments)} <= set(re.findall(r"\d+", cells(code)[cell]))
    assert str(47 - partners) in cells(code)["s1-count-read"]
    assert "bluebook/2012" in cells(code)["s1-count"]
    assert not re.search("取決|below it|between ministries", product(code))


@every_edition
def test_the_swiss_meetings_have_the_numbers_of_the_ministry(code):
    swiss = load("science_meetings").query("iso3 == 'CHE'").set_index("number").date
    assert swiss[3] == "2014-12-12" and list(swiss.sort_values().index) == [1, 2, 3, 4]
    assert not swiss.str.startswith("2012").any()
    deciding = load("bluebook_evidence").query("claim_id == 'BB256' and relation == 'contradicts'")
    assert len(deciding) == 2 and not deciding.independent.astype(bool).any()
    assert all(address in cells(code)["s1-swiss-read"] for address in deciding.url)


@every_edition
def test_the_number_of_dated_meetings_is_the_same_everywhere(code):
    committees = load("science_lists").query("list == 'committee'")
    dated = committees[committees.evidence == "dated_2012"]
    months = load("science_meetings").query("date.str.startswith('2012')")
    assert set(months.iso3) == set(dated.iso3) - {"SWE"}, "of the meeting with Sweden no month was found"
    claims = pd.read_csv(ROOT / "data/bluebook/claims.csv", dtype=str).set_index("claim_id").computed_value
    assert claims["BB252"] == str(len(dated)) and claims["BB256"].split("; ") == sorted(dated.iso3)
    assert str(len(dated)) in guide_rows(code)["s1-predict"]
    contradicted = committees[committees.evidence == "does_not_fit"]
    counts = [len(committees), len(dated), len(committees) - len(dated) - len(contradicted), len(contradicted)]
    assert list(contradicted.iso3) == ["CHE"]
    start = {"en": "list of", "ja": "裏付けられません"}[code]
    told = re.findall(r"\d+", points(code)[0].partition(start)[2].replace("2012", ""))
    assert told == [str(count) for count in counts]


def points(code):
    """The key points, each a line."""
    return re.findall(r"^- (.+)$", cells(code)["key-points"], re.MULTILINE)


@every_edition
def test_the_verdicts_are_counted_as_in_the_ledger(code):
    ledger = load("bluebook_claims").query("theme == 'science'").set_index("claim_id")
    counts = ledger.verdict.value_counts()[["matches", "not_checkable", "differs"]].tolist()
    numbers = re.findall(r"\d+|[Ee]ight|\bone\b", cells(code)["s7"].partition("\n\n")[2])
    assert [{"eight": 8, "one": 1}.get(n.lower()) or int(n) for n in numbers] == counts and sum(counts) == len(ledger)
    assert list(ledger.index[ledger.verdict == "differs"]) == ["BB256"]
    assert ledger.verdict["BB258"] == "matches"
    assert (load("bluebook_evidence").query("claim_id == 'BB258'").url.str.contains("info1439")).any()


def test_the_counts_of_other_editions_say_what_they_count():
    counts = load("science_committee_counts").set_index("year")
    assert counts.partners.to_dict() == {2003: 5, 2011: 7, 2012: 12, 2013: 10, 2014: 6}
    assert set(counts[counts.unit == "countries_and_organisations"].index) == {2011, 2013}


# Words


@every_edition
def test_words_that_were_wrong_are_gone(code):
    text = product(code)
    for words in ("世界で最も高い水準", "世界の最上位", "十一等分", "happens to have 32 rows"):
        assert words not in text
    assert "“among the very best”" in cells("en")["s2"] and "「世界最高水準」は" in cells("ja")["s2"]
    assert "every office where it is filed" in cells("en")["s2"] and "特許庁ごとに1件" in cells("ja")["s2"]
    assert "地球規模課題対応国際科学技術協力プログラム" in cells(code)["s5"]


@every_edition
def test_countries_and_areas_are_so_called_where_some_are_areas(code):
    words = {"en": "countries and areas", "ja": "国・地域"}[code]
    for name, key in (
        ("ranking", "summary"),
        ("counting", "description"),
        ("matrix", "description"),
        ("matrix", "summary"),
    ):
        assert words in CATALOGUE[code][name][key], f"{name}.{key}"
    assert words in CATALOGUE[code]["questions"]["sum"]["prompt"] and words in cells(code)["s3-matrix"]


def test_a_member_an_observer_and_an_elected_term_are_told_apart():
    role = load("science_frameworks").set_index("abbreviation").role
    assert role["CERN"] == "observer" and role["CSTD"] == "term" and role["ISTC"] == "member"
    assert "role" in cells("en")["s5-frameworks-chart"]


# Glossary of all notebooks

BOLD = {  # a term in bold, followed by its translation in brackets
    "en": re.compile(r"\*\*([^*\n]+)\*\*(?:, [A-Z]\w+,?)? \(([^)\n]*[\u3040-\u30ff\u4e00-\u9fff][^)\n]*)\)"),
    "ja": re.compile(r"\*\*([^*\n]+)\*\*（([^）\n]*[A-Za-z][^）\n]*)）"),
}


def forms(words):
    """The names that stand in some words: outside and inside brackets, without plural and stars."""
    words = words.replace("*", "")
    parts = [re.sub(r"[（(][^）)]*[）)]", "", words), *re.findall(r"[（(]([^）)]*)[）)]", words)]
    names = (part.strip().casefold() for words in parts for part in re.split(r"[,;、。]", words))
    return {re.sub(r"s$", "", name) for name in names if name}


@every_edition
@pytest.mark.parametrize("stem", NOTEBOOKS)
def test_every_term_in_bold_with_its_translation_is_in_the_glossary(code, stem):
    rows = pd.read_csv(ROOT / "data/glossary.csv")
    here = rows[rows.notebooks.str.split().map(lambda names: stem in names)]
    known = set().union(*map(forms, here.english), *map(forms, here.japanese))
    found = [pair for source in cells(code, stem).values() for pair in BOLD[code].findall(source)]
    assert len(found) > 5
    assert [term for term, translation in found if not known & (forms(term) | forms(translation))] == []
