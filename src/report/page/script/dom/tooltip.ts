import { element } from './element.ts';

export interface Tooltip {
  /** Shows something beside a place on the screen. */
  readonly show: (content: Node | string, at: { readonly x: number; readonly y: number }) => void;
  readonly hide: () => void;
}

const GAP = 14;

/** One small panel beside the pointer or the focused element. */
export function createTooltip(): Tooltip {
  const panel = element('div', { class: 'tooltip', 'aria-hidden': 'true' });
  panel.hidden = true;
  document.body.append(panel);
  const hide = () => {
    panel.hidden = true;
  };
  document.addEventListener('scroll', hide, { passive: true, capture: true });
  document.addEventListener('keydown', (event) => event.key === 'Escape' && hide());
  return {
    show(content, { x, y }) {
      panel.replaceChildren(content);
      panel.hidden = false;
      const { width, height } = panel.getBoundingClientRect();
      const left = x + GAP + width > innerWidth ? Math.max(4, x - GAP - width) : x + GAP;
      const top = y + GAP + height > innerHeight ? Math.max(4, y - GAP - height) : y + GAP;
      panel.style.left = `${left}px`;
      panel.style.top = `${top}px`;
    },
    hide,
  };
}

/** Shows what `describe` says of the element under the pointer or with the focus. */
export function describeOnHover(
  container: HTMLElement | SVGElement,
  tooltip: Tooltip,
  describe: (target: Element) => Node | string | undefined,
): void {
  container.addEventListener('pointermove', (event) => {
    const { target, clientX, clientY } = event as PointerEvent;
    const content = describe(target as Element);
    if (content === undefined) tooltip.hide();
    else tooltip.show(content, { x: clientX, y: clientY });
  });
  container.addEventListener('pointerleave', tooltip.hide);
  container.addEventListener('focusin', (event) => {
    const target = event.target as Element;
    if (!target.matches(':focus-visible')) return;
    const content = describe(target);
    if (content === undefined) return;
    const { right, bottom } = target.getBoundingClientRect();
    tooltip.show(content, { x: right - GAP, y: bottom - GAP });
  });
  container.addEventListener('focusout', tooltip.hide);
}
