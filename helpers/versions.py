"""Whether the installed packages are those that the project asks for. Checked before any of them is imported."""

import re
from collections.abc import Iterable
from importlib import metadata

from packaging.requirements import Requirement

from .language import languages, speaking, text

__all__ = ["require", "unfit"]

PROJECT = "bluebook-notebooks"
IMPORTED = {"altair", "anywidget", "ipywidgets", "pandas", "traitlets", "vl-convert-python"}  # by every notebook


def require() -> None:
    """Raise `ImportError` if a package that a notebook is about to import is missing or has another version.

    The notebook has not chosen its language yet, so the message stands there in each: what there is, what is needed,
    and the command that installs it.
    """
    try:
        asked = metadata.requires(PROJECT) or []
    except metadata.PackageNotFoundError:  # a copy that was never installed does not say what it asks for
        return
    needed = [line for line in asked if re.match(r"[\w.-]+", line)[0] in IMPORTED]
    if not unfit(needed):
        return
    messages = []
    for code in languages():
        with speaking(code):
            messages.append(text("start.checkup.packages.todo", list="; ".join(unfit(needed))))
    raise ImportError("\n".join(messages))


def unfit(lines: Iterable[str]) -> list[str]:
    """The requirements that this machine does not fulfil, each with what it has."""
    others = []
    for wanted in map(Requirement, lines):
        if wanted.marker and not wanted.marker.evaluate({"extra": ""}):
            continue
        try:
            found = metadata.version(wanted.name)
        except metadata.PackageNotFoundError:
            found = None
        if found is None or not wanted.specifier.contains(found, prereleases=True):
            key = "missing" if found is None else "other"
            others.append(text(f"start.checkup.{key}", name=wanted.name, wanted=wanted.specifier, found=found))
    return others
