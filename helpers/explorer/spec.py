"""Specifications: parameters for the controls, columns of "Show the numbers", and names that nothing gives."""

import difflib
import gzip
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..language import text
from .inputs import Input

__all__ = ["check_names", "columns_of", "mark_numbers", "pack", "recompute", "set_parameters", "units", "unpack"]

Spec = dict[str, Any]
COLUMN = re.compile(r"""\bdatum(\.\w+|\[\\*(["'])\w+\\*\2\])""")  # a column that an expression reads by its name


def units(spec: Spec) -> Iterator[Spec]:
    """The parts of a chart that draw marks, in order."""
    for part in spec.get("layer", ()):
        yield from units(part)
    if "layer" not in spec:
        yield spec


def _parts(spec: Spec) -> list[Spec]:
    return [part for key in ("layer", "concat", "hconcat", "vconcat") for part in spec.get(key, [])]


def pack(spec: Spec) -> bytes:
    """A specification as it is sent: zipped, its rows by column, which takes half the room of row by row."""
    datasets, columns = dict(spec.get("datasets", {})), {}
    for name, rows in spec.get("datasets", {}).items():
        if isinstance(rows, list) and rows and all(isinstance(row, dict) and [*row] == [*rows[0]] for row in rows):
            columns[name] = {column: [row[column] for row in rows] for column in datasets.pop(name)[0]}
    sent = spec | {"datasets": datasets, "columns": columns}
    return gzip.compress(json.dumps(sent, separators=(",", ":"), ensure_ascii=False).encode(), mtime=0)


def unpack(packed: bytes) -> Spec:
    """The specification that was packed."""
    spec = json.loads(gzip.decompress(packed))
    for name, columns in spec.pop("columns").items():
        spec["datasets"][name] = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return spec


# Parameters -----------------------------------------------------------------------------------------------------------


def set_parameters(spec: Spec, inputs: Mapping[str, Input]) -> None:
    """Give every control a parameter of its name, with the control's first value.

    Raises
    ------
    ValueError
        If a parameter of the chart has neither a control nor a value, or nothing in the chart reads a control.
    """
    parameters = {p["name"]: p for p in spec.get("params", []) if "select" not in p}
    added = [name for name in inputs if name not in parameters]
    for name, control in inputs.items():
        if name in added:
            parameters[name] = {"name": name}
            spec.setdefault("params", []).append(parameters[name])
        parameters[name].pop("expr", None)
        parameters[name]["value"] = control.value
    if loose := [name for name, p in parameters.items() if not p.keys() & {"value", "expr", "bind"}]:
        raise ValueError(text("common.explorer.no_control", names=", ".join(loose)))
    read = set(re.findall(r"[A-Za-z_]\w*", COLUMN.sub(" ", " ".join(_expressions(spec)))))
    if unread := [name for name in added if name not in read]:
        known = ", ".join(sorted(parameters.keys() - set(unread))) or "–"
        raise ValueError(text("common.explorer.no_parameter", names=", ".join(unread), known=known))


def recompute(spec: Spec, signals: str) -> None:
    """Have Vega recompute what follows a window or joinaggregate transform whenever a control changes.

    Vega renews such values without telling later transforms of the rows that stayed, whose derived columns and marks
    would then be those of the choice before. A calculation that reads all `signals` makes it visit every row.
    """
    for part in _parts(spec):
        recompute(part, signals)
    renewed = []
    for transform in spec.get("transform", []):
        renewed.append(transform)
        if "window" in transform or "joinaggregate" in transform:
            renewed.append({"calculate": signals, "as": "explorer_signals"})
    if renewed:
        spec["transform"] = renewed


# Numbers --------------------------------------------------------------------------------------------------------------


def mark_numbers(spec: Spec) -> Spec | None:
    """Find the first layer that lists tooltips; it gets the name ``numbers`` if no layer has it by itself."""
    for unit in units(spec):
        if isinstance(unit.get("encoding", {}).get("tooltip"), list) and unit.get("name") != "summary":
            if not any(other.get("name") == "numbers" for other in units(spec)):
                unit["name"] = "numbers"
            return unit
    return None


def columns_of(unit: Spec | None) -> list[dict[str, str]]:
    """Columns of "Show the numbers": the tooltips of a layer. Where its marks are links, so is the first column."""
    tips = unit["encoding"]["tooltip"] if unit else []
    columns = []
    for tip in tips:
        field, aggregate = tip.get("field"), tip.get("aggregate")
        if aggregate:  # the name that Vega-Lite gives to the column
            field = "__count" if aggregate == "count" else f"{aggregate}_{field}"
        columns.append({"field": field, "title": tip.get("title", field), "format": tip.get("format", "")})
    if columns and "href" in unit["encoding"]:
        columns[0]["link"] = unit["encoding"]["href"]["field"]
    return columns


