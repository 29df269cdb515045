"""What the notebooks on aid and the start page say is true of the tables, and of the world outside."""

import ast
import itertools
import json
import re
import tomllib

import pytest
from lab import ROOT

from helpers import tables

LANGUAGES = ["en", "ja"]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*/*.ipynb"))


def raw(name):
    """A table as the package holds it, codes and all languages."""
    return tables.PACKAGE.frame(name)


def cells(stem, code="en"):
    notebook = json.loads((ROOT / f"notebooks/{code}/{stem}.ipynb").read_text(encoding="utf-8"))
    return {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}


def texts(code, theme="oda"):
    return tomllib.loads((ROOT / f"helpers/texts/{code}/{theme}.toml").read_text(encoding="utf-8"))


def ledger(claims):
    return raw("bluebook_claims").set_index("claim_id").loc[claims]


def guide(code):
    """The chapter of the teaching guide on aid."""
    whole = (ROOT / f"notebooks/{code}/teaching-guide.md").read_text(encoding="utf-8")
    return re.search(r"^## 01-oda\n(.*?)(?=^## )", whole, re.MULTILINE | re.DOTALL)[1]


def members():
    return raw("oda_donors").merge(raw("countries")[["iso3", "dac_2011"]], on="iso3").query("dac_2011")


# Years in first place


def test_japan_is_first_in_nine_years_and_in_eleven_without_forgiven_debt_that_was_no_aid():
    amounts = members().query("year <= 2017").pivot(index="year", columns="iso3", values="net_usd_million")
    forgiven = raw("oda_non_oda_debt").set_index("year").usd_million
    without = amounts.assign(USA=amounts.USA.sub(forgiven, fill_value=0))
    today, then = (each.index[each.idxmax(axis=1) == "JPN"] for each in (amounts, without))
    assert list(today) == [1989, *range(1993, 2001)]
    assert list(then) == [1989, *range(1991, 2001)]
    lead = amounts.USA - amounts.JPN
    assert (lead[[1991, 1992]] < forgiven[[1991, 1992]] / 3).all()  # a third of it being American is enough
    assert lead[1990] > forgiven[1990]  # and all of it is not enough in 1990


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_count_of_years_in_first_place_stands_at_the_border_of_an_option(code):
    options = texts(code)["predictions"]["major"]["options"]
    borders = {int(number) for option in options for number in re.findall(r"\d+", option)} - {10}
    assert not borders & set(range(8, 13)), options
    assert "{without}" in texts(code)["predictions"]["major"]["reveal"]


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_exercise_on_second_place_names_the_series(code):
    assert {"en": "in today's series", "ja": "現在の系列で"}[code] in cells("01-oda", code)["e2"]


# Sectors


def test_the_nine_sectors_leave_out_what_belongs_to_none():
    whole = raw("oda_sectors").groupby(["iso3", "year"]).share_percent.sum()
    assert whole["JPN", 2005] == pytest.approx(53.9, abs=0.1)
    assert whole["JPN", 2011] == pytest.approx(85.7, abs=0.1)
    assert whole["USA", 2011] == pytest.approx(70.9, abs=0.1)
    for code, share in {"en": "all bilateral", "ja": "二国間の**約束額**（commitments）の全体"}.items():
        said = cells("01-oda", code)["s10"]
        assert share in said and "86%" in said and "54%" in said


def test_no_text_takes_the_shares_of_sectors_for_shares_of_what_can_be_assigned():
    package = (ROOT / "data/datapackage.json").read_text(encoding="utf-8")
    for code in LANGUAGES:
        written = " ".join(cells("01-oda", code).values()) + json.dumps(texts(code), ensure_ascii=False) + package
        assert not re.search("assigned to a sector|allocated to a sector|分野を特定できる", written)


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_sector_that_holds_hiv_says_so_in_chart_question_and_guide(code):
    label = next(f for f in tables.PACKAGE.resources["oda_sectors"]["schema"]["fields"] if f["name"] == "sector")
    name = label["labels"]["population"][code]
    assert "HIV" in name and texts(code)["questions"]["sectors"]["options"]["population"] == name
    assert f"**{name}**" in guide(code)


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_list_of_economic_infrastructure_is_not_complete(code):
    option = texts(code)["predictions"]["sectors"]["options"]["economic_infrastructure"]
    assert option.endswith(("and others", "など）"))
    assert {"en": "among others", "ja": "通信など"}[code] in cells("01-oda", code)["s10-read"]


# Forgiven debt


@pytest.mark.parametrize("code", LANGUAGES)
def test_almost_all_of_the_bar_of_myanmar_is_old_debt(code):
    row = raw("oda_japan_recipients").query("iso3 == 'MMR' and year == 2013").iloc[0]
    rate = raw("oda_japan_yen").set_index("year").yen_per_usd[2013]
    old = row.debt_forgiveness_usd_million + 198_900 / rate
    assert round(100 * old / row.gross_usd_million) == 97
    assert (round(old), round(row.gross_usd_million)) == (5149, 5332)
    (line,) = (line for line in guide(code).splitlines() if line.startswith("| `s6-ask`"))
    assert "97%" in line and not re.search("nothing but debt|債務だけ", line)
    why = texts(code)["questions"]["debt"]["why"]
    for answer in ("half", "most"):
        assert "{old_share:.0f}%" in why[answer] and not re.search("rest was loans|大部分は貸付", why[answer])


def test_forgiven_debt_has_one_name():
    for code, other in {"en": r"[Cc]ancel", "ja": "帳消し"}.items():
        written = " ".join(cells("01-oda", code).values()) + json.dumps(texts(code), ensure_ascii=False) + guide(code)
        assert not re.search(other, written)


@pytest.mark.parametrize("code", LANGUAGES)
def test_what_is_never_taken_off_is_told_before_the_bars_of_iraq(code):
    ids = list(cells("01-oda", code))
    assert ids.index("s4-read") < ids.index("s6-chart")
    never = {"en": "never counted as aid are not taken off", "ja": "数えられていなかった債務は、差し引かれません"}
    assert never[code] in cells("01-oda", code)["s4-read"]


@pytest.mark.parametrize("code", LANGUAGES)
def test_gross_is_what_is_counted_as_paid_out(code):
    counted = {"en": "counted as paid out", "ja": "支出として数えた額"}[code]
    assert counted in cells("01-oda", code)["s1"] and counted in guide(code)
    assert counted.lower() in texts(code)["parts"]["kinds"]["in"].lower()


def test_grants_and_contributions_come_on_top_of_loans_and_repayments():
    types = raw("oda_japan_types").query("year == 2011").set_index("component")
    bilateral, all_aid = types.loc["bilateral"], types.loc["total"]
    assert round(bilateral.grants_usd_million / 1000, 1) == 8.8
    assert round(types.net_usd_million["multilateral"] / 1000, 1) == 3.9
    assert round(all_aid.net_usd_million / 1000, 1) == 11.1
    for code, wrong in {"en": "make up the difference", "ja": "その差を埋めているのは"}.items():
        assert wrong not in cells("01-oda", code)["s3-read"]


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_neighbours_of_syria_are_told_to_be_our_choice(code):
    assert {"en": "which are our choice", "ja": "この教材が選んだ国"}[code] in cells("01-oda", code)["s4-read"]


def test_contributions_to_organisations_have_one_japanese_name():
    package = (ROOT / "data/datapackage.json").read_text(encoding="utf-8")
    written = " ".join(cells("01-oda", "ja").values()) + json.dumps(texts("ja"), ensure_ascii=False) + package
    named = re.findall('国際機関(?:へ|に対する)の?(?:出資|拠出)[^、。」()（）"]{0,6}等', written)
    assert set(named) == {"国際機関に対する出資・拠出等"}


# Africa: the pledge and the growth


def test_the_two_counts_of_aid_to_africa_are_told_apart():
    told = raw("oda_pledges").query("meeting == 'ticad_iv' and kind == 'progress'").set_index("what_en").value
    regions = raw("oda_japan_regions").query("region == 'africa' and channel == 'bilateral'").set_index("year")
    oecd = regions.net_usd_million / 1000
    assert told["Assistance to Africa in 2008"] == 1.75 and round(oecd[2008], 2) == 1.57
    assert round(oecd.loc[2003:2007].mean(), 1) == 1.4 and round(oecd[2012] / 0.9, 2) == 1.92
    for code, numbers in {"en": ("1.75", "1.57"), "ja": ("17.5", "15.7")}.items():
        for said in (texts(code)["exercises"]["africa_base"]["right"], cells("01-oda", code)["s7-africa-read"]):
            assert all(number in said for number in numbers)


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_answer_of_the_government_is_reported(code):
    said = cells("01-oda", code)["s7-africa-read"]
    assert {"en": "sees the pledge as carried out", "ja": "公約を実施しているとしています"}[code] in said
    assert {"en": "on the base and on the measure", "ja": "基準と指標によって"}[code] in said


def test_pledges_are_written_in_the_units_that_japanese_counts_in():
    shown = texts("ja")["pledged"]
    assert set(shown) == set(raw("oda_pledges").unit)
    assert not re.search("10億|unit_label", json.dumps(shown, ensure_ascii=False) + cells("01-oda")["s7-africa-data"])


def test_the_choice_of_weights_alone_moves_the_mean_by_more_than_a_point():
    means = raw("oda_africa_growth_averages").set_index("weighting").growth_percent
    weights = means[["market", "ppp", "unweighted"]]
    assert round(weights.max() - weights.min(), 2) == 1.11
    for code in LANGUAGES:
        assert "{answer:.2f}" in texts(code)["predictions"]["growth"]["reveal"]
        assert 'predict("oda.predictions.growth", high - low' in cells("01-oda", code)["s8-predict"]
        assert not re.search("Two more ways|あと2つあります", cells("01-oda", code)["s8-read"])
    assert "加重平均" in cells("01-oda", "ja")["s8"]


def test_a_factor_of_two_is_checked_to_the_digit():
    assert raw("bluebook_claims").set_index("claim_id").tolerance["BB066"] == 0.05


# The ledger


def literals(node, named):
    """The values that an expression can have and that stand in the program itself, not in a table."""
    if isinstance(node, ast.Constant):
        return [str(node.value)] if re.search(r"\w", str(node.value or "")) else []
    if isinstance(node, ast.Name):
        return literals(named[node.id], {}) if node.id in named else []
    parts = {ast.IfExp: ("body", "orelse"), ast.BoolOp: ("values",), ast.List: ("elts",), ast.Tuple: ("elts",)}
    inside = [getattr(node, part) for part in parts.get(type(node), ())]
    flat = [each for part in inside for each in (part if isinstance(part, list) else [part])]
    return [value for each in flat for value in literals(each, named)]


def handed(source):
    """The claims that a cell verifies, each with the literals handed in as its result."""
    tree = ast.parse(source)
    named = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "verify"]
    for call in calls:
        results = [*call.args[1:], *(keyword.value for keyword in call.keywords)]
        yield ast.unparse(call.args[0]), [value for result in results for value in literals(result, named)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_check_is_handed_its_result_as_a_literal(path):
    code = [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
    for cell in code:
        for claim, written in handed("".join(cell["source"])):
            assert not written, f"{cell['id']}: {claim} is handed {written}"


def test_a_literal_is_found_where_it_hides():
    for hidden in ('"2012-05"', '"2012-05" if total > 5 else ""', "day", "[5, 6]"):
        assert list(handed(f'day = "2012-05"\nverify("BB056", {hidden})'))[0][1]
    assert list(handed('verify("BB270", [code for code in first if code == "JPN"])'))[0][1] == []


def test_the_pledge_for_iraq_is_an_amount_against_an_amount_and_its_date_rests_on_documents():
    row = raw("bluebook_claims").set_index("claim_id").loc["BB056"]
    values = raw("bluebook_claims").set_index("claim_id").value
    assert float(row.computed_value) == float(values["BB057"]) + float(values["BB058"]) == 5780
    assert row.value == values["BB060"] == "5000"
    assert (row.verdict, row.basis, row.strength) == ("matches", "document", "government_only")


def test_no_match_rests_on_a_count_of_what_the_text_lists():
    listed = ledger(raw("bluebook_items").claim_id.unique())
    matches = listed[listed.verdict == "matches"]
    supported = raw("bluebook_evidence").query("relation == 'supports'").claim_id
    assert len(matches) and len(listed) > len(matches)
    assert not [
        row.Index for row in matches.itertuples() if row.basis == "arithmetic" or row.strength == "self_consistent"
    ]
    assert set(matches.index[matches.basis == "document"]) <= set(supported)
    assert (
        set(ledger(["BB010", "BB038"]).verdict) == {"not_checkable"} and ledger(["BB052"]).verdict.item() == "matches"
    )


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_reason_for_the_amount_to_asia_names_the_edition(code):
    then = raw("oda_vintages").query("iso3 == 'JPN' and year == 2011 and vintage == 'final_at_the_time'")
    then = then.set_index("measure").value_usd_million
    now = raw("oda_japan_types").query("year == 2011").set_index("component").net_usd_million
    raised = [100 * (now[new] / then[old] - 1) for new, old in (("total", "net"), ("bilateral", "bilateral_net"))]
    row = ledger(["BB035"]).iloc[0]
    assert row.verdict == "not_checkable"
    for said in (row[f"reason_{code}"], cells("01-oda", code)["s5-why"]):
        assert all(f"{percent:.1f}%" in said for percent in raised) and "2013" in said


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_reason_for_the_growth_names_the_range_and_the_mean_that_fits(code):
    means = raw("oda_africa_growth_averages").set_index("weighting").growth_percent
    ours = means.drop("imf_ppp")
    row = ledger(["BB063"]).iloc[0]
    assert row.verdict == "matches" and len(ours) == 4
    assert all(f"{mean:.2f}%" in row[f"reason_{code}"] for mean in (means.imf_ppp, ours.min(), ours.max()))


def test_members_of_2011_have_a_source_other_than_the_document_that_is_checked():
    countries = tables.PACKAGE.resources["countries"]
    assert raw("countries").dac_2011.sum() == 23
    (member,) = (field for field in countries["schema"]["fields"] if field["name"] == "dac_2011")
    assert "Bluebook" not in member["description"]
    assert "OECD" in {source["publisher"] for source in countries["sources"]}


def test_reasons_name_what_others_counted():
    reasons = raw("bluebook_claims").set_index("claim_id").reason_en
    named = {"BB013": "UNHCR", "BB033": "Korea", "BB049": "4,051", "BB055": "UN agencies", "BB060": "Iraq Inquiry"}
    assert all(word in reasons[claim] for claim, word in named.items())


def test_romania_is_an_associate():
    assert "associate" in tables.PACKAGE.resources["oda_donors_2025"]["description"]
    rows = raw("oda_donors_2025").set_index("iso3").grant_equivalent_usd_million
    assert rows["_DAC"] == pytest.approx(rows.drop("_DAC").sum(), abs=0.1) and len(rows) == 34


# Words and counts of the sections


@pytest.mark.parametrize("code", LANGUAGES)
def test_nine_donors_of_2011_were_no_members(code):
    rows = raw("oda_donors").query("year == 2011").merge(raw("countries")[["iso3", "dac_2011"]], on="iso3")
    assert (~rows.dac_2011).sum() == 9
    assert {"en": "The nine countries", "ja": "新しく現れる9か国"}[code] in cells("01-oda", code)["s1-read"]


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_objectives_name_as_many_measures_as_the_chart_has(code):
    named = {"en": "five measures", "ja": "5つの指標"}[code]
    assert len(texts(code)["ranking"]["measures"]) == 5
    assert named in cells("01-oda", code)["objectives"] and named in guide(code)


@pytest.mark.parametrize("code", LANGUAGES)
def test_what_decides_the_claims_is_counted(code):
    aid = raw("bluebook_claims").query("theme == 'oda'")
    kinds = aid.basis.replace({"listing": "data", "arithmetic": "none"}).value_counts()
    said = cells("01-oda", code)["bluebook"]
    counts = {
        "en": "Tables of data decide {data} of them and documents {document}; the other {none} are not checkable",
        "ja": "{data}件はデータの表で、{document}件は資料で判定しています。残りの{none}件は確認不能",
    }
    assert counts[code].format(**kinds) in said and {"en": "overview", "ja": "概観"}[code] in said
    computed = (aid.checkable != "quoted").sum()
    assert {"en": f"compute or count {computed} figures", "ja": f"{computed}件の値を計算"}[code] in said
    assert {"en": f"all {len(aid)} figures", "ja": f"全部で{len(aid)}件"}[code] in said


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_key_points_count_the_verdicts(code):
    aid = raw("bluebook_claims").query("theme == 'oda'")
    counts = aid.verdict.value_counts().to_dict()
    alone = aid[aid.strength == "government_only"]
    counts |= {"all": len(aid), "alone": (alone.verdict == "matches").sum()}
    counts |= {"papers": (aid.basis == "document").sum(), "state": (alone.basis == "document").sum()}
    told = {
        "en": [
            "Of the {all} claims {matches} match, {revised} have been revised, {differs} differs",
            "{disputed} is disputed and {not_checkable} are not checkable",
            "Of the {matches} matches, {alone} have the government's word only",
            "of {papers} such claims, {state} have documents of the government's side only",
        ],
        "ja": [
            "{all}件の記述のうち、一致は{matches}件、その後改定は{revised}件、相違は{differs}件",
            "資料が分かれるものは{disputed}件、確認不能は{not_checkable}件",
            "一致の{matches}件のうち{alone}件は、政府側の資料だけ",
            "資料による{papers}件のうち、{state}件は政府側の資料だけ",
        ],
    }
    said = cells("01-oda", code)["key-points"]
    assert not [part for part in told[code] if part.format(**counts) not in said]


# Who says so

LESSON = ["s11", "s11-site-read", "s11-publisher", "s11-count", "s11-ledger"]


def spoken(claim, relation):
    return raw("bluebook_evidence").query("claim_id == @claim and relation == @relation")


def test_the_two_months_of_the_site_come_from_the_side_of_the_government():
    assert ledger(["BB081"]).verdict.item() == "disputed"
    (paper,), (page,) = (spoken("BB081", relation).to_dict("records") for relation in ("supports", "contradicts"))
    assert (paper["found_value"], page["found_value"]) == ("2011-04", "2010-10")
    assert "Ministry of Foreign Affairs" in paper["publisher_en"] and "JICA" in page["publisher_en"]
    assert not any(str(document["independent"]) in ("True", "true") for document in (paper, page))
    assert paper["date"] == "2013-03" and page["date"] != page["date"]  # no date


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_pledge_has_an_upper_limit_in_a_document_and_none_in_the_claim(code):
    words = {"en": "up to", "ja": "最大"}[code]
    report = spoken("BB060", "supports").set_index("publisher_en").loc["The Iraq Inquiry (United Kingdom)"]
    assert words in report[f"statement_{code}"] and words not in ledger(["BB060"])[f"text_{code}"].item()
    assert words in texts(code)["questions"]["voices"]["options"]["limit"]


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_loans_at_the_publisher_are_added_up(code):
    row, said = ledger(["BB058"]).iloc[0], cells("01-oda", code)["s11-publisher"]
    assert row.verdict == "not_checkable" and "3.28" in row.reason_en and "4.03, not 4.11" in row.reason_en
    assert float(row.value) == 4110 and round(3.28 + 0.75, 2) == 4.03
    sums = {
        "en": ["3.28 billion + 0.75 billion = 4.03 billion", "4.11"],
        "ja": ["32.8億ドル＋7.5億ドル＝40.3億ドル", "41.1億"],
    }[code]
    assert all(number in said and number in guide(code) for number in sums)


def test_the_lesson_on_who_says_so_is_short():
    lesson = " ".join(said for name, said in cells("01-oda").items() if name in LESSON)
    assert len(LESSON) == 5 and len(re.sub(r"\(http\S+\)", "", lesson).split()) <= 400


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_value_of_1999_is_told_as_it_was_first_published(code):
    value = raw("oda_donors").query("iso3 == 'JPN' and year == 1999").net_usd_million.item()
    said = cells("01-oda", code)["s2-read"]
    first, today = {"en": ("15.32", f"{value / 1000:.2f}"), "ja": ("153.2", f"{value / 100:.1f}")}[code]
    assert first in said and today in said and "OECD" in said


@pytest.mark.parametrize("code", LANGUAGES)
def test_one_setting_of_the_puzzle_meets_both_conditions(code):
    rows = raw("oda_japan_recipients").query("year == 2011")
    groups = rows.groupby(rows.region.mask(rows.iso3 == "AFG", "afghanistan"))[["net_usd_million", "gross_usd_million"]]
    amounts = groups.sum()
    boxes = [name for name in texts(code)["puzzle"]["controls"] if name not in ("measure", "denominator")]
    then = raw("oda_vintages").query("iso3 == 'JPN' and year == 2011 and vintage == 'final_at_the_time'")
    then = then.set_index("measure").value_usd_million
    now = raw("oda_japan_types").query("year == 2011 and component in ['total', 'bilateral']")
    totals = [then["net"], then["bilateral_net"], *now.net_usd_million, *now.gross_usd_million]
    assert len(totals) == len(texts(code)["puzzle"]["denominators"])
    met = [
        (ticked, measure, total)
        for size in range(1, len(boxes) + 1)
        for ticked in itertools.combinations(boxes, size)
        for measure in amounts
        for total in totals
        if abs((amount := amounts.loc[list(ticked), measure].sum()) / 1000 - 1.37) <= 0.01
        and abs(100 * amount / total - 21) <= 0.5
    ]
    east = ("south_asia", "east_asia", "southeast_asia", "central_asia")
    assert met == [(east, "net_usd_million", then["bilateral_net"])]
    for condition in {"en": ("within 0.01 billion", "within 0.5"), "ja": ("0.1億ドル以内", "0.5ポイント以内")}[code]:
        assert condition in cells("01-oda", code)["s5-read"]


@pytest.mark.parametrize("code", LANGUAGES)
def test_bilateral_is_explained_on_the_shortest_route(code):
    assert {"en": "**Bilateral** (二国間)", "ja": "**二国間**（bilateral）"}[code] in cells("01-oda", code)["s5"]
    plan = re.search(r"01-oda (?:in 20 minutes|20分)\n(.*?)\n### ", guide(code), re.DOTALL)[1]
    rows = re.findall(r"^\| (\d+) \|.*\| ([^|]+) \|$", plan, re.MULTILINE)
    assert "`s5-read`" in plan and sum(int(minutes) for minutes, _ in rows) == 20


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_rank_by_the_new_measure_stands_beside_the_rank_by_the_old(code):
    rows = raw("oda_donors").query("year == 2024").set_index("iso3")
    ranks = rows[["net_percent_gni", "grant_equivalent_percent_gni"]].rank(ascending=False).loc["JPN"]
    assert ranks.tolist() == [14, 13] and len(rows) == 32
    said = cells("01-oda", code)["s12-read"]
    named = {"en": ["13th of 32", "14th in 2024", "membership of 2025", "from 23 to 32"]}
    named["ja"] = ["32か国中13位", "14位", "2025年の加盟国", "23から32に"]
    assert all(part in said for part in named[code])


def test_words_of_programmers_and_old_wordings_are_gone():
    for path in NOTEBOOKS:
        written = path.read_text(encoding="utf-8")
        assert not re.search("in plain pandas|the cell fails|returns to civilian rule", written), path
    japanese = [" ".join(cells(stem, "ja").values()) for stem in ("00-start", "01-oda")]
    everything = " ".join([*japanese, json.dumps(texts("ja"), ensure_ascii=False), guide("ja")])
    everything += (ROOT / "data/glossary.csv").read_text(encoding="utf-8")
    old = ["公表段階", "もとにした全体", "半ポイント", "1ポイントの半分", "の輪", "輪で", "政府が贈与する、または"]
    old += ["図に見えていることを伝えます", "誤りだと示すことも", "緊急事態に援助が向けられた"]
    old += ["百万ドルと十億ドルを混ぜて", "何十年分もの貸付が1年の間に"]
    assert not [words for words in old if words in everything]
    claims = ledger(["BB020", "BB040"])
    assert "本格再開" in claims.text_ja["BB020"] and "civilian rule" not in claims.text_en["BB040"]


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_exercise_on_concentration_names_the_third_country(code):
    top = raw("oda_japan_recipients").query("year == 2011").nlargest(3, "gross_usd_million").iloc[-1]
    assert top.iso3 == "COD" and round(100 * top.debt_forgiveness_usd_million / top.gross_usd_million) == 92
    assert "92%" in texts(code)["exercises"]["top_five"]["right"]


# The start page


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_start_page_ends_with_the_corrections(code):
    *_, said, shown = cells("00-start", code).items()
    assert said[1].startswith({"en": "## Corrections", "ja": "## 訂正の記録"}[code]) and shown[1] == "corrections()"
    assert "/issues" in said[1]


@pytest.mark.parametrize("code", LANGUAGES)
def test_ninety_minutes_are_the_route_of_a_notebook(code):
    assert {"en": "by its 90-minute route", "ja": "90分の進め方に沿って"}[code] in cells("00-start", code)["routes"]
