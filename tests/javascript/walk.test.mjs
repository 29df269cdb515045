// The order in which a cursor walks over marks, and which of them a finger means.

import assert from "node:assert/strict";
import test from "node:test";
import { arrange, encodingOf, nearest, search, step } from "../../helpers/explorer/walk.js";

const mark = (name, x, y, year = "", size = 0) => ({
  name,
  x,
  y,
  item: { size },
  cells: [
    { title: "Name", words: name, isName: true },
    { title: "Year", words: year, isOrder: true },
  ],
  ...{ x1: x - 5, y1: y - 5, x2: x + 5, y2: y + 5 },
});
const place = (marks) => marks.map(({ name, x, y }) => [name, x, y].join(" "));
const linesOf = (marks, encoding) => arrange(marks, encoding, "en").lines.map(place);
const [NUMBER, NAME] = [{ type: "quantitative" }, { type: "nominal" }];

test("bars are one line from top to bottom, columns one from left to right", () => {
  const bars = [mark("Peru", 30, 40), mark("Chad", 10, 20), mark("Fiji", 20, 60)];
  assert.deepEqual(linesOf(bars, { x: NUMBER, y: NAME }), [["Chad 10 20", "Peru 30 40", "Fiji 20 60"]]);
  assert.deepEqual(linesOf(bars, { x: NUMBER, y: NUMBER }), [["Chad 10 20", "Fiji 20 60", "Peru 30 40"]]);
});

test("each name is a line, over its breaks, in the order of the last values", () => {
  const marks = [mark("Low", 1, 90), mark("High", 1, 95), mark("Low", 3, 80), mark("High", 3, 10), mark("Low", 2, 85)];
  const order = arrange(marks, { x: NUMBER, y: NUMBER }, "en");
  assert.deepEqual(order.lines.map(place), [
    ["High 1 95", "High 3 10"],
    ["Low 1 90", "Low 2 85", "Low 3 80"],
  ]);
  const low = order.lines[1];
  assert.equal(step("ArrowRight", low[0], order), low[1]);
  assert.equal(step("ArrowRight", low[2], order), low[2], "a line ends");
  assert.equal(step("End", low[0], order), low[2]);
  assert.equal(step("ArrowUp", low[2], order), order.lines[0][1], "the nearest place of the axis");
  assert.equal(step("ArrowDown", low[2], order), low[2]);
  assert.equal(step("ArrowDown", undefined, order), order.lines[0][0]);
});

test("a grid has rows, and a map goes by size and by name", () => {
  const grid = [mark("a", 1, 1), mark("a", 2, 1), mark("b", 1, 2), mark("b", 2, 2)];
  assert.deepEqual(linesOf(grid, { x: NAME, y: NAME }), [
    ["a 1 1", "a 2 1"],
    ["b 1 2", "b 2 2"],
  ]);
  const map = [mark("Oslo", 1, 1, "", 9), mark("Accra", 2, 2, "", 3), mark("Lima", 3, 3, "", 5)];
  const order = arrange(map, { latitude: NUMBER, longitude: NUMBER }, "en");
  assert.deepEqual(place(order.lines[0]), ["Oslo 1 1", "Lima 3 3", "Accra 2 2"]);
  assert.deepEqual(place(order.other), ["Accra 2 2", "Lima 3 3", "Oslo 1 1"]);
  assert.equal(step("ArrowRight", map[2], order).name, "Accra");
  assert.equal(step("ArrowDown", map[2], order).name, "Oslo");
  assert.equal(step("ArrowRight", undefined, { lines: [], other: [] }), undefined, "nothing is drawn");
});

test("letters find the next name, without accents, and digits a year of the same line", () => {
  const [peru, panama, aland] = [mark("Peru", 1, 1), mark("Panama", 1, 2), mark("Åland", 1, 3)];
  const order = arrange([peru, panama, aland], { x: NUMBER, y: NAME }, "en");
  const find = (typed, at) => search(typed, at, order, "en")?.name;
  assert.deepEqual([find("p"), find("p", peru), find("p", panama)], ["Peru", "Panama", "Peru"]);
  assert.deepEqual(
    [find("pe", peru), find("pa", peru), find("a", peru), find("x", peru)],
    ["Peru", "Panama", "Åland", undefined],
  );
  const years = ["A", "B"].flatMap((name, y) => [1990, 1991].map((year) => mark(name, year, y, String(year))));
  const lines = arrange(years, { x: NUMBER, y: NUMBER }, "en");
  const found = search("1990", years[3], lines, "en");
  assert.deepEqual([found.name, found.x], ["B", 1990]);
});

test("a finger means the mark on top, one that is near, or none", () => {
  const [below, above] = [{ ...mark("below", 50, 50), x1: 0, x2: 100, y1: 0, y2: 100 }, mark("above", 50, 50)];
  assert.equal(nearest([below, above], 50, 50, 24), above);
  assert.equal(nearest([above], 50, 79, 24), above);
  assert.equal(nearest([above], 50, 80, 24), undefined);
  assert.equal(
    nearest([mark("near", 10, 90), mark("far", 40, 10)], 12, 12, Number.POSITIVE_INFINITY, true).name,
    "near",
  );
});

test("a layer has the encoding of the chart around it", () => {
  const spec = {
    encoding: { x: NUMBER },
    layer: [{ mark: "line" }, { layer: [{ mark: "point", name: "numbers", encoding: { y: NAME } }] }],
  };
  assert.deepEqual(encodingOf(spec), { x: NUMBER, y: NAME });
});
