"""Charts that the learner drives: controls linked to an Altair chart in the browser, without asking Python.

``explore`` shows ipywidgets above a chart. A change of a control sets the Vega-Lite parameter of the same name in the
browser (``explorer.js``); the kernel is not involved, so a chart answers at once on a far-away server, and still
answers on a saved page that has no kernel at all.
"""

from __future__ import annotations

import copy
import functools
import gzip
import json
import re
import string
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import altair as alt
import anywidget
import ipywidgets as widgets
import traitlets

from ..language import language, shared, text, texts
from ..language import use as choose_language
from ..tables import cite, load, load_json, meaning, table_names, title
from .bundle import VL_CONVERT, build_bundle

__all__ = ["Explorer", "explore", "present", "use"]

FOLDER = Path(__file__).parent
SUBTITLE = "explorer_subtitle"  # the signal that holds the line under the title
ROOM = {"name": "room", "value": 800}  # width of the cell in pixels, set by the browser; charts may use it


# What all explorers share ---------------------------------------------------------------------------------------------


class Runtime(anywidget.AnyWidget):
    """What all explorers of a kernel share: the Vega bundle, sent to the browser once, and the size of the text."""

    _esm = FOLDER / "explorer.js"
    bundle = traitlets.Bytes().tag(sync=True)
    version = traitlets.Unicode().tag(sync=True)
    scale = traitlets.Float(1.0).tag(sync=True)


@functools.cache
def runtime() -> Runtime:
    return Runtime(bundle=build_bundle(), version=f"{alt.SCHEMA_VERSION}-{VL_CONVERT}")


def use(code: str) -> None:
    """Set up a notebook: choose its language, and send the chart library to the browser ahead of the first chart.

    Raises
    ------
    ValueError
        If there is no catalogue for `code`; the message lists those there are.
    """
    choose_language(code)
    runtime()


def present(on: bool = True, scale: float = 1.6) -> None:
    """Enlarge the text of every chart for the back row of a classroom; ``present(False)`` goes back.

    Charts that are already drawn change too.
    """
    runtime().scale = scale if on else 1.0


# The widget -----------------------------------------------------------------------------------------------------------


class Panel(anywidget.AnyWidget):
    """The part of an explorer below its controls: chart, summary, source, buttons and table of numbers."""

    _esm = FOLDER / "explorer.js"
    _css = FOLDER / "explorer.css"
    runtime = traitlets.Instance(widgets.Widget).tag(sync=True, **widgets.widget_serialization)
    controls = traitlets.Dict().tag(sync=True, **widgets.widget_serialization)
    spec = traitlets.Bytes().tag(sync=True)
    settings = traitlets.Dict().tag(sync=True)


