"""The program that recomputes a claim: of a notebook's code the statements that it needs, so that it runs by itself."""

from __future__ import annotations

import ast
import dataclasses
import re
import symtable
from collections.abc import Iterable, Iterator
from typing import Any

__all__ = ["Program", "programs"]

CLAIM = re.compile(r"BB\d{3}")
QUERIED = re.compile(r"@(\w+)")  # what a query of pandas reads: "year == @year"


@dataclasses.dataclass
class Program:
    """What recomputes a claim.

    Attributes
    ----------
    cell
        The id of the cell that checks the claim.
    source
        The set-up of the notebook, the statements that the check needs, and the check.
    """

    cell: str
    source: str


class Statement:
    """A statement of a cell: what it binds, changes and reads, and its text with the remarks above it."""

    def __init__(self, cell: str, source: str, node: ast.stmt, above: int):
        self.cell, self.source, self.node = cell, source, node
        lines = source.splitlines()
        remarks = [line for line in lines[above : _first_line(node) - 1] if line.startswith("#")]
        self.text = "\n".join([*remarks, *lines[_first_line(node) - 1 : node.end_lineno]])
        table = symtable.symtable(ast.unparse(node), "cell", "exec")
        here = table.get_symbols()
        self.binds = {s.get_name() for s in here if s.is_assigned() or s.is_imported() or s.is_namespace()}
        self.reads = {s.get_name() for s in here if s.is_referenced()} | set(_within(table))
        self.later = set(_within(table))  # read when a function is called, not where it stands
        for part in ast.walk(node):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                self.reads |= set(QUERIED.findall(part.value))
            if isinstance(part, ast.AugAssign):
                self.reads |= {_root(part.target)} - {None}
        self.changes = {_root(part) for part in ast.walk(node) if _is_place(part)} - {None}


def _first_line(node: ast.stmt) -> int:
    return min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", ()))])


def _within(table: symtable.SymbolTable) -> Iterator[str]:
    """Names that functions and comprehensions take from outside."""
    for child in table.get_children():
        yield from (s.get_name() for s in child.get_symbols() if s.is_global())
        yield from _within(child)


def _is_place(node: ast.AST) -> bool:
    return isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store)


def _root(node: ast.AST) -> str | None:
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _statements(cells: Iterable[Any]) -> Iterator[Statement]:
    for cell in cells:
        above = 0
        for node in ast.parse(cell.source).body:
            yield Statement(cell.id, cell.source, node, above)
            above = node.end_lineno or 0


def programs(cells: Iterable[Any]) -> dict[str, Program]:
    """The program of every claim that the cells of a notebook check, by the number of the claim.

    Parameters
    ----------
    cells
        The cells of a notebook, in order; of a cell only ``id``, ``cell_type`` and ``source`` are read.
    """
    code = [cell for cell in cells if cell.cell_type == "code"]
    setup = next((cell for cell in code if cell.id == "setup"), None)
    known = list(_statements(cell for cell in code if cell is not setup))
    found: dict[str, Program] = {}
    for place, statement in enumerate(known):
        for claim, node in _checks(statement, known[:place]):
            needed = _needed(known[:place], Statement("", *_as_source(node), 0))
            shown = [_apart(part) for part in needed] + [_as_written(node, statement)]
            head = [setup.source.strip()] if setup is not None else []
            found.setdefault(claim, Program(statement.cell, "\n\n".join([*head, "\n".join(shown).strip()]) + "\n"))
    return found


def _apart(statement: Statement) -> str:
    """A statement as it stands in the notebook; a function has room around it."""
    return f"\n{statement.text}\n" if isinstance(statement.node, ast.FunctionDef) else statement.text


def _checks(statement: Statement, before: list[Statement]) -> Iterator[tuple[str, ast.AST]]:
    """The claims that a statement checks, each with the part of it that does."""
    for call in ast.walk(statement.node):
        if not (isinstance(call, ast.Call) and getattr(call.func, "id", "") == "verify"):
            continue
        named = call.args[0]
        if isinstance(named, ast.Constant):
            yield named.value, call
            continue
        part = next(
            (p for p in _parts(statement.node) if any(inner is call for inner in ast.walk(p))), statement.node
        )  # a loop over claims is shown as it is
        texts = [part, *(s.node for s in _needed(before, Statement("", *_as_source(part), 0)))]
        for text in (n.value for node in texts for n in ast.walk(node) if isinstance(n, ast.Constant)):
            if isinstance(text, str) and CLAIM.fullmatch(text):
                yield text, part


def _parts(node: ast.stmt) -> list[ast.expr]:
    """What a statement shows: each thing given to ``display``."""
    if isinstance(node, ast.Expr) and getattr(getattr(node.value, "func", None), "id", "") == "display":
        return node.value.args
    return []


def _as_source(node: ast.AST) -> tuple[str, ast.stmt]:
    source = ast.unparse(ast.Expr(ast.Call(ast.Name("display"), [node], [])) if isinstance(node, ast.expr) else node)
    return source, ast.parse(source).body[0]


def _as_written(node: ast.AST, statement: Statement) -> str:
    """A check as it stands in the notebook, without its neighbours."""
    if isinstance(node, ast.stmt):
        return statement.text
    first, *rest = (ast.get_source_segment(statement.source, node) or "").split("\n")
    text = "\n".join([first, *(line.removeprefix(" " * node.col_offset) for line in rest)])
    return f"display({text})" if isinstance(node, ast.Starred) else text


def _needed(before: list[Statement], target: Statement) -> list[Statement]:
    """The statements that a statement needs, in order."""
    wanted = set(target.reads)
    while True:
        taken, open_names = [], set(wanted)
        for statement in reversed(before):
            if statement.binds & open_names or statement.changes & open_names:
                taken.append(statement)
                if not statement.changes and not isinstance(statement.node, ast.If | ast.For | ast.With | ast.Try):
                    open_names -= statement.binds
                open_names |= statement.reads
        called_later = set().union(*(s.later for s in taken if isinstance(s.node, ast.FunctionDef)))
        if called_later <= wanted:
            return taken[::-1]
        wanted |= called_later
