"""Every notebook of a theme leads the learner from the claim to the verdict in the same steps."""

import re

from helpers.explorer import Explorer
from helpers.language import use

STEPS = ["title", "objectives", "setup", "bluebook", "ledger", "exercises", "key-points", "sources", "next"]
SOLUTION = re.compile(r"<details>\s*<summary>[^<]+</summary>\s*```python\n(.*?)```\s*</details>", re.DOTALL)


def code(run):
    return [cell for cell in run.cells if cell.cell_type == "code"]


def solutions(run):
    return [source for cell in run.cells if cell.cell_type == "markdown" for source in SOLUTION.findall(cell.source)]


def stubs(run):
    return [cell.source for cell in code(run) if re.search(r"^answer = \.\.\.$", cell.source, re.MULTILINE)]


def checked(source):
    """The exercises that a piece of code checks."""
    return re.findall(r'check\("([\w.]+)", answer\)', source)


def kinds(run):
    """What the notebook offers, in order: explore, predict, ask."""
    return ["explore" if isinstance(made, Explorer) else made.content["kind"] for _, made in run.made]


def test_the_steps_of_a_theme_follow_each_other(theme):
    ids = [cell.id for cell in theme.cells]
    assert [step for step in ids if step in STEPS] == STEPS


def test_a_theme_asks_at_least_eight_questions(theme):
    assert kinds(theme).count("ask") >= 8


def test_at_least_three_times_a_guess_comes_before_the_chart_or_the_documents(theme):
    sources = "\n".join(cell.source for cell in code(theme))
    offered = re.findall(r"(?<![\w.])(predict|explore|evidence)\(", sources)
    assert kinds(theme).count("predict") == offered.count("predict") >= 3
    assert all(
        after in ("explore", "evidence")
        for kind, after in zip(offered, [*offered[1:], None], strict=True)
        if kind == "predict"
    )


def test_five_exercises_have_a_stub_and_a_folded_solution_each(theme):
    exercises = [exercise for source in stubs(theme) for exercise in checked(source)]
    assert len(set(exercises)) == len(exercises) >= 5
    assert [exercise for source in solutions(theme) for exercise in checked(source)] == exercises


def test_every_stub_runs_unfilled_and_every_solution_is_right(theme):
    use(theme.language)
    assert {theme.value(source).right for source in stubs(theme)} == {None}
    assert {source: theme.value(source).right for source in solutions(theme)} == dict.fromkeys(solutions(theme), True)


def test_every_explorer_has_a_title_a_description_a_sentence_and_a_source(notebook):
    for explorer in notebook.explorers:
        settings = explorer.panel.settings
        assert settings["title"] and settings["source"] and settings["nothing"]
        assert explorer.spec["description"]
        layers = explorer.spec.get("layer", [])
        assert any(layer.get("name") == "summary" for layer in layers), f"{settings['title']}: no summary="
        assert settings["columns"], f"{settings['title']}: no list of tooltips, which Show the numbers needs"


def test_every_control_has_a_label_of_its_own(notebook):
    for explorer in notebook.explorers:
        labels = [control.description for control in explorer.inputs.values()]
        unnamed = [name for name, control in explorer.inputs.items() if control.description in ("", *explorer.inputs)]
        assert not unnamed, f"{explorer.panel.settings['file']}: add to controls in helpers/texts: {unnamed}"
        assert len(set(labels)) == len(labels), f"{explorer.panel.settings['file']}: two controls have one label"


def test_long_code_is_folded(notebook):
    for cell in code(notebook):
        folded = cell.metadata.get("jupyter", {}).get("source_hidden", False)
        assert folded or len(cell.source.splitlines()) <= 15, f"fold the cell {cell.id}"
