// Search and filters above a ledger. They are made by this script, so that without it nothing is there but the ledger.
(() => {
  const root = document.currentScript.closest(".bluebook-ledger");
  const words = JSON.parse(root.dataset.words);
  const rows = [...root.querySelectorAll("tbody tr")];
  const make = (tag, given = {}) => Object.assign(document.createElement(tag), given);
  const plain = (text) => text.normalize("NFKC").toLowerCase();
  const form = make("form", { onsubmit: () => false });
  const named = (name, field) => {
    const label = make("label");
    label.append(name, " ", field);
    form.append(label);
    return field;
  };
  const search = named(words.search, make("input", { type: "search" }));
  const tests = ["verdict", "basis", "strength"].map((part) => {
    const of = (row) => row.querySelector(`[data-part=${part}]`).textContent;
    const menu = named(words[part], make("select"));
    menu.dataset.lmSuppressShortcuts = ""; // Notebook 7 hears of keys before the menu
    menu.append(new Option(words.all, ""), ...[...new Set(rows.map(of))].map((name) => new Option(name)));
    return (row) => !menu.value || of(row) === menu.value;
  });
  const status = make("output");
  form.append(status);
  const update = () => {
    const sought = plain(search.value).split(/\s+/);
    for (const row of rows) {
      const text = plain(row.textContent);
      row.hidden = !(sought.every((word) => text.includes(word)) && tests.every((test) => test(row)));
    }
    const left = rows.filter((row) => !row.hidden).length;
    status.textContent = words.left.replace("{}", left).replace("{}", rows.length);
  };
  form.addEventListener("input", update);
  // JupyterLab takes arrows and letters for shortcuts of its own.
  form.addEventListener("keydown", (event) => event.ctrlKey || event.metaKey || event.stopPropagation());
  root.prepend(form);
  update();
})();
