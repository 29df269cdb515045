"""What the notebook on the Arctic and the Antarctic says is true of its tables."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parent.parent
POLAR = ROOT / "data" / "polar"
LANGUAGES = ("en", "ja")


def table(name):
    return pd.read_csv(POLAR / f"{name}.csv")


def cells(language):
    notebook = json.loads((ROOT / "notebooks" / language / "05-polar.ipynb").read_text(encoding="utf-8"))
    return {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}


def edition(language):
    """All words of an edition that belong to the theme."""
    texts = ROOT / "helpers" / "texts" / language / "polar.toml"
    guide = ROOT / "notebooks" / language / "teaching-guide.md"
    chapter = guide.read_text(encoding="utf-8").split("## 05-polar")[1].split("\n## ")[0]
    return "\n".join([*cells(language).values(), texts.read_text(encoding="utf-8"), chapter])


# Visitors


def test_no_visitors_were_counted_before_their_season():
    tourism = table("tourism")
    assert set(tourism.kind) <= {"count", "rounded"}
    assert not tourism[["total", "landed"]].isin([34950, 107270]).any(axis=None)
    assert tourism.set_index("year").total[2012] == 34316


def test_visitors_grew_by_256_percent_between_two_counted_seasons():
    total = table("tourism").set_index("year").total
    assert round(100 * (total[2023] / total[2012] - 1)) == 256
    for language in LANGUAGES:
        code = cells(language)
        assert "[[2012, 2023]]" in code["s13-predict"] and 'change=change["visitors"]' in code["s13-predict"]
        assert "value=(2012, 2023)" in code["s13-chart"]


def test_those_who_landed_and_those_on_board_make_the_total():
    rows = table("tourism").set_index("year").loc[[2010, 2011, 2012, 2017]]
    assert (rows.landed + rows.cruise_only == rows.total).all()


def test_both_seasons_before_the_meeting_of_2012_round_to_20_thousand_landings():
    landed = table("tourism").set_index("year").landed
    assert [round(landed[year], -4) for year in (2010, 2011)] == [20000, 20000]


# Sea ice


def test_the_share_of_ice_steps_by_six_points_and_the_gap_explains_it():
    ice = table("sea_ice").query("pole == 'N' and month == 3").set_index("year")
    gap = table("sea_ice_gap").set_index("start").gap_million_km2
    share = 100 * ice.area_million_km2 / ice.extent_million_km2
    assert round(share[1988] - share[1987], 1) == 6.0
    filled = [
        100 * (ice.area_million_km2[year] + gap[start]) / ice.extent_million_km2[year]
        for year, start in ((1987, "1978-11"), (1988, "1987-07"))
    ]
    assert [round(value, 1) for value in filled] == [88.6, 89.0]


def test_the_satellites_up_to_august_1987_are_not_those_after_it():
    ice = table("sea_ice")
    month = ice.year * 100 + ice.month
    assert set(ice.sensor[month <= 198708]) == {"smmr"}
    assert set(ice.sensor[(month > 198708) & (month < 202501)]) == {"dmsp"}
    assert set(ice.sensor[month >= 202501]) == {"amsr2"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_years_of_new_sensors_stand_together(language):
    for cell in ("s1-read", "s13-read"):
        assert all(year in cells(language)[cell] for year in ("1987", "2008", "2025"))


def test_trends_of_another_group_are_marked():
    published = table("sea_ice_published").set_index("end_year").origin
    assert set(published[published.index >= 2020]) == {"other_group"}
    assert set(published[published.index < 2020]) == {"at_the_time"}


# The Council and the Treaty


def test_the_limits_count_the_organisations_without_a_year():
    bodies = table("council_organisations")
    blank = bodies[bodies.year.isna()].role.eq("permanent_participant")
    english, japanese = (cells(language)["key-points"] for language in LANGUAGES)
    assert f"of {blank.sum()} permanent participants and {(~blank).sum()} observer organisations" in english
    assert f"{blank.sum()}つの常時参加者と{(~blank).sum()}つのオブザーバー団体" in japanese


def test_every_consultative_party_runs_a_facility_in_the_list():
    parties = table("treaty_parties")
    assert set(parties.dropna(subset="consultative_year").iso3) <= set(table("stations").iso3)


def test_the_mean_wait_is_told_with_one_decimal():
    rows = table("treaty_parties").query("not original_signatory").dropna(subset="consultative_year")
    assert round((rows.consultative_year - rows.consent_year).mean(), 1) == 8.5
    for language in LANGUAGES:
        assert "{mean:waited_mean}" in edition(language)


def test_no_regular_meeting_was_held_in_2000_and_2020():
    years = set(table("treaty_meetings").year)
    assert {year for year in range(1994, 2026) if year not in years} == {2000, 2020}


# Words that were false, and what stands for them

GONE = {
    "en": [
        "do not say why", "do not explain", "nobody claims", "claimed by nobody", "Claimed by nobody",
        "how far the points scatter around the line", "Today", "preliminary estimate", "is not a zero",
        "Before it was admitted", "DMSP satellites for",
    ],
    "ja": [
        "理由は表には書かれていません", "その説明は表にありません", "どの国も主張していない",
        "どれだけ散らばっているかを示す", "速報の推計", "速報か概数", "1つの系列になっています", "2か国のものだけ",
        "年の欠けは", "非政府機関", "承認されるまで、アド",
    ],
}  # fmt: skip
STANDS = {
    "en": {
        "s1": ["standard error", "1987", "2008"],
        "bluebook": ["global warming", "cannot test causes"],
        "s4-read": ["Peter I Island", "Names of states"],
        "s6": ["At the meeting of 2011"],
        "s8-read": ["East Germany", "December 2024"],
        "s10": ["regular", "Special consultative meetings"],
        "s10-read": ["regular", "Hiroshima in May 2026"],
        "key-points": ["December 2024", "May 2023"],
    },
    "ja": {
        "s1": ["標準誤差", "1987年", "2008年"],
        "bluebook": ["地球温暖化", "確かめられない"],
        "s4-read": ["ピョートル1世島", "国名"],
        "s6": ["2011年の会合に"],
        "s8-read": ["東ドイツ", "2024年12月"],
        "s10": ["通常の会議", "特別協議国会議"],
        "s10-read": ["通常の会議", "2026年5月に広島で"],
        "key-points": ["2024年12月", "2023年5月"],
    },
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mean_of_2008_is_drawn_with_the_smaller_gap(language):
    line = next(row for row in cells(language)["s1-data"].splitlines() if row.startswith('ice["gap"]'))
    ice = pd.DataFrame({"year": [1986, 2007, 2007, 2008, 2008], "month": [0, 0, 12, 0, 1]})
    exec(line, {"ice": ice, "gaps": table("sea_ice_gap")})  # noqa: S102
    assert list(ice.gap) == [1, 2, 2, 3, 3]


@pytest.mark.parametrize("language", LANGUAGES)
def test_false_words_are_gone(language):
    words = edition(language)
    assert [phrase for phrase in GONE[language] if phrase in words] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_true_words_stand(language):
    text = cells(language)
    assert [(cell, part) for cell, parts in STANDS[language].items() for part in parts if part not in text[cell]] == []


def test_seasons_have_one_form_in_the_japanese_edition():
    ledger = pd.read_csv(ROOT / "data" / "bluebook" / "claims.csv", dtype=str).query("theme == 'polar'")
    words = "\n".join([edition("ja"), *ledger.reason_ja.dropna()])
    assert re.findall(r"\d{4}～\d\d年", words) == []


def test_the_ledger_says_what_its_verdicts_reach():
    ledger = pd.read_csv(ROOT / "data" / "bluebook" / "claims.csv", dtype=str).set_index("claim_id")
    assert "December 2024" in ledger.reason_en["BB247"] and "2024年12月" in ledger.reason_ja["BB247"]
    assert "regular" in ledger.reason_en["BB267"] and "通常" in ledger.reason_ja["BB267"]
    assert "not checked" in ledger.text_en["BB238"] and "未確認" in ledger.text_ja["BB238"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_counts_of_the_ledger_are_those_of_the_text(language):
    claims = pd.read_csv(ROOT / "data" / "bluebook" / "claims.csv", dtype=str, keep_default_na=False)
    ledger = claims.query("theme == 'polar'").set_index("claim_id")
    assert ledger.verdict.value_counts().to_dict() == {"matches": 24, "disputed": 2, "not_checkable": 2, "differs": 1}
    inside = ledger.query("verdict == 'matches' and strength == 'government_only'").index
    assert list(inside) == ["BB232", "BB245"]
    assert [list(ledger[ledger.verdict == word].index) for word in ("differs", "disputed", "not_checkable")] == [
        ["BB250"],
        ["BB231", "BB234"],
        ["BB244", "BB249"],
    ]
    documents = pd.read_csv(ROOT / "data" / "bluebook" / "evidence.csv", dtype=str)
    untabled = ledger.index[ledger.tables == ""]
    assert (len(untabled), len(set(untabled) & set(documents.claim_id))) == (8, 7)
    points, begin = cells(language)["key-points"], cells(language)["bluebook"]
    said = {
        "en": [
            (points, "Of the 29 claims 24 match, two of them"),
            (points, "One differs (tourists), two are disputed (the months of an application and of a task force)"),
            (begin, "all 29 figures"),
            (begin, "reach 21 of them"),
            (begin, "seven of the other eight"),
        ],
        "ja": [
            (points, "29件の記述のうち24件は一致し、そのうち2件は"),
            (points, "1件（観光客）は相違、2件（申請の月と、タスクフォースの設置の年月）は資料が分かれ、2件"),
            (begin, "29件をすべて"),
            (begin, "そのうち21件は"),
            (begin, "ほかの8件のうち7件には資料"),
        ],
    }
    assert [part for place, part in said[language] if part not in place] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_to_open_on_the_task_force_are_those_of_the_evidence(language):
    documents = pd.read_csv(ROOT / "data" / "bluebook" / "evidence.csv", dtype=str).query("claim_id == 'BB234'")
    assert sorted(documents.relation) == ["contradicts", "supports"]
    linked = re.findall(r"\]\((https?://[^)]+)\)", cells(language)["s7-find"])
    assert sorted(linked) == sorted(documents.url)


def test_what_the_treaties_say_is_given_with_its_article():
    ledger = pd.read_csv(ROOT / "data" / "bluebook" / "claims.csv", dtype=str).set_index("claim_id")
    for language in LANGUAGES:
        assert "IV" in ledger.reason_en["BB008"] and "第4条" in ledger.reason_ja["BB008"]
        assert "(e)" in ledger[f"reason_{language}"]["BB246"]
    assert set(ledger.verdict[["BB008", "BB246", "BB272"]]) == {"matches"}
