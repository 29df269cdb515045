"""Pages keep to their own language, whatever the browser and its system speak: order, copies, fonts, marks."""

import html.parser
import re

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


class Texts(html.parser.HTMLParser):
    """The texts of a page that are seen, each with its language; those of programs and fields are left out."""

    ASIDE, ALONE = (
        {"script", "style", "pre", "code", "select", "title"},
        {"br", "hr", "img", "input", "link", "meta", "source"},
    )

    def __init__(self, page):
        super().__init__()
        self.open, self.found = [("", "")], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag not in self.ALONE:
            self.open.append((tag, dict(attrs).get("lang") or self.open[-1][1]))

    def handle_endtag(self, tag):
        while tag in [name for name, _ in self.open] and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if not self.ASIDE & {name for name, _ in self.open}:
            self.found.append((self.open[-1][1], data))


FOREIGN = {"en": re.compile("[\u3040-\u30ff\u4e00-\u9fff]"), "ja": re.compile(r"\b[A-Za-z]+ [a-z]{3,} [A-Za-z]+\b")}


def test_words_of_the_other_language_say_so_on_every_page(folder):
    unmarked, marked = [], {"en": 0, "ja": 0}
    pages = [path for path in folder.rglob("*.html") if path.parent.name != "worksheets"]
    for path in pages:
        page = path.read_text(encoding="utf-8")
        texts, code = Texts(page).found, re.search('<html lang="(.*?)"', page)[1]
        unmarked += [(path.name, words) for tongue, words in texts if tongue == code and FOREIGN[code].search(words)]
        marked[code] += sum(tongue != code for tongue, _ in texts)
    assert len(pages) > 500
    assert unmarked == []
    assert min(marked.values()) > 500


TOLD = """async (e) => {
    const { chart, numbers } = e.explorer;
    const csv = await numbers.csv([]).text();
    return [chart.sentence, csv, [...e.querySelectorAll(".explorer-chart svg text")].map((n) => n.textContent)];
}"""


def test_no_day_moves_with_the_time_zone(chromium, address):
    """Fourteen hours before the clock of the data, and eight behind it, a chart says, draws and hands over the same."""
    told = {}
    for zone in ("UTC", "Pacific/Kiritimati", "America/Los_Angeles"):
        page = chromium.new_page(timezone_id=zone)
        page.goto(f"{address}/ja/04-climate.html#view=climate-joining&country=JPN")
        panel = page.wait_for_selector(".explorer-panel:has(.explorer-chart svg)", timeout=30_000)
        page.wait_for_function("e => e.explorer", arg=panel)
        assert page.evaluate("new Date(0).getTimezoneOffset() === 0") == (zone == "UTC")
        told[zone] = panel.evaluate(TOLD)
        page.close()
    sentence, csv, words = told["UTC"]
    assert "日" in sentence and len(re.findall(r"\d{4}-\d\d-\d\d", csv)) > 300 and len(words) > 5
    assert [zone for zone in told if told[zone] != told["UTC"]] == []
