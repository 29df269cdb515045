"""What stands below a chart to be taken along, and how many stops it costs."""

import pytest
from driving import controls, far_end, panels, press, reset, script
from pages import explorers_in
from test_site import visit

from helpers.language import texts, use
from helpers.tables import cited

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
    """How many stops the controls of an explorer are: two for a range, one for any other and for the fold."""
    each = [2 if kind == "range" else 1 for kind in controls["kinds"]]
    return sum(each) + 2 * controls["players"] + 1


@pytest.mark.parametrize("name", ["en/01-oda", "ja/01-oda"])
def test_what_is_below_a_chart_is_one_stop_and_opens_by_key_and_finger(chromium, address, name):
    notebook = visit(chromium, f"{address}/{name}.html")
    if name.startswith("ja"):  # where a chart has a page of its own
        notebook.page.evaluate("bluebook.embedAddress = (view) => new URL(`embed/${view}.html`, location.href).href")
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
    offered = ["numbers", "csv", "png", "svg", "link", *(["embed"] if name.startswith("ja") else [])]
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
    if name.startswith("ja"):
        press(panel, words["embed"])
        code = panel.wait_for_selector(".explorer-link code").text_content()
        assert "/ja/embed/oda-ranking.html#view=oda-ranking&amp;year=2011" in code and code.startswith("<iframe ")
    notebook.page.close()
