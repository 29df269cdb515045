"""A misspelt column of a chart is an error that names it, in every explorer, and nothing that is right is one."""

import copy
import json
import random
import re

import pytest
from conftest import NOTEBOOKS, executed

from helpers.explorer.spec import check_names

pytestmark = pytest.mark.slow
TRIES = 100
MISSED = 5  # at most, of so many; `test_most_misspellings_are_found` lists them
READS = re.compile(r"""(\bdatum\.|datum\[\\?["'])([A-Za-z]\w{2,})""")


@pytest.fixture(scope="module")
def specs():
    english = [path for path in NOTEBOOKS if path.parent.name == "en"]
    return [(f"{path.stem}/{cell}", widget.spec) for path in english for cell, widget in explorers(path)]


def explorers(path):
    return [(cell, widget) for cell, widget in executed(path).made if hasattr(widget, "spec")]


def swap(word, chance):
    """A word with two letters next to each other exchanged, as fingers do."""
    places = [at for at in range(len(word) - 1) if word[at] != word[at + 1]]
    at = chance.choice(places)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def places(part, way=()):
    """Where a specification reads a column: in expressions, and as the field of a channel or a transform."""
    if isinstance(part, dict):
        for key, inner in part.items():
            if key in ("datasets", "data", "params", "labelExpr", "as"):
                continue
            if isinstance(inner, str) and (key == "field" and len(set(inner)) > 1 or READS.search(inner)):
                yield (*way, key)
            yield from places(inner, (*way, key))
    elif isinstance(part, list):
        for at, inner in enumerate(part):
            yield from places(inner, (*way, at))


def misspell(spec, way, chance):
    """Misspell one column where `way` leads; gives what it was and what it is now."""
    *inside, last = way
    for step in inside:
        spec = spec[step]
    found = [(match.start(2), match[2]) for match in READS.finditer(spec[last])] or [(0, spec[last])]
    at, word = chance.choice([(at, word) for at, word in found if len(set(word)) > 1])
    wrong = swap(word, chance)
    spec[last] = spec[last][:at] + wrong + spec[last][at + len(word) :]
    return word, wrong


def test_what_is_right_raises_nothing(specs):
    for name, spec in specs:
        check_names(spec, name)


def test_most_misspellings_are_found(specs):
    chance, missed = random.Random(20130405), []
    for _ in range(TRIES):
        name, spec = chance.choice(specs)
        spec = copy.deepcopy(spec)
        way = chance.choice([way for way in places(spec)])
        word, wrong = misspell(spec, way, chance)
        try:
            check_names(spec, name)
        except ValueError as error:
            assert wrong in str(error) and name in str(error)
        else:
            missed.append(f"{name}: {word} -> {wrong} in {json.dumps(way)}")
    assert len(missed) <= MISSED, "\n".join(missed)
