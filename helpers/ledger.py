"""The ledger of the Bluebook's claims: show it, check a claim against a computation, list sources."""

import difflib
import functools
import html
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from .language import fill, text, texts
from .markup import CARD, FEW, Html, badge, given, link, listing
from .palette import VERDICTS
from .tables import cited, load, publishers, table_names

__all__ = ["claims", "documents", "evidence", "link_part", "printed_at", "sources", "verify", "written"]

# Units of what has no amount, and of what is measured and so may have decimals; all others are counted.
NUMBERED = {"date", "decade", "fiscal_year", "goal", "ordinal", "page", "rank", "year"}
MEASURED = {"jpy_billion", "percent", "points", "times", "usd_million", "usd_per_day", "years"}
# What a value can be computed from; other verdicts follow from documents.
COMPUTED = {"data", "listing", "arithmetic"}
DATE, RANGE = re.compile(r"\b\d{4}(?:-\d\d){0,2}(?!\w)"), re.compile(r"(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)")


def claims(
    theme: str | None = None,
    section: str | None = None,
    verdict: str | None = None,
    *,
    basis: str | None = None,
    strength: str | None = None,
) -> Html:
    """Show the claims of a theme, a section (with its subsections) or a verdict, with what became of each.

    A longer list has a search and menus for verdict, basis and strength above it.

    Parameters
    ----------
    theme, verdict, basis, strength
        Codes such as ``"oda"``, ``"differs"``, ``"document"`` and ``"government_only"``;
        ``labels("bluebook_claims", "verdict")`` lists those of a column with their meaning.
    section
        Identifier of the outline such as ``"1.3"``, which includes ``"1.3.a"``.
    """
    rows = load("bluebook_claims")
    if section:
        rows = rows[(rows.section_id == section) | rows.section_id.str.startswith(f"{section}.")]
    for column, code in {"theme": theme, "verdict": verdict, "basis": basis, "strength": strength}.items():
        rows = rows if code is None else rows[rows[column] == code]
    words, first = texts("common.claims"), _decisive(load("bluebook_evidence")).drop_duplicates("claim_id")
    first = {row.claim_id: row for row in first.itertuples()}
    heads = [words[part] for part in ("number", "section", "claim", "bluebook", "ours", "verdict", "reason")]
    body = []
    for row in rows.itertuples():
        rests = {part: html.escape(getattr(row, f"{part}_label")) for part in ("basis", "strength")}
        rests = "".join(f'<br><small data-part="{part}">{label}</small>' for part, label in rests.items())
        verdict_cell = Html(f'<span data-part="verdict">{_badge(row).markup}</span>{rests}')
        who = _who(first[row.claim_id], words["evidence"]) if row.claim_id in first else _publishers(row)
        why = Html(f"{html.escape(row.reason)}<br>{who}" if who else html.escape(row.reason))
        figures = [written(row.value, row), written(row.computed_value, row)]
        body.append([row.claim_id, link_part(row.section_id), row.text, *figures, verdict_cell, why])
    chosen = [*rows.verdict_label.unique()[:1]] if verdict else []
    shown = listing(heads, body, " · ".join([text("common.claims.caption", count=len(rows)), *chosen]))
    if len(rows) <= FEW:
        return shown
    said = html.escape(json.dumps({part: words[part] for part in ("verdict", "basis", "strength")} | words["filter"]))
    return Html(f'<div class="bluebook-ledger" data-words="{said}">{shown.markup}<script>{_filter()}</script></div>')


@functools.cache
def _filter() -> str:
    lines = Path(__file__).with_suffix(".js").read_text(encoding="utf-8").splitlines()
    return "\n".join(line.strip() for line in lines if not line.strip().startswith("//"))


def sources(*themes: str) -> Html:
    """List the tables whose names begin with a theme: publisher (with a link), title, edition and licence."""
    words = texts("common.claims")
    names = [name for name in table_names() if name.split("_")[0] in themes]
    cells = [[name, Html("".join(link(address, line).markup for line, address, _ in cited(name)))] for name in names]
    return listing([words["table"], words["source"]], cells, fill(words["tables"], count=len(names)))


def verify(
    claim: str,
    value: Any = None,
    then: Any = None,
    *,
    between: tuple[float, float] | None = None,
    holds: bool | None = None,
) -> Html:
    """Compare a computation with the ledger's record and show the claim, the figures and the verdict as a card.

    Parameters
    ----------
    claim
        Identifier such as ``"BB028"``.
    value
        What the notebook computed from today's data: a number, a date, a text, or a list of them; None in a list is
        something that the data do not give.
    then
        The figure of the time, for a claim that was right when written and has been revised since.
    between
        In place of a value: the smallest and the largest of several ways to compute it.
    holds
        In place of a value: whether the data say what the claim says.

    A claim of which the data reach only a part is shown with that part, and stays "not checkable".

    Raises
    ------
    KeyError
        If there is no such claim.
    AssertionError
        If the result is not the recorded one, or the verdict does not follow from the figures.
    """
    ledger = load("bluebook_claims").set_index("claim_id")
    if claim not in ledger.index:
        meant = f"BB{int(re.sub(r'[^0-9]', '', claim) or 0):03d}"
        near = meant if meant in ledger.index else ", ".join(difflib.get_close_matches(claim, ledger.index)) or "–"
        raise KeyError(text("common.claims.unknown", claim=claim, last=ledger.index.max(), near=near))
    row = ledger.loc[claim]
    value = recorded_as(value if between is None else tuple(between), holds)
    if not same(value, row.computed_value):
        raise AssertionError(text("common.claims.drift", claim=claim, recorded=row.computed_value, value=value))
    by_figures = row.basis in COMPUTED and row.strength != "self_consistent"
    if by_figures and row.verdict not in verdicts_of(value, then, row):
        record = {"verdict": row.verdict, "claimed": row.value, "tolerance": row.tolerance}
        raise AssertionError(text("common.claims.rule", claim=claim, value=value, then=then, **record))
    return Html(_card(claim, row, value, then))


