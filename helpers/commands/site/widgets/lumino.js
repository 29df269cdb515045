// The parts of Lumino's widgets that controls use, from their sources: menus, docks and palettes stay out.
export { Panel } from "./node_modules/@lumino/widgets/src/panel.ts";
export { PanelLayout } from "./node_modules/@lumino/widgets/src/panellayout.ts";
export { TabBar } from "./node_modules/@lumino/widgets/src/tabbar.ts";
export { Widget } from "./node_modules/@lumino/widgets/src/widget.ts";
