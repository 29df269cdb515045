"""Runs of the notebooks in the test process, shared by the tests of explorers, questions and claims."""

import functools

import nbformat
import pytest
from hypothesis import HealthCheck, settings
from lab import browser

from helpers import language
from helpers.commands import notebooks
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


def cells_with_explorers():
    """One parameter for each cell. xdist's loadscope cuts an id at its last "::": a notebook runs in one process."""
    for path in NOTEBOOKS:
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code" and "explore(" in cell.source:
                yield pytest.param((path, cell.id), id=f"{path.parent.name}/{path.stem}::{cell.id}")


@pytest.fixture(scope="session")
def chromium():
    """The one browser of a worker: Playwright runs only once in a thread."""
    with browser() as opened:
        yield opened


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
