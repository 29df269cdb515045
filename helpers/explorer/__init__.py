"""Charts that the learner drives: controls linked to an Altair chart in the browser, without asking Python.

``explore`` shows ipywidgets above a chart. A change of a control sets the Vega-Lite parameter of the same name in the
browser (``panel.js``); the kernel is not involved, so a chart answers at once on a far-away server, and still answers
on a saved page that has no kernel at all.
"""

import copy
import functools
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import altair as alt
import anywidget
import ipywidgets as widgets
import traitlets

from ..charts import heading
from ..language import language, text, texts
from ..markup import Readable
from ..palette import style_sheet
from ..tables import cite, cited, load, load_json, meaning, table_names
from .bundle import VL_CONVERT, build_bundle
from .inputs import describe, dress, in_words
from .sentences import compose
from .spec import check_names, columns_of, mark_numbers, pack, recompute, set_parameters, units, unpack

__all__ = ["Explorer", "explore", "join_modules", "runtime"]

SUBTITLE = "explorer_subtitle"  # the signal that holds the line under the title
ROOM = {"name": "room", "value": 800}  # width of the cell in pixels, set by the browser; charts may use it


def join_modules(*files: Path) -> str:
    """Join JavaScript modules, each after those it imports, into the one that anywidget takes. Names must differ.

    The last one keeps its ``export default``; the others export to those after them by their names alone.
    """
    joined = "\n".join(file.read_text(encoding="utf-8") for file in files)
    return re.sub(r'^import [^;]* from "\.{1,2}/[^"]*";\n|^export (?!default)', "", joined, flags=re.MULTILINE)


FOLDER = Path(__file__).parent
PARTS = "dom inputs naming steps drawing chart leaving table picture walk sound cursor panel"
PROGRAM = join_modules(*(FOLDER / f"{name}.js" for name in PARTS.split()))

# What all explorers share ---------------------------------------------------------------------------------------------


class Runtime(anywidget.AnyWidget):
    """What all explorers of a kernel share: the Vega bundle, sent to the browser once, and the size of the text."""

    _esm = PROGRAM
    bundle = traitlets.Bytes().tag(sync=True)
    version = traitlets.Unicode().tag(sync=True)
    scale = traitlets.Float(1.0).tag(sync=True)
    linkable = traitlets.Bool(False).tag(sync=True)  # whether the page has an address that can restore a view


@functools.cache
def runtime() -> Runtime:
    """What all explorers of this kernel share; the first call sends it to the browser."""
    return Runtime(bundle=build_bundle(), version=f"{alt.SCHEMA_VERSION}-{VL_CONVERT}")


# The widget -----------------------------------------------------------------------------------------------------------


class Panel(anywidget.AnyWidget):
    """The part of an explorer below its controls: chart, summary, source, buttons and table of numbers."""

    _esm = PROGRAM
    _css = style_sheet(FOLDER / "explorer.css")
    runtime = traitlets.Instance(widgets.Widget).tag(sync=True, **widgets.widget_serialization)
    controls = traitlets.Dict().tag(sync=True, **widgets.widget_serialization)
    spec = traitlets.Bytes().tag(sync=True)
    settings = traitlets.Dict().tag(sync=True)


class Explorer(Readable, widgets.VBox):
    """Controls (``inputs``, by the name of the parameter that each drives) above a chart of `tables`. See `explore`."""

    def __init__(
        self, spec: dict[str, Any], inputs: Mapping[str, widgets.Widget], settings: dict[str, Any], tables: list[str]
    ):
        self.inputs, self.tables = dict(inputs), tables
        self.panel = Panel(runtime=runtime(), controls=self.inputs, spec=pack(spec), settings=settings)
        row = widgets.HBox([dress(*named) for named in self.inputs.items()]).add_class("explorer-controls")
        super().__init__([row, self.panel] if self.inputs else [self.panel])
        self.add_class("explorer")

    @property
    def spec(self) -> dict[str, Any]:
        """The Vega-Lite specification at first, unpacked: kept as it is sent, it takes a tenth of the memory."""
        return unpack(self.panel.spec)

    def _told(self) -> list[str]:
        settings, colon = self.panel.settings, text("common.claims.colon")
        title = settings["title"] or text("common.explorer.this_chart")
        chosen = " · ".join(f"{control.description}{colon}{in_words(control)}" for control in self.inputs.values())
        shown = self.spec.get("description", "")
        return [title, chosen, shown, settings["words"]["saved"], settings["source"]]


