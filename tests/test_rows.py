"""The verbs of `rows` pick and compute what they say, in the engine that the browser uses."""

import altair as alt
import numpy as np
import pandas as pd
import pytest
import vl_convert

from helpers.charts import by_control, by_width
from helpers.explorer import explore
from helpers.rows import rows

DATA = pd.DataFrame(
    {
        "iso3": ["JPN", "JPN", "JPN", "USA", "USA", "USA"],
        "year": [2010, 2011, 2012, 2010, 2011, 2012],
        "net": [11.0, 10.8, None, 30.4, 31.0, 31.0],
        "gross": [18.0, 19.6, 18.7, 31.2, 32.0, 31.4],
    }
)


COLUMNS = [*DATA, "amount", "rank", "count", "mean", "in_2012", "high", "total", "n", "slope", "fitted", "r", "two"]


def drawn(base, **parameters):
    """The rows that a chart draws."""
    spec = base.mark_point().encode(x="year:Q", y="gross:Q").to_dict()
    spec["params"] = [{"name": name, "value": value} for name, value in parameters.items()]
    vega = vl_convert.vegalite_to_vega(spec)
    words = ", ".join(f"isValid(datum.{column}) ? toString(datum.{column}) : ''" for column in COLUMNS)
    text = {"type": "text", "from": vega["marks"][0]["from"], "encode": {"update": {"text": {"signal": f"[{words}]"}}}}
    graph = vl_convert.vega_to_scenegraph(vega | {"marks": [text], "axes": []})["scenegraph"]
    shown = [dict(zip(COLUMNS, item["text"], strict=True)) for item in graph["items"][0]["items"][0]["items"]]
    return [{c: v if c == "iso3" else float(v) for c, v in row.items() if v != ""} for row in shown]


def test_rows_are_chosen_by_controls():
    base = rows(DATA).chosen("year", iso3="country")
    assert [row["gross"] for row in drawn(base, year=2011, country="JPN")] == [19.6]


def test_lists_and_spans_keep_their_ends():
    base = rows(DATA).among("donors").within("span")
    assert [row["year"] for row in drawn(base, donors=["USA"], span=[2010, 2011])] == [2010, 2011]
    assert drawn(base, donors=[], span=[2010, 2012]) == []


@pytest.mark.parametrize(("room", "many"), [(519, 0), (520, 6)])
def test_rows_are_drawn_on_a_wide_screen_or_on_a_narrow_one(room, many):
    assert len(drawn(rows(DATA).wide(), room=room)) == many
    assert len(drawn(rows(DATA).narrow(), room=room)) == 6 - many


def test_only_takes_one_value_or_several():
    assert len(drawn(rows(DATA).only(iso3="JPN", year=[2010, 2012]))) == 2


def test_an_amount_is_the_column_that_a_control_names_where_there_is_a_figure():
    assert [row["amount"] for row in drawn(rows(DATA).amount("measure").only(iso3="JPN"), measure="net")] == [11, 10.8]


def test_equal_amounts_share_a_place_unless_a_second_column_parts_them():
    base = rows(DATA).amount("measure").only(iso3="USA")
    assert [row["rank"] for row in drawn(base.ranked(), measure="net")] == [3, 1, 1]
    assert [row["rank"] for row in drawn(base.ranked(then="year"), measure="net")] == [3, 1, 2]
    assert [row["count"] for row in drawn(base.ranked(), measure="net")] == [3, 3, 3]
    assert [row["rank"] for row in drawn(base.ranked(ascending=True), measure="net")] == [1, 2, 2]


def test_figures_of_some_rows_stand_beside_every_row():
    base = rows(DATA).beside(
        by=["iso3"],
        mean="mean(gross)",
        in_2012=("max(gross)", "datum.year == 2012"),
        high=("count()", "datum.gross > 31.3"),
        total=("sum(gross)", "datum.year < 2000"),
    )
    row = drawn(base)[3]
    assert row["mean"] == pytest.approx(31.5333, abs=1e-4)
    assert (row["in_2012"], row["high"], row["total"]) == (31.4, 2, 0)


def test_the_latest_rows_are_those_of_the_last_year_of_each_group():
    base = rows(DATA).given("net")
    assert {row["iso3"] for row in drawn(base.latest())} == {"USA"}
    assert {(row["iso3"], row["year"]) for row in drawn(base.latest(by=["iso3"]))} == {("JPN", 2011), ("USA", 2012)}


def test_a_fitted_line_is_that_of_numpy():
    chosen = DATA[DATA.iso3 == "USA"]
    row = drawn(rows(DATA).fitted("gross", where="datum.iso3 == 'USA'"))[4]
    slope, start = np.polyfit(chosen.year, chosen.gross, 1)
    assert row["n"] == 3 and row["slope"] == pytest.approx(slope)
    assert row["fitted"] == pytest.approx(start + slope * 2011)
    assert row["r"] == pytest.approx(np.corrcoef(chosen.year, chosen.gross)[0, 1])
    rest = chosen.gross - start - slope * chosen.year
    error = (rest.pow(2).sum() / 1 / (chosen.year - 2011).pow(2).sum()) ** 0.5
    assert row["two"] == pytest.approx(2 * error)
    few = drawn(rows(DATA).fitted("gross", where="datum.iso3 == 'USA'", least=4))[4]
    assert few["n"] == 3 and few.get("slope") is None and few.get("fitted") is None


def test_a_row_may_be_a_dictionary_and_a_table_its_name():
    assert drawn(rows({"year": 2011, "gross": 1.0}))[0]["year"] == 2011
    assert len(rows("oda_donors").data) > 1000


def test_an_expression_for_a_mark_may_be_one_for_rows():
    base = rows(DATA).where(by_width(alt.datum.year == 2011, False)).compute(amount=by_width(alt.datum.net, 0))
    assert [row["amount"] for row in drawn(base, room=400)] == [10.8, 31]
    assert drawn(base, room=900) == []


def test_a_value_follows_one_control_or_two():
    low, high = by_control({"net": 1}, "measure"), by_control({"net": {}}, "measure", "unit", otherwise=5)
    row = drawn(rows(DATA).compute(amount=low, high=high), measure="net", unit="usd")[0]
    assert (row["amount"], row["high"]) == (1, 5)


def test_a_misspelt_column_in_a_verb_is_named():
    with pytest.raises(ValueError, match="yaer.*Nearest: year"):
        explore(rows(DATA).where("datum.yaer > 2010").mark_point().encode(x="year:Q"))
    with pytest.raises(ValueError, match="yaer.*Nearest: year"):
        explore(rows(DATA).only(iso3="JPN", yaer=[2010]).mark_point().encode(x="year:Q"))
    explore(rows(DATA).only(iso3="JPN", year=[2010]).mark_point().encode(x="year:Q"))


@pytest.mark.parametrize("verb", ["compute", "beside"])
def test_a_column_of_the_table_is_not_overwritten(verb):
    base = rows(pd.DataFrame({"usd": [1.0]}))
    with pytest.raises(ValueError, match="already: usd"):
        getattr(base, verb)(usd="max(usd)")
    assert getattr(base, verb)(most="max(usd)")
