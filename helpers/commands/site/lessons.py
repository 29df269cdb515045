"""A page for each plan of the teaching guide, with what the guide says of its cells: steps, expected answers, slips.

All of it is taken from the guide, so that both say the same. A teacher reads it in the minutes before a lesson.
"""

from __future__ import annotations

import copy
import html
import itertools
import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag

from ...language import text
from .layout import Page

__all__ = ["lesson_pages"]

PLAN = re.compile(r"h-(\d\d-\w+)-in-(\d+)-minutes")


def lesson_pages(guide: Page) -> list[Page]:
    """The page of each plan, in order; in the guide a link to it comes below the heading of the plan."""
    soup, pages = BeautifulSoup(guide.body, "html.parser"), []
    for heading in soup.find_all("h3", id=PLAN):
        stem, length = PLAN.fullmatch(heading["id"]).groups()
        parts = _below(heading)
        cells = {link.get_text() for part in parts for link in part.select("td a")}
        parts += _told(_below(soup.find(id=f"h-{stem}-answers")), cells)
        title = heading.get_text().strip()
        body = f"<h1>{html.escape(title)}</h1>{''.join(_lower(guide, part) for part in parts)}"
        path = f"{guide.language}/lessons/{stem}-{length}.html"
        pages.append(Page(path, title, title, text("site.lesson_about"), body, before=guide))
        link = soup.new_tag("a", href=f"lessons/{stem}-{length}.html")
        link.string = text("site.lesson")
        heading.find_next_sibling("p", class_="sheets").insert(0, link, " · ")
    guide.body = str(soup)
    return pages


def _below(heading: Tag) -> list[Tag]:
    """What stands below a heading, up to the next one as high."""
    return list(itertools.takewhile(lambda tag: tag.name not in ("h2", "h3"), heading.find_next_siblings()))


def _told(parts: list[Tag], cells: set[str]) -> Iterator[Tag]:
    """The tables with their rows of these cells, each after what stands above it."""
    for above, part in itertools.pairwise(parts):
        table = copy.copy(part)
        for row in table.select("tbody tr"):
            if row.td.get_text().strip() not in cells:
                row.extract()
        if table.select("tbody tr"):
            yield from (above, table)


def _lower(guide: Page, part: Tag) -> str:
    """A part of the guide for a page one folder below it."""
    part = copy.copy(part)
    for link in part.find_all("a", href=re.compile(r"^(?!https?:)")):
        place = f"{guide.stem}.html" if link["href"].startswith("#") else ""
        link["href"] = f"../{place}{link['href']}"
    return str(part)
