// All of underscore but `template`, which makes programs out of text: no page needs it, and strict pages forbid it.
export * from "./node_modules/underscore/modules/index.js";
export const template = undefined;
