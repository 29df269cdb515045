"""Guesses and questions as people answer them: in a frame, in Japanese, with the keys of a notebook, and again."""

import json
import re

import nbformat
import pytest
from lab import Notebook, jupyter
from nbconvert import HTMLExporter, MarkdownExporter
from playwright.sync_api import expect

from helpers.language import texts, use

pytestmark = pytest.mark.browser

FRAME = '<!DOCTYPE html><title>Frame</title><iframe sandbox="allow-scripts" src="{}" width="1200" height="800">'
TRIAL = {
    "number": {"prompt": "How much?", "unit": "billion", "right": "It is 9.2.", "wrong": "Look again."},
    "guess": {"prompt": "More or less?", "options": ["more", "less"], "reveal": "It was less."},
}
CHART = """bars = alt.Chart(pd.DataFrame({"a": [1, 2]})).mark_bar().encode(x="a", tooltip=["a"])
explore(
    bars.transform_filter("datum.a <= year && kind != 'x' && length(tags) && isValid(on) && menu != 'x'"),
    year=IntSlider(value=2, min=1, max=2),
    kind=ToggleButtons(options=["k", "l"]),
    menu=Dropdown(options=["m", "n"]),
    on=Checkbox(value=True),
    tags=picker(pd.DataFrame({"iso3": ["KOR", "JPN"], "name": ["韓国", "日本"]}), ["JPN"]),
)"""
CELLS = {
    "setup": f"from helpers import *\nfrom helpers import language\nlanguage._catalogue('en')['trial'] = {TRIAL}",
    "number": "ask('trial.number', 9.163, tolerance=0.1)",
    "guess": "predict('trial.guess', 'less')",
    "chart": CHART,
    "ledger": "claims(section='1.1')",
}


def write(path, sources=CELLS):
    """A notebook with a question, a guess, a chart and a ledger."""
    cells = [nbformat.v4.new_code_cell(source, id=name) for name, source in sources.items()]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), path)


def said(question):
    """What a question says of what is given."""
    return question.locator(".question-feedback")


# On the pages of the static edition -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def framed(chromium, address):
    """The page 01-oda, in a frame that may run scripts and nothing else; gives what wakes the question of a cell."""
    page = chromium.new_page(viewport={"width": 1300, "height": 900})
    page.set_content(FRAME.format(f"{address}/en/01-oda.html"))
    frame = page.frame_locator("iframe")

    def awake(cell):
        place = frame.locator(f"#{cell} .question")
        place.scroll_into_view_if_needed()
        expect(place.locator("button").first).to_be_enabled(timeout=30_000)
        return place

    use("en")
    yield awake
    page.close()


@pytest.mark.parametrize("key", [None, "Enter"])
def test_in_a_frame_that_forbids_forms_a_guess_and_a_question_are_answered(framed, key):
    words = texts("common.questions")
    guess, question = framed("s2-predict" if key else "s1-predict"), framed("s2-ask" if key else "s1-ask")
    for form in (guess, question):
        form.locator("input").first.check()
        button = form.locator("button").first
        button.press(key) if key else button.click()
    expect(said(guess)).to_contain_text(words["noted"].partition("{}")[0])
    reveal = guess.locator("button").first
    reveal.press(key) if key else reveal.click()
    expect(said(guess)).to_contain_text(words["you_said"].partition("{}")[0])
    expect(said(question)).to_have_attribute("data-right", re.compile("true|false"))


def test_a_number_that_can_mean_two_is_asked_about_and_not_marked_wrong(framed):
    use("en")
    words, question = texts("common.questions"), framed("s3-ask")
    field, feedback = question.locator("input"), said(question)
    for typed in ("9,2", "９。２", "~9.2 billion", "US$ 9,2 bn", "92億ドル"):
        field.fill(typed)
        field.press("Enter")
        expect(feedback).to_contain_text(words["right"])
    for typed in ("3-4", "nine", ""):
        field.fill(typed)
        field.press("Enter")
        expect(feedback).to_have_text(words["number"])
    for place, right in enumerate(("true", "false")):
        field.fill("9.163")
        expect(feedback).to_have_text("")
        field.press("Enter")
        expect(feedback).to_have_text("Do you mean 9.163 or 9163?")
        assert feedback.get_attribute("data-right") is None
        question.locator(".question-meant button").nth(place).press("Enter")
        expect(feedback).to_have_attribute("data-right", right)
        expect(question.locator(".question-meant button")).to_have_count(0)
        field.press("Enter")
        expect(feedback).to_have_attribute("data-right", right)


