"""What stands below a chart to be taken along, and how many stops it costs."""

import csv
import io
import re
import shutil
import subprocess
import zipfile
from xml.etree import ElementTree

import pandas as pd
import pytest
from driving import controls, far_end, panels, press, read_csv, reset, script, taken, title
from pages import explorers_in
from test_site import visit

from helpers.charts import heading
from helpers.language import texts, use
from helpers.tables import cited, load

# How many stops of the Tab key the controls of a page are, by their kind; a player has two buttons more.
STOPS = """() => [...document.querySelectorAll(".explorer")].map((explorer) => {
    const reached = (n) => n.tabIndex >= 0 && !n.disabled && n.checkVisibility({ visibilityProperty: true });
    const among = (part) => [...explorer.querySelectorAll(part)].filter(reached).length;
    const { inputs, settings } = explorer.querySelector(".explorer-panel").explorer;
    const before = explorer.querySelectorAll(".widget-toggle-button, .explorer-menu button").length;
    return {
        stops: among("a[href], button, input, select, summary, [tabindex], [contenteditable=true]"),
        kinds: inputs.names.map((name) => inputs.described[name].kind),
        players: explorer.querySelectorAll(".widget-play").length,
        before: before + settings.cited.filter(([, address]) => address).length,
    };
})"""


def stops_of(controls):
    """How many stops an explorer has: two for a range, one for any other control, the chart and the fold."""
    each = [2 if kind == "range" else 1 for kind in controls["kinds"]]
    return sum(each) + 2 * controls["players"] + 2


@pytest.mark.parametrize("name", ["en/01-oda", "ja/01-oda"])
def test_what_is_below_a_chart_is_one_stop_and_opens_by_key_and_finger(chromium, address, name):
    notebook = visit(chromium, f"{address}/{name}.html")
    notebook.page.evaluate(script("drawAll"), explorers_in(name))
    use(name.split("/")[0])
    words = texts("common.explorer.words")
    found = notebook.page.evaluate(STOPS)
    assert [one["stops"] for one in found] == [stops_of(one) for one in found]
    assert 2 * sum(one["stops"] for one in found) < sum(one["stops"] + one["before"] for one in found)

    panel = next(panels(notebook))
    short = panel.query_selector(".explorer-publishers").text_content()
    whole, fold = panel.query_selector(".explorer-source"), panel.query_selector(".explorer-more summary")
    briefs = dict.fromkeys(brief for *_, brief in cited(["oda_donors"]) if brief)
    assert short == words["source"].format(words["between"].join(briefs)) and len(briefs) > 1
    assert not whole.is_visible() and not panel.query_selector(".explorer-menu").is_visible()
    fold.press("Enter")
    told = [
        button.text_content() for button in panel.query_selector_all(".explorer-menu button") if button.is_visible()
    ]
    offered = ["numbers", "xlsx", "csv", "listen", "png", "svg", "link", "embed"]
    assert told == [words[word] for word in offered]
    assert whole.is_visible() and len(whole.text_content()) > len(short)
    fold.press("Space")
    assert not whole.is_visible()

    undo = panel.query_selector(".explorer-reset")
    assert not undo.is_visible(), "there is nothing to undo"
    panel.evaluate(script("setControls"), [(one.name, far_end(one), "drawn") for one in controls(panel)])
    undo.press("Enter")
    panel.wait_for_selector(".explorer-reset", state="hidden")
    assert panel.evaluate("() => document.activeElement.matches('.explorer-more summary')"), "the focus stays here"
    group = panel.evaluate_handle("e => e.closest('.explorer').querySelector('[role=group]')").as_element()
    group.query_selector("[aria-pressed=true]").focus()
    notebook.page.keyboard.press("ArrowRight")
    panel.evaluate("e => e.explorer.chart.settled")
    pressed = group.eval_on_selector_all(
        "button", "all => all.map((n) => [n.tabIndex, n.getAttribute('aria-pressed')])"
    )
    assert pressed[1] == [0, "true"] and {*map(tuple, pressed[:1] + pressed[2:])} == {(-1, "false")}
    reset(panel)
    press(panel, words["embed"])
    code = panel.wait_for_selector(".explorer-link code").text_content()
    assert code.startswith("<iframe ") and "/embed/" in code and "#view=oda-ranking&amp;year=2011" in code
    notebook.page.close()


def plain(words):
    """A text without the ends of its lines."""
    return re.sub(r"\s", "", words)


