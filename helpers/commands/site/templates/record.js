// My record: the questions of a page, or of all notebooks, with what the reader has answered, to be printed or handed in.

import { copy, element, fill, saveFile } from "../../../explorer/dom.js";
import { Axis, inWords, knownAnswer } from "../../../questions/amounts.js";
import { fileOf, recordOf, write } from "./codes.js";

const record = document.querySelector(".record");
const open = globalThis.bluebookKept.open;
const begin = record.querySelector(".record-begin button");
const sheet = record.querySelector(".record-sheet");
const parts = sheet.querySelector(".record-parts");
const judged = sheet.querySelector(".record-judged"); // on the page of all notebooks
const status = record.querySelector("[role=status]");
const said = JSON.parse(record.dataset.words);
const gathers = record.classList.contains("gathers");
const notebooks = Object.entries(JSON.parse(record.dataset.notebooks)); // what each is called, by its name
const lang = document.documentElement.lang;
let shown = []; // a notebook each: its name, what is kept of it, its questions, and the lines of its table

const dayOf = (time) => new Date(time).toLocaleDateString(lang, { dateStyle: "long" });

// What was drawn, year by year or bar by bar, with the digits that the reader saw.
function drawingOf(question, answer) {
  const axis = new Axis(question);
  const parts = answer.flatMap((value, at) => (value === null ? [] : [`${axis.hidden[at]}: ${axis.number(value)}`]));
  return `${parts.join("; ")} [${question.unit}]`;
}

// A vote in the words and the unit of the page's language.
function worded(question, vote) {
  const { options, written, scale = 1, drawn, cases, words } = question;
  if (options) return options[vote];
  if (cases) return cases[vote] ? knownAnswer(question, vote) : words.other;
  if (drawn) return drawingOf(question, vote);
  return typeof vote === "number"
    ? written.replace("{}", () => inWords(Number((vote * scale).toPrecision(12))))
    : written.replace("{}", () => vote);
}

// What became of an answer, in words: of a guess, what the data say.
function resultOf({ words, feedback, outcomes }, { answer, step, right }) {
  if (step === "checked") return words[right ? "right" : "wrong"];
  return step === "revealed" ? `${words[outcomes?.[answer]] ?? ""} ${feedback[0]}`.trim() : said[step ?? "open"];
}

// A line of the table: question, answer, result, and the first answer where there was another later.
function lineOf(kept, question) {
  const { prompt, options, written } = question;
  const given = kept.read(question);
  const { votes, tries = "" } = kept.votes(question) ?? {};
  if (!given) return [prompt, said.none, "", "", ""];
  const typed = !options && !Array.isArray(given.answer);
  const answer = typed ? written.replace("{}", () => given.answer) : worded(question, given.answer);
  return [prompt, answer, resultOf(question, given), tries > 1 ? worded(question, votes[0]) : "", String(tries)];
}

async function opened([notebook, heading]) {
  const { bluebook, bluebookQuestions } = globalThis;
  const questions = gathers ? bluebookQuestions[notebook].questions : await bluebook.questions();
  return { notebook, heading, kept: open(notebook), questions };
}

const row = (words) => element("tr", {}, ...words.map((word) => element("td", {}, word)));

// When, for how long, and how much was answered.
function counted(lines, kept) {
  const { first, last, minutes } = kept.about();
  const answered = lines.filter(([, , result]) => result).length;
  const days = first && [...new Set([dayOf(first), dayOf(last)])].join(said.to);
  const spent = first ? [fill(said.spent, { days, minutes })] : [];
  const count = fill(said.count, { answered, questions: lines.length, day: dayOf(Date.now()) });
  return [count, ...spent].join(" · ");
}

function partOf({ heading, lines, kept }) {
  const part = sheet.querySelector("template").content.cloneNode(true);
  part.querySelector(".record-head").textContent = heading;
  part.querySelector(".record-count").textContent = counted(lines, kept);
  part.querySelector("tbody").append(...lines.map(row));
  return part;
}

// The claims that the reader has judged in the project, which keeps them by itself: number, verdict, figure, reason,
// points. What is damaged counts as nothing.
function judgements() {
  try {
    const { drafts } = JSON.parse(localStorage.getItem("bluebook-notebooks project"));
    const verdicts = JSON.parse(judged.dataset.verdicts);
    return Object.entries(drafts)
      .filter(([id, { verdict }]) => /^BB\d+$/.test(id) && Object.hasOwn(verdicts, verdict))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, { verdict, figure = "", reason = "", ...rest }]) => {
        const points = Object.entries(rest).filter(([name, given]) => name.startsWith("points-") && given !== "");
        const sum = points.reduce((all, [, given]) => all + Number(given), 0);
        return [id, verdicts[verdict], String(figure), String(reason), points.length ? String(sum) : ""];
      });
  } catch {
    return [];
  }
}

