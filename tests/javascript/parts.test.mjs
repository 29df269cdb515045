// The parts of the widgets that need no browser: node --test tests/javascript

import assert from "node:assert/strict";
import { test } from "node:test";

import { Inputs, KINDS, listen } from "../../helpers/explorer/inputs.js";
import { fileName } from "../../helpers/explorer/leaving.js";
import { breakLines } from "../../helpers/explorer/picture.js";
import { rowsOf, tip } from "../../helpers/explorer/drawing.js";
import { formatCell, sortRows, toCsv } from "../../helpers/explorer/table.js";

// A model of a widget, as far as controls need it.
class Model {
  constructor(traits) {
    this.traits = traits;
    this.handlers = [];
    this.saved = 0;
  }
  get(name) {
    return this.traits[name];
  }
  set(name, value) {
    this.traits[name] = value;
  }
  save_changes() {
    this.saved += 1;
  }
  on(event, handler) {
    this.handlers.push([event, handler]);
  }
  off(event, handler) {
    this.handlers = this.handlers.filter(([e, h]) => e !== event || h !== handler);
  }
}

const inputs = () =>
  new Inputs(
    {
      measure: new Model({ index: 1 }),
      donors: new Model({ value: ["Japan", "Korea, South"] }),
      year: new Model({ value: 2011, min: 1960, max: 2024, step: 1 }),
      span: new Model({ value: [2001, 2010], min: 1990, max: 2023, step: 1 }),
      routes: new Model({ value: true }),
      several: new Model({ index: [0, 2] }),
    },
    {
      measure: { kind: "choice", values: ["net", "gross"], start: 0 },
      donors: { kind: "tags", values: { Japan: "JPN", "Korea, South": "KOR" }, start: ["Japan"] },
      year: { kind: "number", values: null, start: 2011 },
      span: { kind: "range", values: null, start: [2001, 2010] },
      routes: { kind: "switch", values: null, start: true },
      several: { kind: "choices", values: ["a", "b", "c"], start: [] },
    },
  );

test("a control stands for the value of its parameter", () => {
  assert.deepEqual(inputs().values(), {
    measure: "gross",
    donors: ["JPN", "KOR"],
    year: 2011,
    span: [2001, 2010],
    routes: true,
    several: ["a", "c"],
  });
});

test("what the controls are set to is said in words", () => {
  const there = inputs();
  const traits = {
    measure: "Measure",
    donors: "Donors",
    year: "Year",
    span: "Years",
    routes: "Routes",
    several: "Show",
  };
  for (const [name, label] of Object.entries(traits)) there.controls[name].traits.description = label;
  there.controls.measure.traits._options_labels = ["Net ODA", "Gross ODA"];
  there.controls.several.traits._options_labels = ["A", "B", "C"];
  assert.deepEqual(there.told({ on: "on", off: "off", between: ", " }), [
    ["Measure", "Gross ODA"],
    ["Donors", "Japan, Korea, South"],
    ["Year", "2011"],
    ["Years", "2001–2010"],
    ["Routes", "on"],
    ["Show", "A, C"],
  ]);
});

test("an address restores every control, and is for its own explorer alone", () => {
  const there = inputs();
  const back = inputs();
  back.reset();
  assert.equal(back.follow(there.address("oda-ranking"), "oda-ranking"), true);
  assert.deepEqual(back.values(), there.values());
  assert.equal(back.follow(there.address("oda-ranking"), "oda-major"), false);
});

for (const [part, name, value] of [
  ["year=1959", "year", 2011],
  ["year=2011.5", "year", 2011],
  ["year=", "year", 2011],
  ["year=2000,2001", "year", 2011],
  ["span=2010,2001", "span", [2001, 2010]],
  ["span=2001", "span", [2001, 2010]],
  ["measure=nope", "measure", "net"],
  ["donors=JPN,XXX", "donors", ["JPN"]],
  ["donors=%E0%A4%A", "donors", ["JPN"]],
  ["routes=perhaps", "routes", undefined],
  ["several=a,nope", "several", []],
  ["routes=false", "measure", "net"],
  ["routes=false", "donors", ["JPN"]],
  ["donors=", "donors", []],
]) {
  test(`what an address does not say, or what no longer fits, is as it began: ${part}`, () => {
    const set = inputs();
    set.follow(`#view=x&${part}`, "x");
    assert.deepEqual(set.value(name), value ?? true);
  });
}

test("reset goes back to the start and saves", () => {
  const set = inputs();
  set.reset();
  assert.equal(set.value("measure"), "net");
  assert.equal(set.controls.measure.saved, 1);
});

test("nothing listens after the end", () => {
  const model = new Model({});
  const stop = new AbortController();
  listen(model, "change", () => {}, stop.signal);
  assert.equal(model.handlers.length, 1);
  stop.abort();
  listen(model, "change", () => {}, stop.signal);
  assert.equal(model.handlers.length, 0);
});

test("every kind says what it keeps, reads and parses", () => {
  for (const kind of Object.values(KINDS)) assert.deepEqual(Object.keys(kind), ["trait", "read", "parse"]);
});

test("cells are formatted in the language, missing ones empty", () => {
  assert.equal(formatCell(1234.5, ",.2f", "en"), "1,234.50");
  assert.equal(formatCell(1234.5, ",", "en"), "1,234.5");
  assert.equal(formatCell(2011, "d", "en"), "2011");
  assert.equal(formatCell(Number.NaN, ",.1f", "en"), "");
  assert.equal(formatCell(null, "", "en"), "");
  assert.equal(formatCell("Japan", "", "en"), "Japan");
});

