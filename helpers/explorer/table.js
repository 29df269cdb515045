// The numbers that a chart draws, as a table that can be sorted, and as CSV.

import { element } from "./dom.js";
import { isNumber } from "./drawing.js";
import { toWorkbook } from "./leaving.js";

// How many digits a format of Vega writes: those after the point, which "~" makes the most that there are.
function digitsOf(format) {
  const [found, digits = "0", wave] = /(?:\.(\d+)(~?)f|d)$/.exec(format) ?? [];
  return found ? { most: +digits, least: wave ? 0 : +digits } : {};
}

// A number without the rests of binary arithmetic, and never −0.
const round = (value, digits) => Number(digits === undefined ? value.toPrecision(12) : value.toFixed(digits)) + 0;

const LONG = 10_000; // whole numbers from here on have separators, whatever the format
const NUMBERS = /^[\d.\s-]+$/; // a text that holds nothing but a number, or two ends of a range

function separated(number, language) {
  const [whole, ...rest] = number.split(".");
  return whole >= LONG ? [BigInt(whole).toLocaleString(language), ...rest].join(".") : number;
}

export function formatCell(value, format, language) {
  if (value === null || value === undefined || Number.isNaN(value)) return "";
  if (!isNumber(value)) {
    const words = String(value);
    return NUMBERS.test(words) ? words.replace(/\d+(\.\d+)?/g, (number) => separated(number, language)) : words;
  }
  const { most, least } = digitsOf(format);
  const rounded = round(value, most);
  return rounded.toLocaleString(language, {
    minimumFractionDigits: least,
    maximumFractionDigits: most ?? 12,
    signDisplay: format.startsWith("+") ? "exceptZero" : "auto",
    useGrouping: format.includes(",") || Math.abs(rounded) >= LONG,
  });
}

// Names are in the order of the page's language, whatever the browser speaks.
export function sortRows(rows, { field, down }, language) {
  if (!field) return rows;
  const { compare: inOrder } = new Intl.Collator(language);
  const compare = (a, b) => (isNumber(a) && isNumber(b) ? a - b : inOrder(String(a ?? ""), String(b ?? "")));
  return [...rows].sort((a, b) => (down ? -1 : 1) * compare(a[field], b[field]));
}

// A cell of a file: two digits more than the table shows. A month is written as SDMX writes it, 2012-M09, for a
// spreadsheet makes a day of 2012-09; whole days it keeps.
function toCell(value, format) {
  if (!isNumber(value)) return String(value ?? "").replace(/^(\d{4})-(\d\d)$/, "$1-M$2");
  const { most } = digitsOf(format);
  return round(value, most === undefined ? most : most + 2);
}

// The rows of a file, the first with the heads.
export const toRows = (rows, columns) => [
  columns.map(({ title }) => title),
  ...rows.map((row) => columns.map(({ field, format = "" }) => toCell(row[field], format))),
];

// A text that a spreadsheet would take for a formula has a mark before it, which tells it that it is none. A cell with
// the sign of remarks stands in quotes, so that it is no remark.
function quoted(cell) {
  const words = typeof cell === "string" ? cell.replace(/^[=+\-@\t\r]/, "'$&") : String(cell);
  return /[",\r\n#]/.test(words) ? `"${words.replaceAll('"', '""')}"` : words;
}

// A file for programs, the same in every country: commas, decimal points, and remarks on top, each after "# ".
export function toCsv(rows, columns, remarks = []) {
  const lines = toRows(rows, columns).map((line) => line.map(quoted).join(","));
  return [...remarks.map((line) => `# ${line.replace(/\s+/g, " ")}`), ...lines, ""].join("\n");
}

export class Numbers {
  constructor(chart, place, settings) {
    Object.assign(this, { chart, place, settings });
    this.order = { field: settings.columns.find((c) => c.field === "rank")?.field, down: false };
  }

  // The columns. One that a control fills from a column of the table, or in a unit that a control chooses, has the title
  // that measure and unit have now.
  get columns() {
    const { columns, heads = {}, meanings } = this.settings;
    const { spec = {}, inputs } = this.chart;
    this.chosen ??= JSON.stringify(spec, (name, part) => (/^(data|datasets)$/.test(name) ? undefined : part));
    const made = (form, field) => new RegExp(`"calculate":"datum${form}","as":"${field}"`).exec(this.chosen)?.[1];
    const titleOf = ({ field, title }) => {
      const head = heads[field];
      if (typeof head === "string") return head.replace(/{(\w+):label}/g, (_, name) => inputs.label(name));
      for (const [unit, titles] of Object.entries(head ?? {})) return titles[inputs.value(unit)] ?? title;
      const control = made("\\[(\\w+)\\]", made("\\.(\\w+)", field) ?? field);
      const column = inputs?.names.includes(control) && inputs.value(control);
      return meanings.find((one) => one.column === column)?.title ?? title;
    };
    return columns.map((column) => ({ ...column, title: titleOf(column) }));
  }

  get rows() {
    return sortRows(this.chart.rows(), this.order, this.settings.language);
  }

  toggle(button) {
    this.place.hidden = !this.place.hidden;
    button.setAttribute("aria-expanded", !this.place.hidden);
    this.update();
  }

  update() {
    if (!this.place.hidden) this.place.replaceChildren(this.table(), ...this.meanings());
  }

  sort(field) {
    this.order = { field, down: this.order.field === field && !this.order.down };
    this.update();
    this.place.querySelector(`[aria-sort=${this.order.down ? "descending" : "ascending"}] button`).focus();
  }

  table() {
    const { columns } = this;
    const { language, words } = this.settings;
    const head = columns.map((c) => {
      const state = this.order.field !== c.field ? "none" : this.order.down ? "descending" : "ascending";
      const button = element("button", { type: "button", onclick: () => this.sort(c.field) }, c.title);
      return element("th", { scope: "col", "aria-sort": state }, button);
    });
    const cellOf = (row, { field, format, link }) => {
      const words = formatCell(row[field], format, language);
      const inside = row[link] ? element("a", { href: row[link] }, words) : words;
      return element("td", { class: isNumber(row[field]) ? "number" : undefined }, inside);
    };
    const body = this.rows.map((row) => element("tr", {}, ...columns.map((column) => cellOf(row, column))));
    const caption = element("caption", {}, (this.chart.sentence ?? this.settings.nothing) || words.numbers);
    return element(
      "table",
      {},
      caption,
      element("thead", {}, element("tr", {}, ...head)),
      element("tbody", {}, ...body),
    );
  }

  // What the columns count, below the table.
  meanings() {
    const { meanings, words } = this.settings;
    if (!meanings.length) return [];
    const lines = meanings.map((m) => element("li", {}, element("b", {}, m.title), ` – ${m.words}`));
    return [
      element("p", { class: "explorer-counted" }, words.counted),
      element("ul", { class: "explorer-counted" }, ...lines),
    ];
  }

  csv(remarks) {
    return new Blob(["\ufeff", toCsv(this.rows, this.columns, remarks)], { type: "text/csv" });
  }

  // The sheet of numbers, and one that says what they are.
  workbook(remarks) {
    const { words } = this.settings;
    return toWorkbook({ [words.sheet]: toRows(this.rows, this.columns), [words.about]: remarks.map((line) => [line]) });
  }
}
