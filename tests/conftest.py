"""Runs of the notebooks in the test process, shared by the tests of explorers, questions and claims."""

import ast
import functools
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import pytest
from hypothesis import HealthCheck, settings
from ipywidgets import Widget
from lab import browser

import helpers
from helpers import language
from helpers.claims import verify
from helpers.explorer import Explorer
from helpers.questions import Question

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*/*.ipynb"))
THEMES = [path for path in NOTEBOOKS if "00" < path.stem[:2] < "90"]

# Random sequences of changes for each explorer: few at every run, the same ones everywhere; many on demand, with
# pytest --hypothesis-profile=thorough -k any_way
checks = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}
settings.register_profile("few", max_examples=4, derandomize=True, **checks)
settings.register_profile("thorough", max_examples=500, **checks)
settings.load_profile("few")


@dataclass
class Run:
    """What the code cells of a notebook did.

    Attributes
    ----------
    made : list of (str, Explorer or Question)
        The explorers and questions in the order made, each with the id of its cell.
    verified : list of str
        The claims that `verify` was called with.
    cards : list of Html
        What it showed of each.
    """

    path: Path
    made: list = field(default_factory=list)
    verified: list = field(default_factory=list)
    cards: list = field(default_factory=list)
    namespace: dict = field(default_factory=lambda: {"__name__": "__main__"})

    @property
    def language(self):
        return self.path.parent.name

    @functools.cached_property
    def cells(self):
        return nbformat.read(self.path, as_version=4).cells

    @property
    def explorers(self):
        return [widget for _, widget in self.made if isinstance(widget, Explorer)]

    def value(self, source):
        """What a cell with this source would show, run after all others. It changes no name of the notebook."""
        return value_of(source, dict(self.namespace))


def value_of(source, namespace):
    """Run a cell; gives the value of its last expression."""
    *body, last = ast.parse(source).body
    exec(compile(ast.Module(body, []), "cell", "exec"), namespace)
    if isinstance(last, ast.Expr):
        return eval(compile(ast.Expression(last.value), "cell", "eval"), namespace)
    return exec(compile(ast.Module([last], []), "cell", "exec"), namespace)


@functools.cache
def executed(path):
    run, before = Run(path), language.language()

    def note(widget):
        if isinstance(widget, Explorer | Question):
            run.made.append((cell.id, widget))

    def noted(claim, *values, **named):
        run.verified.append(claim)
        run.cards.append(verify(claim, *values, **named))
        return run.cards[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(helpers, "verify", noted)
        Widget.on_widget_constructed(note)
        try:
            for cell in run.cells:
                if cell.cell_type == "code":
                    value_of(cell.source, run.namespace)
        finally:
            Widget.on_widget_constructed(None)
            language.use(before)
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
