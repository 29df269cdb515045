"""The script that shows ipywidgets' controls on the pages, in a browser that forbids programs made out of text."""

import gzip
import json
import os
import shutil

import ipywidgets
import pytest
from ipywidgets.embed import dependency_state

from helpers.commands.site import SiteError, library, npm
from helpers.explorer import runtime

pytestmark = pytest.mark.browser
PAGE = """<!DOCTYPE html><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="script-src 'nonce-own'">
<style>{style}</style><script nonce="own">{program}</script>
<body><script nonce="own">{calls}</script>"""
SELECTIONS = (ipywidgets.SelectionSlider, ipywidgets.SelectionRangeSlider)
EMPTY = (None, "AudioView", "VideoView", "OutputView")
CALL = """{{
  const place = document.body.appendChild(document.createElement("div"));
  globalThis.shown = Promise.all([globalThis.shown, bluebookWidgets.show({states}, "{id}", place)]);
}}"""


@pytest.fixture(scope="session")
def program():
    """The script. Without npm the tests are skipped, in CI they fail."""
    if not shutil.which("npm") and os.environ.get("CI") != "true":
        pytest.skip("No npm on this machine: install Node.js to test the controls of the pages.")
    return npm.bundle_widgets()["program"]


@pytest.fixture(scope="session")
def style(program):
    """The style sheet."""
    return npm.bundle_widgets()["style"]


@pytest.fixture
def show(chromium, program, style, tmp_path):
    """Show widgets from a file, each by a call of its own; nothing may complain."""
    page, complaints = chromium.new_page(), []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def shown(*calls):
        made = [CALL.format(id=id, states=json.dumps(states).replace("</", r"<\/")) for id, states in calls]
        file = tmp_path / "page.html"
        file.write_text(
            PAGE.format(style=style, program=program.replace("</script", r"<\/script"), calls="".join(made)), "utf-8"
        )
        page.goto(file.as_uri())
        page.evaluate("globalThis.shown")
        return page

    yield shown
    page.close()
    assert complaints == []


def call(widget, *others):
    """What a page gives for a widget: its id, and its states in an order in which each comes before what it needs."""
    states = dependency_state([widget, *others], drop_defaults=False)
    return widget.model_id, dict(reversed(states.items()))


def every_control():
    """A control of every kind that ipywidgets has, but films and sounds, which are nothing while they are empty."""
    for kind in vars(ipywidgets).values():
        own = vars(kind) if isinstance(kind, type) and issubclass(kind, ipywidgets.DOMWidget) else {}
        if "_view_name" in own and own["_view_name"].default_value not in EMPTY:
            yield kind(options=["one", "two"]) if issubclass(kind, SELECTIONS) else kind()


def test_it_is_light_and_makes_no_programs_out_of_text(program):
    assert len(gzip.compress(program.encode())) < 120_000
    assert "eval(" not in program and "new Function(" not in program


def test_pages_and_jupyterlab_have_one_vega_and_the_library_of_a_page_is_light(program):
    there = runtime()
    assert gzip.decompress(there.bundle).decode().rpartition("export{")[0] in library.vega()
    assert json.dumps(there.version) in library.vega()
    made = library.Library(npm.bundle_widgets(), {}).files()
    loaded = [made[f"assets/{name}"] for name in ("vega.js", "widgets.js", "widgets.css", "site.js")]
    assert sum(len(gzip.compress(each.encode())) for each in loaded) < 430_000  # programs of widgets are 20,000 more


