// What is folded on a page: answers until its reader has given one, and programs. The switches at the top of a page open
// all of a kind; what was chosen is kept for all pages. An address with ?open has the answers open, for a teacher.

const kept = globalThis.bluebookKept;
const answers = [...document.querySelectorAll("details.answer")];
const opened = new Set(); // once: what the reader closes again stays closed

function isDone({ dataset }) {
  const asked = document.querySelector(`#${dataset.after} [data-asked]`);
  return asked !== null && kept.done(JSON.parse(asked.dataset.asked)[0]);
}

function openAnswered() {
  for (const fold of answers) {
    if (opened.has(fold) || !isDone(fold)) continue;
    fold.open = true;
    opened.add(fold);
  }
}

// A link leads to what it names, folded or not.
function openLinked() {
  const place = document.getElementById(globalThis.bluebook.decode(location.hash.slice(1)));
  const fold = place?.closest("details.answer") ?? place?.querySelector(":scope > details.answer");
  if (fold) fold.open = true;
}

function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {}
}

function isKept(name) {
  try {
    return localStorage.getItem(name) === "true";
  } catch {
    return false;
  }
}

for (const box of document.querySelectorAll(".switch input")) {
  const name = `bluebook-notebooks shows ${box.value}`;
  const asked = box.value === "answer" && new URLSearchParams(location.search).has("open");
  const show = () => {
    document.body.classList.toggle(`shows-${box.value}`, box.checked);
    for (const fold of document.querySelectorAll(`details.${box.value}`)) fold.open = box.checked;
  };
  box.addEventListener("change", () => {
    keep(name, box.checked);
    show();
    opened.clear();
    openAnswered();
  });
  box.checked = asked || isKept(name);
  if (box.checked) show();
}

addEventListener("bluebook-kept", openAnswered);
addEventListener("hashchange", openLinked);
openAnswered();
openLinked();
