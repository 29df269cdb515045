// Wakes the widgets of a page when its reader begins to scroll, point, touch or type, each when it comes near. Until
// then pictures and words stand in their places, and no library is loaded. Nothing comes from another machine.

const assets = document.currentScript.src.replace(/[^/]*$/, "");
const MARKS = {}; // what tells this build of a library from others, by its name: see builds.py
const words = JSON.parse(document.body.dataset.words ?? "{}");
const scripts = new Map();
const views = new Map(); // root model and states of each view, by its name
const wanted = new Map(); // places that are to wake, each with what ends the wait for it
const awake = new Map(); // a promise for each place that was wanted
const called = new Set(); // places that are wanted wherever they are
let working = false;
const PATIENCE = 30_000; // milliseconds for a widget to be drawn, on the slowest of telephones

const tools = { load, fill, make, printPart, embedAddress, embedCode }; // for other programs
const bluebook = { take, programs: {}, all, arrive, decode, questions, ...tools };
globalThis.bluebook = bluebook;

// A sentence with values in the places of their names in braces.
function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

// An element with properties.
function make(tag, given, ...children) {
  const made = Object.assign(document.createElement(tag), given);
  made.append(...children);
  return made;
}

// Takes the states of a view, with what was answered on an earlier day.
function take(name, model, states) {
  for (const { state } of Object.values(states)) {
    if (state.content?.name) state.given = globalThis.bluebookKept?.read(state.content) ?? state.given;
  }
  views.set(name, { model, states });
}

// Why a place does not wake: the name of a sentence, and the file or the function that it names.
class Trouble extends Error {
  constructor(kind, about = "") {
    super(`${kind}: ${about}`);
    Object.assign(this, { kind, about });
  }
}

