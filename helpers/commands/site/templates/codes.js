// Records of what learners have answered, as files and as codes that fit where a learning platform takes a text. A code
// is the same in every language. It has these parts, with a stroke between them: BBR1, the notebook, a mark of its
// questions, a number by chance, time of the last answer and minutes in use, the answers in the order of the names of
// their questions, the learner's name if one was typed, and a sum that tells whether all of it came as it was sent.

import { isVote } from "./votes.js";

const VERSION = 1;
const HEAD = "BBR";
const STEPS = { noted: "N", revealed: "R", checked: "C" };
const STEP_OF = Object.fromEntries(Object.entries(STEPS).map(([step, letter]) => [letter, step]));
const NAME = 40; // letters
const MANY = 9; // tries: more are as many
export const MOST = 1_000_000; // bytes of a file
const SECONDS = 1000;

// Why a record cannot be read: the name of a sentence, and what it names.
class Unread extends Error {
  constructor(kind, about = "") {
    super(`${kind}: ${about}`);
    Object.assign(this, { kind, about });
  }
}

// CRC-32, which notices whatever happens to four bytes in a row, and nearly anything else.
function sumOf(text) {
  let sum = 0xffffffff;
  for (const byte of new TextEncoder().encode(text)) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return (~sum >>> 0).toString(36).padStart(7, "0");
}

// What a platform, or somebody who copies by hand, may have made of a text.
const plain = (text) =>
  text
    .normalize("NFC")
    .replace(/[\u200b-\u200f\u2060\ufeff\u00ad]/g, "")
    .replace(/\s+/g, " ")
    .trim();

const nameOf = (typed) => [...plain(typed)].slice(0, NAME).join("").trim();
const inOrder = (questions) => [...questions].sort((a, b) => (a.name < b.name ? -1 : 1));

// Tells the questions of a notebook from those of another day; words and languages make no difference.
const markOf = (questions) =>
  sumOf(
    inOrder(questions)
      .map(({ name, options, cases }) => `${name} ${(options ?? cases)?.length ?? 0}`)
      .join("\n"),
  ).slice(-5);

// What is kept of a notebook, with the name that the learner types.
export function recordOf(notebook, questions, typed) {
  const kept = globalThis.bluebookKept.open(notebook);
  const answers = questions.map((question) => [question.name, kept.votes(question)]).filter(([, votes]) => votes);
  const { id = "00000", first = 0, last = 0, minutes } = kept.about();
  const times = { first: Math.round(first / SECONDS), last: Math.round(last / SECONDS), minutes };
  return { notebook, mark: markOf(questions), id, name: nameOf(typed), ...times, answers: Object.fromEntries(answers) };
}

const letter = (place) => String.fromCharCode(97 + place);
const digits = (number) => Number(number.toPrecision(6)).toString().replace("+", "");

// An answer: two letters for options, two numbers, Z for what has no room; then its step and the number of tries. Of an
// exercise, which has one step, two letters alone.
function written({ options, cases }, answer) {
  if (!answer) return "X";
  const { votes, step, tries } = answer;
  if (cases) return votes.map(letter).join("");
  const end = STEPS[step] + Math.min(tries, MANY);
  if (options) return votes.map(letter).join("") + end;
  return (votes.every(Number.isFinite) ? votes.map(digits).join(",") : "Z") + end;
}

export function write({ notebook, mark, id, name, last, minutes, answers }, questions) {
  const times = `${Math.floor(last / 60).toString(36)}.${minutes.toString(36)}`;
  const said = inOrder(questions).map((question) => written(question, answers[question.name]));
  const code = [`${HEAD}${VERSION}`, notebook, mark, id, times, said.join(""), name].join("/");
  return `${code}/${sumOf(code)}`;
}

const NUMBER = "-?\\d+(?:\\.\\d+)?(?:e-?\\d+)?";
const ANSWER = new RegExp(`X|(?:([a-z])([a-z])|(${NUMBER}),(${NUMBER})|Z)(?:([NRC])([1-9]))?`, "y");

