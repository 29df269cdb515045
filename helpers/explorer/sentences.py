"""Sentences that follow the controls: templates of the catalogue as Vega expressions."""

import json
import string
from collections.abc import Mapping
from typing import Any

from ..language import shared, text

__all__ = ["compose"]


def compose(template: str, labels: Mapping[str, Mapping[str, str]], theme: str | None) -> str:
    """Write the Vega expression that fills a template.

    A placeholder is the name of a parameter or column, with a format of ``common.formats`` or of ``<theme>.formats``:
    ``"{year}: rank {rank:ordinal}."``. The format ``label`` gives the option's label, one of those of its control.

    Raises
    ------
    ValueError
        If a placeholder asks for the label of what is no control.
    """
    parts = []
    for words, name, kind, _ in string.Formatter().parse(template):
        if words:
            parts.append(_quote(words))
        if name:
            value = name if name in labels else f"datum[{_quote(name)}]"
            if kind == "label":
                if name not in labels:
                    known = ", ".join(labels) or "–"
                    raise ValueError(text("common.explorer.no_label", name=name, template=template, known=known))
                parts.append(f"{_quote(labels[name])}[{value}]")
            else:
                parts.append("(" + (shared("formats", kind, theme) if kind else "{}").replace("{}", value) + ")")
    return " + ".join(parts) or "''"


def _quote(value: Any) -> str:
    """A text or a table of texts as Vega expressions write it; a line that ends inside quotes is none to Vega."""
    return json.dumps(value, ensure_ascii=False).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
