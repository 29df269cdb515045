"""Worksheets hold every question of their notebook and no answer; the answer key has one for each."""

import base64
import functools
import io
import re
import runpy
import sys
from html.parser import HTMLParser

import altair as alt
import nbformat
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import THEMES, printed
from pypdf import PdfReader

from helpers import language
from helpers.commands.notebooks import Run
from helpers.commands.routes import read_routes
from helpers.commands.worksheets import WorksheetError, worksheet, write_worksheets
from helpers.explorer import Explorer, explore
from helpers.questions import ask, predict
from helpers.tables import load

SVG = "data:image/svg+xml;base64,"
BLOCKS = {"p", "div", "section", "ul"}
HOSTILE = "<img src=x onerror=alert(1)>"
EXERCISE = re.compile(r'check\("([\w.]+)", answer\)')


class Page(HTMLParser):
    """What a page shows: its words, its addresses, and the options of its questions with the mark of each."""

    def __init__(self, source):
        super().__init__()
        self.source, self.parts, self.addresses, self.marks = source, [], [], []
        self.hidden, self.inside, self.alt = False, False, None
        self.feed(source)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.hidden = tag == "style"
        self.addresses += [given[name] for name in ("src", "href", "srcset", "data", "action") if name in given]
        self.alt = given.get("alt", self.alt)
        if tag in BLOCKS:
            self.handle_data(" ")
        if tag == "li":
            self.marks.append([given.get("class"), ""])
            self.inside = True

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "li"

    def handle_data(self, words):
        if not self.hidden:
            self.parts.append(words)
            if self.inside:
                self.marks[-1][1] += words

    @property
    def charts(self):
        """The SVG of every picture."""
        pictures = [address for address in self.addresses if address.startswith(SVG)]
        return [base64.b64decode(picture.removeprefix(SVG)).decode() for picture in pictures]

    @property
    def words(self):
        return plain("".join(self.parts))

    @property
    def right(self):
        return [plain(words) for mark, words in self.marks if mark == "right"]


def plain(words):
    """Words as they are compared: without the marks of Markdown, and with single spaces."""
    return " ".join(re.sub(r"[*`]", "", words).split())


@functools.cache
def pages(path):
    """The worksheet of a notebook and its answer key."""
    return tuple(map(Page, printed(path)))


def questions(run):
    return [widget.content for _, widget in run.made if not isinstance(widget, Explorer)]


def exercises(run):
    """The Markdown of every exercise with its name."""
    pairs = [(above.source, cell) for above, cell in zip(run.cells, run.cells[1:], strict=False)]
    stubs = [(prose, EXERCISE.search(cell.source)) for prose, cell in pairs if cell.cell_type == "code"]
    return [(prose, found[1]) for prose, found in stubs if found]


NO_CASE = ("prompt", "unit", "scale")


def sayings(exercise):
    theme, name = exercise.split(".")
    return {case: said for case, said in language.texts(f"{theme}.exercises.{name}").items() if case not in NO_CASE}


@pytest.fixture
def sheet(theme):
    return pages(theme.path)[0]


@pytest.fixture
def key(theme):
    return pages(theme.path)[1]


# What is on them


def blanks(content):
    """How many values are written: one, or of bars that are hidden one each."""
    drawn = content["drawn"]
    bars = len(drawn["labels"]) - drawn["known"] if drawn and not drawn["years"] else 1
    return 0 if content["options"] else bars


def test_every_question_is_on_the_worksheet_and_on_the_key_with_its_options(theme, sheet, key):
    for page in (sheet, key):
        for content in questions(theme):
            for part in (content["prompt"], *(content["options"] or [content["unit"] or ""])):
                assert plain(part) in page.words
    boxes = sum(len(content["options"] or []) for content in questions(theme))
    assert sheet.source.count('class="box"') == boxes
    assert sheet.source.count('class="blank"') == sum(map(blanks, questions(theme)))


def test_every_exercise_is_on_the_worksheet_and_on_the_key(theme, sheet, key):
    assert len(exercises(theme)) >= 5
    for source, _ in exercises(theme):
        assert plain(source) in sheet.words and plain(source) in key.words


@pytest.mark.parametrize("length", [20, 45, 90])
def test_the_sheet_of_a_plan_has_the_questions_of_its_cells_and_its_last_step(theme, length):
    with language.speaking(theme.language):
        steps = read_routes(theme.path.stem)[length]
    used = {cell for step in steps for cell in step.cells}
    asked = [(cell, widget.content) for cell, widget in theme.made if not isinstance(widget, Explorer)]
    sheet, key = map(Page, worksheet(theme, length))
    for cell, content in asked:
        assert (plain(content["prompt"]) in sheet.words) == (plain(content["prompt"]) in key.words) == (cell in used)
    assert plain(steps[-1].words) in sheet.words and sheet.right == [] != key.right
    assert "<code>" not in sheet.source and len(sheet.charts) == 1


