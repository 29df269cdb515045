"""The notebook on a claim of one's own never judges, its templates give the figures of the ledger, its advice helps."""

import contextlib
import functools
import html
import io
import re

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from conftest import NOTEBOOKS

from helpers import language, tables
from helpers.commands.notebooks import evaluate
from helpers.explorer import Explorer
from helpers.language import text, texts
from helpers.ledger import COMPUTED
from helpers.palette import VERDICTS
from helpers.plans import plan_for
from helpers.tables import load

LEDGER = load("bluebook_claims").merge(load("bluebook_templates"), how="left").set_index("claim_id")
OFFERED = list(LEDGER.index[LEDGER.template != "none"])
OTHERS = list(LEDGER.index[LEDGER.template == "none"])
EDITIONS = {path.parent.name: path for path in NOTEBOOKS if path.stem == "90-project"}
KINDS = ["figure", "share", "change", "rank", "count", "date"]

pytestmark = pytest.mark.slow
each_edition = pytest.mark.parametrize("code", EDITIONS)


@functools.cache
def cells(code):
    return [cell for cell in nbformat.read(EDITIONS[code], as_version=4).cells if cell.cell_type == "code"]


def run(code, theme="oda", claim="BB032", plan=None, **changed):
    """Run all cells as a learner who changed these: what each cell printed, gave and showed, by its id.

    Parameters
    ----------
    plan : dict, optional
        In place of the plan of the example.
    **changed : str
        Other pieces of code, by the id of their cell with ``_`` for ``-``.
    """
    seen, namespace = {}, {"__name__": "__main__"}
    for cell in cells(code):
        program = cell.source.replace('theme = "oda"', f"theme = {theme!r}")
        program = program.replace('my_claim = "BB032"', f"my_claim = {claim!r}")
        if cell.id == "s3-plan" and plan is not None:
            program = f"plan = {plan!r}"
        program = changed.get(cell.id.replace("-", "_"), program)
        printed, shown = io.StringIO(), []
        namespace["display"] = lambda *values, shown=shown: shown.extend(values)
        with contextlib.redirect_stdout(printed):
            result = evaluate(program, namespace)
        seen[cell.id] = (printed.getvalue().strip(), result, shown)
    return seen, namespace


def advice(key, **values):
    return text(f"project.advice.{key}", **values)


def filled(claim):
    """Our plan for a claim, as a learner would write it."""
    years = ("year", "since")
    return {part: int(value) if part in years and value != "" else value for part, value in plan_for(claim).items()}


def own_verdict(claim, code):
    """The cell of the verdict, filled in."""
    entries = f'"claim": "{claim}", "verdict": "{code}", "reason": "my reason"'
    return f"verdict = {{{entries}}}\njudged = attempt(write_up, claim, verdict)"


def source(code, cell, old="", new=""):
    """The code of a cell with something replaced."""
    return next(one.source for one in cells(code) if one.id == cell).replace(old, new)


def recorded(value, held):
    """Whether a computed value is one that the ledger holds, to its digits; a date may be more or less exact."""
    if not isinstance(held, str):
        return False
    try:
        digits = len(held.partition(".")[2])
        return abs(float(value) - float(held)) <= 0.5 * 10**-digits * (1 + 1e-9)
    except ValueError:
        return held.startswith(str(value)) or str(value).startswith(held)


# The table of templates


def test_every_claim_of_the_ledger_has_a_template_or_a_reason():
    assert LEDGER.template.notna().all()
    assert (LEDGER.why.notna() == (LEDGER.template == "none")).all()
    assert LEDGER.loc[OTHERS, ["table", "column", "rows", "group", "country", "whole"]].isna().all(axis=None)


def test_at_least_eighty_claims_fit_a_template_and_every_template_has_some():
    assert len(OFFERED) >= 80
    assert set(LEDGER.template) == {*KINDS, "none"}


def test_a_share_names_its_whole_in_both_languages():
    shares = LEDGER.template == "share"
    for code in EDITIONS:
        language.use(code)
        assert (load("bluebook_templates").set_index("claim_id").whole.notna() == shares).all()


def test_what_is_filled_in_does_not_depend_on_the_language():
    """Names of columns, never a text that another edition has in other words."""
    for claim in OFFERED:
        plan = plan_for(claim)
        fields = {field["name"]: field for field in tables.PACKAGE.resources[plan["table"]]["schema"]["fields"]}
        for name in re.findall(r"(?<!')\b[a-z]\w+\b(?!')", re.sub(r"'[^']*'", "", f"{plan['column']} {plan['rows']}")):
            assert name in fields or name in ("and", "or", "in", "not", "str", "contains", "notna"), (claim, name)


