"""Maps that look down on a pole, in notebook 05-polar only."""

import altair as alt

from .palette import OTHERS, SKY

__all__ = ["pole_map"]


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
