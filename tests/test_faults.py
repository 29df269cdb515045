"""What can go wrong in front of a class, and the test that shows that it does no harm.

| Fault | Test |
| --- | --- |
| no network: browser | test_browser ``nothing_is_asked_of_other_machines``, ``plain_charts_need_no_network``; what Altair's own renderer would do: test_faults_browser ``without_a_network`` |
| no network: kernel | here, ``sealed`` |
| read-only home, read-only checkout | here, ``sealed`` |
| no cached bundle; a damaged one | here, ``sealed``; test_explorer ``the_bundle``, ``a_damaged_bundle`` |
| wrong versions of packages | here; test_explorer ``versions_that_do_not_fit``; test_start ``other_versions`` |
| kernel restarted, cell interrupted, two notebooks open | test_faults_browser |
| cells run out of order, a cell run twice | here |
| one explorer displayed twice | test_browser ``an_explorer_shown_twice`` |
| a learner edits a DataFrame | here, ``editing_a_table``; test_tables ``changing_a_table`` |
| a data file damaged, truncated, missing | test_tables; test_start ``a_damaged_table``; the description of the data and a folder in place of a file: here |
| hostile text | test_faults_browser ``hostile``; test_claims, test_explorer, test_questions, test_start, test_worksheet ``markup``; expressions of Vega: here |
| a window of 390 pixels | test_browser and test_site ``a_telephone_shows_every_chart_whole``; test_worksheet ``can_be_read_on_a_telephone`` |
| browser reload, with and without saved state | test_faults_browser |
| a full disk while the static edition is built | here; a failing cell: test_site ``the_earlier_site_stays`` |
| any sequence of changes of controls | test_browser and test_site ``any_way_to_a_choice`` |
"""  # noqa: E501

import ast
import contextlib
import errno
import json
import os
import random
import shutil
import stat
import subprocess
import symtable
import sys
from pathlib import Path

import altair as alt
import nbformat
import pandas as pd
import pytest
import vl_convert
from conftest import NOTEBOOKS

from helpers import language, maps, questions, tables, versions
from helpers.commands.notebooks import evaluate
from helpers.commands.site import assembly as site
from helpers.commands.site import claims
from helpers.explorer import Explorer, sentences
from helpers.package import Package

ROOT = Path(__file__).parents[1]
COMMAND = "pip install -r binder/requirements.txt"


# Versions -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Put another version of a package, as far as its metadata tell, before the real one."""
    monkeypatch.syspath_prepend(tmp_path)

    def install(name, version, source=None):
        folder = tmp_path / f"{name.replace('-', '_')}-{version}.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        if source is not None:
            (tmp_path / f"{name}.py").write_text(source)
        return tmp_path

    return install


@pytest.mark.parametrize(
    ("name", "version", "needed"),
    [
        ("altair", "5.5.0", "<7,>=6"),
        ("altair", "7.0.0", "<7,>=6"),
        ("ipywidgets", "7.8.5", "<9,>=8.1"),
        ("anywidget", "0.8.1", "<1,>=0.9.18"),
        ("pandas", "2.3.3", "<4,>=3"),
        ("vl-convert-python", "1.7.0", "<2,>=1.9"),
    ],
)
def test_another_version_is_named_with_the_one_needed_and_the_command(installed, name, version, needed):
    installed(name, version)
    with pytest.raises(ImportError) as caught:
        versions.require()
    english, japanese = str(caught.value).splitlines()
    for told in (english, japanese):
        assert f"{name} {version}" in told and needed in told and COMMAND in told
    assert "do not fit" in english and "カーネル" in japanese
    assert language.language() == "en"


def test_a_package_that_no_notebook_imports_stops_nobody(installed):
    installed("jupyterlab", "3.6.0")
    versions.require()


def test_a_copy_that_was_never_installed_is_not_stopped(monkeypatch):
    monkeypatch.setattr(versions, "PROJECT", "no-such-package")
    versions.require()


@pytest.mark.parametrize(("version", "clear"), [("6.0.0", False), ("4.2.2", True)])
def test_an_old_altair_is_told_before_it_fails_in_its_own_words(installed, version, clear):
    """With metadata that claim a version that fits, the same old package fails in words that help nobody."""
    folder = installed("altair", version, "class Chart: ...\n")
    environment = os.environ | {"PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"}
    command = [sys.executable, "-c", "from helpers import *"]
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True)
    last = "\n".join(done.stderr.splitlines()[-2:])
    assert done.returncode
    assert (f"altair {version}" in last and COMMAND in last) is clear


