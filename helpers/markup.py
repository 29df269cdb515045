"""HTML that notebooks show: tables that scroll by themselves, badges and cards in the style of the collection."""

import html
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from .language import language

__all__ = ["CARD", "FEW", "Html", "Readable", "STYLE", "badge", "given", "link", "listing"]

PLAIN = 4000  # letters of what a table says where nothing but text is shown
FEW = 12  # rows that a page shows whole, without search
# In card.css each class stands twice: JupyterLab's own rules for what an output holds are stronger than one class.
STYLE, CARD = (
    f"<style>\n{Path(__file__).with_name(f'{name}.css').read_text(encoding='utf-8')}</style>"
    for name in ("listing", "card")
)


class Html:
    """Something that a notebook shows as HTML; every text in it was escaped when it was put in.

    Its elements have the class ``mathjax_ignore``, for JupyterLab takes what stands between two dollars for a formula.
    """

    def __init__(self, markup: str):
        self.markup, self.language = markup, language()

    def _repr_html_(self) -> str:
        return f'<div lang="{self.language}">{self.markup}</div>'

    def __repr__(self) -> str:
        words = re.sub(r"(?s)<(style|script).*?</\1>|</(?:tr|p|h3|li|caption|div|summary)>", "\n", self.markup)
        words = re.sub(r"</(?:t[dh]|d[td])>|(?:<br>)?<(?:dl|small)\b[^>]*>|<br>", " · ", words)
        lines = (line.strip(" ·") for line in html.unescape(re.sub("<[^>]*>", "", words)).split("\n"))
        return "\n".join(filter(None, lines))[:PLAIN]


class Readable:
    """A widget that a saved, exported or untrusted notebook, where no widget is alive, shows as the lines it tells."""

    def _repr_mimebundle_(self, **given: Any) -> Any:
        view = super()._repr_mimebundle_(**given)  # of anywidget a pair, with metadata
        head, *rest = filter(None, self._told())
        markup = f"<p><b>{html.escape(head)}</b></p>" + "".join(f"<p>{html.escape(line)}</p>" for line in rest)
        data = view[0] if isinstance(view, tuple) else view
        data["text/plain"] = "\n".join([head, *rest])
        data["text/html"] = f'<div class="bluebook-told mathjax_ignore" lang="{language()}">{markup}</div>'
        return view


def badge(words: str, colour: str) -> Html:
    """A word on a coloured ground, such as a verdict."""
    return Html(f'<span class="bluebook-badge" style="background: {colour}">{html.escape(words)}</span>')


def link(address: str, words: str, about: str = "") -> Html:
    """A link that opens in a new tab, such as one to a publisher; the bare words where there is no address."""
    address, words, about = map(html.escape, (address, words, about))
    title = f' title="{about}"' if about else ""
    return Html(f'<a href="{address}"{title} target="_blank" rel="noopener">{words}</a>' if address else words)


def given(value: Any) -> bool:
    """Whether a cell of a table holds something."""
    return value is not None and not pd.isna(value) and value != ""


def listing(heads: list[str], rows: Iterable[Iterable[Any]], caption: str) -> Html:
    """A table with a caption, which scrolls by itself where it is wider than the screen, or longer than a few rows."""

    def cells(tag: str, values: Iterable[Any]) -> str:
        inner = [v.markup if isinstance(v, Html) else html.escape(str(v) if given(v) else "") for v in values]
        return "<tr>" + "".join(f"<{tag}>{cell}</{tag.split()[0]}>" for cell in inner) + "</tr>"

    caption, body = html.escape(caption), [cells("td", row) for row in rows]
    kind = "bluebook-table mathjax_ignore" + (" bluebook-long" if len(body) > FEW else "")
    return Html(
        f'{STYLE}<div class="{kind}" tabindex="0" role="region" aria-label="{caption}">'
        f"<table><caption>{caption}</caption><thead>{cells('th scope=col', heads)}</thead>"
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )
