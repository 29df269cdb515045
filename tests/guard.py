"""What every explorer draws, for every value of every control, in every language: a guard for changes of structure.

``python tests/guard.py write OUT.json [05-polar ...]`` builds the static edition of all notebooks or of those named,
sets all values in a Chromium, and writes for each the sentence, the subtitle, and fingerprints of the rows (nine
digits) and of the marks (a tenth of a pixel). ``python tests/guard.py compare OLD.json NEW.json`` lists what differs.
Write the old file before the change.
"""

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

from driving import controls, panels, script
from lab import browser
from sweep import combinations, every, value

from helpers.commands.notebooks import paths
from helpers.commands.site import build

PARTS = ["sentence", "subtitle", "number of rows", "rows", "marks"]


def write(out, stems):
    """Write what the explorers of some notebooks draw, or of all."""
    drawn = {}
    with tempfile.TemporaryDirectory() as folder, browser() as chromium:
        chosen = Path(folder) / "notebooks"
        for path in paths():
            if not stems or path.stem in stems:
                (chosen / path.parent.name).mkdir(parents=True, exist_ok=True)
                shutil.copy(path, chosen / path.parent.name)
        pages = [page for page in build(Path(folder) / "site", chosen) if "answers" not in page.name]
        for path in pages:
            page = chromium.new_page(viewport={"width": 1300, "height": 900})
            page.goto(path.as_uri())
            if page.locator(".stand-in-explorer").count():
                page.evaluate("bluebook.all()")
                page.wait_for_function(
                    "(n => n.length && n.every(e => e.explorer))([...document.querySelectorAll('.explorer-panel')])",
                    timeout=120_000,
                )
                for panel in panels(type("Seen", (), {"page": page})):
                    name = f"{path.parent.name}/{path.stem}/{panel.evaluate('e => e.explorer.settings.file')}"
                    described = controls(panel)
                    values = {control.name: every(control) for control in described}
                    start = {control.name: value(control) for control in described}
                    tried = [{}, *combinations(values, start)]
                    tried += [{control: one} for control, each in values.items() for one in each]
                    results = panel.evaluate(script("drawStates"), [start, tried])
                    drawn[name] = [[json.dumps(s, sort_keys=True), r] for s, r in zip(tried, results, strict=True)]
                print(path.parent.name, path.stem, len(drawn), flush=True)
            page.close()
    out.write_text(json.dumps(drawn, ensure_ascii=False), encoding="utf-8")
    print(f"{len(drawn)} explorers, {sum(map(len, drawn.values()))} states")


def compare(old, new):
    """Lines that say what differs between two files that `write` made."""
    before, after = (json.loads(path.read_text(encoding="utf-8")) for path in (old, new))
    found = [f"{name}: only in {'the old' if name in before else 'the new'}" for name in before.keys() ^ after.keys()]
    for name in [name for name in before if name in after]:
        if [state for state, _ in before[name]] != [state for state, _ in after[name]]:
            found.append(f"{name}: its controls have other values")
            continue
        for (state, result), (_, now) in zip(before[name], after[name], strict=True):
            parts = [part for part, a, b in zip(PARTS, result, now, strict=False) if a != b]
            if parts or len(result) != len(now):
                found.append(f"{name} {state}: {', '.join(parts) or 'an error'}: {result[:2]} -> {now[:2]}")
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("write")
    one.add_argument("out", type=Path)
    one.add_argument("stems", nargs="*", metavar="NOTEBOOK")
    both = commands.add_parser("compare")
    both.add_argument("old", type=Path)
    both.add_argument("new", type=Path)
    chosen = parser.parse_args()
    if chosen.command == "write":
        write(chosen.out, chosen.stems)
    else:
        different = compare(chosen.old, chosen.new)
        print("\n".join(different[:60]) or "Nothing differs.")
        sys.exit(bool(different) and f"{len(different)} states differ.")
