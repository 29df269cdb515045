"""Every notebook in a real JupyterLab, in a Chromium that cannot reach any other machine.

Each in one language: the editions have the same code, which nbval runs in both, and the static edition drives every
explorer of both. What JupyterLab adds, its kernel, its themes and its keys, is the same in any language.
"""

import shutil

import nbformat
import pytest
from driving import marks, panels, press, read_csv, reset, script, serious, taken, title, wait_until
from hypothesis import settings
from lab import ROOT, Notebook, jupyter
from pages import OnEveryPage, in_turns, one_for_each_notebook

pytestmark = pytest.mark.browser
SMALL = {
    "twice": "from helpers import *\nyear = alt.param('year')\ndata = pd.DataFrame({'year': [1, 1, 2], 'a': [1, 2, 3], "
    "'b': ['<img src=x onerror=alert(1)>', 'x', 'y']})\n"
    "bars = alt.Chart(data).mark_bar().encode(x='a', y='b', tooltip=['b', 'a']).add_params(year)\n"
    "explorer = explore(bars.transform_filter('datum.year == year'), year=IntSlider(value=1, min=1, max=2))\n"
    "display(explorer, explorer)",
    "plain": "alt.Chart(data).mark_point().encode(x='a', y='b')",
    "present": "present()",
}