# Choosing another claim


@each_edition
def test_the_example_runs_through_all_steps(code):
    seen, names = run(code)
    assert recorded(names["computed"], LEDGER.computed_value["BB032"])
    assert isinstance(seen["s4-chart"][1], Explorer)
    assert seen["s3-compare"][1].loc[texts("project.compare.agrees")].item() is True
    assert names["verdict"]["verdict"] == LEDGER.verdict["BB032"] and seen["s5-verdict"][0].startswith("BB032")


@each_edition
@pytest.mark.parametrize("theme", tables.labels("bluebook_claims", "theme"))
def test_changing_theme_and_claim_alone_never_gives_a_figure_a_verdict_or_a_conclusion(theme, code):
    """For every claim of the theme, also those that no template fits: each cell says what is still to be done."""
    for claim in LEDGER.index[(LEDGER.theme == theme) & (LEDGER.index != "BB032")]:
        seen, names = run(code, theme, claim)
        assert names["computed"] is None and names["mine"] is None and names["judged"] is None
        assert seen["s3-figure"][0] == advice("other_plan", claim=claim, other="BB032")
        assert seen["s3-compare"][0] == seen["s4-table"][0] == advice("no_figure")
        assert seen["s4-chart"][0] == advice("no_table")
        assert seen["s5-verdict"][0] == advice("other_verdict", claim=claim, other="BB032")
        assert seen["s6-compare"] == ("", None, [])
        for cell in ("s3-figure", "s3-compare", "s4-table", "s4-chart", "s5-verdict"):
            assert seen[cell][1] is None and seen[cell][2] == [], (claim, cell)


@each_edition
def test_changing_the_theme_alone_asks_for_a_claim_of_it(code):
    seen, names = run(code, "climate")
    assert names["claim"] is None and "BB032" in seen["s1-claim"][0]
    for cell in ("s3-template", "s3-figure", "s3-compare", "s5-verdict"):
        assert seen[cell] == (advice("no_claim"), None, []), cell


@each_edition
def test_the_lists_name_the_template_or_the_reason_and_no_verdict(code):
    for theme in tables.labels("bluebook_claims", "theme"):
        fitting, others = map(read_list, run(code, theme)[0]["s1-list"][2])
        mine = LEDGER[LEDGER.theme == theme]
        for shown, claims, column in ((fitting, OFFERED, "template"), (others, OTHERS, "why")):
            heads, rows = shown
            told = [tables.title("bluebook_claims", name) for name in ("claim_id", "text", "value")]
            assert heads == [*told, tables.title("bluebook_templates", column)]
            assert [row[0] for row in rows] == [claim for claim in mine.index if claim in claims]
            assert {row[3] for row in rows} <= set(tables.labels("bluebook_templates", column).values())


def read_list(shown):
    """Heads and rows of a table that a cell shows."""
    heads, *rows = (
        [cell.get_text() for cell in row.find_all(["th", "td"])]
        for row in BeautifulSoup(shown.markup, "html.parser").find_all("tr")
    )
    return heads, rows


@each_edition
def test_what_is_shown_of_claims_and_tables_has_words_for_names_of_columns(code):
    seen, names = run(code, s6_compare=source(code, "s6-compare", "finished = False", "finished = True"))
    single, (theirs, ours, *_) = seen["s1-claim"][2], seen["s6-compare"][2]
    for shown in (*single, theirs, ours):
        heads, rows = read_list(shown)
        assert heads == [tables.title("bluebook_claims", "claim_id"), "BB032"]
        assert len(rows) >= 4 and not [row for row in rows if "_" in row[0]]
    heads, rows = read_list(seen["s2-table"][1])
    donors = tables.load("oda_donors")
    assert heads == list(texts("project.columns").values()) and [row[0] for row in rows] == list(donors)
    said = {row[0]: row[1:] for row in rows}
    assert said["net_usd_million"][0].startswith(tables.title("oda_donors", "net_usd_million"))
    assert tables.unit("oda_donors", "net_usd_million") in said["net_usd_million"][0]
    assert said["iso3"][1] == text("common.claims.between").join(donors.iso3.tail(3))


