"""The tables agree with what others have published, and the anchors would notice if they did not."""

from collections import Counter

import pandas as pd
import pytest
from anchors import ANCHORS, NONE, found, holds, keys, picked

from helpers import tables

RAW = {name: tables.PACKAGE.frame(name) for name in dict.fromkeys(ANCHORS.table)}
each_anchor = pytest.mark.parametrize(
    "anchor", list(ANCHORS.itertuples(index=False)), ids=lambda a: f"{a.table}.{a.column}[{a.where}]"
)
THEMES = ["oda", "mdgs", "environment", "climate", "polar", "science"]


@pytest.mark.parametrize(
    "anchor", list(ANCHORS.itertuples(index=False)), ids=lambda a: f"{a.table}.{a.column}[{a.where}]"
)
def test_the_table_has_the_published_value(anchor):
    frame = RAW[anchor.table]
    value = found(frame, anchor)
    assert value is not None, f"{len(picked(frame, anchor.where))} rows instead of one for {anchor.where}"
    assert holds(frame, anchor), f"the table has {value}, {anchor.publisher} printed {anchor.printed}"


@pytest.mark.parametrize(
    "anchor", list(ANCHORS.itertuples(index=False)), ids=lambda a: f"{a.table}.{a.column}[{a.where}]"
)
def test_an_anchor_tells_where_it_was_read(anchor):
    assert anchor.printed and anchor.publisher and anchor.title and anchor.date and anchor.page
    assert anchor.address.startswith("https://") or anchor.address.startswith("http://")
    assert anchor.tolerance or not anchor.value.replace(".", "").isdigit() or anchor.reduce or len(anchor.value) == 4


def test_no_value_is_anchored_twice_in_one_document():
    rows = Counter(
        zip(ANCHORS.table, ANCHORS.column, ANCHORS["where"], ANCHORS["reduce"], ANCHORS.address, strict=True)
    )
    assert [row for row, times in rows.items() if times > 1] == []


def test_every_theme_has_thirty_anchors_and_all_together_have_250():
    by_theme = ANCHORS.table.str.split("_").str[0].value_counts()
    assert {theme: by_theme.get(theme, 0) for theme in THEMES if by_theme.get(theme, 0) < 30} == {}
    assert len(ANCHORS) >= 250


# What the anchors are for: a table that went wrong is noticed


def measures(name):
    """The columns of a table that hold amounts and say what they count."""
    schema = tables.PACKAGE.resources[name]["schema"]
    return [field["name"] for field in schema["fields"] if "meaning" in field]


NUMBERS = [(name, column) for name in tables.table_names() if name.split("_")[0] in THEMES for column in measures(name)]
EXCEPT = set(zip(NONE.table, NONE.column, strict=True))
of = {pair: rows for pair, rows in ANCHORS.groupby(["table", "column"])} if len(ANCHORS) else {}


def year_of(name):
    return next((key for key in keys(name) if key == "year"), None)


@pytest.mark.parametrize(("name", "column"), NUMBERS)
def test_every_measure_has_two_anchors_of_different_years_or_a_reason(name, column):
    if (name, column) in EXCEPT:
        return
    rows = of.get((name, column))
    assert rows is not None, f"{name}.{column}: add anchors to tests/anchors.csv, or a reason to tests/anchors_none.csv"
    frame = tables.PACKAGE.frame(name)
    if year_of(name) and frame.loc[frame[column].notna(), "year"].nunique() > 1:
        named = set(rows["where"].str.extract(r"year=(\d+)")[0].dropna())
        years = named | set(rows.value[rows["reduce"].str.startswith("arg")])
        assert len(years) > 1, f"{name}.{column} is anchored in {years or 'no year'} only"


@pytest.mark.parametrize("pair", of, ids=".".join)
@pytest.mark.parametrize("factor", [10, 1000])
def test_a_series_that_is_multiplied_fails(pair, factor):
    name, column = pair
    frame = RAW[name]
    if not pd.api.types.is_numeric_dtype(frame[column]) or column in keys(name):
        return
    wrong = frame.assign(**{column: frame[column] * factor})
    assert any(not holds(wrong, anchor) for anchor in of[pair].itertuples(index=False))


@pytest.mark.parametrize("pair", [pair for pair in of if year_of(pair[0])], ids=".".join)
@pytest.mark.parametrize("shift", [1, -1])
def test_a_series_that_is_shifted_by_a_year_fails(pair, shift):
    name, column = pair
    frame = RAW[name]
    if column in keys(name) or frame.loc[frame[column].notna(), "year"].nunique() < 2:
        return
    wrong = frame.assign(year=frame["year"] + shift)
    assert any(not holds(wrong, anchor) for anchor in of[pair].itertuples(index=False))


COUNTRIES = [pair for pair in of if "iso3" in keys(pair[0]) and "year" in keys(pair[0])]


def anchored(pair):
    return sorted(set(of[pair]["where"].str.extract(r"iso3=(\w+)")[0].dropna()) - {"_DAC", "WLD"})


@pytest.mark.parametrize("pair", COUNTRIES, ids=".".join)
def test_two_countries_that_are_exchanged_fail(pair):
    name, column = pair
    frame, codes = RAW[name], anchored(pair)
    missed = []
    for i, first in enumerate(codes):
        for second in codes[i + 1 :]:
            wrong = frame.assign(iso3=frame.iso3.replace({first: second, second: first}))
            if all(holds(wrong, anchor) for anchor in of[pair].itertuples(index=False)):
                missed.append((first, second))
    assert missed == []


SIZED = {  # tables of many countries, with the column and the year that say which are the largest
    "oda_donors": ("net_usd_million", 2011),
    "mdgs_countries": ("population", 2023),
    "mdgs_poor_countries": ("poor_million", 2010),
    "environment_forest": ("forest_kha", 2020),
    "climate_emissions": ("co2_mt", 2012),
    "science_indicators": ("articles_fractional", 2018),
}


@pytest.mark.parametrize("name", SIZED)
def test_a_table_without_one_of_its_ten_largest_countries_fails(name):
    column, year = SIZED[name]
    frame = RAW[name]
    largest = frame[frame.year == year].nlargest(10, column).iso3
    rows = ANCHORS[ANCHORS.table == name]
    for code in largest:
        wrong = frame[frame.iso3 != code]
        assert any(not holds(wrong, anchor) for anchor in rows.itertuples(index=False)), code
