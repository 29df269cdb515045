"""What all pages share: the widget libraries, the Vega bundle, and the programs and styles of our widgets."""

from __future__ import annotations

import gzip
import json
import re
from importlib import metadata
from itertools import starmap
from pathlib import Path

from ...explorer import FOLDER as EXPLORER
from ...explorer import join_modules, runtime
from ...explorer.bundle import build_bundle
from ...palette import style_sheet
from ...questions import FOLDER as QUESTIONS
from .npm import SiteError

__all__ = ["Library", "apart"]

TEMPLATES = Path(__file__).parent / "templates"
STYLES = (
    EXPLORER / "explorer.css",
    QUESTIONS / "question.css",
    TEMPLATES / "site.css",
    TEMPLATES / "claims.css",
    TEMPLATES / "class.css",
    TEMPLATES / "form.css",
)
PLAIN = ("icon.svg", "noscript.css")
# They share no names with others.
APART = ("kept.js", "folds.js", "routes.js", "record.js", "class.js", "find.js", "claims.js")


class Library:
    """What all pages share: the widget libraries, Vega, and the programs and styles of our widgets."""

    def __init__(self, widgets: dict[str, str], programs: dict[str, str]):
        self.widgets, self.programs = widgets, programs

    def files(self) -> dict[str, str]:
        """Libraries, style, start program and licences, by their path."""
        return {
            "assets/widgets.js": self.widgets["program"],
            "assets/widgets.css": self.widgets["style"],
            "assets/share.js": self.widgets["share"],
            "assets/vega.js": vega(),
            "assets/programs.js": "".join(starmap(classic, self.programs.items())),
            **{f"assets/{name}": _template(name) for name in PLAIN},
            **{f"assets/{name}": apart(name) for name in APART},
            "assets/site.js": _template("site.js") + apart("menus.js"),
            "assets/site.css": style_sheet(*STYLES),
            "assets/licences.txt": self.licences(),
        }

    def licences(self) -> str:
        """The licences of all libraries on the pages, as their packages state them."""
        parts = [self.widgets["licences"]]
        # Packages without a text of their own are of the project of ipywidgets, or of that of JupyterLab.
        for name in ("ipywidgets", "jupyterlab", "vl-convert-python"):
            package = metadata.distribution(name)
            parts.append(f"{name} {package.version}")
            parts += [file.read_text() for file in package.files or () if "LICENSE" in file.name]
        return "\n\n".join(part.strip() for part in parts) + "\n"


def _template(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def apart(name: str) -> str:
    """A program with the modules that it imports, which shares no names with others."""
    return f"(() => {{\n{join_modules(*_with_imports(TEMPLATES / name))}}})();\n"


def _with_imports(file: Path) -> list[Path]:
    """A module after those that it imports."""
    named = re.findall(r'^import [^;]* from "(\.{1,2}/[^"]*)";', file.read_text(encoding="utf-8"), re.MULTILINE)
    found = [part for name in named for part in _with_imports((file.parent / name).resolve())]
    return [*dict.fromkeys(found), file]


def classic(name: str, module: str) -> str:
    """The program of a widget as a classic script, under the name that stands in the states of its models.

    It is without its remarks, which are a fifth of it: pages are read on telephones.
    """
    body, found, given = module.rpartition("export default ")
    if not found or re.search(r"^(import|export)\b", body, re.MULTILINE):
        begin = module.strip().partition("\n")[0]
        raise SiteError(f"A widget's program needs one default export and no import, to be a script: {begin}")
    body = re.sub(r"^ *//.*\n", "", body, flags=re.MULTILINE)
    return f"bluebook.programs[{json.dumps(name)}] = (() => {{\n{body}return {given.strip()}\n}})();\n"


def vega() -> str:
    """The Vega libraries as a classic script, under the version that a runtime asks for."""
    module = gzip.decompress(build_bundle()).decode()
    source, _, name = module.rstrip().removesuffix(" as default};").rpartition("export{")
    if not source:
        raise SiteError("The bundle of vl-convert does not end as it did: library.py makes a script of it.")
    version = json.dumps(runtime().version)
    return f"(()=>{{{source}(globalThis.bluebookVega??={{}})[{version}]=Promise.resolve({name});}})();\n"
