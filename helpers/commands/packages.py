"""Writing a data package: ``python -m helpers record``; and reading another one for a while."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any

from .. import tables
from ..checks import check_entry
from ..language import text
from ..package import Package, checksum

__all__ = ["describe", "reading", "record"]


def record(package: Package) -> None:
    """Record size and checksum of every file in ``datapackage.json``; nothing is written if a file is not sound."""
    description = json.loads((package.folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in description["resources"]:
        check_entry(package, resource)
        raw = package.read_raw(resource)
        package.check(resource, raw)
        if checksum(raw) != resource.get("hash"):
            before = resource.get("bytes", 0)
            print(text("tables.recorded", file=f"data/{resource['path']}", before=before, after=len(raw)))
            resource.update(bytes=len(raw), hash=checksum(raw))
    describe(package, description)


def describe(package: Package, description: dict[str, Any]) -> None:
    """Write the description of a package anew, and read everything anew from then on."""
    content = json.dumps(description, ensure_ascii=False, indent=2) + "\n"
    (package.folder / "datapackage.json").write_text(content, encoding="utf-8", newline="\n")
    package.kept.clear()
    package.__dict__.pop("resources", None)


@contextlib.contextmanager
def reading(package: Package) -> Iterator[None]:
    """Read another package for a while, such as a copy with newer figures."""
    before, tables.PACKAGE = tables.PACKAGE, package
    try:
        yield
    finally:
        tables.PACKAGE = before
