// Names for screen readers, where ipywidgets gives none, tags that are added by the first Enter, and players that step.

import { isComposing } from "./dom.js";

// Views of a control may be made after the chart.
export function nameControl(control, words) {
  for (const made of Object.values(control.views ?? {}))
    made.then(({ el }) => {
      nameView(el, control.get("description"), words);
      easePlayer(el.parentElement?.querySelector(":scope > .widget-play"), control);
    });
}

// Whether the reader asks for less motion.
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

// Then the play button moves one step at each press, and nothing by itself.
function easePlayer(player, control) {
  if (!player || player.dataset.eased) return;
  player.dataset.eased = "true";
  const step = (event) => {
    if (!calm() || !player.querySelector("button").contains(event.target)) return;
    event.stopPropagation();
    const [value, by, min, max] = ["value", "step", "min", "max"].map((trait) => control.get(trait));
    control.set("value", value + by > max ? min : value + by);
    control.save_changes();
  };
  player.addEventListener("click", step, true);
}

function nameView(el, name, words) {
  for (const node of el.querySelectorAll("[role=slider], input:not([type=checkbox]), select"))
    node.setAttribute("aria-label", name);
  for (const node of el.querySelectorAll(".jupyter-widget-taginput")) easeTags(node, words);
  for (const node of el.querySelectorAll(".widget-toggle-button")) {
    const pressed = node.classList.contains("mod-active");
    node.parentElement.setAttribute("role", "group");
    node.parentElement.setAttribute("aria-label", name);
    node.setAttribute("aria-pressed", pressed);
    node.tabIndex = pressed ? 0 : -1;
    easeButtons(node.parentElement);
  }
}

// Buttons of which one is pressed are one stop of the Tab key; arrows press the next, as with radio buttons.
function easeButtons(group) {
  if (group.dataset.eased) return;
  group.dataset.eased = "true";
  group.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!by || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const all = [...group.children];
    const next = all.at((all.indexOf(event.target) + by) % all.length);
    next.focus();
    next.click();
  });
}

// A tag is added by the first Enter after its conversion, or by a click in the list of suggestions; by itself it wants another Enter.
function easeTags(input, words) {
  if (input.placeholder === words.add) return;
  input.placeholder = words.add;
  const add = () => input.dispatchEvent(new Event("change"));
  input.addEventListener("keydown", (event) => event.key === "Enter" && !isComposing(event) && add());
  input.addEventListener(
    "input",
    (event) => (event.inputType ?? "insertReplacementText") === "insertReplacementText" && add(),
  );
}

export function namePlayers(explorer, words) {
  for (const icon of explorer?.querySelectorAll(".widget-play i") ?? []) {
    const word = icon.classList.contains("fa-stop")
      ? words.stop
      : icon.classList.contains("fa-pause")
        ? words.pause
        : calm()
          ? words.step
          : words.play;
    icon.parentElement.setAttribute("aria-label", word);
    icon.parentElement.title = word;
  }
}
