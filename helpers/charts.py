"""Chart builders that several notebooks share. Each takes a base chart (data and transforms) and returns a chart.

Ink and fonts come from the page, so that charts fit JupyterLab's light and dark themes (``drawing.js``).
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import altair as alt
import ipywidgets as widgets
import pandas as pd
from altair.expr.core import Expression

from .language import shared, texts
from .palette import BLUE, GREEN, JAPAN, OCHRE, OTHERS, PALETTE, PURPLE, SKY
from .tables import load, title, unit

__all__ = [
    "BLUE", "GREEN", "JAPAN", "OCHRE", "OTHERS", "PALETTE", "PURPLE", "SKY",
    "at_control", "axis", "buttons", "by_control", "by_width", "category", "choices",
    "fitting", "framed", "items", "japan_or_other", "lines", "menu", "picker", "ranking", "shade",
    "stated", "tips", "year_bar", "years",
]  # fmt: skip

japan_or_other = alt.when(alt.datum.iso3 == "JPN").then(alt.value(JAPAN)).otherwise(alt.value(OTHERS))


def axis(kind: str, ticks: int | None = None, **options: Any) -> alt.Axis:
    """An axis whose labels are in the unit of the active language, such as billions of US dollars for ``"usd"``.

    Parameters
    ----------
    kind
        Entry of ``common.axes`` in the catalogue, or, as ``"climate.ppm"``, of a theme's own ``axes``; its ``{}`` is
        the value on the axis.
    ticks
        Pixels from one label to the next; None leaves it to Vega.
    **options
        Properties of the axis.
    """
    return alt.Axis(**in_unit(kind) | _spaced(ticks) | options)


def in_unit(kind: str) -> dict[str, str | None]:
    """Labels and title of an axis or a legend in a unit of the catalogue."""
    theme, _, name = kind.rpartition(".")
    entry = texts(f"{theme or 'common'}.axes.{name}")
    return {"labelExpr": entry["label"].replace("{}", "datum.value"), "title": entry.get("title")}


def _spaced(ticks: int | list[int] | None) -> dict[str, Any]:
    """Labels so many pixels apart, or at given values, or where Vega puts them."""
    if isinstance(ticks, int):
        return {"tickCount": alt.ExprRef(f"room / {ticks}")}
    return {} if ticks is None else {"values": ticks}


def year_bar(years: int) -> alt.ExprRef:
    """Thickness of one of `years` bars side by side on a quantitative axis, whatever the width of the screen."""
    return alt.ExprRef(f"0.7 * width / {years}")


def fitting(width: int) -> alt.ExprRef:
    """How many columns of `width` pixels a legend may have, so that it is not cut off on a narrow screen."""
    return alt.ExprRef(f"max(1, floor(room / {width}))")


def by_width(small: Any, wide: Any, below: int = 520) -> alt.ExprRef:
    """A value, or an expression, for a telephone and another from a width in pixels on.

    Examples
    --------
    >>> by_width("", alt.datum.name, 700).expr
    'room < 700 ? "" : datum.name'
    """
    return alt.ExprRef(f"room < {below} ? {_written(small)} : {_written(wide)}")


def by_control(values: Mapping[str, Any], *controls: str, otherwise: Any = None) -> alt.ExprRef:
    """The value that a mapping has for the value of a control, such as the names in a legend, or else `otherwise`.

    With two controls it is a mapping of mappings. Where a column can hold the value, a column reads better.

    Examples
    --------
    >>> by_control({"men": ["boys"], "all": ["boys", "girls"]}, "who").expr
    '{"men": ["boys"], "all": ["boys", "girls"]}[who]'
    """
    found = json.dumps(values, ensure_ascii=False) + "".join(f"[{control}]" for control in controls)
    return alt.ExprRef(found if otherwise is None else f"{found} || {_written(otherwise)}")


def _written(value: Any) -> str:
    """A value as a Vega expression."""
    if isinstance(value, alt.ExprRef):
        return f"({value.expr})"
    return str(value) if isinstance(value, Expression) else json.dumps(value, ensure_ascii=False)


def tips(table: str, *columns: str, **calculated: str) -> list[alt.Tooltip]:
    """Tooltips, and so the columns of "Show the numbers", titled from the data package.

    Parameters
    ----------
    table, *columns
        The table whose titles and units are used, and columns of it; ``name`` is the country.
    **calculated
        Columns that the chart computes, each with an entry of ``common.columns``, or of the ``columns`` of the
        table's theme, for its title; the value is a number format such as ``",.1f"``, or ``""`` for text.
    """
    theme = table.split("_")[0]
    named = [_tip(c, heading(table, c), _format(table, c)) for c in columns]
    return named + [_tip(c, shared("columns", c, theme), number) for c, number in calculated.items()]


def _tip(column: str, heading: str, number: str) -> alt.Tooltip:
    kind = "quantitative" if number else "nominal"
    return alt.Tooltip(field=column, type=kind, title=heading, format=number or alt.Undefined)


def heading(table: str, column: str) -> str:
    if column == "name":
        return texts("common.columns")["name"]
    column = column.removesuffix("_label")
    return f"{title(table, column)} ({u})" if (u := unit(table, column)) else title(table, column)


def _format(table: str, column: str) -> str:
    if column == "year":
        return "d"
    return ",.2f" if load(table)[column].dtype == "float64" else ""


# Controls -------------------------------------------------------------------------------------------------------------


def choices(given: str | pd.DataFrame | Mapping[Any, str] | Iterable[Any]) -> list[Any]:
    """Options for a selection widget: pairs of a label and the value it stands for.

    Parameters
    ----------
    given
        A key of the catalogue such as ``"oda.ranking.measures"``, labels by value such as those of `labels`, a list of
        values or pairs, or a table: its countries (``iso3``) by their names (``name``), in alphabetical order.

    Examples
    --------
    >>> choices("oda.revisions.measures")
    [('Net ODA', 'net'), ('Gross ODA', 'gross')]
    """
    if isinstance(given, pd.DataFrame):
        given = given.drop_duplicates("iso3").sort_values("name").set_index("iso3")["name"].to_dict()
    given = texts(given) if isinstance(given, str) else given
    return [(label, value) for value, label in given.items()] if isinstance(given, Mapping) else list(given)


def buttons(options: str | Mapping[Any, str] | Iterable[Any], value: Any = None) -> widgets.ToggleButtons:
    """Buttons for `choices`, one pressed at a time, at first that of a value or else the first."""
    return widgets.ToggleButtons(options=choices(options), **({} if value is None else {"value": value}))


def menu(options: str | pd.DataFrame | Mapping[Any, str] | Iterable[Any], value: Any = None) -> widgets.Dropdown:
    """A list for `choices` to choose one of, for more than fit on buttons.

    Examples
    --------
    >>> menu(load("oda_donors"), "JPN").options[:2]
    (('Australia', 'AUS'), ('Austria', 'AUT'))
    """
    return widgets.Dropdown(options=choices(options), **({} if value is None else {"value": value}))


def picker(data: pd.DataFrame, chosen: Iterable[str], code: str = "iso3", label: str = "name") -> widgets.TagsInput:
    """A list of tags with completion, for choosing some of the many countries of a table; `chosen` are codes."""
    codes = dict(data[[label, code]].drop_duplicates().sort_values(label).to_numpy())
    labels = {value: name for name, value in codes.items()}
    tags = widgets.TagsInput(value=[labels[c] for c in chosen], allowed_tags=list(codes), allow_duplicates=False)
    tags.codes = codes
    return tags


# Channels and marks ---------------------------------------------------------------------------------------------------


def years(
    low: float | alt.ExprRef, high: float | alt.ExprRef, column: str = "year",
    ticks: int | list[int] | None = 70, grid: bool = False, **options: Any,
) -> alt.X:  # fmt: skip
    """A horizontal axis of years; `ticks` are pixels from one label to the next, or the years with a label."""
    labels = alt.Axis(format="d", title=None, grid=grid, **_spaced(ticks), **options)
    return alt.X(column, type="quantitative", axis=labels, scale=alt.Scale(domain=[low, high], nice=False))


def items(column: str, sort: Any = None, grid: bool = False, **options: Any) -> alt.Y:
    """A vertical list of the names in a column, without lines of its own.

    `sort` is a list of names, or a column whose smallest value for a name gives its place; None leaves it to Vega.
    """
    bare = {"title": None, "grid": grid, "ticks": False, "domain": False}
    order = {"sort": alt.EncodingSortField(sort, op="min") if isinstance(sort, str) else sort} if sort else {}
    return alt.Y(column, type="nominal", axis=alt.Axis(**bare | options), **order)


def category(column: str, names: Iterable[str], colours: Iterable[str], width: int = 250, **legend: Any) -> alt.Color:
    """Colours for the names in a column, with a legend in as many columns of `width` pixels as the screen has."""
    scale = alt.Scale(domain=list(names), range=list(colours))
    named = alt.Legend(columns=fitting(width), **legend)
    return alt.Color(column, type="nominal", title=None, scale=scale, legend=named)


def shade(tests: Mapping[Any, Any], otherwise: Any = OTHERS) -> Any:
    """The colour, or the opacity or size, of the first test that a row passes: ``{"datum.year == year": BLUE}``."""
    chain: Any = alt
    for test, colour in tests.items():
        chain = chain.when(test).then(alt.value(colour))
    return chain.otherwise(alt.value(otherwise))


def stated(
    value: float, words: str = "", channel: str = "y", color: Any = alt.Undefined, **mark: Any
) -> alt.LayerChart | alt.Chart:
    """A dashed line at a value that a document states, with words beside it, if any.

    `channel` is ``"y"`` for a horizontal line, ``"x"`` for a vertical one; `mark` is of the words, such as ``dy``.
    """
    base = alt.Chart(pd.DataFrame({"stated": [value]}))
    at = {channel: alt.X("stated:Q") if channel == "x" else alt.Y("stated:Q")}
    rule = base.mark_rule(strokeDash=[5, 4], strokeWidth=2, color=color).encode(**at)
    if not words:
        return rule
    label = base.mark_text(align="left", fontWeight="bold", **{"dx": 6, "dy": -8} | mark)
    return rule + label.encode(**({"x": alt.value(0)} | at), text=alt.value(words))


def at_control(control: str, words: str = "datum.chosen_value", **mark: Any) -> alt.LayerChart:
    """A vertical dashed line at the value of a control, and that value, or other `words` (Vega), above it."""
    base = alt.Chart(pd.DataFrame({"at": [0]})).transform_calculate(chosen_value=control).encode(x="chosen_value:Q")
    label = base.transform_calculate(chosen_words=words).mark_text(dy=-7).encode(y=alt.value(0), text="chosen_words:N")
    return base.mark_rule(**{"strokeDash": [2, 3]} | mark) + label


def framed(*layers: alt.Chart, height: int | alt.Step = 300) -> alt.Chart | alt.LayerChart:
    """Layers, or one chart, as wide as the cell and of this height in pixels; ``alt.Step(34)`` is for each name."""
    chart = alt.layer(*layers) if len(layers) > 1 else layers[0]
    return chart.properties(width="container", height=height)


# Charts ---------------------------------------------------------------------------------------------------------------


def ranking(
    base: alt.Chart, amount: str, tooltip: list[alt.Tooltip], x: alt.Axis, label: str = "name",
    sort: Any = None, color: Any = japan_or_other,
) -> alt.Chart:  # fmt: skip
    """Horizontal bars, the largest on top, Japan in its colour.

    Parameters
    ----------
    base
        Chart whose transforms leave one row for each bar, with columns `label` and `amount`, and ``iso3`` unless
        another `color` is given.
    """
    names = alt.Axis(title=None, ticks=False, domain=False)
    if sort is None:  # equal amounts stand in the order of their labels, whatever was drawn before
        order = [alt.SortField(amount, order="descending"), alt.SortField(label)]
        base = base.transform_window(bar="row_number()", sort=order)
        sort = alt.EncodingSortField("bar", op="min")
    across, down = alt.X(amount, type="quantitative", axis=x), alt.Y(label, type="nominal", sort=sort, axis=names)
    bars = base.mark_bar(cornerRadiusEnd=2).encode(x=across, y=down, color=color, tooltip=tooltip)
    return bars.properties(width="container", height=alt.Step(20))


def lines(
    base: alt.Chart, amount: str, tooltip: list[alt.Tooltip], y: alt.Axis, chosen: str,
    piece: str = "iso3", overlays: Iterable[alt.Chart] = (),
) -> alt.LayerChart:  # fmt: skip
    """Lines over years, each named at its end; Japan is thicker and in its colour.

    Names that would lie one on the other move apart; on a narrow screen they stand above the lines, in their order.

    Parameters
    ----------
    base
        Chart whose transforms leave one row for each line and year: ``iso3``, ``name``, ``year`` and `amount`.
    chosen
        Name of the parameter that holds the codes of the lines shown; colours follow its order.
    piece
        Column that tells pieces of a line apart which must not be joined: a change of definition is drawn as a gap.
    overlays
        More layers on the same axes, such as a rule where the definition changes.
    """
    japan, height = "datum.iso3 == 'JPN'", 340
    base = base.transform_calculate(colour=f"indexof({chosen}, datum.iso3) % {len(PALETTE)}")
    scale = alt.Scale(domain=list(range(len(PALETTE))), range=PALETTE)
    colour = alt.condition(japan, alt.value(JAPAN), alt.Color("colour:O", scale=scale, legend=None))
    labels = alt.Axis(format="d", title=None, grid=False, tickCount=alt.ExprRef("room / 70"), tickMinStep=1)
    year = alt.X("year:Q", axis=labels, scale=alt.Scale(zero=False, nice=False))
    drawn = base.encode(x=year, y=alt.Y(amount, type="quantitative", axis=y), color=colour)
    thick = alt.condition(japan, alt.value(4), alt.value(2))
    line = drawn.mark_line().encode(detail=["iso3:N", alt.Detail(piece, type="nominal")], strokeWidth=thick)
    points = drawn.mark_point(filled=True, size=30).encode(tooltip=tooltip)
    order = [alt.SortField(amount, order="descending"), alt.SortField("iso3")]
    ends = (
        base.transform_joinaggregate(least=f"min({amount})", most=f"max({amount})")
        .transform_joinaggregate(last="max(year)", groupby=["iso3"])
        .transform_filter("datum.year == datum.last")
        .transform_window(place="row_number()", sort=order)
        .transform_joinaggregate(names="count()")
        .transform_calculate(low="min(0, datum.least)", span_of_axis="max(0, datum.most) - min(0, datum.least)")
        .transform_calculate(apart=f"datum.span_of_axis * min({20 / height}, 1 / max(1, datum.names - 1))")
        .transform_calculate(pushed=f"datum.{amount} + datum.place * datum.apart")
        .transform_window(down="min(pushed)", sort=order, frame=[None, 0])  # as low as the names above it ask
        .transform_calculate(
            end="max(datum.down - datum.place * datum.apart, datum.low + (datum.names - datum.place) * datum.apart)",
            at="datum.place - datum.names - 1.2",
        )
        .mark_text(align="left", dx=10, fontWeight="bold")
        .encode(text="name", color=colour)
    )
    named = ends.transform_filter("room >= 520").encode(x=alt.value(alt.ExprRef("width")), y=alt.Y("end:Q", axis=y))
    places = alt.Scale(domain=[0, height / 18], range=[0, height], nice=False)
    listed = ends.transform_filter("room < 520").encode(x=alt.value(0), y=alt.Y("at:Q", scale=places, axis=None))
    layered = alt.layer(alt.layer(line, points, *overlays, named), listed).resolve_scale(y="independent")
    return layered.properties(width="container", height=height)