def documents(claim: str) -> pd.DataFrame:
    """The documents that speak of a claim: those that decide first, of these the independent and primary ones first."""
    return _decisive(load("bluebook_evidence").query("claim_id == @claim"))


def _decisive(rows: pd.DataFrame) -> pd.DataFrame:
    order = rows.assign(decides=rows.relation != "qualifies")
    order = order.sort_values(["decides", "independent", "primary", "document"], ascending=[False, False, False, True])
    return order.drop(columns="decides")


def evidence(*numbers: str) -> Html:
    """List the documents that speak of claims such as ``"BB171"``: who says what, when, and from which side."""
    words = texts("common.claims.evidence")
    heads = [words[part] for part in ("claim", "publisher", "date", "states", "relation", "independent")]
    body = [
        [claim, _publisher(row), _day(row, words), row.statement, row.relation_label, _side(row, words)]
        for claim in numbers
        for row in documents(claim).itertuples()
    ]
    return listing(heads, body, fill(words["caption"], count=len(body)))


def _day(row: Any, words: dict[str, Any]) -> str:
    return fill("{date:day}", date=row.date) if given(row.date) else words["undated"]


def _side(row: Any, words: dict[str, Any]) -> str:
    return words["outside" if row.independent else "inside"]


def _publisher(row: Any) -> Html:
    """The publisher of a document as a link to it."""
    return link(row.url, row.publisher, row.title if given(row.title) else "")


def _who(row: Any, words: dict[str, Any]) -> str:
    """The publisher of a document, with its day and the side on which it stands."""
    return fill(words["who"], who=_publisher(row).markup, date=_day(row, words), side=_side(row, words))


def _publishers(row: Any) -> str:
    """The publishers of the tables that a claim rests on, as links."""
    found = publishers(row.tables.split("; ")) if given(row.tables) else {}
    return text("common.claims.between").join(
        link(address, name, about).markup for name, (address, about) in found.items()
    )


def recorded_as(value: Any, holds: bool | None) -> Any:
    """A result as the ledger records it: ``true``, ``192000000..260000000``, ``AUS; 35``, or a number or text."""
    if holds is not None:
        return str(bool(holds)).lower()
    if isinstance(value, str) or not isinstance(value, Iterable):
        return value if isinstance(value, int | float) or value is None else str(value)
    parts = ["–" if part is None else f"{part:.10g}" if isinstance(part, float) else str(part) for part in value]
    return (".." if isinstance(value, tuple) else "; ").join(parts)


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def same(value: Any, recorded: str, tolerance: float | None = None) -> bool:
    """Whether a result is the recorded one, within a tolerance or else to the digits recorded."""
    a, b = _number(value), _number(recorded)
    if a is None or b is None:
        return str(value) == str(recorded)
    if tolerance is None:
        tolerance = 0.5 * 10.0 ** -len(str(recorded).partition(".")[2])
    return abs(a - b) <= tolerance * (1 + 1e-9)


def _within(value: Any, row: pd.Series) -> bool:
    """Whether a figure agrees with the Bluebook's, to the digits that the Bluebook prints."""
    return value == "true" or (value is not None and same(value, row.value, row.tolerance))


def verdicts_of(value: Any, then: Any, row: pd.Series) -> list[str]:
    """The verdicts that figures of today and of the time allow, the one that says most first."""
    if _within(value, row):
        return ["matches"]
    return [*(["revised"] if _within(then, row) else []), "differs", "not_checkable"]


def written(value: Any, claim: Any) -> str:
    """A figure of a claim as a reader of the language writes it, with the unit of the claim.

    The value is a number, or what the ledger holds: a number, a date, a range, or codes between semicolons, which are
    shown in words. The claim is a row of the ledger.
    """
    if not given(value):
        return ""
    if (number := _number(value)) is not None:
        return _in_unit(claim.unit, claim.unit_label, number)
    if found := RANGE.fullmatch(value):
        return _in_unit(claim.unit, claim.unit_label, *map(float, found.groups()))
    names = texts("common.claims.words") | load("countries").set_index("iso3").name.to_dict()
    parts = (
        names.get(part) or DATE.sub(lambda found: fill("{date:day}", date=found[0]), part) for part in value.split("; ")
    )
    return text("common.claims.between").join(parts)


