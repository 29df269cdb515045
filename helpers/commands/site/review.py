"""What a page of a claim tells machines: a ``ClaimReview`` of schema.org."""

from __future__ import annotations

import json
import re
from typing import Any

import pandas as pd

from ...language import fill, language, localized, texts
from ...ledger import printed_at, written
from ...markup import given
from ...tables import PACKAGE
from .layout import repository

__all__ = ["in_page", "period_of", "review", "said_in"]

DATE = re.compile(r"\b\d{4}-\d\d(?:-\d\d)?(?!\w)")  # a day or a month, not a span of years


def said_in(row: Any) -> str:
    """A claim in our words, with its value where it has one."""
    value = written(row.value, row)
    return fill(texts("claims.review.said"), text=row.text, value=value) if value else row.text


def period_of(row: Any) -> str:
    """When a claim speaks of, its dates in words; empty where it names no time."""
    return DATE.sub(lambda found: fill("{date:day}", date=found[0]), row.period) if given(row.period) else ""


def review(row: Any, evidence: pd.DataFrame, day: str, address: str) -> dict[str, Any] | None:
    """The review of a claim, or none where the verdict says only that nothing decides.

    Parameters
    ----------
    row
        The claim in the ledger.
    evidence
        Its documents.
    day
        When it was checked.
    address
        The public address of its page; without it the review names no page.
    """
    if row.verdict == "not_checkable":
        return None
    words, source = texts("claims.review"), PACKAGE.resources["bluebook_claims"]["sources"][0]
    period = period_of(row)
    explained = {"reason": row.reason, "basis": row.basis_label, "strength": row.strength_label}
    said = {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "inLanguage": language(),
        "datePublished": day,
        "author": {"@type": "Organization", "name": words["project"], "url": repository()},
        "claimReviewed": fill(words["dated"], said=said_in(row), period=period) if period else said_in(row),
        "reviewRating": {
            "@type": "Rating",
            "alternateName": row.verdict_label,
            "ratingExplanation": fill(words["explanation"], **explained),
        },
        "itemReviewed": {
            "@type": "Claim",
            "author": {
                "@type": "Organization",
                "name": words["authors"].get(row.section_id, localized(source, "publisher")),
            },
            "datePublished": "2013",
            "appearance": {
                "@type": "CreativeWork",
                "name": fill(words["appearance"], section=row.section_id),
                "url": printed_at(row.section_id) or source["path"],
            },
        },
    }
    if address:
        said["url"] = address
    if cited := list(dict.fromkeys(evidence.url)):
        said["citation"] = cited
    return said


def in_page(said: dict[str, Any] | None) -> str:
    """A review as an element of a page; nothing in it can end the element."""
    if said is None:
        return ""
    inner = json.dumps(said, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/ld+json">{inner}</script>'
