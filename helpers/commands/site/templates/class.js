// The class: adds up records of learners, which are read here and go nowhere. Without this page's reader nothing of them
// is kept.

import { element, fill } from "../../../explorer/dom.js";
import { Axis, inWords, knownAnswer } from "../../../questions/amounts.js";
import { MOST, read, readFile } from "./codes.js";

const known = globalThis.bluebookQuestions;
const form = document.querySelector("#class");
const [picker, pasted] = form.querySelectorAll("input, textarea");
const said = JSON.parse(form.dataset.words);
const status = document.querySelector("main > [role=status]");
const unread = document.querySelector(".class-unread");
const who = document.querySelector(".class-who");
const votes = document.querySelector(".class-votes");
const chooser = votes.querySelector("select");
const rightAll = votes.querySelector("input");
const CLASSES = 8; // of typed numbers, where there are many
const YEARS = 6; // of a guess that is drawn, at most
const DIGITS = 6; // to which typed numbers are the same: a code holds no more

let records = []; // the newest of each learner and notebook
let troubles = []; // where something could not be read, and why
const seen = new Set(); // what was read, as texts: what comes again is no other record
const opened = new Set(); // questions whose answer is shown

const fold = (name) => name.normalize("NFKC").toLowerCase();

// Whether two records are of one learner: they have one name, or one has none and both are of one browser.
function sameLearner(one, other) {
  if (one.notebook !== other.notebook) return false;
  if (one.name && other.name) return fold(one.name) === fold(other.name);
  return one.id === other.id && one.id !== "00000";
}

// The newest record of a learner counts.
function add(record) {
  const text = JSON.stringify(record);
  if (seen.has(text)) return;
  seen.add(text);
  const at = records.findIndex((other) => sameLearner(other, record));
  if (at < 0) records.push(record);
  else if (record.last >= records[at].last) records[at] = record;
}

// Reads with a function; what is wrong is noted with the place where it was found.
function attempt(place, read) {
  try {
    return read();
  } catch (error) {
    if (!error.kind) throw error;
    troubles.push(`${place}: ${fill(said.unread[error.kind], { about: error.about })}`);
  }
}

function takeCode(place, line) {
  const record = attempt(place, () => read(line, known));
  if (record) add(record);
}

function takeText(name, text) {
  if (!text.trimStart().startsWith("{")) return takeLines(text, (number) => fill(said.line_of, { name, number }));
  const found = attempt(name, () => readFile(text, known)) ?? [];
  for (const read of found) {
    const record = attempt(name, read);
    if (record) add(record);
  }
}

function takeLines(text, place) {
  for (const [at, line] of text.split(/\r?\n/).entries()) if (line.trim()) takeCode(place(at + 1), line);
}

async function takeFiles(files) {
  for (const file of files) {
    if (file.size > MOST) troubles.push(`${file.name}: ${said.unread.large}`);
    else takeText(file.name, await file.text());
  }
  show();
}

// What is counted ------------------------------------------------------------------------------------------------------

// Whether a vote is right: the place of an option, or a number.
function isRight({ options, cases, answer, scale = 1, tolerance }, vote) {
  if (options) return vote === answer;
  if (cases) return vote === 0;
  return answer !== undefined && Math.abs(vote * scale - answer) <= tolerance + 1e-9;
}

// Whether each choice has an explanation of its own.
const saysWhy = ({ kind, options, cases }) => Boolean(kind === "ask" ? options : cases);
const share = (part, whole) => (whole ? Math.round((100 * part) / whole) : 0);

// What can be chosen, in words: options, or the known answers to an exercise and any other.
function choicesOf(question) {
  const { options, cases, words } = question;
  return options ?? (cases && [...cases.map((_, place) => knownAnswer(question, place)), words.other]);
}

