"""Every value of every control of an explorer, set in the browser, and what is wrong with what it then shows."""

import itertools
import random
import re

from driving import controls, script
from number_formats import odd_numbers

COMBINATIONS = 120  # of the values of all controls of one explorer
MANY = 60  # options of one list
WRONG_WORDS = ("undefined", "null", "NaN", "{", "}")


def every(control):
    """All values that the browser can send to the chart for a control."""
    if control.kind in ("choice", "choices"):
        return control.values if control.kind == "choice" else [[value] for value in control.values]
    if control.kind == "tags":
        codes = list(control.values.values())
        tens = [codes[at : at + 10] for at in range(0, len(codes), 10)] if len(codes) > MANY else []
        return [[], *([code] for code in codes), *tens, codes]
    if control.kind == "switch":
        return [False, True]
    low, high, step = control.min, control.max, control.step
    if control.kind == "number":
        return list(range(low, high + 1, step))
    start, end = control.start
    starts = [[year, end] for year in range(low, end + 1, step)]
    ends = [[start, year] for year in range(start, high + 1, step)]
    return [[low, low], *starts, *ends, [low, high], [high, high]]


def value(control):
    """The value that the chart starts with."""
    if control.kind == "choice":
        return control.values[control.start]
    if control.kind in ("choices", "tags"):
        return [control.values[state] for state in control.start]
    return control.start


def combinations(values, start):
    """Values of all controls together: every choice, with the first, the last and the start of a longer scale."""
    few = []
    for name, all_values in values.items():
        choices = all(isinstance(value, bool | str) for value in all_values)
        few.append(all_values if choices else [all_values[0], start[name], all_values[-1]])
    together = list(itertools.product(*few))
    if len(together) > COMBINATIONS:
        together = [together[0], together[-1], *random.Random(0).sample(together, COMBINATIONS)]
    return [dict(zip(values, chosen, strict=True)) for chosen in together]


def problems(panel, nothing):
    """What is wrong with an explorer for any value of its controls, and every word that it draws.

    Parameters
    ----------
    nothing
        What the language says where an explorer has no words of its own for "nothing to show".
    """
    described, settings = controls(panel), panel.evaluate("e => e.explorer.settings")
    values = {control.name: every(control) for control in described}
    start = {control.name: value(control) for control in described}
    tried, whole = [{}, *combinations(values, start)], settings["language"] == "en"
    if whole:  # the other editions have the same code with other words
        tried += [{name: one} for name, each in values.items() for one in each]
    results, drawn = panel.evaluate(script("sweepStates"), [start, tried])
    explained = settings["nothing"] not in ("", nothing)
    found, seen = [], {}
    for state, result in zip(tried, results, strict=True):
        sentence = result["sentence"]
        for choice in state.items():
            if not isinstance(choice[1], list):
                seen[choice] = seen.get(choice, False) or bool(result["placed"])
        empty = state and (explained or [] in state.values())
        told = [f"{sentence!r} has {word}" for word in WRONG_WORDS if word in (sentence or "")]
        told += odd_numbers(sentence or "", settings["language"])
        if result["odd"]:
            told.append(f"tooltip {result['odd']!r}")
        if result["hidden"]:
            told.append(f"an axis hides the name {result['hidden']!r}")
        if not result["placed"] and (sentence or not empty):
            told.append(f"nothing is drawn, and the sentence is {sentence!r}")
        if not sentence and settings["nothing"] and not empty:
            told.append("there is no sentence, and no text `nothing` of its own")
        if result["error"]:
            told.append(result["error"])
        drawn += [sentence or ""]
        found += [f"{settings['title']} {state}: {problem}" for problem in told]
    dead = [f"{name} = {one}" for (name, one), alive in seen.items() if whole and not alive]
    found += [f"{settings['title']}: nothing is drawn with {choice}, whatever the rest" for choice in dead]
    return found, set(drawn)


LATIN, JAPANESE = re.compile(r"[A-Za-z]"), re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
# What stands in a Japanese chart as it is: names, and units that have no other form.
NAMES = re.compile(r"\b(?:[A-Z][\w’'.&-]*|de|of|km|mm|ppm|ha|km²|kg|yr|v\d)\b|[\d.,%~–−+-]+")
# Where an English text has Japanese: a term in brackets, an official name behind the English one.
TERMS = re.compile(r"\([^()]*\)|  ·  .*")


def foreign(words, language):
    """The words that are not in the language of an edition."""
    if language == "ja":
        return sorted(word for word in words if LATIN.search(NAMES.sub("", word)) and not JAPANESE.search(word))
    return sorted(word for word in words if JAPANESE.search(TERMS.sub("", word)))


FIXED = re.compile(r"(?:\.(\d+)(~?)f|d)$")  # the formats of columns
NUMBER = re.compile(r"[-−+]?\d[\d,]*(?:\.(\d+))?")


def odd_cells(columns, rows, in_file):
    """The cells of a table, or of a file, that are not as their columns say, or that a spreadsheet would change.

    A file may have two digits more than the table; other numbers have at most as many digits as a number can hold.
    """
    found = []
    for row in rows:
        for column, cell in zip(columns, row, strict=True):
            number, form = NUMBER.fullmatch(cell), FIXED.search(column["format"])
            told = []
            if number:
                digits, most = len(number[1] or ""), int(form[1] or 0) if form else 8
                if digits > most + 2 * in_file or (form and not in_file and digits < most and not form[2]):
                    told.append("digits")
                if re.fullmatch(r"[-−+]0(?:\.0+)?", cell):
                    told.append("a zero with a sign")
            if re.fullmatch(r"[-−+]?[\d.]*e[-+]\d+", cell):
                told.append("an exponent")
            if not in_file and re.fullmatch(r"[\d.,\s-]+", cell) and re.search(r"(?<![\d.])\d{5}", cell):
                told.append("no separators")
            if in_file and re.fullmatch(r"\d{1,4}[-/]\d{1,2}|\d{1,2}[-/]\d{1,4}", cell):
                told.append("a month that a spreadsheet takes for a day")
            found += [f"{column['title']} {cell!r}: {words}" for words in told]
    return found
