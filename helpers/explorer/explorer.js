// Draws an explorer's chart and lets its controls drive it here, in the browser. See explorer.py.

const modules = (globalThis.bluebookVega ??= {});

async function load(runtime) {
  const version = runtime.get("version");
  modules[version] ??= (async () => {
    // The pages of the static edition share one copy of the bundle (site.js).
    const packed = new Blob([(await globalThis.bluebookSite?.vega()) ?? runtime.get("bundle")]).stream();
    const source = await new Response(packed.pipeThrough(new DecompressionStream("gzip"))).text();
    return (await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })))).default;
  })();
  return modules[version];
}

async function unpack(bytes) {
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
}

// A widget reference is "IPY_MODEL_<id>" or already the model.
const deref = (manager, ref) =>
  typeof ref === "string" ? manager.get_model(ref.replace("IPY_MODEL_", "")) : ref;

// Controls -------------------------------------------------------------------------------------------------------------

// Selection widgets keep an index in the browser, not a value; tags keep labels. `values` says what they stand for.
function read(control, values) {
  if (!values) return control.get("value");
  if (!Array.isArray(values)) return control.get("value").map((label) => values[label]).filter((v) => v !== undefined);
  const index = control.get("index");
  return Array.isArray(index) ? index.map((i) => values[i]) : values[index];
}

const stateOf = (values) => (Array.isArray(values) ? "index" : "value");

// A link to a view holds the values of its controls, not places in a list: it outlives a new list and another language.
const spelled = (control, values) => [read(control, values)].flat().map(encodeURIComponent).join(",");

function linkTo(key, controls, values) {
  const parts = Object.entries(controls).map(([name, control]) => `${name}=${spelled(control, values[name])}`);
  return `#${[`view=${key}`, ...parts].join("&")}`;
}

