"""The ledger is shown in full, and a verdict stands only as long as the data support it."""

import ast
import re
from html import escape, unescape

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from conftest import NOTEBOOKS

import helpers
from helpers import language
from helpers.ledger import claims, recorded_as, verify
from helpers.markup import PLAIN
from helpers.start import corrections, scoreboard
from helpers.tables import labels, load

HOSTILE = "<img src=x onerror=alert(1)>"
PRINTED = set(load("bluebook_outline").url.dropna())  # where the claims stand, which supports none of them


@pytest.fixture
def ledger(monkeypatch):
    """Change cells of a row of the ledger for one test."""

    def change(claim, **cells):
        changed = load("bluebook_claims")
        for column, value in cells.items():
            changed.loc[changed.claim_id == claim, column] = value
        monkeypatch.setattr(helpers.ledger, "load", lambda name: changed if name == "bluebook_claims" else load(name))

    return change


def table(shown):
    """The cells of the first line of a table, and of the others."""
    lines = re.findall(r"<tr>(.*?)</tr>", shown._repr_html_())
    head, *body = [[unescape(re.sub("<.*?>", "", cell)) for cell in re.split("</t[hd]>", line)[:-1]] for line in lines]
    return head, body


# verify


def recorded(claim):
    """What the ledger holds of a claim, with today's figure and that of the time as numbers."""
    row = load("bluebook_claims").set_index("claim_id").loc[claim]
    return row, float(row.computed_value), float(row.value_then)


def test_a_card_shows_the_figure_of_the_bluebook_ours_and_the_verdict():
    row, now, then = recorded("BB026")
    card = verify("BB026", now, then)._repr_html_()
    figures = [f"{figure:,.2f}".rstrip("0").rstrip(".") for figure in (10830, now, then, now - 10830)]
    for part in ("BB026", *figures, row.verdict_label):
        assert part in card


def test_country_codes_are_shown_as_names():
    card = verify("BB027", pd.Series(["USA", "DEU", "GBR", "FRA"]))._repr_html_()
    assert "United States, Germany, United Kingdom, France" in card


@pytest.mark.parametrize("value", [6, 4.4, "5th", None, float("nan")])
def test_a_result_that_is_not_the_recorded_one_is_an_error_that_says_what_to_do(value):
    with pytest.raises(AssertionError, match=r"BB028: the ledger records 5.*data/bluebook/claims.csv.*helpers record"):
        verify("BB028", value)


