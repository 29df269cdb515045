"""What the notebook on the MDGs says of its tables is so, and the tables agree with what the world knows."""

import json
import re

import pandas as pd
import pytest
from lab import ROOT

from helpers import load
from helpers.language import TEXTS, speaking, text

EDITIONS = ("en", "ja")
CHILDREN = load("mdgs_child_mortality").set_index(["edition", "region", "year"])
COUNTRIES = load("mdgs_countries").set_index(["iso3", "year"]).sort_index()
LOSSES = load("mdgs_disasters").query("edition == 'records_2020'").set_index("year").losses_usd_million / 1000


def cell(code: str, name: str) -> str:
    cells = json.loads((ROOT / f"notebooks/{code}/02-mdgs.ipynb").read_text(encoding="utf-8"))["cells"]
    return next("".join(cell["source"]) for cell in cells if cell["id"] == name)


def rate(region: str, year: int, edition: str = "igme_2024") -> float:
    return CHILDREN.per_1000[edition, region, year]


def exercise(name: str) -> dict[str, float]:
    rows = load("exercises").query("exercise == @name").set_index("case").value
    return rows.astype(float).to_dict()


# The framework


@pytest.mark.parametrize("code", EDITIONS)
def test_a_target_without_a_year_says_so(code):
    """The legend had a colour for it that no block had, and the sentence ended in “Deadline: .”."""
    names = {}
    with speaking(code):
        exec("from helpers import *", names)
        for name in ("s1-data", "s1-blocks"):
            exec(cell(code, name), names)
        none = text("mdgs.framework.no_year")
    large = names["blocks"].dropna(subset="target").set_index("target")
    assert (large.loc[load("mdgs_targets").query("deadline_year.isna()").target, "deadline"] == none).all()
    assert set(large.deadline) == {"2010", "2015", "2020", none}


# Under-five mortality


@pytest.mark.parametrize(
    ("country", "year"), [("HTI", 2010), ("RWA", 1994), ("LKA", 2004), ("MMR", 2008), ("HND", 1998), ("TUR", 2023)]
)
def test_a_disaster_stands_in_its_year(country, year):
    rates = COUNTRIES.under_five_per_1000[country].dropna()
    around = rates[(rates.index - year).to_series(index=rates.index).abs() <= 2]
    assert around.idxmax() == year or (rates - rates.shift(1)).idxmax() == year


def test_the_edition_of_2024_ends_in_2023_with_the_figures_published():
    assert CHILDREN.loc["igme_2024"].index.get_level_values("year").max() == 2023
    assert COUNTRIES.under_five_per_1000.dropna().index.get_level_values("year").max() == 2023
    assert [rate("world", 1990), rate("world", 2010), rate("world", 2023)] == [93.3, 51.7, 36.8]
    assert rate("developing", 2023) == 39.9
    assert round(100 * (1 - rate("developing", 2023) / rate("developing", 1990))) == 61


def test_turkiye_is_there_and_western_asia_is_whole():
    turkiye = COUNTRIES.under_five_per_1000["TUR"]
    assert (turkiye[1990], turkiye[2015]) == (73.8, 13.3)
    for edition in ("igme_2017", "igme_2024"):
        assert set(CHILDREN.countries[edition, "western_asia"]) == {13}


def test_the_published_crisis_years_of_the_central_african_republic_are_kept():
    crises = COUNTRIES.under_five_per_1000["CAF"]
    assert {year: crises[year] for year in (2009, 2014, 2019, 2021, 2022)} == {
        2009: 478.9,
        2014: 182.6,
        2019: 243.1,
        2021: 171.3,
        2022: 387.4,
    }


def test_a_rate_times_births_gives_the_region_between_its_countries():
    """Weighted means lie between the extremes: here of the four countries of Eastern Asia."""
    members = COUNTRIES.under_five_per_1000[["CHN", "KOR", "MNG", "PRK"]]
    for year in (1990, 2015, 2023):
        of_year = members.xs(year, level="year")
        assert of_year.min() < rate("eastern_asia", year) < of_year.max()


def test_three_regions_met_the_target_and_latin_america_just_missed_it():
    regions = set(CHILDREN.loc["igme_2024"].index.get_level_values("region")) - {"world", "developing", "developed"}
    met = {region for region in regions if rate(region, 2015) <= rate(region, 1990) / 3}
    assert met == {"caucasus_central_asia", "eastern_asia", "northern_africa"}
    assert 0.33 < rate("latin_america_caribbean", 2015) / rate("latin_america_caribbean", 1990) < 0.34


