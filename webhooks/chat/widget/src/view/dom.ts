// Elements without markup strings, so that nothing a person typed can ever become markup.

export type Child = Node | string | null | false;
type Handler = (event: Event) => void;
type Value = string | number | boolean | null | undefined | Handler;

/** Make an element. `on…` attributes are listeners; false, null and undefined are left out. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, Value> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  set(element, attributes);
  element.append(...children.filter((child): child is Node | string => !!child || child === ""));
  return element;
}

export function set(element: Element, attributes: Record<string, Value>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === false || value === null || value === undefined) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

/** An icon from path data; decoration only, its button carries the words. */
export function icon(path: string): SVGSVGElement {
  return svg(24, path, { "aria-hidden": "true", class: "icon", focusable: "false" });
}

export function svg(size: number, path: string, attributes: Record<string, string>): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  set(drawing, { viewBox: `0 0 ${size} ${size}`, ...attributes });
  const line = document.createElementNS(space, "path");
  line.setAttribute("d", path);
  drawing.append(line);
  return drawing;
}

/** Words for screen readers only. */
export function hidden(text: string): HTMLElement {
  return h("span", { class: "vh" }, text);
}

export function button(
  label: string,
  attributes: Record<string, Value>,
  ...children: Child[]
): HTMLButtonElement {
  const contents = children.length ? children : [label];
  const name = children.length ? { "aria-label": label } : {};
  return h("button", { type: "button", ...name, ...attributes }, ...contents);
}
