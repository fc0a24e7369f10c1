import { element } from '../dom/element.ts';
import { describeOnHover, type Tooltip } from '../dom/tooltip.ts';

/** Shows what each mark of a drawn plot stands for: its aria-label, a line for each part. */
export function plotTooltips(tooltip: Tooltip): void {
  for (const plot of document.querySelectorAll<HTMLElement>('.plot')) {
    describeOnHover(plot, tooltip, (target) => {
      const mark = target.closest('[aria-label]');
      const label = mark?.getAttribute('aria-label');
      if (!label || mark?.tagName === 'svg' || mark?.getAttribute('aria-roledescription') === 'axis') return undefined;
      return element(
        'div',
        {},
        label.split('; ').map((part) => element('div', {}, part)),
      );
    });
  }
}
