"""An explorer carries its chart, its controls and its texts to the browser, and says what is wrong with a chart."""

import gzip
import json
import subprocess
import sys

import altair as alt
import pandas as pd
import platformdirs
import pytest
import vl_convert
from driving import script
from ipywidgets import Checkbox, Dropdown, IntRangeSlider, IntSlider, Play, SelectMultiple, TagsInput, ToggleButtons
from lab import ROOT

from helpers import charts, explorer, language
from helpers.explorer import bundle as vega
from helpers.explorer import explore, sentences
from helpers.rows import rows
from helpers.session import present
from helpers.tables import cite

ROWS = pd.DataFrame({"iso3": ["JPN", "USA"], "name": ["Japan", "United States"], "amount": [11086.18, 31460.15]})
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def bars(*parameters, data=ROWS):
    tooltip = [alt.Tooltip("name:N", title="Country"), alt.Tooltip("amount:Q", title="US$ million", format=",.1f")]
    return alt.Chart(data).mark_bar().encode(x="amount:Q", y="name:N", tooltip=tooltip).add_params(*parameters)


def parameters(shown):
    return {parameter["name"]: parameter.get("value") for parameter in shown.spec["params"]}


# Controls


def test_a_control_that_nothing_in_the_chart_reads_is_named():
    chart = rows(ROWS).where("datum.amount > least").mark_bar().encode(x="amount:Q")
    assert parameters(explore(chart, least=IntSlider(3)))["least"] == 3
    with pytest.raises(ValueError, match="reads the control laest; it reads: least"):
        explore(chart.add_params(alt.param("least", value=1)), laest=IntSlider())


@pytest.mark.parametrize("test", ["datum.amount > 3", "datum['amount'] > 3"])
def test_a_control_is_not_read_because_a_column_has_its_name(test):
    chart = rows(ROWS).where(test).compute(twice="2 * datum.amount").mark_bar().encode(x="amount:Q")
    with pytest.raises(ValueError, match="reads the control amount"):
        explore(chart, amount=IntSlider())
    explore(chart.transform_filter("datum.amount > amount"), amount=IntSlider())


def test_a_parameter_with_neither_a_control_nor_a_value_is_named():
    with pytest.raises(ValueError, match="Parameter measure of the chart"):
        explore(bars(alt.param("year"), alt.param("measure")), year=IntSlider())


@pytest.mark.parametrize(
    "parameter",
    [
        alt.param("cut", value=5),
        alt.param("cut", expr="2 + 3"),
        alt.param("cut", bind=alt.binding_range(min=0, max=9)),
        alt.selection_point(name="cut"),
    ],
    ids=["value", "expression", "input of Vega", "selection"],
)
def test_a_parameter_that_needs_no_control_is_left_alone(parameter):
    assert "cut" in parameters(explore(bars(parameter)))


def test_the_value_of_a_control_replaces_that_of_its_parameter():
    shown = explore(
        bars(alt.param("year", value=1960), alt.param("cut", expr="year + 1")), year=IntSlider(7), cut=IntSlider(8)
    )
    assert parameters(shown) | {"year": 7, "cut": 8} == parameters(shown)
    assert not [parameter for parameter in shown.spec["params"] if "expr" in parameter]


PAIRS = [("Net", "net"), ("Gross", "gross")]


