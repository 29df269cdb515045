// A guess that is drawn: a line through the years that are hidden, or hidden bars; later the data beside it.

import { element, fill } from "../explorer/dom.js";
import { Axis } from "./amounts.js";

const ROOM = { top: 24, right: 18, height: 230 }; // pixels around and in the plot
const [LEAST, MOST] = [240, 640]; // pixels from side to side
const LINE = 15; // pixels from line to line of a name below a bar

const shape = (tag, attributes, ...children) => {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
};

const isDrawn = (value) => typeof value === "number";
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

// What is said of a guess. All amounts are in the unit of the table, but in words.
export class Measure extends Axis {
  fill(name, values) {
    return fill(this.words[name], values);
  }

  // The guess for every year: what is left out lies on a straight line between its neighbours. None without an end, or
  // without one of the bars.
  complete(drawn = []) {
    const given = [this.values[this.known - 1], ...this.hidden.map((_, place) => drawn[place])];
    const at = this.labels.slice(this.known - 1);
    const set = given.flatMap((value, place) => (isDrawn(value) ? [place] : []));
    if (set.at(-1) !== given.length - 1 || (!this.years && set.length < given.length)) return;
    const between = (place) => {
      const [left, right] = [set.findLast((one) => one <= place), set.find((one) => one >= place)];
      const part = left === right ? 0 : (at[place] - at[left]) / (at[right] - at[left]);
      return given[left] + part * (given[right] - given[left]);
    };
    return given.map((_, place) => between(place)).slice(1);
  }

  // A difference in words: a share of the data where they are amounts well above zero, else an amount; undefined where it
  // is too small to be told.
  difference(off, value) {
    const { words, between, unit } = this;
    const isShare = unit !== "%" && between[0] >= 0 && value > (between[1] - between[0]) / 20;
    const number = isShare ? String(Math.round((100 * off) / value)) : this.number(off);
    if (number === "0") return;
    const written = isShare ? words.share : unit === "%" ? words.points : this.written;
    return written.replace("{}", () => number);
  }

  // How far guesses are from a value of the data, and on which side are those whose distance can be told.
  gap(offs, value) {
    const { words } = this;
    const difference = this.difference(mean(offs.map(Math.abs)), value);
    const told = offs.filter((off) => this.difference(Math.abs(off), value));
    const [isHigh, isLow] = [told.some((off) => off > 0), told.some((off) => off < 0)];
    const side = isHigh && isLow ? "apart" : isHigh ? "high" : "low";
    return difference ? words[side].replace("{}", () => difference) : words.same;
  }

  // What is said beside the data: the gap, for several years or bars on average, and where it is widest.
  said(guesses) {
    const { data, words } = this;
    const offs = guesses.map((guess, place) => guess - data[place]);
    const sizes = offs.map(Math.abs);
    const place = sizes.indexOf(Math.max(...sizes));
    if (data.length > 1 && !this.difference(sizes[place], data[place])) return this.fill("whole", { gap: words.same });
    const values = {
      gap: this.gap(offs, mean(data)),
      label: this.label(place),
      guess: this.number(guesses[place]),
      value: this.amount(data[place]),
    };
    return this.fill(data.length > 1 ? "several" : "one", values);
  }

  // The guess at one place in words, with the data where they are shown.
  told(place, guesses, revealed, write) {
    const label = this.label(place);
    if (!isDrawn(guesses[place])) return this.fill("empty", { label });
    const [guess, value] = [guesses[place], this.data[place]].map((each) => this[write](each));
    return this.fill(revealed ? "both" : "point", { label, guess, value });
  }
}

// The drawing: a picture, and over its empty part a field for pointer and keys, which is a slider for the value of the
// year that is chosen.
export class Drawing {
  constructor(content, keep) {
    this.measure = new Measure(content);
    this.keep = keep;
    this.place = 0;
    this.width = 340;
    const { words } = this.measure;
    const id = `how-${Math.random().toString(36).slice(2)}`;
    this.picture = shape("svg", { "aria-hidden": "true" });
    this.field = element("div", {
      class: "drawing-field",
      role: "slider",
      tabindex: "0",
      "aria-label": content.prompt,
      "aria-orientation": "vertical",
      "aria-describedby": id,
      onpointerdown: (event) => this.begin(event),
      onpointermove: (event) => this.drag(event),
      onpointerup: () => this.end(),
      onpointercancel: () => this.end(),
      onkeydown: (event) => this.press(event),
    });
    this.readout = element("p", { class: "drawing-readout", "aria-hidden": "true" });
    const legend = ["data", "guess"].map((name) =>
      element("span", {}, element("i", { class: `drawing-${name}` }), words[name]),
    );
    this.node = element(
      "div",
      { class: "drawing" },
      element("p", { id }, words[this.measure.how]),
      this.readout,
      element("div", { class: "drawing-plane" }, this.picture, this.field),
      element("p", { class: "drawing-legend", "aria-hidden": "true" }, ...legend),
    );
    new ResizeObserver(() => requestAnimationFrame(() => this.fit())).observe(this.node); // what it draws has a height
  }

