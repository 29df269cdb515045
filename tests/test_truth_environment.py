"""What the environment notebook tells learners is true of its tables and of the world outside them."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from helpers import load, use
from helpers.language import texts

ROOT = Path(__file__).parent.parent
LANGUAGES = ["en", "ja"]
ozone = load("environment_ozone").set_index("year")
rio = load("environment_rio_counts")
instruments = load("environment_instruments")
treaties = load("environment_treaties").set_index("treaty")
ledger = load("bluebook_claims").query("theme == 'environment'")


def cells(language):
    path = ROOT / "notebooks" / language / "03-environment.ipynb"
    return {cell["id"]: "".join(cell["source"]) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]}


def catalogue(language):
    return (ROOT / "helpers" / "texts" / language / "environment.toml").read_text(encoding="utf-8")


def guide(language):
    whole = (ROOT / "notebooks" / language / "teaching-guide.md").read_text(encoding="utf-8")
    return re.search(r"^## 03-environment$.*?^## 04-climate$", whole, re.DOTALL | re.MULTILINE)[0]


def everything(language):
    reasons = load("bluebook_claims").query("theme == 'environment'")[["text", "reason"]]
    return "\n".join([*cells(language).values(), catalogue(language), guide(language), *reasons.to_numpy().ravel()])


@pytest.fixture(params=LANGUAGES)
def language(request):
    use(request.param)
    yield request.param
    use("en")


# The ozone layer


def test_emissions_are_the_man_made_ones():
    assert (ozone.emissions_kt[2014], ozone.emissions_kt[1988], ozone.emissions_kt.max()) == (155, 1295, 1295)


def test_text_and_guide_give_the_three_percentages_of_2014(language):
    three = [ozone[column] for column in ("consumption_index", "emissions_kt", "hole_mean_million_km2")]
    shares = [round(100 * series[2014] / series.max()) for series in three]
    assert shares == [2, 12, 79]
    for place in (cells(language)["key-points"], guide(language)):
        line = next(line for line in place.splitlines() if "2014" in line)
        assert [int(found) for found in re.findall(r"(\d+)%", line)] == shares


def test_the_emissions_are_called_man_made(language):
    word = {"en": "man-made", "ja": "人為起源"}[language]
    assert word in cells(language)["s4"].lower() and word in cells(language)["key-points"]
    assert word in texts("environment.ozone.series")["emissions_kt"].lower()


def test_consumption_is_production_plus_imports_minus_exports(language):
    words = {"en": ["production plus imports minus exports", "stocks"], "ja": ["生産量＋輸入量－輸出量", "蓄積"]}
    assert all(word in cells(language)["s4"] for word in words[language])


def test_no_decade_of_the_hole_differs_clearly_from_another():
    area = ozone.hole_mean_million_km2.loc[1990:]
    decades = [area.loc[start : start + 9] for start in (1990, 2000, 2010)]
    means, errors = [d.mean() for d in decades], [d.sem() for d in decades]
    assert max(means) - min(means) < 2 * (errors[means.index(max(means))] + errors[means.index(min(means))])


def test_both_odd_years_of_the_exercise_are_named(language):
    area, right = ozone.hole_mean_million_km2, texts("environment.exercises.decades")["right"]
    odd = [area.loc[2000:2009].idxmin(), area.loc[2010:2019].idxmin()]
    assert odd == [2002, 2019] and all(str(year) in right for year in odd)


def test_the_swap_opens_on_the_gas_that_did_replace_the_other():
    gwp = load("environment_substances").set_index("substance").gwp100
    assert round(100 * gwp["HFC-134a"] / gwp["CFC-12"]) == 13
    assert re.search(r'substitute=menu\(.*, "HFC-134a"\)', cells("en")["s6-swap-chart"])


# Treaties


def test_latest_counts_of_parties():
    latest = treaties.parties_latest
    assert latest[["vienna_convention", "montreal_protocol"]].tolist() == [198, 198]
    assert latest[["kigali_amendment", "paris_agreement"]].tolist() == [163, 194]


def test_the_second_withdrawal_of_the_united_states_has_its_date(language):
    date = {"en": "27 January 2026", "ja": "2026年1月27日"}[language]
    why = texts("environment.questions.usa.why")
    assert all(date in place for place in (why["late"], why["returned"], cells(language)["s13-read"], guide(language)))


def test_the_kyoto_protocol_had_55_parties_before_the_share_of_emissions():
    kyoto = instruments.query("treaty == 'kyoto_protocol'").sort_values("date")
    assert kyoto.date.iloc[54] == "2002-05-23"
    force = pd.Timestamp(kyoto.set_index("iso3").date["RUS"]) + pd.Timedelta(days=90)
    assert f"{force:%Y-%m-%d}" == treaties.in_force["kyoto_protocol"]


def test_both_conditions_of_the_kyoto_protocol_are_named(language):
    words = {"en": ["parties", "emissions"], "ja": ["締約国", "排出量"]}[language]
    for place in (cells(language)["s1"], texts("environment.questions.steps.why")["acceptance"]):
        assert all(word in place for word in words)


def test_the_doha_amendment_did_not_climb_evenly():
    by_year = instruments.query("treaty == 'doha_amendment'").date.str[:4].value_counts()
    assert set(by_year.nlargest(2).index) == {"2015", "2017"} and by_year.max() > 5 * by_year.min()


# Rio


def test_rio_has_the_count_of_the_united_nations():
    count = rio.query("item == 'participants' and source == 'un'")
    assert count[["value", "rounding"]].to_numpy().tolist() == [[45381, "exact"]]
    assert ledger.set_index("claim_id").computed_value["BB171"] == "45381"


def test_round_numbers_of_rio_are_called_rounded():
    people = rio.query("kind == 'people' and value >= 1000")
    assert (people.rounding == "exact").tolist() == (people.value % 100 != 0).tolist()


# Forests and protected areas


def test_net_changes_of_2020_are_printed_figures_that_the_areas_confirm():
    editions = load("environment_forest_editions").query("edition == 'fra_2020'").dropna(subset="net_mha")
    world = load("environment_forest_regions").query("region == 'world'").set_index("year").forest_kha
    assert editions.net_mha.tolist() == [-7.8, -5.2, -4.7]
    for row in editions.itertuples():
        change = (world[row.last_year] - world[row.first_year]) / (row.last_year - row.first_year) / 1000
        assert change != row.net_mha and round(change, 1) == row.net_mha


def test_the_indicator_of_protected_areas_is_an_average(language):
    places = [cells(language)["s9"], texts("environment.predictions.protected")["prompt"]]
    places += [texts("environment.questions.protected")["prompt"]]
    for place in places:
        assert "KBA" in place and {"en": "average", "ja": "平均"}[language] in place


# The ledger


def test_counts_of_the_ledger_are_those_of_the_text(language):
    verdicts, basis = ledger.verdict.value_counts(), ledger.basis.eq("document")
    inside, outside = ((ledger.strength[basis] == strength).sum() for strength in ("government_only", "independent"))
    untabled = ledger.tables.isna().sum()
    assert dict(verdicts) == {"matches": 26, "disputed": 1}
    assert (len(ledger), basis.sum(), inside, outside, untabled) == (27, 16, 1, 15, 13)
    said = {
        "en": [
            ("key-points", "Of the 27 claims 26 match; one"),
            ("key-points", "Tables of this collection decide 11, documents the other 16, one of them"),
            ("bluebook", "lists 27 figures"),
            ("bluebook", "For 13 of them"),
            ("bluebook", "The other 14"),
        ],
        "ja": [
            ("key-points", "27件の記述のうち26件は一致し"),
            ("key-points", "11件はこの教材の表で、残りの16件は資料で判定しました。資料が政府側だけのものは1件"),
            ("bluebook", "27件載って"),
            ("bluebook", "そのうち13件は"),
            ("bluebook", "残りの14件"),
        ],
    }
    assert [(cell, part) for cell, part in said[language] if part not in cells(language)[cell]] == []


def test_the_guess_on_the_strength_of_the_ledger_has_its_true_answer(language):
    entry = texts("environment.predictions.strength")
    inside = ledger[ledger.strength == "government_only"]
    assert list(inside.claim_id) == ["BB172"]
    assert any(re.fullmatch(rf"{len(inside)}件?", option) for option in entry["options"])
    assert str(len(ledger)) in entry["prompt"]


def test_every_claim_without_a_table_is_decided_by_a_document():
    decided = load("bluebook_evidence").query("relation != 'qualifies'").claim_id
    assert set(ledger[ledger.basis == "document"].claim_id) <= set(decided)
    assert set(ledger[ledger.tables.isna()].claim_id) <= set(ledger[ledger.basis == "document"].claim_id)


def test_nobody_is_said_to_be_alone_without_a_search(language):
    """A reason may name what this collection lacks; that nobody else says it takes a search on record."""
    reasons = load("bluebook_claims").query("theme in ('environment', 'climate')").reason.dropna()
    alone = {"en": ["Only the Bluebook", "the Bluebook alone"], "ja": ["外交青書だけ", "外交青書にしか"]}[language]
    assert [reason for reason in reasons if any(words in reason for words in alone)] == []


def test_the_pages_to_open_are_those_of_the_evidence(language):
    addresses = set(load("bluebook_evidence").query("claim_id in ('BB171', 'BB172', 'BB194')").url)
    for cell, count in (("s11-find", 2), ("s12-find", 2)):
        linked = re.findall(r"\]\((https?://[^)]+)\)", cells(language)[cell])
        assert len(linked) == count and set(linked) <= addresses


def test_the_disputed_claim_has_documents_on_both_sides(language):
    found = load("bluebook_evidence").query("claim_id == 'BB171'").set_index("publisher")
    assert set(found.relation) == {"supports", "contradicts", "qualifies"}
    fair = texts("environment.questions.rio")["why"]["unknown"]
    assert load("bluebook_claims").set_index("claim_id").verdict_label["BB171"] in fair


# Wordings that were false must not come back

GONE = {
    "en": [
        "all its instruments\"", "enough parties had joined", "can be recomputed", "stay on one level", "climbs evenly",
        "figure of their own", "Only the Bluebook", "the Bluebook alone", "No second count", "195 parties",
        "how much is used", "about 45 years", "of its Annex I", "date of its return\"", "what was cleared",
    ],
    "ja": [
        "全件がすでにそろって", "十分な数の締約国がそろった", "計算し直せます", "同じくらいの水準が続いて",
        "ほぼ一定の速さで", "独自の数値がない", "外交青書だけ", "人が集まった", "リオに集まった",
        "リオ+20に集まった", "最も早く100件", "百万km²", "百万ha", "1,000ha", "諸条約の合同会議",
        "約45年", "復帰した日付である", "切り開かれて森林でなくなった", "見つかっていない",
    ],
}  # fmt: skip


@pytest.mark.parametrize("code", LANGUAGES)
def test_false_wordings_are_gone(code):
    use(code)
    found = [words for words in GONE[code] if words in everything(code)]
    use("en")
    assert found == []
