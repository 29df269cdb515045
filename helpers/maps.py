"""Maps and bubbles, for the notebooks that have them."""

import json
from typing import Any

import altair as alt

from .charts import category, fitting, in_unit
from .language import texts
from .palette import BLUE, JAPAN, OTHERS, SKY

__all__ = ["bubble_map", "bubble_size", "pole_map", "world_map"]


def bubble_size(
    column: str, kind: str, width: int = 75, *, top: float | None = None,
    least: float = 0, most: tuple[float, float] = (200, 1.2), **legend: Any,
) -> alt.Size:  # fmt: skip
    """Bubbles whose area is in proportion to an amount, larger on a wider screen, with a legend.

    Parameters
    ----------
    kind, width
        Entry for the labels of the legend, as for `axis`, and pixels of a column of it.
    top
        The amount of the largest bubble; that of the rows if None.
    least, most
        Area of the smallest bubble in square pixels, and of the largest: so many, and so many more for each pixel of
        the width of the screen.

    Examples
    --------
    >>> bubble_size("population", "mdgs.people", top=1.4e9, most=(400, 2)).to_dict()["scale"]["rangeMax"]
    {'expr': '400 + 2 * room'}
    """
    area = {"rangeMin": least, "rangeMax": alt.ExprRef(f"{most[0]} + {most[1]} * room")}
    ends = {"domainMin": 0, "domainMax": alt.Undefined if top is None else top}
    grey = alt.Legend(columns=fitting(width), symbolFillColor=OTHERS, symbolStrokeWidth=0, **in_unit(kind), **legend)
    return alt.Size(column, type="quantitative", scale=alt.Scale(type="sqrt", nice=False, **area, **ends), legend=grey)


def bubble_map(
    base: alt.Chart, amount: str, tooltip: list[alt.Tooltip], legend: str, signs: str = "common.signs"
) -> alt.LayerChart:
    """Bubbles on an outline of the land: area for the size of an amount, colour for its sign.

    Parameters
    ----------
    base
        Chart whose transforms leave one row for each place, with columns ``lat``, ``lon`` and `amount`.
    legend
        Entry for the labels of the legend, as for `axis`.
    signs
        Where the words for amounts above (``plus``) and below (``minus``) zero stand in the catalogue.
    """
    words = texts(signs)
    sign = category("sign", [words["plus"], words["minus"]], [BLUE, JAPAN], 260)
    bubbles = (
        base.transform_calculate(
            size=f"abs(datum.{amount})",
            sign=f"datum.{amount} < 0 ? {json.dumps(words['minus'])} : {json.dumps(words['plus'])}",
        )
        .mark_circle(opacity=0.7, stroke="white", strokeWidth=0.5)
        .encode(
            longitude="lon:Q",
            latitude="lat:Q",
            size=bubble_size("size", legend),
            color=sign,
            tooltip=tooltip,
            order=alt.Order("size:Q", sort="descending"),
        )
    )
    return world_map(bubbles)


def world_map(*layers: alt.Chart, height: int = 380, **projection: Any) -> alt.LayerChart:
    """Layers with ``lon`` and ``lat`` on the outline of the land, in a projection that keeps areas equal.

    Unless `projection` says otherwise, the whole earth, at most so many pixels high, on a narrow screen half its width:
    it depends on that width alone, so that the land is not drawn again for every choice.
    """
    land = alt.Chart(alt.NamedData("land")).mark_geoshape(  # explore() adds the data: Altair would check every point
        fill=OTHERS, fillOpacity=0.25, stroke=OTHERS, strokeOpacity=0.35, clip=True, aria=False
    )
    whole = {
        "scale": alt.ExprRef("min((room - 10) / 5.42, height / 2.64)"),
        "translate": alt.ExprRef("[(room - 10) / 2, height / 2]"),
    }
    drawn = alt.layer(land, *layers).project(type="equalEarth", **whole | projection)
    return drawn.properties(width="container", height=height)


def pole_map(*layers: alt.Chart, height: int = 420) -> alt.LayerChart:
    """Layers with ``lon`` and ``lat``, or shapes, on a map centred on a pole, in a projection that keeps areas equal.

    The map fills its frame from the pole down to a latitude. It reads three parameters: ``pole`` is ``"N"`` or
    ``"S"``, ``edge`` that latitude in degrees without sign, and ``turn`` the longitude at the bottom.

    Parameters
    ----------
    height
        Pixels; on a narrower screen the map is as high as it is wide.
    """
    faint = {"stroke": OTHERS, "aria": False}
    sea = alt.Chart(alt.sphere()).mark_geoshape(fill=SKY, fillOpacity=0.13, **faint)
    grid = alt.Chart(alt.graticule(step=[30, 10])).mark_geoshape(filled=False, strokeOpacity=0.3, **faint)
    land = alt.Chart(alt.NamedData("land")).mark_geoshape(fill=OTHERS, fillOpacity=0.35, strokeOpacity=0.7, **faint)
    drawn = alt.layer(sea, grid, land, *layers).project(
        type="azimuthalEqualArea",
        rotate=alt.ExprRef("pole == 'N' ? [-turn, -90, 0] : [180 - turn, 90, 0]"),
        clipAngle=alt.ExprRef("90 - edge"),
        scale=alt.ExprRef("min(width, height) / 2 / (2 * sin((90 - edge) * PI / 360))"),
        translate=alt.ExprRef("[width / 2, height / 2]"),
    )
    return drawn.properties(width="container", height=height)
