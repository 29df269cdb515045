// One question: the learner answers, then reads whether and why. See questions.py.

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function render({ model, el }) {
  const { kind, prompt, options, unit, written, answer, tolerance, feedback, words } = model.get("content");
  const group = `question-${Math.random().toString(36).slice(2)}`;
  const inputs = options
    ? options.map((_, i) => element("input", { type: "radio", name: group, value: i }))
    : [element("input", { type: "text", inputmode: "decimal", autocomplete: "off", "aria-label": prompt })];
  const rows = options
    ? options.map((option, i) => element("label", { class: "question-option" }, inputs[i], option))
    : [element("div", { class: "question-option" }, inputs[0], unit ?? "")];
  const button = element("button", { type: "submit" }, kind === "predict" ? words.commit : words.check);
  const verdict = element("p", { class: "question-feedback", role: "status" });
  const form = element("form", { class: `question question-${kind}` }, element("fieldset", {}, element("legend", {}, prompt), ...rows), button, verdict);

  const given = () => {
    if (options) return inputs.findIndex((input) => input.checked);
    const typed = inputs[0].value.normalize("NFKC").replaceAll(",", "").replaceAll("−", "-").replace("%", "").trim();
    return typed === "" ? NaN : Number(typed);
  };
  let guess;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (kind === "predict" && guess !== undefined) return (verdict.textContent = `${words.you_said.replace("{}", () => guess)} ${feedback[0]}`);
    const value = given();
    if (options ? value < 0 : Number.isNaN(value)) return (verdict.textContent = options ? words.choose : words.number);
    if (kind === "predict") {
      guess = options ? options[value] : written.replace("{}", () => inputs[0].value);
      inputs.forEach((input) => (input.disabled = true));
      button.textContent = words.reveal;
      verdict.textContent = words.noted.replace("{}", () => guess);
      return;
    }
    const right = options ? value === answer : Math.abs(value - answer) <= tolerance + 1e-9;
    verdict.textContent = `${right ? words.right : words.wrong} ${options ? feedback[value] : feedback[right ? 0 : 1]}`;
    verdict.dataset.right = right;
  });
  // JupyterLab takes the arrow keys for shortcuts of its own unless they stay within the question.
  form.addEventListener("keydown", (event) => event.ctrlKey || event.metaKey || event.shiftKey || event.key === "Escape" || event.stopPropagation());
  el.append(form);
  return () => form.remove();
}

export default { render };
