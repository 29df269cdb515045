"""The Vega libraries as one JavaScript module, and other work of vl-convert.

vl-convert brings a JavaScript engine that takes 80 MB of memory. It works in a process of its own, which ends with the
work: a class of 20 learners has no such engine in 20 kernels.
"""

import contextlib
import gzip
import json
import os
import subprocess
import sys
import tempfile
import zlib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import altair as alt
import platformdirs

from ..language import text
from ..versions import PROJECT

__all__ = ["build_bundle", "bundle_files", "convert"]

VL_CONVERT = version("vl-convert-python")
SHARED = Path(sys.prefix) / "share" / PROJECT  # for all users of an environment: on a hub, homes are empty
PROGRAM = "import json, sys, vl_convert; name, given = json.load(sys.stdin); print(getattr(vl_convert, name)(**given))"


def convert(function: str, **options: Any) -> str:
    """What a function of vl-convert makes of the options; a `RuntimeError` with its message if it fails."""
    command = [sys.executable, "-P", "-X", "utf8", "-c", PROGRAM]  # -P: no json.py of a learner's folder
    done = subprocess.run(command, input=json.dumps([function, options]), capture_output=True, encoding="utf-8")
    if done.returncode:
        raise RuntimeError(done.stderr.strip().rpartition("\n")[2])
    return done.stdout


def bundle_files() -> list[Path]:
    """Where the bundle is looked for: in the environment, then in the user's cache."""
    name = f"vega-{_vegalite()}-{VL_CONVERT}.js.gz"
    return [SHARED / name, Path(platformdirs.user_cache_dir(PROJECT)) / name]


def build_bundle(for_all: bool = False) -> bytes:
    """Vega, Vega-Lite and Vega-Embed as one gzipped JavaScript module (0.3 MB) that needs no network.

    It is made once, in some seconds, and kept under the versions it is made from: in the user's cache or, if it is made
    `for_all` users and that can be written, in the environment. Where nothing can be, each kernel makes it anew.

    Raises
    ------
    RuntimeError
        If the installed vl-convert does not know the Vega-Lite version that the installed Altair writes.
    """
    shared, own = bundle_files()
    for file in [shared] if for_all else [shared, own]:
        with contextlib.suppress(OSError, EOFError, zlib.error):  # no copy, or a damaged one: it is made anew
            bundle = file.read_bytes()
            if gzip.decompress(bundle):
                return bundle
    try:
        source = convert("javascript_bundle", snippet="export default vegaEmbed;", vl_version=_vegalite())
    except RuntimeError as error:
        raise RuntimeError(text("common.explorer.versions", altair=alt.__version__, vegalite=_vegalite())) from error
    bundle = gzip.compress(source.encode(), mtime=0)
    for file in [shared, own] if for_all else [own]:
        with contextlib.suppress(OSError):  # it cannot be written: the next place, or none
            _keep(file, bundle)
            break
    return bundle


def _vegalite() -> str:
    """The Vega-Lite version that the installed Altair writes, such as ``"6.1"``."""
    return ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])


def _keep(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        part = Path(folder) / file.name
        part.write_bytes(content)
        os.replace(part, file)
