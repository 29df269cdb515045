"""Marks and maps draw what they say, in the engine that the browser uses."""

import json
import re

import altair as alt
import pandas as pd
import pytest
import vl_convert
from conftest import NOTEBOOKS, executed
from lab import ROOT

from helpers.charts import BLUE, GREEN, JAPAN, OCHRE, OTHERS, at_control, lines, shade, stated
from helpers.explorer import Explorer, explore
from helpers.language import texts
from helpers.maps import pole_map
from helpers.rows import rows


def marks(chart, kind, **parameters):
    """The marks of a kind that a chart, or an explorer, draws, 300 pixels wide."""
    spec = (chart if isinstance(chart, Explorer) else explore(chart)).spec | {"width": 300}
    for parameter in spec["params"]:
        parameter |= {"value": parameters[parameter["name"]]} if parameter["name"] in parameters else {}
    todo, found = [vl_convert.vegalite_to_scenegraph(spec)["scenegraph"]], []
    while todo:
        part = todo.pop()
        todo += [inner for inner in part.get("items", []) if "items" in inner]
        found += part["items"] if part.get("marktype") == kind and part.get("role") == "mark" else []
    return found


def test_a_stated_value_may_have_the_colour_of_its_document():
    assert [rule["stroke"] for rule in marks(stated(3, "three", color=JAPAN), "rule")] == [JAPAN]
    assert [rule["stroke"] == JAPAN for rule in marks(stated(3, "three"), "rule")] == [False]


def test_a_line_at_a_control_says_its_value_above_the_chart():
    year = alt.param("year", value=2011)
    for chart, said in [(at_control("year"), 2011), (at_control("year + 1", "'end of ' + year"), "end of 2011")]:
        (line,), (label,) = (marks(chart.add_params(year), kind) for kind in ("rule", "text"))
        assert (label["text"], label["x"]) == (said, line["x"])
        assert label["y"] + label["dy"] < line["y"]


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


ENDS = {
    "alone": {"JPN": 90, "USA": 50, "DEU": 10},
    "close": {"JPN": 90, "USA": 89, "DEU": 88.5, "FRA": 88.4, "GBR": 20},
    "at the bottom": {"JPN": 90, "USA": 1, "DEU": 1, "FRA": 0.5, "GBR": 0},
    "below zero": {"JPN": -40, "USA": -41, "DEU": 30},
}


@pytest.mark.parametrize("ends", ENDS.values(), ids=ENDS)
def test_every_line_is_named_at_its_end_and_no_name_lies_on_another(ends):
    data = pd.DataFrame([(code, code, year, ends[code] * year / 2012) for code in ends for year in (2010, 2011, 2012)])
    base = rows(data.set_axis(["iso3", "name", "year", "amount"], axis=1))
    chart = lines(base, "amount", [alt.Tooltip("name:N")], alt.Axis(), "donors", piece="iso3")
    chart = chart.add_params(alt.param("donors", value=list(ends)))
    names = {mark["text"]: mark["y"] for mark in marks(chart, "text") if mark["text"] in ends}
    dots = marks(chart, "symbol")
    heights = sorted(dot["y"] for dot in dots if dot["x"] == max(dot["x"] for dot in dots))
    last = dict(zip(sorted(ends, key=lambda code: (-ends[code], code)), heights, strict=True))
    assert sorted(names, key=names.get) == [*last]
    heights = sorted(names.values())
    assert min(below - above for above, below in zip(heights, heights[1:], strict=False)) > 14
    assert heights[0] >= 0 and heights[-1] <= 340
    apart = [code for code in ends if min(abs(ends[code] - ends[other]) for other in ends if other != code) > 15]
    assert apart and [code for code in apart if abs(names[code] - last[code]) > 6] == []


