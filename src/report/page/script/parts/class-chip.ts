import { inkOn } from '../data/colours.ts';
import { element } from '../dom/element.ts';
import type { Report } from './report.ts';

/** Number of a class in its colour: the same wherever the class is shown, so that colour alone need not be told apart. */
export function classCode({ classColour }: Pick<Report, 'classColour'>, index: number): HTMLElement {
  const colour = classColour(index);
  return element('span', { class: 'code', style: { background: colour, color: inkOn(colour) } }, index + 1);
}

/** Number and name of a class. */
export function classChip(report: Pick<Report, 'classColour' | 'data'>, index: number): HTMLElement {
  return element('span', { class: 'chip' }, classCode(report, index), ' ', report.data.classes[index] ?? '');
}

/** Number and name of each of several classes; a dash without any. */
export function classChips(report: Pick<Report, 'classColour' | 'data'>, indices: readonly number[]): HTMLElement {
  if (indices.length === 0) return element('span', { class: 'soft' }, '–');
  return element(
    'span',
    { class: 'chips' },
    indices.map((index) => classChip(report, index)),
  );
}
