"""JupyterLab as the README opens it: the whole collection is at hand, and links up and across lead somewhere."""

import contextlib
import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest
from lab import OPTIONS, ROOT, free_port
from test_binder import copy_of_tracked_files

pytestmark = pytest.mark.browser
READMES = {"README.md": "en", "README.ja.md": "ja"}
GUIDE = "notebooks/en/teaching-guide.md"
OPEN = """path => {
    const open = globalThis.jupyterapp?.shell.currentWidget?.context;
    return open?.path === path && open.isReady;
}"""
LINKS = """[...document.querySelectorAll('.jp-MarkdownViewer a[href*="/files/"]')]
    .filter(a => a.checkVisibility()).map(a => a.href)"""


def command(readme):
    """What opens JupyterLab, by a README."""
    return re.search(r"^\.venv/bin/(jupyter lab .*)$", (ROOT / readme).read_text(encoding="utf-8"), re.MULTILINE)[1]


@pytest.mark.parametrize("readme", READMES)
def test_windows_has_the_same_command(readme):
    assert command(readme) == f"jupyter lab --ServerApp.root_dir=. notebooks/{READMES[readme]}/00-start.ipynb"
    windows = command(readme).replace("/", "\\")
    assert f"\n.venv\\Scripts\\{windows}\n" in (ROOT / readme).read_text(encoding="utf-8")


@contextlib.contextmanager
def opened(folder, home):
    """The address that a browser is given when the command of the README is run in a folder."""
    browser = home / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {home}/given && mv {home}/given {home}/address\n')
    browser.chmod(0o755)
    options = [option for option in OPTIONS if option != "--no-browser"]
    options += [f"--port={free_port()}", f"--ServerApp.browser={browser} %s"]
    _, _, *given = shlex.split(command("README.md"))
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *given, *options],
        cwd=folder,
        env=os.environ | {"JUPYTER_CONFIG_DIR": str(home), "JUPYTER_DATA_DIR": f"{home}/data", "IPYTHONDIR": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + 60
        while not (home / "address").exists():
            assert time.monotonic() < end and server.poll() is None, "JupyterLab opens no browser"
            time.sleep(0.1)
        page = urlsplit((home / "address").read_text().strip()).path  # a file that sends the browser on
        address = re.search(r"url=([^\"]+)\"", Path(url2pathname(page)).read_text())[1]
        yield address.replace("localhost", "127.0.0.1")
    finally:
        server.terminate()
        server.wait(20)


def pick(page, path):
    """Open a file from the list of files, beginning at the top."""
    page.locator(".jp-BreadCrumbs-home").click()
    for name in path.split("/"):
        page.locator(".jp-DirListing-itemText").get_by_text(name, exact=True).dblclick()
    page.wait_for_function(OPEN, arg=path)


def test_the_list_of_files_holds_the_collection_and_every_link_of_the_guide_leads_somewhere(tmp_path, chromium):
    (tmp_path / "copy").mkdir()
    (tmp_path / "home").mkdir()
    with opened(copy_of_tracked_files(tmp_path / "copy"), tmp_path / "home") as address:
        page = chromium.new_page(viewport={"width": 1300, "height": 900})
        page.goto(address)
        page.wait_for_function(OPEN, arg="notebooks/en/00-start.ipynb", timeout=60_000)
        for path in ("README.md", "data/oda/donors.csv", "notebooks/ja/01-oda.ipynb", GUIDE):
            pick(page, path)
        page.wait_for_function(f"{LINKS}.length > 50")
        links = {link.partition("#")[0] for link in page.evaluate(LINKS)}
        assert len(links) > 10
        asked = "links => Promise.all(links.map(async (link) => (await fetch(link, { method: 'HEAD' })).ok || link))"
        assert {*page.evaluate(asked, sorted(links))} == {True}
        page.locator(".jp-MarkdownViewer a:visible", has_text="README").first.click()
        page.wait_for_function(OPEN, arg="README.md")
        page.close()
