import { median } from '../data/treatments.ts';
import { element } from '../dom/element.ts';
import { share } from '../words.ts';
import { classChip } from './class-chip.ts';
import type { Report } from './report.ts';

/** Classes that have a bar of their own. */
const MOST = 5;

/**
 * Probabilities of some fields as bars: the median of each class, with a tick for each field; the most probable classes, and
 * those that are the truth.
 */
export function probabilityBars(report: Report, rows: readonly number[]): HTMLElement {
  const { table, classColour } = report;
  const truths = new Set(rows.flatMap((row) => table.truth(row)));
  const classes = table.classes
    .map((_, k) => {
      const values = rows
        .map((row) => table.probabilities[k]?.numbers[row] ?? Number.NaN)
        .filter((v) => !Number.isNaN(v));
      return { k, values, median: median(values) };
    })
    .filter(({ values }) => values.length > 0)
    .toSorted((a, b) => b.median - a.median || Math.max(...b.values) - Math.max(...a.values));
  const shown = classes.filter(({ k }, i) => i < MOST || truths.has(k));
  const rest = classes.filter((one) => !shown.includes(one));
  const most = Math.max(0, ...rest.flatMap(({ values }) => values));
  return element(
    'div',
    { class: 'bars' },
    shown.map(({ k, values, median: middle }) =>
      element(
        'div',
        { class: `bar-row${truths.has(k) ? ' is-truth' : ''}` },
        element('span', { class: 'bar-name' }, classChip(report, k)),
        element(
          'span',
          { class: 'track' },
          element('span', { class: 'fill', style: { width: `${100 * middle}%`, background: classColour(k) } }),
          values.length > 1 &&
            values.map((value) => element('span', { class: 'tick', style: { left: `${100 * value}%` } })),
        ),
        element('span', { class: 'value' }, share(middle)),
      ),
    ),
    element(
      'p',
      { class: 'soft small' },
      [
        rows.length > 1 ? 'Bars: median of the fields; ticks: each field.' : '',
        rest.length > 0
          ? `${rest.length} other ${rest.length === 1 ? 'class' : 'classes'}: at most ${share(most)}.`
          : '',
      ]
        .filter(Boolean)
        .join(' '),
    ),
  );
}
