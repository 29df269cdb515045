// The project without Python: a reader chooses a claim, guesses, finds a figure, judges, and only then sees the ledger.

import { element, fill, saveFile } from "../../../explorer/dom.js";
import { readNumbers } from "../../../questions/numbers.js";
import { browse } from "./browse.js";
import { drawDots } from "./dots.js";

const { claims, units, sections, tables, words } = globalThis.bluebookProject;
const DRAWER = "bluebook-notebooks project";
const COMMON = ["name", "theme", "reach", "claim"]; // all others belong to the claim that is chosen
const LATER = ["table", "figure", "verdict", "ledger", "rubric"];

const root = document.querySelector("#my-project");
const form = root.querySelector("form");
const sheet = root.querySelector(".project-sheet");
const step = (name) => form.querySelector(`[data-step=${name}]`);
const button = (name) => form.querySelector(`[data-do=${name}]`);
const say = (name, said) => {
  button(name).parentElement.querySelector("[role=status]").textContent = said;
};
const choices = (name) => [...form.elements[name].options].map((option) => option.value);
const fields = [...new Set([...form.elements].map((each) => each.name))].filter(Boolean);

// What is kept: `common`, and a draft for each claim that was worked on. ------------------------------------------------

let kept; // as it is shown here
let alone = false; // whether this browser keeps nothing: then it lasts as long as the page

const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

// Of what was found only that which the form can have kept; anything damaged counts as nothing.
function sound(found) {
  const { common = {}, drafts = {} } = isRecord(found) ? found : {};
  const known = Object.entries(isRecord(drafts) ? drafts : {}).filter(([id]) => Object.hasOwn(claims, id));
  const kept = { common: texts(common, COMMON), drafts: {} };
  for (const [id, draft] of known) kept.drafts[id] = inUnit(claims[id], soundDraft(draft));
  if (!Object.hasOwn(claims, kept.common.claim ?? "")) kept.common.claim = "";
  if (!choices("theme").includes(kept.common.theme)) kept.common.theme = "";
  return kept;
}

function soundDraft(draft) {
  const kept = texts(draft, fields);
  if (draft?.committed === true && kept.guess) kept.committed = true;
  if (draft?.opened === true && kept.committed && kept.verdict) kept.opened = true;
  if (draft?.scale > 0) kept.scale = draft.scale;
  return kept;
}

function texts(part, names) {
  const found = isRecord(part) ? names.filter((name) => typeof part[name] === "string") : [];
  return Object.fromEntries(found.map((name) => [name, part[name]]));
}

// Takes over what another tab, or the page in another language, has kept meanwhile; what is damaged counts as nothing.
function look() {
  if (alone) return;
  try {
    kept = sound(JSON.parse(localStorage.getItem(DRAWER)));
  } catch {
    kept ??= sound();
  }
}

function keep() {
  try {
    localStorage.setItem(DRAWER, JSON.stringify(kept));
  } catch {
    alone = true;
  }
}

let thrown; // what "start again" has thrown away
const claim = () => claims[kept.common.claim];
const draft = () => kept.drafts[kept.common.claim] ?? {};
const unit = () => units[claim().unit];
const isNumber = ({ value } = claim()) => typeof value === "number";
const isDay = () => !isNumber() && /^\d{4}(-\d\d){0,2}$/.test(claim().value);

// Plain digits written in the unit of another language: 9.2 billion dollars are 92億ドル.
function inUnit(claim, draft) {
  const { scale } = units[claim.unit];
  if (isNumber(claim) && draft.scale && draft.scale !== scale) {
    for (const name of ["guess", "figure"].filter((name) => /^[-−\d.,\s]+$/.test(draft[name] ?? ""))) {
      const [number] = readNumbers(draft[name]);
      if (number !== undefined) draft[name] = String(tidy((number / draft.scale) * scale));
    }
  }
  return { ...draft, scale };
}

// Figures -------------------------------------------------------------------------------------------------------------

const tidy = (number) => Number(number.toPrecision(12));

// A number of the page's unit, in words.
function written(number, { before, after, grouped } = unit(), sign = "") {
  const digits = Math.abs(number).toLocaleString("en", { useGrouping: grouped, maximumFractionDigits: 6 });
  return `${number < 0 ? "−" : sign}${before}${digits}${after}`;
}

const read = (text = "") => readNumbers(text, `${unit().before} ${unit().after}`)[0];

// A typed day, month or year as the ledger writes it, or undefined.
function readDay(text = "") {
  const plain = text.normalize("NFKC").trim();
  const named = plain
    .match(/[a-z]{3,}/i)?.[0]
    .slice(0, 3)
    .toLowerCase();
  const month = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"].indexOf(named) + 1;
  const year = plain.match(/\d{4}/)?.[0];
  const [first, second] = plain.replace(year, "").match(/\d{1,2}/g) ?? [];
  const parts = month ? [month, first] : named ? [Number.NaN] : [first, second];
  const given = parts.filter((part) => part !== undefined).map(Number);
  if (!year || !given.every((part, at) => part >= 1 && part <= [12, 31][at])) return;
  return [year, ...given.map((part) => String(part).padStart(2, "0"))].join("-");
}

