"""The pages, locks and notebooks of the project agree with each other."""

import ast
import json
import re
import subprocess
import tomllib
from importlib.metadata import requires, version
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
README = (ROOT / "README.md").read_text(encoding="utf-8")
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*/*.ipynb"))
LOCKS = ["binder/requirements.txt", "tests/requirements.txt"]

each_lock = pytest.mark.parametrize("lock", LOCKS)
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: f"{path.parent.name}/{path.stem}")


def tracked_files() -> list[Path]:
    """Files that are, or are about to be, in git."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def readme_command(name: str) -> str:
    """The fenced block that follows the marker of the command `name`, as .ci/run reads it."""
    found = re.search(rf"^<!-- command: {name} -->\n```sh\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    assert found, f"README.md has no fenced sh block right after <!-- command: {name} -->"
    return found[1]


def locked(lock: str) -> dict[str, list[Requirement]]:
    """Pins of a lock by package; a package has several where the version depends on the machine."""
    pins: dict[str, list[Requirement]] = {}
    for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            pin = Requirement(line)
            pins.setdefault(canonicalize_name(pin.name), []).append(pin)
    return pins


def pinned_version(pin: Requirement) -> str:
    """The one version that a pin allows."""
    (specifier,) = pin.specifier
    assert specifier.operator == "==" and "*" not in specifier.version, f"{pin} is not pinned to one version"
    return specifier.version


# The public address


def test_the_binder_badge_opens_the_first_notebook_of_this_repository():
    owner_and_name = urlsplit(PROJECT["urls"]["Repository"]).path.strip("/")
    badge = f"https://mybinder.org/v2/gh/{owner_and_name}/HEAD?urlpath=lab/tree/notebooks/en/00-start.ipynb"
    assert re.findall(r"https://mybinder\.org/v2/[^)\s]+", README) == [badge]
    assert (ROOT / "notebooks/en/00-start.ipynb").is_file()


def test_the_citation_agrees_with_the_project():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert citation["message"] and citation["title"]
    assert citation["repository-code"] == PROJECT["urls"]["Repository"]
    assert citation["version"] == PROJECT["version"]
    assert citation["license"] == PROJECT["license"]
    assert [author["name"] for author in citation["authors"]] == [author["name"] for author in PROJECT["authors"]]


# README.md and CONTRIBUTING.md


@pytest.mark.parametrize("name", ["open", "test"])
def test_readme_commands_name_files_that_exist(name):
    words = readme_command(name).split()
    paths = [word for word in words if "/" in word and not word.startswith(".venv")]
    assert paths
    assert [path for path in paths if not (ROOT / path).is_file()] == []


def test_the_windows_command_does_what_the_other_one_does():
    windows = re.search(r"^```bat\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    posix = readme_command("open").replace(" &&", "").replace("bin/", "Scripts/").replace("python ", "py ", 1)
    assert windows[1] == posix.replace("binder/", "binder\\").replace("/", "\\")


def test_readme_and_ci_test_with_the_locks_and_the_linter():
    command = readme_command("test")
    for part in (*LOCKS, "-e .", "ruff check", "pytest"):
        assert part in command


@pytest.mark.parametrize("page", ["README.md", "README.ja.md", "CONTRIBUTING.md"])
def test_links_lead_to_files_that_exist(page):
    targets = re.findall(r"\]\(([^)\s]+)\)", (ROOT / page).read_text(encoding="utf-8"))
    local = [target.partition("#")[0] for target in targets if not urlsplit(target).scheme]
    assert [target for target in local if not (ROOT / target).exists()] == []


def test_the_notebook_table_lists_every_notebook():
    rows = re.findall(r"^\| \[?(\d\d-[\w-]+)(?:\]\(([^)]+)\))? \|.*\| ([\w ]+) \|$", README, re.MULTILINE)
    linked = {stem: link for stem, link, status in rows if status in ("ready", "being reviewed")}
    assert linked == {path.stem: f"notebooks/en/{path.name}" for path in NOTEBOOKS if path.parent.name == "en"}
    assert {(link, status) for stem, link, status in rows if stem not in linked} <= {("", "being written")}


def test_the_readme_names_every_table_that_excludes_commercial_use():
    resources = json.loads((ROOT / "data/datapackage.json").read_text(encoding="utf-8"))["resources"]
    closed = [r["name"] for r in resources if any("nc" in x["name"].lower().split("-") for x in r["licenses"])]
    terms = README.partition("exclude commercial use")[2]
    assert closed and [name for name in closed if f"`{name}`" not in terms] == []
    assert {name for name in re.findall(r"`(\w+)`", terms)} == set(closed)


# Tracked files


def test_no_file_names_a_path_of_a_machine_or_an_address_of_a_package_index():
    forbidden = re.compile(
        r"(?<![\w./:-])/(?:root|work|opt|home|Users)/\w"
        r"|[A-Z]:\\Users\\"
        r"|pypi\.org[/]simple|files\.pythonhosted\.[o]rg|registry\.npmjs\.[o]rg|deb\.debian\.[o]rg"
        r"|--(?:extra-)?index-[u]rl|--find-[l]inks"
    )
    hits = []
    for path in tracked_files():
        content = path.read_bytes()
        if b"\0" not in content:
            for number, line in enumerate(content.decode("utf-8").splitlines(), 1):
                if found := forbidden.search(line):
                    hits.append(f"{path.relative_to(ROOT)}:{number}: {found[0]}")
    assert hits == []


# Locks


@each_lock
def test_a_lock_is_a_flat_list_of_pins(lock):
    lines = [line for line in (ROOT / lock).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert [line for line in lines if line.startswith("-") or "://" in line or " @ " in line] == []
    for pins in locked(lock).values():
        for pin in pins:
            pinned_version(pin)


@pytest.mark.parametrize(
    ("lock", "requirements"),
    [(LOCKS[0], PROJECT["dependencies"]), (None, PROJECT["optional-dependencies"]["test"])],
    ids=["notebooks", "tests"],
)
def test_the_lock_holds_what_the_project_asks_for(lock, requirements):
    pins = locked(lock) if lock else locked(LOCKS[0]) | locked(LOCKS[1])
    for requirement in map(Requirement, requirements):
        assert canonicalize_name(requirement.name) in pins, f"{requirement.name} is missing: run bash .ci/lock"
        for pin in pins[canonicalize_name(requirement.name)]:
            assert requirement.specifier.contains(pinned_version(pin)), f"{pin} is not {requirement}"


def test_the_notebooks_lock_is_complete():
    """What the installed packages ask for, and what that asks for in turn, is in the lock."""
    needed: set[str] = set()
    pending = [(Requirement(text), "") for text in PROJECT["dependencies"]]
    while pending:
        requirement, extra = pending.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        for wanted in ("", *requirement.extras):
            key = f"{canonicalize_name(requirement.name)}[{wanted}]"
            if key not in needed:
                needed.add(key)
                pending += [(Requirement(text), wanted) for text in requires(requirement.name) or []]
    assert {key.partition("[")[0] for key in needed} - locked(LOCKS[0]).keys() == set()


def test_the_test_lock_repeats_nothing_of_the_notebooks_lock():
    assert locked(LOCKS[0]).keys() & locked(LOCKS[1]).keys() == set()


@each_lock
def test_the_installed_packages_are_those_of_the_lock(lock):
    pins = [pin for pins in locked(lock).values() for pin in pins if not pin.marker or pin.marker.evaluate()]
    assert {pin.name: version(pin.name) for pin in pins} == {pin.name: pinned_version(pin) for pin in pins}


# Notebooks


@each_notebook
def test_a_notebook_carries_no_results(path):
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None, f"cell {cell.id}: clear its output"
    assert "widgets" not in notebook.metadata


@each_notebook
def test_cells_have_ids_of_their_own(path):
    nbformat.validate(nbformat.read(path, as_version=4))
    ids = [cell["id"] for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]  # nbformat would repair them
    assert len(set(ids)) == len(ids)


@each_notebook
def test_headings_start_with_one_title_and_skip_no_level(path):
    levels = []
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown":
            prose = re.sub(r"^(```|~~~).*?^\1", "", cell.source, flags=re.DOTALL | re.MULTILINE)
            levels += [len(marks) for marks in re.findall(r"^(#{1,6}) ", prose, re.MULTILINE)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    for above, below in zip(levels, levels[1:], strict=False):
        assert below <= above + 1, f"a heading of level {below} follows one of level {above}"


@each_notebook
def test_code_cells_are_plain_python(path):
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            compile(cell.source, cell.id, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)  # a magic is a SyntaxError
            assert "get_ipython" not in cell.source


@each_notebook
def test_the_set_up_cell_comes_first_and_is_short(path):
    first = next(cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code")
    lines = [line for line in first.source.splitlines() if line.strip()]
    assert len(lines) <= 3
    assert "helpers" in first.source


# Workflows


WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_may_do_no_more_than_it_must_and_pins_what_it_uses(path):
    source = path.read_text(encoding="utf-8")
    workflow = yaml.safe_load(source)
    assert workflow["permissions"] == {"contents": "read"}
    assert all(job["timeout-minutes"] for job in workflow["jobs"].values())
    rights = {name: job["permissions"] for name, job in workflow["jobs"].items() if "permissions" in job}
    assert rights in ({}, {"deploy": {"pages": "write", "id-token": "write"}})
    uses = re.findall(r"uses: (.+)", source)
    assert uses and all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v[\d.]+", used) for used in uses)
    for name in re.findall(r"-[rc] (\S+)", source):
        assert (ROOT / name).is_file()


@pytest.mark.parametrize("lock", sorted(ROOT.glob("*/**/package-lock.json")), ids=lambda path: path.parent.name)
def test_a_lock_of_npm_names_no_place(lock):
    """Where packages come from is a setting of each machine; what they are is told by their checksums."""
    words = lock.read_text(encoding="utf-8")
    assert "://" not in words and "integrity" in words
