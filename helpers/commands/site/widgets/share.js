// The address of a page, or of the view that it shows: to be copied, as a QR code for a class, and as the code of a
// frame for a learning platform. The code is drawn here; no other machine hears of it.

import { encode } from "uqr";

const panel = document.querySelector(".share .menu > div");
const words = JSON.parse(panel.dataset.words);
const status = panel.querySelector("[role=status]");
const { make } = globalThis.bluebook;

// The second way is for frames and old browsers, which keep the clipboard from programs.
async function copy(field) {
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    return document.execCommand("copy");
  }
}

function offer(label, field) {
  field.readOnly = true;
  const button = make("button", { type: "button", textContent: words.copy });
  button.addEventListener("click", async () => {
    status.textContent = (await copy(field)) ? words.copied : words.by_hand;
  });
  return make("div", {}, make("label", {}, `${label} `, field), button);
}

const SVG = "http://www.w3.org/2000/svg";

// Black on white in either scheme, as cameras want it.
function draw(address) {
  const { data, size } = encode(address, { ecc: "M", border: 4 });
  const picture = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  const dark = data.flatMap((row, y) => row.flatMap((on, x) => (on ? `M${x} ${y}h1v1h-1z` : [])));
  path.setAttribute("d", dark.join(""));
  picture.setAttribute("viewBox", `0 0 ${size} ${size}`);
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", words.code);
  picture.setAttribute("class", "qr");
  picture.append(path);
  return picture;
}

function show() {
  const page = document.querySelector("link[rel=canonical]")?.href ?? location.href.split(/[?#]/)[0];
  const address = page + location.hash;
  const view = location.hash.match(/^#view=(.*)/)?.[1];
  const frame = view && globalThis.bluebook.embedAddress(view) && globalThis.bluebook.embedCode(view);
  const parts = [offer(words.address, make("input", { value: address })), draw(address)];
  if (frame) parts.push(offer(words.frame, make("textarea", { value: frame, rows: 4 })));
  status.textContent = page.startsWith("file:") ? words.folder : "";
  panel.replaceChildren(...parts, status);
}

panel.parentElement.addEventListener("toggle", ({ target }) => target.open && show());
show();