test("cells have the digits of their column, no rests of binary arithmetic, and never −0", () => {
  assert.equal(formatCell(-1.214306433183765e-17, ".2f", "en"), "0.00");
  assert.equal(formatCell(-0.004, "+.2f", "en"), "0.00");
  assert.equal(formatCell(0.25, "+.2f", "en"), "+0.25");
  assert.equal(formatCell(1.005, ",.2f", "en"), "1.00", "as the tooltip rounds it");
  assert.equal(formatCell(3.1, ",.2~f", "en"), "3.1");
  assert.equal(formatCell(45.839999999999996, "", "en"), "45.84");
});

test("numbers from 10,000 on have separators, in texts too, and years and dates do not", () => {
  assert.equal(formatCell(9449207, "", "en"), "9,449,207");
  assert.equal(formatCell(12345, "d", "ja"), "12,345");
  assert.equal(formatCell("3486696", "", "en"), "3,486,696");
  assert.equal(formatCell("20246.90", "", "en"), "20,246.90");
  assert.equal(formatCell("192000000..260000000", "", "en"), "192,000,000..260,000,000");
  for (const plain of ["2012-06-20", "1990..2010", "0.123456", "BB12345", "1970s"]) {
    assert.equal(formatCell(plain, "", "en"), plain);
  }
});

test("rows are sorted by number or name, and left alone without a column", () => {
  const rows = [{ a: 10 }, { a: 9 }, { a: null }];
  assert.deepEqual(sortRows(rows, { field: "a", down: true })[0], { a: 10 });
  assert.equal(sortRows(rows, {}), rows);
  assert.deepEqual(rows[0], { a: 10 });
});

test("names are sorted by the language of the page", () => {
  const rows = ["Yemen", "Iran", "Iceland"].map((a) => ({ a }));
  const order = (language) => sortRows(rows, { field: "a" }, language).map(({ a }) => a);
  assert.deepEqual(order("en"), ["Iceland", "Iran", "Yemen"]);
  assert.deepEqual(order("lt"), ["Iceland", "Yemen", "Iran"]);
});

test("a file has no rests of binary arithmetic, and months that a spreadsheet leaves alone", () => {
  const columns = ["a", "b", "c"].map((field) => ({ field, title: field, format: { a: "+.2f", b: ",.1f" }[field] }));
  const csv = (a, b, c) => toCsv([{ a, b, c }], columns).split("\n")[1];
  assert.equal(csv(-1.214306433183765e-17, 45.839999999999996, "1958-03"), "0,45.84,1958-M03");
  assert.equal(csv(12345.678, null, "2012-06-20"), "12345.678,,2012-06-20");
});

test("CSV quotes what needs quotes", () => {
  const columns = [
    { field: "a", title: 'say "a"' },
    { field: "b", title: "b" },
  ];
  assert.equal(toCsv([{ a: "x,y", b: null }], columns), '"say ""a""",b\n"x,y",\n');
});

test("lines break at spaces, Japanese anywhere, and count double", () => {
  assert.deepEqual(breakLines("one two three", 8), ["one two ", "three"]);
  assert.deepEqual(breakLines("外交青書", 4), ["外交", "青書"]);
  assert.deepEqual(breakLines("", 4), []);
});

test("a tooltip has no zero with a sign", () => {
  const cells = (value) => [...tip({ change: value }, String).matchAll(/value">(.*?)</g)].map(([, cell]) => cell);
  assert.deepEqual(["−0.00", "+0.0", "−0.01", "+1"].flatMap(cells), ["0.00", "0.0", "−0.01", "+1"]);
});

test("the rows of a layer are found within groups and facets", () => {
  const vega = { marks: [{ name: "layer_0", marks: [{ name: "numbers_marks", from: { data: "source" } }] }] };
  const view = { data: (name) => [name] };
  assert.deepEqual(rowsOf(vega, view, "numbers"), ["source"]);
  const facet = {
    from: { facet: { name: "faceted", data: "all" } },
    marks: [{ name: "numbers_marks", from: { data: "faceted" } }],
  };
  assert.deepEqual(rowsOf({ marks: [facet] }, view, "numbers"), ["all"]);
  assert.deepEqual(rowsOf({ marks: [] }, view, "numbers"), []);
});

test("what a spreadsheet would take for a formula, or a reader of files for a remark, stays a text", () => {
  const columns = [
    { field: "name", title: "Name" },
    { field: "n", title: "=1+1", format: ".1f" },
  ];
  const rows = ["=HYPERLINK(1)", "+1", "@x", "-1 a", "\tx", "# x", 'a "b", c'].map((name, n) => ({ name, n: -n / 7 }));
  const lines = toCsv(rows, columns, ["Source: a,\n b"]).split("\n");
  assert.equal(lines[0], "# Source: a, b");
  assert.equal(lines[1], "Name,'=1+1");
  assert.deepEqual(
    lines.slice(2, -1).map((line) => line.replace(/,[^,]*$/, "")),
    ["'=HYPERLINK(1)", "'+1", "'@x", "'-1 a", "'\tx", '"# x"', '"a ""b"", c"'],
  );
  assert.equal(lines[3].split(",").at(-1), "-0.143", "a number below zero stays one");
});

test("the name of a file says what the controls are set to", () => {
  assert.equal(fileName({ file: "oda-major" }, inputs()), "oda-major-gross-JPN-KOR-2011-2001-2010-true-a-c");
});
