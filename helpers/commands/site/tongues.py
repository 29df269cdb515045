"""Words of another language than their page's, marked as such for screen readers and fonts."""

from __future__ import annotations

import re

__all__ = ["mark_languages"]

KANJI_OR_KANA = r"[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uff66-\uff9d]"
# A run begins and ends with Japanese letters, or begins with the digits before one; English ones have two words or
# more, and one with small letters: what is shorter is a name that Japanese has too.
INSIDE = r"(?:(?:['’.-]|&#x?[0-9]+;)*[A-Za-z0-9])*"
RUNS = {
    "ja": re.compile(rf"\d*{KANJI_OR_KANA}(?:[\d、・「」『』（）～]*{KANJI_OR_KANA})*"),
    "en": re.compile(rf"(?<![\w&/.-])[A-Za-z]{INSIDE}(?:[ ,:]{{1,2}}[A-Za-z0-9]{INSIDE})+", re.ASCII),
}
SMALL = re.compile(r"[a-z]{3}")
# What is left as it is: tags, programs and pictures, and what is marked already as being in the other language.
LEFT = {
    code: re.compile(
        r"<(script|style|pre|code|svg|textarea|select|title)\b.*?</\1>"
        rf'|<(\w+)(?: [^>]*)? lang="{code}".*?</\2>|<!--.*?-->|<[^>]*>',
        re.DOTALL,
    )
    for code in RUNS
}


def mark_languages(body: str, language: str) -> str:
    """HTML in which every run of words in another language stands in an element that says so.

    Examples
    --------
    >>> mark_languages("<p>ODA (政府開発援助) <code>年</code></p>", "en")
    '<p>ODA (<span lang="ja">政府開発援助</span>) <code>年</code></p>'
    >>> mark_languages("<p>出典はOur World in Dataです。OECD DAC</p>", "ja")
    '<p>出典は<span lang="en">Our World in Data</span>です。OECD DAC</p>'
    """
    other = "en" if language == "ja" else "ja"

    def marked(found: re.Match[str]) -> str:
        run = found[0]
        return f'<span lang="{other}">{run}</span>' if other == "ja" or SMALL.search(run) else run

    parts, at = [], 0
    for left in LEFT[other].finditer(body):
        parts += [RUNS[other].sub(marked, body[at : left.start()]), left[0]]
        at = left.end()
    return "".join([*parts, RUNS[other].sub(marked, body[at:])])