// The groups of a question's votes, options or numbers, each with a test for a vote and whether that is right.
function groups(question, given) {
  const { written, scale = 1 } = question;
  const choices = choicesOf(question);
  if (choices)
    return choices.map((words, place) => ({
      words,
      place,
      right: isRight(question, place),
      holds: (vote) => vote === place,
    }));
  const found = given.flatMap(({ votes: both }) => both).filter(Number.isFinite);
  const shown = (number) => Number((number * scale).toPrecision(DIGITS));
  return classes([...new Set(found.map(shown))]).map(([low, high]) => {
    const holds = (vote) => Number.isFinite(vote) && shown(vote) >= low && shown(vote) <= high;
    const words = low === high ? inWords(low) : `${inWords(low)} – ${inWords(high)}`;
    const right = found.some((number) => holds(number) && isRight(question, number));
    return { words: written.replace("{}", () => words), right, holds };
  });
}

// The ends of classes of numbers: one each, or with about as many different ones in each, so that one that is far away
// spoils nothing.
function classes(numbers) {
  const size = numbers.length > 2 * CLASSES ? Math.ceil(numbers.length / CLASSES) : 1;
  const sorted = numbers.sort((a, b) => a - b);
  const lows = sorted.filter((_, place) => place % size === 0);
  return lows.map((low, at) => [low, sorted[at * size + size - 1] ?? sorted.at(-1)]);
}

// What is shown --------------------------------------------------------------------------------------------------------

const NET = "http://www.w3.org/2000/svg";

function bar(kind, count, all) {
  const rect = document.createElementNS(NET, "rect");
  rect.setAttribute("width", `${share(count, all)}%`);
  rect.setAttribute("height", "100%");
  const picture = document.createElementNS(NET, "svg");
  picture.setAttribute("aria-hidden", "true");
  picture.append(rect);
  const told = fill(said.share, { count, percent: share(count, all) });
  const parts = [element("span", {}, said[kind]), picture, element("b", {}, told)];
  return element("p", { class: `vote-bar vote-${kind}` }, ...parts);
}

function groupOf(question, group, given, shows) {
  const right = shows && group.right;
  const count = (at) => given.filter(({ votes: both }) => group.holds(both[at])).length;
  const item = element("li", { class: right ? "vote-right" : undefined });
  const words = element("p", { class: "vote-words" }, group.words);
  if (right) words.prepend(element("strong", {}, `✓ ${said.right} `));
  item.append(words, bar("first", count(0), given.length), bar("second", count(1), given.length));
  const why = saysWhy(question) ? question.feedback[group.place] : "";
  if (shows && why) item.append(element("p", { class: "vote-why" }, why));
  return item;
}

// A year or a bar of a guess that is drawn, in the votes that hold it, and in the data once these are shown.
function drawnOf(axis, place, given, shows) {
  const lines = ["first", "second"].map((kind, at) => {
    const found = given.map(({ votes: both }) => both[at]).filter(Array.isArray);
    const ends = spread(found.map((vote) => vote[place]).filter(Number.isFinite));
    const [low, median, high] = ends.map((value) => axis.amount(value));
    return element("p", {}, fill(said.spread, { name: said[kind], low, median, high }));
  });
  const data = element("strong", {}, fill(said.data, { amount: axis.amount(axis.data[place]) }));
  const label = element("p", { class: "vote-words" }, axis.label(place));
  return element("li", {}, label, ...lines, ...(shows ? [element("p", {}, data)] : []));
}