def test_exercises_on_child_mortality_have_the_right_answers():
    fall = 100 * (1 - rate("developing", 2015) / rate("developing", 1990))
    assert round(fall, 1) == exercise("mdgs.fallen")["right"] == 53.6
    rates = COUNTRIES.under_five_per_1000.unstack()
    assert (rates[2015] <= rates[1990] / 3).sum() == exercise("mdgs.two_thirds")["right"] == 60
    assert (rates[2023] <= rates[1990] / 3).sum() == exercise("mdgs.two_thirds")["later"]
    assert (rates[2015] <= rates[1990] / 2).sum() == exercise("mdgs.two_thirds")["half"]
    assert "XKX" not in rates.index


@pytest.mark.parametrize("code", EDITIONS)
def test_the_warning_about_shifted_years_is_gone(code):
    said = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / f"notebooks/{code}/02-mdgs.ipynb", ROOT / f"notebooks/{code}/teaching-guide.md")
    )
    assert not re.search("one too late|1年後ろにずれ|1つ後ろにずれ|年が1つ後ろ", said)


# The poor


def poor_in_middle_income(edition: str, line: str) -> pd.Series:
    rows = load("mdgs_poor_by_class").query("basis == 'own_year' and edition == @edition and line == @line")
    poor = rows.pivot(index="year", columns="income_class", values="poor_million")
    return 100 * (poor.lmc + poor.umc) / poor.sum(axis=1)


def test_the_poor_of_both_lines_come_from_one_edition():
    """The shares of the world below 2.15 and 3.00 dollars are those of the numbers of people, with one population."""
    lines = load("mdgs_poverty_lines").query("area == 'world'").set_index(["line", "year"]).poor_percent
    poor = load("mdgs_poor_by_class").query("edition == 'pip_2026' and basis == 'own_year'")
    poor = poor.groupby(["line", "year"]).poor_million.sum()
    for year in (1990, 2000, 2010, 2022, 2024):
        people = [100 * poor[line, year] / lines[line, year] for line in ("2.15", "3.00")]
        assert people[0] == pytest.approx(people[1], rel=0.02)


def test_nigeria_and_dr_congo_lead_in_2022_and_india_led_in_the_older_edition():
    rows = load("mdgs_poor_countries").query("year == 2022 and line == '2.15'").sort_values("poor_million")
    assert rows[rows.edition == "pip_2026"].iso3.tail(2).to_list() == ["COD", "NGA"]
    assert rows[rows.edition == "pip_2024"].iso3.iloc[-1] == "IND"


def test_no_year_reaches_three_quarters_at_the_lower_line():
    share = poor_in_middle_income("pip_2026", "2.15")
    assert (round(share.max(), 1), share.idxmax(), round(share[2022], 1)) == (69.2, 2009, 48.7)
    share = poor_in_middle_income("pip_2026", "3.00")
    assert share.index[share.between(70, 80)].to_list() == [2008, 2009, 2010, 2011]


def test_the_claim_of_three_quarters_names_its_study():
    claim = load("bluebook_claims").set_index("claim_id").loc["BB148"]
    assert "Sumner" in claim.reason and "2007-08" in claim.reason and "69.2%" in claim.reason


# Indicators, women, schools


def test_nine_indicators_are_measured_and_seven_by_something_related():
    data = load("mdgs_indicators").set_index(["goal", "number"]).data
    assert {data[key] for key in [(6, 6), (6, 9), (7, 2)]} == {"related"}
    assert (data == "same").sum() == 9 and (data == "related").sum() == 7
    for code, words in {"en": "9 are measured .* 7 by something", "ja": "9はここで使う表で測れます。7は"}.items():
        assert re.search(words, cell(code, "s1-read"))


def test_women_in_the_lower_house_are_not_women_in_both_houses():
    of_2022 = COUNTRIES.xs(2022, level="year")
    japan = of_2022.loc["JPN"]
    assert (japan.women_lower_house_percent, japan.women_parliament_percent) == (9.9, 15.4)
    assert (of_2022.women_lower_house_percent >= 50).sum() == 6
    one_house = of_2022.loc[["NZL", "SWE", "FIN", "DNK"]]
    assert (one_house.women_lower_house_percent - one_house.women_parliament_percent).abs().max() < 1


def test_primary_completion_has_two_definitions():
    assert COUNTRIES.completion_percent.max() <= 100 < COUNTRIES.intake_last_grade_percent.max()
    niger = COUNTRIES.loc["NER", 2012]
    assert (niger.completion_percent, niger.intake_last_grade_percent) == (28.3, 46.9)