@each_edition
def test_the_empty_plan_asks_for_all_that_the_template_needs(code):
    for kind in KINDS:
        claim = next(claim for claim in OFFERED if LEDGER.template[claim] == kind and claim != "BB032")
        printed = run(code, LEDGER.theme[claim], claim)[0]["s3-template"][0]
        blank = evaluate(printed + "\nplan", {})
        assert blank["claim"] == claim and blank["template"] == kind
        ours = {part for part, value in plan_for(claim).items() if value != ""}
        assert ours <= set(blank) and blank["table"] is ...
        unfilled = run(code, LEDGER.theme[claim], claim, blank)[0]["s3-figure"][0]
        assert unfilled == advice("unfilled", parts=", ".join(part for part in blank if blank[part] is ...))


@each_edition
def test_the_example_has_the_parts_of_its_empty_plan(code):
    seen, names = run(code)
    assert list(evaluate(seen["s3-template"][0] + "\nplan", {})) == list(names["plan"])


# The templates


@each_edition
@pytest.mark.parametrize("claim", OFFERED)
def test_a_filled_template_gives_the_value_of_the_ledger(claim, code):
    row = LEDGER.loc[claim]
    seen, names = run(code, row.theme, claim, filled(claim))
    assert names["computed"] is not None, seen["s3-figure"][0]
    held = row.computed_value if recorded(names["computed"], row.computed_value) else row.value
    assert recorded(names["computed"], held), f"{claim}: {names['computed']}, the ledger has {row.computed_value}"
    agrees = seen["s3-compare"][1].loc[texts("project.compare.agrees")].item()
    decided = row.basis in COMPUTED and row.verdict != "not_checkable"  # documents can say more than a table
    assert agrees == (row.verdict == "matches") or not decided
    if claim != "BB032":
        assert seen["s5-verdict"] == (advice("other_verdict", claim=claim, other="BB032"), None, [])


@each_edition
def test_the_documents_of_a_claim_are_listed_beside_its_verdict(code):
    own, asked = own_verdict("BB192", "differs"), source(code, "s6-compare", "finished = False", "finished = True")
    seen, _ = run(code, "climate", "BB192", filled("BB192"), s5_verdict=own, s6_compare=asked)
    shown = seen["s6-compare"][2][2]._repr_html_()
    addresses = load("bluebook_evidence").query("claim_id == 'BB192'").url
    assert len(addresses) and all(html.escape(address) in shown for address in addresses)


@each_edition
def test_every_verdict_is_explained(code):
    explained = next(c.source for c in nbformat.read(EDITIONS[code], as_version=4).cells if c.id == "s5")
    verdicts = tables.labels("bluebook_claims", "verdict")
    assert re.findall(r'^- `"(\w+)"`', explained, re.MULTILINE) == list(VERDICTS) and set(VERDICTS) == set(verdicts)
    assert {"en": "five verdicts", "ja": "判定（verdict）は5つ"}[code] in explained


def test_charts_over_the_years_are_drawn_where_the_table_has_them():
    drawn = {}
    for claim in ("BB025", "BB026", "BB028", "BB034"):
        explorer = run("en", "oda", claim, filled(claim))[0]["s4-chart"][1]
        drawn[claim] = isinstance(explorer, Explorer)
    assert all(drawn.values())
    seen, _ = run("en", "mdgs", "BB129", filled("BB129"))
    assert seen["s4-table"][0] == advice("no_chart")


@each_edition
def test_a_verdict_of_ones_own_is_written_up_and_then_compared(code):
    own, asked = own_verdict("BB028", "differs"), source(code, "s6-compare", "finished = False", "finished = True")
    seen, _ = run(code, "oda", "BB028", filled("BB028"), s5_verdict=own, s6_compare=asked)
    verdicts = tables.labels("bluebook_claims", "verdict")
    assert "my reason" in seen["s5-verdict"][0] and verdicts["differs"] in seen["s5-verdict"][0]
    ledger, plan, *sources = seen["s6-compare"][2]
    (_, theirs), (_, ours) = map(read_list, (ledger, plan))
    told = {column: tables.title("bluebook_claims", column) for column in ("verdict", "basis", "strength")}
    assert dict(theirs)[told["verdict"]] == verdicts["matches"] and {*told.values()} <= set(dict(theirs))
    known = load("bluebook_evidence").query("claim_id == 'BB028'")
    assert len(sources) == bool(len(known))
    assert dict(ours)[tables.title("bluebook_templates", "table")] == "oda_donors" and "claim" not in dict(ours)
    seen, _ = run(code, "oda", "BB026", filled("BB026"), s5_verdict=own, s6_compare=asked)
    assert seen["s6-compare"] == (advice("not_judged"), None, [])


