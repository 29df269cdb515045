// What a reader has answered on the pages of a notebook, in either language, kept in this browser until it is thrown
// away. It goes nowhere else. Where nothing may be kept, as in some frames, it lasts as long as the page.

import { fitsDrawing, isVote } from "./votes.js";

// Beside the answers, for questions have other names: when, how long, and a number by chance; what charts are set to.
const [ABOUT, VIEWS] = ["about", "views"];
const MINUTE = 60_000;
const STEPS = ["noted", "revealed", "checked"];
const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

// Whether an answer fits the question as it is now.
function fits(question, given) {
  if (!isRecord(given)) return false;
  const { options, drawn } = question;
  const { answer, step } = given;
  if (![undefined, ...STEPS].includes(step)) return false;
  if (drawn && !step) return fitsDrawing(drawn, answer);
  return options || drawn ? isVote(question, answer) : typeof answer === "string";
}

const rounded = (number) => Number(number.toPrecision(12));

// A number in the unit of the page's language, where that is another: 9.2 billion dollars are 92億ドル.
function inUnit({ options, scale = 1 }, given) {
  if (options || (given.scale ?? 1) === scale) return given;
  if (typeof given.meant !== "number") return;
  const meant = rounded((given.meant * scale) / (given.scale ?? 1));
  return { ...given, answer: String(meant), meant, scale };
}

// An answer as a vote, the same in every language: the place of an option or of a known answer, a number in the unit of
// the table, what was drawn, or a text that stands for no number.
const voteOf = ({ answer, place, meant, scale = 1 }) =>
  place ?? (typeof meant === "number" ? rounded(meant / scale) : answer);

// The first vote and the last, which counts, and how often one was cast; answers of older pages hold their last alone.
function votesOf(given) {
  if (Array.isArray(given?.votes) && given.tries >= 1) return { votes: given.votes, tries: given.tries };
  return given?.step ? { votes: [voteOf(given), voteOf(given)], tries: 1 } : {};
}

// Whether an answer is another vote: one that is committed or checked is a vote, one that is being chosen is none.
function isCast(before, given) {
  const same = JSON.stringify([before?.answer, before?.step]) === JSON.stringify([given.answer, given.step]);
  return !same && ["noted", "checked"].includes(given.step);
}

const newId = () => Math.random().toString(36).slice(2, 7).padEnd(5, "0");

// What is kept of a notebook.
class Drawer {
  constructor(notebook) {
    this.name = `bluebook-notebooks ${notebook}`;
    this.answers = {};
    this.stored = undefined; // true once it stands in the store, false where that takes nothing
    this.views = {}; // what charts were set to on this page, as addresses; undefined where one is as it began
    this.look();
  }

  // Takes over what another tab has kept or thrown away meanwhile; what is damaged counts as nothing. What the store did
  // not take is newer than what stands there.
  look() {
    if (this.stored === false) return;
    try {
      const found = JSON.parse(localStorage.getItem(this.name));
      if (isRecord(found)) [this.answers, this.stored] = [found, true];
      else if (this.stored) this.forget();
    } catch {}
  }

  keep() {
    try {
      localStorage.setItem(this.name, JSON.stringify(this.answers));
      this.stored = true;
    } catch {
      this.stored = false;
    }
  }

  read(question) {
    const given = this.answers[question.name];
    return fits(question, given) ? inUnit(question, given) : undefined;
  }

  write(question, given) {
    this.look();
    const answer = { ...given, scale: question.scale };
    const cast = isCast(this.answers[question.name], given);
    const { votes: [first, last] = [], tries = 0 } = this.votes(question) ?? {};
    const vote = cast ? voteOf(answer) : last;
    const votes = vote === undefined ? undefined : [first ?? vote, vote];
    this.answers[question.name] = { ...answer, votes, tries: votes && tries + cast };
    const now = Date.now();
    this.answers[ABOUT] = { id: newId(), first: now, ...this.about(), last: now };
    this.keep();
    dispatchEvent(new Event("bluebook-kept"));
  }

  // An answer that JupyterLab has kept, as its question gave it, and when. One that stands here already stays.
  takeOver(question, given, time) {
    const here = fits(question, given) ? inUnit(question, given) : undefined;
    if (!here || this.votes(question)) return false;
    const { scale } = question;
    this.answers[question.name] = { ...here, scale, ...votesOf({ ...here, scale }) };
    const { id = newId(), first = time, last = time, ...rest } = this.about();
    this.answers[ABOUT] = { ...rest, id, first: Math.min(first, time), last: Math.max(last, time) };
    this.keep();
    return true;
  }

