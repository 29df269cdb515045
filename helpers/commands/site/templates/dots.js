// Figures side by side: a line for each with a dot, and a band that shows how far they may be from the first.

const [WIDTH, ROW, EDGE] = [340, 36, 12];

function drawn(tag, attributes, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

// `rows` are a head, a figure in words and the number of each; the first is that of the claim.
export function drawDots(rows, tolerance) {
  const [[, , claimed]] = rows;
  const numbers = [claimed - tolerance, claimed + tolerance, ...rows.map(([, , number]) => number)];
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const at = (number) => (most > least ? EDGE + ((number - least) / (most - least)) * (WIDTH - 2 * EDGE) : WIDTH / 2);
  const height = rows.length * ROW;
  const [from, to] = [at(claimed - tolerance), at(claimed + tolerance)];
  const band = { class: "band", x: from - 1, y: 0, width: to - from + 2, height };
  const lines = rows.flatMap(([head, said, number], place) => {
    const y = place * ROW + 27;
    return [
      drawn("text", { x: 0, y: y - 12 }, `${head} ${said}`),
      drawn("line", { x1: 0, x2: WIDTH, y1: y, y2: y }),
      drawn("circle", { cx: at(number), cy: y, r: 5 }),
    ];
  });
  const label = rows.map(([head, said]) => `${head} ${said}`).join(", ");
  const frame = { class: "dots", viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": label };
  return drawn("svg", frame, drawn("rect", band), ...lines);
}