@each_edition
@pytest.mark.parametrize("claim", ["BB027", "BB008", "BB188", "BB153", "BB276", "BB186", "BB270"])
def test_a_claim_whose_value_is_not_a_number_gives_advice(claim, code):
    row = LEDGER.loc[claim]
    own = "computed = 'CHN; USA'"
    seen, _ = run(code, row.theme, claim, s3_figure=own)
    assert advice("not_a_number") in seen["s3-compare"][0] or row.template == "date"
    assert isinstance(seen["s3-compare"][1], pd.DataFrame)


@each_edition
def test_a_claim_that_no_table_reaches_can_be_judged_so(code):
    seen, names = run(code, "oda", "BB039", s5_verdict=own_verdict("BB039", "not_checkable"))
    assert names["judged"] and "BB032" not in seen["s5-verdict"][0]
    why = tables.labels("bluebook_templates", "why")[LEDGER.why["BB039"]]
    assert seen["s3-template"][0] == advice("none_fits", claim="BB039", why=why)


# Advice


WRONG = {  # what is changed in the plan of the example, and what the advice names
    "a table": ({"table": "oda_donor"}, "near", "oda_donors"),
    "a column": ({"column": "net_usd"}, "near", "net_usd_million"),
    "a column in a calculation": ({"column": "net_usd_milion / 1000"}, "near", "net_usd_million"),
    "a country by its name": ({"country": {"en": "Japan", "ja": "日本"}}, "near", "JPN"),
    "a country": ({"country": "JPP"}, "near", "JPN"),
    "a year": ({"year": 1920}, "year", "1960"),
    "a year in quotes": ({"year": "2011"}, "whole_year", "2011"),
    "a condition without sense": ({"rows": "year == "}, "condition", "year =="),
    "a condition with an unknown column": ({"rows": "yeer == 2011"}, "near", "year"),
    "a condition that fails": ({"rows": "name > 5"}, "condition", "name > 5"),
    "a result without rows": ({"rows": "net_usd_million > 1000000"}, "empty", ""),
    "a value that is not known": ({"year": 1960, "column": "grant_equivalent_usd_million"}, "not_known", "grant"),
    "several rows": ({"year": ""}, "several", ""),
    "a template": ({"template": "shares"}, "near", "share"),
    "a group": ({"group": "countries.dac"}, "near", "dac_2011"),
    "a table of a group": ({"group": "country.dac_2011"}, "near", "countries"),
    "a whole without a name": ({"whole": ""}, "whole", ""),
    "a way to combine": ({"combine": "summ"}, "near", "sum"),
    "a country in a table without any": (
        {"table": "mdgs_goals", "column": "goal", "year": ""},
        "no_iso3",
        "mdgs_goals",
    ),
    "a year in a table without any": (
        {"table": "mdgs_goals", "column": "goal", "country": ""},
        "no_year",
        "mdgs_goals",
    ),
}


@each_edition
@pytest.mark.parametrize("case", WRONG)
def test_a_slip_in_a_plan_is_answered_with_what_to_do(case, code):
    changes, key, named = WRONG[case]
    changes = {part: value[code] if isinstance(value, dict) else value for part, value in changes.items()}
    language.use(code)
    plan = {"claim": "BB032", **filled("BB032")} | changes
    seen, names = run(code, plan=plan)
    printed = seen["s3-figure"][0]
    start = texts(f"project.advice.{key}").partition("{")[0]
    assert names["computed"] is None and printed.startswith(start) and named in printed, printed
    assert "Traceback" not in printed and seen["s3-compare"][0] == advice("no_figure")


@each_edition
def test_an_unknown_claim_theme_table_or_verdict_is_answered_with_those_near(code):
    seen, _ = run(code, claim="BB32")
    assert "BB032" in seen["s1-claim"][0] and seen["s3-figure"][0] == advice("no_claim")
    assert "climate" in run(code, theme="climat")[0]["s1-list"][0]
    assert "oda_donors" in run(code, s2_table=source(code, "s2-table", "oda_donors", "oda_donor"))[0]["s2-table"][0]
    assert "matches" in run(code, s5_verdict=own_verdict("BB032", "match"))[0]["s5-verdict"][0]
