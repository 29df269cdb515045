"""What notebooks import is small, and no module of the helpers imports one that imports it."""

import ast
import functools
import graphlib
import re
import subprocess
import sys

import nbformat
import pytest
from lab import ROOT

LINES = 2400  # at most, with comments, docstrings and blank lines, in what `from helpers import *` reads
MORE = 250  # at most, in what a single notebook imports besides


def module_of(path, root):
    parts = path.relative_to(root.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(root):
    """For each module of a package, those of the package that it imports when it is imported itself."""
    files = {module_of(path, root): path for path in root.rglob("*.py")}
    graph = {}
    for module, path in files.items():
        package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
        graph[module] = set()
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ImportFrom) and node.level:
                base = ".".join(package[: len(package) + 1 - node.level] + ([node.module] if node.module else []))
                named = {f"{base}.{alias.name}" for alias in node.names}
                graph[module] |= named & files.keys() if named & files.keys() else {base} & files.keys()
    return graph


def circle(graph):
    """The modules of a circle of imports, or none."""
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return error.args[1]
    return []


def test_no_module_of_the_helpers_imports_one_that_imports_it():
    graph = imports(ROOT / "helpers")
    assert sum(map(len, graph.values())) > 50
    assert circle(graph) == []


@pytest.mark.parametrize(
    "line", ["from .b import B", "from . import b", "from .inner import C", "from .inner.c import C"]
)
def test_a_circle_is_found(line, tmp_path):
    files = {
        "__init__": "from .a import A",
        "a": line,
        "b": "from .a import A",
        "inner/__init__": "from .c import C",
        "inner/c": "from ..a import A",
    }
    for name, source in files.items():
        path = tmp_path / "package" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    graph = imports(tmp_path / "package")
    assert "package.a" in circle(graph)
    assert circle(graph | {"package.a": set()}) == []


@functools.cache
def lines_read(imports):
    """The lines of the helpers that a notebook with these imports reads."""
    count = """
import sys
own = [m.__file__ for name, m in sys.modules.items() if name.split(".")[0] == "helpers" and m.__file__]
print(sum(len(open(file, encoding="utf-8").readlines()) for file in own))"""
    done = subprocess.run([sys.executable, "-c", imports + count], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def test_what_a_notebook_imports_can_be_read_in_an_evening():
    assert 1000 < lines_read("from helpers import *") <= LINES


@pytest.mark.parametrize("stem", [path.stem for path in sorted((ROOT / "notebooks" / "en").glob("*.ipynb"))])
def test_what_a_single_notebook_imports_besides_is_little(stem):
    cells = nbformat.read(ROOT / "notebooks" / "en" / f"{stem}.ipynb", as_version=4).cells
    source = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    imports = re.findall(r"^from helpers\b.* import .*$", source, re.MULTILINE)
    assert imports[0] == "from helpers import *"
    assert lines_read("\n".join(imports)) <= LINES + MORE
