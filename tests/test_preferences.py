"""What readers have set for all pages is respected: contrast, size of text, zoom, reduced motion."""

import pytest

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
             ".explorer-tools button", ".bluebook-badge"]  # fmt: skip
    for part in edged:
        looks = page.evaluate(LOOKS, part)
        assert looks and min(width for width, _ in looks) > 0, part
    strokes = """[...document.querySelectorAll(".explorer-chart .mark-rect.role-mark path")].map((path) => {
        return getComputedStyle(path).stroke !== "none"; })"""
    assert page.evaluate(strokes) and all(page.evaluate(strokes))
    page.close()
