// One question: the learner answers, then reads whether and why. See __init__.py.

import { element, keepKeys } from "../explorer/dom.js";

// The number that somebody typed, or NaN.
export function readNumber(typed) {
  const plain = typed.normalize("NFKC").replaceAll(",", "").replaceAll("−", "-").replace("%", "").trim();
  return plain === "" ? Number.NaN : Number(plain);
}

class Question {
  constructor(content) {
    this.content = content;
    const { kind, prompt, options, unit, words, language: lang } = content;
    const group = `question-${Math.random().toString(36).slice(2)}`;
    const typed = { type: "text", inputmode: "decimal", autocomplete: "off", "aria-label": prompt };
    this.inputs = options
      ? options.map((_, i) => element("input", { type: "radio", name: group, value: i }))
      : [element("input", typed)];
    const rows = options
      ? options.map((option, i) => element("label", { class: "question-option" }, this.inputs[i], option))
      : [element("div", { class: "question-option" }, this.inputs[0], unit ?? "")];
    this.button = element("button", { type: "submit" }, kind === "predict" ? words.commit : words.check);
    this.verdict = element("p", { class: "question-feedback", role: "status" });
    const fields = element("fieldset", {}, element("legend", {}, prompt), ...rows);
    const onsubmit = (event) => {
      event.preventDefault();
      this.submit();
    };
    const form = { class: `question question-${kind}`, lang, onsubmit };
    this.form = element("form", form, fields, this.button, this.verdict);
    keepKeys(this.form);
  }

  // The number of the chosen option or the number typed; undefined if there is none.
  get answer() {
    const given = this.content.options
      ? this.inputs.findIndex((input) => input.checked)
      : readNumber(this.inputs[0].value);
    return Number.isNaN(given) || (this.content.options && given < 0) ? undefined : given;
  }

  submit() {
    const { kind, options, words } = this.content;
    if (this.guess !== undefined) this.reveal();
    else if (this.answer === undefined) this.say(options ? words.choose : words.number);
    else if (kind === "predict") this.commit();
    else this.check();
  }

  commit() {
    const { options, written, words } = this.content;
    this.guess = options ? options[this.answer] : written.replace("{}", () => this.inputs[0].value);
    for (const input of this.inputs) input.disabled = true;
    this.button.textContent = words.reveal;
    this.say(words.noted.replace("{}", () => this.guess));
  }

  reveal() {
    const { words, feedback } = this.content;
    this.say(`${words.you_said.replace("{}", () => this.guess)} ${feedback[0]}`);
  }

  check() {
    const { options, answer, tolerance, words, feedback } = this.content;
    const right = options ? this.answer === answer : Math.abs(this.answer - answer) <= tolerance + 1e-9;
    const why = options ? feedback[this.answer] : feedback[right ? 0 : 1];
    this.say(`${right ? words.right : words.wrong} ${why}`);
    this.verdict.dataset.right = right;
  }

  say(words) {
    this.verdict.textContent = words;
  }
}

function render({ model, el }) {
  const { form } = new Question(model.get("content"));
  el.append(form);
  return () => form.remove();
}

export default { render };
