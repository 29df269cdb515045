// Shows one route of a page: its cells only, and a bar that says which step it is and leads to the next one. Route and
// step stand in the address, `#route=45.3`, so that they can be linked, and the browser's own buttons go back a step.

const { fill, decode, arrive } = globalThis.bluebook;
const routes = document.querySelector(".routes");
const bar = document.querySelector(".route-bar");
const [back, next] = bar.querySelectorAll("button");
const sections = [...document.querySelectorAll("main > section[id]")];
let chosen; // the route that is shown: its length, the steps, and the number of the step

const stepsOf = (length) => [
  ...(routes.querySelector(`details[data-length="${length}"]`)?.querySelectorAll("li") ?? []),
];
const cellsOf = (step) => step.dataset.cells.split(" ");

const sectionOf = (name) => name.match(/^s\d+/)?.[0];

// The cells of a route, with the title of the page and the headings of their sections.
function shownIn(steps) {
  const named = steps.flatMap(cellsOf);
  return new Set(["title", ...named, ...named.map(sectionOf)]);
}

function show(steps) {
  const shown = shownIn(steps);
  for (const section of sections) section.hidden = steps.length > 0 && !shown.has(section.id);
  bar.hidden = !steps.length;
  document.body.classList.toggle("on-route", steps.length > 0);
}

function say({ steps, step }) {
  const words = steps[step - 1].querySelector("a").textContent;
  const minutes = steps.slice(step - 1).reduce((sum, each) => sum + Number(each.dataset.minutes), 0);
  const said = [
    fill(routes.dataset.step, { step, steps: steps.length, words }),
    fill(routes.dataset.left, { minutes }),
  ];
  bar.querySelector("p").textContent = said.join(" · ");
  back.disabled = step === 1;
  next.disabled = step === steps.length;
}

// Where a step begins: at the heading of its section, if that is new.
function beginning({ steps, step }) {
  const before = shownIn(steps.slice(0, step - 1));
  const [first] = cellsOf(steps[step - 1]);
  const heading = sectionOf(first);
  return document.getElementById(heading && !before.has(heading) ? heading : first);
}

// The whole page, at a place.
function leave(place) {
  chosen = undefined;
  show([]);
  place?.scrollIntoView();
}

// Does what the address says. A link to what the route leaves out shows the whole page.
function follow() {
  const [, length, number = 1] = location.hash.match(/^#route=(\d+)(?:\.(\d+))?$/) ?? [];
  const steps = stepsOf(length);
  if (!steps.length) {
    const name = decode(location.hash.slice(1));
    const place = document.getElementById(name);
    if (chosen && (!name || place?.closest("section[hidden]"))) leave(place);
    return;
  }
  if (chosen?.length !== length) show(steps);
  chosen = { length, steps, step: Math.min(Math.max(Number(number), 1), steps.length) };
  say(chosen);
  arrive(beginning(chosen));
}

for (const button of routes.querySelectorAll(".follow")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    location.hash = `route=${button.closest("details").dataset.length}.1`;
  });
}

bar.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (!button) return;
  const { length, steps, step } = chosen;
  if (!button.value) leave();
  location.hash = button.value ? `route=${length}.${step + Number(button.value)}` : cellsOf(steps[step - 1])[0];
});

addEventListener("hashchange", follow);
follow();
