"""What the page of every notebook must do, in JupyterLab as in the static edition: one base class for both suites."""

import re

import nbformat
import pytest
from driving import answer, any_way_to_a_choice_gives_the_chart_of_a_fresh_start, drive, marks, panels, script, title
from hypothesis import settings
from lab import ROOT

from helpers.language import texts, use

NAMES = sorted(
    path.relative_to(ROOT / "notebooks").with_suffix("").as_posix() for path in (ROOT / "notebooks").glob("*/*.ipynb")
)


def in_turns():
    """Each notebook in one of its languages, the next one in the next language."""
    languages = sorted({name.partition("/")[0] for name in NAMES})
    stems = sorted({name.partition("/")[2] for name in NAMES})
    return [f"{languages[at % len(languages)]}/{stem}" for at, stem in enumerate(stems)]


def one_for_each_notebook(base, names=NAMES):
    """Classes by their name, one for each notebook, so that two workers share the notebooks."""
    made = {"Test" + name.title().translate(str.maketrans("", "", "/-")): name for name in names}
    return {test: type(test, (base,), {"name": name}) for test, name in made.items()}


def explorers_in(name):
    """How many explorers a notebook shows, by its source."""
    cells = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", 4).cells
    return sum(len(re.findall(r"\bexplore\(", cell.source)) for cell in cells if cell.cell_type == "code")


class OnEveryPage:
    """The tests of both suites. A suite gives the fixture ``notebook``, the page of the notebook called `name`."""

    most = None  # controls of an explorer that are moved by the keyboard

    def limits(self):
        """How many random sequences of changes are tried."""
        return settings()

    @pytest.fixture
    def words(self):
        """What buttons and answers say in the language of the notebook."""
        use(self.name.split("/")[0])
        return texts("common.explorer.words") | texts("common.questions")

    def test_every_explorer_draws(self, notebook):
        for panel in panels(notebook):
            assert marks(panel) > 0, title(panel)
            assert panel.query_selector(".explorer-summary").text_content(), title(panel)
            assert panel.query_selector(".explorer-source").text_content(), title(panel)

    def test_every_explorer_changes_by_the_keyboard_and_reset_goes_back(self, notebook):
        drive(notebook, self.most)

    def test_any_way_to_a_choice_gives_the_chart_of_a_fresh_start(self, notebook):
        any_way_to_a_choice_gives_the_chart_of_a_fresh_start(notebook, self.limits())

    def test_guesses_and_questions_answer(self, notebook, words):
        for form in notebook.page.locator(".question").element_handles():
            asked, *answered = answer(form)
            assert asked, "an empty answer is asked for"
            if len(answered) == 2:
                assert answered[0] != answered[1]
                if field := form.query_selector(".drawing-field"):
                    assert field.get_attribute("aria-readonly") == "true"
                else:
                    assert answered[1].startswith((words["right"], words["close"], words["missed"]))
                    assert form.query_selector("input").is_disabled()
            else:
                assert answered[0].startswith((words["right"], words["wrong"]))

    def test_cards_and_links_look_like_what_they_are(self, notebook):
        for width in (1300, 390):
            notebook.page.set_viewport_size({"width": width, "height": 900})
            assert notebook.page.evaluate(script("unreadable")) == []
        notebook.page.set_viewport_size({"width": 1300, "height": 900})

    def test_a_telephone_shows_every_chart_whole(self, notebook):
        notebook.page.set_viewport_size({"width": 390, "height": 800})
        for panel in panels(notebook):
            notebook.page.wait_for_function("e => e.explorer.chart.view.signal('room') < 390", arg=panel, timeout=5000)
            drawn = panel.evaluate("""async e => {
                await e.explorer.chart.redraw();
                const svg = e.querySelector('.explorer-chart svg'), room = e.getBoundingClientRect();
                const plot = svg.querySelector('.mark-group.role-frame .background').getBoundingClientRect();
                const over = svg.getBoundingClientRect().right - room.right;
                return {over, plot: plot.width / room.width};
            }""")
            assert drawn["over"] <= 1, f"{title(panel)} is cut off"
            assert drawn["plot"] > 0.3, f"{title(panel)}: the plot is squeezed"
        assert notebook.page.evaluate("document.documentElement.scrollWidth") <= 390
        notebook.page.set_viewport_size({"width": 1300, "height": 900})
        notebook.page.wait_for_timeout(200)
