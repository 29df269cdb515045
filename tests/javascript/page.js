// What the tests do inside a page. tests/driving.py reads this file: `script("picture")` is a function of it.

// What a learner sees: marks, words and their places, whatever their order in the page, and the sentence below. Places
// are rounded off the even: the last digit of a sum depends on the order of its parts, and 916.4999999 is 916.5.
export const picture = (e) =>
  [
    ...[...e.querySelectorAll(".explorer-chart :is(path:not(.background), rect, line, text)")]
      .filter((n) => n.closest(".mark-group") && n.checkVisibility())
      .map((n) => {
        // Within the plot; a legend may lie a pixel higher, its entries a little closer: see OVERLAPS.
        const frame = n.ownerSVGElement.querySelector(".role-frame");
        const [place, start] = [n, n.closest(".role-legend, .role-title") ? n : frame].map((m) => m.getCTM());
        const seen = ["d", "width", "x2", "y2", "fill", "stroke"].map((a) => n.getAttribute(a));
        return [Math.round(place.e - start.e + 0.12), Math.round(place.f - start.f + 0.12), seen] + n.textContent;
      })
      .sort(),
    e.querySelector(".explorer-subtitle")?.textContent,
    e.querySelector(".explorer-summary").textContent,
  ]
    .join("\n")
    .replace(/\d+\.\d+/g, (n) => (+n + 0.0012).toFixed(2));

// Heads and cells of "Show the numbers".
export const table = (e) => [
  [...e.querySelectorAll(".explorer-numbers th")].map((th) => th.textContent),
  [...e.querySelectorAll(".explorer-numbers tbody tr")].map((tr) => [...tr.cells].map((td) => td.textContent)),
];

// What a button hands to the browser to keep, without the time that a download takes.
export const takeFile = async (e, word) => {
  const make = URL.createObjectURL,
    click = HTMLAnchorElement.prototype.click;
  const blob = new Promise((done) => {
    URL.createObjectURL = (blob) => {
      done(blob);
      return make.call(URL, blob);
    };
  });
  HTMLAnchorElement.prototype.click = () => {};
  [...e.querySelectorAll(".explorer-tools button")].find((button) => button.textContent === word).click();
  const bytes = new Uint8Array(await (await blob).arrayBuffer());
  [URL.createObjectURL, HTMLAnchorElement.prototype.click] = [make, click];
  return btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ""));
};

// What the controls of an explorer can be set to: kind, limits, options, and the state they start from.
export const controlsOf = (e) =>
  Object.entries(e.explorer.inputs.controls).map(([name, control]) => {
    const { kind, values } = e.explorer.inputs.described[name];
    const [min, max, step, allowed] = ["min", "max", "step", "allowed_tags"].map((key) => control.get(key) ?? null);
    return { name, kind, values, start: e.explorer.inputs.state(name), min, max, step, allowed };
  });

// Set controls one after the other, waiting as many milliseconds after each as it says, or until the chart is drawn.
export const setControls = async (e, steps) => {
  const { chart, inputs } = e.explorer;
  for (const [name, state, wait] of steps) {
    inputs.set(name, state);
    if (wait === "drawn") await chart.settled;
    else if (wait) await new Promise((done) => setTimeout(done, wait));
  }
  await chart.settled;
};

const pause = (time) => new Promise((done) => setTimeout(done, time));
const panels = () => [...document.querySelectorAll(".explorer-panel")];

// Tries until something holds, at most so many milliseconds; tells whether it does.
const until = async (holds, most) => {
  for (const end = performance.now() + most; performance.now() < end; await pause(50)) if (holds()) return true;
  return holds();
};

// Has every explorer of a page drawn, as somebody does who scrolls through it. Tells of each how many marks it has, what
// the sentence below says, and what its controls can be set to; of one that is not drawn, nothing.
export const drawAll = async (count) => {
  await globalThis.bluebook?.all?.();
  await until(() => panels().length >= count, 60_000);
  for (const e of panels()) {
    e.scrollIntoView();
    await until(() => e.explorer, 2000);
  }
  await until(() => panels().every((e) => e.explorer), 30_000);
  return panels().map((e) => {
    if (!e.explorer) return null;
    const [name, sentence] = [".explorer-title", ".explorer-summary"].map((part) => e.querySelector(part)?.textContent);
    return { name, sentence, marks: e.explorer.chart.rows().length, controls: controlsOf(e) };
  });
};