class Explorer(widgets.VBox):
    """Controls above a chart. Made by `explore`.

    Attributes
    ----------
    spec : dict
        The Vega-Lite specification, with the first value of every control as the value of its parameter.
    inputs : dict of str to ipywidgets.Widget
        The controls by the name of the parameter that each drives.
    """

    def __init__(self, spec: dict[str, Any], inputs: Mapping[str, widgets.Widget], settings: dict[str, Any]):
        self.inputs = dict(inputs)
        packed = gzip.compress(json.dumps(spec, separators=(",", ":"), ensure_ascii=False).encode(), mtime=0)
        self.panel = Panel(runtime=runtime(), controls=self.inputs, spec=packed, settings=settings)
        row = widgets.HBox([_dressed(name, control) for name, control in self.inputs.items()]).add_class(
            "explorer-controls"
        )
        super().__init__([row, self.panel] if self.inputs else [self.panel])
        self.add_class("explorer")

    @property
    def spec(self) -> dict[str, Any]:
        """The Vega-Lite specification, unpacked: kept as it is sent, it takes a tenth of the memory."""
        return json.loads(gzip.decompress(self.panel.spec))


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
        ipywidgets by the name of the Vega-Lite parameter that each drives. A whole-number slider whose name contains
        ``year`` gets a play button.

    Returns
    -------
    Explorer

    Raises
    ------
    ValueError
        If a control has no parameter of its name in the chart, or a parameter has neither a control nor a value.

    Examples
    --------
    >>> import pandas as pd
    >>> data = pd.DataFrame({"year": [2010, 2011], "amount": [11.06, 11.09]})
    >>> year = alt.param("year")
    >>> bars = alt.Chart(data).mark_bar().encode(x="amount:Q").add_params(year).transform_filter("datum.year == year")
    >>> explore(bars, year=widgets.IntSlider(value=2011, min=2010, max=2011)).spec["params"][0]
    {'name': 'year', 'value': 2011}
    """
    wording = texts(key) if key else {}
    theme = key.split(".")[0] if key else None
    labels = {name: _option_labels(control) for name, control in controls.items()}
    if summary is not None:
        sentence = _expression(wording["summary"], labels, theme)
        first = summary.transform_window(explorer_row="row_number()").transform_filter("datum.explorer_row == 1")
        said = first.transform_calculate(sentence=sentence).mark_point(opacity=0, size=0)
        said = said.encode(description="sentence:N").properties(name="summary")
        chart = chart + said if isinstance(chart, alt.Chart) else _added(chart, said)
    spec = copy.deepcopy(chart) if isinstance(chart, dict) else chart.to_dict()
    if any(unit.get("data") == {"name": "land"} for unit in _units(spec)):
        spec.setdefault("datasets", {})["land"] = load_json("land")["features"]
    _set_parameters(spec, controls)
    _recompute(spec, f"[{', '.join(controls)}]")
    spec.setdefault("params", []).append(ROOM)
    spec.setdefault("autosize", {"type": "fit-x", "contains": "padding"})
    if wording:
        spec["description"] = wording["description"]
        subtitle = _expression(wording.get("subtitle", ""), labels, theme)
        spec["params"].append({"name": SUBTITLE, "expr": subtitle})
    for name, control in controls.items():
        control.description = wording.get("controls", {}).get(name, control.description or name)
        control.style.description_width = "initial"
        if isinstance(control, widgets.ToggleButtons):
            control.style.button_width = "initial"
    settings = {
        "language": language(),
        "title": wording.get("title", ""),
        "columns": _columns(spec),
        "values": {name: value for name, control in controls.items() if (value := _values(control)) is not None},
        "start": {name: _state(control) for name, control in controls.items()},
        "source": cite(tables) if tables else "",
        "meanings": _meanings(spec, [tables] if isinstance(tables, str) else tables),
        "nothing": wording.get("nothing", text("common.explorer.nothing")) if summary is not None else "",
        "file": (key or "chart").replace(".", "-"),
        "words": texts("common.explorer.words"),
    }
    return Explorer(spec, controls, settings)


def _added(chart: alt.LayerChart, layer: alt.Chart) -> alt.LayerChart:
    """The chart with one more layer on top, its size and padding kept."""
    chart = chart.copy()
    chart += layer
    return chart


def _set_parameters(spec: dict[str, Any], controls: Mapping[str, widgets.Widget]) -> None:
    parameters = {p["name"]: p for p in spec.get("params", []) if "select" not in p}
    if unknown := [name for name in controls if name not in parameters]:
        known = ", ".join(parameters) or "–"
        raise ValueError(text("common.explorer.no_parameter", names=", ".join(unknown), known=known))
    for name, control in controls.items():
        parameters[name].pop("expr", None)
        parameters[name]["value"] = _parameter_value(control)
    if loose := [name for name, p in parameters.items() if not p.keys() & {"value", "expr", "bind"}]:
        raise ValueError(text("common.explorer.no_control", names=", ".join(loose)))


def _recompute(spec: dict[str, Any], signals: str) -> None:
    """Have Vega recompute what follows a window or joinaggregate transform whenever a control changes.

    Vega renews such values without telling later transforms of the rows that stayed, whose derived columns and marks
    would then be those of the choice before. A calculation that reads all `signals` makes it visit every row.
    """
    for part in [part for key in ("layer", "concat", "hconcat", "vconcat") for part in spec.get(key, [])]:
        _recompute(part, signals)
    renewed = []
    for transform in spec.get("transform", []):
        renewed.append(transform)
        if "window" in transform or "joinaggregate" in transform:
            renewed.append({"calculate": signals, "as": "explorer_signals"})
    if renewed:
        spec["transform"] = renewed


def _values(control: widgets.Widget) -> list[Any] | dict[str, Any] | None:
    """What the browser needs to turn the state of a control into a value: a list by index, or codes by label."""
    if hasattr(control, "codes"):
        return control.codes
    if "index" in control.trait_names():
        return [value for _, value in control._options_full]
    return None


def _state(control: widgets.Widget) -> Any:
    return control.index if "index" in control.trait_names() else control.value


def _parameter_value(control: widgets.Widget) -> Any:
    if hasattr(control, "codes"):
        return [control.codes[label] for label in control.value]
    return list(control.value) if isinstance(control.value, tuple) else control.value


def _option_labels(control: widgets.Widget) -> dict[str, str]:
    return {str(value): label for label, value in getattr(control, "_options_full", ())}


# Sentences ------------------------------------------------------------------------------------------------------------


def _expression(template: str, labels: Mapping[str, Mapping[str, str]], theme: str | None) -> str:
    """A Vega expression that fills a template. `labels` holds the option labels of every control."""
    parts = []
    for words, name, kind, _ in string.Formatter().parse(template):
        if words:
            parts.append(_quoted(words))
        if name:
            value = name if name in labels else f"datum[{_quoted(name)}]"
            if kind == "label":
                parts.append(f"{_quoted(labels[name])}[{value}]")
            else:
                parts.append("(" + (shared("formats", kind, theme) if kind else "{}").replace("{}", value) + ")")
    return " + ".join(parts) or "''"


def _quoted(value: Any) -> str:
    """A text or a table of texts as Vega expressions write it; a line that ends inside quotes is none to Vega."""
    return json.dumps(value, ensure_ascii=False).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


# Numbers --------------------------------------------------------------------------------------------------------------


def _columns(spec: dict[str, Any]) -> list[dict[str, str]]:
    """Columns of "Show the numbers": the tooltips of the first layer that lists some.

    The rows are those of the layer that a chart itself names ``numbers``; if none is, this layer gets the name.
    """
    units = list(_units(spec))
    for unit in units:
        tooltip = unit.get("encoding", {}).get("tooltip")
        if isinstance(tooltip, list) and unit.get("name") != "summary":
            if not any(other.get("name") == "numbers" for other in units):
                unit["name"] = "numbers"
            fields = [_computed(tip.get("aggregate"), tip.get("field")) for tip in tooltip]
            return [
                {"field": field, "title": tip.get("title", field), "format": tip.get("format", "")}
                for field, tip in zip(fields, tooltip, strict=True)
            ]
    return []


def _meanings(spec: dict[str, Any], tables: Iterable[str]) -> list[dict[str, str]]:
    """What the columns count that the chart draws, below "Show the numbers"; all of its tables where it names none."""
    said = [
        (name, column, words)
        for name in tables
        if name in table_names()
        for column in load(name)
        if (words := meaning(name, column))
    ]
    program = json.dumps({part: value for part, value in spec.items() if part != "datasets"})
    drawn = [entry for entry in said if re.search(rf"\b{entry[1]}\b", program)] or said
    return list(
        {
            (title(name, column), words): {"title": title(name, column), "words": words}
            for name, column, words in drawn
        }.values()
    )


def _units(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The parts of a chart that draw marks, in order."""
    for part in spec.get("layer", ()):
        yield from _units(part)
    if "layer" not in spec:
        yield spec


def _computed(aggregate: str | None, field: str | None) -> str:
    """The name that Vega-Lite gives to a column."""
    return field if not aggregate else "__count" if aggregate == "count" else f"{aggregate}_{field}"


# Layout and plain charts ----------------------------------------------------------------------------------------------


def _dressed(name: str, control: widgets.Widget) -> widgets.Widget:
    """The control with what it lacks by itself: a play button for years, a label for a list of tags."""
    if isinstance(control, widgets.IntSlider) and "year" in name:
        play = widgets.Play(value=control.value, min=control.min, max=control.max, step=control.step, interval=500)
        play.show_repeat = False
        widgets.jslink((play, "value"), (control, "value"))
        return widgets.HBox([play, control])
    if isinstance(control, widgets.TagsInput):
        return widgets.HBox([widgets.Label(control.description), control])
    return control


def _render(spec: dict[str, Any], **_: Any) -> Any:
    """Altair renderer: a plain chart, shown by the same widget and so without a network."""
    return explore(spec)._repr_mimebundle_()


alt.renderers.register("explorer", _render)
alt.renderers.enable("explorer")
alt.data_transformers.disable_max_rows()  # the data go to the learner's own browser
