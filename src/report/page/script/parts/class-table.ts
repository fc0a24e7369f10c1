import { classFigures, countConfusion } from '../data/confusion.ts';
import { NO_FILTERS, selectRows } from '../data/selection.ts';
import { byId, element, fill } from '../dom/element.ts';
import { share, whole } from '../words.ts';
import { classChip } from './class-chip.ts';
import type { Report } from './report.ts';

/** How well each class is recognised, the weakest first; a class is chosen by its button. */
export function classTable(report: Report): void {
  const place = byId('class-table');
  const { table, data, store } = report;
  if (place === null || !table.hasTruth || !table.hasPrediction) return;
  const precisions = new Map(data.perClass.map(({ class: name, averagePrecision }) => [name, averagePrecision]));
  const figures = classFigures(countConfusion(table, selectRows(table, NO_FILTERS)));
  const header = [
    'Class',
    `${data.unit === 'field' ? 'Fields' : 'Rows'}`,
    'Recall',
    'Precision',
    'Precision, equal classes',
    'Average precision',
    'Most often taken for',
  ];
  const draw = () => {
    const chosen = store.state().filters.class;
    fill(
      place,
      element(
        'table',
        {},
        element(
          'thead',
          {},
          element(
            'tr',
            {},
            header.map((name, i) => element('th', { class: i > 0 && i < 6 ? 'n' : undefined, scope: 'col' }, name)),
          ),
        ),
        element(
          'tbody',
          {},
          figures.map((one) =>
            element(
              'tr',
              { class: one.class === chosen ? 'chosen' : undefined },
              element('th', { scope: 'row' }, classButton(report, one.class)),
              [
                whole(one.n),
                ...[one.recall, one.precision, one.weightedPrecision, precisions.get(data.classes[one.class]!)].map(
                  share,
                ),
              ].map((text) => element('td', { class: 'n' }, text)),
              element(
                'td',
                {},
                one.takenFor && classChip(report, one.takenFor.class),
                one.takenFor && ` ${whole(one.takenFor.n)}×`,
              ),
            ),
          ),
        ),
      ),
    );
  };
  store.watch(['filters'], () => {
    const focused = (document.activeElement as HTMLElement | null)?.dataset.class;
    const had = place.contains(document.activeElement);
    draw();
    if (had) place.querySelector<HTMLElement>(`[data-class="${focused}"]`)?.focus();
  });
  report.onTheme(draw);
  draw();
}

function classButton(report: Report, index: number): HTMLElement {
  const { store } = report;
  const chosen = store.state().filters.class === index;
  return element(
    'button',
    {
      type: 'button',
      class: 'plain',
      'data-class': index,
      'aria-pressed': String(chosen),
      onclick: () => store.set({ filters: { ...store.state().filters, cell: null, class: chosen ? null : index } }),
    },
    classChip(report, index),
  );
}
