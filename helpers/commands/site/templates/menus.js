// The header: menus, of which one is open at a time, and what of the page's sections is done.

// In a wide window the list of sections stands beside the text, open; elsewhere one menu of the header is open at a
// time, until something is chosen, or the reader turns to something else.
const menus = [...document.querySelectorAll("details.menu")];
const wide = matchMedia("(min-width: 70rem)");
const stands = (menu) => wide.matches && Boolean(menu.closest(".contents"));
function arrange() {
  for (const menu of menus) menu.open = stands(menu);
}
function fold(but) {
  for (const menu of menus) menu.open = stands(menu) || (menu === but && menu.open);
}
wide.addEventListener("change", arrange);
arrange();
document.addEventListener("click", ({ target }) => {
  const menu = target.closest("details.menu");
  fold(target.closest("a") ? undefined : menu);
});
document.addEventListener("keydown", ({ key, target }) => {
  const menu = key === "Escape" && target.closest("details.menu[open]");
  if (!menu || stands(menu)) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("focusin", ({ target }) => fold(target.closest("details.menu")));

// What a menu needs is loaded when it is opened for the first time, in this order.
const { load } = globalThis.bluebook;
const partsOf = (menu) => [...menu.querySelectorAll("[data-file]")].map(({ dataset }) => dataset.file).reverse();
async function fill(menu) {
  menu.querySelector("input[type=search]")?.focus();
  for (const file of partsOf(menu)) await load(new URL(file, document.baseURI).href);
}
for (const menu of menus) {
  menu.addEventListener("toggle", () => {
    const status = menu.querySelector("[data-failed]");
    if (menu.open && status) fill(menu).catch(() => (status.textContent = status.dataset.failed));
  });
}

// The language that was chosen last is kept; else that of the browser counts on the page at the root, unless nothing
// can be kept there, for then one could not come back.
const CHOICE = "bluebook-notebooks language";
const languages = [...document.querySelectorAll("a.language")];
for (const link of languages) {
  for (const type of ["click", "auxclick"]) {
    link.addEventListener(type, () => {
      try {
        localStorage.setItem(CHOICE, link.lang);
      } catch {}
    });
  }
}
try {
  const wanted = localStorage.getItem(CHOICE) ?? navigator.language.split("-")[0];
  const link = languages.find(({ lang }) => lang === wanted);
  if (link && !location.hash && document.querySelector("header[data-first]")) location.replace(link.href);
} catch {}

// What of each section has been answered, of that what was right at first, and of the page as a whole.
const contents = document.querySelector(".told")?.closest(".contents");
const kept = globalThis.bluebookKept;

// Votes are the first and the last, which counts; there are none where only the last is known.
const isRightAtFirst = ({ right, votes }) =>
  right && (!Array.isArray(votes) || JSON.stringify(votes[0]) === JSON.stringify(votes.at(-1)));

function look(asked) {
  const fits = ([name, options]) => !options || kept.kept(name).answer < options;
  const given = asked.filter(fits).map(([name]) => kept.kept(name));
  const done = given.filter(({ step }) => step);
  const checked = done.filter(({ step }) => step === "checked"); // guesses are not marked
  const right = checked.filter(isRightAtFirst).length;
  return { done: done.length, count: asked.length, checked: checked.length, right };
}

function tick() {
  const rows = [...contents.querySelectorAll("[data-asked]")].map((row) => ({
    row,
    asked: JSON.parse(row.dataset.asked),
  }));
  for (const { row, asked } of rows) {
    const { done, count } = look(asked);
    row.textContent = `${done}/${count}`;
    row.classList.toggle("whole", done === count);
  }
  const all = look(rows.flatMap(({ asked }) => asked));
  contents.querySelector(".count").textContent = `${all.done}/${all.count}`;
  const told = contents.querySelector(".told");
  told.textContent = globalThis.bluebook.fill(told.dataset.words, all);
}
if (contents && kept) {
  addEventListener("bluebook-kept", tick);
  tick();
}