// Whether what was typed can be compared with the claim: any words can where the claim is no number.
const reads = (text) => (isNumber() ? read(text) !== undefined : isDay() ? readDay(text) !== undefined : Boolean(text));

// How the figure found compares with the claim, by the rule of the ledger; undefined without one.
function compare() {
  const typed = draft().figure;
  if (!typed?.trim() || !reads(typed)) return;
  if (!isNumber()) {
    const day = isDay() ? readDay(typed) : undefined;
    const agrees = day?.slice(0, claim().value.length) === claim().value;
    return { figure: typed, agrees: isDay() ? agrees : undefined, coarser: !agrees && claim().value.startsWith(day) };
  }
  const { value, tolerance } = claim();
  const { scale } = unit();
  const difference = tidy(tidy(read(typed) / scale) - value);
  const agrees = Math.abs(difference) <= tolerance * (1 + 1e-9);
  return {
    figure: written(read(typed)),
    difference: tidy(difference * scale),
    agrees,
    tolerance: tidy(tolerance * scale),
  };
}

// What was guessed, as a number where it is one.
function guessed() {
  const { guess } = draft();
  return isNumber() && reads(guess) ? written(read(guess)) : guess;
}

// The rows of a comparison, each with its head.
function rowsOf({ figure, difference, tolerance, agrees, coarser }) {
  const rows = [
    [words.stated, claim().stated],
    [words.guess, guessed()],
    [words.figure, figure],
  ];
  if (difference !== undefined) {
    const points = claim().unit === "percent" ? units.points : unit();
    const values = {
      difference: written(difference, points, difference > 0 ? "+" : ""),
      tolerance: written(tolerance, points),
    };
    rows.push([words.difference, fill(words.difference_value, values)]);
    rows.push([words.tolerance, tolerance ? fill(words.tolerance_value, values) : words.exact]);
  }
  const said = agrees === undefined ? "own" : coarser ? "coarser" : agrees ? "yes" : "no";
  return [...rows, [words.agrees, words[said]]];
}

// The figures as a picture; nothing where they are no numbers.
function picture() {
  const { figure, tolerance } = compare() ?? {};
  if (tolerance === undefined) return [];
  const { stated, value } = claim();
  const rows = [
    [words.stated, stated, tidy(value * unit().scale)],
    [words.guess, guessed(), read(draft().guess)],
    [words.figure, figure, read(draft().figure)],
  ].filter(([, , number]) => number !== undefined);
  const said = tolerance ? words.band : words.line;
  return [element("figure", {}, drawDots(rows, tolerance), element("figcaption", {}, said))];
}

// Why the ledger is not opened yet: what is missing, or a verdict that does not follow from the figures.
function refusal() {
  const { verdict, reason } = draft();
  if (!verdict || !reason?.trim()) return words.no_verdict;
  if (["disputed", "not_checkable"].includes(verdict)) return "";
  const result = compare();
  const named = { verdict: labelOf(verdict), not_checkable: labelOf("not_checkable") };
  if (!result) return fill(words.no_figure, named);
  if (result.agrees === undefined || result.coarser || result.agrees === (verdict === "matches")) return "";
  return fill(words[result.agrees ? "within" : "outside"], named);
}

const labelOf = (verdict) =>
  form.querySelector(`[name=verdict][value=${verdict}]`).closest("label").querySelector("b").textContent;

// What is shown -------------------------------------------------------------------------------------------------------

const link = (href, words, attributes = {}) =>
  href
    ? element("a", { href, ...(/^http/.test(href) && { target: "_blank", rel: "noopener" }), ...attributes }, words)
    : words;
const facts = (rows) =>
  rows.filter(([, said]) => said).flatMap(([head, said]) => [element("dt", {}, head), element("dd", {}, said)]);
const show = (id, ...children) => form.querySelector(`#project-${id}`).replaceChildren(...children);
const option = (value, text) => element("option", { value }, text);

function offerClaims() {
  const { theme, reach, claim: chosen } = kept.common;
  const offered = Object.entries(claims).filter(
    ([id, each]) => id === chosen || ((!theme || each.theme === theme) && (reach || each.kind)),
  );
  const first = option("", fill(words.choose, { count: offered.length }));
  form.elements.claim.replaceChildren(first, ...offered.map(([id, { text }]) => option(id, `${id} ${text}`)));
}

