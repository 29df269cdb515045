"""The pages of the claims: one for each, a list of all, and the method."""

from __future__ import annotations

import dataclasses
import functools
import html
import re
from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pandas as pd
from bs4 import BeautifulSoup
from markupsafe import Markup
from nbconvert.filters import Highlight2HTML

from ...language import fill, localized, texts
from ...ledger import documents, printed_at, written
from ...markup import badge, given
from ...palette import VERDICTS
from ...tables import PACKAGE, labels, load
from ..project import project_url
from .layout import Page, Section, cited, layout, repository
from .pictures import verdict_pictures
from .programs import Program, programs
from .review import in_page, period_of, review, said_in
from .views import View

__all__ = ["claim_figures", "claim_pages", "link_claims", "verdict_badge"]

TAKEN = ["bluebook_claims", "bluebook_evidence", "bluebook_outline", "corrections"]  # tables that the list offers
FIJ = "https://fij.info/introduction/rating"  # where FactCheck Initiative Japan states its words
NUMBER = re.compile(r"\bBB\d{3}\b")


@dataclasses.dataclass
class Shown:
    """Where a notebook checks a claim: its stem and the program."""

    stem: str
    program: Program


def claim_pages(
    code: str,
    notebooks: Mapping[str, Iterable[Any]],
    public: str | None = None,
    views: Mapping[str, tuple[str, View]] | None = None,
) -> tuple[list, list]:
    """The pages of the claims in the active language: first list and method, then one for each claim.

    Parameters
    ----------
    code
        Code of the language, which is the folder of the pages.
    notebooks
        The cells of each notebook of the language, by its name such as ``"01-oda"``. They need not have been run.
    public
        The public address of the site; without it, that of the project's description, which may have none.
    views
        For claims that a chart shows: the name of the notebook, and the chart set to the claim.
    """
    views = views or {}
    public = project_url("Site") if public is None else public
    ledger = load("bluebook_claims")
    if ledger.empty:
        return [], []
    shown = _shown(notebooks)
    pictures = verdict_pictures(ledger) if public else {}
    pages = [
        _claim_page(code, row, shown, views.get(row.claim_id), list(notebooks), public) for row in ledger.itertuples()
    ]
    for page, row in zip(pages, ledger.itertuples(), strict=True):
        page.shared = pictures.get((row.verdict, row.strength))
    for before, after in zip(pages, pages[1:], strict=False):
        before.after, after.before = after, before
    return [_list_page(code, ledger), _method_page(code, ledger)], pages


def _shown(notebooks: Mapping[str, Iterable[Any]]) -> dict[str, Shown]:
    """Where each claim is checked."""
    found = {}
    for stem, cells in notebooks.items():
        for claim, program in programs(list(cells)).items():
            found.setdefault(claim, Shown(stem, program))
    return found


def _claim_page(
    code: str,
    row: Any,
    shown: dict[str, Shown],
    view: tuple[str, View] | None,
    stems: list[str],
    public: str,
) -> Page:
    words, claim, day = texts("claims.page"), row.claim_id, _checked(row.claim_id)
    told = {"claim": claim, "text": row.text, "said": said_in(row), "verdict": row.verdict_label}
    path = f"{code}/claims/{claim}.html"
    named = told | cited(path, public, day)
    question = {"title": fill(words["tell_title"], **told), "body": fill(words["tell_body"], **told)}
    here = shown.get(claim)
    heading = fill(texts("claims.heading"), **told)
    evidence = documents(claim)
    body = layout.get_template("claim.html").render(
        words=words,
        row=row,
        heading=heading,
        badge=verdict_badge(row),
        figures=claim_figures(row, words),
        facts=_facts(row, words),
        section=load("bluebook_outline").set_index("section_id").title[row.section_id],
        original=printed_at(row.section_id),
        document=_source(PACKAGE.resources["bluebook_claims"]["sources"][0]),
        evidence=[_document(one, words) for one in evidence.itertuples()],
        tables=[_table(name) for name in (row.tables.split("; ") if given(row.tables) else [])],
        program=here and _highlighted(here.program.source, words["program"]),
        links=_links(row, here, view, stems, words),
        corrections=[_correction(one) for one in _corrections(claim).itertuples()],
        citation=fill(words["cite_text"], **named),
        bibtex=_bibtex(code, **named),
        tell=f"{repository()}/issues/new?{urlencode(question)}",
        tell_link=fill(words["tell_link"], **told),
        checked=fill(words["checked"], day=day),
    )
    said = review(row, evidence, day, f"{public.rstrip('/')}/{path}" if public else "")
    return Page(path, claim, heading, fill(texts("claims.description"), **told), body, data=in_page(said))


