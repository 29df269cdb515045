"""Charts outside the page of their notebook: one for each explorer, alone, to stand in a frame of another site."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from ...language import fill, texts
from ..stills import Still
from .layout import Page, layout
from .stand_ins import Place

__all__ = ["Chart", "embed_pages", "moved"]

BESIDE = re.compile(r'((?:src|srcset|data-file)=")(?=(?:stills|views)/)')


class Chart(NamedTuple):
    """An explorer of a notebook: the page, its place there, and its wide still."""

    page: Page
    place: Place
    still: Still

    @property
    def address(self) -> str:
        """Where it stands, from the root of the site."""
        return f"{self.page.path}#view={self.place.name}"


def moved(chart: Chart, way: str) -> str:
    """The stand-in of a chart, for a page from which the folder of its notebook is reached in this way."""
    return BESIDE.sub(rf"\g<1>{way}", chart.place.stand_in)


def embed_pages(code: str, charts: Mapping[str, Chart]) -> list[Page]:
    """The pages of the active language that hold one chart each, with a link to its place."""
    pages = []
    for name, chart in charts.items():
        title = chart.still.title or chart.page.heading
        given = {"chart": moved(chart, "../"), "page": chart.page, "address": f"../{chart.address.partition('/')[2]}"}
        body = layout.get_template("embed-body.html").render(title=title, words=texts("site"), **given)
        about = fill(texts("site.embed")["about"], title=title, page=chart.page.heading)
        pages.append(Page(f"{code}/embed/{name}.html", title, title, about, body, frame="embed.html"))
    return pages
