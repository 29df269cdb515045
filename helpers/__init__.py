"""Helpers of the Bluebook notebooks: ``from helpers import *`` gives a notebook all it needs."""

import json
import sys

from .versions import require

require()

# Altair imports jsonschema, which imports an optional checker of internationalised addresses if there is one. It takes
# a second, more than all the rest of a notebook's start, and checks nothing here: Altair starts without it.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

import altair as alt
import pandas as pd
from IPython.display import display
from ipywidgets import Checkbox, Dropdown, IntRangeSlider, IntSlider, ToggleButtons

from .charts import *  # noqa: F403
from .charts import __all__ as _charts
from .explorer import explore
from .language import text, texts
from .ledger import claims, evidence, sources, verify
from .questions import ask, check, draw, predict
from .rows import rows
from .session import present, use
from .tables import cite, decimal_year, labels, load, load_json, meaning, table_names

pd.options.display.html.use_mathjax = False  # two dollars in a table are two dollars, not a formula

if sys.modules.get("rfc3987_syntax", ...) is None:
    del sys.modules["rfc3987_syntax"]

__all__ = [
    "Checkbox", "Dropdown", "IntRangeSlider", "IntSlider", "ToggleButtons", "alt", "display", "json", "pd",
    "ask", "check", "cite", "claims", "decimal_year", "draw", "evidence", "explore", "labels", "load", "load_json",
    "meaning", "predict", "present", "rows", "sources", "table_names", "text", "texts", "use", "verify", *_charts,
]  # fmt: skip
