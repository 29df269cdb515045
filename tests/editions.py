"""Comparing two editions of the same text: numbers, headings, links and lists must be the same in both."""

import re
import tomllib
import unicodedata
from collections import Counter
from decimal import Decimal
from pathlib import Path

import nbformat

# Words that multiply a number before them. A language that is not here is compared by its digits alone.
SCALES = {
    "en": {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12},
    "ja": {"百": 10**2, "千": 10**3, "万": 10**4, "億": 10**8, "兆": 10**12},
}
# Number words of English, which may be digits in Japanese.
COUNTED = {
    0: "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen",
    1: "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth",
    16: "sixteen seventeen eighteen nineteen twenty",
}
MONTHS = "january february march april may june july august september october november december"
WORDS = {
    word: value for start, words in (*COUNTED.items(), (1, MONTHS)) for value, word in enumerate(words.split(), start)
}
WORDS |= {
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
    "hundred": 100,
}
WORDS |= {"a": 1, "an": 1, "each": 1, "every": 1, "other": 1, "another": 1, "single": 1, "once": 1}
WORDS |= {
    "twice": 2,
    "both": 2,
    "double": 2,
    "doubled": 2,
    "pair": 2,
    "half": 2,
    "thirds": 3,
    "quarter": 4,
    "quarters": 4,
}
WORDS |= {"fifths": 5, "eighths": 8, "tenths": 10, "decade": 10, "decades": 10, "dozen": 12, "century": 100}
WORDS |= {
    "twofold": 2,
    "threefold": 3,
    "fourfold": 4,
    "fivefold": 5,
    "tenfold": 10,
    "thousand": 1000,
    "feb": 2,
    "sept": 9,
}
WORDS |= {"ii": 2, "iii": 3, "iv": 4, "vi": 6}  # Article IV, TICAD IV
KANJI = dict(zip("一二三四五六七八九十", range(1, 11), strict=True))


def prose(source: str) -> str:
    """Markdown without programs, addresses, tags and the numbers of lists."""
    source = unicodedata.normalize("NFKC", source)
    source = re.sub(r"```.*?```|`[^`]*`|<[^>]+>", " ", source, flags=re.DOTALL)
    source = re.sub(r"\]\([^)]*\)|\{[^}]*\}", "]", source)
    return re.sub(r"^\s*\d+\. ", "", source, flags=re.MULTILINE)


def numbers(source: str, code: str) -> Counter:
    """How often each value stands in a text in digits, with its scale: 1.1 billion is 11億. Signs do not count."""
    text, found = prose(source), Counter()
    amount = r"\d[\d,]*(?:\.\d+)?"
    scale = "|".join(SCALES.get(code, {}))
    if code != "ja":
        pattern = rf"(?<![\w.])({amount})(?:[\s-](?=(?:{scale or '$.'})\b)({scale}))?"
        for digits, word in re.findall(pattern, text):
            found[_value(digits) * SCALES.get(code, {}).get(word, 1)] += 1
    else:
        for whole in re.findall(rf"(?<![A-Za-z_.\d])(?:{amount}(?:[百千]?[{scale.replace('|', '')}])?)+", text):
            parts = re.findall(rf"({amount})((?:[百千]?[{scale.replace('|', '')}])?)", whole)
            total, last = Decimal(0), None
            for digits, words in parts:
                size = 1
                for word in words:
                    size *= SCALES["ja"][word]
                if last is not None and size >= last:  # not a continuation: 2億3,000万 is one number, 3 4 are two
                    found[total] += 1
                    total = Decimal(0)
                total, last = total + _value(digits) * size, size
            found[total] += 1
    return found


def _value(digits: str) -> Decimal:
    return Decimal(digits.replace(",", "").rstrip(".")).normalize()


