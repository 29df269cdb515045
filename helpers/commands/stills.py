"""Stills: the picture of an explorer's chart as it is at the start, for paper and for pages that are not awake yet."""

from __future__ import annotations

import base64
import copy
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import vl_convert
from markupsafe import Markup

from ..explorer import ROOM, SUBTITLE, Explorer
from ..explorer.inputs import in_words
from ..palette import font
from .outlines import outline

__all__ = ["INK", "Still", "draw_still", "look"]

INK = "#111111"
SVG = "http://www.w3.org/2000/svg"
ElementTree.register_namespace("", SVG)


@dataclass(frozen=True)
class Still:
    """A picture of a chart and the lines around it.

    Attributes
    ----------
    picture
        SVG.
    width, height
        Size of the picture in pixels.
    title, subtitle, sentence, description, source
        What stands above and below the chart, and what it shows in words; each may be empty.
    chosen
        Label and value in words of every control.
    controls
        Their boxes, without use, as markup.
    """

    picture: str
    width: int
    height: int
    title: str
    subtitle: str
    sentence: str
    description: str
    source: str
    chosen: list[tuple[str, str]]
    controls: Markup

    @property
    def address(self) -> str:
        """The picture as an address that holds it."""
        return "data:image/svg+xml;base64," + base64.b64encode(self.picture.encode()).decode()


def draw_still(
    explorer: Explorer, width: int, ink: str = INK, background: str = "white", linkable: bool = False
) -> Still:
    """Draw the chart of an explorer as a browser does at the start.

    Parameters
    ----------
    explorer
        What `explore` made.
    width
        Of the picture in pixels; a chart whose plot has a width of its own may differ.
    ink, background
        Colours of words and lines, and of what is behind them; ``"currentColor"`` leaves the ink to the page.
    linkable
        Whether the page has an address that can restore a view, as a page of the static edition has.
    """
    spec, settings = _sized(explorer.spec, width, linkable), explorer.panel.settings
    vega = vl_convert.vegalite_to_vega(spec, config=look(ink, width, settings["language"]) | {"background": background})
    if any(signal["name"] == SUBTITLE for signal in vega["signals"]):
        vega["marks"].append(_spoken(SUBTITLE))
    picture = ElementTree.fromstring(vl_convert.vega_to_svg(vega))
    subtitle, sentence = _take(picture, SUBTITLE), _take(picture, "summary_marks")
    return Still(
        picture=ElementTree.tostring(picture, encoding="unicode"),
        width=round(float(picture.attrib["width"])),
        height=round(float(picture.attrib["height"])),
        title=settings["title"],
        description=spec.get("description", ""),
        source=settings["source"],
        chosen=[(control.description, in_words(control)) for control in explorer.inputs.values()],
        controls=outline(explorer),
        subtitle=subtitle,
        sentence=sentence or settings["nothing"],
    )


def look(ink: str, width: int, language: str = "en") -> dict[str, Any]:
    """The configuration of charts: that of ``theme`` in ``explorer/drawing.js``, which a test compares."""
    words = {
        "labelColor": ink,
        "titleColor": ink,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": 600,
    }
    lines = {"gridColor": ink, "gridOpacity": 0.14, "domainColor": ink, "tickColor": ink}
    limit = max(90, min(200, 0.46 * width))
    direction = "vertical" if width < 520 else "horizontal"
    return {
        "background": "transparent",
        "padding": {"left": 5, "top": 5, "right": 12, "bottom": 5},
        "font": font(language),
        "view": {"stroke": None},
        "axis": {**words, **lines, "labelLimit": limit, "labelOverlap": "greedy"},
        "axisX": {"labelSeparation": 6},
        "axisYDiscrete": {"labelPadding": 8},
        "legend": {
            **words,
            "labelLimit": min(260, width - 40),
            "orient": "top",
            "titleAnchor": "start",
            "layout": {"top": {"direction": direction, "anchor": "start"}},
        },
        "title": {
            "color": ink,
            "subtitleColor": ink,
            "anchor": "start",
            "frame": "group",
            "offset": 12,
            "fontSize": 16,
            "subtitleFontSize": 13,
            "subtitlePadding": 5,
        },
        "text": {"color": ink, "fontSize": 12},
        "point": {"aria": False, "opacity": 1},
        "rule": {"color": ink},
    }


def _sized(spec: dict[str, Any], width: int, linkable: bool) -> dict[str, Any]:
    """The specification for a width, as ``draw`` in ``explorer/drawing.js`` makes it; its last words are spoken."""
    spec = copy.deepcopy(spec)
    given = {ROOM["name"]: width, "linkable": linkable}
    for parameter in spec["params"]:
        if parameter["name"] in given:
            parameter["value"] = given[parameter["name"]]
    if spec.get("width") == "container":
        spec["width"] = width
    if spec.get("projection", {}).get("type") == "equalEarth":
        spec["height"] = min(spec["height"], width / 2)
    if not isinstance(spec.get("width"), int | float):
        spec["autosize"] = "pad"
    for layer in spec.get("layer", ()):
        if layer.get("name") == "summary":
            layer["mark"]["aria"] = True
    return spec


def _spoken(signal: str) -> dict[str, Any]:
    """A mark that nobody sees and whose description is a signal."""
    said = {"description": {"signal": signal}, "size": {"value": 0}, "opacity": {"value": 0}}
    return {"type": "symbol", "name": signal, "aria": True, "encode": {"enter": said}}


def _take(picture: ElementTree.Element, name: str) -> str:
    """Take the marks of a name out of a picture; gives what the first of them says."""
    said = ""
    for outer in list(picture.iter()):
        for group in [inner for inner in outer if name in inner.get("class", "").split()]:
            said = said or next((label for mark in group.iter() if (label := mark.get("aria-label"))), "")
            outer.remove(group)
    return said
