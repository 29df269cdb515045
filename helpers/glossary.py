"""Tables of the start page that lead to the notebooks: the outline of the document, and the glossary."""

from __future__ import annotations

import html
from collections.abc import Iterable

from .claims import Html, listing
from .language import text, texts
from .tables import load, title

__all__ = ["glossary", "outline"]

NOTEBOOKS = ["01-oda", "02-mdgs", "03-environment", "04-climate", "05-polar", "06-science"]


def glossary(notebook: str | None = None) -> Html:
    """Show technical terms in English and Japanese, what they mean, and which notebooks explain them.

    Parameters
    ----------
    notebook
        Name of a notebook such as ``"01-oda"``, for its terms only.

    Raises
    ------
    ValueError
        If there is no such notebook; the message lists those there are.
    """
    if notebook not in (None, *NOTEBOOKS):
        raise ValueError(text("start.glossary.unknown", name=notebook, names=", ".join(NOTEBOOKS)))
    terms = load("glossary").sort_values("english", key=lambda column: column.str.casefold())
    heads = [title("glossary", column) for column in ("english", "japanese", "definition", "notebooks")]
    body = [
        [_in("en", term.english), _in("ja", term.japanese), term.definition, _links(term.notebooks.split())]
        for term in terms.itertuples()
        if notebook in (None, *term.notebooks.split())
    ]
    return listing(heads, body, text("start.glossary.caption", count=len(body)))


def outline() -> Html:
    """Show every part of the document with the number of its claims and the notebooks that check them."""
    parts = load("bluebook_outline").sort_values("reading_order")
    claims = load("bluebook_claims").groupby("section_id").theme
    counts, themes = claims.size(), claims.unique()
    body = [
        [
            part.section_id,
            Html(f'<div style="padding-left: {part.level - 1}rem">{html.escape(part.title)}</div>'),
            part.kind_label,
            counts.get(part.section_id, ""),
            _links(name for name in NOTEBOOKS if name[3:] in themes.get(part.section_id, [part.theme])),
        ]
        for part in parts.itertuples()
    ]
    heads = [title("bluebook_outline", column) for column in ("section_id", "title", "kind")]
    words = texts("start.outline")
    return listing([*heads, words["claims"], words["notebook"]], body, text("start.outline.caption", count=len(body)))


def _in(code: str, words: str) -> Html:
    """Words in a language of their own, for screen readers and fonts."""
    return Html(f'<span lang="{code}">{html.escape(words)}</span>')


def _links(names: Iterable[str]) -> Html:
    """Links to notebooks of the same language, which lie in the same folder."""
    return Html(" ".join(f'<a href="{name}.ipynb" style="white-space: nowrap">{name}</a>' for name in names))
