"""What a learner has answered, kept in a file beside the notebook, where the next run finds it, and the next day.

It is kept by JupyterLab and Notebook only, which tell a kernel that somebody works with it: nothing is read or written
where a test or a build of the pages runs a notebook.
"""

import contextlib
import json
import os
from pathlib import Path
from typing import Any

FILE = Path("my-answers.json")  # a kernel begins in the folder of its notebook
_given: dict[str, Any] = {}  # by name of the question; where no file can be written it lasts as long as the kernel


def read(name: str, options: list[str] | None = None, drawn: dict[str, Any] | None = None) -> dict[str, Any]:
    """What was given to a question; empty if nothing was, or nothing that fits it."""
    given = _look().get(name)
    if not isinstance(given, dict):
        return {}
    answer = given.get("answer")
    if drawn:
        (low, high), left_out = drawn["between"], () if "step" in given else (None,)
        fits = isinstance(answer, list) and len(answer) == len(drawn["labels"]) - drawn["known"]
        fits = fits and all(
            value in left_out or (isinstance(value, int | float) and low <= value <= high) for value in answer
        )
    else:
        fits = answer in range(len(options)) if options else isinstance(answer, str)
    return given if fits else {}


def write(name: str, given: dict[str, Any]) -> None:
    """Keep what is given to a question, beside what another notebook has kept meanwhile."""
    _look()[name] = given
    if "JPY_SESSION_NAME" in os.environ:
        with contextlib.suppress(OSError):
            part = FILE.with_suffix(".part")
            part.write_text(json.dumps(_given, ensure_ascii=False, indent=1), encoding="utf-8")
            part.replace(FILE)


def _look() -> dict[str, Any]:
    """All that was given. A damaged file is put aside, for somebody may still read it."""
    if "JPY_SESSION_NAME" in os.environ:
        with contextlib.suppress(OSError):
            try:
                _given.update(json.loads(FILE.read_text(encoding="utf-8")))
            except (TypeError, ValueError):
                FILE.replace(FILE.with_suffix(".damaged.json"))
    return _given
