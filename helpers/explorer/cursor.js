// One cursor over the marks of a chart, for keys, fingers and ears. It reads them only when it is used: specifications and
// pictures stay as they are, and a change of a control costs nothing more.

import { element, isComposing } from "./dom.js";
import { arrange, encodingOf, nearest, readMarks, search, step } from "./walk.js";

const NEAR = 24; // pixels from a finger to the mark that it means
const DRAG = 8; // pixels after which a finger that moves sideways no longer taps
const LEAST = 12; // pixels of the ring around a small mark
const GAP = 8; // pixels between ring and readout
const PAUSE = 1000; // milliseconds after which another word is typed

export class Cursor {
  constructor(chart, panel, settings, stop) {
    Object.assign(this, { chart, panel, settings, place: chart.place, typed: "", lastKey: 0 });
    this.ring = element("div", { class: "explorer-cursor", hidden: "", "aria-hidden": "true" });
    this.readout = element("div", { class: "explorer-readout", hidden: "", "aria-hidden": "true" });
    this.spoken = element("div", { class: "explorer-spoken", role: "status" });
    panel.append(this.ring, this.readout, this.spoken);
    const { place } = this;
    const hear = (node, type, handler, capture = false) =>
      node.addEventListener(type, handler, { capture, signal: stop });
    hear(place, "keydown", (event) => this.press(event));
    hear(place, "focus", () => place.matches(":focus-visible") && !this.at && this.hint());
    hear(place, "focusout", ({ relatedTarget }) => relatedTarget && !relatedTarget.contains(place) && this.leave());
    for (const type of ["pointerdown", "pointermove", "pointerup", "pointercancel"])
      hear(place, type, (event) => this.touch(event));
    hear(place, "click", (event) => this.hold(event), true);
    hear(document, "click", ({ target }) => !place.contains(target) && this.leave(), true);
  }

  // After each drawing of the chart. Vega has said in English what its element is; its marks would read out columns.
  update() {
    const { place, settings, at } = this;
    const { chart, keys } = settings.words;
    const svg = place.querySelector("svg");
    const drawn = place.firstElementChild;
    const label = [drawn, place].map((each) => each?.getAttribute("aria-label")).find(Boolean) ?? chart;
    for (const name of ["role", "aria-roledescription", "aria-label"]) drawn?.removeAttribute(name);
    const told = settings.columns.length
      ? { role: "application", tabindex: "0", "aria-description": keys }
      : { role: "img" };
    Object.assign(told, { "aria-roledescription": chart, "aria-label": label });
    for (const [name, words] of Object.entries(told)) place.setAttribute(name, words);
    svg?.setAttribute("aria-hidden", "true");
    this.svg = settings.columns.length ? svg : undefined;
    this.read = undefined;
    this.play?.();
    if (at) this.resume(at);
  }

  // Goes to what is drawn now for a mark of before, or else to another, or leaves.
  resume({ name, x, y } = {}, other) {
    const same = this.reading.marks.filter((mark) => mark.name === name);
    const now = nearest(same, x, y, Number.POSITIVE_INFINITY) ?? other;
    if (now) this.show(now);
    else this.leave();
    return now;
  }

  // Marks and their order, read once for each drawing.
  get reading() {
    if (!this.read) {
      const { columns, language } = this.settings;
      const encoding = encodingOf(this.chart.spec) ?? {};
      const marks = readMarks(this.chart.view, encoding, columns, language);
      this.read = { encoding, marks, order: arrange(marks, encoding, language) };
    }
    return this.read;
  }

  press(event) {
    const { key } = event;
    const runs = event.shiftKey && key === "Enter"; // a cell
    if (!this.svg?.isConnected || event.ctrlKey || event.metaKey || event.altKey || runs || isComposing(event)) return;
    if (key === "Escape") {
      if (this.readout.hidden) return;
      event.stopPropagation();
      this.leave();
    } else if (key === "Enter") this.enter();
    else if (/^(Arrow(Left|Right|Up|Down)|Home|End)$/.test(key)) this.go(step(key, this.at, this.reading.order));
    else if ([...key].length === 1) this.type(key, event.timeStamp);
    else return;
    event.preventDefault();
  }

  type(key, time) {
    const find = (typed) => search(typed, this.at, this.reading.order, this.settings.language);
    const longer = time - this.lastKey < PAUSE ? this.typed + key : key;
    this.lastKey = time;
    const found = find(longer);
    this.typed = found ? longer : key;
    this.go(found ?? find(key));
  }

  go(mark) {
    if (!mark) return;
    this.show(mark, true);
    this.say(mark);
    this.play?.(mark, true);
  }

  // Opens the page of a mark that has one; another says all again, with its heads.
  enter() {
    if (this.at?.item.href) element("a", { href: this.at.item.href }).click();
    else if (this.at) this.say(this.at, true);
  }

