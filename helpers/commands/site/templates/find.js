// Searches the pages, sections, terms and claims of a language. Every word sought has to be in an entry; those that have
// it in their title come first. Width of letters, case and kind of kana make no difference.

const room = document.querySelector(".find");
const field = room.querySelector("input");
const status = room.querySelector("[role=status]");
const list = room.querySelector("ul");
const { root, shown, none, ...kinds } = list.dataset;
const MOST = 40;

const plain = (words) =>
  words
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\u30a1-\u30f6]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60));
const { fill, make } = globalThis.bluebook;
const entries = globalThis.bluebook.entries.map(([kind, title, beside, path]) => {
  return { kind, title, beside, path, head: plain(title), whole: plain(`${title} ${beside}`) };
});

// How well an entry fits, the lower the better; undefined where it lacks a word. What stands beside a section or a
// claim, its page or theme, only helps to choose among those whose title has a word.
function rank({ kind, head, whole }, words) {
  if (!words.every((word) => whole.includes(word))) return;
  if (["section", "claim"].includes(kind) && !words.some((word) => head.includes(word))) return;
  if (words.every((word) => head.includes(word))) return head.startsWith(words[0]) ? 0 : 1;
  return 2;
}

function find() {
  const words = plain(field.value).split(/\s+/).filter(Boolean);
  const found = [0, 1, 2].flatMap((wanted) =>
    (words.length ? entries : []).filter((one) => rank(one, words) === wanted),
  );
  const rows = found.slice(0, MOST).map(({ kind, title, beside, path }) => {
    const about = make("small", {}, `${kinds[kind]} · ${beside}`);
    return make("li", {}, make("a", { href: root + path }, make("span", {}, title), about));
  });
  list.replaceChildren(...rows);
  const told = found.length ? fill(shown, { shown: rows.length, count: found.length }) : none;
  status.textContent = words.length ? told : "";
}

// The arrows go from the field through the results and back; Enter in the field opens the first.
room.addEventListener("keydown", (event) => {
  const stops = [field, ...list.querySelectorAll("a")];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const next = stops[stops.indexOf(document.activeElement) + step];
  if (event.key === "Enter" && event.target === field && !event.isComposing) list.querySelector("a")?.click();
  if (!next) return;
  event.preventDefault();
  next.focus();
});
field.addEventListener("input", find);
find();
