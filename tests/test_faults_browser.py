"""What can go wrong in front of a class, in a real JupyterLab. The table of all faults is in test_faults.py.

Most have beside our explorer what would hurt without it: a slider of `interact`, Altair's own renderer, plain HTML.
(While a cell runs, `interact` may answer too: JupyterLab 4.4 and ipykernel 7 have a way around it.)
"""

import json

import nbformat
import pytest
from driving import marks, panels, press, script, wait_until
from lab import Notebook, jupyter
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

SETUP = 'from helpers import *\nfrom ipywidgets import interact\nuse("en")'
CHART = """data = pd.DataFrame({"year": [1, 1, 2], "a": [1, 2, 3], "b": ["w", "x", "y"]})
bars = alt.Chart(data).mark_bar().encode(x="a", y="b", tooltip=["b", "a"])
explore(
    bars.add_params(alt.param("year")).transform_filter("datum.year == year"),
    year=IntSlider(value=1, min=1, max=2),
)"""
ASKS_PYTHON = 'interact(lambda n: print(f"n is {n}"), n=IntSlider(value=1, min=1, max=2));'
SETTINGS = "@jupyter-widgets/jupyterlab-manager:plugin"

# Markup, a link of Markdown, a formula, and what ends a text in an expression of Vega.
EVIL = (
    "<img src=x onerror=\"window.harm='picture'\"><script>window.harm='script'</script>"
    "[link](javascript:alert(1)) $x^2$ \"');"
)
TEXTS = """from helpers import language
guess, number = {"prompt": evil, "options": [evil, evil + "2"], "reveal": evil}, {"prompt": evil, "unit": evil}
language._catalogue("en")["trial"] = {
    "chart": {"title": evil, "description": evil, "subtitle": evil + "{kind:label}", "summary": evil + "{b}",
              "nothing": evil, "controls": {"kind": evil, "tags": evil}},
    "guess": guess, "number": number | {"right": evil, "wrong": evil},
}"""
SHOWN = """data = pd.DataFrame({"a": [1, 2], "b": [evil, evil + "2"], "c": [evil, "c"], "image": [evil, evil]})
bars = alt.Chart(data, title=evil).mark_bar().encode(
    x=alt.X("a", title=evil), y="b", color="b", tooltip=[alt.Tooltip("b", title=evil), "a", "image"]
)
base = bars.add_params(alt.param("kind"), alt.param("tags"))
controls = {"kind": ToggleButtons(options=[(evil, evil), ("other", "x")]), "tags": picker(data, [evil], "b", "c")}
explore(base, "trial.chart", summary=alt.Chart(data), **controls)"""
OTHERS = """display(predict("trial.guess"), ask("trial.number", 1), check("oda.second", evil), data)
from helpers.questions import Feedback
from helpers.markup import listing
display(Feedback(False, evil), listing([evil], [[evil]], evil))"""


@pytest.fixture(scope="module")
def place(tmp_path_factory, chromium):
    """A browser, the address of JupyterLab, and the folder that it shows."""
    folder = tmp_path_factory.mktemp("lab")
    with jupyter(folder) as address:
        yield chromium, address, folder


def opened(place, name, *cells):
    """A notebook with these cells after the set-up cell, open and not yet run."""
    browser, address, folder = place
    write(folder / name, SETUP, *cells)
    notebook = Notebook(browser, address, name)
    notebook.file, notebook.address = folder / name, f"{address}/lab/tree/{name}"
    return notebook


def write(path, *cells):
    cells = [nbformat.v4.new_code_cell(source) for source in cells]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), path)


@pytest.fixture(scope="module")
def shared(place):
    notebook = opened(place, "small.ipynb", CHART, ASKS_PYTHON)
    yield notebook
    notebook.page.close()


@pytest.fixture
def notebook(shared):
    """An explorer and a slider of `interact`, run anew; one notebook for all tests."""
    more = "m => m.deleteCellRange(3, m.cells.length)"
    shared.page.evaluate(f"({more})(jupyterapp.shell.currentWidget.content.model.sharedModel)")
    run(shared)
    shared.complaints.clear()
    return shared


