"""Stills: the picture of a chart and the words around it."""

from xml.etree import ElementTree

import altair as alt
import pandas as pd
import pytest
from ipywidgets import Checkbox, IntRangeSlider, IntSlider, ToggleButtons

from helpers import explore
from helpers.commands.stills import SVG, draw_still
from helpers.explorer import Explorer
from helpers.language import speaking
from helpers.palette import font


@pytest.fixture
def explorer():
    data = pd.DataFrame({"year": [2010, 2011], "amount": [5, 10], "iso3": ["JPN", "FRA"]})
    bars = alt.Chart(data).mark_bar().encode(x="amount:Q", y="iso3:N", tooltip=["iso3", "amount"])
    bars = bars.transform_filter("datum.year >= years[0] && datum.year <= year && (all || kind)")
    return explore(
        bars.properties(width="container"),
        year=IntSlider(value=2011, min=2010, max=2011, description="Year"),
        years=IntRangeSlider(value=(2010, 2011), min=2010, max=2011, description="Years"),
        all=Checkbox(value=True, description="All"),
        kind=ToggleButtons(options=[("Net", "n"), ("Gross", "g")], value="g", description="Kind"),
    )


@pytest.mark.parametrize("code, on", [("en", "on"), ("ja", "オン")])
def test_what_is_chosen_is_said_in_words(explorer, code, on):
    with speaking(code):
        still = draw_still(explorer, 500)
    assert [value for _, value in still.chosen] == ["2011", "2010–2011", on, "Gross"]


def test_it_has_the_width_of_its_place_and_the_ink_of_its_page(explorer):
    still = draw_still(explorer, 500, ink="currentColor", background="transparent")
    assert still.width == 500
    words = ElementTree.fromstring(still.picture).findall(f".//{{{SVG}}}text")
    assert {word.text for word in words} >= {"JPN", "FRA"}
    assert {word.get("fill") for word in words} == {"currentColor"}


def test_what_speaks_is_said_beside_the_picture_and_not_in_it(theme):
    code = theme.path.parent.name
    with speaking(code):
        still = draw_still(next(made for _, made in theme.made if isinstance(made, Explorer)), 354)
    assert still.title and still.subtitle and still.sentence and still.description
    assert still.sentence not in still.picture and "explorer_subtitle" not in still.picture
    assert f'font-family="{font(code)}"' in still.picture