# Deaths and disasters


def test_newborn_deaths_run_to_2023_and_differ_by_edition():
    newborn = load("mdgs_deaths").query("cause == 'newborn'").set_index(["edition", "year"]).deaths
    of_2011 = [round(newborn[edition, 2011] / 1e6, 2) for edition in ("igme_2017", "igme_2020", "igme_2024")]
    assert of_2011 == [2.99, 2.98, 3.14]
    assert round(newborn["igme_2024", 2023] / 1e6, 2) == 2.28


def test_bounds_hold_the_estimate():
    rows = load("mdgs_deaths").dropna(subset=["low", "high"])
    assert len(rows) > 50
    assert ((rows.low <= rows.deaths) & (rows.deaths <= rows.high)).all()
    aids = rows[(rows.edition == "unaids_2021") & (rows.year == 2010)].iloc[0]
    assert (aids.low, aids.high) == (910_000, 1_900_000)
    assert "0.91 to 1.9 million" in cell("en", "s6-read") and "91万人から190万人" in cell("ja", "s6-read")


def test_2011_accounts_for_26_of_the_42_billion():
    later, earlier, without = (LOSSES.loc[a:b].mean() for a, b in [(2002, 2011), (2000, 2009), (2002, 2010)])
    assert (round(later - earlier), round(later - without)) == (42, 26)


def test_the_windows_that_fit_are_counted_in_both_editions():
    rows = load("mdgs_disasters").query("edition == 'records_2015'")
    deaths = rows.pivot(index="year", columns="area", values="deaths").rolling(10).sum()
    share = (100 * deaths.developing / deaths.world).loc[2000:2012]
    assert (len(share), ((share > 85) & (share < 95)).sum()) == (13, 8)
    for code in EDITIONS:
        conclusion = cell(code, "s8-windows-read").split("\n\n")[-1]
        assert {"11", "8", "13"} <= set(re.findall(r"\d+", conclusion))


# The ledger


MINE = load("bluebook_claims").query("theme == 'mdgs'").set_index("claim_id")


