"""Every notebook in a real JupyterLab, in a Chromium that cannot reach any other machine."""

import csv
import shutil

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from lab import ROOT, Notebook, browser, jupyter
from playwright.sync_api import TimeoutError

pytestmark = pytest.mark.browser
PATHS = sorted(path.relative_to(ROOT / "notebooks").as_posix() for path in (ROOT / "notebooks").glob("*/*.ipynb"))
# What a learner sees: marks, words and their places, whatever their order in the page, and the sentence below.
PICTURE = """e => [
    ...[...e.querySelectorAll('.explorer-chart :is(path:not(.background), rect, line, text)')]
        .filter(n => n.checkVisibility())
        .map(n => ['d', 'transform', 'width', 'x2', 'y2', 'fill', 'stroke'].map(a => n.getAttribute(a)) + n.textContent)
        .sort(),
    e.querySelector('.explorer-subtitle')?.textContent,
    e.querySelector('.explorer-summary').textContent,
].join('\\n').replace(/\\d+\\.\\d{3,}/g, n => (+n).toFixed(2))"""
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
def place(tmp_path_factory):
    """A copy of the notebooks, and one more that shows an explorer twice, a plain chart and ``present()``."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks", folder, dirs_exist_ok=True)
    cells = [nbformat.v4.new_code_cell(source, id=name) for name, source in SMALL.items()]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), folder / "small.ipynb")
    with browser() as opened, jupyter(folder) as address:
        yield opened, address


@pytest.fixture(scope="class")
def notebook(place, request):
    """The notebook of a class of tests, run, on a wide window."""
    notebook = Notebook(*place, request.cls.path)
    notebook.page.evaluate("jupyterapp.shell.collapseLeft()")
    notebook.run_all()
    notebook.explorers()
    yield notebook
    notebook.page.close()


def panels(notebook):
    """The lower parts of all explorers, each brought into view in turn."""
    for panel in notebook.page.locator(".explorer-panel").element_handles():
        panel.scroll_into_view_if_needed()
        yield panel


def title(panel):
    return panel.eval_on_selector(".explorer-title", "e => e.textContent")


def marks(panel):
    return panel.evaluate("e => e.explorer.rows().length")


def wait_until(panel, words, picture):
    """Wait until the picture of a panel is (``"==="``) or is not (``"!=="``) the given one; false if it never is."""
    page = panel.owner_frame().page
    try:
        page.wait_for_function(f"([e, picture]) => ({PICTURE})(e) {words} picture", arg=[panel, picture], timeout=5000)
    except TimeoutError:
        return False
    return True


def reset(panel):
    panel.query_selector(".explorer-tools button").press("Enter")
    panel.evaluate("e => e.explorer.settled()")


def operate(notebook, explorer, panel, name):
    """Move a control once, by the keyboard alone."""
    kind = panel.evaluate("(e, name) => e.explorer.controls[name].get('_model_name')", name)
    label = panel.evaluate("(e, name) => e.explorer.controls[name].get('description')", name)
    if "Slider" in kind:
        for handle in explorer.query_selector_all(f'[role=slider][aria-label="{label}"]'):
            handle.focus()
            notebook.page.keyboard.press("ArrowLeft" if handle.get_attribute("aria-valuenow") != "0" else "ArrowRight")
            notebook.page.keyboard.press("ArrowLeft")
    elif kind == "ToggleButtonsModel":
        explorer.query_selector(f'[role=group][aria-label="{label}"] button[aria-pressed=false]').focus()
        notebook.page.keyboard.press("Enter")
    elif kind == "DropdownModel":
        explorer.query_selector(f'select[aria-label="{label}"]').focus()
        notebook.page.keyboard.press("ArrowDown")
    elif kind == "CheckboxModel":
        explorer.query_selector(f'label:has-text("{label}") input').focus()
        notebook.page.keyboard.press("Space")
    elif kind == "TagsInputModel":
        free = """(e, name) => {
            const control = e.explorer.controls[name];
            return control.get('allowed_tags').find(tag => !control.get('value').includes(tag)) ?? '';
        }"""
        tag = panel.evaluate(free, name)
        explorer.query_selector(f'input[aria-label="{label}"]').focus()
        notebook.page.keyboard.type(tag)
        notebook.page.keyboard.press("Enter" if tag else "Backspace")
    else:
        raise AssertionError(f"No way to move a {kind} by the keyboard is written down here.")


CHANGES = """(e, seed) => (async () => {
    const random = n => Math.floor((seed = (seed * 16807) % 2147483647) / 2147483647 * n);
    const { controls, values } = e.explorer;
    for (let step = 0; step < 6; step++) {
        const names = Object.keys(controls), name = names[random(names.length)], c = controls[name];
        if (Array.isArray(values[name])) c.set('index', random(values[name].length));
        else if (c.get('allowed_tags')) c.set('value', c.get('allowed_tags').filter(() => random(4) === 0));
        else if (typeof c.get('value') === 'boolean') c.set('value', !c.get('value'));
        else {
            const pick = () => c.get('min') + random(c.get('max') - c.get('min') + 1);
            c.set('value', Array.isArray(c.get('value')) ? [pick(), pick()].sort((a, b) => a - b) : pick());
        }
        if (random(2)) await new Promise(done => setTimeout(done, random(30)));
    }
    await e.explorer.settled();
})()"""


class InJupyterLab:
    """What every notebook must do. One class is made of this for each, so that two workers share the notebooks."""

    def test_every_explorer_draws(self, notebook):
        for panel in panels(notebook):
            assert marks(panel) > 0, title(panel)
            assert panel.query_selector(".explorer-summary").text_content(), title(panel)
            assert panel.query_selector(".explorer-source").text_content(), title(panel)

    def test_every_control_changes_its_chart_by_the_keyboard_and_reset_goes_back(self, notebook):
        for panel in panels(notebook):
            explorer = panel.evaluate_handle("e => e.closest('.explorer')").as_element()
            start = panel.evaluate(PICTURE)
            for name in panel.evaluate("e => Object.keys(e.explorer.controls)"):
                before = panel.evaluate(PICTURE)
                operate(notebook, explorer, panel, name)
                assert wait_until(panel, "!==", before), f"{title(panel)}: {name} changes nothing"
                reset(panel)
                assert wait_until(panel, "===", start) or panel.evaluate(PICTURE) == start, (
                    f"{title(panel)}: reset after {name}"
                )

    def test_any_way_to_a_choice_gives_the_chart_of_a_fresh_start(self, notebook):
        for panel in panels(notebook):
            for seed in range(1, 9):
                panel.evaluate(CHANGES, seed)
                arrived = panel.evaluate(PICTURE)
                panel.evaluate("e => e.explorer.redraw()")
                assert panel.evaluate(PICTURE) == arrived, f"{title(panel)}, sequence {seed}"
            reset(panel)

    def test_tab_reaches_everything_in_an_explorer(self, notebook):
        panel = next(panels(notebook))
        explorer = panel.evaluate_handle("e => e.closest('.explorer')").as_element()
        inside = "[...e.querySelectorAll('button:not([disabled]), input, select, [role=slider]')]"
        wanted = explorer.evaluate(f"e => {inside}.filter(n => n.checkVisibility()).length")
        explorer.evaluate(f"e => {inside}[0].focus()")
        reached = set()
        for _ in range(wanted + 4):
            reached.add(explorer.evaluate(f"e => {inside}.indexOf(document.activeElement)"))
            notebook.page.keyboard.press("Tab")
        assert len(reached - {-1}) == wanted

    def test_years_play(self, notebook):
        for panel in panels(notebook):
            explorer = panel.evaluate_handle("e => e.closest('.explorer')").as_element()
            if play := explorer.query_selector(".widget-play button"):
                before = panel.evaluate(PICTURE)
                play.press("Enter")
                assert wait_until(panel, "!==", before), f"{title(panel)} does not play"
                explorer.query_selector_all(".widget-play button")[1].press("Enter")
                reset(panel)

    def test_the_numbers_can_be_seen_and_taken_away(self, notebook, tmp_path):
        for panel in panels(notebook):
            tools = {button.text_content(): button for button in panel.query_selector_all(".explorer-tools button")}
            tools["Show the numbers"].press("Enter")
            rows = panel.query_selector_all(".explorer-numbers tbody tr")
            assert len(rows) == marks(panel), title(panel)
            taken = {}
            for word, name in {"Download CSV": "csv", "Picture (PNG)": "png", "Picture (SVG)": "svg"}.items():
                with notebook.page.expect_download() as download:
                    tools[word].press("Enter")
                download.value.save_as(tmp_path / name)
                taken[name] = (tmp_path / name).read_bytes()
            lines = list(csv.reader(taken["csv"].decode("utf-8-sig").splitlines()))
            heads = [head.text_content().rstrip(" ▲▼") for head in panel.query_selector_all(".explorer-numbers th")]
            assert lines[0] == heads and len(lines) == len(rows) + 1, title(panel)
            assert taken["png"].startswith(b"\x89PNG") and len(taken["png"]) > 5000
            drawn = taken["svg"].decode()
            assert title(panel) in drawn and panel.query_selector(".explorer-source").text_content()[:40] in drawn
            first = "e => e.querySelector('.explorer-numbers td').textContent"
            panel.query_selector(".explorer-numbers th button").press("Enter")
            lowest = panel.evaluate(first)
            panel.query_selector(".explorer-numbers th button").press("Enter")
            cells = [
                row.query_selector("td").text_content()
                for row in panel.query_selector_all(".explorer-numbers tbody tr")
            ]
            assert panel.evaluate(first) != lowest or len(set(cells)) == 1, "a head sorts its column both ways"
            tools["Show the numbers"].press("Enter")

    def test_guesses_and_questions_answer(self, notebook):
        for form in notebook.page.locator(".question").element_handles():
            form.scroll_into_view_if_needed()
            button, feedback = form.query_selector("button"), form.query_selector(".question-feedback")
            button.press("Enter")
            assert feedback.text_content(), "an empty answer is asked for"
            if radio := form.query_selector("input[type=radio]"):
                radio.press("Space")
            else:
                form.query_selector("input").type("1.5")
            button.press("Enter")
            noted = feedback.text_content()
            if "question-predict" in form.get_attribute("class"):
                button.press("Enter")
                assert feedback.text_content() != noted and form.query_selector("input").is_disabled()
            else:
                assert noted.startswith(("Right.", "Not quite."))

    @pytest.mark.parametrize("colours", ["JupyterLab Light", "JupyterLab Dark"])
    def test_no_serious_violation_of_accessibility(self, notebook, colours):
        notebook.page.evaluate("theme => jupyterapp.commands.execute('apputils:change-theme', {theme})", colours)
        notebook.page.wait_for_function(f"document.body.dataset.jpThemeName === '{colours}'")
        notebook.explorers()
        found = Axe().run(
            notebook.page, context=".jp-RenderedHTMLCommon.jp-OutputArea-output, .jp-OutputArea-output .jupyter-widgets"
        )
        serious = [v for v in found.response["violations"] if v["impact"] in ("serious", "critical")]
        assert not serious, [(v["id"], [node["html"][:160] for node in v["nodes"]][:3]) for v in serious]

    def test_ink_follows_the_theme(self, notebook):
        for colours in ("JupyterLab Dark", "JupyterLab Light"):
            notebook.page.evaluate("theme => jupyterapp.commands.execute('apputils:change-theme', {theme})", colours)
            notebook.page.wait_for_function(f"document.body.dataset.jpThemeName === '{colours}'")
            notebook.page.wait_for_timeout(1000)
            for panel in panels(notebook):
                ink = panel.evaluate("e => getComputedStyle(e).color")
                words = panel.eval_on_selector(".explorer-chart svg text[fill]", "t => getComputedStyle(t).fill")
                assert words == ink, f"{title(panel)} in {colours}"

    def test_a_telephone_shows_every_chart_whole(self, notebook):
        notebook.page.set_viewport_size({"width": 390, "height": 800})
        for panel in panels(notebook):
            notebook.page.wait_for_function("e => e.explorer.view.signal('room') < 390", arg=panel, timeout=5000)
            drawn = panel.evaluate("""async e => {
                await e.explorer.redraw();
                const svg = e.querySelector('.explorer-chart svg'), room = e.getBoundingClientRect();
                const plot = svg.querySelector('.mark-group.role-frame .background').getBoundingClientRect();
                const over = svg.getBoundingClientRect().right - room.right;
                return {over, plot: plot.width / room.width};
            }""")
            assert drawn["over"] <= 1, f"{title(panel)} is cut off"
            assert drawn["plot"] > 0.3, f"{title(panel)}: the plot is squeezed"

    def test_nothing_is_asked_of_other_machines_and_nothing_complains(self, notebook):
        assert notebook.outside == []
        assert notebook.complaints == []


for path in PATHS:
    name = "Test" + path.removesuffix(".ipynb").title().translate(str.maketrans("", "", "/-"))
    globals()[name] = type(name, (InJupyterLab,), {"path": path})


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
    first.evaluate("e => e.explorer.settled()")
    assert marks(first) == marks(second) == 1
    assert notebook.page.query_selector("img[src=x]") is None, "text in the data is never markup"
    assert notebook.outside == [] and notebook.complaints == []
    notebook.page.close()
