"""The picture on which a guess is drawn, for paper and for pages that are not awake. A browser has ``draw.js``."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterable
from typing import Any

from markupsafe import Markup

from ..palette import BLUE

__all__ = ["draw_paper"]

TOP, HEIGHT, LINE = 24, 230, 15  # pixels above and in the plot, and from line to line of a name below a bar
EM = 12.5  # pixels of a Japanese letter


def draw_paper(content: dict[str, Any], width: int, revealed: bool = False) -> Markup:
    """The picture of a question with ``drawn``: axes, what is known and room for the rest, or all of the data.

    It is SVG of so many pixels.
    """
    return _Paper(content["drawn"], content["unit"], width).draw(revealed)


class _Paper:
    def __init__(self, drawn: dict[str, Any], unit: str, width: int):
        self.labels, self.values, self.known, self.years = (drawn[p] for p in ("labels", "values", "known", "years"))
        self.unit, (self.low, self.high) = unit, drawn["between"]
        scale, self.width, self.right, self.floor = drawn["scale"], width, width - 18, TOP + HEIGHT
        tick = _round_up((self.high - self.low) * scale / 6) / scale
        steps = range(math.ceil(self.low / tick - 1e-9), math.floor(self.high / tick + 1e-9) + 1)
        self.ticks = {step * tick: f"{step * tick * scale:,.10g}".replace("-", "−") for step in steps}
        self.left = 12 + 8 * max(map(len, self.ticks.values()))
        self.band = (self.right - self.left) / len(self.labels)

    def draw(self, revealed: bool) -> Markup:
        shown = self.values if revealed else self.values[: self.known]
        lines, *names = self.years_below() if self.years else self.names_below()
        edge = (self.x(self.known - 1) + self.x(self.known)) / 2 if self.years else self.left + self.known * self.band
        room = f'x="{edge:.1f}" y="{TOP}" width="{self.right - edge:.1f}" height="{HEIGHT}"'
        parts = [
            _word(2, 12, self.unit, "start"),
            f'<rect {room} fill="none" stroke="currentColor" stroke-dasharray="2 3"/>',
        ]
        parts += [*self.rules(), *names]
        parts += self.line(shown) if self.years else self.bars(shown)
        view = f'viewBox="0 0 {self.width} {self.floor + 10 + LINE * lines}" width="{self.width}"'
        return Markup(f'<svg {view} aria-hidden="true" font-size="12" fill="currentColor">{"".join(parts)}</svg>')

    def x(self, place: int) -> float:
        if not self.years:
            return self.left + (place + 0.5) * self.band
        first, last = self.labels[0], self.labels[-1]
        return self.left + 8 + (self.labels[place] - first) / (last - first) * (self.right - self.left - 8)

    def y(self, value: float) -> float:
        return TOP + (self.high - value) / (self.high - self.low) * HEIGHT

    def rules(self) -> Iterable[str]:
        for value, words in self.ticks.items():
            strength = 0.18 if value else 0.7
            rule = f'd="M{self.left},{self.y(value):.1f}H{self.right}"'
            yield f'<path {rule} stroke="currentColor" stroke-opacity="{strength}"/>'
            yield _word(self.left - 6, self.y(value) + 4, words, "end")

    def years_below(self) -> list[Any]:
        """One line with the last year that is known, and others so far from it that they do not touch."""
        span, here = self.labels[-1] - self.labels[0] + 1, self.labels[self.known - 1]
        apart = math.ceil(span * 46 / (self.width - self.left))
        named = [place for place, label in enumerate(self.labels) if (label - here) % apart == 0]
        return [1, *(_word(self.x(place), self.floor + LINE + 2, self.labels[place]) for place in named)]

    def names_below(self) -> list[Any]:
        """How many lines the names of the bars take, and these."""
        folded = [_fold(name, self.band / EM) for name in self.labels]
        words = [
            _word(self.x(place), self.floor + LINE * line + 2, part)
            for place, parts in enumerate(folded)
            for line, part in enumerate(parts, 1)
        ]
        return [max(map(len, folded)), *words]

    def line(self, values: list[float]) -> list[str]:
        points = "L".join(f"{self.x(place):.1f},{self.y(value):.1f}" for place, value in enumerate(values))
        last = f'cx="{self.x(self.known - 1):.1f}" cy="{self.y(values[self.known - 1]):.1f}"'
        return [
            f'<path d="M{points}" fill="none" stroke="{BLUE}" stroke-width="2.5"/>',
            f'<circle {last} r="3" fill="{BLUE}"/>',
        ]

    def bars(self, values: list[float]) -> Iterable[str]:
        for place, value in enumerate(values):
            top, bottom = sorted([self.y(max(0, self.low)), self.y(value)])
            across = f'x="{self.x(place) - 0.3 * self.band:.1f}" width="{0.6 * self.band:.1f}"'
            yield f'<rect {across} y="{top:.1f}" height="{bottom - top:.1f}" fill="{BLUE}"/>'


def _fold(name: str, width: float) -> list[str]:
    """A name in lines of so many letters at most, as ``fold`` of ``draw.js``: Japanese parts after every letter."""
    lines = [""]
    for word in re.findall(r"[\u2e80-\uffff]|[^\s\u2e80-\uffff]+\s*|\s+", name):
        longer = (lines[-1] + word).rstrip()
        if lines[-1] and sum(1 if letter > "\u2e80" else 0.58 for letter in longer) > width:
            lines.append("")
        lines[-1] += word
    return [line.strip() for line in lines]


def _word(x: float, y: float, words: Any, anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{html.escape(str(words))}</text>'


def _round_up(number: float) -> float:
    """The smallest of 1, 2, 5, 10, 20 … that is not below a number."""
    power = 10 ** math.floor(math.log10(number))
    return next(digit * power for digit in (1, 2, 5, 10) if digit * power >= number * (1 - 1e-9))
