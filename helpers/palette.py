"""Colours and fonts of charts, cards and pages, for Python, for style sheets and, through these, for the browser.

The colours are those of Okabe and Ito, which people with colour-vision deficiencies can tell apart. Two of them are too
pale on white: the sky and the orange are darker here, so that each mark has a contrast of 3 and more. Japan is always
in the same one.
"""

from pathlib import Path

__all__ = [
    "BLUE", "DARKER", "FONT", "GREEN", "JAPAN", "OCHRE", "OTHERS", "PALETTE", "PURPLE", "SKY", "VERDICTS",
    "darker", "font", "style_sheet",
]  # fmt: skip

JAPAN = "#d55e00"
BLUE, SKY, GREEN, PURPLE, OCHRE = "#0072b2", "#1f9be8", "#009e73", "#cc79a7", "#ad8c45"
OTHERS = "#8c8c8c"
PALETTE = [BLUE, OCHRE, GREEN, PURPLE, SKY, "#8a6d00", OTHERS, "#5b4fa2"]
# White words stand on these, so they are darker. None is like the colour of Japan.
VERDICTS = {
    "matches": "#007a5a",
    "revised": BLUE,
    "differs": "#b3124f",
    "disputed": "#7b4ea3",
    "not_checkable": "#666666",
}
# Words in a colour of the palette are darker on light ground, as on paper: their contrast is 4.5 and more.
DARKER = {colour: colour for colour in PALETTE} | {
    JAPAN: "#b34f00", SKY: "#2f7f96", GREEN: "#007b5a", PURPLE: "#935778", OCHRE: "#846a30", OTHERS: "#6a6a6a",
}  # fmt: skip
FONT = "system-ui, 'Noto Sans', 'Noto Sans CJK JP', 'Noto Sans JP', 'Hiragino Sans', 'Yu Gothic', Meiryo, sans-serif"
# On a Chinese system system-ui has Chinese letters, which look otherwise; and on Linux WebKit takes these for a missing
# font, so the fonts of Linux come first.
JAPANESE_FONT = "'Noto Sans CJK JP', 'Noto Sans JP', 'Hiragino Sans', 'Yu Gothic', Meiryo, system-ui, sans-serif"


def font(language: str) -> str:
    """The fonts of texts in a language, the best first."""
    return JAPANESE_FONT if language == "ja" else FONT


def darker() -> list[str]:
    """Rules that name the darker colour for a word of a chart."""
    return [f'text[fill="{colour}"] {{ --bluebook-darker: {dark}; }}' for colour, dark in DARKER.items()]


def style_sheet(*files: Path) -> str:
    """Style sheets after one another, with colours and font as variables such as ``var(--bluebook-blue)``."""
    named = {"blue": BLUE, "green": GREEN, "japan": JAPAN, "purple": PURPLE, "others": OTHERS, "font": FONT}
    variables = " ".join(f"--bluebook-{name}: {value};" for name, value in named.items())
    japanese = f'[lang|="ja"] {{ --bluebook-font: {JAPANESE_FONT}; font-family: var(--bluebook-font); }}'
    texts = (file.read_text(encoding="utf-8") for file in files)
    return "\n".join([f":root {{ {variables} }}", japanese, *darker(), *texts])