@pytest.mark.browser
def test_the_sheet_of_45_minutes_takes_at_most_four_sheets_of_paper(chromium, folder):
    page, sheets = chromium.new_page(), sorted(folder.glob("*/worksheets/*-45.html"))
    assert len(sheets) == len(THEMES)
    for sheet in sheets:
        page.goto(sheet.as_uri())
        assert 2 <= len(PdfReader(io.BytesIO(page.pdf(format="A4"))).pages) <= 4, sheet
    page.close()


@pytest.mark.browser  # as the site is made for these tests
def test_keys_are_linked_from_the_guide_alone_and_each_route_has_its_sheet(folder):
    for page in folder.rglob("*.html"):
        keys = re.findall(r'href="worksheets/([\w-]+)-answers\.html', page.read_text("utf-8"))
        stems = [path.stem for path in THEMES if path.parent.name == page.parent.name]
        parts = [f"{stem}{part}" for stem in stems for part in ("-20", "-45", "-90", "")]
        assert sorted(keys) == (sorted(parts) if page.stem == "teaching-guide" else []), page
        if page.stem in stems and page.parent.name in ("en", "ja"):
            for part in ("-20", "-45", "-90", ""):
                assert f"worksheets/{page.stem}{part}.html" in page.read_text("utf-8")


def test_the_discussion_questions_are_on_the_worksheet(theme, sheet):
    points = next(cell.source for cell in theme.cells if cell.id == "key-points")
    asked = re.findall(r"^\d+\. (.+)$", points.rpartition("\n## ")[2], re.MULTILINE)
    assert len(asked) >= 2
    for question in asked:
        assert plain(question) in sheet.words


def test_the_first_chart_is_drawn_with_its_title_and_source(theme, sheet):
    settings, (drawn,) = theme.explorers[0].panel.settings, sheet.charts
    assert plain(settings["title"]) in sheet.words and plain(settings["source"]) in sheet.words
    assert theme.explorers[0].spec["description"] == sheet.alt
    assert drawn.count("<path") + drawn.count("<text") > 10 and "NaN" not in drawn


def test_no_answer_is_on_the_worksheet(theme, sheet):
    language.use(theme.language)
    assert sheet.right == [] and not re.search("[✓✗]", sheet.words)
    assert {mark for mark, _ in sheet.marks} == {None}  # a right option looks like any other
    said = [words for content in questions(theme) for words in content["feedback"]]
    said += [words for _, name in exercises(theme) for words in sayings(name).values()]
    assert [words for words in said if plain(words) in sheet.words] == []
    assert "answer =" not in sheet.source


def test_the_key_has_an_answer_for_every_question(theme, key):
    for content in questions(theme):
        for words in content["feedback"]:
            assert plain(words) in key.words
    guessed = [content for content in questions(theme) if content["kind"] == "predict" and content["options"]]
    assert key.right[: len(guessed)] == [plain(f"✓ {each['options'][each['answer']]}") for each in guessed]
    asked, right = [content for content in questions(theme) if content["kind"] == "ask"], key.right[len(guessed) :]
    for content, words in zip(asked, right, strict=False):
        if content["options"]:
            assert words == plain(f"✓ {content['options'][content['answer']]} {content['feedback'][content['answer']]}")
        else:
            number = float(re.search(r"−?[\d.]*\d", words)[0].replace("−", "-"))
            assert number == pytest.approx(content["answer"], abs=content["tolerance"] / 10 + 1e-9)
    assert len(right) == len(asked) + len(exercises(theme))


def test_the_key_has_every_answer_to_an_exercise_and_what_is_said_of_it(theme, key):
    language.use(theme.language)
    rows = load("exercises")
    for (_, name), words in zip(exercises(theme), key.right[-len(exercises(theme)) :], strict=True):
        right = rows.query("exercise == @name and case == 'right'").iloc[0]
        scale = language.texts(".exercises.".join(name.split("."))).get("scale", 1)
        value = right.value if scale == 1 else f"{scale * float(right.value):.10g}"
        value = value.replace("-", "−")
        assert words.startswith(f"✓ {value}") and words.endswith(plain(sayings(name)["right"]))
        for said in sayings(name).values():
            assert plain(said) in key.words


