// Elements of a page, their words, and keys that stay within them. Explorers, questions and pages share it.

// A sentence with values in the places of their names in braces.
export const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);

// An element with attributes; a name that begins with "on" is an event and its value a function.
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

// Whether a key belongs to the conversion of what is typed, as of kana into kanji; Safari tells by the code alone.
export const isComposing = (event) => event.isComposing || event.keyCode === 229;

// Whether a key is for the widget that keeps it, and not a shortcut such as Ctrl+S or the Shift+Enter that runs a cell.
// A widget that answers by Enter keeps that key too, whatever is pressed with it; a cursor that is shown keeps Escape.
function isOwn(event, kept) {
  if (isComposing(event)) return true;
  if (event.key === { enter: "Enter", cursor: "Escape" }[kept]) return true;
  const runs = event.shiftKey && event.key === "Enter";
  return !(event.ctrlKey || event.metaKey || runs || event.key === "Escape");
}

// JupyterLab takes arrows and letters, with Shift too, for shortcuts of its own unless they stay within the widget. It
// hears of them last; Notebook 7 hears of them first, and is told by an attribute to leave them alone.
export function keepKeys(node, kept = "keys") {
  if (!node || node.dataset.kept) return;
  node.dataset.kept = kept;
  node.addEventListener("keydown", (event) => isOwn(event, kept) && event.stopPropagation());
  if (globalThis.bluebookKeys) return;
  globalThis.bluebookKeys = (event) => {
    const keeper = event.target.closest?.("[data-kept]");
    if (keeper) event.target.toggleAttribute("data-lm-suppress-shortcuts", isOwn(event, keeper.dataset.kept));
  };
  addEventListener("keydown", globalThis.bluebookKeys, true);
}

// What a blob holds, to be copied: a picture as a canvas, anything else as text.
async function contentOf(name, blob) {
  if (blob.type !== "image/png") {
    const field = element("textarea", { class: "explorer-content", readonly: "", rows: 6, "aria-label": name });
    field.value = await blob.text();
    return field;
  }
  const picture = await createImageBitmap(blob);
  const canvas = element("canvas", { class: "explorer-content", width: picture.width, height: picture.height });
  canvas.getContext("2d").drawImage(picture, 0, 0);
  return canvas;
}

// Copies a text that stands in a place, and tells whether that worked. Frames and old browsers keep the clipboard from
// programs: there the text is marked, and copied as by hand.
export async function copy(text, place) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    if (place.select) place.select();
    else getSelection().selectAllChildren(place);
    return document.execCommand("copy");
  }
}

// Hands a file to the browser to keep. A frame may refuse downloads, and nobody is told: in a frame the content is shown
// in a place too, after some words.
export async function saveFile(name, blob, place, words) {
  const link = element("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // some ask their reader first
  if (globalThis.top === globalThis) return;
  place.replaceChildren(`${words} `, await contentOf(name, blob));
  place.hidden = false;
}
