"""Charts outside the page of their notebook."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..stills import Still
from .layout import Page
from .stand_ins import Place

__all__ = ["Chart", "moved"]

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
