"""A page on a cheap phone, driven through Chromium's own protocol: bytes, how soon charts live, how long tasks block.

It works alike for pages that make all explorers as they load and for pages that show a still picture until a reader
comes near (``.stand-in-explorer``). A **place** is a cell of the page with one explorer or more; it is **live** when
each of them has its chart and answers.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from statistics import median
from urllib.parse import urlsplit

SCREEN = {"width": 390, "height": 844}
SLOWER = 4  # how many times slower the processor is made
NETWORK = {"latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}  # ms, bytes a second
SETTLE = 3000  # milliseconds after load in which a page may still ask for something without a reader
STEP, PAUSE, HURRY = 400, 250, 30  # a reader who scrolls through: pixels, and milliseconds between
LONG_VISIT = 180_000  # milliseconds that any step may take
LIBRARIES = ("assets", "plain")  # folders of what pages share

WATCH = """(() => {
    const STATE = 'script[type="application/vnd.jupyter.widget-state+json"]';
    const VIEW = 'script[type="application/vnd.jupyter.widget-view+json"]';
    const tasks = [], shifts = [];
    const note = (type, list, of) => {
        new PerformanceObserver(seen => list.push(...seen.getEntries().map(of))).observe({ type, buffered: true });
    };
    note('longtask', tasks, entry => ({ start: entry.startTime, ms: entry.duration }));
    note('layout-shift', shifts, entry => ({ start: entry.startTime, by: entry.hadRecentInput ? 0 : entry.value }));
    const panels = root => [...root.querySelectorAll('.explorer-panel')];
    // Where explorers are or will be: stand-ins, panels, and the places that saved states name.
    const marks = () => {
        const saved = document.querySelector(STATE), states = saved ? JSON.parse(saved.textContent).state : {};
        const views = [...document.querySelectorAll(VIEW)].filter(view =>
            states[JSON.parse(view.textContent).model_id]?.state._dom_classes?.includes('explorer'));
        const asleep = [...document.querySelectorAll('.stand-in-explorer')];
        return [asleep, panels(document), views.map(view => view.parentElement)];
    };
    const cell = mark => mark.closest('section[id], .jp-Cell') ?? mark.parentElement;
    let places;
    const find = () => {
        const found = new Map(), kinds = marks();
        for (const kind of kinds) {
            const counts = new Map();
            for (const mark of kind) counts.set(cell(mark), [...(counts.get(cell(mark)) ?? []), mark]);
            for (const [at, { length: count, 0: mark }] of counts) {
                if (count > (found.get(at)?.count ?? 0)) found.set(at, { at, count, mark });
            }
        }
        const follows = (a, b) => (a.at.compareDocumentPosition(b.at) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1);
        return [...found.values()].sort(follows);
    };
    const live = ({ at, count }) => panels(at).length >= count && panels(at).every(panel => panel.explorer);
    const show = ({ at, mark }) => {
        const target = mark.isConnected && mark.getClientRects().length ? mark : at;
        const { top } = target.getBoundingClientRect();
        if (top < 0 || top > innerHeight * 0.8) target.scrollIntoView({ block: 'center' });
    };
    globalThis.benchmark = {
        tasks, shifts,
        places: () => (places ??= find()).length,
        explorers: () => places.reduce((sum, { count }) => sum + count, 0),
        lives: () => places.filter(live).length,
        bring: (number, asked, patience) => {
            const place = places[number];
            benchmark.brought = new Promise((done, fail) => {
                const look = () => {
                    if (live(place)) return done(Date.now() - asked);
                    show(place); // what becomes live above may push it away
                    setTimeout(look, 20);
                };
                show(place);
                look();
                setTimeout(() => fail(new Error(`Place ${number + 1} did not become live.`)), patience);
            });
        },
    };
})()"""


# Two seconds without a long task since the last step, and every place is live, or ten seconds have not made it so.
OVER = """ended => {
    const quiet = performance.now() - Math.max(ended, ...benchmark.tasks.map(task => task.start + task.ms));
    return quiet > (benchmark.lives() === benchmark.places() ? 2000 : 10_000);
}"""


class Traffic:
    """What a page receives: bytes as they come over the wire, heads of answers among them, by address."""

    def __init__(self, session):
        self.addresses, self.held, self.at_load = {}, {}, None
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.responseReceived", self._answered)
        session.on("Network.dataReceived", self._received)
        session.on("Network.loadingFinished", self._finished)
        session.on("Page.loadEventFired", self._loaded)
        session.send("Network.enable")
        session.send("Page.enable")

    def _asked(self, event: dict) -> None:
        if event["request"]["url"].startswith("http"):
            self.addresses[event["requestId"]] = event["request"]["url"]

    def _answered(self, event: dict) -> None:
        self.held[event["requestId"]] = event["response"]["encodedDataLength"]

    def _received(self, event: dict) -> None:
        self.held[event["requestId"]] = self.held.get(event["requestId"], 0) + event["encodedDataLength"]

    def _finished(self, event: dict) -> None:
        self.held[event["requestId"]] = event["encodedDataLength"]

    def _loaded(self, _: dict) -> None:
        self.at_load = sum(self.files().values())

    def files(self) -> dict[str, float]:
        """Bytes so far, by path."""
        found = {}
        for request, address in self.addresses.items():
            path = urlsplit(address).path
            found[path] = found.get(path, 0) + self.held.get(request, 0)
        return found


def libraries(files: dict[str, float]) -> float:
    """Bytes of the programs and styles that pages share."""
    shared = (path for path in files if path.split("/")[1] in LIBRARIES and not path.endswith(".html"))
    return sum(files[path] for path in shared)


@contextlib.contextmanager
def visit(opened, address: str, slow: bool) -> Iterator[tuple]:
    """Open a page with an empty cache on a small screen until its load event; gives the page and its traffic."""
    context = opened.new_context(viewport=SCREEN, is_mobile=True, has_touch=True, device_scale_factor=2)
    try:
        context.set_default_timeout(LONG_VISIT)
        page = context.new_page()
        session = context.new_cdp_session(page)
        traffic = Traffic(session)
        if slow:
            session.send("Network.emulateNetworkConditions", {"offline": False, **NETWORK})
            session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.add_init_script(WATCH)
        page.goto(address)
        yield page, traffic
    finally:
        context.close()


def now() -> float:
    """Milliseconds on the clock that a page has too: a reader does not wait until the page has time to notice."""
    return time.time() * 1000


def bring(page, number: int, asked: float | None = None) -> float:
    """Scroll to a place as a reader would; gives the seconds from now, or from `asked`, until it is live."""
    asked = now() if asked is None else asked
    page.evaluate("asked => benchmark.bring(...asked)", [number, asked, LONG_VISIT])
    page.mouse.wheel(0, 1)  # the turn of a wheel is a reader's own, the jump before it a program's
    return page.evaluate("benchmark.brought") / 1000


def scroll(page, pause: float) -> None:
    """Go through a page with the wheel, from where it stands to its end."""
    while not page.evaluate("scrollY + innerHeight >= document.documentElement.scrollHeight - 2"):
        page.mouse.wheel(0, STEP)
        page.wait_for_timeout(pause)


def weigh(opened, address: str) -> dict:
    """Bytes of a page: at its load event, a while later, and when all of it was seen; and what they are made of."""
    with visit(opened, address, slow=False) as (page, traffic):
        page.wait_for_timeout(SETTLE)
        settled = sum(traffic.files().values())
        places = page.evaluate("benchmark.places()")
        scroll(page, HURRY)
        for number in range(places):
            bring(page, number)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(500)  # what comes last
        files = traffic.files()
        return {
            "load": traffic.at_load,
            "settled": settled,
            "seen": sum(files.values()),
            "libraries": libraries(files),
            "requests": len(traffic.addresses),
            "files": dict(sorted(files.items(), key=lambda each: -each[1])),
        }


def wait_for_charts(opened, address: str) -> dict:
    """Seconds from coming near to a place until it is live, for each place of a page, on a slow phone."""
    with visit(opened, address, slow=True) as (page, _):
        asked, times, opened_first = now(), [], None
        load = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd") / 1000
        for number in range(page.evaluate("benchmark.places()")):
            times.append(bring(page, number, asked))
            opened_first = opened_first or page.evaluate("performance.now()") / 1000
            page.wait_for_timeout(1000)  # a reader looks at it
            asked = None
        return {
            "load": load,
            "times": times,
            "opened": opened_first,
            "explorers": page.evaluate("benchmark.explorers()"),
        }


def scroll_through(opened, address: str) -> dict:
    """The longest task and how far the layout moves, until load and while a reader scrolls through on a slow phone."""
    with visit(opened, address, slow=True) as (page, _):
        began = now()
        places, opened_at = page.evaluate("[benchmark.places(), performance.timeOrigin]")
        scroll(page, PAUSE)
        page.wait_for_function(OVER, arg=page.evaluate("performance.now()"))
        tasks, shifts = page.evaluate("benchmark.tasks"), page.evaluate("benchmark.shifts")
        return {
            "places": places,
            "lives": page.evaluate("benchmark.lives()"),
            **split(tasks, shifts, began - opened_at),
        }


def split(tasks: list[dict], shifts: list[dict], began: float) -> dict:
    """The longest task before and since the scrolling began, how long tasks blocked, and how far the layout moved.

    Parameters
    ----------
    tasks, shifts
        As the page noted them: ``start`` in milliseconds, and ``ms`` or ``by``.
    began
        When the scrolling began. A task that was under way then counts as one since.
    """
    after = [task["ms"] for task in tasks if task["start"] + task["ms"] > began]
    return {
        "opening": max((task["ms"] for task in tasks if task["start"] + task["ms"] <= began), default=0),
        "scrolling": max(after, default=0),
        "blocked": sum(ms - 50 for ms in after),
        "shift": sum(shift["by"] for shift in shifts if shift["start"] >= began),
    }


def charts(visits: list[dict]) -> dict:
    """Medians over visits of `wait_for_charts`: the first place, the later ones, and the worst of those."""
    found = {"load": median(visit["load"] for visit in visits), "explorers": visits[0]["explorers"]}
    if not visits[0]["times"]:
        return found
    later = [visit["times"][1:] for visit in visits]
    found["first"] = median(visit["times"][0] for visit in visits)
    found["opened"] = median(visit["opened"] for visit in visits)
    if later[0]:
        found["later"] = median(seconds for times in later for seconds in times)
        found["worst"] = median(max(times) for times in later)
    return found
