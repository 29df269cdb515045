"""The rows that a learner's own check of a claim stands on, and advice in place of an error where a plan goes wrong.

A plan says in words what the notebook ``90-project`` computes: which table, column, country, year and condition.
"""

import ast
import contextlib
import difflib
from collections.abc import Callable, Iterable
from numbers import Integral
from typing import Any

import pandas as pd

from .language import text, texts
from .ledger import written
from .markup import Html, given, listing
from .tables import TableError, load, meaning, table_names, title, unit

__all__ = [
    "about", "amounts_of", "attempt", "list_claims", "list_columns", "need", "one_of", "plan_for", "rows_of",
    "write_out", "written",
]  # fmt: skip


class Advice(Exception):
    """What a learner can do next; shown as it is, without a traceback."""


def attempt(step: Callable[..., Any], *given: Any) -> Any:
    """Take a step; where it cannot be taken, print what is to be done and give None."""
    try:
        return step(*given)
    except (Advice, TableError) as advice:
        print(advice)
        return None


def need(condition: Any, key: str, **values: Any) -> None:
    """Stop with the text ``project.advice.<key>`` unless a condition holds."""
    if not condition:
        raise Advice(text(f"project.advice.{key}", **values))


def one_of(what: str, name: Any, known: Iterable[Any], **called: str) -> Any:
    """A name that is known, or advice that names those near to it. `called` gives other words for some names."""
    known = [str(one) for one in known]
    if name in known:
        return name
    words = {one.casefold(): one for one in known} | {word.casefold(): one for one, word in called.items()}
    wanted = str(name).casefold()
    near = [words[word] for word in difflib.get_close_matches(wanted, words, cutoff=0.5)]
    near += [one for word, one in words.items() if len(wanted) > 2 and wanted in word]
    near = [f"{one} ({called[one]})" if one in called else one for one in dict.fromkeys(near)]
    shown = near[:5] or known[:12] + ["…"] * (len(known) > 12)
    listed = text("common.claims.between").join(shown)
    raise Advice(
        text(
            f"project.advice.{'near' if near else 'unknown'}",
            what=texts("project.names")[what],
            name=name,
            known=listed,
        )
    )


def rows_of(plan: dict[str, Any]) -> pd.DataFrame:
    """The rows of the plan's table that its group, country, year and condition leave."""
    rows = load(one_of("table", plan["table"], table_names()))
    if group := plan.get("group"):
        rows = rows[_column(rows, "iso3", plan).isin(_members(group))]
    if country := plan.get("country"):
        here = _column(rows, "iso3", plan)
        one_of("country", country, dict.fromkeys(here.dropna()), **rows.drop_duplicates("iso3").set_index("iso3").name)
        rows = rows[here == country]
    if year := plan.get("year"):
        years = _column(rows, "year", plan)
        need(isinstance(year, Integral), "whole_year", year=year)
        near = sorted(years.unique(), key=lambda other: abs(other - year))[:3]
        need(year in near, "year", year=year, near=text("common.claims.between").join(map(str, sorted(near))))
        rows = rows[years == year]
    if condition := plan.get("rows"):
        _names(rows, condition)
        try:
            rows = rows.query(condition, engine="python")
        except Exception as error:  # whatever a condition of one's own may raise
            raise Advice(text("project.advice.condition", condition=condition, error=error)) from error
    return rows


def amounts_of(plan: dict[str, Any]) -> pd.DataFrame:
    """The rows of a plan that have a value, with the plan's column, or calculation with columns, as ``amount``."""
    rows = rows_of(plan)
    need(len(rows), "empty")
    _names(rows, plan["column"])
    try:
        rows = rows.assign(amount=rows.eval(plan["column"], engine="python"))
    except Exception as error:
        raise Advice(text("project.advice.condition", condition=plan["column"], error=error)) from error
    need(rows.amount.notna().any(), "not_known", column=plan["column"])
    return rows.dropna(subset="amount")


def plan_for(claim: str) -> dict[str, Any]:
    """What our own check of a claim fills in, from the table ``bluebook_templates``."""
    row = load("bluebook_templates").set_index("claim_id").loc[claim]
    row = row.drop([column for column in row.index if column.endswith("_label") or column == "why"])
    return {"claim": claim} | {part: "" if pd.isna(value) else value for part, value in row.items()}


def about(plan: dict[str, Any]) -> str:
    """What a plan's column is, its unit and what it counts; empty for a calculation."""
    if not str(plan.get("column")).isidentifier():
        return ""
    parts = (
        title(plan["table"], plan["column"]),
        unit(plan["table"], plan["column"]),
        meaning(plan["table"], plan["column"]),
    )
    return text("tables.meaning").join(filter(None, parts))


def list_claims(claims: pd.DataFrame) -> Html:
    """Claims of the ledger, by their numbers, with the columns of the frame under their titles."""
    heads = map(_title, ["claim_id", *claims])
    return listing(heads, claims.itertuples(), text("common.claims.caption", count=len(claims)))


def write_out(claim: str, row: pd.Series) -> Html:
    """What a row says of a claim, one thing below the other, each with the title of its column."""
    said = [[_title(column), value] for column, value in row.items() if given(value)]
    return listing([_title("claim_id"), claim], said, claim)


def list_columns(name: str) -> Html:
    """The columns of a table, each with what it holds and what stands in the last three rows."""
    last, between = load(name).tail(3), text("common.claims.between")
    shown = {column: [str(value) if given(value) else "NaN" for value in last[column]] for column in last}
    said = [[column, about({"table": name, "column": column}), between.join(shown[column])] for column in last]
    return listing(list(texts("project.columns").values()), said, name)


def _title(column: str) -> str:
    """The title of a column of the ledger or of the templates; `stated` is the value in words."""
    for table in ("bluebook_claims", "bluebook_templates"):
        with contextlib.suppress(TableError):
            return title(table, {"stated": "value"}.get(column, column))
    return column


def _column(rows: pd.DataFrame, name: str, plan: dict[str, Any]) -> pd.Series:
    need(name in rows, f"no_{name}", table=plan["table"])
    return rows[name]


def _members(group: str) -> pd.Series:
    """The countries of a group such as ``countries.dac_2011``."""
    table, _, column = group.partition(".")
    rows = load(one_of("table", table, table_names()))
    values = rows[one_of("column", column, rows.columns)]
    return rows.iso3[values if values.dtype == bool else values.notna()]


def _names(rows: pd.DataFrame, words: str) -> None:
    """Advice where a calculation or a condition cannot be read, or names a column that is not there."""
    try:
        tree = ast.parse(words, mode="eval")
    except SyntaxError as error:
        raise Advice(text("project.advice.condition", condition=words, error=error.msg)) from error
    for part in ast.walk(tree):
        if isinstance(part, ast.Name):
            one_of("column", part.id, rows.columns)