# Names ----------------------------------------------------------------------------------------------------------------


def check_names(spec: Spec, place: str) -> None:
    """Raise a name that a filter, calculation, encoding, tooltip or sentence reads and that nothing gives.

    Raises
    ------
    ValueError
        The message names the column, where it is read, and the nearest that there are.
    """
    for reader, name, given in _reads(spec, spec.get("datasets", {}), None):
        if name not in given:
            near = ", ".join(difflib.get_close_matches(name, given, 3, 0.5)) or ", ".join(sorted(given)[:12])
            raise ValueError(text("common.explorer.no_column", name=name, reader=reader, place=place, near=near))


def _reads(spec: Spec, datasets: Mapping[str, Any], given: set[str] | None) -> Iterator[tuple[str, str, set[str]]]:
    """What each step reads: a word for the step, the name of a column, and the columns that there are before it.

    `given` is None where the columns are not known: nothing is then checked.
    """
    given = _columns(spec, datasets, given)
    if given is not None:
        for step in spec.get("transform", []):
            yield from ((next(iter(step)), name, given) for name in _read_by(step))
            given = _after(step, given)
        yield from ((channel, name, given) for channel, name in _encoded(spec.get("encoding", {})))
    for part in _parts(spec):
        yield from _reads(part, datasets, given)


def _columns(spec: Spec, datasets: Mapping[str, Any], given: set[str] | None) -> set[str] | None:
    data = spec.get("data")
    if data is None:
        return given
    rows = datasets.get(data.get("name")) if "name" in data else data.get("values")
    if not isinstance(rows, list) or not rows or not isinstance(rows[0], dict):
        return None
    return set(rows[0]) | set(rows[-1])


def _read_by(step: Spec) -> set[str]:
    """The columns that a transform reads."""
    names = set(step.get("groupby", [])) | set(step.get("fold", []))
    names |= {sort["field"] for sort in step.get("sort", [])}
    for operation in ("window", "joinaggregate", "aggregate"):
        names |= {part["field"] for part in step.get(operation, []) if part.get("field")}
    for expression in (step.get("filter"), step.get("calculate")):
        names |= _named(expression)
    return names


def _named(test: Any) -> set[str]:
    """The columns that an expression or a predicate names."""
    if isinstance(test, str):
        bare = re.sub(r"""(?<!datum\[)(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""", "''", test)
        return set(re.findall(r"""\bdatum(?:\.|\[["'])(\w+)""", bare))
    if isinstance(test, dict):
        parts = [*test.get("and", []), *test.get("or", []), *([test["not"]] if "not" in test else [])]
        return {test["field"]}.union(*map(_named, parts)) if "field" in test else set().union(*map(_named, parts))
    return set()


def _after(step: Spec, given: set[str]) -> set[str]:
    """The columns that there are after a transform."""
    made = step.get("as", [])
    made = {made} if isinstance(made, str) else set(made)
    for operation in ("window", "joinaggregate", "aggregate"):
        made |= {part["as"] for part in step.get(operation, []) if "as" in part}
    if "aggregate" in step:
        return made | set(step.get("groupby", []))
    return given | made | ({"key", "value"} if "fold" in step and "as" not in step else set())


def _encoded(encoding: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The columns that channels and their conditions read."""
    for channel, definitions in encoding.items():
        for definition in _each(definitions):
            for part in [definition, *_each(definition.get("condition", []))]:
                if isinstance(field := part.get("field"), str):
                    yield channel, field.partition(".")[0]
                yield from ((channel, name) for name in _named(part.get("test")))
            sort = definition.get("sort")
            if isinstance(sort, dict) and "field" in sort:
                yield channel, sort["field"]


def _each(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [given]


def _expressions(part: Any) -> Iterator[str]:
    """Every text of a specification that may be an expression: not data, names of parameters, or names of columns."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, list):
        for inner in part:
            yield from _expressions(inner)
    elif isinstance(part, dict):
        for key, inner in part.items():
            if key == "params":
                yield from (json.dumps(parameter["expr"]) for parameter in inner if "expr" in parameter)
            elif key not in ("datasets", "data", "field", "as", "groupby", "fold"):
                yield from _expressions(inner)
