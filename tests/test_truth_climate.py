"""What 04-climate says of the world agrees with its tables, and what was found wrong does not come back."""

import re

import nbformat
import pandas as pd
import pytest
from lab import ROOT

from helpers import tables
from helpers.language import TEXTS

CODES = ["en", "ja"]
FILES = ["notebooks/{}/04-climate.ipynb", "notebooks/{}/teaching-guide.md", "helpers/texts/{}/climate.toml"]


def raw(name):
    return tables.PACKAGE.frame(name)


def cell(code, name):
    cells = nbformat.read(ROOT / "notebooks" / code / "04-climate.ipynb", 4).cells
    return next(c.source for c in cells if c.id == name)


def said(code):
    return "\n".join((ROOT / file.format(code)).read_text(encoding="utf-8") for file in FILES)


def in_catalogue(code):
    return (TEXTS / code / "climate.toml").read_text(encoding="utf-8")


@pytest.fixture
def cops():
    return raw("climate_cops").set_index("number")


@pytest.fixture
def ledger():
    rows = raw("bluebook_claims")
    return rows[rows.theme == "climate"]


# Sessions


def test_a_treaty_is_adopted_within_a_session(cops):
    treaties = raw("climate_treaties").set_index("treaty").adopted
    for treaty, number in {"kyoto": 3, "doha": 18, "paris": 21}.items():
        assert cops.opens[number] <= treaties[treaty] <= cops.closes[number], treaty


def test_no_session_closes_early_and_the_late_ones_are_late(cops):
    held = cops[cops.closes.notna()]
    assert (held.opens < held.closes_scheduled).all() and (held.closes_scheduled <= held.closes).all()
    assert (cops.closes[17], cops.closes_scheduled[17], cops.closes[3]) == ("2011-12-11", "2011-12-09", "1997-12-11")


@pytest.mark.parametrize(("code", "words"), [("en", "first 30 sessions only six"), ("ja", "予定の日に閉幕したのは6回")])
def test_six_of_thirty_sessions_closed_on_time(cops, code, words):
    first = cops[cops.index <= 30]
    assert (first.closes == first.closes_scheduled).sum() == 6
    assert words in cell(code, "s4-dates")


# Treaties


@pytest.mark.parametrize(("code", "day"), [("en", "27 January 2026"), ("ja", "2026年1月27日")])
def test_the_count_of_parties_of_the_paris_agreement_has_its_day(code, day):
    paris = raw("climate_treaties").set_index("treaty").loc["paris"]
    assert (paris.parties, paris.parties_on) == (194, "2026-01-27")
    assert day in cell(code, "s4-treaties-read") and day in cell(code, "s7-read")
    assert "195 parties" not in said(code) and "締約国195" not in said(code)


def test_kyoto_waited_for_its_second_condition():
    treaties = raw("climate_treaties").set_index("treaty")
    joined = raw("climate_instruments").query("treaty == 'kyoto'").sort_values("date")
    assert (joined.iso3.iloc[54], joined.date.iloc[54]) == ("ISL", "2002-05-23")
    russia = joined.set_index("iso3").date["RUS"]
    assert russia == "2004-11-18"
    assert pd.Timestamp(russia) + pd.Timedelta(days=90) == pd.Timestamp(treaties.in_force["kyoto"])


@pytest.mark.parametrize(("code", "number", "share"), [("en", "55 parties", "55%"), ("ja", "55の締約国", "55%")])
def test_both_conditions_are_named(code, number, share):
    text = cell(code, "s4-treaties")
    assert number in text and text.count(share) == 1
    assert "enough parties" not in text and "十分な数の締約国" not in text


@pytest.mark.parametrize("code", CODES)
def test_the_new_countries_of_the_second_period_are_named(code):
    targets = raw("climate_kyoto").set_index("iso3")
    new = targets.index[targets.first_change_percent.isna() & targets.second_change_percent.notna()]
    names = raw("countries").set_index("iso3")[f"name_{code}"]
    assert len(new) == 4 and all(names[each] in cell(code, "s3") for each in new)


@pytest.mark.parametrize(
    ("code", "day", "again", "wrong"),
    [
        ("en", "20 January 2021", "19 February 2021", "is its return"),
        ("ja", "2021年1月20日", "2021年2月19日", "2021年に復帰した日"),
    ],
)
def test_the_date_of_the_united_states_is_that_of_its_instrument(code, day, again, wrong):
    dates = raw("climate_instruments").query("treaty == 'paris'").set_index("iso3").date
    assert dates["USA"] == "2021-01-20"
    text = cell(code, "s4-treaties-read")
    assert day in text and again in text and wrong not in text


