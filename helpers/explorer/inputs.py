"""What a control is to a chart: the one description that Python, the browser (``inputs.js``) and the tests use."""

from typing import Any, NamedTuple

import ipywidgets as widgets

from ..language import text

__all__ = ["Input", "describe", "dress", "in_words"]


class Input(NamedTuple):
    """A control as a chart sees it."""

    kind: str  # how the browser turns its state into the value of the parameter: see KINDS in inputs.js
    values: list[Any] | dict[str, Any] | None  # what options stand for; None: the state is the value
    labels: dict[str, str]  # the label of each option by its value, as text
    start: Any  # the state at first
    value: Any  # the value of the parameter at first


def describe(control: widgets.Widget) -> Input:
    """Describe a control."""
    if hasattr(control, "codes"):  # tags, made by `picker`
        return Input("tags", control.codes, {}, control.value, [control.codes[label] for label in control.value])
    value = list(control.value) if isinstance(control.value, tuple) else control.value
    if "index" in control.trait_names():
        options = control._options_full
        kind = "choices" if isinstance(control.index, tuple) else "choice"
        labels = {str(value): label for label, value in options}
        return Input(kind, [value for _, value in options], labels, control.index, value)
    kind = "switch" if isinstance(value, bool) else "plain"
    if "min" in control.trait_names():
        kind = "range" if isinstance(value, list) else "number"
    return Input(kind, None, {}, value, value)


def dress(name: str, control: widgets.Widget) -> widgets.Widget:
    """Give a control what it lacks by itself: a play button for years, a label for a list of tags."""
    if isinstance(control, widgets.IntSlider) and "year" in name:
        play = widgets.Play(value=control.value, min=control.min, max=control.max, step=control.step, interval=500)
        play.show_repeat = False
        widgets.jslink((play, "value"), (control, "value"))
        return widgets.HBox([play, control])
    if isinstance(control, widgets.TagsInput):
        return widgets.HBox([widgets.Label(control.description), control])
    return control


def in_words(control: Any) -> str:
    """The value of a control in words."""
    value, words = getattr(control, "label", control.value), "common.explorer.words"
    if isinstance(value, bool):
        return text(f"{words}.{'on' if value else 'off'}")
    several = value if isinstance(value, tuple | list) else [value]
    return ("–" if hasattr(control, "min") else text(f"{words}.between")).join(map(str, several))
