"""The languages of the collection say the same things."""

import itertools
import string

import pytest
from editions import catalogue
from lab import ROOT

from helpers import language
from helpers.language import TEXTS, fill, text, texts, use

FILES = {code: {file.stem for file in (TEXTS / code).glob("*.toml")} for code in language.languages()}
SHARED = [
    pytest.param(first, second, file, id=f"{first}-{second}-{file}")
    for first, second in itertools.combinations(FILES, 2)
    for file in sorted(FILES[first] & FILES[second])
]


def flat(code, file):
    """Every text of a catalogue by its key."""
    return catalogue(TEXTS / code / f"{file}.toml")


def placeholders(words):
    return {name for _, name, _, _ in string.Formatter().parse(words) if name is not None}


@pytest.mark.parametrize(("first", "second", "file"), SHARED)
def test_every_text_of_one_language_is_in_the_other(first, second, file):
    assert flat(first, file).keys() ^ flat(second, file).keys() == set()


@pytest.mark.parametrize(("first", "second", "file"), SHARED)
def test_a_text_has_the_same_placeholders_in_every_language(first, second, file):
    one, other = flat(first, file), flat(second, file)
    differing = [key for key in one.keys() & other.keys() if placeholders(one[key]) != placeholders(other[key])]
    assert differing == []


@pytest.mark.parametrize("code", FILES)
def test_no_text_is_empty(code):
    assert [key for file in FILES[code] for key, words in flat(code, file).items() if not words.strip()] == []


def test_a_text_is_filled_in_the_active_language():
    assert text("tables.line", line=7) == ", line 7"
    use("ja")
    assert language.language() == "ja"
    assert text("tables.line", line=7) not in ("", ", line 7")


@pytest.mark.parametrize(
    ("code", "date", "words"),
    [
        ("en", "2012-09-17", "17 September 2012"),
        ("en", "2013-05", "May 2013"),
        ("en", "2012", "2012"),
        ("ja", "2012-09-17", "2012年9月17日"),
        ("ja", "2013-05", "2013年5月"),
        ("ja", "2012", "2012年"),
    ],
)
def test_a_day_a_month_or_a_year_is_said_in_words(code, date, words):
    use(code)
    assert fill("{date:day}", date=date) == words


def test_an_unknown_language_names_those_there_are():
    with pytest.raises(ValueError, match="language 'fr'.*: en, ja"):
        use("fr")
    assert language.language() == "en"


@pytest.mark.parametrize("key", ["oda.rankings", "oda.ranking.title.short", "odd.ranking"])
def test_a_missing_text_is_named_with_its_language_and_file(key):
    with pytest.raises(KeyError, match=f"No text '{key}' in language 'en': add it to helpers/texts/en/{key[:3]}.toml"):
        texts(key)


def test_japanese_has_one_word_for_the_ledger_and_no_check_is_in_pandas_alone():
    folders = [TEXTS / "ja", ROOT / "notebooks/ja", ROOT / "data"]
    written = [path for folder in folders for path in folder.glob("[!.]*.*")] + [ROOT / "README.ja.md"]
    found = [
        f"{path.name}: {words}"
        for path in written
        for words in ("記述一覧", "pandasだけ")
        if words in path.read_text(encoding="utf-8")
    ]
    assert found == []


# That every key which the code of a notebook uses exists is shown by the runs of the notebooks (conftest.py).
