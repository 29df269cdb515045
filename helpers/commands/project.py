"""What the installed description of the project says of it."""

from __future__ import annotations

import functools
from importlib import metadata

from ..versions import PROJECT

__all__ = ["project_url"]


@functools.cache
def project_url(name: str) -> str:
    """An address that the installed description of the project gives, which stands in pyproject.toml, or none."""
    for entry in metadata.metadata(PROJECT).get_all("Project-URL") or ():
        label, _, address = entry.partition(", ")
        if label == name:
            return address
    return ""