def test_it_is_of_the_generation_of_the_installed_ipywidgets(program):
    made = ipywidgets.IntSlider()
    lock = json.loads((npm.SOURCES / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name in ("base", "controls"):
        version = lock[f"node_modules/@jupyter-widgets/{name}"]["version"]
        assert f"@jupyter-widgets/{name} {version}" in npm.bundle_widgets()["licences"]
    assert f'"{made._model_module_version}"' in program


def test_every_kind_of_control_is_shown(show):
    made = list(every_control())
    assert len(made) > 40
    page = show(*(call(widget) for widget in made))
    assert page.locator("body > div > .lm-Widget").count() == len(made)


def test_what_is_linked_moves_together_though_no_view_refers_to_the_link(show):
    first, second, third = (ipywidgets.IntSlider(value=5, description=name) for name in "abc")
    links = (
        ipywidgets.jslink((first, "value"), (second, "value")),
        ipywidgets.jsdlink((second, "value"), (third, "value")),
    )
    page = show(call(first, *links), call(second), call(third))
    handles, readouts = page.locator(".noUi-handle"), page.locator(".widget-readout")
    handles.nth(0).press("ArrowRight")
    assert readouts.all_text_contents() == ["6", "6", "6"], "a model is made once, whatever call gives its state"
    handles.nth(1).press("ArrowLeft")
    assert readouts.all_text_contents() == ["5", "5", "5"]
    handles.nth(2).press("ArrowRight")
    assert readouts.all_text_contents() == ["5", "5", "6"]


def test_a_play_button_moves_its_slider(show):
    play, slider = ipywidgets.Play(interval=20, max=9), ipywidgets.IntSlider(max=9)
    link = ipywidgets.jslink((play, "value"), (slider, "value"))
    page = show(call(ipywidgets.HBox([play, slider]), link))
    page.locator("button:has(.fa-play)").click()
    page.locator(".widget-readout", has_text="9").wait_for()


def test_what_is_pressed_and_typed_arrives(show):
    """Tabs and tags listen by way of Lumino and of the library that stands for jQuery."""
    tabs = ipywidgets.Tab([ipywidgets.Label("inside one"), ipywidgets.Label("inside two")], titles=["one", "two"])
    folds = ipywidgets.Accordion([ipywidgets.Label("folded")], titles=["fold"])
    tags = ipywidgets.TagsInput(value=["Japan"], allowed_tags=["Japan", "Peru"])
    chosen = ipywidgets.ToggleButtons(options=["left", "right"])
    page = show(*map(call, (tabs, folds, tags, chosen)))
    page.locator(".lm-TabBar-tab", has_text="two").click()
    assert page.get_by_text("inside two").is_visible() and not page.get_by_text("inside one").is_visible()
    page.locator(".jupyter-widget-Collapse-header").click()
    assert page.get_by_text("folded", exact=True).is_visible()
    page.locator(".jupyter-widget-tagsinput").click()  # the field shows itself
    page.locator(".jupyter-widget-taginput").fill("Peru")
    page.locator(".jupyter-widget-taginput").press("Enter")
    assert page.locator("div.jupyter-widget-tag").all_inner_texts() == ["Japan", "Peru"]
    page.locator(".widget-toggle-button", has_text="right").click()
    assert "mod-active" in page.locator(".widget-toggle-button", has_text="right").get_attribute("class")


def test_a_picture_comes_from_its_buffer(show):
    dot = b'<svg xmlns="http://www.w3.org/2000/svg" width="7" height="5"/>'
    page = show(call(ipywidgets.Image(value=dot, format="svg+xml")))
    assert page.evaluate("document.querySelector('img').decode().then(() => document.querySelector('img').width)") == 7


def test_markup_in_a_description_is_shown_as_it_is_written(show):
    page = show(call(ipywidgets.IntSlider(description="<b>1 & 2</b>", description_allow_html=True)))
    assert page.locator(".widget-label").text_content() == "<b>1 & 2</b>"


@pytest.mark.parametrize("missing", ["model", "class"])
def test_what_is_missing_is_named(show, missing):
    slider = ipywidgets.IntSlider()
    id, states = call(slider)
    if missing == "model":
        del states[slider.layout.model_id]
    else:
        states[slider.layout.model_id]["model_name"] = "NoModel"
    named = {"model": slider.layout.model_id, "class": "NoModel"}[missing]
    page = show()
    failed = """([states, id]) => bluebookWidgets.show(states, id, document.body).catch(error => error.message)"""
    assert f"There is no {'model ' * (missing == 'model')}{named}" in page.evaluate(failed, [states, id])


# The making of it -----------------------------------------------------------------------------------------------------


@pytest.fixture
def cache(monkeypatch, tmp_path):
    """An empty cache."""
    monkeypatch.setattr(npm.platformdirs, "user_cache_dir", lambda _: str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_a_missing_npm_is_named_with_what_to_do(cache, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(SiteError, match="install Node.js"):
        npm.bundle_widgets()


def test_a_package_that_is_not_the_one_recorded_is_refused(program, cache, monkeypatch, tmp_path):
    sources = shutil.copytree(npm.SOURCES, tmp_path / "widgets")
    lock = json.loads((sources / "package-lock.json").read_text(encoding="utf-8"))
    lock["packages"]["node_modules/jquery"]["integrity"] = lock["packages"]["node_modules/lodash"]["integrity"]
    (sources / "package-lock.json").write_text(json.dumps(lock), encoding="utf-8")
    monkeypatch.setattr(npm, "SOURCES", sources)
    with pytest.raises(SiteError, match="EINTEGRITY"):
        npm.bundle_widgets()
    assert not [path for path in cache.rglob("*") if path.is_file()], "nothing is kept"


def test_a_bundle_that_cannot_be_made_says_what_npm_says(program, cache, monkeypatch, tmp_path):
    sources = shutil.copytree(npm.SOURCES, tmp_path / "widgets")
    (sources / "loader.js").write_text('import "nowhere";', encoding="utf-8")
    monkeypatch.setattr(npm, "SOURCES", sources)
    with pytest.raises(SiteError, match='(?s)npm run build.*Could not resolve "nowhere"'):
        npm.bundle_widgets()


def test_it_is_made_once_and_a_damaged_copy_is_made_anew(cache, monkeypatch):
    made = []
    monkeypatch.setattr(npm, "_bundle", lambda sources, folder: made.append(sources) or {"program": "1"})
    assert [npm.bundle_widgets() for _ in range(2)] == [{"program": "1"}] * 2 and len(made) == 1
    (file,) = (path for path in cache.rglob("*") if path.is_file())
    for damaged in (b"", b"nothing", file.read_bytes()[:-9]):
        file.write_bytes(damaged)
        assert npm.bundle_widgets() == {"program": "1"}
    assert len(made) == 4
