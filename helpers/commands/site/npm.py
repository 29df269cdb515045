"""The controls of the pages as one script: npm fetches and bundles them once, and the result is kept."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import zlib
from collections.abc import Iterable
from pathlib import Path

import platformdirs

__all__ = ["SiteError", "bundle_widgets"]

SOURCES = Path(__file__).parent / "widgets"
STEPS = {"ci": ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], "run build": ["--silent"]}


class SiteError(Exception):
    """The site cannot be made; the message says what failed, where, and what to do."""


def bundle_widgets() -> dict[str, str]:
    """Scripts (`program`, `share`), `style` and `licences` of the controls, from the cache or, the first time, by npm.

    They are kept under a checksum of all they are made from: lock and our programs.

    Raises
    ------
    SiteError
        If npm is missing or fails, or a package is not the one whose checksum is in the lock.
    """
    sources = {path.name: path.read_text(encoding="utf-8") for path in sorted(SOURCES.iterdir()) if path.is_file()}
    made_from = [sources, Path(__file__).read_text(encoding="utf-8")]
    checksum = hashlib.sha256(json.dumps(made_from).encode()).hexdigest()[:12]
    cache = Path(platformdirs.user_cache_dir("bluebook-notebooks")) / "npm"
    file = cache / f"widgets-{checksum}.json.gz"
    with contextlib.suppress(OSError, EOFError, ValueError, zlib.error):  # no copy, or a damaged one: it is made anew
        return json.loads(gzip.decompress(file.read_bytes()))
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as name:
        folder = Path(name)
        made = _bundle(sources, folder)
        (folder / file.name).write_bytes(gzip.compress(json.dumps(made).encode(), mtime=0))
        os.replace(folder / file.name, file)
    return made


def _bundle(sources: dict[str, str], folder: Path) -> dict[str, str]:
    npm = shutil.which("npm")
    if not npm:
        raise SiteError("The controls of the pages are fetched by npm, which is not installed: install Node.js.")
    for name, source in sources.items():
        (folder / name).write_text(source, encoding="utf-8")
    for step, options in STEPS.items():
        done = subprocess.run(
            [npm, *step.split(), *options], cwd=folder, capture_output=True, encoding="utf-8", errors="replace"
        )
        if done.returncode:
            said = done.stderr.strip() or done.stdout.strip() or "no answer"
            raise SiteError(f"npm {step} for the controls of the pages failed: {said}")
    parts = json.loads((folder / "made" / "parts.json").read_text(encoding="utf-8"))["inputs"]
    return {
        "program": (folder / "made" / "widgets.js").read_text(encoding="utf-8"),
        "share": (folder / "made" / "share.js").read_text(encoding="utf-8"),
        "style": (folder / "made" / "widgets.css").read_text(encoding="utf-8"),
        "licences": _licences(folder, parts),
    }


def _licences(folder: Path, parts: Iterable[str]) -> str:
    """Name, version and licence of every package that has a part in the bundle, as the packages state them."""
    used = set()
    for path in parts:
        before, inside, rest = path.rpartition("node_modules/")
        if inside:
            used.add(folder / before / inside / "/".join(rest.split("/")[: 2 if rest.startswith("@") else 1]))
    texts = []
    for package in sorted(used):
        about = json.loads((package / "package.json").read_text(encoding="utf-8"))
        texts.append(f"{about['name']} {about['version']}: {about['license']}")
        files = sorted(package.glob("LICENSE*"))
        texts += [file.read_text(encoding="utf-8").strip() for file in files]
        if not files:  # whose it is stands in its programs
            sources = "".join(file.read_text(encoding="utf-8") for file in package.rglob("*.[jt]s"))
            texts.append("\n".join(sorted(set(re.findall(r"Copyright \(c\) .*", sources)))))
    return "\n\n".join(texts)
