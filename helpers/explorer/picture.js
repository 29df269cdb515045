// Pictures of a chart to keep: drawn again, dark on white, with title and source.

import { element } from "./dom.js";
import { draw, fontOf } from "./drawing.js";

// A text in lines of so many letters, of which a Japanese one takes the room of two and may end a line.
export function breakLines(text, most) {
  const lines = [];
  const size = (word) => [...word].reduce((sum, letter) => sum + (letter > "\u2e80" ? 2 : 1), 0);
  let room = 0;
  for (const word of text.match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef]+|\s+/g) ?? []) {
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

async function drawPicture(chart, settings) {
  const { embed, spec, inputs } = chart;
  const title = settings.title && { title: { text: settings.title, subtitle: chart.subtitle } };
  const light = await draw(embed, element("div"), { ...spec, ...title }, 800, "#222", 1, inputs.values());
  const svg = new DOMParser().parseFromString(await light.view.toSVG(), "image/svg+xml").documentElement;
  light.view.finalize();
  const [width, drawn] = ["width", "height"].map((side) => +svg.getAttribute(side));
  const lines = breakLines(settings.source, 130);
  const height = drawn + 8 + 14 * lines.length;
  svg.setAttribute("height", height);
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.prepend(svgElement(svg, "rect", { width: "100%", height: "100%", fill: "white" }));
  const style = { "font-size": 11, "font-family": fontOf(), fill: "#555" };
  for (const [i, line] of lines.entries()) {
    svg.append(svgElement(svg, "text", { x: 5, y: drawn + 12 + 14 * i, ...style }, line.trim()));
  }
  return { markup: new XMLSerializer().serializeToString(svg), width, height };
}

export async function svgOf(chart, settings) {
  return new Blob([(await drawPicture(chart, settings)).markup], { type: "image/svg+xml" });
}

export async function pngOf(chart, settings) {
  const { markup, width, height } = await drawPicture(chart, settings);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(markup)}`;
  await image.decode();
  const canvas = element("canvas", { width: 2 * width, height: 2 * height });
  canvas.getContext("2d").drawImage(image, 0, 0, 2 * width, 2 * height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}
