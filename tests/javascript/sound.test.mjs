// What a series sounds like: pitch, time and side as numbers, and of which charts.

import assert from "node:assert/strict";
import test from "node:test";
import { amountOf, pitch, timesOf } from "../../helpers/explorer/sound.js";

const rounded = (times) => times.map((time) => Object.values(time).map((value) => Number(value.toFixed(3))));

test("pitch rises by two octaves along the axis, by equal steps for the ear", () => {
  assert.deepEqual([0, 0.25, 0.5, 1].map(pitch).map(Math.round), [220, 311, 440, 880]);
  assert.ok(Math.abs(pitch(0.3) / pitch(0.2) - pitch(0.9) / pitch(0.8)) < 1e-12);
  assert.deepEqual([-0.5, 1.5].map(pitch), [220, 880], "what is beyond the axis stays in hearing");
});

test("a short series takes a quarter of a second a mark, from left to right", () => {
  const [at, lasts, pan] = [0, 0.2, -1];
  assert.deepEqual(timesOf([40]), [{ at, lasts, pan }]);
  assert.deepEqual(timesOf([]), []);
  assert.deepEqual(rounded(timesOf([10, 20, 30])), [
    [0, 0.2, -1],
    [0.25, 0.2, 0],
    [0.5, 0.2, 1],
  ]);
});

test("a long series ends in five seconds, and a year that is missing is silent as long as it is wide", () => {
  const years = Array.from({ length: 66 }, (_, i) => 1960 + i);
  const times = timesOf(years);
  const step = 4.75 / 65;
  for (const [i, { at, lasts }] of times.entries()) {
    assert.ok(Math.abs(at - i * step) < 1e-9 && Math.abs(lasts - 0.8 * step) < 1e-9);
    assert.ok(at + lasts <= 5);
  }
  const gap = timesOf([2000, 2001, 2002, 2005, 2006]);
  assert.deepEqual(
    gap.slice(1).map(({ at }, i) => Number((at - gap[i].at - gap[i].lasts).toFixed(3))),
    [0.033, 0.033, 0.367, 0.033], // 1/6 s a year, of which a tone takes 4/5
  );
});

test("hundreds of marks, or several at one place, are heard", () => {
  const dense = timesOf(Array.from({ length: 800 }, (_, i) => i));
  assert.ok(dense.at(-1).at + dense.at(-1).lasts <= 5 && dense[0].lasts > 0.03);
  assert.deepEqual(rounded(timesOf([1, 1, 2])), [
    [0, 0.2, -1],
    [0, 0.2, -1],
    [0.5, 0.2, 1],
  ]);
});

test("only amounts sound: no map, no grid, no years, no bars from here to there", () => {
  const [amount, name, year] = [
    { type: "quantitative" },
    { type: "nominal" },
    { type: "quantitative", axis: { format: "d" } },
  ];
  assert.equal(amountOf({ x: year, y: amount }), "y");
  assert.equal(amountOf({ x: amount, y: name }), "x");
  assert.equal(amountOf({ x: amount, y: amount }), "y");
  assert.equal(amountOf({ x: year, x2: year, y: amount }), "y");
  for (const silent of [
    undefined,
    {},
    { longitude: amount, latitude: amount },
    { x: name, y: name },
    { x: year, y: name },
  ])
    assert.equal(amountOf(silent), undefined);
  assert.equal(amountOf({ x: amount, x2: amount, y: name }), undefined);
  assert.equal(amountOf({ x: { ...amount, axis: null }, y: name }), undefined);
});