def _highlighted(source: str, label: str) -> Markup:
    """A program in colours; where it is wider than the screen, the keyboard can scroll it."""
    region = f'<div tabindex="0" role="region" aria-label="{html.escape(label)}" class="'
    return Markup(Highlight2HTML()(source, metadata={}).replace('<div class="', region, 1))


def _checked(claim: str) -> str:
    """The day of a claim's last check: that of its documents, else of all documents, or of a later correction."""
    evidence = load("bluebook_evidence")
    own = evidence[evidence.claim_id == claim]
    days = own if len(own) else evidence
    return max([days.checked_on.max(), *_corrections(claim).date])


def _corrections(claim: str) -> pd.DataFrame:
    rows = load("corrections")
    return rows[rows.claim_id == claim].sort_values("date", ascending=False)


def _correction(row: Any) -> SimpleNamespace:
    return SimpleNamespace(**row._asdict(), day=fill("{date:day}", date=row.date))


def claim_figures(row: Any, words: dict[str, str]) -> list[tuple[str, str]]:
    """The figures of a claim, each with its head; those that are not known are left out."""
    figures = {"said": row.value, "then": row.value_then, "ours": row.computed_value}
    return [(words[name], written(value, row)) for name, value in figures.items() if given(value)]


def _facts(row: Any, words: dict[str, str]) -> list[tuple[str, str]]:
    facts = {"period": period_of(row), "basis": row.basis_label, "strength": row.strength_label, "settle": row.settle}
    return [(words[name], value) for name, value in facts.items() if given(value)]


def _document(row: Any, words: dict[str, str]) -> SimpleNamespace:
    said = row._asdict() | {"title": row.title if given(row.title) else ""}
    return SimpleNamespace(**said, day=fill("{date:day}", date=row.date) if given(row.date) else words["undated"])


def _source(entry: dict[str, Any]) -> SimpleNamespace:
    return SimpleNamespace(path=entry["path"], **{name: localized(entry, name) for name in ("publisher", "title")})


def _table(name: str) -> SimpleNamespace:
    """A table that a claim was computed from: its title, its publishers, and where its file can be seen."""
    resource = PACKAGE.resources[name]
    file = f"{repository()}/blob/HEAD/data/{resource['path']}"
    return SimpleNamespace(title=localized(resource, "title"), file=file, sources=map(_source, resource["sources"]))


def _links(
    row: Any, here: Shown | None, view: tuple[str, View] | None, stems: list[str], words: dict[str, str]
) -> list[tuple[str, str]]:
    """Where notebooks show a claim: its cell, else the notebook of its theme, and the chart that is set to it."""
    if here is None:
        links = [(f"../{stem}.html", words["theme_notebook"]) for stem in stems if stem[3:] == row.theme]
    else:
        links = [(f"../{here.stem}.html#{here.program.cell}", words["notebook"])]
    if view:
        stem, chart = view
        links.append((f"../{stem}.html#{chart.address}", _told(chart.years, words)))
    return links


def _told(years: tuple[int, int] | None, words: dict[str, str]) -> str:
    """The words of a link to a chart: the year, or the years, that it is set to."""
    if years is None:
        return words["view_item"]
    first, last = years
    return fill(words["view"], year=first) if first == last else fill(words["view_span"], first=first, last=last)


def verdict_badge(row: Any) -> Markup:
    """The verdict on a claim as a badge."""
    return Markup(badge(row.verdict_label, VERDICTS[row.verdict]).markup)