function offerTables() {
  const mine = Object.entries(tables).filter(([, { theme }]) => theme === claim().theme);
  const rest = Object.entries(tables).filter(([, { theme }]) => theme !== claim().theme);
  const group = (label, some) =>
    element("optgroup", { label }, ...some.map(([name, { title }]) => option(name, title)));
  const theme = form.elements.theme.querySelector(`[value=${claim().theme}]`).textContent;
  const first = option("", words.choose_table);
  form.elements.table.replaceChildren(first, group(theme, mine), group(words.other_tables, rest));
}

function claimRows() {
  const { text, stated, period, section, kind, lacks } = claim();
  const [name, address] = sections[section];
  return [
    [words.claim, `${kept.common.claim} ${text}`],
    [words.stated, stated],
    [words.period, period],
    [words.section, name],
    [words.original, address && link(address, address)],
    [words.kind, kind],
    [words.no_table, lacks],
  ];
}

const sourceOf = ({ cited }) => element("span", {}, ...cited.map(([said, address]) => link(address, said)));

function showTable() {
  const table = tables[draft().table];
  if (!table) return show("table");
  const lines = table.columns.map(([name, title, unit, meaning]) =>
    element("li", {}, element("code", {}, name), ` ${[title, unit, meaning].filter(Boolean).join(" · ")}`),
  );
  show(
    "table",
    element("dl", { class: "facts" }, ...facts([[words.source, sourceOf(table)]])),
    element("p", {}, link(`../data/${table.file}`, words.file, { download: "" })),
    element("details", {}, element("summary", {}, `${words.columns} (${lines.length})`), element("ul", {}, ...lines)),
    browse(draft().table, table, globalThis.bluebookProject),
  );
}

function showLedger() {
  if (!draft().opened) return show("ledger");
  const { verdict } = claim();
  const address = `claims/${kept.common.claim}.html`;
  show(
    "ledger",
    element("dl", { class: "facts" }, ...facts(ledgerRows())),
    element("p", {}, words[verdict === draft().verdict ? "same" : "other"]),
    element("p", {}, link(address, fill(words.page, { claim: kept.common.claim }))),
  );
}

function ledgerRows() {
  const { verdict, ours, reason, rests } = claim();
  return [
    [words.ledger, labelOf(verdict)],
    [words.ours, ours],
    [words.ledger_reason, reason],
    [words.rests, rests],
  ];
}

const criteria = [...form.querySelectorAll(".criterion")];
const pointsOf = (at) => draft()[`points-${at}`] ?? "";
const total = () => {
  const points = criteria.reduce((sum, _, at) => sum + Number(pointsOf(at)), 0);
  return fill(words.points, { points, most: 2 * criteria.length });
};

// Everything that follows from what was typed; what is typed itself stays as it is.
function showRest() {
  const chosen = Boolean(claim());
  const { committed, opened } = draft();
  const result = chosen && compare();
  for (const name of LATER) step(name).hidden = !committed;
  step("guess").hidden = !chosen;
  step("rubric").hidden = !opened;
  form.elements.holds.closest("label").hidden = !chosen;
  for (const name of ["guess", "why"]) form.elements[name].readOnly = Boolean(committed);
  for (const name of ["figure", "reason"]) form.elements[name].readOnly = Boolean(opened);
  for (const radio of form.elements.verdict) radio.disabled = Boolean(opened);
  button("commit").hidden = Boolean(committed);
  button("open").hidden = Boolean(opened);
  const strange = committed && draft().figure?.trim() && !reads(draft().figure);
  show("result", ...(result ? facts(rowsOf(result)) : strange ? facts([[words.figure, asked()]]) : []));
  show("picture", ...picture());
  show("points", total());
  showLedger();
  root.classList.toggle("some", chosen);
}

// What is asked of somebody who typed what cannot be read.
const asked = () => (isDay() ? words.not_day : words.not_read);

// What the claim asks for: its tables, and its unit beside what is typed.
function showClaim() {
  show("claim", ...(claim() ? facts(claimRows()) : []));
  if (!claim()) return;
  offerTables();
  const { before, after } = isNumber() ? unit() : { before: "", after: "" };
  for (const field of [form.elements.guess, form.elements.figure]) {
    field.inputMode = isNumber() ? "decimal" : "text";
    field.previousElementSibling.textContent = before;
    field.nextElementSibling.textContent = after;
  }
}

// The whole form anew, as for another claim.
function showAll() {
  offerClaims();
  showClaim();
  form.reset(); // radio buttons are not unticked by an empty value
  for (const name of fields) form.elements[name].value = { ...draft(), ...kept.common }[name] ?? "";
  for (const name of ["commit", "open", "again"]) say(name, "");
  showTable();
  showRest();
}

function showKept() {
  look();
  showAll();
}

// Before something is written: what others have kept stays, and the claim that is shown here stays chosen.
function lookAside() {
  const { claim } = kept.common;
  look();
  kept.common.claim = claim;
}

