"""A data package: its files, read as its description says, and what is wrong with a file that is not so.

A file whose checksum matches is read directly. Otherwise it is checked cell by cell, so that the error can name line,
column and remedy. After an intended change ``python -m helpers record`` checks the files and records their checksums.
"""

from __future__ import annotations

import functools
import hashlib
import io
import json
from pathlib import Path
from typing import Any, NoReturn

import pandas as pd

from .language import text

__all__ = ["Package", "TableError"]


class TableError(Exception):
    """A table or column that does not exist, or a data file that is not as the package describes it."""


class Package:
    """The folder of a data package.

    Parameters
    ----------
    folder
        Holds ``datapackage.json`` and the files that it describes.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.kept: dict[Any, pd.DataFrame] = {}  # what was read, until the files are recorded anew

    @functools.cached_property
    def resources(self) -> dict[str, dict[str, Any]]:
        """What the package says of each of its files, by name."""
        package = {"path": "datapackage.json", "type": "json"}
        raw = self.read_raw(package)
        try:
            return {resource["name"]: resource for resource in json.loads(raw)["resources"]}
        except ValueError:
            self.check(package, raw)
            raise

    def names(self, kind: str) -> list[str]:
        """Names of all resources of a kind: ``"table"`` or ``"json"``."""
        return [name for name, resource in self.resources.items() if resource["type"] == kind]

    def frame(self, name: str) -> pd.DataFrame:
        """A table as it stands in its file, with the types of its schema. Do not change it: it is kept."""
        if name not in self.kept:
            resource = self.resources[name]
            raw = self.read(resource)
            cells = pd.read_csv(io.BytesIO(raw), dtype="str", keep_default_na=False, na_values=[""])
            fields = resource["schema"]["fields"]
            self.kept[name] = pd.DataFrame({f["name"]: _typed(cells[f["name"]], f["type"]) for f in fields})
        return self.kept[name]

    def read(self, resource: dict[str, Any]) -> bytes:
        """Read a file whose checksum is the recorded one; raise what is wrong with any other."""
        raw = self.read_raw(resource)
        if _checksum(raw) != resource["hash"]:
            self.check(resource, raw)
            damaged(resource, "changed", before=resource["bytes"], after=len(raw))
        return raw

    def record(self) -> None:
        """Record size and checksum of every file in ``datapackage.json``; nothing is written if a file is not sound."""
        from .checks import check_entry

        package = json.loads((self.folder / "datapackage.json").read_text(encoding="utf-8"))
        for resource in package["resources"]:
            check_entry(self, resource)
            raw = self.read_raw(resource)
            self.check(resource, raw)
            if _checksum(raw) != resource.get("hash"):
                before = resource.get("bytes", 0)
                print(text("tables.recorded", file=f"data/{resource['path']}", before=before, after=len(raw)))
                resource.update(bytes=len(raw), hash=_checksum(raw))
        self.write(package)

    def write(self, package: dict[str, Any]) -> None:
        """Write the description anew, and read everything anew from then on."""
        content = json.dumps(package, ensure_ascii=False, indent=2) + "\n"
        (self.folder / "datapackage.json").write_text(content, encoding="utf-8", newline="\n")
        self.kept.clear()
        self.__dict__.pop("resources", None)

    def check(self, resource: dict[str, Any], raw: bytes) -> None:
        """Raise the first thing in a file that is not as the package describes it."""
        from .checks import check_file

        check_file(self, resource, raw)

    def read_raw(self, resource: dict[str, Any]) -> bytes:
        """Read a file, whatever it holds; raise that it is absent or cannot be read."""
        try:
            return (self.folder / resource["path"]).read_bytes()
        except FileNotFoundError:
            damaged(resource, "absent")
        except OSError as error:
            damaged(resource, "unreadable", reason=error.strerror)


def _typed(cells: pd.Series, type: str) -> pd.Series:
    if type == "boolean":
        return cells == "true"
    if type == "integer":
        return cells.astype("Int64" if cells.isna().any() else "int64")
    return cells.astype("float64") if type == "number" else cells


def _checksum(raw: bytes) -> str:
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"


def damaged(resource: dict[str, Any], problem: str, line: int | None = None, **values: Any) -> NoReturn:
    """Raise that a file is damaged: a problem of the catalogue, its place, and the remedy."""
    file, column = f"data/{resource['path']}", values.get("column")
    place = "" if line is None else text("tables.line", line=line)
    place += "" if column is None else text("tables.column", column=column)
    detail = text(f"tables.problems.{problem}", **values)
    raise TableError(text("tables.damaged", file=file, place=place, problem=detail))
