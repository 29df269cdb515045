"""The first line of a notebook: its language, its chart library, and how charts are shown."""

from typing import Any

import altair as alt

from .explorer import explore, runtime
from .language import use as choose_language

__all__ = ["present", "use"]


def use(code: str) -> None:
    """Set up a notebook: choose its language, and send the chart library to the browser ahead of the first chart."""
    choose_language(code)
    runtime()


def present(on: bool = True, scale: float = 1.6) -> None:
    """Enlarge the text of every chart for the back row of a classroom; ``present(False)`` goes back.

    Charts that are already drawn change too.
    """
    runtime().scale = scale if on else 1.0


def _render(spec: dict[str, Any], **_: Any) -> Any:
    """Altair renderer: a plain chart, shown by the same widget and so without a network."""
    return explore(spec)._repr_mimebundle_()


alt.renderers.register("explorer", _render)
alt.renderers.enable("explorer")
alt.data_transformers.disable_max_rows()  # the data go to the learner's own browser
