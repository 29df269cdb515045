"""Every benchmark still starts: what it takes from the tests and from the project is where it looks for it."""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAMS = [
    path
    for path in sorted((Path(__file__).parent / "benchmarks").glob("*.py"))
    if "__main__" in path.read_text("utf-8")
]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_a_benchmark_says_what_it_measures(program):
    done = subprocess.run([sys.executable, program, "--help"], capture_output=True, encoding="utf-8", timeout=120)
    assert done.returncode == 0, done.stderr
    assert "usage:" in done.stdout