def explore(
    chart: alt.TopLevelMixin | dict[str, Any],
    key: str | None = None,
    tables: str | Iterable[str] = (),
    summary: alt.Chart | None = None,
    **controls: widgets.Widget,
) -> Explorer:
    """Show a chart under controls that drive it in the browser.

    Parameters
    ----------
    chart
        An Altair chart, or its specification. The tooltips of its first layer that has any say which columns "Show
        the numbers" lists.
    key
        Where the texts of this explorer stand in the catalogue, for example ``"oda.ranking"``: ``title``,
        ``description`` (what the chart shows, for screen readers), ``summary``, ``controls.<name>`` (the label of a
        control) and, where they are wanted, ``subtitle`` and ``nothing`` (the summary when there is nothing to say).
    tables
        Name or names of the tables drawn; the source line below the chart cites them.
    summary
        A chart without a mark whose first row of data fills the ``summary`` sentence of the catalogue, such as
        ``base.transform_filter("datum.iso3 == 'JPN'")``. Placeholders name a column or a parameter, with a format of
        ``common.formats`` or of ``<theme>.formats``: ``"{year}: Japan ranks {rank:ordinal} with {amount:usd}."``
    **controls
        ipywidgets by the name of the Vega-Lite parameter that each drives; a parameter that the chart does not have
        is added. A whole-number slider whose name contains ``year`` gets a play button.

    Raises
    ------
    ValueError
        If nothing in the chart reads a control, a parameter has neither a control nor a value, or the chart reads a
        column that nothing gives.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.rows import rows
    >>> data = pd.DataFrame({"year": [2010, 2011], "amount": [11.06, 11.09]})
    >>> bars = rows(data).chosen("year").mark_bar().encode(x="amount:Q")
    >>> explore(bars, year=widgets.IntSlider(value=2011, min=2010, max=2011)).spec["params"][0]
    {'name': 'year', 'value': 2011}
    """
    wording, theme = (texts(key), key.split(".")[0]) if key else ({}, None)
    tables = [tables] if isinstance(tables, str) else list(tables)
    inputs = {name: describe(control) for name, control in controls.items()}
    labels = {name: described.labels for name, described in inputs.items()}
    if summary is not None:
        chart = _say(chart, summary, compose(texts(f"{key}.summary"), labels, theme))
    spec = copy.deepcopy(chart) if isinstance(chart, dict) else chart.to_dict()
    if any(unit.get("data") == {"name": "land"} for unit in units(spec)):
        spec.setdefault("datasets", {})["land"] = load_json("land")["features"]
    check_names(spec, key or text("common.explorer.this_chart"))
    set_parameters(spec, inputs)
    recompute(spec, f"[{', '.join(controls)}]")
    spec.setdefault("params", []).append(ROOM)
    spec.setdefault("autosize", {"type": "fit-x", "contains": "padding"})
    if wording:
        spec["description"] = texts(f"{key}.description")
        spec["params"].append({"name": SUBTITLE, "expr": compose(wording.get("subtitle", ""), labels, theme)})
    _label(controls, wording.get("controls", {}))
    settings = {
        "language": language(),
        "title": wording.get("title", ""),
        "columns": columns_of(mark_numbers(spec)),
        "inputs": {name: {"kind": one.kind, "values": one.values, "start": one.start} for name, one in inputs.items()},
        "heads": wording.get("heads", {}),
        "source": cite(tables),
        "cited": cited(tables),
        "meanings": _meanings(spec, tables),
        "nothing": wording.get("nothing", text("common.explorer.nothing")) if summary is not None else "",
        "file": (key or "chart").replace(".", "-"),
        "words": texts("common.explorer.words"),
    }
    return Explorer(spec, controls, settings, tables)


def _say(chart: alt.TopLevelMixin, summary: alt.Chart, sentence: str) -> alt.LayerChart:
    """The chart with one more layer on top, unseen, whose first row holds the sentence; size and padding are kept."""
    first = summary.transform_window(explorer_row="row_number()").transform_filter("datum.explorer_row == 1")
    said = first.transform_calculate(sentence=sentence).mark_point(opacity=0, size=0)
    said = said.encode(description="sentence:N").properties(name="summary")
    if isinstance(chart, alt.Chart):
        return chart + said
    chart = chart.copy()
    chart += said
    return chart


def _label(controls: Mapping[str, widgets.Widget], words: Mapping[str, str]) -> None:
    for name, control in controls.items():
        control.description = words.get(name, control.description or name)
        control.style.description_width = "initial"
        if isinstance(control, widgets.ToggleButtons):
            control.style.button_width = "initial"


def _meanings(spec: dict[str, Any], tables: Iterable[str]) -> list[dict[str, str]]:
    """What the columns count that the chart draws, below "Show the numbers"; all of its tables where it names none."""
    columns = [(name, column) for name in tables if name in table_names() for column in load(name)]
    said = [(name, column, words) for name, column in columns if (words := meaning(name, column))]
    program = json.dumps({part: value for part, value in spec.items() if part != "datasets"})
    drawn = [entry for entry in said if re.search(rf"\b{entry[1]}\b", program)] or said
    told = {(heading(name, column), words): column for name, column, words in drawn}
    return [{"title": title, "words": words, "column": column} for (title, words), column in told.items()]