// Sets the controls that an address names; what no longer fits a control is passed over.
function follow(address, key, controls, values) {
  const [view, ...parts] = address.replace(/^#/, "").split("&").map((part) => part.split("="));
  if (view[0] !== "view" || view[1] !== key) return false;
  for (const [name, written = ""] of parts) {
    const control = controls[name];
    if (!control) continue;
    try {
      const state = understood(written.split(",").map(decodeURIComponent), control, values[name]);
      if (state === undefined) continue;
      control.set(stateOf(values[name]), state);
      control.save_changes();
    } catch (error) {
      if (!(error instanceof URIError)) throw error; // a damaged address
    }
  }
  return true;
}

function understood(parts, control, values) {
  if (Array.isArray(values)) {
    const places = parts.filter((part) => part).map((part) => values.findIndex((value) => String(value) === part));
    if (places.includes(-1)) return undefined;
    return Array.isArray(control.get("index")) ? places : places.length === 1 ? places[0] : undefined;
  }
  if (values) return parts.map((part) => Object.keys(values).find((label) => String(values[label]) === part)).filter((label) => label !== undefined);
  const now = control.get("value");
  if (typeof now === "boolean") return { true: true, false: false }[parts[0]];
  const numbers = parts.map((part) => (part.trim() ? Number(part) : NaN));
  const fits = (n) => n >= control.get("min") && n <= control.get("max") && (n - control.get("min")) % (control.get("step") || 1) === 0;
  if (!numbers.every(fits) || numbers.length !== [now].flat().length) return undefined;
  return Array.isArray(now) ? (numbers[0] <= numbers[1] ? numbers : undefined) : numbers[0];
}

// ipywidgets leaves slider handles, tag inputs and the buttons of a player without a name for screen readers, and
// says only by colour which button of a group is pressed. Views of a control may be made after the chart.
function nameControl(control, words) {
  const name = control.get("description");
  for (const made of Object.values(control.views ?? {})) {
    made.then(({ el }) => {
      for (const node of el.querySelectorAll("[role=slider], input:not([type=checkbox]), select")) node.setAttribute("aria-label", name);
      for (const node of el.querySelectorAll(".jupyter-widget-taginput")) easeTags(node, words);
      for (const node of el.querySelectorAll(".widget-toggle-button")) {
        node.parentElement.setAttribute("role", "group");
        node.parentElement.setAttribute("aria-label", name);
        node.setAttribute("aria-pressed", node.classList.contains("mod-active"));
      }
    });
  }
}

// A tag is added by the first Enter, or by a click in the list of suggestions; by itself it wants another Enter.
function easeTags(input, words) {
  if (input.placeholder === words.add) return;
  input.placeholder = words.add;
  const add = () => input.dispatchEvent(new Event("change"));
  input.addEventListener("keydown", (event) => event.key === "Enter" && add());
  input.addEventListener("input", (event) => (event.inputType ?? "insertReplacementText") === "insertReplacementText" && add());
}

function namePlayers(explorer, words) {
  for (const icon of explorer?.querySelectorAll(".widget-play i") ?? []) {
    const word = icon.classList.contains("fa-stop") ? words.stop : icon.classList.contains("fa-pause") ? words.pause : words.play;
    icon.parentElement.setAttribute("aria-label", word);
    icon.parentElement.title = word;
  }
}

// JupyterLab takes arrows and letters for shortcuts of its own unless they stay within the explorer.
function keepKeys(explorer) {
  if (!explorer || explorer.dataset.keysKept) return;
  explorer.dataset.keysKept = "true";
  explorer.addEventListener("keydown", (event) => event.ctrlKey || event.metaKey || event.shiftKey || event.key === "Escape" || event.stopPropagation());
}

// Drawing --------------------------------------------------------------------------------------------------------------

const FONT = "system-ui, 'Noto Sans CJK JP', 'Noto Sans JP', 'Hiragino Sans', 'Yu Gothic', Meiryo, sans-serif";

function theme(ink, scale, width) {
  const labelLimit = Math.max(90, Math.min(200, 0.46 * width)) * scale;
  const size = (n) => Math.round(n * scale);
  const words = { labelColor: ink, titleColor: ink, labelFontSize: size(12), titleFontSize: size(12), titleFontWeight: 600 };
  return {
    background: "transparent",
    padding: { left: 5, top: 5, right: 12, bottom: 5 }, // the last label of an axis reaches beyond it
    font: FONT,
    view: { stroke: null },
    axis: { ...words, gridColor: ink, gridOpacity: 0.14, domainColor: ink, tickColor: ink, labelLimit, labelOverlap: "greedy" },
    axisX: { labelSeparation: 6 },
    axisYDiscrete: { labelPadding: 8 }, // a dot at the end of the scale leaves the name free
    legend: { ...words, labelLimit: Math.min(size(260), width - 40), orient: "top", titleAnchor: "start", layout: { top: { direction: width < 520 ? "vertical" : "horizontal", anchor: "start" } } },
    title: {
      color: ink, subtitleColor: ink, anchor: "start", frame: "group", offset: 12,
      fontSize: size(16), subtitleFontSize: size(13), subtitlePadding: 5,
    },
    text: { color: ink, fontSize: size(12) },
    point: { aria: false }, // hundreds of dots: "Show the numbers" reads them out, and better
    rule: { color: ink },
  };
}

// Vega's own would fetch a picture for a column called "image".
function tip(value, sanitize) {
  if (typeof value !== "object" || value === null) return sanitize(value);
  const rows = Object.entries(value).map(([title, cell]) => `<tr><td class="key">${sanitize(title)}</td><td class="value">${sanitize(cell)}</td></tr>`);
  return `<table>${rows.join("")}</table>`;
}

const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

async function draw(embed, element, spec, width, ink, scale, chosen) {
  const signals = { ...chosen, room: width };
  const sized = { ...structuredClone(spec), params: (spec.params ?? []).map((p) => (p.name in signals ? { ...p, value: signals[p.name] } : p)) };
  if (sized.width === "container") sized.width = width;
  if (sized.projection?.type === "equalEarth") sized.height = Math.min(sized.height, width / 2); // the whole earth is twice as wide as high
  if (!isNumber(sized.width)) sized.autosize = "pad";
  const made = await embed(element, sized, { actions: false, renderer: "svg", config: theme(ink, scale, width), tooltip: { theme: "custom", formatTooltip: tip } });
  made.view.cleanThreshold = 200; // marks that have left, which Vega otherwise keeps by the thousand, with their elements
  return made;
}

// The data set behind a named layer, as the rows that Vega has drawn.
function rowsOf(vega, view, name) {
  const find = (marks = [], outer = {}) => {
    for (const mark of marks) {
      const facet = mark.from?.facet;
      const data = facet?.data ?? outer[mark.from?.data] ?? mark.from?.data; // a facet stands for the data it splits
      if (data && [`${name}_marks`, `${name}_pathgroup`].includes(mark.name)) return data;
      const inner = find(mark.marks, facet ? { ...outer, [facet.name]: data } : outer);
      if (inner) return inner;
    }
  };
  const data = find(vega.marks);
  return data ? view.data(data) : [];
}

// Elements -------------------------------------------------------------------------------------------------------------

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

// A text in lines of so many letters, of which a Japanese one takes the room of two and may end a line.
function linesOf(text, most) {
  const lines = [], size = (word) => [...word].reduce((sum, letter) => sum + (letter > "\u2e80" ? 2 : 1), 0);
  let room = 0;
  for (const word of text.match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef]+|\s+/g) ?? []) {
    if (!lines.length || size(word) > room) [room] = [most, lines.push("")];
    lines[lines.length - 1] += word;
    room -= size(word);
  }
  return lines;
}

