"""Driving explorers in a browser, in JupyterLab as on the pages of the static edition."""

import base64
import csv
import re
from pathlib import Path
from types import SimpleNamespace

from axe_playwright_python.sync_playwright import Axe
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import TimeoutError

SCRIPTS = re.sub("^export ", "", (Path(__file__).parent / "javascript" / "page.js").read_text("utf-8"), flags=re.M)


def script(name):
    """A function of javascript/page.js, to be evaluated in a page."""
    return f"(...given) => {{ {SCRIPTS}\nreturn {name}(...given); }}"


def panels(notebook):
    """The lower parts of all explorers, each brought into view in turn."""
    for panel in notebook.page.locator(".explorer-panel").element_handles():
        panel.scroll_into_view_if_needed()
        yield panel


def title(panel):
    return panel.eval_on_selector(".explorer-title", "e => e.textContent")


def marks(panel):
    return panel.evaluate("e => e.explorer.chart.rows().length")


def press(panel, word):
    """Press one of the buttons in the fold below a chart by the keyboard."""
    panel.eval_on_selector(".explorer-more", "more => (more.open = true)")
    tools = {button.text_content(): button for button in panel.query_selector_all(".explorer-menu button")}
    tools[word].press("Enter")


def taken(panel, word):
    """The bytes of the file that a button below a chart offers."""
    return base64.b64decode(panel.evaluate(script("takeFile"), word))


def read_csv(content):
    """The lines of a CSV file that a chart offers: what it says of itself, and what it lists, heads first."""
    lines = content.decode("utf-8-sig").splitlines()
    told = [line.removeprefix("# ") for line in lines if line.startswith("# ")]
    return told, list(csv.reader(lines[len(told) :]))


def wait_until(panel, words, picture):
    """Wait until the picture of a panel is (``"==="``) or is not (``"!=="``) the given one; false if it never is."""
    page = panel.owner_frame().page
    try:
        seen = f"([e, picture]) => ({script('picture')})(e) {words} picture"
        page.wait_for_function(seen, arg=[panel, picture], timeout=5000)
    except TimeoutError:
        return False
    return True


def reset(panel):
    """Press Reset, which is there as long as a control is not where it was at first."""
    if panel.evaluate("e => e.explorer.inputs.changed"):
        panel.query_selector(".explorer-reset").press("Enter")
        panel.wait_for_selector(".explorer-reset", state="hidden")
    assert panel.evaluate("e => e.explorer.chart.settled") is None, "nothing piles up with every change"


def operate(notebook, explorer, panel, name):
    """Move a control once, by the keyboard alone."""
    kind = panel.evaluate("(e, name) => e.explorer.inputs.controls[name].get('_model_name')", name)
    label = panel.evaluate("(e, name) => e.explorer.inputs.controls[name].get('description')", name)
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
            const control = e.explorer.inputs.controls[name];
            return control.get('allowed_tags').find(tag => !control.get('value').includes(tag)) ?? '';
        }"""
        tag = panel.evaluate(free, name)
        explorer.query_selector(f'input[aria-label="{label}"]').focus()
        notebook.page.keyboard.type(tag)
        notebook.page.keyboard.press("Enter" if tag else "Backspace")
    else:
        raise AssertionError(f"No way to move a {kind} by the keyboard is written down here.")


WAITS = st.sampled_from([0, 0, 1, 20, "drawn"])


def controls(panel):
    """The controls of an explorer, as `script("controlsOf")` describes them."""
    return [SimpleNamespace(**control) for control in panel.evaluate(script("controlsOf"))]


def states(control):
    """A strategy for every state that a learner can bring a control into."""
    if control.kind in ("choice", "choices"):
        place = st.integers(0, len(control.values) - 1)
        return place if control.kind == "choice" else st.lists(place, unique=True, max_size=6)
    if control.kind == "tags":
        return st.lists(st.sampled_from(control.allowed), unique=True, max_size=6)
    if control.kind == "switch":
        return st.booleans()
    number = st.integers(0, (control.max - control.min) // control.step).map(lambda n: control.min + n * control.step)
    return number if control.kind == "number" else st.tuples(number, number).map(sorted)


def sequences(controls):
    """A strategy for what a learner does with an explorer: controls, one after the other, slowly or at once."""
    step = [st.tuples(st.just(control.name), states(control), WAITS) for control in controls]
    return st.lists(st.one_of(step), min_size=1, max_size=8)


def at_start(controls):
    """Steps that set all controls as they were at first."""
    return [(control.name, control.start, 0) for control in controls]


def far_end(control):
    """A state far from the one that a control starts in."""
    if control.kind in ("choice", "choices"):
        last = len(control.values) - 1
        return [last] if control.kind == "choices" else last if control.start != last else 0
    if control.kind == "tags":
        return control.allowed[-2:]
    if control.kind == "switch":
        return not control.start
    if control.kind == "range":
        return [control.min, control.min + control.step]
    return control.max if control.start != control.max else control.min


def any_way_to_a_choice_gives_the_chart_of_a_fresh_start(notebook, limits):
    """Try random sequences of changes on every explorer: no exception, and the same chart as drawn anew."""
    for panel in panels(notebook):
        if described := controls(panel):
            _any_way(notebook, panel, described, limits)
            reset(panel)


def _any_way(notebook, panel, described, limits):
    @limits
    @given(sequences(described))
    def holds(steps):
        arrived, fresh, overlaps = panel.evaluate(script("bothWays"), [at_start(described), steps])
        assert arrived == fresh, title(panel)
        assert overlaps == [], title(panel)
        assert notebook.complaints == [], title(panel)

    holds()


def drive(notebook, most=None):
    """Move (at most so many) controls of every explorer once; each changes the picture, and each reset restores it."""
    for panel in panels(notebook):
        explorer = panel.evaluate_handle("e => e.closest('.explorer')").as_element()
        start = panel.evaluate(script("picture"))
        for name in panel.evaluate("e => Object.keys(e.explorer.inputs.controls)")[:most]:
            before = panel.evaluate(script("picture"))
            operate(notebook, explorer, panel, name)
            assert wait_until(panel, "!==", before), f"{title(panel)}: {name} changes nothing"
            reset(panel)
            assert wait_until(panel, "===", start), f"{title(panel)}: reset after {name}"


def draw(field):
    """Draw a guess with keys: a value for every bar, and with it for the end of a line."""
    field.press("Home")
    for _ in range(6):  # at most so many bars
        field.press("PageUp")
        field.press("ArrowRight")
    field.press("End")
    field.press("PageUp")


def answer(form):
    """Answer a guess or a question, and look again where it is a guess; gives what it says each time."""
    button, feedback = form.query_selector("button"), form.query_selector(".question-feedback")
    button.press("Enter")
    said = [feedback.text_content()]
    if radio := form.query_selector("input[type=radio]"):
        radio.press("Space")
    elif field := form.query_selector(".drawing-field"):
        draw(field)
    else:
        form.query_selector("input").type("1.5")
    for _ in range(2 if "question-predict" in form.get_attribute("class") else 1):
        button.press("Enter")
        said.append(feedback.text_content())
    return said


def serious(page, context=None):
    """The serious and critical violations of accessibility that axe finds, with the beginnings of their elements."""
    found = Axe().run(page, context=context, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        (violation["id"], [node["html"][:160] for node in violation["nodes"]][:3])
        for violation in found
        if violation["impact"] in ("serious", "critical")
    ]