def test_no_placeholder_is_left_unfilled(sheet, key):
    for page in (sheet, key):
        assert re.findall(r"[{(]\w+(?::[^{}() ]*[dfgs%])?}|\(\w+:[.,\d]+[dfg%]\)", page.words) == []


# The pages


def test_a_page_names_its_language_and_asks_nothing_of_the_network(theme, sheet, key):
    for page in (sheet, key):
        assert f'<html lang="{theme.language}">' in page.source
        assert [address for address in page.addresses if not address.startswith("data:")] == []
        assert not re.search(r"<script|@import|url\(", page.source)
        assert not any(re.search(r"href|<script|<image|@import", chart) for chart in page.charts)
        assert "default-src 'none'" in page.source


@pytest.mark.browser
@pytest.mark.parametrize("path", THEMES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_page_can_be_read_on_a_telephone_and_printed(path, chromium, tmp_path):
    for number, made in enumerate(pages(path)):
        file, asked, complaints = tmp_path / f"{number}.html", [], []
        file.write_text(made.source, encoding="utf-8")
        page = chromium.new_page(viewport={"width": 390, "height": 800})
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.on("console", lambda message, complaints=complaints: complaints.append(message.text))
        page.goto(file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert [url for url in asked if not url.startswith("data:")] == [file.as_uri()]
        assert complaints == []
        page.emulate_media(media="print")
        cut = "e => getComputedStyle(e).breakInside !== 'avoid'"
        assert page.eval_on_selector_all(".item, figure", f"all => all.filter({cut}).length") == 0
        assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") in range(4, 13)
        page.close()


@pytest.mark.browser
def test_a_page_has_no_obstacle_for_assistive_technology(chromium, tmp_path):
    for made in pages(THEMES[0]):
        file = tmp_path / "page.html"
        file.write_text(re.sub("<meta http-equiv[^>]*>", "", made.source), encoding="utf-8")  # axe is a script
        page = chromium.new_page()
        page.goto(file.as_uri())
        assert [found["id"] for found in Axe().run(page).response["violations"]] == []
        page.close()


# Hostile texts and failures


@pytest.fixture
def notebook_of(tmp_path):
    """Write a notebook ``en/01-trial.ipynb``: a list of (identifier, source), code where the source says so."""

    def write(*cells, name="01-trial"):
        made = [
            nbformat.v4.new_code_cell(source.removeprefix("%%code "), id=id)
            if source.startswith("%%code ")
            else nbformat.v4.new_markdown_cell(source, id=id)
            for id, source in cells
        ]
        path = tmp_path / "notebooks" / "en" / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(nbformat.v4.new_notebook(cells=made), path)
        return path

    return write


SOUND = [
    ("title", "# A trial\n\n**The question:** Does it work?"),
    ("s1", "## 1. One"),
    ("s1-code", '%%code from helpers import *\nprint("not on paper")\nask("trial.amount", 9.163, tolerance=0.1)'),
    ("e1", "**1. Repaid.** Who?"),
    ("e1-stub", '%%code answer = ...\ncheck("oda.repaid", answer)'),
    ("key-points", "## Key points\n\n1. A point.\n\n## For discussion\n\n1. Why?\n2. Who says so?"),
]


@pytest.fixture(autouse=True)
def wording(trial):
    trial(
        amount={"prompt": "How much?", "unit": "billion", "right": "It is {answer:.1f}.", "wrong": "Look again."},
        hostile={
            "prompt": HOSTILE,
            "options": {"a": HOSTILE, "b": "B"},
            "why": {"a": HOSTILE, "b": HOSTILE},
        },
        guess={"prompt": HOSTILE, "unit": HOSTILE, "reveal": HOSTILE},
        chart={"title": HOSTILE, "subtitle": HOSTILE, "description": f'"{HOSTILE}', "summary": "{b}"},
    )


def test_markup_in_a_text_is_not_run(notebook_of):
    path = notebook_of(*[(id, source.replace("?", f"? {HOSTILE}")) for id, source in SOUND])
    chart = alt.Chart(pd.DataFrame({"a": [1], "b": HOSTILE})).mark_bar().encode(x="a:Q", y="b:N")
    made = [
        ("s1-code", explore(chart, "trial.chart", summary=chart)),
        ("s1-code", predict("trial.guess")),
        ("s1-code", ask("trial.hostile", "a")),
    ]
    for page in worksheet(Run(path, nbformat.read(path, as_version=4).cells, made)):
        assert "<img src=x" not in page and page.count("&lt;img") >= 8
        assert not any("<img" in chart for chart in Page(page).charts)


def test_links_and_pictures_of_a_notebook_leave_their_words(notebook_of):
    cells = [
        (id, source.replace("Who?", "See [the page](https://example.org) ![a picture](x.png).")) for id, source in SOUND
    ]
    path = notebook_of(*cells)
    for page in worksheet(Run(path, nbformat.read(path, as_version=4).cells)):
        assert "See the page a picture." in Page(page).words and Page(page).addresses == ["data:,"]


def test_a_right_number_is_one_digit_finer_than_its_tolerance(notebook_of, tmp_path):
    notebook_of(*SOUND)
    _, key = write_worksheets(tmp_path / "out", tmp_path / "notebooks")
    assert Page(key.read_text(encoding="utf-8")).right[0] == "✓ 9.16 ± 0.1 billion It is 9.2."


def test_a_sheet_and_a_key_are_written_for_each_theme_and_no_other_notebook(notebook_of, tmp_path, capfd):
    for name in ("00-start", "01-trial", "02-other", "90-project"):
        notebook_of(*SOUND, name=name)
    written = write_worksheets(tmp_path / "out", tmp_path / "notebooks")
    names = ["01-trial.html", "01-trial-answers.html", "02-other.html", "02-other-answers.html"]
    assert [path.relative_to(tmp_path / "out" / "en").as_posix() for path in written] == names
    assert sorted(path.name for path in (tmp_path / "out").rglob("*")) == sorted(["en", *names])
    assert capfd.readouterr().out == "[1/2] en/01-trial\n[2/2] en/02-other\n"


FAILING = {
    "a cell that fails": (("s2", "%%code 1 / 0"), r"en/02-bad.ipynb, cell s2: ZeroDivisionError"),
    "a cell that is no Python": (("s2", "%%code %matplotlib"), r"en/02-bad.ipynb, cell s2: SyntaxError"),
    "an exercise without words": (
        ("s2", '%%code answer = ...\ncheck("oda.nothing", answer)'),
        r"en/02-bad.ipynb, cell s2: .*exercises.nothing",
    ),
    "no discussion": (("key-points", "## Key points\n\n- One."), r"en/02-bad.ipynb, cell key-points: .*no numbered"),
}


@pytest.mark.parametrize("case", FAILING)
def test_a_failure_names_the_notebook_and_the_cell_and_leaves_the_folder_as_it_was(case, notebook_of, tmp_path):
    (id, source), message = FAILING[case]
    notebook_of(*SOUND)
    kept = [cell for cell in SOUND if cell[0] != id]
    notebook_of(*kept, (id, source), name="02-bad")
    earlier = tmp_path / "out" / "en" / "01-trial.html"
    earlier.parent.mkdir(parents=True)
    earlier.write_text("of last week")
    language.use("ja")
    with pytest.raises(WorksheetError, match=message):
        write_worksheets(tmp_path / "out", tmp_path / "notebooks")
    assert [path for path in (tmp_path / "out").rglob("*") if path.is_file()] == [earlier]
    assert earlier.read_text() == "of last week"
    assert language.language() == "ja"


def test_a_file_that_is_no_notebook_is_named(notebook_of, tmp_path):
    notebook_of(*SOUND).write_text("{")
    with pytest.raises(WorksheetError, match="en/01-trial.ipynb is not a notebook"):
        write_worksheets(tmp_path / "out", tmp_path / "notebooks")
    assert not (tmp_path / "out").exists()


def test_a_language_without_a_catalogue_is_named(notebook_of, tmp_path):
    path = notebook_of(*SOUND)
    path.parent.rename(path.parent.with_name("fr"))
    with pytest.raises(WorksheetError, match="fr/01-trial.ipynb: .*no catalogue for language 'fr'"):
        write_worksheets(tmp_path / "out", tmp_path / "notebooks")


def test_a_folder_without_notebooks_is_named(tmp_path):
    with pytest.raises(WorksheetError, match="no notebooks of themes"):
        write_worksheets(tmp_path / "out", tmp_path)


@pytest.mark.parametrize("error", [WorksheetError("en/01-oda.ipynb, cell s1: no"), PermissionError("no")])
def test_the_command_says_what_failed_and_does_not_succeed(error, monkeypatch, tmp_path):
    def fail(out):
        raise error

    monkeypatch.setattr("helpers.commands.worksheets.write_worksheets", fail)
    monkeypatch.setattr(sys, "argv", ["helpers", "worksheets", str(tmp_path)])
    with pytest.raises(SystemExit, match=f"No worksheets written. {error}"):
        runpy.run_module("helpers.__main__", run_name="__main__")
