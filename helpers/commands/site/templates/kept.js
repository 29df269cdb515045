// What a reader has answered on the pages of a notebook, in either language, kept in this browser until it is thrown
// away. It goes nowhere else. Where nothing may be kept, as in some frames, it lasts as long as the page.

globalThis.bluebookKept = (() => {
  const drawer = `bluebook-notebooks ${location.pathname.replace(/.*\/|\.html$/g, "")}`;
  const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
  let answers = {};

  // Takes over what another tab has kept meanwhile; what is damaged counts as nothing.
  function look() {
    try {
      const found = JSON.parse(localStorage.getItem(drawer));
      if (isRecord(found)) answers = found;
    } catch {}
  }

  // Whether an answer fits the question as it is now.
  function fits({ options }, given) {
    if (!isRecord(given)) return false;
    const { answer, step } = given;
    const known = options
      ? Number.isInteger(answer) && answer >= 0 && answer < options.length
      : typeof answer === "string";
    return known && [undefined, "noted", "revealed", "checked"].includes(step);
  }

  // A number in the unit of the page's language, where that is another: 9.2 billion dollars are 92億ドル.
  function inUnit({ options, scale = 1 }, given) {
    if (options || (given.scale ?? 1) === scale) return given;
    if (typeof given.meant !== "number") return;
    const meant = Number(((given.meant * scale) / (given.scale ?? 1)).toPrecision(12));
    return { ...given, answer: String(meant), meant, scale };
  }

  look();
  return {
    read(question) {
      const given = answers[question.name];
      return fits(question, given) ? inUnit(question, given) : undefined;
    },
    write(question, given) {
      look();
      answers[question.name] = { ...given, scale: question.scale };
      try {
        localStorage.setItem(drawer, JSON.stringify(answers));
      } catch {}
      dispatchEvent(new Event("bluebook-kept"));
    },
    clear() {
      answers = {};
      try {
        localStorage.removeItem(drawer);
      } catch {}
    },
    done: (name) => isRecord(answers[name]) && Boolean(answers[name].step),
    some: () => Object.keys(answers).length > 0,
  };
})();
