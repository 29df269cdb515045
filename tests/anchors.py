"""Published values that the tables must agree with, and how to hold a table against them.

``anchors.csv``: each row is a value read in a document from which the table was not made. ``where`` picks rows by
their keys, ``reduce`` makes one value of several rows.
"""

from pathlib import Path

import pandas as pd

from helpers import tables

HERE = Path(__file__).parent
ONE = ("count", "max", "mean", "min", "sum")  # what makes one value of several rows


def read(name):
    return pd.read_csv(HERE / name, dtype=str, keep_default_na=False)


ANCHORS = read("anchors.csv")
NONE = read("anchors_none.csv")


def keys(name):
    return tables.PACKAGE.resources[name]["schema"]["primaryKey"]


def picked(frame, where):
    """The rows of a table whose cells are those that an anchor names."""
    for column, _, cell in (part.partition("=") for part in filter(None, where.split(";"))):
        frame = frame[frame[column].astype(str) == cell]
    return frame


def found(frame, anchor):
    """The value that a table has for an anchor, or None where it has none or several."""
    rows = picked(frame, anchor.where)
    rows = rows[rows[anchor.column].notna()]
    if anchor.reduce in ("argmax", "argmin"):
        place = getattr(rows[anchor.column], "idx" + anchor.reduce[3:])() if len(rows) else None
        return None if place is None else rows.loc[place, keys(anchor.table)[-1]]
    if anchor.reduce:
        assert anchor.reduce in ONE, anchor.reduce
        return getattr(rows[anchor.column], anchor.reduce)() if len(rows) else None
    return rows[anchor.column].iloc[0] if len(rows) == 1 else None


def holds(frame, anchor):
    """Whether a table agrees with an anchor."""
    value = found(frame, anchor)
    if value is None:
        return False
    if not anchor.tolerance:
        return str(value) == anchor.value
    return abs(float(value) - float(anchor.value)) <= float(anchor.tolerance) * (1 + 1e-9)
