"""The project as a form: a reader checks a claim of the ledger on the static page, without Python.

The page holds the claims and describes the tables; the figure is found, and the verdict given, by the reader.
"""

from __future__ import annotations

import csv
import functools
import io
import json
from typing import Any

import pandas as pd
from bs4 import BeautifulSoup
from markupsafe import Markup

from ...language import fill, language, localized, text, texts
from ...ledger import NUMBERED, printed_at, written
from ...markup import given
from ...tables import PACKAGE, cited, labels, load, meaning, table_names, title, unit
from .builds import mark
from .layout import layout
from .library import apart

__all__ = ["PROJECT", "form_files", "place_form"]

PROJECT = "90-project"
CELL = "how-to"  # it says how the notebook is run; on the page the form stands in its place


def place_form(body: str, run: str) -> str:
    """The cells of the project's notebook with the form in the place of the cell that says how it is run."""
    soup = BeautifulSoup(body, "html.parser")
    lines = [[cell.get_text() for cell in row.find_all("td")] for row in soup.select("#rubric tbody tr")]
    form = layout.get_template("form.html").render(
        words=texts("project.form"),
        themes=labels("bluebook_claims", "theme"),
        verdicts=labels("bluebook_claims", "verdict"),
        rubric=lines,
        run=run,
        run_words=text("site.run"),
        fleeting=text("site.fleeting"),
    )
    soup.find(id=CELL).replace_with(BeautifulSoup(Markup(form), "html.parser"))
    return str(soup)


def form_files() -> dict[str, str]:
    """The program of the form in the active language, with what it shows, and the rows of every table that it opens."""
    told = f"globalThis.bluebookProject = {json.dumps(_told(), ensure_ascii=False)};\n"
    rows = {f"assets/tables/{name}.js": _rows(name) for name in table_names() if _is_open(name)}
    return rows | {f"assets/project-{language()}.js": told + apart("form.js")}


def _told() -> dict[str, Any]:
    """What the form shows: claims, units, sections, tables, and words."""
    ledger = load("bluebook_claims").merge(load("bluebook_templates").drop(columns="why"), on="claim_id")
    words = texts("project.form") | {"framed": text("common.explorer.words.framed")}
    countries = load("countries").set_index("iso3").name
    outline = load("bluebook_outline").set_index("section_id").title
    return {
        "claims": {row.claim_id: _claim(row) for row in ledger.itertuples()},
        "units": {_unit(row): _form(_unit(row), row.unit_label) for row in ledger.itertuples()}
        | {"points": _form("points", "")},
        "sections": {id: [f"{id} {name}", printed_at(id)] for id, name in outline.items()},
        "tables": {name: _table(name) for name in table_names() if _is_open(name)},
        "countries": countries.to_dict(),
        "words": words,
    }


def _claim(row: Any) -> dict[str, Any]:
    number = pd.to_numeric(row.value, errors="coerce")
    told = {
        "text": row.text,
        "theme": row.theme,
        "section": row.section_id,
        "period": row.period if given(row.period) else "",
        "kind": row.template_label if row.template != "none" else "",
        "lacks": row.why_label if row.template == "none" else "",
        "stated": written(row.value, row),
        "value": row.value if pd.isna(number) else float(number),
        "unit": _unit(row),
        "verdict": row.verdict,
        "ours": written(row.computed_value, row),
        "reason": row.reason,
        "rests": text("common.claims.rests", basis=row.basis_label, strength=row.strength_label),
    }
    if pd.notna(number):
        decimals = len(str(row.value).partition(".")[2])
        whole = 0.0 if _unit(row) in NUMBERED else 0.5 * 10.0**-decimals
        told["tolerance"] = row.tolerance if pd.notna(row.tolerance) else whole
    return told


def _unit(row: Any) -> str:
    """The unit of a claim; a year that is the value of a date or of a span is a year."""
    number = pd.to_numeric(row.value, errors="coerce")
    return "year" if pd.notna(number) and row.unit in ("date", "years") and number > 1000 else row.unit


def _form(name: str, label: str) -> dict[str, Any]:
    """What stands before and after a number of a unit, and what the ledger's number is multiplied by."""
    words = texts("common.claims")
    form = fill(words["forms"].get(name, words["amount"]), sign="", number="\n", unit=label)
    before, after = form.split("\n")
    grouped = name not in NUMBERED
    return {"before": before, "after": after, "scale": words["scales"].get(name, 1), "grouped": grouped}


def _is_open(name: str) -> bool:
    """Whether a table can answer a claim: those of the ledger hold its verdicts, and were made from the document."""
    return name.split("_")[0] in labels("bluebook_claims", "theme") or name == "countries"


def _table(name: str) -> dict[str, Any]:
    resource = PACKAGE.resources[name]
    columns = [field["name"] for field in resource["schema"]["fields"]]
    shown = [(column, title(name, column), unit(name, column), meaning(name, column)) for column in columns]
    about = {"title": localized(resource, "title"), "theme": name.split("_")[0], "file": resource["path"]}
    about["script"] = f"../assets/tables/{name}.js?{mark(_rows(name))}"
    return about | {"cited": cited(name), "columns": shown}


@functools.cache
def _rows(name: str) -> str:
    """The rows of a table as a script, for a page that was opened from a folder may read no file."""
    _, *rows = csv.reader(io.StringIO(PACKAGE.read(PACKAGE.resources[name]).decode("utf-8"), newline=""))
    told = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    return f"(globalThis.bluebookRows ??= {{}})[{json.dumps(name)}] = {told};\n"