  // Shows a guess; once it is decided nothing can be drawn any more, and once it is revealed the data stand there too.
  // What a kernel says of an earlier state does not disturb the hand that draws.
  show({ answer, step }) {
    if (this.held !== undefined) return;
    this.drawn = answer ? [...answer] : this.measure.hidden.map(() => null);
    this.decided = step === "noted" || step === "revealed";
    this.revealed = step === "revealed";
    this.draw();
  }

  // The picture has the pixels of its place; where that is too narrow for a plot beside names, it is made smaller.
  fit() {
    const room = this.node.clientWidth;
    const width = Math.round(Math.min(Math.max(room, LEAST), MOST));
    if (!room || width === this.width) return;
    this.width = width;
    this.draw();
  }

  // Keys and pointer -----------------------------------------------------------------------------------------------

  begin(event) {
    if (event.button || !event.isPrimary) return;
    event.preventDefault();
    this.field.focus({ preventScroll: true });
    this.field.setPointerCapture(event.pointerId);
    this.last = undefined;
    this.held = this.placeAt(event);
    this.drag(event);
  }

  // Every year that the pointer has passed since the last event gets a value; a bar stays the one that was taken.
  drag(event) {
    if (this.held === undefined) return;
    const { years, between } = this.measure;
    const { top, height } = this.field.getBoundingClientRect();
    const [low, high] = between;
    const value = this.snap(high - ((event.clientY - top) / height) * (high - low));
    this.place = years ? this.placeAt(event) : this.held;
    const { place, last } = this;
    if (!this.decided) {
      const steps = last ? Math.abs(place - last.place) : 0;
      for (let done = 0; done < steps; done++) {
        const part = done / steps;
        const passed = last.place + Math.sign(place - last.place) * done;
        this.drawn[passed] = this.snap(last.value + part * (value - last.value));
      }
      this.drawn[place] = value;
      this.last = { place, value };
    }
    this.draw();
  }

  end() {
    if (this.held === undefined) return;
    this.held = undefined;
    this.save();
  }

