"""Pages of the static edition on paper: printed from a real browser, and compared with what is on the screen.

Firefox prints too: see test_engines.py. The driver of WebKit cannot.
"""

import io
import re
import unicodedata

import pytest
from driving import press, script
from pages import NAMES, explorers_in
from PIL import Image
from pypdf import PdfReader
from test_site import visit

from helpers.language import texts, use

pytestmark = pytest.mark.browser
PAPER = {"A4": 794, "Letter": 816}  # width in pixels
MARGINS = 98  # both, in pixels: 13 mm each
APART = "#ledger, #sources-list { display: none !important; }"  # the long lists of a notebook, counted by themselves


# What a PDF takes some Japanese letters for, besides the radicals that Unicode itself holds for the same.
TAKEN = str.maketrans("⻑⻄⻘⺠⻩⻝⻣⻨⻲⻆‧", "長西青民黄食骨麦亀角・")


def plain(words):
    """Words without spaces, as they may be broken on paper, and with the letters that they stand for."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", words).translate(TAKEN))


def letters(pdf):
    """All that a PDF says, without spaces."""
    return plain("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


def same_pictures(screen, paper):
    """Charts have the same marks and words in the same places, whatever their size."""
    assert len(screen) == len(paper) > 0
    for before, after in zip(screen, paper, strict=True):
        assert [mark for mark, _ in before] == [mark for mark, _ in after] != []
        moved = [
            max(abs(a - b) for a, b in zip(one, other, strict=True))
            for (_, one), (_, other) in zip(before, after, strict=True)
        ]
        assert max(moved) < 12, before[moved.index(max(moved))]  # thousandths: words are a little wider when small


def most(name):
    """How many sheets a notebook may take."""
    return 30 if name.endswith("02-mdgs") else 25


def sheets(pdf):
    return len(PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_takes_few_sheets(chromium, address, name):
    page = chromium.new_page(viewport={"width": 1200, "height": 800})
    page.goto(f"{address}/{name}.html")
    page.add_style_tag(content=APART)
    assert sheets(page.pdf(format="A4")) <= most(name)
    page.close()


@pytest.mark.parametrize(
    ("name", "width", "scheme", "paper"),
    [("en/01-oda", 1200, "dark", "A4"), ("ja/05-polar", 390, "light", "Letter")],
)
def test_paper_shows_what_the_screen_shows(chromium, address, name, width, scheme, paper):
    page = visit(chromium, f"{address}/{name}.html", explorers_in(name), color_scheme=scheme, wide=width).page
    use(name.split("/")[0])
    words = texts("common.explorer.words")
    panel = page.query_selector(".explorer-panel")
    press(panel, words["numbers"])
    rows = [plain("".join(cells)) for cells in panel.evaluate(script("table"))[1]]

    page.add_style_tag(content=APART)
    pdf = page.pdf(format=paper)
    printed = letters(pdf)
    assert sheets(pdf) <= most(name)
    assert [words for words in page.evaluate(script("chartWords")) if plain(words) not in printed] == []
    assert len(rows) > 5 and [row for row in rows if row not in printed] == []
    assert [words[part] for part in ("csv", "png", "svg") if plain(words[part]) in printed] == []

    drawn = page.evaluate(script("drawnEach"))
    page.evaluate(script("hold"))
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER[paper] - MARGINS, "height": 1000})
    assert page.evaluate(script("wrongOnPaper"), PAPER[paper] - MARGINS) == []
    same_pictures(drawn, page.evaluate(script("drawnEach")))
    for said, controls in page.evaluate(script("saidOfControls")):
        assert len(re.findall(": ", said)) >= controls
    page.close()


@pytest.mark.parametrize(("name", "width"), [("en/04-climate", 1920), ("ja/06-science", 390)])
def test_pictures_of_charts_are_printed_in_ink(chromium, address, name, width):
    page = chromium.new_page(viewport={"width": width, "height": 800}, color_scheme="dark")
    page.add_init_script("""globalThis.print = () => {
        globalThis.atPrint = [...document.images].map((picture) => picture.complete && picture.naturalWidth > 0);
    }""")
    page.route(re.compile(r"/widgets\.js"), lambda route: route.abort())  # so that no chart wakes
    page.goto(f"{address}/{name}.html")
    page.keyboard.press("Control+p")
    ready = page.wait_for_function("globalThis.atPrint", timeout=10_000).json_value()
    assert len(ready) == page.evaluate("document.images.length") and all(ready), "the printer waits for every picture"

    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER["A4"] - MARGINS, "height": 1000})
    assert page.evaluate(script("wrongOnPaper"), PAPER["A4"] - MARGINS) == []
    for picture in page.query_selector_all(".stand-in-explorer img")[:4]:
        grey = Image.open(io.BytesIO(picture.screenshot())).convert("L")
        assert grey.getextrema()[0] < 60 and grey.histogram()[255] > grey.width * grey.height / 3, "dark on white"
    page.close()