const nameOf = (source) => new URL(source).pathname.replace(/.*\//, "");

// Loads a script or a style sheet once. Classic scripts work from a folder too, where modules and fetch do not.
function load(source) {
  if (!scripts.has(source)) {
    const loaded = new Promise((done, fail) => {
      const isSheet = nameOf(source).endsWith(".css");
      const parts = isSheet ? { rel: "stylesheet", href: source } : { src: source };
      const node = make(isSheet ? "link" : "script", { ...parts, onload: done });
      node.onerror = () => {
        scripts.delete(source); // it may work later
        fail(new Trouble("missing", nameOf(source)));
      };
      document.head.append(node);
    });
    scripts.set(source, loaded);
  }
  return scripts.get(source);
}

const KINDS = ["stand-in", "stand-in-explorer", "stand-in-question", "stand-in-troubled"];
const LIBRARIES = ["programs.js", "widgets.js", "widgets.css"];
const isChart = (place) => place.classList.contains("stand-in-explorer");
const isQuestion = (place) => place.classList.contains("stand-in-question");
const marked = (name) => assets + name + (MARKS[name] ?? "");
const libraries = (chart) =>
  Promise.all([...LIBRARIES, ...(chart ? ["vega.js"] : [])].map((name) => load(marked(name))));
const fileOf = (place) => new URL(place.dataset.file, document.baseURI).href;

// What the charts ask of a browser beyond what it takes to read these programs.
const NEEDED = {
  "Object.hasOwn": Object.hasOwn,
  structuredClone: globalThis.structuredClone,
  DecompressionStream: globalThis.DecompressionStream,
};
const lacking = Object.keys(NEEDED).find((name) => !NEEDED[name]);

// Whether what has come is whole, and of one build: the site may have been renewed while parts of it were kept here.
function inspect(place, view) {
  const found = {
    "programs.js": Object.keys(bluebook.programs).length,
    "widgets.js": globalThis.bluebookWidgets,
    "vega.js": Object.keys(globalThis.bluebookVega ?? {}).length || !isChart(place),
  };
  const damaged = Object.keys(found).find((name) => !found[name]);
  if (damaged) scripts.delete(marked(damaged));
  if (damaged) throw new Trouble("damaged", damaged);
  if (!view) scripts.delete(fileOf(place));
  if (!view) throw new Trouble("damaged", nameOf(fileOf(place)));
  for (const { state } of Object.values(view.states)) {
    const other = state._esm && !(state._esm in bluebook.programs);
    const vega = isChart(place) && state.bundle !== undefined && !(state.version in globalThis.bluebookVega);
    if (other || vega) throw new Trouble("mixed");
  }
}

// When a question stands in its room: widgets fill their places after they have been made.
const filled = (room) =>
  new Promise((done) => {
    const look = () => room.querySelector(".question") && done();
    new MutationObserver(look).observe(room, { childList: true, subtree: true });
    look();
  });

const late = (name) => new Promise((_, fail) => setTimeout(() => fail(new Error(name)), PATIENCE));

// When the chart stands in its room; what goes wrong with it is said by its explorer.
const drawn = (room) =>
  new Promise((done, fail) => {
    room.addEventListener("explorer-shown", done, { once: true });
    room.addEventListener("explorer-failed", ({ detail }) => fail(detail), { once: true });
  });

// Makes the widget behind its stand-in, which goes when the widget is drawn.
async function wake(place) {
  if (isChart(place) && lacking) throw new Trouble("old", lacking);
  await Promise.all([libraries(isChart(place)), load(fileOf(place))]);
  const view = views.get(place.dataset.view);
  inspect(place, view);
  const room = make("div", { className: "coming" });
  place.append(room);
  try {
    const shown = isChart(place) ? drawn(room) : isQuestion(place) && filled(room);
    await Promise.all([
      globalThis.bluebookWidgets.show(view.states, view.model, room),
      Promise.race([shown, late(place.dataset.view)]),
    ]);
  } catch (error) {
    room.remove();
    throw error;
  }
  const known = isChart(place) || !document.querySelector(".stand-in-explorer");
  settle(place, room);
  if (known && !document.querySelector(".stand-in [role=alert]")) say(renewed ? "renewed" : "alive"); // by a chart, if any
}

// Whether the browser makes up for what moves above the window.
const anchors = () => !["none", undefined].includes(getComputedStyle(document.documentElement).overflowAnchor);

const STOPS = "button, input, select, [tabindex]";

// The widget takes the place of its stand-in. Where it is in the middle of the window, the chart stays where it is.
function settle(place, room) {
  const { top, bottom } = place.getBoundingClientRect();
  const eye = () => (place.querySelector("picture, .explorer-chart, legend") ?? place).getBoundingClientRect().top;
  const before = eye();
  const { activeElement } = document;
  const typing = place.contains(activeElement) && (activeElement.matches("summary") ? "summary" : STOPS);
  const opened = place.querySelector(".explorer-more")?.open;
  place.replaceChildren(...room.childNodes);
  place.classList.remove(...KINDS);
  if (opened) place.querySelector(".explorer-more").open = true;
  place.classList.toggle("live", Boolean(place.querySelector(".explorer-panel")));
  const middle = innerHeight / 2;
  if (top < middle && bottom > middle) scrollBy({ top: eye() - before, behavior: "instant" });
  if (bottom <= middle && !anchors())
    scrollBy({ top: place.getBoundingClientRect().bottom - bottom, behavior: "instant" });
  if (typing) place.querySelector(typing)?.focus({ preventScroll: true });
}

const apart = (place) => {
  const { top, bottom } = place.getBoundingClientRect();
  return Math.max(0, top - innerHeight, -bottom) || Math.abs(top + bottom - innerHeight) / 1e6;
};

// One after the other, the nearest first, with a pause for the reader between.
async function work() {
  if (working) return;
  working = true;
  while (wanted.size) {
    const [place] = [...wanted.keys()].sort((a, b) => apart(a) - apart(b));
    const done = wanted.get(place);
    wanted.delete(place);
    await wake(place).catch((error) => excuse(place, error));
    done();
    await new Promise((later) => setTimeout(later));
  }
  working = false;
  fetchPictures(); // after what is near
}

// Says in a place why it does not wake, from which versions of browsers it does, and where the worksheet is.
function excuse(place, error) {
  console.error(error);
  if (error.kind === "mixed" && renew()) return;
  awake.delete(place); // it may be tried again
  note(place, "");
  place.querySelector("[role=alert]")?.remove();
  const cause = error.kind ? words[error.kind].replace("{}", error.about) : `${words.failed} (${error.message})`;
  const told = [`${words.stays} ${cause} ${words.oldest} `, ...worksheets()];
  place.append(make("p", { role: "alert", className: "stand-in-trouble" }, ...told));
  place.classList.add("stand-in-troubled"); // no controls will come
  say("trouble");
}

const worksheets = () =>
  [...document.querySelectorAll(".about a.worksheet")].slice(0, 1).map((link) => link.cloneNode(true));

// A word in the room that the buttons of a chart, or the answer to a question, will take.
function note(place, word) {
  for (const room of place.querySelectorAll(".stand-in-note")) {
    Object.assign(room, { textContent: word, hidden: !word }); // no link without words
  }
}

const state = document.querySelector(".about .state");

// Says at the top of the page what is known by now, in the room that it has.
function say(word) {
  if (!state || state.textContent === words[word]) return;
  state.style.minHeight = `${state.offsetHeight}px`;
  state.textContent = words[word];
}

// The page is loaded anew, once: true if it was not yet. The page that comes then says so.
const renewed = history.state?.renewed;
if (renewed) history.replaceState({ ...history.state, renewed: undefined }, "");
function renew() {
  if (renewed) return false;
  history.replaceState({ ...history.state, renewed: true }, "");
  location.reload();
  return true;
}

function want(place) {
  if (!awake.has(place)) {
    awake.set(place, new Promise((done) => wanted.set(place, done)));
    work();
  }
  return awake.get(place);
}

// Scrolled past before its turn came.
function leave(place) {
  if (!called.has(place) && wanted.delete(place)) awake.delete(place);
}

function call(place) {
  called.add(place);
  return want(place);
}

const near = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) (isIntersecting ? want : leave)(target);
  },
  { root: globalThis.top === globalThis ? null : document, rootMargin: "100% 0px" }, // in a frame the margin needs a root
);

