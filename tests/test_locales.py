"""Pages keep to their own language, whatever the browser and its system speak: order, copies, fonts, marks."""

import pytest
from numbers_page import COPIED, FOCUS, PASTED, SELECT, begins, write_numbers

from helpers.tables import load

pytestmark = pytest.mark.browser
LOCALES = ["en-US", "ja-JP", "de-DE", "lt-LT", "sv-SE", "zh-CN", "ar-EG"]


ORDER = """() => {
    document.querySelectorAll("th button")[1].click();
    return [...document.querySelectorAll("td:last-child")].map((cell) => cell.textContent);
}"""


@pytest.mark.parametrize(("language", "some"), [("en", ["Iceland", "Yemen"]), ("ja", ["英国", "韓国", "中国", "日本"])])
def test_names_are_in_the_order_of_the_page_in_every_browser(tmp_path, chromium, language, some):
    address, orders = write_numbers(tmp_path, language), {}
    for locale in LOCALES:
        page = chromium.new_page(locale=locale)
        page.goto(address)
        orders[locale] = page.evaluate(ORDER)
        assert page.evaluate("navigator.language") == locale
        page.close()
    assert {str(order) for order in orders.values()} == {str(orders["en-US"])}
    assert sorted(some, key=orders["en-US"].index) == some
    assert sorted(orders["en-US"]) == sorted(load("countries").name)


def test_what_is_copied_in_chromium_begins_with_the_heads(tmp_path, chromium):
    page = chromium.new_page()
    page.goto(write_numbers(tmp_path))
    assert "▲" in page.evaluate("getComputedStyle(document.querySelector('th button'), '::after').content")
    page.evaluate(SELECT)
    page.keyboard.press("Control+c")
    page.evaluate(FOCUS)
    page.keyboard.press("Control+v")
    assert begins(page.evaluate(PASTED)) == COPIED
    page.close()
