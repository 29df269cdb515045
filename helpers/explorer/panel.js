// The part of an explorer below its controls: chart, sentence, tools, numbers and source. See __init__.py.

import { Chart } from "./chart.js";
import { Cursor } from "./cursor.js";
import { copy, element, keepKeys, saveFile } from "./dom.js";
import { Inputs, resolve } from "./inputs.js";
import { about, addressOf, fileName } from "./leaving.js";
import { nameControl, namePlayers } from "./naming.js";
import { pngOf, svgOf } from "./picture.js";
import { addSound, amountOf } from "./sound.js";
import { inSteps } from "./steps.js";
import { Numbers } from "./table.js";
import { encodingOf } from "./walk.js";

// anywidget loads this module anew for every model, so what all models share is global.
globalThis.bluebookVega ??= {};
const libraries = globalThis.bluebookVega;

const unzip = (bytes) => new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")));

// A specification as it was before `pack` in spec.py: its rows one by one.
async function unpack(bytes) {
  const { columns, ...spec } = await unzip(bytes).json();
  for (const [name, values] of Object.entries(columns)) {
    const names = Object.keys(values);
    spec.datasets[name] = values[names[0]].map((_, i) => {
      const row = {};
      for (const column of names) row[column] = values[column][i];
      return row;
    });
  }
  return spec;
}

// The Vega libraries, imported once for a page.
async function loadLibrary(runtime) {
  const version = runtime.get("version");
  libraries[version] ??= (async () => {
    const source = await unzip(runtime.get("bundle")).text();
    return (await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })))).default;
  })();
  return inSteps(await libraries[version]);
}

// A piece of the source line: a source as a link to its publisher, in a new tab, or what stands between.
const linked = ([words, href]) => (href ? element("a", { href, target: "_blank", rel: "noopener" }, words) : words);

// The source line in short: each publisher with the year of what was taken.
const inShort = (cited, words) =>
  words.source?.replace("{}", [...new Set(cited.map(([, , brief]) => brief))].filter(Boolean).join(words.between));

// The elements, without behaviour.
function layOut(el, { title, cited = [], words, language = "" }) {
  const page = {
    chosen: element("p", { class: "explorer-chosen" }),
    title: element("p", { class: "explorer-title" }, title),
    subtitle: element("p", { class: "explorer-subtitle" }),
    chart: element("div", { class: "explorer-chart" }),
    summary: element("p", { class: "explorer-summary", role: "status" }),
    publishers: element("p", { class: "explorer-publishers" }, inShort(cited, words)),
    more: element("summary", {}, words.more),
    menu: element("div", { class: "explorer-menu" }),
    reset: element("button", { type: "button", class: "explorer-reset", hidden: "" }, words.reset),
    linked: element("p", { class: "explorer-link", role: "status", hidden: "" }),
    numbers: element("div", {
      class: "explorer-numbers",
      tabindex: "0",
      role: "region",
      "aria-label": words.numbers,
      hidden: "",
    }),
    source: element("p", { class: "explorer-source" }, ...cited.map(linked)),
  };
  el.classList.add("explorer-panel");
  el.lang = language;
  const heads = title ? [page.title, page.subtitle] : [];
  const more = element("details", { class: "explorer-more" }, page.more);
  const tools = element("div", { class: "explorer-tools" }, more, page.reset, page.menu);
  const below = [page.summary, page.publishers, tools, page.linked, page.numbers, page.source];
  el.append(page.chosen, ...heads, page.chart, ...below);
  return page;
}

// Shows what somebody may take along, and copies it where the browser allows.
async function showCopied(shown, content, words, before, place) {
  place.replaceChildren(shown);
  place.hidden = false;
  place.prepend(`${(await copy(content, shown)) ? words.copied : before} `);
}

// Shows the address of what is drawn now, in the bar too.
function showLink(inputs, { file, words }, place) {
  const address = addressOf(inputs.address(file));
  history.replaceState(history.state, "", inputs.address(file));
  return showCopied(element("a", { href: address }, address), address, words, words.here, place);
}