@pytest.fixture(scope="session")
def place(tmp_path_factory, chromium):
    """A copy of the notebooks, and one more that shows an explorer twice, a plain chart and ``present()``."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks", folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("my-answers*"))
    cells = [nbformat.v4.new_code_cell(source, id=name) for name, source in SMALL.items()]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), folder / "small.ipynb")
    with jupyter(folder) as address:
        yield chromium, address


@pytest.fixture(scope="class")
def notebook(place, request):
    """The notebook of a class of tests, run, on a wide window."""
    notebook = Notebook(*place, f"{request.cls.name}.ipynb")
    notebook.language = request.cls.name.split("/")[0]
    notebook.page.evaluate("jupyterapp.shell.collapseLeft()")
    notebook.run_all()
    notebook.explorers()
    yield notebook
    notebook.page.close()


def dress(notebook, theme):
    """Put JupyterLab into a theme."""
    notebook.page.evaluate("theme => jupyterapp.commands.execute('apputils:change-theme', {theme})", theme)
    notebook.page.wait_for_function(f"document.body.dataset.jpThemeName === '{theme}'")


class InJupyterLab(OnEveryPage):
    """What a notebook must do in JupyterLab. More is tried in the static edition, whose charts are the same."""

    most = 1

    def limits(self):
        return settings(max_examples=1)

    def test_tab_reaches_everything_in_an_explorer(self, notebook):
        panel = next(panels(notebook))
        explorer = panel.evaluate_handle("e => e.closest('.explorer')").as_element()
        every = "button:not([disabled]), input, select, summary, [role=slider]"  # of pressed buttons in a row one
        inside = f"[...e.querySelectorAll('{every}')].filter(n => n.tabIndex >= 0 && n.checkVisibility())"
        panel.query_selector(".explorer-more > summary").press("Enter")  # what it opens is reached too
        wanted = explorer.evaluate(f"e => {inside}.length")
        assert wanted >= 4
        explorer.evaluate(f"e => {inside}[0].focus()")
        reached = set()
        for _ in range(wanted + 4):
            reached.add(explorer.evaluate(f"e => {inside}.indexOf(document.activeElement)"))
            notebook.page.keyboard.press("Tab")
        assert len(reached - {-1}) == wanted

    def test_the_cursor_of_a_chart_keeps_its_keys_until_it_is_left(self, notebook):
        page, panel = notebook.page, next(panels(notebook))
        mode, cells = "() => jupyterapp.shell.currentWidget.content.mode", page.locator(".jp-Cell").count()
        panel.query_selector(".explorer-chart").press("ArrowRight")
        first = panel.eval_on_selector(".explorer-readout", "e => e.textContent")
        assert first and panel.query_selector(".explorer-readout").is_visible()
        before = page.evaluate(mode)
        for keys in ("d", "d", "a", "b", "m", "Home", "Escape"):
            page.keyboard.press(keys)
        assert not panel.query_selector(".explorer-readout").is_visible()
        assert page.evaluate("document.activeElement.classList.contains('explorer-chart')")
        assert [page.evaluate(mode), page.locator(".jp-Cell").count()] == [before, cells]

    def test_years_play(self, notebook):
        players = 0
        for panel in panels(notebook):
            explorer = panel.evaluate_handle("e => e.closest('.explorer')").as_element()
            play = explorer.query_selector(".widget-play button")
            if play and players < 3:  # one is like the other
                players += 1
                before = panel.evaluate(script("picture"))
                play.press("Enter")
                assert wait_until(panel, "!==", before), f"{title(panel)} does not play"
                explorer.query_selector_all(".widget-play button")[1].press("Enter")
                reset(panel)

    def test_the_numbers_can_be_seen_and_taken_away(self, notebook, words, tmp_path):
        for number, panel in enumerate(panels(notebook)):
            press(panel, words["numbers"])
            heads, rows = panel.evaluate(script("table"))
            assert len(rows) == marks(panel), title(panel)
            _, lines = read_csv(taken(panel, words["csv"]))
            assert lines[0] == heads and len(lines) == len(rows) + 1, title(panel)
            if number < 3:  # one is made like the other
                drawn = taken(panel, words["svg"]).decode()
                assert title(panel) in drawn and panel.query_selector(".explorer-source").text_content()[:40] in drawn
            first = []
            for _ in range(2):
                panel.eval_on_selector(".explorer-numbers th button", "button => button.click()")
                first.append(panel.evaluate(script("table"))[1][0][0])
            assert first[0] != first[1] or len({row[0] for row in rows}) == 1, "a head sorts its column both ways"
            press(panel, words["numbers"])
        with notebook.page.expect_download() as download:  # once with the file that a learner gets
            press(panel, words["png"])
        download.value.save_as(tmp_path / "chart.png")
        png = (tmp_path / "chart.png").read_bytes()
        assert png.startswith(b"\x89PNG") and len(png) > 5000

    def test_no_serious_violation_of_accessibility(self, notebook):
        """In the light theme for English, in the dark one for the other editions; on the static pages the other way."""
        dress(notebook, "JupyterLab Light" if notebook.language == "en" else "JupyterLab Dark")
        notebook.explorers()
        outputs = ".jp-RenderedHTMLCommon.jp-OutputArea-output, .jp-OutputArea-output .jupyter-widgets"
        assert not serious(notebook.page, outputs)

    def test_every_widget_card_and_listing_says_its_language(self, notebook):
        told = notebook.page.evaluate("""() =>
            [...document.querySelectorAll(".explorer, .question, .bluebook-card, .bluebook-table")].map(
                (e) => e.closest("[lang]").lang)""")
        assert len(told) >= 3 and {*told} == {notebook.language}

    def test_ink_follows_the_theme(self, notebook):
        for theme in ("JupyterLab Dark", "JupyterLab Light"):
            dress(notebook, theme)
            for panel in panels(notebook):
                shown = "texts => texts.map(text => getComputedStyle(text).fill)"
                ink = panel.evaluate("e => getComputedStyle(e).color")
                for _ in range(30):
                    inks = panel.eval_on_selector_all(".explorer-chart svg text[fill]", shown)
                    if ink in inks:  # a label on a coloured cell has the ink that suits its cell
                        break
                    notebook.page.wait_for_timeout(100)
                assert ink in inks, f"{title(panel)} in {theme}"

    def test_every_output_can_be_read_without_its_widget(self, notebook):
        saved = notebook.page.evaluate("jupyterapp.shell.currentWidget.content.model.toJSON()")
        outputs = [output for cell in saved["cells"] for output in cell.get("outputs", ())]
        shown = [output["data"] for output in outputs if "data" in output]
        assert all(data.keys() & {"text/html", "text/markdown", "image/png"} or "text/plain" in data for data in shown)
        assert all("text/html" in data for data in shown if "application/vnd.jupyter.widget-view+json" in data)
        told = "\n".join("".join(data.get("text/plain", "")) for data in shown)
        assert "object at 0x" not in told and "Explorer(" not in told

    def test_on_paper_words_stand_for_controls(self, notebook):
        notebook.page.emulate_media(media="print")
        found = notebook.page.evaluate(script("paperOf"))
        notebook.page.emulate_media(media="screen")
        assert len(found) == notebook.page.locator(".explorer").count() > 0
        for name, controls, tools, said, ink in found:
            assert (controls, tools, ink) == (False, False, "rgb(17, 17, 17)"), name
            assert said, name

    def test_nothing_is_asked_of_other_machines_and_nothing_complains(self, notebook):
        assert notebook.outside == []
        assert notebook.complaints == []


globals().update(one_for_each_notebook(InJupyterLab, in_turns()))


def test_an_explorer_shown_twice_works_twice_and_plain_charts_need_no_network(place):
    notebook = Notebook(*place, "small.ipynb")
    notebook.run_all()
    assert notebook.explorers() == 3
    first, second, plain = panels(notebook)
    size = "e => parseFloat(getComputedStyle(e.querySelector('.explorer-chart svg text')).fontSize)"
    assert first.evaluate(size) > 17, "present() enlarges charts that are drawn already"
    explorer = first.evaluate_handle("e => e.closest('.explorer')").as_element()
    assert marks(first) == marks(second) == 2 and plain.query_selector("svg")
    explorer.query_selector("[role=slider]").focus()
    notebook.page.keyboard.press("ArrowRight")
    first.evaluate("e => e.explorer.chart.settled")
    assert marks(first) == marks(second) == 1
    assert notebook.page.query_selector("img[src=x]") is None, "text in the data is never markup"
    assert notebook.outside == [] and notebook.complaints == []
    notebook.page.close()