def _bibtex(code: str, claim: str, text: str, verdict: str, day: str, year: str, author: str, address: str, **_: Any):
    """An entry for a list of references, with the letters that have a meaning in TeX escaped."""
    title = re.sub(r"([&%$#_{}])", r"\\\1", f"{claim}: {text} ({verdict})")
    fields = {"author": f"{{{author}}}", "title": f"{{{title}}}", "year": year, "url": address, "urldate": day}
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@misc{{bluebook-{claim.lower()}-{code},\n{lines}}}"


def _list_page(code: str, ledger: pd.DataFrame) -> Page:
    words = texts("claims")
    filters = []
    for name in ("verdict", "theme", "basis", "strength"):
        counts = ledger[name].value_counts()
        choices = labels("bluebook_claims", name).items()
        filters.append((name, [(value, label, counts[value]) for value, label in choices if value in counts]))
    files = [(f"data/{PACKAGE.resources[name]['path']}", words["files"][name]) for name in TAKEN]
    body = layout.get_template("claims.html").render(
        words=words,
        filters=filters,
        rows=[(row, written(row.value, row), verdict_badge(row)) for row in ledger.itertuples()],
        files=[*files, ("data/datapackage.json", words["files"]["package"])],
    )
    about = fill(words["about"], count=len(ledger))
    return Page(f"{code}/claims/index.html", words["title"], words["title"], about, body, scripts=("assets/claims.js",))


def _method_page(code: str, ledger: pd.DataFrame) -> Page:
    words = texts("claims.method")
    heads = {name: [words["word"], words["rule"], words["number"]] for name in words["rules"]}
    heads["fij"] = [words["fij_ours"], words["fij_theirs"], words["fij_why"]]
    counts = _independent(ledger)
    rows = {name: _rules(name, words["rules"][name], ledger) for name in words["rules"]}
    names = labels("bluebook_claims", "verdict")
    rows["fij"] = [(names[verdict], *theirs) for verdict, theirs in words["fij"].items()]
    for name, part in words["parts"].items():
        part["paragraphs"] = [fill(paragraph, **counts) for paragraph in part["paragraphs"]]
        part["heads"], part["rows"] = heads.get(name), rows.get(name)
    lead = fill(words["lead"], count=len(ledger))
    body = layout.get_template("method.html").render(words=words, lead=lead, parts=words["parts"].values(), fij=FIJ)
    contents = [Section(f"h-{place}", part["heading"]) for place, part in enumerate(words["parts"].values(), 1)]
    return Page(f"{code}/method.html", words["title"], words["heading"], words["about"], body, contents)


def _rules(name: str, rules: dict[str, str], ledger: pd.DataFrame) -> list[tuple[Any, str, int]]:
    """The words of a column of the ledger, each with when it is used and how often."""
    counts, names = ledger[name].value_counts(), labels("bluebook_claims", name)
    shown = {code: badge(label, VERDICTS[code]).markup for code, label in names.items()} if name == "verdict" else {}
    return [(Markup(shown[code]) if code in shown else names[code], rules[code], counts.get(code, 0)) for code in rules]


def _independent(ledger: pd.DataFrame) -> dict[str, int]:
    """How many claims independent documents decide, and how many of these rest on one publisher."""
    decided = ledger[(ledger.basis == "document") & (ledger.strength == "independent")].claim_id
    rows = load("bluebook_evidence").query("claim_id in @decided and independent and relation != 'qualifies'")
    publishers = rows.groupby("claim_id").publisher.nunique()
    return {"independent": len(decided), "single": int((publishers == 1).sum())}


@functools.cache
def _known() -> set[str]:
    return set(load("bluebook_claims").claim_id)


def link_claims(soup: BeautifulSoup) -> None:
    """Make the numbers of claims in cards, ledgers and the list of corrections into links to their pages.

    In cards and corrections it is the first of a text; elsewhere a number links only where it stands alone.
    """
    for part in soup.select(".bluebook-card, .bluebook-table"):
        for words in part.find_all(string=NUMBER):
            alone = NUMBER.fullmatch(words.strip())
            titled = words.parent.name == "small"
            if words.find_parent(["a", "button", "option", "script", "style"]) or not (alone or titled):
                continue
            before, number, after = re.split(f"({NUMBER.pattern})", words, maxsplit=1)
            if number in _known():
                link = soup.new_tag("a", href=f"claims/{number}.html")
                link.string = number
                words.replace_with(before, link, after)
