"""HTML that notebooks show: tables that scroll by themselves, badges and cards in the style of the collection."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Any

import pandas as pd

__all__ = ["CARD", "FEW", "Html", "STYLE", "badge", "given", "link", "listing"]

FEW = 12  # rows that a page shows whole, without search
STYLE = """<style>
.bluebook-table { overflow: auto; }
.bluebook-long { max-height: 26rem; }
.bluebook-table :is(th, td, caption) { text-align: left !important; vertical-align: top; white-space: normal; }
.bluebook-table thead th { white-space: nowrap; }
.bluebook-badge { color: white; padding: 0.1rem 0.5rem; border-radius: 3px; white-space: nowrap; }
.bluebook-corrections ul { padding-left: 1rem; }
.bluebook-corrections li { margin-bottom: 0.8rem; }
.bluebook-corrections dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.1rem 0.8rem; margin: 0; }
.bluebook-corrections.bluebook-corrections :is(dt, dd) { float: none; width: auto; margin: 0; }
.bluebook-ledger form { display: flex; flex-wrap: wrap; gap: 0.4rem 1rem; align-items: center; margin: 0.4rem 0; }
.bluebook-ledger :is(input, select) { font: inherit; max-width: 100%; min-height: 26px; }
</style>"""
# The class twice: JupyterLab's own rules for what an output holds are stronger than one class.
CARD = """<style>
.bluebook-badge { color: white; padding: 0.1rem 0.5rem; border-radius: 3px; white-space: nowrap; }
.bluebook-card { border-left: 6px solid; padding: 0 0.9rem; max-width: 46rem; margin: 0.7rem 0; line-height: 1.45; }
.bluebook-card.bluebook-card :is(h3, p, ul, dt, dd) {
  float: none; width: auto; font-size: inherit; line-height: inherit; margin: 0 0 0.3rem; padding: 0; border: 0;
}
.bluebook-card.bluebook-card h3 { font-weight: 700; }
.bluebook-card.bluebook-card dl { display: flex; flex-wrap: wrap; gap: 0 2rem; margin: 0; }
.bluebook-card.bluebook-card :is(dt, small) { font-size: 0.85rem; font-weight: 400; margin: 0; }
.bluebook-card.bluebook-card dd { font-size: clamp(1.2rem, 5vw, 1.5rem); line-height: 1.25; }
.bluebook-card.bluebook-odd dd { font-size: clamp(1.4rem, 6vw, 2rem); }
.bluebook-card.bluebook-card li { margin-left: 1.2rem; }
details.bluebook-card { border-left-width: 2px; margin: 0.2rem 0; }
.bluebook-card summary { cursor: pointer; min-height: 24px; }
</style>"""


class Html:
    """Something that a notebook shows as HTML; every text in it was escaped when it was put in.

    Its elements have the class ``mathjax_ignore``, for JupyterLab takes what stands between two dollars for a formula.
    """

    def __init__(self, markup: str):
        self.markup = markup

    def _repr_html_(self) -> str:
        return self.markup


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
