"""Stills: the picture of a chart and the words around it."""

from xml.etree import ElementTree

import altair as alt
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from ipywidgets import Checkbox, Dropdown, IntRangeSlider, IntSlider, Text, ToggleButtons

from helpers import explore, picker
from helpers.commands.outlines import outline
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


def test_the_boxes_of_all_controls_can_be_seen_and_none_can_be_pressed(explorer):
    soup = BeautifulSoup(outline(explorer), "html.parser")
    said = ["Year2011", "Years2010 – 2011", "All", "KindNetGross"]
    assert [box.get_text() for box in soup.find_all("div", recursive=False)] == said
    pressed = soup.find_all(["button", "input", "select"])
    assert len(pressed) == 5 and all(each.has_attr("disabled") for each in pressed)
    assert [each.get_text() for each in soup.select(".mod-active")] == ["Gross"]


@pytest.mark.parametrize(
    "control, said",
    [
        (Dropdown(options=["a", "a <b> & more"], description="Which"), "Whicha\xa0<b>\xa0&\xa0more"),
        (picker(pd.DataFrame({"iso3": ["FRA", "JPN"], "name": ["France", "Japan"]}), ["JPN"]), "whoJapan"),
    ],
)
def test_names_in_boxes_stay_words(control, said):
    data = pd.DataFrame({"iso3": ["JPN"], "amount": [1]})
    drawn = alt.Chart(data).mark_bar().encode(x="amount:Q").transform_filter("length(who) > 0")
    assert BeautifulSoup(outline(explore(drawn, who=control)), "html.parser").get_text() == said


def test_a_control_without_boxes_is_named():
    drawn = alt.Chart(pd.DataFrame({"a": [1]})).mark_bar().encode(x="a:Q").transform_filter("who != ''")
    with pytest.raises(TypeError, match="Text"):
        outline(explore(drawn, who=Text()))


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
