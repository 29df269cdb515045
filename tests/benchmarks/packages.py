"""Packages of npm whose files benchmarks need, without the packages that those ask for."""

from __future__ import annotations

import base64
import functools
import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

import platformdirs

FETCHED = {  # version, and the checksum that npm publishes
    "@jupyter-widgets/html-manager": (
        "1.0.15",
        "sha512-5thBIV6ymNgmPVOHvzx+gGy8ZSKmSazhtGw4/c4xJDVzRhG9PTeQsRjF3FUTopvFi//SABeNz1yp47bCrJ3CQA==",
    ),
    "requirejs": (
        "2.3.8",
        "sha512-7/cTSLOdYkNBNJcDMWf+luFvMriVm7eYxp4BcFCsAX0wF421Vyce5SXP17c+Jd5otXKGNehIonFlyQXSowL6Mw==",
    ),
}


def checksum(file: Path) -> str:
    """The checksum of a file, as npm writes it."""
    return "sha512-" + base64.b64encode(hashlib.sha512(file.read_bytes()).digest()).decode()


@functools.cache
def fetch(name: str) -> Path:
    """The archive of a package of `FETCHED`, from the user's cache or, the first time, by npm.

    Raises
    ------
    RuntimeError
        If npm cannot fetch it, or it is not the package whose checksum is recorded.
    """
    version, wanted = FETCHED[name]
    cache = Path(platformdirs.user_cache_dir("bluebook-notebooks")) / "npm"
    file = cache / f"{name.lstrip('@').replace('/', '-')}-{version}.tgz"
    if not file.exists() or checksum(file) != wanted:
        npm = shutil.which("npm")
        if not npm:
            raise RuntimeError(f"{name} is fetched by npm, which is not installed: install Node.js.")
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            command = [npm, "pack", "--silent", "--pack-destination", folder, f"{name}@{version}"]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
            made = list(Path(folder).glob("*.tgz"))
            if done.returncode or not made:
                raise RuntimeError(f"npm could not fetch {name} {version}: {done.stderr.strip() or 'no answer'}")
            if checksum(made[0]) != wanted:
                raise RuntimeError(f"{name} {version} is not the package that was checked: its checksum differs.")
            os.replace(made[0], file)
    return file


def unpack(name: str, path: str) -> bytes:
    """One file of a package."""
    with tarfile.open(fetch(name)) as archive:
        return archive.extractfile(f"package/{path}").read()
