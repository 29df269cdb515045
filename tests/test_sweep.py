"""Every value of every control draws a chart, or says why there is nothing to draw."""

import itertools
import random

import altair as alt
import pandas as pd
import pytest
import vl_convert
from ipywidgets import Checkbox, Dropdown, IntRangeSlider, IntSlider, RadioButtons, SelectMultiple, TagsInput
from ipywidgets import ToggleButtons as Buttons

from helpers import language
from helpers.explorer import explore
from helpers.language import text

COMBINATIONS = 120  # of the values of all controls of one explorer
MANY = 60  # options of one list
WRONG_WORDS = ("undefined", "null", "NaN", "{", "}")


def every(control, values):
    """All values that the browser can send for a control. `values` is what its widget stands for there."""
    match control:
        case Checkbox():
            return [False, True]
        case Buttons() | Dropdown() | RadioButtons():
            return values
        case TagsInput() | SelectMultiple():
            codes = list(values.values()) if isinstance(values, dict) else values
            alone = codes if len(codes) <= MANY else codes[::4]  # of all countries: a fourth alone, all in tens
            tens = [codes[at : at + 10] for at in range(0, len(codes), 10)] if len(codes) > MANY else []
            return [[], *([code] for code in alone), *tens, codes]
        case IntSlider():
            return list(range(control.min, control.max + 1, control.step))
        case IntRangeSlider():
            (start, end), low, high = control.value, control.min, control.max
            starts = [[year, end] for year in range(low, end + 1)]
            ends = [[start, year] for year in range(start, high + 1)]
            return [[low, low], *starts, *ends, [low, high], [high, high]]
    raise TypeError(f"Teach every() the values of a {type(control).__name__}.")


def combinations(controls, start):
    """Values of all controls together: every choice, with the first, the last and the start of a longer scale."""
    few = []
    for name, values in controls.items():
        choices = all(isinstance(value, bool | str) for value in values)
        few.append(values if choices else [values[0], start[name], values[-1]])
    together = list(itertools.product(*few))
    if len(together) > COMBINATIONS:
        together = [together[0], together[-1], *random.Random(0).sample(together, COMBINATIONS)]
    return [dict(zip(controls, values, strict=True)) for values in together]


def marks(group):
    """Every mark below a group of the scene, with the name of its layer."""
    for item in group["items"]:
        for inner in item.get("items", []):
            if inner["marktype"] == "group":
                yield from marks(inner)
            else:
                yield from ((inner.get("name"), mark) for mark in inner["items"])


def is_placed(mark):
    """Whether the place and the size of a mark are finite numbers; Vega writes ``null`` for one that is not."""
    sides = [mark[side] for side in ("x", "y", "x2", "y2", "width", "height") if side in mark]
    return bool(sides) and all(isinstance(side, int | float) for side in sides)


def problems(explorer, capfd):
    """What is wrong with an explorer for any value of its controls."""
    settings, spec = explorer.panel.settings, dict(explorer.spec)
    if spec.get("width") == "container":
        spec["width"] = 800
    vega = vl_convert.vegalite_to_vega(spec)
    start = {signal["name"]: signal.get("value") for signal in vega["signals"]}
    controls = {name: every(control, settings["values"].get(name)) for name, control in explorer.inputs.items()}
    states = [{}, *combinations(controls, start)]
    if settings["language"] == "en":  # the other editions have the same code with other words
        states += [{name: value} for name, values in controls.items() for value in values]
    language.use(settings["language"])
    explained = settings["nothing"] not in ("", text("common.explorer.nothing"))
    found, seen = [], {}
    for state in states:
        signals = [signal | {"value": state.get(signal["name"], signal.get("value"))} for signal in vega["signals"]]
        scene = vl_convert.vega_to_scenegraph(vega | {"signals": signals})
        layers = {}
        for name, mark in marks({"items": [{"items": [scene["scenegraph"]]}]}):
            layers.setdefault(name, []).append(mark)
        drawn = [mark for mark in layers.get("numbers_marks", []) if is_placed(mark)]
        sentence = next((mark["description"] for mark in layers.get("summary_marks", [])), None)
        for choice in state.items():
            if not isinstance(choice[1], list):
                seen[choice] = seen.get(choice, False) or bool(drawn)
        empty = state and (explained or [] in state.values())
        told = [f"{sentence!r} has {word}" for word in WRONG_WORDS if word in (sentence or "")]
        told += [f"tooltip {mark['description']!r}" for mark in drawn if "NaN" in mark.get("description", "")][:1]
        if not drawn and (sentence or not empty):
            told.append(f"nothing is drawn, and the sentence is {sentence!r}")
        if not sentence and settings["nothing"] and not empty:
            told.append("there is no sentence, and no text `nothing` of its own")
        if "ERROR" in (complaint := capfd.readouterr().err):
            told.append(complaint.split("\n")[0])
        found += [f"{settings['title']} {state}: {problem}" for problem in told]
    whole = settings["language"] == "en"  # elsewhere a value may be tried with a few others only
    dead = [f"{name} = {value}" for (name, value), alive in seen.items() if whole and not alive]
    return found + [f"{settings['title']}: nothing is drawn with {choice}, whatever the rest" for choice in dead]


def test_every_value_of_every_control_draws_a_chart_or_says_why_not(explorers, capfd):
    assert explorers
    assert [problem for explorer in explorers for problem in problems(explorer, capfd)] == []


# A sweep that finds nothing could be blind: these explorers are broken on purpose.

YEARS = pd.DataFrame({"name": "Japan", "year": [2010, 2011, 2012], "net_usd_million": [11018.7, 11086.2, None]})


@pytest.fixture
def bars(trial):
    """An explorer of one bar for each year; an argument breaks it."""
    trial(bars={"title": "Bars", "description": "Bars.", "summary": "{year}: {name}, {amount:usd}."})

    def make(data=YEARS, amount="datum.net_usd_million", x="amount:Q", tooltip="name:N", last=2011):
        base = alt.Chart(data).add_params(alt.param("year")).transform_filter("datum.year == year")
        base = base.transform_calculate(amount=amount).transform_filter("isValid(datum.amount)")
        chart = base.mark_bar().encode(x=x, y="name:N", tooltip=[tooltip])
        return explore(chart, "trial.bars", summary=base, year=IntSlider(2011, 2010, last))

    return make


BROKEN = {
    "a year without a bar": ({"last": 2012}, "nothing is drawn"),
    "a sentence without its column": ({"data": YEARS.drop(columns="name")}, "undefined"),
    "a calculation that fails": ({"amount": "datum.net.usd"}, "TypeError"),
    "a text shown as a number": ({"tooltip": alt.Tooltip("name:Q", format=".1f", title="Country")}, "NaN"),
    "a bar without a place": ({"amount": "'much'", "x": alt.X("amount:Q", scale=None)}, "nothing is drawn"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_the_sweep_finds(case, bars, capfd):
    flaw, word = BROKEN[case]
    assert any(word in problem for problem in problems(bars(**flaw), capfd))


def test_the_sweep_finds_nothing_wrong_with_a_sound_explorer(bars, capfd):
    assert problems(bars(), capfd) == []


def test_a_function_that_does_not_exist_stops_the_sweep(bars, capfd):
    with pytest.raises(ValueError, match="nope"):
        problems(bars(amount="nope(datum.year)"), capfd)


def test_every_explorer_of_a_notebook_is_swept(notebook):
    swept = {cell.id for cell in notebook.cells if cell.cell_type == "code" and "explore(" in cell.source}
    assert {cell for cell, widget in notebook.made if widget in notebook.explorers} == swept
