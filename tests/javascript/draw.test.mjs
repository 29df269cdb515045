// What is said of a guess that is drawn: node --test tests/javascript

import assert from "node:assert/strict";
import { test } from "node:test";

import { Measure } from "../../helpers/questions/draw.js";

const words = {
  year: "{}",
  several: "{gap}; {label}: {guess}, {value}",
  one: "{guess}, {value}: {gap}",
  high: "{} too high",
  low: "{} too low",
  same: "the same",
  apart: "{} away",
  whole: "{gap} all along",
  share: "{}%",
  points: "{} points",
  empty: "{label}?",
  point: "{label}: {guess}",
  both: "{label}: {guess}, {value}",
};
const LINE = { labels: [2000, 2001, 2003, 2005], values: [1000, 2000, 4000, 8000], known: 2, between: [0, 20_000] };
const BARS = { labels: ["all", "some", "few"], values: [90, 40, 20], known: 1, between: [0, 100], years: false };
const line = (more = {}) =>
  new Measure({
    drawn: { words, scale: 0.001, years: true, ...LINE, ...more },
    unit: "billion",
    written: "{} billion",
  });
const bars = (more = {}) => new Measure({ drawn: { words, scale: 1, ...BARS, ...more }, unit: "%", written: "{}%" });

test("the gap is the mean of all, and the widest year is named", () => {
  assert.equal(line().said([6000, 9000]), "25% too high; 2003: 6, 4 billion");
  assert.equal(line().said([4000, 5000]), "25% too low; 2005: 5, 8 billion");
  assert.equal(line().said([5000, 4000]), "42% away; 2005: 4, 8 billion");
  assert.equal(line().said([5000, 7000]), "17% away; 2003: 5, 4 billion", "one above and one below do not cancel out");
  assert.equal(line().said([5000, 8000]), "8% too high; 2003: 5, 4 billion");
  assert.equal(line().said([5000, 7999]), "8% too high; 2003: 5, 4 billion", "a gap that cannot be told is on no side");
  assert.equal(bars({ labels: ["all", "some"], values: [90, 40] }).said([41.5]), "41.5, 40%: 1.5 points too high");
});

test("what is too small to be told is neither too high nor too low", () => {
  assert.equal(line().said([4000, 8000]), "the same all along");
  assert.equal(line().said([4010, 7990]), "the same all along");
  const visitors = {
    labels: ["then", "now"],
    values: [30_000, 122_072],
    known: 1,
    between: [0, 200_000],
    years: false,
  };
  const bar = new Measure({ drawn: { words, scale: 1, ...visitors }, unit: "visitors", written: "{} visitors" });
  assert.equal(bar.said([122_000]), "122,000, 122,072 visitors: the same");
  assert.equal(bar.said([120_000]), "120,000, 122,072 visitors: 2% too low");
});

test("where an amount can be below zero, or is close to it, no share of it is told", () => {
  assert.equal(line({ between: [-20_000, 20_000] }).said([6000, 9000]), "1.5 billion too high; 2003: 6, 4 billion");
  const low = { values: [1000, 2000, 400, 20] };
  assert.equal(line(low).said([1000, 1420]), "1 billion too high; 2005: 1.42, 0.02 billion");
});

test("years that are left out lie on a straight line, from the last that is known", () => {
  assert.deepEqual(line().complete([undefined, 10_000]), [6000, 10_000]);
  assert.deepEqual(line().complete([null, 10_000]), [6000, 10_000]);
  assert.deepEqual(line().complete([3000, 10_000]), [3000, 10_000]);
  assert.equal(line().complete([3000, null]), undefined);
  assert.equal(line().complete(), undefined);
  assert.equal(bars().complete([null, 10]), undefined);
  assert.deepEqual(bars().complete([0, 10]), [0, 10]);
});

test("a number has three digits, and none that its axis is too coarse for", () => {
  const said = (measure, numbers) => numbers.map((number) => measure.number(number));
  assert.deepEqual(said(line(), [13_142, 1499, 163, 0, -840]), ["13.1", "1.5", "0.16", "0", "−0.84"]);
  assert.deepEqual(said(line({ between: [0, 2e8] }), [122_072_000, 1_499_000]), ["122,072", "1,499"]);
  assert.equal(line().step, 200);
  assert.equal(bars().step, 1);
});

test("a place is told without a value, with a guess, and with the data", () => {
  assert.equal(line().told(1, [null, null], false, "amount"), "2005?");
  assert.equal(line().told(1, [null, 3000], false, "amount"), "2005: 3 billion");
  assert.equal(line().told(1, [1000, 3000], true, "number"), "2005: 3, 8");
});