@pytest.mark.parametrize(
    ("control", "kind", "values", "start", "value"),
    [
        (ToggleButtons(options=PAIRS, value="gross"), "choice", ["net", "gross"], 1, "gross"),
        (Dropdown(options=["net", "gross"]), "choice", ["net", "gross"], 0, "net"),
        (Dropdown(options={"Net": "net", "Gross": "gross"}), "choice", ["net", "gross"], 0, "net"),
        (SelectMultiple(options=PAIRS, value=["gross"]), "choices", ["net", "gross"], (1,), ["gross"]),
        (charts.picker(ROWS, ["USA"]), "tags", {"Japan": "JPN", "United States": "USA"}, ["United States"], ["USA"]),
        (TagsInput(value=["free"]), "plain", None, ["free"], ["free"]),
        (IntRangeSlider(value=(2, 5), min=0, max=9), "range", None, [2, 5], [2, 5]),
        (Checkbox(True), "switch", None, True, True),
    ],
    ids=["buttons", "list", "dictionary", "several", "countries", "tags", "range", "box"],
)
def test_what_a_control_stands_for_travels_to_the_browser(control, kind, values, start, value):
    shown = explore(bars(alt.param("choice")), choice=control)
    assert shown.panel.controls == {"choice": control}
    assert shown.panel.settings["inputs"]["choice"] == {"kind": kind, "values": values, "start": start}
    assert parameters(shown)["choice"] == value


def test_years_have_a_player_and_other_numbers_do_not():
    def players(widget):
        return isinstance(widget, Play) + sum(map(players, getattr(widget, "children", ())))

    assert players(explore(bars(alt.param("base_year")), base_year=IntSlider())) == 1
    assert players(explore(bars(alt.param("rank")), rank=IntSlider())) == 0


# What is shown


def test_the_source_line_is_the_citation_of_the_tables():
    tables = ["oda_donors", "oda_donors_2025"]
    assert explore(bars(), tables=tables).panel.settings["source"] == cite(tables)


def test_show_the_numbers_lists_what_the_tooltips_list():
    rule = alt.Chart(ROWS).mark_rule().encode(x="amount:Q")
    shown = explore(alt.layer(rule, alt.layer(bars())))
    assert shown.panel.settings["columns"] == [
        {"field": "name", "title": "Country", "format": ""},
        {"field": "amount", "title": "US$ million", "format": ",.1f"},
    ]
    assert shown.spec["layer"][1]["layer"][0]["name"] == "numbers"


def test_a_computed_tooltip_is_a_column_of_the_numbers():
    counted = (
        alt.Chart(ROWS).mark_bar().encode(y="name:N", x="mean(amount)", tooltip=["name", "count()", "mean(amount)"])
    )
    columns = [column["field"] for column in explore(counted).panel.settings["columns"]]
    rows = json.dumps(vl_convert.vegalite_to_vega(counted.to_dict())["data"])
    assert columns == ["name", "__count", "mean_amount"]
    assert all(f'"{column}"' in rows for column in columns)


def test_tooltips_show_texts_as_they_are_and_amounts_with_digits():
    tooltips = charts.tips("oda_donors", "name", "year", "net_usd_million", rank="d", label="")
    shown = {tip["field"]: (tip["type"], tip.get("format")) for tip in (tip.to_dict() for tip in tooltips)}
    assert shown == {
        "name": ("nominal", None),
        "year": ("quantitative", "d"),
        "net_usd_million": ("quantitative", ",.2f"),
        "rank": ("quantitative", "d"),
        "label": ("nominal", None),
    }


def test_presenting_enlarges_the_text_of_all_charts_and_goes_back():
    present()
    assert explorer.runtime().scale > 1.4
    present(False)
    assert explorer.runtime().scale == 1
    assert explore(bars()).panel.runtime is explore(bars()).panel.runtime


def test_a_chart_travels_packed_and_unpacks_to_the_same_chart():
    chart = bars(data=pd.concat([ROWS] * 100))
    shown = explore(chart)
    assert shown.spec["datasets"] == chart.to_dict()["datasets"]
    assert len(shown.panel.spec) < len(json.dumps(shown.spec)) / 10


def test_rows_travel_by_column_where_they_are_alike_and_as_they_are_where_not():
    uneven = [{"a": 1, "b": None}, {"a": 2}]
    datasets = {"even": [{"a": 1, "b": "x"}, {"a": None, "b": "y"}], "uneven": uneven, "none": [], "words": ["a", "b"]}
    packed = explorer.pack({"mark": "bar", "datasets": datasets})
    assert json.loads(gzip.decompress(packed))["columns"] == {"even": {"a": [1, None], "b": ["x", "y"]}}
    assert explorer.unpack(packed) == {"mark": "bar", "datasets": datasets}


