"""The first page of a language: a finding with a chart that moves, the themes, and what the claims came to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from ...language import fill, texts
from ...markup import badge
from ...palette import VERDICTS
from ...tables import labels, load
from .claims import claim_figures, verdict_badge
from .embeds import Chart, moved
from .layout import Page, home, layout

__all__ = ["first_page"]

FINDING = ("BB025", "oda-revisions")  # a minus that became a plus, and the chart that shows both
SENTENCE = re.compile(r"(?<=[.?!。]) *(?=\S)")


def first_page(code: str, pages: list[Page], charts: Mapping[str, Chart]) -> Page:
    """The first page of the active language.

    Parameters
    ----------
    code
        Code of the language.
    pages
        The pages that the navigation lists.
    charts
        The explorers of the notebooks by their name.
    """
    words, path = texts("site"), home(code)
    root = "../" * path.count("/")
    ledger = load("bluebook_claims")
    start = next((page for page in pages if page.path == f"{code}/00-start.html"), None)
    themes = [page for page in pages if page.run and page is not start]
    counts, names = ledger.verdict.value_counts(), labels("bluebook_claims", "verdict")
    body = layout.get_template("index.html").render(
        words=words,
        root=root,
        claims=f"{root}{code}/claims",
        count=fill(words["counts"], count=len(ledger)),
        verdicts=[(name, counts[name], badge(names[name], VERDICTS[name]).markup) for name in names if name in counts],
        finding=_finding(ledger, charts, f"{root}{code}/"),
        start=start,
        cards=[(page, _asked(page.description)) for page in themes],
        rest=[page for page in pages if not page.run],
    )
    return Page(path, words["site"], words["title"], words["description"], body)


def _finding(ledger: Any, charts: Mapping[str, Chart], way: str) -> SimpleNamespace | None:
    """A claim with its figures, and the chart that shows them, where there is its notebook."""
    claim, name = FINDING
    if name not in charts:
        return None
    row = next(ledger[ledger.claim_id == claim].itertuples())
    said, *_, ours = claim_figures(row, texts("claims.page"))
    chart, shown = charts[name], {"figures": [said, ours], "badge": verdict_badge(row)}
    return SimpleNamespace(row=row, page=chart.page, address=chart.address, chart=moved(chart, way), **shown)


def _asked(words: str) -> str:
    """What a notebook asks, without its first sentence, which is nearly the same in all."""
    return SENTENCE.split(words, maxsplit=1)[-1]