// On paper ------------------------------------------------------------------------------------------------------------

// The whole work as heads and texts.
function lines() {
  const { holds, why, table, document: paper, figure, how, since, verdict, reason, opened, learnt } = draft();
  const result = compare();
  return [
    [words.name, kept.common.name],
    ...claimRows().slice(0, 4),
    [words.holds, holds],
    [words.guess, [guessed(), why].filter(Boolean).join(" · ")],
    [words.table, tables[table]?.title],
    [words.source, tables[table]?.cited.map(([said]) => said).join("")],
    [words.document, paper],
    ...(result ? rowsOf(result).slice(2) : [[words.figure, figure]]),
    [words.how, how],
    [words.since, since],
    [words.verdict, verdict && labelOf(verdict)],
    [words.reason, reason],
    ...(opened ? ledgerRows() : []),
    [words.learnt, learnt],
  ].filter(([, said]) => said?.trim());
}

const today = () => new Date().toLocaleDateString(document.documentElement.lang, { dateStyle: "long" });

// The criteria as rows: name, words for each number of points, points given.
const judged = () =>
  criteria.map((each, at) => {
    const steps = [...each.querySelectorAll("label")].map((label) => label.textContent.trim());
    return [each.querySelector("legend").textContent, ...steps, pointsOf(at)];
  });

const row = (tag, [head, ...cells]) =>
  element(
    "tr",
    {},
    element("th", { scope: tag === "td" ? "row" : "col" }, head),
    ...cells.map((cell) => element(tag, {}, cell)),
  );

function writeSheet() {
  sheet.hidden = !claim();
  if (!claim()) return;
  const heads = row("th", [words.rubric, "0", "1", "2", words.mine, words.others]);
  const rows = judged().map((cells) => row("td", [...cells, ""]));
  sheet.replaceChildren(
    element("h2", {}, words.sheet),
    element("p", {}, today()),
    element("dl", { class: "facts" }, ...facts(lines())),
    ...picture(),
    element("table", {}, element("thead", {}, heads), element("tbody", {}, ...rows)),
    element("p", {}, total()),
  );
}

const asText = () =>
  [
    `${words.sheet}, ${today()}`,
    ...lines().map(([head, said]) => `${head}\n${said}`),
    ...judged().map(([head, ...steps]) => `${head}: ${steps[steps.pop()] ?? words.none}`),
    total(),
    "",
  ].join("\n\n");

// What is done --------------------------------------------------------------------------------------------------------

const actions = {
  commit() {
    if (!draft().guess?.trim()) return say("commit", words.commit_first);
    if (!reads(draft().guess)) return say("commit", asked());
    kept.drafts[kept.common.claim].committed = true;
    showRest();
    say("commit", words.committed);
    step("table").querySelector("legend").focus();
  },
  open() {
    const refused = refusal();
    say("open", refused);
    if (refused) return;
    kept.drafts[kept.common.claim].opened = true;
    showRest();
    step("ledger").querySelector("legend").focus();
  },
  print() {
    writeSheet();
    globalThis.bluebook.printPart("prints-project");
  },
  async save() {
    const name = `${kept.common.claim || "project"}.txt`;
    const file = new Blob([`\ufeff${claim() ? asText() : ""}`], { type: "text/plain" });
    await saveFile(name, file, form.querySelector(".framed"), words.framed);
    say("save", fill(words.saved, { file: name }));
  },
  again() {
    thrown = kept;
    kept = sound();
    showAll();
    button("back").hidden = false;
    say("again", words.cleared);
  },
  back() {
    kept = thrown;
    button("back").hidden = true;
    showAll();
    form.elements.name.focus();
  },
};

form.addEventListener("click", ({ target }) => {
  const action = target.closest("[data-do]")?.dataset.do;
  if (!action) return;
  lookAside();
  actions[action]();
  keep();
});

form.addEventListener("input", ({ target: { name } }) => {
  if (!name) return; // the search in a table
  lookAside();
  const { value } = form.elements[name];
  if (COMMON.includes(name)) kept.common[name] = value;
  else {
    kept.drafts[kept.common.claim] ??= { scale: unit().scale };
    kept.drafts[kept.common.claim][name] = value;
  }
  if (["theme", "reach"].includes(name)) {
    offerClaims();
    form.elements.claim.value = kept.common.claim ?? "";
  } else if (name === "claim") showAll();
  else if (name === "table") showTable();
  if (name !== "claim") showRest();
  keep();
});

form.addEventListener("submit", (event) => event.preventDefault());
addEventListener("beforeprint", writeSheet);
addEventListener("storage", ({ key }) => [DRAWER, null].includes(key) && showKept());
addEventListener("pageshow", ({ persisted }) => persisted && showKept());
showKept();