function save(name, blob) {
  const link = element("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function written(value, format, language) {
  if (value === null || value === undefined || Number.isNaN(value)) return "";
  if (!isNumber(value)) return String(value);
  const digits = /\.(\d+)/.exec(format)?.[1];
  if (digits === undefined) return format.includes(",") ? value.toLocaleString(language) : String(value);
  return value.toLocaleString(language, { minimumFractionDigits: +digits, maximumFractionDigits: +digits });
}

function sorted(rows, { field, down }) {
  if (!field) return rows;
  const compare = (a, b) => (isNumber(a) && isNumber(b) ? a - b : String(a ?? "").localeCompare(String(b ?? "")));
  return [...rows].sort((a, b) => (down ? -1 : 1) * compare(a[field], b[field]));
}

function table(rows, columns, language, caption, order, sort) {
  const head = columns.map((c) => {
    const state = order.field !== c.field ? "none" : order.down ? "descending" : "ascending";
    const mark = { none: "", ascending: " ▲", descending: " ▼" }[state];
    return element("th", { scope: "col", "aria-sort": state }, element("button", { type: "button", onclick: () => sort(c.field) }, c.title + mark));
  });
  const body = sorted(rows, order).map((row) =>
    element("tr", {}, ...columns.map((c) => element("td", { class: isNumber(row[c.field]) ? "number" : undefined }, written(row[c.field], c.format, language)))),
  );
  return element("table", {}, element("caption", {}, caption), element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...body));
}

// What the columns count, below the table of numbers.
function counted(meanings, heading) {
  if (!meanings?.length) return [];
  const lines = meanings.map(({ title, words }) => element("li", {}, element("b", {}, title), ` – ${words}`));
  return [element("p", { class: "explorer-counted" }, heading), element("ul", { class: "explorer-counted" }, ...lines)];
}

