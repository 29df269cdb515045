"""What the search of the pages finds: pages and their sections, terms, claims, in a file that the page loads for it."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable

from ...language import language
from ...tables import load
from .layout import Page

__all__ = ["find_entries", "name_terms"]

TERM = re.compile(r'<tr>(?=<td><span lang="en">(.*?)</span>)')


def find_entries(pages: Iterable[Page]) -> str:
    """A script with the entries of the active language: kind, title, what stands beside it, and path of each.

    Parameters
    ----------
    pages
        The pages that the navigation lists.
    """
    code = language()
    entries = []
    for page in pages:
        entries.append(["page", page.heading, page.description, page.path])
        entries += [["section", one.heading, page.short, f"{page.path}#{one.id}"] for one in page.contents]
    for term in load("glossary").itertuples():
        title = f"{term.english} · {term.japanese}"
        entries.append(["term", title, term.definition, f"{code}/glossary.html#{_term_id(term.english)}"])
    for claim in load("bluebook_claims").itertuples():
        beside = f"{claim.verdict_label} · {claim.theme_label}"
        entries.append(["claim", f"{claim.claim_id} {claim.text}", beside, f"{code}/claims/{claim.claim_id}.html"])
    return f"bluebook.entries = {json.dumps(entries, ensure_ascii=False)};\n"


def name_terms(table: str) -> str:
    """The glossary, each of whose rows has an address."""
    return TERM.sub(lambda row: f'<tr id="{_term_id(html.unescape(row[1]))}">', table)


def _term_id(english: str) -> str:
    return "term-" + re.sub(r"\W+", "-", english.lower()).strip("-")
