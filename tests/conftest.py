"""What tests of several files share: runs of the notebooks in the test process, the static edition, a browser."""

import functools
import os
import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings
from lab import ROOT, browser, served
from xdist.scheduler import LoadScopeScheduling

from helpers import language
from helpers.commands import notebooks
from helpers.commands.worksheets import worksheet
from helpers.explorer import Explorer
from helpers.ledger import verify

NOTEBOOKS = notebooks.paths()
THEMES = [path for path in NOTEBOOKS if notebooks.is_theme(path)]

# Random sequences of changes for each explorer: few at every run, the same ones everywhere; many on demand, with
# pytest --hypothesis-profile=thorough -k any_way
checks = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}
settings.register_profile("few", max_examples=4, derandomize=True, **checks)
settings.register_profile("thorough", max_examples=500, **checks)
settings.load_profile("few")


class Run(notebooks.Run):
    """What the code cells of a notebook did, and the claims that they called `verify` with, and what it showed."""

    verified, cards = (), ()

    @property
    def language(self):
        return self.path.parent.name

    @property
    def explorers(self):
        return [widget for _, widget in self.made if isinstance(widget, Explorer)]

    def value(self, source):
        """What a cell with this source would show, run after all others. It changes no name of the notebook."""
        return notebooks.evaluate(source, dict(self.namespace))


@functools.cache
def executed(path):
    verified, cards = [], []

    def noted(claim, *values, **named):
        verified.append(claim)
        cards.append(verify(claim, *values, **named))
        return cards[-1]

    run = notebooks.run(path, {"verify": noted})
    run.__class__, run.verified, run.cards = Run, verified, cards
    return run


@functools.cache
def printed(path):
    """The worksheet of a notebook and its answer key."""
    return worksheet(executed(path))


def cells_with_explorers():
    """One parameter for each cell."""
    for path in NOTEBOOKS:
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code" and "explore(" in cell.source:
                yield pytest.param((path, cell.id), id=f"{path.parent.name}/{path.stem}::{cell.id}")


# The longest first, so that no worker is left alone with one. The first class on a page makes the static edition, for
# which others on a page would wait: the other worker drives JupyterLab meanwhile.
FIRST = ["TestEn00Start", "test_binder.py", "test_browser.py", "test_third_language.py", "test_properties.py",
         "[en/", "[ja/", "test_engines.py", "test_site.py"]  # fmt: skip
SLOW = {"notebook", "theme", "runs", "explorers", "folder"}
RUN_OF = re.compile(r"\[([a-z]+/\d\d-\w+)")


def pytest_collection_modifyitems(items):
    """Whatever runs notebooks or needs the whole site is slow, and what asks for the browser drives it."""
    for item in items:
        asks = {*getattr(item, "fixturenames", ())}
        if item.path.suffix == ".ipynb" or SLOW & asks:
            item.add_marker("slow")
        if "chromium" in asks:
            item.add_marker("browser")
    items.sort(key=lambda item: next((at for at, name in enumerate(FIRST) if name in item.nodeid), len(FIRST)))


class ByNotebook(LoadScopeScheduling):
    """All tests of one notebook go to one process, which runs it once; others go by module or class."""

    def _split_scope(self, nodeid):
        found = RUN_OF.search(nodeid)
        return found[1] if found else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return ByNotebook(config, log)


@pytest.fixture(scope="session")
def chromium():
    """The one browser of a worker: Playwright runs only once in a thread."""
    with browser() as opened:
        yield opened


@pytest.fixture
def page(chromium):
    """A page with a store of its own, that complains of nothing."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, accept_downloads=True)
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """The whole site, made by the command, once for all workers. Without npm the tests are skipped, in CI they fail."""
    if not shutil.which("npm") and os.environ.get("CI") != "true":
        pytest.skip("No npm on this machine: install Node.js to test the static edition.")
    base = tmp_path_factory.getbasetemp()
    place = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "site"
    out = place / "out"
    with FileLock(f"{place}.lock"):
        if not out.exists():
            place.mkdir(exist_ok=True)
            done = subprocess.run(
                [sys.executable, "-m", "helpers", "site", out], cwd=ROOT, capture_output=True, text=True
            )
            assert done.returncode == 0, done.stderr
            assert list(place.iterdir()) == [out], "nothing half-written is left behind"
    return out


@pytest.fixture(scope="session")
def address(folder):
    with served(folder) as address:
        yield address


@pytest.fixture(autouse=True)
def english():
    """English before and after every test."""
    language.use("en")
    yield
    language.use("en")


@pytest.fixture
def trial(monkeypatch):
    """Add a file ``trial`` to the catalogue for one test."""
    real = language._catalogue

    def add(**entries):
        monkeypatch.setattr(language, "_catalogue", lambda code: real(code) | {"trial": entries})

    return add


@pytest.fixture(params=cells_with_explorers())
def explorers(request):
    """The explorers that one cell makes, for every cell of every notebook."""
    path, cell = request.param
    return [widget for made_in, widget in executed(path).made if made_in == cell and isinstance(widget, Explorer)]


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def notebook(request):
    """The run of every notebook."""
    return executed(request.param)


@pytest.fixture(params=THEMES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def theme(request):
    """The run of every notebook but the start page."""
    return executed(request.param)


@pytest.fixture
def runs():
    """The runs of all notebooks."""
    return [executed(path) for path in NOTEBOOKS]