function spread(numbers) {
  const [sorted, middle] = [[...numbers].sort((a, b) => a - b), (numbers.length - 1) / 2];
  return [sorted[0], (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2, sorted.at(-1)];
}

// The last of the hidden years, and some of those before it, as far from each other as they are from it.
function drawnList(question, given, shows) {
  const axis = new Axis(question);
  const { length } = axis.hidden;
  const apart = Math.ceil(length / YEARS);
  const places = [...axis.hidden.keys()].filter((place) => (length - 1 - place) % apart === 0);
  const holds = given.some(({ votes: [vote] }) => vote);
  return holds ? places.map((place) => drawnOf(axis, place, given, shows)) : [];
}

// What is said below the votes once the answer is shown: what the data say, and what is easily taken for it.
function answerOf(question) {
  const { feedback, slip } = question;
  const told = saysWhy(question) ? [] : [feedback[0]];
  const lines = told.map((words) => element("p", {}, words));
  const label = element("strong", {}, `${said.slip} `);
  return slip ? [...lines, element("p", {}, label, slip)] : lines;
}

function questionOf(question, given) {
  const shows = rightAll.checked || opened.has(question.name);
  const again = given.filter(({ tries }) => tries > 1).length;
  const silent = given.filter(({ votes: [, last] }) => last === null || typeof last === "string").length;
  const count = [fill(said.answered, { count: given.length, again })];
  if (silent) count.push(fill(said.silent, { count: silent }));
  const list = question.drawn
    ? drawnList(question, given, shows)
    : groups(question, given).map((group) => groupOf(question, group, given, shows));
  const about = { type: "button", "aria-expanded": shows, "data-question": question.name };
  const button = element("button", about, shows ? said.hide : said.show);
  return element(
    "section",
    { class: "vote" },
    element("h3", {}, question.prompt),
    element("p", { class: "vote-count" }, count.join(" ")),
    element("ul", {}, ...list),
    ...(rightAll.checked ? [] : [button]),
    ...(shows ? answerOf(question) : []),
  );
}

function list(place, head, lines) {
  place.hidden = !lines.length;
  place.querySelector("summary").textContent = head;
  place.querySelector("ul").replaceChildren(...lines.map((words) => element("li", {}, words)));
}

// The votes of the notebook that is chosen.
function showVotes() {
  const { heading, questions } = known[chooser.value];
  const mine = records.filter(({ notebook }) => notebook === chooser.value);
  votes.querySelector("h2").textContent = heading;
  const asked = questions
    .map((question) => [question, mine.map(({ answers }) => answers[question.name]).filter(Boolean)])
    .filter(([, given]) => given.length);
  const none = questions.length - asked.length;
  votes.querySelector(".class-note").textContent = `${said.note} ${none ? fill(said.none, { count: none }) : ""}`;
  votes.querySelector(".class-questions").replaceChildren(...asked.map((each) => questionOf(...each)));
  const names = mine.map(({ name }) => name).filter(Boolean);
  const nameless = mine.length - names.length;
  const lines = [
    ...names.sort((a, b) => a.localeCompare(b)),
    ...(nameless ? [fill(said.nameless, { count: nameless })] : []),
  ];
  list(who, fill(said.who, { count: mine.length }), lines);
}

function show() {
  const older = seen.size - records.length;
  const found = Object.keys(known).filter((notebook) => records.some((record) => record.notebook === notebook));
  const before = chooser.value;
  chooser.replaceChildren(...found.map((value) => element("option", { value }, known[value].heading)));
  if (found.includes(before)) chooser.value = before;
  votes.hidden = who.hidden = !found.length;
  if (found.length) showVotes();
  list(unread, fill(said.not_read, { count: troubles.length }), troubles);
  status.textContent = [
    fill(said.count, { count: records.length }),
    older ? fill(said.older, { count: older }) : "",
    troubles.length ? fill(said.not_read, { count: troubles.length }) : "",
  ].join(" ");
}

// No form is submitted: a frame in another page may forbid that.
form.querySelector("button").addEventListener("click", () => {
  takeLines(pasted.value, (number) => fill(said.line, { number }));
  pasted.value = "";
  show();
});
form.addEventListener("reset", () => {
  [records, troubles] = [[], []];
  seen.clear();
  opened.clear();
  setTimeout(show);
});
picker.addEventListener("change", async () => {
  await takeFiles([...picker.files]);
  picker.value = "";
});
const withFiles = (take) => (event) => {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  take([...event.dataTransfer.files]);
};
document.addEventListener(
  "dragover",
  withFiles(() => {}),
);
document.addEventListener("drop", withFiles(takeFiles));
chooser.addEventListener("change", showVotes);
rightAll.addEventListener("change", showVotes);
votes.addEventListener("click", ({ target }) => {
  const name = target.closest("button")?.dataset.question;
  if (!name) return;
  if (!opened.delete(name)) opened.add(name);
  showVotes();
  votes.querySelector(`button[data-question="${CSS.escape(name)}"]`).focus({ preventScroll: true });
});
