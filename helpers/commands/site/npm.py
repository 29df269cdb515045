"""JavaScript libraries that are not on PyPI, fetched by npm once and kept with the checksum that npm publishes."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

import platformdirs

__all__ = ["FETCHED", "SiteError", "fetch"]

FETCHED = {
    "@jupyter-widgets/html-manager": (
        "1.0.15",
        "sha512-5thBIV6ymNgmPVOHvzx+gGy8ZSKmSazhtGw4/c4xJDVzRhG9PTeQsRjF3FUTopvFi//SABeNz1yp47bCrJ3CQA==",
    ),
    "requirejs": (
        "2.3.8",
        "sha512-7/cTSLOdYkNBNJcDMWf+luFvMriVm7eYxp4BcFCsAX0wF421Vyce5SXP17c+Jd5otXKGNehIonFlyQXSowL6Mw==",
    ),
}
NEEDED = re.compile(r"^package/(package\.json|.*LICENSE.*|require\.js|dist/libembed-amd\.js)$")


class SiteError(Exception):
    """The site cannot be made; the message says what failed, where, and what to do."""


def fetch(name: str) -> dict[str, bytes]:
    """The files of a package of `FETCHED`, from the user's cache or, the first time, by npm.

    Raises
    ------
    SiteError
        If npm is missing or cannot fetch it, or it is not the package whose checksum is recorded.
    """
    version, checksum = FETCHED[name]
    cache = Path(platformdirs.user_cache_dir("bluebook-notebooks")) / "npm"
    file = cache / f"{name.lstrip('@').replace('/', '-')}-{version}.tgz"
    if not file.exists() or _checksum(file) != checksum:
        npm = shutil.which("npm")
        if not npm:
            raise SiteError(f"{name} {version} is fetched by npm, which is not installed: install Node.js.")
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            command = [npm, "pack", "--silent", "--pack-destination", folder, f"{name}@{version}"]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
            made = list(Path(folder).glob("*.tgz"))
            if done.returncode or not made:
                raise SiteError(f"npm could not fetch {name} {version}: {done.stderr.strip() or 'no answer'}")
            if _checksum(made[0]) != checksum:
                raise SiteError(f"{name} {version} is not the package that was checked: its checksum differs.")
            os.replace(made[0], file)
    with tarfile.open(file) as archive:
        return {
            member.name.removeprefix("package/"): archive.extractfile(member).read()
            for member in archive
            if member.isfile() and NEEDED.search(member.name)
        }


def _checksum(file: Path) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(file.read_bytes()).digest()).decode()
