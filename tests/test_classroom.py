"""The benchmark of a whole class: its pure parts, and a class of two."""

import itertools
import json
import re
import socket
import subprocess
import sys
import textwrap
import uuid
from pathlib import Path
from types import SimpleNamespace

import pytest
from jupyter_client import KernelManager
from traitlets.config import Config

BENCHMARKS = Path(__file__).parent / "benchmarks"
sys.path.append(str(BENCHMARKS))

import classroom  # noqa: E402

CONTROL = {"_model_name": "IntSliderModel", "value": 2011, "min": 1960, "max": 2024}
MODELS = {
    "first": CONTROL | {"value": 1},
    "play": {"_model_name": "PlayModel"},
    "year": CONTROL,
    "link": {"_model_name": "LinkModel", "source": ["IPY_MODEL_play", "value"], "target": ["IPY_MODEL_year", "value"]},
    "panel": {"controls": {"measure": "IPY_MODEL_buttons", "year": "IPY_MODEL_year"}},
    "explorer": {"children": ["IPY_MODEL_row", "IPY_MODEL_panel"]},
    "row": {"children": ["IPY_MODEL_year"]},
}


def record(learners, way=classroom.EXPLORE, latency=10.0, kernel=180, failures=()):
    starts = dict.fromkeys(("login_s", "open_s", "first_chart_s"), {"median": 1, "p95": 1, "worst": 1})
    return starts | {
        "learners": learners, "way": way, "login_cpu_s": 2, "run_cpu_s": 3, "cores_busy": 0.1 * learners,
        "first_chart_drawn_s": 3.0, "presses": 40, "changes_per_s": None, "kernel_answer_ms": None, "wire_mb": None,
        "browser_wire_mb": 9.1, "outside": 0, "failures": list(failures),
        "latency_ms": {"median": latency, "p95": 2 * latency, "worst": 3 * latency},
        "memory_mb": {"hub": 110, "proxy": 60, "all": 500, "server": {"median": 130, "p95": 130, "worst": 130},
                      "kernel": {"median": kernel, "p95": kernel, "worst": kernel + 1}},
    }  # fmt: skip


def latency(of):
    return of["latency_ms"]["median"]


def test_the_spread_of_values_is_their_middle_their_95th_percentile_and_the_worst():
    assert classroom.spread(range(101)) == {"median": 50, "p95": 95, "worst": 100}
    assert classroom.spread([0.123456], 3) == {"median": 0.123, "p95": 0.123, "worst": 0.123}
    assert isinstance(classroom.spread([1.6, 1.7], 0)["median"], int)
    assert classroom.spread([]) is None


def test_growth_is_told_against_the_smallest_class_of_the_same_way():
    records = [record(20, latency=15.0), record(1), record(5, latency=11.0), record(5, classroom.RIVAL, 400.0)]
    assert classroom.growth(records, classroom.EXPLORE, latency) == [(1, 10, 0, 1), (5, 11, 1, 1.1), (20, 15, 5, 1.5)]
    assert classroom.growth(records, classroom.RIVAL, latency) == [(5, 400, 0, 1)]
    assert classroom.growth(records, classroom.EXPLORE, lambda of: None) == []


@pytest.mark.parametrize(
    ("large", "missed"),
    [
        ({}, []),
        ({"latency": 13.5}, ["slower"]),
        ({"kernel": 260}, ["kernel"]),
        ({"failures": ["learner02, run: no"]}, ["failures"]),
    ],
)
def test_targets_are_missed_when_they_are(large, missed):
    rows = classroom.targets([record(1), record(20, **large), record(20, classroom.RIVAL, 3000.0, 900)])
    assert len(rows) == 3
    found = [row[0] for row in rows if row[3] != "met"]
    assert len(found) == len(missed) and all(word in name for word, name in zip(missed, found, strict=True))


def test_the_report_prints_every_class(capsys):
    classroom.report([record(1), record(20, failures=["learner07, open: gone"]), record(20, classroom.RIVAL, 900.0)])
    printed = capsys.readouterr().out
    assert "| 20 | explore |" in printed and "| 20 | interact + matplotlib | 900 ms |" in printed
    assert "Class of 20, explore: learner07, open: gone" in printed
    assert "| processors busy while all drive | explore | 20 against 1 | 2.00 | 1.90 | 20.00 |" in printed


def test_a_slider_is_dragged_to_and_fro_within_its_ends():
    assert list(itertools.islice(classroom.drag(0, 3, 1), 8)) == [0, 1, 2, 3, 2, 1, 0, 1]


def test_a_drag_moves_the_slider_of_the_first_explorer_and_what_is_linked_to_it():
    assert classroom.slider(MODELS) == ["year", "play"]
    assert classroom.slider({"one": CONTROL}) == ["one"]
    with pytest.raises(ValueError, match="slider"):
        classroom.slider({"play": MODELS["play"]})


@pytest.mark.parametrize(
    ("data", "charted"),
    [
        ({classroom.WIDGET: {"model_id": "explorer"}}, True),
        ({"image/png": "iVBORw0KGgo="}, True),
        ({classroom.WIDGET: {"model_id": "row"}}, False),
        ({classroom.WIDGET: {"model_id": "unknown"}}, False),
        ({"text/html": "<p>6</p>"}, False),
    ],
)
def test_the_first_chart_is_an_explorer_or_a_picture(data, charted):
    assert classroom.shows_chart(data, MODELS) is charted