const lineOfClaim = ([id, ...rest]) => {
  const line = row([id, ...rest]);
  line.cells[0].replaceChildren(element("a", { href: `claims/${id}.html` }, id));
  return line;
};

const records = () =>
  shown.map(({ notebook, questions }) => recordOf(notebook, questions, sheet.querySelector("input").value));

// The codes, which hold the name as it is typed.
function code() {
  const fields = parts.querySelectorAll("textarea");
  for (const [at, each] of records().entries()) fields[at].value = write(each, shown[at].questions);
}

// Fills the sheet with what is kept now.
function refill() {
  for (const each of shown) each.lines = each.questions.map((question) => lineOf(each.kept, question));
  parts.replaceChildren(...shown.map(partOf));
  code();
  if (!judged) return;
  const lines = judgements();
  judged.hidden = !lines.length;
  judged.querySelector("tbody").replaceChildren(...lines.map(lineOfClaim));
}

async function show() {
  begin.disabled = true;
  try {
    const some = notebooks.filter(([notebook]) => !gathers || open(notebook).some());
    shown = await Promise.all(some.map(opened));
    refill();
    sheet.hidden = !shown.length && (!judged || judged.hidden);
    status.textContent = sheet.hidden ? said.nothing : "";
  } catch (error) {
    sheet.hidden = true;
    status.textContent = `${said.failed} (${error.message})`;
  }
  begin.disabled = false;
}

function save(ending, type, text) {
  const place = sheet.querySelector(".record-framed");
  return saveFile(`${record.dataset.file}.${ending}`, new Blob([text], { type }), place, said.framed);
}

// A formula of a spreadsheet is a text here.
const cell = (words) => `"${words.replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`;

function table() {
  const headsOf = (part) => [...part.querySelector("tr").cells].map((head) => head.textContent);
  const lines = [[said.name, sheet.querySelector("input").value, "", "", ""]];
  for (const { heading, lines: mine } of shown) {
    if (gathers) lines.push([heading, "", "", "", ""]);
    lines.push(headsOf(parts), ...mine);
  }
  if (judged && !judged.hidden) lines.push([said.judged.title, "", "", "", ""], headsOf(judged), ...judgements());
  return `\ufeff${lines.map((line) => line.map(cell).join(",")).join("\r\n")}\r\n`;
}

async function hand(button) {
  code();
  const field = button.closest("p").querySelector("textarea");
  status.textContent = (await copy(field.value, field)) ? said.copied : said.by_hand;
}

const TOOLS = {
  print: () => {
    refill(); // with the minutes that count by now
    if (gathers) print();
    else globalThis.bluebook.printPart("prints-record");
  },
  csv: () => save("csv", "text/csv", table()),
  file: () => save("json", "application/json", fileOf(records())),
  copy: hand,
};
sheet.addEventListener("click", ({ target }) => TOOLS[target.closest("button")?.value]?.(target.closest("button")));
sheet.addEventListener("input", code);
begin.addEventListener("click", show);

// Files in which JupyterLab has kept answers, whatever notebooks they are of. How many were taken over is said, and how
// many were not: they stand here already, or fit no question of these pages.
async function takeOver(files) {
  const { bluebookQuestions } = globalThis;
  const kept = Object.entries(bluebookQuestions).flatMap(([notebook, { questions }]) =>
    questions.map((question) => [question.name, (...given) => open(notebook).takeOver(question, ...given)]),
  );
  const take = new Map(kept);
  const told = [];
  for (const file of files) {
    const { name, lastModified } = file;
    const answers = Object.entries(await keptIn(file)).filter(([, given]) => given?.step);
    const taken = answers.filter(([name, given]) => take.get(name)?.(given, lastModified)).length;
    told.push(fill(answers.length ? said.lab.done : said.lab.none, { name, taken, left: answers.length - taken }));
  }
  await show();
  status.textContent = told.join(" ");
}

// What is in a file; nothing where that is no JSON.
async function keptIn(file) {
  try {
    return Object(JSON.parse(await file.text()));
  } catch {
    return {};
  }
}

const field = record.querySelector(".record-lab input");
field?.addEventListener("change", async () => {
  await takeOver(field.files);
  field.value = "";
});

addEventListener("bluebook-kept", () => (gathers || !sheet.hidden) && show());
if (gathers) {
  document.body.classList.add("prints-record");
  addEventListener("pageshow", show);
} else show();