// Shows the code of a frame with this chart alone, as it is now.
function showFrame(inputs, { file, words }, place) {
  const code = globalThis.bluebook.embedCode(inputs.address(file).replace(/^#view=/, ""));
  return showCopied(element("code", {}, code), code, words, words.frame, place);
}

// What the controls are set to, for paper.
const chosen = ([label, value]) => element("span", {}, `${label}: `, element("b", {}, value), " ");

// What fits this explorer, in the one fold below the chart. Reset stands beside it while there is something to undo.
function addTools({ page, settings, chart, cursor, inputs, numbers, linkable, stop, fail }) {
  const { words, columns, file } = settings;
  const remarks = (bare) => about(settings, chart, linkable, bare);
  const add = (word, onclick) => page.menu.appendChild(element("button", { type: "button", onclick }, word));
  const download = (ending, make) => async () => {
    try {
      const content = await make(chart, settings, remarks(true));
      await saveFile(`${fileName(settings, inputs)}.${ending}`, content, page.linked, words.framed);
    } catch (error) {
      fail(error);
    }
  };
  page.reset.addEventListener("click", () => {
    inputs.reset();
    page.more.focus(); // the button goes
  });
  if (columns.length) {
    const toggle = add(words.numbers, () => numbers.toggle(toggle));
    toggle.setAttribute("aria-expanded", "false");
    add(
      words.xlsx,
      download("xlsx", () => numbers.workbook(remarks())),
    );
    add(
      words.csv,
      download("csv", () => numbers.csv(remarks())),
    );
  }
  const channel = columns.length && globalThis.AudioContext && amountOf(encodingOf(chart.spec));
  if (channel) addSound(add(words.listen), cursor, channel, stop);
  add(words.png, download("png", pngOf));
  add(words.svg, download("svg", svgOf));
  if (inputs.names.length && linkable) add(words.link, () => showLink(inputs, settings, page.linked).catch(fail));
  if (globalThis.bluebook?.embedAddress?.(file))
    add(words.embed, () => showFrame(inputs, settings, page.linked).catch(fail));
}

// On a page with an address of its own: set the controls that the address names.
function followAddress(el, inputs, key, stop) {
  const restore = () => {
    if (inputs.follow(location.hash, key)) el.closest(".explorer")?.scrollIntoView();
  };
  restore();
  addEventListener("hashchange", restore, { signal: stop });
}

async function start(model, el, page, stop, fail) {
  const settings = model.get("settings");
  const runtime = await resolve(model.widget_manager, model.get("runtime"));
  const [embed, spec] = await Promise.all([loadLibrary(runtime), unpack(model.get("spec"))]);
  const inputs = await Inputs.of(model);
  if (stop.aborted) return;
  const kept = globalThis.bluebookKept; // by a page, of an earlier visit
  inputs.follow(kept?.view(settings.file) ?? "", settings.file);
  const onDrawn = () => {
    el.style.setProperty("--explorer-scale", runtime.get("scale"));
    if (settings.title) page.subtitle.textContent = chart.subtitle;
    if (settings.nothing) page.summary.textContent = chart.sentence ?? settings.nothing;
    page.chosen.replaceChildren(...inputs.told(settings.words).map(chosen));
    page.reset.hidden = !inputs.changed;
    kept?.see(settings.file, inputs.changed ? inputs.address(settings.file) : undefined);
    numbers.update();
    cursor.update();
    for (const name of inputs.names) nameControl(inputs.controls[name], settings.words);
    el.closest(".explorer")?.setAttribute("lang", settings.language);
    namePlayers(el.closest(".explorer"), settings.words);
    keepKeys(el.closest(".explorer"));
    if (!el.explorer) el.dispatchEvent(new Event("explorer-shown", { bubbles: true })); // a page shows it now
    el.explorer = { chart, inputs, numbers, settings, cursor }; // for tests and for the curious
  };
  const chart = new Chart({ embed, spec, runtime, inputs, place: page.chart, onDrawn, onFail: fail, stop });
  const numbers = new Numbers(chart, page.numbers, settings);
  const cursor = new Cursor(chart, el, settings, stop);
  const linkable = runtime.get("linkable");
  addTools({ page, settings, chart, cursor, inputs, numbers, linkable, stop, fail });
  chart.watch();
  if (linkable && inputs.names.length) followAddress(el, inputs, settings.file, stop);
}

function render({ model, el }) {
  const stop = new AbortController();
  const settings = model.get("settings");
  const page = layOut(el, settings);
  const fail = (error) => {
    console.error(error);
    page.chart.replaceChildren(element("p", { role: "alert" }, `${settings.words.failed} (${error.message})`));
    el.dispatchEvent(new CustomEvent("explorer-failed", { bubbles: true, detail: error })); // a page keeps its picture
  };
  start(model, el, page, stop.signal, fail).catch(fail);
  return () => stop.abort();
}

// The runtime widget brings the library as soon as a notebook is set up, before there is a chart to draw.
const initialize = ({ model }) => void (model.get("bundle") && loadLibrary(model));

export default { initialize, render };