def test_a_client_loads_the_scripts_that_a_page_names():
    page = (
        '<script src="/user/a/static/lab/main.js?v=1"></script><link href="/user/a/x.css"><a href="/hub/home">Home</a>'
    )
    assert classroom.scripts(page) == ["/user/a/static/lab/main.js?v=1", "/user/a/x.css"]


def test_the_chart_that_is_driven_has_a_slider():
    assert (
        "oda.ranking" in classroom.nbformat.read(classroom.ODA, 4).cells[classroom.first_driven(classroom.ODA)].source
    )


def test_processes_are_told_apart_by_their_command():
    commands = ["python -m ipykernel_launcher -f k.json", "python -m jupyterhub.singleuser", "python -m jupyterhub"]
    assert [classroom._kind(command) for command in commands] == ["kernel", "server", "hub"]


def test_a_kernel_whose_port_is_taken_stops_and_one_that_uses_files_needs_none(tmp_path):
    """Two kernels that start together may choose the same port, because it is chosen before it is taken."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        manager = KernelManager(cache_ports=False, shell_port=taken.getsockname()[1])
        manager.start_kernel(stderr=subprocess.DEVNULL)
        assert manager.provisioner.process.wait(60) != 0
        manager.cleanup_resources()
    [option] = classroom.SOCKETS
    transport = option.removeprefix("--KernelManager.transport=")
    manager = KernelManager(transport=transport, connection_file=str(tmp_path / "kernel.json"))
    manager.start_kernel()
    client = manager.client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=60)
        assert len([path for path in tmp_path.glob("kernel-ipc-*") if path.is_socket()]) == len(manager.ports) == 5
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_a_class_of_two_runs_to_its_end_and_leaves_nothing_behind(tmp_path, monkeypatch):
    pytest.importorskip("jupyterhub", reason="The extra `classroom` is not installed.")
    file = tmp_path / "small.ipynb"
    classroom.write_notebook(
        file,
        "from helpers import *\nuse('en')",
        """
        base = alt.Chart(load("oda_donors")).add_params(alt.param("year")).transform_filter("datum.year == year")
        explore(base.mark_bar().encode(x="net_usd_million:Q", y="name:N"), year=IntSlider(2011, 1960, 2024))
        """,
    )
    before = {process.pid for process in classroom.psutil.process_iter()}
    measure, sockets = classroom.Hub.memory, []

    def memory(hub):
        sockets.extend(path for path in hub.folder.glob("jupyter-*/kernel-*-ipc-*") if path.is_socket())
        return measure(hub)

    monkeypatch.setattr(classroom.Hub, "memory", memory)
    [held] = classroom.hold(2, classroom.Plan({classroom.EXPLORE: file}, browsers=0, pause=2))
    assert held["failures"] == []
    assert len(sockets) == 2 * 5, "kernels use files"
    assert held["changes_per_s"]["median"] > 1 and held["first_chart_s"]["worst"] > 0
    assert held["memory_mb"]["kernel"]["worst"] > 50 and held["memory_mb"]["server"]["median"] > 50
    assert 0.3 < held["wire_mb"]["median"] < 30
    for process in classroom.psutil.process_iter():
        if process.pid not in before:
            with classroom.contextlib.suppress(classroom.psutil.Error):
                assert classroom.MARK not in process.environ()


@pytest.mark.parametrize("code", ["en", "ja"])
def test_the_figures_of_the_teaching_guide_are_those_that_were_measured(code):
    measured = json.loads((BENCHMARKS / "classroom.json").read_text(encoding="utf-8"))["classes"]
    guide = (BENCHMARKS.parents[1] / "notebooks" / code / "teaching-guide.md").read_text(encoding="utf-8")
    for rows in classroom.sizes(measured):
        assert "\n".join(f"| {' | '.join(row)} |" for row in rows) in guide
    memory = max(measured, key=lambda r: (r["learners"], r["way"] == classroom.EXPLORE))["memory_mb"]
    for megabytes in (memory["server"]["worst"], memory["kernel"]["worst"], memory["hub"] + memory["proxy"]):
        assert f"{megabytes:.0f} MB" in guide


@pytest.mark.parametrize("code", ["en", "ja"])
def test_the_lines_of_the_teaching_guide_for_a_hub_are_those_of_the_class_that_was_measured(code):
    guide = (BENCHMARKS.parents[1] / "notebooks" / code / "teaching-guide.md").read_text(encoding="utf-8")
    [lines] = re.findall(r"```python\n(.+?)```", guide, re.DOTALL)
    c = Config()
    exec(textwrap.dedent(lines), {"c": c})
    assert c.Spawner.args == classroom.SOCKETS
    folder = c.Spawner.environment.get_value({})["JUPYTER_RUNTIME_DIR"](
        SimpleNamespace(user=SimpleNamespace(id=123456))
    )
    assert len(f"{folder}/kernel-{uuid.uuid4()}-ipc-5") < 108, "what Linux allows for the path of a socket"


def test_the_class_that_was_measured_had_no_failure():
    measured = json.loads((BENCHMARKS / "classroom.json").read_text(encoding="utf-8"))["classes"]
    assert {record["learners"] for record in measured} == {1, 5, 10, 20}
    assert [record["failures"] for record in measured if record["failures"]] == []
