"""A static page in a frame of another site that allows it programs and nothing else."""

import re
from types import SimpleNamespace

import pytest
from driving import panels, press, script
from lab import ROOT, served

from helpers.language import texts, use

pytestmark = pytest.mark.browser


@pytest.fixture
def frame(request, chromium, address, tmp_path):
    """A page, in such a frame, and what goes wrong there."""
    allowed = getattr(request, "param", "allow-scripts")
    source = f"{address}/ja/01-oda.html#view=oda-ranking&year=2000"
    content = f'<!DOCTYPE html><iframe sandbox="{allowed}" src="{source}" width="1250" height="850"></iframe>'
    (tmp_path / "frame.html").write_text(content, encoding="utf-8")
    with served(tmp_path) as other, chromium.new_context(viewport={"width": 1300, "height": 900}) as context:
        page, complaints = context.new_page(), []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{other}/frame.html")
        yield SimpleNamespace(page=page.frames[1], outer=page, mouse=page.mouse, complaints=complaints)


def test_charts_live_in_a_frame_that_allows_programs_alone_and_files_are_shown_to_be_copied(frame):
    use("ja")
    words = texts("common.explorer.words")
    page = frame.page
    page.wait_for_function("document.querySelector('.explorer-panel')?.explorer")
    panel = next(panels(frame))
    assert "2000" in panel.query_selector(".explorer-summary").text_content(), "a link to a view is followed"
    before = panel.evaluate(script("picture"))
    panel.evaluate(script("setControls"), [["year", 2010, "drawn"]])
    assert panel.evaluate(script("picture")) != before
    place = panel.query_selector(".explorer-link")
    press(panel, words["csv"])
    panel.wait_for_selector("textarea")
    assert words["framed"] in place.text_content()
    assert len(panel.query_selector("textarea").input_value().splitlines()) > 20
    press(panel, words["svg"])
    page.wait_for_function("e => e.querySelector('textarea')?.value.startsWith('<svg')", arg=panel)
    press(panel, words["png"])
    panel.wait_for_selector("canvas.explorer-content")
    colours = panel.eval_on_selector(
        "canvas.explorer-content",
        "c => new Set(c.getContext('2d').getImageData(0, 0, c.width, c.height).data).size",
    )
    assert colours > 10, "something is drawn"
    press(panel, words["link"])
    panel.wait_for_selector(".explorer-link a")
    for works, told in ((True, words["copied"]), (False, words["here"])):
        page.evaluate("works => (document.execCommand = () => works)", works)
        press(panel, words["link"])
        page.wait_for_function("([e, told]) => e.textContent.startsWith(told)", arg=[place, told])
        assert place.query_selector("a").text_content() == page.evaluate("String(getSelection())")
    assert frame.complaints == []


# An answer, and the record of it on paper: how many answers it has, and how often a printer was asked.
PRINT = """async () => {
    let prints = 0;
    addEventListener("beforeprint", () => { prints += 1; });
    const form = document.querySelector("form.question:has(button:enabled)");
    form.querySelector("input").click();
    form.querySelector("button").click();
    document.querySelector(".record-begin button").click();
    while (document.querySelector(".record-sheet").hidden) await new Promise(requestAnimationFrame);
    const answered = [...document.querySelectorAll(".record tbody tr")].filter((row) => row.cells[4].textContent);
    document.querySelector(".record-sheet [value=print]").click();
    return { prints, answered: answered.length };
}"""


def wake_question(frame):
    frame.mouse.move(600, 400)
    frame.mouse.wheel(0, -300)
    frame.page.locator(".question button:enabled").first.wait_for(timeout=10_000)


def test_questions_live_in_such_a_frame_and_a_print_that_it_forbids_leaves_no_trace(frame):
    page = frame.page
    wake_question(frame)
    assert page.locator(".question input:enabled").count()
    assert page.evaluate(PRINT) == {"prints": 0, "answered": 1}
    assert page.locator("#my-record .fleeting").is_visible(), "it is said that answers last as long as the page"
    frame.mouse.click(20, 400)
    assert not page.evaluate("document.body.classList.contains('prints-record')"), "the whole page is printed again"


def attributes(code):
    """What the guide says that a frame has to allow."""
    guide = (ROOT / "notebooks" / code / "teaching-guide.md").read_text(encoding="utf-8")
    return re.search(r'<iframe src="…" sandbox="([^"]+)"></iframe>', guide)[1]


@pytest.mark.parametrize("frame", [attributes("en")], indirect=True)
def test_with_what_the_guide_names_files_come_links_open_and_the_record_is_printed(frame):
    assert attributes("ja") == attributes("en")
    use("ja")
    frame.page.wait_for_function("document.querySelector('.explorer-panel')?.explorer")
    panel = next(panels(frame))
    with frame.outer.expect_download() as download:
        press(panel, texts("common.explorer.words")["csv"])
    assert download.value.suggested_filename.endswith(".csv")
    wake_question(frame)
    assert frame.page.evaluate(PRINT) == {"prints": 1, "answered": 1}
    with frame.outer.expect_popup():
        panel.eval_on_selector(".explorer-source a", "link => link.click()")
    with frame.outer.expect_popup() as tab:
        frame.page.evaluate("open('record.html')")
    assert tab.value.evaluate("localStorage.length") == 0, "a page in a tab of its own can keep what is answered"


def test_a_page_that_is_in_no_frame_shows_no_content_of_files(chromium, address):
    use("en")
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(f"{address}/en/00-start.html")
        page.evaluate("bluebook.all()")
        page.wait_for_function("document.querySelector('.explorer-panel')?.explorer")
        with page.expect_download() as download:
            press(page.query_selector(".explorer-panel"), texts("common.explorer.words")["csv"])
        assert download.value.suggested_filename.endswith(".csv")
        assert page.locator(".explorer-link").first.is_hidden()
