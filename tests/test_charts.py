"""Marks and maps draw what they say, in the engine that the browser uses."""

import altair as alt
import pytest
import vl_convert

from helpers.charts import JAPAN, shade, stated
from helpers.explorer import explore
from helpers.maps import pole_map
from helpers.rows import rows


def marks(chart, kind):
    """The marks of a kind that a chart draws, 300 pixels wide."""
    todo, found = [vl_convert.vegalite_to_scenegraph(explore(chart).spec | {"width": 300})["scenegraph"]], []
    while todo:
        part = todo.pop()
        todo += [inner for inner in part.get("items", []) if "items" in inner]
        found += part["items"] if part.get("marktype") == kind and part.get("role") == "mark" else []
    return found


def test_a_stated_value_may_have_the_colour_of_its_document():
    assert [rule["stroke"] for rule in marks(stated(3, "three", color=JAPAN), "rule")] == [JAPAN]
    assert [rule["stroke"] == JAPAN for rule in marks(stated(3, "three"), "rule")] == [False]


def test_a_shade_may_be_an_opacity():
    base = rows({"year": 2011}).mark_bar()
    drawn = [base.encode(opacity=shade({f"datum.year == {year}": 0.8}, 0.25)) for year in (2011, 2012)]
    assert [marks(chart, "rect")[0]["opacity"] for chart in drawn] == [0.8, 0.25]


@pytest.mark.parametrize(("pole", "shown"), [("N", 80), ("S", -75)])
def test_a_map_of_a_pole_shows_what_lies_around_it_with_the_chosen_longitude_at_the_bottom(pole, shown):
    dots = alt.Chart(alt.Data(values=[{"lat": lat, "lon": 30} for lat in (80, 10, -75)]))
    dots = dots.mark_point().encode(longitude="lon:Q", latitude="lat:Q", description="lat:N")
    fixed = {"pole": pole, "edge": 60, "turn": 30}
    chart = pole_map(dots).add_params(*(alt.param(name, value=value) for name, value in fixed.items()))
    inside = {dot["description"]: dot["x"] for dot in marks(chart, "symbol") if 210 < dot["y"] < 420}
    assert inside == {shown: pytest.approx(145)}  # the middle of 300 pixels less the padding