function csv(rows, columns) {
  const cell = (v) => (/[",\n]/.test((v ??= "")) ? `"${String(v).replaceAll('"', '""')}"` : v);
  return [columns.map((c) => cell(c.title)), ...rows.map((r) => columns.map((c) => cell(r[c.field])))].map((line) => line.join(",")).join("\n") + "\n";
}

// The widget -----------------------------------------------------------------------------------------------------------

async function render({ model, el }) {
  const settings = model.get("settings");
  const { words, values, columns, language } = settings;
  const manager = model.widget_manager;
  const title = element("p", { class: "explorer-title" }, settings.title);
  const subtitle = element("p", { class: "explorer-subtitle" });
  const chart = element("div", { class: "explorer-chart" });
  const summary = element("p", { class: "explorer-summary", role: "status" });
  const source = element("p", { class: "explorer-source" }, settings.source);
  const numbers = element("div", { class: "explorer-numbers", tabindex: "0", role: "region", "aria-label": words.numbers, hidden: "" });
  const linked = element("p", { class: "explorer-link", role: "status", hidden: "" });
  const button = (word, onclick) => element("button", { type: "button", onclick }, word);
  const tools = element("div", { class: "explorer-tools" });
  el.classList.add("explorer-panel");
  if (settings.title) el.append(title, subtitle);
  el.append(chart, summary, tools, linked, numbers, source);

  const cleanups = [];
  const listen = (target, event, handler) => {
    target.on(event, handler);
    cleanups.push(() => target.off(event, handler));
  };
  let drawn, gone = false;
  cleanups.push(() => drawn?.view.finalize(), () => (gone = true));

  const start = async () => {
    const runtime = await deref(manager, model.get("runtime"));
    const [embed, spec] = await Promise.all([load(runtime), unpack(model.get("spec"))]);
    const controls = {};
    for (const [name, ref] of Object.entries(model.get("controls"))) controls[name] = await deref(manager, ref);
    const signals = () => Object.fromEntries(Object.entries(controls).map(([name, c]) => [name, read(c, values[name])]));
    const rows = () => rowsOf(drawn.vgSpec, drawn.view, "numbers");
    const sentence = () => rowsOf(drawn.vgSpec, drawn.view, "summary")[0]?.sentence;

    const entries = () => [...chart.querySelectorAll(".role-legend-label text")].map((text) => text.textContent).join("\n");

    let order = { field: columns.find((c) => c.field === "rank")?.field, down: false };
    const sort = (field) => {
      order = { field, down: order.field === field && !order.down };
      tell();
      numbers.querySelector(`[aria-sort=${order.down ? "descending" : "ascending"}] button`).focus();
    };
    const tell = () => {
      if (settings.title) subtitle.textContent = drawn.view.signal("explorer_subtitle");
      if (settings.nothing) summary.textContent = sentence() ?? settings.nothing;
      if (!numbers.hidden) numbers.replaceChildren(table(rows(), columns, language, summary.textContent || words.numbers, order, sort), ...counted(settings.meanings, words.counted));
    };
    // Vega leaves a legend with other entries in the space of the former ones: then the chart wants to be drawn anew.
    const update = async (values) => {
      if (spec.width === "container" && !spec.projection) drawn.view.width(width); // as a fresh chart would, whatever came before
      const before = entries();
      for (const [name, value] of Object.entries(values)) drawn.view.signal(name, value);
      await drawn.view.runAsync();
      return entries() !== before;
    };
    const set = async (values) => {
      if (await update(values)) await redraw();
      else if (!gone) tell();
    };
    let settled = Promise.resolve(); // when the chart shows every change made so far
    const push = (name) => {
      nameControl(controls[name], words);
      if (!drawn) return;
      const done = set({ [name]: read(controls[name], values[name]) }).catch(fail);
      settled = Promise.all([settled, done]).then(() => {}); // without their values, which would pile up
    };
    // Vega cannot measure a chart that is not on the page yet: the first drawing waits for a width.
    let queue = Promise.resolve(), width = 0, queued = false;
    const paint = async () => {
      queued = false;
      if (gone || !width) return;
      const before = drawn, chosen = signals();
      const ink = getComputedStyle(el).color;
      const next = await draw(embed, chart, spec, width, ink, runtime.get("scale"), chosen);
      before?.view.finalize();
      drawn = next;
      const moved = Object.entries(signals()).filter(([name, value]) => String(value) !== String(chosen[name]));
      if (moved.length && (await update(Object.fromEntries(moved)))) return paint(); // while it was drawn
      el.style.setProperty("--explorer-scale", runtime.get("scale"));
      el.explorer = { key: settings.file, settings, view: drawn.view, controls, values, rows, sentence, redraw, settled: () => settled }; // for tests and for the curious
      tell();
      for (const control of Object.values(controls)) nameControl(control, words);
      namePlayers(el.closest(".explorer"), words);
      keepKeys(el.closest(".explorer"));
    };
    const redraw = () => {
      if (!queued) queue = queue.then(paint).catch(fail);
      queued = true;
      return queue;
    };
    const resize = new ResizeObserver(() => {
      const room = Math.floor(chart.clientWidth);
      if (!room || room === width) return;
      width = room;
      redraw();
    });
    resize.observe(chart);
    const dark = new MutationObserver(redraw); // JupyterLab's theme changes
    dark.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "data-jp-theme-name"] });
    cleanups.push(() => resize.disconnect(), () => dark.disconnect());
    listen(runtime, "change:scale", redraw);
    for (const [name, control] of Object.entries(controls)) listen(control, `change:${stateOf(values[name])}`, () => push(name));

    const restore = () => {
      if (follow(location.hash, settings.file, controls, values)) el.closest(".explorer")?.scrollIntoView();
    };
    // Shows the address of what is drawn now, in the bar too, and copies it where the browser allows.
    const link = async () => {
      const address = new URL(linkTo(settings.file, controls, values), location.href);
      history.replaceState(history.state, "", address);
      linked.replaceChildren(element("a", { href: address }, String(address)));
      linked.hidden = false;
      const copied = await navigator.clipboard?.writeText(String(address)).then(() => true, () => false);
      linked.prepend(`${copied ? words.copied : words.here} `);
    };

    const reset = () => {
      for (const [name, control] of Object.entries(controls)) {
        control.set(stateOf(values[name]), settings.start[name]);
        control.save_changes();
      }
    };
    const show = (event) => {
      numbers.hidden = !numbers.hidden;
      event.target.setAttribute("aria-expanded", !numbers.hidden);
      tell();
    };
    // Pictures are drawn again, dark on white, with the source below.
    const picture = async () => {
      const titled = settings.title ? { ...spec, title: { text: settings.title, subtitle: subtitle.textContent } } : spec;
      const light = await draw(embed, element("div"), titled, 800, "#222", 1, signals());
      const svg = new DOMParser().parseFromString(await light.view.toSVG(), "image/svg+xml").documentElement;
      light.view.finalize();
      const [w, h] = ["width", "height"].map((side) => +svg.getAttribute(side));
      const lines = linesOf(settings.source, 130);
      const height = h + 8 + 14 * lines.length;
      svg.setAttribute("height", height);
      svg.setAttribute("viewBox", `0 0 ${w} ${height}`);
      const add = (tag, attributes, words) => {
        const node = document.createElementNS(svg.namespaceURI, tag);
        for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
        node.textContent = words;
        return node;
      };
      svg.prepend(add("rect", { width: "100%", height: "100%", fill: "white" }, ""));
      lines.forEach((line, i) => svg.append(add("text", { x: 5, y: h + 12 + 14 * i, "font-size": 11, "font-family": FONT, fill: "#555" }, line.trim())));
      return { markup: new XMLSerializer().serializeToString(svg), w, height };
    };
    const saveSvg = async () => save(`${settings.file}.svg`, new Blob([(await picture()).markup], { type: "image/svg+xml" }));
    const savePng = async () => {
      const { markup, w, height } = await picture();
      const image = new Image();
      image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(markup)}`;
      await image.decode();
      const canvas = element("canvas", { width: 2 * w, height: 2 * height });
      canvas.getContext("2d").drawImage(image, 0, 0, 2 * w, 2 * height);
      canvas.toBlob((blob) => save(`${settings.file}.png`, blob), "image/png");
    };
    const saveCsv = () => save(`${settings.file}.csv`, new Blob(["\ufeff", csv(sorted(rows(), order), columns)], { type: "text/csv" }));
    if (Object.keys(controls).length) tools.append(button(words.reset, reset));
    if (Object.keys(controls).length && globalThis.bluebookSite) {
      restore();
      addEventListener("hashchange", restore);
      cleanups.push(() => removeEventListener("hashchange", restore));
      tools.append(button(words.link, () => link().catch(fail)));
    }
    if (columns.length) {
      const toggle = button(words.numbers, show);
      toggle.setAttribute("aria-expanded", "false");
      tools.append(toggle, button(words.csv, saveCsv));
    }
    tools.append(button(words.png, () => savePng().catch(fail)), button(words.svg, () => saveSvg().catch(fail)));
  };
  const fail = (error) => {
    console.error(error);
    chart.replaceChildren(element("p", { role: "alert" }, `${words.failed} (${error.message})`));
  };
  start().catch(fail);
  return () => cleanups.forEach((cleanup) => cleanup());
}

// The runtime widget brings the library as soon as a notebook is set up, before there is a chart to draw.
const initialize = ({ model }) => void (model.get("bundle") && load(model));

export default { initialize, render };
