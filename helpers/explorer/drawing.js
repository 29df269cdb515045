// Draws a specification with Vega: the look, the tooltips, and the rows that a layer draws.

// The fonts of an element's language in the style sheet, which come from palette.py.
export const fontOf = (place) => getComputedStyle(place).getPropertyValue("--bluebook-font").trim();

// How much larger than usual the reader's browser writes: by the size of the root, or by a smallest size of its own.
export const typeOf = (place) => Math.max(1, Number.parseFloat(getComputedStyle(place).fontSize) / 12 || 1);

export function theme(ink, scale, width, font) {
  const most = Math.max(90, 0.46 * width);
  const labelLimit = Math.min(Math.min(200, most) * scale, most); // on a narrow screen the plot keeps its half
  const size = (n) => Math.round(n * scale);
  const words = {
    labelColor: ink,
    titleColor: ink,
    labelFontSize: size(12),
    titleFontSize: size(12),
    titleFontWeight: 600,
  };
  return {
    background: "transparent",
    padding: { left: 5, top: 5, right: 12, bottom: 5 }, // the last label of an axis reaches beyond it
    font,
    view: { stroke: null },
    axis: {
      ...words,
      gridColor: ink,
      gridOpacity: 0.14,
      domainColor: ink,
      tickColor: ink,
      labelLimit,
      labelOverlap: "greedy",
    },
    axisX: { labelSeparation: 6 },
    axisYDiscrete: { labelPadding: 8 }, // a dot at the end of the scale leaves the name free
    legend: {
      ...words,
      labelLimit: Math.min(size(260), width - 40),
      orient: "top",
      titleAnchor: "start",
      layout: { top: { direction: width / scale < 520 ? "vertical" : "horizontal", anchor: "start" } },
    },
    title: {
      color: ink,
      subtitleColor: ink,
      anchor: "start",
      frame: "group",
      offset: 12,
      fontSize: size(16),
      subtitleFontSize: size(13),
      subtitlePadding: 5,
    },
    text: { color: ink, fontSize: size(12) },
    point: { aria: false, opacity: 1 }, // hundreds of dots: "Show the numbers" reads them out, and better
    rule: { color: ink },
  };
}

// Vega's own would fetch a picture for a column called "image".
export function tip(value, sanitize) {
  if (typeof value !== "object" || value === null) return sanitize(value);
  const unsigned = (cell) => String(cell).replace(/^[+−](?=0(\.0+)?$)/, ""); // a zero, which Vega signs in a change
  const rows = Object.entries(value).map(
    ([title, cell]) =>
      `<tr><td class="key">${sanitize(title)}</td><td class="value">${sanitize(unsigned(cell))}</td></tr>`,
  );
  return `<table>${rows.join("")}</table>`;
}

// Whether a program may be made out of text, which is the quicker way. Where a policy forbids it, Vega's interpreter
// takes the place of its compiler.
let compiles;
function mayCompile() {
  try {
    compiles ??= new Function("return true")();
  } catch {
    compiles = false;
  }
  return compiles;
}

const isMap = (spec) => [spec, ...(spec.layer ?? [])].some((part) => part.projection);

// A chart with larger words: those that have a size of their own, and room for all; maps keep their shape.
export function enlarge(spec, scale, room) {
  const sizes = (part) => {
    if (Array.isArray(part)) return part.map(sizes);
    if (typeof part !== "object" || part === null) return part;
    const each = ([name, value]) => {
      if (name === "data" || name === "datasets") return [name, value];
      if (!/fontSize$/i.test(name)) return [name, sizes(value)];
      if (isNumber(value)) return [name, value * scale];
      return [name, value?.expr ? { ...value, expr: `(${value.expr}) * ${scale}` } : value];
    };
    return Object.fromEntries(Object.entries(part).map(each));
  };
  const larger = scale === 1 ? spec : sizes(spec);
  const { height } = larger;
  if (room === 1 || isMap(spec)) return larger;
  if (isNumber(height)) return { ...larger, height: height * room };
  return height?.step ? { ...larger, height: { ...height, step: height.step * room } } : larger;
}

export const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

export async function draw(embed, element, spec, width, ink, scale, chosen, font) {
  const room = isMap(spec) ? width : width / scale; // as many words fit as on a smaller screen
  const signals = { ...chosen, room };
  const sized = {
    ...structuredClone(spec),
    params: (spec.params ?? []).map((p) => (p.name in signals ? { ...p, value: signals[p.name] } : p)),
  };
  if (sized.width === "container") sized.width = width;
  if (sized.projection?.type === "equalEarth") sized.height = Math.min(sized.height, width / 2); // the whole earth is twice as wide as high
  if (!isNumber(sized.width)) sized.autosize = "pad";
  const made = await embed(element, sized, {
    actions: false,
    ast: !mayCompile(),
    defaultStyle: false, // styles stand in explorer.css: a policy may forbid those that a program writes
    renderer: "svg",
    config: theme(ink, scale, width, font),
    tooltip: { theme: "custom", formatTooltip: tip, disableDefaultStyle: true },
  });
  made.view.cleanThreshold = 200; // marks that have left, which Vega otherwise keeps by the thousand, with their elements
  return made;
}

// The data set behind a named layer, as the rows that Vega has drawn.
export function rowsOf(vega, view, name) {
  const find = (marks = [], outer = {}) => {
    for (const mark of marks) {
      const facet = mark.from?.facet;
      const data = facet?.data ?? outer[mark.from?.data] ?? mark.from?.data; // a facet stands for the data it splits
      if (data && [`${name}_marks`, `${name}_pathgroup`].includes(mark.name)) return data;
      const inner = find(mark.marks, facet ? { ...outer, [facet.name]: data } : outer);
      if (inner) return inner;
    }
  };
  const data = find(vega.marks);
  return data ? view.data(data) : [];
}
