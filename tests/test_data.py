"""What holds for every table of the data package, and for the verdicts in the ledger."""

import csv
import json
import re
from pathlib import Path

import pytest
from frictionless import Package

DATA = Path(__file__).parent.parent / "data"
PACKAGE = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
RESOURCES = PACKAGE["resources"]
TABLES = [resource for resource in RESOURCES if resource["type"] == "table"]


def rows(resource):
    with (DATA / resource["path"]).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(name):
    return rows(next(resource for resource in TABLES if resource["name"] == name))


def each(resources):
    return pytest.mark.parametrize("resource", resources, ids=lambda resource: resource["name"])


def number(text):
    try:
        return float(text)
    except ValueError:
        return None


def agrees(value, claim):
    """Whether a figure is the Bluebook's, to the digits that the Bluebook prints."""
    if number(claim["value"]) is None or number(value) is None:
        return value in ("true", claim["value"])  # "true": the data say what the claim says
    return abs(number(value) - number(claim["value"])) <= float(claim["tolerance"]) * (1 + 1e-9)


def test_files_schemas_keys_references_and_checksums_are_valid():
    report = Package(str(DATA / "datapackage.json")).validate()
    problems = [f"{task.place}: {error.message}" for task in report.tasks for error in task.errors]
    problems += [error.message for error in report.errors]
    assert report.valid, "\n".join(problems[:20])


def test_every_file_of_the_data_folder_is_described():
    described = {resource["path"] for resource in RESOURCES} | {"datapackage.json"}
    files = [path for path in DATA.rglob("*") if path.is_file()]
    there = {path.relative_to(DATA).as_posix() for path in files if path.parent.name != "routes"}  # plans of lessons
    assert not there - described, f"run python -m helpers add, or remove: {sorted(there - described)}"
    assert not described - there, f"in datapackage.json, but not in the folder: {sorted(described - there)}"


@each(RESOURCES)
def test_resource_has_titles_sources_and_licences(resource):
    assert resource["title"] and resource["title_ja"] and resource["description"]
    for source in resource["sources"]:
        assert source["path"].startswith("https://")
        assert all(source[key] for key in ("title", "title_ja", "publisher", "publisher_ja", "vintage"))
    for licence in resource["licenses"]:
        assert licence["name"] and licence["title"] and licence["path"].startswith("https://")
    assert resource["sources"] and resource["licenses"]


@each(TABLES)
def test_every_field_has_its_texts_in_both_languages(resource):
    for field in resource["schema"]["fields"]:
        assert field["title"] and field["title_ja"], field["name"]
        assert ("unit" in field) == ("unit_ja" in field), field["name"]
        assert set(field.get("labels", {})) == set(field.get("constraints", {}).get("enum", [])), field["name"]
        assert all(label["en"] and label["ja"] for label in field.get("labels", {}).values()), field["name"]


@each(TABLES)
def test_every_column_with_an_amount_has_a_unit(resource):
    for field in resource["schema"]["fields"]:
        amount = field["name"].endswith(("_usd_million", "_yen_billion", "_percent", "_percent_gni"))
        assert "unit" in field or not amount, field["name"]


@each(TABLES)
def test_no_column_is_empty(resource):
    content = rows(resource)
    for field in resource["schema"]["fields"]:
        assert any(row[field["name"]] for row in content), field["name"]


@each(TABLES)
def test_rows_are_sorted_by_the_primary_key(resource):
    types = {field["name"]: field["type"] for field in resource["schema"]["fields"]}
    columns = resource["schema"]["primaryKey"]
    keys = [[int(row[c]) if types[c] == "integer" else row[c] for c in columns] for row in rows(resource)]
    assert keys == sorted(keys)


@each(TABLES)
def test_names_of_countries_stand_in_one_table_only(resource):
    columns = {field["name"] for field in resource["schema"]["fields"]}
    assert resource["name"] == "countries" or not {"name_en", "name_ja"} & columns


LEDGER = table("bluebook_claims")
JUDGED = [claim for claim in LEDGER if claim["verdict"]]


def test_every_claim_about_aid_has_a_verdict():
    assert not [claim["claim_id"] for claim in LEDGER if claim["theme"] == "oda" and not claim["verdict"]]


