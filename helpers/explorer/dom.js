// Elements of a page, and keys that stay within them. Explorers and questions share it.

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

// JupyterLab takes arrows and letters for shortcuts of its own unless they stay within the widget.
export function keepKeys(node) {
  if (!node || node.dataset.keysKept) return;
  node.dataset.keysKept = "true";
  node.addEventListener("keydown", (event) => {
    const shortcut = event.ctrlKey || event.metaKey || event.shiftKey || event.key === "Escape";
    if (!shortcut) event.stopPropagation();
  });
}

// Hands a file to the browser to keep.
export function saveFile(name, blob) {
  const link = element("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
