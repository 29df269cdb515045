"""What readers have set for all pages is respected: contrast, size of text, zoom, reduced motion."""

from types import SimpleNamespace

import pytest
from driving import panels

from helpers.language import texts

pytestmark = pytest.mark.browser


def opened(chromium, address, **options):
    """A page of the site in a browser with these settings, with its widgets awake."""
    page = chromium.new_page(**{"viewport": {"width": 1100, "height": 900}} | options)
    page.goto(address)
    page.evaluate("bluebook.all()")
    return page


LOOKS = """(part) => [...document.querySelectorAll(part)].map((e) => {
    const { borderTopWidth, backgroundColor } = getComputedStyle(e);
    return [parseFloat(borderTopWidth), backgroundColor];
})"""


def test_with_forced_colours_what_is_chosen_and_what_can_be_moved_is_seen(chromium, address):
    page = opened(chromium, f"{address}/en/04-climate.html", forced_colors="active", color_scheme="dark")
    chosen = page.evaluate(LOOKS, ".widget-toggle-button.mod-active")
    others = page.evaluate(LOOKS, ".widget-toggle-button:not(.mod-active)")
    assert chosen and others
    assert not {ground for _, ground in chosen} & {ground for _, ground in others}
    edged = [".widget-toggle-button", ".widget-play button", ".noUi-target", ".explorer-controls select",
             ".explorer-tools summary", ".bluebook-badge"]  # fmt: skip
    for part in edged:
        looks = page.evaluate(LOOKS, part)
        assert looks and min(width for width, _ in looks) > 0, part
    strokes = """[...document.querySelectorAll(".explorer-chart .mark-rect.role-mark path")].map((path) => {
        return getComputedStyle(path).stroke !== "none"; })"""
    assert page.evaluate(strokes) and all(page.evaluate(strokes))
    page.close()


TYPE = """() => [...document.querySelectorAll(".explorer-panel")].map((e) => {
    const words = [...e.querySelectorAll(".explorer-chart svg text")].filter((text) => text.textContent);
    const sizes = words.map((text) => parseFloat(getComputedStyle(text).fontSize));
    return { name: e.explorer.settings.file, least: Math.min(...sizes), most: Math.max(...sizes) };
})"""
GROWN = """async (e) => {
    while (e.explorer.chart.type !== 2) await new Promise(requestAnimationFrame);
    await e.explorer.chart.queue;
}"""
CONTROL = "parseFloat(getComputedStyle(document.querySelector('.widget-toggle-button')).fontSize)"
WIDER = """() => [...document.querySelectorAll(".explorer-panel")].filter(
    (e) => e.querySelector(".explorer-chart svg").getBoundingClientRect().right > e.getBoundingClientRect().right + 1
).map((e) => e.explorer.settings.file)"""
HIDDEN = """() => [...document.querySelectorAll(".explorer-chart .role-axis-label text")].filter(
    (text) => text.getAttribute("opacity") === "0" && !/^[\\d+−-]/.test(text.textContent)
).map((text) => text.textContent)"""


def test_words_of_charts_grow_with_the_text_of_the_page(chromium, address):
    page = opened(chromium, f"{address}/en/01-oda.html")
    before, control = page.evaluate(TYPE), page.evaluate(CONTROL)
    page.add_style_tag(content="html { font-size: 200% }")
    for panel in panels(SimpleNamespace(page=page)):
        panel.evaluate(GROWN)
    after = page.evaluate(TYPE)
    assert len(after) > 10
    for small, large in zip(before, after, strict=True):
        assert large["least"] >= 1.9 * small["least"] and large["most"] >= 1.9 * small["most"], large
    assert page.evaluate(WIDER) == []
    assert page.evaluate(HIDDEN) == []
    assert page.evaluate(CONTROL) == 2 * control
    page.close()


def test_with_reduced_motion_the_play_button_steps_and_nothing_glides(chromium, address):
    page = opened(chromium, f"{address}/en/01-oda.html", reduced_motion="reduce")
    panel = page.query_selector(".explorer-panel")
    play = page.locator(".widget-play button").first
    assert play.get_attribute("aria-label") == texts("common.explorer.words.step")
    year = "e => e.explorer.inputs.value('year')"
    start = panel.evaluate(year)
    for steps in (1, 2):
        play.press("Enter")
        page.wait_for_timeout(1200)
        assert panel.evaluate(year) == start + steps
    page.locator(".noUi-base").first.click(position={"x": 5, "y": 1})
    assert page.evaluate("document.getAnimations().length") == 0
    assert panel.evaluate(year) < start
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    page.close()


COVERING = """() => [...document.querySelectorAll("body *")].filter(
    (e) => ["fixed", "sticky"].includes(getComputedStyle(e).position) && e.checkVisibility()
).map((e) => e.className)"""
# Boxes that scroll inside the page and are higher than the window; long lists scroll with the page.
HIGHER = """() => [...document.querySelectorAll(".explorer-numbers, .bluebook-long")].filter((e) => {
    const scrolls = e.matches(".explorer-numbers") || e.scrollHeight > e.clientHeight;
    return scrolls && e.getBoundingClientRect().height > innerHeight;
}).length"""


def test_a_zoom_of_400_percent_leaves_nothing_beside_or_under(chromium, address):
    page = opened(chromium, f"{address}/ja/02-mdgs.html", viewport={"width": 320, "height": 256})
    page.query_selector(".explorer-more summary").press("Enter")
    page.query_selector(".explorer-menu button[aria-expanded]").press("Enter")
    assert page.locator(".explorer-numbers tbody tr").count() > 20
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert page.evaluate(WIDER) == []
    assert page.evaluate(COVERING) == []
    assert page.evaluate(HIGHER) == 0
    page.close()