  press(event) {
    const { step, hidden } = this.measure;
    const moves = { ArrowLeft: -1, ArrowRight: 1, Home: -hidden.length, End: hidden.length };
    const changes = { ArrowUp: step, ArrowDown: -step, PageUp: 10 * step, PageDown: -10 * step };
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in moves || event.key in changes)) return;
    event.preventDefault();
    if (event.key in moves) {
      this.place = Math.min(Math.max(this.place + moves[event.key], 0), hidden.length - 1);
      this.draw();
    } else if (!this.decided) {
      this.drawn[this.place] = this.snap(this.start + changes[event.key]);
      this.save();
    }
  }

  // Where a key begins in a year that has no value yet: at that of the year before.
  get start() {
    const { years, values, known, between } = this.measure;
    if (isDrawn(this.drawn[this.place])) return this.drawn[this.place];
    const before = this.drawn.slice(0, this.place).findLast(isDrawn);
    return years ? (before ?? values[known - 1]) : Math.max(0, between[0]);
  }

  save() {
    if (!this.decided) this.keep([...this.drawn]);
  }

  snap(value) {
    const { between, step } = this.measure;
    const snapped = Math.min(Math.max(Math.round(value / step) * step, between[0]), between[1]);
    return Number(snapped.toPrecision(12));
  }

  placeAt({ clientX }) {
    const { left, width } = this.field.getBoundingClientRect();
    const x = this.edge + ((clientX - left) / width) * (this.width - ROOM.right - this.edge);
    const offs = this.measure.hidden.map((_, place) => Math.abs(this.x(this.measure.known + place) - x));
    return offs.indexOf(Math.min(...offs));
  }

  // Picture ----------------------------------------------------------------------------------------------------------

  x(place) {
    const { labels, years } = this.measure;
    const room = this.width - ROOM.right - this.left;
    if (!years) return this.left + ((place + 0.5) / labels.length) * room;
    return this.left + 8 + ((labels[place] - labels[0]) / (labels.at(-1) - labels[0])) * (room - 8);
  }

  y(value) {
    const [low, high] = this.measure.between;
    return ROOM.top + ((high - value) / (high - low)) * ROOM.height;
  }

  draw() {
    const { measure, width } = this;
    const { between, tick, labels, known, years, values } = measure;
    const [first, last] = [Math.ceil(between[0] / tick - 1e-9), Math.floor(between[1] / tick + 1e-9)];
    const ticks = Array.from({ length: last - first + 1 }, (_, count) => (first + count) * tick);
    this.left = 12 + 8 * Math.max(...ticks.map((value) => measure.number(value).length));
    const band = (width - ROOM.right - this.left) / labels.length;
    this.edge = years ? (this.x(known - 1) + this.x(known)) / 2 : this.left + known * band;
    const floor = ROOM.top + ROOM.height;
    const names = years ? this.yearsBelow() : labels.map((label) => fold(label, band / 12.5));
    const height = floor + 10 + LINE * Math.max(...names.map((lines) => lines.length));
    const rules = ticks.flatMap((value) => [
      shape("path", {
        class: value ? "drawing-rule" : "drawing-zero",
        d: `M${this.left},${this.y(value)}H${width - ROOM.right}`,
      }),
      shape("text", { x: this.left - 6, y: this.y(value) + 4, "text-anchor": "end" }, measure.number(value)),
    ]);
    const below = names.flatMap((lines, place) =>
      lines.map((words, line) =>
        shape("text", { x: this.x(place), y: floor + LINE * (line + 1) + 2, "text-anchor": "middle" }, words),
      ),
    );
    const room = { x: this.edge, y: ROOM.top, width: width - ROOM.right - this.edge, height: ROOM.height };
    this.picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.picture.setAttribute("width", width); // as high as it will be, also where it is not laid out yet
    this.picture.replaceChildren(
      shape("text", { x: 2, y: 12 }, measure.unit),
      shape("rect", { class: "drawing-room", ...room }),
      ...rules,
      ...below,
      ...(years ? this.lines(values) : this.bars(values, band)),
    );
    const { style } = this.field;
    style.left = `${(100 * this.edge) / width}%`;
    style.width = `${(100 * room.width) / width}%`;
    style.top = `${(100 * ROOM.top) / height}%`;
    style.height = `${(100 * ROOM.height) / height}%`;
    const [told, short] = ["amount", "number"].map((write) =>
      measure.told(this.place, this.drawn, this.revealed, write),
    );
    this.readout.textContent = short;
    const value = this.drawn[this.place];
    this.field.setAttribute("aria-valuetext", told);
    this.field.setAttribute("aria-readonly", this.decided);
    const numbers = { min: between[0], max: between[1], now: isDrawn(value) ? value : this.start };
    for (const [name, number] of Object.entries(numbers)) {
      this.field.setAttribute(`aria-value${name}`, Number((number * measure.scale).toPrecision(12)));
    }
  }

  // The years that are named: the last that is known, and others so far from it that they do not touch.
  yearsBelow() {
    const { labels, known } = this.measure;
    const apart = Math.ceil((labels.length * 46) / (this.width - this.left));
    return labels.map((label) => ((label - labels[known - 1]) % apart === 0 ? [label] : []));
  }

  path(values, from) {
    const points = values.flatMap((value, place) =>
      isDrawn(value) ? [`${this.x(from + place)},${this.y(value)}`] : [],
    );
    return points.length > 1 ? `M${points.join("L")}` : "";
  }

  lines(values) {
    const { known, data } = this.measure;
    const guess = this.measure.complete(this.drawn) ?? this.drawn;
    const joined = [values[known - 1], ...guess];
    const dot = (name, place, value) =>
      shape("circle", { class: `drawing-${name}`, cx: this.x(place), cy: this.y(value), r: 3 });
    const back = data.map((value, place) => `L${this.x(known + place)},${this.y(value)}`).reverse();
    const gap = this.revealed ? `${this.path(joined, known - 1)}${back.join("")}Z` : "";
    return [
      shape("path", { class: "drawing-gap", d: gap }),
      shape("path", { class: "drawing-data", d: this.path(this.revealed ? values : values.slice(0, known), 0) }),
      shape("path", { class: "drawing-guess", d: this.path(joined, known - 1) }),
      dot("data", known - 1, values[known - 1]),
      ...this.drawn.flatMap((value, place) => (isDrawn(value) ? [dot("guess", known + place, value)] : [])),
      shape("path", { class: "drawing-cursor", d: `M${this.x(known + this.place)},${ROOM.top}v${ROOM.height}` }),
    ];
  }

  bars(values, band) {
    const { known, between } = this.measure;
    const zero = Math.max(0, between[0]);
    const bar = (name, place, from, to) =>
      shape("rect", {
        class: `drawing-${name}`,
        x: this.x(place) - 0.3 * band,
        width: 0.6 * band,
        y: this.y(Math.max(from, to)),
        height: Math.abs(this.y(from) - this.y(to)),
      });
    const guesses = this.drawn.flatMap((value, part) => {
      const place = known + part;
      if (!isDrawn(value)) return [];
      return [bar("gap", place, this.revealed ? values[place] : value, value), bar("guess", place, zero, value)];
    });
    const start = this.x(known + this.place) - band / 2 + 3;
    return [
      ...values.slice(0, this.revealed ? undefined : known).map((value, place) => bar("data", place, zero, value)),
      ...guesses,
      shape("path", { class: "drawing-cursor", d: `M${start},${ROOM.top + ROOM.height}h${band - 6}` }),
    ];
  }
}

// A name in lines of so many letters at most, where it has places to part; Japanese has one after every letter.
function fold(name, width) {
  const lines = [""];
  const long = (words) => [...words].reduce((sum, letter) => sum + (letter > "\u2e80" ? 1 : 0.58), 0);
  for (const word of name.match(/[\u2e80-\uffff]|[^\s\u2e80-\uffff]+\s*|\s+/g)) {
    if (lines.at(-1) && long(lines.at(-1) + word.trimEnd()) > width) lines.push("");
    lines[lines.length - 1] += word;
  }
  return lines.map((line) => line.trim());
}