def sheets(content):
    """The sheets of a workbook by their names, as lists of rows: texts and numbers."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        parts = {name: ElementTree.fromstring(archive.read(name)) for name in archive.namelist()}
    words = [item.findtext("{*}t") for item in parts["xl/sharedStrings.xml"]]
    names = [sheet.get("name") for sheet in parts["xl/workbook.xml"].find("{*}sheets")]
    found = {}
    for number, name in enumerate(names, 1):
        rows = parts[f"xl/worksheets/sheet{number}.xml"].findall(".//{*}row")
        cells = [[(cell.get("t"), cell.findtext("{*}v")) for cell in row] for row in rows]
        found[name] = [[words[int(value)] if kind == "s" else float(value) for kind, value in row] for row in cells]
    return found


# LibreOffice in a country, with a home of its own.
COUNTRY = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>{}</value></prop></item></oor:items>"""
AS_SHOWN = "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,false"  # semicolons, UTF-8


def shown_in(country, office, file, *options):
    """The cells of the first sheet of a file, as LibreOffice shows them in a country."""
    home, out = file.parent / country, file.parent / f"{country}-{file.suffix[1:]}"
    (home / "user").mkdir(parents=True, exist_ok=True)
    (home / "user" / "registrymodifications.xcu").write_text(COUNTRY.format(country))
    command = [office, f"-env:UserInstallation={home.as_uri()}", "--headless", *options, "--convert-to", AS_SHOWN]
    subprocess.run([*command, "--outdir", out, file], check=True, capture_output=True, timeout=120)
    return list(csv.reader((out / f"{file.stem}.csv").read_text("utf-8-sig").splitlines(), delimiter=";"))


@pytest.mark.parametrize("name", ["en/01-oda", "ja/01-oda"])
def test_a_file_says_what_it_holds_and_opens_in_every_country(chromium, address, name, tmp_path):
    notebook = visit(chromium, f"{address}/{name}.html", explorers_in(name))
    use(name.split("/")[0])
    words = texts("common.explorer.words")
    panel = next(panels(notebook))
    panel.evaluate(script("setControls"), [("measure", 3, 0), ("year", 2012, "drawn")])
    files = {kind: taken(panel, words[kind]) for kind in ("csv", "xlsx", "svg")}
    with notebook.page.expect_download() as download:
        press(panel, words["png"])
    assert download.value.suggested_filename == "oda-ranking-2012-net_percent_gni-dac_2011.png"

    about, (heads, *_) = read_csv(files["csv"])
    subtitle, sentence = panel.evaluate("({ explorer: { chart } }) => [chart.subtitle, chart.sentence]")
    told = panel.evaluate("e => e.explorer.inputs.told(e.explorer.settings.words)")
    view = f"{address}/{name}.html#view=oda-ranking&year=2012&measure=net_percent_gni&members=dac_2011"
    today = notebook.page.evaluate("new Date().toLocaleDateString('sv')")
    assert about[:3] == [
        f"{title(panel)} – {subtitle}",
        sentence,
        " · ".join(f"{label}: {value}" for label, value in told),
    ]
    assert all(f"{piece} <{link}>" in about[3] for piece, link, _ in cited("oda_donors") if link)
    assert "CC BY 4.0" in about[3] and today in about[4] and about[5:] == [view]
    assert heads[-1] == heading("oda_donors", "net_percent_gni") and "%" in heads[-1]
    drawn = plain("".join(ElementTree.fromstring(files["svg"]).itertext()))
    parts = [title(panel), *about[1:3], about[4], view, *(piece for piece, *_ in cited("oda_donors"))]
    assert [part for part in parts if plain(part) not in drawn] == []
    notebook.page.close()

    numbers = pd.read_csv(io.BytesIO(files["csv"]), comment="#")
    donors = load("oda_donors").query("year == 2012").set_index("name").net_percent_gni.round(4)
    assert len(numbers) == 23 and [*numbers[heads[-1]]] == [*donors[numbers[heads[0]]]]
    book = sheets(files["xlsx"])
    assert book[words["about"]] == [[line] for line in about]
    assert book[words["sheet"]] == [heads, *numbers.to_numpy().tolist()]

    if name.startswith("en"):  # the files of the other language have the harder letters
        return
    if not (office := shutil.which("soffice")):
        pytest.skip("No LibreOffice on this machine: install Debian's package libreoffice-calc.")
    for ending in ("xlsx", "csv"):
        (tmp_path / f"numbers.{ending}").write_bytes(files[ending])
    figures = [f"{figure:.10g}" for figure in numbers[heads[-1]]]
    for country, point in (("de-DE", ","), ("ja-JP", ".")):
        head, *lines = shown_in(country, office, tmp_path / "numbers.xlsx")
        assert head == heads and [line[-1] for line in lines] == [figure.replace(".", point) for figure in figures]
    lines = shown_in("ja-JP", office, tmp_path / "numbers.csv", "--infilter=CSV:44,34,76,1")[len(about) :]
    head, *lines = [line[: len(heads)] for line in lines]
    assert head == heads and [line[-1] for line in lines] == figures