def _in_unit(unit: str, label: str, *numbers: float, signed: bool = False) -> str:
    """A number, or the two ends of a range, in the unit that the language counts in, such as 億ドル."""
    words = texts("common.claims")
    if unit == "date" or (unit == "years" and numbers[0] > 1000):
        unit = "year"
    form = f"{'' if unit in NUMBERED else ','}.{2 if unit in MEASURED else 0}f"
    digits = [f"{abs(number) * words['scales'].get(unit, 1):{form}}" for number in numbers]
    digits = [end.rstrip("0").rstrip(".") if "." in end else end for end in digits]
    sign = "−" if numbers[0] < 0 and digits[0] != "0" else "+" if signed else ""
    amount = digits[0] if len(digits) == 1 else fill(words["range"], first=digits[0], last=digits[1])
    label = words["one"].get(unit, label) if amount == "1" else label
    return fill(words["forms"].get(unit, words["amount"]), sign=sign, number=amount, unit=label)


@functools.cache
def printed_at(section: str) -> str:
    """The ministry's page that has a part of the document, such as ``"2.4.a"``; empty where we know none."""
    return load("bluebook_outline").fillna({"url": ""}).set_index("section_id").url.get(section, "")


def link_part(section: str, words: str = "") -> Html:
    """A part of the document, its number or other words, as a link to the ministry's page that has it, if known."""
    return link(printed_at(section), words or section, text("common.claims.original"))


def _badge(row: Any) -> Html:
    label = row.verdict_label if given(row.verdict) else text("common.claims.unchecked")
    colour = VERDICTS.get(row.verdict, VERDICTS["not_checkable"])
    return badge(label, colour)


def _card(claim: str, row: pd.Series, value: Any, then: Any) -> str:
    words, shown = texts("common.claims"), _figures(row, value, then)
    figures = "".join(
        f"<div><dt>{html.escape(head)}</dt><dd><b>{html.escape(part)}</b></dd></div>" for head, part in shown
    )
    name, mark = html.escape(row.text), f"{_badge(row).markup}"
    rests = fill(words["rests"], basis=row.basis_label, strength=row.strength_label)
    said = [mark if row.basis == "none" else f"{mark} <small>{html.escape(rests)}</small>", html.escape(row.reason)]
    if given(row.settle):
        said.append(html.escape(fill(words["settle"], settle=row.settle)))
    part = link_part(row.section_id, f"{words['section']} {row.section_id}").markup
    body = f"<dl>{figures}</dl>{''.join(f'<p>{part}</p>' for part in said)}{_proof(claim, row, words)}"
    body += f"<small>{part} · {html.escape(claim)}</small>"
    colour = f'style="border-color: {VERDICTS[row.verdict]}" aria-label="{name}"'
    if _expected(row, shown):
        one = f"{name}{words['colon']}{html.escape(shown[0][1])} {mark}"
        return f'{CARD}<details class="bluebook-card mathjax_ignore" {colour}><summary>{one}</summary>{body}</details>'
    odd = " bluebook-odd" if row.verdict in ("revised", "differs", "disputed") else ""
    return f'{CARD}<article class="bluebook-card{odd} mathjax_ignore" {colour}><h3>{name}</h3>{body}</article>'


def _expected(row: pd.Series, shown: list[tuple[str, str]]) -> bool:
    """Whether a match only repeats a list, a year or a number, so that one line says it."""
    trivial = row.basis in ("listing", "arithmetic") or row.unit in NUMBERED - {"rank", "page"}
    return row.verdict == "matches" and trivial and len({part for _, part in shown}) == 1


def _figures(row: pd.Series, value: Any, then: Any) -> list[tuple[str, str]]:
    """The figures of a card, each with its name: the Bluebook's, that of the time, ours, and the difference."""
    words = texts("common.claims")
    figures = [(words["bluebook"], written(row.value, row)), (words["ours"], written(value, row))]
    if then is not None:
        figures.insert(1, (words["then"], written(then, row)))
    number, claimed = _number(value), _number(row.value)
    compared = row.verdict in ("revised", "differs") and row.unit not in NUMBERED
    if compared and number is not None and claimed is not None:
        unit = "points" if row.unit == "percent" else row.unit
        figures.append((words["difference"], _in_unit(unit, row.unit_label, number - claimed, signed=True)))
    return figures


def _proof(claim: str, row: pd.Series, words: dict[str, Any]) -> str:
    """The evidence on a card: two documents at most, of both sides if they disagree, and publishers of tables."""
    found, said = documents(claim), words["evidence"]
    shown = ("relation_label", "statement")
    sides = found[found.relation != "qualifies"].drop_duplicates("relation")
    entries = [
        fill(said["line"], who=_who(one, said), **{part: html.escape(getattr(one, part)) for part in shown})
        for one in pd.concat([sides, found]).drop_duplicates("document").head(2).itertuples()
    ]
    if row.basis != "document" and (data := _publishers(row)):
        entries.append(fill(words["data"], publishers=data))
    return f"<ul>{''.join(f'<li>{entry}</li>' for entry in entries)}</ul>" if entries else ""
