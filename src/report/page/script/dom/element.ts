type Child = Node | string | number | null | undefined | false;

/** Attributes of an element; listeners as `onclick`, styles as an object of properties. */
interface Attributes {
  readonly [name: string]: unknown;
  readonly style?: Readonly<Record<string, string | number>>;
}

/** Makes an element; texts become text, never markup. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly (Child | readonly Child[])[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value as EventListener);
    else if (name === 'style') setStyle(made, value as Readonly<Record<string, string | number>>);
    else made.setAttribute(name, value === true ? '' : String(value));
  }
  append(made, ...children);
  return made;
}

/** Puts children into an element, in place of those that it has. */
export function fill(parent: Element, ...children: readonly (Child | readonly Child[])[]): void {
  parent.replaceChildren();
  append(parent, ...children);
}

/** The element of an id, which the page is known to have. */
export function byId(id: string): HTMLElement | null {
  return document.getElementById(id);
}

function append(parent: Element, ...children: readonly (Child | readonly Child[])[]): void {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    parent.append(typeof child === 'number' ? String(child) : (child as Node | string));
  }
}

function setStyle(made: HTMLElement, style: Readonly<Record<string, string | number>>): void {
  for (const [name, value] of Object.entries(style)) made.style.setProperty(name, String(value));
}
