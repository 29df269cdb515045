// Boots the widgets of a page of the static edition: everything comes from library.js, nothing from another machine.

const library = globalThis.bluebookLibrary;
const unpacked = async (packed) => (await fetch(`data:;base64,${packed}`)).blob(); // no request: the data are the address

const scheme = matchMedia("(prefers-color-scheme: dark)");
const dress = () => (document.body.dataset.jpThemeLight = !scheme.matches);
scheme.addEventListener("change", dress);
dress();

const programs = document.querySelector("#show-programs");
programs?.addEventListener("change", () => {
  for (const program of document.querySelectorAll("details.program")) program.open = programs.checked;
});
if (matchMedia("(max-width: 70rem)").matches) document.querySelector(".contents details")?.removeAttribute("open");

// The same place in another language: the view that the address names, or the cell at the top of the window.
for (const link of document.querySelectorAll("a.language")) {
  link.addEventListener("click", () => {
    const here = [...document.querySelectorAll("main section[id]")]
      .filter((cell) => cell.getBoundingClientRect().top < 120)
      .at(-1);
    link.hash = location.hash.startsWith("#view=") ? location.hash : scrollY > 0 && here ? here.id : "";
  });
}

async function run(packed) {
  const source = (await unpacked(packed)).stream().pipeThrough(new DecompressionStream("gzip"));
  const script = document.createElement("script");
  script.src = URL.createObjectURL(new Blob([await new Response(source).text()], { type: "text/javascript" }));
  await new Promise((done, fail) => {
    script.onload = done;
    script.onerror = () => fail(new Error("library.js is damaged"));
    document.head.append(script);
  });
}

async function boot() {
  const saved = document.querySelector('script[type="application/vnd.jupyter.widget-state+json"]');
  if (!saved) return;
  // Programs and styles that many widgets share stand in the library once.
  const { state } = JSON.parse(saved.textContent);
  for (const model of Object.values(state)) {
    const traits = model.state;
    for (const trait of ["_esm", "_css"])
      if (traits[trait] in library.texts) traits[trait] = library.texts[traits[trait]];
    if ("linkable" in traits) {
      traits.linkable = true; // this page has an address that can restore a view
      model.buffers = [...(model.buffers ?? []), { path: ["bundle"], encoding: "base64", data: library.vega }];
    }
  }
  await run(library.widgets);
  for (const view of document.querySelectorAll('script[type="application/vnd.jupyter.widget-view+json"]')) {
    const place = document.createElement("div");
    view.before(place);
    await globalThis.bluebookWidgets.show(state, JSON.parse(view.textContent).model_id, place);
  }
}

boot().catch((error) => {
  console.error(error);
  document.querySelector(".about")?.append(` (${error.message})`);
});
