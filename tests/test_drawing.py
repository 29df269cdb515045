"""A guess that is drawn: by mouse, touch and keys, on paper and in words; what is said of it is what the table says."""

import re

import numpy as np
import pandas as pd
import pytest

from helpers import draw, predict
from helpers.commands.drawings import draw_paper

SERIES = pd.Series([1.0, 2.0, np.nan, 4.0, 8.0], index=[2000, 2001, 2002, 2003, 2005])
BARS = pd.Series([10.0, 2.5], index=["all", "some"])


@pytest.fixture(autouse=True)
def wording(trial):
    trial(
        line={"prompt": "How did it go on?", "unit": "billion", "scale": 0.001, "reveal": "It ended at {end:.0f}."},
        bar={"prompt": "How much?", "unit": "%", "reveal": "So it was."},
    )


# In Python ------------------------------------------------------------------------------------------------------------


def test_a_drawing_holds_the_series_and_what_is_known_of_it():
    content = predict("trial.line", draw(SERIES, after=2001, between=(0, 10)), end=8).content
    drawn = content["drawn"]
    assert (drawn["labels"], drawn["values"]) == ([2000, 2001, 2003, 2005], [1, 2, 4, 8])
    assert (drawn["known"], drawn["years"], drawn["between"], drawn["scale"]) == (2, True, [0, 10], 0.001)
    assert content["feedback"] == ["It ended at 8."] and not content["options"]
    bar = predict("trial.bar", draw(BARS, after="all", between=(0, 100))).content["drawn"]
    assert (bar["labels"], bar["known"], bar["years"], bar["scale"]) == (["all", "some"], 1, False, 1)
    assert len({drawn["how"], draw(SERIES.rename(str), "2001", (0, 10))["how"], bar["how"]}) == 3


@pytest.mark.parametrize("after, between", [(2002, (0, 10)), (2005, (0, 10)), (1999, (0, 10)), (2001, (0, 7))])
def test_nothing_hidden_or_a_value_outside_the_axis_is_refused(after, between):
    with pytest.raises(ValueError, match=str(after)):
        draw(SERIES, after, between)


def test_where_no_widget_is_alive_the_output_asks_for_the_ends_in_words():
    made = predict("trial.line", draw(SERIES, after=2001, between=(0, 10)), end=8)
    assert made._told() == ["How did it go on?", "2003: ____ billion", "2005: ____ billion"]
    assert predict("trial.bar", draw(BARS, after="all", between=(0, 100)))._told() == ["How much?", "some: ____%"]


def test_what_is_drawn_is_there_again_when_the_cell_is_run_again():
    first = predict("trial.line", draw(SERIES, after=2001, between=(0, 10)), end=8)
    first.given = {"answer": [3, 4], "step": "noted"}
    assert predict("trial.line", draw(SERIES, after=2001, between=(0, 10)), end=8).given == first.given


# On paper -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("series, after", [(SERIES, 2001), (BARS, "all")])
def test_paper_has_what_is_known_and_room_and_the_key_has_the_rest(series, after):
    drawn = {"drawn": draw(series, after, (0, 20)) | {"scale": 1}, "unit": "<b>"}
    empty, full = (draw_paper(drawn, 640, revealed) for revealed in (False, True))
    known = drawn["drawn"]["known"]
    point = r"[ML][\d.]+,[\d.]+(?=[L\"])" if drawn["drawn"]["years"] else r"<rect [^>]*fill=\"#"
    marks = [len(re.findall(point, picture)) for picture in (empty, full)]
    assert marks == [known, len(drawn["drawn"]["values"])]
    assert (
        "&lt;b&gt;" in empty and ">20<" in empty and empty.count("stroke-dasharray") == full.count("stroke-dasharray")
    )