# The credit mechanism


@pytest.mark.parametrize(("code", "words"), [("en", "there were 9 partners"), ("ja", "パートナー国は9か国です")])
def test_nine_partners_had_signed_by_the_end_of_2013(code, words):
    partners = raw("climate_jcm_partners")
    assert (partners.latest < "2014").sum() == (partners.earliest < "2014").sum() == 9
    assert words in cell(code, "s6-read")
    assert "between 7 and 9" not in said(code) and "7～9" not in said(code)


def test_the_days_of_signing_are_in_order_and_three_are_not_known():
    partners = raw("climate_jcm_partners")
    assert set(partners.iso3[partners.signed.isna()]) == {"SEN", "ARE", "KGZ"}
    known = partners.signed.dropna()
    assert known.is_monotonic_increasing
    assert (partners.latest == partners.signed)[known.index].all()


def test_the_reported_numbers_of_partners_fit_the_days():
    partners = raw("climate_jcm_partners")
    for row in raw("climate_jcm_counts").itertuples():
        day = row.date if len(row.date) == 10 else row.date + "-31"
        assert (partners.latest <= day).sum() <= row.partners <= (partners.earliest <= day).sum(), row.date


# Emissions


@pytest.mark.parametrize("code", CODES)
def test_what_the_regions_leave_out(code):
    rows = raw("climate_emissions").query("year == 2012")
    world = rows[rows.iso3 == "WLD"].iloc[0]
    places = rows[~rows.iso3.isin(["WLD", "EU27"])].sum(numeric_only=True)
    text = cell(code, "s6-regions-read")
    for gas in ("ghg_mt", "co2_mt"):
        assert f"{100 * (1 - places[gas] / world[gas]):.1f}%" in text


def test_the_limits_name_every_place_without_a_figure():
    rows = raw("climate_emissions").query("iso3 in ['MCO', 'LIE']").set_index("iso3")
    missing = {gas: set(rows.index[rows[gas].isna()]) for gas in ("co2_mt", "ghg_mt", "ghg_land_mt")}
    present = {gas: set(rows.index[rows[gas].notna()]) for gas in missing}
    every = {"MCO", "LIE"}
    absent = {gas: every - present[gas] for gas in missing}
    assert absent == {"co2_mt": {"MCO"}, "ghg_mt": every, "ghg_land_mt": {"MCO"}}


@pytest.mark.parametrize("code", CODES)
def test_may_2013_is_above_400_in_todays_edition_only(code):
    months = raw("climate_co2_monthly").set_index("month").ppm
    assert months[months > 400].index[0] == "2013-05"
    text = cell(code, "s1-co2-read")
    assert f"{months['2013-05']:.2f}" in text and "NOAA" in text and "2014" in text


# Money


@pytest.mark.parametrize(("code", "words"), [("en", "From about 38 to 56%"), ("ja", "約38%から56%まで")])
def test_japans_share_of_the_totals(code, words):
    amounts = raw("climate_fast_start").set_index(["contributor", "item"]).amount
    shares = 100 * amounts["japan", "delivered_public"] / amounts["all"][["reported_final", "committed_ngo"]]
    assert [f"{share:.0f}" for share in shares] == re.findall(r"\d+", words)
    assert words in in_catalogue(code)


@pytest.mark.parametrize(("code", "october", "end"), [("en", "October 2012", "end of"), ("ja", "2012年10月", "末")])
def test_both_shares_say_that_their_dates_differ(code, october, end):
    final = in_catalogue(code).partition("[exercises.final]")[2].partition("hint")[0]
    answers = said(code).partition("04-climate 解答" if code == "ja" else "### 04-climate answers")[2]
    guide = re.search(r"\| `e5` \|.*", answers)[0]
    for text in (final, cell(code, "s5-puzzle-read"), guide):
        assert october in text and end in text


@pytest.mark.parametrize("code", CODES)
def test_money_is_not_listed_as_tonnes(code):
    columns = {key: words for key, words in re.findall(r'^(listed_\w+) = "([^"]+)"', in_catalogue(code), re.MULTILINE)}
    for name in ("s5-split", "s5-puzzle", "s5-counts", "s5-goal-chart"):
        used = set(re.findall(r"(listed_\w+)=", cell(code, name)))
        assert used and not {key for key in used if re.search("tonne|トン", columns[key])}, name


