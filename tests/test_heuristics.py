"""What Chartability calls critical, on four pages: contrast, size of text, words, tables, keys that stay in charts."""

import pytest

pytestmark = pytest.mark.browser

FOUND = """async () => {
    const found = { faint: [], small: [], wordless: [], tableless: [], unnamed: [], cut: [] };
    const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const light = (colour) => {
        const linear = (c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
        const [r, g, b] = colour.map((c) => linear(c / 255));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = light(numbers(getComputedStyle(document.body).backgroundColor).slice(0, 3));
    const contrast = (words) => {
        const { fill, filter } = getComputedStyle(words);
        const times = Number(/brightness\\(([\\d.]+)\\)/.exec(filter)?.[1] ?? 1);
        const lights = [light(numbers(fill).slice(0, 3).map((c) => Math.min(255, c * times))), ground];
        return (Math.max(...lights) + 0.05) / (Math.min(...lights) + 0.05);
    };
    for (const e of document.querySelectorAll(".explorer-panel")) {
        const { file } = e.explorer.settings;
        const all = [...e.querySelectorAll(".explorer-chart text")];
        const words = all.filter((n) => n.textContent && n.checkVisibility());
        const names = words.filter((n) => /^#/.test(n.getAttribute("fill")) && n.closest(".role-mark"));
        const lines = e.querySelector(".explorer-chart .mark-line.role-mark");
        found.faint.push(...names.filter((n) => lines && contrast(n) < 4.5).map((n) => `${file}: ${n.textContent}`));
        const dots = [...e.querySelectorAll(".explorer-chart .mark-symbol.role-mark path")];
        found.faint.push(...dots.filter((n) => lines && n.getAttribute("opacity") === "0.7").map(() => `${file}: dot`));
        const small = words.filter((n) => parseFloat(getComputedStyle(n).fontSize) < 12);
        found.small.push(...small.map((n) => `${file}: ${n.textContent}`));
        const parts = [".explorer-title", ".explorer-subtitle", ".explorer-summary", ".explorer-source"];
        const told = parts.map((part) => e.querySelector(part).textContent);
        told.push(e.querySelector(".explorer-chart").getAttribute("aria-label"));
        if (!told.every(Boolean)) found.wordless.push(file);
        const button = e.querySelector(".explorer-menu button[aria-expanded=false]");
        button?.click();
        if (!e.querySelector(".explorer-numbers tbody td")) found.tableless.push(file);
    }
    const tip = document.createElement("div");
    tip.id = "vg-tooltip-element";
    document.body.append(tip);
    if (parseFloat(getComputedStyle(tip).fontSize) < 12) found.small.push("the tooltip");
    tip.remove();
    found.unnamed = [...document.querySelectorAll("[role=region], [tabindex='0']:not(a, button, summary)")]
        .filter((e) => !(e.getAttribute("aria-label") || e.getAttribute("aria-labelledby") || e.textContent))
        .concat([...document.querySelectorAll("[role=region][aria-label='']")]).map((e) => e.outerHTML.slice(0, 80));
    const right = (e) => e.getBoundingClientRect().right;
    const cut = (e) => getComputedStyle(e).overflow === "hidden" && e.scrollWidth > e.clientWidth;
    const beyond = (e) => right(e) > right(e.closest(".explorer")) + 1;
    const named = [...document.querySelectorAll(".explorer-controls :is(.widget-label, .widget-readout)")];
    found.cut = named.filter((e) => cut(e) || beyond(e)).map((e) => e.textContent);
    return found;
}"""
READOUTS = "document.querySelectorAll('.explorer-readout:not([hidden])').length"


@pytest.mark.parametrize(
    ("name", "scheme"),
    [("en/01-oda", "light"), ("ja/02-mdgs", "dark"), ("en/05-polar", "light"), ("en/06-science", "dark")],
)
def test_charts_pass_what_is_critical(chromium, address, name, scheme):
    page = chromium.new_page(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    page.goto(f"{address}/{name}.html")
    page.evaluate("bluebook.all()")
    for panel in page.locator(".explorer-panel").element_handles():
        panel.wait_for_selector(".explorer-chart svg")
    for key in ("j", "1", "ArrowRight", "End", "Enter"):
        page.keyboard.press(key)
    assert page.evaluate(READOUTS) == 0, "keys belong to the reader's programs until a chart has the focus"
    assert page.evaluate(FOUND) == {"faint": [], "small": [], "wordless": [], "tableless": [], "unnamed": [], "cut": []}
    page.close()


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
