"""Numbers that no learner should read: each way of writing a number badly has a name, a pattern and an example."""

import re

COUNTED = (
    "deaths|lives|persons|people|children|births|countries|groups|meetings|projects|targets|indicators|goals|parties"
)
COUNTED_JA = "人|か国|回|件|部会|課題|協定|ターゲット|目標|出生"
ONES = "years|deaths|countries|groups|meetings|projects|parties|persons|goals|targets|conventions|points"
YEAR_AND_NEXT = "|".join(f"{year:02}-{year + 1:02}" for year in range(12))  # as in a survey of 2011-12
# name: (language, or None for all; pattern; a text in which it is found; a text in which it is not)
PATTERNS = {
    "a year with a thousands separator": (
        "en",
        r"(?<![\d,.])[12],\d{3}(?= (?:fiscal )?year\b)"
        r"|\b(?:[Yy]ear|FY|[Ii]n|[Ss]ince|[Uu]ntil) ?[12],[09]\d\d(?![\d,.]| [a-z])",
        "2,010 year",
        "2,010 people in 2010, over 1,900 years",
    ),
    "a year with a thousands separator, in Japanese": (
        "ja",
        r"(?<![\d,.])[12],\d{3}年(?!間|後|前|分|以上)",
        "2,010年",
        "2010年に2,010人、1,900年間",
    ),
    "the name of a unit where no amount stands": (
        "en",
        r"\d (?:goal number|ordinal number|fiscal year|rank|page|date|decade|city|country)\b|\d{4} years?\b",
        "7 goal number",
        "goal 7, fiscal year 2011, rank 5, 20 years",
    ),
    "the name of a unit where no amount stands, in Japanese": (
        "ja",
        r"\d ?(?:日付(?![ので。])|国名|都市名|番目の目標|年代(?=\d))",
        "7番目の目標",
        "目標7、2011年度、5位、1970年代",
    ),
    "a unit of money behind the amount": (
        "en",
        r"\d ?(?:US\$|¥|\$)|(?:US\$|¥|\$) ?[−+-]",
        "10,830 US$ million",
        "US$10,830 million, −US$6 million, ¥50 billion",
    ),
    "millions and thousands of millions in Japanese money": (
        "ja",
        r"\d(?:百万|十億)(?:ドル|円)",
        "10,830百万ドル",
        "108.3億ドル、10億円",
    ),
    "more than two decimals of 万, 億 or 兆": ("ja", r"\d\.\d{3,}[万億兆]", "110.8618億ドル", "110.86億ドル"),
    "a count with decimals": (
        "en",
        rf"\d\.\d+ (?:{COUNTED})\b(?! per)",
        "−113,304.00 deaths",
        "113,304 deaths, 3.6 million deaths, 56.2 deaths per 1,000",
    ),
    "a count with decimals, in Japanese": (
        "ja",
        rf"(?<!当たり)(?<![\d,.])\d[\d,]*\.\d+(?:{COUNTED_JA})(?!当たり)",
        "−113,304.00人（死亡）",
        "113,304人（死亡）、3.6万人、1,000人当たり56.2人",
    ),
    "a hyphen for a minus": (
        None,
        r"(?<![\w.,)〜～–-])-[\d.,]*\d",
        "a change of -1.7%",
        "−1.7%, 2001-2010, 2011-12",
    ),
    "a minus of nothing": (None, r"[−-]0(?:[.,]0+)?(?![\d.,])", "−0.0%", "−0.1%, 0.0%, −0.05"),
    "a tail of digits": (None, r"\d\.\d{5,}", "0.30000000004", "0.3000"),
    "a space before the percent sign": (None, r"\d %", "21 %", "21%"),
    "a space before a Japanese unit": ("ja", r"\d (?:[年月日人件回位国万億兆度番](?!や)|か国|か所)", "5 か国", "5か国"),
    "a day as a machine writes it": (None, r"\d{4}-\d\d-\d\d", "2012-06-20", "20 June 2012, 2012年6月20日"),
    "a month as a machine writes it": (
        "en",
        rf"\b\d\d(?!{YEAR_AND_NEXT})\d\d-(?:0[1-9]|1[0-2])\b",
        "2012-06",
        "June 2012, 2001-2010, a survey of 2011-12",
    ),
    "a month as a machine writes it, in Japanese": ("ja", r"\d{4}-\d\d(?!\d)", "2012-06", "2012年6月、2001-2010"),
    "one of many": ("en", rf"(?<![\d,.–-])1 (?:{ONES})\b", "1 years", "1 year, 21 years, 0.1 points"),
    "no number at all": (None, r"\b(?:nan|NaN|null|undefined|inf)\b", "nan persons", "no figure"),
}


def odd_numbers(words, language):
    """What is written badly in a text: the names of the patterns, each with the place."""
    return [
        f"{name}: {words[max(0, found.start() - 12) : found.end() + 12]!r}"
        for name, (only, pattern, *_) in PATTERNS.items()
        if only in (None, language)
        for found in re.finditer(pattern, words)
    ]
