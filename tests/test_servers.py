"""A chart and a question are alive in Notebook 7 and in Voila too, and their keys stay theirs."""

import os
import subprocess
import sys

import pytest
from lab import free_port, wait_for
from playwright.sync_api import expect
from test_answers import said, write

pytestmark = pytest.mark.browser
IDLE = "globalThis.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
PROGRAMS = {
    "notebook": ["--allow-root", "--IdentityProvider.token=", "--JupyterNotebookApp.expose_app_in_browser=True"],
    "voila": ["answers.ipynb"],
}


@pytest.fixture(scope="module", params=PROGRAMS)
def page(request, tmp_path_factory, chromium):
    """The page of a notebook with a question and a chart, run in one of them."""
    pytest.importorskip(request.param)
    folder, home, port = tmp_path_factory.mktemp("shown"), str(tmp_path_factory.mktemp("home")), free_port()
    write(folder / "answers.ipynb")
    server = subprocess.Popen(
        [sys.executable, "-m", request.param, *PROGRAMS[request.param], f"--port={port}", "--no-browser"],
        cwd=folder,
        env=os.environ | {"JUPYTER_CONFIG_DIR": home, "JUPYTER_DATA_DIR": f"{home}/data", "IPYTHONDIR": home},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}/"
        wait_for(address, request.param)
        opened = chromium.new_page(viewport={"width": 1000, "height": 900})
        opened.goto(f"{address}notebooks/answers.ipynb" if request.param == "notebook" else address)
        if request.param == "notebook":
            opened.wait_for_function(IDLE, timeout=60_000)
            opened.evaluate("void jupyterapp.commands.execute('notebook:run-all-cells')")
        opened.wait_for_selector(".explorer-chart svg", timeout=60_000)
        yield opened
        opened.close()
    finally:
        server.terminate()
        server.wait(20)


def test_a_question_is_answered_by_the_key_that_runs_a_cell(page):
    question = page.locator(".question-ask")
    question.locator("input").fill("9,2")
    question.locator("input").press("Shift+Enter")
    expect(said(question)).to_have_attribute("data-right", "true")
    page.wait_for_timeout(300)  # a run of the cell would replace it
    expect(said(question)).to_have_attribute("data-right", "true")


def test_a_chart_follows_the_arrows_on_its_slider_and_letters_do_nothing(page):
    slider, marks = page.locator(".explorer [role=slider]"), page.locator(".explorer-chart .mark-rect path")
    expect(marks).to_have_count(2)
    slider.press("ArrowLeft")
    expect(marks).to_have_count(1)
    questions = page.locator(".question").count()
    for keys in ("d", "d", "Shift+M", "x"):
        page.keyboard.press(keys)
    expect(marks).to_have_count(1)
    assert page.locator(".question").count() == questions and page.locator(".explorer").count() == 1


def test_the_cursor_of_a_chart_keeps_its_keys_until_it_is_left(page):
    chart, readout = page.locator(".explorer-chart"), page.locator(".explorer-readout")
    chart.press("ArrowRight")
    expect(readout).to_be_visible()
    shown = [page.locator(kind).count() for kind in (".question", ".explorer", ".jp-Cell")]
    for keys in ("d", "d", "a", "b", "m", "Home", "Escape"):
        page.keyboard.press(keys)
    expect(readout).to_be_hidden()
    expect(chart).to_be_focused()
    assert [page.locator(kind).count() for kind in (".question", ".explorer", ".jp-Cell")] == shown
