// Shows the controls of ipywidgets on a page: their own models and views, with a manager that has no kernel behind it.

import * as base from "@jupyter-widgets/base";
import * as controls from "@jupyter-widgets/controls";
import { MessageLoop } from "@lumino/messaging";
import { Widget } from "@lumino/widgets";

const programOf = (model) => {
  const program = globalThis.bluebook.programs[model.get("_esm")];
  if (!program) throw new Error(`There is no program ${model.get("_esm")}.`);
  return program;
};

// Widgets of anywidget, whose own front end imports each program from an address that policies forbid. Here programs
// have come as scripts, under the names that stand in the states of models.
class AnyModel extends base.DOMWidgetModel {
  // What is given to a question is kept by the page, for no kernel does.
  save_changes() {
    const content = this.get("content");
    if (content?.name) globalThis.bluebookKept?.write(content, this.get("given"));
  }
}

class AnyView extends base.DOMWidgetView {
  render() {
    this.end = programOf(this.model).render({ model: this.model, el: this.el });
  }

  remove() {
    this.end?.();
    return super.remove();
  }
}

const anywidget = { AnyModel, AnyView };
const MODULES = { "@jupyter-widgets/base": base, "@jupyter-widgets/controls": controls, anywidget };
const models = new Map(); // a promise for each id

// What base and controls, and our own widgets, ask of a manager.
const manager = {
  async loadClass(name, module) {
    const found = MODULES[module]?.[name];
    if (!found) throw new Error(`There is no ${name} in ${module}.`);
    return found;
  },
  async get_model(id) {
    if (!models.has(id)) throw new Error(`There is no model ${id}.`);
    return models.get(id);
  },
  create_view(model, options = {}) {
    const view = draw(model, options);
    model.views[base.uuid()] = view; // where an explorer finds the elements of its controls
    return view;
  },
  callbacks: () => ({}),
  resolveUrl: async (url) => url,
  inline_sanitize: (source) => new Option(source).innerHTML, // markup in a description is shown as it is written
};

async function draw(model, options) {
  const View = await manager.loadClass(model.get("_view_name"), model.get("_view_module"));
  const view = new View({ model, options });
  await view.render();
  return view;
}

const bytes = (text) => new DataView(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);

async function make(id, { model_name, model_module, state, buffers = [] }) {
  const Model = await manager.loadClass(model_name, model_module); // by then all models of a call are in `models`
  const paths = buffers.map((buffer) => buffer.path);
  base.put_buffers(
    state,
    paths,
    buffers.map((buffer) => bytes(buffer.data)),
  );
  return new Model(await Model._deserialize_state(state, manager), { widget_manager: manager, model_id: id });
}

// Makes the models that are not there yet, those that no view refers to as well (links), and shows the view of one.
async function show(states, id, place) {
  for (const [each, state] of Object.entries(states)) if (!models.has(each)) models.set(each, make(each, state));
  await Promise.all(Object.keys(states).map(manager.get_model));
  const { luminoWidget } = await manager.create_view(await manager.get_model(id));
  Widget.attach(luminoWidget, place);
  addEventListener("resize", () => MessageLoop.postMessage(luminoWidget, Widget.ResizeMessage.UnknownSize));
}

globalThis.bluebookWidgets = { show };
