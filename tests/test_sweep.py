"""A sweep that finds nothing could be blind: these explorers are broken on purpose.

The sweep itself, of every explorer of every notebook, stands with the other tests of its page (test_site.py).
"""

from types import SimpleNamespace

import nbformat
import pytest
from driving import panels, title
from sweep import foreign, odd_cells, problems

from helpers.commands.site import build

pytestmark = pytest.mark.browser

SETUP = """
from helpers import *
from helpers import language
entry = {"title": "Bars", "description": "Bars.", "summary": "{year}: {name}, {amount:usd}."}
real = language._catalogue
language._catalogue = lambda code: real(code) | {"trial": {"bars": entry}}
use("en")
years = pd.DataFrame({"name": "Japan", "year": [2010, 2011, 2012], "net_usd_million": [11018.7, 11086.2, None]})

def bars(name, data=years, amount="datum.net_usd_million", x="amount:Q", tooltip="name:N", last=2011):
    entry["title"] = name
    base = alt.Chart(data).add_params(alt.param("year")).transform_filter("datum.year == year")
    base = base.transform_calculate(amount=amount).transform_filter("isValid(datum.amount)")
    chart = base.mark_bar().encode(x=x, y="name:N", tooltip=[tooltip])
    return explore(chart, "trial.bars", summary=base, year=IntSlider(2011, 2010, last))
"""
# The argument that breaks an explorer, and a word of what the sweep must say.
BROKEN = {
    "a year without a bar": ("last=2012", "nothing is drawn"),
    "a sentence without its name": ("data=years.assign(name=None)", "null"),
    "a calculation that fails": ("amount='datum.name.much'", "nothing is drawn"),
    "a text shown as a number": ("tooltip=alt.Tooltip('name:Q', format='.1f', title='Country')", "NaN"),
    "a bar without a place": ("amount=\"'much'\", x=alt.X('amount:Q', scale=None)", "nothing is drawn"),
}


@pytest.fixture(scope="module")
def found(tmp_path_factory, chromium):
    """What the sweep finds on a page with these explorers and a sound one, by their names."""
    folder = tmp_path_factory.mktemp("broken")
    cells = [nbformat.v4.new_markdown_cell("# Broken\n\n**The question:** is it found?"), SETUP, "bars('sound')"]
    cells += [f"bars({name!r}, {flaw})" for name, (flaw, _) in BROKEN.items()]
    cells = [nbformat.v4.new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    path = folder / "notebooks" / "en" / "90-broken.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    build(folder / "site", folder / "notebooks")
    page = chromium.new_page()
    page.goto((folder / "site" / "en" / "90-broken.html").as_uri())
    page.evaluate("bluebook.all()")
    page.wait_for_function(
        f"[...document.querySelectorAll('.explorer-panel')].filter(e => e.explorer).length > {len(BROKEN)}"
    )
    shown = {
        title(panel): problems(panel, "There is no figure for this choice.")
        for panel in panels(SimpleNamespace(page=page))
    }
    return shown


@pytest.mark.parametrize("case", BROKEN)
def test_the_sweep_finds(case, found):
    assert any(BROKEN[case][1] in problem for problem in found[case][0]), found[case]


def test_the_sweep_finds_nothing_wrong_with_a_sound_explorer(found):
    assert found["sound"][0] == []
    assert {"2011: Japan, US$11.1 billion.", "2010: Japan, US$11.0 billion.", "Japan"} <= found["sound"][1]


@pytest.mark.parametrize(
    ("words", "language", "odd"),
    [
        ({"2011年", "Japan", "日本", "EDGAR", "ppm"}, "ja", []),
        ({"US$ billion"}, "ja", ["US$ billion"]),
        ({"share of GNI"}, "ja", ["share of GNI"]),
        ({"億ドル", "US$ billion"}, "en", ["億ドル"]),
    ],
)
def test_words_of_another_language_are_found(words, language, odd):
    assert foreign(words, language) == odd


@pytest.mark.parametrize(
    ("form", "table", "file"),
    [
        ("+.2f", "-0.00", "-1.2e-17"),
        (".1f", "45.84", "45.839999999999996"),
        (".1f", "46", "45.8412"),
        ("", "3486696", "1958-03"),
        ("d", "12345", "3/4"),
    ],
)
def test_odd_cells_are_found(form, table, file):
    column = [{"title": "Amount", "format": form}]
    assert odd_cells(column, [[table]], in_file=False) and odd_cells(column, [[file]], in_file=True)


@pytest.mark.parametrize(
    ("form", "table", "file"),
    [
        ("+.2f", "0.00", "0"),
        (".1f", "45.8", "45.84"),
        ("", "3,486,696", "3486696"),
        ("", "1990..2010", "1958-M03"),
        ("", "2012-06-20", "2012-06-20"),
        (",.2~f", "0.5", "0.5"),
    ],
)
def test_sound_cells_are_not_odd(form, table, file):
    column = [{"title": "Amount", "format": form}]
    assert odd_cells(column, [[table]], in_file=False) + odd_cells(column, [[file]], in_file=True) == []
