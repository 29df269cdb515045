// A table to look into on the page: its rows come as a script of their own when they are wanted, and can be searched.

import { element, fill } from "../../../explorer/dom.js";

const MOST = 40; // rows shown at once
const coming = {};
const folded = (text) => text.normalize("NFKC").toLowerCase();

// The rows of a table, loaded once; a script, because a page that was opened from a folder may fetch nothing.
function load(name, address) {
  globalThis.bluebookRows ??= {};
  coming[name] ??= new Promise((done, fail) => {
    const onload = () =>
      globalThis.bluebookRows[name] ? done(globalThis.bluebookRows[name]) : fail(new Error(address));
    document.head.append(element("script", { src: address, onload, onerror: () => fail(new Error(address)) }));
  });
  coming[name].catch(() => delete coming[name]);
  return coming[name];
}

// Whether one of the cells holds a word; a number stands alone, or begins a date.
const holds = (cells, word) =>
  cells.some((cell) => (/^\d+$/.test(word) ? cell === word || cell.startsWith(`${word}-`) : cell.includes(word)));

function rowOf(cells, countries) {
  const named = cells.map((cell) => (countries[cell] ? `${cell} ${countries[cell]}` : cell));
  return { cells: named, searched: named.map(folded).concat(cells.map(folded)) };
}

// The table as a part of the page that loads when it is opened.
export function browse(name, { title, script, columns }, { words, countries }) {
  const search = element("input", { type: "search", autocomplete: "off" });
  const status = element("p", { role: "status" });
  const body = element("tbody", {});
  const heads = columns.map(([, title, unit]) =>
    element("th", { scope: "col" }, title, element("br"), element("small", {}, unit)),
  );
  const head = element("thead", {}, element("tr", {}, ...heads));
  const scroll = { class: "scroll", tabindex: 0, role: "region", "aria-label": title };
  const part = element(
    "details",
    { class: "browse" },
    element("summary", {}, words.browse),
    element("label", {}, words.search, " ", search),
    status,
    element("div", scroll, element("table", {}, head, body)),
  );
  let rows = [];
  const show = () => {
    const wanted = folded(search.value)
      .split(/[\s,、]+/)
      .filter(Boolean);
    const found = rows.filter(({ searched }) => wanted.every((word) => holds(searched, word)));
    const lines = found.slice(0, MOST).map(({ cells }) => cells.map((cell) => element("td", {}, cell)));
    body.replaceChildren(...lines.map((cells) => element("tr", {}, ...cells)));
    const said = found.length > MOST ? words.first : words.shown;
    status.textContent = fill(said, { most: MOST, found: found.length, count: rows.length });
  };
  search.addEventListener("input", show);
  part.addEventListener("toggle", async () => {
    if (!part.open || rows.length) return;
    status.textContent = words.loading;
    try {
      rows = (await load(name, script)).map((cells) => rowOf(cells, countries));
      show();
    } catch {
      status.textContent = words.not_loaded;
    }
  });
  return part;
}