# A machine without network, with a home and a checkout that cannot be written, and an empty cache ---------------------

# Runs a notebook, and first what needs the network or a place to write.
SEALED = """
import asyncio, json, os, sys, urllib.request
from pathlib import Path
import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

def tried(action):
    try:
        action()
    except OSError as error:
        return type(error).__name__
    return "done"

notebook = nbformat.read(sys.argv[1], as_version=4)
report = {
    "network": tried(lambda: urllib.request.urlopen("http://192.0.2.1", timeout=3)),
    "home": tried(lambda: Path.home().joinpath("x").write_text("x")),
    "checkout": tried(lambda: Path(sys.argv[1]).with_name("x").write_text("x")),
}
manager = AsyncKernelManager(kernel_name="python3", transport="ipc", ip=os.environ["JUPYTER_RUNTIME_DIR"] + "/ipc")
place = {"metadata": {"path": str(Path(sys.argv[1]).parent)}}
NotebookClient(notebook, km=manager, timeout=120, resources=place, store_widget_state=True).execute()
states = notebook.metadata["widgets"]["application/vnd.jupyter.widget-state+json"]["state"].values()
report["explorers"] = sum("spec" in str(s.get("buffers")) for s in states)
report["bundles"] = sum(b["path"] == ["bundle"] and len(b["data"]) > 100_000 for s in states for b in s.get("buffers", ()))
report["errors"] = [o.evalue for c in notebook.cells for o in c.get("outputs", ()) if o.output_type == "error"]
print(json.dumps(report))
"""  # noqa: E501


def sealing():
    """The commands that seal a machine: no interfaces of a network, and permissions that bind root too."""
    asked = [["unshare", "--net"], ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]]
    if os.geteuid():
        asked = [["unshare", "--user", "--map-current-user", "--net"]]
    command = sum(asked, [])
    works = shutil.which(command[0]) and not subprocess.run([*command, "true"], capture_output=True).returncode
    if not works:
        cannot = f"This machine cannot take the network or rights away: {' '.join(command)}"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(cannot)
    return command


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    """What the run of a notebook on such a machine reports."""
    folder = tmp_path_factory.mktemp("sealed")
    home, checkout, runtime = folder / "home", folder / "checkout", folder / "runtime"
    home.mkdir()
    runtime.mkdir()
    for name in ("helpers", "data", "notebooks"):
        shutil.copytree(ROOT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
    closed = [home, checkout, *checkout.rglob("*")]
    for path in closed:
        path.chmod(path.stat().st_mode & ~0o222)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "JUPYTER", "IPYTHON"))}
    environment = kept | {"HOME": str(home), "PYTHONPATH": str(checkout), "JUPYTER_RUNTIME_DIR": str(runtime)}
    command = [*sealing(), sys.executable, "-c", SEALED, checkout / "notebooks" / "en" / "00-start.ipynb"]
    try:
        done = subprocess.run(command, env=environment, cwd=runtime, capture_output=True, text=True, timeout=300)
    finally:
        for path in closed:
            path.chmod(path.stat().st_mode | stat.S_IWUSR)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1]), home


@pytest.mark.slow
def test_the_machine_is_sealed(sealed):
    report, home = sealed
    assert report["network"] in ("URLError", "OSError")
    assert report["home"] == report["checkout"] == "PermissionError"


@pytest.mark.slow
def test_a_notebook_runs_there_and_sends_a_chart_library_that_it_could_not_keep(sealed):
    report, home = sealed
    assert report["errors"] == []
    assert report["bundles"] == 1
    assert report["explorers"] >= 1
    assert list(home.iterdir()) == []


# Cells run twice, or in another order ---------------------------------------------------------------------------------


def shown(value):
    """What a learner sees of a value, to be compared."""
    if isinstance(value, Explorer):
        return value.spec, value.panel.settings
    if isinstance(value, questions.Question):
        return value.content
    return value._repr_html_() if hasattr(value, "_repr_html_") else repr(value)


