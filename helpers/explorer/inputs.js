// The controls of an explorer: what they stand for, reset, and addresses that restore them. See inputs.py.

// A widget reference is "IPY_MODEL_<id>" or already the model.
export function resolve(manager, reference) {
  return typeof reference === "string" ? manager.get_model(reference.replace("IPY_MODEL_", "")) : reference;
}

// Listens to a model until the signal aborts.
export function listen(model, event, handler, signal) {
  if (signal.aborted) return;
  model.on(event, handler);
  signal.addEventListener("abort", () => model.off(event, handler));
}

const placesOf = (parts, values) =>
  parts.filter((part) => part).map((part) => values.findIndex((value) => String(value) === part));
const labelOf = (codes, code) => Object.keys(codes).find((label) => String(codes[label]) === code);

// Numbers that a slider can take, or undefined.
function parseNumbers(parts, control) {
  const numbers = parts.map((part) => (part.trim() ? Number(part) : NaN));
  const [min, max, step] = ["min", "max", "step"].map((trait) => control.get(trait));
  return numbers.every((n) => n >= min && n <= max && (n - min) % (step || 1) === 0) ? numbers : undefined;
}

// The state of a control in words, as `in_words` of inputs.py says it.
function written(kind, state, control, words) {
  const labelAt = (place) => control.get("_options_labels")[place];
  if (kind === "choice") return labelAt(state) ?? "";
  if (kind === "choices") return state.map(labelAt).join(words.between);
  if (kind === "switch") return state ? words.on : words.off;
  return [state].flat().join(kind === "range" ? "–" : words.between);
}

// What each kind of control keeps in the browser (`trait`), the value of its parameter, and its state from an address;
// undefined where a part of the address no longer fits.
export const KINDS = {
  choice: {
    trait: "index",
    read: (state, values) => values[state],
    parse: (parts, values) => {
      const places = placesOf(parts, values);
      return places.length === 1 && places[0] >= 0 ? places[0] : undefined;
    },
  },
  choices: {
    trait: "index",
    read: (state, values) => state.map((place) => values[place]),
    parse: (parts, values) => {
      const places = placesOf(parts, values);
      return places.includes(-1) ? undefined : places;
    },
  },
  tags: {
    trait: "value",
    read: (state, codes) => state.map((label) => codes[label]).filter((code) => code !== undefined),
    parse: (parts, codes) => parts.map((part) => labelOf(codes, part)).filter((label) => label !== undefined),
  },
  switch: {
    trait: "value",
    read: (state) => state,
    parse: (parts) => ({ true: true, false: false })[parts[0]],
  },
  number: {
    trait: "value",
    read: (state) => state,
    parse: (parts, _, control) => {
      const numbers = parseNumbers(parts, control);
      return numbers?.length === 1 ? numbers[0] : undefined;
    },
  },
  range: {
    trait: "value",
    read: (state) => state,
    parse: (parts, _, control) => {
      const numbers = parseNumbers(parts, control);
      return numbers?.length === 2 && numbers[0] <= numbers[1] ? numbers : undefined;
    },
  },
  plain: { trait: "value", read: (state) => state, parse: (parts) => parts[0] },
};

export class Inputs {
  constructor(controls, described) {
    this.controls = controls;
    this.described = described;
  }

  static async of(model) {
    const controls = {};
    for (const [name, reference] of Object.entries(model.get("controls"))) {
      controls[name] = await resolve(model.widget_manager, reference);
    }
    return new Inputs(controls, model.get("settings").inputs);
  }

  get names() {
    return Object.keys(this.controls);
  }

  kind(name) {
    return KINDS[this.described[name].kind];
  }

  state(name) {
    return this.controls[name].get(this.kind(name).trait);
  }

  value(name) {
    return this.kind(name).read(this.state(name), this.described[name].values);
  }

  values() {
    return Object.fromEntries(this.names.map((name) => [name, this.value(name)]));
  }

  // The state of a control in words.
  label(name, words = {}) {
    return written(this.described[name].kind, this.state(name), this.controls[name], words);
  }

  // Label and value in words of every control.
  told(words) {
    return this.names.map((name) => [this.controls[name].get("description"), this.label(name, words)]);
  }

  set(name, state) {
    this.controls[name].set(this.kind(name).trait, state);
    this.controls[name].save_changes();
  }

  get changed() {
    return this.names.some((name) => String(this.state(name)) !== String(this.described[name].start));
  }

  reset() {
    for (const name of this.names) this.set(name, this.described[name].start);
  }

  onChange(handler, signal) {
    for (const name of this.names) {
      listen(this.controls[name], `change:${this.kind(name).trait}`, () => handler(name), signal);
    }
  }

  // The address keeps values, not positions, so it still works after a list or the language changes.
  address(key) {
    const encode = (name) => [this.value(name)].flat().map(encodeURIComponent).join(",");
    return `#${[`view=${key}`, ...this.names.map((name) => `${name}=${encode(name)}`)].join("&")}`;
  }

  // Sets the controls as an address says, and those of which it says nothing that fits as they began: an address is the
  // same view whatever was set before. Tells whether it is for this explorer.
  follow(address, key) {
    const [view, ...parts] = address
      .replace(/^#/, "")
      .split("&")
      .map((part) => part.split("="));
    if (view[0] !== "view" || view[1] !== key) return false;
    const said = Object.fromEntries(parts);
    for (const name of this.names) {
      const state = Object.hasOwn(said, name) ? this.parse(name, said[name] ?? "") : undefined;
      this.set(name, state ?? this.described[name].start);
    }
    return true;
  }

  parse(name, encoded) {
    try {
      const parts = encoded.split(",").map(decodeURIComponent);
      return this.kind(name).parse(parts, this.described[name].values, this.controls[name]);
    } catch (error) {
      if (error instanceof URIError) return undefined; // a damaged address
      throw error;
    }
  }
}
