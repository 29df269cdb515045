"""The browser parts: their linter, their unit tests in Node, and nothing left behind by a widget that is gone."""

import collections
import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import platformdirs
import pytest
from filelock import FileLock
from lab import ROOT

from helpers.commands.site.library import APART, apart
from helpers.commands.stills import look
from helpers.explorer import PROGRAM
from helpers.palette import font
from helpers.questions import Question

TESTS = ROOT / "tests"


def needs(program):
    """A program of this machine; without it the test is skipped, under ``CI=true`` it fails."""
    found = shutil.which(program)
    if not found:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"No {program} on this machine.")
    return found


def tool(name):
    """A program of the lock, which is installed once for each lock into the user's cache."""
    npm, lock = needs("npm"), (TESTS / "package-lock.json").read_bytes()
    folder = Path(platformdirs.user_cache_dir("bluebook-notebooks")) / "npm" / hashlib.sha256(lock).hexdigest()[:12]
    program = folder / "node_modules" / ".bin" / name
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".lock"):
        if not program.exists():
            for name in ("package.json", "package-lock.json"):
                shutil.copy(TESTS / name, folder)
            subprocess.run([npm, "ci", "--silent"], cwd=folder, check=True)
    return program


def test_the_linter_finds_nothing():
    command = [tool("biome"), "check", "--config-path=tests/linter.json", "binder", "helpers", "tests"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_parts_that_need_no_browser():
    files = sorted(str(path) for path in (TESTS / "javascript").glob("*.test.mjs"))
    done = subprocess.run([needs("node"), "--test", *files], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


JOINED = {"explorer": PROGRAM, "question": Question._esm} | {
    name: apart(name) for name in (*APART, "form.js", "menus.js")
}
NAMES = r"^(?:export default )?(?:async )?(?:function\*?|class|const|let|var) (?:(\w+)|[\[{]([^\]}=]+)[\]}])"


@pytest.mark.parametrize("name", JOINED)
def test_modules_that_are_joined_have_no_name_twice(name):
    """The later function of a name would take the place of the earlier one, without a word."""
    found = [
        part for one, several in re.findall(NAMES, JOINED[name], re.MULTILINE) for part in (one, *several.split(","))
    ]
    names = collections.Counter(part.split(":")[-1].strip() for part in found if part.strip())
    assert names and [each for each, count in names.items() if count > 1] == []


@pytest.mark.parametrize("width", [300, 354, 519, 520, 732, 956])
def test_stills_have_the_look_of_live_charts(width):
    program = f"""
        import {{ theme }} from "./helpers/explorer/drawing.js";
        console.log(JSON.stringify(theme("#123456", 1, {width}, {json.dumps(font("ja"))})));
    """
    command = [needs("node"), "--input-type=module", "--eval", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == look("#123456", width, "ja")
