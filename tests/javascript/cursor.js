// What the tests do with the cursor of a chart inside a page, after page.js. tests/walking.py reads this file.

import { marksOf } from "./page.js";

// A figure without the marks of how it is written, of a tooltip as of a readout.
const bare = (words) => {
  const text = String(words).replaceAll(",", "").replaceAll("−", "-");
  return text.trim() && Number.isFinite(Number(text)) ? String(Number(Number(text).toPrecision(10))) : text;
};

// What the tooltip of a mark says, without what is not known; where a layer has no tooltips, what its columns hold.
const tipOf = ([layer, mark], columns) => {
  const [, digits] = [mark.tooltip, (format) => /\.(\d+)/.exec(format)?.[1]];
  const held = columns.map(({ field, title, format }) => {
    const value = mark.datum[field];
    return [title, typeof value === "number" && digits(format) ? value.toFixed(digits(format)) : value];
  });
  const tips = layer.name === "numbers_marks" && !mark.tooltip ? held : Object.entries(mark.tooltip);
  return tips
    .filter(([, words]) => !["", "null", "undefined"].includes(String(words ?? "")))
    .map(([title, words]) => [title, bare(words)]);
};

const partOf = (e, name) => e.querySelector(`.explorer-${name}`);
const readoutOf = (e) => [...partOf(e, "readout").children].map((p) => [...p.children].map((part) => part.textContent));
const pressKey = (e, key) =>
  partOf(e, "chart").dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

// The marks that a reader must be able to reach: all rows of the numbers, and what other layers tell besides.
const wanted = ({ chart, settings }) => {
  const told = [...marksOf(chart.view)].filter(([layer, { tooltip }]) => layer.name === "numbers_marks" || tooltip);
  const rows = told.filter(([layer]) => layer.name === "numbers_marks");
  const words = new Set(rows.map((one) => String(tipOf(one, settings.columns))));
  return [rows, told.filter((one) => !rows.includes(one) && !words.has(String(tipOf(one, settings.columns))))];
};

// What is wrong with what is said of a mark, in the readout and aloud.
const wrongWords = (e, found) => {
  const { settings } = e.explorer;
  const said = readoutOf(e);
  const tip = JSON.stringify(tipOf(found, settings.columns));
  const wrong = [];
  if (JSON.stringify(said.map(([title, words]) => [title, bare(words)])) !== tip) wrong.push(`${said} for ${tip}`);
  const { between } = settings.words;
  const aloud = partOf(e, "spoken").textContent;
  const [short, full] = [
    said.map(([, words]) => words).join(between),
    said.map((pair) => pair.join(" ")).join(between),
  ];
  if (![short, full].includes(aloud)) wrong.push(`says ${aloud} for ${short}`);
  return wrong;
};

// Walks by the arrows over so large a share of the marks: along each line, and down to the next. Tells what is wrong,
// and how many marks were reached and are there.
export const walkEach = (e, share) => {
  const { cursor, chart } = e.explorer;
  const [rows, others] = wanted(e.explorer);
  const byItem = new Map([...rows, ...others].map((found) => [found[1], found]));
  const most = Math.ceil(share * byItem.size);
  const [reached, wrong] = [new Set(), []];
  const go = (key) => {
    const before = cursor.at;
    pressKey(e, key);
    const { at } = cursor;
    if (!at || at === before || reached.has(at.item)) return Boolean(at) && at !== before;
    reached.add(at.item);
    const found = byItem.get(at.item);
    wrong.push(...(found ? wrongWords(e, found) : [`reaches a mark without words: ${readoutOf(e)}`]));
    return true;
  };
  pressKey(e, "Escape");
  const done = () => reached.size >= most;
  for (let more = go("ArrowRight"); more && !done(); ) {
    go("Home");
    while (!done() && go("ArrowRight"));
    const { size } = reached;
    go("ArrowDown");
    more = reached.size > size; // the next line is new: in a single one all has been reached
  }
  pressKey(e, "Escape");
  if (rows.length !== chart.rows().length) wrong.push(`${rows.length} marks for ${chart.rows().length} rows`);
  return [wrong, reached.size, most];
};

const tapAt = (e, x, y, type = "touch") => {
  const at = { clientX: x, clientY: y, pointerType: type, isPrimary: true, bubbles: true };
  for (const name of ["pointerdown", "pointerup"]) partOf(e, "chart").dispatchEvent(new PointerEvent(name, at));
};

// Taps on the middle of so large a share of the marks. What is read is the mark, or one that covers its middle.
export const tapEach = (e, share) => {
  const { cursor } = e.explorer;
  const wrong = [];
  const all = wanted(e.explorer).flat();
  for (const found of all.filter((_, i) => i % Math.round(1 / share) === 0)) {
    const box = found[1]._svg?.getBoundingClientRect();
    if (!box || found[0].marktype === "line" || found[0].marktype === "area") continue; // one element for all of them
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    tapAt(e, x, y);
    const { item } = cursor.at ?? {};
    const read = item?._svg?.getBoundingClientRect();
    if (item === found[1]) wrong.push(...wrongWords(e, found));
    else if (
      !read ||
      Math.hypot(x - read.left - read.width / 2, y - read.top - read.height / 2) > read.width + read.height
    )
      wrong.push(`a tap on ${tipOf(found, e.explorer.settings.columns)} reads ${readoutOf(e)}`);
  }
  pressKey(e, "Escape");
  return wrong;
};