def test_markup_in_the_data_stays_data():
    hostile = "<img src=x onerror=alert(1)>"
    shown = explore(bars(data=ROWS.assign(name=hostile)))
    (rows,) = shown.spec["datasets"].values()
    assert {row["name"] for row in rows} == {hostile}
    assert "onerror" not in json.dumps([shown.panel.settings, shown._repr_mimebundle_()])


def test_where_no_widget_is_alive_the_output_tells_the_chart_in_words(trial):
    words = {"title": "Donors & more", "description": "Bars.", "summary": "", "controls": {"least": "At least"}}
    trial(chart=words)
    chart = bars().transform_filter("datum.amount > least")
    bundle = explore(chart, "trial.chart", "oda_donors", least=IntSlider(3))._repr_mimebundle_()
    assert bundle.keys() == {"text/plain", "text/html", WIDGET_VIEW}
    head, chosen, described, how, source = bundle["text/plain"].split("\n")
    assert (head, chosen, described) == ("Donors & more", "At least: 3", "Bars.")
    assert "Jupyter" in how and source == cite("oda_donors")
    assert "<b>Donors &amp; more</b>" in bundle["text/html"]
    assert explore(bars())._repr_mimebundle_()["text/plain"].startswith("This chart\n")


# Charts of the learner's own

PLAIN = {
    "one mark": bars(),
    "interactive": bars().interactive(),
    "layers": bars() + bars(),
    "side by side": bars() | bars(),
    "stacked": bars() & bars(),
    "facets": bars().facet("iso3:N"),
    "repeated": alt.Chart(ROWS)
    .mark_bar()
    .encode(x=alt.X(alt.repeat("column"), type="nominal"))
    .repeat(column=["name"]),
}


@pytest.mark.parametrize("kind", PLAIN)
def test_a_plain_chart_is_drawn_by_our_widget(kind, monkeypatch):
    made = []
    monkeypatch.setattr(explorer.Explorer, "_repr_mimebundle_", lambda self: made.append(self) or {WIDGET_VIEW: {}})
    assert PLAIN[kind]._repr_mimebundle_() == {WIDGET_VIEW: {}}
    assert vl_convert.vegalite_to_vega(made[0].spec)["marks"]


def test_a_plain_chart_names_no_address():
    shown = bars()._repr_mimebundle_()
    assert WIDGET_VIEW in shown
    assert "//" not in json.dumps(shown)


@pytest.mark.parametrize(
    "file", ["explorer/panel.js", "explorer/explorer.css", "questions/question.js", "questions/question.css"]
)
def test_what_the_browser_is_sent_names_no_address(file):
    assert "http" not in (explorer.FOLDER.parent / file).read_text(encoding="utf-8")


