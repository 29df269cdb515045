"""What the start page shows: outline, glossary, verdicts counted, corrections, and whether this machine is ready."""

import html
import platform
import re
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

import altair as alt
import pandas as pd
from packaging.specifiers import SpecifierSet

from . import tables
from .explorer.bundle import build_bundle, bundle_files, convert
from .language import text, texts
from .ledger import link_part
from .markup import STYLE, Html, badge, listing
from .palette import VERDICTS
from .tables import labels as named
from .tables import load, title
from .versions import PROJECT, unfit

__all__ = ["checkup", "corrections", "glossary", "outline", "scoreboard"]

NOTEBOOKS = ["01-oda", "02-mdgs", "03-environment", "04-climate", "05-polar", "06-science"]


def glossary(notebook: str | None = None) -> Html:
    """Show technical terms in English and Japanese, what they mean, and which notebooks explain them.

    Parameters
    ----------
    notebook
        Name of a notebook such as ``"01-oda"``, for its terms only.

    Raises
    ------
    ValueError
        If there is no such notebook; the message lists those there are.
    """
    if notebook not in (None, *NOTEBOOKS):
        raise ValueError(text("start.glossary.unknown", name=notebook, names=", ".join(NOTEBOOKS)))
    terms = load("glossary").sort_values("english", key=lambda column: column.str.casefold())
    heads = [title("glossary", column) for column in ("english", "japanese", "definition", "notebooks")]
    body = [
        [_in("en", term.english), _in("ja", term.japanese), term.definition, _links(term.notebooks.split())]
        for term in terms.itertuples()
        if notebook in (None, *term.notebooks.split())
    ]
    return listing(heads, body, text("start.glossary.caption", count=len(body)))


def outline() -> Html:
    """Show every part of the document with the number of its claims and the notebooks that check them."""
    parts = load("bluebook_outline").sort_values("reading_order")
    claims = load("bluebook_claims").groupby("section_id").theme
    counts, themes = claims.size(), claims.unique()
    linked = {part.section_id: link_part(part.section_id, part.title).markup for part in parts.itertuples()}
    body = [
        [
            part.section_id,
            Html(f'<div style="padding-left: {part.level - 1}rem">{linked[part.section_id]}</div>'),
            part.kind_label,
            counts.get(part.section_id, ""),
            _links(name for name in NOTEBOOKS if name[3:] in themes.get(part.section_id, [part.theme])),
        ]
        for part in parts.itertuples()
    ]
    heads = [title("bluebook_outline", column) for column in ("section_id", "title", "kind")]
    words = texts("start.outline")
    return listing([*heads, words["claims"], words["notebook"]], body, text("start.outline.caption", count=len(body)))


def scoreboard(by: str = "theme") -> Html:
    """Count the verdicts by theme, or by ``"strength"`` or ``"basis"``, from the ledger."""
    rows = load("bluebook_claims")
    words = texts("common.claims")
    labels = dict(rows.loc[rows.verdict.notna(), ["verdict", "verdict_label"]].drop_duplicates().to_numpy())
    codes = [code for code in VERDICTS if code in labels]
    unchecked = [words["unchecked"]] if rows.verdict.isna().any() else []
    heads = [words[by], *(labels[code] for code in codes), *unchecked, words["total"]]
    body = []
    for group, label in [*named("bluebook_claims", by).items(), (None, words["total"])]:
        part = rows if group is None else rows[rows[by] == group]
        counts = [(part.verdict == code).sum() for code in codes]
        body.append([label, *counts, *(part.verdict.isna().sum() for _ in unchecked), len(part)])
    return listing(heads, body, f"{text('common.claims.caption', count=len(rows))} · {words[by]}")


def corrections() -> Html:
    """List what learners had been shown and is corrected, the newest first: what stood, what stands, and why."""
    rows = load("corrections").sort_values(["date", "correction_id"], ascending=[False, True])
    words = texts("common.claims.corrections")
    entries = []
    for row in rows.itertuples():
        place = " · ".join([row.date, row.notebook, row.place, row.kind_label])
        told = [(words[part], getattr(row, part)) for part in ("stood", "stands", "why", "found")]
        parts = "".join(f"<dt>{html.escape(head)}</dt><dd>{html.escape(said)}</dd>" for head, said in told)
        entries.append(f"<li><small>{html.escape(place)}</small><dl>{parts}</dl></li>")
    caption = html.escape(text("common.claims.corrections.caption", count=len(rows)))
    return Html(
        f'{STYLE}<div class="bluebook-table bluebook-long bluebook-corrections mathjax_ignore" tabindex="0" '
        f'role="region" aria-label="{caption}"><p>{caption}</p><ul>{"".join(entries)}</ul></div>'
    )