const places = () => [...document.querySelectorAll(".stand-in")];
const posed = places()
  .filter(isQuestion)
  .map(({ dataset }) => ({ ...dataset }));

// The questions of the page in their order, awake or not: prompt, options, what is said of answers.
async function questions() {
  await Promise.all(posed.map(({ file }) => load(new URL(file, document.baseURI).href)));
  const statesOf = ({ view }) => Object.values(views.get(view).states);
  return posed.map((place) => statesOf(place).find(({ state }) => state.content?.name).state.content);
}

// The reader is here.
function begin() {
  for (const type of SIGNS) removeEventListener(type, begin, true);
  const waiting = places();
  const asked = waiting.length ? libraries(waiting.some(isChart) && !lacking) : Promise.resolve();
  asked.catch(() => {}).then(work); // a place that wants a library says that there is none
  for (const place of waiting) {
    note(place, isChart(place) ? words.loading_chart : words.loading_question);
    near.observe(place);
  }
}
const SIGNS = ["scroll", "wheel", "pointermove", "pointerdown", "touchstart", "keydown", "focusin"];
for (const type of SIGNS) addEventListener(type, begin, { capture: true, passive: true });

// Wakes every widget of the page.
async function all() {
  begin();
  await Promise.all(places().map(call));
}

let goal;
// What an address says; as it stands there where it cannot be read.
function decode(written) {
  try {
    return decodeURIComponent(written);
  } catch {
    return written;
  }
}

