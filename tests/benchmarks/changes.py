"""How long a change of a control takes until it is painted, on the static pages, with a slow processor.

Run by hand: ``python tests/benchmarks/changes.py SITE`` for a site made by ``python -m helpers site SITE``; with a
second folder, ``SITE OTHER``, both are measured in turns in one run, and the ratios of the second to the first are
printed too. The exit code says only whether it could measure.

Every control of every explorer takes values one after the other: all it has, or as many as ``--sample`` says, drawn
with a fixed seed. The clock starts when the value is set on the control's model. It stops with the frame that shows
it: when the chart has settled, ``requestAnimationFrame``, then the first task after it. Chromium makes the processor as
many times slower as ``--slow`` says. **Processor time** is what the page's thread has worked meanwhile, so much slower
too; other programs disturb it less. All is done several times, and the median of a change counts, since a machine has
other work too.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import sys
from pathlib import Path
from statistics import median, quantiles

import pytest

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parent)]

from driving import script  # noqa: E402
from interaction import load, say, table  # noqa: E402
from lab import browser, served  # noqa: E402

DRAWN = """(() => {
    const panels = [...document.querySelectorAll('.explorer-panel')];
    return panels.length && panels.every(e => e.explorer);
})()"""
QUIET = """async () => {
    for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);
    await new Promise(done => setTimeout(done, 20));
}"""
PAINTED = """async (panel, [name, state]) => {
    const { chart, inputs } = panel.explorer, begun = performance.now();
    inputs.set(name, state);
    await chart.settled;
    return new Promise(done => requestAnimationFrame(() => {
        const next = new MessageChannel();
        next.port1.onmessage = () => done(performance.now() - begun);
        next.port2.postMessage(0);
    }));
}"""
MEASURES = ("to the next frame", "processor time")


def values(control: dict, sample: int, seed: str) -> list:
    """States to bring a control into, each another than the one before, in an order that the seed gives."""
    chance, kind, start = random.Random(seed), control["kind"], control["start"]
    if kind == "switch":
        return [not start, start]
    if kind == "choice":
        found = [place for place in range(len(control["values"])) if place != start]
    elif kind in ("choices", "tags"):
        every = control["allowed"] if kind == "tags" else list(range(len(control["values"])))
        found = [[*start[: chance.randrange(len(start) + 1)], each] for each in every if each not in start]
    else:
        numbers = [control["min"] + i * control["step"] for i in range(_steps(control) + 1)]
        if kind == "range":
            pairs = [sorted(chance.sample(numbers, 2)) for _ in range(sample)]
            found = [pair for i, pair in enumerate(pairs) if pair not in (start, *pairs[:i])]
        else:
            found = [number for number in numbers if number != start]
    chance.shuffle(found)
    return found[:sample]


def _steps(control: dict) -> int:
    return int((control["max"] - control["min"]) / control["step"] + 1e-9)


class Page:
    """A page of a site, open with a slow processor."""

    def __init__(self, opened, address: str, slow: float):
        self.page = opened.new_page(viewport={"width": 1300, "height": 900})
        self.page.goto(address)
        self.page.evaluate("globalThis.bluebook?.all?.()")  # a page whose charts wake one by one
        self.page.wait_for_function(DRAWN, timeout=120_000)
        self.page.wait_for_timeout(500)
        self.session = self.page.context.new_cdp_session(self.page)
        self.session.send("Performance.enable", {"timeDomain": "threadTicks"})
        self.session.send("Emulation.setCPUThrottlingRate", {"rate": slow})

    def panels(self) -> dict[str, object]:
        """The panels by the names of their explorers."""
        found = self.page.locator(".explorer-panel").element_handles()
        return {panel.evaluate("e => e.explorer.settings.file"): panel for panel in found}

    def processor(self) -> float:
        """Milliseconds that the page's own thread has worked so far."""
        metrics = self.session.send("Performance.getMetrics")["metrics"]
        return 1000 * next(each["value"] for each in metrics if each["name"] == "TaskDuration")

    def change(self, panel, name: str, state) -> tuple[float, float]:
        """Change a control: milliseconds to the next frame, and those that the processor has worked."""
        self.page.evaluate(QUIET)
        before = self.processor()
        taken = panel.evaluate(PAINTED, [name, state])
        return taken, self.processor() - before

    def measure(self, panel, name: str, states: list) -> list[tuple[float, float]]:
        """Change a control to one state after the other, then back to the first."""
        self.page.bring_to_front()
        panel.evaluate("e => e.scrollIntoView({ block: 'center' })")
        start = panel.evaluate("(e, name) => e.explorer.inputs.state(name)", name)
        taken = [self.change(panel, name, state) for state in states]
        self.change(panel, name, start)
        return taken


