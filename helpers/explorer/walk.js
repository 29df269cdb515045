// The marks of a chart that have something to say, from Vega's scenegraph: their places, their words, and the order in
// which a cursor walks over them.

import { isNumber } from "./drawing.js";
import { formatCell } from "./table.js";

// Every mark of a scenegraph with its layer and the group it stands in.
function* marksIn(layer, left, top, width) {
  for (const item of layer.items) {
    if (layer.marktype !== "group") yield { layer, item, left, top, width };
    else
      for (const inner of item.items)
        yield* marksIn(inner, left + (item.x ?? 0), top + (item.y ?? 0), item.width ?? width);
  }
}

// How the unit that lists the tooltips encodes its rows.
export function encodingOf(spec, outer = {}) {
  const encoding = { ...outer, ...spec.encoding };
  if (spec.name === "numbers" && spec.mark) return encoding;
  const parts = ["layer", "concat", "hconcat", "vconcat"].flatMap((kind) => spec[kind] ?? []);
  for (const part of parts) {
    const found = encodingOf(part, encoding);
    if (found) return found;
  }
}

// The box around a mark, and the point it stands for. A mark that no column places sideways is as wide as the plot.
function boxOf({ layer: { marktype }, item, left, top, width }, encoding) {
  const [x, y] = [left + (item.x ?? 0), top + (item.y ?? 0)];
  const { x1, y1, x2, y2 } = item.bounds ?? {};
  const box = /line|area|trail/.test(marktype) // their bounds are those of the whole
    ? { x1: x - 4, y1: y - 4, x2: x + 4, y2: y + 4 }
    : { x1: left + x1, y1: top + y1, x2: left + x2, y2: top + y2 };
  const wide = encoding.x || encoding.longitude ? box : { ...box, x1: left, x2: left + width };
  if (marktype === "symbol") return { ...wide, x, y };
  return { ...wide, x: (wide.x1 + wide.x2) / 2, y: (wide.y1 + wide.y2) / 2 };
}

// Heads and values of what the tooltip of a mark says, as the table has them; of a layer with other tooltips theirs.
function valuesOf({ layer, item }, columns) {
  const { tooltip, datum } = item;
  const tips = typeof tooltip === "string" ? [["", tooltip]] : Object.entries(tooltip ?? {});
  const same = tips.map(([title]) => title).join() === columns.map(({ title }) => title).join();
  const listed = layer.name === "numbers_marks" || same;
  const all = listed
    ? columns.map(({ field, title, format }) => ({ title, format, value: datum[field] }))
    : tips.map(([title, value]) => ({ title, format: "", value }));
  return all.filter(({ value }) => !["", "null", "undefined", "NaN"].includes(String(value ?? "")));
}

// The marks of a view that have something to say. Where layers draw the same rows, those of the first. Numbers take
// long to write, and are written of a mark that is looked at.
export function readMarks(view, encoding, columns, language) {
  const [{ left, top }, [x, y]] = [view.padding(), view.origin()];
  const layers = new Map();
  const found = [];
  for (const drawn of marksIn(view.scenegraph().root, left + x, top + y, view.width())) {
    const { layer, item } = drawn;
    if (item.defined === false || (!item.tooltip && layer.name !== "numbers_marks")) continue;
    const values = valuesOf(drawn, columns);
    const text = values.map(({ value }) => value).join("\n");
    if (!layers.has(text)) layers.set(text, layer);
    if (layers.get(text) !== layer) continue;
    let written;
    const write = ({ title, format, value }) => ({
      title,
      words: formatCell(value, format, language).replace(/^-(?=\d)/, "−"),
      isName: !isNumber(value),
      isOrder: format === "d",
    });
    found.push({
      ...boxOf(drawn, encoding),
      item,
      name: String(values.find(({ value }) => !isNumber(value))?.value ?? ""),
      get cells() {
        written ??= values.map(write);
        return written;
      },
    });
  }
  return found;
}

const across = (a, b) => a.x - b.x || a.y - b.y;
const down = (a, b) => a.y - b.y || a.x - b.x;

// The order in which arrows walk: lines of marks from left to right, and what lies above and below in a single one. A
// line is a row of names, or else what one name draws; names that stand only once or twice are points of one line.
export function arrange(marks, encoding, language) {
  if (encoding.latitude) return arrangeMap(marks, language);
  const inRows = !encoding.y || encoding.y2 || /nominal|ordinal/.test(encoding.y.type);
  const isSingle = !inRows && new Set(marks.map(({ x }) => x)).size === marks.length;
  const lines = new Map();
  for (const mark of marks) {
    const key = isSingle ? "" : inRows ? Math.round(mark.y) : mark.name;
    lines.set(key, lines.get(key) ?? []);
    lines.get(key).push(mark);
  }
  if (isSingle || lines.size > marks.length / 2)
    return { lines: [[...marks].sort(inRows ? down : across)], other: [...marks].sort(down) };
  const sorted = [...lines.values()].map((line) => line.sort(across));
  return { lines: sorted.sort((a, b) => a.at(-1).y - b.at(-1).y), other: [] };
}

// On a map the order is that of size, and up and down that of names.
function arrangeMap(marks, language) {
  const { compare } = new Intl.Collator(language);
  const other = [...marks].sort((a, b) => compare(a.name, b.name));
  return { lines: [[...other].sort((a, b) => (b.item.size ?? 0) - (a.item.size ?? 0))], other };
}

// Where a key leads from a mark; from none to the first.
export function step(key, at, { lines, other }) {
  const row = lines.findIndex((line) => line.includes(at));
  if (row < 0) return lines[0]?.[0];
  const line = lines[row];
  const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[key];
  if (key === "Home") return line[0];
  if (key === "End") return line.at(-1);
  if (/Left|Right/.test(key)) return line[line.indexOf(at) + by] ?? at;
  if (lines.length === 1) return other[other.indexOf(at) + by] ?? at;
  const far = (mark) => Math.abs(mark.x - at.x);
  return lines[row + by]?.reduce((best, mark) => (far(mark) < far(best) ? mark : best)) ?? at;
}

// The next mark with a name, a year or a rank that begins with what is typed: in its line, then in those below. A first
// letter leaves the name that is.
export function search(typed, at, { lines }, language) {
  const { compare } = new Intl.Collator(language, { usage: "search", sensitivity: "base" });
  const row = lines.findIndex((line) => line.includes(at));
  const after = (list, place) => [...list.slice(place), ...list.slice(0, place)];
  const [line = [], ...others] = after(lines, Math.max(0, row));
  const all = [...after(line, line.indexOf(at) + 1), ...others.flat()];
  const begins = ({ words, title, isName, isOrder }) =>
    (isName || isOrder) &&
    compare(words.slice(0, typed.length), typed) === 0 &&
    !(typed.length === 1 && at?.cells.some((cell) => cell.title === title && cell.words === words));
  const isStill = typed.length > 1 && at?.cells.some(begins);
  return isStill ? at : all.find(({ cells }) => cells.some(begins));
}

// The mark that a finger means: the nearest, at most so many pixels away, of several the one on top. A finger that moves
// sideways means a place of the axis.
export function nearest(marks, x, y, most, isDrag) {
  const gap = (low, high, at) => Math.max(low - at, 0, at - high);
  let [found, least] = [undefined, most];
  for (const mark of marks) {
    const far = Math.hypot(gap(mark.x1, mark.x2, x), gap(mark.y1, mark.y2, y) * (isDrag ? 0.2 : 1));
    if (far <= least) [found, least] = [mark, far];
  }
  return found;
}