// The answers that stand one after the other in a code.
function* answersIn(said) {
  ANSWER.lastIndex = 0;
  while (ANSWER.lastIndex < said.length) {
    const found = ANSWER.exec(said);
    if (!found) throw new Unread("damaged");
    const [all, first, last, from, to, step = "C", tries = first === last ? 1 : 2] = found;
    const places = [first, last].map((each) => each?.charCodeAt(0) - 97);
    const votes = first ? places : [from, to].map((each) => (each === undefined ? null : Number(each)));
    yield all === "X" ? undefined : { votes, step: STEP_OF[step], tries: Number(tries) };
  }
}

// The questions of the notebook that a record is about, if they are those that are known here.
function questionsOf({ notebook, mark }, known) {
  const questions = known[notebook]?.questions;
  if (!questions) throw new Unread("notebook", notebook);
  if (mark !== markOf(questions)) throw new Unread("version", notebook);
  return questions;
}

// What had no room in a code is null.
function isAnswer(question, answer) {
  const { votes, step, tries } = answer ?? {};
  const sound =
    Array.isArray(votes) && votes.length === 2 && votes.every((vote) => vote === null || isVote(question, vote));
  return sound && step in STEPS && Number.isInteger(tries) && tries > 0;
}

// A record whose answers belong to the questions that are known here.
function inspected(record, known) {
  const questions = new Map(questionsOf(record, known).map((question) => [question.name, question]));
  const { id, name, last, minutes, answers } = record;
  const sound =
    [id, name].every((each) => typeof each === "string") &&
    [last, minutes].every(Number.isFinite) &&
    Object.entries(answers ?? {}).every(
      ([each, answer]) => questions.has(each) && isAnswer(questions.get(each), answer),
    );
  if (!sound) throw new Unread("damaged");
  return { ...record, name: nameOf(name) };
}

// Reads a code; throws what is wrong with it.
export function read(text, known) {
  const code = plain(text);
  const [head, notebook, mark, id, times = "", said = "", ...rest] = code.split("/");
  if (!head.startsWith(HEAD)) throw new Unread("none");
  const sum = rest.pop();
  if (sum === undefined || sumOf(code.slice(0, -sum.length - 1)) !== sum) throw new Unread("sum");
  if (head !== `${HEAD}${VERSION}`) throw new Unread("version", head);
  const questions = inOrder(questionsOf({ notebook, mark }, known));
  const given = [...answersIn(said)];
  if (given.length !== questions.length) throw new Unread("damaged");
  const answers = Object.fromEntries(questions.map(({ name }, at) => [name, given[at]]).filter(([, each]) => each));
  const [last, minutes] = times.split(".").map((each) => Number.parseInt(each, 36));
  return inspected({ notebook, mark, id, name: rest.join("/"), last: last * 60, minutes, answers }, known);
}

// A file with records, which the class page reads.
export function fileOf(records) {
  return JSON.stringify({ "bluebook-records": VERSION, records, sum: sumOf(JSON.stringify(records)) }, undefined, 1);
}

// What is in a file: the records, or for each what is wrong with it.
export function readFile(text, known) {
  if (text.length > MOST) throw new Unread("large");
  let found;
  try {
    found = JSON.parse(text);
  } catch {
    throw new Unread("none");
  }
  const { "bluebook-records": version, records, sum } = found ?? {};
  if (version === undefined || !Array.isArray(records)) throw new Unread("none");
  if (sumOf(JSON.stringify(records)) !== sum) throw new Unread("sum");
  if (version !== VERSION) throw new Unread("version", version);
  return records.map((record) => () => inspected(record ?? {}, known));
}

globalThis.bluebookCodes = { recordOf, write, read, fileOf, readFile, NAME }; // for tests and for the curious