def layers(part, shared=()):
    """What a chart draws: kind and properties of each mark, its channels, and the rows that it has of its own."""
    shared = dict(shared) | {"data": part.get("data")} | part.get("encoding", {})
    inner = next((part[key] for key in ("layer", "vconcat", "hconcat") if key in part), None)
    if inner is not None:
        return [found for one in inner for found in layers(one, shared)]
    return [({"type": part["mark"]} if isinstance(part["mark"], str) else part["mark"], shared)]


SAID = {JAPAN: "orange", BLUE: "blue", GREEN: "green", OCHRE: "ochre", OTHERS: "grey"}


def unnamed(explorer):
    """Lines and rules of an English chart that nothing in it names: each by its kind and what it draws."""
    drawn, theme_and_name = layers(explorer.spec), explorer.panel.settings["file"].replace("-", ".", 1)
    said = {*re.findall("[a-z]+", texts(theme_and_name).get("subtitle", "").lower())}

    def field(channels, name):
        return channels.get(name, {}).get("field") if isinstance(channels.get(name), dict) else None

    def named(mark, channels):
        coloured = [channels[name] for name in ("color", "strokeDash") if field(channels, name)]
        if any(channel.get("legend", True) is not None for channel in coloured):
            return True
        for kind, words in drawn:
            beside = {(name, field(channels, name)) for name in ("x", "y", "color") if field(channels, name)}
            beside &= {(name, field(words, name)) for name in ("x", "y", "color")}
            if kind["type"] == "text" and beside and words["data"] == channels["data"]:
                return True
        if channels.get("y", {}).get("type") == "nominal" and {"x2"} & {*channels}:
            return True  # from mark to mark in a row that has a name
        if [*explorer.spec["datasets"].get((channels["data"] or {}).get("name"), [])] == [{"zero": 0}]:
            return True  # where the axis says 0
        colours = re.findall("#[0-9a-f]{6}", json.dumps([mark, channels.get("color")]))
        words = {"line", "lines", mark["type"], *(["dashed", "dotted"] if "strokeDash" in mark else [])}
        return bool(said & words) or bool(colours) and {SAID.get(colour) for colour in colours} <= said

    kinds = ("line", "rule", "tick", "trail")
    left = [(mark, channels) for mark, channels in drawn if mark["type"] in kinds and not named(mark, channels)]
    series = [mark for mark, channels in left if mark["type"] == "line"]
    alone = series if len(series) == 1 else []  # the one line that the title is about
    return [(mark["type"], field(channels, "x"), field(channels, "y")) for mark, channels in left if mark not in alone]


@pytest.mark.slow
@pytest.mark.parametrize("path", [path for path in NOTEBOOKS if path.parent.name == "en"], ids=lambda path: path.stem)
def test_no_line_is_drawn_without_a_name(path):
    missing = {one.panel.settings["file"]: unnamed(one) for one in executed(path).explorers}
    assert {file: left for file, left in missing.items() if left} == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["en/06-science", "ja/06-science"])
def test_names_of_chosen_countries_lie_on_no_other_dot(name):
    """On a telephone, as the chart begins, in years from the first to the last."""
    made = executed(ROOT / "notebooks" / f"{name}.ipynb").explorers
    chart = next(one for one in made if one.panel.settings["file"] == "science-counting")
    covered = []
    for year in (2003, 2008, 2012, 2018):
        dots, names = (marks(chart, kind, year=year, room=354) for kind in ("symbol", "text"))
        assert len(dots) > 30 and len(names) == 5
        for word in names:
            long = sum(11 if letter > "\u2e80" else 6.5 for letter in word["text"])  # 12 pixels high
            left = word["x"] + word.get("dx", 0) - long * {"right": 1, "center": 0.5}.get(word.get("align"), 0)
            level = word["y"] + word.get("dy", 0)
            inside = [dot for dot in dots if left + 2 < dot["x"] < left + long - 2 and abs(dot["y"] - level) < 6]
            covered += [(year, word["text"]) for dot in inside]
    assert covered == []
