"""The static edition: pages whose charts and questions work with no kernel and no network.

``python -m helpers site OUT`` runs every notebook and writes ``OUT/<language>/<notebook>.html``, worksheets, teaching
guide, glossary and an index. Until a reader comes, stills stand in the places of charts (``stand_ins.py``); then
``templates/site.js`` wakes each widget as it comes near. The controls are those of ipywidgets: the folder widgets holds
what npm makes one script of. It stands beside the pages with everything else they need: the pages ask no other machine
for anything, and open from a folder too.
"""

from .assembly import build
from .npm import SiteError

__all__ = ["SiteError", "build"]
