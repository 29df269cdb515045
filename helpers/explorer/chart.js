// A chart that follows its controls, the width of its cell and the size of the text.

import { element } from "./dom.js";
import { draw, enlarge, fontOf, rowsOf, typeOf } from "./drawing.js";
import { listen } from "./inputs.js";

const INK = "currentColor"; // that of the page: it follows the theme by itself, and paper is white

export class Chart {
  // `place` is the element to draw in, `onDrawn` is called after every change, `stop` ends it all.
  constructor({ embed, spec, runtime, inputs, place, onDrawn, onFail, stop }) {
    Object.assign(this, { embed, spec, runtime, inputs, place, onDrawn, onFail, stop });
    this.type = 1;
    this.width = 0; // Vega cannot measure a chart that is not on the page yet: the first drawing waits for a width
    this.queue = Promise.resolve();
    this.queued = false;
    this.settled = Promise.resolve(); // when the chart shows every change made so far
    this.drawn = undefined;
    stop.addEventListener("abort", () => this.drawn?.view.finalize());
  }

  watch() {
    if (this.stop.aborted) return;
    // As wide as the chart and as high as a line of text: what is drawn never changes it, since a browser complains of an
    // observer that changes what is observed.
    const ruler = element("div", { class: "explorer-ruler", "aria-hidden": "true" });
    this.place.before(ruler);
    const room = new ResizeObserver(() => requestAnimationFrame(() => this.measure()));
    room.observe(ruler);
    this.stop.addEventListener("abort", () => room.disconnect());
    listen(this.runtime, "change:scale", () => this.redraw(), this.stop);
    this.inputs.onChange((name) => this.change(name), this.stop);
  }

  get view() {
    return this.drawn.view;
  }

  rows(layer = "numbers") {
    return rowsOf(this.drawn.vgSpec, this.view, layer);
  }

  get sentence() {
    return this.rows("summary")[0]?.sentence;
  }

  get subtitle() {
    return this.view.signal("explorer_subtitle");
  }

  measure() {
    const width = Math.floor(this.place.clientWidth);
    const type = typeOf(this.place);
    if (!width || (width === this.width && type === this.type)) return;
    Object.assign(this, { width, type });
    this.redraw();
  }

  // A control has changed.
  change(name) {
    if (!this.drawn) return;
    const shown = this.show({ [name]: this.inputs.value(name) }).catch(this.onFail);
    const done = shown.then(() => this.queue); // a drawing that had begun before shows it too, once it has ended
    this.settled = Promise.all([this.settled, done]).then(() => {}); // without their values, which would pile up
  }

  async show(values) {
    if (await this.update(values)) await this.redraw();
    else if (!this.stop.aborted) this.onDrawn();
  }

  // Sets signals. True if the legend has other entries: Vega leaves it in the space of the former ones, so the chart
  // has to be drawn anew.
  async update(values) {
    const { spec, view } = this;
    if (spec.width === "container" && !spec.projection) view.width(this.width); // as a fresh chart would
    const before = this.entries();
    for (const [name, value] of Object.entries(values)) view.signal(name, value);
    await view.runAsync();
    return this.entries() !== before;
  }

  entries() {
    return [...this.place.querySelectorAll(".role-legend-label text")].map((text) => text.textContent).join("\n");
  }

  // Draws the chart anew, after what is being drawn.
  redraw() {
    if (!this.queued) this.queue = this.queue.then(() => this.paint()).catch(this.onFail);
    this.queued = true;
    return this.queue;
  }

  async paint() {
    this.queued = false;
    if (this.stop.aborted || !this.width) return;
    const before = this.drawn;
    const chosen = this.inputs.values();
    const signals = { ...chosen, linkable: this.runtime.get("linkable") };
    const scale = this.runtime.get("scale") * this.type;
    const spec = enlarge(this.spec, scale, this.type);
    const sheet = element("div"); // the chart before stays until this one is drawn
    const next = await draw(this.embed, sheet, spec, this.width, INK, scale, signals, fontOf(this.place));
    if (this.stop.aborted) return void next.view.finalize();
    before?.view.finalize();
    this.place.replaceChildren(sheet);
    this.drawn = next;
    const moved = Object.entries(this.inputs.values()).filter(
      ([name, value]) => String(value) !== String(chosen[name]),
    );
    if (moved.length && (await this.update(Object.fromEntries(moved)))) return this.paint(); // while it was drawn
    if (!this.stop.aborted) this.onDrawn();
  }
}