def measure_page(pages: list[Page], sample: int, rounds: int, seed: int, only: str) -> dict[tuple, list[list[float]]]:
    """Each change by explorer, control and value: for every measure a list with one number for each page."""
    shown = [page.panels() for page in pages]
    found = {}
    for key in [key for key in shown[0] if key.startswith(only) and all(key in others for others in shown)]:
        say(f"  {key}")
        for control in shown[0][key].evaluate(script("controlsOf")):
            name = control["name"]
            states = values(control, sample, f"{seed} {key} {name}")
            taken = [[] for _ in pages]
            for turn in range(rounds):
                for i in range(len(pages))[:: 1 if turn % 2 else -1]:
                    taken[i].append(pages[i].measure(shown[i][key], name, states))
            for place, state in enumerate(states):
                found[key, name, str(state)] = [
                    [median(times[place][which] for times in each) for each in taken] for which in range(len(MEASURES))
                ]
    return found


def figures(times: list[float]) -> list[float]:
    """Median, 95th percentile and worst."""
    return [median(times), quantiles(times, n=20)[-1], max(times)]


def report(found: dict[tuple, list[list[float]]], names: list[str], rows: int = 10) -> None:
    """Print the figures of each measure, and the slowest changes of each site."""
    for which, measure in enumerate(MEASURES):
        by_site = list(zip(*(each[which] for each in found.values()), strict=True))
        summed = [figures(times) for times in by_site]
        lines = [(name, *(f"{number:.0f}" for number in each)) for name, each in zip(names, summed, strict=True)]
        if len(summed) == 2:
            lines.append(("ratio", *(f"{new / old:.2f}" for old, new in zip(*summed, strict=True))))
        print(f"## {len(found)} changes, {measure}, ms\n")
        table(("site", "median", "95th percentile", "worst"), *lines)
        for place, name in enumerate(names):
            slowest = sorted(found.items(), key=lambda item: -item[1][which][place])[:rows]
            print(f"Slowest in {name}:\n")
            table(
                ("explorer", "control", "value", *names),
                *((*key, *(f"{number:.0f}" for number in taken[which])) for key, taken in slowest),
            )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("sites", type=Path, nargs="+", help="one site, or two to compare")
    options.add_argument("--page", action="append", help="such as en/01-oda; may be repeated (all English notebooks)")
    options.add_argument("--only", default="", help="explorers whose names begin so, such as oda-places (all)")
    options.add_argument("--sample", type=int, default=8, help="values of each control at most (8)")
    options.add_argument("--rounds", type=int, default=3, help="times that each change is made (3)")
    options.add_argument("--slow", type=float, default=4, help="how many times slower the processor is (4)")
    options.add_argument("--seed", type=int, default=1, help="which values are drawn (1)")
    chosen = options.parse_args()
    names = [f"{i}: {site.name}" for i, site in enumerate(chosen.sites, 1)]
    default = [f"en/{path.stem}" for path in sorted((chosen.sites[0] / "en").glob("0[1-9]-*.html"))]
    found, before = {}, load()
    with contextlib.ExitStack() as stack:
        addresses = [stack.enter_context(served(site)) for site in chosen.sites]
        for name in chosen.page or default:
            say(name)
            with browser() as opened:
                pages = [Page(opened, f"{address}/{name}.html", chosen.slow) for address in addresses]
                found |= measure_page(pages, chosen.sample, chosen.rounds, chosen.seed, chosen.only)
    report(found, names)
    print(f"Processor {chosen.slow:g} times slower. Load averages before: {before}; after: {load()}.")


if __name__ == "__main__":
    try:
        main()
    except pytest.skip.Exception as missing:
        sys.exit(str(missing))