# The ledger


@pytest.mark.parametrize("code", CODES)
def test_counts_of_the_ledger_in_the_text(code, ledger):
    reach = (ledger.checkable != "quoted").sum()
    assert {str(len(ledger)), str(reach)} <= set(re.findall(r"\d+", cell(code, "bluebook").rpartition("\n\n")[2]))
    points = next(line for line in cell(code, "key-points").splitlines() if "BB" in line)
    open_ones = ledger[ledger.verdict == "not_checkable"]
    assert re.findall(r"BB\d+", points) == list(open_ones.claim_id)
    matches = ledger[ledger.verdict == "matches"]
    counts = [matches.strength.eq(who).sum() for who in ("independent", "government_only")]
    expected = [len(ledger), len(matches), len(open_ones), len(matches), *counts]
    assert [int(number) for number in re.findall(r"\d+", re.sub(r"BB\d+", "", points))] == expected
    assert set(ledger.verdict) == {"matches", "not_checkable"}


@pytest.mark.parametrize("code", CODES)
def test_the_share_of_fifteen_percent_is_told_with_its_range(code):
    rows, targets = raw("climate_emissions"), raw("climate_kyoto")
    second = targets.iso3[targets.second_change_percent.notna()]
    gases = ["co2_mt", "ghg_mt", "ghg_land_mt"]
    world = rows[rows.iso3 == "WLD"].set_index("year")[gases]
    shares = 100 * rows[rows.iso3.isin(second)].groupby("year")[gases].sum() / world
    text, span = cell(code, "s3-why"), shares.loc[2008:2012]
    for gas, year in (("ghg_mt", 2012), ("co2_mt", 2010), ("ghg_mt", 2008)):
        assert f"{shares[gas][year]:.2f}%" in text
    low, high = f"{span.min().min():.1f}", f"{span.max().max():.1f}"
    reasons = raw("bluebook_claims").set_index("claim_id")[f"reason_{code}"]
    for told in (text, reasons["BB190"]):
        assert low in told and f"{high}%" in told
    assert "reuters.com/article/2012/12/08" in text


@pytest.mark.parametrize("code", CODES)
def test_the_countries_of_the_summit_emit_most_of_the_world(code):
    asean = ["BRN", "IDN", "KHM", "LAO", "MMR", "MYS", "PHL", "SGP", "THA", "VNM"]
    members = [*asean, "AUS", "CHN", "IND", "JPN", "KOR", "NZL", "RUS", "USA"]
    rows = raw("climate_emissions").query("2010 <= year <= 2012")
    gases = ["co2_mt", "ghg_mt", "ghg_land_mt"]
    world = rows[rows.iso3 == "WLD"].set_index("year")[gases]
    shares = 100 * rows[rows.iso3.isin(members)].groupby("year")[gases].sum() / world
    text = cell(code, "s6-regions-why")
    assert str(len(members)) in text
    told = re.search(r"(\d\d)(?: to |～)(\d\d)%", text).groups()
    assert told == (f"{shares.min().min():.0f}", f"{shares.max().max():.0f}")


@pytest.mark.parametrize("code", CODES)
def test_what_only_the_government_says_is_told_as_that(code, ledger):
    documents = raw("bluebook_evidence").set_index("claim_id")
    claims = ledger.set_index("claim_id")
    text = cell(code, "s5-who-read")
    for claim in ("BB197", "BB203"):
        assert not documents.independent[[claim]].astype(bool).any() and claims.strength[claim] == "government_only"
        assert all(address in text for address in documents.url[[claim]])
    assert "BB201" not in documents.index and claims.verdict["BB201"] == "not_checkable"


def test_no_reason_says_that_the_bluebook_alone_states_it(ledger):
    for english, japanese in zip(ledger.reason_en, ledger.reason_ja, strict=True):
        assert not re.search("only the Bluebook|the Bluebook alone", english, re.IGNORECASE), english
        assert "外交青書だけ" not in japanese, japanese


@pytest.mark.parametrize(("code", "rule"), [("en", "as a rule every year"), ("ja", "原則として毎年")])
def test_words_that_were_wrong_are_gone(code, rule):
    assert rule in cell(code, "bluebook")  # in 2020 no session met
    for word in ("平年差", "約束済み"):
        assert word not in said(code), word
