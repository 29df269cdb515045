// Searches and filters the list of all claims; without this program the whole list stands there.

const form = document.querySelector("#filters");
const status = form.querySelector("[role=status]");
const rows = [...document.querySelectorAll("#claims > li")];
const plain = (words) => words.normalize("NFKC").toLowerCase();
const texts = new Map(rows.map((row) => [row, plain(row.textContent)]));

function show() {
  const { search, ...wanted } = Object.fromEntries(new FormData(form));
  const words = plain(search).split(/\s+/);
  let shown = 0;
  for (const row of rows) {
    const fits =
      Object.entries(wanted).every(([name, value]) => !value || row.dataset[name] === value) &&
      words.every((word) => texts.get(row).includes(word));
    row.hidden = !fits;
    shown += fits;
  }
  status.textContent = status.dataset.shown.replace("{shown}", shown).replace("{count}", rows.length);
  if (!shown) status.textContent += ` ${status.dataset.none}`;
}

// An address such as index.html#verdict=differs opens the list with a filter set.
function follow() {
  for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
    if (form.elements[name] && value) form.elements[name].value = value;
  }
  show();
}

form.addEventListener("input", show);
form.addEventListener("reset", () => setTimeout(show));
form.addEventListener("submit", (event) => event.preventDefault());
addEventListener("hashchange", follow);
follow();
