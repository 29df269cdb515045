"""Driving explorers in a browser, in JupyterLab as on the pages of the static edition."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import TimeoutError

# What a learner sees: marks, words and their places, whatever their order in the page, and the sentence below.
PICTURE = """e => [
    ...[...e.querySelectorAll('.explorer-chart :is(path:not(.background), rect, line, text)')]
        .filter(n => n.checkVisibility())
        .map(n => ['d', 'transform', 'width', 'x2', 'y2', 'fill', 'stroke'].map(a => n.getAttribute(a)) + n.textContent)
        .sort(),
    e.querySelector('.explorer-subtitle')?.textContent,
    e.querySelector('.explorer-summary').textContent,
].join('\\n').replace(/\\d+\\.\\d{3,}/g, n => (+n).toFixed(2))"""


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


def drive(notebook):
    """Move every control of every explorer once and reset it; each move changes the picture, each reset restores it."""
    for panel in panels(notebook):
        explorer = panel.evaluate_handle("e => e.closest('.explorer')").as_element()
        start = panel.evaluate(PICTURE)
        for name in panel.evaluate("e => Object.keys(e.explorer.controls)"):
            before = panel.evaluate(PICTURE)
            operate(notebook, explorer, panel, name)
            assert wait_until(panel, "!==", before), f"{title(panel)}: {name} changes nothing"
            reset(panel)
            assert wait_until(panel, "===", start), f"{title(panel)}: reset after {name}"


def serious(page, context=None):
    """The serious and critical violations of accessibility that axe finds, with the beginnings of their elements."""
    found = Axe().run(page, context=context).response["violations"]
    return [
        (violation["id"], [node["html"][:160] for node in violation["nodes"]][:3])
        for violation in found
        if violation["impact"] in ("serious", "critical")
    ]
