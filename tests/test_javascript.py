"""The browser parts: their linter, their unit tests in Node, and nothing left behind by a widget that is gone."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import platformdirs
import pytest
from filelock import FileLock
from lab import ROOT

TESTS = ROOT / "tests"


def needs(program):
    """A program of this machine; without it the test is skipped, under ``CI=true`` it fails."""
    found = shutil.which(program)
    if not found:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"No {program} on this machine.")
    return found


@pytest.fixture(scope="session")
def biome():
    """The linter of the lock, installed once for each lock into the user's cache."""
    npm, lock = needs("npm"), (TESTS / "package-lock.json").read_bytes()
    folder = Path(platformdirs.user_cache_dir("bluebook-notebooks")) / "npm" / hashlib.sha256(lock).hexdigest()[:12]
    program = folder / "node_modules" / ".bin" / "biome"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".lock"):
        if not program.exists():
            for name in ("package.json", "package-lock.json"):
                shutil.copy(TESTS / name, folder)
            subprocess.run([npm, "ci", "--silent"], cwd=folder, check=True)
    return program


def test_the_linter_finds_nothing(biome):
    command = [biome, "check", "--config-path=tests/linter.json", "helpers", "tests"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_parts_that_need_no_browser():
    files = sorted(str(path) for path in (TESTS / "javascript").glob("*.test.mjs"))
    done = subprocess.run([needs("node"), "--test", *files], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
