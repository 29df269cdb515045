// Pictures of a chart to keep: drawn again, dark on white, with title and source.

import { element } from "./dom.js";
import { draw, fontOf } from "./drawing.js";

// A text in lines of so many letters, of which a Japanese one takes the room of two and may end a line.
export function breakLines(text, most) {
  const lines = [];
  const size = (word) => [...word].reduce((sum, letter) => sum + (letter > "\u2e80" ? 2 : 1), 0);
  let room = 0;
  for (const word of text.match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef]{1,60}|\s+/g) ?? []) {
    if (!lines.length || size(word) > room) {
      lines.push("");
      room = most;
    }
    lines[lines.length - 1] += word;
    room -= size(word);
  }
  return lines;
}

function svgElement(svg, tag, attributes, words = "") {
  const node = document.createElementNS(svg.namespaceURI, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.textContent = words;
  return node;
}

// The chart as it is, drawn to be kept, its font, and the lines below it. The title stands above.
async function drawPicture(chart, settings, [, ...remarks]) {
  const { embed, spec, inputs } = chart;
  const font = fontOf(chart.place);
  const title = settings.title && { title: { text: settings.title, subtitle: chart.subtitle } };
  const { view } = await draw(embed, element("div"), { ...spec, ...title }, 800, "#222", 1, inputs.values(), font);
  return { view, font, lines: remarks.flatMap((line) => breakLines(line, 120)).map((line) => line.trim()) };
}

const LINE = { size: 11, height: 14, ink: "#555" };
const heightOf = (drawn, lines) => drawn + 8 + LINE.height * lines.length;
const placeOf = (drawn, number) => [5, drawn + 12 + LINE.height * number];

export async function svgOf(chart, settings, remarks) {
  const { view, font, lines } = await drawPicture(chart, settings, remarks);
  const svg = new DOMParser().parseFromString(await view.toSVG(), "image/svg+xml").documentElement;
  view.finalize();
  const [width, drawn] = ["width", "height"].map((side) => +svg.getAttribute(side));
  svg.setAttribute("height", heightOf(drawn, lines));
  svg.setAttribute("viewBox", `0 0 ${width} ${heightOf(drawn, lines)}`);
  svg.prepend(svgElement(svg, "rect", { width: "100%", height: "100%", fill: "white" }));
  const style = { "font-size": LINE.size, "font-family": font, fill: LINE.ink };
  for (const [i, line] of lines.entries()) {
    const [x, y] = placeOf(drawn, i);
    svg.append(svgElement(svg, "text", { x, y, ...style }, line));
  }
  return new Blob([new XMLSerializer().serializeToString(svg)], { type: "image/svg+xml" });
}

// Vega paints by itself: a picture of the SVG would have to be loaded from an address that policies forbid.
export async function pngOf(chart, settings, remarks) {
  const { view, font, lines } = await drawPicture(chart, settings, remarks);
  const painted = await view.toCanvas(2);
  view.finalize();
  const [width, drawn] = [painted.width / 2, painted.height / 2];
  const canvas = element("canvas", { width: 2 * width, height: 2 * heightOf(drawn, lines) });
  const context = canvas.getContext("2d");
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(painted, 0, 0);
  context.scale(2, 2);
  context.font = `${LINE.size}px ${font}`;
  context.fillStyle = LINE.ink;
  for (const [i, line] of lines.entries()) context.fillText(line, ...placeOf(drawn, i));
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}
