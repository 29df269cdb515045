"""What a class has answered: a learner's records, the page that adds up those of a class, and the script of both.

The script ``questions.js`` of a language holds the questions of all its notebooks, each with what is easily taken for
the right answer, which the teaching guide says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from bs4 import BeautifulSoup
from nbconvert.filters import markdown2html

from ...language import texts
from ...tables import labels
from .layout import Page, layout
from .stand_ins import STATE, VIEW

__all__ = ["class_pages"]

SCRIPT = """(() => {
const words = %s;
const known = %s;
for (const { questions } of Object.values(known)) for (const question of questions) question.words = words;
globalThis.bluebookQuestions = known;
})();
"""
ROW = re.compile(r"^\| `([\w-]+)` \| .+? \| (.+) \|$", re.MULTILINE)


def class_pages(
    code: str, notebooks: Mapping[str, Any], headings: Mapping[str, str], guide: str
) -> tuple[list[Page], dict[str, str]]:
    """Both pages in the active language, and the script that they read by its path; nothing where nothing is asked.

    Parameters
    ----------
    code
        Code of the language, which is the folder of the pages.
    notebooks
        The executed notebooks by their names.
    headings
        What each is called.
    guide
        The teaching guide; empty where there is none.
    """
    known = {
        stem: {"heading": headings[stem], "questions": asked}
        for stem, notebook in notebooks.items()
        if (asked := list(_questions(notebook, _slips(guide, stem))))
    }
    if not known:
        return [], {}
    words, script = texts("site"), f"{code}/questions.js"
    record = Page(f"{code}/record.html", words["records"], words["records"], words["records_about"])
    record.body = layout.get_template("record.html").render(
        page=record,
        words=words,
        gathers=True,
        notebooks={stem: headings[stem] for stem in known},
        verdicts=labels("bluebook_claims", "verdict"),
    )
    record.scripts = ("assets/kept.js", script, "assets/record.js")
    said = texts("site.class")
    body = layout.get_template("class.html").render(words=said)
    scripts = (script, "assets/class.js")
    teacher = Page(f"{code}/class.html", said["title"], said["title"], said["about"], body, scripts=scripts)
    shared = json.dumps(texts("common.questions"), ensure_ascii=False)
    return [record, teacher], {script: SCRIPT % (shared, json.dumps(known, ensure_ascii=False))}


def _questions(notebook: Any, slips: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The questions of a notebook in their order, each with what learners take for its answer."""
    states = notebook.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            view = output.get("data", {}).get(VIEW)
            content = view and states[view["model_id"]]["state"].get("content")
            if content and "name" in content:
                said = {name: part for name, part in content.items() if name != "words"}
                yield said | {"slip": slips.get(cell.id.removesuffix("-stub"), "")}


def _slips(guide: str, stem: str) -> dict[str, str]:
    """For each cell of a notebook what learners take for the right answer, by the guide."""
    head = rf'^### (?:<a id="{stem}-answers"></a>.*|{stem} answers)\n'
    part = re.search(rf"{head}((?s:.*?))(?=^##|\Z)", guide, re.MULTILINE)
    return {cell: _plain(slip) for cell, slip in ROW.findall(part[1] if part else "")}


def _plain(markdown: str) -> str:
    """Markdown in one line, without its markup."""
    return BeautifulSoup(markdown2html(markdown), "html.parser").get_text().strip()