class Cells:
    """The code cells of a notebook, run one by one in any order."""

    def __init__(self, path, monkeypatch):
        language.use(path.parent.name)
        self.displayed, self.namespace = [], {"__name__": "__main__"}
        monkeypatch.setattr("helpers.display", lambda *values: self.displayed.extend(map(shown, values)))
        first, *rest = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
        self.first, self.sources = first.source, {cell.id: cell.source for cell in rest}
        self.restart()

    def restart(self):
        self.namespace = {"__name__": "__main__"}
        evaluate(self.first, self.namespace)

    def run(self, cell):
        self.displayed.clear()
        value = evaluate(self.sources[cell], self.namespace)
        return [*self.displayed, shown(value)]

    def names(self):
        """The names that cells give."""
        trees = [ast.walk(ast.parse(source)) for source in self.sources.values()]
        return {n.id for tree in trees for n in tree if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


@pytest.mark.slow
def test_running_a_cell_twice_shows_the_same(monkeypatch):
    cells = Cells(ROOT / "notebooks" / "en" / "01-oda.ipynb", monkeypatch)
    for cell in cells.sources:
        assert cells.run(cell) == cells.run(cell), cell


@pytest.mark.slow
def test_in_any_order_a_cell_works_or_names_what_it_lacks_and_in_order_all_is_well_again(monkeypatch):
    cells = Cells(ROOT / "notebooks" / "en" / "03-environment.ipynb", monkeypatch)
    order, lacking = list(cells.sources), 0
    random.Random(1).shuffle(order)
    for cell in order:
        try:
            cells.run(cell)
        except NameError as error:
            assert error.name in cells.names(), cell
            lacking += 1
    assert lacking, "the order was another"
    right = {cell: cells.run(cell) for cell in cells.sources}
    for cell in order:  # who goes back and runs a cell again sees the same
        assert cells.run(cell) == right[cell], cell


def given_and_read(source):
    """The names that a cell gives, and those that it reads and another cell has to give."""
    given, read, scopes = set(), set(), [symtable.symtable(source, "cell", "exec")]
    for scope in scopes:
        scopes += scope.get_children()
        for symbol in scope.get_symbols():
            if scope is scopes[0] and symbol.is_assigned():
                given.add(symbol.get_name())
            elif scope is scopes[0] or symbol.is_global():
                read.add(symbol.get_name())
    return given, read - given


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_name_that_another_cell_reads_is_given_by_one_cell_alone(path):
    """Else who goes back to a cell after a later one has taken its name gets an error, or another chart."""
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    names = {cell.id: given_and_read(cell.source) for cell in cells}
    givers = {}
    for cell, (given, _) in names.items():
        for name in given:
            givers.setdefault(name, []).append(cell)
    assert not {
        f"{cell} reads {name} of {givers[name]}"
        for cell, (_, read) in names.items()
        for name in read & givers.keys()
        if len(givers[name]) > 1
    }


# Data -----------------------------------------------------------------------------------------------------------------


def test_editing_a_table_would_change_the_kept_one_and_does_not():
    def most(frame):
        return frame.net_usd_million.max()

    kept, before = tables._localized_table("oda_donors", "en"), most(tables.load("oda_donors"))
    mine = tables.load("oda_donors")
    mine["net_usd_million"] = -1.0
    mine.loc[0, "name"] = "<b>"
    assert most(tables.load("oda_donors")) == before and "<b>" not in set(tables.load("oda_donors").name)
    try:
        kept["net_usd_million"] = -1.0  # what load() would hand out without .copy()
        assert most(tables.load("oda_donors")) == -1.0
    finally:
        tables.PACKAGE.kept.clear()
    assert most(tables.load("oda_donors")) == before


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A copy of the data folder that a test may damage."""
    shutil.copytree(tables.PACKAGE.folder, tmp_path / "data")
    monkeypatch.setattr(tables, "PACKAGE", Package(tmp_path / "data"))
    return tmp_path / "data"


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda file: file.unlink(), "the file is missing"),
        (lambda file: file.write_text(file.read_text(encoding="utf-8")[:5000], encoding="utf-8"), "cut off here"),
        (lambda file: file.write_bytes(b""), "line 1"),
        (lambda file: file.write_bytes(file.read_bytes().replace(b'"', b'"\xff', 1)), "not in UTF-8"),
        (lambda file: (file.unlink(), file.mkdir()), "cannot be read"),
    ],
    ids=["missing", "cut off", "empty", "another encoding", "a folder"],
)
@pytest.mark.parametrize("file", ["datapackage.json", "land.json"])
def test_a_damaged_description_or_outline_is_named_with_the_command(file, damage, told, data):
    damage(data / file)
    with pytest.raises(tables.TableError) as caught:
        tables.load_json("land")
    assert f"data/{file}" in str(caught.value) and told in str(caught.value)
    assert f"git checkout -- data/{file}" in str(caught.value)


# Hostile text ---------------------------------------------------------------------------------------------------------

HOSTILE = ['it\'s "quoted"', "\\", "' + warn('x') + '", '" + warn("x") + "', "<b>", "two\nlines", "\u2028", "${x}"]


@pytest.mark.parametrize("evil", HOSTILE)
def test_hostile_words_stay_words_in_expressions_of_vega(evil, capfd):
    rows = pd.DataFrame({"lat": [1], "lon": [1], "amount": [1.0], "name": [evil]})
    template = evil.replace("{", "{{").replace("}", "}}") + "{choice:label}{name}"
    sentence = sentences.compose(template, {"choice": {evil: evil}}, None)
    chart = alt.Chart(rows).mark_text().encode(text="said:N").add_params(alt.param("choice", value=evil))
    chart = chart.transform_calculate(said=sentence)
    drawn = vl_convert.vega_to_scenegraph(vl_convert.vegalite_to_vega(chart.to_dict()))
    assert json.dumps(evil * 3)[1:-1] in json.dumps(drawn)
    assert "WARN" not in capfd.readouterr().err


def test_a_word_with_a_quotation_mark_would_break_a_map_and_does_not(trial):
    trial(signs={"plus": 'l\'aide "reçue"', "minus": "it's"})
    rows = pd.DataFrame({"lat": [1], "lon": [1], "amount": [1.0]})
    chart = maps.bubble_map(alt.Chart(rows), "amount", ["amount"], "usd", signs="trial.signs")
    spec = chart.properties(width=300).add_params(alt.param("room", value=300)).to_dict()
    assert "l'aide" in json.dumps(vl_convert.vega_to_scenegraph(vl_convert.vegalite_to_vega(spec)))
    broken = json.loads(json.dumps(spec).replace(r"\"it's\"", "'it's'"))
    assert broken != spec
    with pytest.raises(ValueError, match="Unexpected identifier"):
        vl_convert.vega_to_scenegraph(vl_convert.vegalite_to_vega(broken))


@pytest.mark.parametrize("answer", ["<b>", 10**400, 10**5000, pd.Series([1]), pd.NA, object(), b"x", 1j], ids=type)
def test_any_answer_to_an_exercise_is_told_in_text(answer):
    said = questions.check("oda.second", answer)
    assert said.right is False and "<b>" not in said._repr_html_()


# A full disk ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_site(tmp_path, monkeypatch):
    """Build a site of one notebook and three claims, without npm, kernel and worksheets."""
    path = tmp_path / "notebooks" / "en" / "90-small.ipynb"
    path.parent.mkdir(parents=True)
    title = nbformat.v4.new_markdown_cell("# Small\n\n**The question:** is it small?", id="title")
    nbformat.write(nbformat.v4.new_notebook(cells=[title]), path)

    async def made(paths):
        return {p: nbformat.read(p, 4) for p in paths}, {p: site.Printed() for p in paths}

    monkeypatch.setattr(site, "_make", made)
    monkeypatch.setattr(site, "bundle_widgets", lambda: {"program": "", "share": "", "style": "", "licences": ""})
    monkeypatch.setattr(claims, "load", lambda name: tables.load(name)[: 3 if name == "bluebook_claims" else None])
    return lambda out: site.build(out, tmp_path / "notebooks")


@contextlib.contextmanager
def full_after(count, monkeypatch):
    """A disk that is full after some files: what is written then goes to /dev/full."""
    write, left = Path.write_bytes, [count]

    def limited(self, content):
        left[0] -= 1
        return write(self if left[0] >= 0 else Path("/dev/full"), content)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", limited)
        yield


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize("count", [0, 2, 5])
@pytest.mark.parametrize("earlier", [True, False], ids=["over an earlier site", "anew"])
def test_a_full_disk_leaves_the_earlier_site_and_nothing_half_written(
    count, earlier, small_site, tmp_path, monkeypatch
):
    out = tmp_path / "out"
    if earlier:
        assert len(list(small_site(out))) > 1
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    with full_after(count, monkeypatch), pytest.raises(Exception, match="(?i)no space left|full") as caught:
        small_site(out)
    assert caught.type is site.SiteError or caught.value.errno == errno.ENOSPC
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == (["notebooks", "out"] if earlier else ["notebooks"])
    small_site(out)
    assert (out / "index.html").exists()


def test_a_site_that_cannot_be_put_in_place_leaves_the_earlier_one(small_site, tmp_path, monkeypatch):
    out = tmp_path / "out"
    small_site(out)
    before, move = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}, os.replace

    def full(source, target):
        if Path(source).name == "new":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        move(source, target)

    with monkeypatch.context() as patch, pytest.raises(OSError, match="No space left"):
        patch.setattr(os, "replace", full)
        small_site(out)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notebooks", "out"]