const resetButton = (e) => e.querySelector(".explorer-reset");

// Whether the first chart with a player plays, and whether it then goes back to its start; nothing without a player.
export const play = async () => {
  const e = panels().find((e) => e.closest(".explorer").querySelector(".widget-play"));
  if (!e) return null;
  const [start, stop] = e.closest(".explorer").querySelectorAll(".widget-play button");
  const before = picture(e);
  start.click();
  const played = await until(() => picture(e) !== before, 5000);
  stop.click();
  resetButton(e).click();
  return [played, await until(() => picture(e) === before, 5000)];
};

// Moves each control of an explorer once, and back; tells which did not change the picture, or did not restore it.
export const moveEach = async (at, steps) => {
  const e = panels()[at];
  const start = picture(e);
  const found = [];
  for (const [name, state] of steps) {
    await setControls(e, [[name, state, "drawn"]]);
    if (picture(e) === start) found.push(`${name} changes nothing`);
    resetButton(e).click();
    await e.explorer.chart.settled;
    if (picture(e) !== start) found.push(`reset does not undo ${name}`);
  }
  return found;
};

// Answers the first guess or question with choices, and the first with a number; gives what each then says.
export const answerEach = () =>
  ["radio", "text"]
    .map((type) => document.querySelector(`.question input[type=${type}]`))
    .filter((input) => input)
    .map((input) => {
      if (input.type === "radio") input.click();
      else {
        input.value = "1.5";
        input.dispatchEvent(new Event("input", { bubbles: true }));
      }
      input.form.querySelector("button").click();
      return input.form.querySelector(".question-feedback").textContent;
    });

// Words of legends that lie one on the other.
export const overlaps = (e) => {
  const entries = [...e.querySelectorAll(".role-legend-label text")];
  const words = entries.map((n) => [n.textContent, n.getBoundingClientRect()]);
  return words.flatMap(([a, one], i) =>
    words
      .slice(i + 1)
      .filter(
        ([, b]) =>
          Math.min(one.right, b.right) - Math.max(one.left, b.left) > 1 &&
          Math.min(one.bottom, b.bottom) - Math.max(one.top, b.top) > 3,
      )
      .map(([b]) => `${a} / ${b}`),
  );
};

// What is seen after some changes from the start, and what a chart shows that is drawn anew with the same values.
export const bothWays = async (e, [start, steps]) => {
  await setControls(e, start);
  await setControls(e, steps);
  const arrived = picture(e);
  const found = overlaps(e);
  await e.explorer.chart.redraw();
  return [arrived, picture(e), found];
};

// Pairs of a layer and a mark in it, of everything that a chart draws.
function* marksIn(layers) {
  for (const layer of layers) {
    if (layer.marktype === "group") for (const item of layer.items) yield* marksIn(item.items ?? []);
    else for (const mark of layer.items) yield [layer, mark];
  }
}
export const marksOf = (view) => marksIn(view.scenegraph().root.items.flatMap((item) => item.items ?? []));

const setSignals = async (view, values) => {
  for (const [name, value] of Object.entries(values)) view.signal(name, value);
  await view.runAsync();
};

const SIDES = ["x", "y", "x2", "y2", "width", "height"];
const isPlaced = (mark) => {
  const places = SIDES.filter((side) => mark[side] !== undefined && mark[side] !== null);
  return places.length > 0 && places.every((side) => Number.isFinite(mark[side]));
};
const hidesName = (layer, mark) => layer.role === "axis-label" && mark.opacity === 0 && !/^[\d+−-]/.test(mark.text);

// Adds what is odd about a chart to a result, and the words that it draws to a set.
const look = (view, result, drawn) => {
  for (const [layer, mark] of marksOf(view)) {
    if (layer.marktype === "text" && mark.text !== undefined) drawn.add([mark.text].flat().join(" "));
    if (hidesName(layer, mark)) result.hidden = mark.text;
    if (layer.name !== "numbers_marks" || !isPlaced(mark)) continue;
    result.placed += 1;
    const told = JSON.stringify([mark.description, mark.tooltip]);
    if (told.includes("NaN")) result.odd = told;
  }
};