// A link arrives at its place and stays there, whatever wakes above it, until the reader moves. The explorer of a view
// is the first to wake, and follows the address by itself.
function follow() {
  const name = decode(location.hash.slice(1));
  const [, view] = location.hash.match(/^#view=([^&]*)/) ?? [];
  const place = view && places().find((one) => one.dataset.view === decode(view));
  arrive(place || document.getElementById(name));
  if (place) call(place);
}
function arrive(place) {
  goal = place;
  keep();
  const main = document.querySelector("main");
  if (place) growth?.observe(main);
  else growth?.unobserve(main);
}
const keep = () => goal?.scrollIntoView({ behavior: "instant" });
const growth = globalThis.ResizeObserver && new ResizeObserver(keep);
const MOVES = ["wheel", "touchmove", "pointerdown", "keydown"];
for (const type of MOVES) {
  addEventListener(type, () => goal && arrive(), { capture: true, passive: true });
}
addEventListener("hashchange", follow);
follow();

for (const place of places()) note(place, ""); // until the reader comes nothing is awaited
say(renewed ? "renewed" : "ready");

// Pictures that have not been seen yet are printed too: they are fetched when the reader is here, and where that was
// just now by the keys that print, the printer waits for them.
function fetchPictures() {
  const pictures = [...document.querySelectorAll("img[loading=lazy]")];
  for (const picture of pictures) picture.loading = "eager";
  return pictures.filter((picture) => !picture.complete);
}
addEventListener("beforeprint", fetchPictures);
addEventListener("keydown", async (event) => {
  const prints = event.key === "p" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
  const missing = prints ? fetchPictures() : [];
  if (!missing.length) return;
  event.preventDefault();
  const ended = (picture) =>
    new Promise((done) => {
      picture.onload = picture.onerror = done;
    });
  const enough = new Promise((done) => setTimeout(done, 5000)); // milliseconds
  await Promise.race([Promise.all(missing.map(ended)), enough]);
  print();
});

// Prints the part of the page that a class of its body names. Where a frame forbids to print, nothing tells the end of
// it: then the part is over when the reader goes on.
function printPart(name) {
  document.body.classList.add(name);
  const end = () => document.body.classList.remove(name);
  for (const type of ["afterprint", "pointerdown", "keydown"]) addEventListener(type, end, { once: true });
  print();
}

// Where nothing can be kept, as in some frames, a page takes back that it keeps what is answered.
try {
  localStorage.getItem("");
} catch {
  for (const note of document.querySelectorAll(".fleeting")) note.hidden = false;
}

const scheme = matchMedia("(prefers-color-scheme: dark)");
const dress = () => (document.body.dataset.jpThemeLight = !scheme.matches);
scheme.addEventListener("change", dress);
dress();

// The words of a program get their colours when it is opened.
const WORDS =
  /(?<comment>#.*)|(?<text>(?:\b[fr]+)?(?:"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))|(?<number>\b\d[\d_.e]*\b)|(?<key>\b(?:and|as|assert|def|del|elif|else|except|False|finally|for|from|if|import|in|is|lambda|None|not|or|pass|raise|return|True|try|while|with|yield)\b)/g;

function colour(program) {
  const source = program.textContent;
  const parts = [];
  let end = 0;
  for (const { 0: word, index, groups } of source.matchAll(WORDS)) {
    const [kind] = Object.entries(groups).find(([, found]) => found);
    parts.push(source.slice(end, index), make("span", { className: kind }, word));
    end = index + word.length;
  }
  program.replaceChildren(...parts, source.slice(end));
}

addEventListener(
  "toggle",
  ({ target }) => {
    const program = target.matches?.("details.program") && target.querySelector("pre");
    if (program && !program.firstElementChild) colour(program);
  },
  true,
);

// The address of a chart alone, in a view such as "oda-ranking" or "oda-ranking&year=2011", on the public site where
// the page names it; undefined where the page has no such chart.
function embedAddress(view) {
  const place = placeOf(view);
  const here = document.querySelector("link[rel=canonical]")?.href ?? document.baseURI;
  if (place)
    return new URL(`../../embed/${place.dataset.view}.html#view=${view}`, new URL(place.dataset.file, here)).href;
}

const placeOf = (view) =>
  [...document.querySelectorAll("[data-view]")].find(({ dataset }) => dataset.view === view.split("&")[0]);

// What a frame has to allow; a tab that it opens is bound by it no longer, and keeps answers.
const SANDBOX = "allow-scripts allow-downloads allow-modals allow-popups allow-popups-to-escape-sandbox";

// The code of a frame that shows it, as high as the chart is now, with what the frame has to allow.
function embedCode(view) {
  const address = embedAddress(view);
  const frame = make("iframe", { src: address, width: "100%", loading: "lazy" });
  frame.height = Math.ceil(placeOf(view).offsetHeight / 50) * 50 + 100;
  frame.title = placeOf(view).querySelector(".explorer-title")?.textContent ?? "";
  frame.setAttribute("sandbox", SANDBOX);
  return frame.outerHTML;
}

// The place of a chart that stands alone is shown in the same view.
document.querySelector(".embed-place a")?.addEventListener("click", ({ currentTarget: link }) => {
  if (/^#view=/.test(location.hash)) link.hash = location.hash;
});

// The same place in another language: the view that the address names, or the cell at the top of the window.
for (const link of document.querySelectorAll("a.language")) {
  link.addEventListener("click", () => {
    const here = [...document.querySelectorAll("main section[id]")]
      .filter((cell) => cell.getBoundingClientRect().top < 120)
      .at(-1);
    link.hash = /^#(view|route)=/.test(location.hash) ? location.hash : scrollY > 0 && here ? here.id : "";
  });
}
