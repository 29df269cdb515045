// A small extension of JupyterLab, of two parts.
// A notebook that is opened again has no widgets until it is run, and JupyterLab says in the place of each that there
// is none. Where the output holds words as well, as ours do, they are shown instead.
// "Run All Cells" goes to the last cell. Who has run all cells stays in the place where they were reading.

(() => {
  const VIEW = "application/vnd.jupyter.widget-view+json";

  // Has a renderer show the words of an output when it has shown an error.
  function ease(rendermime, renderer) {
    const render = renderer.renderModel.bind(renderer);
    renderer.renderModel = async (model) => {
      await render(model);
      const failed = renderer.hasClass("jupyter-widgets") && renderer.widgets?.length === 0;
      if (!failed || !model.data["text/html"]) return;
      const words = rendermime.createRenderer("text/html");
      await words.renderModel(model);
      renderer.node.textContent = "";
      renderer.addWidget(words);
    };
    return renderer;
  }

  function showWords({ content: { rendermime } }) {
    const create = rendermime.createRenderer.bind(rendermime);
    rendermime.createRenderer = (type) => (type === VIEW ? ease(rendermime, create(type)) : create(type));
  }

  // Holds the first cell in view where it is until the cells have run, or until the reader moves.
  async function hold(notebook, active, run) {
    const [moved, scroller] = [new AbortController(), notebook.node.querySelector(".jp-WindowedPanel-outer")];
    const seen = notebook.widgets.find((cell) => cell.node.getBoundingClientRect().bottom > top(scroller));
    const offset = () => seen.node.getBoundingClientRect().top - top(scroller);
    const [until, before] = [moved.signal, offset()];
    for (const kind of ["wheel", "touchmove", "pointerdown", "keydown"])
      notebook.node.addEventListener(kind, () => moved.abort(), { capture: true, signal: until });
    notebook.activeCellIndex = active;
    const stay = () => {
      if (until.aborted || !notebook.isAttached) return;
      scroller.scrollTop += offset() - before;
      requestAnimationFrame(stay);
    };
    stay();
    await run.catch(() => undefined);
    setTimeout(() => moved.abort(), 1000); // what has run last has grown by then
  }

  const top = (scroller) => scroller.getBoundingClientRect().top;

  function stayInPlace(commands, { content: notebook }) {
    let active = 0; // as long as the command has not gone on: it makes the last cell the active one at once
    notebook.activeCellChanged.connect(() => setTimeout(() => (active = notebook.activeCellIndex)));
    commands.commandExecuted.connect((_, { id, result }) => {
      if (id === "notebook:run-all-cells" && notebook.isVisible) hold(notebook, active, result);
    });
  }

  const plugins = [
    {
      id: "bluebook-notebooks:words",
      autoStart: true,
      activate: ({ docRegistry }) => void docRegistry.addWidgetExtension("Notebook", { createNew: showWords }),
    },
    {
      id: "bluebook-notebooks:place",
      autoStart: true,
      activate: ({ commands, docRegistry }) => {
        const createNew = (panel) => stayInPlace(commands, panel);
        docRegistry.addWidgetExtension("Notebook", { createNew });
      },
    },
  ];
  const extension = { __esModule: true, default: plugins };
  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["bluebook-notebooks"] = { init() {}, get: async () => () => extension };
})();