// What an explorer shows in each of some states: how many marks lie where "Show the numbers" counts them, the sentence,
// a tooltip that names something which is not a number, a name that an axis hides, and every word that is drawn.
export const sweepStates = async (e, [start, states]) => {
  const { chart } = e.explorer;
  const results = [];
  const drawn = new Set();
  for (const state of states) {
    const result = { placed: 0, odd: null, hidden: null, sentence: null, error: null };
    try {
      await setSignals(chart.view, { ...start, ...state });
      result.sentence = chart.sentence ?? null;
      look(chart.view, result, drawn);
    } catch (error) {
      result.error = String(error);
    }
    results.push(result);
  }
  await chart.redraw(); // the layout of a chart that was never swept
  return [results, [...drawn]];
};

// A fingerprint of 53 bits.
const fingerprint = (text) => {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let i = 0; i < text.length; i++) {
    a = Math.imul(a ^ text.charCodeAt(i), 2654435761);
    b = Math.imul(b ^ text.charCodeAt(i), 1597334677);
  }
  return ((b >>> 0) % 0x200000) * 0x100000000 + (a >>> 0);
};
const nine = (value) => (typeof value === "number" ? Number(value.toPrecision(9)) : (value ?? null));
const tenth = (value) => (typeof value === "number" ? Math.round(value * 10) / 10 : (value ?? null));
const LOOKS = [...SIDES, "size", "opacity", "fillOpacity", "strokeWidth"];

// The rows of "Show the numbers" to nine digits, and the marks to a tenth of a pixel, each as one text.
const rowsText = ({ chart, settings }) =>
  chart
    .rows()
    .map((row) => JSON.stringify(settings.columns.map((column) => nine(row[column.field]))))
    .sort();
const marksText = ({ chart }) =>
  [...marksOf(chart.view)]
    .filter(([layer, mark]) => mark.opacity !== 0 || layer.marktype === "text") // the mark of the sentence is unseen
    .map(([layer, mark]) => {
      const looks = LOOKS.map((side) => tenth(mark[side]));
      return [layer.marktype, layer.role, ...looks, mark.fill, mark.stroke, mark.text ?? "", mark.path ?? ""].join(" ");
    })
    .sort();

// What an explorer draws in each of some states: sentence, subtitle, number of rows, fingerprints of rows and marks.
export const drawStates = async (e, [start, states]) => {
  const { chart, settings } = e.explorer;
  const results = [];
  for (const state of states) {
    try {
      await setSignals(chart.view, { ...start, ...state });
      const rows = rowsText(e.explorer);
      const prints = [fingerprint(rows.join()), fingerprint(marksText(e.explorer).join())];
      results.push([chart.sentence ?? null, settings.title ? chart.subtitle : "", rows.length, ...prints]);
    } catch (error) {
      results.push([String(error)]);
    }
  }
  await chart.redraw();
  return results;
};

// Every text that charts, controls, questions, listings and cards show; programs, what they print, and publishers aside.
export const toldWords = () => {
  const told = new Set(),
    name = /^[\w.-]+(、[\w.-]+)*$/;
  const other = `main [lang]:not([lang="${document.documentElement.lang}"])`;
  const aside = `details.program, div.program, script, style, ${other}, code, pre, .dataframe, .explorer-source, a[target]`;
  for (const cell of document.querySelectorAll("section.code")) {
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { parentElement, textContent } = walker.currentNode;
      if (parentElement.closest(aside) || !textContent.trim()) continue;
      if (parentElement.closest(".bluebook-table") && name.test(textContent.trim())) continue; // of a table
      told.add(textContent.trim());
    }
  }
  return [...told];
};

// The letters for which no font of the charts has a picture: they look like one that cannot exist.
export const missingLetters = (words) => {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  context.canvas.width = context.canvas.height = 40;
  context.font = `24px ${getComputedStyle(document.querySelector(".explorer-chart svg text")).fontFamily}`;
  const drawn = (letter) => {
    context.clearRect(0, 0, 40, 40);
    context.fillText(letter, 4, 30);
    return String(context.getImageData(0, 0, 40, 40).data);
  };
  const none = drawn(String.fromCodePoint(0x10fffe));
  return [...new Set(words.join(""))].filter((letter) => letter.trim() && drawn(letter) === none);
};

