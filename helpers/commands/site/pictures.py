"""Pictures that networks show beside a shared link: a verdict in words, or the first chart of a notebook, as PNG.

A picture belongs to a verdict and to who says so, not to one claim: title and description, which networks print
beside it, have the number, the claim, its value and the verdict. So there are some ten pictures for a language, made in
seconds, where one for each claim would take longer than all charts and weigh more than all pages.
"""

from __future__ import annotations

import dataclasses
import html
import re
import struct
import unicodedata
import zlib

import pandas as pd
import vl_convert

from ...language import fill, language, texts
from ...palette import BLUE, VERDICTS, font
from ...tables import labels
from .npm import SiteError

__all__ = ["HEIGHT", "WIDTH", "Picture", "break_lines", "chart_picture", "pack", "verdict_pictures", "width_of"]

WIDTH, HEIGHT = 1200, 630  # what the networks ask for
MARGIN, INK, GREY = 70, "#111111", "#444444"
FONTS = font("ja")  # which have all letters of the other languages
NO_LETTER = "\U0010fffe"  # no font has it
NARROW, BROAD = set(" .,:;!|'’‘()[]-/ijlftrI"), set("mwMW@%—…")
NOT_FIRST = (
    "、。，．・：；！？）」』】〉》〕］｝ーァィゥェォッャュョぁぃぅぇぉっゃゅょ々%％"  # no line begins with them
)
NOT_LAST = "（「『【〈《〔［｛"  # and none ends with them
PIECE = re.compile(r"[!-~\u00a0-\u024f‐-‧]+ *|.")  # a word with the spaces after it, or one letter
HEAD = re.compile(r"<svg\b[^>]*>")
SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclasses.dataclass
class Picture:
    """A picture for shared links: its path, its words for those who do not see it, and the file."""

    path: str
    words: str
    content: bytes = dataclasses.field(repr=False)


def verdict_pictures(ledger: pd.DataFrame) -> dict[tuple[str, str], Picture]:
    """The pictures of the active language by verdict and strength, those that a claim of the ledger has.

    Raises
    ------
    SiteError
        If no font of this machine has the letters of the language.
    """
    verdicts, strengths = labels("bluebook_claims", "verdict"), labels("bluebook_claims", "strength")
    words, rules, site = texts("claims.picture"), texts("claims.method.rules"), texts("site")
    _check_letters(words["claim"])
    pictures = {}
    for verdict, strength in sorted(set(zip(ledger.verdict, ledger.strength, strict=True))):
        said = fill(words["strength"], strength=strengths[strength])
        parts = [
            _Part(fill(words["head"], site=site["site"], claim=words["claim"]), 32, above=40, color=GREY),
            _Part(verdicts[verdict], 88, above=50, badge=VERDICTS[verdict]),
            _Part(rules["verdict"][verdict], 34, above=36),
            _Part(said, 42, above=24, bold=True),
            _Part(rules["strength"][strength], 34),
        ]
        told = fill(words["words"], verdict=verdicts[verdict], rule=rules["verdict"][verdict], said=said)
        path = f"{language()}/pictures/{verdict}-{strength}.png"
        pictures[verdict, strength] = Picture(path, told, _drawn(_written(parts)[0], VERDICTS[verdict]))
    return pictures


def chart_picture(path: str, heading: str, caption: str, chart: str) -> Picture:
    """The picture of a notebook: its heading above its first chart.

    Parameters
    ----------
    path
        The path of the picture.
    heading
        The heading of the notebook.
    caption
        What the chart shows, with its unit.
    chart
        The chart as SVG. It is made as large as fits.
    """
    head = HEAD.search(chart)
    width, height = (float(re.search(rf'\b{side}="([\d.]+)"', head[0])[1]) for side in ("width", "height"))
    words, top = _written([_Part(heading, 48, above=30, bold=True), _Part(caption, 30)])
    top += 20
    place = f'x="{MARGIN}" y="{top:.0f}" width="{WIDTH - 2 * MARGIN}" height="{HEIGHT - top - 20:.0f}"'
    inside = f'<svg {place} viewBox="0 0 {width:g} {height:g}">{chart[head.end() :]}'
    return Picture(
        path, fill(texts("claims.picture")["chart"], heading=heading, caption=caption), _drawn(words + inside, BLUE)
    )


# Words ----------------------------------------------------------------------------------------------------------------


