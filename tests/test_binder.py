"""Binder builds the environment of this checkout, and notebooks then run in it with no network."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyterlab.commands import get_app_dir
from jupyterlab_server.settings_utils import _get_overrides

ROOT = Path(__file__).parents[1]
NOTEBOOK = "notebooks/en/01-oda.ipynb"
SETTINGS = "share/jupyter/lab/settings"
EXTENSION = "share/jupyter/labextensions/bluebook-notebooks"
PUBLIC_ADDRESS = "192.0.2.1"  # reserved for documentation: no machine has it

# Read by every Python process of the environment at its start, kernels included.
REFUSE_NETWORK = """
import os
import sys


def refuse(event, args):
    if event == "socket.connect":
        host = args[1][0] if isinstance(args[1], tuple) else "localhost"
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = args[0]
    else:
        return
    host = (host.decode() if isinstance(host, bytes) else host) or "localhost"
    if host != "localhost" and host != "::1" and not host.startswith("127."):
        with open(os.environ["REFUSED_HOSTS"], "a") as refused:
            refused.write(host + "\\n")
        raise PermissionError(f"The network is refused: {host}")


sys.addaudithook(refuse)
"""


def copy_of_tracked_files(destination: Path) -> Path:
    """Copy what is in git, as Binder gets it."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (destination / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, destination / name)
    return destination


def run(command: list, **options) -> str:
    """Run a command; when it fails, show what it printed."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout[-5000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def dockerfile(tmp_path_factory) -> str:
    """What repo2docker makes of a copy of the checkout; it needs no Docker to print it."""
    checkout = copy_of_tracked_files(tmp_path_factory.mktemp("checkout"))
    options = ["--no-build", "--debug", "--user-id", "1000", "--user-name", "learner"]
    return run([sys.executable, "-m", "repo2docker", *options, str(checkout)])


def test_binder_uses_python_of_the_stated_version(dockerfile):
    stated = (ROOT / "binder/runtime.txt").read_text().strip()
    assert re.fullmatch(r"python-3\.\d+", stated)
    # repo2docker warns, and takes its own choice, when it does not understand the stated one.
    assert "Python version unspecified" not in dockerfile
    assert f"Building conda environment for python={stated.removeprefix('python-')}\n" in dockerfile


def test_binder_installs_the_lock_before_it_copies_the_repository(dockerfile):
    lock = dockerfile.index('pip install --no-cache-dir -r "binder/requirements.txt"')
    assert lock < dockerfile.index("COPY --chown=1000:1000 src/ ${REPO_DIR}")


def test_binder_runs_post_build(dockerfile):
    assert "./binder/postBuild" in dockerfile
    assert os.access(ROOT / "binder/postBuild", os.X_OK)


def test_jupyterlab_asks_no_website_for_news():
    settings, error = _get_overrides(str(Path(get_app_dir()) / "settings"))
    assert not error
    notification = settings["@jupyterlab/apputils-extension:notification"]
    assert notification == {"checkForUpdates": False, "fetchNews": "false"}


class Replica:
    """An environment made as the Binder image makes it: the lock, then postBuild, then no network."""

    def __init__(self, folder: Path):
        self.checkout = copy_of_tracked_files(folder / "checkout")
        self.venv = folder / "venv"
        self.home = folder / "home"
        self.home.mkdir()
        self.refused = folder / "refused-hosts"
        self.refused.touch()
        foreign = ("JUPYTER", "IPYTHON", "PYTHON", "VIRTUAL_ENV", "XDG_", "HELPERS_")
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)} | {
            "HOME": str(self.home),
            "XDG_CACHE_HOME": str(self.home / ".cache"),
            "PATH": f"{self.venv / 'bin'}{os.pathsep}{os.environ['PATH']}",
        }
        run([sys.executable, "-m", "venv", str(self.venv)])
        run(
            [str(self.venv / "bin/python"), "-m", "pip", "install", "-q", "-r", "binder/requirements.txt"],
            cwd=self.checkout,
        )
        run(["bash", "binder/postBuild"], cwd=self.checkout, env=self.environment)
        self.kept_after_post_build = self.kept_files()

        site = folder / "site"
        site.mkdir()
        (site / "sitecustomize.py").write_text(REFUSE_NETWORK)
        self.environment |= {"PYTHONPATH": str(site), "REFUSED_HOSTS": str(self.refused)}

    def python(self, *arguments: str) -> str:
        """Run Python of the environment, away from the checkout, with the network refused."""
        return run([str(self.venv / "bin/python"), *arguments], cwd=self.home, env=self.environment)

    def kept_files(self) -> dict[str, tuple[int, int]]:
        """Size and time of writing of every file in the user's cache, and of the chart library in the environment."""
        folders = (self.home / ".cache", self.venv / "share" / "bluebook-notebooks")
        files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
        return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in files}


@pytest.fixture(scope="module")
def replica(tmp_path_factory) -> Iterator[Replica]:
    folder = tmp_path_factory.mktemp("binder")
    yield Replica(folder)
    shutil.rmtree(folder)  # 400 MB


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="Binder images are Linux")
class TestInTheEnvironmentThatBinderBuilds:
    def test_the_network_is_refused(self, replica):
        for attempt in (f"socket.create_connection(({PUBLIC_ADDRESS!r}, 80))", "socket.getaddrinfo('example.org', 80)"):
            program = f"import socket\ntry: {attempt}\nexcept PermissionError: print('refused as it should')"
            assert "refused as it should" in replica.python("-c", program)
        assert set(replica.refused.read_text().split()) == {PUBLIC_ADDRESS, "example.org"}
        replica.refused.write_text("")

    def test_the_package_comes_with_its_data_and_settings(self, replica):
        package = Path(replica.python("-c", "import helpers; print(helpers.__path__[0])").strip())
        assert package.is_relative_to(replica.venv)
        for folder, shipped in (("helpers", package), ("data", package / "data")):
            source = replica.checkout / folder
            files = [path.relative_to(source) for path in source.rglob("*") if path.is_file()]
            assert files
            assert [file for file in files if not (shipped / file).is_file()] == []
        assert (replica.venv / SETTINGS / "overrides.d/bluebook-notebooks.json").is_file()
        assert (replica.venv / EXTENSION / "package.json").is_file()
        assert (replica.venv / EXTENSION / "static/remoteEntry.js").is_file()

    def test_post_build_has_put_the_chart_library_into_the_environment(self, replica):
        """Where every user finds it: on a hub, homes are empty."""
        sizes = {name: size for name, (size, _) in replica.kept_after_post_build.items()}
        assert [size > 100_000 for name, size in sizes.items() if name.startswith(str(replica.venv))] == [True]

    def test_a_notebook_runs_offline_with_the_chart_library_from_the_environment(self, replica, tmp_path):
        notebook = replica.checkout / NOTEBOOK
        replica.python("-m", "nbconvert", "--to", "notebook", "--execute", "--output-dir", str(tmp_path), str(notebook))
        assert '"output_type"' in (tmp_path / notebook.name).read_text(encoding="utf-8")
        assert replica.refused.read_text() == ""
        assert replica.kept_files() == replica.kept_after_post_build
