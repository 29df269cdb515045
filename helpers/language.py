"""Language of the collection.

Every text that a chart or a widget shows stands in a catalogue, ``helpers/texts/<language>/<file>.toml``;
every column title and category label stands in the data package. Notebook code holds keys only, so that
one code cell serves all languages.
"""

import contextlib
import copy
import functools
import os
import re
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

__all__ = ["fill", "language", "languages", "localized", "shared", "speaking", "text", "texts", "use"]

TEXTS = Path(__file__).parent / "texts"
_active = os.environ.get("HELPERS_LANGUAGE", "en")


def languages() -> list[str]:
    """Codes of the languages that have a catalogue, for example ``["en", "ja"]``."""
    return sorted(folder.name for folder in TEXTS.iterdir() if any(folder.glob("*.toml")))


def use(code: str) -> None:
    """Choose the language of names, labels, charts and questions for the cells that follow.

    Raises
    ------
    ValueError
        If there is no catalogue for `code`; the message lists those there are.
    """
    global _active
    if code not in languages():
        raise ValueError(f"There is no catalogue for language {code!r}; there is one for: {', '.join(languages())}.")
    _active = code


@contextlib.contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak another language for a while."""
    before = _active
    use(code)
    try:
        yield
    finally:
        use(before)


def language() -> str:
    """Code of the active language."""
    return _active


def localized(entry: dict[str, Any], name: str) -> Any:
    """Value of `name` in the active language: ``title_ja`` of `entry` in Japanese if there is one, else ``title``."""
    return entry.get(f"{name}_{_active}", entry.get(name))


def texts(key: str) -> Any:
    """Whatever stands in the active catalogue under `key`, a dotted path that begins with the file's name.

    Raises
    ------
    KeyError
        If the catalogue has no such entry; the message names the key, the language and the file.
    """
    entry: Any = _catalogue(_active)
    for part in key.split("."):
        if not isinstance(entry, dict) or part not in entry:
            file = f"helpers/texts/{_active}/{key.split('.')[0]}.toml"
            raise KeyError(f"No text {key!r} in language {_active!r}: add it to {file}.")
        entry = entry[part]
    return copy.deepcopy(entry)  # what a learner does with it stays with the learner


def shared(part: str, name: str, theme: str | None) -> str:
    """Entry `name` of the ``formats`` or ``columns`` (`part`) of a theme's file, or else of ``common.toml``."""
    own = _catalogue(_active).get(theme, {}).get(part, {})
    if name in own:
        return own[name]
    try:
        return texts(f"common.{part}.{name}")
    except KeyError as error:
        if theme is None:
            raise
        file = f"helpers/texts/{_active}/{theme}.toml"
        told = f"No text 'common.{part}.{name}' in language {_active!r}: add {name} to [{part}] of {file}."
        raise KeyError(told) from error


def text(key: str, **values: Any) -> str:
    """One text of the active catalogue, its ``{placeholders}`` filled with `values`."""
    return fill(texts(key), **values)


def fill(template: str, /, **values: Any) -> str:
    """A template with its ``{placeholders}`` filled with `values`.

    A format that begins with ``*`` and a whole number multiplies first, because languages count in different units:
    ``{deaths:.1f} million`` is ``{deaths:*100,.0f}万`` in Japanese. The format ``day`` writes a date of a table,
    which may be no more than a month or a year.

    Examples
    --------
    >>> fill("{deaths:*100,.0f}万人", deaths=6.9)
    '690万人'
    >>> fill("in force on {date:day}, {change:+.1f}%", date="2005-02-16", change=-0.25)
    'in force on 16 February 2005, −0.2%'
    """
    return _Filling().format(template, **values)


class _Filling(string.Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == "day":
            numbers = map(int, str(value)[:10].split("-"))
            parts: dict[str, Any] = dict(zip(("year", "month", "day"), numbers, strict=False))
            form = list(parts)[-1]
            if "month" in parts:
                parts["month"] = texts("common.months")[parts["month"] - 1]
            return text(f"common.{form}", **parts)
        if scaled := re.match(r"\*(\d+)", format_spec):
            value, format_spec = value * int(scaled[1]), format_spec[scaled.end() :]
        written = super().format_field(value, format_spec)
        return written if isinstance(value, str) else re.sub(r"^-(?=\d)", "−", written)


@functools.cache
def _catalogue(code: str) -> dict[str, Any]:
    return {
        file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted((TEXTS / code).glob("*.toml"))
    }