# The bundle


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache folder, and the list of the bundles built while the test runs."""
    built = []
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda name: str(tmp_path / "cache" / name))
    monkeypatch.setattr(vega, "SHARED", tmp_path / "environment")
    monkeypatch.setattr(vega, "convert", lambda function, **options: built.append(options["vl_version"]) or "vega")
    return tmp_path / "cache", built


def test_the_bundle_is_built_once_and_kept(cache):
    folder, built = cache
    assert gzip.decompress(vega.build_bundle()) == b"vega"
    assert vega.build_bundle() == vega.build_bundle()
    assert len(built) == 1
    assert [file.suffixes[-2:] for file in folder.rglob("*") if file.is_file()] == [[".js", ".gz"]]


@pytest.mark.parametrize(
    "damage",
    [lambda kept: b"", lambda kept: kept[:-5], lambda kept: kept[:-9] + b"00000" + kept[-4:], lambda kept: b"<html>"],
    ids=["empty", "cut off", "changed", "something else"],
)
def test_a_damaged_bundle_is_built_again(cache, damage):
    folder, built = cache
    whole = vega.build_bundle()
    (file,) = folder.rglob("*.gz")
    file.write_bytes(damage(whole))
    assert vega.build_bundle() == whole == file.read_bytes()
    assert len(built) == 2


def test_where_nothing_can_be_kept_the_bundle_stays_in_memory(cache):
    folder, built = cache
    folder.write_text("a file where the folder should be")
    assert gzip.decompress(vega.build_bundle()) == b"vega"
    assert folder.is_file()


def test_a_bundle_for_all_users_lies_in_the_environment_and_is_found_there(cache):
    folder, built = cache
    assert vega.build_bundle(for_all=True) == vega.build_bundle()
    assert len(built) == 1 and not folder.exists()
    assert [file.name for file in vega.SHARED.iterdir()] == [vega.bundle_files()[1].name]


def test_where_the_environment_cannot_be_written_it_is_kept_for_the_user(cache):
    folder, built = cache
    vega.SHARED.write_text("a file where the folder should be")
    vega.build_bundle(for_all=True)
    assert vega.build_bundle() and len(built) == 1
    assert vega.bundle_files()[1].is_file()


def test_a_kernel_that_draws_charts_has_no_javascript_engine():
    program = "from helpers import *; use('en'); print('vl_convert' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", f"import sys; {program}"], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr


def test_versions_that_do_not_fit_are_named_with_the_remedy(monkeypatch):
    monkeypatch.setattr(alt, "SCHEMA_VERSION", "v99.1.0")
    with pytest.raises(RuntimeError, match=r"99\.1.*pip install -r binder/requirements.txt"):
        vega.build_bundle()


# Sentences


def said(template, rows, labels=None, **parameters):
    """What Vega makes of a sentence, for each row."""
    data = {"name": "rows", "values": rows, "transform": [{"type": "formula", "as": "sentence"}]}
    data["transform"][0]["expr"] = sentences.compose(template, labels or {}, None)
    mark = {"type": "text", "from": {"data": "rows"}, "encode": {"enter": {"text": {"field": "sentence"}}}}
    signals = [{"name": name, "value": value} for name, value in parameters.items()]
    drawn = vl_convert.vega_to_scenegraph({"data": [data], "marks": [mark], "signals": signals})
    (frame,) = drawn["scenegraph"]["items"]
    return [item["text"] for item in frame["items"][0]["items"]]


EXPECTED = {
    "ordinal": {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 10: "10th", 11: "11th", 12: "12th", 13: "13th", 20: "20th",
                21: "21st", 22: "22nd", 23: "23rd", 101: "101st", 111: "111th", 112: "112th"},
    "usd": {11086.18: "US$11.1 billion", 736.4: "US$736 million", 0: "US$0 million", 0.34: "US$0.3 million",
            -20.4: "−US$20 million", -1234.5: "−US$1.2 billion", 999.4: "US$999 million", 999.6: "US$1.0 billion",
            999.96: "US$1.0 billion", -999.6: "−US$1.0 billion", 123456.7: "US$123.5 billion"},
    "usd2": {1916.4: "US$1.92 billion", -20: "−US$0.02 billion"},
    "percent": {0.18: "0.18%", -1.6949: "−1.69%"},
    "percent0": {20.6: "21%"},
    "percent1": {12.64: "12.6%"},
    "signed1": {-1.69: "−1.7%", 0.26: "+0.3%", -0.04: "0.0%", -0.06: "−0.1%"},
    "number": {1234567: "1,234,567"},
    "times": {1.234: "1.23"},
    "day": {"2012-09-17": "17 September 2012", "2013-05": "May 2013", "1958": "1958", 1959: "1959", "open": "open"},
}  # fmt: skip


@pytest.mark.parametrize("kind", EXPECTED)
def test_a_sentence_says_a_figure(kind):
    rows = [{"value": value} for value in EXPECTED[kind]]
    assert said(f"{{value:{kind}}}", rows) == list(EXPECTED[kind].values())


@pytest.mark.parametrize(
    ("measure", "unit", "words"),
    [
        ("net_usd_million", "US$ billion", ["US$11.1 billion", "US$1.0 billion", "−US$20 million", "−US$1.2 billion"]),
        ("net_percent_gni", "% of GNI", ["11086.18% of GNI", "999.60% of GNI", "−20.00% of GNI", "−1234.50% of GNI"]),
    ],
)
def test_a_sentence_follows_the_measure(measure, unit, words):
    rows = [{"value": value} for value in (11086.18, 999.6, -20, -1234.5)]
    assert said("{value:by_measure}", rows, measure=measure) == words
    assert said("{measure:unit}", rows[:1], {"measure": {}}, measure=measure) == [unit]


def test_every_format_of_the_catalogue_is_tried_here():
    assert language.texts("common.formats").keys() == EXPECTED.keys() | {"by_measure", "unit"}


def test_a_theme_has_formats_and_columns_of_its_own(trial):
    trial(formats={"number": "'about ' + {}"}, columns={"rank": "Place"})
    assert [language.shared(*entry) for entry in (("columns", "rank", "trial"), ("columns", "rank", None))] == [
        "Place", "Rank",
    ]  # fmt: skip
    assert sentences.compose("{value:number}", {}, "trial") == "('about ' + datum[\"value\"])"
    with pytest.raises(KeyError, match=r"common.formats.nope.*add nope to \[formats\] of helpers/texts/en/trial.toml"):
        sentences.compose("{value:nope}", {}, "trial")
    with pytest.raises(KeyError, match="common.formats.nope.*helpers/texts/en/common.toml"):
        sentences.compose("{value:nope}", {}, None)


def test_the_label_of_what_is_no_control_is_named_with_the_controls_that_there_are():
    with pytest.raises(ValueError, match=r"'\{measur:label\}.' asks for the label of measur, .* are: measure, year"):
        sentences.compose("{measur:label}.", {"measure": {"net": "Net ODA"}, "year": {}}, None)


@pytest.mark.parametrize("missing", ["summary", "description"])
def test_a_text_that_an_explorer_lacks_is_named_with_its_file(missing, trial):
    texts = {"title": "Bars", "description": "Bars.", "summary": "{amount}"}
    trial(bars={name: words for name, words in texts.items() if name != missing})
    base = rows(ROWS)
    with pytest.raises(KeyError, match=f"No text 'trial.bars.{missing}' .* add it to helpers/texts/en/trial.toml"):
        explore(base.mark_bar().encode(x="amount:Q"), "trial.bars", summary=base)


def test_a_sentence_joins_words_columns_parameters_and_labels():
    template = '{year}, "{measure:label}": {name} ranks {rank:ordinal}.'
    labels = {"measure": {"net": "Net ODA"}, "year": {}}
    rows = [{"name": "Côte d'Ivoire", "rank": 2}, {"name": "日本", "rank": 5}]
    assert said(template, rows, labels, measure="net", year=2011) == [
        '2011, "Net ODA": Côte d\'Ivoire ranks 2nd.',
        '2011, "Net ODA": 日本 ranks 5th.',
    ]


def test_an_explorer_without_texts_needs_no_catalogue():
    shown = explore(bars(alt.param("year")), year=IntSlider(2011, 1960, 2024))
    assert shown.panel.settings["title"] == ""
    assert shown.inputs["year"].description == "year"


# Nothing is left behind


@pytest.mark.browser
@pytest.mark.parametrize("wait", [0, 10, 30, 70, 130, 300, 1000])
def test_a_widget_that_is_removed_leaves_nothing_behind(chromium, wait):
    page = chromium.new_page()
    page.goto((explorer.FOLDER / "explorer.css").as_uri())
    during, left = page.evaluate(script("leftBehind"), [explorer.PROGRAM, wait])
    assert wait < 1000 or during == {"listeners": 2, "observers": 1, "views": 1}, "the trial sees what there is"
    assert left == {"listeners": 0, "observers": 0, "views": 0}
    page.close()
