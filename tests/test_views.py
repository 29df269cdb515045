"""Which chart shows a claim: found by rule, from the templates of the ledger and the data and filters of the charts."""

import re

import altair as alt
import pandas as pd
import pytest
from conftest import THEMES, executed
from ipywidgets import IntSlider

from helpers.commands.notebooks import Run
from helpers.commands.site.views import find_views
from helpers.explorer import explore
from helpers.explorer.inputs import describe
from helpers.rows import rows
from helpers.tables import load

ENGLISH = [path for path in THEMES if path.parent.name == "en"]
LEDGER = load("bluebook_claims").set_index("claim_id")
TEMPLATES = load("bluebook_templates").set_index("claim_id")


@pytest.fixture(scope="module")
def found():
    """Claim, view and explorer of every link."""
    links = []
    for path in ENGLISH:
        done = executed(path)
        widgets = {widget.panel.settings["file"]: widget for widget in done.explorers}
        links += [(claim, view, widgets[view.key]) for claim, view in find_views(done).items()]
    return links


def test_a_view_cites_the_table_of_its_claim_and_every_control_can_be_set(found):
    assert len(found) > 30
    for claim, view, widget in found:
        tables = {TEMPLATES.table[claim]} | set(str(LEDGER.tables[claim]).split("; "))
        assert tables & set(widget.tables), claim
        for name, value in view.controls.items():
            control, said = widget.inputs[name], describe(widget.inputs[name])
            if said.kind in ("number", "range"):
                assert all(control.min <= int(part) <= control.max for part in value.split(",")), (claim, name)
            else:
                values = said.values.values() if isinstance(said.values, dict) else said.values
                assert set(value.split(",")) <= set(map(str, values)), (claim, name)


def test_the_years_of_a_view_are_those_of_its_claim(found):
    for claim, view, _ in found:
        said = f"{LEDGER.period[claim]} {TEMPLATES.year[claim]} {TEMPLATES['rows'][claim]}"
        if view.years and view.years[0] == view.years[1]:
            assert str(view.years[0]) in said, claim
        elif view.years:
            assert str(view.years[1]) in said, "a table may begin later than a claim"
        else:
            assert set(view.controls) & {"who", "conference", "subject", "kind", "country"}, claim


def test_a_measure_and_an_item_are_set_too(found):
    views = {claim: (view.key, view.controls) for claim, view, _ in found}
    assert views["BB031"] == ("oda-ranking", {"measure": "gross_usd_million", "year": "2011"})
    assert views["BB034"][1]["measure"] == "net_percent_gni"
    assert views["BB049"] == ("oda-cumulative", {"country": "AFG", "span": "2001,2012"})
    assert views["BB171"][1]["conference"] == "2012"
    assert "BB107" not in views and "BB268" not in views, "the year of a publication is no year of the data"
    assert "BB187" not in views, "no chart draws its table"


def chart(data, **controls):
    """A run of a notebook whose only chart draws these rows of donors."""
    drawn = rows(data).chosen("year").mark_bar().encode(x="net_usd_million:Q", tooltip=[alt.Tooltip("iso3:N")])
    widget = explore(drawn, None, "oda_donors", **controls)
    return Run(ENGLISH[0], cells=executed(ENGLISH[0]).cells, made=[("s1-chart", widget)])


def test_a_chart_without_the_rows_the_column_or_the_year_of_a_claim_is_no_view():
    donors = pd.DataFrame(load("oda_donors")[["iso3", "year", "net_usd_million"]])
    whole = find_views(chart(donors, year=IntSlider(2011, 1960, 2024)))
    assert {"BB026", "BB028"} <= set(whole) and whole["BB026"].address == "view=chart&year=2011"
    assert "BB030" not in whole, "it is about gross amounts"
    other = donors.assign(net_usd_million=donors.net_usd_million + 1)
    for data in (donors[donors.year != 2011], donors[donors.iso3 != "JPN"], other):
        assert "BB026" not in find_views(chart(data, year=IntSlider(2012, 1960, 2024)))
    assert "BB026" not in find_views(chart(donors, year=IntSlider(2012, 2012, 2024)))


@pytest.mark.parametrize("claim", ["BB026", "BB031"])
def test_a_claim_says_where_its_chart_stands(found, claim):
    view = next(view for name, view, _ in found if name == claim)
    assert re.fullmatch(r"s\d+[\w-]*", view.cell) and view.years == (2011, 2011)
