// One question: the learner answers, then reads whether and why. See __init__.py.

import { element, isComposing, keepKeys } from "../explorer/dom.js";
import { inWords } from "./amounts.js";
import { Drawing } from "./draw.js";
import { plain, readNumbers } from "./numbers.js";

const asWord = (text) => plain(text).replace(/["'“”‘’「」`]/g, "");

// What is given stands in the model, so that every view shows it, and one that is made later too: the place of the
// option, the text typed or the values drawn (`answer`), what became of it (`step`), the number meant, where a text has
// several, and whether that is right.
class Question {
  constructor(model) {
    this.model = model;
    this.content = model.get("content");
    const { kind, prompt, options, unit, drawn, answer, language: lang } = this.content;
    const { tolerance, cases = [{ answers: [answer], tolerance }] } = this.content;
    this.cases = cases; // what is known of typed answers; in an exercise several, the right one first
    this.asksWord = typeof cases[0].answers[0] === "string";
    const group = `question-${Math.random().toString(36).slice(2)}`;
    const inputmode = this.asksWord ? "text" : "decimal";
    const typed = { type: "text", inputmode, autocomplete: "off", "aria-label": prompt };
    this.drawing = drawn && new Drawing(this.content, (answer) => this.keep({ answer }));
    this.inputs = options
      ? options.map((_, i) => element("input", { type: "radio", name: group, value: i }))
      : drawn
        ? []
        : [element("input", typed)];
    const rows = options
      ? options.map((option, i) => element("label", { class: "question-option" }, this.inputs[i], option))
      : [this.drawing?.node ?? element("div", { class: "question-option" }, this.inputs[0], unit ?? "")];
    this.button = element("button", { type: "button", onclick: () => this.submit() });
    this.verdict = element("p", { class: "question-feedback", role: "status" });
    this.meant = element("div", { class: "question-meant" });
    const fields = element("fieldset", {}, element("legend", {}, prompt), ...rows);
    this.form = element(
      "form",
      {
        class: `question question-${kind}`,
        lang,
        oninput: () => this.keep({ answer: this.entered }),
        onsubmit: (event) => event.preventDefault(),
        onkeydown: (event) => this.press(event),
      },
      fields,
      this.button,
      this.verdict,
      this.meant,
    );
    keepKeys(this.form, "enter");
    this.show();
  }

  get given() {
    return this.model.get("given");
  }

  // The place of the option chosen, or the text typed; undefined where there is none.
  get entered() {
    if (!this.content.options) return this.inputs[0].value || undefined;
    const place = this.inputs.findIndex((input) => input.checked);
    return place < 0 ? undefined : place;
  }

  // The numbers that the answer can be: the place of the option, what the text can mean, or what was drawn to the end.
  get numbers() {
    const { answer, meant } = this.given;
    if (answer === undefined) return [];
    if (this.drawing) return this.drawing.measure.complete(answer) ?? [];
    if (this.content.options) return [answer];
    if (this.asksWord) return answer.trim() ? [asWord(answer)] : [];
    const found = readNumbers(answer, this.content.unit ?? "");
    if (found.includes(meant)) return [meant];
    const whole = this.content.whole ? found.filter(Number.isInteger) : [];
    return whole.length ? whole : found;
  }

  // Saved at once: what the kernel echoes of an earlier state would else replace it.
  keep(given) {
    this.model.set("given", given);
    this.model.save_changes();
  }

  // Enter answers, with Shift or Ctrl too, which in a notebook run the cell; the one that ends a conversion of kana does
  // not. No form is submitted: a frame in another page may forbid that.
  press(event) {
    if (event.key !== "Enter" || isComposing(event)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.repeat) return;
    if (this.meant.contains(event.target)) event.target.click();
    else this.submit();
  }

  submit() {
    const { kind, options, drawn, words } = this.content;
    const { step, answer } = this.given;
    const lacking = this.drawing
      ? drawn.words[drawn.years ? "unfinished" : "unfinished_bars"]
      : options
        ? words.choose
        : this.asksWord
          ? words.word
          : words.number;
    if (step === "noted" || step === "revealed") this.take({ answer, step: "revealed" });
    else if (this.numbers.length === 0) this.say(lacking);
    else if (this.drawing) this.take({ answer: this.numbers, step: "noted" });
    else if (kind === "predict") this.take({ answer, step: "noted" });
    else if (new Set(this.numbers.map((number) => this.placeOf(number))).size > 1) this.askWhich();
    else this.check(answer, this.numbers[0]);
  }

  take(given) {
    const typing = this.form.contains(document.activeElement);
    const { scale } = this.content;
    this.keep(scale ? { ...given, scale } : given); // a number can be read where the unit is another
    if (typing && this.inputs[0]?.disabled) this.button.focus({ preventScroll: true });
  }

  check(answer, meant) {
    const [place, right] = [this.placeOf(meant), this.isRight(meant)];
    this.take({ answer, step: "checked", meant, right, ...(this.content.cases && { place }) });
  }

  // The place of an answer among the options, or among the cases; it is after all of these if it is none.
  placeOf(number) {
    if (this.content.options) return number;
    const fits = ({ answers, tolerance }) =>
      answers.some((each) => (this.asksWord ? asWord(each) === number : Math.abs(number - each) <= tolerance + 1e-9));
    const place = this.cases.findIndex(fits);
    return place < 0 ? this.cases.length : place;
  }

  isRight(number) {
    return this.placeOf(number) === (this.content.options ? this.content.answer : 0);
  }

  // A text that can mean a right number and a wrong one is never marked as wrong.
  askWhich() {
    const { words, written } = this.content;
    const { answer } = this.given;
    this.say(words.meant.replace("{}", () => this.numbers.map(inWords).join(words.or)));
    const choices = this.numbers.map((meant) => {
      const onclick = () => this.check(answer, meant);
      return element("button", { type: "button", onclick }, written.replace("{}", inWords(meant)));
    });
    this.meant.replaceChildren(...choices);
  }

  say(words, right) {
    this.verdict.textContent = words;
    if (right === undefined) delete this.verdict.dataset.right;
    else this.verdict.dataset.right = right;
    this.meant.replaceChildren();
  }

  // Shows what the model holds.
  show() {
    const { kind, options, words } = this.content;
    const { answer, step } = this.given;
    const decided = step === "noted" || step === "revealed";
    this.inputs.forEach((input, place) => {
      if (options) input.checked = place === answer;
      else if (input.value !== (answer ?? "")) input.value = answer ?? "";
      input.disabled = decided;
    });
    this.drawing?.show(this.given);
    this.button.textContent = decided ? words.reveal : kind === "predict" ? words.commit : words.check;
    this.say(...this.saying());
    if (step === "noted") this.offerAgain();
  }

  // After a talk with others, before the data: the first guess is kept beside the second.
  offerAgain() {
    const onclick = () => {
      this.keep({ answer: this.given.answer });
      const field = this.inputs.find((input) => input.checked) ?? this.inputs[0] ?? this.drawing.field;
      field.focus({ preventScroll: true });
    };
    this.meant.replaceChildren(element("button", { type: "button", onclick }, this.content.words.again));
  }

  // What is said of the answer, and whether it is right.
  saying() {
    const { options, drawn, written, words, feedback, outcomes } = this.content;
    const { answer, step } = this.given;
    if (step === "checked") {
      const [place, right] = [this.placeOf(this.numbers[0]), this.isRight(this.numbers[0])];
      return [`${right ? words.right : words.wrong} ${feedback[place]}`, right];
    }
    if (!step) return [""];
    if (this.drawing) {
      return [step === "noted" ? drawn.words.noted : `${this.drawing.measure.said(answer)} ${feedback[0]}`];
    }
    const guess = options ? options[answer] : written.replace("{}", () => answer);
    if (step === "noted") return [words.noted.replace("{}", () => guess)];
    return [`${words[outcomes?.[answer]] ?? ""} ${words.you_said.replace("{}", () => guess)} ${feedback[0]}`.trim()];
  }
}

function render({ model, el }) {
  const question = new Question(model);
  const show = () => question.show();
  model.on("change:given", show);
  el.append(question.form);
  return () => {
    model.off("change:given", show);
    question.form.remove();
  };
}

export default { render };
