// A small extension of JupyterLab. A notebook that is opened again has no widgets until it is run, and JupyterLab says
// in the place of each that there is none. Where the output holds words as well, as ours do, they are shown instead.

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

  function createNew({ content: { rendermime } }) {
    const create = rendermime.createRenderer.bind(rendermime);
    rendermime.createRenderer = (type) => (type === VIEW ? ease(rendermime, create(type)) : create(type));
  }

  const plugin = {
    id: "bluebook-notebooks:words",
    autoStart: true,
    activate: ({ docRegistry }) => void docRegistry.addWidgetExtension("Notebook", { createNew }),
  };
  const extension = { __esModule: true, default: plugin };
  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["bluebook-notebooks"] = { init() {}, get: async () => () => extension };
})();
