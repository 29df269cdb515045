"""What Chartability calls critical, on three pages: contrast, size of text, words, tables, keys that stay in charts."""

import pytest

pytestmark = pytest.mark.browser

TOO_SMALL = """(least) => {
    const parts = ".explorer-controls :is(button, select, input:not([type=checkbox])), .explorer-tools summary, "
        + ".question button, .question-option, main summary, .noUi-handle";
    return [...document.querySelectorAll(parts)].filter((e) => {
        if (!e.checkVisibility() || e.closest(".stand-in")) return false;
        if (!e.matches(".noUi-handle")) return e.getBoundingClientRect().height < least - 0.5;
        e.scrollIntoView({ block: "center" });
        const { left, right, top, bottom } = e.getBoundingClientRect();
        const far = least / 2 - 1;
        return ![-far, far].every((by) => e.contains(
            document.elementFromPoint((left + right) / 2, (top + bottom) / 2 + by)));
    }).map((e) => `${e.tagName} ${e.className} ${e.textContent.slice(0, 20)}`);
}"""


def test_what_is_pressed_is_large_enough_for_a_finger_and_for_a_mouse(chromium, address):
    for least, options in [(44, {"has_touch": True, "is_mobile": True}), (24, {})]:
        context = chromium.new_context(viewport={"width": 390, "height": 844}, **options)
        page = context.new_page()
        page.goto(f"{address}/en/01-oda.html")
        page.evaluate("bluebook.all()")
        for panel in page.locator(".explorer-panel").element_handles():
            panel.wait_for_selector(".explorer-chart svg")
        assert page.evaluate(TOO_SMALL, least) == []
        context.close()
