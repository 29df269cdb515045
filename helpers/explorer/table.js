// The numbers that a chart draws, as a table that can be sorted, and as CSV.

import { element } from "./dom.js";
import { isNumber } from "./drawing.js";

export function formatCell(value, format, language) {
  if (value === null || value === undefined || Number.isNaN(value)) return "";
  if (!isNumber(value)) return String(value);
  const digits = /\.(\d+)/.exec(format)?.[1];
  if (digits === undefined) return format.includes(",") ? value.toLocaleString(language) : String(value);
  return value.toLocaleString(language, { minimumFractionDigits: +digits, maximumFractionDigits: +digits });
}

export function sortRows(rows, { field, down }) {
  if (!field) return rows;
  const compare = (a, b) => (isNumber(a) && isNumber(b) ? a - b : String(a ?? "").localeCompare(String(b ?? "")));
  return [...rows].sort((a, b) => (down ? -1 : 1) * compare(a[field], b[field]));
}

export function toCsv(rows, columns) {
  const cell = (value) => {
    const words = String(value ?? "");
    return /[",\n]/.test(words) ? `"${words.replaceAll('"', '""')}"` : words;
  };
  const lines = [columns.map((c) => cell(c.title)), ...rows.map((row) => columns.map((c) => cell(row[c.field])))];
  return `${lines.map((line) => line.join(",")).join("\n")}\n`;
}

const MARKS = { none: "", ascending: " ▲", descending: " ▼" };

export class Numbers {
  constructor(chart, place, settings) {
    Object.assign(this, { chart, place, settings });
    this.order = { field: settings.columns.find((c) => c.field === "rank")?.field, down: false };
  }

  get rows() {
    return sortRows(this.chart.rows(), this.order);
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
      const button = element("button", { type: "button", onclick: () => this.sort(c.field) }, c.title + MARKS[state]);
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
