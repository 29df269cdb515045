"""What stands on a page in the place of a widget until it is awake, and the files that wake it.

Each explorer has a file of its own with the state of its models; the questions and other widgets of a page share one.
They are classic scripts that call ``bluebook.take`` of ``site.js``: modules and fetch fail where a page is opened from
a folder.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from ...language import text, texts
from ...palette import darker
from ..drawings import draw_paper
from ..stills import Still
from .layout import layout

__all__ = ["NARROW", "WIDE", "Place", "Programs", "distinct", "read_places", "still_files"]

NARROW, WIDE = 354, 732  # of a chart on a telephone 390 pixels wide, and on a tablet or on paper
VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"

# A picture of its own does not inherit the colour of its page, but knows whether the page is dark: paper never is.
LIGHT = 'svg{color:#1f2328}text[fill^="#"]{fill:var(--bluebook-darker,currentColor)}'
DARK = 'svg{color:#e8ebee}text[fill^="#"]{filter:brightness(1.5)}'
SCHEMES = f"@media not all and (prefers-color-scheme:dark){{{LIGHT}}}@media(prefers-color-scheme:dark){{{DARK}}}"
DRESS = f"<style>{''.join(darker())}{SCHEMES}</style>"

States = dict[str, Any]


class Programs:
    """The programs of our widgets, which many models share: moved out of their states and kept once."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def take(self, states: States) -> None:
        """Move programs out of states, which keep their names. Styles stand in ``site.css``, Vega in a file."""
        for model in states.values():
            traits = model["state"]
            if (source := traits.get("_esm")) and source not in self.texts:  # a model may have several places
                traits["_esm"] = hashlib.sha256(source.encode()).hexdigest()[:12]
                self.texts[traits["_esm"]] = source
                traits["_css"] = ""
            if "settings" in traits:
                traits["settings"]["words"]["failed"] = text("site.waking.failed")  # there is no kernel
            if "linkable" in traits:
                traits["linkable"] = True  # a page has an address that can restore a view
            model["buffers"] = [part for part in model.get("buffers", ()) if part["path"] != ["bundle"]]


@dataclasses.dataclass
class Place:
    """A widget's place on a page.

    Attributes
    ----------
    model
        The id of its model.
    name
        What it is called on the page and in an address.
    file
        The path of the script with its state, from the folder of the page.
    states
        Its models and those that they name, by id.
    stand_in
        HTML of what stands there until it is awake.
    """

    model: str
    name: str
    file: str
    states: States
    stand_in: str = ""

    @property
    def script(self) -> str:
        """The call that hands the state to the page."""
        return f"bluebook.take({json.dumps(self.name)}, {json.dumps(self.model)}, {json.dumps(self.states)});\n"


def distinct(names: Iterable[str]) -> list[str]:
    """Names in which one that comes again has a number: charts without a key have the same.

    Examples
    --------
    >>> distinct(["chart", "oda-ranking", "chart"])
    ['chart', 'oda-ranking', 'chart-2']
    """
    counts: Counter[str] = Counter()
    found = []
    for name in names:
        counts[name] += 1
        found.append(name if counts[name] == 1 else f"{name}-{counts[name]}")
    return found


def read_places(notebook: Any, stem: str, stills: Mapping[str, tuple[Still, Still]]) -> list[Place]:
    """The places of the widgets that an executed notebook shows, in order.

    Parameters
    ----------
    notebook
        With the state of its widgets in its metadata, as nbclient leaves it.
    stem
        Name of its file.
    stills
        Narrow and wide still of each explorer by its name.
    """
    states = notebook.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    shown = {model: _with_links(_needed(model, states), states) for model in _shown(notebook.cells)}
    charts = {
        model: [part["state"]["settings"] for part in mine.values() if "settings" in part["state"]]
        for model, mine in shown.items()
    }
    names = iter(distinct(settings["file"] for each in charts.values() for settings in each))
    places = []
    for number, (model, mine) in enumerate(shown.items(), 1):
        if called := [next(names) for _ in charts[model]]:  # a widget may hold several explorers
            place = Place(model, called[0], f"views/{stem}/{called[0]}.js", mine)
            drawn = [
                (f"stills/{stem}/{name}", settings, *stills[name])
                for name, settings in zip(called, charts[model], strict=True)
            ]
            place.stand_in = _stand_in("explorer", place, charts=drawn)
        else:
            place = Place(model, f"widget-{number}", f"views/{stem}/widgets.js", mine)
            content = mine[model]["state"].get("content")
            place.stand_in = _question(place, content) if content else _stand_in("widget", place)
        places.append(place)
    return places


def _shown(cells: Iterable[Any]) -> Iterable[str]:
    for cell in cells:
        for output in cell.get("outputs", ()):
            if VIEW in output.get("data", {}):
                yield output["data"][VIEW]["model_id"]


def _needed(model: str, states: States) -> States:
    """A model and all that it names, directly or not."""
    found, waiting = {}, [model]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = states[name]
            waiting += re.findall(r'"IPY_MODEL_(\w+)"', json.dumps(states[name]["state"]))
    return found


def _with_links(mine: States, states: States) -> States:
    """And the links between them, which they do not name."""
    for name, model in states.items():
        ends = [model["state"].get(end) for end in ("source", "target")]
        if all(ends) and all(end[0].removeprefix("IPY_MODEL_") in mine for end in ends):
            mine |= _needed(name, states)
    return mine


def still_files(stem: str, stills: Mapping[str, tuple[Still, Still]]) -> dict[str, str]:
    """The pictures of a page's explorers by their path, in the ink of the page that shows them."""
    return {
        f"stills/{stem}/{name}-{size}.svg": still.picture.replace(">", f">{DRESS}", 1)
        for name, pair in stills.items()
        for size, still in zip(("narrow", "wide"), pair, strict=True)
    }


def _question(place: Place, content: dict[str, Any]) -> str:
    pictures = [draw_paper(content, width) for width in (330, 640)] if content["drawn"] else []
    return _stand_in("question", place, content=content, drawn=content["drawn"], pictures=pictures)


def _stand_in(kind: str, place: Place, **given: Any) -> str:
    return layout.get_template(f"stand-in-{kind}.html").render(place=place, words=texts("site"), **given)