@pytest.fixture(scope="module")
def composing(chromium, address):
    """The Japanese page 01-oda, and a way to convert kana in it."""
    page = chromium.new_page(viewport={"width": 1300, "height": 900})
    page.goto(f"{address}/ja/01-oda.html")
    page.evaluate("bluebook.all()")
    page.wait_for_function("!document.querySelector('.stand-in')", timeout=60_000)
    session = page.context.new_cdp_session(page)

    def convert(field, kana, kanji):
        """Type kana, convert them, and press the Enter that ends the conversion, as Chromium and Safari tell it."""
        field.focus()
        for text in (kana, kanji):
            end = {"selectionStart": len(text), "selectionEnd": len(text)}
            session.send("Input.imeSetComposition", {"text": text} | end)
        composed = "e => e.dispatchEvent(new KeyboardEvent('keydown', {{ key: 'Enter', bubbles: true, {} }}))"
        field.evaluate(composed.format("isComposing: true"))
        session.send("Input.insertText", {"text": kanji})
        field.evaluate(composed.format("keyCode: 229"))

    page.convert = convert
    yield page
    page.close()


def test_the_enter_that_ends_a_conversion_adds_no_country_and_the_next_adds_it_once(composing):
    explorer = composing.locator(".explorer", has=composing.locator(".jupyter-widget-taginput")).first
    tags = explorer.locator(".jupyter-widget-tag:not(.jupyter-widget-taginput)")
    before = tags.count()
    field = explorer.locator(".jupyter-widget-taginput")
    composing.convert(field, "かんこく", "韓国")
    composing.wait_for_timeout(100)
    assert tags.count() == before and field.input_value() == "韓国"
    composing.keyboard.press("Enter")
    expect(tags).to_have_count(before + 1)
    assert tags.filter(has_text="韓国").count() == 1 and field.input_value() == ""


def test_the_enter_that_ends_a_conversion_answers_no_question_and_the_next_does(composing):
    question = composing.locator("#s3-ask .question")
    composing.convert(question.locator("input"), "きゅうじゅうに", "９２")
    expect(said(question)).to_have_text("")
    composing.keyboard.press("Enter")
    expect(said(question)).to_have_attribute("data-right", "true")


# In JupyterLab --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lab(tmp_path_factory, chromium):
    """The notebook, run in JupyterLab."""
    folder = tmp_path_factory.mktemp("lab")
    write(folder / "answers.ipynb")
    with jupyter(folder) as address:
        notebook = Notebook(chromium, address, "answers.ipynb")
        notebook.run_all()
        notebook.folder, notebook.address = folder, f"{address}/lab/tree/"
        notebook.explorers()
        yield notebook
        notebook.page.close()


def do(notebook, command, cell=None):
    """Execute a command of JupyterLab, with a cell active."""
    notebook.page.evaluate(
        """([command, id]) => {
            const { content } = jupyterapp.shell.currentWidget;
            if (id) content.activeCellIndex = content.widgets.findIndex((cell) => cell.model.id === id);
            content.deselectAll();
            return jupyterapp.commands.execute(command);
        }""",
        [command, cell],
    )


def state(notebook):
    """The ids of the cells in order, how often each was run, and which is active."""
    return notebook.page.evaluate("""() => {
        const { content } = jupyterapp.shell.currentWidget;
        return [content.widgets.map(({ model }) => [model.id, model.executionCount]), content.activeCellIndex];
    }""")


@pytest.mark.parametrize("keys", ["Enter", "Shift+Enter", "Control+Enter", "Alt+Enter"])
def test_enter_answers_a_question_with_any_other_key_and_runs_no_cell(lab, keys):
    question = lab.page.locator(".question-ask")
    field = question.locator("input")
    for typed, right in [("12", "false"), ("9,2", "true")] * 3:
        field.fill(typed)
        before = state(lab)
        field.press(keys)
        expect(said(question)).to_have_attribute("data-right", right)
        lab.page.wait_for_timeout(100)
        assert (state(lab), field.input_value()) == (before, typed)


def given(notebook):
    """What guess and question show, each in the last of its views."""
    questions = [notebook.page.locator(f".question-{kind}").last for kind in ("ask", "predict")]
    return [said(question).inner_text() for question in questions]


STEPS = """async () => {
    const { kernel } = jupyterapp.shell.currentWidget.sessionContext.session;
    const kept = "__import__('helpers.questions.answers', fromlist=['_given'])._given.values()";
    const asked = { steps: `sorted(str(each.get('step')) for each in ${kept})` };
    const reply = await kernel.requestExecute({ code: "", silent: true, user_expressions: asked }).done;
    return reply.content.user_expressions.steps.data["text/plain"];
}"""


def wait_for_steps(notebook, *steps):
    """Wait until the kernel has what was given: ipywidgets holds a change back while another is on its way."""
    for _ in range(300):
        if (kept := notebook.page.evaluate(STEPS)) == str(sorted(steps)):
            return
        notebook.page.wait_for_timeout(100)
    pytest.fail(f"The kernel keeps {kept}.")


