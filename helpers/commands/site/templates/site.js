// Wakes the widgets of a page when its reader begins to scroll, point, touch or type, each when it comes near. Until
// then pictures and words stand in their places, and no library is loaded. Nothing comes from another machine.

const assets = document.currentScript.src.replace(/[^/]*$/, "");
const scripts = new Map();
const views = new Map(); // root model and states of each view, by its name
const wanted = new Map(); // places that are to wake, each with what ends the wait for it
const awake = new Map(); // a promise for each place that was wanted
const called = new Set(); // places that are wanted wherever they are
let working = false;
const PATIENCE = 30_000; // milliseconds for a widget to be drawn, on the slowest of telephones

const bluebook = { take: (name, model, states) => views.set(name, { model, states }), programs: {}, all };
globalThis.bluebook = bluebook;

// Loads a script or a style sheet once. Classic scripts work from a folder too, where modules and fetch do not.
function load(source) {
  if (!scripts.has(source)) {
    const loaded = new Promise((done, fail) => {
      const parts = source.endsWith(".css")
        ? ["link", { rel: "stylesheet", href: source }]
        : ["script", { src: source }];
      const node = Object.assign(document.createElement(parts[0]), parts[1], { onload: done });
      node.onerror = () => {
        scripts.delete(source); // it may work later
        fail(new Error(source.replace(/.*\//, "")));
      };
      document.head.append(node);
    });
    scripts.set(source, loaded);
  }
  return scripts.get(source);
}

const KINDS = ["stand-in", "stand-in-explorer", "stand-in-question"];
const LIBRARIES = ["programs.js", "widgets.js", "widgets.css"];
const isChart = (place) => place.classList.contains("stand-in-explorer");
const isQuestion = (place) => place.classList.contains("stand-in-question");
const libraries = (chart) =>
  Promise.all([...LIBRARIES, ...(chart ? ["vega.js"] : [])].map((name) => load(assets + name)));

const heard = (room, event) => new Promise((done) => room.addEventListener(event, done, { once: true }));

// When a question stands in its room: widgets fill their places after they have been made.
const filled = (room) =>
  new Promise((done) => {
    const look = () => room.querySelector("form") && done();
    new MutationObserver(look).observe(room, { childList: true, subtree: true });
    look();
  });

const late = (name) => new Promise((_, fail) => setTimeout(() => fail(new Error(name)), PATIENCE));

// Makes the widget behind its stand-in, which goes when the widget is drawn.
async function wake(place) {
  await Promise.all([libraries(isChart(place)), load(new URL(place.dataset.file, document.baseURI).href)]);
  const { model, states } = views.get(place.dataset.view);
  const room = Object.assign(document.createElement("div"), { className: "coming" });
  place.append(room);
  try {
    const shown = isChart(place) ? heard(room, "explorer-shown") : isQuestion(place) && filled(room);
    await globalThis.bluebookWidgets.show(states, model, room);
    await Promise.race([shown, late(place.dataset.view)]);
  } catch (error) {
    room.remove();
    throw error;
  }
  settle(place, room);
}

// The widget takes the place of its stand-in. Where it is in the middle of the window, the chart stays where it is;
// what moves above the window is made up for by the browser.
function settle(place, room) {
  const { top, bottom } = place.getBoundingClientRect();
  const eye = () => (place.querySelector("picture, .explorer-chart, legend") ?? place).getBoundingClientRect().top;
  const before = eye();
  const typing = place.contains(document.activeElement);
  place.replaceChildren(...room.childNodes);
  place.classList.remove(...KINDS);
  place.classList.toggle("live", Boolean(place.querySelector(".explorer-panel")));
  if (top < innerHeight / 2 && bottom > innerHeight / 2) scrollBy({ top: eye() - before, behavior: "instant" });
  if (typing) place.querySelector("button, input, select, [tabindex]")?.focus({ preventScroll: true });
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
}

function excuse(place, error) {
  console.error(error);
  awake.delete(place); // it may be tried again
  place.querySelector("[role=alert]")?.remove();
  const words = `${document.body.dataset.stays} (${error.message})`;
  place.append(Object.assign(document.createElement("p"), { role: "alert", textContent: words }));
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
  { rootMargin: "100% 0px" },
);

const places = () => [...document.querySelectorAll(".stand-in")];

// The reader is here.
function begin() {
  for (const type of SIGNS) removeEventListener(type, begin, true);
  const waiting = places();
  if (waiting.length) libraries(waiting.some(isChart)).catch(() => {}); // a place that wants them says so
  for (const place of waiting) near.observe(place);
}
const SIGNS = ["scroll", "wheel", "pointermove", "pointerdown", "touchstart", "keydown", "focusin"];
for (const type of SIGNS) addEventListener(type, begin, { capture: true, passive: true });

// Wakes every widget of the page.
async function all() {
  begin();
  await Promise.all(places().map(call));
}

// A link to a view: its explorer is the first to wake, and follows the address by itself.
function follow() {
  const [, name] = location.hash.match(/^#view=([^&]*)/) ?? [];
  const place = name && places().find((one) => one.dataset.view === decodeURIComponent(name));
  if (!place) return;
  place.scrollIntoView();
  call(place);
}
addEventListener("hashchange", follow);
follow();

// Pictures that have not been seen yet are printed too.
addEventListener("beforeprint", () => {
  for (const picture of document.querySelectorAll("img[loading=lazy]")) picture.loading = "eager";
});

// In a wide window the list of sections stands beside the text, open.
const contents = document.querySelector(".contents details");
if (contents && matchMedia("(min-width: 70rem)").matches) contents.open = true;

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
    parts.push(
      source.slice(end, index),
      Object.assign(document.createElement("span"), { className: kind, textContent: word }),
    );
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

const programs = document.querySelector("#show-programs");
programs?.addEventListener("change", () => {
  for (const program of document.querySelectorAll("details.program")) program.open = programs.checked;
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