def run(notebook):
    notebook.page.evaluate("jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    notebook.run_all()
    assert drawn(notebook) == 1


def drawn(notebook):
    notebook.page.wait_for_selector(".explorer-panel", state="attached")
    return notebook.explorers()


def add(notebook, source):
    """Add a cell at the end and start it."""
    notebook.page.evaluate(
        """source => {
            const { content } = jupyterapp.shell.currentWidget, { sharedModel } = content.model;
            sharedModel.insertCell(sharedModel.cells.length, { cell_type: 'code', source });
            content.activeCellIndex = content.widgets.length - 1;
            jupyterapp.commands.execute('notebook:run-cell');
        }""",
        source,
    )


def says(notebook, words):
    notebook.page.wait_for_function(
        "words => [...document.querySelectorAll('.jp-OutputArea-output')].some(e => e.textContent.includes(words))",
        arg=words,
    )


def save(notebook):
    notebook.page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    notebook.page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty")


def reload(notebook):
    notebook.page.goto(notebook.address)
    notebook.ready()


def shut_down(notebook):
    notebook.page.evaluate("jupyterapp.shell.currentWidget.sessionContext.shutdown()")


def answers(notebook, panel=None):
    """Whether the chart follows its slider, there and back."""
    panel = panel or next(panels(notebook))
    slider = panel.evaluate_handle("e => e.closest('.explorer').querySelector('[role=slider]')").as_element()
    start, seen = panel.evaluate(script("picture")), []
    for key in ("ArrowRight", "ArrowLeft"):
        slider.focus()
        notebook.page.keyboard.press(key)
        seen.append(wait_until(panel, "!==" if key == "ArrowRight" else "===", start))
    return all(seen)


def python_answers(notebook, within=10_000):
    """Whether the output below the slider of `interact` follows it, which asks Python."""
    slider = notebook.page.locator(".widget-interact [role=slider]").last
    output = notebook.page.locator(".widget-interact .widget-output").last
    try:
        for key, words in (("ArrowRight", "n is 2"), ("ArrowLeft", "n is 1")):
            slider.press(key)
            expect(output).to_have_text(words, timeout=within)
    except AssertionError:
        return False
    finally:
        slider.press("ArrowLeft")
    return True


def test_without_a_network_the_own_renderer_of_altair_shows_nothing(place):
    chart = "alt.renderers.enable('default')\nalt.Chart(pd.DataFrame({'a': [1]})).mark_bar().encode(x='a')"
    notebook = opened(place, "default.ipynb", chart)
    notebook.run_all()
    notebook.page.wait_for_timeout(500)
    assert notebook.outside and not notebook.page.locator(".jp-OutputArea-output :is(svg, canvas)").count()
    notebook.page.close()


def test_while_a_cell_runs_and_after_it_is_interrupted_charts_answer_and_the_next_cell_runs(notebook):
    assert answers(notebook) and python_answers(notebook)
    add(notebook, "import time\nprint('asleep')\ntime.sleep(30)")
    says(notebook, "asleep\n")
    assert answers(notebook)
    notebook.page.evaluate("jupyterapp.commands.execute('notebook:interrupt-kernel')")
    says(notebook, "KeyboardInterrupt")
    notebook.ready()
    assert answers(notebook) and python_answers(notebook)
    add(notebook, "print(f'the next cell: {len(data)}')")
    says(notebook, "the next cell: 3\n")
    assert notebook.complaints == []


def test_a_restarted_kernel_leaves_the_charts_alive_and_all_works_after_running_again(notebook):
    notebook.page.evaluate("jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    notebook.ready()
    assert not python_answers(notebook, within=1000)
    assert answers(notebook)
    run(notebook)
    assert answers(notebook) and python_answers(notebook)
    assert notebook.complaints == []


def test_two_notebooks_in_one_window_do_not_touch_each_other(notebook, place):
    write(place[2] / "second.ipynb", SETUP, CHART)
    page, first = notebook.page, next(panels(notebook))
    page.evaluate("jupyterapp.commands.execute('docmanager:open', { path: 'second.ipynb' })")
    page.wait_for_function("jupyterapp.shell.currentWidget?.context?.path === 'second.ipynb'")
    try:
        notebook.ready()
        notebook.run_all()
        assert drawn(notebook) == 2
        _, second = page.locator(".explorer-panel").element_handles()
        assert answers(notebook, second)
        page.evaluate("jupyterapp.commands.execute('application:activate-previous-tab')")
        assert answers(notebook, first)
        # Told to the kernel as a slider tells it, else its late echo of the key before would undo this.
        first.evaluate("e => { e.explorer.inputs.set('year', 2); return e.explorer.chart.settled; }")
        assert (marks(first), marks(second)) == (1, 2), "each has its own control of the same name"
        assert page.evaluate("Object.keys(bluebookVega).length") == 1, "and they share one chart library"
    finally:
        page.evaluate("[...jupyterapp.shell.widgets('main')].find(w => w.context?.path === 'second.ipynb').dispose()")
        page.wait_for_function("document.querySelectorAll('.explorer-panel').length === 1")
    assert notebook.complaints == []


def test_a_change_while_the_chart_is_being_drawn_is_waited_for(notebook):
    panel = next(panels(notebook))
    seen = panel.evaluate("""async ({ explorer: { chart, inputs } }) => {
        const { drawn, embed } = chart;
        const begun = new Promise((done) => {
            chart.embed = async (...given) => { // slow, and called when the controls have been read
                done();
                chart.embed = embed;
                await new Promise((later) => setTimeout(later, 300));
                return embed(...given);
            };
        });
        chart.redraw();
        await begun;
        inputs.set('year', 2);
        await chart.settled;
        return [chart.drawn !== drawn, chart.rows().length];
    }""")
    assert seen == [True, 1]


def test_after_a_reload_the_running_kernel_gives_the_charts_back(notebook):
    save(notebook)
    reload(notebook)
    assert drawn(notebook) == 1 and answers(notebook) and python_answers(notebook)
    assert notebook.complaints == []


def test_after_a_reload_without_kernel_or_saved_state_running_all_cells_brings_the_charts_back(notebook):
    save(notebook)
    shut_down(notebook)
    reload(notebook)
    says(notebook, "model not found")  # the words are JupyterLab's
    run(notebook)
    assert answers(notebook) and python_answers(notebook)


def test_saved_state_gives_the_charts_back_without_a_kernel_as_they_were_left(notebook):
    settings = f"jupyterapp.serviceManager.settings.save('{SETTINGS}', JSON.stringify({{ saveState: %s }}))"
    save(notebook)  # else the reload shows outputs of a kernel that is gone
    notebook.page.evaluate(settings % "true")
    try:
        reload(notebook)
        run(notebook)
        change = "e => e.explorer.inputs.set('year', 2)"
        next(panels(notebook)).evaluate(change)
        save(notebook)
        state = json.loads(notebook.file.read_text(encoding="utf-8"))["metadata"]["widgets"]
        assert "application/vnd.jupyter.widget-state+json" in state
        shut_down(notebook)
        reload(notebook)
        assert drawn(notebook) == 1
        panel = next(panels(notebook))
        assert marks(panel) == 1
        panel.evaluate("e => { e.explorer.inputs.controls.year.set('value', 1); return e.explorer.chart.settled; }")
        assert marks(panel) == 2
        assert not python_answers(notebook, within=1000)
        assert notebook.complaints == []
    finally:
        notebook.page.evaluate(settings % "false")


def test_hostile_text_in_data_labels_and_answers_stays_text(place):
    notebook = opened(place, "hostile.ipynb", f"evil = {EVIL!r}", TEXTS, SHOWN, OTHERS)
    notebook.run_all()
    assert drawn(notebook) == 1
    page, panel = notebook.page, next(panels(notebook))
    press(panel, "Show the numbers")
    panel.query_selector(".explorer-chart .mark-rect path").hover()
    page.wait_for_function("document.querySelector('#vg-tooltip-element')?.textContent.includes('onerror')")
    guess, number = page.locator(".question").element_handles()
    guess.query_selector("input").press("Space")
    for _ in range(2):
        guess.query_selector("button").press("Enter")
    for answer in (EVIL, "2"):
        number.query_selector("input").fill(answer)
        number.query_selector("button").press("Enter")
    shown = "\n".join(page.locator(".jp-OutputArea-output").all_text_contents())
    assert shown.count("<img src=x") > 12 and "$x^2$" in shown
    # Names of controls alone are set as formulas, by ipywidgets.
    made = ":is(img, script, a[href^=javascript], mjx-container:not(.widget-label *))"
    found = page.locator(f".jp-OutputArea-output {made}, #vg-tooltip-element {made}")
    assert found.evaluate_all("all => all.map(e => e.outerHTML)") == []
    assert page.evaluate("window.harm") is None
    assert notebook.outside == [] and notebook.complaints == []
    add(notebook, "from IPython.display import HTML\nHTML(evil)")
    page.wait_for_function("window.harm")
    page.close()