WRONG = {
    "a match that does not match": ("BB028", {"value": "4"}, (5,)),
    "a difference that is none": ("BB028", {"verdict": "differs"}, (5,)),
    "a revision of a figure that was never right": ("BB026", {}, 2 * recorded("BB026")[1:2]),
    "a revision without the figure of the time": ("BB026", {}, recorded("BB026")[1:2]),
    "a revision of a figure that still holds": ("BB028", {"verdict": "revised"}, (5, 5)),
    "a check of what cannot be checked": ("BB028", {"verdict": "not_checkable"}, (5,)),
    "a check without a verdict": ("BB028", {"verdict": None}, (5,)),
    "another country": ("BB027", {"value": "USA; DEU; GBR; ITA"}, (["USA", "DEU", "GBR", "FRA"],)),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_verdict_that_does_not_follow_is_an_error(case, ledger):
    claim, cells, figures = WRONG[case]
    ledger(claim, **cells)
    with pytest.raises(AssertionError, match=f"{claim}: the verdict"):
        verify(claim, *figures)


@pytest.mark.parametrize(("written", "meant"), [("BB28", "BB028"), ("bb 28", "BB028"), ("BB999", "BB")])
def test_an_unknown_claim_names_the_last_and_what_may_be_meant(written, meant):
    with pytest.raises(KeyError, match=rf"no claim {written}\. .* to BB276; nearest: {meant}"):
        verify(written, 5)


@pytest.mark.parametrize("column", ["text", "reason", "value", "computed_value", "unit_label", "verdict_label"])
def test_markup_in_the_ledger_is_not_run(column, ledger):
    ledger("BB028", **{"verdict": "differs", "value": "4", column: HOSTILE})
    value = HOSTILE if column == "computed_value" else 5
    for shown in (claims("oda"), verify("BB028", value)):
        assert "<img" not in shown._repr_html_()


# claims and scoreboard


def listed(**chosen):
    return [row[0] for row in table(claims(**chosen))[1]]


def test_the_ledger_is_filtered_by_theme_section_and_verdict():
    rows = load("bluebook_claims")
    assert listed() == list(rows.claim_id)
    assert listed(theme="polar") == list(rows[rows.theme == "polar"].claim_id)
    assert listed(verdict="revised") == list(rows[rows.verdict == "revised"].claim_id)
    both = rows[(rows.theme == "oda") & (rows.verdict == "matches")]
    assert listed(theme="oda", verdict="matches") == list(both.claim_id)
    assert claims("oda")._repr_html_().count(f"{(rows.theme == 'oda').sum()} claims") == 2


def test_a_section_includes_its_subsections_and_no_other(ledger):
    rows = load("bluebook_claims")
    inside = rows[rows.section_id.str.match(r"1\.2(\.|$)")]
    assert listed(section="1.2") == list(inside.claim_id)
    ledger("BB028", section_id="1.20")
    assert "BB028" not in listed(section="1.2") and listed(section="1.20") == ["BB028"]


def test_the_scoreboard_counts_every_claim_of_the_ledger_once():
    rows = load("bluebook_claims")
    (_, *heads), body = table(scoreboard())
    for label, *counts in body:
        mine = rows if label == heads[-1] else rows[rows.theme_label == label]
        expected = mine.verdict_label.fillna("not checked yet").value_counts().to_dict() | {"All claims": len(mine)}
        assert {head: int(count) for head, count in zip(heads, counts, strict=True) if count != "0"} == expected
    assert [row[0] for row in body] == [*labels("bluebook_claims", "theme").values(), "All claims"]


@pytest.mark.parametrize("by", ["strength", "basis"])
def test_the_scoreboard_counts_by_what_stands_behind_a_verdict(by):
    rows = load("bluebook_claims")
    (_, *heads), body = table(scoreboard(by))
    for label, *counts in body[:-1]:
        mine = rows[rows[f"{by}_label"] == label].verdict_label.value_counts().to_dict()
        assert {head: int(n) for head, n in zip(heads[:-1], counts, strict=False) if n != "0"} == mine


# Evidence on cards and in the ledger


def card(claim):
    row = load("bluebook_claims").set_index("claim_id").loc[claim]
    return BeautifulSoup(helpers.ledger._card(claim, row, row.computed_value, None), "html.parser")


def test_a_card_is_an_article_named_by_its_claim_with_a_heading_terms_and_a_list():
    shown = card("BB036").article
    assert shown["aria-label"] == shown.h3.get_text() == load("bluebook_claims").set_index("claim_id").text["BB036"]
    assert [tag.name for tag in shown.find_all(["h3", "dl", "p", "ul"])] == ["h3", "dl", "p", "p", "ul"]
    assert shown.get_text().endswith("BB036")


def test_every_card_has_the_addresses_of_its_documents_and_a_dispute_shows_both_sides():
    rows, evidence = load("bluebook_claims"), load("bluebook_evidence")
    for row in rows.itertuples():
        found = {link["href"] for link in card(row.claim_id).find_all("a", target="_blank", rel="noopener")} - PRINTED
        mine = evidence[evidence.claim_id == row.claim_id]
        assert len(found & set(mine.url)) >= min(2, mine.url.nunique()), row.claim_id
        assert found or row.verdict == "not_checkable", row.claim_id
        if row.verdict == "disputed":
            assert set(mine[mine.url.isin(found)].relation) >= {"supports", "contradicts"}, row.claim_id


def test_what_only_repeats_a_list_or_a_year_is_one_line_and_nothing_else_is():
    folded = {claim for claim in load("bluebook_claims").claim_id if card(claim).details}
    assert {"BB001", "BB133", "BB140"} <= folded
    assert not folded & {"BB028", "BB036", "BB026", "BB171", "BB010"}


def test_every_row_with_a_verdict_leads_to_a_source():
    body = BeautifulSoup(claims()._repr_html_(), "html.parser").tbody
    for row in body.find_all("tr"):
        grey = row.find(attrs={"data-part": "verdict"}).get_text() == "not checkable"
        led = {link["href"] for link in row.find_all("a", href=re.compile("^http"), target="_blank")} - PRINTED
        assert grey or led, row.td


@pytest.mark.parametrize("code", ["en", "ja"])
def test_a_section_leads_to_the_page_that_has_it_and_to_none_where_none_is_known(code):
    known = load("bluebook_outline").set_index("section_id").url.dropna()
    with language.speaking(code):
        body = BeautifulSoup(claims()._repr_html_(), "html.parser").tbody
        told = language.text("common.claims.original")
        cards = {claim: card(claim) for claim in load("bluebook_claims").claim_id}
    for row, line in zip(load("bluebook_claims").itertuples(), body.find_all("tr"), strict=True):
        expected = [known[row.section_id]] if row.section_id in known else []
        for shown in (line.find_all("td")[1], cards[row.claim_id].find_all("small")[-1]):
            assert [link["href"] for link in shown.find_all("a")] == expected, row.claim_id
            assert shown.get_text().removesuffix(f" · {row.claim_id}").endswith(row.section_id)
            assert all(link["title"] == told for link in shown.find_all("a"))


def test_only_pages_of_the_edition_of_2013_that_were_seen_are_named():
    parts = load("bluebook_outline")
    site = "https://www.mofa.go.jp/mofaj/gaiko/bluebook/2013/html/"
    seen = {"2": f"{site}chapter3/chapter3_02_02.html", "3": f"{site}txt/chapter3_02_03.txt"}
    for part in parts.itertuples():
        expected = seen.get(part.section_id.split(".")[0]) if part.kind == "section" else None
        assert (part.url if isinstance(part.url, str) else None) == expected, part.section_id


def test_the_ledger_is_filtered_by_basis_and_strength():
    rows = load("bluebook_claims")
    assert listed(strength="government_only") == list(rows[rows.strength == "government_only"].claim_id)
    assert listed(basis="listing", theme="mdgs") == list(rows.query("basis == 'listing' and theme == 'mdgs'").claim_id)


@pytest.mark.browser
def test_the_search_and_the_menus_of_a_ledger_leave_the_rows_that_fit(chromium):
    page = chromium.new_page()
    page.set_content(claims("oda")._repr_html_())
    rows = load("bluebook_claims").query("theme == 'oda'")

    def left():
        return page.locator("tbody tr:visible").count()

    assert left() == len(rows)
    page.get_by_label("Verdict").select_option("matches")
    assert left() == (rows.verdict == "matches").sum()
    page.get_by_label("Who says so").select_option("government only")
    assert left() == rows.eval("verdict == 'matches' and strength == 'government_only'").sum()
    page.get_by_label("Search").fill("no such word")
    assert left() == 0 and page.locator("output").text_content() == f"0 of {len(rows)} claims"
    page.close()


# The notebooks


@pytest.mark.parametrize("code", language.languages())
def test_the_claims_with_a_verdict_from_data_are_those_that_a_notebook_recomputes(runs, code):
    mine = [run for run in runs if run.language == code]
    themes = {run.path.stem.partition("-")[2] for run in mine}
    rows = load("bluebook_claims")
    checkable = rows[rows.theme.isin(themes) & (rows.checkable != "quoted")]
    assert {claim for run in mine for claim in run.verified} == set(checkable.claim_id)


def test_every_verdict_from_data_belongs_to_a_theme_with_a_notebook(runs):
    rows = load("bluebook_claims")
    judged = rows[rows.verdict.isin(["matches", "revised", "differs"])]
    assert set(judged.theme) <= {run.path.stem.partition("-")[2] for run in runs}


# Corrections


def test_the_corrections_show_what_stood_what_stands_and_why():
    shown = corrections()._repr_html_()
    rows = load("corrections")
    assert shown.count("<li>") == len(rows)
    for row in rows.itertuples():
        assert all(escape(part) in shown for part in (row.date, row.place, row.stood, row.stands, row.why, row.found))


def test_the_newest_correction_comes_first():
    days = re.findall(r"<li><small>(\d{4}-\d{2}-\d{2})", corrections()._repr_html_())
    assert days == sorted(days, reverse=True)


# Cells


def verified():
    """Every call of `verify` in the notebooks, with its place."""
    for path in NOTEBOOKS:
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                for node in ast.walk(ast.parse(cell.source)):
                    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "verify":
                        yield f"{path.parent.name}/{path.stem} {cell.id}", node


def test_no_result_is_spelled_as_the_ledger_spells_it():
    """A result is a number, a date, a list, a range or a truth, never an f-string or the ledger's own words."""
    wrong, own = [], []
    for place, call in verified():
        results = [*call.args[1:], *(keyword.value for keyword in call.keywords)]
        for part in [part for result in results for part in ast.walk(result)]:
            spelled = isinstance(part, ast.JoinedStr) or getattr(getattr(part, "func", None), "attr", "") == "join"
            if spelled or (isinstance(part, ast.IfExp) and "claim[" in ast.unparse(part)):
                wrong.append(f"{place}: {ast.unparse(call)}")
        name = getattr(call.args[0], "value", None)
        own += [place for result in results if f"claim['{name}']" in ast.unparse(result)]
    assert wrong == [] and own == []


@pytest.mark.parametrize(
    ("result", "recorded"),
    [
        ({"value": 5}, 5),
        ({"value": [2015, None]}, "2015; –"),
        ({"value": pd.Series(["USA", "DEU"])}, "USA; DEU"),
        ({"between": (192_000_000.0, 260_000_000.0)}, "192000000..260000000"),
        ({"between": (74.0, 95.5)}, "74..95.5"),
        ({"holds": True}, "true"),
        ({"holds": False}, "false"),
        ({"value": pd.Period(year=2013, month=1, freq="M")}, "2013-01"),
    ],
)
def test_a_result_has_one_form_in_the_ledger(result, recorded):
    between = result.get("between")
    assert recorded_as(result.get("value") if between is None else between, result.get("holds")) == recorded


def test_what_holds_matches_and_what_does_not_is_drift(ledger):
    assert "as the claim says" in verify("BB248", holds=True)._repr_html_()
    with pytest.raises(AssertionError, match="records true, but this computation gives false"):
        verify("BB248", holds=False)


def test_a_range_is_shown_with_both_ends_and_its_unit():
    shown = verify("BB117", between=(192_000_000, 260_000_000))._repr_html_()
    assert "192,000,000–260,000,000 persons" in shown


def test_where_nothing_but_text_is_shown_a_list_of_claims_is_its_words():
    caption, heads, first, *_ = repr(claims(section="1.1")).split("\n")
    assert caption == "16 claims" and heads.startswith("No. · Section · Claim")
    assert first.startswith("BB010 · 1.1 · Strategic aims") and "not checkable · a calculation" in first
    assert len(repr(claims())) == PLAIN