def _in(code: str, words: str) -> Html:
    """Words in a language of their own, for screen readers and fonts."""
    return Html(f'<span lang="{code}">{html.escape(words)}</span>')


def _links(names: Iterable[str]) -> Html:
    """Links to notebooks of the same language, which lie in the same folder."""
    return Html(" ".join(f'<a href="{name}.ipynb" style="white-space: nowrap">{name}</a>' for name in names))


# Is this machine ready? -----------------------------------------------------------------------------------------------

STATES = {"ok": VERDICTS["matches"], "note": VERDICTS["revised"], "todo": VERDICTS["differs"]}


def checkup() -> Html:
    """Check versions, chart library and tables on this machine, and say for each what to do if it is not right.

    Nothing is raised, and nothing is asked of the internet.
    """
    body, states = [], []
    for part, examine in EXAMINATIONS.items():
        try:
            state, found = examine()
        except Exception as error:  # whatever is broken is told, not raised
            state, found = "todo", text("start.checkup.failed", error=f"{type(error).__name__}: {error}")
        states.append(state)
        shown = badge(text(f"start.checkup.states.{state}"), STATES[state])
        body.append([text(f"start.checkup.parts.{part}"), shown, _with_code(found)])
    words, wrong = texts("start.checkup"), states.count("todo")
    status = words["wrong"].format(wrong=wrong, count=len(states)) if wrong else words["fine"]
    table = listing([words["part"], words["state"], words["found"]], body, words["caption"])
    return Html(f'<p role="status"><strong>{html.escape(status)}</strong></p>{table.markup}')


def _python() -> tuple[str, str]:
    wanted, found = metadata.metadata(PROJECT)["Requires-Python"], platform.python_version()
    fits = SpecifierSet(wanted).contains(found, prereleases=True)
    return _judged(fits, "python", found=found, wanted=wanted)


def _packages() -> tuple[str, str]:
    """What the project asks for, and, where the lock is at hand, the versions that it was tested with."""
    asked = metadata.requires(PROJECT) or []
    if others := unfit(asked):
        return "todo", text("start.checkup.packages.todo", list=_few(others))
    lock = tables.PACKAGE.folder.parent / "binder" / "requirements.txt"
    if not lock.is_file():
        return "ok", text("start.checkup.packages.ok", count=len(asked))
    pins = [line for line in lock.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    if others := unfit(pins):
        return "note", text("start.checkup.packages.note", list=_few(others))
    return "ok", text("start.checkup.packages.ok", count=len(pins))


def _bundle() -> tuple[str, str]:
    size, files = len(build_bundle()), bundle_files()
    return _judged(any(map(Path.is_file, files)), "bundle", "note", size=size / 1e6, folder=files[-1].parent)


def _tables() -> tuple[str, str]:
    """Read every file anew and compare it with its checksum; what has changed is searched for what is wrong."""
    listed, broken = tables.PACKAGE.resources, []
    for name, resource in listed.items():
        try:
            tables.PACKAGE.read(resource)
            (tables.load if resource["type"] == "table" else tables.load_json)(name)
        except tables.TableError as error:
            broken.append(str(error))
        except Exception as error:
            file, reason = f"data/{resource['path']}", f"{type(error).__name__}: {error}"
            broken.append(text("start.checkup.unreadable", file=file, error=reason))
    return _judged(not broken, "tables", count=len(listed), wrong=len(broken), list=_few(broken, " "))


def _chart() -> tuple[str, str]:
    bar = alt.Chart(pd.DataFrame({"amount": [1]})).mark_bar().encode(x="amount:Q")
    return _judged("<svg" in convert("vegalite_to_svg", vl_spec=bar.to_dict()), "chart", version=alt.__version__)


EXAMINATIONS = {"python": _python, "packages": _packages, "bundle": _bundle, "tables": _tables, "chart": _chart}


def _judged(fine: bool, part: str, otherwise: str = "todo", **values: object) -> tuple[str, str]:
    state = "ok" if fine else otherwise
    return state, text(f"start.checkup.{part}.{state}", **values)


def _few(items: list[str], between: str = "; ", most: int = 4) -> str:
    more = text("start.checkup.more", count=len(items) - most) if len(items) > most else ""
    return between.join(items[:most]) + more


def _with_code(words: str) -> Html:
    """Words in which what stands between backticks is shown as a command."""
    return Html(re.sub("`(.+?)`", r"<code>\1</code>", html.escape(words)))
