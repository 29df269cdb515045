// Charts that are read, computed and drawn in tasks of their own, between which a slow phone answers its reader.

import { element } from "./dom.js";

const pause = () => globalThis.scheduler?.yield?.() ?? new Promise((done) => setTimeout(done));

const QUIET = { actions: false, ast: true, defaultStyle: false, renderer: "svg", tooltip: false };
const SMALL = { data: { values: [{ a: 1 }] }, mark: "bar", encoding: { x: { field: "a", type: "quantitative" } } };

// Vega's view, which Vega-Embed tells to take its place and to run at once.
const steppedView = (View) =>
  class extends View {
    initialize(...place) {
      this.waits = place;
      return this;
    }

    async runAsync(...changes) {
      const { waits } = this;
      if (!waits) return super.runAsync(...changes);
      this.waits = undefined;
      await pause(); // it has been read
      await super.runAsync(); // without a place: computed
      await pause();
      super.initialize(...waits);
      return super.runAsync(...changes); // drawn
    }
  };

async function stepped(embed) {
  const made = async (spec, mode) => {
    const { view } = await embed(element("div"), spec, { ...QUIET, mode });
    view.finalize();
    await pause();
    return view;
  };
  const viewClass = steppedView((await made({ marks: [] }, "vega")).constructor);
  await made(SMALL, "vega-lite");
  return (place, spec, options) => embed(place, spec, { ...options, viewClass });
}

// Vega-Embed as it is given, but in steps: one for a page. A browser reads a library when it is first used, which takes
// a phone half a second: a chart of one bar, which nobody sees, does that before the first real one.
export const inSteps = (embed) => (embed.inSteps ??= stepped(embed));