def differing_numbers(english: str, other: str, code: str = "ja") -> list[str]:
    """Values that only one of the texts has.

    Number words and names of months may become digits, small digits kanji. A number whose scale stands elsewhere in
    English ("0.29 or 0.32 million", or on an axis) may have its own in Japanese (29万): a thousand times as much, a
    million or a billion times, but never ten or a hundred times.
    """
    one, two = numbers(english, "en" if code in SCALES else code), numbers(other, code)
    spelled = {WORDS[word] for word in re.findall(r"[a-z]+", prose(english).lower()) if word in WORDS}
    kanji = {KANJI[letter] for letter in prose(other) if letter in KANJI}
    missing = [value for value in (one - two) if value not in kanji]
    added = [value for value in (two - one) if value not in spelled and value not in (one & two)]
    for value in list(missing):
        scaled = {value * scale for scale in SCALES["en"].values()} & set(two - one)
        if scaled and value < 100_000:  # it has no scale of its own
            missing.remove(value)
            added = [each for each in added if each not in scaled]
    return [f"{value:f} only in English" for value in missing] + [f"{value:f} only in {code}" for value in added]


def bones(source: str) -> dict[str, list]:
    """The structure of Markdown: levels of headings, targets of links, programs, and the kinds of lines."""
    programs = re.findall(r"```.*?```", source, flags=re.DOTALL)
    programs = [re.sub(r" / 10+$", " / unit", program, flags=re.MULTILINE) for program in programs]  # billion, 億
    plain = re.sub(r"```.*?```", "", source, flags=re.DOTALL)
    return {
        "headings": [len(marks) for marks in re.findall(r"^(#+) ", plain, re.MULTILINE)],
        "links": sorted(re.findall(r"\]\(([^)]+)\)", plain)),
        "programs": programs,
        "lines": [kind.strip() for kind in re.findall(r"^(\s*- |\s*\d+\. |\|)", plain, re.MULTILINE)],
    }


def differences(english: Path, translated: Path) -> list[str]:
    """What two editions of a notebook do not have in common, each with the id of its cell."""
    one, other = (nbformat.read(path, 4).cells for path in (english, translated))
    if [(c.id, c.cell_type) for c in one] != [(c.id, c.cell_type) for c in other]:
        odd = {c.id for c in one} ^ {c.id for c in other}
        return [f"cells: {', '.join(sorted(odd)) or 'another order or kind'}"]
    found, code = [], translated.parent.name
    for a, b in zip(one, other, strict=True):
        if a.metadata != b.metadata:
            found.append(f"{a.id}: metadata")
        if a.cell_type == "code":
            if b.source != a.source.replace('use("en")', f'use("{code}")'):
                found.append(f"{a.id}: code")
            continue
        first, second = bones(a.source), bones(b.source)
        found += [f"{a.id}: {part} {first[part]} / {second[part]}" for part in first if first[part] != second[part]]
        found += [f"{a.id}: {number}" for number in differing_numbers(a.source, b.source, code)]
    return found


def catalogue(path: Path) -> dict[str, str]:
    """Every text of a catalogue by its key. A ``scale`` is not a text: units differ by language."""

    def flat(entry, key):
        if isinstance(entry, int | float):
            return {}
        if isinstance(entry, str):
            return {key: entry}
        pairs = entry.items() if isinstance(entry, dict) else enumerate(entry)
        return {name: words for part, inner in pairs for name, words in flat(inner, f"{key}.{part}").items()}

    return flat(tomllib.loads(path.read_text(encoding="utf-8")), path.stem)


def differing_texts(english: Path, translated: Path) -> list[str]:
    """Keys, and numbers in the texts, that only one of two catalogues has. Expressions are left aside."""
    one, other = catalogue(english), catalogue(translated)
    found = [f"{key}: only in one" for key in sorted(one.keys() ^ other.keys())]
    for key in one.keys() & other.keys():
        if key.split(".")[1] not in ("formats", "axes"):
            found += [f"{key}: {number}" for number in differing_numbers(one[key], other[key], translated.parent.name)]
    return sorted(found)
