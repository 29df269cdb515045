"""Driving explorers in a browser, in JupyterLab as on the pages of the static edition."""

import base64
from types import SimpleNamespace

from axe_playwright_python.sync_playwright import Axe
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import TimeoutError

# What a learner sees: marks, words and their places, whatever their order in the page, and the sentence below. Places
# are rounded off the even: the last digit of a sum depends on the order of its parts, and 916.4999999 is 916.5.
PICTURE = """e => [
    ...[...e.querySelectorAll('.explorer-chart :is(path:not(.background), rect, line, text)')]
        .filter(n => n.closest('.mark-group') && n.checkVisibility())
        .map(n => {
            // Within the plot; a legend may lie a pixel higher, its entries a little closer: see OVERLAPS.
            const frame = n.ownerSVGElement.querySelector('.role-frame');
            const [place, start] = [n, n.closest('.role-legend, .role-title') ? n : frame].map(m => m.getCTM());
            const seen = ['d', 'width', 'x2', 'y2', 'fill', 'stroke'].map(a => n.getAttribute(a));
            return [Math.round(place.e - start.e + 0.12), Math.round(place.f - start.f + 0.12), seen] + n.textContent;
        })
        .sort(),
    e.querySelector('.explorer-subtitle')?.textContent,
    e.querySelector('.explorer-summary').textContent,
].join('\\n').replace(/\\d+\\.\\d+/g, n => (+n + 0.0012).toFixed(2))"""


# Heads and cells of "Show the numbers".
TABLE = """e => [
    [...e.querySelectorAll('.explorer-numbers th')].map(th => th.textContent.replace(/ [▲▼]$/, '')),
    [...e.querySelectorAll('.explorer-numbers tbody tr')].map(tr => [...tr.cells].map(td => td.textContent)),
]"""

# What a button hands to the browser to keep, without the time that a download takes.
TAKEN = """async (e, word) => {
    const make = URL.createObjectURL, click = HTMLAnchorElement.prototype.click;
    const blob = new Promise(done => { URL.createObjectURL = blob => { done(blob); return make.call(URL, blob); }; });
    HTMLAnchorElement.prototype.click = () => {};
    [...e.querySelectorAll('.explorer-tools button')].find(button => button.textContent === word).click();
    const bytes = new Uint8Array(await (await blob).arrayBuffer());
    [URL.createObjectURL, HTMLAnchorElement.prototype.click] = [make, click];
    return btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ''));
}"""


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
    """Press one of the buttons below a chart by the keyboard."""
    tools = {button.text_content(): button for button in panel.query_selector_all(".explorer-tools button")}
    tools[word].press("Enter")


def taken(panel, word):
    """The bytes of the file that a button below a chart offers."""
    return base64.b64decode(panel.evaluate(TAKEN, word))


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


# What the controls of an explorer can be set to: kind, limits, options, and the state they start from.
CONTROLS = """e => Object.entries(e.explorer.inputs.controls).map(([name, control]) => {
    const {kind, values} = e.explorer.inputs.described[name];
    const [min, max, step, allowed] = ['min', 'max', 'step', 'allowed_tags'].map(key => control.get(key) ?? null);
    return {name, kind, values, start: e.explorer.inputs.state(name), min, max, step, allowed};
})"""

# Set controls one after the other, waiting as many milliseconds after each as it says, or until the chart is drawn.
SET = """async (e, steps) => {
    const {chart, inputs} = e.explorer;
    for (const [name, state, wait] of steps) {
        inputs.set(name, state);
        if (wait === 'drawn') await chart.settled;
        else if (wait) await new Promise(done => setTimeout(done, wait));
    }
    await chart.settled;
}"""

# Words of legends that lie one on the other.
OVERLAPS = """e => {
    const entries = [...e.querySelectorAll('.role-legend-label text')];
    const words = entries.map(n => [n.textContent, n.getBoundingClientRect()]);
    return words.flatMap(([a, one], i) => words.slice(i + 1)
        .filter(([, b]) => Math.min(one.right, b.right) - Math.max(one.left, b.left) > 1
            && Math.min(one.bottom, b.bottom) - Math.max(one.top, b.top) > 3)
        .map(([b]) => `${a} / ${b}`));
}"""

# What is seen after some changes from the start, and what a chart shows that is drawn anew with the same values.
BOTH_WAYS = f"""async (e, [start, steps]) => {{
    const set = {SET}, picture = {PICTURE};
    await set(e, start);
    await set(e, steps);
    const arrived = picture(e), overlaps = ({OVERLAPS})(e);
    await e.explorer.chart.redraw();
    return [arrived, picture(e), overlaps];
}}"""

WAITS = st.sampled_from([0, 0, 1, 20, "drawn"])


def controls(panel):
    """The controls of an explorer, as `CONTROLS` describes them."""
    return [SimpleNamespace(**control) for control in panel.evaluate(CONTROLS)]


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
        arrived, fresh, overlaps = panel.evaluate(BOTH_WAYS, [at_start(described), steps])
        assert arrived == fresh, title(panel)
        assert overlaps == [], title(panel)
        assert notebook.complaints == [], title(panel)

    holds()


def drive(notebook, most=None):
    """Move (at most so many) controls of every explorer once; each changes the picture, and each reset restores it."""
    for panel in panels(notebook):
        explorer = panel.evaluate_handle("e => e.closest('.explorer')").as_element()
        start = panel.evaluate(PICTURE)
        for name in panel.evaluate("e => Object.keys(e.explorer.inputs.controls)")[:most]:
            before = panel.evaluate(PICTURE)
            operate(notebook, explorer, panel, name)
            assert wait_until(panel, "!==", before), f"{title(panel)}: {name} changes nothing"
            reset(panel)
            assert wait_until(panel, "===", start), f"{title(panel)}: reset after {name}"


def answer(form):
    """Answer a guess or a question, and look again where it is a guess; gives what it says each time."""
    button, feedback = form.query_selector("button"), form.query_selector(".question-feedback")
    button.press("Enter")
    said = [feedback.text_content()]
    if radio := form.query_selector("input[type=radio]"):
        radio.press("Space")
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
