"""A series as sound: what is asked of Web Audio on a page opened from a folder, against the rows that a chart draws."""

import pytest
from pages import explorers_in
from test_site import DRAWN, UNFOLD, woken

from helpers.language import texts

pytestmark = pytest.mark.browser

# A Web Audio that makes no sound and notes what it is asked.
NOTE = """globalThis.asked = { made: 0, open: 0, voices: [] };
class Param {
    events = [];
    setValueAtTime(value, at) { this.events.push([at, value]); }
    setTargetAtTime(value, at) { this.events.push([at, value]); }
    cancelScheduledValues(from) { this.events = this.events.filter(([at]) => at < from); }
}
class Part { connect(next) { return (this.next = next); } }
globalThis.AudioContext = class {
    currentTime = 2;
    destination = new Part();
    constructor() { asked.made += 1; asked.open += 1; }
    close() { asked.open -= 1; }
};
globalThis.GainNode = class extends Part { gain = new Param(); };
globalThis.StereoPannerNode = class extends Part { pan = new Param(); };
globalThis.OscillatorNode = class extends Part {
    frequency = new Param();
    start() { asked.voices.push(this); }
    stop(at) { this.ends = at ?? "now"; }
};"""
HEARD = """number => {
    const { frequency, next: volume, ends } = asked.voices.at(number);
    const side = volume.next;
    return [frequency.events, volume.gain.events, side.pan.events, ends, Boolean(side.next)];
}"""
# The values at the low and the high end of an axis, by the places of its labels.
ENDS = """(e, side) => {
    const { view } = e.explorer.chart;
    const labels = [...e.querySelectorAll(".role-axis-label text")].map((text) => text.__data__);
    const axis = Map.groupBy(labels, ({ mark }) => mark).values().find((all) => all[0][side] !== all.at(-1)[side]);
    const [a, b] = [axis[0], axis.at(-1)];
    const at = (place) => a.datum.value + (place - a[side]) * (b.datum.value - a.datum.value) / (b[side] - a[side]);
    return side === "y" ? [at(view.height()), at(0)] : [at(0), at(view.width())];
}"""
SAID = "e => e.querySelector('.explorer-spoken').textContent"
SET = """async (e, year) => {
    e.explorer.inputs.set("year", year);
    await e.explorer.chart.settled;
}"""


def opened(chromium, address, note):
    """The page of the first theme on a telephone, with all charts awake."""
    page = chromium.new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.add_init_script(note)
    page.goto(address)
    page.evaluate("bluebook.all()")
    page.wait_for_function(DRAWN.format(count=explorers_in("en/01-oda")), timeout=30_000)
    page.evaluate(UNFOLD)
    return page


def button(panel, word):
    """The switch of a chart, in its opened fold."""
    panel.evaluate("e => { e.querySelector('.explorer-more').open = true; }")
    found = [each for each in panel.query_selector_all(".explorer-menu button") if each.text_content() == word]
    return found[0] if found else None


def pressed(switch):
    return switch.get_attribute("aria-pressed")


def hertz(panel, values, side):
    low, high = panel.evaluate(ENDS, side)
    return [220 * 4 ** ((value - low) / (high - low)) for value in values]


def series(page, number=-1):
    """What was asked of one voice: pitches, beginnings, ends and sides of its tones, and when it falls silent."""
    pitches, volumes, sides, ends, ear = page.evaluate(HEARD, number)
    assert ear, "it reaches the loudspeaker"
    assert [value > 0 for _, value in volumes] == [True, False] * len(pitches), "each tone rises and falls"
    starts = [at for at, _ in volumes[::2]]
    assert [at for at, _ in pitches] == starts == [at for at, _ in sides]
    begin = [at - 2 for at in starts]
    return [value for _, value in pitches], begin, [at - 2 for at, _ in volumes[1::2]], [v for _, v in sides], ends