@pytest.mark.parametrize("claim", JUDGED, ids=lambda claim: claim["claim_id"])
def test_verdict_follows_from_the_figures(claim):
    assert claim["reason_en"] and claim["reason_ja"]
    assert bool(claim["computed_value"]) == (claim["checkable"] != "quoted")
    assert bool(claim["value_then"]) == (claim["verdict"] == "revised")
    if claim["basis"] in ("data", "listing", "arithmetic"):
        matches = claim["verdict"] == "matches" or claim["strength"] == "self_consistent"
        assert agrees(claim["computed_value"], claim) == matches
    if claim["value_then"]:
        assert agrees(claim["value_then"], claim)


@pytest.mark.parametrize("claim", JUDGED, ids=lambda claim: claim["claim_id"])
def test_checked_figure_says_how_exact_it_is(claim):
    checked = claim["checkable"] != "quoted" and number(claim["value"]) is not None
    assert bool(claim["tolerance"]) == checked
    if checked and claim["unit"] in ("rank", "countries", "year"):
        assert float(claim["tolerance"]) == 0


def test_item_counts_are_numbered_without_gaps():
    items = table("bluebook_items")
    for claim_id in {item["claim_id"] for item in items}:
        numbers = [int(item["item"]) for item in items if item["claim_id"] == claim_id]
        assert numbers == list(range(1, len(numbers) + 1))


def test_the_average_growth_of_africa_follows_from_the_yearly_rates():
    yearly = table("oda_africa_growth")
    for average in table("oda_africa_growth_averages"):
        rates = [
            float(row["growth_percent"])
            for row in yearly
            if row["weighting"] == average["weighting"] and 2001 <= int(row["year"]) <= 2010
        ]
        if rates:
            assert sum(rates) / len(rates) == pytest.approx(float(average["growth_percent"]), abs=0.005)


def test_regions_add_up_to_bilateral_aid():
    total = {row["year"]: row["net_usd_million"] for row in table("oda_japan_types") if row["component"] == "bilateral"}
    for year, bilateral in total.items():
        parts = [
            float(row["net_usd_million"])
            for row in table("oda_japan_regions")
            if (row["year"], row["channel"]) == (year, "bilateral") and row["region"] != "middle_east"
        ]
        assert sum(parts) == pytest.approx(float(bilateral), abs=0.1), year


# What a column counts

THEMES = {"oda", "mdgs", "environment", "climate", "polar", "science"}
MONEY = re.compile(r"US\$|¥|currency")
RATE = "¥ per US$"  # an exchange rate is no amount and no share
SHARE = re.compile(r"^%|\bper\b|^ppm|elevenths")
COUNT = re.compile(r"people|persons|children|deaths$|countries|parties|articles|patents|applications|projects|voyages")
AMOUNTS = [
    (resource["name"], field)
    for resource in TABLES
    for field in resource["schema"]["fields"]
    if resource["name"].split("_")[0] in THEMES
    and field["name"] not in resource["schema"]["primaryKey"]
    and field["type"] in ("number", "integer")
    and field.get("unit", "degrees") != "degrees"
]


@pytest.mark.parametrize(("name", "field"), AMOUNTS, ids=[f"{name}.{field['name']}" for name, field in AMOUNTS])
def test_a_column_with_a_unit_says_what_it_counts(name, field):
    wanted = {"time", "status"}
    if MONEY.search(field["unit"]) and field["unit"] != RATE:
        wanted |= {"prices"} | ({"flow"} if name.startswith("oda_") and "gni" not in field["name"] else set())
    if SHARE.search(field["unit"]) and field["unit"] != RATE:
        wanted |= {"denominator"}
    if COUNT.search(field["unit"]) and not SHARE.search(field["unit"]):
        wanted |= {"counted"}
    lacking = sorted(wanted - field.get("meaning", {}).keys())
    assert not lacking, f"meaning of {field['name']} in datapackage.json: add {lacking}, with words of meanings.csv"


def test_meanings_use_the_words_of_the_list_and_the_list_holds_no_other():
    listed = {(row["aspect"], row["term"]) for row in table("meanings")}
    fields = [field for resource in TABLES for field in resource["schema"]["fields"]]
    used = {term for field in fields for term in field.get("meaning", {}).items()}
    assert not used - listed, f"choose words of meanings.csv, or add these to it: {sorted(used - listed)}"
    assert not listed - used, f"no table uses these rows of meanings.csv: {sorted(listed - used)}"