  // First vote, last vote, how often one was cast, and what became of the last; undefined where there is none.
  votes(question) {
    const given = this.answers[question.name];
    const { votes = [], tries } = isRecord(given) ? votesOf(given) : {};
    if (votes.length !== 2 || !votes.every((vote) => isVote(question, vote)) || !Number.isInteger(tries)) return;
    const step = question.kind === "predict" ? "noted" : "checked"; // where another answer is being chosen
    return { votes, tries, step: STEPS.includes(given.step) ? given.step : step };
  }

  // When the first and the last answer were given, the minutes in which the reader did something, and a number by
  // chance, which tells records without a name from each other.
  about() {
    const { id, first, last, minutes, minute } = this.kept(ABOUT);
    const sound = /^[0-9a-z]{5}$/.test(id) && [first, last].every(Number.isFinite);
    return { ...(sound && { id, first, last }), minutes: Number.isInteger(minutes) ? minutes : 0, minute };
  }

  // A minute in which the reader did something; it is written down where there is an answer.
  spend(minute) {
    this.look();
    const about = this.about();
    if (about.minute === minute) return;
    this.answers[ABOUT] = { ...about, minutes: about.minutes + 1, minute };
    if (this.some()) this.keep();
  }

  // What a chart was set to, as an address.
  view(chart) {
    const { [chart]: address } = this.kept(VIEWS);
    return typeof address === "string" ? address : undefined;
  }

  // What a chart is set to now; nothing where that is how it began.
  see(chart, address) {
    if (address || this.view(chart)) this.views[chart] = address;
  }

  // Written down when the page is left: a slider that plays passes through many settings.
  keepViews() {
    this.look();
    this.answers[VIEWS] = { ...this.kept(VIEWS), ...this.views };
    this.keep();
  }

  forget() {
    [this.answers, this.stored, this.views] = [{}, undefined, {}];
  }

  clear() {
    this.forget();
    try {
      localStorage.removeItem(this.name);
    } catch {}
  }

  // What is kept under a name, such as that of a question of which nothing else is known.
  kept(name) {
    return isRecord(this.answers[name]) ? this.answers[name] : {};
  }

  done(name) {
    return Boolean(this.kept(name).step);
  }

  some() {
    return Object.keys(this.answers).some((name) => name !== ABOUT && name !== VIEWS);
  }
}

const drawers = new Map();
function open(notebook) {
  if (!drawers.has(notebook)) drawers.set(notebook, new Drawer(notebook));
  drawers.get(notebook).look();
  return drawers.get(notebook);
}

// Another tab has written something, or this page lay behind another.
function lookAgain() {
  for (const drawer of drawers.values()) drawer.look();
  dispatchEvent(new Event("bluebook-kept"));
}
addEventListener("storage", lookAgain);
addEventListener("pageshow", ({ persisted }) => persisted && lookAgain());

const kept = open(location.pathname.replace(/.*\/|\.html$/g, ""));
globalThis.bluebookKept = Object.assign(kept, { open });

// My record at the end of the page: its program is loaded when it is wanted.
const record = document.querySelector(".record");
const [begin, again] = record.querySelectorAll(".record-begin button");
begin.addEventListener("click", async () => {
  try {
    await globalThis.bluebook.load(new URL(begin.dataset.file, document.baseURI).href);
  } catch (error) {
    const said = JSON.parse(record.dataset.words).failed;
    record.querySelector("[role=status]").textContent = `${said} (${error.message})`;
  }
});
again.addEventListener("click", () => {
  kept.clear();
  location.reload();
});
const mark = () => record.classList.toggle("some", kept.some() || Object.keys(kept.kept(VIEWS)).length > 0);
addEventListener("bluebook-kept", mark);
mark();

document.addEventListener("visibilitychange", () => {
  if (document.hidden && Object.keys(kept.views).length) kept.keepViews();
});

// A minute counts in which the reader of a page with questions moves, points or types.
let minute;
function spend() {
  const now = Math.floor(Date.now() / MINUTE);
  if (now !== minute) kept.spend(now);
  minute = now;
}
const SIGNS = ["scroll", "pointermove", "pointerdown", "keydown"];
const asks = document.querySelector(".stand-in-question");
for (const type of asks ? SIGNS : []) addEventListener(type, spend, { capture: true, passive: true });