def numbers(line: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", line)]


def line_with(code: str, name: str, words: str) -> str:
    return next(line for line in cell(code, name).splitlines() if words in line)


@pytest.mark.parametrize(("code", "words"), [("en", "claims of the part"), ("ja", "の記述のうち")])
def test_the_key_points_count_the_verdicts_of_the_ledger(code, words):
    verdicts = ["matches", "revised", "differs", "disputed", "not_checkable"]
    counts = [len(MINE), *((MINE.verdict == name).sum() for name in verdicts)]
    counts += [MINE.basis.isin(["data", "listing", "arithmetic"]).sum(), (MINE.basis == "document").sum()]
    assert numbers(line_with(code, "key-points", words)) == counts


@pytest.mark.parametrize(("code", "words"), [("en", "that documents decide"), ("ja", "資料で判定した47")])
def test_the_limits_count_the_publishers_behind_the_documents(code, words):
    decided = MINE[MINE.basis == "document"]
    rows = load("bluebook_evidence").query("claim_id in @decided.index and relation != 'qualifies'")
    publishers = rows[rows.independent].groupby("claim_id").publisher.nunique()
    several, one = (publishers > 1).sum(), (publishers == 1).sum()
    government = (decided.strength == "government_only").sum()
    found = [number for number in numbers(line_with(code, "key-points", words)) if number > 2]
    assert found == [len(decided), several, one, government]
    assert several + one + government == len(decided)


def test_two_claims_rest_on_one_abstract_of_the_report():
    """The number of deaths is not in it, the year is: so one cannot be checked, the other matches."""
    assert MINE.verdict["BB096"] == "not_checkable" and MINE.verdict["BB110"] == "matches"
    assert all("An abstract of the report cited" in MINE.reason[claim] for claim in ("BB096", "BB110"))
    assert "2.99 and 3.14 million" in MINE.reason["BB096"]


def test_claims_without_years_follow_one_rule():
    """In the ten years before the Bluebook, table and document round 200 million differently, and no others."""
    rows = load("mdgs_disasters").query("edition == 'records_2020'").set_index("year")
    means = rows[["affected", "losses_usd_million"]].astype(float).rolling(10).mean()
    affected, losses = (means[name][[2011, 2012]] for name in means)
    assert [round(mean / 1e6) for mean in affected] == [247, 193]
    assert [round(mean / 1e3) for mean in losses] == [131, 142]
    assert {claim: MINE.verdict[claim] for claim in ("BB117", "BB118", "BB119", "BB148")} == {
        "BB117": "not_checkable",
        "BB118": "matches",
        "BB119": "matches",
        "BB148": "matches",
    }
    for code, figures in {
        "en": ["247 and 193", "268 million"],
        "ja": ["2億4,700万人と1億9,300万人", "2億6,800万人"],
    }.items():
        assert all(figure in cell(code, "s8-documents-read") for figure in figures)


# Documents


def test_the_panel_has_no_document_of_june():
    rows = load("bluebook_evidence").query("claim_id in ['BB086', 'BB146']").drop_duplicates("url")
    months = set(re.findall(r"2012-(\d\d)", " ".join(rows.date.fillna("") + " " + rows.found_value)))
    assert months == {"05", "07"} and len(rows) == 4
    assert rows.date.notna().sum() == 2, "of the day"
    assert (MINE.verdict["BB086"], MINE.verdict["BB146"]) == ("differs", "matches")


def test_the_years_of_the_mdgs_are_disputed_with_the_same_ministry():
    rows = load("bluebook_evidence").query("claim_id == 'BB154'").set_index("relation")
    assert "Ministry of Foreign Affairs" in rows.publisher["contradicts"]
    assert "2001" in rows.found_value["contradicts"] and rows.found_value["supports"] == "2000"
    assert MINE.verdict["BB154"] == "disputed"


@pytest.mark.parametrize("code", EDITIONS)
def test_the_step_at_the_publisher_leads_to_the_document_of_the_ledger(code):
    row = load("bluebook_evidence").query("claim_id == 'BB157'").iloc[0]
    assert row.url in cell(code, "s10-company") and "8.7 million" in row.found_value
    assert {"BB099", "BB100", "BB101"} == set(MINE.index[MINE.strength == "government_only"])
    assert "BB099" in cell(code, "s10-health") and "BB101" in cell(code, "s10-health")


# Words

GONE = {
    "en": [
        "the newest in the report",
        "more than the difference",
        "Fewer deaths from AIDS",
        "by the names of the goals",
        "lose more children",
        "three great",
        "What share of developing countries",
        "stands in countries",
        "agriculture, water and disasters have figures",
    ],
    "ja": [
        "これが報告の中で最も新しい値です",
        "差を上回る額",
        "ほとんどの期間に合い",
        "目標の名称による",
        "多くの子どもが亡くなる傾向",
        "three great",
        "所得階層",
        "基礎的水準以上",
        "私たちが計算した",
        "ターゲットは毎年どれだけを求めるか",
        "道筋が求める値",
        "自ら立つ力をもつこと",
    ],
}


@pytest.mark.parametrize(("code", "words"), [(code, words) for code in GONE for words in GONE[code]])
def test_words_that_misled_are_gone(code, words):
    notebook = (ROOT / f"notebooks/{code}/02-mdgs.ipynb").read_text(encoding="utf-8")
    catalogue = (TEXTS / code / "mdgs.toml").read_text(encoding="utf-8")
    assert words not in notebook + catalogue


def test_the_measure_of_todays_goals_is_named():
    assert "safely managed" in cell("en", "s11-read") and "safely managed" in cell("ja", "s11-read")
    assert "safely-managed" in set(load("glossary").key)
    for code, improved, basic in [("en", "keep dirt out", "30 minutes"), ("ja", "汚れが入らない", "30分")]:
        assert improved in cell(code, "s9") and basic in cell(code, "s9")


# Breaks and copies in the sources


def test_no_year_is_a_copy_of_its_neighbour():
    """Rounded or slow measures may stand still in many countries, but not in all of them."""
    for column in COUNTRIES.select_dtypes("number"):
        values = COUNTRIES[column].unstack().dropna(axis="columns", how="all")
        for before, after in zip(values.columns, values.columns[1:], strict=False):
            both = values[[before, after]].dropna()
            assert len(both) < 10 or (both[before] == both[after]).mean() < 0.9, (column, before, after)
    held = {name: COUNTRIES[name].dropna().index.get_level_values("year") for name in COUNTRIES}
    assert held["co2_tonnes"].max() == 2021 and held["women_parliament_percent"].min() == 1997


@pytest.mark.parametrize(("code", "words"), [("en", "CO₂ to 2021"), ("ja", "CO₂は2021年まで")])
def test_the_chart_of_two_indicators_names_the_last_year_of_co2(code, words):
    assert words in (TEXTS / code / "mdgs.toml").read_text(encoding="utf-8")
    assert "CO₂" in cell(code, "key-points")


def test_figures_on_which_two_copies_disagree_are_left_out():
    for country, other in {"NIC": 53.9, "VNM": 30.6}.items():
        share = COUNTRIES.women_lower_house_percent[country]
        assert pd.isna(share.get(2023)) or share[2023] == other
        assert share[2022] > 0 and share[2024] > 0


def test_without_uzbekistan_the_shares_are_those_in_the_text():
    rows = load("mdgs_poor_by_class").query("edition == 'pip_2026' and line == '2.15' and year == 2010")
    out = load("mdgs_poor_countries").query("edition == 'pip_2026' and line == '2.15' and iso3 == 'UZB'")
    out = out.set_index("year").poor_million
    assert out[2012] > 17 and out[2015] < 1
    for basis, share in {"own_year": 68.2, "fixed_1990": 9.8}.items():
        poor = rows[rows.basis == basis].set_index("income_class").poor_million
        assert round(100 * (poor.lmc + poor.umc - out[2010]) / (poor.sum() - out[2010]), 1) == share
    for code, name in {"en": "Uzbekistan", "ja": "ウズベキスタン"}.items():
        for place in ("s7-read", "s7-countries-read", "key-points"):
            assert name in cell(code, place), place
        for line in cell(code, "s7-read").splitlines() + cell(code, "key-points").splitlines():
            assert "11.5%" not in line or "9.8%" in line
    at_300 = load("mdgs_poor_by_class").query("edition == 'pip_2026' and line == '3.00' and basis == 'own_year'")
    poor = at_300.query("year == 2008").set_index("income_class").poor_million
    uzbekistan = load("mdgs_poor_countries").query("line == '3.00' and iso3 == 'UZB' and year == 2008").iloc[0]
    assert uzbekistan.class_own_year == "lic"
    assert 70 < 100 * (poor.lmc + poor.umc) / (poor.sum() - uzbekistan.poor_million) < 80


@pytest.mark.parametrize("code", EDITIONS)
def test_tuberculosis_names_its_edition_and_what_the_sum_lacks(code):
    rows = load("mdgs_deaths").query("edition == 'who_2024'")
    assert set(rows.published) == {2025} and rows.edition_label.str.contains("2025").all()
    deaths = rows.query("cause == 'tuberculosis'").set_index("year").deaths
    assert round(deaths[2024] / 1e6, 2) == 1.05
    limits = cell(code, "key-points")
    assert {"en": "North Korea", "ja": "北朝鮮"}[code] in limits
    assert {"en": "1.05 million", "ja": "105万人"}[code] in limits and {"en": "1.08", "ja": "108万人"}[code] in limits


@pytest.mark.parametrize(
    ("code", "number", "calendar"), [("en", "40 million", "calendar year"), ("ja", "4,000万人", "暦年")]
)
def test_indias_figure_of_2022_says_what_it_is(code, number, calendar):
    india = load("mdgs_poor_countries").query("edition == 'pip_2026' and line == '2.15' and iso3 == 'IND'")
    assert round(india.set_index("year").poor_million[2022]) == 40
    cells = json.loads((ROOT / f"notebooks/{code}/02-mdgs.ipynb").read_text(encoding="utf-8"))["cells"]
    lines = [line for each in cells if each["cell_type"] == "markdown" for line in "".join(each["source"]).splitlines()]
    told = [line for line in lines if number in line]
    assert len(told) >= 2 and all(calendar in line for line in told)
    rows = pd.read_csv(ROOT / "data/corrections.csv").query("notebook == '02-mdgs'")
    texts = [text for text in rows[[f"stands_{code}", f"why_{code}"]].to_numpy().ravel() if number in str(text)]
    assert texts and all(calendar in text for text in texts)


@pytest.mark.parametrize(("code", "words"), [("en", "{} to {}%"), ("ja", "{}%から{}%")])
def test_the_years_of_three_quarters_have_the_range_in_the_text(code, words):
    share = poor_in_middle_income("pip_2026", "3.00").loc[2008:2011]
    assert words.format(round(share.min()), round(share.max())) in cell(code, "s7-read")


def test_malaria_has_deaths_in_the_world_and_no_death_rate():
    assert "malaria" in set(load("mdgs_deaths").cause) and not any("malaria_deaths" in name for name in COUNTRIES)
    assert "not by its death rate" in cell("en", "s1-read") and "死亡率では測りません" in cell("ja", "s1-read")


def test_japanese_names_of_basic_service_read_well():
    assert "基本的なの" not in (TEXTS / "ja" / "mdgs.toml").read_text(encoding="utf-8")