@dataclasses.dataclass
class _Part:
    """Words on a picture: their size in pixels, the room above them, and how they look."""

    words: str
    size: int
    above: float = 0
    color: str = INK
    bold: bool = False
    badge: str = ""


def _written(parts: list[_Part]) -> tuple[str, float]:
    """Parts below each other as SVG, smaller where they need more room than there is, and where they end."""
    drawn, end = _stacked(parts)
    while end > HEIGHT - 30:
        parts = [dataclasses.replace(part, size=round(0.95 * part.size), above=0.95 * part.above) for part in parts]
        drawn, end = _stacked(parts)
    return drawn, end


def _stacked(parts: list[_Part]) -> tuple[str, float]:
    drawn, y = [], 20
    for part in parts:
        y += part.above
        if part.badge:
            wide = width_of(part.words, part.size) + part.size
            box = f'x="{MARGIN}" y="{y:.0f}" width="{wide:.0f}" height="{1.5 * part.size:.0f}" rx="10"'
            drawn += [
                f'<rect {box} fill="{part.badge}"/>',
                _line(part, part.words, MARGIN + part.size / 2, y + 1.07 * part.size),
            ]
            y += 1.5 * part.size
            continue
        for line in break_lines(part.words, part.size, WIDTH - 2 * MARGIN):
            y += 1.4 * part.size
            drawn.append(_line(part, line, MARGIN, y - 0.35 * part.size))
    return "".join(drawn), y


def _line(part: _Part, words: str, x: float, y: float) -> str:
    color, weight = ("white", 700) if part.badge else (part.color, 700 if part.bold else 400)
    look = f'font-size="{part.size}" font-weight="{weight}" fill="{color}" font-family="{FONTS}"'
    return f'<text x="{x:.0f}" y="{y:.0f}" {look}>{html.escape(words)}</text>'


def break_lines(words: str, size: int, room: float) -> list[str]:
    """Words in lines of a picture: broken at spaces and between Japanese letters, as their punctuation allows.

    Examples
    --------
    >>> break_lines("Only the government", 40, 300)
    ['Only the', 'government']
    >>> break_lines("政府だけが、述べている。", 40, 200)
    ['政府だけ', 'が、述べて', 'いる。']
    """
    lines = [""]
    for piece in PIECE.findall(words):
        if lines[-1] and width_of((lines[-1] + piece).rstrip(), size) > room:
            while lines[-1][1:] and (piece[0] in NOT_FIRST or lines[-1][-1] in NOT_LAST):
                lines[-1], piece = lines[-1][:-1], lines[-1][-1] + piece
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines]


def width_of(words: str, size: int) -> float:
    """About how wide words are in pixels, rather too wide than too narrow, as fonts differ."""
    return size * sum(map(_ems, words))


def _ems(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WF":
        return 1
    return 0.36 if letter in NARROW else 0.95 if letter in BROAD else 0.68 if letter.isupper() else 0.58


# Files ----------------------------------------------------------------------------------------------------------------


def _drawn(inside: str, color: str) -> bytes:
    """A picture with a bar in a colour at the top."""
    frame = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/><rect width="{WIDTH}" height="20" fill="{color}"/>'
    size = f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    return pack(vl_convert.svg_to_png(f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{frame}{inside}</svg>'))


def _check_letters(words: str) -> None:
    """Stop where words are drawn as letters are that no font has."""
    letter = max(words, key=ord)
    one, nothing = (_drawn(_line(_Part("", 88), drawn, MARGIN, 200), INK) for drawn in (letter, NO_LETTER))
    if one == nothing:
        raise SiteError(f"No font on this machine has the letter {letter}: install one, on Debian fonts-noto-cjk.")


def pack(png: bytes) -> bytes:
    """A PNG file with the same pixels, pressed harder: about a third of its size."""
    chunks, at = [], len(SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        chunks.append((png[at + 4 : at + 8], png[at + 8 : at + 8 + length]))
        at += length + 12
    pixels = zlib.compress(zlib.decompress(b"".join(data for name, data in chunks if name == b"IDAT")), 9)
    parts = [(name, data) for name, data in chunks if name not in (b"IDAT", b"IEND")]
    parts += [(b"IDAT", pixels), (b"IEND", b"")]
    framed = [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    ]
    return SIGNATURE + b"".join(framed)
