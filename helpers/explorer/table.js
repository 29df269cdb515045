// The numbers that a chart draws, as a table that can be sorted, and as CSV.

import { element } from "./dom.js";
import { isNumber } from "./drawing.js";

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
  if (isNumber(value)) {
    const { most } = digitsOf(format);
    return String(round(value, most === undefined ? most : most + 2));
  }
  const words = String(value ?? "").replace(/^(\d{4})-(\d\d)$/, "$1-M$2");
  return /[",\n]/.test(words) ? `"${words.replaceAll('"', '""')}"` : words;
}

export function toCsv(rows, columns) {
  const heads = columns.map(({ title }) => toCell(title));
  const lines = [heads, ...rows.map((row) => columns.map(({ field, format = "" }) => toCell(row[field], format)))];
  return `${lines.map((line) => line.join(",")).join("\n")}\n`;
}

export class Numbers {
  constructor(chart, place, settings) {
    Object.assign(this, { chart, place, settings });
    this.order = { field: settings.columns.find((c) => c.field === "rank")?.field, down: false };
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
    const { columns, language, words } = this.settings;
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

  csv() {
    return new Blob(["\ufeff", toCsv(this.rows, this.settings.columns)], { type: "text/csv" });
  }
}
