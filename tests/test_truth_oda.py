"""What the notebooks on aid and the start page say is true of the tables, and of the world outside."""

import ast
import json
import re
import tomllib

import pandas as pd
import pytest
from lab import ROOT

from helpers import tables

LANGUAGES = ["en", "ja"]


def raw(name):
    """A table as the package holds it, codes and all languages."""
    return tables._table(tables.DATA, name)


def cells(stem, code="en"):
    notebook = json.loads((ROOT / f"notebooks/{code}/{stem}.ipynb").read_text(encoding="utf-8"))
    return {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}


def texts(code, theme="oda"):
    return tomllib.loads((ROOT / f"helpers/texts/{code}/{theme}.toml").read_text(encoding="utf-8"))


def guide(code):
    """The chapter of the teaching guide on aid."""
    whole = (ROOT / f"notebooks/{code}/teaching-guide.md").read_text(encoding="utf-8")
    return re.search(r"^## 01-oda\n(.*?)(?=^## )", whole, re.MULTILINE | re.DOTALL)[1]


def members():
    return raw("oda_donors").merge(raw("countries")[["iso3", "dac_2011"]], on="iso3").query("dac_2011")


# Years in first place


def test_japan_is_first_in_nine_years_and_in_eleven_without_forgiven_debt_that_was_no_aid():
    amounts = members().query("year <= 2017").pivot(index="year", columns="iso3", values="net_usd_million")
    forgiven = raw("oda_non_oda_debt").set_index("year").usd_million
    without = amounts.assign(USA=amounts.USA.sub(forgiven, fill_value=0))
    today, then = (each.index[each.idxmax(axis=1) == "JPN"] for each in (amounts, without))
    assert list(today) == [1989, *range(1993, 2001)]
    assert list(then) == [1989, *range(1991, 2001)]
    lead = amounts.USA - amounts.JPN
    assert (lead[[1991, 1992]] < forgiven[[1991, 1992]] / 3).all()  # a third of it being American is enough
    assert lead[1990] > forgiven[1990]  # and all of it is not enough in 1990


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_count_of_years_in_first_place_stands_at_the_border_of_an_option(code):
    options = texts(code)["predictions"]["major"]["options"]
    borders = {int(number) for option in options for number in re.findall(r"\d+", option)} - {10}
    assert not borders & set(range(8, 13)), options
    assert "{without}" in texts(code)["predictions"]["major"]["reveal"]


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_exercise_on_second_place_names_the_series(code):
    assert {"en": "in today's series", "ja": "現在の系列で"}[code] in cells("01-oda", code)["e2"]


# Sectors


def test_the_nine_sectors_leave_out_what_belongs_to_none():
    whole = raw("oda_sectors").groupby(["iso3", "year"]).share_percent.sum()
    assert whole["JPN", 2005] == pytest.approx(53.9, abs=0.1)
    assert whole["JPN", 2011] == pytest.approx(85.7, abs=0.1)
    assert whole["USA", 2011] == pytest.approx(70.9, abs=0.1)
    for code, share in {"en": "all bilateral", "ja": "二国間の**約束額**（commitments）の全体"}.items():
        said = cells("01-oda", code)["s10"]
        assert share in said and "86%" in said and "54%" in said


def test_no_text_takes_the_shares_of_sectors_for_shares_of_what_can_be_assigned():
    package = (ROOT / "data/datapackage.json").read_text(encoding="utf-8")
    for code in LANGUAGES:
        written = " ".join(cells("01-oda", code).values()) + json.dumps(texts(code), ensure_ascii=False) + package
        assert not re.search("assigned to a sector|allocated to a sector|分野を特定できる", written)


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_sector_that_holds_hiv_says_so_in_chart_question_and_guide(code):
    label = next(f for f in tables.resources(tables.DATA)["oda_sectors"]["schema"]["fields"] if f["name"] == "sector")
    name = label["labels"]["population"][code]
    assert "HIV" in name and texts(code)["questions"]["sectors"]["options"]["population"] == name
    assert f"**{name}**" in guide(code)


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_list_of_economic_infrastructure_is_not_complete(code):
    option = texts(code)["predictions"]["sectors"]["options"][2]
    assert option.endswith(("and others", "など）"))
    assert {"en": "among others", "ja": "通信など"}[code] in cells("01-oda", code)["s10-read"]