@pytest.fixture(scope="module")
def answered(lab):
    guess, question = lab.page.locator(".question-predict"), lab.page.locator(".question-ask")
    guess.get_by_label("less").check()
    guess.get_by_label("less").press("Shift+Enter")
    question.locator("input").fill("9.2")
    question.locator("input").press("Shift+Enter")
    assert given(lab) == ["Right. It is 9.2.", "Your guess: less. Press Reveal when you are ready."]
    wait_for_steps(lab, "checked", "noted")
    return lab


def still_given(notebook, views=2):
    expect(notebook.page.locator(".question")).to_have_count(views)
    expect(said(notebook.page.locator(".question-predict").last)).to_contain_text("Your guess: less.")
    assert given(notebook)[0] == "Right. It is 9.2."
    assert notebook.page.locator(".question-ask input").last.input_value() == "9.2"
    assert notebook.page.locator(".question-predict").last.get_by_label("less").is_checked()


def test_answers_survive_a_run_of_their_cells(answered):
    for cell in ("number", "guess"):
        count = state(answered)
        do(answered, "notebook:run-cell", cell)
        answered.ready()
        assert state(answered) != count
    still_given(answered)


def test_answers_survive_a_move_of_their_cells(answered):
    for command in ("down", "up"):
        do(answered, f"notebook:move-cell-{command}", "guess")
        still_given(answered)


def test_answers_are_in_a_new_view_and_what_is_revealed_there_is_in_both(answered):
    before = state(answered)
    do(answered, "notebook:create-output-view", "guess")
    still_given(answered, views=3)
    answered.page.locator(".question-predict").last.locator("button").first.press("Enter")
    for view in answered.page.locator(".question-predict").all():
        expect(said(view)).to_have_text("Right. You said: less. It was less.")
    answered.page.evaluate("jupyterapp.shell.currentWidget.close()")
    answered.page.wait_for_function("jupyterapp.shell.currentWidget?.content.widgets")
    wait_for_steps(answered, "checked", "revealed")
    assert state(answered)[0] == before[0]


def test_answers_survive_a_reload_while_the_kernel_lives(answered):
    do(answered, "docmanager:save")
    answered.page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty")
    answered.page.goto(f"{answered.address}answers.ipynb")
    answered.ready()
    expect(said(answered.page.locator(".question-predict"))).to_have_text("Right. You said: less. It was less.")
    assert given(answered)[0] == "Right. It is 9.2."
    assert answered.page.locator(".question-ask input").input_value() == "9.2"


def test_a_letter_with_shift_changes_no_cell(lab):
    lab.explorers()
    before = state(lab)[0]
    reached = lab.page.locator(
        ".jp-OutputArea-output :is(input, select, button, [role=slider], [tabindex='0']):visible:enabled"
    )
    kinds = set()
    for place in reached.all():
        kind = place.evaluate("e => [e.closest('.question, .bluebook-ledger, .explorer')?.classList[0], e.type].join()")
        if kind not in kinds:
            kinds.add(kind)
            place.focus()
            for letter in ("M", "L", "J"):
                lab.page.keyboard.press(f"Shift+{letter}")
                assert state(lab)[0] == before, f"Shift+{letter} in {kind}"
    assert len(kinds) > 8


# Saved files ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def saved(lab):
    """The notebook as JupyterLab saves it."""
    return nbformat.from_dict(lab.page.evaluate("jupyterapp.shell.currentWidget.content.model.toJSON()"))


TOLD = ["How much?", "More or less?", "less", "This chart", "日本"]


@pytest.mark.parametrize("exporter", [HTMLExporter, MarkdownExporter])
def test_an_exported_notebook_reads_by_itself(saved, exporter):
    told, _ = exporter().from_notebook_node(saved)
    assert [words for words in TOLD if words not in told] == []
    assert "object at 0x" not in told and "Explorer(" not in told


def test_a_copy_of_somebody_else_which_is_not_trusted_reads_by_itself(lab, saved, chromium):
    saved.metadata["author"] = "a learner"  # its like has been signed when it was saved
    nbformat.write(saved, lab.folder / "handed-in.ipynb")
    page = chromium.new_page(viewport={"width": 1300, "height": 900})
    page.goto(f"{lab.address}handed-in.ipynb?reset")
    outputs = page.locator(".jp-OutputArea-output")
    for words in TOLD:  # outputs come one after another
        expect(outputs.filter(has_text=words).first).to_be_visible(timeout=60_000)
    told = "\n".join(outputs.all_inner_texts())
    assert [words for words in TOLD if words not in told] == []
    assert "object at 0x" not in told and "Explorer(" not in told and "not found" not in told
    page.close()