def test_a_series_sounds_when_it_is_asked_for_and_as_its_rows_say(chromium, folder):
    listen = texts("common.explorer.words")["listen"]
    page = opened(chromium, f"file://{folder}/en/01-oda.html", NOTE)
    story, ranking, major = (woken(page, f"oda-{name}") for name in ("story", "ranking", "major"))
    for name in ("places", "parts"):
        assert button(woken(page, f"oda-{name}"), listen) is None, "a map, and bars from here to there"

    switch = button(story, listen)
    assert pressed(switch) == "false" and switch.bounding_box()["height"] >= 44
    story.query_selector(".explorer-chart").press("ArrowRight")
    assert page.evaluate("asked.made") == 0, "who has not asked hears nothing"
    story.query_selector(".explorer-chart").press("Escape")

    switch.press("Enter")
    rows = sorted(story.evaluate("e => e.explorer.chart.rows().map(({ year, usd }) => [year, usd])"))
    years = [year for year, _ in rows]
    assert 1961 not in years and years[0] == 1960, "one year is missing"
    pitches, begin, end, sides, silent = series(page)
    assert pressed(switch) == "true" and page.evaluate("[asked.made, asked.open, asked.voices.length]") == [1, 1, 1]
    assert pitches == pytest.approx(hertz(story, [usd for _, usd in rows], "y"))
    assert min(pitches) > 220 and max(pitches) < 880 and max(pitches) > 2 * min(pitches)
    assert begin == pytest.approx([4.75 * (year - 1960) / (years[-1] - 1960) for year in years], abs=1e-3)
    assert sides == pytest.approx([2 * (year - 1960) / (years[-1] - 1960) - 1 for year in years], abs=1e-3)
    assert begin[1] - end[0] > 5 * (begin[2] - end[1]) > 0, "and silent"
    assert end[-1] <= 5 and silent == 7
    page.wait_for_timeout(200)
    assert story.evaluate(SAID) == "", "nothing is spoken over it"
    assert "1960" in story.query_selector(".explorer-readout").text_content(), "where it begins is seen"

    story.query_selector(".explorer-chart").press("End")
    assert page.evaluate("[asked.voices.length, asked.voices[0].ends]") == [2, "now"]
    own, begin, *_ = series(page)
    assert own == pytest.approx(pitches[-1:]) and begin == [0]
    assert "2023" in story.evaluate(SAID)
    page.keyboard.press("Escape")
    assert pressed(switch) == "false" and page.evaluate("asked.open") == 0
    story.query_selector(".explorer-chart").press("Home")
    assert page.evaluate("asked.voices.length") == 2

    def bars():
        return ranking.evaluate("e => e.explorer.chart.rows().map(row => row.amount).sort((a, b) => b - a)")

    switch = button(ranking, listen)
    switch.tap()
    before, begin, *_ = series(page)
    assert before == pytest.approx(hertz(ranking, bars(), "x")), "bars sound in their order"
    assert begin == pytest.approx([4.75 * place / 22 for place in range(23)])
    ranking.evaluate(SET, 1990)
    assert page.evaluate("asked.voices.at(-1).ends") == "now", "what sounds is what is drawn"
    switch.tap()
    assert pressed(switch) == "false" and page.evaluate("asked.open") == 0
    switch.tap()
    after, *_ = series(page)
    assert after == pytest.approx(hertz(ranking, bars(), "x")) and after != pytest.approx(before[: len(after)])
    switch.press("Escape")
    assert pressed(switch) == "false"

    major.query_selector(".explorer-chart").press("J")
    button(major, listen).press("Enter")
    japan = major.evaluate("e => e.explorer.chart.rows().filter(r => r.iso3 === 'JPN').map(r => [r.year, r.usd])")
    assert series(page)[0] == pytest.approx(hertz(major, [usd for _, usd in sorted(japan)], "y")), "that of the cursor"
    page.close()


def test_a_browser_without_web_audio_is_offered_nothing(chromium, folder):
    page = opened(chromium, f"file://{folder}/en/01-oda.html", "delete globalThis.AudioContext")
    words = texts("common.explorer.words")
    for panel in page.query_selector_all(".explorer-panel"):
        assert button(panel, words["png"]) and button(panel, words["listen"]) is None
    page.close()