// In whose shape a letter appears that Chinese and Japanese write differently, by itself and in some places.
export const shapes = (places) => {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const drawn = (font) => {
    context.clearRect(0, 0, 60, 60);
    context.font = `40px ${font}`;
    context.fillText("骨", 5, 45);
    return String(context.getImageData(0, 0, 60, 60).data);
  };
  const known = { [drawn("'Noto Sans CJK SC'")]: "Chinese", [drawn("'Noto Sans CJK JP'")]: "Japanese" };
  const fontOf = (place) => place && getComputedStyle(place).fontFamily;
  const fonts = places.map((place) => fontOf(document.querySelector(place)));
  return ["system-ui", ...fonts].map((font) => font && (known[drawn(font)] ?? "other"));
};

// What a widget leaves behind that is removed after so many milliseconds: listeners, observers and views. Its models
// and the chart library are stand-ins; drawing takes 50 ms.
export const leftBehind = async ([program, wait]) => {
  const left = { listeners: 0, observers: 0, views: 0 };
  for (const name of ["ResizeObserver", "MutationObserver"]) {
    const Real = globalThis[name];
    globalThis[name] = class extends Real {
      observe(...given) {
        left.observers += 1;
        super.observe(...given);
      }
      disconnect() {
        left.observers -= 1;
        super.disconnect();
      }
    };
  }
  const model = (traits) => ({
    get: (name) => traits[name],
    on: () => (left.listeners += 1),
    off: () => (left.listeners -= 1),
  });
  const view = { width: () => {}, signal: () => "", runAsync: async () => {}, data: () => [] };
  const embed = async () => {
    await pause(50);
    left.views += 1;
    return { vgSpec: { marks: [] }, view: { ...view, finalize: () => (left.views -= 1) } };
  };
  globalThis.bluebookVega = { trial: Promise.resolve(embed) };
  const packed = new Blob(['{"datasets":{},"columns":{}}']).stream().pipeThrough(new CompressionStream("gzip"));
  const settings = { title: "", source: "", words: {}, columns: [], meanings: [], nothing: "", file: "x" };
  settings.inputs = { year: { kind: "number", values: null, start: 1 } };
  const traits = { settings, spec: await new Response(packed).arrayBuffer() };
  traits.controls = { year: model({ value: 1, min: 0, max: 2, description: "Year" }) };
  traits.runtime = model({ version: "trial", scale: 1, linkable: false });
  const { default: widget } = await import(URL.createObjectURL(new Blob([program], { type: "text/javascript" })));
  const el = document.body.appendChild(document.createElement("div"));
  const end = widget.render({ model: { ...model(traits), widget_manager: {} }, el });
  await pause(wait);
  const during = { ...left };
  end();
  el.remove();
  await pause(300);
  return [during, left];
};

// Cards whose heads do not stand above their figures, and links to sources that do not look like links.
export const unreadable = () => {
  const crossed = ([head, figure]) => head.getBoundingClientRect().bottom > figure.getBoundingClientRect().top + 1;
  const pairs = [...document.querySelectorAll(".bluebook-card dl > div")].map(({ children }) => [...children]);
  const links = [...document.querySelectorAll(".explorer-source a")];
  const plain = links.filter((link) => getComputedStyle(link).textDecorationLine !== "underline");
  return [...pairs.filter(crossed).map(([head]) => head.parentElement.textContent), ...plain.map((link) => link.href)];
};

// What is drawn of a chart: every mark and word that is seen, with its place in the picture in thousandths of its width.
const drawnOf = (svg) => {
  const outer = svg.getBoundingClientRect();
  const seen = [...svg.querySelectorAll(":is(path:not(.background), rect, line, text)")].filter(
    (n) => n.closest(".mark-group") && n.checkVisibility({ opacityProperty: true }),
  );
  return seen.map((n) => {
    const box = n.getBoundingClientRect();
    const place = [box.left - outer.left, box.top - outer.top, box.width, box.height];
    return [n.tagName + n.textContent, place.map((side) => (1000 * side) / outer.width)];
  });
};
const charts = () => [...document.querySelectorAll(".explorer-chart svg")];
export const drawnEach = () => charts().map(drawnOf);

// The words in the charts of a page.
export const chartWords = () =>
  charts().flatMap((svg) =>
    [...svg.querySelectorAll("text")]
      .filter((n) => n.getAttribute("opacity") !== "0" && n.checkVisibility({ opacityProperty: true }))
      .map((n) => n.textContent),
  );

