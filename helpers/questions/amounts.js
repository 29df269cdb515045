// Amounts as questions write them. Records of learners and the page of a class share it.

// A number that was typed, with all its digits.
export const inWords = (number) =>
  number.toLocaleString("en", { useGrouping: false, maximumSignificantDigits: 12 }).replace("-", "−");

// A known answer to an exercise, of a country its name.
export function knownAnswer({ cases, written }, place) {
  const known = cases[place].answers.at(-1);
  return typeof known === "number" ? written.replace("{}", () => inWords(known)) : known;
}

// The smallest of 1, 2, 5, 10, 20 … that is not below a number.
function roundUp(number) {
  const power = 10 ** Math.floor(Math.log10(number));
  return [1, 2, 5, 10].map((digit) => digit * power).find((round) => round >= number * (1 - 1e-9));
}

// What a guess is drawn on, and measured in.
export class Axis {
  constructor({ drawn, unit, written }) {
    Object.assign(this, drawn, { unit, written });
    const [low, high] = this.between;
    const shown = (high - low) * this.scale;
    this.step = roundUp(shown / 100) / this.scale;
    this.tick = roundUp(shown / 6) / this.scale;
    this.digits = Math.max(0, 1 - Math.floor(Math.log10(this.step * this.scale) + 1e-9));
    this.hidden = this.labels.slice(this.known);
    this.data = this.values.slice(this.known);
  }

  // Three digits, as far as the axis is as fine as that.
  number(value) {
    const shown = value * this.scale;
    const digits = Math.min(this.digits, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(shown) || 1))));
    const rounded = Number(shown.toFixed(digits)) || 0;
    return rounded.toLocaleString("en", { maximumFractionDigits: digits }).replace("-", "−");
  }

  amount(value) {
    return this.written.replace("{}", () => this.number(value));
  }

  label(place) {
    return this.years ? this.words.year.replace("{}", this.hidden[place]) : this.hidden[place];
  }
}
