"""What all pages share: the widget libraries, the Vega bundle, and the programs and styles of our widgets."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from importlib import metadata
from pathlib import Path
from typing import Any

from ...explorer.bundle import build_bundle
from ...palette import style_sheet

__all__ = ["Library"]

TEMPLATES = Path(__file__).parent / "templates"


class Library:
    """What all pages share: the widget libraries, the Vega bundle, and the programs and styles of our widgets."""

    def __init__(self, widgets: dict[str, str]):
        self.widgets, self.texts = widgets, {}

    def take(self, states: dict[str, Any]) -> None:
        """Move what widgets have in common out of their state; site.js puts it back."""
        for model in states.values():
            traits = model["state"]
            for trait in ("_esm", "_css"):
                if source := traits.get(trait):
                    traits[trait] = hashlib.sha256(source.encode()).hexdigest()[:12]
                    self.texts[traits[trait]] = source
            model["buffers"] = [part for part in model.get("buffers", ()) if part["path"] != ["bundle"]]

    def files(self) -> dict[str, str]:
        """Library, style, start program and licences, by their path."""
        content = {
            "widgets": _packed(gzip.compress(self.widgets["program"].encode(), mtime=0)),
            "vega": _packed(build_bundle()),
            "texts": self.texts,
        }
        return {
            "assets/library.js": f"globalThis.bluebookLibrary = {json.dumps(content)};\n",
            "assets/site.js": (TEMPLATES / "site.js").read_text(encoding="utf-8"),
            "assets/site.css": style_sheet(TEMPLATES / "site.css", TEMPLATES / "claims.css"),
            "assets/licences.txt": self.licences(),
        }

    def licences(self) -> str:
        """The licences of all libraries on the pages, as their packages state them."""
        parts = [self.widgets["licences"]]
        # Packages without a text of their own are of the project of ipywidgets, or of that of JupyterLab.
        for name in ("ipywidgets", "jupyterlab", "anywidget", "vl-convert-python"):
            package = metadata.distribution(name)
            parts.append(f"{name} {package.version}")
            parts += [file.read_text() for file in package.files or () if "LICENSE" in file.name]
        return "\n\n".join(part.strip() for part in parts) + "\n"


def _packed(data: bytes) -> str:
    return base64.b64encode(data).decode()
