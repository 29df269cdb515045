// What a file says of itself: what it shows, where it comes from and when. And files for spreadsheets.

// The day here and now, as files write it: 2026-11-29.
const today = () => new Date().toLocaleDateString("sv");

// Name of a file that tells what the controls are set to.
export function fileName({ file }, inputs) {
  const parts = [file, ...Object.values(inputs.values()).flat()];
  return parts
    .join("-")
    .replace(/[^\w.-]+/g, "_")
    .slice(0, 100);
}

// The address of a view, for others: without what this reader asked the page for, such as open answers.
export const addressOf = (view) => location.href.split(/[?#]/)[0] + view;

// What is drawn, in lines: title, sentence, controls, sources with licences, and the address of this view where it has
// one that others can open. A picture is `bare` of the addresses of sources.
export function about({ title, cited = [], source, file, words }, chart, linkable, bare = false) {
  const { inputs } = chart;
  const chosen = inputs.told(words).map(([label, value]) => `${label}: ${value}`);
  const sources = cited.map(([name, address]) => (address ? `${name} <${address}>` : name)).join("");
  const own = linkable && location.protocol.startsWith("http");
  return [
    title ? [title, chart.subtitle].filter(Boolean).join(" – ") : file,
    chart.sentence,
    chosen.join(" · "),
    words.source.replace("{}", bare ? source : sources),
    words.taken.replace("{}", today()),
    own && addressOf(inputs.address(file)),
  ].filter(Boolean);
}

const XML = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
// Signs that XML does not know are left out.
const escaped = (words) => words.replace(/[^\P{Cc}\t\n]/gu, "").replace(/[&<>"]/g, (letter) => XML[letter]);
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const FORMAT = "http://schemas.openxmlformats.org/";
const KIND = `${FORMAT}officeDocument/2006/relationships`;
const PACKAGE = `${FORMAT}package/2006`;
const MAIN = `xmlns="${FORMAT}spreadsheetml/2006/main"`;
const TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml";

// The parts of a workbook, by name: sheets are rows of texts and numbers, which every program reads as such in every
// country. A text stands once in a list of its own: not every program looks for it in the cell.
function workbook(sheets) {
  const texts = new Map();
  const place = (words) => texts.get(words) ?? texts.set(words, texts.size).size - 1;
  const cell = (value) =>
    typeof value === "number" ? `<c><v>${value}</v></c>` : `<c t="s"><v>${place(String(value))}</v></c>`;
  const row = (cells) => `<row>${cells.map(cell).join("")}</row>`;
  const names = Object.keys(sheets);
  const each = (make) => names.map((name, at) => make(name, at + 1)).join("");
  const parts = {};
  for (const [at, rows] of Object.values(sheets).entries()) {
    parts[`xl/worksheets/sheet${at + 1}.xml`] =
      `<worksheet ${MAIN}><sheetData>${rows.map(row).join("")}</sheetData></worksheet>`;
  }
  const all = [...texts.keys()].map((words) => `<si><t xml:space="preserve">${escaped(words)}</t></si>`).join("");
  const relation = (id, kind, target) => `<Relationship Id="r${id}" Type="${KIND}/${kind}" Target="${target}"/>`;
  const relations = (inside) => `<Relationships xmlns="${PACKAGE}/relationships">${inside}</Relationships>`;
  const part = (name, kind) => `<Override PartName="/xl/${name}.xml" ContentType="${TYPE}.${kind}+xml"/>`;
  const types = `${part("workbook", "sheet.main")}${part("sharedStrings", "sharedStrings")}${each((_, at) => part(`worksheets/sheet${at}`, "worksheet"))}`;
  return {
    "[Content_Types].xml": `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>${types}</Types>`,
    "_rels/.rels": relations(relation(1, "officeDocument", "xl/workbook.xml")),
    "xl/workbook.xml": `<workbook ${MAIN} xmlns:r="${KIND}"><sheets>${each((name, at) => `<sheet name="${escaped(name)}" sheetId="${at}" r:id="r${at}"/>`)}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": relations(
      each((_, at) => relation(at, "worksheet", `worksheets/sheet${at}.xml`)) +
        relation(names.length + 1, "sharedStrings", "sharedStrings.xml"),
    ),
    "xl/sharedStrings.xml": `<sst ${MAIN}>${all}</sst>`,
    ...parts,
  };
}

// The checksum that ZIP asks for.
function checksum(bytes) {
  let sum = -1;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 && 0xedb88320);
  }
  return ~sum;
}

// A ZIP archive of texts by their names, not compressed.
function zip(parts) {
  const encoder = new TextEncoder();
  const numbers = (...pairs) => {
    const view = new DataView(new ArrayBuffer(pairs.reduce((sum, [size]) => sum + size, 0)));
    let at = 0;
    for (const [size, value] of pairs) {
      if (size === 2) view.setUint16(at, value, true);
      else view.setInt32(at, value, true);
      at += size;
    }
    return view;
  };
  const [files, index] = [[], []];
  let at = 0;
  for (const [path, text] of Object.entries(parts)) {
    const [name, content] = [path, HEAD + text].map((words) => encoder.encode(words));
    const sizes = [content.length, content.length].map((size) => [4, size]);
    // Version, letters in UTF-8, no compression, the first of January 1980, checksum, sizes.
    const told = [[2, 20], [2, 0x800], [2, 0], [2, 0], [2, 33], [4, checksum(content)], ...sizes, [2, name.length], [2, 0]]; // biome-ignore format: one row
    const local = numbers([4, 0x04034b50], ...told);
    files.push(local, name, content);
    index.push(numbers([4, 0x02014b50], [2, 20], ...told, [2, 0], [2, 0], [2, 0], [4, 0], [4, at]), name);
    at += local.byteLength + name.length + content.length;
  }
  const size = index.reduce((sum, part) => sum + part.byteLength, 0);
  const count = index.length / 2;
  const end = numbers([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, size], [4, at], [2, 0]);
  return [...files, ...index, end];
}

// A workbook for spreadsheets: sheets by their names.
export const toWorkbook = (sheets) => new Blob(zip(workbook(sheets)), { type: `${TYPE}.sheet` });
