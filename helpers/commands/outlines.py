"""The boxes of an explorer's controls, without use: they take the room of the controls on a page that is not awake.

The elements and classes are those that ipywidgets gives to its controls, so that the same styles lay them out.
"""

from __future__ import annotations

import ipywidgets as widgets
from markupsafe import Markup

from ..explorer import Explorer

__all__ = ["outline"]

LINE = "jupyter-widgets widget-inline-hbox"
LABEL = Markup('<label class="widget-label" style="width: initial">{}</label>')
TRACK = Markup('<div class="slider noUi-target noUi-horizontal"><div class="noUi-base"></div></div>')


def outline(explorer: Explorer) -> Markup:
    """The controls of an explorer as markup in which nothing can be pressed; empty where it has none."""
    return Markup("").join(map(_outline, explorer.children[0].children)) if explorer.inputs else Markup("")


def _outline(widget: widgets.Widget) -> Markup:
    label = LABEL.format(getattr(widget, "description", ""))
    if isinstance(widget, widgets.Box):
        return _box("jupyter-widgets widget-container widget-box widget-hbox", *map(_outline, widget.children))
    if isinstance(widget, widgets.Play):
        button = Markup('<button class="jupyter-button" disabled><i class="fa fa-{}"></i></button>')
        return _box(f"{LINE} widget-play", *map(button.format, ("play", "stop")))
    if isinstance(widget, widgets.Label):
        return _box(f"{LINE} widget-label", Markup("{}").format(widget.value))
    if isinstance(widget, widgets.Checkbox):
        words = Markup('<label class="widget-label-basic"><input type="checkbox" disabled><span>{}</span></label>')
        return _box(f"{LINE} widget-checkbox", words.format(widget.description))
    if isinstance(widget, widgets.TagsInput):
        tag = Markup('<div class="jupyter-widget-tag">{}<i class="fa fa-times jupyter-widget-tag-close"></i></div>')
        field = Markup('<input class="jupyter-widget-tag jupyter-widget-taginput" size="2" disabled>')
        return _box(
            "jupyter-widgets jupyter-widget-tagsinput", *map(tag.format, widget.value), _box("widget-text", field)
        )
    if isinstance(widget, widgets.ToggleButtons):
        button = Markup('<button class="widget-toggle-button jupyter-button{}" disabled>{}<i></i></button>')
        named = enumerate(label for label, _ in widget._options_full)
        buttons = (button.format(" mod-active" if at == widget.index else "", name) for at, name in named)
        return _box("widget-toggle-buttons", label, _box("", *buttons))
    if isinstance(widget, widgets.Dropdown):
        longest = max((label for label, _ in widget._options_full), key=len)
        chosen = Markup("<select disabled><option>{}</option></select>").format(longest.replace(" ", "\xa0"))
        return _box(f"{LINE} widget-dropdown", label, chosen)
    if "min" not in widget.trait_names():
        raise TypeError(f"No outline of a {type(widget).__name__} is written down here.")
    value = widget.value if isinstance(widget.value, tuple) else (widget.value,)
    readout = _box("widget-readout", Markup("{}").format(" – ".join(map(str, value))))
    return _box(f"{LINE} widget-slider widget-hslider", label, _box("slider-container", TRACK), readout)


def _box(classes: str, *inside: Markup) -> Markup:
    return Markup('<div class="{}">{}</div>').format(classes, Markup("").join(inside))