// Charts keep the picture that they have, as they do while they are printed.
export const hold = () => {
  for (const { explorer } of panels()) explorer.chart.measure = () => {};
};

const bright = (colour) => {
  const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number);
  const [R, G, B] = [r, g, b].map((c) => (c * a + 255 * (1 - a)) / 255);
  const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(R) + 0.7152 * linear(G) + 0.0722 * linear(B);
};
const onWhite = (colour) => 1.05 / (bright(colour) + 0.05);
const within = (inner, outer) =>
  inner.left >= outer.left - 2 && inner.right <= outer.right + 2 && inner.top >= outer.top - 2;

// Whether a word of a chart can be read on paper: dark by itself, or white on a mark.
const legible = (word) => {
  const fill = getComputedStyle(word).fill;
  if (onWhite(fill) >= 4.5) return true;
  const box = word.getBoundingClientRect();
  return [...word.ownerSVGElement.querySelectorAll("path[fill]:not(.background), rect[fill]")].some(
    (mark) => within(box, mark.getBoundingClientRect()) && onWhite(getComputedStyle(mark).fill) >= 3,
  );
};

const CONTROLS = `button, select, input:not(.question-option > input), .widget-hslider, [role=slider], .widget-play`;
const WORDS = ".bluebook-badge, .question legend, .question-option, .question-feedback, .explorer-panel p, main p";

// What is wrong with a page on paper that is so many pixels wide; it is asked for while the page is shown as paper.
export const wrongOnPaper = (width) => {
  const shown = (selector) => [...document.querySelectorAll(selector)].filter((n) => n.checkVisibility());
  const named = (what) => (n) =>
    `${what}: ${n.closest("section")?.id} ${n.tagName} ${n.className.baseVal ?? n.className} ${n.textContent.slice(0, 40)}`;
  const wrong = (what, nodes) => nodes.map(named(what));
  const sized = (n) => n.getBoundingClientRect();
  const pictures = shown(".explorer-chart svg, .stand-in-explorer img");
  const scrolls = ({ scrollWidth, clientWidth, scrollHeight, clientHeight }) =>
    scrollWidth > clientWidth + 1 || scrollHeight > clientHeight + 1;
  return [
    ...wrong(
      "beyond the paper",
      shown("main *").filter((n) => sized(n).right > width + 1 && !n.ownerSVGElement),
    ),
    ...wrong(
      "not in sight",
      shown("main *").filter(
        (n) => !/visible|clip/.test(getComputedStyle(n).overflow) && !n.closest("svg") && scrolls(n),
      ),
    ),
    ...wrong(
      "too small or too large",
      pictures.filter((n) => sized(n).height > 420 || sized(n).width < 180 || sized(n).height < 50),
    ),
    ...wrong(
      "control",
      shown(CONTROLS).filter((n) => !n.closest("th")),
    ),
    ...wrong(
      "pale",
      shown(WORDS).filter((n) => onWhite(getComputedStyle(n).color) < 4.5),
    ),
    ...wrong(
      "pale in a chart",
      shown(".explorer-chart svg text").filter((n) => n.getAttribute("opacity") !== "0" && !legible(n)),
    ),
  ];
};

// What is said on paper of the controls of each explorer, and what they are set to.
export const saidOfControls = () =>
  panels().map((e) => {
    const said = e.querySelector(".explorer-chosen");
    return [said.checkVisibility() ? said.textContent : "", Object.keys(e.explorer.inputs.controls).length];
  });

// Of each explorer whether its controls and buttons are to be seen, whether words say what is chosen, and its ink.
export const paperOf = () =>
  [...document.querySelectorAll(".explorer")].map((e) => {
    const displayed = (part) => [...e.querySelectorAll(part)].some((n) => getComputedStyle(n).display !== "none");
    const [controls, said] = [e.querySelector(".explorer-controls"), e.querySelector(".explorer-chosen")];
    const told = !controls || (getComputedStyle(said).display !== "none" && said.textContent.includes(": "));
    const ink = getComputedStyle(e.querySelector(".explorer-chart")).color;
    return [e.textContent.slice(0, 60), displayed(".explorer-controls"), displayed(".explorer-tools"), told, ink];
  });