LINE = "pd.Series([1.0, 2.0, 4.0], [2000, 2001, 2002])"
DRAWN = {
    "setup": "from helpers import *\nfrom helpers import language\n"
    "language._catalogue('en')['trial'] = {'line': {'prompt': 'How?', 'unit': 'billion', 'reveal': 'So.'}}",
    "drawn": f"asked = predict('trial.line', draw({LINE}, after=2000, between=(0, 10)))\nasked",
}


def test_what_is_drawn_with_keys_is_kept_and_no_key_reaches_the_notebook(lab, chromium):
    folder = lab.folder / "drawn"  # with a file of answers of its own
    folder.mkdir()
    write(folder / "drawn.ipynb", DRAWN)
    notebook = Notebook(chromium, lab.address.removesuffix("/lab/tree/"), "drawn/drawn.ipynb")
    notebook.run_all()
    field = notebook.page.locator(".drawing-field")
    field.focus()
    before = state(notebook)
    for key in ("ArrowUp", "End", "PageUp", "ArrowDown", "m", "d", "d", "Shift+Enter"):
        field.press(key)
    expect(said(notebook.page.locator(".question"))).to_contain_text("Your guess is drawn")
    assert state(notebook) == before
    file = folder / "my-answers.json"
    for _ in range(300):
        kept = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        if kept.get("trial.line", {}).get("step") == "noted":
            break
        notebook.page.wait_for_timeout(100)
    assert kept["trial.line"]["answer"] == [1.1, 2]
    field.press("Shift+Enter")
    expect(said(notebook.page.locator(".question"))).to_contain_text("On average your guess was 48% too low")
    notebook.page.close()


def test_opened_again_without_a_kernel_it_reads_by_itself_and_the_next_run_has_the_answers(answered, lab):
    """By the extension in binder/labextension: JupyterLab itself says "model not found" in each place."""
    typed = lab.page.locator(".question-ask input").last.input_value()
    for _ in range(300):
        kept = json.loads((lab.folder / "my-answers.json").read_text(encoding="utf-8"))
        if kept["trial.number"]["answer"] == typed:
            break
        lab.page.wait_for_timeout(100)
    do(lab, "docmanager:save")
    lab.page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty")
    lab.page.evaluate("jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    lab.page.goto(f"{lab.address}answers.ipynb?reset")
    outputs = lab.page.locator(".jp-OutputArea-output")
    expect(outputs.filter(has_text="More or less?").first).to_be_visible(timeout=60_000)
    expect(outputs.filter(has_text="This chart").first).to_be_visible()
    told = "\n".join(outputs.all_inner_texts())
    assert [words for words in TOLD if words not in told] == [] and "not found" not in told
    lab.ready()
    lab.run_all()
    assert lab.explorers() == 1 and lab.page.locator(".question").count() == 2
    expect(said(lab.page.locator(".question-predict"))).to_have_text("Right. You said: less. It was less.")
    expect(lab.page.locator(".question-ask input")).to_have_value(typed)


LONG = {f"c{number}": "for _ in range(15):\n    print('A line of an output')" for number in range(24)}
READ = """() => {
    const scroller = document.querySelector(".jp-WindowedPanel-outer"), { top } = scroller.getBoundingClientRect();
    const { widgets, activeCell } = jupyterapp.shell.currentWidget.content;
    const cell = widgets.find(each => each.node.getBoundingClientRect().bottom > top);
    const far = Math.round(cell.node.getBoundingClientRect().top - top);
    return { cell: cell.model.id, far, active: activeCell.model.id };
}"""  # the first cell that is seen, and where


def test_who_runs_all_cells_stays_where_they_read_and_is_held_no_longer_than_they_like(lab, chromium):
    """By the same extension: JupyterLab goes to the last cell."""
    write(lab.folder / "long.ipynb", LONG)
    notebook = Notebook(chromium, lab.address.removesuffix("/lab/tree/"), "long.ipynb", height=500)
    page = notebook.page
    notebook.run_all()  # outputs that are as high as they will be again
    page.evaluate("jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    page.locator(".jp-Cell").nth(9).click()
    page.locator(".jp-Cell").nth(11).scroll_into_view_if_needed()
    page.wait_for_timeout(1500)  # places of outputs that are cleared away close after a while
    before = page.evaluate(READ)
    assert before["active"] == "c9" and before["cell"] != "c0"
    page.evaluate("void jupyterapp.commands.execute('runmenu:run-all')")
    page.wait_for_function("document.querySelectorAll('.jp-OutputArea-output').length === 24")
    page.wait_for_timeout(1500)
    after = page.evaluate(READ)
    assert after == before | {"far": after["far"]} and abs(after["far"] - before["far"]) < 3
    page.evaluate("void jupyterapp.commands.execute('notebook:run-all-cells')")
    page.mouse.move(800, 300)
    page.mouse.wheel(0, 3000)  # whoever moves meanwhile is let go
    page.wait_for_timeout(1500)
    assert page.evaluate(READ)["cell"] not in (before["cell"], "c0")
    page.close()