  touch(event) {
    const { type, pointerType, isPrimary, clientX, clientY } = event;
    if (type === "pointerdown") this.held = false;
    if (pointerType === "mouse" || !isPrimary || !this.svg?.isConnected) return;
    if (type === "pointerdown") this.from = { clientX, clientY, drags: false };
    const { from } = this;
    if (!from) return;
    const [right, down] = [Math.abs(clientX - from.clientX), Math.abs(clientY - from.clientY)];
    if (type === "pointermove" && right > DRAG) from.drags = true;
    if (type === "pointermove" && from.drags) this.point(event, Number.POSITIVE_INFINITY, true);
    if (type === "pointerup" && !from.drags && down <= DRAG) this.point(event, NEAR, false);
    if (/up|cancel/.test(type)) this.from = undefined;
  }

  point({ clientX, clientY }, most, isDrag) {
    const { left, top } = this.svg.getBoundingClientRect();
    const mark = nearest(this.reading.marks, clientX - left, clientY - top, most, isDrag);
    if (mark === this.at && isDrag) return;
    this.held = Boolean(mark?.item.href) && mark !== this.at;
    if (!mark) return void this.leave();
    if (document.activeElement !== this.place) this.place.focus({ preventScroll: true });
    this.show(mark);
    this.say(mark);
    this.play?.(mark, true);
  }

  // The first tap on a mark with a page reads it; the second opens the page.
  hold(event) {
    if (!this.held) return;
    event.stopPropagation();
    event.preventDefault();
    this.held = false;
  }

  // Puts the ring around a mark and the readout beside it; if asked, brings both into sight.
  show(mark, isSought) {
    this.at = this.last = mark;
    this.place.dataset.kept = "cursor";
    document.getElementById("vg-tooltip-element")?.classList.remove("visible");
    const line = ({ title, words }) => element("p", {}, element("span", {}, title), " ", element("b", {}, words));
    this.readout.replaceChildren(...mark.cells.map(line));
    this.ring.hidden = this.readout.hidden = false;
    const { left, top } = this.frame();
    const [right, down] = [Math.max(0, LEAST - mark.x2 + mark.x1) / 2, Math.max(0, LEAST - mark.y2 + mark.y1) / 2];
    const box = { left: left + mark.x1 - right, top: top + mark.y1 - down };
    Object.assign(box, { width: mark.x2 - mark.x1 + 2 * right, height: mark.y2 - mark.y1 + 2 * down });
    for (const [side, size] of Object.entries(box)) this.ring.style[side] = `${size}px`;
    if (isSought) this.ring.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.put(box);
  }

  // Where the picture begins in the panel.
  frame() {
    const { panel } = this;
    const [room, drawn] = [panel, this.svg].map((node) => node.getBoundingClientRect());
    return { left: drawn.left - room.left + panel.scrollLeft, top: drawn.top - room.top + panel.scrollTop };
  }

  // Puts the readout above a box or below, in the panel and in the window.
  put(box) {
    const { panel, readout } = this;
    const { offsetWidth: width, offsetHeight: height } = readout;
    const { top } = panel.getBoundingClientRect();
    const within = (least, size, most) => Math.max(least, Math.min(size, most));
    const [start, end] = [panel.scrollLeft, panel.scrollLeft + panel.clientWidth - width];
    const head = Number.parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 0; // it covers so much
    const [highest, lowest] = [Math.max(0, head - top), Math.min(panel.clientHeight, innerHeight - top) - height];
    const [above, below] = [box.top - height - GAP, box.top + box.height + GAP];
    readout.style.left = `${within(start, box.left + box.width / 2 - width / 2, end)}px`;
    readout.style.top = `${above >= highest ? above : within(highest, below, lowest)}px`;
  }

  // What the keys do, where the chart begins.
  hint() {
    this.readout.replaceChildren(element("p", {}, this.settings.words.keys));
    this.readout.hidden = false;
    this.place.dataset.kept = "cursor";
    this.readout.style.left = "0";
    this.readout.style.top = `${this.place.offsetTop}px`;
  }

  // Short: heads are said with the first of a kind of mark, then only where they are asked for.
  say({ cells }, long) {
    const { between } = this.settings.words;
    const heads = cells.map(({ title }) => title).join();
    const full = long || heads !== this.heads;
    this.heads = heads;
    this.spoken.textContent = cells.map(({ title, words }) => (full ? `${title} ${words}` : words)).join(between);
  }

  leave() {
    if (this.readout.hidden) return;
    this.at = this.heads = undefined;
    this.typed = "";
    delete this.place.dataset.kept;
    this.ring.hidden = this.readout.hidden = true;
    this.spoken.textContent = "";
  }
}
